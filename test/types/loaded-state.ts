// A prototype, for docs/design/loaded-state.md: types that say what of an object is loaded. It is no part of the package.
import type { InstanceOf, Relationship, Session } from "athanor";

/** The names of the relationships of a class. `prototype` is left out: to look at its type would be circular. */
export type RelationshipKeys<C> = {
  [K in Exclude<keyof C, "prototype">]: C[K] extends Relationship<infer _R, infer _N> ? K : never;
}[Exclude<keyof C, "prototype">];

type TargetOf<A> = A extends Relationship<infer R, infer _N> ? (R extends readonly (infer E)[] ? E : R) : never;

/** What is to be loaded with the objects of a class: `{ characters: { actor: true } }`. */
export type Shape<C> = { readonly [K in RelationshipKeys<C>]?: true | Shape<TargetOf<C[K]>> };

type LoadedValue<A, S> =
  A extends Relationship<infer R, infer N>
    ? R extends readonly (infer E)[]
      ? N extends "set"
        ? ReadonlySet<Loaded<E, S>>
        : readonly Loaded<E, S>[]
      : N extends true
        ? Loaded<R, S> | null
        : Loaded<R, S>
    : never;

/** An object of a class as far as it is loaded: its columns and methods, and of its relationships those that the shape names. */
export type Loaded<C, S = true> = Omit<InstanceOf<C>, RelationshipKeys<C> & keyof InstanceOf<C>> & {
  readonly [K in keyof S & keyof C]: LoadedValue<C[K], S[K]>;
};

/** The same by names, `"characters" | "characters.actor"`: what follows a name in them. */
type Below<P, K extends string> = P extends `${K}.${infer Rest}` ? Rest : never;
type Head<P> = P extends `${infer K}.${string}` ? K : P;

type LoadedByPathValue<A, P> =
  A extends Relationship<infer R, infer N>
    ? R extends readonly (infer E)[]
      ? readonly LoadedByPath<E, P>[]
      : N extends true
        ? LoadedByPath<R, P> | null
        : LoadedByPath<R, P>
    : never;

/** {@link Loaded}, with the names of what is loaded in place of a shape. */
export type LoadedByPath<C, P> = Omit<InstanceOf<C>, RelationshipKeys<C> & keyof InstanceOf<C>> & {
  readonly [K in Head<P> & keyof C]: LoadedByPathValue<C[K], Below<P, K & string>>;
};

/** The weaker kind: nothing is taken away, and what is loaded can be demanded. */
declare const LOADED: unique symbol;
export type Marked<C, S = true> = InstanceOf<C> & { readonly [LOADED]: S };

/** Objects of a class with what the shape names; it would make loader options of it. */
export declare function find<C, const S extends Shape<C>>(session: Session, cls: C, shape: S): Promise<Loaded<C, S>[]>;

/** As {@link find}, for the weaker kind. */
export declare function findMarked<C, const S extends Shape<C>>(session: Session, cls: C, shape: S): Promise<Marked<C, S>[]>;

/** Loads what is missing, and says so. */
export declare function populated<C, const S extends Shape<C>>(cls: C, object: InstanceOf<C>, shape: S): Promise<Loaded<C, S>>;
