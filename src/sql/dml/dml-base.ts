import {
  clauseOf,
  crudBind,
  expectColumnsClause,
  expectCrudValue,
  expectDmlColumn,
  expectDmlTable,
  expectFrom,
} from "../base/coercions.ts";
import type { CacheKey } from "../base/cache-key.ts";
import type { Blank } from "../base/generative.ts";
import type { Field } from "../base/traversal.ts";
import { ArgumentError, InvalidRequestError } from "../../errors.ts";
import type { ClauseElement } from "../elements/clause-element.ts";
import type { NameArgument, QuotedName } from "../elements/quoted-name.ts";
import type { ColumnElement } from "../elements/column-element.ts";
import { ColumnCollection } from "../selectable/column-collection.ts";
import { type ColumnDescription, describeColumns } from "../selectable/column-descriptions.ts";
import { Cte, cteArguments, type CteOptions } from "../selectable/cte.ts";
import { EXECUTABLE_FIELDS, ExecutableReturnsRows } from "../selectable/executable-rows.ts";
import type { FromArgument, FromClause } from "../selectable/from-clause.ts";
import type { FixArgument } from "../selectable/hints.ts";
import { LABEL_STYLE_DISAMBIGUATE_ONLY, type SelectLabelStyle } from "../selectable/label-style.ts";
import type { ROW, SELECTED } from "../selectable/select-base.ts";
import { columnNamingConvention, proxyColumns } from "../selectable/select-naming.ts";
import { columnsAndShape } from "../selectable/select-shape.ts";
import { selectIterables } from "../selectable/select-state.ts";
import type { NameOr } from "../selectable/join-types.ts";
import type { SelectArgument, SubqueryColumns } from "../selectable/select-types.ts";
import type { FromHint } from "../selectable/select.ts";
import { NULLTYPE } from "../types/null-type.ts";
import type { TypeEngine } from "../types/type-engine.ts";
import { plainRows, type PlainRows, writeRows } from "./plain-rows.ts";
import type { AnyWrite, PARAMETERS, TARGET, WriteTypes } from "./value-types.ts";

const NONE: readonly never[] = Object.freeze([]);

/** Where a value of an INSERT or UPDATE goes: a column, or its key. */
export type DmlKey = string | ColumnElement<unknown>;

/** A column or its key, and what it is set to. */
export type DmlPair = readonly [column: DmlKey, value: ClauseElement];

/** What a column can be set to: a value, or an expression. */
export type DmlValue = unknown;

/** Columns and values: by key, or in a Map by column. */
export type DmlValues = Readonly<Record<string, DmlValue>> | ReadonlyMap<object | string, DmlValue>;

/** The options of `returning()`. */
export interface ReturningOptions {
  /** the rows come in the order of the parameter sets; for an INSERT of many rows */
  readonly sortByParameterOrder?: boolean;
}

/** For which table and which dialect a hint is meant. */
export interface DmlHintOptions {
  readonly selectable?: FromArgument | null;
  readonly dialectName?: string;
}

/** The fields of all of INSERT, UPDATE and DELETE. */
export const DML_FIELDS: readonly Field[] = [
  ["_returning", "clauses"],
  ["_shape", "plains", null],
  ["_hints", "clauseRows"],
  ["_returnDefaults", "plain"],
  ["_returnDefaultsColumns", "clauses", null],
  ["_supplementalReturning", "clauses", null],
  ...EXECUTABLE_FIELDS,
];

/** Given in place of a table for a statement that is copied to begin others. */
export const NO_TABLE: unique symbol = Symbol("no table");

/** The same as the constructor, in less time. */
export function begun<S extends UpdateBase<unknown>>(blank: Blank<S>, table: unknown, place: string): S {
  const statement = blank.copy();
  (statement as { table: FromClause }).table = statement._taken(expectDmlTable(table, place));
  return statement;
}

/**
 * The root of INSERT, UPDATE and DELETE. `R` is the row that RETURNING gives.
 * See https://docs.sqlalchemy.org/en/21/core/dml.html#sqlalchemy.sql.expression.UpdateBase
 */
export abstract class UpdateBase<R = unknown[], A = unknown> extends ExecutableReturnsRows {
  declare readonly [ROW]: R;
  declare readonly [SELECTED]: A;

