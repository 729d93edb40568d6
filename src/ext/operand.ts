import { applyPropagateAttrs, expectExpression } from "../sql/base/coercions.ts";
import type { ClauseElement } from "../sql/elements/clause-element.ts";
import type { ColumnElement } from "../sql/elements/column-element.ts";
import type { TypeEngine } from "../sql/types/type-engine.ts";

/**
 * What the constructor of an element of your own was given, as an expression: a value is bound, an attribute of a mapped class gives its
 * column, a SELECT becomes a scalar subquery.
 * @param owner - the element that it is a part of; with an attribute of a mapped class it becomes a part of the ORM's statements
 * @param type - the type of a plain value; what the value itself says unless told
 * @throws ArgumentError for `undefined`, and for what is no expression
 * @example
 * class Similarity extends ColumnElement<number> {
 *   static override readonly fields: readonly Field[] = [["left", "clause"], ["right", "clause"]];
 *   override readonly type = t.float();
 *   readonly left: ColumnElement<unknown>;
 *   readonly right: ColumnElement<unknown>;
 *
 *   constructor(left: Operand<string>, right: Operand<string>) {
 *     super();
 *     this.left = operand(this, left);
 *     this.right = operand(this, right);
 *   }
 * }
 */
export function operand(owner: ClauseElement, value: unknown, type: TypeEngine<unknown> | null = null): ColumnElement<unknown> {
  const element = expectExpression(value, `an operand of ${owner.constructor.name}`, type);
  applyPropagateAttrs(owner, element);
  return element;
}
