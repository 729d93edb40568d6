import type { Delete } from "../../sql/dml/delete.ts";
import { Update } from "../../sql/dml/update.ts";
import type { ClauseElement } from "../../sql/elements/clause-element.ts";
import { and } from "../../sql/elements/constructors.ts";
import { FromGrouping } from "../../sql/selectable/from-grouping.ts";
import type { FromClause } from "../../sql/selectable/from-clause.ts";
import { Join } from "../../sql/selectable/join.ts";
import type { InspectedEntity } from "../mapping/inspected-entity.ts";
import type { Mapper } from "../mapping/mapper.ts";
import type { AliasedInsp } from "./aliased.ts";
import type { OrmCompileState } from "./orm-compile-state.ts";
import { columnsWithin } from "./columns-within.ts";
import { LoaderCriteriaOption } from "./with-criteria.ts";

function entityOf(element: ClauseElement): InspectedEntity | undefined {
  return element._annotations["parententity"] as InspectedEntity | undefined;
}

/** The mappers and aliases whose columns an expression has; its subqueries have a FROM of their own and are not looked into. */
export function entitiesWithin(root: ClauseElement): InspectedEntity[] {
  return columnsWithin(root).flatMap((element) => entityOf(element) ?? []);
}

/**
 * A join that the program wrote itself, with the criteria of withLoaderCriteria() for what is on its right side in its ON: rows that
 * they leave out are then missing, and those on the left of an outer join are not. What is leftmost has its criteria in WHERE.
 * @param joined - gets the entities whose criteria are in the ON
 */
export function withJoinCriteria(state: OrmCompileState, from: FromClause, joined: Set<InspectedEntity>): FromClause {
  const { changed, leftmost } = placed(state, from, joined);
  if (changed !== from && leftmost !== undefined)
    state.extraCriteriaEntities.set(leftmost, leftmost.isAliasedClass ? (leftmost as AliasedInsp)._adapter : null);
  return changed;
}

interface Placed {
  readonly changed: FromClause;
  /** the entity whose criteria are still to be placed */
  readonly leftmost: InspectedEntity | undefined;
}

function placed(state: OrmCompileState, from: FromClause, joined: Set<InspectedEntity>): Placed {
  if (from instanceof FromGrouping) return placed(state, from.element, joined);
  const own = entityOf(from);
  if (!(from instanceof Join) || own !== undefined) return { changed: from, leftmost: own };
  const left = placed(state, from.left, joined);
  const right = placed(state, from.right, joined);
  const criteria = right.leftmost === undefined ? [] : state.extraCriteriaFor(right.leftmost);
  if (right.leftmost !== undefined) joined.add(right.leftmost);
  const on = and(from.onclause as never, ...(criteria as never[]));
  return { changed: new Join(left.changed, right.changed, on, { isouter: from.isouter, full: from.full }), leftmost: left.leftmost };
}

/** The conditions that withLoaderCriteria() adds to an UPDATE or DELETE: for the rows that it changes, and for others that it reads beside them. */
export function criteriaOfDml(statement: Update<unknown> | Delete<unknown>, mapper: Mapper): ClauseElement[] {
  const options = statement._withOptions.filter((option) => option instanceof LoaderCriteriaOption);
  if (options.length === 0) return [];
  const entities = new Set<InspectedEntity>([mapper]);
  for (const where of statement._whereCriteria) for (const entity of entitiesWithin(where)) entities.add(entity);
  if (statement instanceof Update)
    for (const [, value] of statement._values ?? []) for (const entity of entitiesWithin(value)) entities.add(entity);
  const criteria: ClauseElement[] = [];
  for (const entity of entities) {
    for (const option of options)
      if (option.conditionOf(entity.mapper) !== null && option.appliesTo(entity)) criteria.push(option.criteriaFor(entity));
  }
  return criteria;
}
