import { InvalidRequestError } from "../../errors.ts";
import { instanceState } from "../attributes/class-manager.ts";
import type { InstanceState } from "../state/instance-state.ts";
import type { Session } from "./session.ts";

/**
 * The session that an object belongs to, or null.
 * @throws UnmappedInstanceError when its class is not mapped
 */
export function objectSession(object: object): Session | null {
  return instanceState(object).session;
}

/**
 * Makes an object transient: it leaves its session, forgets that it has a row, and can be added as a new one. Give it another primary
 * key, or null, before.
 */
export function makeTransient(object: object): void {
  const state = instanceState(object);
  leave(state);
  // what has expired is lost
  state.expiredAttributes = null;
  state.expired = false;
  state.key = null;
  state._deleted = false;
  state.justInserted = false;
}

/**
 * Makes a transient object detached, as if it had been loaded by another session: what it has not set counts as not loaded.
 * @throws InvalidRequestError when it is not transient
 */
export function makeTransientToDetached(object: object): void {
  const state = instanceState(object);
  if (state._session !== null || state.key !== null) throw new InvalidRequestError(`${String(state)} is not transient`);
  state.key = state.mapper._identityKeyFromState(state);
  state._deleted = false;
  state._commitAll();
  const unloaded = state.manager.keys.filter((key) => state.values[key] === undefined);
  state._expireAttributes(unloaded);
}

/** Whether a flush has deleted the object's row, even if the object has left its session since. */
export function wasDeleted(object: object): boolean {
  return instanceState(object).wasDeleted;
}

function leave(state: InstanceState): void {
  state._session?.expungeStates([state]);
}
