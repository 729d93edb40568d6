import type { ColumnElement } from "../elements/column-element.ts";
import { TypeEngine } from "../types/type-engine.ts";
import { clauseOf, expectExpression } from "./coercions.ts";
import { dialectByName } from "./sql-dialect.ts";

/**
 * Expressions of which one is the value: results of CASE, arguments of `coalesce()`. Plain values among them take the type of the first
 * expression whose type is known, as they do in comparisons: a text beside a date is a date.
 * @param place - how messages name the place of a value
 * @param name - what the parameters of plain values are called
 */
export function expectAlike(
  values: readonly unknown[],
  place: (index: number) => string,
  name: string | null = null,
  others: readonly unknown[] = [],
): ColumnElement<unknown>[] {
  const type = firstType(values) ?? firstType(others);
  return values.map((value, i) => expectExpression(value, place(i), type === null ? null : typeBeside(type, value), name));
}

/** The type of a plain value beside another one; null where the value tells it. */
function typeBeside(type: TypeEngine<unknown>, value: unknown): TypeEngine<unknown> | null {
  if (value === null || value === undefined || clauseOf(value) !== null) return null;
  const beside = type.coerceComparedValue(null, value);
  if (typeof value !== "string" || beside !== type || type.takesObjects) return beside;
  // a text that is none of the type's values is a text: "none" beside a date
  try {
    type.bindProcessor(dialectByName.call("default"))?.(value);
    return type;
  } catch {
    return null;
  }
}

function firstType(values: readonly unknown[]): TypeEngine<unknown> | null {
  for (const value of values) {
    const type = (clauseOf(value) as Partial<ColumnElement<unknown>> | null)?.type;
    if (type instanceof TypeEngine && !type.isNull) return type;
  }
  return null;
}
