import { expectColumnOrName, expectFrom } from "../base/coercions.ts";
import { ArgumentError } from "../../errors.ts";
import type { ColumnClause } from "../elements/column-clause.ts";
import type { ClauseElement } from "../elements/clause-element.ts";
import type { Alias } from "./alias.ts";
import type { LooseColumns } from "./column-collection.ts";
import type { Cte, CteOptions } from "./cte.ts";
import { joinArguments, type FromArgument, type FromClause, type JoinOptions, type OnClause } from "./from-clause.ts";
import { Join } from "./join.ts";
import type { Lateral } from "./lateral.ts";
import type { SelectBase } from "./select-base.ts";
import type { SubqueryColumns } from "./select-types.ts";
import type { Subquery } from "./subquery.ts";
import { TableClause } from "./table-clause.ts";
import { TableSample, type TableSampleOptions } from "./tablesample.ts";
import { Values, type ValuesOptions } from "./values.ts";

/**
 * A table that is only known by name, with columns if they are needed.
 * @example select(table("t", column("a"), column("b")))
 */
export function table(
  name: string,
  ...args: readonly (ColumnClause<unknown> | { readonly schema?: string | null })[]
): TableClause<LooseColumns> {
  if (typeof name !== "string") throw new ArgumentError("table() takes a name, and columns behind it.");
  const last = args.at(-1);
  const options =
    last !== undefined && Object.getPrototypeOf(last) === Object.prototype ? (last as { readonly schema?: string | null }) : null;
  const columns = (options === null ? args : args.slice(0, -1)) as readonly ColumnClause<unknown>[];
  return new TableClause<LooseColumns>(name, columns, options ?? {});
}

/** A FROM element under another name, or a SELECT as a subquery. */
export function alias(from: FromArgument, name: string | null = null): Alias | Subquery {
  const clause = from as { alias?: (name: string | null) => Alias };
  return typeof clause.alias === "function" && !("prototype" in from)
    ? clause.alias(name)
    : (expectFrom(from, "alias()").alias(name) as Alias);
}

/** `left JOIN right`; without an ON clause the foreign keys decide. */
export function join(
  left: FromArgument,
  right: FromArgument,
  onclause: OnClause | JoinOptions | null = null,
  options: JoinOptions = {},
): Join {
  const [on, opts] = joinArguments(onclause, options);
  return new Join(left, right, on, opts);
}

/** `left LEFT OUTER JOIN right`; without an ON clause the foreign keys decide. */
export function outerjoin(
  left: FromArgument,
  right: FromArgument,
  onclause: OnClause | JoinOptions | null = null,
  options: JoinOptions = {},
): Join {
  const [on, opts] = joinArguments(onclause, options);
  return new Join(left, right, on, { ...opts, isouter: true });
}

/** A subquery (or table-valued function) that may refer to the FROM elements before it: LATERAL. */
export function lateral<R>(select: SelectBase<R>, options?: { readonly name?: string | null } | string | null): Lateral<SubqueryColumns<R>>;
export function lateral(from: FromClause, options?: { readonly name?: string | null } | string | null): FromClause;
export function lateral(given: unknown, options: { readonly name?: string | null } | string | null = null): never {
  const from = given as { lateral(name: string | null): unknown };
  const name = typeof options === "string" ? options : (options?.name ?? null);
  return from.lateral(name) as never;
}

/** A common table expression of a SELECT, or of another statement that gives rows. */
export function cte<R>(
  statement: SelectBase<R>,
  name: string | CteOptions | null = null,
  options: CteOptions = {},
): Cte<SubqueryColumns<R>> {
  return statement.cte(name as string, options);
}

/** A random part of a table's rows; `sampling` is a percentage or a function such as `func.bernoulli(1)`. */
export function tablesample(from: FromArgument, sampling: unknown, options: TableSampleOptions = {}): TableSample {
  return new TableSample(expectFrom(from, "tablesample()"), sampling, options);
}

/**
 * Rows of values to select from.
 * @example values(column("a", t.integer()), column("b", t.string()), { name: "v" }).data([[1, "x"], [2, "y"]])
 */
export function values(...args: readonly (ColumnClause<unknown> | string | ClauseElement | ValuesOptions)[]): Values<LooseColumns> {
  const last = args.at(-1);
  const hasOptions = typeof last === "object" && Object.getPrototypeOf(last) === Object.prototype;
  const columns = hasOptions ? args.slice(0, -1) : args;
  return new Values<LooseColumns>(
    columns.map((column) => expectColumnOrName(column, "values()") as ColumnClause<unknown>),
    hasOptions ? (last as ValuesOptions) : {},
  );
}
