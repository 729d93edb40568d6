import { INSPECT } from "../../util/inspect.ts";
import { ArgumentError, DuplicateColumnError, InvalidRequestError } from "../../errors.ts";
import type { Dispatcher } from "../../event/dispatcher.ts";
import type { EVENTS } from "../../event/registry.ts";
import { type CacheKey, identityNumber } from "../base/cache-key.ts";
import { describe } from "../base/coercions.ts";
import { type DialectOptionSet, dialectOptionsOf, NO_DIALECT_OPTIONS } from "../base/dialect-options.ts";
import { Slot } from "../base/late.ts";
import type { DdlBind } from "../base/statement-runner.ts";
import { replacementTraverse } from "../base/traversal.ts";
import type { ClauseElement } from "../elements/clause-element.ts";
import type { ColumnClause } from "../elements/column-clause.ts";
import { type NameArgument, nameParts, QuotedName } from "../elements/quoted-name.ts";
import type { ColumnElement } from "../elements/column-element.ts";
import { ColumnCollection, type ColumnRecord } from "../selectable/column-collection.ts";
import { TableClause } from "../selectable/table-clause.ts";
import { allTables, type TableEvents } from "./events.ts";
import { CheckFirst, type CheckFirstOption, checkFirstFlags, itemDdlSlot } from "./check-first.ts";
import { attachColumn, Column, columnAttached, nameColumn } from "./column.ts";
import { type Constraint, PrimaryKeyConstraint, UniqueConstraint } from "./constraints.ts";
import { type ForeignKey, ForeignKeyConstraint } from "./foreign-key.ts";
import { MetaData } from "./metadata.ts";
import { attachWithEvents, type Info, type SchemaEventTarget, SchemaItem } from "./schema-item.ts";
import { attachSchemaTypes } from "./schema-types.ts";
import { Index } from "./table-index.ts";
import type { Trigger } from "./trigger.ts";
import { typeConstraints } from "./type-constraints.ts";

/** Columns by their keys, as they are given to a table. */
export interface TableColumns {
  readonly [key: string]: Column<unknown>;
}

/** Options of {@link Table}. */
export interface TableOptions {
  /** the schema; that of the MetaData unless told, none with `null` */
  readonly schema?: NameArgument | null;
  readonly comment?: string | null;
  readonly info?: Info;
  /** false leaves the name as it is, which then must not come from outside */
  readonly quote?: boolean | null;
  readonly quoteSchema?: boolean | null;
  /** words after CREATE: `["TEMPORARY"]` */
  readonly prefixes?: readonly string[];
  /** false: an INSERT does not ask for the new key of its own accord */
  readonly implicitReturning?: boolean;
  /** a table of that name that exists already is given as it is */
  readonly keepExisting?: boolean;
  /** the columns and constraints are added to a table of that name that exists already */
  readonly extendExisting?: boolean;
  /** the table must exist already */
  readonly mustExist?: boolean;
  /** a dialect's own option, such as `sqliteStrict`; those that are expressions (`postgresqlPartitionBy`) are SQL, and must not come from outside */
  readonly [dialectOption: string]: unknown;
}

/** What follows the columns of a table: constraints, indexes and triggers. */
export type TableItem = Constraint | Index | Trigger;

/** What creates or drops a table in place of CREATE TABLE and DROP TABLE. */
interface TableDdl extends ClauseElement {
  /** The same for a copy of the table. @internal */
  _forTable(table: Table): ClauseElement;
}

const OWN: ReadonlySet<string> = new Set([
  "schema",
  "comment",
  "info",
  "quote",
  "quoteSchema",
  "prefixes",
  "implicitReturning",
  "keepExisting",
  "extendExisting",
  "mustExist",
]);

/** Copies of a table: where they go. */
export interface ToMetadataOptions {
  /** the schema of the copy; that of the table or of the new MetaData unless told, none with `null` */
  readonly schema?: string | null;
  readonly name?: string;
  /** the schema in a foreign key of the copy */
  readonly referredSchemaFn?: (
    table: Table,
    toSchema: string | null,
    constraint: ForeignKeyConstraint,
    referredSchema: string | null,
  ) => string | null;
}

