import type { Connection } from "../../engine/connection.ts";
import type { Engine } from "../../engine/engine.ts";
import type { Mapper } from "../mapping/mapper.ts";
import type { IdentityToken } from "../state/identity-token.ts";
import type { InstanceState } from "../state/instance-state.ts";
import type { IdentityMap } from "./identity-map.ts";
import type { FlowGuard } from "./flow-guard.ts";
import type { MaybePromise } from "../../engine/driver.ts";
import type { Result } from "../../engine/result/result.ts";
import type { ParameterRecord } from "../../sql/compiler/compiled.ts";
import type { ClauseElement } from "../../sql/elements/clause-element.ts";
import type { OrmExecutionOptions } from "../late.ts";
import type { LoadKind } from "./orm-execute-state.ts";
import type { Session } from "./session.ts";
import type { BulkContext, BulkUpdateContext } from "./session-events.ts";
import type { SessionTransaction } from "./session-transaction.ts";

/** What an engine is asked for. */
export interface BindRequest {
  readonly session: Session;
  /** the mapper that the statement is about; null for statements of Core */
  readonly mapper: Mapper | null;
  /** the statement; null where the session writes or loads by itself */
  readonly clause: ClauseElement | null;
  /** the token of the objects that are written or read: of a statement, its execution option `identityToken`; null for none */
  readonly identityToken: IdentityToken | null;
  /** whether a flush writes */
  readonly isFlushing: boolean;
}

/** What a session was made with. */
export interface SessionOptions {
  /** the engine (or a connection, whose transaction the session then joins) that the session works on */
  readonly bind?: Engine | Connection;
  /** engines by mapped class or base, for several databases */
  readonly binds?: ReadonlyMap<object, Engine | Connection>;
  /**
   * Chooses the engine of each statement, before `binds` and `bind` are asked: reads to one server, writes to another. Null leaves it to them.
   * A session holds a transaction on each engine that it was sent to.
   */
  readonly getBind?: (request: BindRequest) => Engine | Connection | null;
  /** flush before each query; on */
  readonly autoflush?: boolean;
  /** forget what is loaded after each commit; off */
  readonly expireOnCommit?: boolean;
  /**
   * What is loaded on demand for one object is loaded for all objects of the same result that lack it, so that a loop over them is one
   * statement; on. The execution option of the same name says it for one statement.
   */
  readonly peerLoading?: boolean;
  /** begin a transaction when the first statement needs one; on */
  readonly autobegin?: boolean;
  /** anything; kept as `session.info` */
  readonly info?: Record<string, unknown>;
  /** for every statement of the session */
  readonly executionOptions?: Readonly<Record<string, unknown>>;
  /**
   * What closing leaves. By default `close()` leaves a session that goes on as if it were new, and the end of an `await using` block one
   * that refuses work until `begin()`, `connection()` or `reset()` opens it again. With true both leave it open, with false closed for good.
   */
  readonly closeResetsOnly?: boolean;
  /** transactions are committed in two steps, so that several databases commit together or not at all; off */
  readonly twophase?: boolean;
  /** how the session works on a connection that is in a transaction already */
  readonly joinTransactionMode?: "conditional_savepoint" | "rollback_only" | "control_fully" | "create_savepoint";
}

/** A SELECT that the ORM runs by itself. */
export interface OwnLoad {
  readonly kind: LoadKind;
  readonly statement: ClauseElement;
  readonly params: ParameterRecord | null;
  readonly executionOptions: OrmExecutionOptions;
  /** runs a statement in its place, for listeners that ask for it */
  run(statement: ClauseElement, executionOptions: OrmExecutionOptions): MaybePromise<Result<unknown>>;
}

/** What listeners have made of it. */
export interface AnnouncedLoad {
  readonly statement: ClauseElement;
  readonly executionOptions: OrmExecutionOptions;
  /** what a listener gave in the database's stead */
  readonly given: Result<unknown> | null;
}

/**
 * A session as the rest of the ORM sees it: what a state's `session` refers to.
 * The class is made by the session; attributes and loaders only use this interface.
 */
export interface SessionInternals {
  /** distinct for every session of the process */
  readonly id: number;
  /** the session that users have */
  readonly face: Session;
  readonly identityMap: IdentityMap;
  /** pending states, in the order in which they were added */
  readonly new: Set<InstanceState>;
  /** states that the next flush deletes */
  readonly deleted: Set<InstanceState>;
  readonly guard: FlowGuard;
  readonly executionOptions: Readonly<Record<string, unknown>>;
  autoflush: boolean;
  expireOnCommit: boolean;
  /** objects of one result are peers: what one of them lacks is loaded for all */
  readonly peerLoading: boolean;
  /** the innermost transaction, null between transactions */
  transaction: SessionTransaction | null;
  flushing: boolean;
  /** true while flush events run in which changing relationships has no effect */
  warnOnEvents: boolean;
  closed: boolean;

  /** The connection on which statements for this mapper, about objects with this token, run; begins a transaction when there is none. */
  connectionFor(mapper: Mapper | null, identityToken: IdentityToken | null): Connection | Promise<Connection>;
  /** Flushes when `autoflush` is on and there is something to flush. */
  autoflushNow(): Promise<void> | null;
  containsState(state: InstanceState): boolean;
  /** The save-update cascade: makes a transient or detached state pending or persistent, and what hangs on it. */
  saveOrUpdateState(state: InstanceState): void;
  saveOrUpdateImpl(state: InstanceState): void;
  expungeStates(states: readonly InstanceState[], toTransient?: boolean): void;
  /** Flushed states become persistent, or get the key that their row has now. */
  registerPersistent(states: Iterable<InstanceState>): void;
  /** Notes states as changed outside of the flush (ORM UPDATE statements), so that a rollback expires them. */
  registerAltered(states: Iterable<InstanceState>): void;
  /** States whose rows are gone (flush, ORM DELETE statements) leave the session. */
  removeNewlyDeleted(states: Iterable<InstanceState>): void;
  /** Whether anybody listens to `doOrmExecute`. */
  readonly announcesLoads: boolean;
  /** Tells the listeners to `doOrmExecute` of a load of the ORM's own. */
  announceLoad(load: OwnLoad): MaybePromise<AnnouncedLoad>;
  /** Whether anybody listens to `loadedAsPersistent`. */
  readonly announcesLoaded: boolean;
  /** Tells the listeners to `loadedAsPersistent` of an object that came in. */
  announceLoaded(instance: object): void;
  /** Tells the listeners to `afterBulkUpdate`; null when there are none. */
  tellBulkUpdate(context: () => BulkUpdateContext): Promise<void> | null;
  /** Tells the listeners to `afterBulkDelete`; null when there are none. */
  tellBulkDelete(context: () => BulkContext): Promise<void> | null;
  /** Throws when the transaction has failed and waits for rollback(). */
  checkActive(operation: string): void;
}
