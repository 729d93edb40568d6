/**
 * What a proxied collection works on: the collection of a relationship, and the attribute of its members that stands for them.
 * It looks the collection up each time, so that it follows whatever is loaded or assigned.
 */
export interface AssociationBacking<C> {
  /** the collection of the relationship */
  readonly collection: C;
  /** the attribute as messages name it */
  readonly name: string;
  read(member: object): unknown;
  write(member: object, value: unknown): void;
  /** Makes a member; the key is given for Maps. */
  create(value: unknown, key?: unknown): object;
}

export const INSPECT: unique symbol = Symbol.for("nodejs.util.inspect.custom") as never;

/** Whether two values are the same, as collections of JavaScript have it. */
export function sameValue(a: unknown, b: unknown): boolean {
  return a === b || Object.is(a, b);
}
