import { Dispatcher, type Listener, type ListenerObject } from "../event/dispatcher.ts";
import type { Mapper } from "./mapping/mapper.ts";
import { isBelow } from "./mapping/mappers-below.ts";
import { everyMapper, registryDispatch } from "./mapping/registry-events.ts";

type Events = Record<string, Listener>;

interface Held {
  readonly name: string;
  readonly original: Listener | ListenerObject;
  readonly call: Listener;
  readonly insert: boolean;
}

/** Listeners with `propagate`: every class below the target has them, also those that are mapped later. */
class PropagatedDispatcher extends Dispatcher<Events> {
  readonly #target: object;
  readonly #of: (mapper: Mapper) => Dispatcher<Events>;
  #held: Held[] = [];

  constructor(names: readonly string[], target: object, of: (mapper: Mapper) => Dispatcher<Events>) {
    super(names);
    this.#target = target;
    this.#of = of;
  }

  #below(): Mapper[] {
    return everyMapper().filter((mapper) => isBelow(mapper, this.#target));
  }

  override _add(name: string, original: Listener | ListenerObject, call: Listener, insert: boolean): void {
    if (this._has(name, original)) return;
    super._add(name, original, call, insert);
    this.#held.push({ name, original, call, insert });
    for (const mapper of this.#below()) this.#of(mapper)._add(name, original, call, insert);
  }

  override _remove(name: string, original: Listener | ListenerObject): boolean {
    if (!super._remove(name, original)) return false;
    this.#held = this.#held.filter((each) => each.name !== name || each.original !== original);
    for (const mapper of this.#below()) this.#of(mapper)._remove(name, original);
    return true;
  }

  /** A class has got its mapper. */
  mapped(mapper: Mapper): void {
    if (this.#held.length === 0 || !isBelow(mapper, this.#target)) return;
    for (const { name, original, call, insert } of this.#held) this.#of(mapper)._add(name, original, call, insert);
  }
}

/** What finds and removes propagated listeners, where it is not said that they are. */
class PropagatedView extends Dispatcher<Events> {
  readonly #propagated: PropagatedDispatcher;

  constructor(names: readonly string[], propagated: PropagatedDispatcher) {
    super(names);
    this.#propagated = propagated;
  }

  override _add(): void {}

  override _remove(name: string, original: Listener | ListenerObject): boolean {
    return this.#propagated._remove(name, original);
  }

  override _has(name: string, original: Listener | ListenerObject): boolean {
    return this.#propagated._has(name, original);
  }
}

/** weakly: a class that is let go of takes its listeners along */
const all = new Set<WeakRef<PropagatedDispatcher>>();

function tellOf(mapper: Mapper): void {
  for (const ref of all) {
    const dispatcher = ref.deref();
    if (dispatcher === undefined) all.delete(ref);
    else dispatcher.mapped(mapper);
  }
}

/** The propagated listeners of one family of events, by class. */
export class PropagatedListeners {
  readonly #names: readonly string[];
  readonly #of: (mapper: Mapper) => Dispatcher<Events>;
  readonly #byTarget: WeakMap<object, PropagatedDispatcher> = new WeakMap();

  constructor(names: readonly string[], of: (mapper: Mapper) => Dispatcher<Events>) {
    this.#names = names;
    this.#of = of;
  }

  /** Of a mapper, or of a class that is not mapped itself. */
  to(target: object): Dispatcher<Events> {
    let found = this.#byTarget.get(target);
    if (found === undefined) {
      this.#byTarget.set(target, (found = new PropagatedDispatcher(this.#names, target, this.#of)));
      if (all.size === 0) registryDispatch._add("afterMapperConstructed", tellOf, tellOf, true);
      all.add(new WeakRef(found));
    }
    return found;
  }

  /** What removes them; null where there are none. */
  view(target: object): Dispatcher<Events> | null {
    const found = this.#byTarget.get(target);
    return found === undefined ? null : new PropagatedView(this.#names, found);
  }
}