/** Options of {@link Table.autoload}. */
export interface AutoloadOptions {
  /** the schema; that of the MetaData unless told, none with `null` */
  readonly schema?: string | null;
  /** columns that the program knows better than the database, by key: typed, with another key, with defaults of their own */
  readonly columns?: TableColumns;
  /** constraints and indexes beyond those of the database */
  readonly constraints?: readonly TableItem[];
  /** only these columns, by name */
  readonly includeColumns?: readonly string[];
  /** all but these columns, by name */
  readonly excludeColumns?: readonly string[];
  /** also reads the tables that foreign keys lead to; true unless told */
  readonly resolveFks?: boolean;
  /** a table of that name that the MetaData has already is given as it is */
  readonly keepExisting?: boolean;
  /** a table of that name that the MetaData has already gets the columns of the database */
  readonly extendExisting?: boolean;
}

/** Filled by the engine's reflection. */
export const autoloadSlot: Slot<(name: string, metadata: MetaData, bind: DdlBind, options: AutoloadOptions) => Promise<Table>> = new Slot(
  "autoload",
);

/** Options of {@link Table.create} and {@link Table.drop}. */
export interface TableDdlOptions extends CheckFirstOption {}

/**
 * A table of the database.
 * See https://docs.sqlalchemy.org/en/21/core/metadata.html#sqlalchemy.schema.Table
 * @example
 * const users = new Table("users", metadata, {
 *   id: new Column(t.integer(), { primaryKey: true }),
 *   name: new Column(t.string(50), { nullable: false }),
 * }, [uniqueConstraint("name")]);
 */
export class Table<C extends TableColumns | ColumnRecord = ColumnRecord, N extends string = string> extends TableClause<C, N> {
  static override readonly inheritCache: boolean = true;

  declare readonly [EVENTS]?: TableEvents;
  /** @internal */
  readonly _isSchemaTable = true as const;
  readonly metadata: MetaData;
  /** The name in its MetaData: "schema.table", or the table's name alone. */
  readonly key: string;
  comment: string | null = null;
  readonly quote: boolean | null;
  readonly quoteSchema: boolean | null;
  dialectOptions: DialectOptionSet = NO_DIALECT_OPTIONS;
  /** @internal */
  readonly _prefixes: readonly string[];
  /** @internal */
  _constraints: Set<Constraint> = new Set();
  /** @internal */
  _indexes: Set<Index> = new Set();
  /** @internal */
  _triggers: Set<Trigger> = new Set();
  /** @internal */
  _primaryKeyConstraint: PrimaryKeyConstraint | null = null;
  /** @internal */
  _extraDependencies: Set<Table> = new Set();
  /** @internal */
  _info: Info | null = null;
  /** @internal */
  _implicitReturning = true;
  /** Gives the columns, where they were not known when the table was named; null once it did. @internal */
  _fillColumns: ((table: Table) => void) | null = null;
  /** @internal */
  _keyNumber: number | null = null;
  /** What creates it in place of CREATE TABLE: a view's own statement. @internal */
  _creatorDdl: ClauseElement | null = null;
  /** @internal */
  _dropperDdl: ClauseElement | null = null;
  /** @internal */
  _dispatch: Dispatcher<TableEvents> | null = null;

