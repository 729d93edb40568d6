import { isMember, PASSIVE_NO_RESULT } from "../attributes/symbols.ts";
import { type InstanceState, STATE, type Stateful } from "../state/instance-state.ts";

/** What was put into a relationship, what stayed and what was taken out, as states; null stands for no object. */
export interface FlushHistory {
  readonly added: readonly (InstanceState | null)[];
  readonly unchanged: readonly (InstanceState | null)[];
  readonly deleted: readonly (InstanceState | null)[];
}

const NONE: readonly never[] = Object.freeze([]);

export const NO_HISTORY: FlushHistory = Object.freeze({ added: NONE, unchanged: NONE, deleted: NONE });

function states(objects: readonly unknown[]): readonly (InstanceState | null)[] {
  if (objects.length === 0) return NONE;
  return objects.map((object) => (isMember(object) ? (object as Stateful)[STATE] : null));
}

/** The history of a relationship as states. */
export function historyOf(state: InstanceState, key: string): FlushHistory {
  const history = state.getImpl(key).getHistory(state);
  if (history.added.length === 0 && history.unchanged.length === 0 && history.deleted.length === 0) return NO_HISTORY;
  return { added: states(history.added), unchanged: states(history.unchanged), deleted: states(history.deleted) };
}

export function isEmptyHistory(history: FlushHistory): boolean {
  return history.added.length === 0 && history.unchanged.length === 0 && history.deleted.length === 0;
}

/** Everything that was or is in the relationship. */
export function sumOf(history: FlushHistory): (InstanceState | null)[] {
  return [...history.added, ...history.unchanged, ...history.deleted];
}

/** Whether nothing was done to an attribute since the last flush. */
export function isUnchangedAttribute(state: InstanceState, key: string): boolean {
  return state.committed?.has(key) !== true && state.pendingMutations?.has(key) !== true;
}

/** Whether a relationship is neither loaded nor replaced. Members that were only added or taken out do not count. */
export function isUnloaded(state: InstanceState, key: string): boolean {
  return state.values[key] === undefined && state.committed?.get(key) !== PASSIVE_NO_RESULT;
}

/** Whether an attribute was replaced while only the database knew what it had. */
export function isReplacedUnloaded(state: InstanceState, key: string): boolean {
  return state.committed?.get(key) === PASSIVE_NO_RESULT;
}
