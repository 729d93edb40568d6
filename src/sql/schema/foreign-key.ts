import { ArgumentError, InvalidRequestError, NoReferencedColumnError, NoReferencedTableError } from "../../errors.ts";
import { clauseOf, describe } from "../base/coercions.ts";
import type { Expression } from "../base/expression.ts";
import type { DdlCompiler } from "../compiler/ddl-compiler.ts";
import { ColumnClause } from "../elements/column-clause.ts";
import type { ColumnElement } from "../elements/column-element.ts";
import type { FromClause } from "../selectable/from-clause.ts";
import type { Column } from "./column.ts";
import { columnArgument, Constraint, type ConstraintOptions, resolveColumns } from "./constraints.ts";
import type { ConventionKind } from "./naming-convention.ts";
import { type SAYS, type Info, type ItemName, SchemaItem } from "./schema-item.ts";
import type { Table } from "./table.ts";

/** What may happen to the referring rows. */
export type ReferentialAction = "CASCADE" | "SET NULL" | "SET DEFAULT" | "RESTRICT" | "NO ACTION" | (string & {});

/** Options of foreign keys. */
export interface ForeignKeyOptions {
  readonly name?: ItemName;
  readonly onupdate?: ReferentialAction;
  readonly ondelete?: ReferentialAction;
  readonly deferrable?: boolean;
  readonly initially?: "DEFERRED" | "IMMEDIATE";
  readonly match?: string;
  /** made by ALTER after the tables, and dropped before them: for tables that refer to each other */
  readonly useAlter?: boolean;
  /** the target is named by the name of its column rather than by its key */
  readonly linkToName?: boolean;
  readonly comment?: string | null;
  readonly info?: Info;
  /** a dialect's own option, such as `postgresqlNotValid` */
  readonly [dialectOption: string]: unknown;
}

/** The target of a foreign key: "table.column" (keys), a column, or a function that gives a column or a mapped attribute. */
export type ForeignKeyTarget = string | object | (() => object);

/**
 * A reference from one column to another one. Made by {@link foreignKey}.
 * See https://docs.sqlalchemy.org/en/21/core/constraints.html#sqlalchemy.schema.ForeignKey
 */
export class ForeignKey<V = unknown> extends SchemaItem {
  declare readonly [SAYS]: "foreign";
  /** The JavaScript type of the values, for the type checker only. */
  declare readonly _foreignKeyValue: V;
  readonly options: ForeignKeyOptions;
  /** The constraint that it is part of; null until its column is in a table. */
  constraint: ForeignKeyConstraint | null = null;
  /** @internal */
  _parent: Column<unknown> | null = null;
  /** @internal */
  _target: ForeignKeyTarget;
  /** @internal */
  _resolved: Column<unknown> | null = null;
  /** The table that it is a foreign key of, where that is an alias or subquery and no table. @internal */
  _ofProxy = false;

  constructor(target: ForeignKeyTarget, options: ForeignKeyOptions = {}, constraint: ForeignKeyConstraint | null = null) {
    super();
    if (typeof target === "string") checkSpec(target);
    else if (typeof target !== "function" && !(clauseOf(target) instanceof ColumnClause)) {
      throw new ArgumentError(`foreignKey() takes "table.column", a column, or a function that gives one, not ${describe(target)}.`);
    }
    this._target = target;
    this.options = options;
    this.constraint = constraint;
    if (options.info !== undefined) this._info = options.info;
  }

  get name(): ItemName {
    return this.options.name ?? null;
  }
  get onupdate(): string | null {
    return this.options.onupdate ?? null;
  }
  get ondelete(): string | null {
    return this.options.ondelete ?? null;
  }
  get useAlter(): boolean {
    return this.options.useAlter === true;
  }
  get linkToName(): boolean {
    return this.options.linkToName === true;
  }

  /** The column that refers. */
  get parent(): Column<unknown> {
    if (this._parent === null) throw new InvalidRequestError("This foreign key is not part of a column yet.");
    return this._parent;
  }

