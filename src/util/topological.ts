/** A dependency: the first must come before the second. */
export type Edge<T> = readonly [first: T, second: T];

/** What is left when a sort meets a circle. */
export interface Unsortable<T> {
  /** the members of circles */
  readonly cycles: ReadonlySet<T>;
  /** the dependencies among those that could not be sorted */
  readonly edges: readonly Edge<T>[];
}

/** Something that is to be sorted. */
interface Waiting<T> {
  readonly item: T;
  /** its place in what was given */
  readonly place: number;
  /** how many dependencies of it are not yet in a layer */
  open: number;
  /** what depends on it */
  next: Waiting<T>[] | null;
}

/**
 * Sorts into layers: everything in a layer depends only on earlier layers. The order of `all` is kept within a layer.
 * @param fail - makes the error for what depends on itself in a circle
 */
export function sortIntoLayers<T>(edges: Iterable<Edge<T>>, all: Iterable<T>, fail: (unsortable: Unsortable<T>) => Error): T[][] {
  const list = [...edges];
  const { layers, left } = layersOf(list, all);
  if (left.size > 0) throw fail({ cycles: findCycles(list, left), edges: list.filter(([a, b]) => left.has(a) && left.has(b)) });
  return layers;
}

/** As {@link sortIntoLayers}; null where something depends on itself in a circle. */
export function layersWithoutCycles<T>(edges: Iterable<Edge<T>>, all: Iterable<T>): T[][] | null {
  const { layers, left } = layersOf(edges, all);
  return left.size === 0 ? layers : null;
}

/** The layers, and what is left because it depends on itself. Each dependency is looked at once, however many layers there are. */
function layersOf<T>(edges: Iterable<Edge<T>>, all: Iterable<T>): { readonly layers: T[][]; readonly left: ReadonlySet<T> } {
  const waiting = new Map<T, Waiting<T>>();
  for (const item of all) if (!waiting.has(item)) waiting.set(item, { item, place: waiting.size, open: 0, next: null });
  for (const [first, second] of edges) {
    const before = waiting.get(first);
    const after = waiting.get(second);
    if (before === undefined || after === undefined) continue;
    after.open += 1;
    (before.next ??= []).push(after);
  }
  const layers: T[][] = [];
  let ready: Waiting<T>[] = [];
  for (const each of waiting.values()) if (each.open === 0) ready.push(each);
  while (ready.length > 0) {
    const layer: T[] = [];
    const following: Waiting<T>[] = [];
    for (const { item, next } of ready) {
      layer.push(item);
      waiting.delete(item);
      if (next !== null) for (const each of next) if ((each.open -= 1) === 0) following.push(each);
    }
    layers.push(layer);
    ready = following.length > 1 ? following.sort((a, b) => a.place - b.place) : following;
  }
  return { layers, left: new Set(waiting.keys()) };
}

/** Sorts so that everything comes after what it depends on; what is independent keeps the order of `all`. */
export function topologicalSort<T>(edges: Iterable<Edge<T>>, all: Iterable<T>, fail: (unsortable: Unsortable<T>) => Error): T[] {
  return sortIntoLayers(edges, all, fail).flat();
}

/** Every node that depends on itself, directly or through others, among `all`. */
export function findCycles<T>(edges: Iterable<Edge<T>>, all: Iterable<T>): Set<T> {
  const nodes = new Set(all);
  const after = new Map<T, T[]>();
  for (const [first, second] of edges) {
    if (!nodes.has(first) || !nodes.has(second)) continue;
    const list = after.get(first);
    if (list) list.push(second);
    else after.set(first, [second]);
  }
  const cycles = new Set<T>();
  for (const component of strongComponents(nodes, after)) {
    const [only] = component;
    if (component.length > 1 || after.get(only!)?.includes(only!)) for (const node of component) cycles.add(node);
  }
  return cycles;
}

/** Tarjan's components, with a stack of our own: chains of dependencies can be longer than the call stack is deep. */
function strongComponents<T>(nodes: ReadonlySet<T>, after: ReadonlyMap<T, readonly T[]>): T[][] {
  const index = new Map<T, number>();
  const low = new Map<T, number>();
  const open: T[] = [];
  const isOpen = new Set<T>();
  const components: T[][] = [];
  for (const root of nodes) {
    if (index.has(root)) continue;
    const work: { node: T; next: number }[] = [];
    const enter = (node: T): void => {
      index.set(node, index.size);
      low.set(node, index.get(node)!);
      open.push(node);
      isOpen.add(node);
      work.push({ node, next: 0 });
    };
    enter(root);
    while (work.length > 0) {
      const frame = work.at(-1)!;
      const target = after.get(frame.node)?.[frame.next];
      if (target !== undefined) {
        frame.next += 1;
        if (!index.has(target)) enter(target);
        else if (isOpen.has(target)) low.set(frame.node, Math.min(low.get(frame.node)!, index.get(target)!));
        continue;
      }
      work.pop();
      const parent = work.at(-1);
      if (parent) low.set(parent.node, Math.min(low.get(parent.node)!, low.get(frame.node)!));
      if (low.get(frame.node) === index.get(frame.node)) components.push(closeComponent(frame.node, open, isOpen));
    }
  }
  return components;
}

function closeComponent<T>(root: T, open: T[], isOpen: Set<T>): T[] {
  const component: T[] = [];
  for (;;) {
    const node = open.pop()!;
    isOpen.delete(node);
    component.push(node);
    if (node === root) return component;
  }
}
