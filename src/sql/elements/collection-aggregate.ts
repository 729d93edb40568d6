import { ArgumentError } from "../../errors.ts";
import type { Modifiers } from "../operators/modifiers.ts";
import type { Operator } from "../operators/operator.ts";
import { mirror } from "../operators/operator-table.ts";
import { operateSlot } from "../operators/column-operators.ts";
import { BOOLEANTYPE } from "../types/boolean.ts";
import type { TypeEngine } from "../types/type-engine.ts";
import type { ClauseElement } from "./clause-element.ts";
import { bindValueSlot, type ColumnElement } from "./column-element.ts";
import { UnaryExpression } from "./unary.ts";

/** `ANY (x)` and `ALL (x)`, to be compared with: they stand on the right whichever way the comparison is written. */
export class CollectionAggregate extends UnaryExpression<unknown> {
  static override readonly inheritCache: boolean = true;

  /** The expression with ANY or ALL before it. */
  static of(expression: ColumnElement<unknown>, operator: Operator): CollectionAggregate {
    return new CollectionAggregate(expression.selfGroup(operator), operator, null, BOOLEANTYPE as TypeEngine<unknown>);
  }

  override get _isCollectionAggregate(): boolean {
    return true;
  }

  override _bindParam(op: Operator | null, value: unknown, type: TypeEngine<unknown> | null = null, expanding = false): ClauseElement {
    const own = (this.element as ColumnElement<unknown>).type;
    const item = own.isArray ? ((own as { itemType?: TypeEngine<unknown> }).itemType ?? own) : own;
    return bindValueSlot.call(null, value, op, item, type, expanding);
  }

  override operate(op: Operator, a?: unknown, b?: unknown, modifiers: Modifiers | null = null): ColumnElement<unknown> {
    if (!op.isComparison) throw new ArgumentError("Only comparisons can be made with ANY and ALL.");
    return operateSlot.call(this, mirror(op), a, b, modifiers, true);
  }

  override reverseOperate(): ColumnElement<unknown> {
    throw new ArgumentError("Only comparisons can be made with ANY and ALL, and by their own methods.");
  }
}
