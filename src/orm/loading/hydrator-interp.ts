import { identityId } from "../state/identity-key.ts";
import type { Hydrate, Hydrator, HydratorSpec } from "./hydrator-spec.ts";
import { populateExisting } from "./populators.ts";

/** The twin of the generated hydrator, for runtimes that forbid generated code and for statements that run once. */
export function interpretHydrator(spec: HydratorSpec): Hydrator {
  const { base, manager, primaryKey, columns, joined, posts, empty, path, place } = spec;
  const one: Hydrate = (row, run) => {
    const identity: unknown[] = [];
    let isNull = true;
    for (const { index, process } of primaryKey) {
      const value = row[index];
      if (value !== null) isNull = false;
      identity.push(process === null || value === null ? value : process(value));
    }
    if (isNull) return null;
    const id = identityId(identity);
    const known = run.identityMap.find(base, id);
    if (known !== undefined) return populateExisting(spec, row, run, known);
    const state = manager.newInstance();
    const { values } = state;
    for (const { key, index, process } of columns) {
      const value = row[index];
      values[key] = process === null ? value : process(value);
    }
    state.key = { mapper: base, id, identity };
    state._session = run.session;
    state.runId = run.runId;
    state.loadOptions = run.options;
    state.loadPath = path;
    run.identityMap.add(state);
    if (place >= 0 && run.peers !== null) run.join(place, state);
    if (spec.again) run.meets(spec, state);
    for (const each of joined) {
      const value = each.hydrate(row, run);
      if (each.uselist) run.append(each.slot, state, value);
      else values[each.key] = value;
    }
    for (const property of empty) manager.getImpl(property.key).setCommittedValue(state, property.uselist ? [] : null);
    for (const slot of posts) run.post(slot, state, true);
    if (manager.dispatch.load !== null || run.announces) (run.loaded ??= []).push(state);
    return state.obj;
  };
  return { one, all: (rows, run) => rows.map((row) => one(row, run)) };
}
