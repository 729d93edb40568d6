import { Dispatcher, type Listener, type ListenerObject } from "../event/dispatcher.ts";
import type { AttributeImpl } from "./attributes/attribute-impl.ts";
import type { Mapper } from "./mapping/mapper.ts";
import { PropagatedListeners } from "./propagated-listeners.ts";

type Events = Record<string, Listener>;

/** Listeners of an attribute that a class has only when its relationships are resolved. */
class LateDispatcher extends Dispatcher<Events> {
  readonly #mapper: Mapper;
  readonly #find: () => Dispatcher<Events> | null;

  constructor(names: readonly string[], mapper: Mapper, find: () => Dispatcher<Events> | null) {
    super(names);
    this.#mapper = mapper;
    this.#find = find;
  }

  override _add(name: string, original: Listener | ListenerObject, call: Listener, insert: boolean): void {
    this.#mapper._onConfigured(() => this.#find()?._add(name, original, call, insert));
  }

  override _remove(name: string, original: Listener | ListenerObject): boolean {
    return this.#find()?._remove(name, original) ?? false;
  }
}

/** The listeners with `propagate` of attributes: by the attribute's name, then by class. */
export class PropagatedAttributes {
  readonly #names: readonly string[];
  readonly #of: (impl: AttributeImpl) => Dispatcher<Events>;
  readonly #byKey: Map<string, PropagatedListeners> = new Map();
  /** the classes, by attribute, whose old value a listener wants to know */
  readonly #activeHistory: Map<string, WeakSet<Mapper>> = new Map();

  constructor(names: readonly string[], of: (impl: AttributeImpl) => Dispatcher<Events>) {
    this.#names = names;
    this.#of = of;
  }

  /** The listeners of an attribute of a class and of the classes below it, also those that are mapped later. */
  to(mapper: Mapper, key: string, activeHistory: boolean): Dispatcher<Events> {
    if (activeHistory) {
      const wanted = this.#activeHistory.get(key) ?? new WeakSet();
      this.#activeHistory.set(key, wanted.add(mapper));
    }
    let found = this.#byKey.get(key);
    if (found === undefined) this.#byKey.set(key, (found = new PropagatedListeners(this.#names, (each) => this.#attributeOf(each, key))));
    return found.to(mapper);
  }

  /** What removes them; null where there are none. */
  view(mapper: Mapper, key: string): Dispatcher<Events> | null {
    return this.#byKey.get(key)?.view(mapper) ?? null;
  }

  #attributeOf(mapper: Mapper, key: string): Dispatcher<Events> {
    const find = (): Dispatcher<Events> | null => {
      const impl = mapper.classManager.impls.get(key);
      if (impl === undefined) return null;
      const wanted = this.#activeHistory.get(key);
      for (const each of wanted === undefined ? [] : mapper.iterateToRoot()) if (wanted!.has(each)) impl.dispatch.activeHistory = true;
      return this.#of(impl);
    };
    return find() ?? new LateDispatcher(this.#names, mapper, find);
  }
}
