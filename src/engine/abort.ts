import { ArgumentError } from "../errors.ts";
import type { Connection } from "./connection.ts";
import type { MaybePromise } from "./driver.ts";
import type { ExecutionOptions } from "./execution-context.ts";
import type { PooledConnection } from "./pool/checked-out.ts";

/** The signal among the options of an execution, or undefined. */
export function signalOf(options: ExecutionOptions): AbortSignal | undefined {
  const signal = options["signal"];
  if (signal === undefined || signal === null) return undefined;
  if (!(signal instanceof AbortSignal)) throw new ArgumentError("the option signal is an AbortSignal");
  return signal;
}

/** A loan that is given up when the signal fires: if it comes all the same, it goes straight back. */
export function abortableLoan(coming: Promise<PooledConnection>, signal: AbortSignal): Promise<PooledConnection> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason as Error);
    signal.addEventListener("abort", onAbort, { once: true });
    coming.then(
      (lease) => {
        signal.removeEventListener("abort", onAbort);
        if (signal.aborted) void lease.close();
        else resolve(lease);
      },
      (error: unknown) => {
        signal.removeEventListener("abort", onAbort);
        reject(error as Error);
      },
    );
  });
}

/**
 * Runs something that a signal can end. While a statement runs, the server is asked to cancel it, and the statement is waited for:
 * so the request cannot hit the one after it.
 */
export async function runAbortable<T>(connection: Connection, signal: AbortSignal, run: () => MaybePromise<T>): Promise<T> {
  signal.throwIfAborted();
  const driver = await connection._acquire(signal);
  signal.throwIfAborted();
  let cancelling: Promise<unknown> | null = null;
  const onAbort = (): void => {
    // with several statements under way, it is not known which of them the server has before it
    if (connection._runningCount > 1) return;
    cancelling = Promise.resolve(driver.cancel?.()).catch(() => undefined);
  };
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await run();
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener("abort", onAbort);
    await (cancelling as Promise<unknown> | null);
  }
}
