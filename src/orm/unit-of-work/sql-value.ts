import { ClauseElement } from "../../sql/elements/clause-element.ts";

const clauseSymbol: unique symbol = Symbol.for("athanor.clause") as never;

/** The SQL expression that was set as an attribute's value; null for plain values. */
export function sqlExpression(value: object): ClauseElement | null {
  if (value instanceof ClauseElement) return value._clause;
  const clause = (value as { [clauseSymbol]?: unknown })[clauseSymbol];
  if (clause === undefined) return null;
  const made = typeof clause === "function" ? (clause as () => unknown).call(value) : clause;
  return made instanceof ClauseElement ? made : null;
}
