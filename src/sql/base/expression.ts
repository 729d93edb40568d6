/** Marks, for the type checker only, which JavaScript value an expression stands for. It does not exist at run time. */
export declare const VALUE: unique symbol;

/** Marks, for the type checker only, what makes an expression NULL: see {@link Origin}. It does not exist at run time. */
export declare const ORIGIN: unique symbol;

/**
 * What makes an expression NULL beside the values that it can have: the names of the tables without whose row it is NULL, which an
 * outer join may have; `"*"` for a table that is not known; `null` for an operand that can be NULL, as in a comparison. It is `never`
 * for what is not NULL whatever happens.
 */
export type Origin = string | null;

/**
 * Marks, for the type checker only, what an INSERT has to say of a column: see {@link ColumnInput}. It does not exist at run time.
 */
export declare const INPUT: unique symbol;

/**
 * Whether an INSERT must give a value to a column, may, or must not, because the database makes it. A "reference" must be given as well, and is a
 * foreign key: for objects, a relationship gives it.
 */
export type ColumnInput = "required" | "reference" | "optional" | "generated";

/** Marks, for the type checker only, what a relationship leads to: `typeof Cast` or `[typeof Cast]`. It does not exist at run time. */
export declare const RELATED: unique symbol;

/**
 * Anything that stands for a SQL value of the JavaScript type `V` (null included where it can be NULL).
 * A single marked property keeps the checks cheap: every `ColumnElement<V>` has it, mapped attributes too.
 */
export interface Expression<V, N extends Origin = Origin> {
  readonly [VALUE]: V;
  readonly [ORIGIN]?: N;
}

/** The JavaScript type that an expression stands for. */
export type ValueOf<E> = E extends { readonly [VALUE]: infer V } ? V : never;

/** What may stand beside an expression of type `V`: a value, which is bound, or an expression. NULL is `null`, never `undefined`. */
export type Operand<V> = NonNullable<V> | Expression<NonNullable<V> | null> | null;

/** An {@link Operand} of which it is noted whether it can be NULL (`W`), and by which tables (`M`). */
export type NotedOperand<V, W, M extends Origin> = NonNullable<V> | Expression<NonNullable<V> | W, M> | null;

/** `null` where a value of this type can be NULL. (No conditional type, so that what uses it is covariant.) */
export type NullOf<V> = V & null;

/** `null` where an operand (a value or an expression) can be NULL. */
export type NullIn<O> = O extends null ? null : O extends { readonly [VALUE]: infer V } ? ([V] extends [never] ? null : NullOf<V>) : never;

/** The type of a JavaScript value that is written as a constant: `"x"` is a string. */
export type Widen<V> = V extends string ? string : V extends number ? number : V extends boolean ? boolean : V extends bigint ? bigint : V;

/** The tables that something selected is of, by name: see {@link ORIGIN}. Mapped classes have that of their table. */
export type OriginOf<E> = E extends { readonly [ORIGIN]: infer N extends Origin }
  ? N
  : E extends { readonly table: { readonly [ORIGIN]: infer N extends Origin } }
    ? N
    : string;

/** The tables that a FROM element or a mapped class is of, by name. */
export type TablesOf<T> = OriginOf<T> & string;

/** The tables that an operand (a value or an expression) is of. */
export type OriginIn<O> = O extends { readonly [VALUE]: unknown } ? OriginOf<O> : never;
