import { ArgumentError, DataError } from "../../errors.ts";
import type { SqlDialect } from "../base/sql-dialect.ts";
import type { TypeCompiler, TypeOptions } from "../compiler/type-compiler.ts";
import type { Operator } from "../operators/operator.ts";
import { truediv } from "../operators/operator-table.ts";
import { type Adaptations, adaptByTable } from "./adaptations.ts";
import { checkDigits, decimalText, isDecimal, normalDecimal, plainDecimal } from "./decimal-text.ts";
import { checkSize, numberText, wrongValue } from "./processors.ts";
import { type Affinity, type LiteralProcessor, type Processor, type StorageCheck, TypeEngine } from "./type-engine.ts";

/**
 * Whole numbers, as `number`.
 * See https://docs.sqlalchemy.org/en/21/core/type_basics.html#sqlalchemy.types.Integer
 */
export class IntegerType<V = number> extends TypeEngine<V> {
  override get affinity(): Affinity {
    return "integer";
  }

  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitInteger(this, options);
  }

  override bindProcessor(_dialect: SqlDialect): Processor | null {
    return bindInteger;
  }

  override resultProcessor(_dialect: SqlDialect): Processor | null {
    return resultInteger;
  }

  override literalProcessor(_dialect: SqlDialect): LiteralProcessor | null {
    return literalInteger;
  }

  /** The smallest and the largest number of the type; null where `bindProcessor` knows them, or only the database does. @internal */
  get _range(): readonly [number, number] | null {
    return INT32;
  }

  override storageCheck(dialect: SqlDialect): StorageCheck | null {
    if (this._range === null) return null;
    // what the database does not limit still has to be read as a number
    const [least, most] = dialect.enforcesSizes ? this._range : SAFE;
    return (sent) => {
      if ((sent as number) < least || (sent as number) > most)
        throw new DataError(`A whole number is outside of the range of the column's type, which is from ${least} to ${most}.`);
    };
  }

  override adaptOperator(op: Operator, other: TypeEngine<unknown>): readonly [Operator, TypeEngine<unknown>] {
    // numbers divided by numbers are numbers; what is a bigint so as not to be rounded is not rounded here either
    if (op === truediv && other.affinity === "integer") return [op, this._isBigint() || isBigint(other) ? EXACT : QUOTIENT];
    return adaptByTable(INTEGER_ADAPTATIONS, this, op, other);
  }

  /** Whether its values are bigints. @internal */
  _isBigint(): boolean {
    return false;
  }

  override asGeneric(): TypeEngine<unknown> {
    return new IntegerType();
  }
}

function isBigint(type: TypeEngine<unknown>): boolean {
  return type instanceof IntegerType && (type as IntegerType<unknown>)._isBigint();
}

/** Small whole numbers (16 bits). */
export class SmallIntegerType extends IntegerType {
  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitSmallInteger(this, options);
  }

  override get _range(): readonly [number, number] | null {
    return INT16;
  }

  override asGeneric(): TypeEngine<unknown> {
    return new SmallIntegerType();
  }
}

/** Options of {@link BigIntegerType}. */
export interface BigIntegerOptions {
  /** "number" reads numbers, and throws for one that a `number` cannot hold exactly */
  readonly mode?: "bigint" | "number";
}

/** Whole numbers of 64 bits, as `bigint`. */
export class BigIntegerType<V = bigint> extends IntegerType<V> {
  readonly mode: "bigint" | "number";

  constructor(options: BigIntegerOptions = {}) {
    super();
    this.mode = options.mode ?? "bigint";
    if (this.mode !== "bigint" && this.mode !== "number") {
      throw new ArgumentError(`The mode of a big integer is "bigint" or "number", not "${String(this.mode)}".`);
    }
  }

  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitBigInteger(this, options);
  }

  override get _range(): readonly [number, number] | null {
    return null;
  }

  override bindProcessor(_dialect: SqlDialect): Processor | null {
    return bindBigInteger;
  }

  override resultProcessor(_dialect: SqlDialect): Processor | null {
    return this.mode === "number" ? resultSafeInteger : resultBigInteger;
  }

  override compareValues(a: unknown, b: unknown): boolean {
    return a === b || ((typeof a === "number" || typeof a === "bigint") && (typeof b === "number" || typeof b === "bigint") && a == b);
  }

  override get wantsBigint(): boolean {
    return true;
  }

  override _isBigint(): boolean {
    return this.mode === "bigint";
  }

  override asGeneric(): TypeEngine<unknown> {
    return new BigIntegerType({ mode: this.mode });
  }
}

const INT16 = [-32_768, 32_767] as const;
const INT32 = [-2_147_483_648, 2_147_483_647] as const;
const SAFE = [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER] as const;
const MIN_INT64 = -(2n ** 63n);
const MAX_INT64 = 2n ** 63n - 1n;

