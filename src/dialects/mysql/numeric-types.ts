import { ArgumentError } from "../../errors.ts";
import type { SqlDialect } from "../../sql/base/sql-dialect.ts";
import type { TypeCompiler, TypeOptions } from "../../sql/compiler/type-compiler.ts";
import type { Operator } from "../../sql/operators/operator.ts";
import {
  BIGINT as GenericBIGINT,
  type BigIntegerOptions,
  DECIMAL as GenericDECIMAL,
  DOUBLE as GenericDOUBLE,
  FLOAT as GenericFLOAT,
  INTEGER as GenericINTEGER,
  IntegerType,
  NUMERIC as GenericNUMERIC,
  type NumericOptions,
  REAL as GenericREAL,
  SMALLINT as GenericSMALLINT,
} from "../../sql/types/numeric.ts";
import { checkSize, wrongValue } from "../../sql/types/processors.ts";
import { type Affinity, type LiteralProcessor, type Processor, TypeEngine } from "../../sql/types/type-engine.ts";

/** What the number types of MySQL have beside their size. */
export interface NumberFlags {
  /** no numbers below zero */
  readonly unsigned?: boolean;
  /** the server fills the number with zeros on the left, where it gives it as text; implies unsigned */
  readonly zerofill?: boolean;
}

/** Options of MySQL's integer types. */
export interface MysqlIntegerOptions extends NumberFlags {
  readonly displayWidth?: number | null;
}

/** Options of {@link BIGINT}. */
export interface MysqlBigIntegerOptions extends MysqlIntegerOptions, BigIntegerOptions {}

/** Options of {@link NUMERIC} and {@link DECIMAL}. */
export interface MysqlNumericOptions extends NumberFlags, NumericOptions {}

/** Options of the floating point types. */
export interface MysqlFloatOptions extends NumberFlags {
  readonly scale?: number | null;
}

/** The smallest and the largest number of so many bits. */
function integerRange(bits: number, { unsigned, zerofill }: NumberFlags): readonly [number, number] {
  return unsigned === true || zerofill === true ? [0, 2 ** bits - 1] : [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1];
}

/** The SQL type INTEGER of MySQL. */
export class INTEGER extends GenericINTEGER {
  readonly displayWidth: number | null;
  readonly unsigned: boolean;
  readonly zerofill: boolean;

  constructor(options: MysqlIntegerOptions = {}) {
    super();
    this.displayWidth = checkSize(options.displayWidth, "displayWidth");
    this.unsigned = options.unsigned === true;
    this.zerofill = options.zerofill === true;
  }

  override get _range(): readonly [number, number] {
    return integerRange(32, this);
  }
}

/** The SQL type SMALLINT of MySQL: 16 bits. */
export class SMALLINT extends GenericSMALLINT {
  readonly displayWidth: number | null;
  readonly unsigned: boolean;
  readonly zerofill: boolean;

  constructor(options: MysqlIntegerOptions = {}) {
    super();
    this.displayWidth = checkSize(options.displayWidth, "displayWidth");
    this.unsigned = options.unsigned === true;
    this.zerofill = options.zerofill === true;
  }

  override get _range(): readonly [number, number] {
    return integerRange(16, this);
  }
}

/** The SQL type MEDIUMINT: 24 bits. */
export class MEDIUMINT extends IntegerType {
  readonly displayWidth: number | null;
  readonly unsigned: boolean;
  readonly zerofill: boolean;

  constructor(options: MysqlIntegerOptions = {}) {
    super();
    this.displayWidth = checkSize(options.displayWidth, "displayWidth");
    this.unsigned = options.unsigned === true;
    this.zerofill = options.zerofill === true;
  }

  override get _range(): readonly [number, number] {
    return integerRange(24, this);
  }

  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitDialectType(this, "MEDIUMINT", options);
  }
}

/** The SQL type TINYINT: 8 bits. */
export class TINYINT extends IntegerType {
  readonly displayWidth: number | null;
  readonly unsigned: boolean;
  readonly zerofill: boolean;

  constructor(options: MysqlIntegerOptions = {}) {
    super();
    this.displayWidth = checkSize(options.displayWidth, "displayWidth");
    this.unsigned = options.unsigned === true;
    this.zerofill = options.zerofill === true;
  }

  override get _range(): readonly [number, number] {
    return integerRange(8, this);
  }

  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitDialectType(this, "TINYINT", options);
  }
}

const MAX_UINT64 = 2n ** 64n - 1n;

/** The SQL type BIGINT of MySQL: 64 bits, with `{ unsigned: true }` up to 18446744073709551615. */
export class BIGINT<V = bigint> extends GenericBIGINT<V> {
  readonly displayWidth: number | null;
  readonly unsigned: boolean;
  readonly zerofill: boolean;

  constructor(options: MysqlBigIntegerOptions = {}) {
    super(options.mode === undefined ? {} : { mode: options.mode });
    this.displayWidth = checkSize(options.displayWidth, "displayWidth");
    this.unsigned = options.unsigned === true;
    this.zerofill = options.zerofill === true;
  }

