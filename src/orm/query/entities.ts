import { ArgumentError } from "../../errors.ts";
import type { ClauseElement } from "../../sql/elements/clause-element.ts";
import type { ColumnElement } from "../../sql/elements/column-element.ts";
import type { FromClause } from "../../sql/selectable/from-clause.ts";
import { type EntityPlan, setupEntityQuery } from "../loading/entity-plan.ts";
import { entityAtEnd, EntityPath } from "../loading/option-paths.ts";
import type { InspectedEntity } from "../mapping/inspected-entity.ts";
import type { Mapper } from "../mapping/mapper.ts";
import type { AliasedInsp } from "./aliased.ts";
import type { Bundle } from "./bundle.ts";
import type { ColumnReplacer } from "./orm-adapter.ts";
import { columnsWithin } from "./columns-within.ts";
import type { OrmCompileState } from "./orm-compile-state.ts";

const NO_MAPPERS: readonly Mapper[] = Object.freeze([]);

/** One of the things that a statement selects. */
export type QueryEntity = MapperEntity | ColumnEntity | BundleEntity;

abstract class SelectedThing {
  /** which of the three it is */
  abstract readonly kind: "mapper" | "column" | "bundle";
  /** the mapper or alias that it belongs to; null for plain Core columns */
  abstract readonly entityZero: InspectedEntity | null;
  /** what a join may start from */
  abstract get entityZeroOrSelectable(): InspectedEntity | FromClause | null;
  /** the name of its value in a row */
  abstract readonly labelName: string | null;
  abstract setupCompileState(state: QueryCompileState): void;

  correspondsTo(_entity: InspectedEntity): boolean {
    return false;
  }
}

/** What entities need beyond {@link OrmCompileState}: adapters of the statement as a whole. */
export interface QueryCompileState extends OrmCompileState {
  currentAdapter(): ((element: ClauseElement) => ClauseElement) | null;
  labelConvention(column: ClauseElement, name: string | null): string | null;
}

/** A mapped class or alias. */
export class MapperEntity extends SelectedThing {
  override readonly kind = "mapper";
  override readonly entityZero: InspectedEntity;
  readonly mapper: Mapper;
  override readonly labelName: string;
  readonly path: EntityPath;
  readonly selectable: FromClause;
  /** how its rows become objects */
  plan!: EntityPlan;

  /** @param place - by what loader options name the entity, where that is an alias from which it was read before */
  constructor(entity: InspectedEntity, place: InspectedEntity = entity) {
    super();
    if (!entity.mapper.configured) entity.mapper.registry.configure();
    this.entityZero = entity;
    this.mapper = entity.mapper;
    this.labelName = entity.isAliasedClass ? (entity as AliasedInsp).name : entity.mapper.name;
    this.path = new EntityPath(place);
    this.selectable = entity.selectable;
  }

  override get entityZeroOrSelectable(): InspectedEntity {
    return this.entityZero;
  }

  override correspondsTo(entity: InspectedEntity): boolean {
    return entityCorresponds(this.entityZero, entity);
  }

  /** What puts the alias's columns in the place of the mapper's own. */
  adapter(state: OrmCompileState): ColumnReplacer | null {
    return this.entityZero.isAliasedClass
      ? (this.entityZero as AliasedInsp)._adapter
      : (state.polymorphicAdapters.get(this.mapper) ?? this.mapper._polymorphicAdapter);
  }

  override setupCompileState(state: QueryCompileState): void {
    const adapter = this.adapter(state);
    if (this.mapper._singleTableCriterion !== null || state.globalCriteria.has(this.mapper)) {
      state.extraCriteriaEntities.set(this.entityZero, this.entityZero.isAliasedClass ? adapter : null);
    }
    this.plan = setupEntityQuery(state, {
      mapper: this.mapper,
      queryEntity: this,
      path: this.path,
      adapter,
      columns: state.primaryColumns,
      withPolymorphic: this.entityZero.isAliasedClass ? (this.entityZero as AliasedInsp).withPolymorphicMappers : NO_MAPPERS,
      onlyLoadProps: state.primaryEntity === this ? state.compileOptions.onlyLoadProps : null,
      parentMapper: null,
      chainedFromOuterjoin: false,
    });
    state.fallbackFromClauses.push(this.selectable);
  }
}

/** A column or expression. */
export class ColumnEntity extends SelectedThing {
  override readonly kind = "column";
  override readonly entityZero: InspectedEntity | null;
  readonly column: ColumnElement<unknown>;
  override readonly labelName: string | null;
  /** the column as it stands in the statement */
  fetchColumn: ColumnElement<unknown>;

  constructor(column: ColumnElement<unknown>, entity: InspectedEntity | null, labelName: string | null) {
    super();
    this.column = column;
    this.entityZero = entity;
    this.labelName = labelName;
    this.fetchColumn = column;
  }

  override get entityZeroOrSelectable(): InspectedEntity | FromClause | null {
    return this.entityZero ?? this.column._fromObjects[0] ?? null;
  }

