import type { SqlDialect } from "../../sql/base/sql-dialect.ts";
import { BooleanType } from "../../sql/types/boolean.ts";
import { adaptByColspecs, type Colspecs } from "../../sql/types/colspecs.ts";
import { EnumType } from "../../sql/types/enum.ts";
import { JsonIndexType, jsonIndex, jsonPathText, JsonPathType } from "../../sql/types/json.ts";
import { NullType } from "../../sql/types/null-type.ts";
import { decimalText, isDecimal } from "../../sql/types/decimal-text.ts";
import { bindFloat, FloatType, NumericType } from "../../sql/types/numeric.ts";
import { bindAnything, checkText, dateTimeText, quoteText, toHex, wrongValue } from "../../sql/types/processors.ts";
import { StringType } from "../../sql/types/string.ts";
import { DateTimeType, DateType } from "../../sql/types/temporal.ts";
import type { LiteralProcessor, Processor, TypeEngine } from "../../sql/types/type-engine.ts";
import { DecimalParameter } from "./decimal.ts";
import { ENUM } from "./enumerated.ts";
import { MysqlDate, MysqlDateTime } from "./temporal-types.ts";

/** TRUE and FALSE are words here, although they are numbers. */
class MysqlBoolean extends BooleanType {
  /** A column of type BIT(1) gives bytes. */
  override resultProcessor(dialect: SqlDialect): Processor | null {
    const read = super.resultProcessor(dialect)!;
    return (value) => (value instanceof Uint8Array ? value.some((byte) => byte !== 0) : read(value));
  }

  override literalProcessor(dialect: SqlDialect): LiteralProcessor | null {
    const bind = this.bindProcessor(dialect)!;
    return (value) => {
      const bound = bind(value);
      if (bound === null) return "NULL";
      return typeof value === "number" ? String(value) : bound === 1 ? "true" : "false";
    };
  }
}

function bindDecimal(value: unknown): unknown {
  const text = decimalText(value);
  if (text === null) return null;
  if (!isDecimal(text)) throw wrongValue("numeric", "a finite number on MySQL and MariaDB", Number(text));
  return new DecimalParameter(text);
}

class MysqlNumeric extends NumericType<unknown> {
  override bindProcessor(_dialect: SqlDialect): Processor | null {
    return bindDecimal;
  }
}

/** The server knows neither NaN nor infinity. */
function bindFiniteFloat(value: unknown): unknown {
  const bound = bindFloat(value);
  if (typeof bound === "number" && !Number.isFinite(bound)) throw wrongValue("float", "a finite number on MySQL and MariaDB", bound);
  return bound;
}

class MysqlFloat extends FloatType {
  override bindProcessor(_dialect: SqlDialect): Processor | null {
    return bindFiniteFloat;
  }
}

/** The text of a statement has no NUL: strings that have one are written as bytes. */
class MysqlString extends StringType {
  override literalProcessor(dialect: SqlDialect): LiteralProcessor | null {
    const plain = super.literalProcessor(dialect)!;
    return (value) =>
      typeof value === "string" && value.includes("\0")
        ? `_utf8mb4 X'${toHex(new TextEncoder().encode(checkText(value, "string")))}'`
        : plain(value);
  }
}

class MysqlNull extends NullType {
  override bindProcessor(_dialect: SqlDialect): Processor | null {
    return bindMysqlAnything;
  }
}

function bindMysqlAnything(value: unknown): unknown {
  const bound = bindAnything(value);
  if (typeof bound === "boolean") return bound ? 1 : 0;
  if (bound instanceof Date) return dateTimeText(bound, "unknown", false);
  return bound;
}

/** JSON functions take paths only. */
class MysqlJsonIndex extends JsonIndexType {
  override bindProcessor(_dialect: SqlDialect): Processor | null {
    return jsonStep;
  }

  override literalProcessor(_dialect: SqlDialect): LiteralProcessor | null {
    return (value) => quoteText(jsonStep(value));
  }
}

function jsonStep(value: unknown): string {
  return jsonPathText([jsonIndex(value)]);
}

const COLSPECS: Colspecs = [
  [BooleanType, (type: BooleanType) => new MysqlBoolean({ createConstraint: type.createConstraint, name: type.name })],
  [EnumType, enumOf],
  [DateTimeType, (type: DateTimeType<unknown>) => new MysqlDateTime({ timezone: type.timezone, mode: type.mode })],
  [DateType, (type: DateType<unknown>) => new MysqlDate({ mode: type.mode })],
  [FloatType, (type: FloatType) => new MysqlFloat(type.precision)],
  [NumericType, (type: NumericType<unknown>) => new MysqlNumeric(type.precision, type.scale, { asNumber: type.asNumber })],
  [StringType, (type: StringType) => new MysqlString(type.length)],
  [JsonIndexType, () => new MysqlJsonIndex()],
  [JsonPathType, (type: JsonPathType) => type],
  [NullType, () => new MysqlNull()],
];

function enumOf(type: EnumType): EnumType {
  if (!type.nativeEnum || type instanceof ENUM) return type;
  return new ENUM(type._members, {
    ...(type.valuesCallable === null ? {} : { valuesCallable: type.valuesCallable }),
    name: type.name,
    validateResults: type.validateResults,
    ...(type.length === null ? {} : { length: type.length }),
    ...(type.collation === null ? {} : { collation: type.collation }),
  });
}

/** The own form of a generic type on MySQL and MariaDB. */
export function adaptMysqlType<V>(type: TypeEngine<V>): TypeEngine<V> {
  return adaptByColspecs(type, COLSPECS);
}
