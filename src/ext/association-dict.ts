import { ArgumentError } from "../errors.ts";
import { type AssociationBacking, INSPECT } from "./association-backing.ts";

type Backing<K> = AssociationBacking<Map<K, object>>;

/** The proxied Map of an association proxy: its values are an attribute of the members of a relationship. */
export class AssociationDict<K, V> extends Map<K, V> {
  readonly #backing: Backing<K>;

  constructor(backing: Backing<K>) {
    super();
    this.#backing = backing;
  }

  override get size(): number {
    return this.#backing.collection.size;
  }

  override has(key: K): boolean {
    return this.#backing.collection.has(key);
  }

  override get(key: K): V | undefined {
    const member = this.#backing.collection.get(key);
    return member === undefined ? undefined : (this.#backing.read(member) as V);
  }

  override set(key: K, value: V): this {
    const backing = this.#backing;
    const member = backing.collection.get(key);
    if (member === undefined) backing.collection.set(key, backing.create(value, key));
    else backing.write(member, value);
    return this;
  }

  override delete(key: K): boolean {
    return this.#backing.collection.delete(key);
  }

  override clear(): void {
    this.#backing.collection.clear();
  }

  override keys(): MapIterator<K> {
    return this.#backing.collection.keys();
  }

  override *values(): MapIterator<V> {
    for (const member of this.#backing.collection.values()) yield this.#backing.read(member) as V;
  }

  override *entries(): MapIterator<[K, V]> {
    for (const [key, member] of this.#backing.collection) yield [key, this.#backing.read(member) as V];
  }

  override [Symbol.iterator](): MapIterator<[K, V]> {
    return this.entries();
  }

  override forEach(fn: (value: V, key: K, map: Map<K, V>) => void, self?: unknown): void {
    for (const [key, value] of this.entries()) fn.call(self, value, key, this);
  }

  [INSPECT](): Map<K, V> {
    return new Map(this.entries());
  }
}

/** Makes the entries those of a Map: members under keys that stay, stay and get the new value. */
export function replaceDict(backing: Backing<unknown>, dict: AssociationDict<unknown, unknown>, values: unknown): void {
  if (!(values instanceof Map)) throw new ArgumentError(`${backing.name} is a proxied collection and takes a Map`);
  if (values === dict) return;
  const wanted = new Map<unknown, unknown>(values);
  const before = Array.from(dict.keys());
  for (const [key, value] of wanted) dict.set(key, value);
  for (const key of before) if (!wanted.has(key)) dict.delete(key);
}
