import { Slot } from "../base/late.ts";
import { type ColumnDescription, describeColumns } from "./column-descriptions.ts";
import { reduceColumns } from "./reduce-columns.ts";
import { applyPropagateAttrs, clauseOf, expectColumnsClause, expectFrom, expectOnClause, expectWhere } from "../base/coercions.ts";
import {
  expectExtension,
  type ExtensionFunction,
  type PlacedExtension,
  type SelectExtensionPoint,
  type SyntaxExtension,
  withExtensionPoint,
} from "../base/syntax-extension.ts";
import { Blank } from "../base/generative.ts";
import type { Field } from "../base/traversal.ts";
import type { SqlCompiler } from "../compiler/sql-compiler.ts";
import type { VisitOptions } from "../compiler/visit-options.ts";
import type { ClauseElement } from "../elements/clause-element.ts";
import type { ColumnElement } from "../elements/column-element.ts";
import { conjunctionForWhere } from "../elements/boolean-clause-list.ts";
import type { Operator } from "../operators/operator.ts";
import { NULLTYPE } from "../types/null-type.ts";
import type { TypeEngine } from "../types/type-engine.ts";
import { ColumnCollection } from "./column-collection.ts";
import { compound, type CompoundSelect } from "./compound-select.ts";
import { EXECUTABLE_FIELDS, type ExecutableReturnsRows } from "./executable-rows.ts";
import {
  joinArguments,
  selectFromSlot,
  type FromArgument,
  type FromClause,
  type JoinOptions,
  type OnClause,
  type OuterJoinOptions,
} from "./from-clause.ts";
import type { FixArgument } from "./hints.ts";
import type { JoinNulls, NoJoinOptions, NULLS, NullsOf, OuterJoinNulls } from "./join-types.ts";
import { LABEL_STYLE_DEFAULT, LABEL_STYLE_DISAMBIGUATE_ONLY, LABEL_STYLE_NONE } from "./label-style.ts";
import { MemoizedSelectEntities } from "./memoized-entities.ts";
import { filterByClauses } from "./filter-by.ts";
import { GenerativeSelect, type ROW, type SelectBase } from "./select-base.ts";
import { SelectStatementGrouping } from "./select-grouping.ts";
import { columnsAndShape } from "./select-shape.ts";
import { columnNamingConvention, proxyColumns, type CompoundColumns } from "./select-naming.ts";
import { selectPlugin } from "./select-state.ts";
import type {
  AnyFilterValues,
  Condition,
  EntityClass,
  FilterValues,
  Fitting,
  InstanceOf,
  MoreColumns,
  MoreSelected,
  RowOf,
  SelectArgument,
  SelectedValue,
  SelectShape,
  TableFilter,
  TupleRow,
  UnionRow,
  WithNulls,
} from "./select-types.ts";

const NONE: readonly never[] = Object.freeze([]);
const POINTS: readonly SelectExtensionPoint[] = ["postSelect", "preColumns", "postCriteria", "postBody"];

/** Filled by the ORM: `select(…).fromStatement(…)`. */
export const fromStatementSlot: Slot<(select: Select<unknown>, statement: object) => ExecutableReturnsRows> = new Slot("fromStatement");

/** How a join was asked for; it is resolved when the statement is compiled. */
export type SetupJoin = readonly [
  target: object,
  onclause: object | null,
  from: object | null,
  flags: { readonly isouter: boolean; readonly full: boolean },
];

/** A join with an outer join inside. */
interface HasNulls {
  readonly [NULLS]: string;
}

/** A hint for one FROM element: the element, the dialect it is meant for ("*" for all), and its text. */
export type FromHint = readonly [from: FromClause, dialect: string, text: string];

/**
 * A SELECT statement. `R` is its row: a tuple for `select(a, b)`, an object for `select({ x: a })`. `A` is what was selected, and `N`
 * names the tables whose rows may be missing, by outer joins.
 * Every method gives a changed copy.
 * @example select(users.c.id, users.c.name).where(users.c.name.like("s%")).orderBy(users.c.id)
 * @see https://docs.sqlalchemy.org/en/21/core/selectable.html#sqlalchemy.sql.expression.Select
 */
