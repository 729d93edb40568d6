import { DataError } from "../../errors.ts";
import type { SqlDialect } from "../../sql/base/sql-dialect.ts";
import type { TypeCompiler, TypeOptions } from "../../sql/compiler/type-compiler.ts";
import type { BindParameter } from "../../sql/elements/bind-parameter.ts";
import type { ColumnElement } from "../../sql/elements/column-element.ts";
import { Function } from "../../sql/functions/function.ts";
import { JsonIndexType, jsonIndex, type JsonOptions, JsonPathType, jsonPathText, JsonType } from "../../sql/types/json.ts";
import { NullType } from "../../sql/types/null-type.ts";
import { decimalText, isDecimal, normalDecimal, plainDecimal } from "../../sql/types/decimal-text.ts";
import { bindFloat, FloatType, NumericType } from "../../sql/types/numeric.ts";
import { bindAnything, checkText, dateTimeText, quoteText, toHex, wrongValue } from "../../sql/types/processors.ts";
import { StringType } from "../../sql/types/string.ts";
import { DateTimeType, DateType, type TemporalClass, TimeType } from "../../sql/types/temporal.ts";
import { type DateFactory, type PointFactory, t as generic, type TypeFactories } from "../../sql/types/factories.ts";
import { adaptByColspecs, type Colspecs } from "../../sql/types/colspecs.ts";
import type { LiteralProcessor, Processor, TypeEngine } from "../../sql/types/type-engine.ts";
import {
  DATE,
  DATETIME,
  SqliteDate,
  type SqliteDateOptions,
  SqliteDateTime,
  type SqliteDateTimeOptions,
  SqliteTime,
  type SqliteTimeOptions,
  TIME,
} from "./temporal-types.ts";

/** SQLite has no NaN: it would become NULL. */
function bindSqliteFloat(value: unknown): unknown {
  const bound = bindFloat(value);
  if (Number.isNaN(bound)) throw wrongValue("float", "a number (SQLite stores NaN as NULL)", value);
  return bound;
}

class SqliteFloat extends FloatType {
  override bindProcessor(_dialect: SqlDialect): Processor | null {
    return bindSqliteFloat;
  }

  /** A number that is too large is infinity: https://www.sqlite.org/quirks.html */
  override literalProcessor(dialect: SqlDialect): LiteralProcessor | null {
    const finite = super.literalProcessor(dialect)!;
    return (value) => (value === Number.POSITIVE_INFINITY ? "9e999" : value === Number.NEGATIVE_INFINITY ? "-9e999" : finite(value));
  }
}

/** A text ends for SQLite's parser at a NUL: such a one is written as bytes. */
class SqliteString extends StringType {
  override literalProcessor(dialect: SqlDialect): LiteralProcessor | null {
    const plain = super.literalProcessor(dialect)!;
    return (value) =>
      typeof value === "string" && value.includes("\0")
        ? `CAST(X'${toHex(new TextEncoder().encode(checkText(value, "string")))}' AS TEXT)`
        : plain(value);
  }
}

const MAX_INT64 = 2n ** 63n - 1n;

/** SQLite keeps decimals as integers of 64 bits or as doubles: what would not come back as it is, is refused. */
function bindSqliteNumeric(value: unknown): unknown {
  if (typeof value === "number") return bindSqliteFloat(value);
  const text = decimalText(value);
  if (text === null) return null;
  if (!isDecimal(text)) throw wrongValue("numeric", "a finite number on SQLite", Number(text));
  const exact = normalDecimal(text);
  const rounded = Number(text);
  if (normalDecimal(plainDecimal(String(rounded))) === exact) return rounded;
  if (!exact.includes(".")) {
    const integer = BigInt(exact);
    if (integer <= MAX_INT64 && integer >= -MAX_INT64) return integer;
  }
  throw new DataError(
    "SQLite stores decimal numbers as floating point, and this one has more digits than that can hold; store it as text (t.string()), or use a database with exact decimals.",
  );
}

class SqliteNumeric extends NumericType<unknown> {
  override bindProcessor(_dialect: SqlDialect): Processor | null {
    return bindSqliteNumeric;
  }

  override literalProcessor(dialect: SqlDialect): LiteralProcessor | null {
    const write = super.literalProcessor(dialect)!;
    return (value) => {
      bindSqliteNumeric(value);
      return write(value);
    };
  }

