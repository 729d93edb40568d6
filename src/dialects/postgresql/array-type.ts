import type { ColumnElement } from "../../sql/elements/column-element.ts";
import type { Operator } from "../../sql/operators/operator.ts";
import { ArrayType } from "../../sql/types/array.ts";
import type { TypeMethod } from "../../sql/types/type-engine.ts";
import { ARRAY_METHODS, containsOperator } from "./operators.ts";

/** Arrays of PostgreSQL. */
export class ARRAY<V = unknown> extends ArrayType<V> {
  override operate(expression: ColumnElement<unknown>, op: Operator, a: unknown): ColumnElement<unknown> | null {
    return containsOperator(expression, op, a);
  }

  override method(name: string): TypeMethod | null {
    return ARRAY_METHODS[name] ?? null;
  }
}