  override correspondsTo(entity: InspectedEntity): boolean {
    const zero = this.entityZero;
    if (zero === null) return false;
    return entity.isAliasedClass ? entity === zero : !zero.isAliasedClass && entity.mapper.commonParent(zero.mapper);
  }

  override setupCompileState(state: QueryCompileState): void {
    const adapt = state.currentAdapter();
    let column = adapt === null ? this.column : (adapt(this.column) as ColumnElement<unknown>);
    const zero = this.entityZero;
    if (zero !== null) {
      if (zero.mapper._singleTableCriterion !== null || state.globalCriteria.has(zero.mapper)) {
        state.extraCriteriaEntities.set(zero, zero.isAliasedClass ? (zero as AliasedInsp)._adapter : null);
      }
      // the entity's own FROM counts where it is polymorphic; a scalar subquery has no FROM of the entity's
      const own = new Set<ClauseElement>(zero.selectable._fromObjects.map((from) => from._identity));
      if (this.column._fromObjects.some((from) => own.has(from._identity))) state.fallbackFromClauses.push(zero.selectable);
    }
    if (column._expressionLabel === null) column = column._deannotate();
    state.dedupeColumns.add(column._identity);
    state.primaryColumns.push(column);
    this.fetchColumn = column;
  }
}

/** A group of columns whose value in a row is one object. */
export class BundleEntity extends SelectedThing {
  override readonly kind = "bundle";
  readonly bundle: Bundle;
  readonly entities: readonly QueryEntity[];

  constructor(bundle: Bundle, entities: readonly QueryEntity[]) {
    super();
    this.bundle = bundle;
    this.entities = entities;
  }

  override get entityZero(): InspectedEntity | null {
    for (const entity of this.entities) if (entity.entityZero !== null) return entity.entityZero;
    return null;
  }

  override get entityZeroOrSelectable(): InspectedEntity | FromClause | null {
    for (const entity of this.entities) if (entity.entityZeroOrSelectable !== null) return entity.entityZeroOrSelectable;
    return null;
  }

  override get labelName(): string {
    return this.bundle.name;
  }

  override setupCompileState(state: QueryCompileState): void {
    for (const entity of this.entities) entity.setupCompileState(state);
  }
}

/** Whether an option or join that names `entity` means the thing that is selected as `given`. */
export function entityCorresponds(given: InspectedEntity, entity: InspectedEntity): boolean {
  if (entity.isAliasedClass) return given === entity || (entity as AliasedInsp)._correspondsTo(given);
  if (given.isAliasedClass) return false;
  return entity.mapper.commonParent(given.mapper);
}

type Label = (column: ClauseElement, name: string | null) => string | null;

/** The entities of a list of selected things. */
export function queryEntities(
  state: OrmCompileState,
  columns: readonly ClauseElement[],
  label: Label | null,
  current: boolean,
): QueryEntity[] {
  const found: QueryEntity[] = [];
  for (const column of columns) addEntity(state, column, label, current, found);
  return found;
}

function addEntity(state: OrmCompileState, element: ClauseElement, label: Label | null, current: boolean, into: QueryEntity[]): void {
  const entity = element._annotations["parententity"] as InspectedEntity | undefined;
  if (element._isFromClause) {
    if (entity !== undefined) {
      const made = new MapperEntity(entity, placeOf(state, entity));
      if (current) state.primaryEntity ??= made;
      into.push(made);
      return;
    }
    for (const column of (element as FromClause)._selectIterable) into.push(columnEntity(column as ColumnElement<unknown>, label));
    return;
  }
  const bundle = element._annotations["bundle"] as Bundle | undefined;
  if (bundle !== undefined) {
    const inner: QueryEntity[] = [];
    for (const expr of bundle._clauses)
      addEntity(state, expr, (column, name) => name ?? (column as ColumnElement<unknown>)._proxyKey, false, inner);
    into.push(new BundleEntity(bundle, inner));
    return;
  }
  if (!element._isColumnElement && !element._isTextClause) {
    throw new ArgumentError(`select(): ${element.description ?? String(element)} is neither an entity nor a column`);
  }
  into.push(columnEntity(element as ColumnElement<unknown>, label));
}

/** Objects that are read again stay where they were read first: options may speak of an alias. */
function placeOf(state: OrmCompileState, entity: InspectedEntity): InspectedEntity {
  const { forRefreshState, currentPath } = state.compileOptions;
  return forRefreshState ? entityAtEnd(currentPath, entity.mapper) : entity;
}

function columnEntity(column: ColumnElement<unknown>, label: Label | null): ColumnEntity {
  const own = column._annotations["parententity"] as InspectedEntity | undefined;
  const entity = own ?? firstAnnotation(column);
  const key = own === undefined ? null : ((column._annotations["proxy_key"] as string | undefined) ?? null);
  return new ColumnEntity(column, entity, label === null || column._isTextClause ? null : label(column, key));
}

/** The first mapper or alias that the columns within an expression belong to; scalar subqueries are not looked into. */
function firstAnnotation(element: ClauseElement): InspectedEntity | null {
  for (const child of columnsWithin(element)) {
    const entity = child._annotations["parententity"] as InspectedEntity | undefined;
    if (entity !== undefined) return entity;
  }
  return null;
}
