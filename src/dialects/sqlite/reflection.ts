import { type ByTable, type DialectReflection, groupBy } from "../../engine/reflection/dialect-reflection.ts";
import {
  ObjectKind,
  ObjectScope,
  type ReflectedCheckConstraint,
  type ReflectedColumn,
  type ReflectedForeignKeyConstraint,
  type ReflectedIndex,
  type ReflectedOptions,
  type ReflectedPrimaryKeyConstraint,
  type ReflectedTableComment,
  type ReflectedUniqueConstraint,
} from "../../engine/reflection/reflected-types.ts";
import type { StatementRunner } from "../../sql/base/statement-runner.ts";
import { TextClause } from "../../sql/elements/text-clause.ts";
import { type ParsedKey, type ParsedTable, parseCreateTable } from "./create-table-parser.ts";
import { splitAtCommas, tokenize, TokenReader } from "./create-table-tokens.ts";
import { reflectedType } from "./reflected-type.ts";

/** A row of `pragma_table_xinfo`. */
interface ColumnRow {
  readonly table: string;
  readonly name: string;
  readonly type: string;
  readonly notNull: boolean;
  readonly default: string | null;
  /** place in the primary key, from 1; 0 for none */
  readonly key: number;
  /** 0 for plain ones, 2 virtual, 3 stored */
  readonly hidden: number;
}

const fold = (name: string): string => name.toLowerCase();

/**
 * Reads the catalogue of a SQLite database: the pragmas, and the CREATE statements for what the pragmas do not tell.
 * @see https://www.sqlite.org/pragma.html#pragfunc and https://www.sqlite.org/schematab.html
 */
export class SqliteReflection implements DialectReflection {
  readonly #runner: StatementRunner;
  /** parsed CREATE statements, by schema and table: several questions need them */
  readonly #parsed = new Map<string, Promise<ByTable<ParsedTable>>>();

  constructor(runner: StatementRunner) {
    this.#runner = runner;
  }

