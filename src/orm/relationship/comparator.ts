import { ArgumentError, InvalidRequestError } from "../../errors.ts";
import { inspect } from "../../inspection.ts";
import { clauseOf, expectCondition } from "../../sql/base/coercions.ts";
import { replacementTraverse } from "../../sql/base/traversal.ts";
import { ClauseAdapter } from "../../sql/base/column-adapter.ts";
import { BinaryExpression } from "../../sql/elements/binary.ts";
import { BindParameter } from "../../sql/elements/bind-parameter.ts";
import type { ClauseElement } from "../../sql/elements/clause-element.ts";
import type { ColumnElement } from "../../sql/elements/column-element.ts";
import { and, not, or } from "../../sql/elements/constructors.ts";
import { literalColumn } from "../../sql/elements/constructors.ts";
import { Exists } from "../../sql/selectable/exists.ts";
import type { FromClause } from "../../sql/selectable/from-clause.ts";
import { Select } from "../../sql/selectable/select.ts";
import { describeValue, findState } from "../attributes/class-manager.ts";
import { NO_VALUE } from "../attributes/symbols.ts";
import type { InspectedEntity } from "../mapping/inspected-entity.ts";
import type { Mapper } from "../mapping/mapper.ts";
import type { InstanceState } from "../state/instance-state.ts";
import { MANYTOONE } from "./direction.ts";
import type { Relationship } from "./relationship.ts";
import type { RelationshipProperty } from "./relationship-property.ts";

type Attribute = Relationship<unknown, unknown>;
type Condition = ColumnElement<boolean>;

/** The alias or mapper that an argument names, which must have to do with the relationship's target. */
export function entityArgument(attribute: Attribute, target: object): InspectedEntity {
  const found: unknown = inspect(target, false);
  if (typeof found !== "object" || found === null || !("isAliasedClass" in found)) {
    throw new ArgumentError(`${attribute}.ofType() takes a mapped class or an alias of one; it was given ${describeValue(target)}`);
  }
  return found as InspectedEntity;
}

/** A condition as `where()` takes it. */
export function criterionArgument(attribute: Attribute, criterion: unknown): ColumnElement<unknown> {
  return expectCondition(criterion, `${attribute}.and()`) as ColumnElement<unknown>;
}

/** Turns columns of the class's own table into those of the alias that the attribute was taken from. */
function adapterOf(attribute: Attribute): (<E extends ClauseElement>(element: E) => E) | null {
  const entity = attribute._parententity;
  return entity.isMapper
    ? null
    : (element) => entity._adaptElement(element as unknown as ColumnElement<unknown>) as unknown as typeof element;
}

/** The condition of the join. */
export function joinExpression(attribute: Attribute): Condition {
  const entity = attribute._parententity;
  const joins = attribute.property._createJoins({
    sourceSelectable: entity.isMapper ? (entity as Mapper).selectable : entity.selectable,
    sourcePolymorphic: true,
    ofTypeEntity: attribute._ofType,
    aliasSecondary: true,
    extraCriteria: attribute._extraCriteria,
  });
  return joins.secondaryjoin === null ? joins.primaryjoin : joins.primaryjoin.and(joins.secondaryjoin);
}

// ---------------------------------------------------------------- EXISTS

export function any(attribute: Attribute, criterion: unknown, values: Readonly<Record<string, unknown>> | undefined): Condition {
  if (!attribute.property.uselist) throw new InvalidRequestError(`${attribute} refers to one object: use has() instead of any()`);
  return criterionExists(attribute, criterion, values);
}

export function has(attribute: Attribute, criterion: unknown, values: Readonly<Record<string, unknown>> | undefined): Condition {
  if (attribute.property.uselist) throw new InvalidRequestError(`${attribute} is a collection: use any() instead of has()`);
  return criterionExists(attribute, criterion, values);
}

function criterionExists(attribute: Attribute, criterion: unknown, values: Readonly<Record<string, unknown>> = {}): Condition {
  const { select, froms } = relatedRows(attribute, criterion, values, attribute.property.uselist ? "any" : "has", () => literalColumn("1"));
  return new Exists(select).correlateExcept(...froms);
}

/** What is selected of related rows: an expression on the target's own table goes through `adapt`. */
export type RelatedColumn = (adapt: <E extends ClauseElement>(element: E) => E) => ColumnElement<unknown>;

