import type { Expression, VALUE } from "../base/expression.ts";
import type { ClauseElement } from "../elements/clause-element.ts";
import type { ColumnElement } from "../elements/column-element.ts";
import type { TextBase } from "../elements/text-clause.ts";
import type { LooseColumns } from "./column-collection.ts";

/** A class whose instances a SELECT can give: a mapped class, or an alias of one. */
export interface EntityClass {
  readonly prototype: object;
}

/** What can be selected: a column or expression, a table or other FROM element, a mapped class. */
export type SelectArgument = Expression<unknown> | ClauseElement | EntityClass;

/** What can be a condition. `text()` is one too. */
export type Condition = Expression<boolean | null> | TextBase;

/** What can be a sort key or a grouping: an expression, or the name of a label of the same SELECT. */
export type OrderArgument = Expression<unknown> | ClauseElement | string;

/** A count for LIMIT and OFFSET: a number, an expression, or null for none. */
export type LimitArgument = number | bigint | Expression<number | bigint | null> | ClauseElement | null;

/** The JavaScript value of one selected thing. */
export type SelectedValue<X> = X extends { readonly [VALUE]: infer V }
  ? [V] extends [never]
    ? unknown
    : V
  : X extends { readonly prototype: infer I }
    ? I
    : unknown;

/** The row of `select(a, b, …)`: a tuple, or an array of unknown values where a table stands for all of its columns. */
export type TupleRow<A extends readonly unknown[]> = A extends readonly (Expression<unknown> | EntityClass)[]
  ? { -readonly [K in keyof A]: SelectedValue<A[K]> }
  : unknown[];

/** What `select({ … })` takes: names and what they stand for. */
export interface SelectShape {
  readonly [name: string]: Expression<unknown> | EntityClass;
}

/** The row of `select({ … })`. */
export type ShapeRow<S> = { -readonly [K in keyof S]: SelectedValue<S[K]> };

/** What `filterBy` takes for the instances of a mapped class: their attributes. */
export type FilterValues<I> = { readonly [K in keyof I]?: I[K] | Expression<I[K]> | null };

/** What `filterBy` takes where it is not known what a statement selects from. */
export type AnyFilterValues = Readonly<Record<string, unknown>>;

/** The instances of a mapped class. */
export type InstanceOf<C> = C extends { readonly prototype: infer I } ? I : never;

/** The first value of a row: what `scalars()` gives. */
export type ScalarOf<R> = unknown extends R
  ? unknown
  : R extends readonly [infer First, ...unknown[]]
    ? First
    : R extends readonly (infer E)[]
      ? E
      : R[keyof R];

/** The columns of a subquery: typed by name where the rows are objects. */
export type SubqueryColumns<R> = R extends readonly unknown[] ? LooseColumns : { readonly [K in keyof R]: ColumnElement<R[K]> };
