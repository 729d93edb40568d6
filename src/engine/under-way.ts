import { InvalidRequestError } from "../errors.ts";
import type { NestedTransaction } from "./transaction.ts";
import { OpenStreams, type OpenStream } from "./open-streams.ts";
import type { PendingWatcher, UnobservedFailure } from "./result/pending-result.ts";

/**
 * What is under way on a connection: statements, listeners, rows of streams. A commit waits for statements that nobody awaited, and is
 * refused when one of them has failed.
 */
export class UnderWay implements PendingWatcher {
  #running = 0;
  #listening = 0;
  #idleWaiters: (() => void)[] = [];
  #unobserved: UnobservedFailure[] = [];
  /** rows that are on their way; null before the first stream */
  #streams: OpenStreams | null = null;

  /** A statement has begun. */
  begin(): void {
    this.#running += 1;
  }

  /** It has come to its end; with a failure, when nobody has awaited it so far. */
  end(failure: UnobservedFailure | null): void {
    if (failure !== null) this.#unobserved.push(failure);
    this.#running -= 1;
    if (this.#running === 0) for (const resolve of this.#idleWaiters.splice(0)) resolve();
  }

  /** How many statements are under way. */
  get running(): number {
    return this.#running;
  }

  /** Calls a listener. What it does on this connection is not waited for: it is part of what is under way. */
  async listen<T>(call: () => T | Promise<T>): Promise<T> {
    this.#listening += 1;
    try {
      return await call();
    } finally {
      this.#listening -= 1;
    }
  }

  /** Whether a listener is being waited for. */
  get isListening(): boolean {
    return this.#listening > 0;
  }

  /** Until no statement is under way. */
  settled(): Promise<void> | undefined {
    if (this.#running === 0 || this.#listening > 0) return undefined;
    return new Promise((resolve) => this.#idleWaiters.push(resolve));
  }

  /** A statement that failed without anybody noticing must not be committed over. */
  throwUnobserved(): void {
    const failure = this.#unobserved.splice(0).find(({ isObserved }) => !isObserved());
    if (failure) {
      throw new InvalidRequestError(
        "a statement of this transaction failed and was not awaited, so the commit is refused; await every execute()",
        {
          cause: failure.error,
        },
      );
    }
  }

  /** What failed is undone anyway. */
  forgetUnobserved(): void {
    this.#unobserved.length = 0;
  }

  /** Notes rows that are on their way, to end them with their transaction. */
  opened(stream: OpenStream): void {
    (this.#streams ??= new OpenStreams()).add(stream);
  }

  /** Its rows have come to their end. */
  ended(stream: OpenStream): void {
    this.#streams?.delete(stream);
  }

  /**
   * Ends the rows that are on their way, or those within a savepoint; undefined when there are none.
   * @param what - what happens to the transaction: "it was committed"
   */
  interruptStreams(what: string, savepoint: NestedTransaction | null = null): Promise<void> | undefined {
    return this.#streams?.interrupt(what, savepoint);
  }
}
