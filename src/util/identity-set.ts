/** Anything that stands for another object in sets, such as an annotated copy of a column. */
export interface HasIdentity {
  /** @internal */
  readonly _identity: object;
}

/** A set that keeps the order of insertion and takes copies with the same `_identity` for one and the same thing. */
export class IdentitySet<T extends HasIdentity> implements Iterable<T> {
  readonly #map: Map<object, T> = new Map();

  constructor(items: Iterable<T> = []) {
    for (const item of items) this.add(item);
  }

  get size(): number {
    return this.#map.size;
  }

  has(item: HasIdentity): boolean {
    return this.#map.has(item._identity);
  }

  /** The member that has the same identity. */
  get(item: HasIdentity): T | undefined {
    return this.#map.get(item._identity);
  }

  add(item: T): this {
    if (!this.#map.has(item._identity)) this.#map.set(item._identity, item);
    return this;
  }

  addAll(items: Iterable<T>): this {
    for (const item of items) this.add(item);
    return this;
  }

  delete(item: HasIdentity): boolean {
    return this.#map.delete(item._identity);
  }

  union(others: Iterable<T>): IdentitySet<T> {
    return new IdentitySet<T>(this).addAll(others);
  }

  intersection(others: IdentitySet<T>): IdentitySet<T> {
    return new IdentitySet([...this].filter((item) => others.has(item)));
  }

  difference(others: IdentitySet<T>): IdentitySet<T> {
    return new IdentitySet([...this].filter((item) => !others.has(item)));
  }

  isSubsetOf(others: IdentitySet<T>): boolean {
    for (const key of this.#map.keys()) if (!others.#map.has(key)) return false;
    return true;
  }

  intersects(others: Iterable<T>): boolean {
    for (const item of others) if (this.has(item)) return true;
    return false;
  }

  [Symbol.iterator](): IterableIterator<T> {
    return this.#map.values();
  }
}
