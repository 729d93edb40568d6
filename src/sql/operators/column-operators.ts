import type { Expression, NotedOperand, NullIn, NullOf, Operand, OriginIn, Origin } from "../base/expression.ts";
import { Slot } from "../base/late.ts";
import { ClauseElement } from "../elements/clause-element.ts";
import type { ColumnElement } from "../elements/column-element.ts";
import type { TextBase } from "../elements/text-clause.ts";
import type { TypeEngine } from "../types/type-engine.ts";
import { CustomOperator, type CustomOperatorOptions } from "./custom-operator.ts";
import type { Modifiers } from "./modifiers.ts";
import type { Operator } from "./operator.ts";
import type { CalculatedWith, NullInList } from "./operator-types.ts";
import * as operators from "./operator-table.ts";

/** What may stand beside an expression whose own type does not tell: dates and intervals, strings and arrays, … */
export type LooseOperand<V> = CalculatedWith<V> | Expression<unknown> | null;

/** What may follow IN: a list of values or expressions, a SELECT, or an expanding bind. */
export type InOperand<V> = readonly Operand<V>[] | (Iterable<Operand<V>> & object) | ClauseElement;

/** What AND and OR join: conditions, text, and `true` and `false` for the SQL constants. */
export type ConditionOperand = Expression<boolean | null> | TextBase | boolean;

/** Options of LIKE. */
export interface LikeOptions {
  /** the character that takes the meaning from `%` and `_` */
  readonly escape?: string;
}

/** Options of `startswith`, `endswith` and `contains`. */
export interface AutoescapeOptions extends LikeOptions {
  /** escapes `%`, `_` and the escape character (`/` unless told) in the value */
  readonly autoescape?: boolean;
}

/** Options of regular expressions. */
export interface RegexpOptions {
  /** flags in the database's own spelling: `i` for no regard to case */
  readonly flags?: string | null;
}

/** Makes the expression of a custom operator: `col.op("@>")(other)`. */
export type OperatorCall<R> = (other: unknown) => ColumnElement<R>;

/** The default way of an operator; filled by default-comparator.ts. */
export const operateSlot: Slot<
  (
    expression: ColumnElement<unknown>,
    op: Operator,
    a: unknown,
    b: unknown,
    modifiers: Modifiers | null,
    reverse: boolean,
  ) => ColumnElement<unknown>
> = new Slot("operate");

/** Makes the Slice of `column.slice(1, 2)`; filled by elements/slice.ts. */
export const sliceSlot: Slot<(start: unknown, stop: unknown, step: unknown) => ColumnElement<unknown>> = new Slot("slice");

/** `cast()`, filled by elements/cast.ts. */
export const castSlot: Slot<(element: ClauseElement, type: TypeEngine<unknown>) => ColumnElement<unknown>> = new Slot("cast");

/**
 * Everything that can be asked of a SQL value: comparison, arithmetic, LIKE, IN, ORDER BY modifiers. What an operator does is the
 * affair of the expression's type; by default it gives an expression with the other side bound as a parameter.
 *
 * Operators are methods here: `==` is `eq`, `&` is `and`, `x[k]` is `at(k)`; `eq(null)` is IS NULL.
 * @see https://docs.sqlalchemy.org/en/21/core/operators.html
 */
export abstract class ColumnOperators<out V, out N extends Origin = Origin> extends ClauseElement {
  /**
   * What all operators go through.
   * @param a - the other side, or the first of two
   * @param b - the second of two (BETWEEN, regular expression replacement)
   */
  abstract operate(op: Operator, a?: unknown, b?: unknown, modifiers?: Modifiers | null): ColumnElement<unknown>;

  /** The same with the sides exchanged: `other op this`. */
  abstract reverseOperate(op: Operator, other: unknown, modifiers?: Modifiers | null): ColumnElement<unknown>;

  // ---------------------------------------------------------------- comparison

