import { ArgumentError, MultipleResultsFound, NoResultFound, ResourceClosedError } from "../../errors.ts";
import type { ScalarOf } from "../../sql/selectable/select-types.ts";
import type { ColumnSpecifier, ResultMetadata } from "./metadata.ts";
import type { ColumnAt, MappingOf, TupleOf } from "./result.ts";
import { RowFilter, UniqueFilter, type Novelty, type UniqueStrategy } from "./unique.ts";

/** Where a stream's rows come from: batches of rows that have been converted. */
export interface RowFeed {
  /** Known when the first batch has arrived. */
  metadata(): Promise<ResultMetadata>;
  /** The next batch; null at the end. Rows are arrays, or bare values when `isScalar` is true. */
  next(): Promise<readonly unknown[] | null>;
  close(): Promise<void>;
  readonly isScalar: boolean;
  /** rows come out as plain objects */
  readonly objects: boolean;
  /** what `unique()` compares; null for the values themselves */
  readonly uniqueStrategies: readonly (UniqueStrategy | null)[] | null;
}

/** How items come of a batch of rows. */
type Convert<T> = (rows: readonly unknown[], metadata: ResultMetadata) => readonly T[];

/** Rows of a feed that have arrived; streams that are made of one another share it. */
class Inflow {
  readonly feed: RowFeed;
  #batch: readonly unknown[] = [];
  #at = 0;
  #done = false;
  closed = false;

  constructor(feed: RowFeed) {
    this.feed = feed;
  }

  /** Up to `count` rows, fewer at the end of a batch; null at the end of all. */
  async take(count: number): Promise<readonly unknown[] | null> {
    if (this.closed) throw new ResourceClosedError("this stream is closed");
    while (this.#at >= this.#batch.length) {
      if (this.#done) return null;
      const batch = await this.feed.next();
      if (batch === null) {
        this.#done = true;
        return null;
      }
      this.#batch = batch;
      this.#at = 0;
    }
    const from = this.#at;
    this.#at = Math.min(this.#batch.length, from + count);
    return from === 0 && this.#at === this.#batch.length ? this.#batch : this.#batch.slice(from, this.#at);
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    this.#batch = [];
    await this.feed.close();
  }
}

/** The reading methods of streams. */
abstract class Streamed<T> implements AsyncIterable<T> {
  /** @internal */
  readonly _inflow: Inflow;
  /** @internal */
  _novelty: Novelty | null = null;
  readonly #convert: Convert<T>;

  constructor(inflow: Inflow, convert: Convert<T>) {
    this._inflow = inflow;
    this.#convert = convert;
  }

  async #some(count: number): Promise<readonly T[] | null> {
    for (;;) {
      const rows = await this._inflow.take(count);
      if (rows === null) return null;
      const items = this.#convert(rows, await this._inflow.feed.metadata());
      const novelty = this._novelty;
      const kept = novelty === null ? items : items.filter((item) => novelty.isNew(item));
      if (kept.length > 0) return kept;
    }
  }

  /** Up to `size` more; an empty array at the end. */
  async fetchmany(size: number = 1000): Promise<T[]> {
    if (!Number.isInteger(size) || size < 1)
      throw new ArgumentError(`the number of rows is a whole number, at least 1, not ${String(size)}`);
    const found: T[] = [];
    while (found.length < size) {
      const items = await this.#some(size - found.length);
      if (items === null) break;
      found.push(...items);
    }
    return found;
  }

  /** The next one, or null at the end. */
  async fetchone(): Promise<T | null> {
    const [item] = await this.fetchmany(1);
    return item === undefined ? null : item;
  }

  /** All that is left, as an array. */
  async all(): Promise<T[]> {
    const found: T[] = [];
    for (;;) {
      const items = await this.#some(Infinity);
      if (items === null) break;
      for (const item of items) found.push(item);
    }
    await this.close();
    return found;
  }

  /** The first one, or null when there is none. The rest is dropped. */
  async first(): Promise<T | null> {
    const item = await this.fetchone();
    await this.close();
    return item;
  }

  /** The only one. @throws NoResultFound, MultipleResultsFound */
  async one(): Promise<T> {
    const items = await this.fetchmany(2);
    await this.close();
    if (items.length === 0) throw new NoResultFound("one() found no row where exactly one was required");
    if (items.length > 1) throw new MultipleResultsFound("one() found several rows where exactly one was required");
    return items[0]!;
  }

  /** The only one, or null when there is none. @throws MultipleResultsFound */
  async oneOrNone(): Promise<T | null> {
    const items = await this.fetchmany(2);
    await this.close();
    if (items.length > 1) throw new MultipleResultsFound("oneOrNone() found several rows where one at most was required");
    return items.length === 0 ? null : items[0]!;
  }

  /** Arrays of up to `size` items each. */
  async *partitions(size: number = 1000): AsyncIterableIterator<T[]> {
    try {
      for (;;) {
        const items = await this.fetchmany(size);
        if (items.length === 0) return;
        yield items;
      }
    } finally {
      await this.close();
    }
  }

  async *[Symbol.asyncIterator](): AsyncIterableIterator<T> {
    try {
      for (;;) {
        const items = await this.#some(Infinity);
        if (items === null) return;
        yield* items;
      }
    } finally {
      await this.close();
    }
  }

