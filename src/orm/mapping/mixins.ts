import { type Declaration, isDeclaration } from "./scan.ts";

/** The classes that `Base.with(…)` and `extend(…)` make, with the names of what they hand on to the classes that extend them. */
const handedOn = new WeakMap<object, readonly string[]>();

/** What each of these classes was given. */
const mixedIn = new WeakMap<object, Set<object>>();

/** Whether a class that `Base.with(…)` made hands on what a mixin declares. */
export function hasMixin(class_: object, mixin: object): boolean {
  return mixedIn.get(class_)?.has(mixin) === true;
}

/** Built-in properties of functions: no declarations of the program. */
const BUILT_IN: ReadonlySet<string> = new Set(["length", "prototype", "arguments", "caller"]);

/**
 * Makes `target` hand on the declarations of `source`: each class that extends it has its own copy, made when it is first asked for.
 * Everything else that is static, and the methods, are the same for all.
 */
export function handOn(target: object, source: object): void {
  const names: string[] = [];
  const mixins = mixedIn.get(target) ?? new Set<object>();
  mixedIn.set(target, mixins);
  for (
    let from: object | null = source;
    from !== null && from !== Function.prototype;
    from = Object.getPrototypeOf(from) as object | null
  ) {
    mixins.add(from);
    for (const key of Object.getOwnPropertyNames(from)) {
      if (BUILT_IN.has(key) || names.includes(key)) continue;
      const descriptor = Object.getOwnPropertyDescriptor(from, key)!;
      if (isDeclaration(descriptor.value)) {
        names.push(key);
        Object.defineProperty(target, key, ownCopy(target, key, descriptor.value));
      } else if (key !== "name" && !Object.hasOwn(target, key)) {
        Object.defineProperty(target, key, descriptor);
      }
    }
  }
  handedOn.set(target, [...(handedOn.get(target) ?? []), ...names]);
  copyMethods((target as { prototype: object }).prototype, (source as { prototype: object }).prototype);
}

/** Makes `target` hand on what `source` declares, and nothing else: for a mapped class whose subclasses have columns of their own. */
export function handOnDeclared(target: object, source: object): void {
  const names: string[] = [];
  for (const key of [...Object.getOwnPropertyNames(source), ...(handedOn.get(Object.getPrototypeOf(source) as object) ?? [])]) {
    if (key === "length" || names.includes(key)) continue;
    const value = (source as Record<string, unknown>)[key];
    if (!isDeclaration(value)) continue;
    names.push(key);
    Object.defineProperty(target, key, ownCopy(target, key, value));
  }
  handedOn.set(target, names);
}

function ownCopy(holder: object, key: string, declaration: Declaration): PropertyDescriptor {
  return {
    configurable: true,
    get(this: object): unknown {
      if (this === holder) return declaration;
      const value = declaration._copyDeclaration === undefined ? declaration : declaration._copyDeclaration();
      Object.defineProperty(this, key, { value, configurable: true, writable: true, enumerable: true });
      return value;
    },
    // for classes that are compiled so that static fields are assigned rather than defined
    set(this: object, value: unknown): void {
      Object.defineProperty(this, key, { value, configurable: true, writable: true, enumerable: true });
    },
  };
}

function copyMethods(target: object, source: object): void {
  for (let from: object | null = source; from !== null && from !== Object.prototype; from = Object.getPrototypeOf(from) as object | null) {
    for (const key of Reflect.ownKeys(from)) {
      if (key !== "constructor" && !Object.hasOwn(target, key))
        Object.defineProperty(target, key, Object.getOwnPropertyDescriptor(from, key)!);
    }
  }
}

/** What the classes between this one and the next mapped one hand on to it; what is above a mapped one has come to that already. */
export function mixinKeys(class_: object, isMapped: (above: object) => boolean): string[] {
  const names: string[] = [];
  for (
    let from = Object.getPrototypeOf(class_) as object | null;
    from !== null && !isMapped(from);
    from = Object.getPrototypeOf(from) as object | null
  ) {
    const keys = handedOn.get(from);
    if (keys !== undefined) for (const key of keys) if (!names.includes(key)) names.push(key);
  }
  return names;
}