export class Select<R = unknown[], F = AnyFilterValues, A = unknown, N extends string = string> extends GenerativeSelect<R, A> {
  declare readonly [NULLS]: N;
  static override readonly fields: readonly Field[] = [
    ["_rawColumns", "clauses"],
    ["_memoizedSelectEntities", "keyed"],
    ["_fromObj", "clauses"],
    ["_whereCriteria", "clauses"],
    ["_havingCriteria", "clauses"],
    ["_orderByClauses", "clauses"],
    ["_groupByClauses", "clauses"],
    ["_setupJoins", "clauseRows"],
    ["_correlate", "clauses"],
    ["_correlateExcept", "clauses", null],
    ["_autoCorrelate", "plain", true],
    ["_limitClause", "clause"],
    ["_offsetClause", "clause"],
    ["_fetchClause", "clause"],
    ["_fetchClauseOptions", "plainRecord", null],
    ["_forUpdateArg", "clause"],
    ["_distinct", "plain"],
    ["_distinctOn", "clauses"],
    ["_extensions", "clausePairs"],
    ["_hints", "clauseRows"],
    ["_labelStyle", "plain", LABEL_STYLE_DEFAULT],
    ["_shape", "plains", null],
    ["_compileOptions", "plain", null],
    ...EXECUTABLE_FIELDS,
  ];

  /** @internal */
  _rawColumns: readonly ClauseElement[];
  /** @internal */
  _memoizedSelectEntities: readonly MemoizedSelectEntities[] = NONE;
  /** @internal */
  _fromObj: readonly FromClause[] = NONE;
  /** @internal */
  _whereCriteria: readonly ClauseElement[] = NONE;
  /** @internal */
  _havingCriteria: readonly ClauseElement[] = NONE;
  /** @internal */
  _setupJoins: readonly SetupJoin[] = NONE;
  /** @internal */
  _correlate: readonly FromClause[] = NONE;
  /** @internal */
  _correlateExcept: readonly FromClause[] | null = null;
  /** @internal */
  _autoCorrelate = true;
  /** @internal */
  _distinct = false;
  /** @internal */
  _distinctOn: readonly ClauseElement[] = NONE;
  /** @internal */
  _extensions: readonly PlacedExtension[] = NONE;
  /** @internal */
  _hints: readonly FromHint[] = NONE;
  /** The names of `select({ … })`, in order; null where rows are tuples. @internal */
  _shape: readonly string[] | null;
  /** What the layer that compiles the statement keeps for itself; part of the key. @internal */
  _compileOptions: object | null = null;
  /** @internal */
  _selected: ColumnCollection | null = null;

  constructor(entities: readonly unknown[], shape: readonly string[] | null = null) {
    super();
    this._shape = shape;
    this._rawColumns = this._coerceColumns(entities, "select()");
  }

  override accept(compiler: SqlCompiler, options: VisitOptions): string {
    return compiler.visitSelect(this as unknown as Select<unknown>, options);
  }

  override get _isSelectStatement(): boolean {
    return true;
  }

  override get _isSelectContainer(): boolean {
    return true;
  }

  override _forget(): void {
    this._selected = null;
  }

  /** @internal */
  _coerceColumns(entities: readonly unknown[], where: string): ClauseElement[] {
    return entities.map((entity) => this._taken(expectColumnsClause(entity, where)));
  }

  override _scalarType(): TypeEngine<unknown> {
    const first = this._allSelectedColumns[0] as { readonly type?: TypeEngine<unknown> } | undefined;
    return first?.type ?? NULLTYPE;
  }

  override get _fromObjects(): readonly FromClause[] {
    return NONE;
  }

  // ---- columns

  override get _allSelectedColumns(): readonly ClauseElement[] {
    return selectPlugin(this).allSelectedColumns(this as unknown as Select<unknown>);
  }

  override get _selectedCollection(): ColumnCollection {
    if (this._selected === null) {
      const columns = new ColumnCollection();
      const keyOf = columnNamingConvention(this._labelStyle);
      for (const column of this._allSelectedColumns) {
        const key = keyOf(column);
        if (key !== null) columns.add(column as ColumnElement<unknown>, key);
      }
      this._selected = columns;
    }
    return this._selected;
  }

  /** The columns that are selected, in order. */
  get innerColumns(): readonly ClauseElement[] {
    return this._allSelectedColumns;
  }

  /** What each row has: columns and expressions, or mapped classes, as they were given to `select()`. */
  get columnDescriptions(): readonly ColumnDescription[] {
    return describeColumns(this._rawColumns);
  }

