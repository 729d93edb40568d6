import type { SqlDialect } from "../base/sql-dialect.ts";
import { typeCoerce } from "../elements/constructors.ts";
import { BooleanType } from "../types/boolean.ts";
import { EnumType } from "../types/enum.ts";
import { StringType } from "../types/string.ts";
import { type TypeEngine, variantOn } from "../types/type-engine.ts";
import type { Column } from "./column.ts";
import { CheckConstraint } from "./constraints.ts";

/** What a type decorates, or itself. */
function undecorated(type: TypeEngine<unknown>): TypeEngine<unknown> {
  const { impl } = type as { readonly impl?: TypeEngine<unknown> };
  return impl === undefined ? type : undecorated(impl);
}

/** Whether a dialect has no type of its own that would check the values, and no variant takes the type's place there. */
function checksNothing(type: TypeEngine<unknown>, native: (dialect: SqlDialect) => boolean): (dialect: SqlDialect) => boolean {
  return (dialect) => {
    const replaced = variantOn(type, dialect) !== null;
    return !replaced && !native(dialect);
  };
}

/** The CHECK constraints that the type of a column asks for (`createConstraint: true`), where the database does not check by itself. */
export function typeConstraints(column: Column<unknown>): CheckConstraint[] {
  const given = column._ownType;
  if (given === null) return [];
  const type = undecorated(given);
  let made: CheckConstraint;
  if (type instanceof BooleanType && type.createConstraint) {
    made = new CheckConstraint(column.in([0, 1]), { name: type.name }, false);
    made._createRule = checksNothing(given, (dialect) => dialect.supportsNativeBoolean);
  } else if (type instanceof EnumType && type.createConstraint) {
    made = new CheckConstraint(typeCoerce(column, new StringType()).in([...type.enums]), { name: type.name }, false);
    made._createRule = checksNothing(given, (dialect) => type.nativeEnum && dialect.supportsNativeEnum);
  } else {
    return [];
  }
  made._typeBound = true;
  return [made];
}
