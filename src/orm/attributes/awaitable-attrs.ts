import { requestAttribute } from "../late.ts";
import type { InstanceState } from "../state/instance-state.ts";
import type { ClassManager } from "./class-manager.ts";
import { type Lacking, lackingOf } from "./missing.ts";

/** An object with a getter per attribute, whose values are promises. */
type AwaitableClass = new (state: InstanceState) => object;

const classes = new WeakMap<ClassManager, { size: number; type: AwaitableClass }>();

/** What `film.awaitableAttrs` is: a getter per mapped attribute that gives its value, loading it when it is not loaded. */
export function awaitableAttrs(state: InstanceState): object {
  const { manager } = state;
  let made = classes.get(manager);
  const { mapper } = manager;
  // what is read from other attributes: hybrids and the like, and composites
  const descriptors = mapper._memo("what is read from other attributes", () => [
    ...mapper._descriptorKeys,
    ...mapper.composites.map(({ key }) => key),
  ]);
  const size = manager.impls.size + descriptors.length;
  if (made === undefined || made.size !== size) {
    made = { size, type: makeClass(manager, descriptors) };
    classes.set(manager, made);
  }
  return new made.type(state);
}

function makeClass(manager: ClassManager, descriptors: readonly string[]): AwaitableClass {
  class AwaitableAttrs {
    readonly #state: InstanceState;
    constructor(state: InstanceState) {
      this.#state = state;
    }
    static get(self: AwaitableAttrs, key: string): Promise<unknown> {
      const state = self.#state;
      return state.manager.impls.has(key) ? loaded(state, key) : readable(state, key);
    }
  }
  for (const key of [...descriptors, ...manager.keys]) {
    Object.defineProperty(AwaitableAttrs.prototype, key, {
      enumerable: true,
      configurable: true,
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
  const impl = state.manager.getImpl(key);
  if (impl.dynamic || (state.key === null && impl.isKnown(state))) return Promise.resolve(impl.defaultValue(state));
  return requestAttribute.call(state, key);
}

/** The value of a hybrid or the like, once what it reads is loaded. */
async function readable(state: InstanceState, key: string): Promise<unknown> {
  const value = await loadingWhatLacks(() => (state.obj as Record<string, unknown>)[key]);
  await state.mapper._descriptor(key)?._load?.(state.obj);
  return value;
}

/** Reads, and reads again whenever an attribute that was not loaded is. */
async function loadingWhatLacks(read: () => unknown): Promise<unknown> {
  let last: Lacking | undefined;
  for (;;) {
    try {
      return read();
    } catch (error) {
      const lacking = lackingOf(error);
      // what was loaded and is not there all the same will not come by loading
      if (lacking === undefined || (lacking.state === last?.state && lacking.key === last.key)) throw error;
      last = lacking;
      await requestAttribute.call(lacking.state, lacking.key);
    }
  }
}
