import { ArgumentError } from "../../errors.ts";
import type { Expression, Origin } from "../base/expression.ts";
import type { ColumnClause } from "../elements/column-clause.ts";
import type { ColumnElement } from "../elements/column-element.ts";
import type { Column } from "../schema/constructors.ts";
import type { OwnMethods } from "../types/comparator-methods.ts";

/** Columns by key. The keys are those of the table, alias or subquery, and are never renamed. */
export interface ColumnRecord {
  readonly [key: string]: ColumnElement<unknown>;
}

/** A column of which the type is not known: it can be compared with anything. */
export type LooseColumn = ColumnElement<unknown> & Expression<never>;

/** Columns by key, of which neither the keys nor the types are known. */
export interface LooseColumns {
  readonly [key: string]: LooseColumn;
}

/** A column as that of the table (or alias, subquery, …) called `N`, where it has the key `K`. */
export type OwnedColumn<X, N extends string, K> =
  X extends Column<infer V, Origin, string, infer I>
    ? Column<V, N, K & string, I> & OwnMethods<X>
    : X extends ColumnClause<infer V, Origin, string>
      ? ColumnClause<V, N, K & string> & OwnMethods<X>
      : X;

/** The name of a column that is given by itself or by its name alone. */
type NameOf<X> = X extends string ? X : X extends { readonly key: infer K extends string } ? K : string;

/** A column that is given by its name alone can hold anything. */
type ColumnGiven<X> = X extends ColumnClause<infer V, Origin, string> ? (unknown extends V ? LooseColumn : ColumnClause<V>) : LooseColumn;

/**
 * Columns by key, of a list of them: `table("t", column("x", t.integer()))`. Where a name is not known to the types, any key is
 * possible.
 */
export type NamedColumns<L extends readonly unknown[]> = [L[number]] extends [never]
  ? LooseColumns
  : string extends NameOf<L[number]>
    ? LooseColumns
    : { readonly [X in L[number] as NameOf<X>]: ColumnGiven<X> };

/** What `.c` gives: the columns by key, and all of them in order when it is iterated. */
export type Columns<C, N extends string = string> = { readonly [K in keyof C]: OwnedColumn<C[K], N, K> } & Iterable<ColumnElement<unknown>>;

/** The prototype of `.c`: nothing but the iterator, so that no column's key can collide with a method. */
const iterable = Object.create(null) as object;
Object.defineProperty(iterable, Symbol.iterator, {
  value(this: object) {
    return Owned.collectionOf(this)[Symbol.iterator]();
  },
});

/** Lets a private member be put on an object that was not made by its class. */
class Given {
  constructor(object: object) {
    return object;
  }
}

/** Tells the collection of a `.c`, which nothing else can see: its properties are the columns alone. */
class Owned extends Given {
  readonly #collection: ColumnCollection;

  constructor(record: object, collection: ColumnCollection) {
    super(record);
    this.#collection = collection;
  }

  static collectionOf(record: object): ColumnCollection {
    return (record as Owned).#collection;
  }
}

/**
 * The columns of a FROM element or a SELECT, in order and by key.
 * See https://docs.sqlalchemy.org/en/21/core/sqlelement.html#sqlalchemy.sql.expression.ColumnCollection
 */
export class ColumnCollection<Col extends ColumnElement<unknown> = ColumnElement<unknown>> {
  /** Key and column, in order; a key may repeat. */
  readonly entries: (readonly [key: string, column: Col])[] = [];
  readonly #byKey: Map<string, Col> = new Map();
  /** made when it is first asked for */
  #columns: Set<object> | null = null;
  /** The columns by key as a plain object without methods. */
  readonly record: Columns<ColumnRecord>;

  constructor() {
    this.record = new Owned(Object.create(iterable) as object, this as unknown as ColumnCollection) as unknown as Columns<ColumnRecord>;
  }

  get length(): number {
    return this.entries.length;
  }

  *[Symbol.iterator](): IterableIterator<Col> {
    for (const [, column] of this.entries) yield column;
  }

  /** All columns, in order. */
  all(): Col[] {
    return this.entries.map(([, column]) => column);
  }

  keys(): string[] {
    return this.entries.map(([key]) => key);
  }

  /** The column with a key; undefined when there is none. */
  get(key: string): Col | undefined {
    return this.#byKey.get(key);
  }

