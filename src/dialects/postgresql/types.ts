import { ArgumentError, DataError } from "../../errors.ts";
import type { SqlDialect } from "../../sql/base/sql-dialect.ts";
import type { TypeCompiler, TypeOptions } from "../../sql/compiler/type-compiler.ts";
import type { ArrayOptions } from "../../sql/types/array.ts";
import { LargeBinaryType } from "../../sql/types/binary.ts";
import type { EnumObject, EnumValue } from "../../sql/types/enum.ts";
import { type DateFactory, type PointFactory, t as generic, type TypeFactories } from "../../sql/types/factories.ts";
import { type IntervalOptions, IntervalType, parseDuration } from "../../sql/types/interval.ts";
import { JSON_NULL, type JsonNull, type JsonOptions, JsonType } from "../../sql/types/json.ts";
import { IntegerType } from "../../sql/types/numeric.ts";
import { checkSize, checkTextWithoutNul, quoteText, wrongValue } from "../../sql/types/processors.ts";
import { StringType } from "../../sql/types/string.ts";
import { checkFraction } from "../../sql/types/temporal-text.ts";
import {
  type DateTimeOptions,
  DateTimeType,
  fractionCheck,
  literalOf,
  type TemporalClass,
  type TimeOptions,
  TimeType,
} from "../../sql/types/temporal.ts";
import type { ColumnElement } from "../../sql/elements/column-element.ts";
import type { Operator } from "../../sql/operators/operator.ts";
import { add as addOp, concatOp, matchOp } from "../../sql/operators/operator-table.ts";
import {
  type Affinity,
  type LiteralProcessor,
  type Processor,
  type StorageCheck,
  TypeEngine,
  type TypeMethod,
} from "../../sql/types/type-engine.ts";
import { array } from "./array.ts";
import { ARRAY } from "./array-type.ts";
import { adaptPostgresqlType, bindText } from "./generic-types.ts";
import { hstoreText, parseHstore } from "./hstore-text.ts";
import { DOMAIN, type DomainOptions, ENUM, type PgEnumOptions } from "./named-types.ts";
import { containsOperator, HSTORE_METHODS, hstoreOperator, jsonbMethods } from "./operators.ts";
import { RangeType, type RangeKind, MultiRangeType } from "./range-types.ts";

export { adaptPostgresqlType, ARRAY };

const STRING: TypeEngine<unknown> = new StringType() as TypeEngine<unknown>;
const JSONB_METHODS = jsonbMethods(() => new PgTextType("JSONPATH"), array);

/** JSON in its binary form, which can be indexed and searched. */
export class JSONB<V = unknown> extends JsonType<V> {
  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitDialectType(this as JsonType, "JSONB", options);
  }

  override operate(expression: ColumnElement<unknown>, op: Operator, a: unknown): ColumnElement<unknown> | null {
    return containsOperator(expression, op, a);
  }

  override method(name: string): TypeMethod | null {
    return JSONB_METHODS[name] ?? null;
  }
}

/** Options of {@link TIMESTAMP}. */
export interface PgTimestampOptions extends DateTimeOptions {
  readonly precision?: number;
}

function precisionOf(precision: number | undefined): number | null {
  if (precision === undefined) return null;
  if (!Number.isInteger(precision) || precision < 0 || precision > 6)
    throw new ArgumentError("The precision of a date or time type is a whole number from 0 to 6.");
  return precision;
}

/** A date and time, with a precision. */
export class TIMESTAMP<V = Date> extends DateTimeType<V> {
  readonly precision: number | null;

  constructor(options: PgTimestampOptions = {}) {
    super(options);
    this.precision = precisionOf(options.precision);
  }

  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitTIMESTAMP(this, options);
  }

  override storageCheck(_dialect: SqlDialect): StorageCheck | null {
    return fractionCheck(this.mode, this.precision ?? 6);
  }
}

/** Options of {@link TIME}. */
export interface PgTimeOptions extends TimeOptions {
  readonly precision?: number;
}

/** A time of day, with a precision. */
export class TIME<V = string> extends TimeType<V> {
  readonly precision: number | null;

  constructor(options: PgTimeOptions = {}) {
    super(options);
    this.precision = precisionOf(options.precision);
  }

  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitTIME(this, options);
  }

  override storageCheck(_dialect: SqlDialect): StorageCheck | null {
    return fractionCheck(this.mode, this.precision ?? 6);
  }
}

const INTERVAL_FIELDS =
  /^(?:YEAR|MONTH|DAY|HOUR|MINUTE|SECOND|YEAR TO MONTH|DAY TO (?:HOUR|MINUTE|SECOND)|HOUR TO (?:MINUTE|SECOND)|MINUTE TO SECOND)$/i;

