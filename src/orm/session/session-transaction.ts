import { Connection } from "../../engine/connection.ts";
import type { MaybePromise } from "../../engine/driver.ts";
import type { Engine } from "../../engine/engine.ts";
import { TwoPhaseTransaction } from "../../engine/two-phase.ts";
import { IllegalStateChangeError, InvalidRequestError, PendingRollbackError, ResourceClosedError } from "../../errors.ts";
import { warn } from "../../util/warn.ts";
import type { Mapper } from "../mapping/mapper.ts";
import { sameIdentity, type IdentityKey } from "../state/identity-key.ts";
import type { InstanceState } from "../state/instance-state.ts";
import { Peers } from "../state/peers.ts";
import { TrackedStates } from "./tracked-states.ts";
import type { SessionCore } from "./session-core.ts";

/** How a transaction came to be; a `subtransaction` is that of a flush, within the one of the session. */
export type TransactionOrigin = "autobegin" | "begin" | "beginNested" | "subtransaction";

type Status = "active" | "committed" | "deactive" | "closed";

/** A transaction of a connection, as the engine has it. */
interface EngineTransaction {
  readonly isActive: boolean;
  commit(): Promise<void>;
  rollback(): Promise<void>;
  /** @internal */
  _rollback(): MaybePromise<void>;
}

interface Enlisted {
  readonly connection: Connection;
  readonly transaction: EngineTransaction;
  /** false when the transaction is not ours: the session was bound to a connection that was in one */
  readonly shouldCommit: boolean;
  /** the connection goes back to the pool when the transaction ends */
  readonly autoclose: boolean;
}

/**
 * A transaction of a session: the connections that take part, and what a rollback needs to bring the objects back to where they
 * were. `session.begin()` and `session.beginNested()` give one; a session begins one by itself when it first has something to do.
 * @see https://docs.sqlalchemy.org/en/21/orm/session_api.html#sqlalchemy.orm.SessionTransaction
 */
export class SessionTransaction {
  readonly parent: SessionTransaction | null;
  readonly nested: boolean;
  readonly origin: TransactionOrigin;
  readonly #core: SessionCore;
  readonly #connections: Map<Engine | Connection, Enlisted> = new Map();
  #status: Status = "active";
  #isPrepared = false;
  /** why it can only be rolled back @internal */
  #failure: unknown = null;

  /** pending when the transaction began or added since, and flushed in it @internal */
  readonly _new: TrackedStates = new TrackedStates();
  /** flushed in it @internal */
  readonly _dirty: TrackedStates = new TrackedStates();
  /** deleted in it @internal */
  readonly _deleted: Set<InstanceState> = new Set();
  /** states whose primary key was changed: what it was before the transaction @internal */
  readonly _keySwitches: Map<InstanceState, IdentityKey> = new Map();
  /** by hierarchy, the peers that the next object to be inserted joins */
  readonly #inserted: Map<Mapper, Peers> = new Map();

  /** @internal */
  constructor(core: SessionCore, origin: TransactionOrigin, parent: SessionTransaction | null) {
    this.#core = core;
    this.origin = origin;
    this.parent = parent;
    this.nested = origin === "beginNested";
    const listeners = core.dispatch.on.afterTransactionCreate;
    if (listeners !== null) for (const fn of listeners) fn(core.face, this);
  }

  /** Whether statements can be run in it. */
  get isActive(): boolean {
    return this.#status === "active" && (this.origin === "subtransaction" ? this.parent!.isActive : this.#core.transaction === this);
  }

  get session(): SessionCore["face"] {
    return this.#core.face;
  }

  /** @internal */
  get _status(): Status {
    return this.#status;
  }

  /** @internal */
  get _failure(): unknown {
    return this.#failure;
  }

