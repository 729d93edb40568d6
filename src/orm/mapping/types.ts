import type { INSPECTED } from "../../inspection.ts";
import type { Expression, RELATED, VALUE } from "../../sql/base/expression.ts";
import type { DynamicCollection } from "../relationship/dynamic-collection.ts";
import type { WriteOnlyCollection } from "../relationship/write-only-collection.ts";
import type { InstanceState } from "../state/instance-state.ts";

/**
 * Marks, for the type checker only, the statics of a class that are mapped attributes. It says what the constructor makes of one:
 * `false` demands it, `true` leaves it out at will, "relationship" is a relationship, "readonly" is never given.
 */
export declare const MAPPED: unique symbol;

/** For the type checker only: the class of an object. */
export declare const CLASS: unique symbol;

/** For the type checker only: whether a relationship's object may be missing. */
export declare const NULLABLE: unique symbol;

/** For the type checker only: what an association proxy names, `["memberSkills", "skill"]`. */
export declare const PROXIED: unique symbol;

/** The type of the objects of a class, without looking at its constructor (which would make circular classes an error). */
export type InstanceOf<C> = C extends { prototype: infer I } ? I : never;

/** The array of a relationship with an ordering list. */
export interface OrderedArray<T> extends Array<T> {
  /** Numbers all members anew. It is there; that a plain array can be assigned makes it look optional. */
  reorder?(): void;
}

/** The object, or each of the objects, that a relationship refers to. */
export type RelatedInstance<C> = C extends readonly (infer E)[] ? InstanceOf<E> : InstanceOf<C>;

/**
 * The value of a relationship: an array for `() => [Cast]` (or the Set or Map that its collectionClass says), an object for
 * `() => Actor`.
 */
export type RelatedValue<C, N> = C extends readonly (infer E)[]
  ? N extends "set"
    ? Set<InstanceOf<E>>
    : N extends { readonly key: infer K }
      ? Map<K, InstanceOf<E>>
      : N extends "ordered"
        ? OrderedArray<InstanceOf<E>>
        : N extends "write_only"
          ? WriteOnlyCollection<InstanceOf<E>>
          : N extends "dynamic"
            ? DynamicCollection<InstanceOf<E>>
            : InstanceOf<E>[]
  : N extends true
    ? InstanceOf<C> | null
    : InstanceOf<C>;

type MemberOf<I, K> = K extends keyof I ? I[K] : unknown;

/** The value of an association proxy of a class: for each object of the relationship, its attribute. */
export type ProxiedValue<C, P> = P extends readonly [infer T, infer K]
  ? T extends keyof C
    ? C[T] extends { readonly [RELATED]: infer R; readonly [NULLABLE]: infer N }
      ? R extends readonly (infer E)[]
        ? N extends "set"
          ? Set<MemberOf<InstanceOf<E>, K>>
          : N extends { readonly key: infer M }
            ? Map<M, MemberOf<InstanceOf<E>, K>>
            : MemberOf<InstanceOf<E>, K>[]
        : N extends true
          ? MemberOf<InstanceOf<R>, K> | null
          : MemberOf<InstanceOf<R>, K>
      : unknown
    : unknown
  : never;

/** The value that an attribute of a class `C` has on its objects. */
export type AttributeValue<A, C = unknown> = A extends { readonly [RELATED]: infer C; readonly [NULLABLE]: infer N }
  ? RelatedValue<C, N>
  : A extends { readonly [VALUE]: infer V }
    ? V
    : A extends { readonly [PROXIED]: infer P }
      ? ProxiedValue<C, P>
      : never;

/** The names of the statics of a class. `prototype` is left out: to look at its type would be circular. */
export type StaticKeys<C> = Exclude<keyof C, "prototype">;

/** The mapped attributes of the objects of a class, by the statics of the class. */
export type Mapped<C> = {
  -readonly [K in StaticKeys<C> as C[K] extends { readonly [MAPPED]: unknown } ? K : never]: AttributeValue<C[K], C>;
};

/** `await film.awaitableAttrs.characters`: each mapped attribute, loaded when it is not yet. */
export type Awaitable<C> = {
  readonly [K in StaticKeys<C> as C[K] extends { readonly [MAPPED]: unknown } ? K : never]: Promise<AttributeValue<C[K], C>>;
};

/**
 * What the constructor takes: for a column its value, or a SQL expression that the database computes; for a relationship the first members
 * of a collection that is never loaded, else the value itself.
 */
type InitialValue<A, C> = A extends { readonly [RELATED]: infer R; readonly [NULLABLE]: infer N }
  ? N extends "write_only" | "dynamic"
    ? Iterable<RelatedInstance<R>>
    : RelatedValue<R, N>
  : A extends { readonly [VALUE]: infer V }
    ? V | Expression<NonNullable<V> | null>
    : AttributeValue<A, C>;

/** What `new Film({ … })` takes: the columns that nothing else fills are required, the others optional. */
export type Init<C> = {
  [K in StaticKeys<C> as C[K] extends { readonly [MAPPED]: false } ? K : never]: InitialValue<C[K], C>;
} & {
  [K in StaticKeys<C> as C[K] extends { readonly [MAPPED]: true | "relationship" } ? K : never]?: InitialValue<C[K], C>;
};

/** What every mapped object has beside its attributes. */
export interface EntityMethods<C> {
  /** for the type checker only */
  readonly [CLASS]?: C;
  readonly [INSPECTED]?: InstanceState;
  /**
   * Each attribute as a promise: loads it when it is not loaded, for this object and for those of the same result that lack it, so that a loop
   * is one SELECT. So is all that is asked for in one tick.
   */
  readonly awaitableAttrs: Awaitable<C>;
  /**
   * The loaded attributes as a plain object, without those that are `hidden`; an object that is met again is left out. 64-bit integers are
   * text, bytes base64.
   */
  toJSON(): Record<string, unknown>;
}
