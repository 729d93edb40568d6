import type { Mapper } from "../mapping/mapper.ts";
import { type IdentityKey, idUnder, keyUnder } from "../state/identity-key.ts";
import type { IdentityToken } from "../state/identity-token.ts";
import type { InstanceState } from "../state/instance-state.ts";

type Id = IdentityKey["id"];

/**
 * How many objects of one class a session keeps hold of by itself before the oldest become collectable. Below it, which is nearly
 * every session, an object costs one entry of a Map; a WeakRef each would cost several times as much.
 */
const YOUNG_LIMIT = 10_000;

/** The objects of one base mapper. */
class MapperIdentities {
  young: Map<Id, InstanceState> = new Map();
  old: Map<Id, WeakRef<InstanceState>> | null = null;
  /** how many entries of `old` there may be before the collected ones are swept out */
  sweepAt = YOUNG_LIMIT * 2;
}

/** Where loads look for objects, and put those that are new. */
export interface Identities {
  /** The state of a row, if the session has it. `mapper` is the base mapper, `id` that of a key without a token. */
  find(mapper: Mapper, id: Id): InstanceState | undefined;
  /** Puts a state in whose key is known to be new. The key has no token; the state gets the one that it has here. */
  add(state: InstanceState): void;
}

/** The part of an identity map that has a token. Loads that know no tokens work on it as they do on the whole. */
class IdentitiesUnderToken implements Identities {
  readonly #all: IdentityMap;
  readonly #token: IdentityToken;

  constructor(all: IdentityMap, token: IdentityToken) {
    this.#all = all;
    this.#token = token;
  }

  find(mapper: Mapper, id: Id): InstanceState | undefined {
    return this.#all.find(mapper, idUnder(this.#token, id));
  }

  add(state: InstanceState): void {
    state.key = keyUnder(this.#token, state.key!);
    this.#all.add(state);
  }
}

/**
 * The objects that a session knows, by identity: one object per row.
 * Objects that the program has let go of may be collected once there are many; objects with changes are always held.
 */
export class IdentityMap implements Identities {
  /** States with changes that are not flushed yet. */
  readonly modified: Set<InstanceState> = new Set();
  readonly #maps: Map<Mapper, MapperIdentities> = new Map();
  #lastMapper: Mapper | null = null;
  #last: MapperIdentities | null = null;

  #of(mapper: Mapper): MapperIdentities {
    // rows come in runs of one class
    if (mapper === this.#lastMapper) return this.#last!;
    let found = this.#maps.get(mapper);
    if (found === undefined) {
      found = new MapperIdentities();
      this.#maps.set(mapper, found);
    }
    this.#lastMapper = mapper;
    this.#last = found;
    return found;
  }

  /** The state with this key, if the session has it. */
  get(key: IdentityKey): InstanceState | undefined {
    return this.find(key.mapper, key.id);
  }

  /** As {@link get}, without a key object: for loading rows. `mapper` is the base mapper. */
  find(mapper: Mapper, id: Id): InstanceState | undefined {
    const map = this.#of(mapper);
    const young = map.young.get(id);
    if (young !== undefined || map.old === null) return young;
    return map.old.get(id)?.deref();
  }

  /** Where objects with this token are; the map itself for those without one. @internal */
  _under(token: IdentityToken | null): Identities {
    return token === null ? this : new IdentitiesUnderToken(this, token);
  }

  has(key: IdentityKey): boolean {
    return this.get(key) !== undefined;
  }

  /** Whether exactly this state is in the map. */
  contains(state: InstanceState): boolean {
    return state.key !== null && this.get(state.key) === state;
  }

  /** Puts a state in; what had its key before is given back. */
  replace(state: InstanceState): InstanceState | undefined {
    const key = state.key!;
    const map = this.#of(key.mapper);
    const before = this.find(key.mapper, key.id);
    if (before === state) return undefined;
    this.#put(map, key.id, state);
    if (before !== undefined) this.modified.delete(before);
    if (state.modified) this.modified.add(state);
    return before;
  }

  /** Puts a state in whose key is known to be new to the map: for loading rows. */
  add(state: InstanceState): void {
    const key = state.key!;
    this.#put(this.#of(key.mapper), key.id, state);
    if (state.modified) this.modified.add(state);
  }

  #put(map: MapperIdentities, id: Id, state: InstanceState): void {
    map.old?.delete(id);
    map.young.set(id, state);
    if (map.young.size > YOUNG_LIMIT) this.#age(map);
  }

  #age(map: MapperIdentities): void {
    map.old ??= new Map();
    for (const [id, state] of map.young) map.old.set(id, new WeakRef(state));
    map.young.clear();
    if (map.old.size <= map.sweepAt) return;
    for (const [id, ref] of map.old) if (ref.deref() === undefined) map.old.delete(id);
    map.sweepAt = Math.max(YOUNG_LIMIT * 2, map.old.size * 2);
  }

  /** Takes a state out; a state that is not in it changes nothing. */
  discard(state: InstanceState): void {
    this.modified.delete(state);
    const key = state.key;
    if (key === null) return;
    const map = this.#of(key.mapper);
    if (map.young.get(key.id) === state) map.young.delete(key.id);
    else if (map.old?.get(key.id)?.deref() === state) map.old.delete(key.id);
  }

  /** Every state that is still there. */
  *states(): IterableIterator<InstanceState> {
    for (const map of this.#maps.values()) {
      yield* map.young.values();
      if (map.old === null) continue;
      for (const ref of map.old.values()) {
        const state = ref.deref();
        if (state !== undefined) yield state;
      }
    }
  }

  /** Every state, as a list that stays as it is while the map changes. */
  allStates(): InstanceState[] {
    return [...this.states()];
  }

  /** The objects. */
  *values(): IterableIterator<object> {
    for (const state of this.states()) yield state.obj;
  }

  [Symbol.iterator](): IterableIterator<object> {
    return this.values();
  }

  get size(): number {
    let size = 0;
    for (const map of this.#maps.values()) {
      size += map.young.size;
      if (map.old !== null) for (const ref of map.old.values()) if (ref.deref() !== undefined) size += 1;
    }
    return size;
  }

  clear(): void {
    this.#maps.clear();
    this.#last = null;
    this.#lastMapper = null;
    this.modified.clear();
  }
}
