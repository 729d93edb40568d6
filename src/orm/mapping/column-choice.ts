import { ArgumentError } from "../../errors.ts";
import { clauseOf } from "../../sql/base/coercions.ts";
import type { ColumnElement } from "../../sql/elements/column-element.ts";
import type { FromClause } from "../../sql/selectable/from-clause.ts";
import { describeValue } from "../attributes/class-manager.ts";

/** Which columns of a table that exists become attributes, beside those that the class names itself. */
export interface ColumnChoice {
  /** only these, by key or as columns; an empty list for those alone that the class names */
  readonly includeProperties?: readonly unknown[] | null;
  /** all but these */
  readonly excludeProperties?: readonly unknown[] | null;
}

/** The names of these options. */
export const CHOICE_OPTIONS: ReadonlySet<string> = new Set(["includeProperties", "excludeProperties"]);

/**
 * Tells for each column of a FROM element whether it is mapped though the class does not name it.
 * @throws ArgumentError for a name that is no column: a column left out by mistake would not be noticed
 */
export function chosenColumns(className: string, from: FromClause, choice: ColumnChoice): (column: ColumnElement<unknown>) => boolean {
  const { includeProperties, excludeProperties } = choice;
  const included = includeProperties == null ? null : namedColumns(className, "includeProperties", from, includeProperties);
  const excluded = excludeProperties == null ? null : namedColumns(className, "excludeProperties", from, excludeProperties);
  return (column) => (included === null || included.has(column._identity)) && excluded?.has(column._identity) !== true;
}

function namedColumns(className: string, option: string, from: FromClause, given: unknown): Set<unknown> {
  if (!Array.isArray(given))
    throw new ArgumentError(`${className}: ${option} is a list of columns, or of their keys; it is ${describeValue(given)}`);
  const all = [...from._collection];
  const found = new Set<unknown>();
  for (const one of given as unknown[]) {
    const clause = typeof one === "string" ? null : clauseOf(one);
    const columns =
      clause === null ? all.filter((column) => column.key === one) : all.filter((column) => column._identity === clause._identity);
    if (columns.length === 0)
      throw new ArgumentError(
        `${className}: ${option} names ${clause === null ? describeValue(one) : String(clause)}, which is no column of ${from.description}; ` +
          `it has ${all.map((column) => column.key).join(", ")}`,
      );
    for (const column of columns) found.add(column._identity);
  }
  return found;
}