  readonly table: FromClause;
  /** @internal */
  _returning: readonly ClauseElement[] = NONE;
  /** The names of `returning({ … })`; null where rows are tuples. @internal */
  _shape: readonly string[] | null = null;
  /** @internal */
  _hints: readonly FromHint[] = NONE;
  /** @internal */
  _returnDefaults = false;
  /** @internal */
  _returnDefaultsColumns: readonly ClauseElement[] | null = null;
  /** @internal */
  _supplementalReturning: readonly ClauseElement[] | null = null;

  constructor(table: unknown, place: string) {
    super();
    this.table = table === NO_TABLE ? (null as never) : this._taken(expectDmlTable(table, place));
  }

  /** @internal */
  get _isInsert(): boolean {
    return false;
  }

  /** @internal */
  get _isUpdate(): boolean {
    return false;
  }

  /** @internal */
  get _isDelete(): boolean {
    return false;
  }

  /** @internal */
  get _labelStyle(): SelectLabelStyle {
    return LABEL_STYLE_DISAMBIGUATE_ONLY;
  }

  override get _allSelectedColumns(): readonly ClauseElement[] {
    return selectIterables(this._returning);
  }

  override get _exportedCollection(): ColumnCollection {
    const columns = new ColumnCollection();
    const keyOf = columnNamingConvention(this._labelStyle);
    for (const column of this._allSelectedColumns) {
      const key = keyOf(column);
      if (key !== null) columns.add(column as ColumnElement<unknown>, key);
    }
    return columns;
  }

  /** What each row of RETURNING has. */
  get returningColumnDescriptions(): readonly ColumnDescription[] {
    return describeColumns(this._returning);
  }

  override isDerivedFrom(fromclause: FromClause | null): boolean {
    return this.table.isDerivedFrom(fromclause);
  }

  override _generateFromclauseColumnProxies(
    fromclause: FromClause,
    columns: ColumnCollection,
    primaryKey: Set<ColumnElement<unknown>>,
    foreignKeys: Set<object>,
  ): void {
    proxyColumns(this._allSelectedColumns, this._labelStyle, fromclause, columns, primaryKey, foreignKeys);
  }

  /** @internal */
  _addReturning(args: readonly unknown[]): this {
    if (this._returnDefaults) throw new InvalidRequestError("returning() and returnDefaults() cannot be used on the same statement.");
    const last = args.at(-1);
    const options = isReturningOptions(last) ? last : null;
    const [columns, shape] = columnsAndShape(options === null ? args : args.slice(0, -1));
    const copy = this._generate();
    copy._returning = [...this._returning, ...columns.map((column) => copy._taken(expectColumnsClause(column, "returning()")))];
    copy._shape = this._returning.length === 0 ? shape : null;
    if (options?.sortByParameterOrder === true) copy._setSortByParameterOrder();
    return copy;
  }

  /** @internal */
  _setSortByParameterOrder(): void {
    throw new ArgumentError("returning({ sortByParameterOrder }) is for INSERT only.");
  }

  /**
   * Lets RETURNING bring what the database makes of its own accord (keys, defaults), where the dialect has it;
   * without columns, all of it. The values come beside the result rather than as rows. The last argument may be options.
   * @example insert(users).values({ name: "wendy" }).returnDefaults(users.c.id)
   */
  returnDefaults(...args: readonly (SelectArgument | ReturnDefaultsOptions)[]): this {
    const last = args.at(-1);
    const options = isReturnDefaultsOptions(last) ? last : null;
    const columns = (options === null ? args : args.slice(0, -1)) as readonly SelectArgument[];
    if (this._returning.length > 0) throw new InvalidRequestError("returning() and returnDefaults() cannot be used on the same statement.");
    const copy = this._generate();
    const coerce = (column: SelectArgument): ClauseElement => expectColumnsClause(column, "returnDefaults()");
    copy._returnDefaults = true;
    if (columns.length > 0) copy._returnDefaultsColumns = [...(this._returnDefaultsColumns ?? NONE), ...columns.map(coerce)];
    if (options?.supplementalCols)
      copy._supplementalReturning = [...(this._supplementalReturning ?? NONE), ...options.supplementalCols.map(coerce)];
    if (options?.sortByParameterOrder === true) copy._setSortByParameterOrder();
    return copy;
  }