  /**
   * The same statement with further columns. The rows of `select({ … })` are then arrays, of unknown values.
   */
  addColumns<T, B, M extends string, const C extends readonly SelectArgument[]>(
    this: Select<T, unknown, B, M>,
    ...columns: C
  ): Select<MoreColumns<T, C, M>, AnyFilterValues, MoreSelected<B, C>, M> {
    const copy = this._generate();
    copy._rawColumns = [...this._rawColumns, ...copy._coerceColumns(columns, "addColumns()")];
    copy._shape = null;
    return copy as never;
  }

  /** The same statement with one more column: {@link addColumns}. */
  column(column: SelectArgument): Select<unknown[]> {
    return this.addColumns(column);
  }

  /** The same statement with other columns in place of its own; with `maintainColumnFroms` the FROM elements of the old ones stay. */
  withOnlyColumns<M extends string, const C extends readonly SelectArgument[]>(
    this: Select<unknown, unknown, unknown, M>,
    ...columns: C
  ): Select<WithNulls<TupleRow<C>, C, M>, AnyFilterValues, C, M>;
  withOnlyColumns<M extends string, const C extends readonly SelectArgument[]>(
    this: Select<unknown, unknown, unknown, M>,
    ...args: [...C, { readonly maintainColumnFroms: boolean }]
  ): Select<WithNulls<TupleRow<C>, C, M>, AnyFilterValues, C, M>;
  withOnlyColumns<M extends string, const S extends SelectShape>(
    this: Select<unknown, unknown, unknown, M>,
    shape: S,
  ): Select<WithNulls<{ -readonly [K in keyof S]: SelectedValue<S[K]> }, S, M>, AnyFilterValues, S, M>;
  withOnlyColumns(...columns: readonly unknown[]): never {
    const last = columns.length > 1 ? columns.at(-1) : null;
    if (typeof last !== "object" || last === null || !("maintainColumnFroms" in last) || clauseOf(last) !== null)
      return this._withOnly(columns, false) as never;
    return this._withOnly(columns.slice(0, -1), last.maintainColumnFroms === true) as never;
  }

  /**
   * The same statement without columns that repeat others: those that refer to another one by a foreign key, or that a simple comparison in
   * WHERE or in FROM says are equal to it.
   * @param options - onlySynonyms: only those that have the name of the other; true unless told
   */
  reduceColumns(options: { readonly onlySynonyms?: boolean } = {}): Select<unknown[]> {
    const columns = this._allSelectedColumns as readonly ColumnElement<unknown>[];
    const reduced = reduceColumns(columns, [...this._whereCriteria, ...this._fromObj], { onlySynonyms: options.onlySynonyms ?? true });
    return this._withOnly(reduced, false) as never;
  }

  /** @internal */
  _withOnly(columns: readonly unknown[], maintainColumnFroms: boolean): this {
    const copy = this._generate();
    if (maintainColumnFroms) copy._fromObj = [...copy._fromObj, ...this.columnsClauseFroms];
    const [entities, shape] = columnsAndShape(columns);
    MemoizedSelectEntities._generateForStatement(copy as unknown as Select<unknown>);
    copy._rawColumns = copy._coerceColumns(entities, "withOnlyColumns()");
    copy._shape = shape;
    return copy;
  }

  override _ensureDisambiguatedNames(): SelectBase<R, A> {
    return this._labelStyle === LABEL_STYLE_NONE ? this.setLabelStyle(LABEL_STYLE_DISAMBIGUATE_ONLY) : this;
  }

  override _generateFromclauseColumnProxies(
    fromclause: FromClause,
    columns: ColumnCollection,
    primaryKey: Set<ColumnElement<unknown>>,
    foreignKeys: Set<object>,
    compound?: CompoundColumns,
  ): void {
    proxyColumns(this._allSelectedColumns, this._labelStyle, fromclause, columns, primaryKey, foreignKeys, compound);
  }

  // ---- FROM

  /** Adds FROM elements, beside those that the columns bring along. */
  selectFrom<T, B, M extends string, const L extends readonly FromArgument[], X extends string = NullsOf<L[number]>>(
    this: Select<T, unknown, B, M>,
    ...froms: L
  ): Select<WithNulls<T, B, NoInfer<X>>, AnyFilterValues, B, M | NoInfer<X>> {
    const copy = this._generate();
    copy._fromObj = [...this._fromObj, ...froms.map((from) => copy._taken(expectFrom(from, "selectFrom()")))];
    return copy as never;
  }

