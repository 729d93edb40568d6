import { awaitableAttrs } from "../attributes/awaitable-attrs.ts";
import { instanceState } from "../attributes/class-manager.ts";
import { hiddenAttributes } from "./hidden-attributes.ts";
import { type InstanceState, STATE, type Stateful } from "../state/instance-state.ts";

const INSPECT = Symbol.for("nodejs.util.inspect.custom");

/** The objects that are being written out: one that is met again is a cycle. */
const open = new Set<object>();

/** The loaded attributes of an object but for the hidden ones; related objects as well, but for those that are being written already. */
function toJson(this: Stateful): Record<string, unknown> {
  const state = this[STATE];
  const result: Record<string, unknown> = {};
  if (open.has(this)) return result;
  const hidden = hiddenAttributes(state.mapper);
  open.add(this);
  try {
    for (const key of state.manager.keys) {
      const value = state.values[key];
      if (value === undefined || hidden.has(key)) continue;
      if (isEntity(value)) {
        if (!open.has(value)) result[key] = toJson.call(value);
      } else if (state.manager.impls.get(key)!.collection) {
        const members = state.manager.adapterOf(value as object)!.members();
        result[key] = members.filter((member) => !open.has(member)).map((member) => toJson.call(member as Stateful));
      } else result[key] = jsonValue(value);
    }
  } finally {
    open.delete(this);
  }
  return result;
}

/** A value of a column as JSON has it: what JSON cannot say is text. Values that have a `toJSON()` of their own say it themselves. */
export function jsonValue(value: unknown): unknown {
  if (typeof value === "bigint") return String(value);
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64");
  return value;
}

export function isEntity(value: unknown): value is Stateful {
  return typeof value === "object" && value !== null && (value as Partial<Stateful>)[STATE] !== undefined;
}

/** How `console.log(film)` shows an object: its class and what is loaded. Related objects are shown by their class and key. */
function inspectEntity(
  this: Stateful,
  depth: number,
  options: { stylize?: (text: string, style: string) => string },
  inspect: (value: unknown, options: object) => string,
): string {
  const state = this[STATE] as InstanceState | undefined;
  if (state === undefined) return "[mapped class prototype]";
  const { name } = state.manager;
  if (depth < 0) return `[${name}]`;
  const shown: Record<string, unknown> = {};
  const hidden = hiddenAttributes(state.mapper);
  for (const key of state.manager.keys) {
    const value = state.values[key];
    if (value === undefined) continue;
    if (hidden.has(key)) shown[key] = HIDDEN_VALUE;
    else if (isEntity(value)) shown[key] = new Short(value[STATE]);
    else if (state.manager.impls.get(key)!.collection) {
      shown[key] = state.manager
        .adapterOf(value as object)!
        .members()
        .map((member) => new Short((member as Stateful)[STATE]));
    } else shown[key] = value;
  }
  return `${name} ${inspect(shown, options)}`;
}

const HIDDEN_VALUE = { [INSPECT]: (): string => "[hidden]" };

/** An object in the place of one that is not shown in full. */
class Short {
  readonly state: InstanceState;
  constructor(state: InstanceState) {
    this.state = state;
  }
  [INSPECT](): string {
    return this.state.toString();
  }
}

const methods: PropertyDescriptorMap = {
  awaitableAttrs: {
    configurable: true,
    get(this: object): object {
      return awaitableAttrs(instanceState(this));
    },
  },
  toJSON: { configurable: true, writable: true, value: toJson },
  [INSPECT]: { configurable: true, writable: true, value: inspectEntity },
};

/** Gives the objects of a class what all mapped objects have; what the class has itself stays. */
export function defineEntityMethods(prototype: object): void {
  for (const key of Reflect.ownKeys(methods)) {
    if (!(key in prototype)) Object.defineProperty(prototype, key, (methods as Record<PropertyKey, PropertyDescriptor>)[key]!);
  }
}
