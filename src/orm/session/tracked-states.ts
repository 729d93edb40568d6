import type { InstanceState } from "../state/instance-state.ts";

/** From this many on, states are only held weakly: a transaction that flushes millions of rows must not keep their objects. */
const LIMIT = 10_000;

/** A set of states for the length of a transaction. */
export class TrackedStates {
  #recent: Set<InstanceState> = new Set();
  #members: WeakSet<InstanceState> | null = null;
  #refs: WeakRef<InstanceState>[] = [];

  add(state: InstanceState): void {
    if (this.#members?.has(state) === true) return;
    this.#recent.add(state);
    if (this.#recent.size > LIMIT) this.#age();
  }

  #age(): void {
    const members = (this.#members ??= new WeakSet());
    this.#refs = this.#refs.filter((ref) => ref.deref() !== undefined);
    for (const state of this.#recent) {
      members.add(state);
      this.#refs.push(new WeakRef(state));
    }
    this.#recent = new Set();
  }

  addAll(others: TrackedStates): void {
    for (const state of others.values()) this.add(state);
  }

  has(state: InstanceState): boolean {
    return this.#recent.has(state) || this.#members?.has(state) === true;
  }

  delete(state: InstanceState): void {
    this.#recent.delete(state);
    this.#members?.delete(state);
  }

  *values(): IterableIterator<InstanceState> {
    yield* this.#recent;
    for (const ref of this.#refs) {
      const state = ref.deref();
      if (state !== undefined && this.#members!.has(state)) yield state;
    }
  }
}
