import { and } from "../../sql/elements/constructors.ts";
import type { ClauseElement } from "../../sql/elements/clause-element.ts";
import type { ColumnElement } from "../../sql/elements/column-element.ts";
import type { FromClause } from "../../sql/selectable/from-clause.ts";
import { FromGrouping } from "../../sql/selectable/from-grouping.ts";
import { Join } from "../../sql/selectable/join.ts";
import type { InspectedEntity } from "../mapping/inspected-entity.ts";
import { entityClause } from "../loading/entity.ts";
import type { RelationshipProperty } from "../relationship/relationship-property.ts";

/** A join along a relationship: the relationship, and the FROM element that its parent stands for. */
export interface RelationshipOnClause {
  readonly property: RelationshipProperty;
  readonly source: FromClause;
}

export interface OrmJoinOptions {
  readonly isouter?: boolean;
  readonly full?: boolean;
  readonly extraCriteria?: readonly ColumnElement<unknown>[];
  /** the key of the path whose objects are on the right side */
  readonly rightMemo?: string | null;
}

/** Turns expressions on a mapper's own table into ones on what it was joined as. */
export interface TargetAdapter {
  traverse<E extends ClauseElement>(element: E): E;
}

/** A join that knows what it joins along. */
export class OrmJoin extends Join {
  static override readonly inheritCache: boolean = true;

  /** puts the columns of the right side in the place of the target mapper's own */
  targetAdapter: TargetAdapter | null = null;
  rightMemo: string | null = null;
  /** what an eager join is put on when the statement becomes a subquery */
  stopOn: FromClause | null = null;
}

/** Whether a FROM element is, or is a part of the joins of, another one. */
export function clauseIsPresent(clause: FromClause, search: FromClause): boolean {
  for (const element of surfaceSelectables(search)) if (element._identity === clause._identity) return true;
  return false;
}

/** The FROM elements that joins are made of, joins included. */
export function* surfaceSelectables(clause: FromClause): IterableIterator<FromClause> {
  const stack: FromClause[] = [clause];
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    yield at;
    if (at instanceof Join) stack.push(at.left, at.right);
    else if (at instanceof FromGrouping) stack.push(at.element);
  }
}

/**
 * Joins two FROM elements along a relationship, by a condition, or by the foreign keys.
 * @param right - the entity or FROM element on the right side
 */
export function ormJoin(
  left: FromClause,
  right: InspectedEntity | FromClause,
  onclause: RelationshipOnClause | ClauseElement | null,
  options: OrmJoinOptions = {},
): OrmJoin {
  const { isouter = false, full = false, extraCriteria = [], rightMemo = null } = options;
  const rightEntity = "mapper" in right ? right : null;
  const rightFrom = rightEntity === null ? (right as FromClause) : entityClause(rightEntity);
  let leftFrom = left;
  let target: FromClause = rightFrom;
  let on: ClauseElement | null;
  let targetAdapter: TargetAdapter | null = null;
  if (onclause !== null && "property" in onclause) {
    const { property, source } = onclause;
    const joins = property._createJoins({
      sourceSelectable: clauseIsPresent(source, left) ? source : left,
      destSelectable: rightEntity === null ? (right as FromClause) : rightEntity.selectable,
      sourcePolymorphic: true,
      ofTypeEntity: rightEntity,
      aliasSecondary: true,
      extraCriteria,
    });
    targetAdapter = joins.targetAdapter;
    if (joins.secondaryjoin === null) on = joins.primaryjoin;
    else if (isouter) {
      target = new Join(joins.secondary!, rightFrom, joins.secondaryjoin);
      on = joins.primaryjoin;
    } else {
      leftFrom = new Join(left, joins.secondary!, joins.primaryjoin, { isouter });
      on = joins.secondaryjoin;
    }
  } else {
    on = onclause;
    if (extraCriteria.length > 0 || rightEntity?.mapper.single === true) {
      const plain = new Join(leftFrom, target, on as never, { isouter, full });
      const criteria: ColumnElement<unknown>[] = [plain.onclause as ColumnElement<unknown>, ...extraCriteria];
      const single = rightEntity?.mapper.single === true ? rightEntity.mapper._singleTableCriterion : null;
      if (single !== null) criteria.push(rightEntity!._adaptElement(single));
      on = and(...(criteria as ColumnElement<boolean>[]));
    }
  }
  const join = new OrmJoin(leftFrom, target, on as never, { isouter, full });
  join.targetAdapter = targetAdapter;
  join.rightMemo = rightMemo;
  const parent = left._annotations["parententity"];
  if (parent !== undefined) join._annotations = Object.freeze({ parententity: parent });
  return join;
}
