import { InvalidRequestError } from "../../../errors.ts";
import type { ClauseElement } from "../../../sql/elements/clause-element.ts";
import type { ColumnElement } from "../../../sql/elements/column-element.ts";
import { iterate } from "../../../sql/base/traversal.ts";
import { FromClause } from "../../../sql/selectable/from-clause.ts";
import { FromGrouping } from "../../../sql/selectable/from-grouping.ts";
import { Join } from "../../../sql/selectable/join.ts";
import { AliasedInsp } from "../../query/aliased.ts";
import { flatAlias } from "../../query/flat-alias.ts";
import { type ColumnReplacer, OrmAdapter } from "../../query/orm-adapter.ts";
import type { OrmCompileState } from "../../query/orm-compile-state.ts";
import { clauseIsPresent, OrmJoin, ormJoin, type RelationshipOnClause } from "../../query/orm-join.ts";
import type { RelationshipProperty } from "../../relationship/relationship-property.ts";
import type { EntityPlan, EntitySetup, SetupEntity } from "../entity-plan.ts";
import type { LoadElement } from "../load-element.ts";
import { aliasWithSubclass, subclassOf } from "./subclass-target.ts";

/** Joins the target to the statement and reads its objects from the same rows. */
export function setupJoined(
  state: OrmCompileState,
  setup: EntitySetup,
  plan: EntityPlan,
  property: RelationshipProperty,
  option: LoadElement | undefined,
  setupEntity: SetupEntity,
): void {
  // text and RETURNING have the columns that they have: nothing can be joined to them
  if (state.columnsAreGiven) return;
  const { path } = setup;
  const target = property.mapper;
  if (option === undefined || option.isWildcard) {
    if (property.joinDepth !== null) {
      if (path.prefix.mappers.length + 1 > property.joinDepth) return;
    } else if (path.containsMapper(target)) return;
  }
  if (property.uselist) state.multiRowEagerLoaders = true;
  const ofType = option?.ofType ?? null;
  const given = ofType !== null && ofType.isAliasedClass ? (ofType as AliasedInsp) : null;
  const alias = given ?? newAlias(property, subclassOf(property, ofType));
  const clauses = new OrmAdapter(alias, { equivalents: target._equivalentColumns, allowLabelResolve: false, anonymizeLabels: true });
  const innerjoin = option?.options.innerjoin ?? property.innerjoin;
  const chainedFromOuterjoin = setup.chainedFromOuterjoin || innerjoin === false;
  const key = path.propertyKey(property);
  state.createEagerJoins.push(() => {
    createEagerJoin(state, setup, property, alias, clauses, innerjoin, chainedFromOuterjoin, option?.extraCriteria ?? [], key);
  });
  state.eagerAddingJoins = true;
  const sub = setupEntity(state, {
    mapper: alias.mapper,
    queryEntity: setup.queryEntity,
    path: path.to(property, given ?? property.entity),
    adapter: clauses,
    columns: state.secondaryColumns,
    onlyLoadProps: null,
    parentMapper: target,
    chainedFromOuterjoin,
    withPolymorphic: alias.withPolymorphicMappers,
  });
  plan.joined.set(property, { property, plan: sub });
}

/** Reads the objects from a join that the query itself has. */
export function setupContainsEager(
  state: OrmCompileState,
  setup: EntitySetup,
  plan: EntityPlan,
  property: RelationshipProperty,
  option: LoadElement,
  setupEntity: SetupEntity,
): void {
  if (property.uselist) state.multiRowEagerLoaders = true;
  const target = property.mapper;
  const ofType = option.ofType;
  let clauses: ColumnReplacer | null;
  const given = option.options.eagerFromAlias ?? null;
  if (given !== null) {
    const selectable = given instanceof AliasedInsp ? given.selectable : given;
    if (!(selectable instanceof FromClause))
      throw new InvalidRequestError(`containsEager(${property}): alias is an alias of ${target.name} or a FROM element`);
    clauses = new OrmAdapter(target, { selectable, equivalents: target._equivalentColumns, limitOnEntity: false });
  } else if (ofType !== null && ofType.isAliasedClass) {
    clauses = new OrmAdapter(ofType, { equivalents: target._equivalentColumns });
  } else {
    clauses = state.polymorphicAdapters.get(target) ?? null;
  }
  const sub = setupEntity(state, {
    mapper: ofType !== null ? ofType.mapper : target,
    queryEntity: setup.queryEntity,
    path: setup.path.to(property, ofType ?? property.entity),
    adapter: clauses,
    columns: state.primaryColumns,
    onlyLoadProps: null,
    parentMapper: target,
    chainedFromOuterjoin: setup.chainedFromOuterjoin,
  });
  plan.joined.set(property, { property, plan: sub });
}

function newAlias(property: RelationshipProperty, subclass: AliasedInsp["mapper"] | null): AliasedInsp {
  if (subclass !== null) return aliasWithSubclass(property.mapper, subclass);
  const { mapper, selectable: from } = property.entity;
  const selectable = flatAlias(from, null);
  return new AliasedInsp(mapper, selectable, { useMapperPath: true, withPolymorphicMappers: mapper._withPolymorphicMappers });
}

