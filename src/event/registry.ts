import { Dispatcher, type Listener } from "./dispatcher.ts";

/** Marks, for the type checker only, the events of a target: a map from names to listeners. It does not exist at run time. */
export declare const EVENTS: unique symbol;

/** Something that can be listened to. */
export interface EventTarget<M> {
  readonly [EVENTS]?: M;
}

/** Events about which nothing is known to the type checker. */
export type UnknownEvents = Record<string, Listener>;

/** The events of a target: those of the object, or of the objects of a class. */
export type EventsOf<T> = T extends { readonly [EVENTS]?: infer M }
  ? unknown extends M
    ? UnknownEvents
    : NonNullable<M>
  : T extends { readonly prototype: { readonly [EVENTS]?: infer M } }
    ? unknown extends M
      ? UnknownEvents
      : NonNullable<M>
    : UnknownEvents;

/** How a listener is to be called. */
export interface ListenOptions {
  /** the listener is removed before its first call */
  readonly once?: boolean;
  /** what the listener returns counts (it replaces a statement, a value, …), for the events where that is possible */
  readonly retval?: boolean;
  /** the listener comes before those that are there */
  readonly insert?: boolean;
  /** classes that extend the target have the listener too, for mapped classes and their attributes */
  readonly propagate?: boolean;
  /** the ORM's events get the object's state instead of the object */
  readonly raw?: boolean;
  readonly [more: string]: unknown;
}

/** The events of one kind of target. Each layer registers its own. */
export interface EventFamily {
  /** for messages: "ConnectionEvents" */
  readonly name: string;
  readonly events: readonly string[];
  /**
   * The dispatchers that keep the listeners of a target; null when it is no target of this family.
   * It is called for names of this family, and with "" to ask whether the target belongs to it at all.
   */
  resolve(target: object, event: string, options: ListenOptions): Dispatcher<object> | readonly Dispatcher<object>[] | null;
  /** Fits a listener to the way in which this family calls it, as where `retval` is not set. */
  wrap?(event: string, fn: Listener, options: ListenOptions): Listener;
}

const families: EventFamily[] = [];

/** Makes the events of a kind of target known. */
export function registerEventFamily(family: EventFamily): void {
  families.push(family);
}

/** What is known about a target and a name. */
export interface FoundFamily {
  readonly family: EventFamily;
  readonly dispatchers: readonly Dispatcher<object>[];
}

export function findFamily(target: object, event: string, options: ListenOptions): FoundFamily | null {
  for (const family of families) {
    if (!family.events.includes(event)) continue;
    const found = family.resolve(target, event, options);
    if (found !== null) return { family, dispatchers: found instanceof Dispatcher ? [found] : found };
  }
  return null;
}

/** The names of all events of a target. */
export function eventNamesOf(target: object): string[] {
  return families.filter((family) => family.resolve(target, "", {}) !== null).flatMap((family) => family.events);
}