  /**
   * @param name - the table's name
   * @param metadata - the collection that it belongs to
   * @param columns - its columns by key
   * @param constraints - constraints and indexes
   * @throws InvalidRequestError when the collection has a table of that name
   */
  constructor(name: N | QuotedName, metadata: MetaData, columns: C, constraints: readonly TableItem[], options?: TableOptions);
  constructor(name: N | QuotedName, metadata: MetaData, columns: C, options?: TableOptions);
  constructor(name: N | QuotedName, metadata: MetaData);
  constructor(
    name: N | QuotedName,
    metadata: MetaData,
    columns?: C,
    constraints: readonly TableItem[] | TableOptions = [],
    options: TableOptions = {},
  ) {
    const items = Array.isArray(constraints) ? (constraints as readonly TableItem[]) : [];
    const opts = Array.isArray(constraints) ? options : (constraints as TableOptions);
    if ((typeof name !== "string" && !(name instanceof QuotedName)) || String(name) === "")
      throw new ArgumentError(`The name of a table must be a string, not ${describe(name)}.`);
    if (!(metadata instanceof MetaData))
      throw new ArgumentError(`The table "${String(name)}" needs a MetaData as its second argument, not ${describe(metadata)}.`);
    const [schema, quoteSchema] =
      opts.schema === undefined
        ? [metadata.schema, metadata.quoteSchema]
        : opts.schema === null
          ? [null, null]
          : nameParts(opts.schema, null);
    const [ownName, quote] = nameParts(name, opts.quote);
    super(ownName, [], { schema });
    this.metadata = metadata;
    this.key = tableKey(ownName, schema);
    this.quote = quote;
    this.quoteSchema = opts.quoteSchema ?? quoteSchema;
    this._prefixes = opts.prefixes ?? [];
    const existing = metadata._tables.get(this.key);
    if (existing !== undefined && (opts as { _replace?: boolean })._replace !== true)
      return useExisting(existing, columns as TableColumns | undefined, items, opts) as unknown as this;
    if (opts.mustExist === true) throw new InvalidRequestError(`Table '${this.key}' not defined`);
    this._setOptions(opts);
    this._primaryKeyConstraint = new PrimaryKeyConstraint([], {}, true);
    this._primaryKeyConstraint._setParent(this);
    attachWithEvents(this as unknown as SchemaEventTarget, metadata, () => void metadata._tables.set(this.key, this as unknown as Table));
    try {
      if (columns !== undefined) this._addColumns(columns as TableColumns);
      for (const item of items) this._addItem(item);
    } catch (error) {
      // a table that could not be made is none
      metadata._tables.delete(this.key);
      throw error;
    }
  }

  /**
   * Reads a table from the database: SQLAlchemy's `Table(name, metadata, autoload_with=engine)`.
   * @param name - the table's name
   * @param metadata - where it goes, with the tables that it refers to
   * @param bind - an engine or a connection
   * @param options - columns of one's own, which columns, and so on
   * @returns the table; nothing is added to the MetaData when it cannot be read
   * @throws NoSuchTableError when the database has no such table
   * @throws InvalidRequestError when the MetaData has a table of that name already
   * @see https://docs.sqlalchemy.org/en/21/core/reflection.html
   * @example const users = await Table.autoload("users", metadata, engine, { columns: { id: new Column(t.integer(), { primaryKey: true }) } });
   */
  static autoload<C extends TableColumns = Record<never, never>>(
    name: string,
    metadata: MetaData,
    bind: DdlBind,
    options: AutoloadOptions & { readonly columns?: C } = {},
  ): Promise<Table<C & ColumnRecord>> {
    return autoloadSlot.call(name, metadata, bind, options) as Promise<Table<C & ColumnRecord>>;
  }

  /**
   * A table whose columns are given later: `fill` is called once, when something of it is read for the first time.
   * @internal
   */
  static _deferred(name: string, metadata: MetaData, fill: (table: Table) => void, options: TableOptions = {}): Table {
    const table = new Table(name, metadata, {}, options) as unknown as Table;
    table._fillColumns = fill;
    metadata._deferred.add(table);
    return table;
  }

  /** @internal */
  _ensureFilled(): void {
    const fill = this._fillColumns;
    if (fill === null) return;
    this._fillColumns = null;
    this.metadata._deferred.delete(this as unknown as Table);
    try {
      fill(this as unknown as Table);
    } catch (error) {
      this._clear();
      this._fillColumns = fill;
      this.metadata._deferred.add(this as unknown as Table);
      throw error;
    }
  }

  /** @internal */
  _clear(): void {
    this._columns = new ColumnCollection();
    this._foreignKeys = new Set();
    this._constraints = new Set();
    this._indexes = new Set();
    this._triggers = new Set();
    this._primaryKeyConstraint = null;
    this._primaryKeyConstraint = new PrimaryKeyConstraint([], {}, true);
    this._primaryKeyConstraint._setParent(this);
  }

  /** @internal */
  _setOptions(options: TableOptions): void {
    if (options.comment !== undefined) this.comment = options.comment;
    if (options.info !== undefined) this._info = options.info;
    if (options.implicitReturning !== undefined) this._implicitReturning = options.implicitReturning;
    this.dialectOptions = dialectOptionsOf("Table", options, OWN_AND_INTERNAL);
  }

  /** @internal */
  _addColumns(columns: TableColumns): void {
    for (const key of Object.keys(columns)) {
      const column = columns[key];
      if (!(column instanceof Column)) {
        throw new ArgumentError(
          `The columns of the table "${this.name}" must be an object of columns by key; "${key}" is ${describe(column)}.`,
        );
      }
      this.appendColumn(column, { key });
    }
  }

