/** A function that is called when something happens. */
export type Listener = (...args: never[]) => unknown;

/** A thing that can listen in the place of a function: a DDL statement runs when its event happens. */
export interface ListenerObject {
  /** @internal */
  _asListener(): Listener;
}

/** The listeners of one event, in the order in which they are called; null when nobody listens. */
export type ListenerList<F> = readonly F[] | null;

interface Entry {
  /** the function that was given to `listen` */
  readonly original: Listener | ListenerObject;
  /** what is called */
  readonly call: Listener;
}

/**
 * The listeners of one target (an engine, a class, …). It may have a parent, as an engine has all engines: the parent's
 * listeners are called first.
 *
 * `on` is read where events happen: `const fns = dispatch.on.commit; if (fns !== null) for (const fn of fns) fn(…)`.
 * The lists are made when somebody listens, so that reading one costs a property and a comparison with null.
 */
export class Dispatcher<M extends object> {
  /** the lists of this target and its parents together */
  readonly on: { [N in keyof M]: ListenerList<M[N]> };
  readonly #own: Map<string, Entry[]> = new Map();
  readonly #parent: Dispatcher<M> | null;
  readonly #names: readonly string[];
  /** weakly, because targets such as connections come and go */
  readonly #children: Set<WeakRef<Dispatcher<M>>> = new Set();

  constructor(names: readonly (keyof M & string)[], parent: Dispatcher<M> | null = null) {
    this.#names = names;
    this.#parent = parent;
    const on: Record<string, unknown> = {};
    for (const name of names) on[name] = parent === null ? null : (parent.on as Record<string, unknown>)[name];
    this.on = on as { [N in keyof M]: ListenerList<M[N]> };
    if (parent !== null) parent.#adopt(this);
  }

  /** A dispatcher that calls the listeners of this one and its own. */
  child(): Dispatcher<M> {
    return new Dispatcher<M>(this.#names as (keyof M & string)[], this);
  }

  /** Whether anybody listens to anything here. */
  get isEmpty(): boolean {
    return this.#names.every((name) => (this.on as Record<string, unknown>)[name] === null);
  }

  /** @internal */
  _add(name: string, original: Listener | ListenerObject, call: Listener, insert: boolean): void {
    let entries = this.#own.get(name);
    if (!entries) this.#own.set(name, (entries = []));
    if (entries.some((entry) => entry.original === original)) return;
    if (insert) entries.unshift({ original, call });
    else entries.push({ original, call });
    this.#refresh(name);
  }

  /** @internal */
  _remove(name: string, original: Listener | ListenerObject): boolean {
    const entries = this.#own.get(name);
    const index = entries?.findIndex((entry) => entry.original === original) ?? -1;
    if (index < 0) return false;
    entries!.splice(index, 1);
    this.#refresh(name);
    return true;
  }

  /** @internal */
  _has(name: string, original: Listener | ListenerObject): boolean {
    return this.#own.get(name)?.some((entry) => entry.original === original) ?? false;
  }

  #adopt(child: Dispatcher<M>): void {
    for (const ref of this.#children) if (ref.deref() === undefined) this.#children.delete(ref);
    this.#children.add(new WeakRef(child));
  }

  #list(name: string): readonly Listener[] | null {
    const inherited = this.#parent === null ? null : ((this.#parent.on as Record<string, unknown>)[name] as readonly Listener[] | null);
    const own = this.#own.get(name);
    if (!own || own.length === 0) return inherited;
    const calls = own.map((entry) => entry.call);
    return inherited === null ? calls : [...inherited, ...calls];
  }

  /** Makes the list anew, never changes one: it may be being walked. */
  #refresh(name: string): void {
    (this.on as Record<string, unknown>)[name] = this.#list(name);
    for (const ref of this.#children) {
      const child = ref.deref();
      if (child === undefined) this.#children.delete(ref);
      else child.#refresh(name);
    }
  }
}
