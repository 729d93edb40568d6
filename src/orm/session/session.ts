import type { Connection, Executable, ParametersOf, ResultRow } from "../../engine/connection.ts";
import type { MaybePromise } from "../../engine/driver.ts";
import type { Engine } from "../../engine/engine.ts";
import type { PendingResult, PendingScalars } from "../../engine/result/pending-result.ts";
import type { StreamResult, StreamScalars } from "../../engine/result/stream-result.ts";
import { InvalidRequestError, NoResultFound } from "../../errors.ts";
import type { Dispatcher } from "../../event/dispatcher.ts";
import { registerEventFamily, type EVENTS } from "../../event/registry.ts";
import type { ClauseElement } from "../../sql/elements/clause-element.ts";
import type { FromClause } from "../../sql/selectable/from-clause.ts";
import type { ScalarOf } from "../../sql/selectable/select-types.ts";
import { findState, instanceState } from "../attributes/class-manager.ts";
import type { LoadIdentityOptions } from "../late.ts";
import type { InstanceOf } from "../mapping/types.ts";
import { deleteObjects } from "./delete-object.ts";
import { execute, subjectOf, type ExecuteOptions, type ExecuteParams } from "./execute.ts";
import { getFromIdentityMap, loadByKey, primaryKeyValues } from "./get.ts";
import type { IdentityMap } from "./identity-map.ts";
import { mapperOf } from "./mapper-of.ts";
import { mergeObjects, type MergeOptions } from "./merge.ts";
import { checkNames, expireAll, expireObject, refreshObject } from "./refresh-expire.ts";
import { SessionCore } from "./session-core.ts";
import { allSessions, makerEvents, SESSION_EVENTS, type SessionDispatcher, type SessionEvents } from "./session-events.ts";
import type { SessionOptions } from "./session-internals.ts";
import { SessionTransaction } from "./session-transaction.ts";
import { StateSet } from "./state-sets.ts";
import { attachForLoading } from "./state-transitions.ts";
import { streamSession } from "./stream.ts";

/** A class whose objects a session can load: a mapped class or an alias of one. */
export interface EntityLike {
  readonly prototype: object;
}

/** Options of `session.get()`. */
export interface GetOptions extends LoadIdentityOptions {
  readonly options?: readonly object[];
}

/** Options of `session.refresh()`. */
export interface RefreshOptions {
  readonly withForUpdate?: unknown;
}

function isRefreshOptions(given: unknown): given is RefreshOptions {
  return given !== null && typeof given === "object" && !Array.isArray(given);
}

const NO_OPTIONS: LoadIdentityOptions = Object.freeze({});

/** The internals of a session, for the rest of the ORM. Not by a WeakMap: its entries would cost the collector more than a session does. */
export let coreOf: (session: Session) => SessionCore;

/**
 * A conversation with the database: what is loaded in it is known by identity, changes are noted and written by `flush()`, and
 * `commit()` makes them last. One flow uses it at a time. Whatever was not committed is rolled back when it is closed.
 * @see https://docs.sqlalchemy.org/en/21/orm/session.html
 * @example
 * await using session = new Session({ bind: engine });
 * session.add(new User({ name: "sandy" }));
 * await session.commit();
 */
export class Session {
  declare readonly [EVENTS]?: SessionEvents;
  readonly #core: SessionCore;
  #new: StateSet | null = null;
  #dirty: StateSet | null = null;
  #deleted: StateSet | null = null;

  static {
    coreOf = (session: Session): SessionCore => session.#core;
  }

  /** @param bind - the engine, or options with the engine as `bind` */
  constructor(bind?: Engine | Connection | SessionOptions, options?: SessionOptions);
  /**
   * @param events - listeners of the session maker
   * @internal
   */
  constructor(bind: Engine | Connection | SessionOptions, options: SessionOptions, events: SessionDispatcher);
  constructor(bind: Engine | Connection | SessionOptions = {}, options: SessionOptions = {}, events?: SessionDispatcher) {
    const all: SessionOptions = isBind(bind) ? { ...options, bind } : { ...bind, ...options };
    this.#core = new SessionCore(this, all, events);
  }

  // --- what the session is and has -----------------------------------------------------------------------------------------

