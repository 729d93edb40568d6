import { Slot } from "../base/late.ts";
import { SELECT_BASE_ROLES } from "../base/roles.ts";
import { ArgumentError } from "../../errors.ts";
import { describe, expectGroupBy, expectOrderBy } from "../base/coercions.ts";
import type { ClauseElement } from "../elements/clause-element.ts";
import type { CreateTableAs, CreateTableAsOptions } from "../ddl/create-table-as.ts";
import type { ColumnElement } from "../elements/column-element.ts";
import type { Label } from "../elements/label.ts";
import type { NameArgument, QuotedName } from "../elements/quoted-name.ts";
import type { TypeEngine } from "../types/type-engine.ts";
import type { ColumnCollection, ColumnRecord, Columns } from "./column-collection.ts";
import { Cte, cteArguments, type CteOptions } from "./cte.ts";
import { ExecutableReturnsRows } from "./executable-rows.ts";
import type { Exists } from "./exists.ts";
import { ForUpdateArg, type ForUpdateOptions } from "./for-update.ts";
import type { NameOr } from "./join-types.ts";
import { LABEL_STYLE_DEFAULT, type SelectLabelStyle } from "./label-style.ts";
import { limitClause, simpleLimitValue } from "./limit-param.ts";
import { Lateral } from "./lateral.ts";
import { ScalarSelect } from "./scalar-select.ts";
import type { LimitArgument, OrderArgument, ScalarOf, SubqueryColumns } from "./select-types.ts";
import { Subquery } from "./subquery.ts";

export const existsSlot: Slot<(select: SelectBase<unknown>) => Exists> = new Slot("exists");

/** Filled by ddl/create-table-as.ts: CREATE TABLE AS of a SELECT. */
export const intoSlot: Slot<(select: SelectBase<unknown>, name: NameArgument, options: CreateTableAsOptions) => CreateTableAs<unknown>> =
  new Slot("into");

const NONE: readonly never[] = Object.freeze([]);

/** Marks the row type of a statement for the type checker; does not exist at run time. */
export declare const ROW: unique symbol;

/** Marks what a statement selects for the type checker; does not exist at run time. */
export declare const SELECTED: unique symbol;

/**
 * What gives rows and can become a subquery: SELECT, UNION and its like, `text().columns()`.
 * `R` is the row: a tuple, or an object where the columns were given by name. `A` is what was selected.
 */
export abstract class SelectBase<R = unknown[], A = unknown> extends ExecutableReturnsRows {
  declare readonly [ROW]: R;
  declare readonly [SELECTED]: A;

  override get _isSelectBase(): boolean {
    return true;
  }

  override get _roles(): number {
    return SELECT_BASE_ROLES;
  }

  /** The columns that the statement gives, by key. Unlike `subquery().c` they are the selected expressions themselves. */
  get selectedColumns(): Columns<ColumnRecord> {
    return this._selectedCollection.record;
  }

  /** @internal */
  abstract get _selectedCollection(): ColumnCollection;

  override get _exportedCollection(): ColumnCollection {
    return this._selectedCollection;
  }

  /** A form whose columns all have names of their own, as a subquery needs. @internal */
  abstract _ensureDisambiguatedNames(): SelectBase<R, A>;

  /** The type of the first column: what the statement is as a single value. @internal */
  abstract _scalarType(): TypeEngine<unknown>;

  /** The form it takes inside a UNION: in brackets where it needs them. @internal */
  _groupInCompound(): SelectBase<R, A> {
    return this;
  }

  /** The style in which columns are labelled. */
  abstract getLabelStyle(): SelectLabelStyle;

  /** Sets how columns are labelled; one of the `LABEL_STYLE_…` constants. */
  abstract setLabelStyle(style: SelectLabelStyle): SelectBase<R, A>;

