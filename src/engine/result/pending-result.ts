import { INSPECT } from "../../util/inspect.ts";
import type { ScalarOf } from "../../sql/selectable/select-types.ts";
import type { MaybePromise } from "../driver.ts";
import type { ColumnSpecifier } from "./metadata.ts";
import type { ColumnAt, MappingOf, MappingResult, Result, ScalarResult, TupleOf } from "./result.ts";
import type { FilteredResult } from "./rows.ts";
import type { UniqueStrategy } from "./unique.ts";

/**
 * Something that is on its way and can be awaited. What has arrived already is kept as a value, so that no promise is made
 * for databases that need no waiting.
 */
abstract class Pending<T extends FilteredResult<unknown>> implements PromiseLike<T> {
  #value: T | null = null;
  #promise: Promise<T> | null = null;
  #observed = false;

  /** @param watcher - is told when something has to be waited for, and how it ended */
  constructor(start: () => MaybePromise<T>, watcher: PendingWatcher | null = null) {
    let started: MaybePromise<T>;
    try {
      started = start();
    } catch (error) {
      started = Promise.reject(error as Error);
    }
    if (!(started instanceof Promise)) {
      this.#value = started;
      return;
    }
    this.#promise = started;
    watcher?.begin();
    // one that nobody waits for must not end the process; its connection reports it instead
    started.then(
      () => watcher?.end(null),
      (error: unknown) => watcher?.end(this.#observed ? null : { error, isObserved: () => this.#observed }),
    );
  }

  /** @internal */
  [INSPECT](): string {
    return `${this.constructor.name}(to be awaited, or asked for all(), first(), one(), …)`;
  }

  /** @internal */
  protected _map<U>(fn: (result: T) => U): Promise<U> {
    this.#observed = true;
    if (this.#promise !== null) return this.#promise.then(fn);
    try {
      return Promise.resolve(fn(this.#value!));
    } catch (error) {
      return Promise.reject(error as Error);
    }
  }

  /** For results that are made of this one: it starts nothing. @internal */
  protected _source<U>(fn: (result: T) => U): () => MaybePromise<U> {
    this.#observed = true;
    return () => (this.#promise === null ? fn(this.#value!) : this.#promise.then(fn));
  }

  then<A = T, B = never>(
    onfulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onrejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.#observed = true;
    return (this.#promise ?? Promise.resolve(this.#value!)).then(onfulfilled, onrejected);
  }

  catch<B = never>(onrejected?: ((reason: unknown) => B | PromiseLike<B>) | null): Promise<T | B> {
    return this.then(null, onrejected);
  }

  finally(onfinally?: (() => void) | null): Promise<T> {
    return this.then().finally(onfinally);
  }
}

/** A failure of a statement that nobody awaited. */
export interface UnobservedFailure {
  readonly error: unknown;
  /** whether somebody has awaited it since */
  isObserved(): boolean;
}

/** Keeps account of what is under way. */
export interface PendingWatcher {
  begin(): void;
  /** @param failure - what failed without anybody having awaited it so far */
  end(failure: UnobservedFailure | null): void;
}

/** The reading methods of results, giving promises. */
abstract class PendingRows<T, TResult extends FilteredResult<T>> extends Pending<TResult> {
  /** All rows, as an array. */
  all(): Promise<T[]> {
    return this._map((result) => result.all());
  }

  /** The same as {@link all}. */
  fetchall(): Promise<T[]> {
    return this._map((result) => result.all());
  }

  /** The next one, or null at the end. */
  fetchone(): Promise<T | null> {
    return this._map((result) => result.fetchone());
  }

  /** Up to `size` more; an empty array at the end. */
  fetchmany(size?: number): Promise<T[]> {
    return this._map((result) => result.fetchmany(size));
  }

  /** The first one, or null when there is none. */
  first(): Promise<T | null> {
    return this._map((result) => result.first());
  }

  /**
   * The only one.
   * @throws NoResultFound when there is none, MultipleResultsFound when there are more
   */
  one(): Promise<T> {
    return this._map((result) => result.one());
  }

  /**
   * The only one, or null when there is none.
   * @throws MultipleResultsFound when there are more
   */
  oneOrNone(): Promise<T | null> {
    return this._map((result) => result.oneOrNone());
  }

  /** Arrays of up to `size` items each. */
  async *partitions(size?: number): AsyncIterableIterator<T[]> {
    const result = await this;
    yield* result.partitions(size);
  }

  /** Drops the rows. */
  close(): Promise<void> {
    return this._map((result) => result.close());
  }

  async *[Symbol.asyncIterator](): AsyncIterableIterator<T> {
    const result = await this;
    yield* result;
  }
}

/**
 * A result that is on its way: `await` gives the {@link Result}, and its reading methods can be called at once.
 * The statement runs without being awaited.
 * @example
 * const names = await conn.execute(select(users.c.name)).scalars().all();
 */
export class PendingResult<R = unknown[], TResult extends Result<R> = Result<R>> extends PendingRows<R, TResult> {
  /** The keys of the columns. */
  keys(): Promise<readonly string[]> {
    return this._map((result) => result.keys());
  }

  /** The first value of the first row, or null when there is no row. */
  scalar(): Promise<ScalarOf<R> | null> {
    return this._map((result) => result.scalar());
  }

  /** The first value of the only row. @throws NoResultFound, MultipleResultsFound */
  scalarOne(): Promise<ScalarOf<R>> {
    return this._map((result) => result.scalarOne());
  }

  /** The first value of the only row, or null when there is no row. @throws MultipleResultsFound */
  scalarOneOrNone(): Promise<ScalarOf<R> | null> {
    return this._map((result) => result.scalarOneOrNone());
  }

  /** The values of one column, by default the first, instead of rows. */
  scalars(): PendingScalars<ScalarOf<R>>;
  scalars<V = never, const K extends ColumnSpecifier = ColumnSpecifier>(
    column: K,
  ): PendingScalars<[V] extends [never] ? ColumnAt<R, K> : V>;
  scalars(column: ColumnSpecifier = 0): PendingScalars<never> {
    return new PendingScalars<never>(this._source((result) => result.scalars(column) as ScalarResult<never>));
  }

  /** Plain objects by the keys of the columns, instead of rows. */
  mappings(): PendingMappings<MappingOf<R>> {
    return new PendingMappings(this._source((result) => result.mappings()));
  }

  /** Arrays, also where the statement was made by `select({ … })`. */
  tuples(): PendingResult<TupleOf<R>> {
    return new PendingResult<TupleOf<R>>(this._source((result) => result.tuples()));
  }

  /** Rows of these columns only, in this order. */
  columns<const L extends readonly ColumnSpecifier[]>(...columns: L): PendingResult<{ -readonly [I in keyof L]: ColumnAt<R, L[I]> }>;
  columns(...columns: readonly ColumnSpecifier[]): never {
    return new PendingResult<unknown[]>(this._source((result) => result.columns(...columns) as never)) as never;
  }

  /** Leaves out what came before. */
  unique(strategy: UniqueStrategy | null = null): PendingResult<R, TResult> {
    return new PendingResult<R, TResult>(this._source((result) => result.unique(strategy)));
  }

  /** The number of rows that are read at a time where nothing else is said. */
  yieldPer(count: number): PendingResult<R, TResult> {
    return new PendingResult<R, TResult>(this._source((result) => result.yieldPer(count)));
  }

  /** Keeps the rows: the function that it gives makes a new result of them each time. */
  freeze(): Promise<() => Result<R>> {
    return this._map((result) => result.freeze());
  }

  /** Rows that an UPDATE or DELETE changed, or an INSERT made. */
  get rowcount(): Promise<number> {
    return this._map((result) => result.rowcount);
  }

  /** The primary key of the row that an INSERT made. */
  get insertedPrimaryKey(): Promise<readonly unknown[]> {
    return this._map((result) => (result as unknown as { readonly insertedPrimaryKey: readonly unknown[] }).insertedPrimaryKey);
  }
}

/** The values of one column, on their way. */
export class PendingScalars<T> extends PendingRows<T, ScalarResult<T>> {
  /** Leaves out what came before. */
  unique(strategy: UniqueStrategy | null = null): PendingScalars<T> {
    return new PendingScalars<T>(this._source((result) => result.unique(strategy)));
  }

  /** The number of values that are read at a time where nothing else is said. */
  yieldPer(count: number): PendingScalars<T> {
    return new PendingScalars<T>(this._source((result) => result.yieldPer(count)));
  }
}

/** Rows as plain objects, on their way. */
export class PendingMappings<M> extends PendingRows<M, MappingResult<M>> {
  /** Leaves out what came before. */
  unique(strategy: UniqueStrategy | null = null): PendingMappings<M> {
    return new PendingMappings<M>(this._source((result) => result.unique(strategy)));
  }

  /** Objects of these columns only. */
  columns(...columns: readonly ColumnSpecifier[]): PendingMappings<Record<string, unknown>> {
    return new PendingMappings<Record<string, unknown>>(this._source((result) => result.columns(...columns)));
  }

  /** The keys of the objects. */
  keys(): Promise<readonly string[]> {
    return this._map((result) => result.keys());
  }
}
