import type { Expression, NullIn, NullOf, Operand, OriginIn, VALUE, Widen, Origin } from "../base/expression.ts";
import type { Cast } from "../elements/cast.ts";
import type { Extract } from "../elements/extract.ts";
import type { ItemOf } from "../operators/operator-types.ts";
import type { TypeEngine } from "../types/type-engine.ts";
import type { FunctionElement } from "./function-element.ts";

/** Options of a function, as its last argument. */
export interface FunctionOptions<V = unknown> {
  /** the type of the result */
  readonly type?: TypeEngine<V>;
}

/** The mean of numbers is a number, that of bigints and of exact decimals (text) an exact decimal. */
export type MeanOf<V> = V extends number ? number : string;

/** What one of several arguments is: the value of an expression, or a plain value. */
type ArgumentValue<A> = A extends { readonly [VALUE]: infer V } ? V : Widen<A>;

/** The values of arguments; the options at the end are none. */
type ArgumentValues<A extends readonly unknown[]> = {
  [I in keyof A]: A[I] extends FunctionOptions<never> ? never : ArgumentValue<A[I]>;
}[number];

/** The type that options at the end of the arguments say, or another one. */
type TypeOr<A extends readonly unknown[], V> = A extends readonly [...unknown[], { readonly type: TypeEngine<infer T> }] ? T : V;

/** `null` where all of the arguments can be NULL. */
type NullIfAll<A extends readonly unknown[]> = A extends readonly [infer First, ...infer Rest]
  ? First extends FunctionOptions<never>
    ? null
    : [NullIn<First>] extends [never]
      ? never
      : NullIfAll<Rest>
  : null;

/** The tables without whose rows all of the arguments are NULL. */
type OriginOfAll<A extends readonly unknown[]> = { [I in keyof A]: [NullIn<A[I]>] extends [never] ? OriginIn<A[I]> : never }[number];

/** A function of a text. */
type OfText<R> = <V = string, M extends Origin = never, T = R>(
  text: Expression<V, M> | string,
  options?: FunctionOptions<T>,
) => FunctionElement<NoInfer<T> | NullOf<V>, NoInfer<M>>;

/** A function of a text, with further arguments of any kind. */
type OfTextAnd<R> = <V = string, M extends Origin = never>(
  text: Expression<V, M> | string,
  ...args: readonly unknown[]
) => FunctionElement<R | NullOf<V>, NoInfer<M>>;

/** A function whose result is of the kind of its argument. */
type SameAsArgument = <V, M extends Origin = never, T = NonNullable<V>>(
  expression: Expression<V, M> | (V & (number | bigint)),
  options?: FunctionOptions<T>,
) => FunctionElement<NoInfer<T> | NullOf<V>, NoInfer<M>>;

/** An aggregate whose result is of the kind of its argument, and NULL where there are no rows. */
type SameOrNull = <V, T = NonNullable<V>>(
  expression: Expression<V>,
  options?: FunctionOptions<T>,
) => FunctionElement<NoInfer<T> | null, never>;

/** An aggregate that gives something of its own, and NULL where there are no rows. */
type Aggregate<R> = <T = R>(expression: unknown, options?: FunctionOptions<T>) => FunctionElement<NoInfer<T> | null, never>;

/** A value of another row of the window, NULL where there is no such row. */
type OfOtherRow = <V, T = NonNullable<V>>(
  expression: Expression<V>,
  offset?: number | Expression<number> | FunctionOptions<T>,
  options?: FunctionOptions<T>,
) => FunctionElement<NoInfer<T> | null, never>;

/** The same with a value for when there is no such row. */
interface OfOtherRowOrDefault {
  <V, M extends Origin, const D extends Operand<V>, T = NonNullable<V>>(
    expression: Expression<V, M>,
    offset: number | Expression<number>,
    fallback: D,
    options?: FunctionOptions<T>,
  ): FunctionElement<NoInfer<T> | NullOf<V> | NullIn<D>, M | OriginIn<D>>;
  <V, T = NonNullable<V>>(
    expression: Expression<V>,
    offset?: number | Expression<number> | FunctionOptions<T>,
    options?: FunctionOptions<T>,
  ): FunctionElement<NoInfer<T> | null, never>;
}

/** A function of no arguments. */
type Constant<R> = <T = R>(options?: FunctionOptions<T>) => FunctionElement<NoInfer<T>, never>;

/** A function that ranks rows. */
type Rank<R> = (...args: readonly unknown[]) => FunctionElement<R, never>;

/**
 * The functions of which the types are known. Each takes `{ type }` as its last argument, for another type of the result.
 * NULL gives NULL, but for those of which something else is known; aggregates other than counts are NULL where there are no rows.
 */
export interface KnownFunctions {
  count(expression?: unknown): FunctionElement<number, never>;
  max: SameOrNull;
  min: SameOrNull;
  sum: SameOrNull;
  avg<V, T = MeanOf<NonNullable<V>>>(expression: Expression<V>, options?: FunctionOptions<T>): FunctionElement<NoInfer<T> | null, never>;
  stddev: Aggregate<number>;
  stddev_pop: Aggregate<number>;
  stddev_samp: Aggregate<number>;
  variance: Aggregate<number>;
  var_pop: Aggregate<number>;
  var_samp: Aggregate<number>;
  /** SQLite: the sum as a float, 0 where there are no rows. */
  total<T = number>(expression: Expression<unknown>, options?: FunctionOptions<T>): FunctionElement<NoInfer<T>, never>;
  bool_and: Aggregate<boolean>;
  bool_or: Aggregate<boolean>;
  every: Aggregate<boolean>;
  array_agg<V, T = V[]>(expression: Expression<V>, options?: FunctionOptions<T>): FunctionElement<NoInfer<T> | null, never>;
  aggregate_strings<T = string>(
    expression: Expression<string | null>,
    separator: string,
    options?: FunctionOptions<T>,
  ): FunctionElement<NoInfer<T> | null, never>;
  group_concat(expression: unknown, ...args: readonly unknown[]): FunctionElement<string | null, never>;
  string_agg(expression: unknown, ...args: readonly unknown[]): FunctionElement<string | null, never>;
  any<V, M extends Origin>(array: Expression<V, M>): FunctionElement<ItemOf<V>, NoInfer<M>>;
  all<V, M extends Origin>(array: Expression<V, M>): FunctionElement<ItemOf<V>, NoInfer<M>>;
  some<V, M extends Origin>(array: Expression<V, M>): FunctionElement<ItemOf<V>, NoInfer<M>>;

