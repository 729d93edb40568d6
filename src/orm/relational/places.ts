import type { InspectedEntity } from "../mapping/inspected-entity.ts";
import { AliasedInsp } from "../query/aliased.ts";
import { flatAlias } from "../query/flat-alias.ts";
import type { CreatedJoins } from "../relationship/join-targets.ts";
import type { RelationshipProperty } from "../relationship/relationship-property.ts";

/** Where a relationship is read: from an alias, so that a class can stand in a statement at any number of places. */
export interface Place {
  readonly alias: AliasedInsp;
  /** its conditions, from the parent to the alias */
  readonly joins: CreatedJoins;
  /** how many attributes the class had: one that is added later is not on the alias */
  readonly attributes: number;
}

const places = new WeakMap<InspectedEntity, Map<RelationshipProperty, Place>>();

/**
 * The place of a relationship under a parent: the same for all statements, since statements with other aliases would be others, each to
 * be compiled anew.
 */
export function placeOf(parent: InspectedEntity, property: RelationshipProperty): Place {
  let known = places.get(parent);
  if (known === undefined) places.set(parent, (known = new Map()));
  let place = known.get(property);
  if (place === undefined || place.attributes !== place.alias.mapper.props.size) known.set(property, (place = newPlace(parent, property)));
  return place;
}

function newPlace(parent: InspectedEntity, property: RelationshipProperty): Place {
  const { entity } = property;
  const { mapper } = entity;
  const alias = new AliasedInsp(mapper, flatAlias(entity.selectable, null), {
    withPolymorphicMappers: mapper._withPolymorphicMappers,
    standsForClass: true,
  });
  const joins = property._createJoins({
    sourceSelectable: parent.isMapper ? null : parent.selectable,
    sourcePolymorphic: true,
    ofTypeEntity: alias,
    aliasSecondary: true,
  });
  return { alias, joins, attributes: mapper.props.size };
}
