import { Dispatcher } from "../../event/dispatcher.ts";
import type { DriverConnection } from "../driver.ts";
import type { ConnectionRecord } from "./connection-record.ts";

/** What is known about a connection when it is reset. */
export interface PoolResetState {
  /** whether a transaction had been ended already by the `Connection` */
  readonly transactionWasReset: boolean;
  /** the connection will be thrown away */
  readonly terminateOnly: boolean;
}

/**
 * The events of pools. Listeners may be async.
 * @see https://docs.sqlalchemy.org/en/21/core/events.html#connection-pool-events
 */
export interface PoolEvents {
  /** a connection was made */
  connect(dbapiConnection: DriverConnection, record: ConnectionRecord): unknown;
  /** the first connection of a pool was made */
  firstConnect(dbapiConnection: DriverConnection, record: ConnectionRecord): unknown;
  /** a connection is lent; to throw a `DisconnectionError` has another one tried */
  checkout(dbapiConnection: DriverConnection, record: ConnectionRecord): unknown;
  /** a connection came back */
  checkin(dbapiConnection: DriverConnection, record: ConnectionRecord): unknown;
  /** a connection is about to be reset */
  reset(dbapiConnection: DriverConnection, record: ConnectionRecord, resetState: PoolResetState): unknown;
  /** a connection is thrown away because it is broken */
  invalidate(dbapiConnection: DriverConnection, record: ConnectionRecord, exception: unknown): unknown;
  /** a connection is to be replaced when it comes back */
  softInvalidate(dbapiConnection: DriverConnection, record: ConnectionRecord, exception: unknown): unknown;
  /** a connection leaves the pool for good */
  detach(dbapiConnection: DriverConnection, record: ConnectionRecord): unknown;
  /** a connection is closed */
  close(dbapiConnection: DriverConnection, record: ConnectionRecord): unknown;
  /** a connection that had left the pool is closed */
  closeDetached(dbapiConnection: DriverConnection): unknown;
}

export const POOL_EVENTS: readonly (keyof PoolEvents)[] = [
  "connect",
  "firstConnect",
  "checkout",
  "checkin",
  "reset",
  "invalidate",
  "softInvalidate",
  "detach",
  "close",
  "closeDetached",
];

/** Listeners to all pools. */
export const poolDispatch: Dispatcher<PoolEvents> = new Dispatcher<PoolEvents>(POOL_EVENTS);
