import type { AttributeImpl } from "../attributes/attribute-impl.ts";
import type { ClassManager } from "../attributes/class-manager.ts";
import type { CollectionAdapter } from "../attributes/collection-adapter.ts";
import type { History } from "../attributes/history.ts";
import { MANAGER, NO_VALUE } from "../attributes/symbols.ts";
import { InvalidRequestError } from "../../errors.ts";
import type { Mapper } from "../mapping/mapper.ts";
import type { Session } from "../session/session.ts";
import type { SessionInternals } from "../session/session-internals.ts";
import { AttributeState } from "./attribute-state.ts";
import { SmallMap } from "../../util/small-map.ts";
import type { IdentityKey } from "./identity-key.ts";
import { checkedToken, type IdentityToken } from "./identity-token.ts";
import { type LoadPath, ROOT_PATH } from "../loading/option-paths.ts";
import type { Peers } from "./peers.ts";
import { PendingCollection } from "./pending-collection.ts";

/** The property by which an object refers to its {@link InstanceState}; the only thing of ours that an object carries. */
export const STATE: unique symbol = Symbol("athanor.state");

/** An object of a mapped class, once it has a state. */
export interface Stateful {
  [STATE]: InstanceState;
}

/** The loaded values of an object: one slot per attribute in a fixed shape, `undefined` where the value is not loaded. */
export type Values = Record<string, unknown>;

const NO_OPTIONS: readonly object[] = Object.freeze([]);
let insertions = 0;

/** The number that a new object gets when it is added, so that objects are inserted in the order in which they were added. */
export function nextInsertOrder(): number {
  insertions += 1;
  return insertions;
}

/**
 * What the ORM knows about one object: its values, what was changed, its identity and its session. `inspect(object)` gives it.
 * @see https://docs.sqlalchemy.org/en/21/orm/internals.html#sqlalchemy.orm.InstanceState
 */
export class InstanceState {
  readonly obj: object;
  values: Values;
  key: IdentityKey | null = null;
  /** what attributes were before their first change since the last flush; NO_VALUE where that is unknown */
  committed: SmallMap<string, unknown> | null = null;
  modified = false;
  expired = false;
  /** columns whose value must be loaded again before it can be read */
  expiredAttributes: Set<string> | null = null;
  /** relationships that were expired: what they have is not known even of an object that was inserted just now */
  expiredRelationships: Set<string> | null = null;
  /** deleted by a flush; stays true when the object leaves the session @internal */
  _deleted = false;
  /** inserted by its session and not expired since: untouched relationships are known to be empty */
  justInserted = false;
  insertOrder = 0;
  /** the run of loading that filled it last @internal */
  runId = 0;
  /** the objects that came with it in the result that brought it last; null when it came by itself @internal */
  _peers: Peers | null = null;
  /** changes of collections that are not loaded */
  pendingMutations: Map<string, PendingCollection> | null = null;
  /** collections that were read but never touched; they are no values yet */
  emptyCollections: Map<string, object> | null = null;
  /** by relationship, the object that has this one as a member; false when it was taken out */
  parents: Map<AttributeImpl, InstanceState | false> | null = null;
  /** attributes whose last value is to be kept when they expire */
  lastKnownValues: Map<string, unknown> | null = null;
  loadOptions: readonly object[] = NO_OPTIONS;
  loadPath: LoadPath = ROOT_PATH;
  /** the session lost it as an orphan while it was not in a session @internal */
  _orphanedOutsideOfSession = false;
  /** reading attributes that are not loaded is an error for which a loader option gave the reason @internal */
  _raiseLoads: Map<string, string> | null = null;
  /** relationships are loaded by the keys that it has, though it has no row @internal */
  _loadPending = false;
  /** the token of an object without a key; that of the prototype is null, so that nothing is kept for objects without one @internal */
  declare _newToken: IdentityToken | null;
  #info: Record<string, unknown> | null = null;
  // hidden from what compares objects by their properties (test libraries): behind both lies the whole model
  readonly #manager: ClassManager;
  #session: SessionInternals | null = null;

  static {
    this.prototype._newToken = null;
  }

  constructor(obj: object, manager: ClassManager, values: Values) {
    this.obj = obj;
    this.#manager = manager;
    this.values = values;
  }