  /**
   * The column that is referred to.
   * @throws NoReferencedTableError, NoReferencedColumnError where it is not (yet) there
   */
  get column(): Column<unknown> {
    return (this._resolved ??= this._resolve());
  }

  /** The column that is referred to, or null where it is not there yet. @internal */
  get _columnOrNull(): Column<unknown> | null {
    if (this._resolved !== null) return this._resolved;
    if (typeof this._target === "string") {
      const table = this._referredTable();
      if (table === null) return null;
      const column = findColumn(table, tokens(this._target)[2] ?? this.parent.key, this.linkToName);
      if (column === undefined) return null;
      return (this._resolved = column);
    }
    return this.column;
  }

  /** "table.column" of the target, with its schema. */
  get targetFullname(): string {
    if (typeof this._target === "string") return this._target;
    const { table, key } = this.column;
    return `${(table as unknown as Table).fullname}.${key}`;
  }

  /** Whether it refers to a column of this table. */
  references(table: FromClause): boolean {
    return this.getReferent(table) !== null;
  }

  /** The column of a FROM element that it refers to (in an alias: that made of it); null when there is none. */
  getReferent(from: FromClause): ColumnElement<unknown> | null {
    return from._collection.correspondingColumn(this.column) ?? null;
  }

  override _setParent(parent: object): void {
    const column = parent as Column<unknown>;
    if (this._parent !== null && this._parent !== column) {
      throw new InvalidRequestError(
        `The foreign key to ${JSON.stringify(String(this._target))} is part of the column "${this._parent.key}" already; make one for each column.`,
      );
    }
    this._parent = column;
    column.foreignKeys.add(this);
    column._foreignKeyAdded();
    column._onTableAttach((table) => this._setTable(table));
  }

  /** @internal */
  _setTable(table: Table): void {
    if (this.constraint === null) {
      const { info: _info, linkToName: _link, ...options } = this.options;
      this.constraint = new ForeignKeyConstraint([], [], options);
      this.constraint._appendElement(this);
      this.constraint._attachTo(table);
    }
    table._foreignKeys!.add(this);
  }

  /** The table that is referred to, where it can be told without reading its columns; null where it is not there. @internal */
  _referredTable(): Table | null {
    if (typeof this._target !== "string") return this.column.table as unknown as Table;
    const metadata = (this.parent.table as unknown as Table | null)?.metadata;
    return metadata?._tables.get(this._targetTableKey!) ?? null;
  }

  /** The key of the table that is referred to; null where only its column is known. @internal */
  get _targetTableKey(): string | null {
    if (typeof this._target !== "string") return null;
    const [schema, table] = tokens(this._target);
    const effective = schema ?? (this.parent.table as unknown as Table | null)?.metadata?.schema ?? null;
    return effective === null ? table : `${effective}.${table}`;
  }

  /** @internal */
  _resolve(): Column<unknown> {
    const target = this._target;
    if (typeof target !== "string") {
      const given = typeof target === "function" && !(clauseOf(target) instanceof ColumnClause) ? (target as () => unknown)() : target;
      const clause = clauseOf(given);
      if (clause instanceof ColumnClause) return clause._identity as Column<unknown>;
      throw new ArgumentError(
        `The function given to foreignKey()${this._parent === null ? "" : ` of the column "${this._parent.key}"`} must give a column or a mapped attribute; it gave ${describe(given)}.` +
          (given === undefined ? " Is the class or the attribute defined at that time?" : ""),
      );
    }
    const parent = this.parent;
    const owner = parent.table as unknown as Table | null;
    if (owner === null)
      throw new InvalidRequestError(`The column "${parent.key}" with the foreign key to "${target}" is not part of a table yet.`);
    const [, , columnKey] = tokens(target);
    const key = columnKey ?? parent.key;
    const table = this._referredTable();
    if (table === null) {
      throw new NoReferencedTableError(
        `Foreign key associated with column "${owner.description}.${parent.key}" could not find table "${this._targetTableKey}" with which to generate a foreign key to target column "${key}". Is that table defined in the same MetaData, and was its module imported?`,
        this._targetTableKey!,
      );
    }
    const column = findColumn(table, key, this.linkToName);
    if (column === undefined) {
      throw new NoReferencedColumnError(
        `Could not find the target of the foreign key "${target}" on table "${owner.name}": table "${table.name}" has no column with the key "${key}". Its columns are: ${table._collection.keys().join(", ")}.`,
        table.name,
        key,
      );
    }
    return column;
  }

