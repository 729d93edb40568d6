import { ArgumentError, InvalidRequestError } from "../../errors.ts";
import type { RelationshipProperty } from "../relationship/relationship-property.ts";
import { type InstanceState, STATE, type Stateful } from "../state/instance-state.ts";
import type { AttributeEventToken } from "./attribute-event.ts";
import { AttributeImpl, type AttributeOptions } from "./attribute-impl.ts";
import { type ClassManager, describeValue } from "./class-manager.ts";
import { CollectionAdapter } from "./collection-adapter.ts";
import { type CollectionFactory, collectionFactory } from "./collection-class.ts";
import { History } from "./history.ts";
import type { ListCollection } from "./instrumented-list.ts";
import { checkKey } from "./keyed-dict.ts";
import { ADAPTER, NO_VALUE, PASSIVE_NO_RESULT } from "./symbols.ts";

/** The attribute of a relationship to many objects. */
export class CollectionImpl extends AttributeImpl {
  readonly prop: RelationshipProperty;
  readonly factory: CollectionFactory;

  constructor(manager: ClassManager, key: string, prop: RelationshipProperty, options: AttributeOptions = {}) {
    super(manager, key, options, "collection");
    this.prop = prop;
    this.factory = collectionFactory(prop.collectionClass, () => this.toString());
  }

  override isKnown(state: InstanceState): boolean {
    if (state.key === null) return !this.prop._loadsWithoutRow(state);
    return state.justInserted && state.expiredRelationships?.has(this.key) !== true && state.pendingMutations?.has(this.key) !== true;
  }

  /** The adapter of the collection that is there; undefined when none is. */
  adapter(state: InstanceState): CollectionAdapter | undefined {
    const data = state.values[this.key] ?? state.emptyCollections?.get(this.key);
    return data === undefined ? undefined : (data as { [ADAPTER]: CollectionAdapter })[ADAPTER];
  }

  /** The adapter of the collection; when it is known to be empty, that of an empty one. Null when only loading could tell. */
  getCollection(state: InstanceState): CollectionAdapter | null {
    const there = this.adapter(state);
    if (there !== undefined) return there;
    return this.isKnown(state) ? (this.defaultValue(state) as { [ADAPTER]: CollectionAdapter })[ADAPTER] : null;
  }

  override defaultValue(state: InstanceState): object {
    const there = state.emptyCollections?.get(this.key);
    if (there !== undefined) return there;
    const adapter = this.initializeCollection(state);
    adapter.empty = true;
    (state.emptyCollections ??= new Map()).set(this.key, adapter.data);
    return adapter.data;
  }

  private initializeCollection(state: InstanceState): CollectionAdapter {
    const raw = this.factory.make();
    const adapter = new CollectionAdapter(this, state, raw);
    const { data } = raw;
    // lists hide it by their Proxy, and an assignment is much cheaper
    if (this.factory.kind === "list") (raw as ListCollection).adapter = adapter;
    else Object.defineProperty(data, ADAPTER, { value: adapter });
    this.dispatch.initCollection?.forEach((fn) => fn(state, data));
    return adapter;
  }

  /**
   * An empty collection as the object's value, for a loader that adds members one by one with `appendWithoutEvent`.
   * What was there before concerns nobody any more.
   */
  initializeLoaded(state: InstanceState): CollectionAdapter {
    const before = this.adapter(state);
    if (before !== undefined) before.invalidated = true;
    state.emptyCollections?.delete(this.key);
    const adapter = this.initializeCollection(state);
    state.values[this.key] = adapter.data;
    return adapter;
  }

  /** @throws ArgumentError when a value cannot be a member */
  checkMember(member: unknown): object {
    this.prop.checkMember(member, "");
    return member as object;
  }

