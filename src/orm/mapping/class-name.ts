import type { EntityClass } from "../attributes/class-manager.ts";

/**
 * A mapped attribute may be called `name`, and then `Film.name` is that attribute. Everything that wants to know what an object is
 * (loggers, test libraries) asks for `object.constructor.name`, which stays the name of the class: for such classes `constructor` is
 * the class in every respect but this one.
 */
export function keepConstructorName(class_: EntityClass, name: string): void {
  if (typeof (class_ as { name: unknown }).name === "string") return;
  const { prototype } = class_ as { prototype: object };
  const constructor = new Proxy(class_, {
    get: (target, key): unknown => (key === "name" ? name : Reflect.get(target, key)),
    getOwnPropertyDescriptor: (target, key) => {
      const descriptor = Reflect.getOwnPropertyDescriptor(target, key);
      return key === "name" && descriptor?.configurable === true
        ? { value: name, configurable: true, enumerable: false, writable: false }
        : descriptor;
    },
  });
  Object.defineProperty(prototype, "constructor", { value: constructor, configurable: true, writable: true, enumerable: false });
}
