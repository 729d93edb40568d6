import type { FromClause } from "../../sql/selectable/from-clause.ts";
import { FromGrouping } from "../../sql/selectable/from-grouping.ts";
import { Join } from "../../sql/selectable/join.ts";
import { ClauseAdapter } from "../../sql/base/column-adapter.ts";

/** An alias in which the tables of a join have aliases of their own, so that the join need not become a subquery. */
export function flatAlias(from: FromClause, name: string | null): FromClause {
  if (from instanceof FromGrouping) return flatAlias(from.element, name);
  if (!(from instanceof Join)) return from._anonymousFromclause(name) as FromClause;
  const left = flatAlias(from.left, name === null ? null : `${name}_${(from.left as { name?: string }).name ?? "left"}`);
  const right = flatAlias(from.right, name === null ? null : `${name}_${(from.right as { name?: string }).name ?? "right"}`);
  const leftAdapter = new ClauseAdapter(left);
  const rightAdapter = new ClauseAdapter(right);
  return new Join(left, right, rightAdapter.traverse(leftAdapter.traverse(from.onclause)) as never, {
    isouter: from.isouter,
    full: from.full,
  });
}