  /** @internal */
  _addItem(item: unknown): void {
    if (!(item instanceof SchemaItem)) {
      throw new ArgumentError(`The table "${this.name}" was given ${describe(item)} among its constraints and indexes.`);
    }
    item._attachTo(this);
  }

  // ---------------------------------------------------------------- what it has

  /** @internal */
  get _reflects(): boolean {
    return true;
  }

  /** Whether it is a view: made by CREATE VIEW. */
  get isView(): boolean {
    return (this._creatorDdl as { readonly isView?: boolean } | null)?.isView === true;
  }

  /** The triggers, in the order in which they were added. */
  get triggers(): readonly Trigger[] {
    if (this._fillColumns !== null) this._ensureFilled();
    return [...this._triggers];
  }

  /** @internal */
  get _eventParent(): Dispatcher<TableEvents> {
    return allTables;
  }

  /** @internal */
  get _schemaColumns(): readonly Column<unknown>[] {
    return this._collection.all() as unknown as readonly Column<unknown>[];
  }

  override get _useSchemaMap(): boolean {
    return true;
  }

  override get _collection(): ColumnCollection {
    if (this._fillColumns !== null) this._ensureFilled();
    return this._columns!;
  }

  /** The primary key: a constraint, and the columns of it when it is iterated. */
  override get primaryKey(): PrimaryKeyConstraint {
    if (this._fillColumns !== null) this._ensureFilled();
    return this._primaryKeyConstraint!;
  }

  override get foreignKeys(): ReadonlySet<ForeignKey> {
    if (this._fillColumns !== null) this._ensureFilled();
    return this._foreignKeys as Set<ForeignKey>;
  }

  /** All constraints. */
  get constraints(): ReadonlySet<Constraint> {
    if (this._fillColumns !== null) this._ensureFilled();
    return this._constraints;
  }

  get indexes(): ReadonlySet<Index> {
    if (this._fillColumns !== null) this._ensureFilled();
    return this._indexes;
  }

  get foreignKeyConstraints(): ReadonlySet<ForeignKeyConstraint> {
    return new Set(this._foreignKeyConstraintsInOrder);
  }

  /** @internal */
  get _foreignKeyConstraintsInOrder(): readonly ForeignKeyConstraint[] {
    return this._sortedConstraints.filter((constraint) => constraint instanceof ForeignKeyConstraint);
  }

  /** In the order in which they were made. @internal */
  get _sortedConstraints(): readonly Constraint[] {
    return [...this.constraints].sort((a, b) => a._creationOrder - b._creationOrder);
  }

  override get _autoincrementColumn(): Column<unknown> | null {
    return this.primaryKey._autoincrementColumn;
  }

  /** The column that the database numbers by itself, if there is one. */
  get autoincrementColumn(): Column<unknown> | null {
    return this._autoincrementColumn;
  }

  override get implicitReturning(): boolean {
    return this._implicitReturning;
  }

  /** Data of the user's own. */
  get info(): Info {
    return (this._info ??= {});
  }

  override get description(): string {
    return this.fullname;
  }

  override get _columnList(): readonly object[] {
    return this._collection.all();
  }

  // ---------------------------------------------------------------- changing it