/** A SELECT of what is related to the row of the statement around it, and its FROM elements, which are not that statement's. */
export function relatedRows(
  attribute: Attribute,
  criterion: unknown,
  values: Readonly<Record<string, unknown>>,
  method: string,
  column: RelatedColumn,
): { readonly select: Select<[unknown]>; readonly froms: readonly FromClause[] } {
  const prop = attribute.property;
  let where: Condition | null = null;
  let named = values;
  if (criterion !== undefined && criterion !== null) {
    if (clauseOf(criterion) === null && isPlainRecord(criterion)) named = { ...criterion, ...values };
    else where = expectCondition(criterion, `${attribute}.${method}()`) as Condition;
  }
  const add = (one: Condition): void => {
    where = where === null ? one : where.and(one);
  };

  const ofType = attribute._ofType;
  let toSelectable: FromClause | null = null;
  if (ofType !== null) {
    toSelectable = ofType.selectable;
    if (prop._isSelfReferential && !ofType.isAliasedClass) toSelectable = toSelectable._anonymousFromclause();
    const single = ofType.mapper._singleTableCriterion;
    if (single !== null) where = where === null ? single : single.and(where);
  }
  const parent = attribute._parententity;
  const { primaryjoin, secondaryjoin, dest, secondary, targetAdapter } = prop._createJoins({
    destSelectable: toSelectable,
    sourceSelectable: parent.isMapper ? null : parent.selectable,
    extraCriteria: attribute._extraCriteria,
  });
  for (const [key, value] of Object.entries(named)) add(comparisonOf(prop, key, value));

  const join = secondaryjoin === null ? primaryjoin : primaryjoin.and(secondaryjoin);
  let crit = join;
  const adapt = <E extends ClauseElement>(element: E): E =>
    targetAdapter !== null && ofType?.isAliasedClass !== true ? targetAdapter.traverse(element) : element;
  if (where !== null) {
    const inner: Condition = adapt(where);
    // what is around the EXISTS may be adapted; its own criterion is about its own FROM list
    crit = join.and(inner._annotate({ no_replacement_traverse: true }));
  }
  const entity = ofType ?? prop.entity;
  const from = dest
    ._annotate({ parentmapper: entity.mapper, parententity: entity, entityNamespace: entity })
    ._setPropagateAttrs({ compileStatePlugin: "orm", pluginSubject: entity });
  const froms = secondary === null ? [from] : [from, secondary];
  const selected = column(adapt)._annotate({ no_replacement_traverse: true });
  const select = new Select<[unknown]>([selected]).where(crit).selectFrom(...froms);
  return { select, froms };
}

function isPlainRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const proto = Object.getPrototypeOf(value) as unknown;
  return proto === Object.prototype || proto === null;
}

function comparisonOf(prop: RelationshipProperty, key: string, value: unknown): Condition {
  const { mapper } = prop;
  const known = mapper.props.has(key) || mapper._descriptor(key) !== undefined;
  const attribute = known ? (mapper.class_ as unknown as Record<string, unknown>)[key] : undefined;
  if (attribute === undefined) throw new InvalidRequestError(`${prop.mapper.name} has no mapped attribute ${JSON.stringify(key)}`);
  return (attribute as { eq(value: unknown): Condition }).eq(value);
}

// ---------------------------------------------------------------- comparison with objects

export function contains(attribute: Attribute, member: unknown): Condition {
  if (!attribute.property.uselist) throw new InvalidRequestError(`${attribute} refers to one object: use eq() instead of contains()`);
  const { property } = attribute;
  const clause = optimizedCompare(property, member, { valueIsParent: false, adapt: adapterOf(attribute), aliasSecondary: true });
  // its rows are pairs: that one of them leads elsewhere does not say that none leads there
  if (property.secondary !== null) clause._negation = notRelated(attribute, stateOf(property, member));
  return clause;
}

/** No row is related to an object. */
function notRelated(attribute: Attribute, state: InstanceState): Condition {
  const { mapper } = attribute.property;
  const identity = mapper._primaryKeyFromState(state);
  return not(criterionExists(attribute, and(...mapper.primaryKey.map((column, i) => column.eq(identity[i] as never)))));
}

export function equal(attribute: Attribute, other: unknown): Condition {
  const prop = attribute.property;
  if (other === null) {
    if (prop.direction !== MANYTOONE) return not(criterionExists(attribute, null));
    return optimizedCompare(prop, null, { valueIsParent: false, adapt: adapterOf(attribute), aliasSecondary: true });
  }
  if (prop.uselist) throw new InvalidRequestError(`${attribute} is a collection, which cannot be compared with an object: use contains()`);
  return optimizedCompare(prop, other, { valueIsParent: false, adapt: adapterOf(attribute), aliasSecondary: true });
}

export function notEqual(attribute: Attribute, other: unknown): Condition {
  const prop = attribute.property;
  if (other === null) {
    if (prop.direction !== MANYTOONE) return criterionExists(attribute, null);
    return not(optimizedCompare(prop, null, { valueIsParent: false, adapt: adapterOf(attribute), aliasSecondary: true }));
  }
  if (prop.uselist) throw new InvalidRequestError(`${attribute} is a collection, which cannot be compared with an object: use contains()`);
  const state = stateOf(prop, other);
  if (prop.direction === MANYTOONE && prop.useGet) {
    const adapt = adapterOf(attribute) ?? (<E extends ClauseElement>(element: E): E => element);
    const parts = prop.localRemotePairs.map(([local, remote]) => {
      const column = adapt(local);
      const bind = valueBind(prop.mapper, state, remote, column);
      return or(column.ne(bind as never), column.eq(null));
    });
    return and(...parts);
  }
  return notRelated(attribute, state);
}

