import type { CollectionAdapter, RawCollection } from "./collection-adapter.ts";
import { ADAPTER } from "./symbols.ts";

const { add, delete: remove, clear, has } = Set.prototype as Set<object>;

/** The Set of a relationship with `{ collectionClass: Set }`: each change tells the relationship first. */
export class InstrumentedSet<T extends object = object> extends Set<T> {
  declare [ADAPTER]: CollectionAdapter;

  /** What `union` and the like give is a plain set. */
  static override get [Symbol.species](): SetConstructor {
    return Set;
  }

  override add(member: T): this {
    if (this.has(member)) this[ADAPTER].fireAppendWoMutation(member);
    else add.call(this, this[ADAPTER].fireAppend(member));
    return this;
  }

  override delete(member: T): boolean {
    if (!this.has(member)) return false;
    this[ADAPTER].fireRemove(member);
    return remove.call(this, member);
  }

  override clear(): void {
    for (const member of Array.from(this)) this.delete(member);
  }

  [Symbol.for("nodejs.util.inspect.custom")](): Set<T> {
    return new Set(this);
  }
}

/** The members of a set, without events. */
export class SetCollection implements RawCollection {
  readonly data: InstrumentedSet;

  constructor(set: InstrumentedSet) {
    this.data = set;
  }

  get size(): number {
    return this.data.size;
  }

  members(): object[] {
    return Array.from(this.data);
  }

  add(member: object): void {
    add.call(this.data, member);
  }

  remove(member: object): void {
    remove.call(this.data, member);
  }

  has(member: object): boolean {
    return has.call(this.data, member);
  }

  clear(): void {
    clear.call(this.data);
  }
}
