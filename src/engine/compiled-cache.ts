import type { Compiled } from "../sql/compiler/compiled.ts";
import { LruCache } from "../util/lru-cache.ts";
import type { CompiledMetadata } from "./result/metadata.ts";

/** A compiled statement with what executions of it share. */
export interface CacheEntry {
  readonly compiled: Compiled;
  /** made when rows come for the first time */
  metadata: CompiledMetadata | null;
  /** whether the driver is asked for integers as bigint */
  readonly bigints: boolean;
}

/** How well the cache serves. */
export interface CompiledCacheStats {
  readonly hits: number;
  readonly misses: number;
  readonly size: number;
  readonly capacity: number;
}

/**
 * The compiled statements of an engine, by the structure of the statement. A statement of the same structure is not
 * compiled again: only its values are taken.
 * @see https://docs.sqlalchemy.org/en/21/core/connections.html#sql-compilation-caching
 */
export class CompiledCache {
  readonly #entries: LruCache<string, CacheEntry>;

  /** @param capacity - the greatest number of statements; 0 turns the cache off */
  constructor(capacity: number) {
    this.#entries = new LruCache(capacity);
  }

  get enabled(): boolean {
    return this.#entries.capacity > 0;
  }

  /** Hits, misses and size since the engine was made, or since `clear()`. */
  get stats(): CompiledCacheStats {
    const { hits, misses, size, capacity } = this.#entries;
    return { hits, misses, size, capacity };
  }

  /** Drops all statements and sets the counters to zero. */
  clear(): void {
    this.#entries.clear();
  }

  /** @internal */
  _get(key: string): CacheEntry | undefined {
    return this.#entries.get(key);
  }

  /** @internal */
  _set(key: string, entry: CacheEntry): void {
    this.#entries.set(key, entry);
  }
}
