import { INSPECT } from "../../util/inspect.ts";
import { ArgumentError, MultipleResultsFound, NoResultFound, ResourceClosedError } from "../../errors.ts";
import { UniqueFilter, type Novelty, type UniqueStrategy } from "./unique.ts";

/** Rows that have been read, and how far they have been used. Results that are made of one another share it. */
export class RowBuffer {
  rows: readonly unknown[];
  position = 0;
  /** `first()` and its like end the result for good */
  closed = false;

  constructor(rows: readonly unknown[]) {
    this.rows = rows;
  }

  /** Up to `count` of what is left. */
  take(count: number = Infinity): readonly unknown[] {
    if (this.closed)
      throw new ResourceClosedError("this result is closed: first(), one(), scalar() and their like can be called once, instead of all()");
    const from = this.position;
    const to = Math.min(this.rows.length, from + count);
    this.position = to;
    return from === 0 && to === this.rows.length ? this.rows : this.rows.slice(from, to);
  }

  close(): void {
    this.closed = true;
    this.rows = [];
    this.position = 0;
  }
}

/** What `one()` and `first()` need: up to two items, after which the result is closed. */
type Limit = { readonly first: unknown; readonly count: 0 | 1 | 2 };

/**
 * The reading methods that all results have. What a subclass has to say is how items come of the rows of the buffer.
 * Every method takes what has not been read yet.
 */
export abstract class FilteredResult<T> implements Iterable<T> {
  /** @internal */
  readonly _buffer: RowBuffer;
  /** @internal */
  _unique: Novelty | null = null;
  /** the rows to read at a time, for `partitions()` @internal */
  _yieldPer: number | null = null;

  constructor(buffer: RowBuffer) {
    this._buffer = buffer;
  }

  /** @internal */
  [INSPECT](): string {
    const left = this._buffer.rows.length - this._buffer.position;
    return `${this.constructor.name}(${this._buffer.closed ? "closed" : `${left} row${left === 1 ? "" : "s"} to read`})`;
  }

  /** Items for rows, in the same order. @internal */
  protected abstract _items(rows: readonly unknown[]): readonly T[];

  /** @internal */
  protected _next(count: number = Infinity): readonly T[] {
    const filter = this._unique;
    if (filter === null) return this._items(this._buffer.take(count));
    if (count === Infinity) return this._items(this._buffer.take()).filter((item) => filter.isNew(item));
    const found: T[] = [];
    while (found.length < count) {
      const items = this._items(this._buffer.take(count - found.length));
      if (items.length === 0) break;
      for (const item of items) if (filter.isNew(item)) found.push(item);
    }
    return found;
  }

  /** All that is left, as an array. */
  all(): T[] {
    const items = this._next();
    // the buffer's own array is not handed out: it may be shared
    return items === this._buffer.rows ? items.slice() : (items as T[]);
  }

  /** The same as {@link all}. */
  fetchall(): T[] {
    return this.all();
  }

  /** The next one, or null at the end. */
  fetchone(): T | null {
    const [item] = this._next(1);
    return item === undefined ? null : item;
  }

  /** Up to `size` more; an empty array at the end. */
  fetchmany(size: number = this._yieldPer ?? 1): T[] {
    return this._next(checkSize(size)).slice();
  }

  /** The first one, or null when there is none. The rest is dropped. */
  first(): T | null {
    const { first, count } = this._atMost(1);
    return count === 0 ? null : (first as T);
  }

  /**
   * The only one.
   * @throws NoResultFound when there is none, MultipleResultsFound when there are more
   */
  one(): T {
    const { first, count } = this._atMost(2);
    if (count === 0) throw new NoResultFound("one() found no row where exactly one was required");
    if (count === 2) throw new MultipleResultsFound("one() found several rows where exactly one was required");
    return first as T;
  }

  /**
   * The only one, or null when there is none.
   * @throws MultipleResultsFound when there are more
   */
  oneOrNone(): T | null {
    const { first, count } = this._atMost(2);
    if (count === 2) throw new MultipleResultsFound("oneOrNone() found several rows where one at most was required");
    return count === 0 ? null : (first as T);
  }

  /** @internal */
  protected _atMost(count: 1 | 2): Limit {
    const items = this._next(count);
    this._buffer.close();
    return { first: items[0], count: items.length as 0 | 1 | 2 };
  }

  /** Arrays of up to `size` items each. */
  *partitions(size: number = this._yieldPer ?? 1000): IterableIterator<T[]> {
    checkSize(size);
    for (;;) {
      const items = this._next(size).slice();
      if (items.length === 0) return;
      yield items;
    }
  }

  /** The number of items that are read at a time where nothing else is said. */
  yieldPer(count: number): this {
    this._yieldPer = checkSize(count);
    return this;
  }

  /**
   * Leaves out what came before.
   * @param strategy - gives what two items must have in common to be the same; without it, values are compared by what they are
   *   and objects by identity
   */
  unique(strategy: UniqueStrategy | null = null): this {
    this._unique = new UniqueFilter(strategy);
    return this;
  }

  /** Drops what is left. */
  close(): void {
    this._buffer.close();
  }

  /** Whether the result is closed. */
  get closed(): boolean {
    return this._buffer.closed;
  }

  *[Symbol.iterator](): IterableIterator<T> {
    for (;;) {
      const items = this._next(this._yieldPer ?? 100);
      if (items.length === 0) return;
      yield* items;
    }
  }

  async *[Symbol.asyncIterator](): AsyncIterableIterator<T> {
    for (const item of this as Iterable<T>) yield item;
  }
}

function checkSize(size: number): number {
  if (!Number.isInteger(size) || size < 1) throw new ArgumentError(`the number of rows is a whole number, at least 1, not ${String(size)}`);
  return size;
}
