import { DetachedInstanceError, InvalidRequestError } from "../../errors.ts";
import { loadAttributes as loadAttributesSlot, requestAttribute as requestAttributeSlot } from "../late.ts";
import type { ColumnProperty } from "../mapping/column-property.ts";
import type { MapperProperty } from "../mapping/mapper-property.ts";
import type { RelationshipProperty } from "../relationship/relationship-property.ts";
import type { SessionInternals } from "../session/session-internals.ts";
import { byToken, withToken } from "../state/identity-token.ts";
import type { InstanceState } from "../state/instance-state.ts";
import { isRelationshipProperty } from "./entity.ts";
import type { LoadElement } from "./load-element.ts";
import { Load } from "./load.ts";
import { loadColumns, objectDeleted } from "./load-on-identity.ts";
import type { LoaderOption } from "./loader-option.ts";
import { withPeers } from "./peers.ts";
import {
  COLUMN_WILDCARD,
  entityAtEnd,
  isSamePlace,
  joinKeys,
  type LoadPath,
  pathOver,
  RELATIONSHIP_WILDCARD,
  ROOT_PATH,
  stepKey,
  wildcardKey,
} from "./option-paths.ts";
import { DEFAULT_LOAD_OPTIONS } from "./query-context.ts";
import { loadRelationship, takeFromSession } from "./relationship-query.ts";
import { strategyOf } from "./strategies/strategy.ts";
import { targetOf } from "./strategies/subclass-target.ts";

interface Request {
  readonly state: InstanceState;
  readonly key: string;
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: unknown) => void;
}

const NONE: ReadonlySet<InstanceState> = new Set();

/** What was asked for in this tick, by session. */
const waiting = new WeakMap<SessionInternals, Request[]>();

/** Asks for an attribute; all that is asked for in the same tick is loaded together. */
export function requestAttribute(state: InstanceState, key: string): Promise<unknown> {
  const value = state.values[key];
  if (value !== undefined) return Promise.resolve(value);
  const session = state._session;
  if (session === null) {
    return Promise.reject(
      new DetachedInstanceError(
        `${state.toString()} belongs to no session: ${state.manager.name}.${key} cannot be loaded. Add the object to a session, or load the attribute while it is in one`,
      ),
    );
  }
  return new Promise((resolve, reject) => {
    const request: Request = { state, key, resolve, reject };
    const list = waiting.get(session);
    if (list !== undefined) {
      list.push(request);
      return;
    }
    waiting.set(session, [request]);
    queueMicrotask(() => void runWaiting(session));
  });
}

/** Loads what is waited for as soon as the session is free; those who wait are told when it is free again. */
async function runWaiting(session: SessionInternals): Promise<void> {
  let batch: readonly Request[] = [];
  let outcomes: (() => void)[];
  try {
    outcomes = await session.guard.whenFree("a load of attributes", () => {
      // what came in while the session was busy goes out as well
      batch = waiting.get(session)!;
      waiting.delete(session);
      return loadBatch(session, batch);
    });
  } catch (error) {
    outcomes = batch.map((request) => () => request.reject(error));
  }
  for (const tell of outcomes) tell();
}

/** @returns what those who wait are to be told */
async function loadBatch(session: SessionInternals, batch: readonly Request[]): Promise<(() => void)[]> {
  // what loads for an object that has no row is not to give it one
  const flushing = batch.some(({ state }) => state.key === null) ? null : session.autoflushNow();
  if (flushing !== null) await flushing;
  const outcomes: (() => void)[] = [];
  for (const { states, property, requests } of groupRequests(batch)) {
    try {
      await loadGroup(session, states, property);
      for (const request of requests) outcomes.push(() => settle(request));
    } catch (error) {
      for (const request of requests) outcomes.push(() => request.reject(error));
    }
  }
  return outcomes;
}

function settle(request: Request): void {
  const { state, key } = request;
  const value = state.values[key];
  if (value !== undefined) request.resolve(value);
  else if (state.expired || state.expiredAttributes?.has(key) === true) request.reject(objectDeleted(state));
  else request.resolve(state.manager.getImpl(key).defaultValue(state));
}