  /** Stops reading. */
  close(): Promise<void> {
    return this._inflow.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

const tuplesOf = (isScalar: boolean, rows: readonly unknown[]): readonly unknown[][] =>
  isScalar ? rows.map((value) => [value]) : (rows as readonly unknown[][]);

/**
 * The rows of a statement as they arrive. It is not awaited: read it by `for await`, or by its methods.
 * @see https://docs.sqlalchemy.org/en/21/orm/extensions/asyncio.html#sqlalchemy.ext.asyncio.AsyncResult
 */
export class StreamResult<R = unknown[]> extends Streamed<R> {
  readonly #feed: RowFeed;

  /** @internal */
  constructor(feed: RowFeed, inflow: Inflow = new Inflow(feed), convert: Convert<R> | null = null) {
    super(
      inflow,
      convert ??
        ((rows, metadata) => {
          const tuples = tuplesOf(feed.isScalar, rows);
          return (feed.objects ? metadata.toObjects(tuples) : tuples) as readonly R[];
        }),
    );
    this.#feed = feed;
  }

  /** The keys of the columns. */
  async keys(): Promise<readonly string[]> {
    return (await this.#feed.metadata()).keys;
  }

  /** Leaves out what came before. */
  unique(strategy: UniqueStrategy | null = null): this {
    const strategies = this.#feed.uniqueStrategies;
    if (strategy !== null || (strategies === null && !this.#feed.objects)) this._novelty = new UniqueFilter(strategy);
    else {
      this._novelty = new RowFilter((row) =>
        (Array.isArray(row) ? (row as unknown[]) : Object.values(row as object)).map(
          (value, index) => strategies?.[index]?.(value) ?? value,
        ),
      );
    }
    return this;
  }

  /** The values of one column, by default the first, instead of rows. */
  scalars(): StreamScalars<ScalarOf<R>>;
  scalars<V = never, const K extends ColumnSpecifier = ColumnSpecifier>(column: K): StreamScalars<[V] extends [never] ? ColumnAt<R, K> : V>;
  scalars(column: ColumnSpecifier = 0): never {
    const { isScalar, uniqueStrategies } = this.#feed;
    const result = new StreamScalars<unknown>(
      this._inflow,
      (rows, metadata) => {
        if (isScalar) return rows;
        const index = metadata.indexOf(column);
        return (rows as readonly unknown[][]).map((row) => row[index]);
      },
      typeof column === "number" ? (uniqueStrategies?.[column] ?? null) : null,
    );
    return (this._novelty === null ? result : result.unique()) as never;
  }

  /** Plain objects by the keys of the columns, instead of rows. */
  mappings(): StreamMappings<MappingOf<R>> {
    const { isScalar } = this.#feed;
    const result = new StreamMappings<MappingOf<R>>(
      this._inflow,
      (rows, metadata) => metadata.toObjects(tuplesOf(isScalar, rows)) as readonly unknown[] as readonly MappingOf<R>[],
    );
    return this._novelty === null ? result : result.unique();
  }

  /** Arrays, also where the statement was made by `select({ … })`. */
  tuples(): StreamResult<TupleOf<R>> {
    const { isScalar } = this.#feed;
    return new StreamResult<TupleOf<R>>(this.#feed, this._inflow, (rows) => tuplesOf(isScalar, rows) as readonly TupleOf<R>[]);
  }

  /** Rows of these columns only, in this order. */
  columns<const L extends readonly ColumnSpecifier[]>(...columns: L): StreamResult<{ -readonly [I in keyof L]: ColumnAt<R, L[I]> }>;
  columns(...columns: readonly ColumnSpecifier[]): never {
    const { isScalar } = this.#feed;
    return new StreamResult<unknown[]>(this.#feed, this._inflow, (rows, metadata) => {
      const indexes = columns.map((column) => metadata.indexOf(column));
      return tuplesOf(isScalar, rows).map((row) => indexes.map((index) => row[index]));
    }) as never;
  }

  /** The first value of the first row, or null when there is no row. */
  scalar(): Promise<ScalarOf<R> | null> {
    return this.scalars().first();
  }

  /** The first value of the only row. @throws NoResultFound, MultipleResultsFound */
  scalarOne(): Promise<ScalarOf<R>> {
    return this.scalars().one();
  }

  /** The first value of the only row, or null when there is no row. @throws MultipleResultsFound */
  scalarOneOrNone(): Promise<ScalarOf<R> | null> {
    return this.scalars().oneOrNone();
  }
}

/** The values of one column, as they arrive. */
export class StreamScalars<T> extends Streamed<T> {
  readonly #strategy: UniqueStrategy | null;

  /** @internal */
  constructor(inflow: Inflow, convert: Convert<T>, strategy: UniqueStrategy | null) {
    super(inflow, convert);
    this.#strategy = strategy;
  }

  /** Leaves out what came before. */
  unique(strategy: UniqueStrategy | null = null): this {
    this._novelty = new UniqueFilter(strategy ?? this.#strategy);
    return this;
  }
}

/** Rows as plain objects, as they arrive. */
export class StreamMappings<M> extends Streamed<M> {
  /** Leaves out what came before. */
  unique(strategy: UniqueStrategy | null = null): this {
    this._novelty = strategy === null ? new RowFilter((row) => Object.values(row as object)) : new UniqueFilter(strategy);
    return this;
  }
}
