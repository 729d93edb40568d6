import type { InspectedEntity } from "../mapping/inspected-entity.ts";
import type { MapperProperty } from "../mapping/mapper-property.ts";

/** A step of a path: an entity (mapper or alias), a property, or "*". */
export type PathElement = InspectedEntity | MapperProperty | string;

/**
 * A way along relationships: entity, property, entity, property, … Loader options and loads name what they are about by it.
 * Paths are interned: the same way is the same object, so paths can be compared by identity and used as keys of a Map.
 */
export class PathRegistry {
  static readonly root: PathRegistry = new PathRegistry(null, "");

  readonly parent: PathRegistry | null;
  readonly element: PathElement;
  readonly length: number;
  #children: WeakMap<object, PathRegistry> | null = null;
  #tokens: Map<string, PathRegistry> | null = null;

  constructor(parent: PathRegistry | null, element: PathElement) {
    this.parent = parent;
    this.element = element;
    this.length = parent === null ? 0 : parent.length + 1;
  }

  get isRoot(): boolean {
    return this.parent === null;
  }

  /** The path that goes on with this element. */
  at(element: PathElement): PathRegistry {
    if (typeof element === "string") {
      const tokens = (this.#tokens ??= new Map());
      let next = tokens.get(element);
      if (next === undefined) tokens.set(element, (next = new PathRegistry(this, element)));
      return next;
    }
    const children = (this.#children ??= new WeakMap());
    let next = children.get(element);
    if (next === undefined) children.set(element, (next = new PathRegistry(this, element)));
    return next;
  }

  /** The elements from the root on. */
  get path(): readonly PathElement[] {
    const path: PathElement[] = [];
    for (let node: PathRegistry = this; node.parent !== null; node = node.parent) path.push(node.element);
    return path.reverse();
  }

  /** Goes on with all the elements of another path. */
  concat(other: PathRegistry): PathRegistry {
    let node: PathRegistry = this;
    for (const element of other.path) node = node.at(element);
    return node;
  }

  /** "User.orders -> Order.items" */
  toString(): string {
    const path = this.path;
    const parts: string[] = [];
    for (let i = 0; i < path.length; i += 2) {
      const property = path[i + 1];
      parts.push(property === undefined ? describe(path[i]!) : `${describe(path[i]!)}.${describe(property)}`);
    }
    return parts.join(" -> ");
  }
}

function describe(element: PathElement): string {
  if (typeof element === "string") return element;
  if ("key" in element) return element.key;
  return element.toString();
}
