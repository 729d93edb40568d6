import { INSPECT, shown } from "../../util/inspect.ts";
import type { CacheKey, KeyToken } from "../base/cache-key.ts";
import { identityNumber, nextKeyNumber } from "../base/cache-key.ts";
import type { VALUE } from "../base/expression.ts";
import { shallowCopy } from "../base/generative.ts";
import { Slot } from "../base/late.ts";
import type { CompileArgs, SqlDialect } from "../base/sql-dialect.ts";
import type { TypeCompiler, TypeOptions } from "../compiler/type-compiler.ts";
import type { BindParameter } from "../elements/bind-parameter.ts";
import type { ColumnElement } from "../elements/column-element.ts";
import type { Modifiers } from "../operators/modifiers.ts";
import type { Operator } from "../operators/operator.ts";
import type { ComparatorFactory } from "../operators/type-comparator.ts";

/** Turns a value for the driver, or a driver's value for the user. It gets NULL too, as `null`. */
export type Processor = (value: unknown) => unknown;

/** Looks at a value as the driver gets it; throws a DataError when a column of the type cannot hold it. */
export type StorageCheck = (sent: unknown) => void;

/** Writes a value as a SQL literal. */
export type LiteralProcessor = (value: unknown) => string;

/** What a type adds to the operations of its expressions. */
export type TypeMethod = (expression: ColumnElement<unknown>, ...args: readonly never[]) => unknown;

/** What kind of values a type holds, so that types can be compared without regard to lengths and names. */
export type Affinity =
  | "null"
  | "string"
  | "integer"
  | "numeric"
  | "float"
  | "boolean"
  | "date"
  | "time"
  | "datetime"
  | "interval"
  | "binary"
  | "json"
  | "array"
  | "uuid"
  | "tuple"
  | "table"
  | "other";

/** All bits of `OperatorClass`. */
const ANY_OPERATOR = 2047;

/** The type of a JavaScript value; filled by `infer-type.ts`. */
export const inferTypeSlot: Slot<(value: unknown) => TypeEngine<unknown>> = new Slot("inferType");

interface Memo {
  readonly impl: TypeEngine<unknown>;
  bind: Processor | null | undefined;
  store: Processor | null | undefined;
  result: Processor | null | undefined;
  literal: LiteralProcessor | null | undefined;
}

/**
 * The root of all SQL types: how a type is written in DDL, how values go to the database and come back, what operators do with it.
 * Types are immutable. What is declared here as a hook (`bindProcessor`, `resultProcessor`, `literalProcessor`) is asked of the
 * dialect's own implementation; whoever needs the processors for a dialect calls {@link TypeEngine._cachedBindProcessor} and its like.
 * See https://docs.sqlalchemy.org/en/21/core/type_api.html
 */
export abstract class TypeEngine<out V> {
  declare readonly [VALUE]: V;

  /** Types for the dialects that were named to {@link TypeEngine.withVariant}. @internal */
  _variants: ReadonlyMap<string, TypeEngine<unknown>> | null = null;
  /** @internal */
  _memo: WeakMap<SqlDialect, Memo> | null = null;
  /** The dialect that asked last, and what was found for it. @internal */
  _lastDialect: SqlDialect | null = null;
  /** @internal */
  _lastMemo: Memo | null = null;
  /** @internal */
  _key: KeyToken | null = null;

  /**
   * The class that says what operators do with expressions of this type, and what operations only these have; null for the library's own
   * way.
   */
  declare readonly comparatorFactory: ComparatorFactory | null;
  /** Which operators there are for expressions of this type: bits of `OperatorClass`; all unless told. */
  declare readonly operatorClasses: number;

  /** Whether `null` is a value as any other for the ORM, which sends it rather than leave the column to its default: {@link evaluatesNone}. */
  shouldEvaluateNone: boolean = false;

  /** What kind of values the type holds. */
  abstract get affinity(): Affinity;

  /**
   * What kind of values the driver gives for the type, where it matters how they go through JSON (`relational()`): that of the type, unless
   * the database has it in another form. Types of the user's own whose affinity is "other" say so here: "string", "integer", "binary", …
   */
  get driverAffinity(): Affinity {
    return this.affinity;
  }