  /**
   * Joins to another FROM element (or along a relationship, with the ORM). Without an ON clause the foreign keys decide.
   * @throws InvalidRequestError (when compiled) where it is not clear what to join from
   * @throws NoForeignKeysError, AmbiguousForeignKeysError (when compiled)
   */
  join<T, B, M extends string, J extends FromArgument, const O extends JoinOptions, X extends string = JoinNulls<string, J, O>>(
    this: Select<T, unknown, B, M>,
    target: J,
    options: O,
  ): Select<WithNulls<T, B, NoInfer<X>>, AnyFilterValues, B, M | NoInfer<X>>;
  join<T, B, M extends string, J extends HasNulls, const O extends JoinOptions = NoJoinOptions, X extends string = JoinNulls<string, J, O>>(
    this: Select<T, unknown, B, M>,
    target: J,
    onclause?: OnClause | object | null,
    options?: O,
  ): Select<WithNulls<T, B, NoInfer<X>>, AnyFilterValues, B, M | NoInfer<X>>;
  join(target: FromArgument, onclause?: OnClause | object | null): Select<R, AnyFilterValues, A, N>;
  join<T, B, M extends string, J extends FromArgument, const O extends JoinOptions, X extends string = JoinNulls<string, J, O>>(
    this: Select<T, unknown, B, M>,
    target: J,
    onclause: OnClause | object | null,
    options: O,
  ): Select<WithNulls<T, B, NoInfer<X>>, AnyFilterValues, B, M | NoInfer<X>>;
  join(target: FromArgument, onclause: OnClause | JoinOptions | null = null, options: JoinOptions = {}): never {
    const [on, opts] = joinArguments(onclause, options);
    return this._join(target, on, null, opts) as never;
  }

  /** Joins from one FROM element to another. */
  joinFrom<
    T,
    B,
    M extends string,
    L extends FromArgument,
    J extends FromArgument,
    const O extends JoinOptions,
    X extends string = NullsOf<L> | JoinNulls<string, J, O>,
  >(
    this: Select<T, unknown, B, M>,
    from: L,
    target: J,
    options: O,
  ): Select<WithNulls<T, B, NoInfer<X>>, AnyFilterValues, B, M | NoInfer<X>>;
  joinFrom<
    T,
    B,
    M extends string,
    L extends FromArgument,
    J extends FromArgument,
    const O extends JoinOptions = NoJoinOptions,
    X extends string = NullsOf<L> | JoinNulls<string, J, O>,
  >(
    this: Select<T, unknown, B, M>,
    from: L,
    target: J,
    onclause?: OnClause | null,
    options?: O,
  ): Select<WithNulls<T, B, NoInfer<X>>, AnyFilterValues, B, M | NoInfer<X>>;
  joinFrom(from: FromArgument, target: FromArgument, onclause: OnClause | JoinOptions | null = null, options: JoinOptions = {}): never {
    const [on, opts] = joinArguments(onclause, options);
    return this._join(target, on, from, opts) as never;
  }

  /** Joins by LEFT OUTER JOIN (or FULL OUTER JOIN): what is selected of the target may be missing, and is `null` then. */
  outerjoin<
    T,
    B,
    M extends string,
    J extends FromArgument,
    const O extends OuterJoinOptions,
    X extends string = OuterJoinNulls<string, J, O>,
  >(this: Select<T, unknown, B, M>, target: J, options: O): Select<WithNulls<T, B, NoInfer<X>>, AnyFilterValues, B, M | NoInfer<X>>;
  outerjoin<
    T,
    B,
    M extends string,
    J extends FromArgument,
    const O extends OuterJoinOptions = NoJoinOptions,
    X extends string = OuterJoinNulls<string, J, O>,
  >(
    this: Select<T, unknown, B, M>,
    target: J,
    onclause?: OnClause | null,
    options?: O,
  ): Select<WithNulls<T, B, NoInfer<X>>, AnyFilterValues, B, M | NoInfer<X>>;
  outerjoin(target: FromArgument, onclause: OnClause | JoinOptions | null = null, options: JoinOptions = {}): never {
    const [on, opts] = joinArguments(onclause, options);
    return this._join(target, on, null, { ...opts, isouter: true }) as never;
  }

