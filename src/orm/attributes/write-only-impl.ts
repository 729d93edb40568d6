import { ArgumentError, InvalidRequestError } from "../../errors.ts";
import type { RelationshipProperty } from "../relationship/relationship-property.ts";
import type { WriteOnlyCollection } from "../relationship/write-only-collection.ts";
import { SmallMap } from "../../util/small-map.ts";
import { type InstanceState, STATE, type Stateful } from "../state/instance-state.ts";
import type { AttributeEventToken } from "./attribute-event.ts";
import { AttributeImpl, type AttributeOptions } from "./attribute-impl.ts";
import { type ClassManager, describeValue } from "./class-manager.ts";
import { History } from "./history.ts";
import { isValue, NO_VALUE } from "./symbols.ts";
import { WriteOnlyHistory } from "./write-only-history.ts";

/** Makes the collection that an object shows for such an attribute. */
export type MakeCollection = (impl: WriteOnlyImpl, state: InstanceState) => WriteOnlyCollection<object>;

/**
 * The attribute of a relationship to many objects that is never loaded: `lazy: "write_only"` and `lazy: "dynamic"`. It has no value;
 * reading gives a collection that writes, and that makes statements.
 */
export class WriteOnlyImpl extends AttributeImpl {
  override readonly dynamic: boolean = true;
  readonly prop: RelationshipProperty;
  /** the flush may load the members where it cannot do without (`lazy: "dynamic"`) */
  readonly loadsForFlush: boolean;
  readonly #make: MakeCollection;

  constructor(manager: ClassManager, key: string, prop: RelationshipProperty, options: AttributeOptions, make: MakeCollection) {
    super(manager, key, options, "collection");
    this.prop = prop;
    this.loadsForFlush = prop.strategyKey === "dynamic";
    this.#make = make;
  }

  /** What reading gives is known of every object. */
  override isKnown(): boolean {
    return true;
  }

  override defaultValue(state: InstanceState): object {
    const known = (state.emptyCollections ??= new Map());
    let collection = known.get(this.key);
    if (collection === undefined) known.set(this.key, (collection = this.#make(this, state)));
    return collection;
  }

  /** What was added and removed since the last flush, if anything was. */
  pending(state: InstanceState): WriteOnlyHistory | null {
    const pending = state.committed?.get(this.key);
    return pending instanceof WriteOnlyHistory ? pending : null;
  }

  override getHistory(state: InstanceState): History {
    return this.pending(state)?.asHistory() ?? History.BLANK;
  }

  override append(state: InstanceState, value: unknown, initiator: AttributeEventToken | null): void {
    this.#checkWritable();
    let member = this.#checked(value);
    const token = initiator ?? this.appendToken;
    for (const fn of this.dispatch.append ?? []) member = this.#checked(fn(state, member, token));
    this.#changing(state).add(member);
    if (this.trackParent) this.setHasparent((member as Stateful)[STATE], state, true);
  }

  override remove(state: InstanceState, value: unknown, initiator: AttributeEventToken | null): void {
    this.#checkWritable();
    const member = this.#checked(value);
    // what comes from the other side knows what it does
    if (initiator === null) this.#checkIsMember(state, member);
    if (this.trackParent) this.setHasparent((member as Stateful)[STATE], state, false);
    const token = initiator ?? this.removeToken;
    for (const fn of this.dispatch.remove ?? []) fn(state, member, token);
    this.#changing(state).remove(member);
  }

  override pop(state: InstanceState, value: unknown, initiator: AttributeEventToken | null): void {
    this.remove(state, value, initiator ?? this.removeToken);
  }

  /** The first members of an object without a row; of one that has a row nobody knows which members would have to go. */
  override set(state: InstanceState, value: unknown): void {
    this.checkDefined(value);
    if (value === state.emptyCollections?.get(this.key)) return;
    if (state.key !== null) {
      throw new InvalidRequestError(
        `${this.toString()} of ${state.toString()} cannot be replaced: it is never loaded, so what would have to go is not known. ` +
          `Change it with add(), addAll() and remove()`,
      );
    }
    if (typeof value !== "object" || value === null || !(Symbol.iterator in value)) {
      throw new ArgumentError(`${this.toString()} is a collection and takes an array or another iterable, not ${describeValue(value)}`);
    }
    const after = new Set(Array.from(value as Iterable<unknown>, (member) => this.#checked(member)));
    const before = this.pending(state)?.members() ?? [];
    this.#checkWritable();
    this.#changing(state);
    for (const member of after) if (!before.includes(member)) this.append(state, member, this.bulkReplaceToken);
    for (const member of before) if (!after.has(member)) this.remove(state, member, this.bulkReplaceToken);
  }

  /** The members that a flush had to load: they are no value, and are forgotten with the history. */
  override setCommittedValue(state: InstanceState, value: unknown): unknown {
    if (!this.loadsForFlush) {
      throw new InvalidRequestError(`${this.toString()} is write-only: it takes no members as if they had been loaded`);
    }
    const pending = this.pending(state) ?? new WriteOnlyHistory();
    pending.loaded = new Set(value as Iterable<object>);
    (state.committed ??= new SmallMap()).set(this.key, pending);
    return undefined;
  }

  override getAllPending(state: InstanceState): (readonly [InstanceState, object])[] {
    const pending = this.pending(state);
    if (pending === null) return [];
    return [...pending.members(), ...pending.removed].map((member) => [(member as Stateful)[STATE], member] as const);
  }

  /** What a flush has not written, because it was changed while the flush was under way; null for nothing. */
  leftBy(state: InstanceState, added: Iterable<object>, deleted: Iterable<object>): WriteOnlyHistory | null {
    return this.pending(state)?.without(added, deleted) ?? null;
  }

  #checkWritable(): void {
    if (this.sendModifiedEvents) return;
    throw new InvalidRequestError(`${this.toString()} is viewonly: what is added to it or removed from it would not be written`);
  }

  #changing(state: InstanceState): WriteOnlyHistory {
    const there = this.pending(state);
    const pending = there ?? new WriteOnlyHistory();
    if (there === null) state.committed?.delete(this.key);
    state._modifiedEvent(this, pending);
    return pending;
  }

  #checked(member: unknown): object {
    this.prop.checkMember(member, "");
    return member as object;
  }

  /** An object whose foreign key is known, and is that of another parent, is no member. */
  #checkIsMember(state: InstanceState, member: object): void {
    const { prop } = this;
    const memberState = (member as Stateful)[STATE];
    if (prop.secondary !== null || memberState.key === null || state.key === null || this.pending(state)?.added.has(member) === true)
      return;
    for (const [from, to] of prop.synchronizePairs) {
      const own = prop.parent._getStateAttrByColumn(state, from);
      const its = memberState.mapper._getCommittedStateAttrByColumn(memberState, to);
      if (own === undefined || !isValue(its) || own === its || own === null) continue;
      // the value of an expression, or one that the database gives another form, tells nothing
      if (typeof own === "object" || typeof its !== typeof own) continue;
      throw new InvalidRequestError(`${memberState.toString()} is not in ${this.toString()} of ${state.toString()}`);
    }
  }

  /** The committed value of such an attribute is not a value. */
  override getCommittedValue(): unknown {
    return NO_VALUE;
  }
}
