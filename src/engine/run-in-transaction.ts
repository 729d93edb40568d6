import { ArgumentError, DatabaseLockedError, SerializationError } from "../errors.ts";

/** What runs a function in a transaction: an engine (the function gets a connection), a `sessionmaker` (it gets a session). */
export interface TransactionSource<X> {
  begin<T>(fn: (work: X) => T | PromiseLike<T>): Promise<T>;
}

/** Options of {@link runInTransaction}. */
export interface RetryOptions {
  /** how often the function is run at most; 5 unless told */
  readonly maxAttempts?: number;
  /** the longest pause before the second attempt, in milliseconds; it doubles with each attempt. 20 unless told */
  readonly delay?: number;
  /** the longest pause of all, in milliseconds; 2000 unless told */
  readonly maxDelay?: number;
  /** Told before each further attempt; what it throws ends the matter. It may be async. */
  readonly onRetry?: (error: Error, attempt: number) => unknown;
  /** ends the pauses: the promise is rejected with its reason */
  readonly signal?: AbortSignal;
}

/** The server gave up waiting for a lock, and took back the statement alone: the whole transaction has to be run again. */
const MYSQL_LOCK_WAIT_TIMEOUT = 1205;

/**
 * Whether a transaction that failed with this error may succeed when the whole of it is run again: a serialization failure, a deadlock, a
 * lock that MySQL waited for in vain. It is never so when nobody knows whether the transaction was committed.
 */
export function isRetryable(error: unknown): error is Error {
  if (error instanceof SerializationError) return true;
  return error instanceof DatabaseLockedError && (error.cause as { readonly errno?: unknown } | null)?.errno === MYSQL_LOCK_WAIT_TIMEOUT;
}

/**
 * Runs a function in a transaction of its own, and runs it again, in a new transaction, when the database could not fit the transaction in
 * among the others (see {@link isRetryable}); with pauses in between, which are longer each time and not the same for everybody. Every other
 * error is thrown at once, after the rollback. The function may therefore run more than once: what it does outside of the database is done
 * each time, and objects of an attempt that failed must not be used in the next one.
 *
 * @param source - an engine, or a `sessionmaker`
 * @param fn - gets the connection or session, and the number of the attempt, from 1
 * @returns what the function returned in the attempt that was committed
 * @throws the error of the last attempt
 * @example
 * await runInTransaction(engine.executionOptions({ isolationLevel: "SERIALIZABLE" }), async (conn) => {
 *   const stock = await conn.scalar(select(items.c.stock).where(items.c.id.eq(id)));
 *   await conn.execute(update(items).where(items.c.id.eq(id)).values({ stock: stock - 1 }));
 * });
 */
export async function runInTransaction<X, T>(
  source: TransactionSource<X>,
  fn: (work: X, attempt: number) => T | PromiseLike<T>,
  options: RetryOptions = {},
): Promise<T> {
  const { maxAttempts = 5, delay = 20, maxDelay = 2000, onRetry, signal } = options;
  if (typeof fn !== "function") throw new ArgumentError("runInTransaction() takes a function, which is run in the transaction");
  if (!Number.isInteger(maxAttempts) || maxAttempts < 1)
    throw new ArgumentError(`maxAttempts is a whole number from 1, not ${String(maxAttempts)}`);
  for (let attempt = 1; ; attempt++) {
    signal?.throwIfAborted();
    try {
      return await source.begin((work) => fn(work, attempt));
    } catch (error) {
      if (attempt >= maxAttempts || !isRetryable(error)) throw error;
      await onRetry?.(error, attempt);
      // two that got in each other's way must not do so again at the same time
      await pause(Math.random() * Math.min(maxDelay, delay * 2 ** (attempt - 1)), signal);
    }
  }
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const aborted = (): void => {
      clearTimeout(timer);
      reject(signal!.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", aborted);
      resolve();
    }, ms);
    if (signal?.aborted === true) aborted();
    else signal?.addEventListener("abort", aborted, { once: true });
  });
}
