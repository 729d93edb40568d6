import { ArgumentError, InvalidRequestError } from "../../errors.ts";
import { type ClassManager, type EntityClass, ownManager } from "../attributes/class-manager.ts";
import { MANAGER } from "../attributes/symbols.ts";
import { ensureScanned } from "./pending-classes.ts";

/** The error of using a class that was never mapped. */
export function unmappedClass(class_: EntityClass): InvalidRequestError {
  const above = (class_ as { [MANAGER]?: ClassManager })[MANAGER];
  return new InvalidRequestError(
    `${class_.name} is not mapped: it needs \`static table = this.mapTo("…")\`` +
      (above === undefined ? "" : `, or \`static table = this.mapSingle({ … })\`, since it extends ${above.name}`),
  );
}

/** The manager of a class whose objects are made; the class and all that belongs to it are configured. */
function managerFor(class_: EntityClass): ClassManager {
  const manager = (class_ as { [MANAGER]?: ClassManager })[MANAGER];
  if (manager !== undefined && manager.class_ === class_ && manager.ready) return manager;
  ensureScanned(class_);
  const found = ownManager(class_);
  if (found === undefined) throw unmappedClass(class_);
  found.mapper.registry.configure();
  found.ready = true;
  return found;
}

/** What the constructor of mapped classes does: the object gets its state, and the attributes that are given. */
export function initInstance(obj: object, class_: EntityClass, init: object | undefined): void {
  const manager = managerFor(class_);
  const state = manager.setupInstance(obj);
  const listeners = manager.dispatch.init;
  const values = (init ?? {}) as Record<string, unknown>;
  if (listeners !== null) for (const fn of listeners) fn(state, [], values);
  manager.mapper._setPolymorphicIdentity(state);
  if (init === undefined) return;
  if (typeof init !== "object" || init === null)
    throw new ArgumentError(`new ${manager.name}() takes an object with the attributes: new ${manager.name}({ … })`);
  const { impls } = manager;
  try {
    for (const key of Object.keys(values)) {
      const value = values[key];
      const impl = impls.get(key);
      if (impl === undefined) setOther(obj, manager, key, value);
      else if (value === undefined)
        throw new ArgumentError(`new ${manager.name}(): ${key} is undefined, which is not a value; leave it out, or use null for NULL`);
      else impl.set(state, value, null);
    }
  } catch (error) {
    manager.dispatch.initFailure?.forEach((fn) => fn(state, [], values));
    throw error;
  }
}

/** A key that is no mapped attribute: a setter of the class (synonyms, composites, hybrids, the program's own), or a mistake. */
function setOther(obj: object, manager: ClassManager, key: string, value: unknown): void {
  for (
    let proto = Object.getPrototypeOf(obj) as object | null;
    proto !== null && proto !== Object.prototype;
    proto = Object.getPrototypeOf(proto) as object | null
  ) {
    const descriptor = Object.getOwnPropertyDescriptor(proto, key);
    if (descriptor === undefined) continue;
    if (descriptor.set === undefined) break;
    if (value === undefined)
      throw new ArgumentError(`new ${manager.name}(): ${key} is undefined, which is not a value; leave it out, or use null`);
    (obj as Record<string, unknown>)[key] = value;
    return;
  }
  throw new ArgumentError(
    `new ${manager.name}() was given ${JSON.stringify(key)}, which is no attribute of ${manager.name}; it has ${manager.keys.join(", ")}`,
  );
}