  /** Throws when nothing but a rollback is possible. @internal */
  assertActive(operation: string): void {
    switch (this.#status) {
      case "active":
        return;
      case "deactive":
        if (this.#failure !== null) {
          const { message } = this.#failure as { message?: unknown };
          throw new PendingRollbackError(
            "This Session's transaction has been rolled back due to a previous exception during flush. To begin a new transaction with " +
              `this Session, first call rollback() (${this.nested ? "of the savepoint or " : ""}of the session); ${operation} was called instead. ` +
              `The original exception was: ${typeof message === "string" ? message : String(this.#failure)}`,
            { cause: this.#failure },
          );
        }
        throw new InvalidRequestError(
          `This Session's transaction has been rolled back by a savepoint around it; ${operation} cannot be done in it. Call rollback() first`,
        );
      case "committed":
        throw new InvalidRequestError(`This Session's transaction is being committed; ${operation} cannot be done in it any more`);
      default:
        throw new ResourceClosedError(`This transaction is closed; ${operation} was called on it`);
    }
  }

  // --- connections -------------------------------------------------------------------------------------------------------

  /** The connection of an engine in this transaction, when it has one. @internal */
  enlisted(bind: Engine | Connection): Connection | null {
    return this.#connections.get(bind)?.connection ?? null;
  }

  /** @internal */
  connectionForBind(bind: Engine | Connection, executionOptions?: Readonly<Record<string, unknown>>): MaybePromise<Connection> {
    this.assertActive("connection()");
    const known = this.#connections.get(bind);
    if (known !== undefined) return known.connection;
    if (this.parent !== null && !this.nested) return this.parent.connectionForBind(bind, executionOptions);
    const enlisted = this.parent !== null ? this.#savepoint(bind, executionOptions) : this.#begin(bind, executionOptions);
    return enlisted instanceof Promise ? enlisted.then((one) => this.#enlist(bind, one)) : this.#enlist(bind, enlisted);
  }

  #enlist(bind: Engine | Connection, enlisted: Enlisted): MaybePromise<Connection> {
    const { connection } = enlisted;
    this.#connections.set(bind, enlisted);
    this.#connections.set(connection, enlisted);
    if (connection.engine !== bind) this.#connections.set(connection.engine, enlisted);
    const listeners = this.#core.dispatch.on.afterBegin;
    if (listeners === null) return connection;
    return this.#core.emit(listeners, this.#core.face, this, connection).then(() => connection);
  }

  async #savepoint(bind: Engine | Connection, executionOptions?: Readonly<Record<string, unknown>>): Promise<Enlisted> {
    const connection = await this.parent!.connectionForBind(bind, executionOptions);
    return { connection, transaction: await connection.beginNested(), shouldCommit: true, autoclose: false };
  }

  /** Nothing is awaited on the usual way: a connection of our own, from a pool that has one, by a driver that does not wait. */
  #begin(bind: Engine | Connection, executionOptions?: Readonly<Record<string, unknown>>): MaybePromise<Enlisted> {
    if (bind instanceof Connection || executionOptions !== undefined || this.#core.options.twophase === true)
      return this.#beginSlowly(bind, executionOptions);
    const opened = bind._connect();
    return opened instanceof Promise ? opened.then(beginOn) : beginOn(opened);
  }

  async #beginSlowly(bind: Engine | Connection, executionOptions?: Readonly<Record<string, unknown>>): Promise<Enlisted> {
    const isOurs = !(bind instanceof Connection);
    const opened = isOurs ? bind._connect() : bind;
    let connection = opened instanceof Promise ? await opened : opened;
    try {
      if (executionOptions !== undefined) connection = connection.executionOptions(executionOptions);
      if (!isOurs && connection.inTransaction()) return { connection, ...(await this.#join(connection)), autoclose: false };
      const transaction = this.#core.options.twophase === true ? await connection.beginTwophase() : await connection.begin();
      return { connection, transaction, shouldCommit: true, autoclose: isOurs };
    } catch (error) {
      if (isOurs) await connection.close();
      throw error;
    }
  }

  /** How to work within a transaction that somebody else began. */
  async #join(connection: Connection): Promise<{ transaction: EngineTransaction; shouldCommit: boolean }> {
    const mode = this.#core.options.joinTransactionMode ?? "conditional_savepoint";
    const isNested = connection.inNestedTransaction();
    if (mode === "create_savepoint" || (mode === "conditional_savepoint" && isNested)) {
      return { transaction: await connection.beginNested(), shouldCommit: true };
    }
    const transaction = (isNested ? connection.getNestedTransaction() : connection.getTransaction()) as EngineTransaction;
    return { transaction, shouldCommit: mode === "control_fully" };
  }

