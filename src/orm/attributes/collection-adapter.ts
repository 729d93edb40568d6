import { InvalidRequestError } from "../../errors.ts";
import { type InstanceState, STATE, type Stateful } from "../state/instance-state.ts";
import type { AttributeEventToken } from "./attribute-event.ts";
import type { CollectionImpl } from "./collection-impl.ts";

/** What a kind of collection (list, set, map) does with its members without any events. */
export interface RawCollection {
  /** what the program sees and the object's values hold */
  readonly data: object;
  readonly size: number;
  members(): object[];
  add(member: object): void;
  remove(member: object): void;
  has(member: object): boolean;
  clear(): void;
}

/**
 * Stands between a collection and the attribute it belongs to: the collection tells it of each change before making it.
 * @see https://docs.sqlalchemy.org/en/21/orm/collection_api.html
 */
export class CollectionAdapter {
  readonly impl: CollectionImpl;
  readonly state: InstanceState;
  readonly raw: RawCollection;
  /** it was replaced, or its object expired: changes concern nobody any more */
  invalidated = false;
  /** it was made for reading and is no value of the object yet */
  empty = false;

  constructor(impl: CollectionImpl, state: InstanceState, raw: RawCollection) {
    this.impl = impl;
    this.state = state;
    this.raw = raw;
  }

  get data(): object {
    return this.raw.data;
  }

  /** The members, as a list of their own. */
  members(): object[] {
    return this.raw.members();
  }

  get size(): number {
    return this.raw.size;
  }

  /** Says that a member will be added; gives what is to be added in its place. */
  fireAppend(member: unknown, initiator: AttributeEventToken | null = null, key?: unknown): object {
    if (this.invalidated) return this.impl.checkMember(member);
    if (this.empty) this.resetEmpty();
    return this.impl.fireAppend(this.state, member, initiator, key);
  }

  /** Says that what was to be added is a member already. */
  fireAppendWoMutation(member: object, key?: unknown): void {
    if (!this.invalidated) this.impl.fireAppendWoMutation(this.state, member, null, key);
  }

  /** Says that a member will be taken away. */
  fireRemove(member: object, initiator: AttributeEventToken | null = null, key?: unknown): void {
    if (this.invalidated) return;
    if (this.empty) this.resetEmpty();
    this.impl.fireRemove(this.state, member, initiator, key);
  }

  /** A change of order, or one whose events come afterwards: the members before it are kept for the history. */
  firePreChange(): void {
    if (this.invalidated) return;
    if (this.empty) this.resetEmpty();
    this.impl.noteChange(this.state);
  }

  appendWithEvent(member: object, initiator: AttributeEventToken | null): void {
    this.raw.add(this.fireAppend(member, initiator));
  }

  removeWithEvent(member: object, initiator: AttributeEventToken | null): void {
    if (!this.raw.has(member)) {
      throw new InvalidRequestError(
        `${(member as Stateful)[STATE]?.toString() ?? "the object"} is not in ${this.impl.toString()} of ${this.state.toString()}`,
      );
    }
    this.fireRemove(member, initiator);
    this.raw.remove(member);
  }

  appendWithoutEvent(member: object): void {
    if (this.empty) this.resetEmpty();
    this.raw.add(member);
  }

  removeWithoutEvent(member: object): void {
    this.raw.remove(member);
  }

  clearWithEvent(): void {
    for (const member of this.members()) this.removeWithEvent(member, null);
  }

  /** A first change makes a collection that was only read the object's value. */
  private resetEmpty(): void {
    this.empty = false;
    this.state.emptyCollections?.delete(this.impl.key);
    this.state.values[this.impl.key] = this.data;
  }
}
