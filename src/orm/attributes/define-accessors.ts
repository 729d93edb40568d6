import { canGenerateCode, compileFunction, quoteKey } from "../../util/codegen.ts";
import { type InstanceState, STATE, type Stateful } from "../state/instance-state.ts";
import { missing } from "./missing.ts";
import { setAttribute } from "./set-attribute.ts";

type Define = (prototype: object) => void;

/**
 * Defines an attribute on the prototype of a class: reading gives the value from the object's state, setting goes through the
 * attribute's implementation.
 */
export function defineAccessor(prototype: object, className: string, key: string): void {
  const define = canGenerateCode() ? generatedAccessor(className, key) : interpretedAccessor(key);
  define(prototype);
}

/** A getter of its own per attribute keeps each property read monomorphic. */
function generatedAccessor(className: string, key: string): Define {
  const name = quoteKey(key);
  const body = `Object.defineProperty(prototype, ${name}, {
  configurable: true,
  enumerable: true,
  get() { const v = this[STATE].values[${name}]; return v !== undefined ? v : missing(this, ${name}); },
  set(value) { set(this[STATE], ${name}, value); },
});`;
  return compileFunction<Define>(`accessor/${className}.${key}`, ["prototype"], body, { STATE, missing, set: setAttribute });
}

/** The interpreted twin of {@link generatedAccessor}. */
export function interpretedAccessor(key: string): Define {
  return (prototype) => {
    Object.defineProperty(prototype, key, {
      configurable: true,
      enumerable: true,
      get(this: Stateful): unknown {
        const value = this[STATE].values[key];
        return value !== undefined ? value : missing(this, key);
      },
      set(this: Stateful, value: unknown): void {
        setAttribute(this[STATE] as InstanceState, key, value);
      },
    });
  };
}
