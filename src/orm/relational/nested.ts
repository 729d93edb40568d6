import { ArgumentError } from "../../errors.ts";
import { expectCondition, expectOrderBy } from "../../sql/base/coercions.ts";
import type { ClauseElement } from "../../sql/elements/clause-element.ts";
import type { ColumnElement } from "../../sql/elements/column-element.ts";
import { literalColumn } from "../../sql/elements/constructors.ts";
import { NESTED_ROW, NestedRow, NestedRows } from "../../sql/elements/nested-rows.ts";
import { NestedType } from "../../sql/types/nested-type.ts";
import { Select } from "../../sql/selectable/select.ts";
import type { InspectedEntity } from "../mapping/inspected-entity.ts";
import type { AliasedInsp } from "../query/aliased.ts";
import { MANYTOONE } from "../relationship/direction.ts";
import type { CreatedJoins } from "../relationship/join-targets.ts";
import type { RelationshipProperty } from "../relationship/relationship-property.ts";
import { columnMembers, extraMembers, inScope, type Member, type Scope, withoutValue } from "./members.ts";
import { placeOf } from "./places.ts";
import { checkedOptions, type GivenOptions, listOf, propertyOf } from "./options.ts";

const ONE = literalColumn("1");

/**
 * All that is read of an entity: of itself, and of what it is related to.
 * @param scope - the alias of the entity and those around it, where the statement has made them
 */
export function membersOf(entity: InspectedEntity, options: GivenOptions, place: string, scope: Scope = []): Member[] {
  const members = columnMembers(entity, options, place);
  for (const [name, nested] of Object.entries(options.with ?? {})) {
    const property = propertyOf(entity.mapper, name, place, true) as RelationshipProperty;
    const at = `${place}: with.${name}`;
    members.push(relatedMember(entity, property, name, nested === true ? {} : checkedOptions(nested, at), at, scope));
  }
  members.push(...extraMembers(scope, options));
  const names = new Set<string>();
  for (const { name } of members) {
    if (names.has(name)) throw new ArgumentError(`${place}: two values have the name "${name}"; give the one in extras another`);
    names.add(name);
  }
  if (members.length === 0) throw new ArgumentError(`${place}: nothing is read of ${entity.mapper.name}: columns is empty`);
  return members;
}

function relatedMember(
  parent: InspectedEntity,
  property: RelationshipProperty,
  name: string,
  options: GivenOptions,
  place: string,
  around: Scope,
): Member {
  const { uselist } = property;
  if (!uselist) {
    for (const option of ["orderBy", "limit", "offset"] as const) {
      if (options[option] !== undefined) throw new ArgumentError(`${place}: ${property} leads to one object, which has no ${option}`);
    }
  }
  const { alias, joins } = placeOf(parent, property);
  const scope: readonly [AliasedInsp, ...Scope] = [alias, ...around];
  const members = membersOf(alias, options, place, scope);
  const type = new NestedType(uselist ? "many" : "one", members.map(withoutValue));
  const row = new NestedRow(
    members.map(({ value }) => value),
    type,
  );
  const value = new NestedRows(selectOf(scope, property, joins, row, options, place) as never, type);
  // it belongs to the parent as a column does: what is inside is no part of the statement around it
  return { name, type, isColumn: false, value: value._annotate({ parententity: parent, parentmapper: parent.mapper }) };
}

function selectOf(
  scope: readonly [AliasedInsp, ...Scope],
  property: RelationshipProperty,
  joins: CreatedJoins,
  row: NestedRow,
  options: GivenOptions,
  place: string,
): Select<unknown> {
  const [alias] = scope;
  const froms = joins.secondary === null ? [alias._clause] : [alias._clause, joins.secondary];
  let select = new Select<unknown>([row.label(NESTED_ROW)]).selectFrom(...froms).where(joins.primaryjoin);
  if (joins.secondaryjoin !== null) select = select.where(joins.secondaryjoin);
  for (const condition of listOf(options.where))
    select = select.where(inScope(scope, expectCondition(condition, `${place}: where`)) as ColumnElement<boolean>);
  // a reference to a key leads to one row at most
  if (property.uselist || property.direction !== MANYTOONE || !property.useGet)
    select = select.orderBy(...orderOf(scope, property, joins, options, place));
  if (!property.uselist) {
    if (property.direction !== MANYTOONE || !property.useGet) select = select.limit(ONE);
  } else {
    if (options.limit !== undefined) select = select.limit(options.limit as never);
    if (options.offset !== undefined) select = select.offset(options.offset as never);
  }
  return select.correlateExcept(...froms) as Select<unknown>;
}

/** The order that was asked for, else that of the relationship; the primary key decides between equals, so that it is always the same. */
function orderOf(
  scope: readonly [AliasedInsp, ...Scope],
  property: RelationshipProperty,
  joins: CreatedJoins,
  options: GivenOptions,
  place: string,
): ColumnElement<unknown>[] {
  const [alias] = scope;
  const keys = alias.mapper.primaryKey.map((column) => alias._adaptElement(column as ColumnElement<unknown>));
  const given =
    options.orderBy === undefined
      ? (property.orderBy ?? []).map((element) => (joins.targetAdapter === null ? element : joins.targetAdapter.traverse(element)))
      : listOf(options.orderBy).map((key) => inScope(scope, orderKey(key, `${place}: orderBy`)));
  return [...(given as ColumnElement<unknown>[]), ...keys];
}

/** A name would be that of a label, of which there are none here. */
function orderKey(key: unknown, place: string): ClauseElement {
  if (typeof key === "string")
    throw new ArgumentError(
      `${place} takes attributes and expressions, such as Cast.billing; it was given the text ${JSON.stringify(key)}`,
    );
  return expectOrderBy(key, place);
}
