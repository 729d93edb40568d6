import { InvalidRequestError } from "../../errors.ts";
import { instanceState } from "../attributes/class-manager.ts";
import { loadDeleteCascade, needsDeleteCascadeLoad } from "./cascade-walk.ts";
import type { SessionCore } from "./session-core.ts";
import { beforeAttach, deleteImpl } from "./state-transitions.ts";

/** Marks an object, and what its delete cascades reach, for deletion by the next flush. */
export async function deleteObject(core: SessionCore, instance: unknown): Promise<void> {
  const state = instanceState(instance);
  if (state.key === null) {
    throw new InvalidRequestError(
      `Instance ${String(state)} is not persisted: there is no row to delete. Use expunge() for a pending object`,
    );
  }
  // an object of another session is refused before anything is sent
  beforeAttach(core, state);
  if (core.deleted.has(state)) return;
  if (state._session === null) core.updateImpl(state);
  if (needsDeleteCascadeLoad([state])) {
    // what is loaded must know of what is pending
    const flushed = core.autoflushNow();
    if (flushed !== null) await flushed;
    await loadDeleteCascade(core, [state]);
  }
  const reached = [...state.mapper.cascadeIterator("delete", state)];
  deleteImpl(core, state, true);
  for (const step of reached) deleteImpl(core, step.state, false);
}
