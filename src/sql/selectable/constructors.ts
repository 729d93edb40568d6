import { describe, expectColumnOrName, expectFrom } from "../base/coercions.ts";
import { ArgumentError } from "../../errors.ts";
import { ColumnClause } from "../elements/column-clause.ts";
import { type NameArgument, QuotedName } from "../elements/quoted-name.ts";
import type { ClauseElement } from "../elements/clause-element.ts";
import type { Alias } from "./alias.ts";
import type { NamedColumns } from "./column-collection.ts";
import type { Cte, CteOptions } from "./cte.ts";
import type { TablesOf } from "../base/expression.ts";
import {
  joinArguments,
  type FromArgument,
  type FromClause,
  type JoinOptions,
  type OnClause,
  type OuterJoinOptions,
} from "./from-clause.ts";
import { Join } from "./join.ts";
import type { JoinNulls, NameOr, NoJoinOptions, NullsOf, OuterJoinNulls } from "./join-types.ts";
import type { Lateral } from "./lateral.ts";
import type { SelectBase } from "./select-base.ts";
import type { SubqueryColumns } from "./select-types.ts";
import type { Subquery } from "./subquery.ts";
import { TableClause } from "./table-clause.ts";
import { TableSample, type TableSampleOptions } from "./tablesample.ts";
import { Values, type ValuesOptions, type ValuesRow } from "./values.ts";

/**
 * A table that is only known by name, with columns if they are needed.
 * @example select(table("t", column("a"), column("b")))
 */
export function table<const N extends string, const L extends readonly ColumnClause<unknown>[]>(
  name: N,
  ...columns: L
): TableClause<NamedColumns<L>, N>;
export function table<const N extends string, const L extends readonly ColumnClause<unknown>[]>(
  name: N,
  ...args: readonly [...L, { readonly schema?: string | null }]
): TableClause<NamedColumns<L>, N>;
export function table(name: string, ...args: readonly unknown[]): never {
  if (typeof name !== "string") throw new ArgumentError("table() takes a name, and columns behind it.");
  const last = args.at(-1);
  const options =
    typeof last === "object" && last !== null && Object.getPrototypeOf(last) === Object.prototype
      ? (last as { readonly schema?: string | null })
      : null;
  const columns = options === null ? args : args.slice(0, -1);
  for (const column of columns) {
    if (!(column instanceof ColumnClause)) throw new ArgumentError(`The columns of table() are made by column(), not ${describe(column)}.`);
  }
  return new TableClause(name, columns as readonly ColumnClause<unknown>[], options ?? {}) as never;
}

/** A FROM element under another name, or a SELECT as a subquery. */
export function alias<C, N extends string, const A extends string | null = null>(
  from: FromClause<C, N>,
  name?: A | QuotedName,
): Alias<C, NameOr<A, `(${N})`>>;
export function alias<T, B, const A extends string | null = null>(
  from: SelectBase<T, B>,
  name?: A | QuotedName,
): Subquery<SubqueryColumns<T, B>, NameOr<A, "(subquery)">>;
export function alias(from: FromArgument, name?: NameArgument | null): Alias | Subquery;
export function alias(from: FromArgument, name: NameArgument | null = null): never {
  const clause = from as { alias?: (name: NameArgument | null) => Alias };
  return typeof clause.alias === "function" && !("prototype" in from)
    ? (clause.alias(name) as never)
    : (expectFrom(from, "alias()").alias(name) as never);
}

/** `left JOIN right`; without an ON clause the foreign keys decide. */
export function join<L extends FromArgument, R extends FromArgument, const O extends JoinOptions>(
  left: L,
  right: R,
  options: O,
): Join<TablesOf<L> | TablesOf<R>, NullsOf<L> | JoinNulls<TablesOf<L>, R, O>>;
export function join<L extends FromArgument, R extends FromArgument, const O extends JoinOptions = NoJoinOptions>(
  left: L,
  right: R,
  onclause?: OnClause | null,
  options?: O,
): Join<TablesOf<L> | TablesOf<R>, NullsOf<L> | JoinNulls<TablesOf<L>, R, O>>;
export function join(
  left: FromArgument,
  right: FromArgument,
  onclause: OnClause | JoinOptions | null = null,
  options: JoinOptions = {},
): never {
  const [on, opts] = joinArguments(onclause, options);
  return new Join(left, right, on, opts) as never;
}

