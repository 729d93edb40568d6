import { type CompositePlace, STANDS_IN } from "../orm/mapping/composite-parent.ts";

/**
 * The base of composites that are changed in place: after each change a class of the program calls `changed()`, and the columns get the
 * new values.
 * @see https://docs.sqlalchemy.org/en/21/orm/extensions/mutable.html#establishing-mutability-on-composites
 * @example
 * class Point extends MutableComposite {
 *   #x: number;
 *   #y: number;
 *   constructor(x: number, y: number) {
 *     super();
 *     this.#x = x;
 *     this.#y = y;
 *   }
 *   get x() {
 *     return this.#x;
 *   }
 *   set x(value: number) {
 *     this.#x = value;
 *     this.changed();
 *   }
 *   compositeValues() {
 *     return [this.#x, this.#y];
 *   }
 * }
 */
export abstract class MutableComposite {
  #places: Set<CompositePlace> | null = null;

  /** The values, in the order of the columns. */
  abstract compositeValues(): readonly unknown[];

  /**
   * To be called after each change.
   * @throws ArgumentError for values that the attributes do not take
   */
  changed(): void {
    if (this.#places === null) return;
    for (const place of this.#places) if (!place.rewrite(this)) this.#places.delete(place);
  }

  /** Hears where it stands. @internal */
  [STANDS_IN](place: CompositePlace): void {
    (this.#places ??= new Set()).add(place);
  }
}
