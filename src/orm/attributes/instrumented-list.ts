import { ArgumentError } from "../../errors.ts";
import type { CollectionAdapter, RawCollection } from "./collection-adapter.ts";
import { ADAPTER } from "./symbols.ts";

/**
 * How a list was changed: members came at the end, from an index on; the member at an index was replaced; members came, went or moved
 * elsewhere; the members are in another order.
 */
export type ListChange = "append" | "replace" | "shift" | "order";

const INDEX = /^(?:0|[1-9]\d*)$/;

/**
 * The array of a relationship. It is an array in every respect, and each way of changing it tells the relationship first.
 *
 * The members are in a plain array, and what the program holds is a Proxy of it: assignments to an index or to `length` cannot be
 * noticed otherwise. The methods come from this class and work on the plain array, so that iterating costs what it costs with any array.
 */
export class InstrumentedList<T extends object = object> extends Array<T> {
  declare [ADAPTER]: CollectionAdapter;

  /** What `concat` and the like give is a plain array. */
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }

  /** Called after each change that the program makes, for lists that keep more in step (ordering lists). @internal */
  _changed(_how: ListChange, _index: number): void {}

  // ------------------------------------------------------------ changes

  override push(...items: T[]): number {
    const { adapter, array } = openList(this);
    const from = array.length;
    for (const item of items) array.push(adapter.fireAppend(item) as T);
    return changed(adapter, array, "append", from);
  }

  override pop(): T | undefined {
    const { adapter, array } = openList(this);
    if (array.length === 0) return undefined;
    leave(adapter, array, array.length - 1);
    const item = array.pop();
    changed(adapter, array, "shift", array.length);
    return item;
  }

  override shift(): T | undefined {
    const { adapter, array } = openList(this);
    if (array.length === 0) return undefined;
    leave(adapter, array, 0);
    const item = array.shift();
    changed(adapter, array, "shift", 0);
    return item;
  }

  override unshift(...items: T[]): number {
    this.splice(0, 0, ...items);
    return openList(this).array.length;
  }

  override splice(start: number, deleteCount?: number, ...items: T[]): T[] {
    const { adapter, array } = openList(this);
    const from = relativeIndex(start, array.length);
    const count = arguments.length === 1 ? array.length - from : Math.min(Math.max(Math.trunc(deleteCount ?? 0), 0), array.length - from);
    const removed = removeRange(array, adapter, from, count);
    const added = items.map((item) => adapter.fireAppend(item) as T);
    array.splice(from, 0, ...added);
    if (count > 0 || added.length > 0) changed(adapter, array, "shift", from);
    return removed;
  }

  override sort(compare?: (a: T, b: T) => number): this {
    const { adapter, array } = openList(this);
    array.sort(compare);
    changed(adapter, array, "order", 0);
    return this;
  }

  override reverse(): T[] {
    const { adapter, array } = openList(this);
    array.reverse();
    changed(adapter, array, "order", 0);
    return this;
  }

  override fill(value: T, start: number = 0, end?: number): this {
    const { adapter, array } = openList(this);
    const to = relativeIndex(end ?? array.length, array.length);
    for (let i = relativeIndex(start, array.length); i < to; i += 1) setAt(adapter, array, i, value);
    return this;
  }

  override copyWithin(target: number, start: number, end?: number): this {
    const { adapter, array } = openList(this);
    const after = Array.from(array).copyWithin(target, start, end ?? array.length);
    for (const [i, value] of after.entries()) setAt(adapter, array, i, value);
    return this;
  }

  // ------------------------------------------------------------ reading, past the Proxy

  override [Symbol.iterator](): ArrayIterator<T> {
    return openList(this).array.values();
  }

  override values(): ArrayIterator<T> {
    return openList(this).array.values();
  }

  override entries(): ArrayIterator<[number, T]> {
    return openList(this).array.entries();
  }

  override at(index: number): T | undefined {
    return openList(this).array.at(index);
  }

  override indexOf(item: T, from?: number): number {
    return openList(this).array.indexOf(item, from);
  }

  override includes(item: T, from?: number): boolean {
    return openList(this).array.includes(item, from);
  }

  override slice(start?: number, end?: number): T[] {
    return openList(this).array.slice(start, end);
  }

  override forEach(fn: (value: T, index: number, array: T[]) => void, self?: unknown): void {
    for (const [i, value] of openList(this).array.entries()) fn.call(self, value, i, this);
  }

  override map<U>(fn: (value: T, index: number, array: T[]) => U, self?: unknown): U[] {
    return openList(this).array.map((value, i) => fn.call(self, value, i, this));
  }
}

interface OpenList<T extends object> {
  readonly adapter: CollectionAdapter;
  readonly array: T[];
}

/** The adapter and the plain array behind a list. */
function openList<T extends object>(list: InstrumentedList<T>): OpenList<T> {
  const adapter = list[ADAPTER];
  return { adapter, array: (adapter.raw as ListCollection).array as T[] };
}

function changed(adapter: CollectionAdapter, array: readonly object[], how: ListChange, index: number): number {
  const { whenChanged, data } = adapter.raw as ListCollection;
  if (whenChanged !== null) whenChanged.call(data, how, index);
  return array.length;
}

