/** A map of bounded size: what was not used for longest is dropped first. */
export class LruCache<K, V> {
  readonly #map: Map<K, V> = new Map();
  readonly #onEvict: ((key: K, value: V) => void) | null;
  #capacity: number;
  #hits = 0;
  #misses = 0;

  /**
   * @param capacity - the greatest number of entries; 0 keeps nothing
   * @param onEvict - called with each entry that is dropped for lack of room
   */
  constructor(capacity: number, onEvict: ((key: K, value: V) => void) | null = null) {
    this.#capacity = capacity;
    this.#onEvict = onEvict;
  }

  get size(): number {
    return this.#map.size;
  }

  get capacity(): number {
    return this.#capacity;
  }

  /** How often `get` found something. */
  get hits(): number {
    return this.#hits;
  }

  /** How often `get` found nothing. */
  get misses(): number {
    return this.#misses;
  }

  get(key: K): V | undefined {
    const value = this.#map.get(key);
    if (value === undefined) {
      this.#misses += 1;
      return undefined;
    }
    this.#hits += 1;
    // While there is room nothing is dropped, so the order need not be kept; that makes a hit one look-up.
    if (this.#map.size * 2 > this.#capacity) {
      this.#map.delete(key);
      this.#map.set(key, value);
    }
    return value;
  }

  /** Looks without counting and without making the entry younger. */
  peek(key: K): V | undefined {
    return this.#map.get(key);
  }

  set(key: K, value: V): void {
    if (this.#capacity <= 0) {
      this.#onEvict?.(key, value);
      return;
    }
    this.#map.delete(key);
    this.#map.set(key, value);
    if (this.#map.size > this.#capacity) this.#dropOldest();
  }

  delete(key: K): boolean {
    return this.#map.delete(key);
  }

  clear(): void {
    this.#map.clear();
    this.#hits = 0;
    this.#misses = 0;
  }

  keys(): IterableIterator<K> {
    return this.#map.keys();
  }

  values(): IterableIterator<V> {
    return this.#map.values();
  }

  #dropOldest(): void {
    for (const [key, value] of this.#map) {
      this.#map.delete(key);
      this.#onEvict?.(key, value);
      return;
    }
  }
}
