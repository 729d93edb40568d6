import type { CollectionImpl } from "../attributes/collection-impl.ts";
import { isMember } from "../attributes/symbols.ts";
import { SmallMap } from "../../util/small-map.ts";
import { loadAttributes } from "../late.ts";
import type { SessionInternals } from "../session/session-internals.ts";
import { type InstanceState, STATE, type Stateful } from "../state/instance-state.ts";

/**
 * Loads what a relationship of objects has in the database, where it was replaced without being loaded, and completes its history:
 * the old members have then lost this parent. What was set stays.
 * @returns the old members
 */
export async function loadReplaced(session: SessionInternals, states: readonly InstanceState[], key: string): Promise<InstanceState[]> {
  const kept = states.map((state) => ({ state, value: state.values[key], mark: state.committed!.get(key) }));
  for (const { state } of kept) {
    state.values[key] = undefined;
    state.committed!.delete(key);
  }
  let originals: unknown[];
  try {
    await loadAttributes.call(session, states, key);
    originals = kept.map(({ state }) => membersOf(state, key));
  } finally {
    for (const { state, value, mark } of kept) {
      state.values[key] = value;
      (state.committed ??= new SmallMap()).set(key, mark);
    }
  }
  const members: InstanceState[] = [];
  // what it says now is what the program did before the flush
  const warnOnEvents = session.warnOnEvents;
  session.warnOnEvents = false;
  try {
    for (let i = 0; i < kept.length; i++) {
      const { state } = kept[i]!;
      const original = originals[i];
      state.getImpl(key).completeHistory(state, original);
      for (const member of Array.isArray(original) ? (original as object[]) : [original])
        if (isMember(member)) members.push((member as Stateful)[STATE]);
    }
  } finally {
    session.warnOnEvents = warnOnEvents;
  }
  return members;
}

function membersOf(state: InstanceState, key: string): unknown {
  const impl = state.getImpl(key);
  const value = state.values[key];
  if (!impl.collection) return value ?? null;
  return (impl as CollectionImpl).adapter(state)?.members() ?? [];
}
