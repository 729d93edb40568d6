import type { ColumnElement } from "../../sql/elements/column-element.ts";
import { warn } from "../../util/warn.ts";
import type { Mapper } from "../mapping/mapper.ts";
import type { RelationshipProperty } from "./relationship-property.ts";

/** By the column that is written: the relationships that write it, and where each takes the value from. */
const writers = new WeakMap<ColumnElement<unknown>, Map<RelationshipProperty, ColumnElement<unknown>>>();

/** Warns of relationships that write one column and know nothing of each other. */
export function warnOfOverlaps(prop: RelationshipProperty): void {
  if (prop.viewonly) return;
  for (const [from, to] of [...prop.synchronizePairs, ...prop.secondarySynchronizePairs]) {
    const known = writers.get(to);
    if (known === undefined) {
      writers.set(to, new Map([[prop, from]]));
      continue;
    }
    const others = [...known].filter(([other]) => isConflict(prop, other));
    known.set(prop, from);
    if (others.length > 0) warn(messageOf(prop, from, to, others));
  }
}

function isConflict(a: RelationshipProperty, b: RelationshipProperty): boolean {
  return (
    !a._reverseProperty.has(b) &&
    !a.overlaps.has(b.key) &&
    !b.overlaps.has(a.key) &&
    !areSiblings(a.parent, b.parent) &&
    !areSiblings(a.mapper, b.mapper) &&
    !areSiblings(a.parent, b.mapper) &&
    !areSiblings(a.mapper, b.parent) &&
    // a subclass may declare a relationship anew
    (a.key !== b.key || !a.parent.commonParent(b.parent))
  );
}

/** Classes of one hierarchy neither of which is the other's: no object is of both. */
function areSiblings(a: Mapper, b: Mapper): boolean {
  return a.baseMapper === b.baseMapper && !a.isa(b) && !b.isa(a);
}

function messageOf(
  prop: RelationshipProperty,
  from: ColumnElement<unknown>,
  to: ColumnElement<unknown>,
  others: readonly (readonly [RelationshipProperty, ColumnElement<unknown>])[],
): string {
  const conflicts = others.map(([other, its]) => `${other} (from ${its})`).join(", ");
  const keys = [...new Set(others.map(([other]) => other.key))].join(", ");
  return (
    `${prop} copies ${from} to ${to}, and so ${others.length === 1 ? "does" : "do"} ${conflicts}: the later write wins. ` +
    "If they are two sides of one relationship, give both { backPopulates }; a relationship that is only read is { viewonly: true }; " +
    "where foreign keys overlap, foreign() in the primaryjoin says which columns are written. " +
    `If it is meant, give ${prop} { overlaps: ${JSON.stringify(keys)} }`
  );
}