interface Group {
  readonly property: MapperProperty;
  readonly states: InstanceState[];
  readonly requests: Request[];
}

/** Requests for the same attribute of one hierarchy, in the order in which they came; each object once. */
function groupRequests(batch: readonly Request[]): Group[] {
  const groups = new Map<MapperProperty, Group & { seen: Set<InstanceState> }>();
  for (const request of batch) {
    const property = request.state.mapper.getProperty(request.key);
    let group = groups.get(property);
    if (group === undefined) groups.set(property, (group = { property, states: [], requests: [], seen: new Set() }));
    group.requests.push(request);
    if (group.seen.has(request.state)) continue;
    group.seen.add(request.state);
    group.states.push(request.state);
  }
  return [...groups.values()];
}

/** Loads one attribute of objects that lack it. */
async function loadGroup(session: SessionInternals, states: readonly InstanceState[], property: MapperProperty): Promise<void> {
  const { key } = property;
  const lacking = states.filter((state) => state.values[key] === undefined);
  if (lacking.length === 0) return;
  for (const group of byToken(lacking) ?? [lacking]) {
    if (isRelationshipProperty(property)) await loadRelationshipOnDemand(session, group, property, true);
    else if (property.isColumn) await loadColumnOnDemand(session, group, property as ColumnProperty, true);
    else throw new InvalidRequestError(`${property} cannot be loaded on demand`);
  }
}

/**
 * @param states - objects with the same token; what is loaded for them gets it, too
 * @param peers - false for the unit of work, which loads what it needs whatever options say, and nothing else
 */
async function loadRelationshipOnDemand(
  session: SessionInternals,
  states: readonly InstanceState[],
  property: RelationshipProperty,
  peers: boolean,
): Promise<void> {
  const token = states[0]!.identityToken;
  for (const { members, option, options, path } of byOption(states, property)) {
    if (peers) {
      const strategy = strategyOf(property, option);
      // what the session has needs no SQL
      if (strategy === "raiseOnSql" && takeFromSession(session, property, members).length === 0) continue;
      if (strategy === "raise" || strategy === "raiseOnSql") {
        throw new InvalidRequestError(
          `${property} is not loaded, and loading it on demand is an error: ${option === undefined ? `{ lazy: "${property.strategyKey}" } of the relationship` : "the option raiseload()"} says so`,
        );
      }
    }
    const lacksKeys = keysLacking(property);
    // for those who did not ask, nothing more is read than what is asked for
    const needsKeys = members.some(lacksKeys);
    const all = peers ? withPeers(session, members, property, (state) => needsKeys || !lacksKeys(state)) : members;
    const gone = needsKeys ? await loadExpired(session, all.filter(lacksKeys), members) : NONE;
    await loadRelationship({
      session,
      connection: await session.connectionFor(property.parent, token),
      executionOptions: withToken(token),
      loadOptions: DEFAULT_LOAD_OPTIONS,
      property,
      entity: targetOf(property, option?.ofType),
      states: gone.size === 0 ? all : all.filter((state) => !gone.has(state)),
      overwrite: null,
      options,
      path,
      extraCriteria: option?.extraCriteria ?? [],
      identityMapFirst: true,
      cache: null,
    });
  }
}

/** A many-to-one needs its foreign key: where that has expired, the columns are loaded first. */
function keysLacking(property: RelationshipProperty): (state: InstanceState) => boolean {
  if (!property.useGet) return () => false;
  const { getColumns } = property._lazyClauses;
  return (state) =>
    state.expiredAttributes !== null && getColumns.some((column) => state.mapper._getStateAttrByColumn(state, column) === undefined);
}

/**
 * Loads the columns that have expired.
 * @param asked - the objects for which it is an error that their row is gone
 * @returns the others whose row is gone
 */
