import type { Connection } from "../../engine/connection.ts";
import type { MaybePromise } from "../../engine/driver.ts";
import type { Engine } from "../../engine/engine.ts";
import type { PendingWatcher, UnobservedFailure } from "../../engine/result/pending-result.ts";
import { iterate } from "../../sql/base/traversal.ts";
import { ClauseElement } from "../../sql/elements/clause-element.ts";
import { InvalidRequestError, UnboundExecutionError } from "../../errors.ts";
import type { ListenerList } from "../../event/dispatcher.ts";
import { ownManager } from "../attributes/class-manager.ts";
import type { Mapper } from "../mapping/mapper.ts";
import { hasMixin } from "../mapping/mixins.ts";
import { type IdentityToken, tokenOf } from "../state/identity-token.ts";
import type { InstanceState } from "../state/instance-state.ts";
import { FlowGuard } from "./flow-guard.ts";
import { flushCore } from "./flush.ts";
import { IdentityMap } from "./identity-map.ts";
import type { Session } from "./session.ts";
import { allSessions, type BulkContext, type BulkUpdateContext, type SessionDispatcher } from "./session-events.ts";
import { announceLoad } from "./announce-load.ts";
import type { AnnouncedLoad, OwnLoad, SessionInternals, SessionOptions } from "./session-internals.ts";
import { SessionTransaction, type TransactionOrigin } from "./session-transaction.ts";
import * as transitions from "./state-transitions.ts";

/** Where a statement goes: to the engine that was named with it, or to the one that a rule chooses for it. */
export interface Routing {
  readonly clause: ClauseElement;
  readonly bind: Engine | Connection | null;
}

let sessions = 0;
const NO_OPTIONS: Readonly<Record<string, unknown>> = Object.freeze({});

/** What a session consists of. The face, {@link Session}, and the functions of this folder work on it. */
export class SessionCore implements SessionInternals {
  readonly id: number;
  readonly face: Session;
  readonly options: SessionOptions;
  readonly identityMap: IdentityMap = new IdentityMap();
  readonly new: Set<InstanceState> = new Set();
  readonly deleted: Set<InstanceState> = new Set();
  readonly guard: FlowGuard = new FlowGuard();
  /** the listeners: those of the session maker, until somebody listens to this very session */
  dispatch: SessionDispatcher;
  readonly executionOptions: Readonly<Record<string, unknown>>;
  /** the token that the session's own options say */
  readonly identityToken: IdentityToken | null;
  binds: Map<object, Engine | Connection> | null;
  /** the statement that is run, where the engine depends on it */
  routing: Routing | null = null;
  readonly info: Record<string, unknown>;
  autoflush: boolean;
  expireOnCommit: boolean;
  readonly peerLoading: boolean;
  transaction: SessionTransaction | null = null;
  /** the transaction of the innermost function that was given to `begin()` or `beginNested()` and runs now */
  block: SessionTransaction | null = null;
  /** objects that are here for their relationships to be loaded, and for nothing else; null while there are none */
  attached: Set<InstanceState> | null = null;
  flushing = false;
  warnOnEvents = false;
  closed = false;
  #hasOwnDispatch = false;
  #unobserved: UnobservedFailure[] = [];
  /** hears of statements that failed and that nobody awaited */
  readonly watcher: PendingWatcher = {
    begin: () => {},
    end: (failure) => {
      if (failure !== null) this.#unobserved.push(failure);
    },
  };

  constructor(face: Session, options: SessionOptions, events: SessionDispatcher = allSessions) {
    sessions += 1;
    this.id = sessions;
    this.face = face;
    this.options = options;
    this.dispatch = events;
    this.executionOptions = options.executionOptions ?? NO_OPTIONS;
    this.identityToken = options.executionOptions === undefined ? null : tokenOf(options.executionOptions);
    this.binds = options.binds === undefined ? null : new Map(options.binds);
    this.info = { ...options.info };
    this.autoflush = options.autoflush ?? true;
    this.expireOnCommit = options.expireOnCommit ?? false;
    this.peerLoading = options.peerLoading ?? true;
  }

  /** The listeners of this session alone. */
  ownDispatch(): SessionDispatcher {
    if (!this.#hasOwnDispatch) {
      this.#hasOwnDispatch = true;
      this.dispatch = this.dispatch.child();
    }
    return this.dispatch;
  }

