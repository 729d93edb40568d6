import { TransactionEndedError } from "../errors.ts";
import { NestedTransaction, type Transaction } from "./transaction.ts";

/** Rows that are on their way. */
export interface OpenStream {
  /** the innermost transaction or savepoint that it was begun in */
  readonly within: Transaction | null;
  readonly sql: string;
  /** Ends it: whoever asks for more rows gets the error. */
  interrupt(error: TransactionEndedError): Promise<void>;
}

/**
 * The streams of a connection that have rows left. The rows belong to the transaction in which they are read: when that ends, the database
 * lets go of them (or would mix them with what comes later), so that here they end on every database, and whoever goes on reading is told why.
 */
export class OpenStreams {
  readonly #open: Set<OpenStream> = new Set();

  add(stream: OpenStream): void {
    this.#open.add(stream);
  }

  delete(stream: OpenStream): void {
    this.#open.delete(stream);
  }

  /**
   * Ends all streams, or those within a savepoint; undefined when there are none.
   * @param what - what happens to the transaction: "committed"
   */
  interrupt(what: string, savepoint: NestedTransaction | null = null): Promise<void> | undefined {
    if (this.#open.size === 0) return undefined;
    const ending = [...this.#open].filter((stream) => savepoint === null || isWithin(stream.within, savepoint));
    if (ending.length === 0) return undefined;
    for (const stream of ending) this.#open.delete(stream);
    return this.#end(ending, what);
  }

  async #end(streams: readonly OpenStream[], what: string): Promise<void> {
    for (const stream of streams) {
      await stream.interrupt(
        new TransactionEndedError(
          `the rows of a stream end with its transaction, and ${what} before all of them were read. Read to the end first, ` +
            `read them at once with execute(), or stream over a connection or session of its own\n[SQL: ${stream.sql}]`,
        ),
      );
    }
  }
}

function isWithin(transaction: Transaction | null, savepoint: NestedTransaction): boolean {
  for (let each = transaction; each instanceof NestedTransaction; each = each._outer) if (each === savepoint) return true;
  return false;
}
