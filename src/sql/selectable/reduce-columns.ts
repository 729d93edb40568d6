import { InvalidRequestError } from "../../errors.ts";
import type { ClauseElement } from "../elements/clause-element.ts";
import type { ColumnElement } from "../elements/column-element.ts";
import { eq } from "../operators/operator-table.ts";
import type { Operator } from "../operators/operator.ts";
import type { ForeignKey } from "../schema/foreign-key.ts";

interface Comparison extends ClauseElement {
  readonly left: ClauseElement;
  readonly right: ClauseElement;
  readonly operator: Operator;
}

/** Options of {@link reduceColumns}. */
export interface ReduceColumnsOptions {
  /** foreign keys to tables or columns that do not exist say nothing, rather than being mistakes */
  readonly ignoreNonexistentTables?: boolean;
  /** leave out only columns of the same name */
  readonly onlySynonyms?: boolean;
}

/** The columns without those that must equal another one of them, by a foreign key or by a comparison in `clauses`. */
export function reduceColumns(
  columns: Iterable<ColumnElement<unknown>>,
  clauses: readonly (ClauseElement | null)[] = [],
  options: ReduceColumnsOptions = {},
): ColumnElement<unknown>[] {
  const all = [...new Set(columns)];
  const omit = new Set<ColumnElement<unknown>>();
  for (const column of all) {
    for (const member of column.proxySet) {
      for (const fk of member.foreignKeys as ReadonlySet<ForeignKey>) {
        const referenced = referencedColumn(fk, options.ignoreNonexistentTables ?? false);
        if (referenced === null) continue;
        const repeats = all.some(
          (c) => c !== column && referenced.sharesLineage(c) && (options.onlySynonyms !== true || c.name === column.name),
        );
        if (repeats) omit.add(column);
      }
    }
  }
  for (const clause of clauses) if (clause !== null) omitCompared(clause, all, omit, options);
  return all.filter((column) => !omit.has(column));
}

function referencedColumn(fk: ForeignKey, ignore: boolean): ColumnElement<unknown> | null {
  try {
    return fk.column;
  } catch (error) {
    if (ignore && error instanceof InvalidRequestError) return null;
    throw error;
  }
}

function omitCompared(
  clause: ClauseElement,
  all: readonly ColumnElement<unknown>[],
  omit: Set<ColumnElement<unknown>>,
  options: ReduceColumnsOptions,
): void {
  const stack = [clause];
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    stack.push(...at._children());
    if ((at as Comparison).operator !== eq || (at as Comparison).right === undefined) continue;
    const { left, right } = at as Comparison;
    const members = new Set<ClauseElement>();
    for (const column of all) if (!omit.has(column)) for (const member of column.proxySet) members.add(member);
    if (!members.has(left._identity) || !members.has(right._identity)) continue;
    for (const column of all.toReversed()) {
      const same = column.sharesLineage(right as ColumnElement<unknown>);
      if (same && (options.onlySynonyms !== true || column.name === (left as ColumnElement<unknown>).name)) {
        omit.add(column);
        break;
      }
    }
  }
}