  /** Renders the type with the method of the type compiler that is made for it. */
  abstract accept(compiler: TypeCompiler, options: TypeOptions): string;

  /** True for the type of expressions whose type is not known. */
  get isNull(): boolean {
    return false;
  }

  /** Whether the values of a bind of this type are given one by one for an IN list of tuples. */
  get isTuple(): boolean {
    return false;
  }

  get isArray(): boolean {
    return false;
  }

  /** Whether a value is a list of its own accord, so that an array beside a column of this type is one value. */
  get isListValued(): boolean {
    return this.isArray;
  }

  /** Whether plain objects are values: JSON, HSTORE, types of the user. */
  get takesObjects(): boolean {
    const { affinity } = this;
    return affinity === "json" || affinity === "other" || affinity === "null" || affinity === "array";
  }

  // ---------------------------------------------------------------- values

  /** What values go through on their way to the driver; null when they go as they are. */
  bindProcessor(_dialect: SqlDialect): Processor | null {
    return null;
  }

  /** What the driver's values go through; null when they are right as they come. */
  resultProcessor(_dialect: SqlDialect): Processor | null {
    return null;
  }

  /** How values are written as literals, with quotes and escapes: what it gives is SQL, and must not come from outside. null when they cannot be. */
  literalProcessor(_dialect: SqlDialect): LiteralProcessor | null {
    return null;
  }

  /**
   * Whether a value fits into a column of this type, where the database would cut or round it, or would not say which column it is that it does
   * not fit. It is asked for the values of INSERT and UPDATE only, after `bindProcessor`: anything may be compared with. Null where all fit.
   */
  storageCheck(_dialect: SqlDialect): StorageCheck | null {
    return null;
  }

  /** A SQL expression to stand in place of each bound value of this type. */
  bindExpression(_bind: BindParameter<V>): ColumnElement<unknown> | null {
    return null;
  }

  /** A SQL expression to stand in place of a selected column of this type. */
  columnExpression(_column: ColumnElement<unknown>): ColumnElement<unknown> | null {
    return null;
  }

  /** @internal */
  get _hasBindExpression(): boolean {
    return this.bindExpression !== TypeEngine.prototype.bindExpression;
  }

  /** @internal */
  get _hasColumnExpression(): boolean {
    return this.columnExpression !== TypeEngine.prototype.columnExpression;
  }

  /** Whether two values are the same, so that setting the second over the first changes nothing. */
  compareValues(a: unknown, b: unknown): boolean {
    return a === b || (a !== a && b !== b);
  }

  /** Whether the driver should give this type's integers as `bigint`, so that none is rounded. */
  get wantsBigint(): boolean {
    return false;
  }

  // ---------------------------------------------------------------- operators

  /**
   * The operator and the type of `<this> op <other>`. Most types keep their own; numbers and dates have tables.
   */
  adaptOperator(op: Operator, _other: TypeEngine<unknown>): readonly [Operator, TypeEngine<unknown>] {
    return [op, this];
  }

  /** The type of a plain value that stands beside an expression of this type. */
  coerceComparedValue(op: Operator | null, value: unknown): TypeEngine<unknown> {
    const inferred = inferTypeSlot.call(value);
    if (inferred.isNull || inferred.affinity === this.affinity) return this;
    // "5" compared with a number, or 5 with a text, is a mistake: this type refuses it, by name
    return op?.isComparison === true && isMistaken(this.affinity, inferred.affinity) ? this : inferred;
  }

  /**
   * What an operator does with an expression of this type, where the type knows better than the default; null leaves it to the default.
   */
  operate(
    _expression: ColumnElement<unknown>,
    _op: Operator,
    _a: unknown,
    _b: unknown,
    _modifiers: Modifiers | null,
    _reverse: boolean,
  ): ColumnElement<unknown> | null {
    return null;
  }

  /** @internal */
  _comparator(): ComparatorFactory | null {
    return this.comparatorFactory;
  }