function createEagerJoin(
  state: OrmCompileState,
  setup: EntitySetup,
  property: RelationshipProperty,
  alias: AliasedInsp,
  clauses: OrmAdapter,
  innerjoin: boolean | "nested" | "unnested",
  chainedFromOuterjoin: boolean,
  extraCriteria: readonly ColumnElement<unknown>[],
  memo: string,
): void {
  const { queryEntity, adapter } = setup;
  const localParent = setup.parentMapper ?? queryEntity.mapper;
  let key: MapperEntityKey | null = null;
  let towrap: FromClause = queryEntity.selectable;
  if (!state.eagerJoins.has(queryEntity) && !state.shouldNestSelectable && state.fromClauses.length > 0) {
    const indexes = state.fromClauses.flatMap((from, i) => (clauseIsPresent(queryEntity.selectable, from) ? [i] : []));
    if (indexes.length > 1) {
      throw new InvalidRequestError(
        `joinedload(${property}): ${queryEntity.labelName} stands in several FROM elements of the statement; it is not clear to which one to join`,
      );
    }
    if (indexes.length === 1) {
      key = indexes[0]!;
      towrap = state.fromClauses[key]!;
    }
  }
  key ??= queryEntity;
  towrap = state.eagerJoins.get(key) ?? towrap;
  const parentAlias = adapter instanceof OrmAdapter ? adapter.aliasedInsp : null;
  const onclause: RelationshipOnClause = {
    property,
    source: parentAlias !== null ? parentAlias.selectable : adapter !== null ? adapter.selectable : property.parent.selectable,
  };
  const outerEntity = (queryEntity.entityZero as Partial<AliasedInsp>).representsOuterJoin === true;
  const onOutside = !chainedFromOuterjoin || innerjoin === false || innerjoin === "unnested" || outerEntity;
  const criteria = [...extraCriteria];
  criteria.push(...state.criteriaOfLoad(property.mapper));
  const join = onOutside
    ? ormJoin(towrap, alias, onclause, {
        isouter: innerjoin === false || outerEntity || (chainedFromOuterjoin && towrap instanceof Join),
        extraCriteria: criteria,
        rightMemo: memo,
      })
    : spliceNested(towrap, setup.path.prefix.key, (right) => ormJoin(right, alias, onclause, { extraCriteria: criteria, rightMemo: memo }));
  if (join === null) throw new InvalidRequestError(`joinedload(${property}): the join that it belongs to was not found`);
  join.stopOn = queryEntity.selectable;
  state.eagerJoins.set(key, join);
  if (setup.parentMapper === null) {
    for (const column of columnsOf(property.primaryjoin)) {
      if (localParent.persistSelectable._collection.containsColumn(column)) {
        const own = column._deannotate();
        state.appendColumn(adapter === null ? own : adapter.column(own), state.primaryColumns);
      }
    }
  }
  if (property.orderBy !== null) {
    const target = join.targetAdapter ?? clauses;
    state.eagerOrderBy.push(...property.orderBy.map((element) => target.traverse(element as ClauseElement)));
  }
}

type MapperEntityKey = EntitySetup["queryEntity"] | number;

function columnsOf(element: ClauseElement): ColumnElement<unknown>[] {
  const found = new Map<ClauseElement, ColumnElement<unknown>>();
  for (const child of iterate(element))
    if ((child as { table?: unknown }).table != null) found.set(child._identity, child as ColumnElement<unknown>);
  return [...found.values()];
}

/** Puts an inner join inside of the outer join that brings its parent: `a LEFT OUTER JOIN (b JOIN c) ON …`. */
function spliceNested(from: FromClause, parentKey: string, attach: (right: FromClause) => OrmJoin): OrmJoin | null {
  if (from instanceof FromGrouping) return spliceNested(from.element, parentKey, attach);
  if (!(from instanceof OrmJoin)) return null;
  const inner = from.rightMemo === parentKey ? attach(ungrouped(from.right)) : spliceNested(from.right, parentKey, attach);
  if (inner !== null) {
    const rebuilt =
      !from.isouter && !inner.isouter
        ? rejoin(rejoin(from.left, inner.left, from.onclause, false, from.rightMemo), inner.right, inner.onclause, false, inner.rightMemo)
        : rejoin(from.left, inner, from.onclause, from.isouter, from.rightMemo);
    rebuilt.targetAdapter = inner.targetAdapter;
    return rebuilt;
  }
  const left = spliceNested(from.left, parentKey, attach);
  if (left === null) return null;
  const rebuilt = rejoin(left, from.right, from.onclause, from.isouter, from.rightMemo);
  rebuilt.targetAdapter = left.targetAdapter;
  return rebuilt;
}

function ungrouped(from: FromClause): FromClause {
  return from instanceof FromGrouping ? from.element : from;
}

function rejoin(left: FromClause, right: FromClause, onclause: ClauseElement, isouter: boolean, memo: string | null): OrmJoin {
  const join = new OrmJoin(left, right, onclause as never, { isouter });
  join.rightMemo = memo;
  return join;
}
