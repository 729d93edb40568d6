import { findState } from "../attributes/class-manager.ts";
import type { InstanceState } from "../state/instance-state.ts";

/** A set of objects that follows what the session knows: `session.new`, `session.dirty`, `session.deleted`. */
export class StateSet implements Iterable<object> {
  readonly #states: () => Iterable<InstanceState>;
  readonly #includes: (state: InstanceState) => boolean;

  /** @internal */
  constructor(states: () => Iterable<InstanceState>, includes: (state: InstanceState) => boolean) {
    this.#states = states;
    this.#includes = includes;
  }

  has(object: unknown): boolean {
    const state = findState(object);
    return state !== undefined && this.#includes(state);
  }

  get size(): number {
    let size = 0;
    for (const state of this.#states()) if (this.#includes(state)) size += 1;
    return size;
  }

  *[Symbol.iterator](): IterableIterator<object> {
    for (const state of this.#states()) if (this.#includes(state)) yield state.obj;
  }

  values(): IterableIterator<object> {
    return this[Symbol.iterator]();
  }

  forEach(fn: (object: object) => void): void {
    for (const object of this) fn(object);
  }
}
