import { ArgumentError } from "../errors.ts";
import { sameTokens, type CacheKey, type KeyToken } from "../sql/base/cache-key.ts";
import type { Compiled } from "../sql/compiler/compiled.ts";
import type { CompiledMetadata } from "./result/metadata.ts";
import type { SchemaTexts } from "./schema-texts.ts";

/** A compiled statement with what executions of it share. */
export interface CacheEntry {
  readonly compiled: Compiled;
  /** made when rows come for the first time */
  metadata: CompiledMetadata | null;
  /** whether the driver is asked for integers as bigint */
  readonly bigints: boolean;
  /** when it was compiled, by `performance.now()` */
  readonly since: number;
  /** the texts with schemas in them, where the compiled one has marks */
  readonly schemas: SchemaTexts | null;
  /** whether many rows of an INSERT had better go several at a time */
  readonly together: boolean;
}

/** How well the cache serves. */
export interface CompiledCacheStats {
  /** how often a statement was found */
  readonly hits: number;
  /** how often one was not found, and had to be compiled */
  readonly misses: number;
  /** how often the statement that had not been used for longest gave way to another one */
  readonly evictions: number;
  /** how many statements are kept */
  readonly size: number;
  /** how many may be kept; 0 when the cache is off */
  readonly capacity: number;
}

/** A place in the cache. The places stand in a ring: from its head, `older` leads to the one used last, `newer` to the one to go next. */
class Place {
  /** null once the statement has been dropped */
  owner: CompiledCache | null;
  readonly hash: number;
  readonly tokens: readonly KeyToken[];
  readonly form: string;
  readonly entry: CacheEntry | null;
  /** a further place with the same hash */
  chain: Place | null = null;
  newer: Place = this;
  older: Place = this;

  constructor(owner: CompiledCache | null, hash: number, tokens: readonly KeyToken[], form: string, entry: CacheEntry | null) {
    this.owner = owner;
    this.hash = hash;
    this.tokens = tokens;
    this.form = form;
    this.entry = entry;
  }

  /** Puts it between the head and what was used last. */
  enter(head: Place): void {
    this.newer = head;
    this.older = head.older;
    head.older.newer = this;
    head.older = this;
  }

  leave(): void {
    this.newer.older = this.older;
    this.older.newer = this.newer;
  }
}

/**
 * The compiled statements of an engine, by the structure of the statement. A statement of the same structure is not
 * compiled again: only its values are taken. What has not been used for longest is dropped when there is no room.
 *
 * Every engine has one, `engine.compiledCache`; the execution option `compiledCache` names another one, or `null` for none.
 * @see https://docs.sqlalchemy.org/en/21/core/connections.html#sql-compilation-caching
 * @example
 * const forReports = new CompiledCache(50);
 * await conn.execute(report, {}, { compiledCache: forReports });
 */
export class CompiledCache {
  readonly #capacity: number;
  readonly #places: Map<number, Place> = new Map();
  readonly #head: Place = new Place(null, 0, [], "", null);
  #size = 0;
  #hits = 0;
  #misses = 0;
  #evictions = 0;

  /**
   * @param capacity - the greatest number of statements; 0 turns the cache off
   * @throws ArgumentError when it is no whole number, or below 0
   */
  constructor(capacity: number) {
    if (!Number.isInteger(capacity) || capacity < 0)
      throw new ArgumentError(`the size of a cache of compiled statements is a whole number, at least 0, not ${String(capacity)}`);
    this.#capacity = capacity;
  }

  /** Whether anything is kept. */
  get enabled(): boolean {
    return this.#capacity > 0;
  }

  /** Hits, misses, evictions and size since the engine was made, or since `clear()`. */
  get stats(): CompiledCacheStats {
    return { hits: this.#hits, misses: this.#misses, evictions: this.#evictions, size: this.#size, capacity: this.#capacity };
  }

  /** Drops all statements and sets the counters to zero. */
  clear(): void {
    for (let place = this.#head.older; place !== this.#head; place = place.older) place.owner = null;
    this.#head.older = this.#head.newer = this.#head;
    this.#places.clear();
    this.#size = this.#hits = this.#misses = this.#evictions = 0;
  }

  /**
   * What is kept for a structure. The key remembers where that is: a statement that is executed again is found at once.
   * @param form - what else the compiled form depends on
   * @internal
   */
  _get(key: CacheKey, form: string): CacheEntry | undefined {
    let place = key._place as Place | null;
    if (place === null || place.owner !== this || place.form !== form) {
      place = this.#find(key, form);
      if (place === null) {
        this.#misses += 1;
        return undefined;
      }
      key._place = place;
    }
    this.#hits += 1;
    if (this.#head.older !== place) {
      place.leave();
      place.enter(this.#head);
    }
    return place.entry!;
  }

  #find(key: CacheKey, form: string): Place | null {
    let place = this.#places.get(key.hash) ?? null;
    while (place !== null && !(place.form === form && sameTokens(place.tokens, key.tokens))) place = place.chain;
    return place;
  }

  /** @internal */
  _set(key: CacheKey, form: string, entry: CacheEntry): void {
    const known = this.#find(key, form);
    if (known !== null) this.#drop(known);
    else if (this.#size === this.#capacity) {
      this.#drop(this.#head.newer);
      this.#evictions += 1;
    }
    const place = new Place(this, key.hash, key.tokens, form, entry);
    place.chain = this.#places.get(place.hash) ?? null;
    this.#places.set(place.hash, place);
    place.enter(this.#head);
    key._place = place;
    this.#size += 1;
  }

  #drop(place: Place): void {
    place.leave();
    place.owner = null;
    this.#size -= 1;
    const first = this.#places.get(place.hash)!;
    if (first === place) {
      if (place.chain === null) this.#places.delete(place.hash);
      else this.#places.set(place.hash, place.chain);
      return;
    }
    let before = first;
    while (before.chain !== place) before = before.chain!;
    before.chain = place.chain;
  }
}
