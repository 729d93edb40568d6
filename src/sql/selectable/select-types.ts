import type { ColumnInput, Expression, INPUT, ORIGIN, OriginOf, VALUE } from "../base/expression.ts";
import type { ClauseElement } from "../elements/clause-element.ts";
import type { ColumnClause } from "../elements/column-clause.ts";
import type { TextBase } from "../elements/text-clause.ts";
import type { LooseColumns } from "./column-collection.ts";
import type { FromClause } from "./from-clause.ts";
import type { ROW, SelectBase } from "./select-base.ts";

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
export type SelectedValue<X> = X extends { readonly [VALUE]: infer V; readonly [ORIGIN]?: infer N }
  ? [V] extends [never]
    ? unknown
    : string extends N
      ? V
      : null extends N
        ? V | null
        : V
  : X extends { readonly prototype: infer I }
    ? I
    : unknown;

/** Marks, for the type checker only, the columns by name of a row that is an array of them. It does not exist at run time. */
export declare const NAMED: unique symbol;

/**
 * The row of `select(users)`: an array of all of its columns, in an order that types do not know. `mappings()` gives them by name,
 * and `M` says what they are.
 */
export interface ColumnsRow<M> extends Array<M[keyof M]> {
  readonly [NAMED]?: M;
}

/** The row of `select(a, b, …)`: a tuple, or an array of unknown values where a table beside others stands for all of its columns. */
export type TupleRow<A extends readonly unknown[]> = A extends readonly (Expression<unknown> | EntityClass)[]
  ? { -readonly [K in keyof A]: SelectedValue<A[K]> }
  : A extends readonly [FromClause<infer C>]
    ? ColumnsRow<{ -readonly [K in keyof C]: SelectedValue<C[K]> }>
    : unknown[];

/** What `select({ … })` takes: names and what they stand for. */
export interface SelectShape {
  readonly [name: string]: Expression<unknown> | EntityClass;
}

/** What `filterBy` takes for the instances of a mapped class: their attributes. */
export type FilterValues<I> = { readonly [K in keyof I]?: I[K] | Expression<I[K]> | null };

/** What `filterBy` takes where it is not known what a statement selects from. */
export type AnyFilterValues = Readonly<Record<string, unknown>>;

/** What `filterBy` takes for the statement of these arguments: that of a single table knows its columns. */
export type TableFilter<A extends readonly unknown[]> = A extends readonly [FromClause<infer C>]
  ? FilterValues<{ -readonly [K in keyof C]: SelectedValue<C[K]> }>
  : AnyFilterValues;

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

/** The row of a statement: `RowOf<typeof stmt>`. */
export type RowOf<S> = S extends { readonly [ROW]: infer R } ? R : never;

/** A value that may be missing if it is of one of the tables `N`. */
type Nulled<V, X, N extends string> = [OriginOf<X> & (N | "*")] extends [never] ? V : V | null;

/** The row `R` of what was selected (`A`), where the rows of the tables `N` may be missing: after outer joins. */
export type WithNulls<R, A, N extends string> = [N] extends [never]
  ? R
  : R extends ColumnsRow<infer M>
    ? A extends readonly [infer T]
      ? ColumnsRow<{ [K in keyof M]: Nulled<M[K], T, N> }>
      : R
    : { -readonly [K in keyof R]: K extends keyof A ? Nulled<R[K], A[K], N> : R[K] | null };

/** The row of `select(…).addColumns(…)`. */
export type MoreColumns<R, B extends readonly unknown[], N extends string> = R extends readonly unknown[]
  ? [...R, ...(WithNulls<TupleRow<B>, B, N> extends infer W extends readonly unknown[] ? W : unknown[])]
  : unknown[];

/** What was selected, and more of it. */
export type MoreSelected<A, B extends readonly unknown[]> = A extends readonly unknown[] ? readonly [...A, ...B] : unknown;