async function loadExpired(
  session: SessionInternals,
  states: readonly InstanceState[],
  asked: readonly InstanceState[],
): Promise<ReadonlySet<InstanceState>> {
  const gone = new Set<InstanceState>();
  for (const group of sameNames(states, expiredColumns))
    for (const state of await loadColumns(session, group.states, group.names, false)) gone.add(state);
  throwIfGone(asked, gone);
  return gone;
}

function throwIfGone(asked: readonly InstanceState[], gone: ReadonlySet<InstanceState>): void {
  const first = gone.size === 0 ? undefined : asked.find((state) => gone.has(state));
  if (first !== undefined) throw objectDeleted(first);
}

/** The attributes of an object that are expired and were not changed since; what is deferred waits until it is asked for. */
function expiredColumns(state: InstanceState): string[] {
  const names: string[] = [];
  for (const key of state.manager.scalarLoaderKeys) {
    if (state.values[key] === undefined && state.expiredAttributes?.has(key) === true && state.committed?.has(key) !== true)
      if (!state.getImpl(key).deferred) names.push(key);
  }
  // what is loaded eagerly comes again with the columns
  if (state.expired)
    for (const key of eagerKeys(state)) if (state.values[key] === undefined && state.committed?.has(key) !== true) names.push(key);
  return names;
}

const ON_DEMAND: ReadonlySet<string> = new Set(["select", "raise", "raiseOnSql", "noload"]);

/** The relationships that are loaded with an object, by their own default or by what the query that loaded it has asked for. */
function eagerKeys(state: InstanceState): readonly string[] {
  const { mapper, loadPath } = state;
  const options = state.loadOptions as readonly LoaderOption[];
  const isEager = (property: RelationshipProperty, option: LoadElement | undefined): boolean =>
    !property._isWriteOnly && !ON_DEMAND.has(strategyOf(property, option));
  const byDefault = mapper._memo("eager relationships", () =>
    mapper.relationships.filter((property) => isEager(property, undefined)).map(({ key }) => key),
  );
  if (options.length === 0) return byDefault;
  const ofQuery = mapper.relationships.filter((property) =>
    isEager(property, findOption(options, state, property, joinKeys(loadPath.key, stepKey(entityAtEnd(loadPath, mapper), property)))),
  );
  return ofQuery.map(({ key }) => key);
}

async function loadColumnOnDemand(
  session: SessionInternals,
  states: readonly InstanceState[],
  property: ColumnProperty,
  peers: boolean,
): Promise<void> {
  const { key } = property;
  for (const { members, option } of byOption(states, property)) {
    const raises = option?.strategy === "raise" || (option === undefined && property.raiseload);
    const hasExpired = (state: InstanceState): boolean => !property.deferred && state.expiredAttributes?.has(key) === true;
    if (raises && !members.every(hasExpired)) {
      throw new InvalidRequestError(`${property} is deferred, and loading it on demand is an error: raiseload says so`);
    }
    const namesFor = (state: InstanceState): string[] => {
      const expired = expiredColumns(state);
      const names = new Set(expired.includes(key) ? expired : [key]);
      // deferred columns of one group come together
      if (property.group !== null)
        for (const other of state.mapper.columnAttrs)
          if (other.group === property.group && state.values[other.key] === undefined) names.add(other.key);
      // columns of a subclass's own table come together, too
      if (!property.deferred && !expired.includes(key)) {
        for (const other of state.mapper.columnAttrs) if (!other.deferred && state.values[other.key] === undefined) names.add(other.key);
      }
      return [...names];
    };
    for (const { states: asked, names, text } of sameNames(members, namesFor)) {
      const all = peers
        ? withPeers(session, asked, property, (state) => (!raises || hasExpired(state)) && textOf(namesFor(state)) === text)
        : asked;
      throwIfGone(asked, new Set(await loadColumns(session, all, names, false)));
    }
  }
}

interface NamesGroup {
  readonly states: InstanceState[];
  readonly names: string[];
  readonly text: string;
}

function textOf(names: readonly string[]): string {
  return names.join("\0");
}

