import type { Connection } from "../../engine/connection.ts";
import type { Result } from "../../engine/result/result.ts";
import { Dispatcher } from "../../event/dispatcher.ts";
import type { ClauseElement } from "../../sql/elements/clause-element.ts";
import type { Mapper } from "../mapping/mapper.ts";
import type { UowTransaction } from "../unit-of-work/unit-of-work.ts";
import type { OrmExecuteState } from "./orm-execute-state.ts";
import type { Session } from "./session.ts";
import type { SessionTransaction } from "./session-transaction.ts";

/** An UPDATE or DELETE of a mapped class by condition, as listeners hear of it when it has been run and the objects of the session are right again. */
export interface BulkContext {
  readonly session: Session;
  readonly mapper: Mapper;
  /** as the program gave it */
  readonly statement: ClauseElement;
  /** what it gave: `rowcount`, and rows where it has RETURNING */
  readonly result: Result;
}

/** An UPDATE by condition. */
export interface BulkUpdateContext extends BulkContext {
  /** what was set, by attribute: values and expressions */
  readonly values: ReadonlyMap<string, unknown>;
}

type MaybeAsync = void | Promise<void>;
type StateChange = (session: Session, instance: object) => void;

/**
 * The events of sessions, by name. Those that happen during I/O may have async listeners, which are waited for.
 * @see https://docs.sqlalchemy.org/en/21/orm/events.html#session-events
 */
export interface SessionEvents {
  afterTransactionCreate: (session: Session, transaction: SessionTransaction) => void;
  afterTransactionEnd: (session: Session, transaction: SessionTransaction) => void;
  beforeCommit: (session: Session) => MaybeAsync;
  afterCommit: (session: Session) => MaybeAsync;
  afterRollback: (session: Session) => MaybeAsync;
  afterSoftRollback: (session: Session, previousTransaction: SessionTransaction) => MaybeAsync;
  beforeFlush: (session: Session, flushContext: UowTransaction, instances: null) => MaybeAsync;
  afterFlush: (session: Session, flushContext: UowTransaction) => MaybeAsync;
  afterFlushPostexec: (session: Session, flushContext: UowTransaction) => MaybeAsync;
  afterBegin: (session: Session, transaction: SessionTransaction, connection: Connection) => MaybeAsync;
  beforeAttach: StateChange;
  afterAttach: StateChange;
  transientToPending: StateChange;
  pendingToTransient: StateChange;
  persistentToTransient: StateChange;
  pendingToPersistent: StateChange;
  detachedToPersistent: StateChange;
  loadedAsPersistent: StateChange;
  persistentToDeleted: StateChange;
  deletedToPersistent: StateChange;
  deletedToDetached: StateChange;
  persistentToDetached: StateChange;
  doOrmExecute: (state: OrmExecuteState) => unknown;
  afterBulkUpdate: (context: BulkUpdateContext) => MaybeAsync;
  afterBulkDelete: (context: BulkContext) => MaybeAsync;
}

export const SESSION_EVENTS: readonly (keyof SessionEvents)[] = [
  "afterTransactionCreate",
  "afterTransactionEnd",
  "beforeCommit",
  "afterCommit",
  "afterRollback",
  "afterSoftRollback",
  "beforeFlush",
  "afterFlush",
  "afterFlushPostexec",
  "afterBegin",
  "beforeAttach",
  "afterAttach",
  "transientToPending",
  "pendingToTransient",
  "persistentToTransient",
  "pendingToPersistent",
  "detachedToPersistent",
  "loadedAsPersistent",
  "persistentToDeleted",
  "deletedToPersistent",
  "deletedToDetached",
  "persistentToDetached",
  "doOrmExecute",
  "afterBulkUpdate",
  "afterBulkDelete",
];

export type SessionDispatcher = Dispatcher<SessionEvents>;

/** The listeners of all sessions. */
export const allSessions: SessionDispatcher = new Dispatcher<SessionEvents>(SESSION_EVENTS);

/** Listeners to the sessions of each `sessionmaker()`. */
export const makerEvents: WeakMap<object, SessionDispatcher> = new WeakMap();
