import { Dispatcher } from "../../event/dispatcher.ts";
import type { EntityClass } from "../attributes/class-manager.ts";
import type { Mapper } from "./mapper.ts";
import type { Registry } from "./registry.ts";

/**
 * What happens while classes are mapped. The target is a registry (`Base.registry`), a declarative base, or `registry` for all of them.
 * @see https://docs.sqlalchemy.org/en/21/orm/events.html#sqlalchemy.orm.RegistryEvents
 */
export interface RegistryEvents {
  /** classes are going to be scanned and relationships resolved; not called where there is nothing to do */
  beforeConfigured(registry: Registry): void;
  /** every class is scanned, and every relationship resolved */
  afterConfigured(registry: Registry): void;
  /** a class has its mapper, and nothing is mapped yet: `mapper.localTable` is known */
  instrumentClass(mapper: Mapper, class_: EntityClass): void;
  /** columns, keys and inheritance of a class are known, and its relationships not yet resolved */
  afterMapperConstructed(mapper: Mapper, class_: EntityClass): void;
  /** the relationships of a class are going to be resolved */
  beforeMapperConfigured(mapper: Mapper, class_: EntityClass): void;
  /** the relationships of a class are resolved; those of others may not be */
  mapperConfigured(mapper: Mapper, class_: EntityClass): void;
}

export const REGISTRY_EVENTS: readonly (keyof RegistryEvents)[] = [
  "beforeConfigured",
  "afterConfigured",
  "instrumentClass",
  "afterMapperConstructed",
  "beforeMapperConfigured",
  "mapperConfigured",
];

/** Listeners to all registries. */
export const registryDispatch: Dispatcher<RegistryEvents> = new Dispatcher<RegistryEvents>(REGISTRY_EVENTS);

/** weakly: registries come and go */
const registries: Set<WeakRef<Registry>> = new Set();

/** Makes the classes of a registry known to {@link everyMapper}. */
export function noteRegistry(registry: Registry): void {
  for (const ref of registries) if (ref.deref() === undefined) registries.delete(ref);
  registries.add(new WeakRef(registry));
}

/** The mappers of all classes that are mapped by now. */
export function everyMapper(): Mapper[] {
  return [...registries].flatMap((ref) => [...(ref.deref()?.mappers ?? [])]);
}