  has(key: string): boolean {
    return this.#byKey.has(key);
  }

  /** Whether this very column is in the collection. */
  containsColumn(column: object): boolean {
    if (this.#columns === null) this.#columns = new Set(this.entries.map(([, mine]) => mine._identity));
    return this.#columns.has((column as { _identity?: object })._identity ?? column);
  }

  /** Appends a column. A key that exists already keeps naming the first column that had it. */
  add(column: Col, key: string = column.key ?? ""): void {
    this.entries.push([key, column]);
    this.#columns?.add(column._identity);
    if (this.#byKey.has(key)) return;
    this.#byKey.set(key, column);
    this.#publish(key, column);
  }

  /** Puts a column in the place of the one with the same key, or appends it. */
  replace(column: Col, key: string = column.key ?? ""): void {
    const at = this.entries.findIndex(([k]) => k === key);
    if (at === -1) {
      this.add(column, key);
      return;
    }
    this.entries[at] = [key, column];
    this.#columns = null;
    this.#byKey.set(key, column);
    this.#publish(key, column);
  }

  /** Takes a column out. */
  remove(column: Col): void {
    const at = this.entries.findIndex(([, c]) => c === column);
    if (at === -1) throw new ArgumentError(`The column "${column.key ?? ""}" is not in this collection, so it cannot be removed from it.`);
    const [key] = this.entries[at]!;
    this.entries.splice(at, 1);
    this.#columns = null;
    this.#byKey.delete(key);
    delete (this.record as Record<string, unknown>)[key];
  }

  /**
   * The column of this collection that stands for the given one: itself, or the one that was made from it (by an alias,
   * a subquery or a CTE). Undefined when there is none.
   * @param requireEmbedded - only where the given column is really inside the found one, not where both come from the same column
   */
  correspondingColumn(column: ColumnElement<unknown>, requireEmbedded = false): Col | undefined {
    if (this.containsColumn(column)) {
      for (const [, mine] of this.entries) if (mine._identity === column._identity) return mine;
    }
    const target = column.proxySet;
    let found: Col | undefined;
    let shared: Set<ColumnElement<unknown>> | undefined;
    for (const [, candidate] of this.entries) {
      if (requireEmbedded && !embedded(target, candidate)) continue;
      const common = intersection(target, candidate._expandedProxySet);
      if (common.size === 0) continue;
      if (found === undefined || shared === undefined) {
        found = candidate;
        shared = common;
        continue;
      }
      if (common.size > shared.size) {
        found = candidate;
        shared = common;
      } else if (common.size === shared.size && distance(candidate, target) < distance(found, target)) {
        found = candidate;
        shared = common;
      }
    }
    return found;
  }

  #publish(key: string, column: Col): void {
    // plain assignment is many times faster, and the prototype has nothing that it could set off but this one name
    if (key === "__proto__")
      Object.defineProperty(this.record, key, { value: column, enumerable: true, configurable: true, writable: true });
    else (this.record as Record<string, unknown>)[key] = column;
  }
}

type ColumnSet = ReadonlySet<ColumnElement<unknown>>;

function intersection(a: ColumnSet, b: ColumnSet): Set<ColumnElement<unknown>> {
  const common = new Set<ColumnElement<unknown>>();
  for (const c of a) if (b.has(c)) common.add(c);
  return common;
}

/** Whether a candidate was made of the column with all that this was made of; another alias of the same table was not. */
function embedded(target: ColumnSet, candidate: ColumnElement<unknown>): boolean {
  const own = candidate._expandedProxySet;
  for (const t of target) {
    if (own.has(t)) continue;
    let linked = false;
    for (const e of t._clonedSet) if (own.has(e as ColumnElement<unknown>)) linked = true;
    if (!linked) return false;
  }
  return true;
}

/** How far away the target's columns are: the sum of the steps, so that the closest of several candidates wins. */
function distance(candidate: ColumnElement<unknown>, target: ColumnSet): number {
  let sum = 0;
  for (const member of candidate._uncachedProxyList()) {
    for (const t of member.proxySet) {
      if (target.has(t)) {
        sum += steps(candidate, member);
        break;
      }
    }
  }
  return sum;
}

function steps(from: ColumnElement<unknown>, to: ColumnElement<unknown>): number {
  let n = 0;
  for (const member of from._uncachedProxyList()) {
    if (member === to) return n;
    n += 1;
  }
  return n;
}
