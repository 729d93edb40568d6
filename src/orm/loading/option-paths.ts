import { type CacheKey, identityNumber } from "../../sql/base/cache-key.ts";
import type { InspectedEntity } from "../mapping/inspected-entity.ts";
import type { Mapper } from "../mapping/mapper.ts";
import type { MapperProperty } from "../mapping/mapper-property.ts";
import type { AliasedInsp } from "../query/aliased.ts";

/** One step of a path: an attribute of an entity. */
export interface PathStep {
  readonly entity: InspectedEntity;
  readonly property: MapperProperty;
}

/** A way along attributes, from the entity of a query on: as the key by which options are found, and the mappers it went through. */
export interface LoadPath {
  readonly key: string;
  readonly mappers: readonly Mapper[];
  /** the aliases that the key speaks of */
  readonly aliases?: readonly AliasedInsp[];
  /** the alias that the objects at the end were read from, by which options name their attributes; none for the class itself */
  readonly end?: AliasedInsp;
}

export const ROOT_PATH: LoadPath = Object.freeze({ key: "", mappers: Object.freeze([]) as readonly Mapper[] });

/** The text of "every relationship" and "every column" in path keys. */
export const RELATIONSHIP_WILDCARD = "relationship:*";
export const COLUMN_WILDCARD = "column:*";

/**
 * The key of a step: an inherited attribute has the same key whether it is named through the class that has it or through a subclass,
 * and one of a subclass within an alias of several classes whether it is named through the subclass's part or met at the alias.
 */
export function stepKey(entity: InspectedEntity, property: MapperProperty): string {
  const declaring = identityNumber(declaringMapper(property));
  return isOwnPlace(entity) ? `#${identityNumber(entity.baseAlias)}~${declaring}.${property.key}` : `#${declaring}.${property.key}`;
}

/** An alias has keys of its own, unless a loader made it: options speak of the class then. */
function isOwnPlace(entity: InspectedEntity): entity is AliasedInsp {
  return entity.isAliasedClass && !(entity as AliasedInsp).useMapperPath;
}

/** A path whose objects are read from an entity. */
export function endingAt(path: LoadPath, entity: InspectedEntity): LoadPath {
  return isOwnPlace(entity) ? { ...path, end: entity.baseAlias } : path;
}

/** By what options name the attributes of objects that were loaded at the end of a path. */
export function entityAtEnd(path: LoadPath, mapper: Mapper): InspectedEntity {
  return path.end ?? mapper;
}

/** Writes a path into a key: its aliases by their structure, as options that speak of them do. */
export function writePath(path: LoadPath, key: CacheKey): void {
  if (path.aliases === undefined) key.add(path.key);
  else {
    key.add(path.key.replaceAll(/#\d+~/g, "#~"));
    key.keyed(path.aliases);
  }
  path.end?._cacheKey(key);
}

/** Whether options say the same about objects at the end of either path. */
export function isSamePlace(a: LoadPath, b: LoadPath): boolean {
  return a === b || (a.key === b.key && a.end === b.end);
}

/** The way over an attribute of objects that were loaded at the end of a path. */
export function pathOver(path: LoadPath, mapper: Mapper, property: MapperProperty): LoadPath {
  const entity = entityAtEnd(path, mapper);
  return { ...aliasesOf(path, entity), key: joinKeys(path.key, stepKey(entity, property)), mappers: [...path.mappers, mapper] };
}

function aliasesOf(path: LoadPath, entity: InspectedEntity): Pick<LoadPath, "aliases"> | null {
  if (isOwnPlace(entity)) return { aliases: [...(path.aliases ?? []), entity.baseAlias] };
  return path.aliases === undefined ? null : { aliases: path.aliases };
}

/** The mapper that first has an attribute: copies in subclasses are the same attribute for loader options. */
function declaringMapper(property: MapperProperty): Mapper {
  let mapper = property.parent;
  while (mapper.inherits !== null && !mapper.concrete && mapper.inherits.props.has(property.key)) mapper = mapper.inherits;
  return mapper;
}

/** The key of a path of attributes from a root entity on. */
export function pathKey(steps: readonly PathStep[]): string {
  return steps.map((step) => stepKey(step.entity, step.property)).join("/");
}

/**
 * A place at which rows of an entity are loaded: the entity of the query itself, or what is reached from it by attributes.
 * Loader options are found by the keys of such places.
 */
export class EntityPath {
  readonly entity: InspectedEntity;
  /** the attributes that lead here; the root path for the entity of the query */
  readonly prefix: LoadPath;

  constructor(entity: InspectedEntity, prefix: LoadPath = ROOT_PATH) {
    this.entity = entity;
    this.prefix = prefix;
  }

  get isRoot(): boolean {
    return this.prefix.key === "";
  }

  /** The key of an attribute at this place. */
  propertyKey(property: MapperProperty): string {
    return joinKeys(this.prefix.key, stepKey(this.entity, property));
  }

  /** The way over an attribute of this place. */
  over(property: MapperProperty): LoadPath {
    return {
      ...aliasesOf(this.prefix, this.entity),
      key: this.propertyKey(property),
      mappers: [...this.prefix.mappers, this.entity.mapper],
    };
  }

  /** The place that an attribute leads to. */
  to(property: MapperProperty, target: InspectedEntity): EntityPath {
    return new EntityPath(target, this.over(property));
  }

  /** The key of "every relationship" or "every column" at this place. */
  wildcard(text: string): string {
    return joinKeys(this.prefix.key, wildcardKey(this.entity, text));
  }

  /** Whether rows of a mapper (or of its hierarchy) were met on the way. */
  containsMapper(mapper: Mapper): boolean {
    return this.entity.mapper === mapper || this.prefix.mappers.includes(mapper);
  }
}

export function wildcardKey(entity: InspectedEntity, text: string): string {
  return `#${identityNumber(isOwnPlace(entity) ? entity.baseAlias : entity.mapper.baseMapper)}.${text}`;
}

/** Joins two keys of paths. */
export function joinKeys(prefix: string, key: string): string {
  return prefix === "" ? key : key === "" ? prefix : `${prefix}/${key}`;
}

/** Goes on with another path. */
export function joinPaths(prefix: LoadPath, path: LoadPath): LoadPath {
  if (prefix.key === "") return path;
  if (path.key === "") return prefix;
  const aliases = [...(prefix.aliases ?? []), ...(path.aliases ?? [])];
  return {
    ...(aliases.length === 0 ? null : { aliases }),
    key: joinKeys(prefix.key, path.key),
    mappers: [...prefix.mappers, ...path.mappers],
  };
}