  /** The statement as a single value, to stand where an expression can: `(SELECT …)`. It is NULL where there is no row. */
  scalarSubquery<T>(this: SelectBase<T>): ScalarSelect<ScalarOf<T> | null> {
    return new ScalarSelect<ScalarOf<T> | null>(this as SelectBase<unknown>);
  }

  /** The statement as a single value under a name. */
  label<T, const K extends string>(this: SelectBase<T>, name: K): Label<ScalarOf<T> | null, never, K>;
  label<T>(this: SelectBase<T>, name?: NameArgument | null): Label<ScalarOf<T> | null, never>;
  label(name: NameArgument | null = null): never {
    return this.scalarSubquery().label(name) as never;
  }

  /** `EXISTS (SELECT …)`. */
  exists(): Exists {
    return existsSlot.call(this as SelectBase<unknown>);
  }

  /**
   * The statement in brackets and with a name, to select from; without a name, one is made (`anon_1`). The types know its columns
   * where the rows are objects, and where columns of tables or labels were selected.
   */
  subquery<T, B, const S extends string | null = null>(
    this: SelectBase<T, B>,
    name?: S | QuotedName,
  ): Subquery<SubqueryColumns<T, B>, NameOr<S, "(subquery)">> {
    return new Subquery(this._ensureDisambiguatedNames() as SelectBase<unknown>, name ?? null);
  }

  /** The same as {@link subquery}. */
  alias<T, B, const S extends string | null = null>(
    this: SelectBase<T, B>,
    name?: S | QuotedName,
  ): Subquery<SubqueryColumns<T, B>, NameOr<S, "(subquery)">> {
    return this.subquery(name);
  }

  /** A subquery that may refer to the FROM elements before it: LATERAL. */
  lateral<T, B, const S extends string | null = null>(
    this: SelectBase<T, B>,
    name?: S | QuotedName,
  ): Lateral<SubqueryColumns<T, B>, NameOr<S, "(lateral)">> {
    return new Lateral(this as SelectBase<unknown>, name ?? null);
  }

  /**
   * A statement that makes a table of the columns and rows: CREATE TABLE … AS SELECT …
   * @param name - the name of the new table
   * @param options - metadata, schema, temporary, ifNotExists
   * @returns the statement, to be executed; its `table` can be selected from
   * @example const recent = select({ id: films.c.id }).where(films.c.year.gt(2020)).into("recent_films"); await conn.execute(recent);
   */
  into<T>(this: SelectBase<T>, name: NameArgument, options: CreateTableAsOptions = {}): CreateTableAs<T> {
    return intoSlot.call(this as SelectBase<unknown>, name, options) as CreateTableAs<T>;
  }

  /** A common table expression: `WITH name AS (SELECT …)`. */
  cte<T, B, const S extends string | null = null>(
    this: SelectBase<T, B>,
    name?: S | QuotedName,
    options?: CteOptions,
  ): Cte<SubqueryColumns<T, B>, NameOr<S, "(cte)">>;
  cte<T, B>(this: SelectBase<T, B>, options: CteOptions): Cte<SubqueryColumns<T, B>, "(cte)">;
  cte(name: NameArgument | CteOptions | null = null, options: CteOptions = {}): never {
    return new Cte(this as SelectBase<unknown>, ...cteArguments(name, options)) as never;
  }
}

/** A SELECT or UNION, to which ORDER BY, LIMIT and the like can be added. */
export abstract class GenerativeSelect<R = unknown[], A = unknown> extends SelectBase<R, A> {
  /** @internal */
  _orderByClauses: readonly ClauseElement[] = NONE;
  /** @internal */
  _groupByClauses: readonly ClauseElement[] = NONE;
  /** @internal */
  _limitClause: ColumnElement<unknown> | null = null;
  /** @internal */
  _offsetClause: ColumnElement<unknown> | null = null;
  /** @internal */
  _fetchClause: ColumnElement<unknown> | null = null;
  /** @internal */
  _fetchClauseOptions: { readonly withTies: boolean; readonly percent: boolean } | null = null;
  /** @internal */
  _forUpdateArg: ForUpdateArg | null = null;
  /** @internal */
  _labelStyle: SelectLabelStyle = LABEL_STYLE_DEFAULT;

