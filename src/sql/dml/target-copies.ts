import { CompileError } from "../../errors.ts";
import { MARK } from "../compiler/base-compiler.ts";
import type { DmlCompiler } from "../compiler/dml-compiler.ts";
import type { ColumnElement } from "../elements/column-element.ts";
import type { CrudColumn } from "./crud-types.ts";

/** What stands in rendered text for the value of another column, until that is known. */
export function targetCopyMark(index: number): string {
  return `${MARK}c${index}${MARK}`;
}

const MARKS = new RegExp(`${MARK}c(\\d+)${MARK}`, "g");

/** A parameter and nothing else. */
const PARAMETER = new RegExp(`^${MARK}\\d+${MARK}$`);

/**
 * The values of a row with the values of other columns where they are named.
 * @param copies - the columns that are named, by the numbers in the marks
 * @param otherwise - the text of a column that has no value in this row
 * @throws CompileError when two columns are each to have the value of the other
 */
export function resolveTargetCopies(
  compiler: DmlCompiler,
  row: readonly CrudColumn[],
  copies: readonly ColumnElement<unknown>[],
  otherwise: (column: ColumnElement<unknown>) => string,
): CrudColumn[] {
  const named = new Set(copies.map(({ key }) => key));
  const cells = row.map((cell) => (named.has(cell.column.key) ? typed(compiler, cell) : cell));
  const resolve = (text: string, within: readonly string[]): string =>
    text.replace(MARKS, (_mark, index: string) => {
      const column = copies[Number(index)]!;
      const key = column.key!;
      if (within.includes(key))
        throw new CompileError(`The value of "${key}" is made of itself by fromDmlColumn(): ${[...within, key].join(" → ")}.`);
      const found = cells.find((other) => other.column.key === key);
      return found === undefined ? otherwise(column) : resolve(found.value, [...within, key]);
    });
  return cells.map((cell) => (cell.value.includes(MARK) ? { ...cell, value: resolve(cell.value, [cell.column.key]) } : cell));
}

function typed(compiler: DmlCompiler, cell: CrudColumn): CrudColumn {
  return PARAMETER.test(cell.value) ? { ...cell, value: compiler.sharedParameter(cell.value, cell.column.type) } : cell;
}
