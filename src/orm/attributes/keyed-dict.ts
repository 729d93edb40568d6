import { ArgumentError } from "../../errors.ts";
import type { CollectionAdapter, RawCollection } from "./collection-adapter.ts";
import { ADAPTER, isMember } from "./symbols.ts";

const { set, delete: remove, clear, get } = Map.prototype as Map<unknown, object>;

/** Loaded anew, a member stands under the key that its attribute says: it must not stand under another one before. */
export function checkKey(impl: object, itsKey: unknown, key: unknown): void {
  if (itsKey !== key) throw new ArgumentError(`${String(impl)}: a member with the key ${String(itsKey)} is given under ${String(key)}`);
}

/** Gives the key of a member. */
export type KeyFunction = (member: object) => unknown;

/**
 * The Map of a relationship with `{ collectionClass: attributeKeyedDict("name") }`: members by one of their attributes. Each change
 * tells the relationship first.
 */
export class KeyFuncDict<K = unknown, T extends object = object> extends Map<K, T> {
  declare [ADAPTER]: CollectionAdapter;
  declare readonly _keyFunction: KeyFunction;

  /**
   * Puts a member in under a key.
   * @throws ArgumentError when the key is not the one that the member's attribute says
   */
  override set(key: K, member: T): this {
    const before = this.get(key);
    if (before === member) {
      this[ADAPTER].fireAppendWoMutation(member, key);
      return this;
    }
    // what is no member at all is refused below
    if (isMember(member)) checkKey(this[ADAPTER].impl, this._keyFunction(member), key);
    if (before !== undefined) this[ADAPTER].fireRemove(before, null, key);
    set.call(this, key, this[ADAPTER].fireAppend(member, null, key));
    return this;
  }

  /** Puts a member in under the key that it has. */
  add(member: T): this {
    return this.set(this._keyFunction(member) as K, member);
  }

  /** Takes a member out. */
  remove(member: T): boolean {
    const key = this._keyFunction(member) as K;
    if (this.get(key) !== member) {
      throw new ArgumentError(
        `${this[ADAPTER].impl.toString()}: the member is not under the key ${String(key)}; its key was changed after it was put in`,
      );
    }
    return this.delete(key);
  }

  override delete(key: K): boolean {
    const member = this.get(key);
    if (member === undefined) return false;
    this[ADAPTER].fireRemove(member, null, key);
    return remove.call(this, key);
  }

  override clear(): void {
    for (const key of Array.from(this.keys())) this.delete(key);
  }

  [Symbol.for("nodejs.util.inspect.custom")](): Map<K, T> {
    return new Map(this);
  }
}

/** The members of a keyed map, without events. */
export class DictCollection implements RawCollection {
  readonly data: KeyFuncDict;
  readonly #key: KeyFunction;

  constructor(dict: KeyFuncDict, key: KeyFunction) {
    this.data = dict;
    this.#key = key;
  }

  get size(): number {
    return this.data.size;
  }

  members(): object[] {
    return Array.from(this.data.values());
  }

  add(member: object): void {
    set.call(this.data, this.#key(member), member);
  }

  remove(member: object): void {
    const key = this.#key(member);
    if (get.call(this.data, key) === member) {
      remove.call(this.data, key);
      return;
    }
    for (const [other, value] of this.data) if (value === member) remove.call(this.data, other);
  }

  has(member: object): boolean {
    for (const value of this.data.values()) if (value === member) return true;
    return false;
  }

  clear(): void {
    clear.call(this.data);
  }
}