  /** A hint for a table, for one dialect or for all; without a table, for the one that is changed. */
  withHint(text: string, selectable?: FromArgument | DmlHintOptions | null, dialectName = "*"): this {
    const options: DmlHintOptions =
      selectable != null && clauseOf(selectable) === null
        ? (selectable as DmlHintOptions)
        : { selectable: selectable as FromArgument | null, dialectName };
    const copy = this._generate();
    const from = options.selectable == null ? this.table : expectFrom(options.selectable, "withHint()");
    copy._hints = [...this._hints, [from, options.dialectName ?? "*", text]];
    return copy;
  }

  /** Texts behind INSERT, UPDATE or DELETE. The last argument may be `{ dialect }`. */
  prefixWith(...args: readonly FixArgument[]): this {
    return this._addFixes("_prefixes", args);
  }

  /** The statement as a common table expression; what it returns are its columns. */
  cte<T, B, const S extends string | null = null>(
    this: UpdateBase<T, B>,
    name?: S | QuotedName,
    options?: CteOptions,
  ): Cte<SubqueryColumns<T, B>, NameOr<S, "(cte)">>;
  cte<T, B>(this: UpdateBase<T, B>, options: CteOptions): Cte<SubqueryColumns<T, B>, "(cte)">;
  cte(name: NameArgument | CteOptions | null = null, options: CteOptions = {}): never {
    return new Cte(this, ...cteArguments(name, options)) as never;
  }
}

/** Options of `returnDefaults()`. */
export interface ReturnDefaultsOptions {
  /** further columns that come back, beside those of `returnDefaults()` */
  readonly supplementalCols?: readonly SelectArgument[] | null;
  /** give the rows in the order of the parameters; INSERT only */
  readonly sortByParameterOrder?: boolean;
}

const RETURN_DEFAULTS_OPTIONS: ReadonlySet<string> = new Set(["supplementalCols", "sortByParameterOrder"]);

function isReturnDefaultsOptions(value: unknown): value is ReturnDefaultsOptions {
  return (
    typeof value === "object" &&
    value !== null &&
    Object.getPrototypeOf(value) === Object.prototype &&
    Object.keys(value).every((key) => RETURN_DEFAULTS_OPTIONS.has(key))
  );
}

function isReturningOptions(value: unknown): value is ReturningOptions {
  return (
    typeof value === "object" &&
    value !== null &&
    Object.getPrototypeOf(value) === Object.prototype &&
    Object.keys(value).length === 1 &&
    "sortByParameterOrder" in value &&
    typeof value.sortByParameterOrder === "boolean"
  );
}

/** What has VALUES or SET: INSERT and UPDATE. */
export abstract class ValuesBase<R = unknown[], S extends WriteTypes = AnyWrite, A = unknown> extends UpdateBase<R, A> {
  declare readonly [TARGET]: S["target"];
  declare readonly [PARAMETERS]?: S["parameters"];
  /** @internal */
  _values: readonly DmlPair[] | null = null;
  /** The rows of `values([{ … }, { … }])`, as they were given. @internal */
  _multiValues: readonly unknown[] = NONE;
  /** What the rows come down to, for the rows that it was found for. @internal */
  _rows: { readonly of: readonly unknown[]; readonly plain: PlainRows | null } | null = null;
  /** @internal */
  _inline = false;

  /** @internal */
  override _cacheKey(key: CacheKey): void {
    super._cacheKey(key);
    if (this._multiValues.length > 0) writeRows(this._plainRows, key);
  }

  /** The rows of `values([…])` as one value; null where they hold expressions, or are not alike. @internal */
  get _plainRows(): PlainRows | null {
    if (this._rows === null || this._rows.of !== this._multiValues) {
      this._rows = { of: this._multiValues, plain: plainRows(this.table, this._multiValues) };
    }
    return this._rows.plain;
  }

