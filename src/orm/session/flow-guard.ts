import { IllegalStateChangeError } from "../../errors.ts";

/**
 * Lets one operation at a time into a session. A session is one conversation with the database over one connection:
 * two flows that use it at once would see each other's half-done work, so the second one is refused, by name.
 */
export class FlowGuard {
  /** the operation that is running */
  #running: string | null = null;
  #waiters: (() => void)[] | null = null;

  get running(): string | null {
    return this.#running;
  }

  /** Throws when an operation is running. */
  check(operation: string): void {
    if (this.#running !== null) {
      throw new IllegalStateChangeError(
        `${this.#running} is still running on this Session; ${operation} was called. A Session serves one flow at a time: await each call ` +
          "before the next one (no Promise.all over one Session), or use a Session per flow",
      );
    }
  }

  enter(operation: string): void {
    this.check(operation);
    this.#running = operation;
  }

  leave(): void {
    this.#running = null;
    const waiters = this.#waiters;
    if (waiters === null) return;
    this.#waiters = null;
    for (const wake of waiters) wake();
  }

  /** Runs an operation; a second one that comes meanwhile is refused. */
  async run<R>(operation: string, fn: () => Promise<R> | R): Promise<R> {
    this.enter(operation);
    try {
      return await fn();
    } finally {
      this.leave();
    }
  }

  /** Runs an operation as soon as none is running: loads on demand wait for their turn. */
  async whenFree<R>(operation: string, fn: () => Promise<R> | R): Promise<R> {
    while (this.#running !== null) await new Promise<void>((resolve) => (this.#waiters ??= []).push(resolve));
    return this.run(operation, fn);
  }

  /** Lets the listeners that an operation calls use the session while it waits for them. */
  async lend<R>(fn: () => Promise<R> | R): Promise<R> {
    const lender = this.#running;
    this.#running = null;
    try {
      return await fn();
    } finally {
      this.#running = lender;
    }
  }
}