  #rows(sql: string, values: readonly unknown[] = []): PromiseLike<readonly (readonly unknown[])[]> {
    return this.#runner.execDriverSql(sql, values).all();
  }

  /** The databases that are searched: temporary tables hide others of their name. */
  #databases(schema: string | null, scope: number = ObjectScope.ANY): readonly string[] {
    if (schema !== null) return scope & ObjectScope.DEFAULT ? [schema] : [];
    return [...(scope & ObjectScope.TEMPORARY ? ["temp"] : []), ...(scope & ObjectScope.DEFAULT ? ["main"] : [])];
  }

  #master(database: string): string {
    return `${this.#runner.dialect.identifierPreparer.quoteIdentifier(database)}.sqlite_master`;
  }

  async schemaNames(): Promise<readonly string[]> {
    const rows = await this.#rows("SELECT name FROM pragma_database_list WHERE name <> 'temp' ORDER BY seq");
    return rows.map(([name]) => name as string);
  }

  async relationNames(schema: string | null, kind: number, scope: number): Promise<readonly string[]> {
    const types = [...(kind & ObjectKind.TABLE ? ["'table'"] : []), ...(kind & ObjectKind.VIEW ? ["'view'"] : [])];
    const names = new Set<string>();
    if (types.length === 0) return [];
    for (const database of this.#databases(schema, scope)) {
      const rows = await this.#rows(
        `SELECT name FROM ${this.#master(database)} WHERE type IN (${types.join(", ")}) AND name NOT LIKE 'sqlite~_%' ESCAPE '~' ORDER BY name`,
      );
      for (const [name] of rows) names.add(name as string);
    }
    return [...names].sort();
  }

  sequenceNames(): Promise<readonly string[]> {
    return Promise.resolve([]);
  }

  async viewDefinition(name: string, schema: string | null): Promise<string | null> {
    for (const database of this.#databases(schema)) {
      const [row] = await this.#rows(`SELECT sql FROM ${this.#master(database)} WHERE type = 'view' AND name = ? COLLATE NOCASE`, [name]);
      if (row === undefined) continue;
      const sql = row[0] as string;
      const as = tokenize(sql).find((token) => token.kind === "word" && token.text.toUpperCase() === "AS");
      return as === undefined ? sql : sql.slice(as.end).trim();
    }
    return null;
  }

  /** Rows about tables of a schema, each with the name of its table first. What a temporary table hides is left out. */
  async #about(schema: string | null, names: readonly string[], sql: (master: string) => string): Promise<(readonly unknown[])[]> {
    const found: (readonly unknown[])[] = [];
    const seen = new Set<string>();
    for (const database of this.#databases(schema)) {
      const rows = await this.#rows(sql(this.#master(database)), [database, JSON.stringify(names.map(fold))]);
      const here = new Set<string>();
      for (const row of rows) {
        const table = fold(row[0] as string);
        if (seen.has(table)) continue;
        here.add(table);
        found.push(row);
      }
      for (const table of here) seen.add(table);
    }
    return found;
  }

  async #columnRows(schema: string | null, names: readonly string[]): Promise<ColumnRow[]> {
    const rows = await this.#about(
      schema,
      names,
      (master) =>
        `SELECT m.name, c.name, c.type, c."notnull", c.dflt_value, c.pk, c.hidden FROM ${master} AS m JOIN pragma_table_xinfo(m.name, ?) AS c ` +
        "WHERE m.type IN ('table', 'view') AND lower(m.name) IN (SELECT value FROM json_each(?)) AND c.hidden <> 1 ORDER BY m.name, c.cid",
    );
    return rows.map(([table, name, type, notNull, dflt, key, hidden]) => ({
      table: table as string,
      name: name as string,
      type: (type as string | null) ?? "",
      notNull: Number(notNull) === 1,
      default: dflt as string | null,
      key: Number(key),
      hidden: Number(hidden),
    }));
  }

  #tables(schema: string | null, names: readonly string[]): Promise<ByTable<ParsedTable>> {
    const key = JSON.stringify([schema, names]);
    let parsed = this.#parsed.get(key);
    if (parsed === undefined) {
      parsed = this.#parse(schema, names);
      this.#parsed.set(key, parsed);
    }
    return parsed;
  }

  async #parse(schema: string | null, names: readonly string[]): Promise<ByTable<ParsedTable>> {
    const rows = await this.#about(
      schema,
      names,
      (master) =>
        `SELECT m.name, m.sql FROM ${master} AS m WHERE ? <> '' AND m.type = 'table' AND lower(m.name) IN (SELECT value FROM json_each(?))`,
    );
    return new Map(rows.map(([name, sql]) => [name as string, parseCreateTable((sql as string | null) ?? "")]));
  }

  async columns(schema: string | null, names: readonly string[]): Promise<ByTable<ReflectedColumn[]>> {
    const rows = await this.#columnRows(schema, names);
    const tables = await this.#tables(schema, names);
    return groupBy(
      rows,
      (row) => row.table,
      (row) => {
        const said = tables.get(row.table)?.columns.get(row.name);
        return {
          name: row.name,
          // a generated column may have the words GENERATED ALWAYS in what the pragma calls its type
          type: reflectedType(row.type.replace(/\s*GENERATED ALWAYS$/i, ""), said?.collation ?? null),
          nullable: !row.notNull,
          default: row.default,
          ...(row.hidden === 0 ? {} : { computed: { sqltext: said?.computed ?? "", persisted: row.hidden === 3 } }),
          ...(said?.onConflictNotNull == null ? {} : { dialectOptions: { sqliteOnConflictNotNull: said.onConflictNotNull } }),
        };
      },
    );
  }

  async primaryKeys(schema: string | null, names: readonly string[]): Promise<ByTable<ReflectedPrimaryKeyConstraint>> {
    const keys = (await this.#columnRows(schema, names)).filter((row) => row.key > 0).sort((a, b) => a.key - b.key);
    const tables = await this.#tables(schema, names);
    const columns = groupBy(
      keys,
      (row) => row.table,
      (row) => row.name,
    );
    return new Map(
      [...columns].map(([table, constrainedColumns]) => [table, { ...named(tables.get(table)?.primaryKey), constrainedColumns }]),
    );
  }

  async foreignKeys(schema: string | null, names: readonly string[]): Promise<ByTable<ReflectedForeignKeyConstraint[]>> {
    const tables = await this.#tables(schema, names);
    const unnamed = [...tables.values()].flatMap((table) =>
      table.foreignKeys.filter((key) => key.referredColumns.length === 0).map((key) => key.table),
    );
    const primaryKeys = unnamed.length === 0 ? new Map() : await this.primaryKeys(schema, [...new Set(unnamed)]);
    const keyOf = (table: string): readonly string[] => {
      for (const [name, key] of primaryKeys) if (fold(name) === fold(table)) return key.constrainedColumns;
      return [];
    };
    const found = new Map<string, ReflectedForeignKeyConstraint[]>();
    for (const [table, { columns, foreignKeys }] of tables) {
      const keys = foreignKeys.map((key) => ({
        name: key.name,
        constrainedColumns: asDeclared(key.columns, columns.keys()),
        referredSchema: schema,
        referredTable: key.table,
        referredColumns: key.referredColumns.length > 0 ? key.referredColumns : keyOf(key.table),
        options: key.options,
      }));
      if (keys.length > 0) found.set(table, keys);
    }
    return found;
  }

  async uniqueConstraints(schema: string | null, names: readonly string[]): Promise<ByTable<ReflectedUniqueConstraint[]>> {
    const tables = await this.#tables(schema, names);
    return new Map(
      [...tables].map(([table, { columns, uniques }]) => [
        table,
        uniques.map((unique) => ({ ...named(unique), columnNames: asDeclared(unique.columns, columns.keys()) })),
      ]),
    );
  }

  async checkConstraints(schema: string | null, names: readonly string[]): Promise<ByTable<ReflectedCheckConstraint[]>> {
    const tables = await this.#tables(schema, names);
    return new Map([...tables].map(([table, { checks }]) => [table, checks.map(({ name, sqltext }) => ({ name, sqltext }))]));
  }

  async indexes(schema: string | null, names: readonly string[]): Promise<ByTable<ReflectedIndex[]>> {
    const rows = await this.#about(
      schema,
      names,
      (master) =>
        `SELECT m.name, i.name, i."unique", x.seqno, x.name, x."desc", s.sql FROM (SELECT ? AS db) AS d JOIN ${master} AS m ` +
        `JOIN pragma_index_list(m.name, d.db) AS i JOIN pragma_index_xinfo(i.name, d.db) AS x JOIN ${master} AS s ON s.type = 'index' AND s.name = i.name ` +
        "WHERE m.type = 'table' AND lower(m.name) IN (SELECT value FROM json_each(?)) AND i.origin = 'c' AND x.key = 1 ORDER BY m.name, i.name, x.seqno",
    );
    const byIndex = groupBy(
      rows,
      (row) => JSON.stringify([row[0], row[1]]),
      (row) => row,
    );
    return groupBy(
      byIndex.values(),
      (index) => index[0]![0] as string,
      (index) => indexOf(index),
    );
  }

  tableComments(): Promise<ByTable<ReflectedTableComment>> {
    return Promise.resolve(new Map());
  }

  async tableOptions(schema: string | null, names: readonly string[]): Promise<ByTable<ReflectedOptions>> {
    const tables = await this.#tables(schema, names);
    return new Map(
      [...tables].map(([table, { withoutRowid, strict, autoincrement }]) => [
        table,
        {
          ...(withoutRowid ? { sqliteWithRowid: false } : {}),
          ...(strict ? { sqliteStrict: true } : {}),
          ...(autoincrement ? { sqliteAutoincrement: true } : {}),
        },
      ]),
    );
  }
}

