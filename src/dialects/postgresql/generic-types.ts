import { ArgumentError } from "../../errors.ts";
import type { SqlDialect } from "../../sql/base/sql-dialect.ts";
import type { TypeCompiler, TypeOptions } from "../../sql/compiler/type-compiler.ts";
import { ArrayType } from "../../sql/types/array.ts";
import { LargeBinaryType } from "../../sql/types/binary.ts";
import { adaptByColspecs, type Colspecs } from "../../sql/types/colspecs.ts";
import { EnumType } from "../../sql/types/enum.ts";
import { intervalParameter, IntervalType, temporalDurationReader, withInnerSigns } from "../../sql/types/interval.ts";
import { JSON_NULL, JsonIndexType, jsonIndex, JsonPathType, jsonText, JsonType } from "../../sql/types/json.ts";
import { FloatType, NumericType } from "../../sql/types/numeric.ts";
import { NullType } from "../../sql/types/null-type.ts";
import { bindAnything, checkDate, checkTextWithoutNul, quoteText, toBytes, toHex, wrongValue } from "../../sql/types/processors.ts";
import { StringType } from "../../sql/types/string.ts";
import { dateParameter, isDateTimeText, isTimeText, temporalText, timeParameter } from "../../sql/types/temporal-text.ts";
import { DateTimeType, DateType, literalOf, TimeType } from "../../sql/types/temporal.ts";
import type { LiteralProcessor, Processor, TypeEngine } from "../../sql/types/type-engine.ts";
import { arrayText, type ArrayTree, parseArray } from "./array-text.ts";
import { bindCast } from "./bind-casts.ts";
import { PgEnum } from "./named-types.ts";

/** A Date as PostgreSQL reads it, whatever the time zone of the session. */
export function dateTimeWithZone(value: Date): string {
  checkDate(value, "dateTime");
  const year = value.getUTCFullYear();
  if (year >= 1 && year <= 9999) return value.toISOString();
  const rest = value.toISOString().replace(/^[+-]?\d+/, "");
  return year > 9999 ? `${year}${rest}` : `${String(1 - year).padStart(4, "0")}${rest} BC`;
}

function pgDateTime(value: unknown, timezone: boolean, texts: boolean): string | null {
  if (value instanceof Date) {
    const text = dateTimeWithZone(value);
    return timezone ? text : text.replace("T", " ").replace("Z", "");
  }
  if (value === null) return null;
  if (typeof value === "string" && texts) {
    if (isDateTimeText(value) || value === "infinity" || value === "-infinity") return value;
    throw new ArgumentError('The type dateTime takes text such as "2024-02-29 12:30:00.123456", but the string that it was given is none.');
  }
  const text = temporalText(value, "PlainDateTime", "Instant");
  if (text !== null) return text;
  throw wrongValue("dateTime", "a Date", value);
}

class PgDateTime extends DateTimeType<unknown> {
  override bindProcessor(_dialect: SqlDialect): Processor | null {
    const { timezone } = this;
    const texts = this.mode === "string";
    return (value) => pgDateTime(value, timezone, texts);
  }

  override literalProcessor(_dialect: SqlDialect): LiteralProcessor | null {
    const texts = this.mode === "string";
    return literalOf(
      (value) =>
        pgDateTime(value, this.timezone, texts)
          ?.replace("T", " ")
          .replace(/\.000(?=Z|$)/, "") ?? null,
    );
  }
}

const WIDE_DATE = /^(?:\d{4,7}-\d{2}-\d{2}(?: BC)?|-?infinity)$/;

/** A date, of which PostgreSQL has more than others: before the year 1, after the year 9999, at no time. */
function pgDate(value: unknown): string | null {
  return typeof value === "string" && (value.length !== 10 || value === "-infinity") && WIDE_DATE.test(value)
    ? value
    : dateParameter(value);
}