  coalesce<V, M extends Origin, const A extends readonly (Operand<V> | FunctionOptions<unknown>)[]>(
    first: Expression<V, M>,
    ...others: A
  ): FunctionElement<TypeOr<A, NonNullable<V>> | NullIfAll<[Expression<V>, ...A]>, OriginOfAll<[Expression<V, NoInfer<M>>, ...A]>>;
  ifnull<V, M extends Origin, const D extends Operand<V>, T = NonNullable<V>>(
    first: Expression<V, M>,
    second: D,
    options?: FunctionOptions<T>,
  ): FunctionElement<NoInfer<T> | NullIfAll<[Expression<V>, D]>, OriginOfAll<[Expression<V, NoInfer<M>>, D]>>;
  nvl<V, M extends Origin, const D extends Operand<V>, T = NonNullable<V>>(
    first: Expression<V, M>,
    second: D,
    options?: FunctionOptions<T>,
  ): FunctionElement<NoInfer<T> | NullIfAll<[Expression<V>, D]>, OriginOfAll<[Expression<V, NoInfer<M>>, D]>>;
  nullif<V, T = NonNullable<V>>(
    first: Expression<V>,
    second: Operand<V>,
    options?: FunctionOptions<T>,
  ): FunctionElement<NoInfer<T> | null, never>;
  greatest<const A extends readonly unknown[]>(
    ...args: A
  ): FunctionElement<TypeOr<A, NonNullable<ArgumentValues<A>>> | NullIn<A[number]>, OriginIn<A[number]>>;
  least<const A extends readonly unknown[]>(
    ...args: A
  ): FunctionElement<TypeOr<A, NonNullable<ArgumentValues<A>>> | NullIn<A[number]>, OriginIn<A[number]>>;

  concat<const A extends readonly unknown[]>(...args: A): FunctionElement<TypeOr<A, string> | NullIn<A[number]>, OriginIn<A[number]>>;
  concat_ws<const A extends readonly unknown[]>(
    separator: Operand<string>,
    ...args: A
  ): FunctionElement<TypeOr<A, string>, OriginIn<A[number]>>;
  lower: OfText<string>;
  upper: OfText<string>;
  trim: OfTextAnd<string>;
  ltrim: OfTextAnd<string>;
  rtrim: OfTextAnd<string>;
  btrim: OfTextAnd<string>;
  replace: OfTextAnd<string>;
  substr: OfTextAnd<string>;
  substring: OfTextAnd<string>;
  initcap: OfText<string>;
  reverse: OfText<string>;
  lpad: OfTextAnd<string>;
  rpad: OfTextAnd<string>;
  repeat: OfTextAnd<string>;
  md5: OfText<string>;
  char_length: OfText<number>;
  character_length: OfText<number>;
  length<const A, T = number>(expression: A, options?: FunctionOptions<T>): FunctionElement<NoInfer<T> | NullIn<A>, OriginIn<A>>;
  octet_length<const A, T = number>(expression: A, options?: FunctionOptions<T>): FunctionElement<NoInfer<T> | NullIn<A>, OriginIn<A>>;
  bit_length<const A, T = number>(expression: A, options?: FunctionOptions<T>): FunctionElement<NoInfer<T> | NullIn<A>, OriginIn<A>>;
  ascii: OfText<number>;
  instr: OfTextAnd<number>;
  strpos: OfTextAnd<number>;

  abs: SameAsArgument;
  ceil: SameAsArgument;
  ceiling: SameAsArgument;
  floor: SameAsArgument;
  pow<V, M extends Origin = never, T = NonNullable<V>>(
    base: Expression<V, M> | NonNullable<V>,
    exponent: unknown,
    options?: FunctionOptions<T>,
  ): FunctionElement<NoInfer<T> | NullOf<V>, NoInfer<M>>;
  random: Constant<number>;

  now: Constant<Date>;
  current_date: Constant<string>;
  current_time: Constant<string>;
  current_timestamp: Constant<Date>;
  localtime: Constant<Date>;
  localtimestamp: Constant<Date>;
  sysdate: Constant<Date>;
  current_user: Constant<string>;
  session_user: Constant<string>;
  user: Constant<string>;

  row_number: Rank<number>;
  rank: Rank<number>;
  dense_rank: Rank<number>;
  percent_rank: Rank<string>;
  cume_dist: Rank<string>;
  ntile: Rank<number>;
  lag: OfOtherRowOrDefault;
  lead: OfOtherRowOrDefault;
  first_value: OfOtherRow;
  last_value: OfOtherRow;
  nth_value: OfOtherRow;

  extract<const A>(field: string, expression: A): Extract<number | NullIn<A>, OriginIn<A>>;
  cast<V, const A>(expression: A, type: TypeEngine<V>): Cast<V | NullIn<A>, OriginIn<A>>;
}
