import type { Dispatcher } from "../../event/dispatcher.ts";
import type { ConnectionRecord } from "./connection-record.ts";
import type { PoolEvents } from "./events.ts";
import type { Creator } from "./pool.ts";
import { QueuePool, type QueuePoolOptions } from "./queue-pool.ts";

/**
 * One connection for the life of the engine, as databases in memory need it. It is lent to one at a time; the others
 * wait in a queue, so that transactions never mix.
 * @see https://docs.sqlalchemy.org/en/21/core/pooling.html#sqlalchemy.pool.StaticPool
 */
export class StaticPool extends QueuePool {
  constructor(creator: Creator, options: QueuePoolOptions = {}, dispatch: Dispatcher<PoolEvents> | null = null) {
    super(creator, { ...options, poolSize: 1, maxOverflow: 0, recycle: -1 }, dispatch);
  }

  protected override _timeoutMessage(timeout: number): string {
    return (
      `the only connection of this engine did not become free within ${timeout} s${this._oldestHolders()}. A database in memory has one ` +
      `connection: a session or connection that is open while another one is asked for must be closed (or committed) first, ` +
      `or a database file used instead`
    );
  }

  /** To close it would be to lose the data. */
  protected override _abandoned(record: ConnectionRecord): Promise<void> {
    return this._reset(record);
  }

  override recreate(): StaticPool {
    return new StaticPool(this._creator, this._options as QueuePoolOptions, this._dispatch);
  }
}