class PgDate extends DateType<unknown> {
  override bindProcessor(_dialect: SqlDialect): Processor | null {
    return pgDate;
  }

  override literalProcessor(_dialect: SqlDialect): LiteralProcessor | null {
    return literalOf(pgDate);
  }
}

/** Numbers that SQL has no digits for; without a type, -0.0 is a decimal number, which has one zero only. */
function withoutDigits(value: unknown, type: string): string | null {
  if (Object.is(value, -0) && type === "FLOAT") return "'-0'::FLOAT";
  const text = String(value);
  return text === "NaN" || text === "Infinity" || text === "-Infinity" ? `'${text}'::${type}` : null;
}

class PgNumeric extends NumericType<unknown> {
  override literalProcessor(dialect: SqlDialect): LiteralProcessor | null {
    const finite = super.literalProcessor(dialect)!;
    return (value) => (typeof value === "string" || typeof value === "number" ? withoutDigits(value, "NUMERIC") : null) ?? finite(value);
  }
}

class PgFloat extends FloatType {
  /** @internal */
  readonly _declared: FloatType;

  constructor(declared: FloatType) {
    super(declared.precision);
    this._declared = declared;
  }

  /** Casts of parameters say which of the floating point types it is. */
  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return this._declared.accept(compiler, options);
  }

  override literalProcessor(dialect: SqlDialect): LiteralProcessor | null {
    const finite = super.literalProcessor(dialect)!;
    return (value) => (typeof value === "number" ? withoutDigits(value, "FLOAT") : null) ?? finite(value);
  }
}

class PgTime extends TimeType<unknown> {
  override bindProcessor(_dialect: SqlDialect): Processor | null {
    return this.timezone ? timeWithZone : timeParameter;
  }

  override literalProcessor(_dialect: SqlDialect): LiteralProcessor | null {
    return literalOf(this.timezone ? timeWithZone : timeParameter);
  }
}

function timeWithZone(value: unknown): string | null {
  if (typeof value === "string") {
    const clock = value.replace(/(?:Z|[+-]\d{2}(?::?\d{2})?)$/, "");
    if (clock !== value && isTimeText(clock)) return value;
  }
  return timeParameter(value);
}

function pgInterval(value: unknown): string | null {
  const text = intervalParameter(value);
  return text === null ? null : withInnerSigns(text);
}

class PgInterval extends IntervalType<unknown> {
  override bindProcessor(_dialect: SqlDialect): Processor | null {
    return pgInterval;
  }

  override resultProcessor(_dialect: SqlDialect): Processor | null {
    if (this.mode !== "temporal") return null;
    const read = temporalDurationReader();
    return (value) => (typeof value === "string" ? read(value) : value);
  }

  override literalProcessor(_dialect: SqlDialect): LiteralProcessor | null {
    return literalOf(pgInterval);
  }
}

/** Text as PostgreSQL takes it, checked. */
export function bindText(value: unknown): string | null {
  if (typeof value === "string") return checkTextWithoutNul(value, "string");
  if (value === null) return null;
  throw wrongValue("string", "a string", value);
}

class PgString extends StringType {
  override bindProcessor(_dialect: SqlDialect): Processor | null {
    return bindText;
  }
}

/** JSON text without what PostgreSQL refuses: the character NUL. */
export function pgJsonText(value: unknown): string {
  const text = jsonText(value);
  if (text.includes("\\u0000") && /(?:^|[^\\])(?:\\\\)*\\u0000/.test(text)) {
    throw new ArgumentError("A JSON value holds the character NUL (U+0000), which PostgreSQL cannot store.");
  }
  return text;
}

class PgJson extends JsonType {
  /** JSON or JSONB: parameters are cast to it. */
  readonly original: JsonType;

