import { ArgumentError } from "../../errors.ts";
import type { CollectionAdapter, RawCollection } from "./collection-adapter.ts";
import { ADAPTER } from "./symbols.ts";

const native = Array.prototype;
const INDEX = /^(?:0|[1-9]\d*)$/;

/**
 * The array of a relationship. It is an array in every respect; each way of changing it tells the relationship first.
 * What the program holds is a Proxy, which is there for `list[0] = x`, `list.length = 0` and `delete list[0]` alone: reading
 * goes past it to the array itself.
 */
export class InstrumentedList<T extends object = object> extends Array<T> {
  declare [ADAPTER]: CollectionAdapter;

  /** What `map`, `filter` and the like give is a plain array. */
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }

  /** Called after each change that the program makes; for lists that keep more in step (ordering lists). @internal */
  _changed(): void {}

  // ------------------------------------------------------------ changes

  override push(...items: T[]): number {
    const raw = rawOf(this);
    const adapter = this[ADAPTER];
    for (const item of items) native.push.call(raw, adapter.fireAppend(item));
    raw._changed();
    return raw.length;
  }

  override pop(): T | undefined {
    const raw = rawOf(this);
    if (raw.length === 0) return undefined;
    this[ADAPTER].fireRemove(raw[raw.length - 1]!);
    const item = native.pop.call(raw) as T;
    raw._changed();
    return item;
  }

  override shift(): T | undefined {
    const raw = rawOf(this);
    if (raw.length === 0) return undefined;
    this[ADAPTER].fireRemove(raw[0]!);
    const item = native.shift.call(raw) as T;
    raw._changed();
    return item;
  }

  override unshift(...items: T[]): number {
    this.splice(0, 0, ...items);
    return rawOf(this).length;
  }

  override splice(start: number, deleteCount?: number, ...items: T[]): T[] {
    const raw = rawOf(this);
    const adapter = this[ADAPTER];
    const from = relativeIndex(start, raw.length);
    const count = arguments.length === 1 ? raw.length - from : Math.min(Math.max(Math.trunc(deleteCount ?? 0), 0), raw.length - from);
    const removed = removeRange(raw, adapter, from, count);
    const added = items.map((item) => adapter.fireAppend(item));
    if (added.length > 0) native.splice.call(raw, from, 0, ...added);
    if (count > 0 || added.length > 0) raw._changed();
    return removed;
  }

  override sort(compare?: (a: T, b: T) => number): this {
    const raw = rawOf(this);
    native.sort.call(raw, compare as (a: unknown, b: unknown) => number);
    raw._changed();
    return this;
  }

  override reverse(): T[] {
    const raw = rawOf(this);
    native.reverse.call(raw);
    raw._changed();
    return this;
  }

  override fill(value: T, start: number = 0, end: number = rawOf(this).length): this {
    const { length } = rawOf(this);
    const to = relativeIndex(end, length);
    for (let i = relativeIndex(start, length); i < to; i += 1) this._setAt(i, value);
    return this;
  }

  override copyWithin(target: number, start: number, end?: number): this {
    const raw = rawOf(this);
    const after = Array.from(raw).copyWithin(target, start, end ?? raw.length);
    for (const [i, value] of after.entries()) this._setAt(i, value);
    return this;
  }

  /** @internal */
  _setAt(index: number, value: T): void {
    const raw = rawOf(this);
    const adapter = this[ADAPTER];
    if (index > raw.length) throw new ArgumentError(`${adapter.impl.toString()}: there is no member before index ${index}; a collection has no holes`);
    if (index < raw.length) {
      if (raw[index] === value) return;
      adapter.fireRemove(raw[index]!);
    }
    const added = adapter.fireAppend(value) as T;
    if (index < raw.length) raw[index] = added;
    else native.push.call(raw, added);
    raw._changed();
  }

  /** @internal */
  _setLength(length: number): void {
    const raw = rawOf(this);
    const adapter = this[ADAPTER];
    if (length > raw.length) throw new ArgumentError(`${adapter.impl.toString()}: the length cannot be set to ${length}; a collection has no holes`);
    if (length === raw.length) return;
    removeRange(raw, adapter, length, raw.length - length);
    raw._changed();
  }

  // ------------------------------------------------------------ reading, past the Proxy

  override [Symbol.iterator](): ArrayIterator<T> {
    return native.values.call(rawOf(this)) as ArrayIterator<T>;
  }

  override values(): ArrayIterator<T> {
    return native.values.call(rawOf(this)) as ArrayIterator<T>;
  }

  override indexOf(item: T, from?: number): number {
    return native.indexOf.call(rawOf(this), item, from);
  }

  override includes(item: T, from?: number): boolean {
    return native.includes.call(rawOf(this), item, from);
  }

  override slice(start?: number, end?: number): T[] {
    return native.slice.call(rawOf(this), start, end) as T[];
  }

  override forEach(fn: (value: T, index: number, array: T[]) => void, self?: unknown): void {
    native.forEach.call(rawOf(this), (value: T, i: number) => fn.call(self, value, i, this));
  }

  override map<U>(fn: (value: T, index: number, array: T[]) => U, self?: unknown): U[] {
    return native.map.call(rawOf(this), (value: T, i: number) => fn.call(self, value, i, this)) as U[];
  }

  override at(index: number): T | undefined {
    return native.at.call(rawOf(this), index) as T | undefined;
  }

  /** The members as a plain array, which is what prints and compares well. */
  [Symbol.for("nodejs.util.inspect.custom")](): T[] {
    return this.slice();
  }
}