/** The columns of a mapped class, and the expressions that it gives a name, by their attributes: as columns of a subquery with rows `R`. */
export type EntityColumns<C, R> = {
  readonly [K in Exclude<keyof C, "prototype"> as C[K] extends { readonly [INPUT]: ColumnInput } ? K : never]: C[K] extends {
    readonly [VALUE]: infer V;
  }
    ? ColumnClause<R extends readonly [infer I] ? V | Extract<I, null> : V>
    : never;
};

/** Columns that are known; loose ones where none is. */
export type KnownColumns<M> = [keyof M] extends [never] ? LooseColumns : M;

/**
 * The columns of a subquery, by name: those of `select({ … })`, the attributes of a class, and columns and labels of which the types know the
 * names. Attributes that are selected by themselves do not know theirs.
 */
export type SubqueryColumns<R, A = unknown> = R extends readonly unknown[]
  ? R extends ColumnsRow<infer M>
    ? { readonly [K in keyof M]: ColumnClause<M[K]> }
    : number extends R["length"]
      ? LooseColumns
      : A extends readonly [infer C extends EntityClass]
        ? KnownColumns<EntityColumns<C, R>>
        : A extends readonly unknown[]
          ? KeyedColumns<R, A>
          : LooseColumns
  : { readonly [K in keyof R]: ColumnClause<R[K]> };

/** The keys of what was selected; `string` where one is not known. */
type KeyOf<X> = X extends { readonly [VALUE]: unknown; readonly key: infer K extends string } ? K : string;

type Indexes<A> = Exclude<keyof A, keyof (readonly unknown[])>;

/** The keys of all that was selected, if they are known. */
type AllKeys<A extends readonly unknown[]> = { [I in Indexes<A>]: KeyOf<A[I]> }[Indexes<A>];

/** Columns by key; where the keys of some are not known, or one stands twice, any other key is possible. */
type KeyedColumns<R, A extends readonly unknown[]> =
  string extends AllKeys<A>
    ? {
        readonly [I in Indexes<A> as string extends KeyOf<A[I]> ? never : KeyOf<A[I]>]: ColumnClause<I extends keyof R ? R[I] : unknown>;
      } & LooseColumns
    : { readonly [I in Indexes<A> as KeyOf<A[I]>]: ColumnClause<I extends keyof R ? R[I] : unknown> };

// ---------------------------------------------------------------- UNION and its like

/** Whether values of two columns can stand in one column of a UNION. */
type Fits<V, W> = [NonNullable<V>] extends [NonNullable<W>] ? true : [NonNullable<W>] extends [NonNullable<V>] ? true : false;

type AllFit<R, Q> = false extends { [K in keyof R]: K extends keyof Q ? Fits<R[K], Q[K]> : false }[keyof R] ? false : true;

/** Whether rows of two statements can be put together: as many columns, and of types that go together. */
type RowsFit<R, Q> = unknown extends R
  ? true
  : unknown extends Q
    ? true
    : R extends readonly unknown[]
      ? Q extends readonly unknown[]
        ? number extends R["length"] | Q["length"]
          ? true
          : R["length"] extends Q["length"]
            ? false extends { [K in Indexes<R>]: K extends keyof Q ? Fits<R[K], Q[K]> : false }[Indexes<R>]
              ? false
              : true
            : false
        : true
      : Q extends readonly unknown[]
        ? true
        : [keyof R] extends [keyof Q]
          ? [keyof Q] extends [keyof R]
            ? AllFit<R, Q>
            : false
          : false;

/** The statements themselves, where their rows fit to `R`; something that they are not, where they do not. */
export type Fitting<R, Q extends readonly unknown[]> = {
  readonly [I in keyof Q]: RowsFit<R, RowOf<Q[I]>> extends false ? SelectBase<R> : Q[I];
};

/** A statement itself, where its rows fit to `R`; something that it is not, where they do not. */
export type FittingRow<R, Q> = Q extends { readonly [ROW]: infer W } ? (RowsFit<R, W> extends false ? SelectBase<R> : Q) : Q;

/** The row of a UNION. */
export type UnionRow<R, Q> = unknown extends R
  ? R
  : R extends ColumnsRow<unknown>
    ? unknown[]
    : { -readonly [K in keyof R]: R[K] | (K extends keyof Q ? Q[K] : Q[keyof Q]) };