  /** `=`; IS NULL for `null`. */
  eq<W extends null = never, M extends Origin = never>(
    other: NotedOperand<V, W, M>,
  ): ColumnElement<boolean, N | NullOf<V> | NoInfer<M | W>> {
    return this.operate(operators.eq, other) as never;
  }

  /** `!=`; IS NOT NULL for `null`. */
  ne<W extends null = never, M extends Origin = never>(
    other: NotedOperand<V, W, M>,
  ): ColumnElement<boolean, N | NullOf<V> | NoInfer<M | W>> {
    return this.operate(operators.ne, other) as never;
  }

  /** `<` */
  lt<W extends null = never, M extends Origin = never>(
    other: NotedOperand<V, W, M>,
  ): ColumnElement<boolean, N | NullOf<V> | NoInfer<M | W>> {
    return this.operate(operators.lt, other) as never;
  }

  /** `<=` */
  le<W extends null = never, M extends Origin = never>(
    other: NotedOperand<V, W, M>,
  ): ColumnElement<boolean, N | NullOf<V> | NoInfer<M | W>> {
    return this.operate(operators.le, other) as never;
  }

  /** `>` */
  gt<W extends null = never, M extends Origin = never>(
    other: NotedOperand<V, W, M>,
  ): ColumnElement<boolean, N | NullOf<V> | NoInfer<M | W>> {
    return this.operate(operators.gt, other) as never;
  }

  /** `>=` */
  ge<W extends null = never, M extends Origin = never>(
    other: NotedOperand<V, W, M>,
  ): ColumnElement<boolean, N | NullOf<V> | NoInfer<M | W>> {
    return this.operate(operators.ge, other) as never;
  }

  /** IS, for `null`, `true` and `false`. */
  is(other: Operand<V>): ColumnElement<boolean, never> {
    return this.operate(operators.is, other) as never;
  }

  /** IS NOT, for `null`, `true` and `false`. */
  isNot(other: Operand<V>): ColumnElement<boolean, never> {
    return this.operate(operators.isNot, other) as never;
  }

  /** IS DISTINCT FROM: `!=` for which NULL is a value like others. */
  isDistinctFrom(other: Operand<V>): ColumnElement<boolean, never> {
    return this.operate(operators.isDistinctFrom, other) as never;
  }

  /** IS NOT DISTINCT FROM: `=` for which NULL is a value like others. */
  isNotDistinctFrom(other: Operand<V>): ColumnElement<boolean, never> {
    return this.operate(operators.isNotDistinctFrom, other) as never;
  }

  /** IN; an empty list matches nothing. */
  in<O extends InOperand<V>>(other: O): ColumnElement<boolean, N | NullOf<V> | NullInList<O>> {
    return this.operate(operators.inOp, other) as never;
  }

  /** NOT IN; an empty list matches everything. */
  notIn<O extends InOperand<V>>(other: O): ColumnElement<boolean, N | NullOf<V> | NullInList<O>> {
    return this.operate(operators.notInOp, other) as never;
  }

  /** BETWEEN lower AND upper, both included. */
  between<W extends null = never, M extends Origin = never>(
    lower: NotedOperand<V, W, M>,
    upper: NotedOperand<V, W, M>,
    options?: { readonly symmetric?: boolean },
  ): ColumnElement<boolean, N | NullOf<V> | NoInfer<M | W>> {
    return this.operate(operators.betweenOp, lower, upper, options?.symmetric === true ? { symmetric: true } : null) as never;
  }

  // ---------------------------------------------------------------- truth

  /** AND */
  and<M extends Origin = never>(
    ...others: readonly (Expression<boolean, M> | TextBase | boolean)[]
  ): ColumnElement<boolean, N | NullOf<V> | NoInfer<M>>;
  and<M extends Origin = never>(
    ...others: readonly (Expression<boolean | null, M> | TextBase | boolean)[]
  ): ColumnElement<boolean, N | NullOf<V> | NoInfer<M> | null>;
  and(...others: readonly ConditionOperand[]): never {
    return this.operate(operators.and, others) as never;
  }

