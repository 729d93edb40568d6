import type { Connection } from "../../engine/connection.ts";
import { convertedRows } from "../../engine/execute.ts";
import { EACH_KEY, EACH_ROW_ONCE } from "../../engine/prepare.ts";
import type { ClauseElement } from "../../sql/elements/clause-element.ts";

type Row = Record<string, unknown>;

/** A flush meets each row once. */
const DISTINCT = Object.freeze({ [EACH_ROW_ONCE]: true });

const KEYS = Object.freeze({ [EACH_KEY]: true });

/** Runs a statement for many rows; the number of rows that it met, or -1 when the driver cannot tell. */
export async function runMany(connection: Connection, statement: ClauseElement, rows: readonly Row[]): Promise<number> {
  const ran = rows.length === 1 ? connection._executeCompiled(statement, rows[0]!) : connection._executeCompiled(statement, rows, DISTINCT);
  return (ran instanceof Promise ? await ran : ran).rowCount;
}

/** Runs a statement with RETURNING for many rows; gives the rows in the order of the input. */
export async function runReturning(connection: Connection, statement: ClauseElement, rows: readonly Row[]): Promise<unknown[][]> {
  const ran = connection._executeCompiled(statement, rows.length === 1 ? rows[0]! : rows);
  return convertedRows(ran instanceof Promise ? await ran : ran);
}

/** Inserts rows, whose generated keys the driver reports in their order; null when it does not report each of them. */
export async function runForLastIds(
  connection: Connection,
  statement: ClauseElement,
  rows: readonly Row[],
): Promise<readonly (number | bigint)[] | null> {
  const ran = connection._executeCompiled(statement, rows, KEYS);
  const { lastInsertIds, rowCount } = ran instanceof Promise ? await ran : ran;
  // a trigger that keeps a row out leaves the key of the row before
  return lastInsertIds !== undefined && rowCount === rows.length ? lastInsertIds : null;
}

/** Inserts one row, whose generated key the driver reports; null when it does not. */
export async function runForLastId(connection: Connection, statement: ClauseElement, row: Row): Promise<number | bigint | null> {
  const ran = connection._executeCompiled(statement, row);
  return (ran instanceof Promise ? await ran : ran).lastInsertId;
}
