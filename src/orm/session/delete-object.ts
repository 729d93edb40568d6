import { InvalidRequestError } from "../../errors.ts";
import { instanceState } from "../attributes/class-manager.ts";
import { loadDeleteCascade, needsDeleteCascadeLoad } from "./cascade-walk.ts";
import type { InstanceState } from "../state/instance-state.ts";
import type { SessionCore } from "./session-core.ts";
import { beforeAttach, deleteImpl } from "./state-transitions.ts";

/** Marks objects, and what their delete cascades reach, for deletion by the next flush. What has to be loaded is loaded for all of them. */
export async function deleteObjects(core: SessionCore, instances: Iterable<unknown>): Promise<void> {
  const states: InstanceState[] = [];
  for (const instance of instances) {
    const state = instanceState(instance);
    if (state.key === null) {
      throw new InvalidRequestError(
        `Instance ${String(state)} is not persisted: there is no row to delete. Use expunge() for a pending object`,
      );
    }
    // an object of another session is refused before anything is sent
    beforeAttach(core, state);
    if (!core.deleted.has(state)) states.push(state);
  }
  for (const state of states) if (state._session === null) core.updateImpl(state);
  if (needsDeleteCascadeLoad(states)) {
    // what is loaded must know of what is pending
    const flushed = core.autoflushNow();
    if (flushed !== null) await flushed;
    await loadDeleteCascade(core, states);
  }
  for (const state of states) {
    const reached = [...state.mapper.cascadeIterator("delete", state)];
    deleteImpl(core, state, true);
    for (const step of reached) deleteImpl(core, step.state, false);
  }
}