  /**
   * Adds a column.
   * @param options - `replaceExisting` has it take the place of a column of the same key or name
   * @throws DuplicateColumnError when there is one of the same key or name
   */
  override appendColumn(column: ColumnClause<unknown>, options: { readonly key?: string; readonly replaceExisting?: boolean } = {}): void {
    if (!(column instanceof Column)) throw new ArgumentError(`A table takes columns made by new Column(), not ${describe(column)}.`);
    if (this._fillColumns !== null) this._ensureFilled();
    nameColumn(column, options.key ?? column.key);
    const target = column as unknown as SchemaEventTarget;
    const before = (target._dispatch ?? target._eventParent).on.beforeParentAttach;
    if (before !== null) for (const listener of before) listener(column as never, this);
    attachColumn(column, this as unknown as Table);
    if (column.name === "") throw new ArgumentError(`A column of the table "${this.name}" has neither a name nor a key.`);
    const key = column.key;
    const existing = (this._columns!.get(key) ?? null) as Column<unknown> | null;
    // to the database it is the same column, by whatever key it goes here
    const found = this._columns!.entries.find(([other, { name }]) => name === column.name && other !== key);
    const namesake = (found?.[1] ?? null) as Column<unknown> | null;
    for (const other of [existing, namesake]) {
      if (other === null || other === column) continue;
      if (options.replaceExisting !== true) {
        column.table = null;
        const what = other === existing ? `the key "${key}"` : `the name "${column.name}"`;
        const where = other === existing ? "" : `, by the key "${other.key}"`;
        throw new DuplicateColumnError(`A column with ${what} is already present in table "${this.name}"${where}.`);
      }
      this._forgetColumn(other);
    }
    if (namesake !== null) this._columns!.remove(namesake);
    const replaced = existing ?? namesake;
    this._columns!.replace(column, key);
    if (column.primaryKey || replaced?.primaryKey === true) this._primaryKeyConstraint!._replace(column, replaced);
    attachSchemaTypes(column, this as unknown as Table);
    columnAttached(column, this as unknown as Table);
    this._addFlags(column);
    for (const constraint of typeConstraints(column)) constraint._attachTo(this);
    const after = (target._dispatch ?? target._eventParent).on.afterParentAttach;
    if (after !== null) for (const listener of after) listener(column as never, this);
  }

  /** Adds a constraint, an index or a trigger. */
  appendConstraint(constraint: TableItem): void {
    if (this._fillColumns !== null) this._ensureFilled();
    this._addItem(constraint);
  }

  /** Says that another table must be created before this one, beside those that it refers to: as for the tables that a view selects from. */
  addIsDependentOn(table: Table): void {
    this._extraDependencies.add(table);
  }

  /** @internal */
  _forgetColumn(column: Column<unknown>): void {
    for (const fk of column.foreignKeys) {
      (this._foreignKeys as Set<object>).delete(fk);
      if (fk.constraint !== null && fk.constraint.elements.length === 1) this._constraints.delete(fk.constraint);
    }
  }

  /** @internal */
  _addFlags(column: Column<unknown>): void {
    if (column.index === true) {
      const index = new Index(null, [column], { unique: column.unique === true }, false);
      index._columnFlag = true;
      index._attachTo(this);
    } else if (column.unique === true) {
      const unique = new UniqueConstraint([column], {}, false);
      unique._columnFlag = true;
      unique._attachTo(this);
    }
  }

  // ---------------------------------------------------------------- the database

  /**
   * Creates the table with its indexes and triggers, and the types and sequences that its columns need. Foreign keys with `useAlter` are left
   * out: `createAll()` makes them when all tables are there.
   * @param bind - an engine or a connection
   * @param options - checkFirst: looks first whether the table is there; unless told, only types are looked up
   */
  create(bind: DdlBind, options: TableDdlOptions = {}): Promise<void> {
    return itemDdlSlot.call("create", this, bind, checkFirstFlags(options.checkFirst, CheckFirst.TYPES));
  }

  /**
   * Drops the table. Types that were created with it stay, since other tables may have them: `dropAll()` drops them.
   * @param bind - an engine or a connection
   * @param options - checkFirst: looks first whether the table is there
   */
  drop(bind: DdlBind, options: TableDdlOptions = {}): Promise<void> {
    return itemDdlSlot.call("drop", this, bind, checkFirstFlags(options.checkFirst, CheckFirst.NONE));
  }

  // ---------------------------------------------------------------- copies

