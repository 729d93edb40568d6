import { PoolClosedError } from "../../errors.ts";
import type { MaybePromise } from "../driver.ts";
import type { PooledConnection } from "./checked-out.ts";
import type { ConnectionRecord } from "./connection-record.ts";
import { Pool } from "./pool.ts";

/**
 * Keeps nothing: every connection is made when it is asked for and closed when it comes back.
 * @see https://docs.sqlalchemy.org/en/21/core/pooling.html#sqlalchemy.pool.NullPool
 */
export class NullPool extends Pool {
  #lentCount = 0;
  /** why it is closed */
  #why: string | null = null;

  override connect(): MaybePromise<PooledConnection> {
    if (this.#why !== null) throw new PoolClosedError(this.#why);
    this.#lentCount += 1;
    let made: MaybePromise<ConnectionRecord>;
    try {
      made = this._open();
    } catch (error) {
      this.#lentCount -= 1;
      throw error;
    }
    if (!(made instanceof Promise)) return this._lend(made);
    return made.then(
      (record) => this._lend(record),
      (error: unknown) => {
        this.#lentCount -= 1;
        throw error;
      },
    );
  }

  override checkedout(): number {
    return this.#lentCount;
  }

  override status(): string {
    return `no connections are kept, busy ${this.#lentCount}`;
  }

  protected override _keep(record: ConnectionRecord): MaybePromise<void> {
    return this._discard(record);
  }

  protected override _freed(_record: ConnectionRecord): void {
    this.#lentCount -= 1;
    this._tellIfAllAreBack();
  }

  protected override _lostIdle(_record: ConnectionRecord): boolean {
    return false;
  }

  override dispose(why: string = "the engine was disposed of"): Promise<void> {
    this.#why ??= why;
    return Promise.resolve();
  }

  override recreate(): NullPool {
    return new NullPool(this._creator, this._options, this._dispatch);
  }
}
