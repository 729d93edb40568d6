import type { Mapper } from "../mapping/mapper.ts";
import type { Registry } from "../mapping/registry.ts";
import type { DependencyProcessor } from "./dependency.ts";
import type { FlushAction } from "./flush-actions.ts";
import { mapperSortKey } from "./mapper-order.ts";

/** The actions of a flush in their order; null where classes depend on each other in a circle, so that the order depends on the objects. */
type Order = readonly (readonly FlushAction[])[] | null;

/** More shapes of flushes than these are not remembered. */
const MAX_ORDERS = 500;

const orders: WeakMap<Registry, Map<string, Order>> = new WeakMap();

/** The orders that are known for flushes like this one: which classes and relationships take part decides on it, and no object. */
export function ordersOf(mappers: ReadonlyMap<Mapper, unknown>): Map<string, Order> {
  const [first] = mappers.keys();
  const { registry } = first!;
  let known = orders.get(registry);
  if (known === undefined) orders.set(registry, (known = new Map()));
  return known;
}

/** What a flush has in common with others of the same order. */
export function shapeOf(mappers: ReadonlyMap<Mapper, unknown>, processors: readonly DependencyProcessor[]): string {
  let shape = "";
  for (const mapper of mappers.keys()) shape += `${mapperSortKey(mapper.baseMapper)},`;
  for (const processor of processors) shape += `;${processor.serial}`;
  return shape;
}

export function keepOrder(known: Map<string, Order>, shape: string, order: Order): void {
  if (known.size >= MAX_ORDERS) known.clear();
  known.set(shape, order);
}
