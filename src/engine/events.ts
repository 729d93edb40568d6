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

/** What a listener to `handleError` is told; it may set what is not readonly. */
export interface ExceptionContext {
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
  /** whether the connection is taken for lost */
  isDisconnect: boolean;
  /** whether a lost connection has the whole pool replaced */
  invalidatePoolOnDisconnect: boolean;
  readonly isPrePing: boolean;
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
  /** an error returned is thrown instead */
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
