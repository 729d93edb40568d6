import type { Connection } from "../../engine/connection.ts";
import { Dispatcher } from "../../event/dispatcher.ts";
import type { UowTransaction } from "../unit-of-work/unit-of-work.ts";
import type { OrmExecuteState } from "./orm-execute-state.ts";
import type { Session } from "./session.ts";
import type { SessionTransaction } from "./session-transaction.ts";

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
  afterBulkUpdate: (context: unknown) => MaybeAsync;
  afterBulkDelete: (context: unknown) => MaybeAsync;
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
