/** The method by which a composite hears where it stands: what changes by itself can then tell its object. */
export const STANDS_IN: unique symbol = Symbol("athanor.composite.standsIn");

/** Where a composite stands: one attribute of one object. */
export interface CompositePlace {
  /** The composite was changed in place: writes its values to the columns. False when it does not stand there any more. */
  rewrite(composite: object): boolean;
}

/** A composite that wants to know where it stands. */
export interface PlacedComposite {
  [STANDS_IN](place: CompositePlace): void;
}

export function isPlaced(value: unknown): value is PlacedComposite {
  return typeof value === "object" && value !== null && STANDS_IN in value;
}