  /** Keeps the members for the history before the first change. @internal */
  noteChange(state: InstanceState): void {
    if (!this.sendModifiedEvents) return;
    if (state.committed?.has(this.key) === true) {
      state._modifiedEvent(this, undefined);
      return;
    }
    const current = this.adapter(state);
    state._modifiedEvent(this, current === undefined ? NO_VALUE : current.members());
  }

  /** @internal */
  fireAppend(state: InstanceState, member: unknown, initiator: AttributeEventToken | null, key: unknown): object {
    let value: unknown = this.checkMember(member);
    const listeners = this.dispatch.append;
    if (listeners !== null) {
      const token = initiator ?? this.appendToken;
      for (const fn of listeners) value = fn(state, value, token, key);
      value = this.checkMember(value);
    }
    this.noteChange(state);
    if (this.trackParent) this.setHasparent((value as Stateful)[STATE], state, true);
    return value as object;
  }

  /** @internal */
  fireAppendWoMutation(state: InstanceState, member: object, initiator: AttributeEventToken | null, key: unknown): void {
    const listeners = this.dispatch.appendWoMutation;
    if (listeners === null) return;
    const token = initiator ?? this.appendToken;
    for (const fn of listeners) fn(state, member, token, key);
  }

  /** @internal */
  fireRemove(state: InstanceState, member: object, initiator: AttributeEventToken | null, key: unknown): void {
    if (this.trackParent) this.setHasparent((member as Stateful)[STATE], state, false);
    const listeners = this.dispatch.remove;
    if (listeners !== null) {
      const token = initiator ?? this.removeToken;
      for (const fn of listeners) fn(state, member, token, key);
    }
    this.noteChange(state);
  }

  override getHistory(state: InstanceState): History {
    const current = state.values[this.key];
    const committed = state.committed;
    if (current !== undefined) {
      const original = committed !== null && committed.has(this.key) ? committed.get(this.key) : undefined;
      return History.fromCollection(original, (current as { [ADAPTER]: CollectionAdapter })[ADAPTER].members());
    }
    const pending = state.pendingMutations?.get(this.key);
    return pending === undefined ? History.BLANK : new History([...pending.added], [], [...pending.removed]);
  }

  override append(state: InstanceState, value: unknown, initiator: AttributeEventToken | null): void {
    const collection = this.getCollection(state);
    if (collection !== null) collection.appendWithEvent(value as object, initiator);
    else state._getPendingMutation(this.key).append(this.fireAppend(state, value, initiator, undefined));
  }

  override remove(state: InstanceState, value: unknown, initiator: AttributeEventToken | null): void {
    const collection = this.getCollection(state);
    if (collection !== null) {
      collection.removeWithEvent(value as object, initiator);
      return;
    }
    this.fireRemove(state, value as object, initiator, undefined);
    state._getPendingMutation(this.key).remove(value as object);
  }

  override pop(state: InstanceState, value: unknown, initiator: AttributeEventToken | null): void {
    const collection = this.getCollection(state);
    if (collection === null) this.remove(state, value, initiator);
    else if (collection.raw.has(value as object)) collection.removeWithEvent(value as object, initiator);
  }

  override set(state: InstanceState, value: unknown): void {
    this.checkDefined(value);
    const current = state.values[this.key] ?? state.emptyCollections?.get(this.key);
    if (value === current) return;
    const values = this.valuesOf(value);
    for (const member of values) this.checkMember(member);
    const token = this.bulkReplaceToken;
    this.dispatch.bulkReplace?.forEach((fn) => fn(state, values, token));

    const old = this.getCollection(state);
    if (this.sendModifiedEvents) {
      state._modifiedEvent(this, old === null ? PASSIVE_NO_RESULT : old.members());
      // members that were added without loading say nothing of what is in the database
      if (old === null && state.committed?.get(this.key) === NO_VALUE) state.committed.set(this.key, PASSIVE_NO_RESULT);
    }
    const next = this.initializeCollection(state);
    state.values[this.key] = next.data;
    state.emptyCollections?.delete(this.key);

    const before = new Set(old === null ? (state.pendingMutations?.get(this.key)?.added ?? []) : old.members());
    const after = new Set(values);
    for (const member of values) {
      next.raw.add(before.has(member) ? member : this.fireAppend(state, member, token, undefined));
    }
    for (const member of before) if (after.has(member)) this.fireAppendWoMutation(state, member, token, undefined);
    for (const member of before) if (!after.has(member)) this.fireRemove(state, member, token, undefined);
    state.pendingMutations?.delete(this.key);
    if (old !== null) {
      old.invalidated = true;
      this.dispatch.disposeCollection?.forEach((fn) => fn(state, old.data));
    }
  }

