import type { Mapper } from "./mapper.ts";

/** For the type checker only: the attribute is left out where objects become plain values. */
export declare const HIDDEN: unique symbol;

/** An attribute that is declared with `hidden: true`. */
export interface Hidden {
  readonly [HIDDEN]: true;
}

/** For the type checker only: the attribute is not loaded with its object. */
export declare const DEFERRED: unique symbol;

/** An attribute that is declared with `deferred: true`, or with a group of deferred ones. */
export interface Deferred {
  readonly [DEFERRED]: true;
}

/** What the options of an attribute say about it. */
export type HiddenMark<O> = O extends { readonly hidden: true }
  ? Hidden
  : O extends { readonly deferred: true } | { readonly deferredGroup: string }
    ? Deferred
    : unknown;

const declared = new WeakMap<Mapper, Set<string>>();
let known = new WeakMap<Mapper, ReadonlySet<string>>();

/** Leaves an attribute of a class out of JSON and of what is shown of objects. */
export function hideAttribute(mapper: Mapper, key: string): void {
  const keys = declared.get(mapper);
  if (keys === undefined) declared.set(mapper, new Set([key]));
  else keys.add(key);
  known = new WeakMap();
}

/** The attributes of a class, those of the classes above it included, that are left out. */
export function hiddenAttributes(mapper: Mapper): ReadonlySet<string> {
  let keys = known.get(mapper);
  if (keys === undefined) {
    keys = new Set([...mapper.iterateToRoot()].flatMap((each) => [...(declared.get(each) ?? [])]));
    known.set(mapper, keys);
  }
  return keys;
}