  // --- transactions and connections --------------------------------------------------------------------------------------

  /** Throws for a session that was closed. */
  checkOpen(operation: string): void {
    if (!this.closed) return;
    const reopen = this.options.closeResetsOnly === false ? "" : ", or open this one again with begin() or reset()";
    throw new InvalidRequestError(`This Session is closed; ${operation} was called on it. Make a new one${reopen}`);
  }

  /** Opens a closed session again, for those who ask for it by name; one that was closed for good stays closed. */
  reopen(): void {
    if (this.options.closeResetsOnly !== false) this.closed = false;
  }

  get announcesLoaded(): boolean {
    return this.dispatch.on.loadedAsPersistent !== null;
  }

  announceLoaded(instance: object): void {
    for (const fn of this.dispatch.on.loadedAsPersistent ?? []) fn(this.face, instance);
  }

  tellBulkUpdate(context: () => BulkUpdateContext): Promise<void> | null {
    const listeners = this.dispatch.on.afterBulkUpdate;
    return listeners === null ? null : this.emit(listeners, context());
  }

  tellBulkDelete(context: () => BulkContext): Promise<void> | null {
    const listeners = this.dispatch.on.afterBulkDelete;
    return listeners === null ? null : this.emit(listeners, context());
  }

  get announcesLoads(): boolean {
    return this.dispatch.on.doOrmExecute !== null;
  }

  announceLoad(load: OwnLoad): MaybePromise<AnnouncedLoad> {
    return announceLoad(this, load);
  }

  checkActive(operation: string): void {
    this.checkOpen(operation);
    this.transaction?.assertActive(operation);
  }

  /** The innermost transaction; one is begun when there is none. */
  autobegin(origin: TransactionOrigin = "autobegin", operation = "a statement"): SessionTransaction {
    this.checkOpen(operation);
    const { block } = this;
    if (block !== null && (block._status === "closed" || block._status === "committed")) {
      throw new InvalidRequestError(
        `${operation}: the function that was given to ${block.nested ? "beginNested()" : "begin()"} has ended its transaction. ` +
          "Nothing more can be done in it: return from the function first",
      );
    }
    if (this.transaction === null) {
      if (origin === "autobegin" && this.options.autobegin === false) {
        throw new InvalidRequestError(
          `Autobegin is disabled on this Session; call \`await session.begin()\` to start a transaction before ${operation}`,
        );
      }
      this.transaction = new SessionTransaction(this, origin === "beginNested" ? "autobegin" : origin, null);
    }
    return this.transaction;
  }

  /** The engine or connection for a mapper, or for a statement. */
  bindFor(mapper: Mapper | null, clause: ClauseElement | null = null, identityToken: IdentityToken | null = null): Engine | Connection {
    const { getBind } = this.options;
    if (getBind !== undefined) {
      const given = getBind({ session: this.face, mapper, clause, identityToken, isFlushing: this.flushing });
      if (given !== null) return given;
    }
    if (this.binds !== null && mapper !== null) {
      for (const each of mapper.iterateToRoot()) {
        const bind = this.binds.get(each) ?? this.binds.get(each.class_) ?? this.binds.get(each.localTable);
        if (bind !== undefined) return bind;
      }
      // classes that are no mapped ones: bases and mixins
      for (let proto: unknown = mapper.class_; typeof proto === "function"; proto = Object.getPrototypeOf(proto)) {
        const bind = this.binds.get(proto);
        if (bind !== undefined) return bind;
        for (const [key, each] of this.binds) if (hasMixin(proto, key)) return each;
      }
    }
    if (this.binds !== null && mapper === null && clause instanceof ClauseElement) {
      const tables = this.#boundTables(this.binds);
      for (const element of iterate(clause)) {
        const bind = tables.get(element._identity);
        if (bind !== undefined) return bind;
      }
    }
    if (this.options.bind !== undefined) return this.options.bind;
    throw new UnboundExecutionError(
      mapper === null
        ? "This Session has no engine: give sessionmaker({ bind: engine }) one"
        : `Could not find an engine for ${mapper.name} in this Session: give sessionmaker({ bind: engine }) one, or { binds: new Map([[${mapper.name}, engine]]) }`,
    );
  }

