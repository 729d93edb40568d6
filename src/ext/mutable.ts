import { ArgumentError } from "../errors.ts";
import type { AttributeImpl } from "../orm/attributes/attribute-impl.ts";
import { describeValue } from "../orm/attributes/class-manager.ts";
import { flagModified } from "../orm/attributes/functions.ts";
import { INSTRUMENT, type InstrumentingType } from "../orm/mapping/column-property.ts";
import type { InstanceState } from "../orm/state/instance-state.ts";
import type { TypeEngine } from "../sql/types/type-engine.ts";

/** A class of values that tell their objects of changes. */
export interface MutableClass {
  /** Makes a value of the class from what is set or loaded; null stays null. */
  coerce(key: string, value: unknown): object | null;
}

/** Where a value stands: the objects and their attributes. */
const parents = new WeakMap<object, Map<InstanceState, Set<string>>>();

/**
 * The base of values that tell the objects they stand in when they are changed in place. A class of the program calls `changed()` after
 * each change and says in `coerce` how plain values become its own.
 * @see https://docs.sqlalchemy.org/en/21/orm/extensions/mutable.html
 * @example
 * class Point extends Mutable {
 *   #x = 0;
 *   set x(value: number) {
 *     this.#x = value;
 *     this.changed();
 *   }
 *   static override coerce(key: string, value: unknown) {
 *     return value instanceof Point ? value : super.coerce(key, value);
 *   }
 * }
 */
export abstract class Mutable {
  /**
   * Makes a value of the class from what is set or loaded.
   * @throws ArgumentError when it cannot
   */
  static coerce(key: string, value: unknown): object | null {
    if (value === null) return null;
    throw new ArgumentError(`The attribute ${JSON.stringify(key)} has a mutable type that does not accept ${describeValue(value)}`);
  }

  /**
   * Makes the values of all columns that are mapped with a type tell of changes in place; gives the type.
   * @example static data = mappedColumn(MutableDict.asMutable(t.json<Settings>()));
   */
  static asMutable<V>(this: MutableClass, type: TypeEngine<V>): TypeEngine<V> {
    return makeMutable(this, type);
  }

  /** To be called after each change. */
  changed(): void {
    tellParents(this);
  }
}

/** Tells the objects that have a value that it was changed. */
export function tellParents(value: object): void {
  const known = parents.get(value);
  if (known === undefined) return;
  for (const [state, keys] of known) {
    for (const key of keys) {
      const current = state.values[key];
      // replaced in the meantime; when nothing is there any more the change would be lost, and that is an error
      if (current !== value && current !== undefined) keys.delete(key);
      else flagModified(state.obj, key);
    }
    if (keys.size === 0) known.delete(state);
  }
}

function adopt(state: InstanceState, key: string, value: object): void {
  let known = parents.get(value);
  if (known === undefined) parents.set(value, (known = new Map()));
  const keys = known.get(state);
  if (keys === undefined) known.set(state, new Set([key]));
  else keys.add(key);
}

function abandon(state: InstanceState, key: string, value: unknown): void {
  if (typeof value === "object" && value !== null) parents.get(value)?.get(state)?.delete(key);
}

/** Marks a type so that the attributes of its columns have values of a class. */
export function makeMutable<V>(mutable: MutableClass, type: TypeEngine<V>): TypeEngine<V> {
  if (typeof (type as Partial<TypeEngine<V>> | null)?.resultProcessor !== "function")
    throw new ArgumentError(`asMutable() takes a type: MutableDict.asMutable(t.json()); it was given ${describeValue(type)}`);
  (type as unknown as InstrumentingType)[INSTRUMENT] = (impl) => listenTo(mutable, impl);
  return type;
}

function listenTo(mutable: MutableClass, impl: AttributeImpl): void {
  const { key } = impl;
  const load = (state: InstanceState): void => {
    const value = state.values[key];
    if (value === undefined || value === null) return;
    const own = mutable.coerce(key, value);
    if (own === null) return;
    state.values[key] = own;
    adopt(state, key, own);
  };
  const refresh = (state: InstanceState, _context: unknown, keys: readonly string[] | null): void => {
    if (keys === null || keys.includes(key)) load(state);
  };
  const { dispatch } = impl.manager;
  dispatch.listen("load", load);
  dispatch.listen("refresh", refresh);
  dispatch.listen("refreshFlush", refresh);
  impl.dispatch.listen("set", (state, value, old) => {
    if (value === old || value === undefined) return value;
    const own = mutable.coerce(key, value);
    if (own !== null) adopt(state, key, own);
    if (own !== old) abandon(state, key, old);
    return own;
  });
}
