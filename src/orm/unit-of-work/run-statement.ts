import type { Connection } from "../../engine/connection.ts";
import type { ClauseElement } from "../../sql/elements/clause-element.ts";

type Row = Record<string, unknown>;

/** Runs a statement for many rows; the number of rows that it met, or -1 when the driver cannot tell. */
export async function runMany(connection: Connection, statement: ClauseElement, rows: readonly Row[]): Promise<number> {
  const result = await connection.execute(statement as never, rows.length === 1 ? rows[0]! : (rows as Row[]));
  return result.rowcount;
}

/** Runs a statement with RETURNING for many rows; gives the rows in the order of the input. */
export async function runReturning(
  connection: Connection,
  statement: ClauseElement,
  rows: readonly Row[],
): Promise<{ rows: unknown[][]; rowcount: number }> {
  const result = await connection.execute(statement as never, rows.length === 1 ? rows[0]! : (rows as Row[]));
  const rowcount = result.rowcount;
  return { rows: result.all() as unknown[][], rowcount };
}

/** Inserts one row, whose generated key the driver reports. */
export async function runForLastId(connection: Connection, statement: ClauseElement, row: Row): Promise<unknown> {
  const result = await connection.execute(statement as never, row);
  return result.lastrowid;
}