  /** An operation that only expressions of this type have (`hasKey`, `overlap`, …), by name; null when it has none of that name. */
  method(_name: string): TypeMethod | null {
    return null;
  }

  // ---------------------------------------------------------------- dialects

  /**
   * The same type, except for the named dialects, which use another.
   * @throws ArgumentError when no dialect is named, or one has a variant already
   * @example t.string(50).withVariant(mysql.t.LONGTEXT(), "mysql", "mariadb")
   */
  withVariant(type: TypeEngine<unknown>, ...dialectNames: [string, ...string[]]): this {
    return withVariantSlot.call(this, type, dialectNames) as this;
  }

  /**
   * The same type, of which `null` is a value as any other: where an attribute is set to it, the ORM sends NULL, and does not leave the column
   * to its default.
   * @example static color = mappedColumn(t.string(20).evaluatesNone(), { nullable: true, serverDefault: "blue" });
   */
  evaluatesNone(): this {
    const copy = this.copy();
    copy.shouldEvaluateNone = true;
    return copy;
  }

  /** The type that stands for this one on a dialect: its variant, or the dialect's own class for it. */
  dialectImpl(dialect: SqlDialect): TypeEngine<unknown> {
    return memoOf(this, dialect).impl;
  }

  /** The dialect's implementation without its decoration: what a TypeDecorator wraps. @internal */
  _unwrappedDialectImpl(dialect: SqlDialect): TypeEngine<unknown> {
    return this.dialectImpl(dialect);
  }

  /** Makes the implementation for a dialect; called once per dialect. @internal */
  _makeDialectImpl(dialect: SqlDialect): TypeEngine<unknown> {
    return variantOn(this, dialect)?.dialectImpl(dialect) ?? dialect.adaptType(this);
  }

  /** The bind processor of this type on a dialect. @internal */
  _cachedBindProcessor(dialect: SqlDialect): Processor | null {
    const memo = memoOf(this, dialect);
    if (memo.bind === undefined) memo.bind = memo.impl.bindProcessor(dialect);
    return memo.bind;
  }

  /** What the values of INSERT and UPDATE go through on a dialect: the bind processor, and the check that they fit. @internal */
  _cachedStoreProcessor(dialect: SqlDialect): Processor | null {
    const memo = memoOf(this, dialect);
    if (memo.store === undefined) {
      const check = (variantOn(this, dialect) ?? this).storageCheck(dialect);
      memo.store = withCheck(memo.impl._storeBinder(dialect), check);
    }
    return memo.store;
  }

  /** The bind processor for what is stored: types of several values have those of what they are made of. @internal */
  _storeBinder(dialect: SqlDialect): Processor | null {
    return this.bindProcessor(dialect);
  }

  /** The result processor of this type on a dialect. @internal */
  _cachedResultProcessor(dialect: SqlDialect): Processor | null {
    const memo = memoOf(this, dialect);
    if (memo.result === undefined) memo.result = memo.impl.resultProcessor(dialect);
    return memo.result;
  }

  /** The literal processor of this type on a dialect. @internal */
  _cachedLiteralProcessor(dialect: SqlDialect): LiteralProcessor | null {
    const memo = memoOf(this, dialect);
    if (memo.literal === undefined) memo.literal = memo.impl.literalProcessor(dialect);
    return memo.literal;
  }

  /** The generic type that this exact type is a form of: `VARCHAR(5)` → `string(5)`. */
  asGeneric(): TypeEngine<unknown> {
    return this;
  }

  /** A copy for another table (`toMetadata`). */
  copy(): this {
    const copy = shallowCopy(this);
    copy._memo = null;
    copy._lastDialect = null;
    copy._lastMemo = null;
    return copy;
  }

  // ---------------------------------------------------------------- keys

  /** @internal */
  _cacheKey(key: CacheKey): void {
    key.add((this._key ??= shortKey(this._makeKey())));
  }

  /** What stands for the type in the keys of other types. @internal */
  _keyToken(): KeyToken {
    return (this._key ??= shortKey(this._makeKey()));
  }