  /** OR */
  or<M extends Origin = never>(
    ...others: readonly (Expression<boolean, M> | TextBase | boolean)[]
  ): ColumnElement<boolean, N | NullOf<V> | NoInfer<M>>;
  or<M extends Origin = never>(
    ...others: readonly (Expression<boolean | null, M> | TextBase | boolean)[]
  ): ColumnElement<boolean, N | NullOf<V> | NoInfer<M> | null>;
  or(...others: readonly ConditionOperand[]): never {
    return this.operate(operators.or, others) as never;
  }

  /** NOT; a comparison becomes its opposite. */
  not(): ColumnElement<boolean, N | NullOf<V>> {
    return this.operate(operators.inv) as never;
  }

  // ---------------------------------------------------------------- text

  /** LIKE */
  like<W extends null = never, M extends Origin = never>(
    other: NotedOperand<string, W, M>,
    options?: LikeOptions,
  ): ColumnElement<boolean, N | NullOf<V> | NoInfer<M | W>> {
    return this.operate(operators.likeOp, other, undefined, escapeOf(options)) as never;
  }

  /** NOT LIKE */
  notLike<W extends null = never, M extends Origin = never>(
    other: NotedOperand<string, W, M>,
    options?: LikeOptions,
  ): ColumnElement<boolean, N | NullOf<V> | NoInfer<M | W>> {
    return this.operate(operators.notLikeOp, other, undefined, escapeOf(options)) as never;
  }

  /** ILIKE: LIKE without regard to case; `lower(a) LIKE lower(b)` where the database has no ILIKE. */
  ilike<W extends null = never, M extends Origin = never>(
    other: NotedOperand<string, W, M>,
    options?: LikeOptions,
  ): ColumnElement<boolean, N | NullOf<V> | NoInfer<M | W>> {
    return this.operate(operators.ilikeOp, other, undefined, escapeOf(options)) as never;
  }

  /** NOT ILIKE */
  notIlike<W extends null = never, M extends Origin = never>(
    other: NotedOperand<string, W, M>,
    options?: LikeOptions,
  ): ColumnElement<boolean, N | NullOf<V> | NoInfer<M | W>> {
    return this.operate(operators.notIlikeOp, other, undefined, escapeOf(options)) as never;
  }

  /** LIKE 'other%' */
  startswith<W extends null = never, M extends Origin = never>(
    other: NotedOperand<string, W, M>,
    options?: AutoescapeOptions,
  ): ColumnElement<boolean, N | NullOf<V> | NoInfer<M | W>> {
    return this.operate(operators.startswithOp, other, undefined, autoescapeOf(options)) as never;
  }

  /** `startswith` without regard to case. */
  istartswith<W extends null = never, M extends Origin = never>(
    other: NotedOperand<string, W, M>,
    options?: AutoescapeOptions,
  ): ColumnElement<boolean, N | NullOf<V> | NoInfer<M | W>> {
    return this.operate(operators.istartswithOp, other, undefined, autoescapeOf(options)) as never;
  }

  /** LIKE '%other' */
  endswith<W extends null = never, M extends Origin = never>(
    other: NotedOperand<string, W, M>,
    options?: AutoescapeOptions,
  ): ColumnElement<boolean, N | NullOf<V> | NoInfer<M | W>> {
    return this.operate(operators.endswithOp, other, undefined, autoescapeOf(options)) as never;
  }

  /** `endswith` without regard to case. */
  iendswith<W extends null = never, M extends Origin = never>(
    other: NotedOperand<string, W, M>,
    options?: AutoescapeOptions,
  ): ColumnElement<boolean, N | NullOf<V> | NoInfer<M | W>> {
    return this.operate(operators.iendswithOp, other, undefined, autoescapeOf(options)) as never;
  }

  /** LIKE '%other%'; for arrays, JSON and ranges their own operator. */
  contains<const O>(other: O, options?: AutoescapeOptions): ColumnElement<boolean, N | OriginIn<O> | NullOf<V> | NullIn<O>> {
    return this.operate(operators.containsOp, other, undefined, autoescapeOf(options)) as never;
  }

