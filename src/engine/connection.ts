import { INSPECT } from "../util/inspect.ts";
import type { INSPECTED } from "../inspection.ts";
import type { Inspector } from "./reflection/inspector.ts";
import type { Dispatcher } from "../event/dispatcher.ts";
import type { EVENTS } from "../event/registry.ts";
import { ArgumentError, InvalidRequestError, ResourceClosedError } from "../errors.ts";
import type { PARAMETERS } from "../sql/dml/value-types.ts";
import type { ROW } from "../sql/selectable/select-base.ts";
import type { ScalarOf } from "../sql/selectable/select-types.ts";
import type { ClauseElement } from "../sql/elements/clause-element.ts";
import type { Sequence } from "../sql/schema/sequence.ts";
import type { Dialect } from "./dialect.ts";
import type { DriverConnection, DriverResult, MaybePromise } from "./driver.ts";
import type { Engine } from "./engine.ts";
import type { ConnectionEvents } from "./events.ts";
import type { ExecutionContext, ExecutionOptions } from "./execution-context.ts";
import { abortableLoan } from "./abort.ts";
import { ConnectionTransactions } from "./connection-transactions.ts";
import { executeRaw, executeStatement, executeText, type RawResult } from "./execute.ts";
import { handleFailure } from "./failure.ts";
import type { ExecuteParameters } from "./parameters.ts";
import { CallSite } from "./pool/call-site.ts";
import type { PooledConnection } from "./pool/checked-out.ts";
import type { CursorResult } from "./result/cursor-result.ts";
import { PendingResult, type PendingScalars } from "./result/pending-result.ts";
import type { StreamResult, StreamScalars } from "./result/stream-result.ts";
import { streamStatement } from "./stream.ts";
import type { Begun, NestedTransaction, RootTransaction } from "./transaction.ts";
import { endPrepared, recoverTwophase, type TwoPhaseTransaction } from "./two-phase.ts";
import { UnderWay } from "./under-way.ts";

/** A statement that says what its rows are (`R`), and maybe what parameters it takes (`P`). */
export interface TypedStatement<R = unknown, P = unknown> {
  readonly [ROW]: R;
  readonly [PARAMETERS]?: P;
}

/** What can be executed; `R` is the row that it gives. `text()`, DDL, functions and sequences say nothing of their rows. */
export type Executable<R = unknown, P = unknown> = TypedStatement<R, P> | ClauseElement | Sequence;

/** The row that a statement gives; an array of unknown values where it does not say. */
export type ResultRow<S> = S extends { readonly [ROW]: infer R } ? R : unknown[];

/** The parameters of an execution: one set by name, or a list of sets for many executions. */
export type ParametersOf<S> = S extends { readonly [PARAMETERS]?: infer P } ? P | readonly P[] | null | undefined : ExecuteParameters;

const NO_OPTIONS: ExecutionOptions = Object.freeze({});

/**
 * A connection to the database, for the work of one flow. It begins a transaction with the first statement; `commit()`
 * makes the work lasting, and whatever is not committed is undone when the connection is closed.
 * @see https://docs.sqlalchemy.org/en/21/core/connections.html#sqlalchemy.engine.Connection
 * @example
 * await using conn = await engine.connect();
 * await conn.execute(insert(users).values({ name: "sandy" }));
 * await conn.commit();
 */
export class Connection {
  declare readonly [EVENTS]?: ConnectionEvents;
  declare readonly [INSPECTED]?: Inspector;
  readonly engine: Engine;
  readonly dialect: Dialect;
  /** @internal */
  _dispatch: Dispatcher<ConnectionEvents>;
  #hasOwnDispatch = false;
  /** when the pool is told to remember where connections were taken */
  readonly #madeAt: CallSite | null;
  #options: ExecutionOptions;
  #lease: PooledConnection | null = null;
  #acquiring: Promise<DriverConnection> | null = null;
  /** the driver's connection while a transaction is under way and all is well: the short way for statements */
  #ready: DriverConnection | null = null;
  #closed = false;
  /** a request to cancel is under way, which must not hit anything else */
  #heldBack: Promise<void> | null = null;
  /** @internal */
  readonly _underWay: UnderWay = new UnderWay();
  /** @internal */
  readonly _transactions: ConnectionTransactions = new ConnectionTransactions(this, this._underWay);

  /** @internal */
  constructor(engine: Engine) {
    this.engine = engine;
    this.dialect = engine.dialect;
    this._dispatch = engine._dispatch;
    this.#options = engine._executionOptions;
    this.#madeAt = engine.pool._traces ? new CallSite().written() : null;
  }

