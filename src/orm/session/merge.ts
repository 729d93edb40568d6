import { InvalidRequestError, StaleDataError } from "../../errors.ts";
import { warn } from "../../util/warn.ts";
import type { CollectionImpl } from "../attributes/collection-impl.ts";
import { instanceState } from "../attributes/class-manager.ts";
import { isMember } from "../attributes/symbols.ts";
import type { WriteOnlyImpl } from "../attributes/write-only-impl.ts";
import { loadAttributes, loadByPrimaryKey, type LoadIdentityOptions } from "../late.ts";
import type { MapperProperty } from "../mapping/mapper-property.ts";
import type { RelationshipProperty } from "../relationship/relationship-property.ts";
import { identityKey, type IdentityKey } from "../state/identity-key.ts";
import type { InstanceState } from "../state/instance-state.ts";
import { memberState } from "./cascade-walk.ts";
import type { SessionCore } from "./session-core.ts";

/** Options of `session.merge()`. */
export interface MergeOptions {
  /** false: take the given state for what the database has, and ask nothing */
  readonly load?: boolean;
  /** loader options for what is read */
  readonly options?: readonly object[];
}

/**
 * Copies the state of each object to the object of this session that stands for the same row, which is read or made if need be. Two that
 * stand for the same row are merged into one.
 */
export async function mergeObjects(core: SessionCore, instances: Iterable<unknown>, options: MergeOptions): Promise<object[]> {
  const states = Array.from(instances, instanceState);
  const load = options.load ?? true;
  if (load) {
    const flushed = core.autoflushNow();
    if (flushed !== null) await flushed;
  }
  const { autoflush } = core;
  core.autoflush = false;
  try {
    const merge = new Merge(core, load, options.options ?? []);
    const merged: object[] = [];
    for (const state of states) merged.push((await merge.merge(state)).obj);
    return merged;
  } finally {
    core.autoflush = autoflush;
  }
}

class Merge {
  readonly #core: SessionCore;
  readonly #load: boolean;
  readonly #options: LoadIdentityOptions;
  readonly #done: Map<InstanceState, InstanceState> = new Map();
  /** relationships along which an object was reached: the way back is not gone */
  readonly #reached: Map<InstanceState, Set<MapperProperty>> = new Map();
  readonly #byKey: Map<object, Map<IdentityKey["id"], InstanceState>> = new Map();

  constructor(core: SessionCore, load: boolean, options: readonly object[]) {
    this.#core = core;
    this.#load = load;
    this.#options = { options };
  }

  async merge(state: InstanceState): Promise<InstanceState> {
    const known = this.#done.get(state);
    if (known !== undefined) return known;
    const { mapper } = state;
    const key = this.#keyOf(state);
    let isNew = false;
    let merged = key === null ? undefined : await this.#find(state, key);
    if (merged === undefined) {
      merged = mapper.classManager.newInstance();
      isNew = true;
      if (state.identityToken !== null) merged._newToken = state.identityToken;
      if (this.#load) this.#core.saveOrUpdateState(merged);
      else {
        merged.key = key;
        this.#core.updateImpl(merged);
      }
    }
    this.#done.set(state, merged);
    if (key !== null) this.#remember(key, merged);
    if (state !== merged) await this.#copy(state, merged);
    if (!this.#load) merged._commitAll();
    // without loading, values were put in as a load puts them in
    if ((isNew || !this.#load) && mapper.classManager.dispatch.load !== null)
      for (const fn of mapper.classManager.dispatch.load) fn(merged, null);
    return merged;
  }

  #keyOf(state: InstanceState): IdentityKey | null {
    if (state.key !== null) return state.key;
    if (this.#core.new.has(state)) {
      warn(
        `Instance ${String(state)} is already pending in this Session yet is being merged again; this is probably not what you want to do`,
      );
    }
    if (!this.#load) {
      throw new InvalidRequestError(
        `merge(…, { load: false }) takes objects that are in the database; ${String(state)} is not. Flush all changes before merging with { load: false }`,
      );
    }
    const { mapper } = state;
    const identity = mapper._primaryKeyFromState(state);
    // an SQL expression is no value yet
    const missing = identity.filter((value) => value === null || isExpression(value)).length;
    if (missing === identity.length || (missing > 0 && !mapper.allowPartialPks)) return null;
    return identityKey(mapper.identityMapper, identity, state.identityToken);
  }

  async #find(state: InstanceState, key: IdentityKey): Promise<InstanceState | undefined> {
    const core = this.#core;
    const there = core.identityMap.get(key);
    if (there !== undefined) return there;
    const merged = this.#byKey.get(key.mapper)?.get(key.id);
    if (merged !== undefined) return merged;
    if (!this.#load) {
      if (state.modified) {
        throw new InvalidRequestError(
          `merge(…, { load: false }) takes objects without changes; ${String(state)} has some. Flush all changes before merging with { load: false }`,
        );
      }
      return undefined;
    }
    const { identityToken } = key;
    const options = identityToken === undefined ? this.#options : { ...this.#options, identityToken };
    return (await loadByPrimaryKey.call(core, state.mapper, key.identity, options)) ?? undefined;
  }

  #remember(key: IdentityKey, merged: InstanceState): void {
    let byId = this.#byKey.get(key.mapper);
    if (byId === undefined) this.#byKey.set(key.mapper, (byId = new Map()));
    byId.set(key.id, merged);
  }

  async #copy(state: InstanceState, merged: InstanceState): Promise<void> {
    const { mapper } = state;
    if (mapper.versionIdCol !== null) {
      const { key } = mapper.columnToProperty.get(mapper.versionIdCol)!;
      const given = state.values[key];
      const existing = merged.values[key];
      if (given !== undefined && existing !== undefined && given !== existing) {
        throw new StaleDataError(
          `Version id ${String(given)} on merged state ${String(merged)} does not match existing version ${String(existing)}. ` +
            "Leave the version attribute unset when merging to update the most recent version",
        );
      }
    }
    merged.loadPath = state.loadPath;
    merged.loadOptions = state.loadOptions;
    for (const prop of mapper.props.values()) {
      if (prop.isColumn) this.#copyColumn(prop.key, state, merged);
      else if (prop.isRelationship) await this.#copyRelationship(prop as unknown as RelationshipProperty, state, merged);
    }
  }

