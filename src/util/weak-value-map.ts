/** A map that does not keep its values alive; entries vanish with them. */
export class WeakValueMap<K, V extends object> {
  readonly #refs: Map<K, WeakRef<V>> = new Map();
  readonly #gone: FinalizationRegistry<{ key: K; ref: WeakRef<V> }> = new FinalizationRegistry(({ key, ref }) => {
    if (this.#refs.get(key) === ref) this.#refs.delete(key);
  });

  /** The number of entries, some of which may be about to vanish. */
  get size(): number {
    return this.#refs.size;
  }

  get(key: K): V | undefined {
    return this.#refs.get(key)?.deref();
  }

  has(key: K): boolean {
    return this.get(key) !== undefined;
  }

  set(key: K, value: V): this {
    const ref = new WeakRef(value);
    this.#refs.set(key, ref);
    this.#gone.register(value, { key, ref }, ref);
    return this;
  }

  delete(key: K): boolean {
    const ref = this.#refs.get(key);
    if (!ref) return false;
    this.#gone.unregister(ref);
    return this.#refs.delete(key);
  }

  clear(): void {
    for (const ref of this.#refs.values()) this.#gone.unregister(ref);
    this.#refs.clear();
  }

  *values(): IterableIterator<V> {
    for (const ref of this.#refs.values()) {
      const value = ref.deref();
      if (value !== undefined) yield value;
    }
  }

  *entries(): IterableIterator<[K, V]> {
    for (const [key, ref] of this.#refs) {
      const value = ref.deref();
      if (value !== undefined) yield [key, value];
    }
  }
}
