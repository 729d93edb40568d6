import type { Connection, Executable, ParametersOf, ResultRow } from "../../engine/connection.ts";
import type { MaybePromise } from "../../engine/driver.ts";
import type { Engine } from "../../engine/engine.ts";
import type { PendingResult, PendingScalars } from "../../engine/result/pending-result.ts";
import type { StreamResult, StreamScalars } from "../../engine/result/stream-result.ts";
import { InvalidRequestError, NoResultFound } from "../../errors.ts";
import { registerEventFamily, type EVENTS } from "../../event/registry.ts";
import type { ClauseElement } from "../../sql/elements/clause-element.ts";
import type { FromClause } from "../../sql/selectable/from-clause.ts";
import type { ScalarOf } from "../../sql/selectable/select-types.ts";
import { findState, instanceState } from "../attributes/class-manager.ts";
import type { InstanceOf } from "../mapping/types.ts";
import { deleteObjects } from "./delete-object.ts";
import { execute, subjectOf, type ExecuteOptions, type ExecuteParams } from "./execute.ts";
import { type EntityLike, getFromIdentityMap, type GetOptions, loadByKey, primaryKeyValues } from "./get.ts";
import type { IdentityMap } from "./identity-map.ts";
import { mapperOf } from "./mapper-of.ts";
import { mergeObjects, type MergeOptions } from "./merge.ts";
import { expungeObject, isObjectModified } from "./objects.ts";
import { checkNames, expireAll, expireObject, isRefreshOptions, refreshObject, type RefreshOptions } from "./refresh-expire.ts";
import { checkedToken, type IdentityToken } from "../state/identity-token.ts";
import { SessionCore } from "./session-core.ts";
import { allSessions, makerEvents, SESSION_EVENTS, type SessionDispatcher, type SessionEvents } from "./session-events.ts";
import type { SessionOptions } from "./session-internals.ts";
import type { SessionTransaction } from "./session-transaction.ts";
import { StateSet } from "./state-sets.ts";
import { attachForLoading } from "./state-transitions.ts";
import { streamSession } from "./stream.ts";
import { beginSavepoint, beginTransaction, closeSession, endSession, invalidateSession, rollbackSession, within } from "./transactions.ts";

