import type { ColumnElement } from "../../sql/elements/column-element.ts";
import { bindparam, tuple } from "../../sql/elements/constructors.ts";

/**
 * The condition that a key is one of a list.
 * @param columns - the columns of the key
 * @param parameter - the name of the parameter with the list: of values, or of arrays of values where the key has several columns
 */
export function keyInList(columns: readonly ColumnElement<unknown>[], parameter: string): ColumnElement<boolean> {
  const left = columns.length === 1 ? columns[0]! : (tuple(...(columns as never[])) as ColumnElement<unknown>);
  return left.in(bindparam(parameter, { expanding: true, type: left.type }) as never);
}
