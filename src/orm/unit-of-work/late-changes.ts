import type { CollectionImpl } from "../attributes/collection-impl.ts";
import { isMember, NO_VALUE } from "../attributes/symbols.ts";
import { WriteOnlyImpl } from "../attributes/write-only-impl.ts";
import type { RelationshipProperty } from "../relationship/relationship-property.ts";
import { SmallMap } from "../../util/small-map.ts";
import type { InstanceState } from "../state/instance-state.ts";
import type { FlushHistory } from "./flush-history.ts";
import type { RowRecord } from "./table-plan.ts";
import type { UowTransaction } from "./unit-of-work.ts";

/**
 * A flush waits for the database, and the program may change objects meanwhile. What was changed after it was written is no part of
 * the flush and must not be taken for written: these are the changes that are left, with what the database has now. Null for none.
 */
export function lateChanges(uow: UowTransaction, state: InstanceState): SmallMap<string, unknown> | null {
  const { committed } = state;
  // the flag was lowered when the row was collected: it is up again only when something was changed since
  if (!state.modified || committed === null) return null;
  const records = uow.states.get(state)?.written ?? null;
  if (records === null) return null;
  let left: SmallMap<string, unknown> | null = null;
  for (const [key, before] of committed) {
    const prop = state.mapper.props.get(key);
    if (prop === undefined) continue;
    const now = prop.isRelationship
      ? relationshipBase(uow, state, prop as unknown as RelationshipProperty, before)
      : columnBase(records, state, key, before);
    if (now !== UNCHANGED) (left ??= new SmallMap()).set(key, now);
  }
  return left;
}

const UNCHANGED = Symbol("unchanged");

/** What the database has for a column that was set after its row was written. */
function columnBase(records: readonly RowRecord[], state: InstanceState, key: string, before: unknown): unknown {
  const value = state.values[key];
  const { isEqual } = state.getImpl(key);
  // the last statement counts: a post update follows an INSERT
  for (const { plan, params, expressions } of records.toReversed()) {
    const column = plan.byAttr.get(key);
    if (column === undefined) continue;
    if (expressions !== null && Object.hasOwn(expressions, column.key)) return NO_VALUE;
    if (!Object.hasOwn(params, column.key)) continue;
    const written = params[column.key];
    return value !== undefined && isEqual(value, written) ? UNCHANGED : written;
  }
  if (typeof before === "symbol") return value === undefined ? UNCHANGED : before;
  return value !== undefined && isEqual(value, before) ? UNCHANGED : before;
}

function relationshipBase(uow: UowTransaction, state: InstanceState, prop: RelationshipProperty, before: unknown): unknown {
  if (prop.viewonly) return UNCHANGED;
  const { key } = prop;
  const flushed = uow.knownHistory(state, key);
  // nobody looked at it: it had not changed then
  if (flushed === undefined) return before;
  const impl = state.getImpl(key);
  if (impl instanceof WriteOnlyImpl) return impl.leftBy(state, objectsOf(flushed.added), objectsOf(flushed.deleted)) ?? UNCHANGED;
  const had = [...flushed.unchanged, ...flushed.added];
  if (!impl.collection) {
    const object = had[0]?.obj ?? null;
    return (state.values[key] ?? null) === object ? UNCHANGED : object;
  }
  const members = (impl as CollectionImpl).adapter(state)?.members();
  if (members === undefined) return UNCHANGED;
  const objects = objectsOf([...flushed.unchanged, ...flushed.added]);
  return members.length === objects.size && members.every((member) => objects.has(member)) ? UNCHANGED : [...objects];
}

function objectsOf(states: FlushHistory["added"]): Set<object> {
  const objects = new Set<object>();
  for (const state of states) if (isMember(state)) objects.add(state.obj);
  return objects;
}

/** Puts back what was changed while the flush was under way: the next flush writes it. */
export function restoreLateChanges(state: InstanceState, left: SmallMap<string, unknown>): void {
  state.committed = left;
  state.modified = true;
  state._session?.identityMap.modified.add(state);
}
