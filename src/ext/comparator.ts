import type { ColumnElement } from "../sql/elements/column-element.ts";
import type { Modifiers } from "../sql/operators/modifiers.ts";
import type { Operator } from "../sql/operators/operator.ts";
import { methodOfOperator, operatorArguments } from "../sql/operators/type-comparator.ts";

type OperatorMethod = (this: Comparator, ...args: readonly unknown[]) => ColumnElement<unknown>;

/**
 * Says what operators do with a hybrid. A method of an operator's name (`eq`, `lt`, `like`, …) is called for that operator; all
 * others are those of the expression.
 * @see https://docs.sqlalchemy.org/en/21/orm/extensions/hybrid.html#building-custom-comparators
 * @example
 * class CaseInsensitive extends Comparator<string> {
 *   eq(other: unknown) {
 *     return func.lower(this.expression).eq(func.lower(other));
 *   }
 * }
 */
export class Comparator<V = unknown> {
  readonly expression: ColumnElement<V>;

  constructor(expression: ColumnElement<V>) {
    this.expression = expression;
  }

  /** What all operators go through. */
  operate(op: Operator, a?: unknown, b?: unknown, modifiers: Modifiers | null = null): ColumnElement<unknown> {
    const own = (this as unknown as Readonly<Record<string, OperatorMethod | undefined>>)[methodOfOperator(op)];
    return typeof own === "function"
      ? own.call(this, ...operatorArguments(op, a, b, modifiers))
      : this.expression.operate(op, a, b, modifiers);
  }

  /** The same with the sides exchanged. */
  reverseOperate(op: Operator, other: unknown, modifiers: Modifiers | null = null): ColumnElement<unknown> {
    return this.expression.reverseOperate(op, other, modifiers);
  }
}