  override resultProcessor(dialect: SqlDialect): Processor | null {
    if (this.asNumber || this.scale === null) return super.resultProcessor(dialect);
    const { scale } = this;
    return (value) => {
      if (typeof value === "bigint") return scale === 0 ? String(value) : `${value}.${"0".repeat(scale)}`;
      if (typeof value !== "number") return value;
      if (scale > 100) return plainDecimal(String(value));
      // the places that the column was declared with, as other databases give them, unless there are more
      const fixed = value.toFixed(scale);
      return Number(fixed) === value && !fixed.includes("e") ? fixed : plainDecimal(String(value));
    };
  }

  override get wantsBigint(): boolean {
    return true;
  }
}

class SqliteNull extends NullType {
  override bindProcessor(_dialect: SqlDialect): Processor | null {
    return bindSqliteAnything;
  }
}

function bindSqliteAnything(value: unknown): unknown {
  const bound = bindAnything(value);
  if (typeof bound === "boolean") return bound ? 1 : 0;
  if (bound instanceof Date) return dateTimeText(bound, "unknown", true);
  if (typeof bound === "number" && Number.isNaN(bound)) throw wrongValue("unknown", "a number (SQLite stores NaN as NULL)", bound);
  return bound;
}

class SqliteJsonIndex extends JsonIndexType {
  override bindProcessor(_dialect: SqlDialect): Processor | null {
    return sqliteJsonIndex;
  }

  override literalProcessor(_dialect: SqlDialect): LiteralProcessor | null {
    return (value) => quoteText(sqliteJsonIndex(value));
  }
}

/** SQLite's JSON functions take paths only. */
function sqliteJsonIndex(value: unknown): string {
  return jsonPathText([jsonIndex(value)]);
}

const COLSPECS: Colspecs = [
  [DateTimeType, (type: DateTimeType<unknown>) => new SqliteDateTime({ timezone: type.timezone, mode: type.mode })],
  [DateType, (type: DateType<unknown>) => new SqliteDate({ mode: type.mode })],
  [TimeType, (type: TimeType<unknown>) => new SqliteTime({ timezone: type.timezone, mode: type.mode })],
  [FloatType, (type: FloatType) => new SqliteFloat(type.precision)],
  [NumericType, (type: NumericType<unknown>) => new SqliteNumeric(type.precision, type.scale, { asNumber: type.asNumber })],
  [StringType, (type: StringType) => new SqliteString(type.length)],
  [NullType, () => new SqliteNull()],
  [JsonIndexType, () => new SqliteJsonIndex()],
  [JsonPathType, (type: JsonPathType) => type],
];

/** SQLite's own implementation of a generic type. */
export function adaptSqliteType<V>(type: TypeEngine<V>): TypeEngine<V> {
  return adaptByColspecs(type, COLSPECS);
}

/**
 * JSON in SQLite's binary form (SQLite 3.45): `jsonb()` makes it of what is stored, `json()` makes text of what is read.
 * See https://www.sqlite.org/jsonb.html
 */
export class JSONB<V = unknown> extends JsonType<V> {
  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitDialectType(this as JsonType, "JSONB", options);
  }

  override bindExpression(bind: BindParameter<V>): ColumnElement<unknown> {
    return new Function("jsonb", [bind], this as TypeEngine<unknown>);
  }

  override columnExpression(column: ColumnElement<unknown>): ColumnElement<unknown> {
    return new Function("json", [column], this as TypeEngine<unknown>);
  }
}

/** The types of SQLite: those of `t`, and its own. */
export interface SqliteTypes extends Omit<TypeFactories, "DATETIME" | "DATE" | "TIME"> {
  readonly DATETIME: PointFactory<
    SqliteDateTimeOptions,
    DATETIME,
    DATETIME<string>,
    DATETIME<TemporalClass<"Instant">>,
    DATETIME<TemporalClass<"PlainDateTime">>
  >;
  readonly DATE: DateFactory<SqliteDateOptions, DATE, DATE<TemporalClass<"PlainDate">>>;
  readonly TIME: DateFactory<SqliteTimeOptions, TIME, TIME<TemporalClass<"PlainTime">>>;
  JSONB<V = unknown>(options?: JsonOptions): JSONB<V>;
}

/** The types of SQLite: those of `t`, and its own. */
export const t: SqliteTypes = {
  ...generic,
  DATETIME: ((options?: SqliteDateTimeOptions) => new DATETIME(options)) as SqliteTypes["DATETIME"],
  DATE: ((options?: SqliteDateOptions) => new DATE(options)) as SqliteTypes["DATE"],
  TIME: ((options?: SqliteTimeOptions) => new TIME(options)) as SqliteTypes["TIME"],
  JSONB: (options) => new JSONB(options),
};