  override bindProcessor(dialect: SqlDialect): Processor | null {
    const bind = super.bindProcessor(dialect)!;
    return this.unsigned ? (value) => (isUnsigned(value) ? value : bind(value)) : bind;
  }

  override literalProcessor(dialect: SqlDialect): LiteralProcessor | null {
    const bind = this.bindProcessor(dialect)!;
    return (value) => {
      const bound = bind(value);
      return bound === null ? "NULL" : String(bound);
    };
  }
}

function isUnsigned(value: unknown): boolean {
  return typeof value === "bigint" && value >= 0n && value <= MAX_UINT64;
}

/** The SQL type NUMERIC of MySQL. */
export class NUMERIC<V = string> extends GenericNUMERIC<V> {
  readonly unsigned: boolean;
  readonly zerofill: boolean;

  constructor(precision: number | null = null, scale: number | null = null, options: MysqlNumericOptions = {}) {
    super(precision, scale, options);
    this.unsigned = options.unsigned === true;
    this.zerofill = options.zerofill === true;
  }
}

/** The SQL type DECIMAL of MySQL. */
export class DECIMAL<V = string> extends GenericDECIMAL<V> {
  readonly unsigned: boolean;
  readonly zerofill: boolean;

  constructor(precision: number | null = null, scale: number | null = null, options: MysqlNumericOptions = {}) {
    super(precision, scale, options);
    this.unsigned = options.unsigned === true;
    this.zerofill = options.zerofill === true;
  }
}

/** The SQL type FLOAT: single precision, unless `precision` is above 24. */
export class FLOAT extends GenericFLOAT {
  readonly scale: number | null;
  readonly unsigned: boolean;
  readonly zerofill: boolean;

  constructor(precision: number | null = null, options: MysqlFloatOptions = {}) {
    super(precision);
    this.scale = checkSize(options.scale, "scale");
    this.unsigned = options.unsigned === true;
    this.zerofill = options.zerofill === true;
  }
}

/** The SQL type DOUBLE of MySQL. */
export class DOUBLE extends GenericDOUBLE {
  readonly scale: number | null;
  readonly unsigned: boolean;
  readonly zerofill: boolean;

  constructor(precision: number | null = null, options: MysqlFloatOptions = {}) {
    super(precision);
    this.scale = bothOrNeither("DOUBLE", precision, options.scale ?? null);
    this.unsigned = options.unsigned === true;
    this.zerofill = options.zerofill === true;
  }
}

/** The SQL type REAL of MySQL, which is DOUBLE. */
export class REAL extends GenericREAL {
  readonly scale: number | null;
  readonly unsigned: boolean;
  readonly zerofill: boolean;

  constructor(precision: number | null = null, options: MysqlFloatOptions = {}) {
    super(precision);
    this.scale = bothOrNeither("REAL", precision, options.scale ?? null);
    this.unsigned = options.unsigned === true;
    this.zerofill = options.zerofill === true;
  }
}

function bothOrNeither(type: string, precision: number | null, scale: number | null): number | null {
  if ((precision === null) !== (scale === null)) throw new ArgumentError(`${type} takes both a precision and a scale, or neither of them.`);
  return checkSize(scale, "scale");
}

/** The SQL type BIT: a number of up to 64 bits, as `number` where it fits and as `bigint` where it does not. */
export class BIT extends TypeEngine<number | bigint> {
  readonly length: number | null;

  constructor(length: number | null = null) {
    super();
    if (length !== null && (!Number.isInteger(length) || length < 1 || length > 64)) throw new ArgumentError("BIT has from 1 to 64 bits.");
    this.length = length;
  }

  override get affinity(): Affinity {
    return "other";
  }

  override get driverAffinity(): Affinity {
    return "integer";
  }

  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitDialectType(this, "BIT", options);
  }

  override bindProcessor(_dialect: SqlDialect): Processor | null {
    return bindBits;
  }

  override resultProcessor(_dialect: SqlDialect): Processor | null {
    return (value) => {
      if (!(value instanceof Uint8Array)) return value;
      let bits = 0n;
      for (const byte of value) bits = (bits << 8n) | BigInt(byte);
      return bits <= Number.MAX_SAFE_INTEGER ? Number(bits) : bits;
    };
  }

  override literalProcessor(_dialect: SqlDialect): LiteralProcessor | null {
    return (value) => {
      const bits = bindBits(value);
      return bits === null ? "NULL" : String(bits);
    };
  }

  override coerceComparedValue(op: Operator | null, value: unknown): TypeEngine<unknown> {
    return typeof value === "number" || typeof value === "bigint" ? this : super.coerceComparedValue(op, value);
  }

  override compareValues(a: unknown, b: unknown): boolean {
    return a === b || (isBits(a) && isBits(b) && BigInt(a) === BigInt(b));
  }
}

function isBits(value: unknown): value is number | bigint | boolean {
  return typeof value === "bigint" || typeof value === "boolean" || Number.isInteger(value);
}

function bindBits(value: unknown): unknown {
  if (value === null) return null;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  if (isUnsigned(value)) return value;
  throw wrongValue("BIT", "a whole number of up to 64 bits", value);
}
