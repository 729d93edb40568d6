import { isMember } from "../attributes/symbols.ts";
import { loadAttributes } from "../late.ts";
import type { RelationshipProperty } from "../relationship/relationship-property.ts";
import { type InstanceState, STATE, type Stateful } from "../state/instance-state.ts";
import type { SessionInternals } from "./session-internals.ts";

/**
 * Loads what a delete cascade has to reach: relationship by relationship, for all objects of a level at once. Afterwards the
 * cascade can be walked without waiting. Relationships with `passiveDeletes` are left to the database.
 */
export async function loadDeleteCascade(session: SessionInternals, states: readonly InstanceState[]): Promise<void> {
  const seen = new Set<InstanceState>(states);
  let level = [...seen];
  while (level.length > 0) {
    for (const [key, missing] of unloadedOf(level)) for (const group of missing.values()) await loadAttributes.call(session, group, key);
    const next: InstanceState[] = [];
    for (const state of level) {
      for (const prop of cascadesOf(state)) {
        for (const [member] of prop.valueAsIterable(state)) {
          if (seen.has(member)) continue;
          seen.add(member);
          next.push(member);
        }
      }
    }
    level = next;
  }
}

/** Whether {@link loadDeleteCascade} has anything to load. */
export function needsDeleteCascadeLoad(states: readonly InstanceState[]): boolean {
  const seen = new Set<InstanceState>(states);
  const todo = [...seen];
  for (let state = todo.pop(); state !== undefined; state = todo.pop()) {
    for (const prop of cascadesOf(state)) {
      if (isMissing(state, prop)) return true;
      for (const [member] of prop.valueAsIterable(state)) {
        if (seen.has(member)) continue;
        seen.add(member);
        todo.push(member);
      }
    }
  }
  return false;
}

function cascadesOf(state: InstanceState): readonly RelationshipProperty[] {
  return state.mapper._memo("deleteCascades", () => state.mapper.relationships.filter((prop) => prop.cascade.delete && !prop.viewonly));
}

function isMissing(state: InstanceState, prop: RelationshipProperty): boolean {
  return state.key !== null && state._session !== null && !prop.passiveDeletes && state.values[prop.key] === undefined;
}

/** By attribute and class, the states that lack it. */
function unloadedOf(states: readonly InstanceState[]): Map<string, Map<RelationshipProperty, InstanceState[]>> {
  const missing = new Map<string, Map<RelationshipProperty, InstanceState[]>>();
  for (const state of states) {
    for (const prop of cascadesOf(state)) {
      if (!isMissing(state, prop)) continue;
      let byProp = missing.get(prop.key);
      if (byProp === undefined) missing.set(prop.key, (byProp = new Map()));
      const group = byProp.get(prop);
      if (group === undefined) byProp.set(prop, [state]);
      else group.push(state);
    }
  }
  return missing;
}

/** The state of a related object, null for none. */
export function memberState(value: unknown): InstanceState | null {
  return isMember(value) ? ((value as Partial<Stateful>)[STATE] ?? null) : null;
}
