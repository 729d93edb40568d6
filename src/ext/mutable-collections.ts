import type { TypeEngine } from "../sql/types/type-engine.ts";
import { makeMutable, Mutable, type MutableClass, tellParents } from "./mutable.ts";

/** The tracked values, each with the class that made it. */
const classes = new WeakMap<object, MutableClass>();

/** Whether a value was made by a class or by one that extends it. */
function isMadeBy(value: unknown, mutable: MutableClass): boolean {
  if (typeof value !== "object" || value === null) return false;
  for (let made: object | null = classes.get(value) ?? null; made !== null; made = Object.getPrototypeOf(made) as object | null)
    if (made === mutable) return true;
  return false;
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const proto = Object.getPrototypeOf(value) as unknown;
  return proto === Object.prototype || proto === null;
}

// ---------------------------------------------------------------- objects

/** Notices what is written into a plain object. */
class DictHandler implements ProxyHandler<Record<string, unknown>> {
  value!: object;

  set(target: Record<string, unknown>, key: string | symbol, value: unknown): boolean {
    return this.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
  }

  defineProperty(target: Record<string, unknown>, key: string | symbol, descriptor: PropertyDescriptor): boolean {
    const done = Reflect.defineProperty(target, key, descriptor);
    if (done) tellParents(this.value);
    return done;
  }

  deleteProperty(target: Record<string, unknown>, key: string | symbol): boolean {
    const there = Object.hasOwn(target, key);
    const done = Reflect.deleteProperty(target, key);
    if (there && done) tellParents(this.value);
    return done;
  }
}

/**
 * Plain objects that tell of changes in place: of properties that are written and deleted. What is within their values is not looked at.
 *
 * Whatever is set becomes a tracked copy. It is a Proxy of a plain object, and reads, spreads and prints as one.
 * @see https://docs.sqlalchemy.org/en/21/orm/extensions/mutable.html#sqlalchemy.ext.mutable.MutableDict
 * @example
 * static settings = mappedColumn(MutableDict.asMutable(t.json<Record<string, string>>()));
 * user.settings.theme = "dark"; // is written by the next flush
 */
export abstract class MutableDict extends Mutable {
  static override coerce(key: string, value: unknown): object | null {
    if (isMadeBy(value, this)) return value as object;
    if (!isPlainObject(value)) return super.coerce(key, value);
    const handler = new DictHandler();
    handler.value = new Proxy({ ...value }, handler);
    classes.set(handler.value, this);
    return handler.value;
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return isMadeBy(value, this as unknown as MutableClass);
  }
}

// ---------------------------------------------------------------- arrays

/** What stands behind a tracked array. */
const arrays = new WeakMap<object, unknown[]>();

type ArrayMethod = (this: unknown[], ...args: unknown[]) => unknown;

/** The methods that change arrays: they work on the array itself, and tell of the change once. */
const changing: ReadonlyMap<PropertyKey, ArrayMethod> = new Map(
  (["push", "pop", "shift", "unshift", "splice", "sort", "reverse", "fill", "copyWithin"] as const).map((name) => {
    const method = Array.prototype[name] as ArrayMethod;
    const tracked: ArrayMethod = function (...args) {
      const array = arrays.get(this);
      if (array === undefined) return method.apply(this, args);
      const result = method.apply(array, args);
      tellParents(this);
      return result === array ? this : result;
    };
    return [name, tracked] as const;
  }),
);

/** Notices what is written into an array. */
class ListHandler implements ProxyHandler<unknown[]> {
  value!: object;

  get(target: unknown[], key: string | symbol): unknown {
    return changing.get(key) ?? (target as unknown as Record<PropertyKey, unknown>)[key];
  }

  set(target: unknown[], key: string | symbol, value: unknown): boolean {
    const done = Reflect.set(target, key, value);
    if (done) tellParents(this.value);
    return done;
  }

  defineProperty(target: unknown[], key: string | symbol, descriptor: PropertyDescriptor): boolean {
    const done = Reflect.defineProperty(target, key, descriptor);
    if (done) tellParents(this.value);
    return done;
  }

  deleteProperty(target: unknown[], key: string | symbol): boolean {
    const done = Reflect.deleteProperty(target, key);
    if (done) tellParents(this.value);
    return done;
  }
}

/**
 * Arrays that tell of changes in place: by their methods, by assignment to an index and to `length`. What is within their elements is
 * not looked at.
 * @see https://docs.sqlalchemy.org/en/21/orm/extensions/mutable.html#sqlalchemy.ext.mutable.MutableList
 * @example
 * static tags = mappedColumn(MutableList.asMutable(t.json<string[]>()));
 * post.tags.push("sql"); // is written by the next flush
 */
export abstract class MutableList extends Mutable {
  static override coerce(key: string, value: unknown): object | null {
    if (isMadeBy(value, this)) return value as object;
    if (!Array.isArray(value)) return super.coerce(key, value);
    const array = Array.from(value as unknown[]);
    const handler = new ListHandler();
    handler.value = new Proxy(array, handler);
    classes.set(handler.value, this);
    arrays.set(handler.value, array);
    return handler.value;
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return isMadeBy(value, this as unknown as MutableClass);
  }
}

// ---------------------------------------------------------------- sets

/**
 * Sets that tell of changes in place, for types whose values are Sets.
 * @see https://docs.sqlalchemy.org/en/21/orm/extensions/mutable.html#sqlalchemy.ext.mutable.MutableSet
 */
export class MutableSet<T = unknown> extends Set<T> {
  /** What set operations give is a plain set. */
  static override get [Symbol.species](): SetConstructor {
    return Set;
  }

  /** Makes a tracked set of a Set. */
  static coerce(key: string, value: unknown): object | null {
    if (value instanceof this) return value;
    if (!(value instanceof Set)) return Mutable.coerce(key, value);
    const made = new this();
    for (const member of value) add.call(made, member);
    return made;
  }

  /** As {@link Mutable.asMutable}. */
  static asMutable<V>(this: MutableClass, type: TypeEngine<V>): TypeEngine<V> {
    return makeMutable(this, type);
  }

  override add(value: T): this {
    if (!this.has(value)) {
      super.add(value);
      tellParents(this);
    }
    return this;
  }

  override delete(value: T): boolean {
    const done = super.delete(value);
    if (done) tellParents(this);
    return done;
  }

  override clear(): void {
    if (this.size === 0) return;
    super.clear();
    tellParents(this);
  }
}

const { add } = Set.prototype as Set<unknown>;