  // --- statements --------------------------------------------------------------------------------------------------

  /**
   * Runs a statement. The result can be awaited, or read at once: `await conn.execute(stmt).all()`.
   * @param params - values by name; a list of them runs the statement once for each
   * @param options - execution options for this call; `signal`, an AbortSignal, has the statement cancelled when it fires
   * @throws ObjectNotExecutableError, ArgumentError, CompileError, DBAPIError and its kinds; all by the promise
   */
  execute<S extends Executable>(
    statement: S,
    params?: ParametersOf<S>,
    options?: ExecutionOptions,
  ): PendingResult<ResultRow<S>, CursorResult<ResultRow<S>>>;
  execute(statement: unknown, params?: ExecuteParameters, options: ExecutionOptions = NO_OPTIONS): never {
    return new PendingResult(() => {
      if (this._transactions.ending !== null) this._transactions.requireNotEnding();
      return executeStatement(this, statement as ClauseElement, params, options);
    }, this._underWay) as never;
  }

  /** Runs a statement and gives the first value of the first row, or null when there is no row. */
  scalar<S extends Executable>(statement: S, params?: ParametersOf<S>, options?: ExecutionOptions): Promise<ScalarOf<ResultRow<S>> | null>;
  scalar(statement: unknown, params?: ExecuteParameters, options?: ExecutionOptions): Promise<never> {
    return this.execute(statement as ClauseElement, params, options).scalar() as Promise<never>;
  }

  /** Runs a statement and gives the first value of each row. */
  scalars<S extends Executable>(statement: S, params?: ParametersOf<S>, options?: ExecutionOptions): PendingScalars<ScalarOf<ResultRow<S>>>;
  scalars(statement: unknown, params?: ExecuteParameters, options?: ExecutionOptions): PendingScalars<unknown> {
    return this.execute(statement as ClauseElement, params, options).scalars();
  }

  /**
   * Runs a statement and gives its rows as they arrive, a batch at a time (`yieldPer` in the options, 1000 by default).
   * @example for await (const row of conn.stream(select(users))) console.log(row);
   */
  stream<S extends Executable>(statement: S, params?: ParametersOf<S>, options?: ExecutionOptions): StreamResult<ResultRow<S>>;
  stream(statement: unknown, params?: ExecuteParameters, options: ExecutionOptions = NO_OPTIONS): never {
    this._transactions.requireNotEnding();
    return streamStatement(this, statement as ClauseElement, params, options) as never;
  }

  /** The first value of each row, as they arrive. */
  streamScalars<S extends Executable>(
    statement: S,
    params?: ParametersOf<S>,
    options?: ExecutionOptions,
  ): StreamScalars<ScalarOf<ResultRow<S>>>;
  streamScalars(statement: unknown, params?: ExecuteParameters, options?: ExecutionOptions): StreamScalars<unknown> {
    return this.stream(statement as ClauseElement, params, options).scalars();
  }

  /**
   * Sends text as it is, in the driver's own language: with `?` or `$1` for values; never take it from outside.
   * @param values - by place; a list of lists runs the text once for each
   */
  execDriverSql(
    sql: string,
    values: readonly unknown[] = [],
    options: ExecutionOptions = NO_OPTIONS,
  ): PendingResult<unknown[], CursorResult> {
    return new PendingResult(() => {
      if (this._transactions.ending !== null) this._transactions.requireNotEnding();
      return executeText(this, sql, values, options);
    }, this._underWay);
  }

  /**
   * Runs a statement and gives the driver's rows unconverted. The ORM makes its objects of them.
   * @internal
   */
  _executeCompiled(statement: ClauseElement, params?: ExecuteParameters, options: ExecutionOptions = NO_OPTIONS): MaybePromise<RawResult> {
    if (this._transactions.ending !== null) this._transactions.requireNotEnding();
    const result = executeRaw(this, statement, params, options);
    if (!(result instanceof Promise)) return result;
    this._underWay.begin();
    return result.finally(() => this._underWay.end(null));
  }

  // --- transactions ------------------------------------------------------------------------------------------------

  /**
   * Begins a transaction. With a function, it commits when the function returns and rolls back when it throws.
   * @throws InvalidRequestError when a transaction is under way, also one that began with a statement
   */
  begin(): Begun<RootTransaction>;
  begin<T>(fn: (transaction: RootTransaction) => T | PromiseLike<T>): Promise<T>;
  begin<T>(fn?: (transaction: RootTransaction) => T | PromiseLike<T>): Begun<RootTransaction> | Promise<T> {
    this.#requireOpen();
    return this._transactions.begin(fn);
  }

