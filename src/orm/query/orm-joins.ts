import { ArgumentError, InvalidRequestError } from "../../errors.ts";
import { ClauseElement } from "../../sql/elements/clause-element.ts";
import type { FromClause } from "../../sql/selectable/from-clause.ts";
import { findLeftClauseThatMatchesGiven, findLeftClauseToJoinFrom } from "../../sql/selectable/from-search.ts";
import { joinCondition } from "../../sql/selectable/join-condition.ts";
import { Join } from "../../sql/selectable/join.ts";
import type { SetupJoin } from "../../sql/selectable/select.ts";
import {
  attributeName,
  entityClause,
  entityName,
  isMappedAttribute,
  isRelationshipProperty,
  type MappedAttribute,
} from "../loading/entity.ts";
import type { InspectedEntity } from "../mapping/inspected-entity.ts";
import type { RelationshipProperty } from "../relationship/relationship-property.ts";
import { MapperEntity, type QueryEntity } from "./entities.ts";
import { clauseIsPresent, ormJoin, type RelationshipOnClause } from "./orm-join.ts";
import type { OrmSelectState } from "./orm-select-state.ts";

type Side = InspectedEntity | FromClause;

function isEntity(side: Side): side is InspectedEntity {
  return !(side instanceof ClauseElement);
}

function selectableOf(side: Side): FromClause {
  return isEntity(side) ? side.selectable : side;
}

function nameOf(side: Side): string {
  return isEntity(side) ? entityName(side) : side.description;
}

/** The entity that a FROM element stands for, or the element itself. */
function sideOf(target: object): Side {
  const entity = (target as Partial<ClauseElement>)._annotations?.["parententity"] as InspectedEntity | undefined;
  return entity !== undefined && !(target instanceof Join) ? entity : (target as FromClause);
}

/** Adds the joins that a SELECT asked for to its FROM list. */
export function joinEntities(state: OrmSelectState, joins: readonly SetupJoin[], entities: readonly QueryEntity[]): void {
  for (const [target, onclauseGiven, fromGiven, flags] of joins) {
    let onclause: object | null = onclauseGiven;
    let right: Side | null;
    if (isMappedAttribute(target)) {
      if (onclause !== null) {
        throw new InvalidRequestError(
          `join(${attributeName(target)}): a join along a relationship has its ON clause already; narrow it with ${attributeName(target)}.and(…)`,
        );
      }
      onclause = target;
      right = null;
    } else right = sideOf(target);
    const from = fromGiven === null ? null : sideOf(fromGiven);

    if (onclause !== null && isMappedAttribute(onclause)) {
      joinAlong(state, entities, onclause, right, from, flags);
      continue;
    }
    joinTo(state, entities, from, right!, onclause as ClauseElement | null, flags);
  }
}

interface JoinFlags {
  readonly isouter: boolean;
  readonly full: boolean;
}

function joinAlong(
  state: OrmSelectState,
  entities: readonly QueryEntity[],
  attribute: MappedAttribute,
  given: Side | null,
  from: Side | null,
  flags: JoinFlags,
): void {
  const property = attribute.property;
  if (!isRelationshipProperty(property)) {
    throw new ArgumentError(
      `join(${attributeName(attribute)}): this is a column, not a relationship; join to a class or along a relationship`,
    );
  }
  const left = attribute._parententity;
  const right = given ?? attribute._ofType ?? property.entity;
  if (from !== null && from !== left) {
    throw new InvalidRequestError(
      `joinFrom(): ${nameOf(from)} is not the left side of ${attributeName(attribute)}, which is ${entityName(left)}`,
    );
  }
  // the same join once more adds nothing
  if (state.joinedEdges.some((edge) => edge.left === left && edge.right === right && edge.key === property.key)) return;
  if (left === right) {
    throw new InvalidRequestError(
      `join(${attributeName(attribute)}): both sides are ${nameOf(right)}. Join to an alias: const Other = aliased(${property.mapper.name}), then join(${attributeName(attribute)}.ofType(Other))`,
    );
  }
  if (isEntity(right) && !right.mapper.commonParent(property.mapper)) {
    throw new InvalidRequestError(
      `join(${nameOf(right)}, ${attributeName(attribute)}): the relationship leads to ${property.mapper.name}, not to ${nameOf(right)}`,
    );
  }
  if (isEntity(right)) state.joinedEntities.add(right);
  state.joinedEdges.push({ left, right, key: property.key });
  const onclause: RelationshipOnClause = { property, source: sourceOf(state, left, property) };
  const criteria = [...(isEntity(right) ? state.extraCriteriaFor(right) : []), ...(attribute._extraCriteria ?? [])];
  place(state, entities, left, (leftClause) => ormJoin(leftClause, right, onclause, { ...flags, extraCriteria: criteria }));
}

