import { ArgumentError, InvalidRequestError } from "../errors.ts";
import { describeValue } from "../orm/attributes/class-manager.ts";
import type { CollectionFactory, ORDERED } from "../orm/attributes/collection-class.ts";
import { InstrumentedList, ListCollection, type ListChange } from "../orm/attributes/instrumented-list.ts";
import { ADAPTER, PASSIVE_NO_RESULT } from "../orm/attributes/symbols.ts";
import { STATE, type Stateful } from "../orm/state/instance-state.ts";

/** Gives what a member's attribute is to be: its index in the list, or whatever is made of it. */
export type OrderingFunction = (index: number, list: readonly object[]) => unknown;

/** The options of {@link orderingList}. */
export interface OrderingListOptions {
  /** the number of the first member; 0 */
  readonly countFrom?: number;
  /** in place of counting */
  readonly orderingFunc?: OrderingFunction;
  /** number members anew even if they have a number when they come to the end of the list, or are loaded */
  readonly reorderOnAppend?: boolean;
}

interface Ordering {
  readonly attribute: string;
  readonly orderingFunc: OrderingFunction;
  readonly reorderOnAppend: boolean;
}

/**
 * The array of a relationship that keeps the positions of its members in one of their attributes.
 *
 * A member that comes to the end gets a position if it has none. All are numbered anew when members come, go or move elsewhere; after
 * `sort()` and `reverse()` call {@link reorder}.
 * @see https://docs.sqlalchemy.org/en/21/orm/extensions/orderinglist.html
 */
export class OrderingList<T extends object = object> extends InstrumentedList<T> {
  /** Numbers all members anew. */
  reorder(): void {
    (this[ADAPTER].raw as OrderingCollection).reorder();
  }

  /** @internal */
  override _changed(how: ListChange, index: number): void {
    const raw = this[ADAPTER].raw as OrderingCollection;
    if (how === "append") for (let i = index; i < raw.size; i += 1) raw.order(i, raw.ordering.reorderOnAppend);
    else if (how === "replace") raw.order(index, true);
    else if (how === "shift") raw.reorder();
  }
}

/** The members of an ordering list. */
class OrderingCollection extends ListCollection {
  readonly ordering: Ordering;

  constructor(ordering: Ordering) {
    super(OrderingList.prototype);
    this.ordering = ordering;
  }

  override add(member: object): void {
    super.add(member);
    this.order(this.array.length - 1, this.ordering.reorderOnAppend);
  }

  override remove(member: object): void {
    super.remove(member);
    const { impl, state } = this.adapter;
    // a list that was replaced leaves the positions to the new one
    if (state.values[impl.key] === this.data) this.reorder();
  }

  reorder(): void {
    for (let i = 0; i < this.array.length; i += 1) this.order(i, true);
  }

  /** Gives the member at an index its position. */
  order(index: number, anew: boolean): void {
    const { attribute, orderingFunc } = this.ordering;
    const member = this.array[index] as Record<string, unknown>;
    const has = positionOf(member, attribute);
    // one that is not loaded is in the database and has been given there
    if (!anew && has !== null) return;
    const position = orderingFunc(index, this.array);
    if (position === undefined)
      throw new InvalidRequestError(
        `${this.adapter.impl.toString()}: orderingFunc gave undefined for index ${index}; a position is a value, or null`,
      );
    if (has !== position) member[attribute] = position;
  }
}

/** The position of a member; null when it has none, undefined when it is not loaded. */
function positionOf(member: object, attribute: string): unknown {
  const state = (member as Partial<Stateful>)[STATE];
  const impl = state?.manager.impls.get(attribute);
  if (state === undefined || impl === undefined) return (member as Readonly<Record<string, unknown>>)[attribute] ?? null;
  const value = impl.get(state);
  return value === PASSIVE_NO_RESULT ? undefined : typeof value === "symbol" ? null : value;
}

/**
 * For `collectionClass`: an array that keeps the positions of its members in one of their attributes. Give the relationship an
 * `orderBy` of that attribute.
 *
 * @param attribute - the attribute of the members that holds their position
 * @see https://docs.sqlalchemy.org/en/21/orm/extensions/orderinglist.html
 * @throws ArgumentError without a name
 * @example
 * static cards = relationship(() => [Card], { orderBy: () => Card.position, collectionClass: orderingList("position") });
 * deck.cards.splice(0, 0, card); // all positions follow
 */
export function orderingList(attribute: string, options: OrderingListOptions = {}): CollectionFactory & { readonly [ORDERED]: true } {
  if (typeof attribute !== "string" || attribute === "")
    throw new ArgumentError(
      `orderingList() takes the name of an attribute: orderingList("position"); it was given ${describeValue(attribute)}`,
    );
  const start = options.countFrom ?? 0;
  const ordering: Ordering = {
    attribute,
    orderingFunc: options.orderingFunc ?? ((index) => index + start),
    reorderOnAppend: options.reorderOnAppend ?? false,
  };
  const factory: CollectionFactory = { kind: "list", make: () => new OrderingCollection(ordering) };
  return factory as CollectionFactory & { readonly [ORDERED]: true };
}
