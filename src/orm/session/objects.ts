import { InvalidRequestError } from "../../errors.ts";
import { instanceState } from "../attributes/class-manager.ts";
import type { SessionCore } from "./session-core.ts";

/** Takes an object out of its session, and what its expunge cascades reach. */
export function expungeObject(core: SessionCore, object: object): void {
  const state = instanceState(object);
  if (state._session !== core) throw new InvalidRequestError(`Instance ${String(state)} is not present in this Session`);
  const cascaded = [...state.mapper.cascadeIterator("expunge", state)].map((step) => step.state);
  core.expungeStates([state, ...cascaded.filter((each) => each._session === core)]);
}

/** Whether an object has changes that a flush would write; values are compared. */
export function isObjectModified(object: object, includeCollections: boolean): boolean {
  const state = instanceState(object);
  // also of one that the flush under way has written: listeners ask what it was about
  for (const key of state.committed?.keys() ?? []) {
    const impl = state.getImpl(key);
    if (impl.collection && !includeCollections) continue;
    if (impl.getHistory(state).hasChanges()) return true;
  }
  return false;
}