  /** Objects that the next flush inserts. */
  get new(): StateSet {
    const core = this.#core;
    return (this.#new ??= new StateSet(
      () => core.new,
      (state) => core.new.has(state),
    ));
  }

  /** Objects with changes, some of which may turn out to be none. */
  get dirty(): StateSet {
    const core = this.#core;
    return (this.#dirty ??= new StateSet(
      () => core.identityMap.modified,
      (state) => core.identityMap.modified.has(state) && !core.deleted.has(state),
    ));
  }

  /** Objects that the next flush deletes. */
  get deleted(): StateSet {
    const core = this.#core;
    return (this.#deleted ??= new StateSet(
      () => core.deleted,
      (state) => core.deleted.has(state),
    ));
  }

  /** The engine or connection that it was made with. */
  get bind(): Engine | Connection | null {
    return this.#core.options.bind ?? null;
  }

  /** Anything that the program wants to keep with the session. */
  get info(): Record<string, unknown> {
    return this.#core.info;
  }

  /** The objects that it knows, by identity. */
  get identityMap(): IdentityMap {
    return this.#core.identityMap;
  }

  get autoflush(): boolean {
    return this.#core.autoflush;
  }

  set autoflush(on: boolean) {
    this.#core.autoflush = on;
  }

  get expireOnCommit(): boolean {
    return this.#core.expireOnCommit;
  }

  set expireOnCommit(on: boolean) {
    this.#core.expireOnCommit = on;
  }

  /** Whether statements can be run; false when a flush has failed and `rollback()` was not called yet. */
  get isActive(): boolean {
    const { transaction } = this.#core;
    return transaction === null || transaction.isActive;
  }

  /** Whether a transaction has begun: by a statement, or because there is something to write. */
  inTransaction(): boolean {
    return this.#core.transaction !== null || !this.#core.isClean();
  }

  inNestedTransaction(): boolean {
    return this.getNestedTransaction() !== null;
  }

  /** The outermost transaction, or null. */
  getTransaction(): SessionTransaction | null {
    let { transaction } = this.#core;
    while (transaction !== null && transaction.parent !== null) transaction = transaction.parent;
    return transaction;
  }

  /** The innermost savepoint, or null. */
  getNestedTransaction(): SessionTransaction | null {
    let { transaction } = this.#core;
    while (transaction !== null && !transaction.nested) transaction = transaction.parent;
    return transaction;
  }

  /** Whether the object is in this session: pending or persistent. */
  has(object: unknown): boolean {
    const state = findState(object);
    return state !== undefined && this.#core.containsState(state);
  }

  /** All objects of the session. */
  *[Symbol.iterator](): IterableIterator<object> {
    for (const state of this.#core.new) yield state.obj;
    yield* this.#core.identityMap.values();
  }

  /**
   * Whether an object has changes that a flush would write. Unlike `dirty`, it compares values.
   * @param options - `includeCollections: false` looks at columns and single references only
   */
  isModified(object: object, options: { readonly includeCollections?: boolean } = {}): boolean {
    const state = instanceState(object);
    if (!state.modified) return false;
    for (const key of state.committed?.keys() ?? []) {
      const impl = state.getImpl(key);
      if (impl.collection && options.includeCollections === false) continue;
      if (impl.getHistory(state).hasChanges()) return true;
    }
    return false;
  }

  // --- objects in and out --------------------------------------------------------------------------------------------------

  /**
   * Brings an object in, and what hangs on it by the save-update cascade. A new one is inserted by the next flush.
   * @throws InvalidRequestError when the object belongs to another session
   */
  add(object: object): void {
    this.#core.checkOpen("add()");
    this.#core.saveOrUpdateState(instanceState(object));
  }

  /** Brings several objects in. */
  addAll(objects: Iterable<object>): void {
    for (const object of objects) this.add(object);
  }

  /**
   * Marks an object for deletion by the next flush, together with what its delete cascades reach; these may have to be loaded.
   * @throws InvalidRequestError when the object has no row
   */
  delete(object: object): Promise<void> {
    return this.#run("delete()", () => deleteObjects(this.#core, [object]));
  }

  /**
   * As {@link delete}, of several objects; what the cascades have to load is loaded for all of them together.
   * @throws InvalidRequestError when one of them has no row; then none is marked
   */
  deleteAll(objects: Iterable<object>): Promise<void> {
    return this.#run("deleteAll()", () => deleteObjects(this.#core, objects));
  }

  /**
   * Lets relationships of an object that has no row be loaded, on demand, by the keys that are set on it. The object stays what it is:
   * nothing of it is written unless it is added.
   * @throws InvalidRequestError when the object belongs to another session
   * @see https://docs.sqlalchemy.org/en/21/orm/session_api.html#sqlalchemy.orm.Session.enable_relationship_loading
   * @example
   * const draft = new Cast({ filmId: 3 });
   * session.enableRelationshipLoading(draft);
   * const film = await draft.awaitableAttrs.film;
   */
  enableRelationshipLoading(object: object): void {
    this.#core.checkOpen("enableRelationshipLoading()");
    attachForLoading(this.#core, instanceState(object));
  }

  /** Takes an object out, and what its expunge cascades reach: pending ones become transient, others detached. */
  expunge(object: object): void {
    const core = this.#core;
    const state = instanceState(object);
    if (state._session !== core) throw new InvalidRequestError(`Instance ${String(state)} is not present in this Session`);
    const cascaded = [...state.mapper.cascadeIterator("expunge", state)].map((step) => step.state);
    core.expungeStates([state, ...cascaded.filter((each) => each._session === core)]);
  }

  /** Takes every object out. */
  expungeAll(): void {
    this.#core.expungeAll();
  }

  /** Forgets what was loaded into an object, and its changes; with names, of these attributes only. */
  expire(object: object, attributeNames?: readonly string[]): void {
    expireObject(this.#core, object, attributeNames ?? null);
  }

  /** Forgets what was loaded into any object, and all changes. */
  expireAll(): void {
    expireAll(this.#core);
  }

  /**
   * Reads an object anew, or, with names, these attributes of it; relationships too. Changes that were not flushed are lost.
   * @param attributeNames - may be left out: `session.refresh(user, { withForUpdate: true })`
   * @throws InvalidRequestError when its row is gone
   */
  refresh(object: object, attributeNames?: readonly string[] | RefreshOptions | null, options?: RefreshOptions): Promise<void>;
  refresh(object: object, given: readonly string[] | RefreshOptions | null = null, more: RefreshOptions = {}): Promise<void> {
    const isOptions = isRefreshOptions(given);
    const names = isOptions ? null : given;
    const options = isOptions ? given : more;
    if (names !== null) checkNames(instanceState(object), names);
    return this.#run("refresh()", () => refreshObject(this.#core, object, names, options));
  }

  /**
   * Copies the state of an object to the one of this session that stands for the same row, which is read or made if need be; the
   * given object stays as it is. It cascades.
   * @returns the object of this session
   */
  merge<O extends object>(object: O, options: MergeOptions = {}): Promise<O> {
    return this.#run("merge()", async () => (await mergeObjects(this.#core, [object], options))[0]) as Promise<O>;
  }

  /** As {@link merge}, of several objects: the objects of this session, in the same order. */
  mergeAll<O extends object>(objects: Iterable<O>, options: MergeOptions = {}): Promise<O[]> {
    return this.#run("mergeAll()", () => mergeObjects(this.#core, objects, options)) as Promise<O[]>;
  }

  // --- reading -------------------------------------------------------------------------------------------------------------

  /**
   * The object with this primary key, or null. What the session knows already is given without asking the database.
   * @param ident - the key; for several columns, an array or an object by attribute name
   * @example await session.get(User, 5);
   */
  async get<C extends EntityLike>(
    entity: C,
    ident: unknown,
    options: GetOptions = NO_OPTIONS as GetOptions,
  ): Promise<InstanceOf<C> | null> {
    const core = this.#core;
    core.checkOpen("get()");
    const mapper = mapperOf(entity);
    const values = primaryKeyValues(mapper, ident);
    const found = getFromIdentityMap(core, mapper, values, options);
    if (found !== undefined) return found as InstanceOf<C> | null;
    return this.#run(`get(${mapper.name})`, () => loadByKey(core, mapper, values, options)) as Promise<InstanceOf<C> | null>;
  }

  /**
   * As {@link get}, but an object that is not there is an error.
   * @throws NoResultFound when there is no such row
   */
  async getOne<C extends EntityLike>(entity: C, ident: unknown, options?: GetOptions): Promise<InstanceOf<C>> {
    const found = await this.get(entity, ident, options);
    if (found === null)
      throw new NoResultFound(
        `No row was found when one was required: ${mapperOf(entity).name} with the primary key ${JSON.stringify(ident)}`,
      );
    return found;
  }

  /**
   * Runs a statement. The result can be awaited, or read at once: `await session.execute(stmt).all()`.
   * @param params - values by name, or rows for INSERT and bulk UPDATE
   */
  execute<S extends Executable>(
    statement: S,
    params?: ParametersOf<S> | ExecuteOptions,
    options?: ExecuteOptions,
  ): PendingResult<ResultRow<S>>;
  execute(statement: object, params?: ExecuteParams | ExecuteOptions, options?: ExecuteOptions): unknown {
    const [values, rest] = splitArguments(params, options);
    return execute(this.#core, "execute", statement, values, rest);
  }

  /** Runs a statement and gives the first value of each row: the objects of `select(User)`. */
  scalars<S extends Executable>(
    statement: S,
    params?: ParametersOf<S> | ExecuteOptions,
    options?: ExecuteOptions,
  ): PendingScalars<ScalarOf<ResultRow<S>>>;
  scalars(statement: object, params?: ExecuteParams | ExecuteOptions, options?: ExecuteOptions): PendingScalars<never> {
    const [values, rest] = splitArguments(params, options);
    return execute(this.#core, "scalars", statement, values, rest).scalars();
  }

  /** Runs a statement and gives the first value of the first row, or null. */
  scalar<S extends Executable>(
    statement: S,
    params?: ParametersOf<S> | ExecuteOptions,
    options?: ExecuteOptions,
  ): Promise<ScalarOf<ResultRow<S>> | null>;
  scalar(statement: object, params?: ExecuteParams | ExecuteOptions, options?: ExecuteOptions): Promise<unknown> {
    const [values, rest] = splitArguments(params, options);
    return execute(this.#core, "scalar", statement, values, rest).scalar();
  }

  /**
   * Runs a statement and gives its rows in batches (`yieldPer` in the options).
   * @example for await (const user of session.stream(select(User)).scalars()) console.log(user.name);
   */
  stream<S extends Executable>(
    statement: S,
    params?: ParametersOf<S> | ExecuteOptions,
    options?: ExecuteOptions,
  ): StreamResult<ResultRow<S>>;
  stream(statement: object, params?: ExecuteParams | ExecuteOptions, options?: ExecuteOptions): unknown {
    const [values, rest] = splitArguments(params, options);
    return streamSession(this.#core, statement, values, rest);
  }

  /** As {@link stream}, with the first value of each row. */
  streamScalars<S extends Executable>(
    statement: S,
    params?: ParametersOf<S> | ExecuteOptions,
    options?: ExecuteOptions,
  ): StreamScalars<ScalarOf<ResultRow<S>>>;
  streamScalars(statement: object, params?: ExecuteParams | ExecuteOptions, options?: ExecuteOptions): StreamScalars<unknown> {
    const [values, rest] = splitArguments(params, options);
    return streamSession(this.#core, statement, values, rest).scalars();
  }

  // --- writing and transactions --------------------------------------------------------------------------------------------

  /** Writes everything that is new, changed or marked for deletion. */
  flush(): Promise<void> {
    const core = this.#core;
    if (core.flushing)
      return Promise.reject(new InvalidRequestError("Session is already flushing: flush() was called by a listener of a flush event"));
    return this.#run("flush()", () => {
      core.checkActive("flush()");
      return core.flush();
    });
  }

  /**
   * Begins a transaction. Without a call, one begins with the first statement. With a function, it commits when the function returns
   * and rolls back when it throws.
   * @throws InvalidRequestError when a transaction has begun already
   * @example await session.begin(async () => { session.add(new User({ name: "sandy" })); });
   */
  begin(): Promise<SessionTransaction>;
  begin<T>(fn: (transaction: SessionTransaction) => T | PromiseLike<T>): Promise<T>;
  async begin<T>(fn?: (transaction: SessionTransaction) => T | PromiseLike<T>): Promise<SessionTransaction | T> {
    const core = this.#core;
    core.guard.check("begin()");
    core.reopen();
    if (core.transaction !== null)
      throw new InvalidRequestError("A transaction is already begun on this Session. Use beginNested() for a savepoint within it");
    const transaction = core.autobegin("begin", "begin()");
    return fn === undefined ? transaction : within(core, transaction, fn);
  }

  /**
   * The first step of a commit in two steps, in a session with `twophase: true`.
   * @throws InvalidRequestError in other sessions, and when nothing is under way
   */
  async prepare(): Promise<void> {
    const { transaction } = this.#core;
    if (transaction === null) throw new InvalidRequestError("nothing is under way that prepare() could prepare");
    await transaction.prepare();
  }

  /**
   * Sets a savepoint, after a flush. With a function, it is released when the function returns and rolled back to when it throws.
   * @example
   * const savepoint = await session.beginNested();
   * await savepoint.rollback();
   */
  beginNested(): Promise<SessionTransaction>;
  beginNested<T>(fn: (transaction: SessionTransaction) => T | PromiseLike<T>): Promise<T>;
  async beginNested<T>(fn?: (transaction: SessionTransaction) => T | PromiseLike<T>): Promise<SessionTransaction | T> {
    const core = this.#core;
    const transaction = await core.guard.run("beginNested()", async () => {
      core.checkActive("beginNested()");
      const parent = core.autobegin("beginNested", "beginNested()");
      if (!core.isClean()) await core.flush();
      core.transaction = new SessionTransaction(core, "beginNested", parent);
      return core.transaction;
    });
    return fn === undefined ? transaction : within(core, transaction, fn);
  }

  /**
   * Flushes, and makes everything since the transaction began last.
   * @throws PendingRollbackError when a flush has failed before
   */
  commit(): Promise<void> {
    return this.#run("commit()", () => this.#core.autobegin("begin", "commit()")._commit(true));
  }

  /** Undoes everything since the transaction began, in the database and on the objects. */
  rollback(): Promise<void> {
    const core = this.#core;
    // a closed session has nothing to undo: who rolls back in a catch block is not to be told so
    return core.guard.run("rollback()", async () => {
      if (core.transaction === null && core.isClean()) return;
      await core.autobegin("begin", "rollback()")._rollback(true);
    });
  }

  /**
   * Rolls back, lets go of the connection and of all objects. The session can be used again, unless its option `closeResetsOnly` is false;
   * at the end of an `await using` block it cannot (see {@link SessionOptions}). Closing twice does no harm. What still runs is waited for.
   * @throws IllegalStateChangeError when something was still running: an `await` is missing. The session is closed all the same
   * @see https://docs.sqlalchemy.org/en/21/orm/session_basics.html#closing
   */
  close(): Promise<void> {
    return this.#close(this.#core.options.closeResetsOnly === false);
  }

  async #close(refusesWork: boolean): Promise<void> {
    const core = this.#core;
    let unfinished: unknown = null;
    try {
      core.guard.check("close()");
    } catch (error) {
      unfinished = error;
    }
    const closed = (): void => {
      core.closed = refusesWork || core.closed;
    };
    // who closes does not come again: the connection would never go back to its pool
    await core.guard.whenFree("close()", () => {
      const ended = this.#end();
      return ended instanceof Promise ? ended.then(closed) : closed();
    });
    if (unfinished !== null) throw unfinished;
  }

  /** As {@link close}, and the session can be used again at once, unless it was closed for good. */
  reset(): Promise<void> {
    this.#core.reopen();
    return this.#run("reset()", () => this.#end());
  }

  /** As {@link close}, and throws its connections away instead of giving them back. */
  invalidate(): Promise<void> {
    return this.#run("invalidate()", async () => {
      for (let each = this.#core.transaction; each !== null; each = each.parent) await each._invalidate();
      await this.#end();
    });
  }

  /**
   * As {@link close}, but the session refuses work from then on: nobody holds it any more who would close it again, and what an `await` was
   * forgotten for would keep a connection for ever. `begin()`, `connection()` or `reset()` opens it again; `closeResetsOnly: true` leaves it open.
   */
  [Symbol.asyncDispose](): Promise<void> {
    return this.#close(this.#core.options.closeResetsOnly !== true);
  }

  #end(): MaybePromise<void> {
    this.#core.expungeAll();
    return this.#closeTransactions(null);
  }

  /** From the innermost to the outermost, whatever goes wrong; the first error is thrown at the end. */
  #closeTransactions(failure: unknown): MaybePromise<void> {
    const core = this.#core;
    while (core.transaction !== null) {
      const { transaction } = core;
      if (transaction._deleted.size > 0) core.detachStates([...transaction._deleted], false);
      try {
        const closed = transaction._close();
        if (closed instanceof Promise)
          return closed.then(
            () => this.#closeTransactions(failure),
            (error: unknown) => this.#closeTransactions(failure ?? error),
          );
      } catch (error) {
        failure ??= error;
      }
    }
    if (failure !== null) throw failure;
    return undefined;
  }

  /** The connection that the session's statements run on, in its transaction. */
  connection(
    options: {
      readonly bindArguments?: ExecuteOptions["bindArguments"];
      readonly executionOptions?: Readonly<Record<string, unknown>>;
    } = {},
  ): Promise<Connection> {
    const core = this.#core;
    core.reopen();
    return this.#run("connection()", async () => {
      core.checkActive("connection()");
      const mapper = options.bindArguments?.mapper;
      const bind = (options.bindArguments?.bind as Engine | undefined) ?? core.bindFor(mapper === undefined ? null : mapperOf(mapper));
      return core.connectionForBind(bind, options.executionOptions);
    });
  }

  /**
   * The engine (or connection) for a mapped class, or for a statement.
   * @throws UnboundExecutionError when there is none
   */
  getBind(options: { readonly mapper?: object; readonly clause?: object } = {}): Engine | Connection {
    const clause = (options.clause as ClauseElement | undefined) ?? null;
    const mapper = options.mapper !== undefined ? mapperOf(options.mapper) : clause === null ? null : (subjectOf(clause)?.mapper ?? null);
    return this.#core.bindFor(mapper, clause);
  }

  /** Says in which database the objects of a class are, those of its subclasses included; also of a base or a mixin. */
  bindMapper(entity: object, bind: Engine | Connection): void {
    (this.#core.binds ??= new Map()).set(entity, bind);
  }

  /** Says in which database a table is: for the classes that are mapped to it, and for statements of Core. */
  bindTable(table: FromClause, bind: Engine | Connection): void {
    (this.#core.binds ??= new Map()).set(table, bind);
  }

  /**
   * Runs a function without flushing before each query.
   * @example await session.noAutoflush(async () => { await session.scalars(select(User)).all(); });
   */
  async noAutoflush<T>(fn: () => T | PromiseLike<T>): Promise<T> {
    const core = this.#core;
    const before = core.autoflush;
    core.autoflush = false;
    try {
      return await fn();
    } finally {
      core.autoflush = before;
    }
  }

  #run<T>(operation: string, fn: () => MaybePromise<T>): Promise<T> {
    const core = this.#core;
    return core.guard.run(operation, () => {
      core.checkOpen(operation);
      return fn();
    });
  }
}

/** The first error is the one that matters: one of the rollback is attached to it. */
async function rollbackAfter(error: unknown, transaction: SessionTransaction): Promise<void> {
  try {
    if (!hasEnded(transaction)) await transaction.rollback();
  } catch (second) {
    if (error instanceof Error && error.cause === undefined) error.cause = second;
  }
}

async function within<T>(
  core: SessionCore,
  transaction: SessionTransaction,
  fn: (transaction: SessionTransaction) => T | PromiseLike<T>,
): Promise<T> {
  let result: T;
  const around = core.block;
  core.block = transaction;
  try {
    result = await fn(transaction);
    core.block = around;
  } catch (error) {
    core.block = around;
    await rollbackAfter(error, transaction);
    throw error;
  }
  // the function may have ended the transaction by itself
  if (transaction._status === "active") {
    try {
      await transaction.commit();
    } catch (error) {
      await rollbackAfter(error, transaction);
      throw error;
    }
  } else if (transaction._status === "deactive") {
    const failure = transaction._failure;
    await transaction.rollback();
    throw failure;
  }
  return result;
}

function hasEnded(transaction: SessionTransaction): boolean {
  return transaction._status === "closed" || transaction._status === "committed";
}

function isBind(value: object): value is Engine | Connection {
  return "dialect" in value;
}

/** `execute(stmt, options)` and `execute(stmt, params, options)`. */
function splitArguments(
  params: ExecuteParams | ExecuteOptions | undefined,
  options: ExecuteOptions | undefined,
): [ExecuteParams, ExecuteOptions | undefined] {
  if (params === undefined || params === null) return [null, options];
  if (options === undefined && isOptions(params)) return [null, params];
  return [params as ExecuteParams, options];
}

function isOptions(value: object): value is ExecuteOptions {
  if (Array.isArray(value)) return false;
  const keys = Object.keys(value);
  return (
    keys.length > 0 &&
    keys.every(
      (key) => (key === "executionOptions" || key === "bindArguments") && typeof (value as Record<string, unknown>)[key] === "object",
    )
  );
}

registerEventFamily({
  name: "SessionEvents",
  events: SESSION_EVENTS,
  resolve(target) {
    if (target instanceof Session) return coreOf(target).ownDispatch() as unknown as Dispatcher<never>;
    if (target === Session) return allSessions as unknown as Dispatcher<never>;
    return (makerEvents.get(target) as unknown as Dispatcher<never> | undefined) ?? null;
  },
});
