import { DetachedInstanceError, InvalidRequestError, NotLoadedError } from "../../errors.ts";
import { type InstanceState, STATE, type Stateful } from "../state/instance-state.ts";

/**
 * What reading an attribute gives that has no value: null or an empty collection where it is known that there is nothing.
 * @throws NotLoadedError when only the database knows
 * @throws DetachedInstanceError when only the database knows and the object belongs to no session
 */
export function missing(entity: Stateful, key: string): unknown {
  const state = entity[STATE];
  const impl = state.manager.getImpl(key);
  if (impl.isKnown(state)) return impl.defaultValue(state);
  throw notLoaded(state, key);
}

/** The error of reading an attribute that is not loaded: what is not loaded, and the three ways to load it. */
export function notLoaded(state: InstanceState, key: string): Error {
  const error = makeNotLoaded(state, key);
  lacking.set(error, { state, key });
  return error;
}

/** The error of having a collection loaded that never is. */
export function neverLoaded(property: { toString(): string; readonly key: string }, why: string): InvalidRequestError {
  return new InvalidRequestError(
    `${property.toString()} is never loaded as a whole (lazy: "write_only" or "dynamic"): ${why}. ` +
      `Read the members that you need with session.scalars(object.${property.key}.select())`,
  );
}

/** What the reading failed for. */
export interface Lacking {
  readonly state: InstanceState;
  readonly key: string;
}

const lacking = new WeakMap<Error, Lacking>();

/** The attribute whose reading an error is about; undefined for every other error. */
export function lackingOf(error: unknown): Lacking | undefined {
  return error instanceof Error ? lacking.get(error) : undefined;
}

function makeNotLoaded(state: InstanceState, key: string): Error {
  const { name } = state.manager;
  const impl = state.manager.getImpl(key);
  const variable = name.charAt(0).toLowerCase() + name.slice(1);
  const why = state.expired || state.expiredAttributes?.has(key) === true ? "has expired" : impl.deferred ? "is deferred" : "is not loaded";
  const option = impl.usesObjects ? `selectinload(${name}.${key})` : `undefer(${name}.${key})`;
  const what = `${name}.${key} ${why} on ${state.toString()}`;
  if (state.session === null) {
    return new DetachedInstanceError(
      `${what}, and the object belongs to no session that could load it. Load it before the session is closed: with the option ${option}, ` +
        `with \`await ${variable}.awaitableAttrs.${key}\`, or with \`await session.refresh(${variable}, ["${key}"])\``,
    );
  }
  return new NotLoadedError(
    `${what}; reading never loads. Load it with the option ${option} of the query, with \`await ${variable}.awaitableAttrs.${key}\`, ` +
      `or with \`await session.refresh(${variable}, ["${key}"])\``,
  );
}