  #copyColumn(key: string, state: InstanceState, merged: InstanceState): void {
    const value = state.values[key];
    if (value !== undefined) {
      if (this.#load) merged.getImpl(key).set(merged, value, null);
      else merged.values[key] = value;
    } else if (merged.key !== null && merged.values[key] === undefined) merged._expireAttributes([key], true);
  }

  async #copyRelationship(prop: RelationshipProperty, state: InstanceState, merged: InstanceState): Promise<void> {
    const { key } = prop;
    if (this.#load) for (const reverse of prop._reverseProperty) if (this.#reached.get(state)?.has(reverse) === true) return;
    const value = state.values[key];
    if (!prop.cascade.merge) return;
    if (prop._isWriteOnly) {
      await this.#copyWriteOnly(prop, state, merged);
      return;
    }
    if (value === undefined) return;
    if (!prop.uselist) {
      const target = isMember(value) ? await this.#mergeMember(prop, value) : null;
      if (this.#load) merged.getImpl(key).set(merged, target?.obj ?? null, null);
      else merged.values[key] = target?.obj ?? null;
      return;
    }
    if (this.#load && merged.key !== null && merged._session !== null && merged.values[key] === undefined) {
      await loadAttributes.call(this.#core, [merged], key);
    }
    const members: object[] = [];
    for (const [, member] of prop.valueAsIterable(state)) members.push((await this.#mergeMember(prop, member)).obj);
    const impl = merged.getImpl(key) as CollectionImpl;
    if (this.#load) impl.set(merged, collectionOf(impl, members));
    else impl.setCommittedValue(merged, members);
  }

  /** A collection that is never loaded: the members of a new object go over; those of one with a row would have to be known. */
  async #copyWriteOnly(prop: RelationshipProperty, state: InstanceState, merged: InstanceState): Promise<void> {
    const pending = (state.getImpl(prop.key) as WriteOnlyImpl).pending(state);
    if (pending === null) return;
    const impl = merged.getImpl(prop.key) as WriteOnlyImpl;
    const members: object[] = [];
    if (merged.key === null) {
      for (const member of pending.members()) members.push((await this.#mergeMember(prop, member)).obj);
      impl.set(merged, members);
      return;
    }
    if (!impl.loadsForFlush || state.key !== null) {
      throw new InvalidRequestError(
        `merge(): ${prop} of ${String(state)} has changes, and the row is there already: what the merged object has is not loaded. ` +
          `Merge without them, and change the collection of the merged object with add() and remove()`,
      );
    }
    await loadAttributes.call(this.#core, [merged], prop.key);
    const before = impl.pending(merged)?.members() ?? [];
    for (const member of pending.members()) members.push((await this.#mergeMember(prop, member)).obj);
    for (const member of members) if (!before.includes(member)) impl.append(merged, member, impl.bulkReplaceToken);
    for (const member of before) if (!members.includes(member)) impl.remove(merged, member, impl.bulkReplaceToken);
  }

  #mergeMember(prop: RelationshipProperty, member: object): Promise<InstanceState> {
    const state = memberState(member)!;
    const reached = this.#reached.get(state);
    if (reached === undefined) this.#reached.set(state, new Set([prop]));
    else reached.add(prop);
    return this.merge(state);
  }
}

/** Members in the form that the attribute takes. */
function collectionOf(impl: CollectionImpl, members: readonly object[]): unknown {
  if (impl.factory.kind === "list") return [...members];
  if (impl.factory.kind === "set") return new Set(members);
  const made = impl.factory.make();
  for (const member of members) made.add(member);
  return new Map(made.data as Map<unknown, object>);
}

function isExpression(value: unknown): boolean {
  return typeof value === "object" && value !== null && "_cacheKey" in value;
}