/** The microseconds that the smallest field of a time counts. */
const SMALLEST: Readonly<Record<string, number>> = { HOUR: 3_600_000_000, MINUTE: 60_000_000, SECOND: 1 };

/** Whether a duration has nothing that is smaller than the last of the fields. */
function endsWithin(text: string, fields: string): boolean {
  const { months, days, microseconds } = parseDuration(text)!;
  const last = fields.toUpperCase().split(" ").at(-1)!;
  const unit = SMALLEST[last];
  if (unit !== undefined) return microseconds % unit === 0;
  return microseconds === 0 && (last === "DAY" || (days === 0 && (last === "MONTH" || months % 12 === 0)));
}

/** Options of {@link INTERVAL}. */
export interface PgIntervalOptions extends Pick<IntervalOptions, "mode"> {
  readonly precision?: number;
  readonly fields?: string;
}

/** A duration, with a precision and the parts that are kept. */
export class INTERVAL<V = string> extends IntervalType<V> {
  readonly precision: number | null;
  readonly fields: string | null;

  constructor(options: PgIntervalOptions = {}) {
    super(options);
    this.precision = precisionOf(options.precision);
    this.fields = options.fields ?? null;
    if (this.fields !== null && !INTERVAL_FIELDS.test(this.fields))
      throw new ArgumentError(`INTERVAL has no fields ${JSON.stringify(this.fields)}; use for example "DAY TO SECOND".`);
  }

  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitDialectType(this, "INTERVAL", options);
  }

  override storageCheck(_dialect: SqlDialect): StorageCheck | null {
    const { fields } = this;
    const digits = this.precision ?? 6;
    if (fields === null && digits >= 6) return null;
    return (sent) => {
      if (typeof sent !== "string") return;
      checkFraction(sent, digits);
      if (fields !== null && !endsWithin(sent, fields))
        throw new DataError(`An interval has smaller parts than INTERVAL ${fields.toUpperCase()} keeps, and would be cut.`);
    };
  }
}

/** Bytes. */
export class BYTEA extends LargeBinaryType {
  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitDialectType(this, "BYTEA", options);
  }
}

/** A type whose values are text in JavaScript: INET, MACADDR, TSVECTOR, … */
export class PgTextType extends TypeEngine<string> {
  /** The name in SQL. */
  readonly sqlName: string;

  constructor(sqlName: string) {
    super();
    this.sqlName = sqlName;
  }

  override get affinity(): Affinity {
    return "other";
  }

  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitDialectType(this, this.sqlName, options);
  }

  override bindProcessor(_dialect: SqlDialect): Processor | null {
    return (value) => {
      if (value === null) return null;
      if (typeof value !== "string") throw wrongValue(this.sqlName, "a string", value);
      return checkTextWithoutNul(value, this.sqlName);
    };
  }

  /** The names of objects are numbers to the server, and a text beside them is one too, unless it says what it is. */
  override literalProcessor(dialect: SqlDialect): LiteralProcessor | null {
    const check = this.bindProcessor(dialect)!;
    const cast = this.sqlName.startsWith("REG") ? `::${this.sqlName}` : "";
    return (value) => (value === null ? "NULL" : quoteText(String(check(value))) + cast);
  }

  override coerceComparedValue(op: Operator | null, value: unknown): TypeEngine<unknown> {
    if (typeof value !== "string") return super.coerceComparedValue(op, value);
    // the words that are searched for are a text, whatever they are searched in
    return op === matchOp ? STRING : this;
  }
}

/** Text without regard to upper and lower case. */
export class CITEXT extends StringType {
  /** The name in SQL: what it is compared with has to be of the same type, or the comparison is one of plain text. */
  readonly sqlName: string = "CITEXT";

  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitDialectType(this, "CITEXT", options);
  }

  override bindProcessor(_dialect: SqlDialect): Processor | null {
    return bindText;
  }

  override literalProcessor(_dialect: SqlDialect): LiteralProcessor | null {
    return literalOf(bindText);
  }

  override coerceComparedValue(op: Operator | null, value: unknown): TypeEngine<unknown> {
    return typeof value === "string" ? (this as TypeEngine<unknown>) : super.coerceComparedValue(op, value);
  }
}

/** The numbers of objects in the system catalogues. */
export class OID extends IntegerType {
  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitDialectType(this, "OID", options);
  }

  override get _range(): readonly [number, number] {
    return [0, 4_294_967_295];
  }
}

/** Options of {@link BIT}. */
export interface BitOptions {
  readonly varying?: boolean;
}

