/** A value that was never set, or that is known to be none. Attribute code uses it where `null` has a meaning of its own. */
export const NO_VALUE: unique symbol = Symbol("NO_VALUE");

/** A value that is not known: only loading could tell. */
export const PASSIVE_NO_RESULT: unique symbol = Symbol("PASSIVE_NO_RESULT");

/** Whether this is a real value (null included), not one of the marks. */
export function isValue(value: unknown): boolean {
  return value !== NO_VALUE && value !== PASSIVE_NO_RESULT && value !== undefined;
}

/** Whether this is an object: not null, not unknown. */
export function isMember(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** The property by which a mapped class refers to its manager. */
export const MANAGER: unique symbol = Symbol("athanor.manager");

/** The property by which a tracked collection refers to its adapter. */
export const ADAPTER: unique symbol = Symbol("athanor.adapter");