  /** The members of what is assigned. */
  private valuesOf(value: unknown): object[] {
    switch (this.factory.kind) {
      case "list":
        if (Array.isArray(value)) return Array.from(value as object[]);
        break;
      case "set":
        if (value instanceof Set) return Array.from(value as Set<object>);
        break;
      default:
        if (value instanceof Map) return this.mapValues(value as Map<unknown, object>);
    }
    const wanted = { list: "an array", set: "a Set", map: "a Map" }[this.factory.kind];
    throw new ArgumentError(`${this.toString()} is a collection and takes ${wanted}, not ${describeValue(value)}`);
  }

  private mapValues(map: Map<unknown, object>): object[] {
    const probe = this.factory.make();
    for (const [key, member] of map) {
      probe.clear();
      probe.add(member);
      const [itsKey] = (probe.data as Map<unknown, object>).keys();
      checkKey(this, itsKey, key);
    }
    return Array.from(map.values());
  }

  override setCommittedValue(state: InstanceState, value: unknown): object {
    const adapter = this.initializeLoaded(state);
    for (const member of value as Iterable<object>) adapter.raw.add(member);
    state._commit([this.key]);
    this.applyPending(state, adapter);
    return adapter.data;
  }

  /** Makes the changes that were made while the collection was not loaded; for loaders that used {@link initializeLoaded}. */
  applyPending(state: InstanceState, adapter: CollectionAdapter): void {
    const pending = state.pendingMutations?.get(this.key);
    if (pending === undefined) return;
    state.pendingMutations!.delete(this.key);
    state.committed?.delete(this.key);
    state._modifiedEvent(this, adapter.members());
    for (const member of pending.added) if (!adapter.raw.has(member)) adapter.raw.add(member);
    for (const member of pending.removed) adapter.raw.remove(member);
  }

  override completeHistory(state: InstanceState, original: unknown): void {
    if (!this.historyIncomplete(state)) return;
    const members = Array.from(original as Iterable<object>);
    super.completeHistory(state, members);
    const current = this.adapter(state);
    if (current === undefined) throw new InvalidRequestError(`${this.toString()} has no value whose history could be completed`);
    // what would have been said when they were replaced
    const now = new Set(current.members());
    for (const member of members) if (!now.has(member)) this.fireRemove(state, member, this.bulkReplaceToken, undefined);
  }

  override getAllPending(state: InstanceState): (readonly [InstanceState, object])[] {
    const current = state.values[this.key];
    const pair = (member: object): readonly [InstanceState, object] => [(member as Stateful)[STATE], member];
    if (current === undefined) {
      const pending = state.pendingMutations?.get(this.key);
      return pending === undefined ? [] : [...pending.added].map(pair);
    }
    const now = (current as { [ADAPTER]: CollectionAdapter })[ADAPTER].members();
    const original = state.committed?.get(this.key);
    if (!Array.isArray(original)) return now.map(pair);
    const before = new Set<object>(original as object[]);
    const after = new Set(now);
    return [
      ...now.filter((member) => !before.has(member)).map(pair),
      ...now.filter((member) => before.has(member)).map(pair),
      ...(original as object[]).filter((member) => !after.has(member)).map(pair),
    ];
  }
}
