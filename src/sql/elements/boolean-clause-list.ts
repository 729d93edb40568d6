import type { Operator } from "../operators/operator.ts";
import * as operators from "../operators/operator-table.ts";
import { BOOLEANTYPE } from "../types/boolean.ts";
import { ExpressionClauseList, OperatorExpression } from "./binary.ts";
import type { ClauseElement } from "./clause-element.ts";
import { ClauseList } from "./clause-list.ts";
import type { ColumnElement } from "./column-element.ts";
import { FALSE, TRUE } from "./literals.ts";

/** Conditions joined by AND or by OR. */
export class BooleanClauseList extends ExpressionClauseList<boolean> {
  static override readonly inheritCache: boolean = true;

  constructor(clauses: readonly ClauseElement[], operator: Operator) {
    super(clauses, operator, BOOLEANTYPE);
  }

  override get _isImplicitlyBoolean(): boolean {
    return true;
  }

  override selfGroup(against?: Operator): ClauseElement {
    return this.clauses.length === 0 ? this : super.selfGroup(against);
  }
}

/**
 * Conditions as they stand in a list: what changes nothing (TRUE beside AND) is dropped, what decides all (FALSE beside AND) stays
 * alone, and each gets the brackets that it needs.
 */
function simplified(op: Operator, clauses: readonly ClauseElement[]): ClauseElement[] {
  const isAnd = op === operators.and;
  const neutral: ClauseElement = isAnd ? TRUE : FALSE;
  const deciding: ClauseElement = isAnd ? FALSE : TRUE;
  let kept: ClauseElement[] = [];
  for (let i = 0; i < clauses.length; i += 1) {
    const clause = clauses[i]!;
    if (clause === neutral) continue;
    if (clause === deciding) {
      kept = [clause];
      break;
    }
    kept.push(clause);
  }
  if (kept.length === 0 && clauses.length > 0) kept.push(neutral);
  const against = kept.length > 1 ? op : operators.asbool;
  for (let i = 0; i < kept.length; i += 1) kept[i] = kept[i]!.selfGroup(against);
  return kept;
}

/** AND or OR of elements that were checked; nested ones of the same operator are joined. */
export function conjunction(op: Operator, clauses: readonly ClauseElement[]): ColumnElement<boolean> {
  const parts = simplified(op, clauses);
  if (parts.length === 1) return parts[0] as ColumnElement<boolean>;
  const all: ClauseElement[] = [];
  for (const part of parts) {
    if (part instanceof OperatorExpression && part.operator === op) all.push(...part._flattenedOperatorClauses);
    else all.push(part);
  }
  return new BooleanClauseList(all, op);
}

/** The conditions of WHERE or HAVING as one; null when there are none. */
export function conjunctionForWhere(clauses: readonly ClauseElement[]): ColumnElement<boolean> | null {
  const parts = simplified(operators.and, clauses);
  if (parts.length > 1) return new BooleanClauseList(parts, operators.and);
  return (parts[0] as ColumnElement<boolean> | undefined) ?? null;
}

/** The same for rendering only: the AND between them is that of the clause, not an operator that its operands stand in. */
export function whereList(clauses: readonly ClauseElement[]): ClauseElement | null {
  const parts = simplified(operators.and, clauses);
  return parts.length > 1 ? new ClauseList(parts, operators.and) : (parts[0] ?? null);
}