  constructor(original: JsonType) {
    super({
      ...(original.serializer === null ? {} : { serializer: original.serializer }),
      ...(original.deserializer === null ? {} : { deserializer: original.deserializer }),
    });
    this.original = original;
  }

  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return this.original.accept(compiler, options);
  }

  override bindProcessor(dialect: SqlDialect): Processor | null {
    const serialize = this.serializer ?? dialect.jsonSerializer ?? pgJsonText;
    return (value) => {
      if (value === null) return null;
      return value === JSON_NULL ? "null" : serialize(value);
    };
  }

  override literalProcessor(dialect: SqlDialect): LiteralProcessor | null {
    return literalOf(this.bindProcessor(dialect) as (value: unknown) => string | null);
  }
}

/** A path as the text of an array; steps that need no quotes have none, and each names one key, whatever is in it. */
function pgJsonPath(value: unknown, separator = ","): string {
  const steps = (Array.isArray(value) ? (value as unknown[]) : [value]).map((step) => String(jsonIndex(step)));
  return `{${steps.map((step) => (PLAIN_STEP.test(step) ? step : arrayText([step]).slice(1, -1))).join(separator)}}`;
}

/** A word that is not the one for NULL. */
const PLAIN_STEP = /^(?!null$)\w+$/i;

/** `#>` takes an array of texts. */
class PgJsonPath extends JsonPathType {
  override bindProcessor(_dialect: SqlDialect): Processor | null {
    return (value) => pgJsonPath(value);
  }

  override literalProcessor(_dialect: SqlDialect): LiteralProcessor | null {
    return (value) => quoteText(pgJsonPath(value, ", "));
  }
}

class PgBytea extends LargeBinaryType {
  override resultProcessor(_dialect: SqlDialect): Processor | null {
    return readBytes;
  }

  override literalProcessor(_dialect: SqlDialect): LiteralProcessor | null {
    return (value) => (value === null ? "NULL" : `'\\x${toHex(toBytes(value, "largeBinary"))}'`);
  }
}