  /** The tables whose engine is known: by themselves, or by the class that is mapped to them. */
  #boundTables(binds: ReadonlyMap<object, Engine | Connection>): Map<object, Engine | Connection> {
    const tables = new Map<object, Engine | Connection>();
    for (const [key, bind] of binds) {
      const mapper = typeof key === "function" ? ownManager(key)?.mapper : undefined;
      for (const table of mapper === undefined ? [key] : mapper._sortedTables) if (!tables.has(table)) tables.set(table, bind);
    }
    return tables;
  }

  connectionFor(mapper: Mapper | null, identityToken: IdentityToken | null): Connection | Promise<Connection> {
    const { routing } = this;
    return this.connectionForBind(routing?.bind ?? this.bindFor(mapper, routing?.clause, identityToken));
  }

  connectionForBind(bind: Engine | Connection, executionOptions?: Readonly<Record<string, unknown>>): Connection | Promise<Connection> {
    const transaction = this.autobegin();
    transaction.assertActive("a statement");
    return transaction.enlisted(bind) ?? transaction.connectionForBind(bind, executionOptions);
  }

  /** A statement that failed without anybody noticing must not be committed over. */
  throwUnobserved(): void {
    const failure = this.#unobserved.splice(0).find(({ isObserved }) => !isObserved());
    if (failure === undefined) return;
    throw new InvalidRequestError(
      "a statement of this Session failed and was not awaited, so the commit is refused; await every execute()",
      {
        cause: failure.error,
      },
    );
  }

  forgetUnobserved(): void {
    this.#unobserved = [];
  }

  // --- flush -------------------------------------------------------------------------------------------------------------

  isClean(): boolean {
    return this.identityMap.modified.size === 0 && this.new.size === 0 && this.deleted.size === 0;
  }

  flush(): Promise<void> {
    return flushCore(this);
  }

  autoflushNow(): Promise<void> | null {
    if (!this.autoflush || this.flushing || this.isClean()) return null;
    return this.flush().catch((error: unknown) => {
      if (error instanceof Error && !error.message.includes("autoflush")) {
        error.message +=
          "\n(raised as a result of query-invoked autoflush; consider using `await session.noAutoflush(async () => …)` if this flush is occurring prematurely)";
      }
      throw error;
    });
  }

  // --- events ------------------------------------------------------------------------------------------------------------

  /** Calls listeners one after the other; while one is waited for, it may use the session. */
  async emit<A extends unknown[]>(listeners: ListenerList<(...args: A) => unknown>, ...args: A): Promise<void> {
    if (listeners === null) return;
    for (const listener of listeners) await this.guard.lend(() => listener(...args));
  }

  // --- states ------------------------------------------------------------------------------------------------------------

  containsState(state: InstanceState): boolean {
    return this.new.has(state) || (state._session === this && this.identityMap.contains(state));
  }

  saveOrUpdateState(state: InstanceState): void {
    transitions.saveOrUpdateState(this, state);
  }

  saveOrUpdateImpl(state: InstanceState): void {
    transitions.saveOrUpdateImpl(this, state);
  }

  updateImpl(state: InstanceState, revertDeletion = false): void {
    transitions.updateImpl(this, state, revertDeletion);
  }

  expungeStates(states: readonly InstanceState[], toTransient = false): void {
    transitions.expungeStates(this, states, toTransient);
  }

  detachStates(states: readonly InstanceState[], toTransient: boolean): void {
    transitions.detachStates(this, states, toTransient);
  }

  expungeAll(): void {
    const states = [...this.identityMap.states(), ...this.new];
    if (this.attached !== null) {
      const members = new Set(states);
      for (const state of this.attached) if (state._session === this && !members.has(state)) states.push(state);
      this.attached = null;
    }
    this.identityMap.clear();
    this.new.clear();
    this.deleted.clear();
    // objects that a flush has deleted are still held by the transaction, which may roll back
    this.detachStates(states, false);
  }

  registerPersistent(states: Iterable<InstanceState>): void {
    transitions.registerPersistent(this, states);
  }

  registerAltered(states: Iterable<InstanceState>): void {
    transitions.registerAltered(this, states);
  }

  removeNewlyDeleted(states: Iterable<InstanceState>): void {
    transitions.removeNewlyDeleted(this, states);
  }
}
