import type { TypeComparator } from "../operators/type-comparator.ts";
import type { TypeEngine } from "./type-engine.ts";

/** A type that says by a class `C` what can be done with its expressions. */
export type TypeWithComparator<V, C> = TypeEngine<V> & { readonly comparatorFactory: new (expr: never) => C };

/** What the columns of a type have beside what all columns have: the methods of the type's comparator. */
export type ComparatorMethods<C> = Omit<C, keyof TypeComparator<unknown>>;
