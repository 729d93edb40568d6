import { type CacheKey, KeyMark } from "../base/cache-key.ts";
import { clauseOf } from "../base/coercions.ts";
import type { Expression, VALUE } from "../base/expression.ts";
import { shallowCopy } from "../base/generative.ts";
import { FROM_CLAUSE_ROLES, HasCteRole, InElementRole } from "../base/roles.ts";
import type { Field } from "../base/traversal.ts";
import type { SqlCompiler } from "../compiler/sql-compiler.ts";
import type { VisitOptions } from "../compiler/visit-options.ts";
import { BindParameter } from "../elements/bind-parameter.ts";
import type { ClauseElement } from "../elements/clause-element.ts";
import type { ColumnClause } from "../elements/column-clause.ts";
import { ColumnElement } from "../elements/column-element.ts";
import { anonymousLabel, type NameArgument, nameParts, nextAnonymousId, type QuotedName } from "../elements/quoted-name.ts";
import { TupleType } from "../types/tuple-type.ts";
import type { TypeEngine } from "../types/type-engine.ts";
import type { ColumnCollection, LooseColumns } from "./column-collection.ts";
import { Cte, cteArguments, type CteOptions } from "./cte.ts";
import { type AddedCtes, moreCtes } from "./executable-rows.ts";
import { FromClause } from "./from-clause.ts";
import type { NameOr } from "./join-types.ts";

/** Options of {@link Values}. */
export interface ValuesOptions {
  /** the name in the FROM list; `AS name (column, …)` */
  readonly name?: NameArgument | null;
  /** render the values into the SQL rather than binding them */
  readonly literalBinds?: boolean;
}

/** A row of values for columns of these types: values, or expressions. */
export type ValuesRow<L extends readonly unknown[]> = {
  readonly [I in keyof L]: L[I] extends { readonly [VALUE]: infer V }
    ? unknown extends V
      ? unknown
      : V | Expression<V | null> | null
    : unknown;
};

const NONE: readonly never[] = Object.freeze([]);

const ROLES = FROM_CLAUSE_ROLES | InElementRole.bit | HasCteRole.bit;

/**
 * Rows of values in the FROM list: `(VALUES (…), (…)) AS name (column, …)`.
 * See https://docs.sqlalchemy.org/en/21/core/selectable.html#sqlalchemy.sql.expression.Values
 */
export class Values<C = LooseColumns, N extends string = string, D extends readonly unknown[] = readonly unknown[]> extends FromClause<
  C,
  N
> {
  static override readonly fields: readonly Field[] = [
    ["_columnArgs", "clauses"],
    ["_data", "carried"],
    ["name", "name"],
    ["quote", "plain", null],
    ["literalBinds", "plain"],
    ["_lateral", "plain"],
    ["_independentCtes", "clauses"],
    ["_independentCtesNested", "plains"],
  ];

  readonly name: string;
  /** Whether the name is always put in quotes, or never; null for when it needs them. */
  readonly quote: boolean | null;
  readonly literalBinds: boolean;
  /** @internal */
  readonly _columnArgs: readonly ColumnClause<unknown>[];
  /** @internal */
  readonly _data: readonly (readonly unknown[])[] = [];
  /** @internal */
  readonly _unnamed: boolean;
  /** @internal */
  readonly _lateral: boolean = false;
  /** @internal */
  readonly _independentCtes: readonly Cte[] = NONE;
  /** @internal */
  readonly _independentCtesNested: readonly boolean[] = NONE;
  /** @internal */
  _rows: BindParameter<unknown> | null | undefined = undefined;

  constructor(columns: readonly ColumnClause<unknown>[], options: ValuesOptions = {}) {
    super();
    this._columnArgs = columns;
    this._unnamed = options.name == null;
    [this.name, this.quote] = nameOrMade(options.name);
    this.literalBinds = options.literalBinds ?? false;
  }

  override accept(compiler: SqlCompiler, options: VisitOptions): string {
    return compiler.visitValues(this as unknown as Values, options);
  }

  override get _roles(): number {
    return ROLES;
  }

  /** @internal */
  override _cacheKey(key: CacheKey): void {
    super._cacheKey(key);
    writeRows(this, key);
  }

  /** The rows as one value; null where they hold expressions. @internal */
  get _rowsBind(): BindParameter<unknown> | null {
    if (this._rows === undefined) this._rows = rowsBind(this);
    return this._rows;
  }

  override get namedWithColumn(): boolean {
    return !this._unnamed;
  }

  override get _isLateral(): boolean {
    return this._lateral;
  }

  /** @internal */
  get _columnTypes(): readonly TypeEngine<unknown>[] {
    return this._columnArgs.map((column) => column.type);
  }

  override get _allSelectedColumns(): readonly ClauseElement[] {
    return this._columnArgs;
  }

  /** The same values under another name. */
  override alias(name: NameArgument | null = null): never {
    const [text, quote] = nameOrMade(name);
    return this._renamed({ name: text, quote, _unnamed: false }) as never;
  }

  /** The same values as LATERAL. */
  lateral(name: NameArgument | null = null): this {
    const [text, quote] = name === null ? [this.name, this.quote] : nameParts(name, null);
    return this._renamed({ name: text, quote, _unnamed: false, _lateral: true });
  }

  /** Adds rows. */
  data(rows: readonly D[]): this {
    return this._renamed({ _data: [...this._data, ...rows] });
  }

  /** Adds CTEs to the statement that these rows will stand in, such as those that its expressions select from. */
  addCte(...ctes: AddedCtes): this {
    return this._renamed(moreCtes(this, ctes));
  }

  /** The rows as a list of values, as IN takes them. */
  scalarValues(): ScalarValues {
    return new ScalarValues(this._columnArgs, this._data, this.literalBinds);
  }

  /** The rows as a common table expression. */
  cte<const S extends string | null = null>(name?: S | QuotedName, options?: CteOptions): Cte<C, NameOr<S, "(cte)">>;
  cte(options: CteOptions): Cte<C, "(cte)">;
  cte(name: NameArgument | CteOptions | null = null, options: CteOptions = {}): never {
    return new Cte(this, ...cteArguments(name, options)) as never;
  }

  /** @internal */
  _renamed(changes: object): this {
    const copy = shallowCopy(this);
    copy._annotatedFrom = null;
    copy._resetColumnCollection();
    copy._rows = undefined;
    return Object.assign(copy, changes);
  }

  override _populateColumnCollection(columns: ColumnCollection, primaryKey: Set<ColumnElement<unknown>>, foreignKeys: Set<object>): void {
    for (const column of this._columnArgs) {
      const [key, proxy] = column._makeProxy(this as unknown as FromClause, { primaryKey, foreignKeys });
      columns.add(proxy, key);
    }
  }

  override get _fromObjects(): readonly FromClause[] {
    return [this as unknown as FromClause];
  }
}

