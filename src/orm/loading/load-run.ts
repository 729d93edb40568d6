import type { InstanceState } from "../state/instance-state.ts";
import type { Identities } from "../session/identity-map.ts";
import type { SessionInternals } from "../session/session-internals.ts";
import { tokenOf } from "../state/identity-token.ts";
import { STATE, type Stateful } from "../state/instance-state.ts";
import { Peers } from "../state/peers.ts";
import type { RelationshipProperty } from "../relationship/relationship-property.ts";
import type { HydratorSpec, JoinedSpec } from "./hydrator-spec.ts";
import type { LoaderOption } from "./loader-option.ts";
import type { QueryContext } from "./query-context.ts";

/** The members of one collection while rows come in; each object once. */
class Appender {
  readonly members: object[] = [];
  #seen: Set<object> | null = null;

  append(member: object): void {
    const { members } = this;
    if (members.length < 8) {
      if (!members.includes(member)) members.push(member);
      return;
    }
    const seen = (this.#seen ??= new Set(members));
    if (seen.has(member)) return;
    seen.add(member);
    members.push(member);
  }
}

/** Objects whose relationship is loaded after the rows. */
export interface PostQueue {
  readonly states: InstanceState[];
  /** for each, whether what it has is overwritten */
  readonly overwrite: boolean[];
}

/** What one pass over rows works with: kept apart from the plan, which many passes share. */
export class LoadRun {
  readonly context: QueryContext;
  readonly session: SessionInternals;
  /** of the objects with the token of this run */
  readonly identityMap: Identities;
  readonly runId: number;
  readonly populateExisting: boolean;
  readonly refreshStates: ReadonlySet<InstanceState> | null;
  readonly invokeAllEagers: boolean;
  /** the options that count for later loads of these objects */
  readonly options: readonly LoaderOption[];
  /** by place, the objects that come together; null when the statement's rows are not to be peers */
  readonly peers: (Peers | undefined)[] | null;
  /** by the slot of a post loader; those of subclasses come in while rows do */
  readonly posts: (PostQueue | undefined)[] = [];
  /** by the slot of a joined collection, the members by parent */
  readonly collections: (Map<InstanceState, Appender> | undefined)[] = [];
  /** whether the session is told of every object that comes in */
  readonly announces: boolean;
  readonly #collectionSpecs: readonly JoinedSpec[];
  /** where one statement has a class in several places, the objects that came at each */
  #met: Map<HydratorSpec, Set<InstanceState>> | null = null;
  /** objects that were there before, and which of their attributes this run fills */
  partials: Map<InstanceState, ReadonlySet<string>> | null = null;
  /** objects that load listeners are told of */
  loaded: InstanceState[] | null = null;
  refreshed: [InstanceState, readonly string[] | null][] | null = null;

  /** @param peers - whether objects that come together are to know it */
  constructor(context: QueryContext, options: readonly LoaderOption[], collectionSpecs: readonly JoinedSpec[], peers: boolean) {
    this.context = context;
    this.session = context.session;
    this.identityMap = context.session.identityMap._under(tokenOf(context.executionOptions));
    this.runId = context.runId;
    this.populateExisting = context.loadOptions.populateExisting;
    this.refreshStates = context.loadOptions.refreshStates;
    this.invokeAllEagers = context.loadOptions.invokeAllEagers;
    this.options = options;
    this.announces = context.session.announcesLoaded;
    this.peers = peers ? [] : null;
    this.#collectionSpecs = collectionSpecs;
  }

  /** Notes an object as one of those that come in a place of the rows. */
  join(place: number, state: InstanceState): void {
    let peers = this.peers![place];
    if (peers === undefined || peers.isFull) this.peers![place] = peers = new Peers(this.runId);
    peers.ids.push(state.key!.id);
    state._peers = peers;
  }

  /** Notes that an object came at a place; whether it did for the first time. */
  meets(spec: HydratorSpec, state: InstanceState): boolean {
    let met = (this.#met ??= new Map()).get(spec);
    if (met === undefined) this.#met.set(spec, (met = new Set<InstanceState>()));
    if (met.has(state)) return false;
    met.add(state);
    return true;
  }

  /** Adds an object to a collection that comes with the rows; null begins an empty one. */
  append(slot: number, parent: InstanceState, member: object | null): void {
    const map = (this.collections[slot] ??= new Map());
    let appender = map.get(parent);
    if (appender === undefined) map.set(parent, (appender = new Appender()));
    if (member !== null) appender.append(member);
  }

  /** Notes that a relationship of an object is loaded after the rows. */
  post(slot: number, state: InstanceState, overwrite: boolean): void {
    const queue = (this.posts[slot] ??= { states: [], overwrite: [] });
    queue.states.push(state);
    queue.overwrite.push(overwrite);
  }

  /** When all rows are in: collections get their members, listeners are told. */
  finishRows(): void {
    for (let slot = 0; slot < this.collections.length; slot += 1) {
      const map = this.collections[slot];
      if (map === undefined) continue;
      const { property } = this.#collectionSpecs[slot]!;
      for (const [state, appender] of map) setLoadedCollection(property, state, appender.members);
    }
    if (this.loaded !== null) {
      for (const state of this.loaded) {
        for (const fn of state.manager.dispatch.load ?? []) fn(state, this.context);
        if (this.announces) this.session.announceLoaded(state.obj);
      }
      this.loaded = null;
    }
    if (this.refreshed !== null) {
      for (const [state, keys] of this.refreshed) for (const fn of state.manager.dispatch.refresh ?? []) fn(state, this.context, keys);
      this.refreshed = null;
    }
  }
}

/** The many-to-one that leads back along a relationship, whose value is known when the members are; null when there is none. */
export function reverseManyToOne(property: RelationshipProperty): RelationshipProperty | null {
  if (property.direction !== "ONETOMANY") return null;
  for (const reverse of property._reverseProperty) if (reverse.direction === "MANYTOONE" && !reverse.uselist) return reverse;
  return null;
}

/** A collection is loaded: its members, and their way back. */
export function setLoadedCollection(property: RelationshipProperty, state: InstanceState, members: readonly object[]): void {
  state.manager.getImpl(property.key).setCommittedValue(state, members);
  const reverse = reverseManyToOne(property);
  if (reverse !== null) for (const member of members) setReverse(reverse.key, member, state.obj);
}

/** An object of a relationship is loaded: the object, and its way back. */
export function setLoadedScalar(property: RelationshipProperty, state: InstanceState, value: object | null): void {
  state.manager.getImpl(property.key).setCommittedValue(state, value);
  if (value === null) return;
  const reverse = reverseManyToOne(property);
  if (reverse !== null) setReverse(reverse.key, value, state.obj);
}

/** Notes the way back of a member, where nothing is known of it. */
export function setReverse(key: string, member: object, parent: object): void {
  const state = (member as Stateful)[STATE];
  // what was set, or loaded otherwise, is not touched
  if (state.values[key] !== undefined || state.committed?.has(key) === true) return;
  state.values[key] = parent;
  state.expiredAttributes?.delete(key);
}
