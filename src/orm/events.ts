import { Dispatcher, type Listener } from "../event/dispatcher.ts";
import { type ListenOptions, registerEventFamily } from "../event/registry.ts";
import { inspect } from "../inspection.ts";
import type { AttributeEventToken, ListenerName } from "./attributes/attribute-event.ts";
import type { AttributeImpl } from "./attributes/attribute-impl.ts";
import type { ClassManager } from "./attributes/class-manager.ts";
import { Mapper } from "./mapping/mapper.ts";
import { MapperProperty } from "./mapping/mapper-property.ts";
import type { Connection } from "../engine/connection.ts";
import { PropagatedAttributes } from "./propagated-attributes.ts";
import { PropagatedListeners } from "./propagated-listeners.ts";
import { InstanceState } from "./state/instance-state.ts";

type FlushListener = (mapper: Mapper, connection: Connection, target: object) => void | Promise<void>;

/**
 * What happens to the rows of a mapped class in a flush. Listeners may change columns of their own object, and run statements on the
 * connection; for changes of relationships there is the session's `beforeFlush`.
 * @see https://docs.sqlalchemy.org/en/21/orm/events.html#mapper-events
 */
export interface MapperEvents {
  beforeInsert: FlushListener;
  afterInsert: FlushListener;
  beforeUpdate: FlushListener;
  afterUpdate: FlushListener;
  beforeDelete: FlushListener;
  afterDelete: FlushListener;
}

/**
 * What happens to the objects of a mapped class.
 * @see https://docs.sqlalchemy.org/en/21/orm/events.html#instance-events
 */
export interface InstanceEvents {
  init: (target: object, args: readonly unknown[], kwargs: object) => void;
  initFailure: (target: object, args: readonly unknown[], kwargs: object) => void;
  load: (target: object, context: unknown) => void;
  refresh: (target: object, context: unknown, attrs: readonly string[] | null) => void;
  refreshFlush: (target: object, context: unknown, attrs: readonly string[] | null) => void;
  expire: (target: object, attrs: readonly string[] | null) => void;
}

/**
 * What happens to one attribute. With `{ retval: true }`, what a listener of `set`, `append` or `bulkReplace` returns takes the place
 * of the value.
 * @see https://docs.sqlalchemy.org/en/21/orm/events.html#attribute-events
 */
export interface AttributeEvents {
  set: (target: object, value: unknown, oldvalue: unknown, initiator: AttributeEventToken) => unknown;
  append: (target: object, value: unknown, initiator: AttributeEventToken, key?: unknown) => unknown;
  appendWoMutation: (target: object, value: unknown, initiator: AttributeEventToken, key?: unknown) => void;
  remove: (target: object, value: unknown, initiator: AttributeEventToken, key?: unknown) => void;
  bulkReplace: (target: object, values: unknown[], initiator: AttributeEventToken, keys?: readonly unknown[] | null) => void;
  modified: (target: object, initiator: AttributeEventToken) => void;
  /** An attribute that was never set is read. What is returned is its value, and is no change; put into `values` as well, it is written with the object. */
  initScalar: (target: object, value: unknown, values: Record<string, unknown>) => unknown;
  initCollection: (target: object, collection: object) => void;
  disposeCollection: (target: object, collection: object) => void;
}

const MAPPER_EVENTS: readonly (keyof MapperEvents)[] = [
  "beforeInsert",
  "afterInsert",
  "beforeUpdate",
  "afterUpdate",
  "beforeDelete",
  "afterDelete",
];
const INSTANCE_EVENTS: readonly (keyof InstanceEvents)[] = ["init", "initFailure", "load", "refresh", "refreshFlush", "expire"];
const ATTRIBUTE_EVENTS: readonly ListenerName[] = [
  "set",
  "append",
  "appendWoMutation",
  "remove",
  "bulkReplace",
  "modified",
  "initScalar",
  "initCollection",
  "disposeCollection",
];

type Events = Record<string, Listener>;

/** The mapping keeps its lists of listeners where it calls them; this keeps them in step with what was listened to. */
class BridgedDispatcher extends Dispatcher<Events> {
  readonly #calls: Map<string, Map<Listener, Listener>> = new Map();
  readonly #listen: (name: string, call: Listener, insert: boolean) => void;
  readonly #unlisten: (name: string, call: Listener) => void;

  constructor(
    names: readonly string[],
    listen: (name: string, call: Listener, insert: boolean) => void,
    unlisten: (name: string, call: Listener) => void,
  ) {
    super(names);
    this.#listen = listen;
    this.#unlisten = unlisten;
  }

  override _add(name: string, original: Listener, call: Listener, insert: boolean): void {
    if (this._has(name, original)) return;
    super._add(name, original, call, insert);
    let calls = this.#calls.get(name);
    if (calls === undefined) this.#calls.set(name, (calls = new Map()));
    calls.set(original, call);
    this.#listen(name, call, insert);
  }

  override _remove(name: string, original: Listener): boolean {
    const call = this.#calls.get(name)?.get(original);
    if (call === undefined) return false;
    this.#calls.get(name)!.delete(original);
    this.#unlisten(name, call);
    return super._remove(name, original);
  }
}

const mapperDispatchers: WeakMap<Mapper, BridgedDispatcher> = new WeakMap();
const instanceDispatchers: WeakMap<ClassManager, BridgedDispatcher> = new WeakMap();
const attributeDispatchers: WeakMap<AttributeImpl, BridgedDispatcher> = new WeakMap();

function once<K extends object>(map: WeakMap<K, BridgedDispatcher>, key: K, make: () => BridgedDispatcher): BridgedDispatcher {
  let found = map.get(key);
  if (found === undefined) map.set(key, (found = make()));
  return found;
}

