import { ArgumentError } from "../errors.ts";
import { type AssociationBacking, INSPECT, sameValue } from "./association-backing.ts";

type Backing = AssociationBacking<Set<object>>;

/** The proxied Set of an association proxy: its elements are an attribute of the members of a relationship. */
export class AssociationSet<V> extends Set<V> {
  readonly #backing: Backing;

  constructor(backing: Backing) {
    super();
    this.#backing = backing;
  }

  override get size(): number {
    return this.#backing.collection.size;
  }

  override has(value: V): boolean {
    return this.memberOf(value) !== undefined;
  }

  private memberOf(value: V): object | undefined {
    const { collection } = this.#backing;
    for (const member of collection) if (sameValue(this.#backing.read(member), value)) return member;
    return undefined;
  }

  override add(value: V): this {
    if (!this.has(value)) this.#backing.collection.add(this.#backing.create(value));
    return this;
  }

  override delete(value: V): boolean {
    const member = this.memberOf(value);
    return member !== undefined && this.#backing.collection.delete(member);
  }

  override clear(): void {
    this.#backing.collection.clear();
  }

  override *values(): SetIterator<V> {
    for (const member of this.#backing.collection) yield this.#backing.read(member) as V;
  }

  override keys(): SetIterator<V> {
    return this.values();
  }

  override *entries(): SetIterator<[V, V]> {
    for (const value of this.values()) yield [value, value];
  }

  override [Symbol.iterator](): SetIterator<V> {
    return this.values();
  }

  override forEach(fn: (value: V, again: V, set: Set<V>) => void, self?: unknown): void {
    for (const value of this.values()) fn.call(self, value, value, this);
  }

  [INSPECT](): Set<V> {
    return new Set(this.values());
  }
}

// the runtime's own set operations look into the set, which is empty: they work on a copy of the values
for (const name of ["union", "intersection", "difference", "symmetricDifference", "isSubsetOf", "isSupersetOf", "isDisjointFrom"]) {
  const method = (Set.prototype as unknown as Record<string, ((this: Set<unknown>, other: unknown) => unknown) | undefined>)[name];
  if (method === undefined) continue;
  Object.defineProperty(AssociationSet.prototype, name, {
    configurable: true,
    writable: true,
    value(this: AssociationSet<unknown>, other: unknown): unknown {
      return method.call(new Set(this.values()), other);
    },
  });
}

/** Makes the elements those of a Set: members whose value stays, stay. */
export function replaceSet(backing: Backing, set: AssociationSet<unknown>, values: unknown): void {
  if (!(values instanceof Set)) throw new ArgumentError(`${backing.name} is a proxied collection and takes a Set`);
  if (values === set) return;
  const wanted = new Set<unknown>(values);
  const before = new Set<unknown>(set);
  for (const value of wanted) if (!before.has(value)) set.add(value);
  for (const value of before) if (!wanted.has(value)) set.delete(value);
}