function nameOrMade(name: NameArgument | null | undefined): readonly [name: string, quote: boolean | null] {
  return name == null ? [anonymousLabel(nextAnonymousId(), "anon"), null] : nameParts(name, null);
}

interface Rows {
  readonly _data: readonly (readonly unknown[])[];
  readonly _columnTypes: readonly TypeEngine<unknown>[];
  readonly literalBinds: boolean;
}

/** A bind for rows that hold nothing but values of known types. */
function rowsBind({ _data: data, _columnTypes: types, literalBinds }: Rows): BindParameter<unknown> | null {
  if (literalBinds || data.length === 0 || types.some((type) => type.isNull)) return null;
  for (const row of data) {
    if (row.length !== types.length) return null;
    for (const value of row) if (value === undefined || clauseOf(value) !== null) return null;
  }
  return new BindParameter<unknown>(null, data, new TupleType(types) as TypeEngine<unknown>, true, true);
}

/** Rows of values are a value; others are part of the statement, and compiled each time. */
function writeRows(values: { readonly _rowsBind: BindParameter<unknown> | null }, key: CacheKey): void {
  const bind = values._rowsBind;
  if (bind === null) key.cacheable = false;
  else if (!key.again(bind)) {
    key.add(KeyMark.rows);
    key.binds.push(bind);
  }
}

/** VALUES as the right side of IN. */
export class ScalarValues extends ColumnElement<unknown> {
  static override readonly fields: readonly Field[] = [
    ["_columnArgs", "clauses"],
    ["_data", "carried"],
    ["literalBinds", "plain"],
  ];

  readonly literalBinds: boolean;
  /** @internal */
  readonly _columnArgs: readonly ColumnClause<unknown>[];
  /** @internal */
  readonly _data: readonly (readonly unknown[])[];
  override readonly type: TypeEngine<unknown>;
  /** @internal */
  _rows: BindParameter<unknown> | null | undefined = undefined;

  constructor(columns: readonly ColumnClause<unknown>[], data: readonly (readonly unknown[])[], literalBinds: boolean) {
    super();
    this._columnArgs = columns;
    this._data = data;
    this.literalBinds = literalBinds;
    this.type = new TupleType(columns.map((column) => column.type)) as TypeEngine<unknown>;
  }

  /** @internal */
  override _cacheKey(key: CacheKey): void {
    super._cacheKey(key);
    writeRows(this, key);
  }

  /** The rows as one value; null where they hold expressions. @internal */
  get _rowsBind(): BindParameter<unknown> | null {
    if (this._rows === undefined) this._rows = rowsBind(this);
    return this._rows;
  }

  override get _roles(): number {
    return super._roles | InElementRole.bit;
  }

  /** The columns only say how the values are called. */
  override get _fromObjects(): readonly FromClause[] {
    return [];
  }

  /** @internal */
  get _columnTypes(): readonly TypeEngine<unknown>[] {
    return this._columnArgs.map((column) => column.type);
  }

  override accept(compiler: SqlCompiler, options: VisitOptions): string {
    return compiler.visitScalarValues(this, options);
  }
}
