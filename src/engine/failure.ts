import { AthanorError, type DBAPIError } from "../errors.ts";
import type { Connection } from "./connection.ts";
import { isDisconnect, makeDriverError } from "./driver-errors.ts";
import type { DriverErrorInfo } from "./driver.ts";
import type { Engine } from "./engine.ts";
import type { ExceptionContext } from "./events.ts";
import type { ExecutionContext } from "./execution-context.ts";

/**
 * What happens when the driver reports an error: it is given its place in the tree of errors, listeners are told, and a
 * lost connection is thrown away.
 */
export async function handleFailure(
  connection: Connection,
  error: unknown,
  context: ExecutionContext | null,
  what: "statement" | "commit",
): Promise<never> {
  const { engine } = connection;
  if (error instanceof AthanorError) throw error;
  let info = engine.dialect.driver.classifyError(error);
  if (info !== null && what === "commit" && info.kind === "disconnect") info = { ...info, kind: "commit-unknown" };
  const scene = {
    statement: context?.statement ?? null,
    params: context?.parameters,
    hideParameters: engine.hideParameters,
    parameter: info?.parameter == null ? null : parameterName(context, info.parameter - 1),
  };
  const wrapped = info === null ? error : makeDriverError(info, error, scene);
  const listeners = connection._dispatch.on.handleError;
  let lost = info !== null && isDisconnect(info);
  let invalidatePool = true;
  let thrown: unknown = wrapped;
  if (listeners !== null) {
    const told = await tellOfFailure({ engine, connection, context, error, wrapped, isDisconnect: lost }, listeners);
    if (told.isDisconnect !== lost && info !== null) thrown = asDisconnect(info, told.isDisconnect, error, scene);
    lost = told.isDisconnect;
    invalidatePool = told.invalidatePoolOnDisconnect;
    thrown = told.chainedException ?? thrown;
  }
  if (lost) {
    if (invalidatePool) engine.pool._invalidateAll();
    if (!connection.closed) await connection.invalidate(error);
  }
  throw thrown;
}

function parameterName(context: ExecutionContext | null, place: number): string | null {
  if (context === null) return null;
  return context._parameterName === null ? (context.compiled?.parameterName?.(place) ?? null) : context._parameterName(place);
}

function asDisconnect(info: DriverErrorInfo, lost: boolean, error: unknown, scene: object): DBAPIError {
  return makeDriverError({ ...info, kind: lost ? "disconnect" : "operational" }, error, scene);
}

/** What is known about a failure. */
export interface Failure {
  readonly engine: Engine;
  /** null when it could not be made */
  readonly connection: Connection | null;
  readonly context: ExecutionContext | null;
  /** the driver's error */
  readonly error: unknown;
  /** its place in the tree of errors */
  readonly wrapped: unknown;
  readonly isDisconnect: boolean;
  /** whether it was a connection of the pool that gave no sign of life */
  readonly isPrePing?: boolean;
}

/** Tells the listeners to `handleError`. */
export async function tellOfFailure(
  { engine, connection, context: executionContext, error, wrapped, isDisconnect: isLost, isPrePing = false }: Failure,
  listeners: readonly ((context: ExceptionContext) => unknown)[],
): Promise<ExceptionContext> {
  const context: ExceptionContext = {
    connection,
    engine,
    dialect: engine.dialect,
    statement: executionContext?.statement ?? null,
    parameters: executionContext?.parameters ?? null,
    originalException: error,
    sqlalchemyException: wrapped,
    chainedException: null,
    executionContext,
    isDisconnect: isLost,
    invalidatePoolOnDisconnect: true,
    isPrePing,
  };
  for (const fn of listeners) {
    try {
      const returned = await fn(context);
      if (returned instanceof Error) context.chainedException = returned;
    } catch (thrown) {
      context.chainedException = thrown;
      break;
    }
  }
  return context;
}
