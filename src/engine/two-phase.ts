import { ArgumentError, InvalidRequestError } from "../errors.ts";
import type { Connection } from "./connection.ts";
import type { DriverConnection } from "./driver.ts";
import { RootTransaction, type TransactionHost } from "./transaction.ts";

/** The statements of a database for transactions that are committed in two steps, each for a name that has been checked. */
export interface TwoPhaseSql {
  /** null: begun as any other */
  begin(xid: string): string | null;
  prepare(xid: string): readonly string[];
  /** of a transaction that was not prepared; null: as any other */
  rollback(xid: string): readonly string[] | null;
  commitPrepared(xid: string): string;
  rollbackPrepared(xid: string): string;
  /** Names of those that are prepared, from the rows of this query. */
  readonly recover: string;
  xidOf(row: readonly unknown[]): string;
}

const XID = /^[\w.:-]{1,64}$/;

/** Names stand in the text of statements: the databases take no parameters there. */
function checkXid(xid: unknown): string {
  if (typeof xid !== "string" || !XID.test(xid)) {
    throw new ArgumentError(
      `the name of a two-phase transaction has 1 to 64 letters, digits and the signs "_", "-", "." and ":", and not ${JSON.stringify(xid)}`,
    );
  }
  return xid;
}

/** A name of one's own. */
function makeXid(): string {
  return `athanor_${crypto.randomUUID().replaceAll("-", "")}`;
}

/**
 * A transaction that is committed in two steps: `prepare()` makes sure that the second one cannot fail, also when the server or the program
 * goes down in between; then it can be committed or rolled back by its name from any connection.
 * @see https://docs.sqlalchemy.org/en/21/core/connections.html#sqlalchemy.engine.TwoPhaseTransaction
 */
export class TwoPhaseTransaction extends RootTransaction {
  /** the name by which the server keeps it once it is prepared */
  readonly xid: string;
  #isPrepared = false;

  /** @internal */
  constructor(connection: Connection, host: TransactionHost, xid: string | null) {
    super(connection, host);
    this.xid = xid === null ? makeXid() : checkXid(xid);
  }

  /** Whether `prepare()` has succeeded. */
  get isPrepared(): boolean {
    return this.#isPrepared;
  }

  /**
   * The first step: after it nothing can be run in the transaction any more, and `commit()` cannot fail for what was run before.
   * @throws InvalidRequestError when it is prepared already, or has ended
   */
  async prepare(): Promise<void> {
    if (!this.isActive) throw this._ended("prepare");
    if (this.#isPrepared) throw new InvalidRequestError("this transaction is prepared already; commit it or roll it back");
    await this.connection._underWay.settled();
    await this.connection._underWay.interruptStreams("it was prepared for its commit");
    for (const fn of this.connection._dispatch.on.prepareTwophase ?? [])
      await this.connection._underWay.listen(() => fn(this.connection, this.xid));
    await send(this.connection, sqlOf(this.connection).prepare(this.xid));
    this.#isPrepared = true;
  }

  /** Sends what begins it. @internal */
  async _begin(driver: DriverConnection): Promise<void> {
    const { connection, xid } = this;
    for (const fn of connection._dispatch.on.beginTwophase ?? []) await connection._underWay.listen(() => fn(connection, xid));
    const begin = sqlOf(connection).begin(xid);
    const options = connection.getExecutionOptions();
    const isolationLevel = (options["isolationLevel"] as string | undefined) ?? null;
    if (begin === null) {
      await driver.begin({ isolationLevel, explicit: true, options });
      // a transaction that nothing was run in cannot be prepared
      await driver.execute("SELECT 1", [], { prepare: false });
    } else {
      if (isolationLevel !== null && isolationLevel !== "AUTOCOMMIT")
        await driver.exec(`SET TRANSACTION ISOLATION LEVEL ${isolationLevel}`);
      await driver.exec(begin);
    }
    connection._logControl(`BEGIN TWOPHASE ${xid}`);
  }

  /** @internal */
  async _finish(how: "commit" | "rollback", driver: DriverConnection): Promise<void> {
    const { connection, xid } = this;
    const sql = sqlOf(connection);
    const listeners = connection._dispatch.on[how === "commit" ? "commitTwophase" : "rollbackTwophase"];
    for (const fn of listeners ?? []) await connection._underWay.listen(() => fn(connection, xid, this.#isPrepared));
    connection._logControl(`${how === "commit" ? "COMMIT" : "ROLLBACK"} TWOPHASE ${xid}`);
    if (this.#isPrepared) return send(connection, [how === "commit" ? sql.commitPrepared(xid) : sql.rollbackPrepared(xid)]);
    if (how === "rollback") {
      const own = sql.rollback(xid);
      return own === null ? driver.rollback() : send(connection, own);
    }
    // in one step, where that is what is wanted
    return sql.begin(xid) === null ? driver.commit() : send(connection, [...sql.prepare(xid), sql.commitPrepared(xid)]);
  }
}

function sqlOf(connection: Connection): TwoPhaseSql {
  const { twoPhaseSql, name } = connection.dialect;
  if (twoPhaseSql === null) throw new InvalidRequestError(`${name} has no transactions that are committed in two steps`);
  return twoPhaseSql;
}

/** Checks what cannot be tried: whether the database has such transactions. */
export function newTwoPhase(connection: Connection, host: TransactionHost, xid: string | null): TwoPhaseTransaction {
  sqlOf(connection);
  return new TwoPhaseTransaction(connection, host, xid);
}

async function send(connection: Connection, statements: readonly string[]): Promise<void> {
  const driver = await connection._acquire();
  try {
    for (const statement of statements) {
      connection._logControl(statement);
      await driver.exec(statement);
    }
  } catch (error) {
    await connection._failed(error, null);
  }
}

/** The names of the transactions that are prepared on the server and wait for their second step. */
export async function recoverTwophase(connection: Connection): Promise<string[]> {
  const sql = sqlOf(connection);
  const rows = await connection.execDriverSql(sql.recover, [], { maxRows: null }).all();
  return rows.map((row) => sql.xidOf(row));
}

/** Ends a prepared transaction by its name. */
export async function endPrepared(connection: Connection, xid: string, how: "commit" | "rollback"): Promise<void> {
  const sql = sqlOf(connection);
  const name = checkXid(xid);
  if (connection.inTransaction()) {
    throw new InvalidRequestError(
      "a prepared transaction is ended outside of transactions, and this connection is in one; call commit() or rollback() first",
    );
  }
  await send(connection, [how === "commit" ? sql.commitPrepared(name) : sql.rollbackPrepared(name)]);
}