/** The names of columns with the capitals that they are declared with. */
function asDeclared(names: readonly string[], declared: Iterable<string>): readonly string[] {
  const all = [...declared];
  return names.map((name) => all.find((one) => fold(one) === fold(name)) ?? name);
}

function named(key: ParsedKey | null | undefined): { readonly name: string | null; readonly dialectOptions?: ReflectedOptions } {
  return { name: key?.name ?? null, ...(key?.onConflict == null ? {} : { dialectOptions: { sqliteOnConflict: key.onConflict } }) };
}

function indexOf(rows: readonly (readonly unknown[])[]): ReflectedIndex {
  const [, name, unique, , , , sql] = rows[0]!;
  const columnNames = rows.map((row) => row[4] as string | null);
  const columnSorting: Record<string, ["desc"]> = {};
  for (const [, , , , column, desc] of rows) if (column !== null && Number(desc) === 1) columnSorting[column as string] = ["desc"];
  const { elements, where } = partsOf(sql as string);
  return {
    name: name as string,
    columnNames,
    unique: Number(unique) === 1,
    ...(columnNames.includes(null) ? { expressions: columnNames.map((column, at) => column ?? elements[at] ?? "") } : {}),
    ...(Object.keys(columnSorting).length > 0 ? { columnSorting } : {}),
    ...(where === null ? {} : { dialectOptions: { sqliteWhere: new TextClause(where) } }),
  };
}

/** What is in the brackets of a CREATE INDEX statement, and the condition at its end. */
function partsOf(sql: string): { readonly elements: readonly string[]; readonly where: string | null } {
  const reader = new TokenReader(sql, tokenize(sql));
  while (!reader.done && !reader.takes("ON")) reader.next();
  while (!reader.done && !reader.sees("(")) reader.next();
  const elements = splitAtCommas(reader.brackets()).map((part) => reader.textOf(part));
  if (!reader.takes("WHERE")) return { elements, where: null };
  return { elements, where: sql.slice(reader.peek()?.start ?? sql.length).trim() };
}
