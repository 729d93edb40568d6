import type { ColumnElement } from "../../sql/elements/column-element.ts";
import type { Mapper } from "../mapping/mapper.ts";
import type { ColumnProperty } from "../mapping/column-property.ts";
import type { MapperProperty } from "../mapping/mapper-property.ts";
import type { AliasedInsp } from "../query/aliased.ts";
import type { ColumnReplacer } from "../query/orm-adapter.ts";
import type { OrmCompileState } from "../query/orm-compile-state.ts";
import type { MapperEntity } from "../query/entities.ts";
import type { RelationshipProperty } from "../relationship/relationship-property.ts";
import { isRelationshipProperty } from "./entity.ts";
import type { EntityPath } from "./option-paths.ts";
import type { PostLoader } from "./post-load.ts";
import { setupColumn } from "./strategies/column.ts";
import { setupRelationship } from "./strategies/strategy.ts";
import { SubclassLoader, subclassesToLoad } from "./strategies/subclass.ts";

/** A column attribute that rows bring. */
export interface ColumnSetup {
  readonly property: ColumnProperty;
  /** as it stands in the statement, or may stand there */
  readonly column: ColumnElement<unknown>;
}

/** A relationship whose objects are in the same rows. */
export interface JoinedSetup {
  readonly property: RelationshipProperty;
  readonly plan: EntityPlan;
}

/** What setting up an entity knows about where it stands. */
export interface EntitySetup {
  readonly mapper: Mapper;
  readonly queryEntity: MapperEntity;
  readonly path: EntityPath;
  readonly adapter: ColumnReplacer | null;
  /** where its columns go: those of the statement, or those that LIMIT does not count */
  readonly columns: ColumnElement<unknown>[];
  readonly onlyLoadProps: ReadonlySet<string> | null;
  /** the mapper that a joined load comes from; null for the entity of the query */
  readonly parentMapper: Mapper | null;
  readonly chainedFromOuterjoin: boolean;
  /** for aliases of several classes, the mappers whose columns are there */
  readonly withPolymorphic?: readonly Mapper[] | null;
}

/**
 * What is read for an entity at one place of a statement: its columns, what is joined to it, what is loaded after it.
 * Loader options have been applied.
 */
export class EntityPlan {
  readonly mapper: Mapper;
  readonly path: EntityPath;
  readonly adapter: ColumnReplacer | null;
  readonly queryEntity: MapperEntity;
  readonly onlyLoadProps: ReadonlySet<string> | null;
  /** of every attribute of the classes that the rows may be of; each hydrator takes those of its own class */
  readonly columns: Map<MapperProperty, ColumnSetup> = new Map();
  readonly joined: Map<MapperProperty, JoinedSetup> = new Map();
  readonly posts: Map<MapperProperty, PostLoader> = new Map();
  /** the columns of subclasses that come with statements of their own */
  readonly subclassLoads: SubclassLoader[] = [];
  /** relationships without a load, which are left empty */
  readonly empty: Set<RelationshipProperty> = new Set();
  readonly polymorphicOn: ColumnElement<unknown> | null;
  readonly withPolymorphic: readonly Mapper[] | null;

  constructor(setup: EntitySetup) {
    this.mapper = setup.mapper;
    this.path = setup.path;
    this.adapter = setup.adapter;
    this.queryEntity = setup.queryEntity;
    this.onlyLoadProps = setup.onlyLoadProps;
    const entity = setup.path.entity;
    this.withPolymorphic = setup.withPolymorphic ?? (entity.isAliasedClass ? (entity as AliasedInsp).withPolymorphicMappers : null);
    this.polymorphicOn = setup.mapper.polymorphicOn;
  }

  /** A column as it stands in the statement for this entity. */
  adapted(column: ColumnElement<unknown>): ColumnElement<unknown> {
    return this.adapter === null ? column : this.adapter.column(column);
  }
}

/** {@link setupEntityQuery}, as the loaders of joined objects are given it: they set up entities within entities. */
export type SetupEntity = (state: OrmCompileState, setup: EntitySetup) => EntityPlan;

/** Asks each attribute of an entity what it needs of the statement. */
export function setupEntityQuery(state: OrmCompileState, setup: EntitySetup): EntityPlan {
  const plan = new EntityPlan(setup);
  const properties = [...polymorphicProperties(setup.mapper, plan.withPolymorphic)].filter(
    (property) => setup.onlyLoadProps === null || setup.onlyLoadProps.has(property.key),
  );
  // what subclasses add can be loaded afterwards, though it cannot be joined
  for (const property of subclassRelationships(setup.mapper, properties)) {
    if (setup.onlyLoadProps === null) setupRelationship(state, setup, plan, property, null);
  }
  // relationships come first: what they join stands before the columns, where both go to the same list
  for (const property of properties)
    if (isRelationshipProperty(property)) setupRelationship(state, setup, plan, property, setupEntityQuery);
  // what is computed stands before what is stored
  const columns = properties.filter((property) => property.isColumn) as ColumnProperty[];
  for (const property of columns) if (property.isComputed) setupColumn(state, setup, plan, property);
  for (const property of columns) if (!property.isComputed) setupColumn(state, setup, plan, property);
  for (const mapper of subclassesToLoad(state, setup, plan)) plan.subclassLoads.push(new SubclassLoader(mapper, setup.mapper));
  const discriminator = plan.polymorphicOn;
  if (discriminator !== null && setup.mapper.polymorphicMap.size > 0 && !state.columnsAreGiven) {
    state.appendColumn(plan.adapted(discriminator), setup.columns);
  }
  return plan;
}

/** The relationships of subclasses whose columns are not read with the class. */
function subclassRelationships(mapper: Mapper, known: readonly MapperProperty[]): Iterable<RelationshipProperty> {
  if (mapper.subMappers.size === 0) return [];
  const seen = new Set<MapperProperty>(known);
  const found = new Set<RelationshipProperty>();
  for (const sub of mapper.selfAndDescendants) {
    for (const property of sub.relationships) if (!seen.has(property) && !mapper.props.has(property.key)) found.add(property);
  }
  return found;
}

/** Whether it is the key of a table that is joined to the superclass's. */
function isJoinedKey(mapper: Mapper, property: ColumnProperty): boolean {
  if (mapper.concrete || mapper.single || property.columns.length < 2) return false;
  return mapper.inheritSyncPairs.some(([, own]) => own._identity === property.columns[0]!._identity);
}

/** The attributes of a class, and of the subclasses whose columns are read with it. */
function polymorphicProperties(mapper: Mapper, withPolymorphic: readonly Mapper[] | null): Iterable<MapperProperty> {
  const mappers = withPolymorphic !== null && withPolymorphic.length > 0 ? withPolymorphic : mapper._withPolymorphicMappers;
  if (mappers.length <= 1) return mapper.props.values();
  const seen = new Set<MapperProperty>(mapper.props.values());
  for (const sub of mappers) {
    for (const property of sub.props.values()) {
      if (property.isColumn) {
        const own = mapper.props.get(property.key);
        // the base class's own column stands for the one that the subclass inherited; keys of joined tables are read from each of them
        if (own !== undefined && own.isColumn && !isJoinedKey(sub, property as ColumnProperty)) continue;
      } else if (mapper.props.has(property.key)) continue;
      seen.add(property);
    }
  }
  return seen;
}
