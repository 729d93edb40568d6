import type { Dispatcher } from "../event/dispatcher.ts";
import { AthanorError, type DBAPIError } from "../errors.ts";
import type { Dialect } from "./dialect.ts";
import type { Driver, DriverConnection, MaybePromise } from "./driver.ts";
import { isDisconnect, makeDriverError } from "./driver-errors.ts";
import type { Engine, EngineCore } from "./engine.ts";
import type { ConnectionEvents, ConnectRequest } from "./events.ts";
import { tellOfFailure } from "./failure.ts";
import type { Creator } from "./pool/pool.ts";
import { makeUrl, type Url } from "./url.ts";

/** Makes connections as the URL says, or as listeners to `doConnect` have it. */
export function connector(
  url: Url,
  dialect: Dialect,
  connectArgs: Readonly<Record<string, unknown>>,
  dispatch: Dispatcher<ConnectionEvents>,
): Creator {
  return () => {
    const listeners = dispatch.on.doConnect;
    return listeners === null
      ? dialect.driver.connect({ url, connectArgs })
      : asTold(dialect, { url, connectArgs: { ...connectArgs } }, listeners);
  };
}

async function asTold(
  dialect: Dialect,
  request: ConnectRequest,
  listeners: readonly ConnectionEvents["doConnect"][],
): Promise<DriverConnection> {
  for (const fn of listeners) {
    const returned: unknown = await fn(dialect, request);
    if (isConnection(returned)) return returned;
  }
  return dialect.driver.connect({ url: makeUrl(request.url), connectArgs: request.connectArgs });
}

function isConnection(value: unknown): value is DriverConnection {
  return typeof value === "object" && value !== null && typeof (value as Partial<DriverConnection>).executeMany === "function";
}

/** Has the dialect ask the server about itself on the first connection. */
export function initialized(dialect: Dialect, creator: Creator, server: EngineCore["server"]): Creator {
  const finish = (connection: DriverConnection): MaybePromise<DriverConnection> => {
    if (server.isKnown) return connection;
    const asked = dialect.initialize(connection);
    if (!(asked instanceof Promise)) {
      server.isKnown = true;
      return connection;
    }
    return asked.then(
      () => {
        server.isKnown = true;
        return connection;
      },
      async (error: unknown) => {
        await connection.close();
        throw error;
      },
    );
  };
  return () => {
    const made = creator();
    return made instanceof Promise ? made.then(finish) : finish(made);
  };
}

/** Gives errors of connecting their place in the tree of errors, and tells listeners to `handleError` of them. */
export function wrapErrors(driver: Driver, creator: Creator, engineOf: () => Engine): Creator {
  const fail = (error: unknown): MaybePromise<never> => {
    const info = error instanceof AthanorError ? null : driver.classifyError(error);
    const wrapped = info === null ? error : makeDriverError(info, error, {});
    const engine = engineOf();
    const listeners = engine._rootDispatch.on.handleError;
    if (listeners === null) throw anError(wrapped);
    const told = tellOfFailure(
      { engine, connection: null, context: null, error, wrapped, isDisconnect: info !== null && isDisconnect(info) },
      listeners,
    );
    return told.then(({ chainedException }) => {
      throw anError(chainedException ?? wrapped);
    });
  };
  return () => {
    try {
      const made = creator();
      return made instanceof Promise ? made.catch(fail) : made;
    } catch (error) {
      return fail(error);
    }
  };
}

/** Tells listeners to `handleError` of a connection that gave no sign of life; they may have the error thrown instead of another connection made. */
export function pingFailed(driver: Driver, engineOf: () => Engine): (error: unknown) => MaybePromise<void> {
  return (error) => {
    const engine = engineOf();
    const listeners = engine._rootDispatch.on.handleError;
    if (listeners === null) return undefined;
    const info = driver.classifyError(error);
    const wrapped = info === null ? error : makeDriverError(info, error, {});
    const failure = { engine, connection: null, context: null, error, wrapped, isDisconnect: true, isPrePing: true };
    return tellOfFailure(failure, listeners).then(({ chainedException, isDisconnect: isLost }) => {
      if (chainedException !== null || !isLost) throw anError(chainedException ?? wrapped);
    });
  };
}

function anError(thrown: unknown): Error | DBAPIError {
  return thrown instanceof Error ? thrown : new AthanorError(`the driver threw what is no Error: ${String(thrown)}`, { cause: thrown });
}