  /** Joins from one FROM element to another by LEFT OUTER JOIN. */
  outerjoinFrom<
    T,
    B,
    M extends string,
    L extends FromArgument,
    J extends FromArgument,
    const O extends OuterJoinOptions,
    X extends string = NullsOf<L> | OuterJoinNulls<string, J, O>,
  >(
    this: Select<T, unknown, B, M>,
    from: L,
    target: J,
    options: O,
  ): Select<WithNulls<T, B, NoInfer<X>>, AnyFilterValues, B, M | NoInfer<X>>;
  outerjoinFrom<
    T,
    B,
    M extends string,
    L extends FromArgument,
    J extends FromArgument,
    const O extends OuterJoinOptions = NoJoinOptions,
    X extends string = NullsOf<L> | OuterJoinNulls<string, J, O>,
  >(
    this: Select<T, unknown, B, M>,
    from: L,
    target: J,
    onclause?: OnClause | null,
    options?: O,
  ): Select<WithNulls<T, B, NoInfer<X>>, AnyFilterValues, B, M | NoInfer<X>>;
  outerjoinFrom(
    from: FromArgument,
    target: FromArgument,
    onclause: OnClause | JoinOptions | null = null,
    options: JoinOptions = {},
  ): never {
    const [on, opts] = joinArguments(onclause, options);
    return this._join(target, on, from, { ...opts, isouter: true }) as never;
  }

  /** @internal */
  _join(target: FromArgument, onclause: object | null, from: FromArgument | null, options: JoinOptions): this {
    const copy = this._generate();
    const to = isJoinTarget(target) && clauseOf(target) !== null ? target : expectFrom(target, "join()");
    applyPropagateAttrs(copy, clauseOf(to)!);
    const left = from === null ? null : copy._taken(expectFrom(from, "joinFrom()"));
    const on = onclause === null || isJoinTarget(onclause) ? onclause : expectOnClause(onclause, "join()");
    const flags = { isouter: options.isouter ?? false, full: options.full ?? false };
    copy._setupJoins = [...this._setupJoins, [to, on, left, flags]];
    return copy;
  }

  /** The FROM elements that the columns bring along. */
  get columnsClauseFroms(): readonly FromClause[] {
    return selectPlugin(this).columnsClauseFroms(this as unknown as Select<unknown>);
  }

  /** The FROM elements as they will be rendered. */
  getFinalFroms(): readonly FromClause[] {
    return selectPlugin(this)
      .state(this as unknown as Select<unknown>, null, {})
      ._getDisplayFroms(null, null);
  }

  /** FROM elements, without those of joins. @internal */
  *_iterateFromElements(): Iterable<FromClause> {
    const seen = new Set<ClauseElement>();
    for (const group of [this._rawColumns, this._whereCriteria]) {
      for (const element of group) {
        for (const from of element._fromObjects) {
          if (seen.has(from._identity)) continue;
          seen.add(from._identity);
          yield from;
        }
      }
    }
    for (const from of this._fromObj) {
      if (seen.has(from._identity)) continue;
      seen.add(from._identity);
      yield from;
    }
  }

  override isDerivedFrom(fromclause: FromClause | null): boolean {
    for (const from of this._iterateFromElements()) if (from.isDerivedFrom(fromclause)) return true;
    return false;
  }

  // ---- conditions

  /** Adds conditions, joined by AND. */
  where(...criteria: readonly Condition[]): this {
    const copy = this._generate();
    copy._whereCriteria = [...this._whereCriteria, ...copy._conditions(criteria, "where()")];
    return copy;
  }

  /** The same as {@link where}. */
  filter(...criteria: readonly Condition[]): this {
    return this.where(...criteria);
  }

  /**
   * Adds conditions of equality by the names of columns (or attributes) of what is selected from and joined to.
   * @throws InvalidRequestError for a name that nothing has, or that more than one has
   */
  filterBy(values: F): this {
    const entities = selectPlugin(this).filterByEntities(this as unknown as Select<unknown>);
    return this.where(...(filterByClauses(entities, values as AnyFilterValues, "filterBy()") as unknown as Condition[]));
  }

  /** Adds conditions on groups: HAVING. */
  having(...criteria: readonly Condition[]): this {
    const copy = this._generate();
    copy._havingCriteria = [...this._havingCriteria, ...copy._conditions(criteria, "having()")];
    return copy;
  }

