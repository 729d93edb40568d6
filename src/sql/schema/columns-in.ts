import type { ClauseElement } from "../elements/clause-element.ts";
import { ColumnClause } from "../elements/column-clause.ts";

/** The columns that an expression names, each once. */
export function columnsIn(element: ClauseElement): ColumnClause<unknown>[] {
  const found = new Set<ColumnClause<unknown>>();
  const visit = (node: ClauseElement): void => {
    if (node instanceof ColumnClause) found.add(node._identity as ColumnClause<unknown>);
    for (const child of node._children()) visit(child);
  };
  visit(element);
  return [...found];
}
