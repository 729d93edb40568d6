import type { Mapper } from "../mapping/mapper.ts";
import { MANYTOMANY, MANYTOONE } from "../relationship/direction.ts";
import type { RelationshipProperty } from "../relationship/relationship-property.ts";
import type { DependencyProcessor } from "./dependency.ts";
import { ManyToManyDependency } from "./many-to-many.ts";
import { KeySwitchDependency, ManyToOneDependency } from "./many-to-one.ts";
import { OneToManyDependency } from "./one-to-many.ts";

/** What a relationship means for flushes; made at the first one. */
export function dependencyOf(prop: RelationshipProperty): DependencyProcessor {
  return (prop._dependencyProcessor ??= makeDependency(prop)) as DependencyProcessor;
}

function makeDependency(prop: RelationshipProperty): DependencyProcessor {
  if (prop.direction === MANYTOMANY) return new ManyToManyDependency(prop);
  return prop.direction === MANYTOONE ? new ManyToOneDependency(prop) : new OneToManyDependency(prop);
}

interface KeySwitches {
  /** how many mappers the registry had: a further class may refer to this one */
  readonly mappers: number;
  readonly processors: readonly KeySwitchDependency[];
}

const keySwitches: WeakMap<Mapper, KeySwitches> = new WeakMap();

/** What must be done when the primary key of an object of this class changes, for many-to-one relationships that lead to it. */
export function keySwitchesOf(mapper: Mapper): readonly KeySwitchDependency[] {
  const mappers = mapper.registry.mappers;
  const count = mappers.size;
  const known = keySwitches.get(mapper);
  if (known !== undefined && known.mappers === count) return known.processors;
  const processors: KeySwitchDependency[] = [];
  for (const other of mappers) {
    for (const prop of other.relationships) {
      if (prop.direction !== MANYTOONE || prop.viewonly || prop.parent !== other || !mapper.isa(prop.mapper)) continue;
      processors.push(new KeySwitchDependency(prop));
    }
  }
  keySwitches.set(mapper, { mappers: count, processors });
  return processors;
}
