import { ArgumentError } from "../../errors.ts";
import { describeValue } from "./class-manager.ts";
import type { RawCollection } from "./collection-adapter.ts";
import { InstrumentedList, ListCollection } from "./instrumented-list.ts";
import { InstrumentedSet, SetCollection } from "./instrumented-set.ts";
import { DictCollection, type KeyFunction, KeyFuncDict } from "./keyed-dict.ts";

/** For the type checker only: the key of a Map of members. */
export declare const KEYED: unique symbol;

/** For the type checker only: an array that numbers its members. */
export declare const ORDERED: unique symbol;

/** A kind of collection: made by `attributeKeyedDict()` and the like, or by the program. */
export interface CollectionFactory<K = unknown> {
  readonly kind: "list" | "set" | "map";
  /** Makes an empty collection. */
  make(): RawCollection;
  /** the attribute by which a Map has its members, where it is one */
  readonly attribute?: string;
  readonly [KEYED]?: K;
  readonly [ORDERED]?: true;
}

/** What `collectionClass` takes. */
export type CollectionClass = ArrayConstructor | SetConstructor | CollectionFactory | typeof InstrumentedList | typeof InstrumentedSet;

const LIST: CollectionFactory = { kind: "list", make: () => new ListCollection() };
const SET: CollectionFactory = { kind: "set", make: () => new SetCollection(new InstrumentedSet()) };

/**
 * Members in a Map, by one of their attributes.
 * @example
 * static notes = relationship(() => [Note], { collectionClass: attributeKeyedDict("keyword") });
 * item.notes.get("a")?.text;
 * @see https://docs.sqlalchemy.org/en/21/orm/collection_api.html#sqlalchemy.orm.attribute_keyed_dict
 */
export function attributeKeyedDict<K = string>(attribute: string): CollectionFactory<NoInfer<K>> {
  return { ...keyfuncMapping<K>((member) => (member as Record<string, unknown>)[attribute] as K), attribute };
}

/**
 * Members in a Map, by what a function gives for each.
 * @see https://docs.sqlalchemy.org/en/21/orm/collection_api.html#sqlalchemy.orm.keyfunc_mapping
 */
export function keyfuncMapping<K>(key: (member: object) => K): CollectionFactory<K> {
  return {
    kind: "map",
    make: () => {
      const dict = new KeyFuncDict();
      (dict as { _keyFunction: KeyFunction })._keyFunction = key;
      Object.defineProperty(dict, "_keyFunction", { enumerable: false });
      return new DictCollection(dict, key);
    },
  };
}

/** The factory that `collectionClass` names. */
export function collectionFactory(given: CollectionClass | null, where: () => string): CollectionFactory {
  if (given === null || given === Array) return LIST;
  if (given === Set) return SET;
  if (typeof given === "function") {
    if (given.prototype instanceof InstrumentedList) {
      const prototype = given.prototype as object;
      return { kind: "list", make: () => new ListCollection(prototype) };
    }
    if (given.prototype instanceof InstrumentedSet) {
      const set = given as unknown as new () => InstrumentedSet;
      return { kind: "set", make: () => new SetCollection(new set()) };
    }
  } else if (typeof given === "object" && typeof given.make === "function") return given;
  throw new ArgumentError(
    `${where()}: collectionClass must be Array, Set, or a factory such as attributeKeyedDict("name"); it is ${describeValue(given)}`,
  );
}