  /**
   * A copy of the table in another MetaData.
   * See https://docs.sqlalchemy.org/en/21/core/metadata.html#sqlalchemy.schema.Table.to_metadata
   */
  toMetadata(metadata: MetaData, options: ToMetadataOptions = {}): Table<C, N> {
    const name = options.name ?? this.name;
    const retain = options.schema === undefined;
    const schema = retain ? (this.schema ?? metadata.schema) : options.schema;
    const key = tableKey(name, schema ?? null);
    const there = metadata._tables.get(key);
    if (there !== undefined) return there as unknown as Table<C, N>;
    const columns: Record<string, Column<unknown>> = {};
    const copyOptions: Record<string, unknown> = {
      schema: schema ?? null,
      implicitReturning: this._implicitReturning,
      comment: this.comment,
    };
    if (this._prefixes.length > 0) copyOptions["prefixes"] = this._prefixes;
    if (this.quote !== null) copyOptions["quote"] = this.quote;
    for (const column of this._collection) columns[column.key!] = (column as Column<unknown>)._copy();
    const copy = new Table(name, metadata, columns, [], copyOptions) as unknown as Table<C, N>;
    copy.dialectOptions = this.dialectOptions;
    if (this._info !== null) copy._info = { ...this._info };
    for (const constraint of this._sortedConstraints) {
      if (constraint instanceof ForeignKeyConstraint) {
        constraint._copy(copy as unknown as Table, this._copiedSchema(constraint, schema ?? null, retain, options))._attachTo(copy);
      } else if (
        !constraint._typeBound &&
        (constraint as { _columnFlag?: boolean })._columnFlag !== true &&
        (constraint as { _columnLevel?: unknown })._columnLevel == null
      ) {
        if (constraint instanceof PrimaryKeyConstraint && constraint._implicitGenerated) continue;
        constraint._copy(copy as unknown as Table)._attachTo(copy);
      }
    }
    for (const index of this.indexes) if (!index._columnFlag) index._copy(copy as unknown as Table)._attachTo(copy);
    for (const trigger of this.triggers) trigger._copy()._attachTo(copy);
    const creator = this._creatorDdl as TableDdl | null;
    if (creator !== null) copy._creatorDdl = creator._forTable(copy as unknown as Table);
    const dropper = this._dropperDdl as TableDdl | null;
    if (dropper !== null) copy._dropperDdl = dropper._forTable(copy as unknown as Table);
    return copy;
  }

  /** @internal */
  _copiedSchema(
    constraint: ForeignKeyConstraint,
    schema: string | null,
    retain: boolean,
    options: ToMetadataOptions,
  ): string | null | undefined {
    const key = constraint.elements[0]!._targetTableKey;
    const referred = key === null || !key.includes(".") ? null : key.slice(0, key.lastIndexOf("."));
    if (options.referredSchemaFn !== undefined) {
      return options.referredSchemaFn(this as unknown as Table, schema, constraint, referred);
    }
    if (retain) return undefined;
    return referred === this.schema ? schema : undefined;
  }

  /** The expression with this table's columns in place of those of the table that it is a copy of. @internal */
  _copiedClause(clause: ClauseElement, source: Table | null): ClauseElement {
    if (source === null) return clause;
    return replacementTraverse(clause, (element) => {
      if (!(element instanceof Column) || (element.table as unknown) !== source) return null;
      return (this._columns!.get(element.key) ?? null) as ClauseElement | null;
    });
  }

  // ---------------------------------------------------------------- keys

  override _cacheKey(key: CacheKey): void {
    key.add((this._keyNumber ??= identityNumber(this._identity)));
    this._writeAnnotations(key);
  }

  override toString(): string {
    return this.fullname;
  }

  /** @internal */
  override [INSPECT](): string {
    return `Table(${[this.fullname, ...Object.keys(this.c)].join(", ")})`;
  }

  /** @internal */
  _correspondingColumn(column: ColumnElement<unknown>): ColumnElement<unknown> | null {
    return this._collection.correspondingColumn(column) ?? null;
  }
}

const OWN_AND_INTERNAL: ReadonlySet<string> = new Set([...OWN, "_replace"]);

/** The key of a table in its MetaData. */
export function tableKey(name: string, schema: string | null): string {
  return schema === null || schema === "" ? name : `${schema}.${name}`;
}

function useExisting(existing: Table, columns: TableColumns | undefined, items: readonly TableItem[], options: TableOptions): Table {
  const extended = options.extendExisting === true;
  const given = (columns !== undefined && Object.keys(columns).length > 0) || items.length > 0;
  if (options.keepExisting === true) {
    if (extended) throw new ArgumentError("keepExisting and extendExisting are mutually exclusive.");
    return existing;
  }
  if (!extended && given) {
    throw new InvalidRequestError(
      `Table '${existing.key}' is already defined for this MetaData instance. Specify 'extendExisting: true' to redefine options and columns on an existing Table object.`,
    );
  }
  if (extended) {
    for (const key of Object.keys(columns ?? {})) existing.appendColumn(columns![key]!, { key, replaceExisting: true });
    for (const item of items) existing.appendConstraint(item);
    existing._setOptions(options);
  }
  return existing;
}
