import type { DriverConnection } from "../driver.ts";

/** A place of a pool, and the connection that is in it. `info` is for users: it lives as long as the connection. */
export class ConnectionRecord {
  /** @internal */
  _connection: DriverConnection;
  /** Anything that is to be remembered with the connection. */
  readonly info: Map<unknown, unknown> = new Map();
  /** when the connection was made, by the monotonic clock @internal */
  readonly _startedAt: number;
  /** when it is to be replaced, by the same clock; drawn once, so that it stays what it is @internal */
  readonly _expiresAt: number;
  /** the generation of the pool in which it was made: a pool that was invalidated replaces older ones @internal */
  readonly _generation: number;
  /** replaced when it comes back or is asked for next @internal */
  _stale = false;
  /** the connection is gone @internal */
  _dead = false;

  constructor(connection: DriverConnection, startedAt: number, generation: number, lifetime: number) {
    this._connection = connection;
    this._startedAt = startedAt;
    this._expiresAt = startedAt + lifetime;
    this._generation = generation;
  }

  /** The driver's connection. */
  get dbapiConnection(): DriverConnection {
    return this._connection;
  }
}
