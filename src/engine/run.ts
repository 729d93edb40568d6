import { CompileError, type AthanorError } from "../errors.ts";
import type { Connection } from "./connection.ts";
import type { DriverConnection, DriverResult, MaybePromise } from "./driver.ts";
import type { ExecutionContext } from "./execution-context.ts";
import { tooManyRows } from "./guards.ts";
import { bindFailure, type Prepared } from "./prepare.ts";
import type { InsertBatch } from "../sql/compiler/compiled.ts";

/** Sends a prepared statement. Where nobody looks on and the driver does not wait, nothing is awaited. */
export function runPrepared(connection: Connection, prepared: Prepared): MaybePromise<DriverResult> {
  const ready = connection._ready();
  if (ready instanceof Promise) return ready.then((driver) => runOn(connection, driver, prepared));
  return runOn(connection, ready, prepared);
}

function runOn(connection: Connection, driver: DriverConnection, prepared: Prepared): MaybePromise<DriverResult> {
  const { context } = prepared;
  context.cursor = driver;
  connection._note(context.statement);
  if (connection._isWatched || prepared.batches !== null) return runWatched(connection, driver, prepared);
  let result: MaybePromise<DriverResult>;
  try {
    result = send(driver, prepared);
  } catch (error) {
    return connection._failed(error, context);
  }
  if (!(result instanceof Promise)) return note(prepared, result);
  return result.then(
    (arrived) => note(prepared, arrived),
    (error: unknown) => connection._failed(error, context),
  );
}

function send(driver: DriverConnection, { context, driverOptions }: Prepared): MaybePromise<DriverResult> {
  if (!context.executemany) return driver.execute(context.statement, context.parameters, driverOptions);
  return driver.executeMany(context.statement, context.parameters as readonly (readonly unknown[])[], driverOptions);
}

function note({ context, driverOptions }: Prepared, result: DriverResult): DriverResult {
  const { maxRows } = driverOptions;
  if (maxRows !== undefined && result.rows.length > maxRows) throw tooManyRows(maxRows, context.statement);
  context.rowcount = result.rowCount;
  context.lastInsertId = result.lastInsertId;
  return result;
}

/** The way with listeners, with the log, and with many rows in batches. */
async function runWatched(connection: Connection, driver: DriverConnection, prepared: Prepared): Promise<DriverResult> {
  const { context, batches } = prepared;
  if (batches === null) return note(prepared, await runOnce(connection, driver, prepared));
  const rows: unknown[][] = [];
  let columns: readonly string[] = [];
  let rowCount = 0;
  for (const batch of shown(batches, connection)) {
    context.statement = batch.sql;
    context.parameters = batch.params;
    context._parameterName = batch.parameterName;
    const result = await (connection._isWatched ? runOnce(connection, driver, prepared) : runBatch(connection, driver, prepared));
    // several rows stand in one statement, so it goes out as a single execution
    const sorted = batch.sortRows === null ? result.rows : sortRows(batch.sortRows, result.rows, context);
    for (const row of sorted) rows.push(row);
    columns = result.columns;
    rowCount += result.columns.length > 0 ? batch.rowCount : Math.max(result.rowCount, 0);
  }
  return note(prepared, { columns, rows, rowCount, lastInsertId: null, command: null });
}

/** A batch that nobody looks at. */
function runBatch(connection: Connection, driver: DriverConnection, { context, driverOptions }: Prepared): MaybePromise<DriverResult> {
  try {
    const result = driver.execute(context.statement, context.parameters, driverOptions);
    return result instanceof Promise ? result.catch((error: unknown) => connection._failed(error, context)) : result;
  } catch (error) {
    return connection._failed(error, context);
  }
}

/** The batches, whose values are converted one batch after the other. */
function* shown(batches: Iterable<InsertBatch>, connection: Connection): Iterable<InsertBatch> {
  try {
    yield* batches;
  } catch (error) {
    throw bindFailure(connection, error);
  }
}

function sortRows(sort: (rows: unknown[][]) => unknown[][], rows: unknown[][], context: ExecutionContext): unknown[][] {
  try {
    return sort(rows);
  } catch (error) {
    throw new CompileError(
      `the rows of ${context.statement.slice(0, 80)}… could not be put into the order of the input: ${(error as AthanorError).message}`,
      {
        cause: error,
      },
    );
  }
}

async function runOnce(connection: Connection, driver: DriverConnection, prepared: Prepared): Promise<DriverResult> {
  const { context, batches, driverOptions } = prepared;
  const { beforeCursorExecute, afterCursorExecute } = connection._dispatch.on;
  if (beforeCursorExecute !== null) {
    for (const fn of beforeCursorExecute) {
      const replaced = await connection._underWay.listen(() =>
        fn(connection, driver, context.statement, context.parameters, context, context.executemany),
      );
      if (Array.isArray(replaced)) [context.statement, context.parameters] = replaced as [string, readonly unknown[]];
    }
  }
  const start = performance.now();
  let result: DriverResult;
  try {
    result =
      (await sentByListener(connection, driver, prepared)) ??
      (await (batches === null ? send(driver, prepared) : driver.execute(context.statement, context.parameters, driverOptions)));
  } catch (error) {
    const duration = performance.now() - start;
    return connection._failed(error, context).catch((thrown: unknown) => {
      connection._logStatement(context, duration, -1, thrown);
      throw thrown;
    });
  }
  connection._logStatement(context, performance.now() - start, result.rowCount);
  connection._logRows(context, result);
  if (afterCursorExecute !== null) {
    for (const fn of afterCursorExecute) {
      await connection._underWay.listen(() => fn(connection, driver, context.statement, context.parameters, context, context.executemany));
    }
  }
  return result;
}

/** What a listener made of a statement that it sent itself, or has no need to send; null where none did. */
async function sentByListener(connection: Connection, driver: DriverConnection, prepared: Prepared): Promise<DriverResult | null> {
  const { context, batches } = prepared;
  const { doExecute, doExecutemany } = connection._dispatch.on;
  const listeners = batches === null && context.executemany ? doExecutemany : doExecute;
  for (const fn of listeners ?? []) {
    const returned: unknown = await connection._underWay.listen(() =>
      fn(driver, context.statement, context.parameters as readonly never[], context),
    );
    if (typeof returned !== "object" || returned === null || !("rows" in returned)) continue;
    const { rows } = returned as DriverResult;
    return { columns: [], rowCount: rows.length, lastInsertId: null, command: null, ...returned, rows };
  }
  return null;
}