  /** As `begin()`, for those who wait only where there is something to wait for. @internal */
  _begin(): MaybePromise<RootTransaction> {
    this.#requireOpen();
    return this._transactions.beginNow();
  }

  /**
   * Begins a transaction that can be committed in two steps: `prepare()`, then `commit()`.
   * @param xid - its name on the server; one is made unless it is given
   * @throws InvalidRequestError when a transaction is under way, or the database has no such transactions
   */
  beginTwophase(xid: string | null = null): Begun<TwoPhaseTransaction> {
    this.#requireOpen();
    return this._transactions.beginTwophase(xid);
  }

  /** The names of the transactions of this database that were prepared and wait for their second step. */
  recoverTwophase(): Promise<string[]> {
    return recoverTwophase(this);
  }

  /** Commits a prepared transaction by its name, whoever prepared it. */
  commitPrepared(xid: string): Promise<void> {
    return endPrepared(this, xid, "commit");
  }

  /** Rolls a prepared transaction back by its name, whoever prepared it. */
  rollbackPrepared(xid: string): Promise<void> {
    return endPrepared(this, xid, "rollback");
  }

  /**
   * Sets a savepoint, and begins a transaction when there is none. With a function, it releases the savepoint when the
   * function returns and rolls back to it when it throws.
   */
  beginNested(): Begun<NestedTransaction>;
  beginNested<T>(fn: (transaction: NestedTransaction) => T | PromiseLike<T>): Promise<T>;
  beginNested<T>(fn?: (transaction: NestedTransaction) => T | PromiseLike<T>): Begun<NestedTransaction> | Promise<T> {
    this.#requireOpen();
    return this._transactions.beginNested(fn);
  }

  /** Commits the transaction, if there is one. Savepoints are released with it. */
  async commit(): Promise<void> {
    await this._transactions.root?.commit();
  }

  /** Rolls the transaction back, if there is one. */
  async rollback(): Promise<void> {
    await this._transactions.root?.rollback();
  }

  /** Whether a transaction is under way, by `begin()` or by a statement. */
  inTransaction(): boolean {
    const { root } = this._transactions;
    return root !== null && root.isActive;
  }

  /** Whether a savepoint is set. */
  inNestedTransaction(): boolean {
    const { nested } = this._transactions;
    return nested !== null && nested.isActive;
  }

  /** The transaction that is under way, or null. */
  getTransaction(): RootTransaction | null {
    return this._transactions.root;
  }

  /** The innermost savepoint, or null. */
  getNestedTransaction(): NestedTransaction | null {
    return this._transactions.nested;
  }

  // --- the way to the driver ---------------------------------------------------------------------------------------

  /** The driver's connection, in a transaction. @internal */
  _ready(): MaybePromise<DriverConnection> {
    const { scope } = this._transactions;
    return this.#ready !== null && (scope === null || scope.isValid) ? this.#ready : this.#getReady();
  }

