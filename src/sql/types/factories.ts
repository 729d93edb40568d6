import "./infer-type.ts";
import "./variant.ts";
import { ArrayType, type ArrayOptions } from "./array.ts";
import { BINARY, BLOB, LargeBinaryType, VARBINARY } from "./binary.ts";
import { BOOLEAN, type BooleanOptions, BooleanType } from "./boolean.ts";
import { type EnumObject, type EnumOptions, EnumType, type EnumValue } from "./enum.ts";
import { type IntervalOptions, IntervalType } from "./interval.ts";
import { JSON_NULL, type JsonNull, type JsonOptions, JsonType } from "./json.ts";
import {
  BIGINT,
  type BigIntegerOptions,
  BigIntegerType,
  DECIMAL,
  DOUBLE,
  DOUBLE_PRECISION,
  DoubleType,
  FLOAT,
  FloatType,
  INTEGER,
  IntegerType,
  NUMERIC,
  type NumericOptions,
  NumericType,
  REAL,
  SMALLINT,
  SmallIntegerType,
} from "./numeric.ts";
import {
  CHAR,
  CLOB,
  NCHAR,
  NVARCHAR,
  type StringOptions,
  StringType,
  TEXT,
  TextType,
  UnicodeTextType,
  UnicodeType,
  VARCHAR,
} from "./string.ts";
import {
  DATE,
  DATETIME,
  type DateTimeOptions,
  DateTimeType,
  DateType,
  type TemporalClass,
  type TemporalOptions,
  TIME,
  type TimeOptions,
  TIMESTAMP,
  TimeType,
} from "./temporal.ts";
import { type TypeEngine } from "./type-engine.ts";
import { UUID, type UuidOptions, UuidType } from "./uuid.ts";

type Precision = number | null;
interface AsNumber extends NumericOptions {
  readonly asNumber: true;
}
interface NumberMode {
  readonly mode: "number";
}
interface TextMode {
  readonly mode: "string";
}
interface TemporalMode {
  readonly mode: "temporal";
}

/** Makes decimal types: text, or numbers with `{ asNumber: true }`. */
export interface NumericFactory<Exact extends TypeEngine<string>, Rounded extends TypeEngine<number>> {
  (precision: Precision, scale: Precision, options: AsNumber): Rounded;
  (precision?: Precision, scale?: Precision, options?: NumericOptions): Exact;
  (precision: Precision, options: AsNumber): Rounded;
  (precision: Precision, options: NumericOptions): Exact;
  (options: AsNumber): Rounded;
  (options: NumericOptions): Exact;
}

/** Makes types of dates or times: text, or Temporal objects with `{ mode: "temporal" }`. */
export interface DateFactory<O, Text extends TypeEngine<string>, Temporal extends TypeEngine<object>> {
  (options: O & TemporalMode): Temporal;
  (options?: O): Text;
}

/** Makes types of points in time: Date, text, or Temporal objects. */
export interface PointFactory<O extends DateTimeOptions, AsDate, Text, Instant, Plain> {
  (options: O & TemporalMode & { readonly timezone: true }): Instant;
  (options: O & TemporalMode): Plain;
  (options: O & TextMode): Text;
  (options?: O): AsDate;
}

/** The classes of `Temporal`, where the type checker knows them. */
type Instant = TemporalClass<"Instant">;
type Plain = TemporalClass<"PlainDateTime">;

/** Makes JSON types, and has the JSON value null. */
export interface JsonFactory {
  <V = unknown>(options?: JsonOptions): JsonType<V>;
  /** The JSON value `null`; a plain `null` is SQL's NULL. */
  readonly NULL: JsonNull;
}

/** Makes types of big integers: bigint, or numbers with `{ mode: "number" }`. */
export interface BigIntegerFactory {
  (options: BigIntegerOptions & NumberMode): BigIntegerType<number>;
  (options?: BigIntegerOptions): BigIntegerType;
}

/** Makes enums: of a list of texts, of a TypeScript `enum`, or of a constant object. */
export interface EnumFactory<O extends EnumOptions> {
  <const E extends readonly string[]>(values: E, options?: O): EnumType<E[number]>;
  <const E extends EnumObject>(members: E, options?: O): EnumType<EnumValue<E>>;
}

