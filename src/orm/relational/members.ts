import { ArgumentError } from "../../errors.ts";
import { clauseOf } from "../../sql/base/coercions.ts";
import type { ColumnElement } from "../../sql/elements/column-element.ts";
import { Label } from "../../sql/elements/label.ts";
import { NestedRow } from "../../sql/elements/nested-rows.ts";
import { Column } from "../../sql/schema/column.ts";
import { type NestedMaker, type NestedMember, NestedType } from "../../sql/types/nested-type.ts";
import type { TypeEngine } from "../../sql/types/type-engine.ts";
import type { CompositeProperty } from "../mapping/composite.ts";
import type { ColumnProperty } from "../mapping/column-property.ts";
import type { InspectedEntity } from "../mapping/inspected-entity.ts";
import { type GivenOptions, propertyOf } from "./options.ts";

/** One value of a row: what it is read as, and the expression that it is read from. */
export interface Member extends NestedMember {
  readonly value: ColumnElement<unknown>;
}

type Attributes = Readonly<Record<string, unknown>>;

/** The names of the columns that are read of a class when none are named: those that come with its objects. */
function defaultColumns(entity: InspectedEntity): readonly string[] {
  return entity.mapper.columnAttrs.filter((property) => !property.deferred).map((property) => property.key);
}

/** What is read of an entity itself: its columns, and expressions. */
export function ownMembers(entity: InspectedEntity, options: GivenOptions, place: string): Member[] {
  const members = (options.columns ?? defaultColumns(entity)).map((name) => columnMember(entity, name, place));
  for (const [name, extra] of Object.entries(options.extras ?? {})) {
    const clause = clauseOf(extra) as ColumnElement<unknown>;
    const plain = clause instanceof Label ? (clause.element as ColumnElement<unknown>) : clause;
    members.push(member(name, entity.isAliasedClass ? entity._adaptElement(plain) : plain, false));
  }
  return members;
}

function member(name: string, value: ColumnElement<unknown>, isColumn: boolean): Member {
  return { name, type: value.type, isColumn, value };
}

function columnMember(entity: InspectedEntity, name: string, place: string): Member {
  const attribute = (entity.entity as Attributes)[name];
  if (entity.mapper._descriptor(name) !== undefined) {
    const clause = clauseOf(attribute);
    if (clause?._isColumnElement !== true)
      throw new ArgumentError(`${place}: ${entity.mapper.name}.${name} has no expression that could be read`);
    return member(name, clause as ColumnElement<unknown>, false);
  }
  const property = propertyOf(entity.mapper, name, place, false);
  if (property.isComposite) return compositeMember(entity, name, property as CompositeProperty, place);
  const { expression } = property as ColumnProperty;
  return member(name, clauseOf(attribute) as ColumnElement<unknown>, expression instanceof Column);
}

/** A composite: made of its columns when the row is read. */
function compositeMember(entity: InspectedEntity, name: string, property: CompositeProperty, place: string): Member {
  const parts = property.attributeKeys.map((key) => columnMember(entity, key, place));
  const type = new NestedType("row", parts.map(withoutValue), makerOf(property)) as TypeEngine<unknown>;
  return {
    name,
    type,
    isColumn: false,
    value: new NestedRow(
      parts.map(({ value }) => value),
      type as NestedType,
    ),
  };
}

/** One maker for each composite, so that statements with it have one key. */
const makers = new WeakMap<CompositeProperty, NestedMaker>();

function makerOf(property: CompositeProperty): NestedMaker {
  let maker = makers.get(property);
  if (maker === undefined) {
    const { compositeClass, options } = property;
    maker = { make: (values) => (options.returnNoneOn?.(...values) === true ? null : new compositeClass(...(values as never[]))) };
    makers.set(property, maker);
  }
  return maker;
}

/** What a type keeps of a member. */
export function withoutValue({ name, type, isColumn }: Member): NestedMember {
  return { name, type, isColumn };
}
