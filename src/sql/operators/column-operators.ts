import type { Expression, Operand } from "../base/expression.ts";
import { Slot } from "../base/late.ts";
import { ClauseElement } from "../elements/clause-element.ts";
import type { ColumnElement } from "../elements/column-element.ts";
import type { TextBase } from "../elements/text-clause.ts";
import type { TypeEngine } from "../types/type-engine.ts";
import { CustomOperator, type CustomOperatorOptions } from "./custom-operator.ts";
import type { Modifiers } from "./modifiers.ts";
import type { Operator } from "./operator.ts";
import * as operators from "./operator-table.ts";

/** What may stand beside an expression whose own type does not tell: dates and intervals, strings and arrays, … */
export type LooseOperand<V> = Operand<V> | Expression<unknown>;

/** What may follow IN: a list of values or expressions, a SELECT, or an expanding bind. */
export type InOperand<V> = Iterable<Operand<V>> | ClauseElement;

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
export abstract class ColumnOperators<V> extends ClauseElement {
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
  eq(other: Operand<V>): ColumnElement<boolean> {
    return this.operate(operators.eq, other) as ColumnElement<boolean>;
  }

  /** `!=`; IS NOT NULL for `null`. */
  ne(other: Operand<V>): ColumnElement<boolean> {
    return this.operate(operators.ne, other) as ColumnElement<boolean>;
  }

  /** `<` */
  lt(other: Operand<V>): ColumnElement<boolean> {
    return this.operate(operators.lt, other) as ColumnElement<boolean>;
  }

  /** `<=` */
  le(other: Operand<V>): ColumnElement<boolean> {
    return this.operate(operators.le, other) as ColumnElement<boolean>;
  }

  /** `>` */
  gt(other: Operand<V>): ColumnElement<boolean> {
    return this.operate(operators.gt, other) as ColumnElement<boolean>;
  }

  /** `>=` */
  ge(other: Operand<V>): ColumnElement<boolean> {
    return this.operate(operators.ge, other) as ColumnElement<boolean>;
  }

  /** IS, for `null`, `true` and `false`. */
  is(other: Operand<V>): ColumnElement<boolean> {
    return this.operate(operators.is, other) as ColumnElement<boolean>;
  }

  /** IS NOT, for `null`, `true` and `false`. */
  isNot(other: Operand<V>): ColumnElement<boolean> {
    return this.operate(operators.isNot, other) as ColumnElement<boolean>;
  }

  /** IS DISTINCT FROM: `!=` for which NULL is a value like others. */
  isDistinctFrom(other: Operand<V>): ColumnElement<boolean> {
    return this.operate(operators.isDistinctFrom, other) as ColumnElement<boolean>;
  }

  /** IS NOT DISTINCT FROM: `=` for which NULL is a value like others. */
  isNotDistinctFrom(other: Operand<V>): ColumnElement<boolean> {
    return this.operate(operators.isNotDistinctFrom, other) as ColumnElement<boolean>;
  }

  /** IN; an empty list matches nothing. */
  in(other: InOperand<V>): ColumnElement<boolean> {
    return this.operate(operators.inOp, other) as ColumnElement<boolean>;
  }

  /** NOT IN; an empty list matches everything. */
  notIn(other: InOperand<V>): ColumnElement<boolean> {
    return this.operate(operators.notInOp, other) as ColumnElement<boolean>;
  }

  /** BETWEEN lower AND upper, both included. */
  between(lower: Operand<V>, upper: Operand<V>, options?: { readonly symmetric?: boolean }): ColumnElement<boolean> {
    return this.operate(
      operators.betweenOp,
      lower,
      upper,
      options?.symmetric === true ? { symmetric: true } : null,
    ) as ColumnElement<boolean>;
  }

  // ---------------------------------------------------------------- truth

  /** AND */
  and(...others: readonly ConditionOperand[]): ColumnElement<boolean> {
    return this.operate(operators.and, others) as ColumnElement<boolean>;
  }

  /** OR */
  or(...others: readonly ConditionOperand[]): ColumnElement<boolean> {
    return this.operate(operators.or, others) as ColumnElement<boolean>;
  }

  /** NOT; a comparison becomes its opposite. */
  not(): ColumnElement<boolean> {
    return this.operate(operators.inv) as ColumnElement<boolean>;
  }

  // ---------------------------------------------------------------- text