  /** A copy that refers to the same, for a column of a copied table. @internal */
  _copy(schema?: string | null): ForeignKey {
    if (schema === undefined || typeof this._target !== "string") return new ForeignKey(this._target, this.options);
    const [, table, column] = tokens(this._target);
    const name = column === null ? table : `${table}.${column}`;
    return new ForeignKey(schema === null ? name : `${schema}.${name}`, this.options);
  }
}

function findColumn(table: Table, key: string, byName: boolean): Column<unknown> | undefined {
  const columns = table._collection;
  const found = byName ? undefined : columns.get(key);
  return (found ?? columns.all().find((column) => column.name === key)) as Column<unknown> | undefined;
}

function tokens(spec: string): readonly [schema: string | null, table: string, column: string | null] {
  const parts = spec.split(".");
  if (parts.length === 1) return [null, parts[0]!, null];
  const column = parts.pop()!;
  const table = parts.pop()!;
  return [parts.length === 0 ? null : parts.join("."), table, column];
}

function checkSpec(spec: string): void {
  if (spec === "" || spec.startsWith(".") || spec.endsWith(".")) {
    throw new ArgumentError(`foreignKey() takes the key of a column with its table, such as "users.id", not ${JSON.stringify(spec)}.`);
  }
}

/**
 * A foreign key of one column or several.
 * See https://docs.sqlalchemy.org/en/21/core/constraints.html#sqlalchemy.schema.ForeignKeyConstraint
 */
export class ForeignKeyConstraint extends Constraint {
  override readonly conventionKind: ConventionKind = "fk";
  readonly onupdate: string | null;
  readonly ondelete: string | null;
  readonly match: string | null;
  useAlter: boolean;
  readonly linkToName: boolean;
  /** The foreign keys of its columns, in order. */
  readonly elements: ForeignKey[] = [];
  /** @internal */
  _pending: (string | Column<unknown>)[];

  constructor(columns: readonly unknown[], refcolumns: readonly ForeignKeyTarget[], options: ForeignKeyOptions = {}) {
    super(options as ConstraintOptions);
    this.onupdate = options.onupdate ?? null;
    this.ondelete = options.ondelete ?? null;
    this.match = options.match ?? null;
    this.useAlter = options.useAlter === true;
    this.linkToName = options.linkToName === true;
    this._pending = columns.map((column) => columnArgument(column, "foreignKeyConstraint"));
    if (columns.length !== refcolumns.length) {
      throw new ArgumentError(
        `A foreignKeyConstraint needs as many columns as it refers to: it was given ${columns.length} (${this._pending.map(keyOf).join(", ")}) and ${refcolumns.length}.`,
      );
    }
    if (new Set(this._pending.map(keyOf)).size !== columns.length)
      throw new ArgumentError("A foreignKeyConstraint names one of its columns twice.");
    const { name: _name, info: _info, ...inherited } = options;
    for (const target of refcolumns) this.elements.push(new ForeignKey(target, inherited, this));
    const first = this._pending[0];
    if (first !== undefined && typeof first !== "string" && this._pending.every((column) => typeof column !== "string")) {
      first._onTableAttach((table) => {
        if (this._table === null) this._attachTo(table);
      });
    }
  }

  override _accept(compiler: DdlCompiler): string | null {
    return compiler.visitForeignKeyConstraint(this);
  }

  /** The columns that refer. */
  get columns(): readonly Column<unknown>[] {
    return this.elements.map((element) => element.parent);
  }