/** Every type of the library: {@link t}. */
export interface TypeFactories {
  integer(): IntegerType;
  smallInteger(): SmallIntegerType;
  readonly bigInteger: BigIntegerFactory;
  float(precision?: Precision): FloatType;
  double(precision?: Precision): DoubleType;
  readonly numeric: NumericFactory<NumericType, NumericType<number>>;
  string(length?: number | null, options?: StringOptions): StringType;
  text(length?: number | null, options?: StringOptions): TextType;
  unicode(length?: number | null, options?: StringOptions): UnicodeType;
  unicodeText(length?: number | null, options?: StringOptions): UnicodeTextType;
  boolean(options?: BooleanOptions): BooleanType;
  readonly date: DateFactory<TemporalOptions, DateType, DateType<TemporalClass<"PlainDate">>>;
  readonly time: DateFactory<TimeOptions, TimeType, TimeType<TemporalClass<"PlainTime">>>;
  readonly dateTime: PointFactory<DateTimeOptions, DateTimeType, DateTimeType<string>, DateTimeType<Instant>, DateTimeType<Plain>>;
  readonly interval: DateFactory<IntervalOptions, IntervalType, IntervalType<TemporalClass<"Duration">>>;
  largeBinary(length?: number | null): LargeBinaryType;
  readonly json: JsonFactory;
  uuid(options?: UuidOptions): UuidType;
  readonly enum: EnumFactory<EnumOptions>;
  array<V>(itemType: TypeEngine<V>, options: ArrayOptions & { readonly dimensions: 2 }): ArrayType<V[]>;
  array<V>(itemType: TypeEngine<V>, options: ArrayOptions & { readonly dimensions: 3 }): ArrayType<V[][]>;
  array<V>(itemType: TypeEngine<V>, options?: ArrayOptions): ArrayType<V>;

  VARCHAR(length?: number | null, options?: StringOptions): VARCHAR;
  CHAR(length?: number | null, options?: StringOptions): CHAR;
  TEXT(length?: number | null, options?: StringOptions): TEXT;
  CLOB(length?: number | null, options?: StringOptions): CLOB;
  NVARCHAR(length?: number | null, options?: StringOptions): NVARCHAR;
  NCHAR(length?: number | null, options?: StringOptions): NCHAR;
  INTEGER(): INTEGER;
  INT(): INTEGER;
  SMALLINT(): SMALLINT;
  BIGINT(options: BigIntegerOptions & NumberMode): BIGINT<number>;
  BIGINT(options?: BigIntegerOptions): BIGINT;
  readonly NUMERIC: NumericFactory<NUMERIC, NUMERIC<number>>;
  readonly DECIMAL: NumericFactory<DECIMAL, DECIMAL<number>>;
  FLOAT(precision?: Precision): FLOAT;
  REAL(precision?: Precision): REAL;
  DOUBLE(precision?: Precision): DOUBLE;
  DOUBLE_PRECISION(precision?: Precision): DOUBLE_PRECISION;
  BOOLEAN(options?: BooleanOptions): BOOLEAN;
  readonly DATE: DateFactory<TemporalOptions, DATE, DATE<TemporalClass<"PlainDate">>>;
  readonly TIME: DateFactory<TimeOptions, TIME, TIME<TemporalClass<"PlainTime">>>;
  readonly DATETIME: PointFactory<DateTimeOptions, DATETIME, DATETIME<string>, DATETIME<Instant>, DATETIME<Plain>>;
  readonly TIMESTAMP: PointFactory<DateTimeOptions, TIMESTAMP, TIMESTAMP<string>, TIMESTAMP<Instant>, TIMESTAMP<Plain>>;
  BLOB(length?: number | null): BLOB;
  BINARY(length?: number | null): BINARY;
  VARBINARY(length?: number | null): VARBINARY;
  readonly JSON: JsonFactory;
  UUID(options?: UuidOptions): UUID;
  ARRAY<V>(itemType: TypeEngine<V>, options?: ArrayOptions): ArrayType<V>;
}

type NumericClass = new (precision: Precision, scale: Precision, options: NumericOptions) => NumericType<never>;

