import type { NullIn, NullOf, VALUE } from "../base/expression.ts";

/* Which JavaScript values operators give: the counterpart, for the type checker, of the types' `adaptOperator`. */

/** What an operand (a value or an expression) is, NULL aside. */
type Given<O> = NonNullable<O extends { readonly [VALUE]: infer W } ? W : O>;

/**
 * The plain values that can be added to a value and the like: numbers beside numbers, also where they are text (exact decimals), and
 * intervals (text) beside points in time.
 */
export type CalculatedWith<V> = [V] extends [never]
  ? NonNullable<unknown>
  : NonNullable<V> extends infer W
    ? W extends number | bigint
      ? number | bigint
      : W extends string
        ? string | number | bigint
        : W extends Date
          ? Date | string
          : W
    : never;

/** Whether a list of IN can make the result NULL: a list with NULL in it, or a subquery, of which it is not known. */
export type NullInList<O> = O extends Iterable<infer I> ? NullIn<I> : null;

/** The result of `+` and `*`: a number beside exact decimals (text) is one of them, a bigint stays one beside whole numbers. */
export type Sum<V, O> = unknown extends V ? unknown : Added<NonNullable<V>, Given<O>> | NullOf<V>;

type Added<V, O> = V extends number
  ? O extends string
    ? string
    : number
  : V extends bigint
    ? O extends bigint
      ? bigint
      : O extends number
        ? `${O}` extends `${bigint}`
          ? bigint
          : bigint | number
        : O extends string
          ? string
          : V
    : V extends string
      ? string
      : V;

/** The result of `-`: between two points in time it is an interval. */
export type Difference<V, O> = unknown extends V
  ? unknown
  : (NonNullable<V> extends Date ? (Given<O> extends Date ? string : Date) : Added<NonNullable<V>, Given<O>>) | NullOf<V>;

/** The result of `/`: exact decimals (text) where bigints or exact decimals are divided. */
export type Quotient<V, O> = unknown extends V ? unknown : Divided<NonNullable<V>, Given<O>> | NullOf<V>;

type Divided<V, O> = V extends number
  ? O extends string | bigint
    ? string
    : number
  : V extends bigint
    ? O extends number
      ? `${O}` extends `${bigint}`
        ? string
        : string | number
      : string
    : V extends string
      ? string
      : V;

/** The result of `//`: the left side's type, unless the other one is an exact decimal (text). */
export type FloorQuotient<V, O> = V extends number | bigint ? (Given<O> extends string ? string : V) : V;

/** The result of `||`: arrays, bytes and JSON stay what they are, everything else is text. */
export type Concatenated<V> = unknown extends V ? unknown : (NonNullable<V> extends infer W ? Joined<W> : never) | NullOf<V>;

type Joined<V> = V extends Date ? string : V extends object ? V : string;

/** The elements of an array; what is none stays what it is. */
export type ItemOf<V> = NonNullable<V> extends readonly (infer I)[] ? I : V;

/** What is at an index, key or path: NULL where there is nothing. */
export type ElementAt<V, K> = unknown extends V
  ? unknown
  : K extends readonly [infer Head, ...infer Rest]
    ? Rest extends readonly []
      ? ElementAt<V, Head>
      : ElementAt<NonNullable<ElementAt<V, Head>>, Rest>
    : NonNullable<V> extends readonly (infer I)[]
      ? K extends string
        ? unknown
        : I | null
      : NonNullable<V> extends object
        ? K extends keyof NonNullable<V>
          ? NonNullable<V>[K] | null
          : unknown
        : unknown;
