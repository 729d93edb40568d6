import type { ClauseElement } from "../elements/clause-element.ts";

/**
 * What the fields of a clause element are. One list per class drives the cache key, the copy, the comparison and the walk
 * over children (the idea is SQLAlchemy's: https://docs.sqlalchemy.org/en/21/core/visitors.html).
 */
export type FieldKind =
  /** a clause element, or null */
  | "clause"
  /** an array of clause elements */
  | "clauses"
  /** an array of arrays of clause elements */
  | "clauseRows"
  /** an array of [string or clause element, clause element or any value] pairs, in order */
  | "clausePairs"
  /** a name, which may be anonymous: numbered by its first use in the key */
  | "name"
  /** an operator, by its name */
  | "operator"
  /** a type, by its own cache key */
  | "type"
  /** a string, number, boolean, null or undefined */
  | "plain"
  /** an array of plain values */
  | "plains"
  /** a record of plain values, in the order of its keys */
  | "plainRecord"
  /** an object that is known by its identity (a Table, a Sequence, a mapper): its number is the key */
  | "identity"
  /** an array of objects with a `_cacheKey(key)` of their own (loader options and the like) */
  | "keyed"
  /** carried along and copied, no part of the structure */
  | "carried";

/**
 * A field's name and what it is; and, where that is not what most fields of the kind have (nothing, `false`, no items), the value that
 * it usually has, with which it is left out of keys.
 */
export type Field = readonly [name: string, kind: FieldKind, usual?: string | number | boolean | null];

// ---------------------------------------------------------------- walks

/** Every element inside of `root`, itself included, outermost first. */
export function* iterate(root: ClauseElement): IterableIterator<ClauseElement> {
  const queue: ClauseElement[] = [root];
  for (let i = 0; i < queue.length; i += 1) {
    const element = queue[i]!;
    yield element;
    for (const child of element._children()) queue.push(child);
  }
}

/** Calls `visit` for every element inside of `root`, itself included; children that `skip` names are not entered. */
export function traverse(root: ClauseElement, visit: (element: ClauseElement) => void, skip?: (element: ClauseElement) => boolean): void {
  const queue: ClauseElement[] = [root];
  for (let i = 0; i < queue.length; i += 1) {
    const element = queue[i]!;
    visit(element);
    for (const child of element._children()) if (skip === undefined || !skip(child)) queue.push(child);
  }
}

/** What a copying walk may leave as it is. */
export interface CopyOptions {
  /** elements that are not entered and not copied */
  readonly stopOn?: Iterable<ClauseElement>;
  /** unique binds keep their names */
  readonly maintainKey?: boolean;
}

/** A copy of the whole structure; `visit` may change each copy before it is used. */
export function clonedTraverse<E extends ClauseElement>(root: E, visit: (copy: ClauseElement) => void, options: CopyOptions = {}): E {
  const stop = new Set(options.stopOn);
  const copies = new Map<ClauseElement, ClauseElement>();
  const clone = <C extends ClauseElement>(element: C): C => {
    if (stop.has(element)) return element;
    const known = copies.get(element._identity);
    if (known !== undefined) return known as C;
    const copy = element._clone(options.maintainKey);
    copies.set(element._identity, copy);
    if (copy !== element) copy._copyInternals(clone);
    visit(copy);
    return copy;
  };
  return clone(root);
}

/**
 * A copy of the structure in which some elements are replaced. What `replace` gives takes the place of the element and is not entered;
 * null keeps the element, with its parts replaced.
 */
export function replacementTraverse<E extends ClauseElement>(
  root: E,
  replace: (element: ClauseElement) => ClauseElement | null,
  options: CopyOptions = {},
): E {
  const copies = new Map<ClauseElement, ClauseElement>();
  const stop = new Set<ClauseElement>(options.stopOn);
  const clone = <C extends ClauseElement>(element: C): C => {
    if (stop.has(element) || element._annotations["no_replacement_traverse"] !== undefined) return element;
    const replaced = replace(element);
    if (replaced !== null) {
      stop.add(replaced);
      return replaced as C;
    }
    // identity by object: an annotated element is replaced apart from its original
    const known = copies.get(element);
    if (known !== undefined) return known as C;
    const copy = element._clone(options.maintainKey);
    copies.set(element, copy);
    if (copy !== element) copy._copyInternals(clone);
    return copy;
  };
  return clone(root);
}
