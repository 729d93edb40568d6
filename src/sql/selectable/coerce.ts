import { ArgumentError } from "../../errors.ts";
import { ClauseElement } from "../elements/clause-element.ts";
import type { FromClause } from "./from-clause.ts";

const clauseSymbol = Symbol.for("athanor.clause");

/** The clause element that something is or stands for; null when it is neither. @internal */
export function clauseOf(value: unknown): ClauseElement | null {
  if (value instanceof ClauseElement) return value._clause;
  if ((typeof value === "object" && value !== null) || typeof value === "function") {
    const held = (value as Record<symbol, unknown>)[clauseSymbol];
    const clause = typeof held === "function" && !(held instanceof ClauseElement) ? (held as () => unknown).call(value) : held;
    if (clause instanceof ClauseElement) return clause;
  }
  return null;
}

/** The FROM element that something is or stands for. @internal */
export function fromClauseOf(value: unknown, where: string): FromClause {
  const clause = clauseOf(value);
  if (clause?._isFromClause) return clause as FromClause;
  if (clause?._isSelectBase) {
    throw new ArgumentError(
      `${where} was given a SELECT. It has to be a FROM element: call .subquery() on it to make one (or .alias(), .cte(), .lateral()).`,
    );
  }
  throw new ArgumentError(`${where} was given ${describe(value)}, which is no table, alias, subquery or join.`);
}

/** How a message names a value that does not belong there. @internal */
export function describe(value: unknown): string {
  if (value === undefined) return "undefined (undefined is not a value; use null for NULL)";
  if (value === null) return "null";
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "function") return `the function or class ${value.name || "(anonymous)"}`;
  if (typeof value === "object") return `an object of ${value.constructor?.name ?? "no class"}`;
  return String(value);
}
