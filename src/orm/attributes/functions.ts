import type { CompositeProperty } from "../mapping/composite.ts";
import { InvalidRequestError } from "../../errors.ts";
import type { Session } from "../session/session.ts";
import type { InstanceState } from "../state/instance-state.ts";
import { instanceState } from "./class-manager.ts";
import type { History } from "./history.ts";
import { NO_VALUE as NO_PREVIOUS } from "./symbols.ts";

/**
 * What became of an attribute since the last flush. Never loads.
 * @throws UnmappedInstanceError, InvalidRequestError when there is no such attribute
 * @see https://docs.sqlalchemy.org/en/21/orm/session_api.html#sqlalchemy.orm.attributes.get_history
 */
export function getHistory(instance: object, key: string): History {
  const state = instanceState(instance);
  const property = state.mapper.props.get(key);
  return property?.isComposite === true ? (property as CompositeProperty).historyOf(state) : state.getHistory(key);
}

/**
 * Says that an attribute was changed in place, as a JSON value can be, so that the next flush writes it.
 * @throws InvalidRequestError when the attribute has no value
 * @see https://docs.sqlalchemy.org/en/21/orm/session_api.html#sqlalchemy.orm.attributes.flag_modified
 */
export function flagModified(instance: object, key: string): void {
  const state = instanceState(instance);
  const impl = state.getImpl(key);
  if (!state.has(key))
    throw new InvalidRequestError(`${impl.toString()} has no value on ${state.toString()}, so it cannot be flagged as modified`);
  impl.dispatch.modified?.forEach((fn) => fn(state, impl.modifiedToken));
  flagStateModified(state, key);
}

export function flagStateModified(state: InstanceState, key: string): void {
  const impl = state.getImpl(key);
  state._modifiedEvent(impl, NO_PREVIOUS);
  // even where a change was noted before: the old value is not what it was
  state.committed!.set(key, NO_PREVIOUS);
}

/**
 * Puts an attribute's value in as if it had been loaded: no events, no history.
 * @see https://docs.sqlalchemy.org/en/21/orm/session_api.html#sqlalchemy.orm.attributes.set_committed_value
 */
export function setCommittedValue(instance: object, key: string, value: unknown): void {
  const state = instanceState(instance);
  const impl = state.getImpl(key);
  if (value === undefined) throw new InvalidRequestError(`setCommittedValue(): ${impl.toString()} cannot be undefined; use null for NULL`);
  if (impl.dynamic)
    throw new InvalidRequestError(`setCommittedValue(): ${impl.toString()} is never loaded, so it takes no members as if it had been`);
  impl.setCommittedValue(state, value);
}

/** The session that an object belongs to; null when it belongs to none. */
export function objectSession(instance: object): Session | null {
  return instanceState(instance).session;
}

/** Whether a flush has deleted the object, even if it has left the session since. */
export function wasDeleted(instance: object): boolean {
  return instanceState(instance).wasDeleted;
}

/**
 * Makes an object one that was never in the database: it keeps its values and loses its identity, and leaves its session.
 * @see https://docs.sqlalchemy.org/en/21/orm/session_api.html#sqlalchemy.orm.make_transient
 */
export function makeTransient(instance: object): void {
  const state = instanceState(instance);
  state._session?.expungeStates([state]);
  state.expiredAttributes = null;
  state.expired = false;
  state.justInserted = false;
  state._forgetKey();
  state._deleted = false;
}

/**
 * Makes an object without a session one that is in the database, under the primary key that it has. Attributes that are not set are
 * then not loaded.
 * @throws InvalidRequestError when the object is in a session or has an identity already
 * @see https://docs.sqlalchemy.org/en/21/orm/session_api.html#sqlalchemy.orm.make_transient_to_detached
 */
export function makeTransientToDetached(instance: object): void {
  const state = instanceState(instance);
  if (state._session !== null || state.key !== null)
    throw new InvalidRequestError(`makeTransientToDetached() takes transient objects; ${state.toString()} is none`);
  state.key = state.mapper._identityKeyFromState(state);
  state._deleted = false;
  state._commitAll();
  state.emptyCollections = null;
  state._expireAttributes(state.unloaded);
}