  #each(): Set<Enlisted> {
    return new Set(this.#connections.values());
  }

  // --- snapshots ---------------------------------------------------------------------------------------------------------

  /** Brings the objects back to where they were before the transaction. */
  #restoreSnapshot(): void {
    const core = this.#core;
    const dirtyOnly = this.nested;
    const toExpunge = new Set<InstanceState>([...this._new.values(), ...core.new]);
    // what was deleted after it was inserted is gone, too
    for (const state of this._deleted) if (this._new.has(state)) toExpunge.add(state);
    core.expungeStates([...toExpunge], true);
    for (const [state, oldKey] of this._keySwitches) {
      core.identityMap.discard(state);
      if (toExpunge.has(state)) continue;
      state.key = oldKey;
      core.identityMap.replace(state);
    }
    for (const state of new Set([...this._deleted, ...core.deleted])) if (!toExpunge.has(state)) core.updateImpl(state, true);
    this._deleted.clear();
    for (const state of core.identityMap.allStates()) {
      if (!dirtyOnly || state.modified || this._dirty.has(state)) state._expire();
    }
  }

  /** After a commit nothing has to be restored any more; after that of a savepoint, by the transaction around it. */
  #removeSnapshot(): void {
    const core = this.#core;
    if (this.nested) {
      const parent = this.parent!;
      parent._new.addAll(this._new);
      parent._dirty.addAll(this._dirty);
      for (const state of this._deleted) parent._deleted.add(state);
      for (const [state, key] of this._keySwitches) if (!parent._keySwitches.has(state)) parent._keySwitches.set(state, key);
      return;
    }
    if (core.expireOnCommit) for (const state of core.identityMap.allStates()) state._expire();
    core.detachStates([...this._deleted], false);
    this._deleted.clear();
  }

  /** What is inserted in one transaction is as if one result had brought it. @internal */
  noteInserted(state: InstanceState): void {
    const { mapper, id } = state.key!;
    let peers = this.#inserted.get(mapper);
    if (peers === undefined || peers.isFull) this.#inserted.set(mapper, (peers = new Peers(0)));
    peers.ids.push(id);
    state._peers = peers;
  }

  /** @internal */
  noteKeySwitch(state: InstanceState, before: IdentityKey): void {
    const first = this._keySwitches.get(state);
    if (first === undefined) this._keySwitches.set(state, before);
    else if (state.key !== null && sameIdentity(first, state.key)) this._keySwitches.delete(state);
  }

  // --- ending ------------------------------------------------------------------------------------------------------------

  /**
   * Commits; of a savepoint, releases it.
   * @throws PendingRollbackError when the transaction has failed
   * @throws InvalidRequestError when it has ended
   */
  commit(): Promise<void> {
    return this.#core.guard.run(this.nested ? "commit() of a savepoint" : "commit()", () => this._commit(false));
  }

  /**
   * The first step of a commit in two steps, in a session with `twophase: true`: flushes, and has all databases make sure that `commit()`
   * will succeed. Nothing but `commit()` and `rollback()` may follow.
   * @throws InvalidRequestError in other sessions, and in savepoints
   */
  prepare(): Promise<void> {
    if (this.#core.options.twophase !== true || this.parent !== null)
      return Promise.reject(
        new InvalidRequestError("prepare() is for the outermost transaction of a Session that was made with { twophase: true }"),
      );
    return this.#core.guard.run("prepare()", () => {
      this.assertActive("prepare()");
      return this._prepare();
    });
  }

  /** Rolls back; of a savepoint, back to where it was set. The objects are as they were then. */
  rollback(): Promise<void> {
    return this.#core.guard.run(this.nested ? "rollback() of a savepoint" : "rollback()", () => this._rollback(false));
  }

  /** Rolls back what was not committed; does nothing when the transaction has ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#status === "active" || this.#status === "deactive") await this.rollback();
  }

  /** @internal */
  async _commit(toRoot: boolean): Promise<void> {
    const core = this.#core;
    this.assertActive("commit()");
    core.throwUnobserved();
    if (core.transaction !== this) await this.#commitInner();
    if (!this.#isPrepared) await this._prepare();
    try {
      for (const { transaction, shouldCommit } of this.#each()) if (shouldCommit) await transaction.commit();
    } catch (error) {
      // whether the database has committed or not, the objects cannot be trusted any more
      await this._fail(error);
      throw error;
    }
    this.#status = "committed";
    if (core.dispatch.on.afterCommit !== null) await core.emit(core.dispatch.on.afterCommit, core.face);
    this.#removeSnapshot();
    await this._close();
    if (toRoot && this.parent !== null) await this.parent._commit(true);
  }

  /** Savepoints that were set within this transaction are released first. */
  async #commitInner(): Promise<void> {
    const core = this.#core;
    if (!this.#contains(core.transaction))
      throw new ResourceClosedError("This transaction is no longer part of its Session: it was closed, or one around it has ended");
    while (core.transaction !== null && core.transaction !== this) await core.transaction._commit(false);
  }

  #contains(inner: SessionTransaction | null): boolean {
    for (let each = inner; each !== null; each = each.parent) if (each === this) return true;
    return false;
  }

  /** Flushes; in two-phase transactions all databases are asked to make sure that they can commit. @internal */
  async _prepare(): Promise<void> {
    const core = this.#core;
    await this.#flushAll();
    if (this.parent !== null || core.options.twophase !== true) return;
    try {
      for (const { transaction } of this.#each()) if (transaction instanceof TwoPhaseTransaction) await transaction.prepare();
    } catch (error) {
      await this._fail(error);
      throw error;
    }
    this.#isPrepared = true;
  }

  async #flushAll(): Promise<void> {
    const core = this.#core;
    if (core.dispatch.on.beforeCommit !== null) await core.emit(core.dispatch.on.beforeCommit, core.face);
    for (let i = 0; !core.isClean(); i++) {
      if (i === 100) {
        throw new InvalidRequestError(
          "Over 100 flushes have occurred within commit(): does a listener of afterFlush change or add objects each time it is called?",
        );
      }
      await core.flush();
    }
  }

  /** @internal */
  async _rollback(toRoot: boolean): Promise<void> {
    const core = this.#core;
    if (this.#status === "closed" || this.#status === "committed") this.assertActive("rollback()");
    if (core.transaction !== this) {
      if (!this.#contains(core.transaction))
        throw new ResourceClosedError("This transaction is no longer part of its Session: it was closed, or one around it has ended");
      // what was begun within it ends with it
      for (let each = core.transaction; each !== null && each !== this; each = core.transaction) {
        this._new.addAll(each._new);
        this._dirty.addAll(each._dirty);
        for (const state of each._deleted) this._deleted.add(state);
        for (const [state, key] of each._keySwitches) if (!this._keySwitches.has(state)) this._keySwitches.set(state, key);
        await each._close();
      }
    }
    let failure: unknown = null;
    if (this.#status === "active") failure = await this.#rollbackConnections();
    else if (!core.isClean()) {
      warn("The Session's state has been changed since its transaction failed; these changes are discarded by the rollback");
      this.#restoreSnapshot();
    }
    await this._close();
    if (failure !== null) throw failure;
    if (core.dispatch.on.afterSoftRollback !== null) await core.emit(core.dispatch.on.afterSoftRollback, core.face, this);
    if (toRoot && this.parent !== null) await this.parent._rollback(true);
  }

  /** Rolls back in the database and in memory; the first error is given back, so that the rest is done all the same. */
  async #rollbackConnections(): Promise<unknown> {
    const core = this.#core;
    let failure: unknown = null;
    for (const { transaction } of this.#each()) {
      try {
        if (transaction.isActive) await transaction.rollback();
      } catch (error) {
        failure ??= error;
      }
    }
    this.#status = "deactive";
    if (failure === null && core.dispatch.on.afterRollback !== null) {
      try {
        await core.emit(core.dispatch.on.afterRollback, core.face);
      } catch (error) {
        failure = error;
      }
    }
    this.#restoreSnapshot();
    return failure;
  }

  /** Rolls back after an error, and waits for the program to call rollback(). @internal */
  async _fail(error: unknown): Promise<void> {
    if (this.#status !== "active") return;
    this.#failure = error;
    const failure = await this.#rollbackConnections();
    // the first error is the one that matters: the second one is attached to it
    if (failure !== null && error instanceof Error && error.cause === undefined) error.cause = failure;
  }

  /** The end of a flush, of which the session keeps nothing. @internal */
  _endSubtransaction(): void {
    this.#status = "closed";
    this.#tellEnd();
  }

  /** Throws its connections away. @internal */
  async _invalidate(): Promise<void> {
    for (const { connection } of this.#each()) await connection.invalidate();
  }

  /** Takes the transaction off its session and gives connections back. @internal */
  _close(): MaybePromise<void> {
    const core = this.#core;
    if (this.#status === "closed") return;
    if (core.transaction !== this && this.#contains(core.transaction)) {
      throw new IllegalStateChangeError("a transaction of a Session was to be closed while another one within it was open");
    }
    const wasActive = this.#status === "active";
    core.forgetUnobserved();
    this.#status = "closed";
    core.transaction = this.parent;
    let failure: unknown = null;
    if (this.parent === null) {
      const ended = endEach(this.#each().values(), wasActive, null);
      if (ended instanceof Promise) return ended.then((error) => this.#closed(error));
      failure = ended;
    }
    return this.#closed(failure);
  }

  #closed(failure: unknown): void {
    this.#tellEnd();
    this.#connections.clear();
    if (failure !== null) throw failure;
  }

  #tellEnd(): void {
    const core = this.#core;
    const listeners = core.dispatch.on.afterTransactionEnd;
    if (listeners !== null) for (const fn of listeners) fn(core.face, this);
  }
}

/** Begins on a connection that was opened for the session. */
function beginOn(connection: Connection): MaybePromise<Enlisted> {
  const closeAfter = async (error: unknown): Promise<never> => {
    await connection.close();
    throw error;
  };
  try {
    const begun = connection._begin();
    if (begun instanceof Promise)
      return begun.then((transaction) => ({ connection, transaction, shouldCommit: true, autoclose: true }), closeAfter);
    return { connection, transaction: begun, shouldCommit: true, autoclose: true };
  } catch (error) {
    return closeAfter(error);
  }
}

/** Ends one after the other, whatever goes wrong, and gives the first error; null when there is none. */
function endEach(all: IterableIterator<Enlisted>, wasActive: boolean, failure: unknown): unknown {
  for (const enlisted of all) {
    const failed = end(enlisted, wasActive);
    if (failed instanceof Promise) return failed.then((error: unknown) => endEach(all, wasActive, failure ?? error));
    failure ??= failed;
  }
  return failure;
}

/** Rolls back what was not ended, and gives the connection back; the error of it is given, or null. */
function end({ connection, transaction, shouldCommit, autoclose }: Enlisted, wasActive: boolean): unknown {
  const close = (): MaybePromise<void> => (autoclose ? connection._close() : undefined);
  try {
    const rolledBack = wasActive && shouldCommit && transaction.isActive ? transaction._rollback() : undefined;
    const closeAfter = async (error: unknown): Promise<never> => {
      await close();
      throw error;
    };
    const done = rolledBack instanceof Promise ? rolledBack.then(close, closeAfter) : close();
    return done instanceof Promise
      ? done.then(
          () => null,
          (error: unknown) => error,
        )
      : null;
  } catch (error) {
    return error;
  }
}
