import { ArgumentError, InvalidRequestError } from "../../errors.ts";
import { instanceState } from "../attributes/class-manager.ts";
import { type LoadIdentityOptions, refreshStates } from "../late.ts";
import type { InstanceState } from "../state/instance-state.ts";
import type { SessionCore } from "./session-core.ts";

/** Options of `session.refresh()`. */
export interface RefreshOptions {
  readonly withForUpdate?: unknown;
}

/** The options may stand in the place of the names. */
export function isRefreshOptions(given: unknown): given is RefreshOptions {
  return given !== null && typeof given === "object" && !Array.isArray(given);
}

/** Forgets what was loaded into an object, and changes that were not flushed. */
export function expireObject(core: SessionCore, instance: unknown, attributeNames: readonly string[] | null): void {
  expireState(core, instanceState(instance), attributeNames);
}

export function expireState(core: SessionCore, state: InstanceState, attributeNames: readonly string[] | null): void {
  if (!core.identityMap.contains(state)) {
    throw new InvalidRequestError(`Instance ${String(state)} is not persistent within this Session`);
  }
  if (attributeNames !== null) {
    checkNames(state, attributeNames);
    state._expireAttributes(attributeNames);
    return;
  }
  // walked before anything is forgotten
  const cascaded = [...state.mapper.cascadeIterator("refresh-expire", state)];
  conditionalExpire(core, state);
  for (const step of cascaded) conditionalExpire(core, step.state);
}

function conditionalExpire(core: SessionCore, state: InstanceState): void {
  if (state.key !== null) state._expire();
  else if (core.new.delete(state)) core.detachStates([state], false);
}

export function checkNames(state: InstanceState, names: readonly string[]): void {
  if (!Array.isArray(names)) throw new ArgumentError('attribute names are an array, such as ["title"]');
  for (const name of names) state.getImpl(name);
}

export function expireAll(core: SessionCore): void {
  for (const state of core.identityMap.allStates()) state._expire();
}

/** Reads an object anew. Changes that were not flushed are lost. */
export async function refreshObject(
  core: SessionCore,
  instance: unknown,
  attributeNames: readonly string[] | null,
  options: LoadIdentityOptions,
): Promise<void> {
  const state = instanceState(instance);
  expireState(core, state, attributeNames);
  const flushed = core.autoflushNow();
  if (flushed !== null) await flushed;
  await refreshStates.call(core, [state], attributeNames, options);
}
