import { ArgumentError, InvalidRequestError } from "../errors.ts";
import { didYouMean } from "../util/text.ts";
import type { Listener, ListenerObject } from "./dispatcher.ts";
import { eventNamesOf, findFamily, type EventsOf, type FoundFamily, type ListenOptions } from "./registry.ts";

/**
 * Calls a function whenever something happens to a target.
 *
 * Targets are engines, connections, pools, tables, mapped classes, their attributes, sessions and session makers, or the
 * classes of these for all of them. A listener may be async where the event happens during I/O; it is then waited for.
 *
 * @throws InvalidRequestError when the target has no such event; the message names those that it has
 * @see https://docs.sqlalchemy.org/en/21/core/event.html
 * @example
 * listen(engine, "beforeCursorExecute", (conn, cursor, statement) => console.log(statement));
 */
export function listen<T extends object, N extends keyof EventsOf<T> & string>(
  target: T,
  name: N,
  fn: (EventsOf<T>[N] & Listener) | ListenerObject,
  options: ListenOptions = {},
): void {
  const listener = isListenerObject(fn) ? fn._asListener() : fn;
  if (typeof listener !== "function") throw new ArgumentError(`listen(…, "${name}", …): the listener must be a function`);
  const { family, dispatchers } = required(target, name, options);
  const wrapped = family.wrap?.(name, listener, options) ?? listener;
  for (const dispatcher of dispatchers) {
    const call = options.once
      ? (((...args: never[]) => {
          dispatcher._remove(name, fn);
          return wrapped(...args);
        }) satisfies Listener)
      : wrapped;
    dispatcher._add(name, fn, call, options.insert ?? false);
  }
}

/**
 * Gives a function that makes its argument a listener and returns it.
 *
 * @example
 * const onCommit = listensFor(engine, "commit")((conn) => console.log("saved"));
 */
export function listensFor<T extends object, N extends keyof EventsOf<T> & string>(
  target: T,
  name: N,
  options: ListenOptions = {},
): <F extends EventsOf<T>[N] & Listener>(fn: F) => F {
  return (fn) => {
    listen(target, name, fn, options);
    return fn;
  };
}

/**
 * Takes a listener away. It needs the same target, name and function that were given to `listen`.
 * @throws InvalidRequestError when there is no such listener
 */
export function remove<T extends object, N extends keyof EventsOf<T> & string>(
  target: T,
  name: N,
  fn: (EventsOf<T>[N] & Listener) | ListenerObject,
): void {
  const { dispatchers } = required(target, name, {});
  let removed = false;
  for (const dispatcher of dispatchers) removed = dispatcher._remove(name, fn) || removed;
  if (!removed) {
    throw new InvalidRequestError(
      `there is no listener ${(fn as { name?: string }).name || "(anonymous)"} for "${name}" of ${describe(target)} to remove`,
    );
  }
}

/** Whether the function listens to the target. */
export function contains<T extends object, N extends keyof EventsOf<T> & string>(
  target: T,
  name: N,
  fn: (EventsOf<T>[N] & Listener) | ListenerObject,
): boolean {
  return required(target, name, {}).dispatchers.some((dispatcher) => dispatcher._has(name, fn));
}

/** The functions of this page under one name, as in `event.listen(…)`. */
export const event: {
  readonly listen: typeof listen;
  readonly listensFor: typeof listensFor;
  readonly remove: typeof remove;
  readonly contains: typeof contains;
} = { listen, listensFor, remove, contains };

function required(target: object, name: string, options: ListenOptions): FoundFamily {
  if ((typeof target !== "object" && typeof target !== "function") || target === null) {
    throw new ArgumentError(`events have objects and classes as targets, not ${target === null ? "null" : typeof target}`);
  }
  const found = findFamily(target, name, options);
  if (found) return found;
  const known = eventNamesOf(target);
  if (known.length === 0) {
    throw new InvalidRequestError(
      `${describe(target)} has no events; engines, connections, pools, tables, mapped classes, their attributes and sessions have`,
    );
  }
  throw new InvalidRequestError(`${describe(target)} has no event "${name}".${didYouMean(name, known)} It has: ${known.join(", ")}`);
}

function describe(target: object): string {
  return typeof target === "function" ? `the class ${target.name}` : `this ${target.constructor?.name ?? "object"}`;
}

function isListenerObject(fn: unknown): fn is ListenerObject {
  return typeof fn === "object" && fn !== null && typeof (fn as Partial<ListenerObject>)._asListener === "function";
}