  #getReady(): MaybePromise<DriverConnection> {
    this.#requireOpen();
    this._transactions.requireUsable();
    if (this.#heldBack !== null) return this.#heldBack.then(() => this._ready());
    const connection = this._acquire();
    if (connection instanceof Promise) return connection.then((driver) => this.#withTransaction(driver));
    return this.#withTransaction(connection);
  }

  /** Has statements wait. @internal */
  _holdBack(until: Promise<unknown>): void {
    const all = Promise.all([this.#heldBack, until]).then(() => undefined);
    this.#heldBack = all;
    this.#ready = null;
    void all.then(() => {
      if (this.#heldBack === all) this.#heldBack = null;
    });
  }

  #withTransaction(connection: DriverConnection): MaybePromise<DriverConnection> {
    if (this._transactions.root !== null) return this.#setReady(connection);
    const begun = this._transactions.autobegin();
    return begun instanceof Promise ? begun.then(() => this.#setReady(connection)) : this.#setReady(connection);
  }

  #setReady(connection: DriverConnection): DriverConnection {
    if (this._transactions.root?.isActive && this.#lease !== null && this.#heldBack === null) this.#ready = connection;
    return connection;
  }

  /** The next statement has to begin a transaction. @internal */
  _leftTransaction(): void {
    this.#ready = null;
  }

  /** The driver's connection, if there is one. @internal */
  get _driver(): DriverConnection | null {
    return this.#lease === null ? null : this.#lease.dbapiConnection;
  }

  /** The driver's connection; it is taken from the pool when that has not been done. @internal */
  _acquire(signal?: AbortSignal): MaybePromise<DriverConnection> {
    this.#requireOpen();
    if (this.#lease !== null) return this.#lease.dbapiConnection;
    if (this.#acquiring !== null) return this.#acquiring;
    const { pool } = this.engine;
    // an `await` asks in a turn of its own, whose stack leads nowhere
    const site = this.#madeAt ?? (pool._traces ? new CallSite().written() : null);
    const loan = pool.connect(signal);
    const lease = signal !== undefined && loan instanceof Promise ? abortableLoan(loan, signal) : loan;
    const { engineConnect } = this._dispatch.on;
    if (!(lease instanceof Promise) && engineConnect === null) {
      lease._lease.askedBy = site;
      this.#lease = lease;
      return lease.dbapiConnection;
    }
    this.#acquiring = this.#arrive(lease, site);
    return this.#acquiring;
  }

  async #arrive(coming: MaybePromise<PooledConnection>, site: CallSite | null): Promise<DriverConnection> {
    try {
      const lease = await coming;
      lease._lease.askedBy = site;
      if (this.#closed) {
        await lease.close();
        throw closedError();
      }
      this.#lease = lease;
    } finally {
      this.#acquiring = null;
    }
    const { engineConnect } = this._dispatch.on;
    try {
      if (engineConnect !== null) for (const fn of engineConnect) await fn(this);
    } catch (error) {
      // whoever asked gets the error and not the connection, so nobody would give it back
      const lease = this.#lease;
      this.#lease = null;
      this.#ready = null;
      await lease?.close();
      throw error;
    }
    return this.#lease.dbapiConnection;
  }

  #requireOpen(): void {
    if (this.#closed) throw closedError();
  }

  /** Has the pool know what is run, for its messages. @internal */
  _note(statement: string): void {
    if (this.#lease !== null) this.#lease._lease.statement = statement;
  }

  /** Whether there is anybody to tell about statements. @internal */
  get _isWatched(): boolean {
    const { beforeCursorExecute, afterCursorExecute, doExecute, doExecutemany } = this._dispatch.on;
    return beforeCursorExecute !== null || afterCursorExecute !== null || doExecute !== null || doExecutemany !== null || this.engine.echo;
  }

  /** Writes a statement that was run to the log, if there is one. `rows` is -1 when it is not known. @internal */
  _logStatement(context: ExecutionContext, duration: number, rows: number, error?: unknown): void {
    const { engine } = this;
    if (!engine.echo || engine._log === null) return;
    engine._log.statement({
      sql: context.statement,
      parameters: engine.hideParameters ? null : context.parameters,
      duration,
      rows,
      cacheUse: context.cacheUse,
      compiledAt: context.compiledAt,
      compileTime: context.compileTime,
      token: context.executionOptions["loggingToken"],
      error,
    });
  }

  /** Writes what came back, where the log is that talkative. @internal */
  _logRows(context: ExecutionContext, { columns, rows }: DriverResult): void {
    const { engine } = this;
    if (engine.echo && engine._log?.debugging && !engine.hideParameters)
      engine._log.result(columns, rows, context.executionOptions["loggingToken"]);
  }

  /** Writes a bound of a transaction to the log, if there is one. @internal */
  _logControl(what: string): void {
    if (this.engine.echo) this.engine._log?.info(what, this.#options["loggingToken"]);
  }

  /** @internal */
  _failed(error: unknown, context: ExecutionContext | null, what: "statement" | "commit" = "statement"): Promise<never> {
    return handleFailure(this, error, context, what);
  }

  // --- options and state -------------------------------------------------------------------------------------------

  /** Options for everything that is run on this connection; it changes the connection, and returns it. */
  executionOptions(options: ExecutionOptions): this {
    const all = { ...options };
    for (const fn of this._dispatch.on.setConnectionExecutionOptions ?? []) fn(this, all);
    if (all["isolationLevel"] !== undefined) {
      this.engine._checkIsolationLevel(all["isolationLevel"]);
      if (this._transactions.root !== null) {
        throw new InvalidRequestError(
          "the isolation level is set before the transaction begins; this connection is in one: call commit() or rollback() first",
        );
      }
    }
    this.#options = Object.freeze({ ...this.#options, ...all });
    return this;
  }

  /** The options that were set for this connection, those of its engine included. */
  getExecutionOptions(): ExecutionOptions {
    return this.#options;
  }

  /** Those of the connection, of the statement and of the call; later ones win. @internal */
  _optionsFor(statement: ClauseElement | null, options: ExecutionOptions): ExecutionOptions {
    const own = (statement as { readonly _executionOptions?: ExecutionOptions } | null)?._executionOptions ?? NO_OPTIONS;
    if (isEmpty(options) && isEmpty(own)) return this.#options;
    return { ...this.#options, ...own, ...options };
  }

  /** The isolation level that is in force, asked of the database. */
  async getIsolationLevel(): Promise<string> {
    if (this.#options["isolationLevel"] === "AUTOCOMMIT") return "AUTOCOMMIT";
    return this.dialect.getIsolationLevel(await this._ready());
  }

  /** The level that transactions have unless told otherwise; null before anything was asked of the database. */
  get defaultIsolationLevel(): string | null {
    return this.dialect.defaultIsolationLevel;
  }

  /** The connection as the pool lent it. */
  async getRawConnection(): Promise<PooledConnection> {
    await this._acquire();
    return this.#lease!;
  }

  /** Whether `close()` was called. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Whether the connection was lost, and the transaction not yet rolled back. */
  get invalidated(): boolean {
    return this._transactions.isLost;
  }

  /** Throws the driver's connection away; another one is taken after the transaction was rolled back. */
  async invalidate(error: unknown = null): Promise<void> {
    if (this._transactions.isLost) return;
    this.#requireOpen();
    const lease = this.#lease;
    this.#lease = null;
    this.#ready = null;
    this._transactions.lose();
    await lease?.invalidate(error);
  }

  /** Takes the driver's connection out of the pool, for settings that nobody else should get. `close()` will close it. */
  async detach(): Promise<void> {
    await this._acquire();
    await this.#lease!.detach();
  }

  /** Gives the connection back to its pool. What was not committed is rolled back. A second call does nothing. */
  async close(): Promise<void> {
    const closing = this._close();
    if (closing instanceof Promise) await closing;
  }

  /** As {@link close}, for those who wait only where there is something to wait for. @internal */
  _close(): MaybePromise<void> {
    if (this.#closed) return undefined;
    const { endingBefore } = this._transactions;
    if (endingBefore !== null) return endingBefore.then(() => this._close());
    const settled = this._underWay.settled();
    return settled === undefined ? this.#closeNow() : settled.then(() => this.#closeNow());
  }

  #closeNow(): MaybePromise<void> {
    if (this.#closed) return undefined;
    const interrupted = this._underWay.interruptStreams("its connection was closed");
    if (interrupted !== undefined) return interrupted.then(() => this.#closeNow());
    const { root } = this._transactions;
    if (root === null) return this.#giveBack(false);
    const rolledBack = root._rollback();
    if (!(rolledBack instanceof Promise)) return this.#giveBack(true);
    return rolledBack
      .catch((error: unknown) => {
        // the connection was thrown away with that; there is nothing left that the caller could do
        this.engine._log?.warn(`the rollback of a connection that was closed failed: ${String(error)}`);
      })
      .then(() => this.#giveBack(true));
  }

  #giveBack(transactionWasReset: boolean): MaybePromise<void> {
    this.#closed = true;
    this.#ready = null;
    const lease = this.#lease;
    this.#lease = null;
    return lease === null ? undefined : lease._close(transactionWasReset);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** For loggers that make JSON of what they are given. */
  toJSON(): string {
    return this[INSPECT]();
  }

  /** @internal */
  [INSPECT](): string {
    const state = this.#closed ? "closed" : this.inTransaction() ? "in a transaction" : "idle";
    return `Connection(${this.engine.toString()}, ${state})`;
  }

  /** A dispatcher of its own, made when somebody listens to this one connection. @internal */
  _ownDispatch(): Dispatcher<ConnectionEvents> {
    if (!this.#hasOwnDispatch) {
      this._dispatch = this._dispatch.child();
      this.#hasOwnDispatch = true;
    }
    return this._dispatch;
  }
}

function closedError(): ResourceClosedError {
  return new ResourceClosedError("this connection is closed; take another one by engine.connect()");
}

function isEmpty(options: object): boolean {
  for (const _name in options) return false;
  return true;
}

/** Checks that a callback was given. */
export function requireCallback(fn: unknown, name: string): void {
  if (typeof fn !== "function") {
    throw new ArgumentError(
      `${name} takes a function, and commits when it returns: await ${name.replace("()", "")}(async (conn) => { … })`,
    );
  }
}