function bindInteger(value: unknown): unknown {
  if (typeof value === "number" && Number.isSafeInteger(value)) return value;
  if (value === null) return null;
  if (typeof value === "bigint" && value >= MIN_INT64 && value <= MAX_INT64) return value;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value === "number" && Number.isInteger(value)) {
    throw new ArgumentError("A number beyond 2^53 is not exact any more and is refused for the type integer; give a bigint.");
  }
  throw wrongValue("integer", "a whole number", value);
}

function bindBigInteger(value: unknown): unknown {
  if (typeof value === "bigint") {
    if (value < MIN_INT64 || value > MAX_INT64)
      throw new ArgumentError("A bigint for the type bigInteger is outside the 64 bits of the database's type.");
    return value;
  }
  return bindInteger(value);
}

function resultInteger(value: unknown): unknown {
  if (typeof value === "number") {
    if (Number.isSafeInteger(value) || !Number.isInteger(value)) return value;
    throw new DataError("A whole number lies beyond 2^53, where a number is not exact; read it as t.bigInteger().");
  }
  if (value === null) return value;
  if (typeof value === "bigint") {
    const n = Number(value);
    return Number.isSafeInteger(n) ? n : value;
  }
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value === "string") {
    const n = Number(value);
    if (Number.isSafeInteger(n)) return n;
    return /^-?\d+$/.test(value) ? BigInt(value) : value;
  }
  return value;
}

function resultBigInteger(value: unknown): unknown {
  if (typeof value === "bigint" || value === null) return value;
  if (typeof value === "number") return Number.isInteger(value) ? BigInt(value) : value;
  return typeof value === "string" && /^[-+]?\d+$/.test(value) ? BigInt(value) : value;
}

function resultSafeInteger(value: unknown): unknown {
  if (value === null) return null;
  const n = Number(value);
  if (Number.isInteger(n) && !Number.isSafeInteger(n)) {
    throw new ArgumentError(
      'A value of a big integer column lies beyond 2^53, where a number is not exact; read the column as bigint (leave out { mode: "number" }).',
    );
  }
  return n;
}

function literalInteger(value: unknown): string {
  const bound = bindBigInteger(value);
  return bound === null ? "NULL" : String(bound);
}

/** Options of {@link NumericType}. */
export interface NumericOptions {
  /** read as `number` rather than as exact text; digits beyond its precision are lost */
  readonly asNumber?: boolean;
}

/** Exact decimal numbers, as text, so that none is rounded. */
export class NumericType<V = string> extends TypeEngine<V> {
  readonly precision: number | null;
  readonly scale: number | null;
  readonly asNumber: boolean;

  constructor(precision: number | null = null, scale: number | null = null, options: NumericOptions = {}) {
    super();
    this.precision = checkSize(precision, "precision");
    this.scale = checkSize(scale, "scale");
    this.asNumber = options.asNumber === true;
  }

  override get affinity(): Affinity {
    return "numeric";
  }

  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitNumeric(this, options);
  }

  override bindProcessor(_dialect: SqlDialect): Processor | null {
    return bindNumeric;
  }

  override resultProcessor(_dialect: SqlDialect): Processor | null {
    return this.asNumber ? resultNumber : resultNumericText;
  }

  override literalProcessor(_dialect: SqlDialect): LiteralProcessor | null {
    return literalNumeric;
  }

  override storageCheck(dialect: SqlDialect): StorageCheck | null {
    const standard = this.precision === null ? dialect.defaultDecimalSize : ([this.precision, this.scale ?? 0] as const);
    if (!dialect.enforcesSizes || standard === null) return null;
    const [precision, scale] = standard;
    return (sent) => {
      if (sent !== null) checkDigits(String(sent), precision, scale, this.asNumber);
    };
  }

  override adaptOperator(op: Operator, other: TypeEngine<unknown>): readonly [Operator, TypeEngine<unknown>] {
    return adaptByTable(NUMERIC_ADAPTATIONS, this, op, other);
  }

  /** Decimal numbers are text in JavaScript, so text beside them is one of them. */
  override coerceComparedValue(op: Operator | null, value: unknown): TypeEngine<unknown> {
    return typeof value === "string" ? this : super.coerceComparedValue(op, value);
  }

  override compareValues(a: unknown, b: unknown): boolean {
    return a === b || (isNumeric(a) && isNumeric(b) && normalDecimal(String(a)) === normalDecimal(String(b)));
  }

  override asGeneric(): TypeEngine<unknown> {
    return new NumericType(this.precision, this.scale, { asNumber: this.asNumber });
  }
}

function isNumeric(value: unknown): boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "bigint";
}

function bindNumeric(value: unknown): unknown {
  return decimalText(value);
}

