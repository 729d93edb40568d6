import { ResultMetadata } from "../../engine/result/metadata.ts";
import type { Result } from "../../engine/result/result.ts";
import type { RowFeed } from "../../engine/result/stream-result.ts";

const BATCH_SIZE = 1000;

/** A stream of a result that is there as a whole: a listener gave it, or nothing comes in parts. */
export class ResultFeed<R> implements RowFeed {
  readonly isScalar = false;
  readonly objects = false;
  readonly uniqueStrategies = null;
  readonly #rows: { fetchmany(count: number): readonly unknown[]; close(): void };
  readonly #metadata: ResultMetadata;

  constructor(result: Result<R>) {
    this.#metadata = new ResultMetadata(result.keys());
    this.#rows = result.tuples();
  }

  metadata(): Promise<ResultMetadata> {
    return Promise.resolve(this.#metadata);
  }

  next(): Promise<readonly unknown[] | null> {
    const rows = this.#rows.fetchmany(BATCH_SIZE);
    return Promise.resolve(rows.length === 0 ? null : rows);
  }

  close(): Promise<void> {
    this.#rows.close();
    return Promise.resolve();
  }
}
