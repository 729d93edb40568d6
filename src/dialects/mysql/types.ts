import type { TypeCompiler, TypeOptions } from "../../sql/compiler/type-compiler.ts";
import type { EnumObject, EnumValue } from "../../sql/types/enum.ts";
import { type BigIntegerOptions } from "../../sql/types/numeric.ts";
import { type DateFactory, numericFactory, type PointFactory, t as generic, type TypeFactories } from "../../sql/types/factories.ts";
import { StringType } from "../../sql/types/string.ts";
import type { TemporalClass } from "../../sql/types/temporal.ts";
import { ENUM, type MysqlEnumOptions, type MysqlSetOptions, SET } from "./enumerated.ts";
import {
  BIGINT,
  BIT,
  DECIMAL,
  DOUBLE,
  FLOAT,
  INTEGER,
  MEDIUMINT,
  type MysqlBigIntegerOptions,
  type MysqlFloatOptions,
  type MysqlIntegerOptions,
  type MysqlNumericOptions,
  NUMERIC,
  REAL,
  SMALLINT,
  TINYINT,
} from "./numeric-types.ts";
import {
  CHAR,
  LONGBLOB,
  LONGTEXT,
  MEDIUMBLOB,
  MEDIUMTEXT,
  type MysqlStringOptions,
  NCHAR,
  NVARCHAR,
  TEXT,
  TINYBLOB,
  TINYTEXT,
  VARCHAR,
} from "./string-types.ts";
import {
  DATE,
  DATETIME,
  type MysqlDateOptions,
  type MysqlDateTimeOptions,
  type MysqlTimeOptions,
  TIME,
  TIMESTAMP,
  YEAR,
} from "./temporal-types.ts";

/** An IPv4 address, as text (MariaDB). */
export class INET4 extends StringType {
  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitDialectType(this, "INET4", options);
  }
}

/** An IPv6 address, as text (MariaDB). */
export class INET6 extends StringType {
  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitDialectType(this, "INET6", options);
  }
}

type Instant = TemporalClass<"Instant">;
type Plain = TemporalClass<"PlainDateTime">;

type Own =
  | "INTEGER"
  | "INT"
  | "SMALLINT"
  | "BIGINT"
  | "NUMERIC"
  | "DECIMAL"
  | "FLOAT"
  | "DOUBLE"
  | "REAL"
  | "VARCHAR"
  | "CHAR"
  | "NVARCHAR"
  | "NCHAR"
  | "TEXT"
  | "DATE"
  | "DATETIME"
  | "TIMESTAMP"
  | "TIME";

/** Makes an integer type: the width of its display and options, or options alone. */
export interface IntegerFactory<T> {
  (displayWidth: number | null, options?: MysqlIntegerOptions): T;
  (options?: MysqlIntegerOptions): T;
}

/** Makes BIGINT: values are `bigint`, or numbers with `{ mode: "number" }`. */
export interface BigIntFactory {
  (options: MysqlBigIntegerOptions & { readonly mode: "number" }): BIGINT<number>;
  (options?: MysqlBigIntegerOptions): BIGINT;
  (displayWidth: number | null, options?: MysqlIntegerOptions & BigIntegerOptions): BIGINT;
}

/** Makes a decimal type: values are text, or numbers with `{ asNumber: true }`. */
export interface DecimalFactory<Exact, Rounded> {
  (precision: number | null, scale: number | null, options: MysqlNumericOptions & { readonly asNumber: true }): Rounded;
  (precision?: number | null, scale?: number | null, options?: MysqlNumericOptions): Exact;
  (precision: number | null, options: MysqlNumericOptions & { readonly asNumber: true }): Rounded;
  (precision: number | null, options: MysqlNumericOptions): Exact;
  (options: MysqlNumericOptions & { readonly asNumber: true }): Rounded;
  (options: MysqlNumericOptions): Exact;
}

/** Makes a floating point type. */
export interface FloatFactory<T> {
  (precision: number | null, options?: MysqlFloatOptions): T;
  (options?: MysqlFloatOptions): T;
}

