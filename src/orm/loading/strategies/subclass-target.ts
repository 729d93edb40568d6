import type { InspectedEntity } from "../../mapping/inspected-entity.ts";
import type { Mapper } from "../../mapping/mapper.ts";
import { AliasedInsp } from "../../query/aliased.ts";
import { flatAlias } from "../../query/flat-alias.ts";
import type { RelationshipProperty } from "../../relationship/relationship-property.ts";

/** An alias of a class together with a subclass: objects of all classes, and the columns of the subclass for those that have them. */
export function aliasWithSubclass(base: Mapper, subclass: Mapper): AliasedInsp {
  const { mappers, selectable } = base._withPolymorphicArgs([subclass], null, false);
  return new AliasedInsp(base, flatAlias(selectable, null), { useMapperPath: true, withPolymorphicMappers: mappers, isOfLoader: true });
}

/** The subclass that `ofType()` of a loader option names; null when it names none, or an alias. */
export function subclassOf(property: RelationshipProperty, ofType: InspectedEntity | null | undefined): Mapper | null {
  if (ofType == null || ofType.isAliasedClass || ofType.mapper === property.mapper) return null;
  return ofType.mapper.isa(property.mapper) ? ofType.mapper : null;
}

const aliases = new WeakMap<Mapper, Map<Mapper, AliasedInsp>>();

/**
 * What a statement of its own loads for a relationship. A subclass that an option names by `ofType()` leaves out no members: those of
 * the subclass come with its columns, the others as they are.
 */
export function targetOf(property: RelationshipProperty, ofType: InspectedEntity | null | undefined): InspectedEntity {
  const subclass = subclassOf(property, ofType);
  if (subclass === null) return ofType ?? property.entity;
  let known = aliases.get(subclass);
  if (known === undefined) aliases.set(subclass, (known = new Map()));
  let alias = known.get(property.mapper);
  if (alias === undefined) known.set(property.mapper, (alias = aliasWithSubclass(property.mapper, subclass)));
  return alias;
}