function resultNumericText(value: unknown): unknown {
  if (typeof value === "number") return plainDecimal(String(value));
  return typeof value === "bigint" ? String(value) : value;
}

function resultNumber(value: unknown): unknown {
  return value === null || typeof value === "number" ? value : Number(value);
}

function literalNumeric(value: unknown): string {
  const text = decimalText(value);
  if (text === null) return "NULL";
  if (!isDecimal(text)) throw wrongValue("numeric", "a finite number where a literal is written", Number(text));
  return text;
}

/** Binary floating point numbers, as `number`. */
export class FloatType extends TypeEngine<number> {
  readonly precision: number | null;

  constructor(precision: number | null = null) {
    super();
    this.precision = checkSize(precision, "precision");
  }

  override get affinity(): Affinity {
    return "float";
  }

  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitFloat(this, options);
  }

  override bindProcessor(_dialect: SqlDialect): Processor | null {
    return bindFloat;
  }

  override resultProcessor(_dialect: SqlDialect): Processor | null {
    return resultNumber;
  }

  override literalProcessor(_dialect: SqlDialect): LiteralProcessor | null {
    return literalFloat;
  }

  override adaptOperator(op: Operator, other: TypeEngine<unknown>): readonly [Operator, TypeEngine<unknown>] {
    return adaptByTable(FLOAT_ADAPTATIONS, this, op, other);
  }

  override asGeneric(): TypeEngine<unknown> {
    return new FloatType(this.precision);
  }
}

/** The value of a float column, checked. */
export function bindFloat(value: unknown): unknown {
  if (typeof value === "number" || value === null) return value;
  if (typeof value === "bigint") return Number(value);
  if (typeof value === "string" && isDecimal(value)) return Number(value);
  throw wrongValue("float", "a number", value);
}

function literalFloat(value: unknown): string {
  const bound = bindFloat(value);
  return bound === null ? "NULL" : numberText(bound as number, "float");
}

/** Floating point numbers of double precision. */
export class DoubleType extends FloatType {
  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitDouble(this, options);
  }

  override asGeneric(): TypeEngine<unknown> {
    return new DoubleType(this.precision);
  }
}

/** The SQL type INTEGER. */
export class INTEGER extends IntegerType {
  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitINTEGER(this, options);
  }
}

/** The SQL type SMALLINT. */
export class SMALLINT extends SmallIntegerType {
  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitSMALLINT(this, options);
  }
}

/** The SQL type BIGINT. */
export class BIGINT<V = bigint> extends BigIntegerType<V> {
  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitBIGINT(this, options);
  }
}

/** The SQL type NUMERIC. */
export class NUMERIC<V = string> extends NumericType<V> {
  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitNUMERIC(this, options);
  }
}

/** The SQL type DECIMAL. */
export class DECIMAL<V = string> extends NumericType<V> {
  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitDECIMAL(this, options);
  }
}

/** The SQL type FLOAT. */
export class FLOAT extends FloatType {
  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitFLOAT(this, options);
  }
}

/** The SQL type REAL. */
export class REAL extends FloatType {
  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitREAL(this, options);
  }
}

/** The SQL type DOUBLE. */
export class DOUBLE extends DoubleType {
  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitDOUBLE(this, options);
  }
}

/** The SQL type DOUBLE PRECISION. */
export class DOUBLE_PRECISION extends DoubleType {
  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitDOUBLE_PRECISION(this, options);
  }
}

const EXACT: TypeEngine<unknown> = new NumericType();
const QUOTIENT: TypeEngine<unknown> = new NumericType(null, null, { asNumber: true });

const INTEGER_ADAPTATIONS: Adaptations = {
  add: { date: "other", integer: "self", numeric: "other", float: "other" },
  mul: { interval: "other", integer: "self", numeric: "other", float: "other" },
  truediv: { numeric: "other", float: "other" },
  floordiv: { integer: "self", numeric: "other" },
  sub: { integer: "self", numeric: "other", float: "other" },
};

const DECIMALS = { numeric: "self", float: "self", integer: "self" } as const;

const NUMERIC_ADAPTATIONS: Adaptations = {
  mul: { interval: "other", ...DECIMALS },
  truediv: DECIMALS,
  add: DECIMALS,
  sub: DECIMALS,
};

/* beside an exact decimal the result is one, whichever side it stands on, so that the type of the result can be told by the values */
const FLOAT_DECIMALS = { numeric: "other", float: "self", integer: "self" } as const;

const FLOAT_ADAPTATIONS: Adaptations = {
  mul: { interval: "other", ...FLOAT_DECIMALS },
  truediv: FLOAT_DECIMALS,
  add: FLOAT_DECIMALS,
  sub: FLOAT_DECIMALS,
};
