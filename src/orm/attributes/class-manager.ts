import { canGenerateCode, compileFunction, quoteKey } from "../../util/codegen.ts";
import { InvalidRequestError, UnmappedInstanceError } from "../../errors.ts";
import type { Mapper } from "../mapping/mapper.ts";
import { InstanceState, STATE, type Stateful, type Values } from "../state/instance-state.ts";
import { ADAPTER, MANAGER } from "./symbols.ts";
import type { AttributeImpl } from "./attribute-impl.ts";
import type { CollectionAdapter } from "./collection-adapter.ts";

/** A class, seen as something that has instances. */
export type EntityClass = abstract new (...args: never[]) => object;

type InstanceListener = (state: InstanceState, ...args: never[]) => void;

/** The listeners of a class's objects; null while there are none. */
export class InstanceDispatch {
  init: ((state: InstanceState, args: readonly unknown[], kwargs: object) => void)[] | null = null;
  initFailure: ((state: InstanceState, args: readonly unknown[], kwargs: object) => void)[] | null = null;
  firstInit: ((manager: ClassManager) => void)[] | null = null;
  load: ((state: InstanceState, context: unknown) => void)[] | null = null;
  refresh: ((state: InstanceState, context: unknown, keys: readonly string[] | null) => void)[] | null = null;
  refreshFlush: ((state: InstanceState, context: unknown, keys: readonly string[] | null) => void)[] | null = null;
  expire: ((state: InstanceState, keys: readonly string[] | null) => void)[] | null = null;

  listen(name: keyof InstanceDispatch & string, fn: InstanceListener | ((manager: ClassManager) => void)): void {
    const lists = this as unknown as Record<string, unknown[] | null>;
    lists[name] = [...(lists[name] ?? []), fn];
  }

  unlisten(name: string, fn: unknown): void {
    const lists = this as unknown as Record<string, unknown[] | null>;
    const left = (lists[name] ?? []).filter((other) => other !== fn);
    lists[name] = left.length > 0 ? left : null;
  }
}

/** A stretch of code that makes an object without running a constructor, with its state and empty values. */
type Allocate = (manager: ClassManager) => InstanceState;

/**
 * What belongs to one mapped class: its attributes, and how its objects are made.
 * @see https://docs.sqlalchemy.org/en/21/orm/internals.html#sqlalchemy.orm.ClassManager
 */
export class ClassManager {
  readonly class_: EntityClass;
  /** the name that messages use: the class may have a mapped attribute called `name` */
  readonly name: string;
  /** set when the mapper is made */
  mapper!: Mapper;
  /** objects can be made: relationships are resolved @internal */
  ready = false;
  /** an object was looked at for fields that hide attributes @internal */
  fieldsChecked = false;
  readonly dispatch: InstanceDispatch = new InstanceDispatch();
  /** the attributes by name, in the order of the values */
  readonly impls: Map<string, AttributeImpl> = new Map();
  #keys: readonly string[] | null = null;
  #collectionKeys: readonly string[] | null = null;
  #scalarLoaderKeys: readonly string[] | null = null;
  #newValues: (() => Values) | null = null;
  #allocate: Allocate | null = null;

  constructor(class_: EntityClass, name: string) {
    this.class_ = class_;
    this.name = name;
  }

  /** Adds an attribute; what was derived from the list is made anew. */
  addImpl(impl: AttributeImpl): void {
    this.impls.set(impl.key, impl);
    this.#keys = this.#collectionKeys = this.#scalarLoaderKeys = null;
    this.#newValues = null;
    this.#allocate = null;
  }

  /** @throws InvalidRequestError when the class has no such attribute */
  getImpl(key: string): AttributeImpl {
    const impl = this.impls.get(key);
    if (impl === undefined) {
      throw new InvalidRequestError(`${this.name} has no mapped attribute ${JSON.stringify(key)}; it has ${this.keys.join(", ")}`);
    }
    return impl;
  }