/** Strings of bits, as text of 0 and 1. */
export class BIT extends TypeEngine<string> {
  readonly length: number | null;
  readonly varying: boolean;

  constructor(length: number | null = null, options: BitOptions = {}) {
    super();
    this.varying = options.varying === true;
    this.length = checkSize(length, "length") ?? (this.varying ? null : 1);
  }

  override get affinity(): Affinity {
    return "other";
  }

  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitDialectType(this, "BIT", options);
  }

  override bindProcessor(_dialect: SqlDialect): Processor | null {
    return bindBits;
  }

  override storageCheck(_dialect: SqlDialect): StorageCheck | null {
    const { length, varying } = this;
    if (length === null) return null;
    return (sent) => {
      if (typeof sent !== "string" || sent.length === length || (varying && sent.length < length)) return;
      throw new DataError(`A string of ${sent.length} bits was given for a column of ${varying ? "up to " : ""}${length}.`);
    };
  }

  override coerceComparedValue(op: never, value: unknown): TypeEngine<unknown> {
    return typeof value === "string" ? this : super.coerceComparedValue(op, value);
  }

  override literalProcessor(_dialect: SqlDialect): LiteralProcessor | null {
    return (value) => (value === null ? "NULL" : quoteText(bindBits(value)!));
  }
}

function bindBits(value: unknown): string | null {
  if (value === null) return null;
  if (typeof value !== "string" || !/^[01]*$/.test(value)) throw wrongValue("BIT", "a string of 0 and 1", value);
  return value;
}

/** Keys and texts. */
export class HSTORE extends TypeEngine<Record<string, string | null>> {
  /** The name in SQL. */
  readonly sqlName: string = "HSTORE";

  override get affinity(): Affinity {
    return "other";
  }

  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitDialectType(this, "HSTORE", options);
  }

  override operate(expression: ColumnElement<unknown>, op: Operator, a: unknown): ColumnElement<unknown> | null {
    return hstoreOperator(expression, op, a);
  }

  override method(name: string): TypeMethod | null {
    return HSTORE_METHODS[name] ?? null;
  }

  /** `+` between them is `||`. */
  override adaptOperator(op: Operator, other: TypeEngine<unknown>): readonly [Operator, TypeEngine<unknown>] {
    return op === addOp && (other.isNull || other instanceof HSTORE) ? [concatOp, this] : super.adaptOperator(op, other);
  }

  override coerceComparedValue(op: Operator | null, value: unknown): TypeEngine<unknown> {
    return typeof value === "object" && value !== null && !Array.isArray(value) ? this : super.coerceComparedValue(op, value);
  }

  override bindProcessor(_dialect: SqlDialect): Processor | null {
    return (value) => {
      if (value === null || typeof value === "string") return value;
      if (typeof value !== "object" || Array.isArray(value)) throw wrongValue("HSTORE", "an object of strings", value);
      return hstoreText(value as Record<string, unknown>);
    };
  }

  override resultProcessor(_dialect: SqlDialect): Processor | null {
    return (value) => (typeof value === "string" ? parseHstore(value) : value);
  }

  override literalProcessor(_dialect: SqlDialect): LiteralProcessor | null {
    return (value) => (value === null ? "NULL" : quoteText(hstoreText(value as Record<string, unknown>)));
  }

  override compareValues(a: unknown, b: unknown): boolean {
    if (a === b) return true;
    if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
    const keys = Object.keys(a);
    return (
      keys.length === Object.keys(b).length &&
      keys.every((key) => (a as Record<string, unknown>)[key] === (b as Record<string, unknown>)[key])
    );
  }
}

/** Makes JSONB types. */
export interface JsonbFactory {
  <V = unknown>(options?: JsonOptions): JSONB<V>;
  /** The JSON value `null`. */
  readonly NULL: JsonNull;
}

type TextTypes = "INET" | "CIDR" | "MACADDR" | "MACADDR8" | "MONEY" | "REGCLASS" | "REGCONFIG" | "TSVECTOR" | "TSQUERY" | "JSONPATH";

