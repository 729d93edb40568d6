import { IllegalStateChangeError } from "../../errors.ts";

/**
 * Lets one operation at a time into a session. A session is one conversation with the database over one connection:
 * two flows that use it at once would see each other's half-done work, so the second one is refused, by name.
 */
export class FlowGuard {
  /** the operation that is running */
  #running: string | null = null;
  /** the statement or object that it is about */
  #subject: object | null = null;
  #waiters: (() => void)[] | null = null;

  get running(): string | null {
    return this.#running;
  }

  /** Throws when an operation is running. */
  check(operation: string, subject: object | null = null): void {
    if (this.#running !== null) {
      throw new IllegalStateChangeError(
        `${describeOperation(this.#running, this.#subject)} is still running on this Session; ${describeOperation(operation, subject)} was called. A Session serves one flow at a time: await each call ` +
          "before the next one (no Promise.all over one Session), or use a Session per flow",
      );
    }
  }

  enter(operation: string, subject: object | null = null): void {
    this.check(operation, subject);
    this.#running = operation;
    this.#subject = subject;
  }

  leave(): void {
    this.#running = null;
    this.#subject = null;
    const waiters = this.#waiters;
    if (waiters === null) return;
    this.#waiters = null;
    for (const wake of waiters) wake();
  }

  /** Runs an operation; a second one that comes meanwhile is refused. */
  async run<R>(operation: string, fn: () => Promise<R> | R, subject: object | null = null): Promise<R> {
    this.enter(operation, subject);
    try {
      // also what is there at once: a second operation of the same moment is a mistake on every database
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

  /** As {@link lend}, and the session is taken back at once where nothing is to be waited for. */
  lendOnce(fn: () => unknown): unknown {
    const lender = this.#running;
    const subject = this.#subject;
    const takeBack = (): void => {
      this.#running = lender;
      this.#subject = subject;
    };
    this.#running = null;
    let made: unknown;
    try {
      made = fn();
    } catch (error) {
      takeBack();
      throw error;
    }
    if (typeof (made as Partial<PromiseLike<unknown>> | null | undefined)?.then === "function")
      return Promise.resolve(made).finally(takeBack);
    takeBack();
    return made;
  }

  /** Lets the listeners that an operation calls use the session while it waits for them. */
  async lend<R>(fn: () => Promise<R> | R): Promise<R> {
    const lender = this.#running;
    const subject = this.#subject;
    this.#running = null;
    try {
      return await fn();
    } finally {
      this.#running = lender;
      this.#subject = subject;
    }
  }
}

/** "commit()", "execute(SELECT users.id FROM users…)" */
function describeOperation(operation: string, subject: object | null): string {
  if (subject === null) return operation;
  let text: string;
  try {
    text = String(subject);
  } catch {
    // what cannot be rendered for messages is still a statement
    text = subject.constructor.name;
  }
  text = text.replaceAll(/\s+/g, " ");
  return `${operation}(${text.length > 60 ? `${text.slice(0, 60)}…` : text})`;
}