  override getLabelStyle(): SelectLabelStyle {
    return this._labelStyle;
  }

  override setLabelStyle(style: SelectLabelStyle): this {
    if (this._labelStyle === style) return this;
    const copy = this._generate();
    copy._labelStyle = style;
    return copy;
  }

  /** @internal */
  get _hasRowLimitingClause(): boolean {
    return this._limitClause !== null || this._offsetClause !== null || this._fetchClause !== null;
  }

  /**
   * Adds sort keys: expressions, or names of labels of this statement. `null` takes all away.
   * @throws CompileError (when compiled) for a name that is no label
   */
  orderBy(...clauses: readonly (OrderArgument | null)[]): this {
    const copy = this._generate();
    copy._orderByClauses =
      clauses.length === 1 && clauses[0] === null
        ? NONE
        : [...this._orderByClauses, ...clauses.map((clause) => copy._taken(expectOrderBy(clause, "orderBy()")))];
    return copy;
  }

  /** Adds grouping expressions, or names of labels of this statement. `null` takes all away. */
  groupBy(...clauses: readonly (OrderArgument | null)[]): this {
    const copy = this._generate();
    copy._groupByClauses =
      clauses.length === 1 && clauses[0] === null
        ? NONE
        : [...this._groupByClauses, ...clauses.map((clause) => copy._taken(expectGroupBy(clause, "groupBy()")))];
    return copy;
  }

  /** Gives at most so many rows: LIMIT. `null` takes the limit away. It takes the place of {@link fetch}. */
  limit(limit: LimitArgument): this {
    const copy = this._generate();
    copy._fetchClause = null;
    copy._fetchClauseOptions = null;
    copy._limitClause = limitClause(limit, "limit()");
    return copy;
  }

  /** Leaves out so many rows at the beginning: OFFSET. `null` takes it away. */
  offset(offset: LimitArgument): this {
    const copy = this._generate();
    copy._offsetClause = limitClause(offset, "offset()");
    return copy;
  }

  /** FETCH FIRST … ROWS, by the SQL standard; it can give ties and percentages. It takes the place of {@link limit}. */
  fetch(count: LimitArgument, options: { readonly withTies?: boolean; readonly percent?: boolean } = {}): this {
    const copy = this._generate();
    copy._limitClause = null;
    copy._fetchClause = limitClause(count, "fetch()");
    copy._fetchClauseOptions =
      count === null ? null : Object.freeze({ withTies: options.withTies ?? false, percent: options.percent ?? false });
    return copy;
  }

  /**
   * The rows from number `start` up to, and without, number `stop`: LIMIT and OFFSET. `null` stands for the first row, and for no end.
   */
  slice(start: number | null, stop: number | null): this {
    for (const row of [start, stop]) {
      if (row !== null && !Number.isSafeInteger(row))
        throw new ArgumentError(`slice() takes numbers of rows, counted from 0, or null, not ${describe(row)}.`);
    }
    const copy = this._generate();
    copy._fetchClause = null;
    copy._fetchClauseOptions = null;
    const before = this._offsetClause;
    const known = before === null ? 0 : simpleLimitValue(before);
    copy._limitClause = stop === null ? null : limitClause(stop - (start ?? 0), "slice()");
    if (start === null) return copy;
    if (known !== null) copy._offsetClause = known + start === 0 ? null : limitClause(known + start, "slice()");
    else if (start !== 0) copy._offsetClause = before!.add(start) as ColumnElement<unknown>;
    return copy;
  }

  /** Locks the rows that are read: FOR UPDATE. */
  withForUpdate(options: ForUpdateOptions = {}): this {
    const copy = this._generate();
    copy._forUpdateArg = new ForUpdateArg(options);
    return copy;
  }
}
