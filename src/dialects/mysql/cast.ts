import type { SqlDialect } from "../../sql/base/sql-dialect.ts";
import { LargeBinaryType } from "../../sql/types/binary.ts";
import { EnumType } from "../../sql/types/enum.ts";
import { IntervalType } from "../../sql/types/interval.ts";
import { JsonType } from "../../sql/types/json.ts";
import { DECIMAL, FloatType, IntegerType, NumericType } from "../../sql/types/numeric.ts";
import { CHAR, StringType } from "../../sql/types/string.ts";
import { DateTimeType, DateType, TIMESTAMP, TimeType } from "../../sql/types/temporal.ts";
import { TypeDecorator } from "../../sql/types/type-decorator.ts";
import { type TypeEngine, variantOn } from "../../sql/types/type-engine.ts";
import type { MysqlFlags } from "./flags.ts";
import { YEAR } from "./temporal-types.ts";
import { CHAR as MysqlCHAR, stringTraits } from "./string-types.ts";

/**
 * The name that a type has in CAST, where only a few types are known; null when it has none.
 * See https://dev.mysql.com/doc/refman/8.4/en/cast-functions.html#function_cast
 */
export function castType(given: TypeEngine<unknown>, dialect: SqlDialect, flags: MysqlFlags): string | null {
  const type = undecorated(given, dialect);
  const write = (other: TypeEngine<unknown>): string => dialect.typeCompiler.process(other);
  if (type instanceof YEAR) return null;
  if (type instanceof IntegerType)
    return (type as { readonly unsigned?: boolean }).unsigned === true ? "UNSIGNED INTEGER" : "SIGNED INTEGER";
  if (type instanceof TIMESTAMP || type instanceof IntervalType) return "DATETIME";
  if (type instanceof DateTimeType || type instanceof DateType || type instanceof TimeType || type instanceof DECIMAL) return write(type);
  if (type instanceof EnumType) return type.nativeEnum ? null : write(new CHAR(type.length));
  if (type instanceof StringType) return write(charOf(type as StringType));
  if (type instanceof LargeBinaryType) return "BINARY";
  if (type instanceof JsonType) return "JSON";
  if (type instanceof NumericType) return write(type).replace("NUMERIC", "DECIMAL");
  // a number of double precision stays one
  if (type instanceof FloatType)
    return !flags.supportFloatCast ? null : type.precision === null && isGeneric(type) ? "DOUBLE" : write(type);
  return null;
}

/** The type that stands for another one on the dialect: its variant, or what it decorates. */
export function undecorated(given: TypeEngine<unknown>, dialect: SqlDialect): TypeEngine<unknown> {
  const variant = variantOn(given, dialect);
  if (variant !== null) return undecorated(variant, dialect);
  return given instanceof TypeDecorator ? undecorated(given._implOn(dialect) as TypeEngine<unknown>, dialect) : given;
}

/** CAST has CHAR for all text. */
function charOf(type: StringType): StringType {
  if (type instanceof CHAR) return type;
  const traits = stringTraits(type);
  if (traits === null) return new CHAR(type.length);
  return new MysqlCHAR(type.length, {
    ascii: traits.ascii,
    binary: traits.binary,
    unicode: traits.unicode,
    ...(traits.charset === null ? {} : { charset: traits.charset }),
    ...(type.collation === null ? {} : { collation: type.collation }),
  });
}

/** Whether a type is the library's own, rather than an exact one. */
function isGeneric(type: FloatType): boolean {
  return type.constructor === FloatType;
}
