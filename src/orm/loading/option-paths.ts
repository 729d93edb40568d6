import { identityNumber } from "../../sql/base/cache-key.ts";
import type { MapperProperty } from "../mapping/mapper-property.ts";
import type { InspectedEntity } from "../mapping/inspected-entity.ts";

/** One step of a path: an attribute of an entity. @internal */
export interface PathStep {
  readonly entity: InspectedEntity;
  readonly property: MapperProperty;
}

/** The text of "every relationship" and "every column" in path keys. */
export const RELATIONSHIP_WILDCARD = "relationship:*";
export const COLUMN_WILDCARD = "column:*";

/**
 * The key of a step: an inherited attribute has the same key whether it is named through the class that has it or through a subclass.
 * @internal
 */
export function stepKey(entity: InspectedEntity, property: MapperProperty): string {
  return `#${identityNumber(entity.isAliasedClass ? entity : property.parent)}.${property.key}`;
}

/** The key of a path of attributes from a root entity on. @internal */
export function pathKey(steps: readonly PathStep[]): string {
  return steps.map((step) => stepKey(step.entity, step.property)).join("/");
}

/**
 * A place at which rows of an entity are loaded: the entity of the query itself, or what is reached from it by attributes.
 * Loader options are found by the keys of such places. @internal
 */
export class EntityPath {
  readonly entity: InspectedEntity;
  /** the attributes that lead here, as a key; empty at the root */
  readonly prefix: string;

  constructor(entity: InspectedEntity, prefix = "") {
    this.entity = entity;
    this.prefix = prefix;
  }

  /** The key of an attribute at this place. */
  property(property: MapperProperty): string {
    return this.#join(stepKey(this.entity, property));
  }

  /** The place that an attribute leads to. */
  to(property: MapperProperty, target: InspectedEntity): EntityPath {
    return new EntityPath(target, this.property(property));
  }

  /** The key of "every relationship" or "every column" at this place. */
  wildcard(text: string): string {
    return this.#join(wildcardKey(this.entity, text));
  }

  #join(step: string): string {
    return this.prefix === "" ? step : `${this.prefix}/${step}`;
  }
}

/** @internal */
export function wildcardKey(entity: InspectedEntity, text: string): string {
  return `#${identityNumber(entity.isAliasedClass ? entity : entity.mapper)}.${text}`;
}

/** Joins two keys of paths. @internal */
export function joinPaths(prefix: string, key: string): string {
  return prefix === "" ? key : key === "" ? prefix : `${prefix}/${key}`;
}
