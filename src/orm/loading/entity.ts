import { ArgumentError } from "../../errors.ts";
import { inspect } from "../../inspection.ts";
import type { ColumnElement } from "../../sql/elements/column-element.ts";
import type { FromClause } from "../../sql/selectable/from-clause.ts";
import { ownManager } from "../attributes/class-manager.ts";
import type { InspectedEntity } from "../mapping/inspected-entity.ts";
import { configureUnlessEarly } from "../mapping/mapper-selects.ts";
import type { MapperProperty } from "../mapping/mapper-property.ts";
import { ensureScanned } from "../mapping/pending-classes.ts";
import type { RelationshipProperty } from "../relationship/relationship-property.ts";

/** What the loaders and queries need of a mapped attribute of a class (or of an alias). */
export interface MappedAttribute {
  readonly key: string;
  /** the mapper or alias that it was taken from */
  readonly _parententity: InspectedEntity;
  readonly property: MapperProperty;
  /** the alias or subclass of `relationship.ofType(…)` */
  readonly _ofType?: InspectedEntity | null;
  /** the criteria of `relationship.and(…)` */
  readonly _extraCriteria?: readonly ColumnElement<unknown>[];
}

/** Whether a value is a mapped attribute. */
export function isMappedAttribute(value: unknown): value is MappedAttribute {
  return (typeof value === "object" || typeof value === "function") && value !== null && "_parententity" in value && "property" in value;
}

/** How messages name an entity. */
export function entityName(entity: InspectedEntity): string {
  return entity.isAliasedClass ? `aliased(${entity.mapper.name})` : entity.mapper.name;
}

/** How messages name a mapped attribute. */
export function attributeName(attribute: MappedAttribute): string {
  return `${entityName(attribute._parententity)}.${attribute.key}`;
}

/** Whether two entities belong to one hierarchy of classes. */
export function commonParent(a: InspectedEntity, b: InspectedEntity): boolean {
  return a.mapper.baseMapper === b.mapper.baseMapper;
}

/** What `inspect()` knows about a mapped class, an alias, or the object itself when it is one of those. */
export function inspectEntity(value: unknown, place: string): InspectedEntity {
  if (isInspectedEntity(value)) return value;
  if (typeof value === "function") {
    ensureScanned(value);
    const manager = ownManager(value);
    if (manager !== undefined) {
      configureUnlessEarly(manager.mapper);
      return manager.mapper;
    }
  }
  const found: unknown = inspect(value, false);
  if (isInspectedEntity(found)) return found;
  const given = typeof value === "function" ? value.name : Array.isArray(value) ? `a list of ${value.length}` : String(value);
  throw new ArgumentError(`${place}: expected a mapped class or an alias of one, got ${given}`);
}

function isInspectedEntity(value: unknown): value is InspectedEntity {
  return typeof value === "object" && value !== null && "isAliasedClass" in value && "mapper" in value;
}

export function isRelationshipProperty(property: MapperProperty): property is RelationshipProperty {
  return property.isRelationship;
}

/** What stands in a statement for an entity: its FROM element, which knows the entity. */
export function entityClause(entity: InspectedEntity): FromClause {
  return (entity as InspectedEntity & { readonly _clause: FromClause })._clause;
}
