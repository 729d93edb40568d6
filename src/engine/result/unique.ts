/** Gives what two values must have in common to be the same for `unique()`. */
export type UniqueStrategy = (value: unknown) => unknown;

/** Tells what comes for the first time. */
export interface Novelty {
  isNew(value: unknown): boolean;
}

/** Rows are the same when their values are. */
export class RowFilter implements Novelty {
  readonly #values: (row: unknown) => readonly unknown[];
  readonly #filter: UniqueFilter = new UniqueFilter(null);

  constructor(values: (row: unknown) => readonly unknown[]) {
    this.#values = values;
  }

  isNew(row: unknown): boolean {
    return this.#filter.isNew(this.#values(row));
  }
}

/** Keeps what it has not seen before. */
export class UniqueFilter implements Novelty {
  readonly #strategy: UniqueStrategy | null;
  readonly #seen: Set<unknown> = new Set();
  #trie: Map<unknown, unknown> | null = null;

  /** @param strategy - without one, values are compared by what they are and objects by identity, rows column by column */
  constructor(strategy: UniqueStrategy | null) {
    this.#strategy = strategy;
  }

  /** Whether a value, or a row, comes for the first time. */
  isNew(value: unknown): boolean {
    const key = this.#strategy === null ? value : this.#strategy(value);
    return this.#strategy === null && Array.isArray(value) ? this.#isNewRow(value) : this.#isNewKey(comparable(key));
  }

  #isNewKey(key: unknown): boolean {
    const before = this.#seen.size;
    this.#seen.add(key);
    return this.#seen.size > before;
  }

  #isNewRow(row: readonly unknown[]): boolean {
    if (row.length === 1) return this.#isNewKey(comparable(row[0]));
    let node = (this.#trie ??= new Map());
    let isNew = false;
    for (let i = 0; i < row.length; i++) {
      const key = comparable(row[i]);
      let next = node.get(key) as Map<unknown, unknown> | undefined;
      if (next === undefined) {
        next = new Map();
        node.set(key, next);
        isNew = true;
      }
      node = next;
    }
    return isNew;
  }
}

/** Dates and bytes are compared by what they hold. */
function comparable(value: unknown): unknown {
  if (value instanceof Date) return `date ${value.getTime()}`;
  if (value instanceof Uint8Array) return `bytes ${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("latin1")}`;
  return value;
}