  /** All conditions as one expression; null when there is none. */
  get whereclause(): ClauseElement | null {
    return conjunctionForWhere(this._whereCriteria);
  }

  /** @internal */
  _conditions(criteria: readonly unknown[], where: string): ClauseElement[] {
    return criteria.map((criterion) => this._taken(expectWhere(criterion, where)));
  }

  // ---- the rest

  /** SELECT DISTINCT; with expressions DISTINCT ON, on PostgreSQL. */
  distinct(...expressions: readonly SelectArgument[]): this {
    const copy = this._generate();
    copy._distinct = true;
    if (expressions.length > 0) copy._distinctOn = [...this._distinctOn, ...copy._coerceColumns(expressions, "distinct()")];
    return copy;
  }

  /**
   * Adds a clause that the library does not know, or that only one database has, such as `distinctOn(…)` of PostgreSQL.
   * @throws ArgumentError for one that has no place in a SELECT
   */
  ext(extension: SyntaxExtension): this {
    const copy = this._generate();
    copy._taken(expectExtension(extension)).applyToSelect(copy as unknown as Select<unknown>);
    return copy;
  }

  /**
   * Says what stands at a point of the statement: for `applyToSelect()` of a {@link SyntaxExtension}, which is given a statement that it
   * may change.
   * @throws ArgumentError for a point that a SELECT does not have
   */
  applySyntaxExtensionPoint(apply: ExtensionFunction, point: SelectExtensionPoint): void {
    this._extensions = withExtensionPoint(this._extensions, apply, point, POINTS);
  }

  /** Names the FROM elements that are taken from the statement around this one; `null` for none. */
  correlate(...froms: readonly (FromArgument | null)[]): this {
    const copy = this._generate();
    copy._autoCorrelate = false;
    const none = froms.length > 0 && froms[0] === null;
    copy._correlate = none ? NONE : [...this._correlate, ...froms.map((from) => expectFrom(from, "correlate()"))];
    return copy;
  }

  /** Names the FROM elements that are not taken from the statement around this one: all others are. */
  correlateExcept(...froms: readonly (FromArgument | null)[]): this {
    const copy = this._generate();
    copy._autoCorrelate = false;
    const none = froms.length > 0 && froms[0] === null;
    copy._correlateExcept = none
      ? NONE
      : [...(this._correlateExcept ?? NONE), ...froms.map((from) => expectFrom(from, "correlateExcept()"))];
    return copy;
  }

  /** Texts between SELECT and the columns, which must not come from outside. The last argument may be `{ dialect }`, to restrict them to one. */
  prefixWith(...args: readonly FixArgument[]): this {
    return this._addFixes("_prefixes", args);
  }

  /** Texts at the end of the statement, which must not come from outside. The last argument may be `{ dialect }`. */
  suffixWith(...args: readonly FixArgument[]): this {
    return this._addFixes("_suffixes", args);
  }

  /** A hint for one FROM element, for one dialect or for all. It is SQL, and must not come from outside. */
  withHint(from: FromArgument, text: string, dialectName: string | { readonly dialectName?: string } = "*"): this {
    const dialect = typeof dialectName === "string" ? dialectName : (dialectName.dialectName ?? "*");
    const copy = this._generate();
    const clause = expectFrom(from, "withHint()");
    copy._hints = [...this._hints.filter(([f, d]) => f !== clause || d !== dialect), [clause, dialect, text]];
    return copy;
  }

  /** A hint for the statement as a whole, for one dialect or for all. It is SQL, and must not come from outside. */
  withStatementHint(text: string, dialectName: string | { readonly dialectName?: string } = "*"): this {
    const dialect = typeof dialectName === "string" ? dialectName : (dialectName.dialectName ?? "*");
    const copy = this._generate();
    copy._statementHints = [...this._statementHints, [dialect, text]];
    return copy;
  }

  /**
   * Reads the selected entities from the rows of another statement (text, a SELECT, RETURNING), which is run as it is. For the ORM.
   * @example select(User).fromStatement(text("SELECT * FROM users WHERE …"))
   */
  fromStatement(statement: object): ExecutableReturnsRows & { readonly [ROW]: R } {
    return fromStatementSlot.call(this as unknown as Select<unknown>, statement) as ExecutableReturnsRows & { readonly [ROW]: R };
  }

  // ---- set operations

