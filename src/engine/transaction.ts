import { InvalidRequestError, TransactionEndedError } from "../errors.ts";
import type { Connection } from "./connection.ts";
import type { MaybePromise } from "./driver.ts";

/** What a transaction does through its connection. */
export interface TransactionHost {
  _commitRoot(transaction: RootTransaction): Promise<void>;
  _rollbackRoot(transaction: RootTransaction): MaybePromise<void>;
  _releaseSavepoint(transaction: NestedTransaction): Promise<void>;
  _rollbackToSavepoint(transaction: NestedTransaction): Promise<void>;
}

type State = "active" | "failed" | "ended";

/**
 * A transaction of a connection. It ends with `commit()` or `rollback()`; leaving the scope of an `await using` without
 * either of them rolls back.
 * @see https://docs.sqlalchemy.org/en/21/core/connections.html#sqlalchemy.engine.Transaction
 */
export abstract class Transaction {
  readonly connection: Connection;
  /** @internal */
  protected readonly _host: TransactionHost;
  #state: State = "active";
  #how: "committed" | "rolled back" | "ended with its connection" = "ended with its connection";

  constructor(connection: Connection, host: TransactionHost) {
    this.connection = connection;
    this._host = host;
  }

  /** Whether statements can be run in it. */
  get isActive(): boolean {
    return this.#state === "active";
  }

  /** Whether it can still be rolled back. */
  get isValid(): boolean {
    return this.#state !== "ended";
  }

  /**
   * Makes the work lasting (or, for a savepoint, part of the outer transaction).
   * @throws TransactionEndedError when it was committed or rolled back before
   */
  async commit(): Promise<void> {
    if (this.#state === "ended") throw this._ended("commit");
    if (this.#state === "failed") {
      throw new InvalidRequestError("this transaction has failed, because its connection was lost; call rollback() on it");
    }
    await this._doCommit();
  }

  /** Undoes the work. A second rollback, or one after a commit, does nothing. */
  async rollback(): Promise<void> {
    if (this.#state === "ended") return;
    await this._doRollback();
  }

  /** As {@link rollback}, for those who wait only where there is something to wait for. @internal */
  _rollback(): MaybePromise<void> {
    return this.#state === "ended" ? undefined : this._doRollback();
  }

  /** Rolls back unless the transaction has ended. */
  close(): Promise<void> {
    return this.rollback();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  protected abstract _doCommit(): Promise<void>;
  protected abstract _doRollback(): MaybePromise<void>;

  /** The connection was lost: nothing but a rollback is possible. @internal */
  _fail(): void {
    if (this.#state === "active") this.#state = "failed";
  }

  /** @internal */
  _end(how: "committed" | "rolled back" | "ended with its connection"): void {
    if (this.#state === "ended") return;
    this.#state = "ended";
    this.#how = how;
  }

  /** @internal */
  _ended(what: string): TransactionEndedError {
    return new TransactionEndedError(`${what}: this transaction was ${this.#how} before; begin another one`);
  }
}

/** The transaction of the database itself. */
export class RootTransaction extends Transaction {
  protected override _doCommit(): Promise<void> {
    return this._host._commitRoot(this);
  }

  protected override _doRollback(): MaybePromise<void> {
    return this._host._rollbackRoot(this);
  }
}

/** A savepoint: it can be rolled back without the transaction around it. */
export class NestedTransaction extends Transaction {
  /** the name of the savepoint */
  readonly name: string;
  /** the savepoint around this one @internal */
  readonly _outer: NestedTransaction | null;

  constructor(connection: Connection, host: TransactionHost, name: string, outer: NestedTransaction | null) {
    super(connection, host);
    this.name = name;
    this._outer = outer;
  }

  protected override _doCommit(): Promise<void> {
    return this._host._releaseSavepoint(this);
  }

  protected override _doRollback(): Promise<void> {
    return this._host._rollbackToSavepoint(this);
  }
}

/** Something that can be used at once and awaited as well; awaiting it waits until it has begun. */
export type Begun<T> = T & PromiseLike<T>;

/**
 * Makes an object awaitable until it has been awaited once: an object that stayed awaitable could not come out of an
 * `await`, which would wait for it again and again.
 */
export function awaitableOnce<T extends object>(object: T, start: () => Promise<unknown>): T & PromiseLike<T> {
  const holder = object as { then?: unknown };
  holder.then = (onfulfilled?: (value: T) => unknown, onrejected?: (reason: unknown) => unknown): Promise<unknown> =>
    start()
      .then(() => {
        holder.then = undefined;
        return object;
      })
      .then(onfulfilled, onrejected);
  return object as T & PromiseLike<T>;
}