  /** `contains` without regard to case. */
  icontains<W extends null = never, M extends Origin = never>(
    other: NotedOperand<string, W, M>,
    options?: AutoescapeOptions,
  ): ColumnElement<boolean, N | NullOf<V> | NoInfer<M | W>> {
    return this.operate(operators.icontainsOp, other, undefined, autoescapeOf(options)) as never;
  }

  /** The database's own MATCH: full text search and the like. Options are dialect options, `{ postgresqlRegconfig: "simple" }`. */
  match<W extends null = never, M extends Origin = never>(
    other: NotedOperand<string, W, M>,
    options?: Modifiers,
  ): ColumnElement<boolean, N | NullOf<V> | NoInfer<M | W>> {
    return this.operate(operators.matchOp, other, undefined, options ?? null) as never;
  }

  /** A regular expression in the database's own dialect of them. */
  regexpMatch<W extends null = never, M extends Origin = never>(
    pattern: NotedOperand<string, W, M>,
    options?: RegexpOptions,
  ): ColumnElement<boolean, N | NullOf<V> | NoInfer<M | W>> {
    return this.operate(operators.regexpMatchOp, pattern, undefined, { flags: options?.flags ?? null }) as never;
  }

  /** Replaces what a regular expression matches. */
  regexpReplace<W extends null = never, M extends Origin = never>(
    pattern: NotedOperand<string, W, M>,
    replacement: NotedOperand<string, W, M>,
    options?: RegexpOptions,
  ): ColumnElement<string | NullOf<V> | NoInfer<W>, N | NoInfer<M>> {
    return this.operate(operators.regexpReplaceOp, pattern, replacement, { flags: options?.flags ?? null }) as never;
  }

  /** `||` */
  concat(other: unknown): ColumnElement<unknown> {
    return this.operate(operators.concatOp, other);
  }

  /** COLLATE; with the schema that the collation is in, on PostgreSQL */
  collate(collation: string, options: { readonly collationSchema?: string | null } = {}): ColumnElement<V, N> {
    const modifiers = options.collationSchema == null ? null : { collationSchema: options.collationSchema };
    return this.operate(operators.collate, collation, undefined, modifiers) as never;
  }

  // ---------------------------------------------------------------- arithmetic

  /** `+`; `||` for strings. */
  add(other: unknown): ColumnElement<unknown> {
    return this.operate(operators.add, other);
  }

  /** `-` */
  sub(other: unknown): ColumnElement<unknown> {
    return this.operate(operators.sub, other);
  }

  /** `*` */
  mul(other: unknown): ColumnElement<unknown> {
    return this.operate(operators.mul, other);
  }

  /** `/`, true division: of two integers too. */
  truediv(other: unknown): ColumnElement<unknown> {
    return this.operate(operators.truediv, other);
  }

  /** Division rounded down. */
  floordiv(other: unknown): ColumnElement<unknown> {
    return this.operate(operators.floordiv, other);
  }

  /** `%` */
  mod<const O extends LooseOperand<V>>(other: O): ColumnElement<V | NullIn<O>, N | OriginIn<O>> {
    return this.operate(operators.mod, other) as never;
  }

  /** `pow(this, other)` */
  pow<const O extends LooseOperand<V>>(other: O): ColumnElement<V | NullIn<O>, N | OriginIn<O>> {
    return this.operate(operators.pow, other) as never;
  }

  /** `-this` */
  neg(): ColumnElement<V, N> {
    return this.operate(operators.neg) as never;
  }

  /** `^`, as the database writes exclusive OR of bits. */
  bitwiseXor<const O extends LooseOperand<V>>(other: O): ColumnElement<V | NullIn<O>, N | OriginIn<O>> {
    return this.operate(operators.bitwiseXorOp, other) as never;
  }