  /** The names of the attributes. */
  get keys(): readonly string[] {
    return (this.#keys ??= [...this.impls.keys()]);
  }

  get collectionKeys(): readonly string[] {
    return (this.#collectionKeys ??= this.keys.filter((key) => this.impls.get(key)!.collection));
  }

  /** The attributes that are loaded together when the object is expired. */
  get scalarLoaderKeys(): readonly string[] {
    return (this.#scalarLoaderKeys ??= this.keys.filter((key) => this.impls.get(key)!.acceptsScalarLoader));
  }

  /** An object with a slot for each attribute, all `undefined`: its shape never changes. */
  newValues(): Values {
    return (this.#newValues ??= makeValues(this))();
  }

  /** A new object, made without running a constructor, with its state: for loading. */
  newInstance(): InstanceState {
    return (this.#allocate ??= makeAllocator(this))(this);
  }

  /** Gives an object that a constructor has made its state. */
  setupInstance(obj: object): InstanceState {
    const state = new InstanceState(obj, this, this.newValues());
    (obj as Stateful)[STATE] = state;
    return state;
  }

  adapterOf(collection: object): CollectionAdapter | undefined {
    return (collection as { [ADAPTER]?: CollectionAdapter })[ADAPTER];
  }

  /** "<Film at id 5>": how messages name an object. */
  describe(state: InstanceState): string {
    if (state.key !== null) return `<${this.name} ${state.key.identity.map(String).join(", ")}>`;
    return `<${this.name} (${state.pending ? "pending" : "transient"})>`;
  }
}

function makeValues(manager: ClassManager): () => Values {
  const keys = manager.keys;
  if (canGenerateCode()) {
    const fields = keys.map((key) => `this[${quoteKey(key)}] = undefined;`).join("\n");
    // `__proto__` as an attribute's name must be a slot like any other
    const body = `function Values() {\n${fields}\n}\nValues.prototype = Object.create(null);\nreturn () => new Values();`;
    if (!keys.includes("__proto__")) return compileFunction<() => () => Values>(`values/${manager.name}`, [], body, {})();
  }
  return () => {
    const values = Object.create(null) as Values;
    for (const key of keys) values[key] = undefined;
    return values;
  };
}

function makeAllocator(manager: ClassManager): Allocate {
  // a function whose prototype is the class's own: `new` on it is much faster than Object.create, and no constructor runs
  function Entity(this: Stateful, state: InstanceState | undefined): void {
    this[STATE] = state!;
  }
  Entity.prototype = (manager.class_ as { prototype: object }).prototype;
  const make = Entity as unknown as new (state: InstanceState | undefined) => Stateful;
  return (self) => {
    const obj = new make(undefined);
    const state = new InstanceState(obj, self, self.newValues());
    obj[STATE] = state;
    return state;
  };
}

/** The manager of a mapped class, undefined for every other value. Does not scan classes that are not mapped yet. */
export function ownManager(class_: object): ClassManager | undefined {
  return Object.hasOwn(class_, MANAGER) ? (class_ as { [MANAGER]: ClassManager })[MANAGER] : undefined;
}

/**
 * The state of an object of a mapped class.
 * @throws UnmappedInstanceError for every other value
 */
export function instanceState(obj: unknown): InstanceState {
  const state = typeof obj === "object" && obj !== null ? (obj as Partial<Stateful>)[STATE] : undefined;
  if (state === undefined) throw new UnmappedInstanceError(`${describeValue(obj)} is not an object of a mapped class`);
  if (!state.manager.fieldsChecked) checkFields(state);
  return state;
}

/**
 * An instance field of the same name would hide a mapped attribute: every object has it as a property of its own. It cannot be seen on
 * the class, so the first object that the ORM is given is looked at.
 */
function checkFields(state: InstanceState): void {
  const { manager } = state;
  for (const key of manager.keys) {
    if (!Object.hasOwn(state.obj, key)) continue;
    throw new InvalidRequestError(
      `${manager.name} has an instance field ${JSON.stringify(key)}, which hides the mapped attribute of that name; take the field out of the class ` +
        "(the attribute has its type from the static), or give a default by mappedColumn(…, { default })",
    );
  }
  manager.fieldsChecked = true;
}

/** The state of an object, or undefined when its class is not mapped. */
export function findState(obj: unknown): InstanceState | undefined {
  return typeof obj === "object" && obj !== null ? (obj as Partial<Stateful>)[STATE] : undefined;
}

/** A value as messages show it: short, and by class for objects. */
export function describeValue(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (typeof value === "function") {
    const name: unknown = ownManager(value)?.name ?? value.name;
    return typeof name === "string" && name !== "" ? name : "a function";
  }
  if (typeof value !== "object" || value === null) return String(value);
  if (Array.isArray(value)) return "an array";
  const state = (value as Partial<Stateful>)[STATE];
  if (state !== undefined) return state.toString();
  const made = (value as { constructor?: { name?: unknown } }).constructor;
  return typeof made?.name === "string" && made.name !== "Object" ? `an object of ${made.name}` : "a plain object";
}
