import { ArgumentError } from "../errors.ts";
import { type AssociationBacking, INSPECT } from "./association-backing.ts";

type Backing = AssociationBacking<object[]>;

const INDEX = /^(?:0|[1-9]\d*)$/;
const backings = new WeakMap<object, Backing>();

function backingOf(list: object): Backing {
  return backings.get(list)!;
}

/**
 * The proxied array of an association proxy: an array in every respect, whose elements are an attribute of the members of a relationship.
 * What is put in has a member made for it; an element that is assigned is assigned to the member's attribute.
 *
 * Reading methods are those of arrays, which work on any object with indexes and a length.
 */
export class AssociationList<V> extends Array<V> {
  /** What `concat`, `map` and the like give is a plain array. */
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }

  override push(...values: V[]): number {
    const backing = backingOf(this);
    for (const value of values) backing.collection.push(backing.create(value));
    return backing.collection.length;
  }

  override pop(): V | undefined {
    return this.splice(-1, 1)[0];
  }

  override shift(): V | undefined {
    return this.splice(0, 1)[0];
  }

  override unshift(...values: V[]): number {
    this.splice(0, 0, ...values);
    return this.length;
  }

  override splice(start: number, deleteCount?: number, ...values: V[]): V[] {
    const backing = backingOf(this);
    const { collection } = backing;
    const length = collection.length;
    const from = start < 0 ? Math.max(length + Math.trunc(start), 0) : Math.min(Math.trunc(start) || 0, length);
    const count = arguments.length === 1 ? length - from : Math.min(Math.max(Math.trunc(deleteCount ?? 0) || 0, 0), length - from);
    // read before anything changes: an attribute may not be loaded
    const removed = collection.slice(from, from + count).map((member) => backing.read(member) as V);
    collection.splice(from, count, ...values.map((value) => backing.create(value)));
    return removed;
  }

  override sort(compare: (a: V, b: V) => number = compareText): this {
    const backing = backingOf(this);
    const pairs = backing.collection.map((member) => ({ member, value: backing.read(member) as V }));
    const rank = new Map(pairs.sort((a, b) => compare(a.value, b.value)).map(({ member }, i) => [member, i]));
    backing.collection.sort((a, b) => rank.get(a)! - rank.get(b)!);
    return this;
  }

  override reverse(): V[] {
    backingOf(this).collection.reverse();
    return this;
  }

  [INSPECT](): V[] {
    return Array.from(this);
  }
}

/** The order that arrays sort in unless they are told otherwise. */
function compareText(a: unknown, b: unknown): number {
  const [x, y] = [String(a), String(b)];
  return x < y ? -1 : x > y ? 1 : 0;
}

class Handler<V> implements ProxyHandler<V[]> {
  readonly #backing: Backing;

  constructor(backing: Backing) {
    this.#backing = backing;
  }

  get(target: V[], key: string | symbol, receiver: unknown): unknown {
    if (key === "length") return this.#backing.collection.length;
    if (!isIndex(key)) return Reflect.get(target, key, receiver);
    const member = this.#backing.collection[Number(key)];
    return member === undefined ? undefined : this.#backing.read(member);
  }

  has(target: V[], key: string | symbol): boolean {
    return isIndex(key) ? Number(key) < this.#backing.collection.length : key in target;
  }

  ownKeys(): string[] {
    return [...Array.from(this.#backing.collection, (_member, i) => String(i)), "length"];
  }

  getOwnPropertyDescriptor(target: V[], key: string | symbol): PropertyDescriptor | undefined {
    if (key === "length") return { value: this.#backing.collection.length, writable: true, enumerable: false, configurable: false };
    if (!this.has(target, key) || !isIndex(key)) return undefined;
    return { value: this.get(target, key, null), writable: true, enumerable: true, configurable: true };
  }

  set(_target: V[], key: string | symbol, value: unknown): boolean {
    const { collection } = this.#backing;
    if (key === "length") collection.length = value as number;
    else if (isIndex(key)) {
      const at = Number(key);
      if (at > collection.length)
        throw new ArgumentError(`${this.#backing.name}: there is no element before index ${key}; a collection has no holes`);
      if (at === collection.length) collection.push(this.#backing.create(value));
      else this.#backing.write(collection[at]!, value);
    } else return false;
    return true;
  }

  defineProperty(_target: V[], key: string | symbol): boolean {
    throw new ArgumentError(
      `${this.#backing.name}: ${String(key)} cannot be defined; set elements by assignment or by the methods of arrays`,
    );
  }

  deleteProperty(_target: V[], key: string | symbol): boolean {
    throw new ArgumentError(`${this.#backing.name}: \`delete\` would leave a hole; use splice(${String(key)}, 1)`);
  }
}

function isIndex(key: string | symbol): key is string {
  return typeof key === "string" && INDEX.test(key);
}

/** The array of a proxy over a collection that is an array. */
export function associationList<V>(backing: Backing): V[] {
  const list = new Proxy(new AssociationList<V>(), new Handler<V>(backing));
  backings.set(list, backing);
  return list;
}

/** Makes the elements those of an array: every member is made anew, as the values do not say which of them stay. */
export function replaceList(backing: Backing, list: unknown[], values: unknown): void {
  if (!Array.isArray(values)) throw new ArgumentError(`${backing.name} is a proxied collection and takes an array`);
  if (values === list) return;
  const copy = Array.from(values as unknown[]);
  backing.collection.length = 0;
  list.push(...copy);
}