/** Bytes within an array come as text: `\x0102`. */
function readBytes(value: unknown): unknown {
  if (typeof value !== "string" || !value.startsWith("\\x")) return value;
  const bytes = new Uint8Array((value.length - 2) / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(value.slice(2 + i * 2, 4 + i * 2), 16);
  return bytes;
}

class PgNull extends NullType {
  override bindProcessor(_dialect: SqlDialect): Processor | null {
    return bindPgAnything;
  }
}

function bindPgAnything(value: unknown): unknown {
  const bound = bindAnything(value);
  if (typeof bound === "string") return checkTextWithoutNul(bound, "unknown");
  return bound instanceof Date ? dateTimeWithZone(bound) : bound;
}

/** A value of an array as text. */
function itemText(value: unknown): string | null {
  if (value === null || typeof value === "string") return value;
  if (typeof value === "boolean") return value ? "t" : "f";
  if (value instanceof Uint8Array) return `\\x${toHex(value)}`;
  return Object.is(value, -0) ? "-0" : String(value);
}

/** Whether there is no item in any of the lists. */
function isEmpty(list: readonly unknown[]): boolean {
  return list.every((item) => Array.isArray(item) && isEmpty(item as unknown[]));
}

/** Whether each of the innermost lists has anything but NULL, by which the server knows its type. */
function holdsValue(list: readonly unknown[]): boolean {
  if (list.some((item) => Array.isArray(item))) return list.every((item) => Array.isArray(item) && holdsValue(item as unknown[]));
  return list.some((item) => item !== null);
}

/** What the server takes whole numbers and texts in a list for. */
const UNTYPED: ReadonlySet<string> = new Set(["INTEGER", "TEXT"]);

/** Arrays, whose values go through the type of their items. */
export class PgArray extends ArrayType {
  /** How deep lists are lists rather than values of their own, as JSON has them. @internal */
  get _itemDepth(): number {
    return this.itemType.isListValued ? (this.dimensions ?? 1) : Number.POSITIVE_INFINITY;
  }

  override bindProcessor(dialect: SqlDialect): Processor | null {
    return this._binder(this.itemType._cachedBindProcessor(dialect));
  }

  override _storeBinder(dialect: SqlDialect): Processor | null {
    return this._binder(this.itemType._cachedStoreProcessor(dialect));
  }

  /** @internal */
  _binder(item: Processor | null): Processor {
    const nested = this._itemDepth;
    const convert = (values: readonly unknown[], depth: number): ArrayTree =>
      Array.from(values, (value) => {
        if (Array.isArray(value) && depth < nested) return convert(value as unknown[], depth + 1);
        if (value === undefined) throw wrongValue("array", "values (null for NULL)", value);
        return itemText(item === null ? value : item(value));
      });
    return (value) => {
      if (value === null) return null;
      const list = value instanceof Set ? [...(value as Set<unknown>)] : value;
      if (!Array.isArray(list)) throw wrongValue("array", "an array", value);
      return arrayText(convert(list as unknown[], 1));
    };
  }

  override resultProcessor(dialect: SqlDialect): Processor | null {
    const item = this.itemType._cachedResultProcessor(dialect);
    const convert = (text: string | null): unknown => (item === null ? text : item(text));
    return (value) => (typeof value === "string" ? parseArray(value, convert) : value);
  }

  override literalProcessor(dialect: SqlDialect): LiteralProcessor | null {
    const item = this.itemType._cachedLiteralProcessor(dialect);
    if (item === null) return null;
    const nested = this._itemDepth;
    const write = (values: readonly unknown[], depth: number): string =>
      `ARRAY[${values
        .map((value) =>
          Array.isArray(value) && depth < nested ? write(value as unknown[], depth + 1) : value === null ? "NULL" : item(value),
        )
        .join(", ")}]`;
    const check = this.bindProcessor(dialect)!;
    const cast = bindCast(this, dialect, dialect.identifierPreparer)!;
    return (value) => {
      if (value === null) return "NULL";
      check(value);
      const list = [...(value as Iterable<unknown>)];
      const text = isEmpty(list) ? "'{}'" : write(list, 1);
      return holdsValue(list) && UNTYPED.has(cast.replaceAll("[]", "")) ? text : `${text}::${cast}`;
    };
  }
}

const COLSPECS: Colspecs = [
  [EnumType, (type: EnumType) => (type.nativeEnum ? PgEnum.of(type) : type)],
  [DateTimeType, (type: DateTimeType<unknown>) => new PgDateTime({ timezone: type.timezone, mode: type.mode })],
  [DateType, (type: DateType<unknown>) => new PgDate({ mode: type.mode })],
  [TimeType, (type: TimeType<unknown>) => new PgTime({ timezone: type.timezone, mode: type.mode })],
  [IntervalType, (type: IntervalType<unknown>) => (type.native ? new PgInterval({ mode: type.mode }) : type)],
  [FloatType, (type: FloatType) => new PgFloat(type)],
  [NumericType, (type: NumericType<unknown>) => new PgNumeric(type.precision, type.scale, { asNumber: type.asNumber })],
  [StringType, (type: StringType) => new PgString(type.length, type.collation === null ? {} : { collation: type.collation })],
  [JsonIndexType, (type: JsonIndexType) => type],
  [JsonPathType, () => new PgJsonPath()],
  [JsonType, (type: JsonType) => new PgJson(type)],
  [LargeBinaryType, (type: LargeBinaryType) => new PgBytea(type.length)],
  [ArrayType, (type: ArrayType) => new PgArray(type.itemType, { dimensions: type.dimensions, zeroIndexes: type.zeroIndexes })],
  [NullType, () => new PgNull()],
];

/** PostgreSQL's own implementation of a generic type. */
export function adaptPostgresqlType<V>(type: TypeEngine<V>): TypeEngine<V> {
  return adaptByColspecs(type, COLSPECS);
}