function ofMapper(mapper: Mapper): BridgedDispatcher {
  return once(mapperDispatchers, mapper, () => {
    const lists = mapper.dispatch as unknown as Record<string, Listener[] | null>;
    return new BridgedDispatcher(
      MAPPER_EVENTS,
      (name, call, insert) => {
        const list = lists[name] ?? [];
        // a new list: the old one may be being walked through
        lists[name] = insert ? [call, ...list] : [...list, call];
      },
      (name, call) => {
        const left = (lists[name] ?? []).filter((other) => other !== call);
        lists[name] = left.length > 0 ? left : null;
      },
    );
  });
}

function ofManager(manager: ClassManager): BridgedDispatcher {
  return once(instanceDispatchers, manager, () => {
    const { dispatch } = manager;
    return new BridgedDispatcher(
      INSTANCE_EVENTS,
      (name, call) => dispatch.listen(name as never, call as never),
      (name, call) => dispatch.unlisten(name, call),
    );
  });
}

function ofImpl(impl: AttributeImpl): BridgedDispatcher {
  return once(
    attributeDispatchers,
    impl,
    () =>
      new BridgedDispatcher(
        ATTRIBUTE_EVENTS,
        (name, call, insert) => impl.dispatch.listen(name as ListenerName, call as never, insert),
        (name, call) => impl.dispatch.unlisten(name as ListenerName, call as never),
      ),
  );
}

/** The mapper of a class or of a mapper; null for everything else. */
function mapperOfTarget(target: object): Mapper | null {
  if (target instanceof Mapper) return target;
  if (typeof target !== "function") return null;
  const found: unknown = inspect(target, false);
  return found instanceof Mapper ? found : null;
}

/**
 * Where listeners of a class are kept. With `propagate` they are those of every class below it, also of those that are mapped later; the
 * class itself may then be a base or a mixin.
 */
function dispatchersOf(
  target: object,
  options: ListenOptions,
  of: (mapper: Mapper) => BridgedDispatcher,
  propagated: PropagatedListeners,
): readonly Dispatcher<object>[] | null {
  const mapper = mapperOfTarget(target);
  if (mapper === null && !isClass(target)) return null;
  const key = mapper ?? target;
  if (options.propagate === true) return [propagated.to(key)];
  const view = propagated.view(key);
  if (mapper === null) return view === null ? null : [view];
  const own = of(mapper);
  return view === null ? [own] : [own, view];
}

const isClass = (target: object): boolean => typeof target === "function" && "prototype" in target;

const propagatedOfMappers = new PropagatedListeners(MAPPER_EVENTS, ofMapper);
const propagatedOfInstances = new PropagatedListeners(INSTANCE_EVENTS, (mapper) => ofManager(mapper.classManager));

const objectOf = (state: unknown): object => (state instanceof InstanceState ? state.obj : (state as object));

registerEventFamily({
  name: "MapperEvents",
  events: MAPPER_EVENTS,
  resolve: (target, _event, options) => dispatchersOf(target, options, ofMapper, propagatedOfMappers),
  wrap(_event, fn, options) {
    if (options.raw === true) return fn;
    const listener = fn as unknown as FlushListener;
    return ((mapper: Mapper, connection: Connection, state: InstanceState) =>
      listener(mapper, connection, state.obj)) as unknown as Listener;
  },
});

registerEventFamily({
  name: "InstanceEvents",
  events: INSTANCE_EVENTS,
  resolve: (target, _event, options) => dispatchersOf(target, options, (mapper) => ofManager(mapper.classManager), propagatedOfInstances),
  wrap(_event, fn, options) {
    if (options.raw === true) return fn;
    const listener = fn as unknown as (target: object, ...rest: unknown[]) => unknown;
    return ((state: InstanceState, ...rest: unknown[]) => listener(objectOf(state), ...rest)) as unknown as Listener;
  },
});

/** The class and the name of the attribute that is meant by `Film.title` and `Film.characters`. */
function attributeOf(target: object): { readonly mapper: Mapper; readonly key: string } | null {
  if (!("property" in target) || typeof target === "function") return null;
  const { property, parent } = target as { property: unknown; parent?: { mapper?: unknown } };
  if (!(property instanceof MapperProperty)) return null;
  return { mapper: parent?.mapper instanceof Mapper ? parent.mapper : property.parent, key: property.key };
}

const propagatedOfAttributes = new PropagatedAttributes(ATTRIBUTE_EVENTS, ofImpl);

const WITH_VALUE = new Set(["set", "append"]);

registerEventFamily({
  name: "AttributeEvents",
  events: ATTRIBUTE_EVENTS,
  resolve(target, event, options) {
    const attribute = attributeOf(target);
    if (attribute === null) return null;
    const { mapper, key } = attribute;
    const activeHistory = event !== "" && options["activeHistory"] === true;
    if (options.propagate === true) return [propagatedOfAttributes.to(mapper, key, activeHistory)];
    const impl = mapper.classManager.getImpl(key);
    if (activeHistory) impl.dispatch.activeHistory = true;
    const own = ofImpl(impl);
    const view = propagatedOfAttributes.view(mapper, key);
    return view === null ? [own] : [own, view];
  },
  wrap(event, fn, options) {
    const listener = fn as unknown as (target: unknown, value: unknown, ...rest: unknown[]) => unknown;
    const raw = options.raw === true;
    const keepsValue = WITH_VALUE.has(event) && options.retval !== true;
    return ((state: InstanceState, value: unknown, ...rest: unknown[]) => {
      const given = listener(raw ? state : objectOf(state), value, ...rest);
      return keepsValue ? value : given;
    }) as unknown as Listener;
  },
});