/** The types of MySQL and MariaDB: those of `t`, and their own. */
export interface MysqlTypes extends Omit<TypeFactories, Own> {
  readonly INTEGER: IntegerFactory<INTEGER>;
  readonly INT: IntegerFactory<INTEGER>;
  readonly SMALLINT: IntegerFactory<SMALLINT>;
  readonly MEDIUMINT: IntegerFactory<MEDIUMINT>;
  readonly TINYINT: IntegerFactory<TINYINT>;
  readonly BIGINT: BigIntFactory;
  readonly NUMERIC: DecimalFactory<NUMERIC, NUMERIC<number>>;
  readonly DECIMAL: DecimalFactory<DECIMAL, DECIMAL<number>>;
  readonly FLOAT: FloatFactory<FLOAT>;
  readonly DOUBLE: FloatFactory<DOUBLE>;
  readonly REAL: FloatFactory<REAL>;
  BIT(length?: number | null): BIT;
  YEAR(displayWidth?: number | null): YEAR;
  VARCHAR(length?: number | null, options?: MysqlStringOptions): VARCHAR;
  CHAR(length?: number | null, options?: MysqlStringOptions): CHAR;
  NVARCHAR(length?: number | null, options?: MysqlStringOptions): NVARCHAR;
  NCHAR(length?: number | null, options?: MysqlStringOptions): NCHAR;
  TEXT(length?: number | null, options?: MysqlStringOptions): TEXT;
  TINYTEXT(options?: MysqlStringOptions): TINYTEXT;
  MEDIUMTEXT(options?: MysqlStringOptions): MEDIUMTEXT;
  LONGTEXT(options?: MysqlStringOptions): LONGTEXT;
  TINYBLOB(length?: number | null): TINYBLOB;
  MEDIUMBLOB(length?: number | null): MEDIUMBLOB;
  LONGBLOB(length?: number | null): LONGBLOB;
  ENUM<const E extends readonly string[]>(values: E, options?: MysqlEnumOptions): ENUM<E[number]>;
  ENUM<const E extends EnumObject>(members: E, options?: MysqlEnumOptions): ENUM<EnumValue<E>>;
  SET<const E extends readonly string[]>(values: E, options?: MysqlSetOptions): SET<E[number]>;
  readonly DATE: DateFactory<MysqlDateOptions, DATE, DATE<TemporalClass<"PlainDate">>>;
  readonly DATETIME: PointFactory<MysqlDateTimeOptions, DATETIME, DATETIME<string>, DATETIME<Instant>, DATETIME<Plain>>;
  readonly TIMESTAMP: PointFactory<MysqlDateTimeOptions, TIMESTAMP, TIMESTAMP<string>, TIMESTAMP<Instant>, TIMESTAMP<Plain>>;
  readonly TIME: DateFactory<MysqlTimeOptions, TIME, TIME<TemporalClass<"PlainTime">>>;
  INET4(): INET4;
  INET6(): INET6;
}

type Width = number | null;

function integers<T>(type: new (options: MysqlIntegerOptions) => T): IntegerFactory<T> {
  return (width?: Width | MysqlIntegerOptions, options: MysqlIntegerOptions = {}) =>
    new type(typeof width === "object" && width !== null ? width : width == null ? options : { ...options, displayWidth: width });
}

function floats<T>(type: new (precision: number | null, options: MysqlFloatOptions) => T): FloatFactory<T> {
  return (precision?: Width | MysqlFloatOptions, options: MysqlFloatOptions = {}) =>
    typeof precision === "object" && precision !== null ? new type(null, precision) : new type(precision ?? null, options);
}

/**
 * The types of MySQL and MariaDB: those of `t`, and their own.
 * @example new Column(mysql.t.INTEGER({ unsigned: true }))
 * See https://dev.mysql.com/doc/refman/8.4/en/data-types.html
 */
export const t: MysqlTypes = {
  ...generic,
  INTEGER: integers(INTEGER),
  INT: integers(INTEGER),
  SMALLINT: integers(SMALLINT),
  MEDIUMINT: integers(MEDIUMINT),
  TINYINT: integers(TINYINT),
  BIGINT: integers(BIGINT) as BigIntFactory,
  NUMERIC: numericFactory(NUMERIC),
  DECIMAL: numericFactory(DECIMAL),
  FLOAT: floats(FLOAT),
  DOUBLE: floats(DOUBLE),
  REAL: floats(REAL),
  BIT: (length) => new BIT(length),
  YEAR: (displayWidth) => new YEAR(displayWidth),
  VARCHAR: (length, options) => new VARCHAR(length, options),
  CHAR: (length, options) => new CHAR(length, options),
  NVARCHAR: (length, options) => new NVARCHAR(length, options),
  NCHAR: (length, options) => new NCHAR(length, options),
  TEXT: (length, options) => new TEXT(length, options),
  TINYTEXT: (options) => new TINYTEXT(options),
  MEDIUMTEXT: (options) => new MEDIUMTEXT(options),
  LONGTEXT: (options) => new LONGTEXT(options),
  TINYBLOB: (length) => new TINYBLOB(length),
  MEDIUMBLOB: (length) => new MEDIUMBLOB(length),
  LONGBLOB: (length) => new LONGBLOB(length),
  ENUM: (values: EnumObject, options?: MysqlEnumOptions) => new ENUM(values, options) as never,
  SET: (values, options) => new SET(values, options),
  DATE: ((options?: MysqlDateOptions) => new DATE(options)) as MysqlTypes["DATE"],
  DATETIME: ((options?: MysqlDateTimeOptions) => new DATETIME(options)) as MysqlTypes["DATETIME"],
  TIMESTAMP: ((options?: MysqlDateTimeOptions) => new TIMESTAMP(options)) as MysqlTypes["TIMESTAMP"],
  TIME: ((options?: MysqlTimeOptions) => new TIME(options)) as MysqlTypes["TIME"],
  INET4: () => new INET4(),
  INET6: () => new INET6(),
};
