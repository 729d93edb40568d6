import type { ClauseElement } from "../../sql/elements/clause-element.ts";
import type { Table } from "../../sql/schema/table.ts";
import type { FromClause } from "../../sql/selectable/from-clause.ts";

/** The columns of a FROM element, without annotations. */
export function columnSet(from: FromClause): Set<ClauseElement> {
  return new Set([...from._collection].map((column) => column._identity));
}

/** The tables that a FROM element is made of, in order. */
export function tablesIn(from: FromClause): Table[] {
  if (from._isTable) return [from as unknown as Table];
  const join = from as unknown as { left?: FromClause; right?: FromClause };
  if (join.left !== undefined && join.right !== undefined) return [...tablesIn(join.left), ...tablesIn(join.right)];
  return [];
}