/** Precision and scale may be left out before options. */
export function numericFactory(type: NumericClass): never {
  const make = (
    precision: Precision | NumericOptions = null,
    scale: Precision | NumericOptions = null,
    options: NumericOptions = {},
  ): unknown => {
    if (typeof precision === "object" && precision !== null) return new type(null, null, precision);
    if (typeof scale === "object" && scale !== null) return new type(precision, null, scale);
    return new type(precision, scale, options);
  };
  return make as never;
}

const json: JsonFactory = Object.assign(<V>(options?: JsonOptions) => new JsonType<V>(options), { NULL: JSON_NULL });

/**
 * The types of columns and expressions. Lower case names are the library's own, which every database has in some form;
 * upper case names are exact SQL types. A database's own types are in its subpath (`athanor/postgresql`).
 * See https://docs.sqlalchemy.org/en/21/core/type_basics.html
 * @example new Column(t.string(50), { nullable: false })
 */
export const t: TypeFactories = {
  integer: () => new IntegerType(),
  smallInteger: () => new SmallIntegerType(),
  bigInteger: ((options?: BigIntegerOptions) => new BigIntegerType(options)) as BigIntegerFactory,
  float: (precision) => new FloatType(precision),
  double: (precision) => new DoubleType(precision),
  numeric: numericFactory(NumericType),
  string: (length, options) => new StringType(length, options),
  text: (length, options) => new TextType(length, options),
  unicode: (length, options) => new UnicodeType(length, options),
  unicodeText: (length, options) => new UnicodeTextType(length, options),
  boolean: (options) => new BooleanType(options),
  date: ((options?: TemporalOptions) => new DateType(options)) as TypeFactories["date"],
  time: ((options?: TimeOptions) => new TimeType(options)) as TypeFactories["time"],
  dateTime: ((options?: DateTimeOptions) => new DateTimeType(options)) as TypeFactories["dateTime"],
  interval: ((options?: IntervalOptions) => new IntervalType(options)) as TypeFactories["interval"],
  largeBinary: (length) => new LargeBinaryType(length),
  json,
  uuid: (options) => new UuidType(options),
  enum: ((values: EnumObject, options?: EnumOptions) => new EnumType(values, options)) as unknown as TypeFactories["enum"],
  array: (itemType: TypeEngine<unknown>, options?: ArrayOptions) => new ArrayType(itemType, options) as never,

  VARCHAR: (length, options) => new VARCHAR(length, options),
  CHAR: (length, options) => new CHAR(length, options),
  TEXT: (length, options) => new TEXT(length, options),
  CLOB: (length, options) => new CLOB(length, options),
  NVARCHAR: (length, options) => new NVARCHAR(length, options),
  NCHAR: (length, options) => new NCHAR(length, options),
  INTEGER: () => new INTEGER(),
  INT: () => new INTEGER(),
  SMALLINT: () => new SMALLINT(),
  BIGINT: ((options?: BigIntegerOptions) => new BIGINT(options)) as TypeFactories["BIGINT"],
  NUMERIC: numericFactory(NUMERIC),
  DECIMAL: numericFactory(DECIMAL),
  FLOAT: (precision) => new FLOAT(precision),
  REAL: (precision) => new REAL(precision),
  DOUBLE: (precision) => new DOUBLE(precision),
  DOUBLE_PRECISION: (precision) => new DOUBLE_PRECISION(precision),
  BOOLEAN: (options) => new BOOLEAN(options),
  DATE: ((options?: TemporalOptions) => new DATE(options)) as TypeFactories["DATE"],
  TIME: ((options?: TimeOptions) => new TIME(options)) as TypeFactories["TIME"],
  DATETIME: ((options?: DateTimeOptions) => new DATETIME(options)) as TypeFactories["DATETIME"],
  TIMESTAMP: ((options?: DateTimeOptions) => new TIMESTAMP(options)) as TypeFactories["TIMESTAMP"],
  BLOB: (length) => new BLOB(length),
  BINARY: (length) => new BINARY(length),
  VARBINARY: (length) => new VARBINARY(length),
  JSON: json,
  UUID: (options) => new UUID(options),
  ARRAY: (itemType, options) => new ArrayType(itemType, options),
};