  /** The keys of the columns that refer. */
  get columnKeys(): readonly string[] {
    return this.elements.length > 0 && this.elements[0]!._parent !== null
      ? this.columns.map((column) => column.key)
      : this._pending.map(keyOf);
  }

  /** The table that is referred to. */
  get referredTable(): Table {
    const table = this.elements[0]!.column.table as unknown as Table;
    for (const element of this.elements) {
      if ((element.column.table as unknown) !== table) {
        throw new ArgumentError(
          `A foreignKeyConstraint of the table "${this.table.description}" refers to several tables; it can refer to one only.`,
        );
      }
    }
    return table;
  }

  override get _namedColumns(): readonly Column<unknown>[] {
    return this.columns;
  }

  /** What the naming convention needs to know of the targets, which may not exist yet. @internal */
  _referredNames(): { readonly referredTableName: string; readonly referredColumnName: string }[] {
    return this.elements.map((element) => {
      const column = element._columnOrNull;
      if (column !== null) return { referredTableName: (column.table as unknown as Table).name, referredColumnName: column.name };
      const [, table, key] = tokens(element.targetFullname);
      return { referredTableName: table, referredColumnName: key ?? element.parent.name };
    });
  }

  /** @internal */
  _appendElement(fk: ForeignKey): void {
    this.elements.push(fk);
  }

  override _setParent(parent: object): void {
    const table = parent as Table;
    super._setParent(table);
    if (this._pending.length > 0) {
      const columns = resolveColumns(this._pending, table, "ForeignKeyConstraint");
      columns.forEach((column, i) => {
        const element = this.elements[i]!;
        if (element._parent !== column) element._attachTo(column);
      });
    }
  }

  override _copy(target: Table, schema?: string | null): ForeignKeyConstraint {
    const options = { ...this._options(), useAlter: this.useAlter, linkToName: this.linkToName } as Record<string, unknown>;
    if (this.onupdate !== null) options["onupdate"] = this.onupdate;
    if (this.ondelete !== null) options["ondelete"] = this.ondelete;
    if (this.match !== null) options["match"] = this.match;
    const self = this._table;
    const targets = this.elements.map((element): ForeignKeyTarget => {
      const referred = element._referredTable();
      // a table that refers to itself goes on doing so under its new name
      if (self !== null && referred === self) {
        const [, , key] = tokens(element.targetFullname);
        return target.schema === null ? `${target.name}.${key}` : `${target.schema}.${target.name}.${key}`;
      }
      const copy = element._copy(schema)._target;
      return typeof copy === "string" ? copy : element.targetFullname;
    });
    return this._copied(new ForeignKeyConstraint(this.columnKeys, targets, options));
  }
}

function keyOf(column: string | Column<unknown>): string {
  return typeof column === "string" ? column : column.key;
}

/**
 * A foreign key of one column: to `"table.column"` (keys), to a column, or to what a function gives, such as a mapped attribute.
 * @example new Column(t.integer(), foreignKey("users.id", { ondelete: "CASCADE" }))
 * @example static actorId = mappedColumn(foreignKey(() => Actor.id))
 * See https://docs.sqlalchemy.org/en/21/core/constraints.html#sqlalchemy.schema.ForeignKey
 */
export function foreignKey<V>(target: () => Expression<V | null>, options?: ForeignKeyOptions): ForeignKey<V>;
export function foreignKey<V = number>(target: string, options?: ForeignKeyOptions): ForeignKey<V>;
export function foreignKey<V>(target: Expression<V | null>, options?: ForeignKeyOptions): ForeignKey<V>;
export function foreignKey(target: ForeignKeyTarget, options: ForeignKeyOptions = {}): ForeignKey {
  if (target === undefined)
    throw new ArgumentError(
      "undefined was given to foreignKey(). For a class or column that is defined later, give a function: foreignKey(() => Actor.id).",
    );
  return new ForeignKey(target, options);
}
