/**
 * Extensions of the ORM: hybrid attributes, association proxies, values that are tracked in place, lists that keep their order.
 * @packageDocumentation
 */
export { Comparator } from "./comparator.ts";
export { HybridProperty, hybridProperty, type HybridOptions, type SettableHybridOptions } from "./hybrid.ts";
export { hybridMethod, type HybridMethod, type HybridMethodOptions } from "./hybrid-method.ts";
export { AssociationProxy, associationProxy, type AssociationProxyOptions, type ProxyCriterion } from "./association-proxy.ts";
export { AssociationDict } from "./association-dict.ts";
export { AssociationList } from "./association-list.ts";
export { AssociationSet } from "./association-set.ts";
export { OrderingList, orderingList, type OrderingFunction, type OrderingListOptions } from "./ordering-list.ts";
export { Mutable, type MutableClass } from "./mutable.ts";
export { MutableDict, MutableList, MutableSet } from "./mutable-collections.ts";
