import { ArgumentError, InvalidRequestError } from "../errors.ts";
import { type EntityClass, instanceState } from "../orm/attributes/class-manager.ts";
import { CollectionImpl } from "../orm/attributes/collection-impl.ts";
import type { RelationshipProperty } from "../orm/relationship/relationship-property.ts";
import { type AssociationBacking } from "./association-backing.ts";
import { AssociationDict, replaceDict } from "./association-dict.ts";
import { associationList, replaceList } from "./association-list.ts";
import type { ProxyDefinition } from "./association-proxy.ts";
import { AssociationSet, replaceSet } from "./association-set.ts";

type Fields = Record<string, unknown>;
type Creator = (...args: readonly unknown[]) => object;

/** A proxied collection with what it works on. */
interface Proxied {
  readonly data: object;
  replace(values: unknown): void;
}

/** How an association proxy is read and set on objects. */
export class AssociationAccess {
  readonly #key: string;
  readonly #definition: ProxyDefinition;
  readonly #collections: WeakMap<object, Proxied> = new WeakMap();

  constructor(key: string, definition: ProxyDefinition) {
    this.#key = key;
    this.#definition = definition;
  }

  get(obj: object): unknown {
    const { target, attribute } = this.#definition;
    const related = (obj as Fields)[target];
    if (this.collectionImpl(obj) !== null) return this.proxied(obj).data;
    return related === null ? null : (related as Fields)[attribute];
  }

  set(obj: object, value: unknown): void {
    if (value === undefined) throw new ArgumentError(`${this.nameFor(obj)} was set to undefined, which is not a value; use null for NULL`);
    const { target, attribute, options } = this.#definition;
    const fields = obj as Fields;
    if (this.collectionImpl(obj) !== null) {
      this.proxied(obj).replace(value);
      return;
    }
    const related = fields[target];
    if (related === null) {
      if (value !== null || options.createOnNoneAssignment === true) fields[target] = this.create(obj, value);
      return;
    }
    (related as Fields)[attribute] = value;
    if (value === null && options.cascadeScalarDeletes === true) fields[target] = null;
  }

  /** What a collection of the relationship is made by; null for a relationship to one object. */
  private collectionImpl(obj: object): CollectionImpl | null {
    const impl = instanceState(obj).getImpl(this.#definition.target);
    if (impl.dynamic) {
      throw new InvalidRequestError(
        `${this.nameFor(obj)} cannot be read: ${impl.toString()} is never loaded. Its members can be selected, and the class's attribute makes conditions`,
      );
    }
    return impl instanceof CollectionImpl ? impl : null;
  }

  private nameFor(obj: object): string {
    return `${instanceState(obj).manager.name}.${this.#key}`;
  }

  private create(obj: object, value: unknown, key?: unknown): object {
    const { target, attribute, options } = this.#definition;
    if (value === undefined) throw new ArgumentError(`${this.nameFor(obj)} was given undefined, which is not a value; use null for NULL`);
    const impl = this.collectionImpl(obj);
    const isMap = impl?.factory.kind === "map";
    const creator = options.creator as Creator | undefined;
    if (creator !== undefined) return isMap ? creator(key, value) : creator(value);
    const property = instanceState(obj).mapper.getProperty(target) as RelationshipProperty;
    const made = property.mapper.class_ as EntityClass as unknown as new (init: Fields) => object;
    if (!isMap) return new made({ [attribute]: value });
    const keyedBy = impl!.factory.attribute;
    if (keyedBy === undefined)
      throw new ArgumentError(`${this.nameFor(obj)} is over a Map: give associationProxy() the option { creator: (key, value) => … }`);
    return new made({ [keyedBy]: key, [attribute]: value });
  }

  private proxied(obj: object): Proxied {
    let made = this.#collections.get(obj);
    if (made === undefined) this.#collections.set(obj, (made = this.makeProxied(obj)));
    return made;
  }

  private makeProxied(obj: object): Proxied {
    const { target, attribute } = this.#definition;
    const access = this;
    const backing: AssociationBacking<unknown> = {
      get collection(): unknown {
        return (obj as Fields)[target];
      },
      name: this.nameFor(obj),
      read: (member) => (member as Fields)[attribute],
      write: (member, value) => {
        (member as Fields)[attribute] = value;
      },
      create: (value, key) => access.create(obj, value, key),
    };
    switch (this.collectionImpl(obj)!.factory.kind) {
      case "list": {
        const list = associationList<unknown>(backing as AssociationBacking<object[]>);
        return { data: list, replace: (values) => replaceList(backing as AssociationBacking<object[]>, list, values) };
      }
      case "set": {
        const set = new AssociationSet<unknown>(backing as AssociationBacking<Set<object>>);
        return { data: set, replace: (values) => replaceSet(backing as AssociationBacking<Set<object>>, set, values) };
      }
      default: {
        const dict = new AssociationDict<unknown, unknown>(backing as AssociationBacking<Map<unknown, object>>);
        return { data: dict, replace: (values) => replaceDict(backing as AssociationBacking<Map<unknown, object>>, dict, values) };
      }
    }
  }
}
