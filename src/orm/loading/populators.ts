import type { InstanceState } from "../state/instance-state.ts";
import type { HydratorSpec } from "./hydrator-spec.ts";
import type { LoadRun } from "./load-run.ts";

type Row = readonly unknown[];

/**
 * A row of an object that the session has already. What the object has stays, unless the run overwrites; what it lacks is filled.
 */
export function populateExisting(spec: HydratorSpec, row: Row, run: LoadRun, state: InstanceState): object {
  if (state.runId === run.runId) {
    if (spec.again && run.meets(spec, state)) fillMissing(spec, row, run, state);
    else if (spec.joined.length > 0) joinFurther(spec, row, run, state, null);
    return state.obj;
  }
  if (run.peers !== null && spec.place >= 0 && state._peers?.run !== run.runId) run.join(spec.place, state);
  if (run.populateExisting || run.refreshStates?.has(state) === true) overwrite(spec, row, run, state);
  else fillMissing(spec, row, run, state);
  return state.obj;
}

/** Further rows of an object add to what is joined to it. */
function joinFurther(spec: HydratorSpec, row: Row, run: LoadRun, state: InstanceState, only: ReadonlySet<string> | null): void {
  for (const joined of spec.joined) {
    const value = joined.hydrate(row, run);
    if (only !== null && !only.has(joined.key)) continue;
    if (joined.uselist) run.append(joined.slot, state, value);
    else if (state.values[joined.key] === undefined) state.values[joined.key] = value;
  }
}

function overwrite(spec: HydratorSpec, row: Row, run: LoadRun, state: InstanceState): void {
  state.runId = run.runId;
  if (spec.again) run.meets(spec, state);
  const { only } = spec;
  const told = state.manager.dispatch.refresh === null ? null : attributesToTell(state, only);
  if (run.options.length > 0) {
    state.loadOptions = run.options;
    state.loadPath = spec.path;
  }
  const { values } = state;
  for (const { key, index, process } of spec.columns) {
    const value = row[index];
    values[key] = process === null ? value : process(value);
  }
  if (only === null) {
    for (const key of spec.missing) {
      // deferred columns and relationships are to be loaded anew when they are asked for
      if (values[key] !== undefined) state._reset(key);
      else state.expiredAttributes?.delete(key);
    }
  }
  for (const joined of spec.joined) {
    const value = joined.hydrate(row, run);
    if (joined.uselist) run.append(joined.slot, state, value);
    else values[joined.key] = value;
  }
  for (const property of spec.empty) state.manager.getImpl(property.key).setCommittedValue(state, property.uselist ? [] : null);
  if (only !== null) state._commit(only);
  else state._commitAll();
  for (const slot of spec.posts) run.post(slot, state, true);
  if (told !== null) (run.refreshed ??= []).push([state, told.keys]);
}

/** What listeners hear of: the attributes that were asked for, without the keys that only come along with them. */
function attributesToTell(state: InstanceState, only: ReadonlySet<string> | null): { readonly keys: readonly string[] | null } {
  return { keys: only === null ? null : [...only].filter((key) => state.values[key] === undefined) };
}

function fillMissing(spec: HydratorSpec, row: Row, run: LoadRun, state: InstanceState): void {
  const { values, committed } = state;
  const known = run.partials?.get(state);
  if (known !== undefined) {
    if (spec.joined.length > 0) joinFurther(spec, row, run, state, known);
    return;
  }
  let filled: Set<string> | null = null;
  for (const { key, index, process } of spec.columns) {
    if (values[key] !== undefined || committed?.has(key) === true) continue;
    const value = row[index];
    values[key] = process === null ? value : process(value);
    (filled ??= new Set()).add(key);
  }
  if (spec.joined.length > 0) {
    for (const joined of spec.joined) {
      if (values[joined.key] === undefined && committed?.has(joined.key) !== true) (filled ??= new Set()).add(joined.key);
    }
    (run.partials ??= new Map()).set(state, filled ?? NOTHING);
    joinFurther(spec, row, run, state, filled ?? NOTHING);
  }
  if (filled !== null) {
    if (state.manager.dispatch.refresh !== null)
      (run.refreshed ??= []).push([state, state.expired ? [...filled, ...forgottenRelationships(state, filled)] : [...filled]]);
    state._commit(filled);
  }
  if (run.invokeAllEagers) for (const slot of spec.posts) run.post(slot, state, false);
}

/** Of an object that has expired as a whole: what it was related to is to be asked for anew, and listeners hear of that. */
function forgottenRelationships(state: InstanceState, filled: ReadonlySet<string>): string[] {
  const keys: string[] = [];
  for (const { key } of state.mapper.relationships)
    if (state.values[key] === undefined && state.committed?.has(key) !== true && !filled.has(key)) keys.push(key);
  return keys;
}

const NOTHING: ReadonlySet<string> = new Set();