function sourceOf(state: OrmSelectState, left: InspectedEntity, property: RelationshipProperty): FromClause {
  const adapter = left.isAliasedClass ? undefined : state.polymorphicAdapters.get(left);
  return adapter?.selectable ?? (left.isAliasedClass ? left.selectable : property.parent.selectable);
}

function joinTo(
  state: OrmSelectState,
  entities: readonly QueryEntity[],
  from: Side | null,
  right: Side,
  onclauseGiven: ClauseElement | null,
  flags: JoinFlags,
): void {
  if (from === right) throw new InvalidRequestError(`A join from ${nameOf(right)} to itself needs an alias on one side`);
  if (isEntity(right)) state.joinedEntities.add(right);
  const adapt = state.currentAdapter();
  const onclause = onclauseGiven === null || adapt === null ? onclauseGiven : adapt(onclauseGiven);
  const extraCriteria = isEntity(right) ? state.extraCriteriaFor(right) : [];
  const join = (left: FromClause, on: ClauseElement | null): FromClause => ormJoin(left, right, on, { ...flags, extraCriteria });
  if (from !== null) {
    place(state, entities, from, (left) => join(left, onclause ?? joinCondition(selectableOf(from), selectableOf(right))));
    return;
  }
  const [index, left] = implicitLeft(state, entities, right, onclause);
  if (index !== null) {
    const left0 = state.fromClauses[index]!;
    state.fromClauses = state.fromClauses.with(index, join(left0, onclause));
  } else state.fromClauses = [...state.fromClauses, join(left!, onclause)];
}

/** Puts a join in the place of the FROM element that has its left side, or adds it. */
function place(state: OrmSelectState, entities: readonly QueryEntity[], left: Side, join: (left: FromClause) => FromClause): void {
  const selectable = selectableOf(left);
  const indexes = state.fromClauses.length === 0 ? [] : findLeftClauseThatMatchesGiven(state.fromClauses, selectable);
  if (indexes.length > 1) {
    const present = indexes.filter((index) => clauseIsPresent(selectable, state.fromClauses[index]!));
    if (present.length !== 1)
      throw new InvalidRequestError(
        `Cannot tell which FROM element ${nameOf(left)} is in, to join from it; write the ON clause with an alias`,
      );
    indexes.splice(0, indexes.length, present[0]!);
  }
  const at = indexes[0];
  if (at !== undefined) {
    state.fromClauses = state.fromClauses.with(at, join(state.fromClauses[at]!));
    return;
  }
  let clause = isEntity(left) ? entityClause(left) : left;
  if (isEntity(left)) {
    const entity = entities.find((each) => each instanceof MapperEntity && each.correspondsTo(left)) as MapperEntity | undefined;
    // the entity's own selectable may be polymorphic, where the attribute's parent is not
    if (entity !== undefined) clause = entity.selectable;
  }
  state.fromClauses = [...state.fromClauses, join(clause)];
}

/** What a join starts from when it does not say so: a FROM element of the statement, or a selected entity. */
function implicitLeft(
  state: OrmSelectState,
  entities: readonly QueryEntity[],
  right: Side,
  onclause: ClauseElement | null,
): [index: number | null, left: FromClause | null] {
  const target = selectableOf(right);
  if (state.fromClauses.length > 0) {
    const indexes = findLeftClauseToJoinFrom(state.fromClauses, target, onclause);
    if (indexes.length !== 1) throw undecided(right, indexes.length);
    return [indexes[0]!, null];
  }
  const potential = new Map<ClauseElement, FromClause>();
  for (const entity of entities) {
    const zero = entity.entityZeroOrSelectable;
    if (zero === null || zero === right) continue;
    const selectable = entity instanceof MapperEntity ? entity.selectable : selectableOf(zero);
    if (!potential.has(selectable._identity)) potential.set(selectable._identity, selectable);
  }
  const clauses = [...potential.values()];
  if (clauses.length === 0) throw new InvalidRequestError("There is nothing to join from: name the left side with selectFrom()");
  const indexes = findLeftClauseToJoinFrom(clauses, target, onclause);
  if (indexes.length !== 1) throw undecided(right, indexes.length);
  return [null, clauses[indexes[0]!]!];
}

function undecided(right: Side, found: number): InvalidRequestError {
  return new InvalidRequestError(
    found > 1
      ? `Cannot decide which FROM element to join ${nameOf(right)} from: several could be meant. Name the left side with selectFrom() or joinFrom(), and give the ON clause`
      : `Do not know how to join to ${nameOf(right)}: no foreign key leads there. Join along a relationship, or give the ON clause`,
  );
}
