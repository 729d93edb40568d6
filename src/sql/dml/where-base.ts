import { applyPropagateAttrs, expectWhere } from "../base/coercions.ts";
import { BooleanClauseList } from "../elements/boolean-clause-list.ts";
import type { ClauseElement } from "../elements/clause-element.ts";
import { filterByClauses } from "../selectable/filter-by.ts";
import type { FromClause } from "../selectable/from-clause.ts";
import type { Condition } from "../selectable/select-types.ts";

/** What UPDATE and DELETE have in common: conditions. */
export interface HasWhere extends ClauseElement {
  /** @internal */
  _whereCriteria: readonly ClauseElement[];
  readonly table: FromClause;
}

/** Whether a statement has a condition; `and()` and `or()` of none are none. */
export function hasCriteria({ _whereCriteria: criteria }: HasWhere): boolean {
  return criteria.some((criterion) => !(criterion instanceof BooleanClauseList && criterion.clauses.length === 0));
}

/** The criteria of a statement with further ones. */
export function moreCriteria(statement: HasWhere, criteria: readonly Condition[]): ClauseElement[] {
  return [
    ...statement._whereCriteria,
    ...criteria.map((criterion) => {
      const clause = expectWhere(criterion, "where()");
      applyPropagateAttrs(statement, clause);
      return clause;
    }),
  ];
}

/** Conditions by the names of columns of the statement's tables. */
export function criteriaByName(statement: HasWhere, values: Readonly<Record<string, unknown>>): Condition[] {
  const entities = new Map<object, object>([[statement.table._identity, statement.table]]);
  for (const criterion of statement._whereCriteria) for (const from of criterion._fromObjects) entities.set(from._identity, from);
  return filterByClauses(entities.values(), values, "filterBy()") as unknown as Condition[];
}
