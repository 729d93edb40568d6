import { ArgumentError } from "../../errors.ts";
import { instanceState } from "../attributes/class-manager.ts";
import { neverLoaded } from "../attributes/missing.ts";
import type { RelationshipArgument } from "./load.ts";
import { requestAttribute } from "../late.ts";
import { attributeName, isMappedAttribute, isRelationshipProperty } from "./entity.ts";

/**
 * Loads relationships of objects that are there, step by step along a path: one SELECT for each step, for all objects together.
 * What is loaded already is not loaded again.
 * @param objects - an object, or any number of them
 * @throws InvalidRequestError (by rejection) for attributes with raiseload
 * @example
 * await load(films, Film.characters, Cast.actor);
 */
export async function load(objects: object | Iterable<object>, ...path: readonly RelationshipArgument[]): Promise<void> {
  let current: object[] = Symbol.iterator in objects ? [...(objects as Iterable<object>)] : [objects];
  for (const step of path) {
    if (!isMappedAttribute(step))
      throw new ArgumentError("load() takes objects and then relationships, such as load(films, Film.characters, Cast.actor)");
    const { key } = step;
    if (isRelationshipProperty(step.property) && step.property._isWriteOnly) throw neverLoaded(step.property, "load() cannot go along it");
    const owner = step._parententity.mapper;
    const owners = current.filter((object) => {
      const { mapper } = instanceState(object);
      if (mapper.isa(owner)) return true;
      // of a list of several classes, those that have the attribute
      if (mapper.commonParent(owner)) return false;
      throw new ArgumentError(`load(): ${attributeName(step)} is no attribute of ${mapper.name}`);
    });
    const values = await Promise.all(
      owners.map((object) => {
        const state = instanceState(object);
        const value = state.values[key];
        const isThere = value !== undefined || (state.key === null && state.getImpl(key).isKnown(state));
        return isThere ? value : requestAttribute.call(state, key);
      }),
    );
    const next = new Set<object>();
    for (const value of values) {
      if (typeof value !== "object" || value === null) continue;
      if (isRelationshipProperty(step.property) && step.property.uselist) {
        for (const member of value instanceof Map ? (value.values() as Iterable<object>) : (value as Iterable<object>)) next.add(member);
      } else next.add(value);
    }
    current = [...next];
  }
}