  /** LIKE */
  like(other: Operand<string>, options?: LikeOptions): ColumnElement<boolean> {
    return this.operate(operators.likeOp, other, undefined, escapeOf(options)) as ColumnElement<boolean>;
  }

  /** NOT LIKE */
  notLike(other: Operand<string>, options?: LikeOptions): ColumnElement<boolean> {
    return this.operate(operators.notLikeOp, other, undefined, escapeOf(options)) as ColumnElement<boolean>;
  }

  /** ILIKE: LIKE without regard to case; `lower(a) LIKE lower(b)` where the database has no ILIKE. */
  ilike(other: Operand<string>, options?: LikeOptions): ColumnElement<boolean> {
    return this.operate(operators.ilikeOp, other, undefined, escapeOf(options)) as ColumnElement<boolean>;
  }

  /** NOT ILIKE */
  notIlike(other: Operand<string>, options?: LikeOptions): ColumnElement<boolean> {
    return this.operate(operators.notIlikeOp, other, undefined, escapeOf(options)) as ColumnElement<boolean>;
  }

  /** LIKE 'other%' */
  startswith(other: Operand<string>, options?: AutoescapeOptions): ColumnElement<boolean> {
    return this.operate(operators.startswithOp, other, undefined, autoescapeOf(options)) as ColumnElement<boolean>;
  }

  /** `startswith` without regard to case. */
  istartswith(other: Operand<string>, options?: AutoescapeOptions): ColumnElement<boolean> {
    return this.operate(operators.istartswithOp, other, undefined, autoescapeOf(options)) as ColumnElement<boolean>;
  }

  /** LIKE '%other' */
  endswith(other: Operand<string>, options?: AutoescapeOptions): ColumnElement<boolean> {
    return this.operate(operators.endswithOp, other, undefined, autoescapeOf(options)) as ColumnElement<boolean>;
  }

  /** `endswith` without regard to case. */
  iendswith(other: Operand<string>, options?: AutoescapeOptions): ColumnElement<boolean> {
    return this.operate(operators.iendswithOp, other, undefined, autoescapeOf(options)) as ColumnElement<boolean>;
  }

  /** LIKE '%other%'; for arrays, JSON and ranges their own operator. */
  contains(other: unknown, options?: AutoescapeOptions): ColumnElement<boolean> {
    return this.operate(operators.containsOp, other, undefined, autoescapeOf(options)) as ColumnElement<boolean>;
  }

  /** `contains` without regard to case. */
  icontains(other: Operand<string>, options?: AutoescapeOptions): ColumnElement<boolean> {
    return this.operate(operators.icontainsOp, other, undefined, autoescapeOf(options)) as ColumnElement<boolean>;
  }

  /** The database's own MATCH: full text search and the like. Options are dialect options, `{ postgresqlRegconfig: "simple" }`. */
  match(other: Operand<string>, options?: Modifiers): ColumnElement<boolean> {
    return this.operate(operators.matchOp, other, undefined, options ?? null) as ColumnElement<boolean>;
  }

  /** A regular expression in the database's own dialect of them. */
  regexpMatch(pattern: Operand<string>, options?: RegexpOptions): ColumnElement<boolean> {
    return this.operate(operators.regexpMatchOp, pattern, undefined, { flags: options?.flags ?? null }) as ColumnElement<boolean>;
  }

  /** Replaces what a regular expression matches. */
  regexpReplace(pattern: Operand<string>, replacement: Operand<string>, options?: RegexpOptions): ColumnElement<string> {
    return this.operate(operators.regexpReplaceOp, pattern, replacement, { flags: options?.flags ?? null }) as ColumnElement<string>;
  }

  /** `||` */
  concat(other: LooseOperand<V>): ColumnElement<V> {
    return this.operate(operators.concatOp, other) as ColumnElement<V>;
  }

  /** COLLATE; with the schema that the collation is in, on PostgreSQL */
  collate(collation: string, options: { readonly collationSchema?: string | null } = {}): ColumnElement<V> {
    const modifiers = options.collationSchema == null ? null : { collationSchema: options.collationSchema };
    return this.operate(operators.collate, collation, undefined, modifiers) as ColumnElement<V>;
  }

  // ---------------------------------------------------------------- arithmetic

  /** `+`; `||` for strings. */
  add(other: LooseOperand<V>): ColumnElement<V> {
    return this.operate(operators.add, other) as ColumnElement<V>;
  }