  /** UNION with further SELECTs. */
  union<T, B, const Q extends readonly SelectBase<unknown>[]>(
    this: SelectBase<T, B>,
    ...others: Q & Fitting<T, Q>
  ): CompoundSelect<UnionRow<T, RowOf<Q[number]>>, B> {
    return compound("UNION", this, others) as never;
  }

  /** UNION ALL with further SELECTs. */
  unionAll<T, B, const Q extends readonly SelectBase<unknown>[]>(
    this: SelectBase<T, B>,
    ...others: Q & Fitting<T, Q>
  ): CompoundSelect<UnionRow<T, RowOf<Q[number]>>, B> {
    return compound("UNION ALL", this, others) as never;
  }

  /** EXCEPT further SELECTs. */
  except<T, B, const Q extends readonly SelectBase<unknown>[]>(this: SelectBase<T, B>, ...others: Q & Fitting<T, Q>): CompoundSelect<T, B> {
    return compound("EXCEPT", this, others) as never;
  }

  /** EXCEPT ALL further SELECTs. */
  exceptAll<T, B, const Q extends readonly SelectBase<unknown>[]>(
    this: SelectBase<T, B>,
    ...others: Q & Fitting<T, Q>
  ): CompoundSelect<T, B> {
    return compound("EXCEPT ALL", this, others) as never;
  }

  /** INTERSECT with further SELECTs. */
  intersect<T, B, const Q extends readonly SelectBase<unknown>[]>(
    this: SelectBase<T, B>,
    ...others: Q & Fitting<T, Q>
  ): CompoundSelect<T, B> {
    return compound("INTERSECT", this, others) as never;
  }

  /** INTERSECT ALL with further SELECTs. */
  intersectAll<T, B, const Q extends readonly SelectBase<unknown>[]>(
    this: SelectBase<T, B>,
    ...others: Q & Fitting<T, Q>
  ): CompoundSelect<T, B> {
    return compound("INTERSECT ALL", this, others) as never;
  }

  override selfGroup(_against?: Operator): ClauseElement {
    return new SelectStatementGrouping(this);
  }

  override _groupInCompound(): SelectBase<R, A> {
    // what has an order or a limit of its own needs brackets; the rest stands for itself
    return this._hasRowLimitingClause || this._orderByClauses.length > 0 ? new SelectStatementGrouping(this) : this;
  }
}

/** Marks what a join can go to though it is no FROM element: a relationship of the ORM, which knows its ON clause. */
export const joinTargetSymbol: unique symbol = Symbol.for("athanor.joinTarget") as never;

function isJoinTarget(value: unknown): value is object {
  return ((typeof value === "object" && value !== null) || typeof value === "function") && joinTargetSymbol in value;
}

/**
 * Starts a SELECT of columns, tables or mapped classes; or of named columns, whose rows are objects.
 * @example select(users.c.id, users.c.name)
 * @example select({ id: users.c.id, n: func.count() })
 * @see https://docs.sqlalchemy.org/en/21/core/selectable.html#sqlalchemy.sql.expression.select
 */
export function select<C extends EntityClass>(entity: C): Select<[InstanceOf<C>], FilterValues<InstanceOf<C>>, readonly [C], never>;
export function select<const A extends readonly SelectArgument[]>(
  ...columns: A
): Select<TupleRow<A>, TableFilter<A>, A, NullsOf<A[number]>>;
export function select<const S extends SelectShape>(
  shape: S,
): Select<{ -readonly [K in keyof S]: SelectedValue<S[K]> }, AnyFilterValues, S, never>;
export function select(...columns: readonly unknown[]): never {
  const [entities, shape] = columnsAndShape(columns);
  return selectOf(entities, shape) as never;
}

const blank = new Blank(() => new Select<unknown>([]));

/** The same as `new Select(…)`, in less time. */
function selectOf(entities: readonly unknown[], shape: readonly string[] | null = null): Select {
  const statement = blank.copy();
  statement._shape = shape;
  statement._rawColumns = statement._coerceColumns(entities, "select()");
  return statement as Select;
}

selectFromSlot.fill((from) => (from._isJoin ? selectJoin(from) : selectOf([from])));

function selectJoin(join: FromClause): Select {
  const { left, right } = join as unknown as { readonly left: FromClause; readonly right: FromClause };
  return new Select<unknown[]>([left, right]).selectFrom(join);
}
