import type { TypeComparator } from "../operators/type-comparator.ts";
import type { TypeEngine } from "./type-engine.ts";

/** A type that says by a class `C` what can be done with its expressions. */
export type TypeWithComparator<V, C> = TypeEngine<V> & { readonly comparatorFactory: new (expr: never) => C };

/** Marks, for the type checker only, a column that has the methods of a comparator `C`. It does not exist at run time. */
export declare const METHODS: unique symbol;

/** Says to the type checker that a column has the methods of a comparator `C`. */
export interface HasMethods<C> {
  readonly [METHODS]: C;
}

/** What the columns of a type have beside what all columns have: the methods of the type's comparator. */
export type ComparatorMethods<C> = Omit<C, keyof TypeComparator<unknown>> & HasMethods<C>;

/** The methods that the columns of a type have beside those of all columns, if it has any. */
export type MethodsOf<S> = S extends { readonly comparatorFactory: new (expr: never) => infer C } ? ComparatorMethods<C> : unknown;

/** The methods that a column has beside those of all columns, if it has any. */
export type OwnMethods<X> = X extends { readonly [METHODS]: infer C } ? ComparatorMethods<C> : unknown;