  /** `-` */
  sub(other: LooseOperand<V>): ColumnElement<V> {
    return this.operate(operators.sub, other) as ColumnElement<V>;
  }

  /** `*` */
  mul(other: LooseOperand<V>): ColumnElement<V> {
    return this.operate(operators.mul, other) as ColumnElement<V>;
  }

  /** `/`, true division: of two integers too. */
  truediv(other: LooseOperand<V>): ColumnElement<V> {
    return this.operate(operators.truediv, other) as ColumnElement<V>;
  }

  /** Division rounded down. */
  floordiv(other: LooseOperand<V>): ColumnElement<V> {
    return this.operate(operators.floordiv, other) as ColumnElement<V>;
  }

  /** `%` */
  mod(other: LooseOperand<V>): ColumnElement<V> {
    return this.operate(operators.mod, other) as ColumnElement<V>;
  }

  /** `pow(this, other)` */
  pow(other: LooseOperand<V>): ColumnElement<V> {
    return this.operate(operators.pow, other) as ColumnElement<V>;
  }

  /** `-this` */
  neg(): ColumnElement<V> {
    return this.operate(operators.neg) as ColumnElement<V>;
  }

  /** `^`, as the database writes exclusive OR of bits. */
  bitwiseXor(other: LooseOperand<V>): ColumnElement<V> {
    return this.operate(operators.bitwiseXorOp, other) as ColumnElement<V>;
  }

  /** `|` of bits */
  bitwiseOr(other: LooseOperand<V>): ColumnElement<V> {
    return this.operate(operators.bitwiseOrOp, other) as ColumnElement<V>;
  }

  /** `&` of bits */
  bitwiseAnd(other: LooseOperand<V>): ColumnElement<V> {
    return this.operate(operators.bitwiseAndOp, other) as ColumnElement<V>;
  }

  /** `~` of bits */
  bitwiseNot(): ColumnElement<V> {
    return this.operate(operators.bitwiseNotOp) as ColumnElement<V>;
  }

  /** `<<` of bits */
  bitwiseLshift(other: LooseOperand<V>): ColumnElement<V> {
    return this.operate(operators.bitwiseLshiftOp, other) as ColumnElement<V>;
  }

  /** `>>` of bits */
  bitwiseRshift(other: LooseOperand<V>): ColumnElement<V> {
    return this.operate(operators.bitwiseRshiftOp, other) as ColumnElement<V>;
  }

  // ---------------------------------------------------------------- index

  /** An element of an array, or of JSON by key, index or path: `data.at("a")`, `data.at(["a", "b", 1])`. */
  at(index: unknown): ColumnElement<unknown> {
    return this.operate(operators.getitem, index);
  }

  /** A slice of an array, both ends included, as the database counts. */
  slice(start: unknown, stop: unknown, step: unknown = null): ColumnElement<V> {
    return this.operate(operators.getitem, sliceSlot.call(start, stop, step)) as ColumnElement<V>;
  }

  // ---------------------------------------------------------------- order and the rest

  /** DESC */
  desc(): ColumnElement<V> {
    return this.operate(operators.descOp) as ColumnElement<V>;
  }

  /** ASC */
  asc(): ColumnElement<V> {
    return this.operate(operators.ascOp) as ColumnElement<V>;
  }

  /** NULLS FIRST */
  nullsFirst(): ColumnElement<V> {
    return this.operate(operators.nullsFirstOp) as ColumnElement<V>;
  }

  /** NULLS LAST */
  nullsLast(): ColumnElement<V> {
    return this.operate(operators.nullsLastOp) as ColumnElement<V>;
  }

  /** DISTINCT this, as inside of an aggregate: `count(DISTINCT x)`. */
  distinct(): ColumnElement<V> {
    return this.operate(operators.distinctOp) as ColumnElement<V>;
  }

  /** ANY (this): for an array or a subquery, to be compared with. */
  anyOf(): ColumnElement<V extends readonly (infer I)[] ? I : V> {
    return this.operate(operators.anyOp) as ColumnElement<V extends readonly (infer I)[] ? I : V>;
  }

  /** ALL (this): for an array or a subquery, to be compared with. */
  allOf(): ColumnElement<V extends readonly (infer I)[] ? I : V> {
    return this.operate(operators.allOp) as ColumnElement<V extends readonly (infer I)[] ? I : V>;
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
