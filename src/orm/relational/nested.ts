import { ArgumentError } from "../../errors.ts";
import { expectCondition, expectOrderBy } from "../../sql/base/coercions.ts";
import type { ClauseElement } from "../../sql/elements/clause-element.ts";
import type { ColumnElement } from "../../sql/elements/column-element.ts";
import { literalColumn } from "../../sql/elements/constructors.ts";
import { NESTED_ROW, NestedRow, NestedRows } from "../../sql/elements/nested-rows.ts";
import { NestedType } from "../../sql/types/nested-type.ts";
import { Select } from "../../sql/selectable/select.ts";
import type { InspectedEntity } from "../mapping/inspected-entity.ts";
import { AliasedInsp } from "../query/aliased.ts";
import { flatAlias } from "../query/flat-alias.ts";
import { MANYTOONE } from "../relationship/direction.ts";
import type { CreatedJoins } from "../relationship/join-targets.ts";
import type { RelationshipProperty } from "../relationship/relationship-property.ts";
import { type Member, ownMembers, withoutValue } from "./members.ts";
import { checkedOptions, type GivenOptions, listOf, propertyOf } from "./options.ts";

const ONE = literalColumn("1");

/** All that is read of an entity: of itself, and of what it is related to. */
export function membersOf(entity: InspectedEntity, options: GivenOptions, place: string): Member[] {
  const members = ownMembers(entity, options, place);
  for (const [name, nested] of Object.entries(options.with ?? {})) {
    const property = propertyOf(entity.mapper, name, place, true) as RelationshipProperty;
    const at = `${place}: with.${name}`;
    members.push(relatedMember(entity, property, name, nested === true ? {} : checkedOptions(nested, at), at));
  }
  const names = new Set<string>();
  for (const { name } of members) {
    if (names.has(name)) throw new ArgumentError(`${place}: two values have the name "${name}"; give the one in extras another`);
    names.add(name);
  }
  if (members.length === 0) throw new ArgumentError(`${place}: nothing is read of ${entity.mapper.name}: columns is empty`);
  return members;
}

/** The alias that a relationship is read from, so that a class can stand in a statement at any number of places. */
function newAlias(property: RelationshipProperty): AliasedInsp {
  const { entity } = property;
  return new AliasedInsp(entity.mapper, flatAlias(entity.selectable, null), {
    withPolymorphicMappers: entity.mapper._withPolymorphicMappers,
    standsForClass: true,
  });
}

function relatedMember(
  parent: InspectedEntity,
  property: RelationshipProperty,
  name: string,
  options: GivenOptions,
  place: string,
): Member {
  const { uselist } = property;
  if (!uselist) {
    for (const option of ["orderBy", "limit", "offset"] as const) {
      if (options[option] !== undefined) throw new ArgumentError(`${place}: ${property} leads to one object, which has no ${option}`);
    }
  }
  const alias = newAlias(property);
  const joins = property._createJoins({
    sourceSelectable: parent.isMapper ? null : parent.selectable,
    sourcePolymorphic: true,
    ofTypeEntity: alias,
    aliasSecondary: true,
  });
  const members = membersOf(alias, options, place);
  const type = new NestedType(uselist ? "many" : "one", members.map(withoutValue));
  const row = new NestedRow(
    members.map(({ value }) => value),
    type,
  );
  const value = new NestedRows(selectOf(alias, property, joins, row, options, place) as never, type);
  // it belongs to the parent as a column does: what is inside is no part of the statement around it
  return { name, type, isColumn: false, value: value._annotate({ parententity: parent, parentmapper: parent.mapper }) };
}

function selectOf(
  alias: AliasedInsp,
  property: RelationshipProperty,
  joins: CreatedJoins,
  row: NestedRow,
  options: GivenOptions,
  place: string,
): Select<unknown> {
  const froms = joins.secondary === null ? [alias._clause] : [alias._clause, joins.secondary];
  let select = new Select<unknown>([row.label(NESTED_ROW)]).selectFrom(...froms).where(joins.primaryjoin);
  if (joins.secondaryjoin !== null) select = select.where(joins.secondaryjoin);
  for (const condition of listOf(options.where))
    select = select.where(adapted(alias, expectCondition(condition, `${place}: where`)) as ColumnElement<boolean>);
  // a reference to a key leads to one row at most
  if (property.uselist || property.direction !== MANYTOONE || !property.useGet)
    select = select.orderBy(...orderOf(alias, property, joins, options, place));
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
  alias: AliasedInsp,
  property: RelationshipProperty,
  joins: CreatedJoins,
  options: GivenOptions,
  place: string,
): ColumnElement<unknown>[] {
  const keys = alias.mapper.primaryKey.map((column) => alias._adaptElement(column as ColumnElement<unknown>));
  const given =
    options.orderBy === undefined
      ? (property.orderBy ?? []).map((element) => (joins.targetAdapter === null ? element : joins.targetAdapter.traverse(element)))
      : listOf(options.orderBy).map((key) => adapted(alias, expectOrderBy(key, `${place}: orderBy`)));
  return [...(given as ColumnElement<unknown>[]), ...keys];
}

/** An expression on the class as one on the alias that stands for it here. */
function adapted(alias: AliasedInsp, expression: ClauseElement): ColumnElement<unknown> {
  return alias._adapter.traverse(expression) as ColumnElement<unknown>;
}
