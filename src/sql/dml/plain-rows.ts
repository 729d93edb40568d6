import { type CacheKey, KeyMark } from "../base/cache-key.ts";
import { clauseOf } from "../base/coercions.ts";
import { BindParameter } from "../elements/bind-parameter.ts";
import type { FromClause } from "../selectable/from-clause.ts";
import { NULLTYPE } from "../types/null-type.ts";
import type { DmlKey } from "./dml-base.ts";

/** Many rows of an INSERT that hold nothing but values, all for the same columns. */
export interface PlainRows {
  readonly columns: readonly DmlKey[];
  /** the rows, as the value of a parameter: values in the order of the columns */
  readonly bind: BindParameter<unknown>;
}

/** The rows of `values([…])` in that form; null where they hold expressions, or are not alike. */
export function plainRows(table: FromClause, given: readonly unknown[]): PlainRows | null {
  const columns = columnsOf(table, given[0]);
  if (columns === null || columns.length === 0) return null;
  const rows: unknown[][] = [];
  for (const one of given) {
    const row = valuesOf(one, columns);
    if (row === null) return null;
    rows.push(row);
  }
  return { columns, bind: new BindParameter<unknown>("rows", rows, NULLTYPE, true, true) };
}

function columnsOf(table: FromClause, row: unknown): readonly DmlKey[] | null {
  if (Array.isArray(row)) return row.length > table._collection.length ? null : table._collection.keys().slice(0, row.length);
  if (!(row instanceof Map)) return Object.keys(row as object);
  const columns: DmlKey[] = [];
  for (const key of row.keys() as Iterable<unknown>) {
    if (typeof key !== "string" && clauseOf(key) !== key) return null;
    columns.push(key as DmlKey);
  }
  return columns;
}

/** The values of a row; null where it has other columns, or an expression. */
function valuesOf(row: unknown, columns: readonly DmlKey[]): unknown[] | null {
  const values: unknown[] = [];
  if (Array.isArray(row)) {
    if (row.length !== columns.length) return null;
    for (const value of row as unknown[]) values.push(value);
  } else if (row instanceof Map) {
    if (row.size !== columns.length) return null;
    for (const column of columns) values.push((row as Map<unknown, unknown>).get(column));
  } else {
    if (Object.keys(row as object).length !== columns.length) return null;
    for (const column of columns) {
      if (typeof column !== "string" || !Object.hasOwn(row as object, column)) return null;
      values.push((row as Record<string, unknown>)[column]);
    }
  }
  for (const value of values) if (value === undefined || clauseOf(value) !== null) return null;
  return values;
}

/** Rows of values are a value; others are part of the statement, and compiled each time. */
export function writeRows(rows: PlainRows | null, key: CacheKey): void {
  if (rows === null) {
    key.cacheable = false;
    return;
  }
  key.add(KeyMark.rows);
  key.add(rows.columns.length);
  for (const column of rows.columns) key.plain(column);
  if (!key.again(rows.bind)) key.binds.push(rows.bind);
}