  /** By class and properties; types with state that is not in their properties give their identity. @internal */
  _makeKey(): string {
    let text = `T${identityNumber(this.constructor)}(`;
    for (const [name, value] of Object.entries(this)) {
      if (name.startsWith("_") && name !== "_variants") continue;
      text += `${name}=${keyOf(value)};`;
    }
    return `${text})`;
  }

  /**
   * The type as a dialect writes it.
   * @param args - `dialect`: a name, a dialect or an engine; the default dialect unless told
   * @throws CompileError where the dialect has no such type
   * @example t.string(50).compile({ dialect: "mysql" })
   */
  compile(args: Pick<CompileArgs, "dialect"> = {}): string {
    return typeText.call(this, args);
  }

  /** The type as the default dialect writes it. */
  toString(): string {
    return this.compile();
  }

  /** @internal */
  [INSPECT](): string {
    return shown(this.constructor.name, () => this.toString());
  }
}

const prototype = TypeEngine.prototype as { -readonly [K in "comparatorFactory" | "operatorClasses"]: unknown };
prototype.comparatorFactory = null;
prototype.operatorClasses = ANY_OPERATOR;

/** Filled by `variant.ts`. */
export const withVariantSlot: Slot<
  (type: TypeEngine<unknown>, variant: TypeEngine<unknown>, names: readonly string[]) => TypeEngine<unknown>
> = new Slot("withVariant");

/** Filled by the type compiler: a type as text. */
export const typeText: Slot<(type: TypeEngine<unknown>, args: Pick<CompileArgs, "dialect">) => string> = new Slot("typeText");

/** The type that was given for a dialect with `withVariant()`. */
export function variantOn(type: TypeEngine<unknown>, dialect: SqlDialect): TypeEngine<unknown> | null {
  if (type._variants === null) return null;
  for (const name of [dialect.name, ...dialect.nameAliases]) {
    const variant = type._variants.get(name);
    if (variant !== undefined) return variant;
  }
  return null;
}

function withCheck(bind: Processor | null, check: StorageCheck | null): Processor | null {
  if (check === null) return bind;
  if (bind === null) {
    return (value) => {
      check(value);
      return value;
    };
  }
  return (value) => {
    const sent = bind(value);
    check(sent);
    return sent;
  };
}

function memoOf(type: TypeEngine<unknown>, dialect: SqlDialect): Memo {
  // nearly always the same dialect asks
  if (type._lastDialect === dialect) return type._lastMemo!;
  type._memo ??= new WeakMap();
  let memo = type._memo.get(dialect);
  if (memo === undefined) {
    memo = { impl: type._makeDialectImpl(dialect), bind: undefined, store: undefined, result: undefined, literal: undefined };
    type._memo.set(dialect, memo);
  }
  type._lastDialect = dialect;
  type._lastMemo = memo;
  return memo;
}

const shortKeys = new Map<string, number>();

/** Equal types have equal keys; a number stands for the whole of what makes them equal, as long as there are not too many of them. */
function shortKey(text: string): KeyToken {
  let short = shortKeys.get(text);
  if (short === undefined) {
    if (shortKeys.size >= 10_000) return text;
    short = nextKeyNumber();
    shortKeys.set(text, short);
  }
  return short;
}

function keyOf(value: unknown): string {
  if (value instanceof TypeEngine) return `T${(value._key ??= shortKey(value._makeKey()))};`;
  if (Array.isArray(value)) return `[${value.map(keyOf).join(",")}]`;
  if (value instanceof Map) return `{${[...value].map(([k, v]) => `${keyOf(k)}:${keyOf(v)}`).join(",")}}`;
  if (typeof value === "string") return `${value.length}:${value}`;
  if (typeof value === "object" && value !== null) return `#${identityNumber(value)}`;
  if (typeof value === "function") return `#${identityNumber(value)}`;
  return String(value);
}

const NUMBERS: ReadonlySet<Affinity> = new Set<Affinity>(["integer", "float", "numeric"]);

function isMistaken(column: Affinity, value: Affinity): boolean {
  return (column === "string" && NUMBERS.has(value)) || (NUMBERS.has(column) && value === "string");
}