/** One at a time: whether a member is still there when it goes decides what its other side is told. */
function removeRange<T extends object>(array: T[], adapter: CollectionAdapter, from: number, count: number): T[] {
  const removed: T[] = [];
  const hasTwins = count > 0 && new Set(array).size < array.length;
  for (let i = 0; i < count; i += 1) {
    if (hasTwins) leave(adapter, array, from);
    else adapter.fireRemove(array[from]!);
    removed.push(...array.splice(from, 1));
  }
  return removed;
}

/**
 * Says that the member at an index goes. One that stands elsewhere too stays a member, as in the midst of `[list[0], list[1]] = [list[1], list[0]]`:
 * nobody is told that it had gone.
 */
function leave(adapter: CollectionAdapter, array: readonly object[], index: number): void {
  const member = array[index]!;
  if (array.indexOf(member) === index && !array.includes(member, index + 1)) adapter.fireRemove(member);
  else adapter.firePreChange();
}

function setAt(adapter: CollectionAdapter, array: object[], index: number, value: unknown): void {
  if (index > array.length)
    throw new ArgumentError(`${adapter.impl.toString()}: there is no member before index ${index}; a collection has no holes`);
  if (index === array.length) {
    array.push(adapter.fireAppend(value));
    changed(adapter, array, "append", index);
  } else if (array[index] !== value) {
    leave(adapter, array, index);
    array[index] = adapter.fireAppend(value);
    changed(adapter, array, "replace", index);
  }
}

function setLength(adapter: CollectionAdapter, array: object[], length: number): void {
  if (length > array.length)
    throw new ArgumentError(`${adapter.impl.toString()}: the length cannot be set to ${length}; a collection has no holes`);
  if (length === array.length) return;
  removeRange(array, adapter, length, array.length - length);
  changed(adapter, array, "shift", length);
}

function relativeIndex(index: number, length: number): number {
  const n = Math.trunc(index) || 0;
  return n < 0 ? Math.max(length + n, 0) : Math.min(n, length);
}

/** The traps of one list. The plain array itself carries nothing of ours, so it prints and compares as any array does. */
class ListHandler implements ProxyHandler<object[]> {
  readonly #collection: ListCollection;
  readonly #methods: Record<PropertyKey, unknown>;

  constructor(collection: ListCollection, prototype: object) {
    this.#collection = collection;
    this.#methods = prototype as Record<PropertyKey, unknown>;
  }

  get(array: object[], key: string | symbol): unknown {
    if (typeof key === "string") {
      const first = key.charCodeAt(0);
      if (first >= 48 && first <= 57) return array[+key];
      if (key === "length") return array.length;
    } else if (key === ADAPTER) return this.#collection.adapter;
    return this.#methods[key];
  }

  set(array: object[], key: string | symbol, value: unknown): boolean {
    if (typeof key !== "string") return false;
    if (INDEX.test(key)) setAt(this.#collection.adapter, array, Number(key), value);
    else if (key === "length") setLength(this.#collection.adapter, array, value as number);
    else return false;
    return true;
  }

  defineProperty(_array: object[], key: string | symbol): boolean {
    throw new ArgumentError(`${this.#name}: ${String(key)} cannot be defined; set members by assignment or by the methods of arrays`);
  }

  deleteProperty(_array: object[], key: string | symbol): boolean {
    if (typeof key !== "string" || !INDEX.test(key)) return false;
    throw new ArgumentError(`${this.#name}: \`delete\` would leave a hole; use splice(${key}, 1)`);
  }

  getPrototypeOf(): object {
    return this.#methods;
  }

  get #name(): string {
    return this.#collection.adapter.impl.toString();
  }
}

/** The members of a list, without events. */
export class ListCollection implements RawCollection {
  readonly array: object[];
  readonly data: InstrumentedList;
  adapter!: CollectionAdapter;
  /** null when the kind of list has nothing to do then */
  readonly whenChanged: ((this: InstrumentedList, how: ListChange, index: number) => void) | null;

  /** @param prototype - that of a subclass of {@link InstrumentedList} */
  constructor(prototype: object | null = null) {
    this.array = [];
    this.data = new Proxy(this.array, new ListHandler(this, prototype ?? InstrumentedList.prototype)) as unknown as InstrumentedList;
    this.whenChanged = prototype === null ? null : (prototype as InstrumentedList)._changed;
  }

  get size(): number {
    return this.array.length;
  }

  members(): object[] {
    return this.array.slice();
  }

  add(member: object): void {
    this.array.push(member);
  }

  remove(member: object): void {
    const at = this.array.indexOf(member);
    if (at >= 0) this.array.splice(at, 1);
  }

  has(member: object): boolean {
    return this.array.includes(member);
  }

  clear(): void {
    this.array.length = 0;
  }

  /** Whether the member is there twice or more. */
  hasDuplicates(member: object): boolean {
    const first = this.array.indexOf(member);
    return first >= 0 && this.array.includes(member, first + 1);
  }
}