  get manager(): ClassManager {
    if (#manager in this) return this.#manager;
    // a copy made property by property, as test libraries make one to show what differs
    return ((this as InstanceState).obj.constructor as unknown as { [MANAGER]: ClassManager })[MANAGER];
  }

  /** The internals of the session; users read {@link session}. @internal */
  get _session(): SessionInternals | null {
    return #session in this ? this.#session : null;
  }

  set _session(session: SessionInternals | null) {
    this.#session = session;
  }

  get mapper(): Mapper {
    return this.manager.mapper;
  }

  get class_(): object {
    return this.manager.class_;
  }

  /** The object itself. */
  get object(): object {
    return this.obj;
  }

  /** Anything that the program wants to keep with the object's state. */
  get info(): Record<string, unknown> {
    return (this.#info ??= {});
  }

  /** The session that the object belongs to. */
  get session(): Session | null {
    return this._session === null ? null : this._session.face;
  }

  /** Never added to a session, and not in the database. */
  get transient(): boolean {
    return this.key === null && this._session === null;
  }

  /** Added to a session, and not flushed yet. */
  get pending(): boolean {
    return this.key === null && this._session !== null;
  }

  /** In a session and in the database. */
  get persistent(): boolean {
    return this.key !== null && this._session !== null && !this._deleted;
  }

  /** Deleted by a flush, in a transaction that is not committed yet. */
  get deleted(): boolean {
    return this.key !== null && this._session !== null && this._deleted;
  }

  /** In the database as far as is known, and in no session. */
  get detached(): boolean {
    return this.key !== null && this._session === null;
  }

  /** Whether a flush deleted it, even if it has left the session since. */
  get wasDeleted(): boolean {
    return this._deleted;
  }

  get hasIdentity(): boolean {
    return this.key !== null;
  }

  /** The values of the primary key by which the object is known, or null while it has none. */
  get identity(): readonly unknown[] | null {
    return this.key === null ? null : this.key.identity;
  }

  get identityKey(): IdentityKey | null {
    return this.key;
  }

  /**
   * What tells the object from others whose rows have the same primary key; null where nothing does. An object has it from the statement
   * that has loaded it (the execution option `identityToken`). To a new one it may be assigned, until it is flushed.
   * @throws ArgumentError when what is assigned is no string, number or bigint
   * @throws InvalidRequestError when another one is assigned to an object that has a row
   */
  get identityToken(): IdentityToken | null {
    return this.key === null ? this._newToken : (this.key.identityToken ?? null);
  }

  set identityToken(given: IdentityToken | null) {
    const token = checkedToken(given);
    if (token === this.identityToken) return;
    if (this.key !== null) {
      throw new InvalidRequestError(
        `The identityToken of ${this.toString()} is part of its identity and cannot be changed: the object stands for a row already. ` +
          "Assign it to a new object, before it is flushed",
      );
    }
    this._newToken = token;
  }

  /** Forgets that it ever had a row; the token stays, as the values do. @internal */
  _forgetKey(): void {
    const token = this.key?.identityToken;
    if (token !== undefined) this._newToken = token;
    this.key = null;
  }

  /** One inspection per attribute: `inspect(film).attrs.title.history`. */
  get attrs(): Readonly<Record<string, AttributeState>> {
    const attrs: Record<string, AttributeState> = {};
    for (const key of this.manager.keys) attrs[key] = new AttributeState(this, key);
    return attrs;
  }

  /** The names of the attributes that are neither loaded nor set. */
  get unloaded(): Set<string> {
    const unloaded = new Set<string>();
    for (const key of this.manager.keys) if (this.values[key] === undefined && !this.committed?.has(key)) unloaded.add(key);
    return unloaded;
  }

  /** The names of the attributes without changes since the last flush. */
  get unmodified(): Set<string> {
    const keys = new Set(this.manager.keys);
    if (this.committed !== null) for (const key of this.committed.keys()) keys.delete(key);
    return keys;
  }

  /**
   * Whether an attribute can be loaded: it has no value, and none was set in its place. Members that were added to a collection that
   * is not loaded, or taken from it, join what is loaded.
   * @internal
   */
  _lacks(key: string): boolean {
    return this.values[key] === undefined && (this.committed?.has(key) !== true || this.pendingMutations?.has(key) === true);
  }

  getHistory(key: string): History {
    return this.getImpl(key).getHistory(this);
  }

  getImpl(key: string): AttributeImpl {
    return this.manager.getImpl(key);
  }

  /** Whether the attribute's value is there, loaded or set. */
  has(key: string): boolean {
    return this.values[key] !== undefined;
  }

  /** @internal */
  _getPendingMutation(key: string): PendingCollection {
    const all = (this.pendingMutations ??= new Map());
    let pending = all.get(key);
    if (pending === undefined) all.set(key, (pending = new PendingCollection()));
    return pending;
  }

  /**
   * Notes a change: keeps what was there before the first one, and tells the session.
   * @param previous - for collections, a copy of the members that were there before
   * @internal
   */
  _modifiedEvent(impl: AttributeImpl | null, previous: unknown): void {
    if (impl !== null) {
      (this.committed ??= new SmallMap()).add(impl.key, previous);
      if (this.lastKnownValues?.has(impl.key)) this.lastKnownValues.set(impl.key, NO_VALUE);
    }
    if (this.modified) return;
    this.modified = true;
    const session = this._session;
    // the map also keeps it from being collected while it has changes
    if (session !== null && this.key !== null && !this._deleted) session.identityMap.modified.add(this);
  }

  /** Attributes are as in the database now. @internal */
  _commit(keys: Iterable<string>): void {
    for (const key of keys) {
      this.committed?.delete(key);
      if (this.values[key] !== undefined) this.expiredAttributes?.delete(key);
    }
    this.expired = false;
  }

  /** Everything is as in the database now. @internal */
  _commitAll(): void {
    this.committed = null;
    this.pendingMutations = null;
    const expired = this.expiredAttributes;
    if (expired !== null) {
      for (const key of expired) if (this.values[key] !== undefined) expired.delete(key);
      if (expired.size === 0) this.expiredAttributes = null;
    }
    if (this.modified) {
      this.modified = false;
      this._session?.identityMap.modified.delete(this);
    }
    this.expired = false;
  }

  /** Forgets everything that was loaded or changed. @internal */
  _expire(): void {
    this.expired = true;
    this.justInserted = false;
    if (this.modified) {
      this._session?.identityMap.modified.delete(this);
      this.modified = false;
    }
    this.committed = null;
    this.pendingMutations = null;
    this.emptyCollections = null;
    this.parents = null;
    const known = this.lastKnownValues;
    if (known !== null) for (const key of known.keys()) if (this.values[key] !== undefined) known.set(key, this.values[key]);
    for (const key of this.manager.collectionKeys) this._invalidateCollection(key);
    this.values = this.manager.newValues();
    this.expiredAttributes = new Set(this.manager.scalarLoaderKeys);
    this.manager.dispatch.expire?.forEach((fn) => fn(this, null));
  }

  /**
   * Forgets some attributes.
   * @param noLoader - leave columns alone that a loader of their own brings (deferred ones)
   * @internal
   */
  _expireAttributes(keys: Iterable<string>, noLoader = false): void {
    const names = [...keys];
    for (const key of names) {
      const impl = this.manager.getImpl(key);
      if (impl.acceptsScalarLoader) {
        if (noLoader && impl.deferred) continue;
        (this.expiredAttributes ??= new Set()).add(key);
      }
      const old = this.values[key];
      if (impl.collection) this._invalidateCollection(key);
      if (old !== undefined && this.lastKnownValues?.has(key)) this.lastKnownValues.set(key, old);
      this.values[key] = undefined;
      this.committed?.delete(key);
      this.pendingMutations?.delete(key);
      this.emptyCollections?.delete(key);
      if (impl.usesObjects) (this.expiredRelationships ??= new Set()).add(key);
    }
    this.manager.dispatch.expire?.forEach((fn) => fn(this, names));
  }

  /** Drops one value, so that it can be loaded anew. @internal */
  _reset(key: string): void {
    if (this.manager.getImpl(key).collection) this._invalidateCollection(key);
    this.values[key] = undefined;
    this.expiredAttributes?.delete(key);
  }

  /** A collection that the program still holds must not write into this object any more. @internal */
  _invalidateCollection(key: string): void {
    const collection = this.values[key] ?? this.emptyCollections?.get(key);
    if (collection === undefined || collection === null) return;
    const adapter: CollectionAdapter | undefined = this.manager.adapterOf(collection as object);
    if (adapter !== undefined) adapter.invalidated = true;
  }

  /** Keeps the last value of an attribute when it expires: comparisons with the object may need it. @internal */
  _trackLastKnownValue(key: string): void {
    const known = (this.lastKnownValues ??= new Map());
    if (!known.has(key)) known.set(key, NO_VALUE);
  }

  toString(): string {
    return this.manager.describe(this);
  }
}
