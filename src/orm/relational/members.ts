import { ArgumentError } from "../../errors.ts";
import { clauseOf } from "../../sql/base/coercions.ts";
import type { ClauseElement } from "../../sql/elements/clause-element.ts";
import type { ColumnElement } from "../../sql/elements/column-element.ts";
import { Label } from "../../sql/elements/label.ts";
import { NestedRow } from "../../sql/elements/nested-rows.ts";
import { Column } from "../../sql/schema/column.ts";
import { type NestedMaker, type NestedMember, NestedType } from "../../sql/types/nested-type.ts";
import type { TypeEngine } from "../../sql/types/type-engine.ts";
import type { CompositeProperty } from "../mapping/composite.ts";
import type { ColumnProperty } from "../mapping/column-property.ts";
import { hiddenAttributes } from "../mapping/hidden-attributes.ts";
import type { InspectedEntity } from "../mapping/inspected-entity.ts";
import type { AliasedInsp } from "../query/aliased.ts";
import { type GivenOptions, propertyOf } from "./options.ts";

/** One value of a row: what it is read as, and the expression that it is read from. */
export interface Member extends NestedMember {
  readonly value: ColumnElement<unknown>;
}

type Attributes = Readonly<Record<string, unknown>>;

/** The aliases that stand for classes at a place: that of the place first, then those around it. */
export type Scope = readonly AliasedInsp[];

/** An expression on classes as one on the aliases that stand for them: a class is the nearest one of its name. */
export function inScope<E extends ClauseElement>(scope: Scope, expression: E): E {
  let adapted = expression;
  for (const alias of scope) adapted = alias._adapter.traverse(adapted);
  return adapted;
}

/** The names of the columns that are read of a class when none are named: those that come with its objects, and are not hidden. */
function defaultColumns(entity: InspectedEntity): readonly string[] {
  const hidden = hiddenAttributes(entity.mapper);
  return entity.mapper.columnAttrs.flatMap(({ key, deferred }) => (deferred || hidden.has(key) ? [] : [key]));
}

/** What is read of an entity itself. */
export function columnMembers(entity: InspectedEntity, options: GivenOptions, place: string): Member[] {
  return (options.columns ?? defaultColumns(entity)).map((name) => columnMember(entity, name, place));
}

/** The expressions under names of their own. */
export function extraMembers(scope: Scope, options: GivenOptions): Member[] {
  return Object.entries(options.extras ?? {}).map(([name, extra]) => {
    const clause = clauseOf(extra) as ColumnElement<unknown>;
    const plain = clause instanceof Label ? (clause.element as ColumnElement<unknown>) : clause;
    return member(name, inScope(scope, plain), false);
  });
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