  /** Sets values, of whatever form. @internal */
  _withValues(values: unknown): this {
    this._checkTakesValues();
    const copy = this._generate();
    if (Array.isArray(values)) {
      const first: unknown = (values as readonly unknown[])[0];
      if (Array.isArray(first) || isKeyed(first)) {
        checkRows(values as readonly unknown[]);
        copy._multiValues = [...this._multiValues, ...(values as readonly unknown[])];
        return copy;
      }
      return copy._setValues(byPosition(this.table, values as readonly unknown[]));
    }
    if (!isKeyed(values))
      throw new ArgumentError("values() takes an object of column keys and values, a Map of columns and values, or an array.");
    if (this._values === null && !(values instanceof Map)) return copy._firstValues(values as Readonly<Record<string, unknown>>);
    return copy._setValues(entriesOf(values as DmlValues));
  }

  /** Computes defaults of the database inside the statement, and asks for none of the values afterwards. */
  inline(): this {
    const copy = this._generate();
    copy._inline = true;
    return copy;
  }

  /** Refuses values where the statement has others already that they cannot be added to. @internal */
  _checkTakesValues(): void {}

  /** @internal */
  _setValues(entries: Iterable<readonly [unknown, unknown]>): this {
    const pairs: DmlPair[] = this._values === null ? [] : [...this._values];
    const before = pairs.length;
    for (const [key, value] of entries) {
      const pair = this._pair(expectDmlColumn(key, "values()"), value);
      // keys of an object differ from one another; those of a Map may be a column and an attribute that stands for it
      const at = before === 0 && typeof key === "string" ? -1 : pairs.findIndex(([column]) => column === pair[0]);
      if (at === -1) pairs.push(pair);
      else pairs[at] = pair;
    }
    this._values = pairs;
    return this;
  }

  /** The same for the first values of a statement, by keys of columns. @internal */
  _firstValues(values: Readonly<Record<string, unknown>>): this {
    const keys = Object.keys(values);
    const pairs: DmlPair[] = [];
    for (let i = 0; i < keys.length; i += 1) pairs.push(this._pair(keys[i]!, values[keys[i]!]));
    this._values = pairs;
    return this;
  }

  /** @internal */
  _pair(column: DmlKey, value: unknown): DmlPair {
    const name = typeof column === "string" ? column : (column.key ?? "");
    if (value === undefined)
      throw new ArgumentError(`values() was given undefined for "${name}": undefined is not a value; use null for NULL.`);
    const type = typeOfKey(this.table, column);
    if (clauseOf(value) === null) return [column, crudBind(value, type, name)];
    return [column, this._taken(expectCrudValue(value, `the value of "${name}"`, type, name))];
  }
}

/** The type of the column that a value is for; the null type where it is not known yet. */
export function typeOfKey(table: FromClause, key: DmlKey): TypeEngine<unknown> {
  return typeof key === "string" ? (table._collection.get(key)?.type ?? NULLTYPE) : key.type;
}

function isKeyed(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (value instanceof Map) return true;
  const proto = Object.getPrototypeOf(value) as unknown;
  return proto === Object.prototype || proto === null;
}

/** The entries of an object or Map. */
export function entriesOf(values: DmlValues): readonly (readonly [unknown, unknown])[] {
  return values instanceof Map ? [...(values as Map<unknown, unknown>)] : Object.entries(values);
}

/** The values of an array with the columns of the table in order. */
export function byPosition(table: FromClause, values: readonly unknown[]): (readonly [string, unknown])[] {
  const keys = table._collection.keys();
  if (values.length > keys.length) {
    throw new ArgumentError(`values() was given ${values.length} values in order, but "${table.description}" has ${keys.length} columns.`);
  }
  return values.map((value, i) => [keys[i]!, value]);
}

function checkRows(rows: readonly unknown[]): void {
  rows.forEach((row, i) => {
    if (!Array.isArray(row) && !isKeyed(row))
      throw new ArgumentError(`values() was given many rows, of which number ${i + 1} is no object and no array.`);
    if (!(row instanceof Map) && !Object.values(row as object).includes(undefined)) return;
    const entries = Array.isArray(row) ? (row as unknown[]).map((value, n) => [n, value] as const) : entriesOf(row as DmlValues);
    for (const [key, value] of entries) {
      if (value !== undefined) continue;
      const name = typeof key === "object" && key !== null ? ((key as { key?: string }).key ?? "") : String(key);
      throw new ArgumentError(`values() was given undefined for "${name}" in row ${i + 1}: undefined is not a value; use null for NULL.`);
    }
  });
}
