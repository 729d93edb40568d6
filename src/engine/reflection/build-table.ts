import { warn } from "../../util/warn.ts";
import { TextClause } from "../../sql/elements/text-clause.ts";
import { asc, desc, nullsFirst, nullsLast } from "../../sql/elements/constructors.ts";
import type { ColumnElement } from "../../sql/elements/column-element.ts";
import type { Column } from "../../sql/schema/column.ts";
import { Column as ColumnClass } from "../../sql/schema/column.ts";
import { Computed } from "../../sql/schema/computed.ts";
import { CheckConstraint, PrimaryKeyConstraint, UniqueConstraint } from "../../sql/schema/constraints.ts";
import { dispatchColumnReflect } from "../../sql/schema/events.ts";
import { ForeignKeyConstraint } from "../../sql/schema/foreign-key.ts";
import { Identity } from "../../sql/schema/identity.ts";
import { type Table, tableKey } from "../../sql/schema/table.ts";
import { Index } from "../../sql/schema/table-index.ts";
import type { Inspector } from "./inspector.ts";
import type { ReflectedColumn, ReflectedIndex, ReflectedSorting } from "./reflected-types.ts";
import type { TableInfo } from "./table-info.ts";

/** Which columns of a table are taken over. */
export interface ColumnChoice {
  /** only these, by name */
  readonly includeColumns?: readonly string[];
  /** all but these, by name */
  readonly excludeColumns?: readonly string[];
  /** columns that the program knows better, by key: they stand in for those of the database of the same name */
  readonly columns?: Readonly<Record<string, Column<unknown>>>;
}

type Taken = ReadonlyMap<string, Column<unknown>>;

/** Makes the columns of a table of what was read. Gives them by their names in the database. */
export function buildColumns(inspector: Inspector, table: Table, info: TableInfo, choice: ColumnChoice): Taken {
  const own = new Map(
    Object.entries(choice.columns ?? {}).map(([key, column]) => [column.name === "" ? key : column.name, [key, column] as const]),
  );
  const taken = new Map<string, Column<unknown>>();
  for (const original of info.columns) {
    // listeners may change it, and the inspector gives its own to the next one who asks
    const reflected = { ...original };
    dispatchColumnReflect(table, inspector, reflected);
    if (choice.includeColumns !== undefined && !choice.includeColumns.includes(reflected.name)) continue;
    if (choice.excludeColumns?.includes(reflected.name) === true) continue;
    const given = own.get(original.name);
    const [key, column] = given ?? [reflected.key ?? reflected.name, makeColumn(reflected)];
    own.delete(original.name);
    table.appendColumn(column, { key, replaceExisting: true });
    taken.set(original.name, column);
  }
  // columns of the program's own that the database does not have
  for (const [name, [key, column]] of own) {
    table.appendColumn(column, { key, replaceExisting: true });
    taken.set(name, column);
  }
  return taken;
}

function makeColumn({
  name,
  type,
  nullable,
  default: sql,
  autoincrement,
  comment,
  computed,
  identity,
  dialectOptions,
  quote,
  info,
}: ReflectedColumn): Column<unknown> {
  const items: unknown[] = [];
  if (computed !== undefined)
    items.push(new Computed(computed.sqltext, computed.persisted === undefined ? {} : { persisted: computed.persisted }));
  if (identity !== undefined) items.push(new Identity(identity));
  return new ColumnClass<unknown>(name, type, ...items, {
    nullable,
    ...(sql === null ? {} : { serverDefault: new TextClause(sql) }),
    ...(autoincrement === undefined ? {} : { autoincrement }),
    ...(comment == null ? {} : { comment }),
    ...(quote === undefined ? {} : { quote }),
    ...(info === undefined ? {} : { info }),
    ...dialectOptions,
  });
}

/** Adds keys, constraints and indexes to a table whose columns are there, as are those of the tables that it refers to. */
export function buildConstraints(table: Table, info: TableInfo, taken: Taken, choice: ColumnChoice): void {
  const { primaryKey, comment, options } = info;
  const has = (names: readonly (string | null)[]): boolean => names.every((name) => name === null || taken.has(name));
  const columns = (names: readonly string[]): Column<unknown>[] => names.map((name) => taken.get(name)!);
  const isOwn = (name: string): boolean => Object.values(choice.columns ?? {}).includes(taken.get(name)!);

  const keyColumns = primaryKey.constrainedColumns.filter((name) => taken.has(name));
  // the primary key of columns that the program declares itself is as it declares it
  if (keyColumns.length > 0 && !keyColumns.some(isOwn)) {
    table.appendConstraint(
      new PrimaryKeyConstraint(columns(keyColumns), { name: primaryKey.name, ...commentOf(primaryKey), ...primaryKey.dialectOptions }),
    );
  }
  for (const key of info.foreignKeys) {
    const names = key.constrainedColumns;
    if (!has(names) || (names.length === 1 && isOwn(names[0]!) && taken.get(names[0]!)!.foreignKeys.size > 0)) continue;
    const target = table.metadata._tables.get(tableKey(key.referredTable, key.referredSchema));
    const refcolumns = key.referredColumns.map((name) => {
      const column = target?._schemaColumns.find((one) => one.name === name);
      return column ?? `${tableKey(key.referredTable, key.referredSchema)}.${name}`;
    });
    table.appendConstraint(
      new ForeignKeyConstraint(columns(names), refcolumns, {
        name: key.name,
        linkToName: true,
        ...commentOf(key),
        ...key.options,
        ...key.dialectOptions,
      }),
    );
  }
  for (const unique of info.uniqueConstraints) {
    if (unique.duplicatesIndex !== undefined || !has(unique.columnNames)) continue;
    table.appendConstraint(
      new UniqueConstraint(columns(unique.columnNames), { name: unique.name, ...commentOf(unique), ...unique.dialectOptions }),
    );
  }
  for (const check of info.checkConstraints) {
    table.appendConstraint(new CheckConstraint(check.sqltext, { name: check.name, ...commentOf(check), ...check.dialectOptions }));
  }
  for (const index of info.indexes) {
    if (index.duplicatesConstraint === undefined && has(index.columnNames)) buildIndex(table, index, taken);
  }
  if (comment.text !== null) table.comment = comment.text;
  if (Object.keys(options).length > 0) table._setOptions({ ...options });
}

const commentOf = ({ comment }: { readonly comment?: string | null }): { readonly comment?: string } =>
  comment == null ? {} : { comment };

const sortings: Readonly<Record<ReflectedSorting, (element: ColumnElement<unknown>) => ColumnElement<unknown>>> = {
  asc,
  desc,
  nullsFirst,
  nullsLast,
};

function buildIndex(table: Table, index: ReflectedIndex, taken: Taken): void {
  const elements = index.columnNames.map((name, at) => {
    if (name !== null) {
      const sorted = index.columnSorting?.[name] ?? [];
      return sorted.reduce<ColumnElement<unknown>>((element, sorting) => sortings[sorting](element), taken.get(name)!);
    }
    const expression = index.expressions?.[at];
    return expression === undefined ? null : new TextClause(expression);
  });
  if (elements.includes(null)) {
    warn(`The index "${index.name}" of the table "${table.name}" was left out: the database does not tell the expression that it is over.`);
    return;
  }
  const made = new Index(index.name, elements, { unique: index.unique, ...index.dialectOptions }, false);
  table.appendConstraint(made);
}
