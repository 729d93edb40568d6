import { Slot } from "../base/late.ts";
import { FROM_CLAUSE_ROLES } from "../base/roles.ts";
import type { Expression, ORIGIN, TablesOf } from "../base/expression.ts";
import type { ClauseElement } from "../elements/clause-element.ts";
import type { ColumnElement } from "../elements/column-element.ts";
import type { NameArgument, QuotedName } from "../elements/quoted-name.ts";
import type { ForeignKey } from "../schema/foreign-key.ts";
import type { Alias } from "./alias.ts";
import { ColumnCollection, type Columns } from "./column-collection.ts";
import type { Join } from "./join.ts";
import type { JoinNulls, NameOr, NoJoinOptions, NullsOf, OuterJoinNulls } from "./join-types.ts";
import { ReturnsRows } from "./returns-rows.ts";
import type { Select } from "./select.ts";
import type { TableSample, TableSampleOptions } from "./tablesample.ts";

/** Marks FROM elements for the type checker; does not exist at run time. */
export declare const FROM: unique symbol;

/** What may be an ON clause. */
export type OnClause = Expression<boolean | null> | ClauseElement;

/** What may be joined to or selected from: a FROM element, a mapped class, or what stands for one. */
export type FromArgument = FromClause | { readonly prototype: object } | ClauseElement | object;

/** Which kind of JOIN. */
export interface JoinOptions {
  /** LEFT OUTER JOIN */
  readonly isouter?: boolean;
  /** FULL OUTER JOIN */
  readonly full?: boolean;
}

/** Which kind of outer join. */
export interface OuterJoinOptions {
  /** FULL OUTER JOIN */
  readonly full?: boolean;
}

export const joinSlot: Slot<(left: FromClause, right: FromArgument, onclause: OnClause | null, options: JoinOptions) => Join> = new Slot(
  "join",
);
export const aliasSlot: Slot<(selectable: FromClause, name: NameArgument | null) => Alias> = new Slot("alias");
export const selectFromSlot: Slot<(from: FromClause) => Select<unknown[]>> = new Slot("selectFrom");
export const tablesampleSlot: Slot<(from: FromClause, sampling: unknown, options: TableSampleOptions) => TableSample> = new Slot(
  "tablesample",
);

export const tableValuedSlot: Slot<(from: NamedFromClause) => ColumnElement<unknown>> = new Slot("tableValued");

/** Where the keys of `filterBy` and of lightweight expressions are looked up. */
export type EntityNamespace = Readonly<Record<string, unknown>>;

/**
 * What can stand in the FROM list of a SELECT.
 * See https://docs.sqlalchemy.org/en/21/core/selectable.html#sqlalchemy.sql.expression.FromClause
 */
export abstract class FromClause<C = object, N extends string = string> extends ReturnsRows {
  declare readonly [FROM]: true;
  declare readonly [ORIGIN]: N;

  /** @internal */
  _columns: ColumnCollection | null = null;
  /** @internal */
  _primaryKey: Set<ColumnElement<unknown>> | null = null;
  /** @internal */
  _foreignKeys: Set<object> | null = null;

  override get _isFromClause(): boolean {
    return true;
  }

  override get _roles(): number {
    return FROM_CLAUSE_ROLES;
  }

  /** Whether it has a name by which columns can be qualified. @internal */
  get namedWithColumn(): boolean {
    return false;
  }

  /** @internal */
  get _isJoin(): boolean {
    return false;
  }

  /** Brackets around a FROM element. @internal */
  get _isFromGrouping(): boolean {
    return false;
  }

  /** @internal */
  get _isTable(): boolean {
    return false;
  }

  /** @internal */
  get _isLateral(): boolean {
    return false;
  }

  /** Whether foreign keys and schema names of `Table` count here. @internal */
  get _useSchemaMap(): boolean {
    return false;
  }

  /** The schema's name; null where there is none. */
  get schema(): string | null {
    return null;
  }

  /** How messages name it. */
  override get description(): string {
    return (this as { name?: string }).name ?? `${this.constructor.name} object`;
  }

  /** The columns by key; iterating gives them in order. */
  get c(): Columns<C, N> {
    return this._collection.record as unknown as Columns<C, N>;
  }

  /** The same as {@link c}. */
  get columns(): Columns<C, N> {
    return this.c;
  }

  /** The columns with their keys, in order. @internal */
  get _collection(): ColumnCollection {
    if (this._columns === null) this._setupCollections();
    return this._columns!;
  }

  override get _exportedCollection(): ColumnCollection {
    return this._collection;
  }

  /** The columns of the primary key. */
  get primaryKey(): Iterable<ColumnElement<unknown>> {
    if (this._primaryKey === null) this._setupCollections();
    return this._primaryKey!;
  }

  /** The foreign keys of all columns. */
  get foreignKeys(): Iterable<ForeignKey> {
    if (this._foreignKeys === null) this._setupCollections();
    return this._foreignKeys as Set<ForeignKey>;
  }

  /** Where `filterBy` looks names up. */
  get entityNamespace(): EntityNamespace {
    return this.c as EntityNamespace;
  }

  override get _allSelectedColumns(): readonly ClauseElement[] {
    return this._selectIterable;
  }

  /** What it gives to the list of columns of a SELECT. @internal */
  get _selectIterable(): readonly ClauseElement[] {
    return this._collection.all();
  }

