import { Dispatcher, type Listener } from "../event/dispatcher.ts";
import type { ListenOptions } from "../event/registry.ts";
import type { ClauseElement } from "../sql/elements/clause-element.ts";
import type { ParameterRecord } from "../sql/compiler/compiled.ts";
import type { Connection } from "./connection.ts";
import type { Dialect } from "./dialect.ts";
import type { DriverConnection } from "./driver.ts";
import type { Engine } from "./engine.ts";
import type { ExecutionContext, ExecutionOptions } from "./execution-context.ts";
import type { CursorResult } from "./result/cursor-result.ts";
import type { Url } from "./url.ts";

/** What a connection is about to be made with; a listener to `doConnect` may set both. */
export interface ConnectRequest {
  url: Url;
  /** options of the driver, beside those in the URL */
  connectArgs: Record<string, unknown>;
}

/** What a listener to `handleError` is told; it may set what is not readonly. */
export interface ExceptionContext {
  /** null where it was a connection that could not be made, or that gave no sign of life */
  readonly connection: Connection | null;
  readonly engine: Engine;
  readonly dialect: Dialect;
  readonly statement: string | null;
  readonly parameters: unknown;
  /** the driver's error */
  readonly originalException: unknown;
  /** the error that will be thrown, unless a listener throws or returns another one */
  readonly sqlalchemyException: unknown;
  /** what an earlier listener put in its place */
  chainedException: unknown;
  readonly executionContext: ExecutionContext | null;
  /** whether it was a connection that gave no sign of life before it was lent; it is replaced unless a listener says that it is not lost */
  readonly isPrePing: boolean;
  /** whether the connection is taken for lost */
  isDisconnect: boolean;
  /** whether a lost connection has the whole pool replaced */
  invalidatePoolOnDisconnect: boolean;
}

/**
 * The events of engines and connections. Listeners may be async: they happen during I/O.
 * @see https://docs.sqlalchemy.org/en/21/core/events.html#sql-execution-and-connection-events
 */
export interface ConnectionEvents {
  /** with `retval`, the listener returns [statement, multiparams, params] to be used instead */
  beforeExecute(
    conn: Connection,
    clauseelement: ClauseElement,
    multiparams: readonly ParameterRecord[],
    params: ParameterRecord,
    executionOptions: ExecutionOptions,
  ): unknown;
  afterExecute(
    conn: Connection,
    clauseelement: ClauseElement,
    multiparams: readonly ParameterRecord[],
    params: ParameterRecord,
    executionOptions: ExecutionOptions,
    result: CursorResult,
  ): unknown;
  /** with `retval`, the listener returns [statement, parameters] to be used instead */
  beforeCursorExecute(
    conn: Connection,
    cursor: DriverConnection,
    statement: string,
    parameters: readonly unknown[],
    context: ExecutionContext,
    executemany: boolean,
  ): unknown;
  afterCursorExecute(
    conn: Connection,
    cursor: DriverConnection,
    statement: string,
    parameters: readonly unknown[],
    context: ExecutionContext,
    executemany: boolean,
  ): unknown;
  /**
   * A connection of the pool is about to be made. The listener may change what it is made with, as for a password that is good for minutes, or
   * return a connection of the driver (`DriverConnection`) to be used. Engines only; not where `creator` or `pool` was given.
   */
  doConnect(dialect: Dialect, request: ConnectRequest): unknown;
  /**
   * A statement is about to be sent; with a `DriverResult` returned, or the part of it that has `columns` and `rows`, it is not. Streamed
   * results have no such event.
   */
  doExecute(cursor: DriverConnection, statement: string, parameters: readonly unknown[], context: ExecutionContext): unknown;
  /** the same for a statement that is sent once for each set of values */
  doExecutemany(
    cursor: DriverConnection,
    statement: string,
    parameters: readonly (readonly unknown[])[],
    context: ExecutionContext,
  ): unknown;
  /** an error was reported, by a statement, a bound of a transaction, or when a connection was to be made; one that is returned is thrown instead */
  handleError(context: ExceptionContext): unknown;
  engineConnect(conn: Connection): unknown;
  engineDisposed(engine: Engine): unknown;
  setConnectionExecutionOptions(conn: Connection, options: Record<string, unknown>): unknown;
  setEngineExecutionOptions(engine: Engine, options: Record<string, unknown>): unknown;
  begin(conn: Connection): unknown;
  rollback(conn: Connection): unknown;
  commit(conn: Connection): unknown;
  savepoint(conn: Connection, name: string): unknown;
  rollbackSavepoint(conn: Connection, name: string, context: null): unknown;
  releaseSavepoint(conn: Connection, name: string, context: null): unknown;
  beginTwophase(conn: Connection, xid: string): unknown;
  prepareTwophase(conn: Connection, xid: string): unknown;
  rollbackTwophase(conn: Connection, xid: string, isPrepared: boolean): unknown;
  commitTwophase(conn: Connection, xid: string, isPrepared: boolean): unknown;
}

export const CONNECTION_EVENTS: readonly (keyof ConnectionEvents)[] = [
  "beforeExecute",
  "afterExecute",
  "beforeCursorExecute",
  "afterCursorExecute",
  "doConnect",
  "doExecute",
  "doExecutemany",
  "handleError",
  "engineConnect",
  "engineDisposed",
  "setConnectionExecutionOptions",
  "setEngineExecutionOptions",
  "begin",
  "rollback",
  "commit",
  "savepoint",
  "rollbackSavepoint",
  "releaseSavepoint",
  "beginTwophase",
  "prepareTwophase",
  "rollbackTwophase",
  "commitTwophase",
];

/** Listeners to all engines. */
export const engineDispatch: Dispatcher<ConnectionEvents> = new Dispatcher<ConnectionEvents>(CONNECTION_EVENTS);

const WITH_RETVAL = new Set(["beforeExecute", "beforeCursorExecute"]);

/** Without `retval`, what a listener returns is dropped, so that an arrow function does not replace a statement by accident. */
export function wrapConnectionListener(event: string, fn: Listener, options: ListenOptions): Listener {
  if (options.retval || !WITH_RETVAL.has(event)) return fn;
  return (...args) => {
    const returned = fn(...args);
    return returned instanceof Promise ? returned.then(() => undefined) : undefined;
  };
}