/** `left LEFT OUTER JOIN right`; without an ON clause the foreign keys decide. */
export function outerjoin<L extends FromArgument, R extends FromArgument, const O extends OuterJoinOptions>(
  left: L,
  right: R,
  options: O,
): Join<TablesOf<L> | TablesOf<R>, NullsOf<L> | OuterJoinNulls<TablesOf<L>, R, O>>;
export function outerjoin<L extends FromArgument, R extends FromArgument, const O extends OuterJoinOptions = NoJoinOptions>(
  left: L,
  right: R,
  onclause?: OnClause | null,
  options?: O,
): Join<TablesOf<L> | TablesOf<R>, NullsOf<L> | OuterJoinNulls<TablesOf<L>, R, O>>;
export function outerjoin(
  left: FromArgument,
  right: FromArgument,
  onclause: OnClause | JoinOptions | null = null,
  options: JoinOptions = {},
): never {
  const [on, opts] = joinArguments(onclause, options);
  return new Join(left, right, on, { ...opts, isouter: true }) as never;
}

/** A subquery (or table-valued function) that may refer to the FROM elements before it: LATERAL. */
export function lateral<R, B, const S extends string | null = null>(
  select: SelectBase<R, B>,
  name?: S | QuotedName | { readonly name?: S | QuotedName },
): Lateral<SubqueryColumns<R, B>, NameOr<S, "(lateral)">>;
export function lateral(from: FromClause, options?: { readonly name?: NameArgument | null } | NameArgument | null): FromClause;
export function lateral(given: unknown, options: { readonly name?: NameArgument | null } | NameArgument | null = null): never {
  const from = given as { lateral(name: NameArgument | null): unknown };
  const name = typeof options === "string" || options instanceof QuotedName ? options : (options?.name ?? null);
  return from.lateral(name) as never;
}

/** A common table expression of a SELECT, or of another statement that gives rows. */
export function cte<R, B, const S extends string | null = null>(
  statement: SelectBase<R, B>,
  name?: S | QuotedName,
  options?: CteOptions,
): Cte<SubqueryColumns<R, B>, NameOr<S, "(cte)">>;
export function cte<R, B>(statement: SelectBase<R, B>, options: CteOptions): Cte<SubqueryColumns<R, B>, "(cte)">;
export function cte(statement: SelectBase<unknown>, name: NameArgument | CteOptions | null = null, options: CteOptions = {}): never {
  return statement.cte(name as string, options) as never;
}

/** A random part of a table's rows; `sampling` is a percentage or a function such as `func.bernoulli(1)`. */
export function tablesample<C, N extends string>(
  from: FromClause<C, N>,
  sampling: unknown,
  options?: TableSampleOptions,
): TableSample<C, `(${N})`>;
export function tablesample(from: FromArgument, sampling: unknown, options?: TableSampleOptions): TableSample;
export function tablesample(from: FromArgument, sampling: unknown, options: TableSampleOptions = {}): never {
  return new TableSample(expectFrom(from, "tablesample()"), sampling, options) as never;
}

/**
 * Rows of values to select from.
 * @example values(column("a", t.integer()), column("b", t.string()), { name: "v" }).data([[1, "x"], [2, "y"]])
 */
export function values<const L extends readonly (ColumnClause<unknown> | string)[]>(
  ...columns: L
): Values<NamedColumns<L>, "(values)", ValuesRow<L>>;
export function values<const L extends readonly (ColumnClause<unknown> | string)[], const S extends string>(
  ...args: readonly [...L, ValuesOptions & { readonly name: S }]
): Values<NamedColumns<L>, S, ValuesRow<L>>;
export function values<const L extends readonly (ColumnClause<unknown> | string)[]>(
  ...args: readonly [...L, ValuesOptions]
): Values<NamedColumns<L>, "(values)", ValuesRow<L>>;
export function values(...args: readonly (ClauseElement | string | ValuesOptions)[]): Values;
export function values(...args: readonly unknown[]): never {
  const last = args.at(-1);
  const hasOptions = typeof last === "object" && last !== null && Object.getPrototypeOf(last) === Object.prototype;
  const columns = hasOptions ? args.slice(0, -1) : args;
  return new Values(
    columns.map((column) => expectColumnOrName(column, "values()") as ColumnClause<unknown>),
    hasOptions ? (last as ValuesOptions) : {},
  ) as never;
}