  /** FROM elements that need not be listed beside this one, because it renders them. @internal */
  get _hideFroms(): readonly FromClause[] {
    return [];
  }

  /** @internal */
  _setupCollections(): void {
    const columns = new ColumnCollection();
    const primaryKey = new Set<ColumnElement<unknown>>();
    const foreignKeys = new Set<object>();
    this._populateColumnCollection(columns, primaryKey, foreignKeys);
    this._columns = columns;
    this._primaryKey = primaryKey;
    this._foreignKeys = foreignKeys;
  }

  /** @internal */
  _populateColumnCollection(_columns: ColumnCollection, _primaryKey: Set<ColumnElement<unknown>>, _foreignKeys: Set<object>): void {}

  override _generateFromclauseColumnProxies(
    fromclause: FromClause,
    columns: ColumnCollection,
    primaryKey: Set<ColumnElement<unknown>>,
    foreignKeys: Set<object>,
  ): void {
    for (const column of this._collection) {
      const [key, proxy] = column._makeProxy(fromclause, { primaryKey, foreignKeys });
      columns.add(proxy, key);
    }
  }

  /** Forgets the columns, so that they are made anew: after its element was replaced in a copy. @internal */
  _resetColumnCollection(): void {
    this._columns = null;
    this._primaryKey = null;
    this._foreignKeys = null;
  }

  /** The same thing for the database, though not for us: an annotated copy of one table, or copies of one alias. @internal */
  _isLexicalEquivalent(other: FromClause): boolean {
    return this._identity === other._identity;
  }

  /** A SELECT of all columns. */
  select(): Select<unknown[]> {
    return selectFromSlot.call(this as unknown as FromClause);
  }

  /**
   * A JOIN of this and another FROM element. Without `onclause` the foreign keys between both decide.
   * @throws NoForeignKeysError, AmbiguousForeignKeysError
   */
  join<T extends FromArgument, const O extends JoinOptions>(
    right: T,
    options: O,
  ): Join<N | TablesOf<T>, NullsOf<this> | JoinNulls<N, T, O>>;
  join<T extends FromArgument, const O extends JoinOptions = NoJoinOptions>(
    right: T,
    onclause?: OnClause | null,
    options?: O,
  ): Join<N | TablesOf<T>, NullsOf<this> | JoinNulls<N, T, O>>;
  join(right: FromArgument, onclause: OnClause | JoinOptions | null = null, options: JoinOptions = {}): never {
    const [on, opts] = joinArguments(onclause, options);
    return joinSlot.call(this as unknown as FromClause, right, on, opts) as never;
  }

  /** A LEFT OUTER JOIN (or FULL OUTER JOIN) of this and another FROM element. */
  outerjoin<T extends FromArgument, const O extends OuterJoinOptions>(
    right: T,
    options: O,
  ): Join<N | TablesOf<T>, NullsOf<this> | OuterJoinNulls<N, T, O>>;
  outerjoin<T extends FromArgument, const O extends OuterJoinOptions = NoJoinOptions>(
    right: T,
    onclause?: OnClause | null,
    options?: O,
  ): Join<N | TablesOf<T>, NullsOf<this> | OuterJoinNulls<N, T, O>>;
  outerjoin(right: FromArgument, onclause: OnClause | JoinOptions | null = null, options: JoinOptions = {}): never {
    const [on, opts] = joinArguments(onclause, options);
    return joinSlot.call(this as unknown as FromClause, right, on, { ...opts, isouter: true }) as never;
  }

  /** The same element under another name; without a name, one is made (`users_1`). */
  alias<const A extends string | null = null>(name?: A | QuotedName): Alias<C, NameOr<A, `(${N})`>> {
    return aliasSlot.call(this as unknown as FromClause, name ?? null) as never;
  }

  /** A random part of the rows: TABLESAMPLE. */
  tablesample(sampling: unknown, options: TableSampleOptions = {}): TableSample<C> {
    return tablesampleSlot.call(this as unknown as FromClause, sampling, options) as unknown as TableSample<C>;
  }

  /** What takes its place when it must be aliased as a whole (a join is put in a subquery, or its parts are aliased). @internal */
  _anonymousFromclause(name: string | null = null): FromClause {
    return this.alias(name) as unknown as FromClause;
  }
}

/** A FROM element that has a name of its own, by which columns are qualified. */
export abstract class NamedFromClause<C = object, N extends string = string> extends FromClause<C, N> {
  abstract readonly name: string;

  override get namedWithColumn(): boolean {
    return true;
  }

  override get description(): string {
    return this.name;
  }

  /**
   * The whole row as one value, named like the table: for functions of PostgreSQL that take rows.
   * @example select(func.row_to_json(users.tableValued()))
   */
  tableValued(): ColumnElement<unknown> {
    return tableValuedSlot.call(this as NamedFromClause);
  }
}

/** Options may stand in the place of the ON clause. */
export function joinArguments(onclause: OnClause | JoinOptions | null | undefined, options: JoinOptions): [OnClause | null, JoinOptions] {
  if (onclause == null) return [null, options];
  if (isPlainOptions(onclause)) return [null, { ...onclause, ...options }];
  return [onclause as OnClause, options];
}

function isPlainOptions(value: object): value is JoinOptions {
  const proto = Object.getPrototypeOf(value) as unknown;
  return proto === Object.prototype || proto === null;
}
