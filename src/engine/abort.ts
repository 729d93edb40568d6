import { ArgumentError } from "../errors.ts";
import { withDeadline } from "../util/deadline.ts";
import type { Connection } from "./connection.ts";
import type { DriverConnection, MaybePromise } from "./driver.ts";
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

/** Milliseconds that a server has for ending what it was asked to cancel; then the connection is given up. */
const GRACE = 5000;
const FIRST_PAUSE = 50;
const LAST_PAUSE = 1000;

/**
 * Runs something that a signal can end. While it runs, the server is asked to cancel it, and its end is waited for: so the request cannot
 * hit what comes after it. A server that does not end it loses the connection.
 * @param own - how many of the statements that the connection has under way this one is: 0 for streams, which are not counted
 */
export async function runAbortable<T>(connection: Connection, signal: AbortSignal, run: () => MaybePromise<T>, own: 0 | 1 = 1): Promise<T> {
  signal.throwIfAborted();
  const driver = await connection._acquire(signal);
  signal.throwIfAborted();
  let cancellation: Cancellation | null = null;
  const onAbort = (): void => {
    // a driver that cannot cancel anything is waited for
    if (driver.cancel !== undefined) cancellation = new Cancellation(connection, driver, signal.reason, own);
  };
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await run();
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener("abort", onAbort);
    await (cancellation as Cancellation | null)?.end();
  }
}

/** The attempt to end what runs on a connection. */
class Cancellation {
  readonly #connection: Connection;
  readonly #driver: DriverConnection;
  readonly #own: number;
  readonly #done: Promise<void>;
  readonly #ended: Promise<void>;
  #setEnded!: () => void;
  #isOver = false;

  constructor(connection: Connection, driver: DriverConnection, reason: unknown, own: number) {
    this.#connection = connection;
    this.#driver = driver;
    this.#own = own;
    this.#ended = new Promise((resolve) => {
      this.#setEnded = resolve;
    });
    this.#done = this.#ask(reason);
  }

  /** Asks until what runs has ended: a request that is there before the statement is lost, so one is not enough. */
  async #ask(reason: unknown): Promise<void> {
    const deadline = performance.now() + GRACE;
    const left = (): number => Math.max(0, deadline - performance.now());
    for (let pause = FIRST_PAUSE; !this.#isOver; pause = Math.min(pause * 2, LAST_PAUSE)) {
      // with several statements under way, it is not known which of them the server has before it
      if (this.#connection._underWay.running <= this.#own) {
        const request = this.#request(reason, left());
        // it could hit what is run next, also when what it is meant for is over by then
        this.#connection._holdBack(request);
        if (!(await request)) return;
      }
      if (!this.#isOver) await within(this.#ended, Math.min(pause, left()));
      if (!this.#isOver && left() === 0) return this.#giveUp(reason);
    }
  }

  /** Whether the request came through in time. */
  async #request(reason: unknown, ms: number): Promise<boolean> {
    if (await within(this.#driver.cancel!(), ms)) return true;
    await this.#giveUp(reason);
    return false;
  }

  async #giveUp(reason: unknown): Promise<void> {
    try {
      await this.#connection.invalidate(reason);
    } catch {
      // it was closed meanwhile, which is as good
    }
  }

  /** What was to be cancelled has ended, in whatever way. */
  end(): Promise<void> {
    this.#isOver = true;
    this.#setEnded();
    return this.#done;
  }
}

/** Waits for something, and for so long at most; whether it came to its end in time. */
async function within(work: MaybePromise<void>, ms: number): Promise<boolean> {
  if (!(work instanceof Promise)) return true;
  const done = work.then(
    () => true,
    () => true,
  );
  return withDeadline(done, ms, () => false);
}
