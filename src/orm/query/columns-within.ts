import { traverse } from "../../sql/base/traversal.ts";
import type { ClauseElement } from "../../sql/elements/clause-element.ts";
import { SelectBase } from "../../sql/selectable/select-base.ts";

/** What an expression consists of. Its subqueries have a FROM of their own, and are not looked into. */
export function columnsWithin(root: ClauseElement): ClauseElement[] {
  const found: ClauseElement[] = [];
  if (root instanceof SelectBase) return found;
  traverse(
    root,
    (element) => {
      found.push(element);
    },
    (child) => child instanceof SelectBase || child._isFromClause,
  );
  return found;
}