function stateOf(prop: RelationshipProperty, value: unknown): InstanceState {
  const state = findState(value);
  if (state === undefined) {
    throw new ArgumentError(
      `${prop} is compared with objects of mapped classes, not with ${describeValue(value)}; to compare with a subquery or with values, use ${prop.uselist ? "any" : "has"}()`,
    );
  }
  return state;
}

/** A bind that takes an object's value of a column when the statement runs: a flush before may give it one. */
export function valueBind(
  mapper: Mapper,
  state: InstanceState,
  column: ColumnElement<unknown>,
  beside: ColumnElement<unknown>,
): BindParameter<unknown> {
  const bind = new BindParameter<unknown>(beside.key, null, column.type, true);
  bind.callable = valueGetter(mapper, state, column);
  return bind;
}

function valueGetter(mapper: Mapper, state: InstanceState, column: ColumnElement<unknown>): () => unknown {
  const { key } = mapper.getPropertyByColumn(column);
  state._trackLastKnownValue(key);
  return () => {
    const value = state.values[key];
    if (value !== undefined) return value;
    const last = state.lastKnownValues?.get(key);
    if (last !== undefined && last !== NO_VALUE) return last;
    // the key of an object whose columns have expired is known all the same
    const place = state.key === null ? -1 : state.mapper._identityKeyProps.indexOf(key);
    if (place >= 0) return state.key!.identity[place];
    if (state.getImpl(key).isKnown(state)) {
      throw new InvalidRequestError(
        `A statement compares with ${state}, and its ${key} has no value yet; add it to the session and flush first`,
      );
    }
    throw new InvalidRequestError(`A statement compares with ${state}, and its ${key} is not loaded`);
  };
}

/** How an object is compared. */
export interface CompareOptions {
  /** the object is on the parent's side: `withParent()` */
  readonly valueIsParent: boolean;
  readonly adapt: (<E extends ClauseElement>(element: E) => E) | null;
  readonly aliasSecondary: boolean;
}

/** The condition of the relationship with the values of one object on one side; null on the other side: IS NULL. */
export function optimizedCompare(prop: RelationshipProperty, value: unknown, options: CompareOptions): Condition {
  const clauses = prop._lazyClauses;
  const { criterion, bindToCol } = options.valueIsParent ? clauses.forward : clauses.reverse;
  let result: Condition = criterion;
  if (value === null) result = comparedToNull(criterion, bindToCol);
  else {
    const state = stateOf(prop, value);
    const mapper = options.valueIsParent ? prop.parent : prop.mapper;
    const binds = new Map<ClauseElement, BindParameter<unknown>>();
    if (prop.secondary !== null && options.aliasSecondary) {
      result = new ClauseAdapter(prop.secondary._anonymousFromclause()).traverse(result);
    }
    result = replacementTraverse(result, (element) => {
      if (!(element instanceof BindParameter)) return null;
      const column = bindToCol.get(element._origin.key);
      if (column === undefined) return null;
      let bind = binds.get(column);
      if (bind === undefined) binds.set(column, (bind = valueBind(mapper, state, column, element)));
      return bind;
    });
  }
  return options.adapt === null ? result : options.adapt(result);
}

function comparedToNull(criterion: Condition, bindToCol: ReadonlyMap<string, ColumnElement<unknown>>): Condition {
  return clonedReplaceBinaries(criterion, (binary) => {
    const isBound = (element: ClauseElement): boolean => element instanceof BindParameter && bindToCol.has(element._origin.key);
    if (isBound(binary.left)) return (binary.right as ColumnElement<unknown>).is(null);
    if (isBound(binary.right)) return (binary.left as ColumnElement<unknown>).is(null);
    return null;
  });
}

function clonedReplaceBinaries(
  criterion: Condition,
  replace: (binary: { left: ClauseElement; right: ClauseElement }) => Condition | null,
): Condition {
  const one = (element: ClauseElement): ClauseElement | null =>
    element instanceof BinaryExpression ? replace(element as unknown as { left: ClauseElement; right: ClauseElement }) : null;
  return replacementTraverse(criterion, one);
}

/**
 * The condition that a row is related to an object by a relationship: the WHERE of loading that relationship.
 * @example select(Order).where(withParent(user, User.orders))
 * @see https://docs.sqlalchemy.org/en/21/orm/queryguide/api.html#sqlalchemy.orm.with_parent
 */
export function withParent(
  instance: object,
  attribute: { readonly property: unknown },
  options: { readonly fromEntity?: object } = {},
): Condition {
  const { property } = attribute as Attribute;
  if (property === undefined || !(property as RelationshipProperty).isRelationship) {
    throw new ArgumentError(
      `withParent() takes an object and a relationship: withParent(user, User.orders); it was given ${describeValue(attribute)}`,
    );
  }
  const from = options.fromEntity === undefined ? (attribute as Attribute) : null;
  const entity = from === null ? entityArgument(attribute as Attribute, options.fromEntity!) : (attribute as Attribute)._ofType;
  const adapt =
    entity !== null && entity.isAliasedClass
      ? <E extends ClauseElement>(element: E): E => entity._adaptElement(element as unknown as ColumnElement<unknown>) as unknown as E
      : null;
  return optimizedCompare(property, instance, { valueIsParent: true, adapt, aliasSecondary: true });
}