  /** `|` of bits */
  bitwiseOr<const O extends LooseOperand<V>>(other: O): ColumnElement<V | NullIn<O>, N | OriginIn<O>> {
    return this.operate(operators.bitwiseOrOp, other) as never;
  }

  /** `&` of bits */
  bitwiseAnd<const O extends LooseOperand<V>>(other: O): ColumnElement<V | NullIn<O>, N | OriginIn<O>> {
    return this.operate(operators.bitwiseAndOp, other) as never;
  }

  /** `~` of bits */
  bitwiseNot(): ColumnElement<V, N> {
    return this.operate(operators.bitwiseNotOp) as never;
  }

  /** `<<` of bits */
  bitwiseLshift<const O extends LooseOperand<V>>(other: O): ColumnElement<V | NullIn<O>, N | OriginIn<O>> {
    return this.operate(operators.bitwiseLshiftOp, other) as never;
  }

  /** `>>` of bits */
  bitwiseRshift<const O extends LooseOperand<V>>(other: O): ColumnElement<V | NullIn<O>, N | OriginIn<O>> {
    return this.operate(operators.bitwiseRshiftOp, other) as never;
  }

  // ---------------------------------------------------------------- index

  /** An element of an array, or of JSON by key, index or path: `data.at("a")`, `data.at(["a", "b", 1])`. */
  at(index: unknown): ColumnElement<unknown> {
    return this.operate(operators.getitem, index);
  }

  /** A slice of an array, both ends included, as the database counts. */
  slice(start: unknown, stop: unknown, step: unknown = null): ColumnElement<V, N> {
    return this.operate(operators.getitem, sliceSlot.call(start, stop, step)) as never;
  }

  // ---------------------------------------------------------------- order and the rest

  /** DESC */
  desc(): ColumnElement<V, N> {
    return this.operate(operators.descOp) as never;
  }

  /** ASC */
  asc(): ColumnElement<V, N> {
    return this.operate(operators.ascOp) as never;
  }

  /** NULLS FIRST */
  nullsFirst(): ColumnElement<V, N> {
    return this.operate(operators.nullsFirstOp) as never;
  }

  /** NULLS LAST */
  nullsLast(): ColumnElement<V, N> {
    return this.operate(operators.nullsLastOp) as never;
  }

  /** DISTINCT this, as inside of an aggregate: `count(DISTINCT x)`. */
  distinct(): ColumnElement<V, N> {
    return this.operate(operators.distinctOp) as never;
  }

  /** ANY (this): for an array or a subquery, to be compared with. */
  anyOf(): ColumnElement<unknown> {
    return this.operate(operators.anyOp);
  }

  /** ALL (this): for an array or a subquery, to be compared with. */
  allOf(): ColumnElement<unknown> {
    return this.operate(operators.allOp);
  }

  /**
   * An operator that the library does not know. Its text is rendered as it is: never take it from outside.
   * @example users.c.tags.op("@>", { precedence: 5, isComparison: true })(["a"])
   */
  op<R = V>(opstring: string, options?: CustomOperatorOptions<R> & { readonly isComparison?: false }): OperatorCall<R>;
  op(opstring: string, options: CustomOperatorOptions & { readonly isComparison: true }): OperatorCall<boolean>;
  op(opstring: string, options?: CustomOperatorOptions): OperatorCall<unknown> {
    const op = new CustomOperator(opstring, options);
    return (other) => this.operate(op, other);
  }

  /** {@link op} for an operator that gives a truth value. */
  boolOp(opstring: string, options?: { readonly precedence?: number }): OperatorCall<boolean> {
    return this.op(opstring, { ...options, isComparison: true });
  }
}

function escapeOf(options: LikeOptions | undefined): Modifiers | null {
  return options?.escape === undefined ? null : { escape: options.escape };
}

function autoescapeOf(options: AutoescapeOptions | undefined): Modifiers | null {
  if (options === undefined || (options.escape === undefined && options.autoescape !== true)) return null;
  return options as Modifiers;
}
