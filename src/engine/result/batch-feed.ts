import type { ResultMetadata } from "./metadata.ts";
import type { RowFeed } from "./stream-result.ts";

/** A feed that knows its columns when its first batch is there. Asked for them before, it keeps that batch for whoever reads. */
export abstract class BatchFeed implements RowFeed {
  readonly isScalar = false;
  readonly uniqueStrategies = null;
  abstract readonly objects: boolean;
  #first: readonly unknown[] | null = null;

  /** What the columns are; null before the first batch. */
  protected abstract get known(): ResultMetadata | null;

  /** The next batch; null at the end. The columns are known after it, also where there are no rows. */
  protected abstract read(): Promise<readonly unknown[] | null>;

  abstract close(): Promise<void>;

  async metadata(): Promise<ResultMetadata> {
    if (this.known === null) this.#first = await this.read();
    return this.known!;
  }

  next(): Promise<readonly unknown[] | null> {
    const first = this.#first;
    if (first === null) return this.read();
    this.#first = null;
    return Promise.resolve(first);
  }
}
