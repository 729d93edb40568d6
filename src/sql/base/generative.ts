import { canGenerateCode, compileFunction, quoteKey } from "../../util/codegen.ts";

type Copier = new (source: object) => object;

/** What elements have on their prototype until they get their own. */
const LATE_FIELDS = ["_annotations", "_annotatedFrom", "_isCloneOf", "_propagateAttrs"];

/** The key of a statement, which a copy does not share: it is copied to be changed. */
const KEPT = "_keptKey";

/** What copies the objects of a class, on its prototype: the look-up that costs least. */
const COPIER = Symbol("copier");

interface Copied {
  [COPIER]?: { readonly proto: object; readonly copy: Copier | null };
}

/**
 * A new object of a class, as a copy of one that has nothing in it yet. The fields of a class that many others extend are slow to
 * initialise (each of those classes has its own layout, of which V8 remembers only a few); a copy knows the layout of its class.
 */
export class Blank<O extends object> {
  readonly #make: () => O;
  #blank: O | null = null;

  /** @param make - makes the object that is copied */
  constructor(make: () => O) {
    this.#make = make;
  }

  copy(): O {
    return shallowCopy((this.#blank ??= this.#make()));
  }
}

/**
 * Copies an object without running its constructor or its field initialisers: own properties are copied, the prototype is shared.
 * Classes that are copied like this must not have `#private` members. A class with many fields says `static fixedFields = true` when
 * its instances have all their fields from the start: the copy is then made by a constructor that knows them, which is many times faster.
 */
export function shallowCopy<O extends object>(source: O): O {
  const proto = Object.getPrototypeOf(source) as object;
  let known = (source as Copied)[COPIER];
  // a class has its own, never that of the class it extends
  if (known === undefined || known.proto !== proto) {
    known = { proto, copy: copierOf(source, proto) };
    Object.defineProperty(proto, COPIER, { value: known, configurable: true, writable: true });
  }
  if (known.copy !== null) return new known.copy(source) as O;
  const copy = Object.assign(Object.create(proto) as O, source) as O & { [KEPT]?: unknown };
  if (copy[KEPT] != null) copy[KEPT] = null;
  return copy;
}

function copierOf(source: object, proto: object): Copier | null {
  const type = proto.constructor as { readonly fixedFields?: boolean; readonly name: string };
  if (type.fixedFields !== true || !canGenerateCode()) return null;
  const fields = [...new Set([...Object.keys(source), ...LATE_FIELDS])];
  const body = fields
    .map((field) => (field === KEPT ? `this[${quoteKey(KEPT)}] = null;` : `this[${quoteKey(field)}] = source[${quoteKey(field)}];`))
    .join("\n");
  const made = compileFunction<Copier>(`copy/${type.name}`, ["source"], body, {});
  (made as { prototype: object }).prototype = proto;
  return made;
}
