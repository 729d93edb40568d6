import type { TablesOf, RELATED } from "../base/expression.ts";
import type { JoinOptions, OuterJoinOptions } from "./from-clause.ts";

/* Which tables an outer join makes nullable, for the type checker. Tables are known by name: see ORIGIN. */

/** Marks, for the type checker only, the tables of a join whose rows may be missing. It does not exist at run time. */
export declare const NULLS: unique symbol;

/** The name that was given, or another one. */
export type NameOr<A, D extends string> = A extends string ? A : D;

/** No options: an inner join for `join()`, a left one for `outerjoin()`. */
export type NoJoinOptions = Readonly<Record<never, never>>;

/** The tables that are nullable already inside of what is joined or selected from: an outer join in brackets. */
export type NullsOf<T> = T extends { readonly [NULLS]: infer U extends string } ? U : never;

/** The tables that a join goes to: those of a FROM element, of a mapped class, or of what a relationship leads to. */
export type TargetOf<T> = T extends { readonly [RELATED]: infer C }
  ? C extends readonly (infer E)[]
    ? TablesOf<E>
    : TablesOf<C>
  : TablesOf<T>;

/** Something, if an option is or may be true. */
type If<O, K, Then> = K extends keyof O ? (true extends O[K] ? Then : never) : never;

/** The tables that an outer join of `T` to what stands for the tables `L` makes nullable. */
export type OuterJoinNulls<L extends string, T, O extends OuterJoinOptions> = NullsOf<T> | TargetOf<T> | If<O, "full", L>;

/** The tables that a join of `T` to what stands for the tables `L` makes nullable: none, unless options ask for an outer join. */
export type JoinNulls<L extends string, T, O extends JoinOptions> =
  | NullsOf<T>
  | If<O, "isouter", TargetOf<T>>
  | If<O, "full", L | TargetOf<T>>;
