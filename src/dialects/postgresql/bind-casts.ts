import type { SqlDialect } from "../../sql/base/sql-dialect.ts";
import type { IdentifierPreparer } from "../../sql/compiler/identifier-preparer.ts";
import type { ArrayType } from "../../sql/types/array.ts";
import { JsonKeyType, JsonPathType, JsonPlaceType } from "../../sql/types/json.ts";
import { NumericType } from "../../sql/types/numeric.ts";
import { StringType } from "../../sql/types/string.ts";
import type { TypeEngine } from "../../sql/types/type-engine.ts";
import { DateTimeType } from "../../sql/types/temporal.ts";
import { UserDefinedType } from "../../sql/types/user-defined-type.ts";

const STRING = new StringType();
const NUMERIC = new NumericType();

/** Arrays of different texts cannot be compared with each other; CHAR without a length would be one of one character. */
const ITEM_TEXTS = /^(TEXT|CHAR)\b/;

/**
 * The type that a parameter is to be cast to, since PostgreSQL cannot always tell it from the parameter's place; null for none.
 * Lengths and precisions are left out: a cast would cut or round the value.
 */
export function bindCast(type: TypeEngine<unknown>, dialect: SqlDialect, preparer: IdentifierPreparer): string | null {
  const impl = type._unwrappedDialectImpl(dialect);
  if (impl.isNull || impl.isTuple || impl instanceof UserDefinedType) return null;
  const options = { identifierPreparer: preparer };
  switch (impl.affinity) {
    case "string":
      if ((impl as { isNamedType?: boolean }).isNamedType === true) {
        return (impl as { name?: string | null }).name == null ? null : dialect.typeCompiler.process(impl, options);
      }
      return dialect.typeCompiler.process("sqlName" in impl ? impl : STRING, options);
    case "numeric":
      return dialect.typeCompiler.process(NUMERIC, options);
    case "datetime":
      return dialect.typeCompiler.process(new DateTimeType({ timezone: (impl as DateTimeType).timezone }), options);
    case "interval":
      return "INTERVAL";
    case "table":
    case "null":
    case "tuple":
      return null;
    case "array": {
      const { itemType, dimensions } = impl as unknown as ArrayType;
      const declared = dialect.typeCompiler.process(itemType, options);
      const item = ITEM_TEXTS.exec(declared)?.[1]?.replace("CHAR", "BPCHAR") ?? bindCast(itemType, dialect, preparer) ?? declared;
      return item + "[]".repeat(dimensions ?? 1);
    }
    case "other":
      if ("varying" in impl) return "BIT VARYING";
      // a parameter of which nothing is said would be a key, also where it is the number of an element
      if (impl instanceof JsonPlaceType) return "INTEGER";
      if (impl instanceof JsonKeyType) return "TEXT";
      if (impl instanceof JsonPathType) return "TEXT[]";
      return "sqlName" in impl || "kind" in impl ? dialect.typeCompiler.process(impl, options) : null;
    default:
      return dialect.typeCompiler.process(impl, options);
  }
}