/** The array behind the Proxy. */
function rawOf<T extends object>(list: InstrumentedList<T>): InstrumentedList<T> {
  return (list[ADAPTER].raw as ListCollection).list as InstrumentedList<T>;
}

/** One at a time: whether a member is still there when it goes decides what its other side is told. */
function removeRange<T extends object>(raw: InstrumentedList<T>, adapter: CollectionAdapter, from: number, count: number): T[] {
  const removed: T[] = [];
  for (let i = 0; i < count; i += 1) {
    const item = raw[from]!;
    adapter.fireRemove(item);
    native.splice.call(raw, from, 1);
    removed.push(item);
  }
  return removed;
}

function relativeIndex(index: number, length: number): number {
  const n = Math.trunc(index) || 0;
  return n < 0 ? Math.max(length + n, 0) : Math.min(n, length);
}

const handler: ProxyHandler<InstrumentedList> = {
  set(list, key, value) {
    if (typeof key === "string") {
      if (INDEX.test(key)) {
        list._setAt(Number(key), value as object);
        return true;
      }
      if (key === "length") {
        list._setLength(value as number);
        return true;
      }
    }
    return Reflect.set(list, key, value);
  },
  defineProperty(list, key, descriptor) {
    if (typeof key === "string" && (INDEX.test(key) || key === "length")) {
      throw new ArgumentError(`${list[ADAPTER].impl.toString()}: set its members by assignment or by the methods of arrays`);
    }
    return Reflect.defineProperty(list, key, descriptor);
  },
  deleteProperty(list, key) {
    if (typeof key === "string" && INDEX.test(key)) {
      throw new ArgumentError(`${list[ADAPTER].impl.toString()}: \`delete\` would leave a hole; use splice(${key}, 1)`);
    }
    return Reflect.deleteProperty(list, key);
  },
  ownKeys(list) {
    return Reflect.ownKeys(list).filter((key) => key !== ADAPTER);
  },
};

/** The members of a list, without events. */
export class ListCollection implements RawCollection {
  readonly list: InstrumentedList;
  readonly data: InstrumentedList;

  constructor(list: InstrumentedList) {
    this.list = list;
    this.data = new Proxy(list, handler);
  }

  get size(): number {
    return this.list.length;
  }

  members(): object[] {
    return native.slice.call(this.list) as object[];
  }

  add(member: object): void {
    native.push.call(this.list, member);
  }

  remove(member: object): void {
    const at = native.indexOf.call(this.list, member);
    if (at >= 0) native.splice.call(this.list, at, 1);
  }

  has(member: object): boolean {
    return native.includes.call(this.list, member);
  }

  clear(): void {
    this.list.length = 0;
  }

  /** Whether the member is there twice or more. */
  hasDuplicates(member: object): boolean {
    const first = native.indexOf.call(this.list, member);
    return first >= 0 && native.indexOf.call(this.list, member, first + 1) >= 0;
  }
}
