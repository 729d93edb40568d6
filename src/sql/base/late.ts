/**
 * Late-bound slots: a lower class calls here what only a higher one can make (`expr.label()` makes a `Label`, which extends the
 * class that has `label()`). Each slot is filled by exactly one file, when that file is loaded; a test checks that none is empty.
 */

const EMPTY = Symbol("empty");

/** A slot for a function that is supplied by a file higher up. */
export class Slot<F extends (...args: never[]) => unknown> {
  readonly name: string;
  #fn: F | typeof EMPTY = EMPTY;

  constructor(name: string) {
    this.name = name;
    slots.push(this as unknown as Slot<never>);
  }

  /** Fills the slot; a second filling is a mistake of ours. */
  fill(fn: F): void {
    if (this.#fn !== EMPTY) throw new Error(`the slot ${this.name} is filled twice`);
    this.#fn = fn;
  }

  get filled(): boolean {
    return this.#fn !== EMPTY;
  }

  get call(): F {
    if (this.#fn === EMPTY) throw new Error(`the slot ${this.name} is empty: import athanor through its entry point`);
    return this.#fn;
  }
}

/** Every slot, for the test that checks that all are filled. */
export const slots: Slot<never>[] = [];