const NO_OPTIONS: GetOptions = Object.freeze({});

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
    return isObjectModified(object, options.includeCollections !== false);
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
    expungeObject(this.#core, object);
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
  async get<C extends EntityLike>(entity: C, ident: unknown, options: GetOptions = NO_OPTIONS): Promise<InstanceOf<C> | null> {
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
        `No row was found when one was required: ${mapperOf(entity).name} with the primary key ${JSON.stringify(ident)}` +
          (options?.identityToken == null ? "" : ` and the identityToken ${String(options.identityToken)}`),
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
    return execute(this.#core, "execute", statement, params, options);
  }

  /** Runs a statement and gives the first value of each row: the objects of `select(User)`. */
  scalars<S extends Executable>(
    statement: S,
    params?: ParametersOf<S> | ExecuteOptions,
    options?: ExecuteOptions,
  ): PendingScalars<ScalarOf<ResultRow<S>>>;
  scalars(statement: object, params?: ExecuteParams | ExecuteOptions, options?: ExecuteOptions): PendingScalars<never> {
    return execute(this.#core, "scalars", statement, params, options).scalars();
  }

  /** Runs a statement and gives the first value of the first row, or null. */
  scalar<S extends Executable>(
    statement: S,
    params?: ParametersOf<S> | ExecuteOptions,
    options?: ExecuteOptions,
  ): Promise<ScalarOf<ResultRow<S>> | null>;
  scalar(statement: object, params?: ExecuteParams | ExecuteOptions, options?: ExecuteOptions): Promise<unknown> {
    return execute(this.#core, "scalar", statement, params, options).scalar();
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
    return streamSession(this.#core, statement, params, options);
  }

  /** As {@link stream}, with the first value of each row. */
  streamScalars<S extends Executable>(
    statement: S,
    params?: ParametersOf<S> | ExecuteOptions,
    options?: ExecuteOptions,
  ): StreamScalars<ScalarOf<ResultRow<S>>>;
  streamScalars(statement: object, params?: ExecuteParams | ExecuteOptions, options?: ExecuteOptions): StreamScalars<unknown> {
    return streamSession(this.#core, statement, params, options).scalars();
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
    const transaction = beginTransaction(this.#core);
    return fn === undefined ? transaction : within(this.#core, transaction, fn);
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
    const transaction = await beginSavepoint(this.#core);
    return fn === undefined ? transaction : within(this.#core, transaction, fn);
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
    return rollbackSession(this.#core);
  }

  /**
   * Rolls back, lets go of the connection and of all objects. The session can be used again, unless its option `closeResetsOnly` is false;
   * at the end of an `await using` block it cannot (see {@link SessionOptions}). Closing twice does no harm. What still runs is waited for.
   * @throws IllegalStateChangeError when something was still running: an `await` is missing. The session is closed all the same
   * @see https://docs.sqlalchemy.org/en/21/orm/session_basics.html#closing
   */
  close(): Promise<void> {
    return closeSession(this.#core, this.#core.options.closeResetsOnly === false);
  }

  /** As {@link close}, and the session can be used again at once, unless it was closed for good. */
  reset(): Promise<void> {
    this.#core.reopen();
    return this.#run("reset()", () => endSession(this.#core));
  }

  /** As {@link close}, and throws its connections away instead of giving them back. */
  invalidate(): Promise<void> {
    return this.#run("invalidate()", () => invalidateSession(this.#core));
  }

  /**
   * As {@link close}, but the session refuses work from then on: nobody holds it any more who would close it again, and what an `await` was
   * forgotten for would keep a connection for ever. `begin()`, `connection()` or `reset()` opens it again; `closeResetsOnly: true` leaves it open.
   */
  [Symbol.asyncDispose](): Promise<void> {
    return closeSession(this.#core, this.#core.options.closeResetsOnly !== true);
  }

  /**
   * The connection that the session's statements run on, in its transaction. Of several databases, that of the class that `bindArguments`
   * name, or that of the objects with this token.
   */
  connection(
    options: {
      readonly bindArguments?: ExecuteOptions["bindArguments"];
      readonly identityToken?: IdentityToken | null;
      readonly executionOptions?: Readonly<Record<string, unknown>>;
    } = {},
  ): Promise<Connection> {
    const core = this.#core;
    core.reopen();
    return this.#run("connection()", async () => {
      core.checkActive("connection()");
      const mapper = options.bindArguments?.mapper;
      const token = checkedToken(options.identityToken);
      const named = options.bindArguments?.bind as Engine | undefined;
      const bind = named ?? core.bindFor(mapper === undefined ? null : mapperOf(mapper), null, token);
      return core.connectionForBind(bind, options.executionOptions);
    });
  }

  /**
   * The engine (or connection) for a mapped class, or for a statement.
   * @throws UnboundExecutionError when there is none
   */
  getBind(
    options: { readonly mapper?: object; readonly clause?: object; readonly identityToken?: IdentityToken | null } = {},
  ): Engine | Connection {
    const clause = (options.clause as ClauseElement | undefined) ?? null;
    const mapper = options.mapper !== undefined ? mapperOf(options.mapper) : clause === null ? null : (subjectOf(clause)?.mapper ?? null);
    return this.#core.bindFor(mapper, clause, checkedToken(options.identityToken));
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

function isBind(value: object): value is Engine | Connection {
  return "dialect" in value;
}

registerEventFamily({
  name: "SessionEvents",
  events: SESSION_EVENTS,
  resolve(target) {
    if (target instanceof Session) return coreOf(target).ownDispatch();
    if (target === Session) return allSessions;
    return makerEvents.get(target) ?? null;
  },
});
