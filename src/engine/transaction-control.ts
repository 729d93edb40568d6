import type { Connection } from "./connection.ts";
import type { BeginOptions, DriverConnection, MaybePromise } from "./driver.ts";
import type { ExecutionOptions } from "./execution-context.ts";
import { prepareText } from "./prepare.ts";
import { runPrepared } from "./run.ts";
import type { NestedTransaction, RootTransaction } from "./transaction.ts";
import { TwoPhaseTransaction } from "./two-phase.ts";

/** Begins a transaction on the driver's connection. */
export function beginRoot(connection: Connection, transaction: RootTransaction, explicit: boolean): MaybePromise<void> {
  let driver: MaybePromise<DriverConnection>;
  try {
    driver = connection._acquire();
  } catch (error) {
    return abandon(connection, transaction, error);
  }
  const { begin } = connection._dispatch.on;
  if (driver instanceof Promise || begin !== null || connection.engine.echo || transaction instanceof TwoPhaseTransaction)
    return beginSlowly(connection, transaction, driver, explicit);
  try {
    const begun = beginDriver(connection, driver, explicit);
    return begun instanceof Promise ? begun.catch((error: unknown) => abandon(connection, transaction, error)) : undefined;
  } catch (error) {
    return abandon(connection, transaction, error);
  }
}

async function beginSlowly(
  connection: Connection,
  transaction: RootTransaction,
  coming: MaybePromise<DriverConnection>,
  explicit: boolean,
): Promise<void> {
  try {
    const driver = await coming;
    if (transaction instanceof TwoPhaseTransaction) {
      await transaction._begin(driver);
      return;
    }
    for (const fn of connection._dispatch.on.begin ?? []) await connection._underWay.listen(() => fn(connection));
    connection._logControl(isAutocommit(connection.getExecutionOptions()) ? "BEGIN (autocommit: none is sent)" : "BEGIN");
    await beginDriver(connection, driver, explicit);
  } catch (error) {
    await abandon(connection, transaction, error);
  }
}

function beginDriver(connection: Connection, driver: DriverConnection, explicit: boolean): MaybePromise<void> {
  const options = connection.getExecutionOptions();
  if (isAutocommit(options)) return undefined;
  const begin: BeginOptions = { isolationLevel: (options["isolationLevel"] as string | undefined) ?? null, explicit, options };
  return driver.begin(begin);
}

async function abandon(connection: Connection, transaction: RootTransaction, error: unknown): Promise<never> {
  connection._transactions.endRoot(transaction, "rolled back");
  return connection._failed(error, null);
}

function isAutocommit(options: ExecutionOptions): boolean {
  return options["isolationLevel"] === "AUTOCOMMIT";
}

export async function commitRoot(connection: Connection, driver: DriverConnection | null, transaction: RootTransaction): Promise<void> {
  if (transaction instanceof TwoPhaseTransaction) {
    if (driver !== null) await transaction._finish("commit", driver);
    return;
  }
  const { commit } = connection._dispatch.on;
  if (commit !== null) await tellOfCommit(connection, driver, transaction, commit);
  if (driver === null) return;
  connection._logControl("COMMIT");
  // AUTOCOMMIT, or nothing was run
  const wasOpen = !driver.isClosed;
  try {
    await driver.commit();
  } catch (error) {
    try {
      // what could not be committed must not stay open under the next transaction
      if (!driver.isClosed && driver.inTransaction !== false) await driver.rollback();
    } catch (rollbackError) {
      await connection.invalidate(rollbackError);
    }
    await connection._failed(error, null, wasOpen ? "commit" : "statement");
  }
}

/** A commit that a listener refuses is a rollback: the work must not stay open under the next transaction. */
async function tellOfCommit(
  connection: Connection,
  driver: DriverConnection | null,
  transaction: RootTransaction,
  listeners: readonly ((connection: Connection) => unknown)[],
): Promise<void> {
  try {
    for (const fn of listeners) await connection._underWay.listen(() => fn(connection));
  } catch (error) {
    if (driver !== null) await rollbackDriver(connection, driver);
    throw error;
  }
  if (!transaction.isActive) throw transaction._ended("commit");
}

/** Rolls back; nothing is awaited where nobody listens and the driver does not wait. */
export function rollbackRoot(connection: Connection, driver: DriverConnection | null, transaction: RootTransaction): MaybePromise<void> {
  if (connection._dispatch.on.rollback !== null || transaction instanceof TwoPhaseTransaction)
    return rollbackSlowly(connection, driver, transaction);
  return driver === null ? undefined : rollbackDriver(connection, driver);
}

async function rollbackSlowly(connection: Connection, driver: DriverConnection | null, transaction: RootTransaction): Promise<void> {
  if (transaction instanceof TwoPhaseTransaction) {
    if (driver !== null) await transaction._finish("rollback", driver);
    return;
  }
  try {
    for (const fn of connection._dispatch.on.rollback ?? []) await connection._underWay.listen(() => fn(connection));
  } finally {
    // nobody can refuse it
    if (driver !== null) await rollbackDriver(connection, driver);
  }
}

function rollbackDriver(connection: Connection, driver: DriverConnection): MaybePromise<void> {
  connection._logControl("ROLLBACK");
  try {
    const done = driver.rollback();
    return done instanceof Promise ? done.catch((error: unknown) => rollbackFailed(connection, error)) : undefined;
  } catch (error) {
    return rollbackFailed(connection, error);
  }
}

async function rollbackFailed(connection: Connection, error: unknown): Promise<void> {
  // nobody knows what state it is in
  await connection.invalidate(error);
  await connection._failed(error, null);
}

export async function savepoint(connection: Connection, nested: NestedTransaction): Promise<void> {
  await connection._ready();
  for (const fn of connection._dispatch.on.savepoint ?? []) await connection._underWay.listen(() => fn(connection, nested.name));
  await control(connection, connection.dialect.savepointSql(nested.name));
}

export async function releaseSavepoint(connection: Connection, nested: NestedTransaction): Promise<void> {
  for (const fn of connection._dispatch.on.releaseSavepoint ?? [])
    await connection._underWay.listen(() => fn(connection, nested.name, null));
  await control(connection, connection.dialect.releaseSavepointSql(nested.name));
}

export async function rollbackToSavepoint(connection: Connection, nested: NestedTransaction): Promise<void> {
  for (const fn of connection._dispatch.on.rollbackSavepoint ?? [])
    await connection._underWay.listen(() => fn(connection, nested.name, null));
  await control(connection, connection.dialect.rollbackToSavepointSql(nested.name));
}

async function control(connection: Connection, sql: string): Promise<void> {
  await runPrepared(connection, prepareText(connection, sql, [], false, connection.getExecutionOptions(), false));
}