/** The types of PostgreSQL: those of `t`, and its own. */
export interface PostgresqlTypes extends Omit<TypeFactories, "TIMESTAMP" | "TIME" | "ARRAY"> {
  readonly JSONB: JsonbFactory;
  ARRAY<V>(itemType: TypeEngine<V>, options?: ArrayOptions): ARRAY<V>;
  readonly TIMESTAMP: PointFactory<
    PgTimestampOptions,
    TIMESTAMP,
    TIMESTAMP<string>,
    TIMESTAMP<TemporalClass<"Instant">>,
    TIMESTAMP<TemporalClass<"PlainDateTime">>
  >;
  readonly TIME: DateFactory<PgTimeOptions, TIME, TIME<TemporalClass<"PlainTime">>>;
  readonly INTERVAL: DateFactory<PgIntervalOptions, INTERVAL, INTERVAL<TemporalClass<"Duration">>>;
  BYTEA(length?: number | null): BYTEA;
  CITEXT(): CITEXT;
  OID(): OID;
  BIT(length?: number | null, options?: BitOptions): BIT;
  HSTORE(): HSTORE;
  ENUM<const E extends readonly string[]>(values: E, options?: PgEnumOptions): ENUM<E[number]>;
  ENUM<const E extends EnumObject>(members: E, options?: PgEnumOptions): ENUM<EnumValue<E>>;
  DOMAIN<V>(name: string, dataType: TypeEngine<V>, options?: DomainOptions): DOMAIN<V>;
  INT4RANGE(): RangeType<number>;
  INT8RANGE(): RangeType<bigint>;
  NUMRANGE(): RangeType<string>;
  DATERANGE(): RangeType<string>;
  TSRANGE(): RangeType<Date>;
  TSTZRANGE(): RangeType<Date>;
  INT4MULTIRANGE(): MultiRangeType<number>;
  INT8MULTIRANGE(): MultiRangeType<bigint>;
  NUMMULTIRANGE(): MultiRangeType<string>;
  DATEMULTIRANGE(): MultiRangeType<string>;
  TSMULTIRANGE(): MultiRangeType<Date>;
  TSTZMULTIRANGE(): MultiRangeType<Date>;
  INET(): PgTextType;
  CIDR(): PgTextType;
  MACADDR(): PgTextType;
  MACADDR8(): PgTextType;
  MONEY(): PgTextType;
  REGCLASS(): PgTextType;
  REGCONFIG(): PgTextType;
  TSVECTOR(): PgTextType;
  TSQUERY(): PgTextType;
  JSONPATH(): PgTextType;
}

const text = (name: TextTypes) => (): PgTextType => new PgTextType(name);
const range =
  <V>(kind: RangeKind) =>
  (): RangeType<V> =>
    new RangeType<V>(kind);
const multirange =
  <V>(kind: RangeKind) =>
  (): MultiRangeType<V> =>
    new MultiRangeType<V>(kind);

/**
 * The types of PostgreSQL: those of `t`, and its own.
 * See https://www.postgresql.org/docs/current/datatype.html
 */
export const t: PostgresqlTypes = {
  ...generic,
  JSONB: Object.assign(<V>(options?: JsonOptions) => new JSONB<V>(options), { NULL: JSON_NULL }),
  ARRAY: (itemType, options) => new ARRAY(itemType, options),
  TIMESTAMP: ((options?: PgTimestampOptions) => new TIMESTAMP(options)) as PostgresqlTypes["TIMESTAMP"],
  TIME: ((options?: PgTimeOptions) => new TIME(options)) as PostgresqlTypes["TIME"],
  INTERVAL: ((options?: PgIntervalOptions) => new INTERVAL(options)) as PostgresqlTypes["INTERVAL"],
  BYTEA: (length) => new BYTEA(length),
  CITEXT: () => new CITEXT(),
  OID: () => new OID(),
  BIT: (length, options) => new BIT(length, options),
  HSTORE: () => new HSTORE(),
  ENUM: (values: EnumObject, options?: PgEnumOptions) => new ENUM(values, options) as never,
  DOMAIN: (name, dataType, options) => new DOMAIN(name, dataType, options),
  INT4RANGE: range("INT4"),
  INT8RANGE: range("INT8"),
  NUMRANGE: range("NUM"),
  DATERANGE: range("DATE"),
  TSRANGE: range("TS"),
  TSTZRANGE: range("TSTZ"),
  INT4MULTIRANGE: multirange("INT4"),
  INT8MULTIRANGE: multirange("INT8"),
  NUMMULTIRANGE: multirange("NUM"),
  DATEMULTIRANGE: multirange("DATE"),
  TSMULTIRANGE: multirange("TS"),
  TSTZMULTIRANGE: multirange("TSTZ"),
  INET: text("INET"),
  CIDR: text("CIDR"),
  MACADDR: text("MACADDR"),
  MACADDR8: text("MACADDR8"),
  MONEY: text("MONEY"),
  REGCLASS: text("REGCLASS"),
  REGCONFIG: text("REGCONFIG"),
  TSVECTOR: text("TSVECTOR"),
  TSQUERY: text("TSQUERY"),
  JSONPATH: text("JSONPATH"),
};
