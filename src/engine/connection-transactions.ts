import { IllegalStateChangeError, InvalidRequestError, PendingRollbackError, TransactionEndedError } from "../errors.ts";
import type { Connection } from "./connection.ts";
import type { MaybePromise } from "./driver.ts";
import { awaitableOnce, NestedTransaction, RootTransaction, type Begun, type Transaction, type TransactionHost } from "./transaction.ts";
import { beginRoot, commitRoot, releaseSavepoint, rollbackRoot, rollbackToSavepoint, savepoint } from "./transaction-control.ts";
import { newTwoPhase, type TwoPhaseTransaction } from "./two-phase.ts";
import type { UnderWay } from "./under-way.ts";

const NOTHING = (): void => undefined;

/** What runs in a transaction that is given to it. */
type Block<X extends Transaction, T> = (transaction: X) => T | PromiseLike<T>;

/**
 * The transactions of a connection: which of them are under way, and in what order they end. What is sent to the database for them is in
 * `transaction-control.ts`.
 */
export class ConnectionTransactions implements TransactionHost {
  /** the one of the database itself */
  root: RootTransaction | null = null;
  /** the innermost savepoint */
  nested: NestedTransaction | null = null;
  /** the transaction of the callback that runs: when it has ended, nothing may be run until the callback has */
  scope: Transaction | null = null;
  /** until the commit or rollback that is under way has come to its end, in whatever way */
  ending: Promise<void> | null = null;
  /** whether the connection was lost in the middle of it, and it was not yet rolled back */
  isLost = false;
  #savepoints = 0;
  readonly #connection: Connection;
  readonly #underWay: UnderWay;

  constructor(connection: Connection, underWay: UnderWay) {
    this.#connection = connection;
    this.#underWay = underWay;
  }

  // --- beginning -----------------------------------------------------------------------------------------------------------

