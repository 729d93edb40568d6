import { requestAttribute } from "../late.ts";
import type { InstanceState } from "../state/instance-state.ts";
import type { ClassManager } from "./class-manager.ts";

/** An object with a getter per attribute, whose values are promises. */
type AwaitableClass = new (state: InstanceState) => object;

const classes = new WeakMap<ClassManager, { size: number; type: AwaitableClass }>();

/** What `film.awaitableAttrs` is: a getter per mapped attribute that gives its value, loading it when it is not loaded. */
export function awaitableAttrs(state: InstanceState): object {
  const { manager } = state;
  let made = classes.get(manager);
  if (made === undefined || made.size !== manager.impls.size) {
    made = { size: manager.impls.size, type: makeClass(manager) };
    classes.set(manager, made);
  }
  return new made.type(state);
}

function makeClass(manager: ClassManager): AwaitableClass {
  class AwaitableAttrs {
    readonly #state: InstanceState;
    constructor(state: InstanceState) {
      this.#state = state;
    }
    static get(self: AwaitableAttrs, key: string): Promise<unknown> {
      return loaded(self.#state, key);
    }
  }
  for (const key of manager.keys) {
    Object.defineProperty(AwaitableAttrs.prototype, key, {
      enumerable: true,
      get(this: AwaitableAttrs): Promise<unknown> {
        return AwaitableAttrs.get(this, key);
      },
    });
  }
  return AwaitableAttrs;
}

function loaded(state: InstanceState, key: string): Promise<unknown> {
  const value = state.values[key];
  if (value !== undefined) return Promise.resolve(value);
  // what is not in the database cannot be loaded; of what is, the database knows better than any assumption
  if (state.key === null) return Promise.resolve(state.manager.getImpl(key).defaultValue(state));
  return requestAttribute.call(state, key);
}