function sameNames(states: readonly InstanceState[], names: (state: InstanceState) => string[]): NamesGroup[] {
  const groups = new Map<string, NamesGroup>();
  for (const state of states) {
    const own = names(state);
    const text = textOf(own);
    const group = groups.get(text);
    if (group === undefined) groups.set(text, { states: [state], names: own, text });
    else group.states.push(state);
  }
  return [...groups.values()];
}

interface OptionGroup {
  readonly members: InstanceState[];
  readonly option: LoadElement | undefined;
  readonly options: readonly LoaderOption[];
  readonly path: LoadPath;
}

/** Objects by the loader options of the query that loaded them. */
function byOption(states: readonly InstanceState[], property: MapperProperty): OptionGroup[] {
  const groups: (OptionGroup & { from: LoadPath })[] = [];
  for (const state of states) {
    const options = state.loadOptions as readonly LoaderOption[];
    const known = groups.find((group) => group.options === options && isSamePlace(group.from, state.loadPath));
    if (known !== undefined) {
      known.members.push(state);
      continue;
    }
    const path = pathOver(state.loadPath, state.mapper, property);
    groups.push({ members: [state], option: findOption(options, state, property, path.key), options, path, from: state.loadPath });
  }
  return groups;
}

/** What the options of the query that loaded an object say about one of its attributes. */
function findOption(
  options: readonly LoaderOption[],
  state: InstanceState,
  property: MapperProperty,
  key: string,
): LoadElement | undefined {
  if (options.length === 0) return undefined;
  const text = property.isRelationship ? RELATIONSHIP_WILDCARD : COLUMN_WILDCARD;
  const wildcard = joinKeys(state.loadPath.key, wildcardKey(entityAtEnd(state.loadPath, state.mapper), text));
  let found: LoadElement | undefined;
  let general: LoadElement | undefined;
  for (const option of options) {
    if (!(option instanceof Load)) continue;
    for (const element of option._elements) {
      if (!element.propagateToLoaders || element.options.undeferGroup !== undefined) continue;
      if (element.pathKey === key) {
        if (element.strategy !== null || found === undefined) found = element;
      } else if (element.pathKey === wildcard || element.pathKey === text) general = element;
    }
  }
  return found ?? general;
}

/** Loads an attribute for the unit of work. */
export async function loadAttributes(session: SessionInternals, states: readonly InstanceState[], key: string): Promise<void> {
  const byProperty = new Map<MapperProperty, InstanceState[]>();
  for (const state of states) {
    if (state.values[key] !== undefined || state.key === null) continue;
    const property = state.mapper.getProperty(key);
    const list = byProperty.get(property);
    if (list === undefined) byProperty.set(property, [state]);
    else list.push(state);
  }
  for (const [property, list] of byProperty) {
    for (const group of byToken(list) ?? [list]) {
      if (isRelationshipProperty(property) && property._isWriteOnly) await loadNeverLoaded(session, group, property);
      else if (isRelationshipProperty(property)) await loadRelationshipOnDemand(session, group, property, false);
      else await loadColumnOnDemand(session, group, property as ColumnProperty, false);
    }
  }
}

/** The members of a collection that is never loaded, where the unit of work cannot do without them. */
async function loadNeverLoaded(session: SessionInternals, states: readonly InstanceState[], property: RelationshipProperty): Promise<void> {
  const token = states[0]!.identityToken;
  if (property.lazy === "write_only") {
    throw new InvalidRequestError(
      `${property} is write_only, and what the database has for ${states[0]!.toString()} would have to be loaded here. To delete the object, ` +
        `leave its members to the database: give the relationship { passiveDeletes: true }, and its foreign key an ondelete`,
    );
  }
  await loadRelationship({
    session,
    connection: await session.connectionFor(property.parent, token),
    executionOptions: withToken(token),
    loadOptions: DEFAULT_LOAD_OPTIONS,
    property,
    entity: property.entity,
    states,
    overwrite: states.map(() => true),
    options: [],
    path: ROOT_PATH,
    extraCriteria: [],
    identityMapFirst: true,
    cache: null,
  });
}

requestAttributeSlot.fill(requestAttribute);
loadAttributesSlot.fill(loadAttributes);