  begin<T>(fn: Block<RootTransaction, T> | undefined): Begun<RootTransaction> | Promise<T> {
    if (this.root !== null) {
      const error = beganAlready();
      if (fn) return Promise.reject(error);
      throw error;
    }
    const transaction = this.#newRoot();
    const begun = Promise.resolve(beginRoot(this.#connection, transaction, true));
    begun.catch(NOTHING);
    if (fn) return this.#runIn(transaction, begun, fn);
    return awaitableOnce(transaction, () => begun);
  }

  /** As {@link begin}, for those who wait only where there is something to wait for. */
  beginNow(): MaybePromise<RootTransaction> {
    if (this.root !== null) throw beganAlready();
    const transaction = this.#newRoot();
    const begun = beginRoot(this.#connection, transaction, true);
    return begun instanceof Promise ? begun.then(() => transaction) : transaction;
  }

  /** Begins the transaction of a statement that came without one. */
  autobegin(): MaybePromise<void> {
    return beginRoot(this.#connection, this.#newRoot(), false);
  }

  beginTwophase(xid: string | null): Begun<TwoPhaseTransaction> {
    if (this.root !== null)
      throw new InvalidRequestError("this connection is in a transaction already; call commit() or rollback() before beginTwophase()");
    const transaction = newTwoPhase(this.#connection, this, xid);
    this.root = transaction;
    const begun = Promise.resolve(beginRoot(this.#connection, transaction, true));
    begun.catch(NOTHING);
    return awaitableOnce(transaction, () => begun);
  }

  beginNested<T>(fn: Block<NestedTransaction, T> | undefined): Begun<NestedTransaction> | Promise<T> {
    this.requireNotEnding();
    this.#savepoints += 1;
    const nested = new NestedTransaction(this.#connection, this, `sa_savepoint_${this.#savepoints}`, this.nested);
    this.nested = nested;
    const begun = this.#setSavepoint(nested);
    begun.catch(NOTHING);
    if (fn) return this.#runIn(nested, begun, fn);
    return awaitableOnce(nested, () => begun);
  }

  #newRoot(): RootTransaction {
    const transaction = new RootTransaction(this.#connection, this);
    this.root = transaction;
    return transaction;
  }

  async #setSavepoint(nested: NestedTransaction): Promise<void> {
    try {
      await savepoint(this.#connection, nested);
    } catch (error) {
      nested._end("rolled back");
      if (this.nested === nested) this.nested = nested._outer;
      throw error;
    }
  }

  async #runIn<T, X extends Transaction>(transaction: X, begun: Promise<unknown>, fn: Block<X, T>): Promise<T> {
    const outer = this.scope;
    this.scope = transaction;
    try {
      await begun;
      const value = await fn(transaction);
      if (transaction.isValid) await transaction.commit();
      return value;
    } catch (error) {
      await this.#rollbackAfter(error, transaction);
      throw error;
    } finally {
      this.scope = outer;
    }
  }

  /** Rolls back because of an error, which must not be hidden by what goes wrong then. */
  async #rollbackAfter(error: unknown, transaction: Transaction): Promise<void> {
    try {
      await transaction.rollback();
    } catch (rollbackError) {
      if (typeof error === "object" && error !== null && Object.isExtensible(error)) {
        Object.defineProperty(error, "rollbackError", { value: rollbackError, configurable: true, enumerable: false, writable: true });
      }
      this.#connection.engine._log?.warn(`the rollback after an error failed too: ${String(rollbackError)}`);
    }
  }

  // --- while they are under way --------------------------------------------------------------------------------------------

  /** Throws where a statement must not be run. */
  requireUsable(): void {
    if (this.scope !== null && !this.scope.isValid) {
      throw new TransactionEndedError(
        "the transaction of this block was committed or rolled back inside of it; nothing can be run until the block has ended",
      );
    }
    if (this.root !== null && !this.root.isActive) {
      throw new PendingRollbackError("the connection was lost in the middle of a transaction; call rollback() before anything else is run");
    }
  }

  /** Throws while a commit or rollback is under way; what its listeners do belongs to it. */
  requireNotEnding(): void {
    if (this.ending === null || this.#underWay.isListening) return;
    throw new IllegalStateChangeError("a commit or rollback of this connection is under way; await it before anything else is run");
  }

  /** Whoever ends a transaction comes after those who do so already; null when nobody does. */
  get endingBefore(): Promise<void> | null {
    return this.#underWay.isListening ? null : this.ending;
  }

  /** The connection was lost: nothing but a rollback is possible. */
  lose(): void {
    if (this.root === null) return;
    this.isLost = true;
    this.root._fail();
    for (let nested = this.nested; nested !== null; nested = nested._outer) nested._fail();
  }

  // --- ending --------------------------------------------------------------------------------------------------------------

  async _commitRoot(transaction: RootTransaction): Promise<void> {
    const { endingBefore } = this;
    if (endingBefore !== null) await endingBefore;
    if (!transaction.isActive) throw transaction._ended("commit");
    await this.#ends(this.#commitNow(transaction));
  }

  async #commitNow(transaction: RootTransaction): Promise<void> {
    await this.#underWay.settled();
    this.#underWay.throwUnobserved();
    await this.#underWay.interruptStreams("it was committed");
    try {
      await commitRoot(this.#connection, this.#connection._driver, transaction);
    } finally {
      this.endRoot(transaction, "committed");
    }
  }

  _rollbackRoot(transaction: RootTransaction): MaybePromise<void> {
    const { endingBefore } = this;
    if (endingBefore !== null) return endingBefore.then(() => transaction._rollback());
    const settled = this.#underWay.settled();
    const done = settled === undefined ? this.#rollbackNow(transaction) : settled.then(() => this.#rollbackNow(transaction));
    return done instanceof Promise ? this.#ends(done) : undefined;
  }

  #rollbackNow(transaction: RootTransaction): MaybePromise<void> {
    const interrupted = this.#underWay.interruptStreams("it was rolled back");
    if (interrupted !== undefined) return interrupted.then(() => this.#rollbackNow(transaction));
    this.#underWay.forgetUnobserved();
    const driver = transaction.isActive ? this.#connection._driver : null;
    const rolledBack = rollbackRoot(this.#connection, driver, transaction);
    if (rolledBack instanceof Promise) return rolledBack.finally(() => this.endRoot(transaction, "rolled back"));
    this.endRoot(transaction, "rolled back");
    return undefined;
  }

  /** What is asked for while a transaction ends must not get into it, nor be run outside of all transactions. */
  #ends(done: Promise<void>): Promise<void> {
    const ending = done.then(NOTHING, NOTHING);
    this.ending = ending;
    const over = (): void => {
      if (this.ending === ending) this.ending = null;
    };
    return done.finally(over);
  }

  /** It has ended, or could not begin: the savepoints in it went with it. */
  endRoot(transaction: RootTransaction, how: "committed" | "rolled back"): void {
    transaction._end(how);
    for (let nested = this.nested; nested !== null; nested = nested._outer) nested._end(how);
    this.nested = null;
    if (this.root === transaction) this.root = null;
    this.isLost = false;
    this.#connection._leftTransaction();
  }

  async _releaseSavepoint(nested: NestedTransaction): Promise<void> {
    await this.#underWay.settled();
    this.#underWay.throwUnobserved();
    await releaseSavepoint(this.#connection, nested);
    this.#endNested(nested, "committed");
  }

  async _rollbackToSavepoint(nested: NestedTransaction): Promise<void> {
    await this.#underWay.settled();
    this.#underWay.forgetUnobserved();
    await this.#underWay.interruptStreams("its savepoint was rolled back", nested);
    try {
      if (nested.isActive && this.root?.isActive) await rollbackToSavepoint(this.#connection, nested);
    } finally {
      this.#endNested(nested, "rolled back");
    }
  }

  #endNested(nested: NestedTransaction, how: "committed" | "rolled back"): void {
    // savepoints inside of it went with it
    let inner = this.nested;
    while (inner !== null && inner !== nested) inner = inner._outer;
    if (inner === null) {
      nested._end(how);
      return;
    }
    for (let open = this.nested; open !== null && open !== nested; open = open._outer) open._end(how);
    nested._end(how);
    this.nested = nested._outer;
  }
}

function beganAlready(): InvalidRequestError {
  return new InvalidRequestError(
    "this connection is in a transaction already, by begin() or by the first statement; call commit() or rollback() before begin(), or use beginNested() for a savepoint",
  );
}
