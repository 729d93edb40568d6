/** Marks, for the type checker only, which JavaScript value an expression stands for. It does not exist at run time. */
export declare const VALUE: unique symbol;

/**
 * Anything that stands for a SQL value of the JavaScript type `V` (null included where it can be NULL).
 * A single marked property keeps the checks cheap: every `ColumnElement<V>` has it, mapped attributes too.
 */
export interface Expression<V> {
  readonly [VALUE]: V;
}

/** The JavaScript type that an expression stands for. */
export type ValueOf<E> = E extends { readonly [VALUE]: infer V } ? V : never;

/** What may stand beside an expression of type `V`: a value, which is bound, or an expression. NULL is `null`, never `undefined`. */
export type Operand<V> = NonNullable<V> | Expression<NonNullable<V> | null> | null;
