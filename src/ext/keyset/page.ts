import { ArgumentError } from "../../errors.ts";
import type { Expression } from "../../sql/base/expression.ts";
import type { ClauseElement } from "../../sql/elements/clause-element.ts";
import type { ColumnElement } from "../../sql/elements/column-element.ts";
import { Select } from "../../sql/selectable/select.ts";
import { describeValue } from "../../orm/attributes/class-manager.ts";
import type { InspectedEntity } from "../../orm/mapping/inspected-entity.ts";
import { decodeCursor, encodeCursor, fingerprint } from "./cursor.ts";
import { after, keyColumns, orderBy, type OrderKey, orderKey, reversed } from "./order.ts";

/** The order of the rows: attributes, columns and expressions, `desc()` and `nullsFirst()` included. */
export interface KeysetOrder {
  /**
   * What the rows are sorted by, the most important first. With one mapped class selected, its primary key is added where it is missing; for
   * other statements the order has to be unique by itself. NULL comes last, unless `nullsFirst()` says otherwise, on every database.
   */
  readonly by: readonly (Expression<unknown> | ColumnElement<unknown>)[];
}

/** The options of {@link keysetPage}: so many rows from the beginning, or after a cursor. */
export interface ForwardPage extends KeysetOrder {
  /** how many rows */
  readonly first: number;
  /** a cursor: the page begins after its row */
  readonly after?: string | null;
  readonly last?: never;
  readonly before?: never;
}

/** The options of {@link keysetPage}: so many rows from the end, or before a cursor. */
export interface BackwardPage extends KeysetOrder {
  /** how many rows */
  readonly last: number;
  /** a cursor: the page ends before its row */
  readonly before?: string | null;
  readonly first?: never;
  readonly after?: never;
}

/** A row of a statement: the one thing that it selects, or all of them. */
export type KeysetItem<T> = T extends readonly [infer One] ? One : T;

/** What {@link keysetPage} runs a statement with: a session or a connection. */
export interface KeysetRunner {
  execute(statement: never): unknown;
}

/** A page of rows, in the order that was asked for. */
export class KeysetPage<T> implements Iterable<T> {
  /** the rows; objects where one class is selected */
  readonly items: readonly T[];
  /** the cursor of each of them */
  readonly cursors: readonly string[];
  /** whether there are rows after these */
  readonly hasNext: boolean;
  /** whether there are rows before these */
  readonly hasPrevious: boolean;

  constructor(items: readonly T[], cursors: readonly string[], hasNext: boolean, hasPrevious: boolean) {
    this.items = items;
    this.cursors = cursors;
    this.hasNext = hasNext;
    this.hasPrevious = hasPrevious;
  }

  /** For `before` of the page before this one; null on an empty page. */
  get startCursor(): string | null {
    return this.cursors[0] ?? null;
  }

  /** For `after` of the page after this one; null on an empty page. */
  get endCursor(): string | null {
    return this.cursors.at(-1) ?? null;
  }

  [Symbol.iterator](): Iterator<T> {
    return this.items[Symbol.iterator]();
  }
}

/** A SELECT, of whatever rows and joins. */
export type PagedSelect<T> = Select<T, never, never, string> | Select<T, never, unknown, string>;

interface Rows {
  unique(): { all(): unknown };
  all(): unknown;
}

/**
 * A page of the rows of a SELECT, found by the values of the row where the one before ended (or the one after begins) rather than by
 * OFFSET: nothing that lies before it is read, and rows that come and go meanwhile do not shift it.
 *
 * @param runner - the session, or the connection
 * @param statement - a SELECT without order, limit and offset
 * @param options - the order, how many rows, and where they begin or end
 * @returns the rows; whether there are further ones in either direction (where a cursor was given, its row counts as there); their cursors
 * @throws InvalidCursorError for a cursor that is not one of this order: it came from outside, so it may be anything
 * @throws ArgumentError for statements and orders that cannot be divided into pages
 * @example
 * const page = await keysetPage(session, select(Film), { by: [Film.year.desc(), Film.title], first: 20, after: cursor });
 * for (const film of page) console.log(film.title);
 * const next = page.hasNext ? page.endCursor : null;
 */
export async function keysetPage<T>(
  runner: KeysetRunner,
  statement: PagedSelect<T>,
  options: ForwardPage | BackwardPage,
): Promise<KeysetPage<KeysetItem<T>>> {
  const select = checked(statement);
  const entity = singleEntity(select);
  const keys = keysOf(options.by, entity);
  const mark = fingerprint(keys);
  const backward = options.last !== undefined;
  const size = sizeOf(backward ? options.last : options.first);
  const cursor = (backward ? options.before : options.after) ?? null;
  const order = backward ? reversed(keys) : keys;

  const query = select._generate();
  query._rawColumns = [...select._rawColumns, ...keyColumns(keys)] as never;
  query._shape = null;
  let limited = query.orderBy(...(orderBy(order) as never[])).limit(size + 1) as Select<unknown>;
  if (cursor !== null) {
    const condition = after(order, decodeCursor(keys, cursor, mark)) as never;
    limited = select._groupByClauses.length > 0 ? limited.having(condition) : limited.where(condition);
  }
  const result = (await runner.execute(limited as never)) as Rows;
  // objects whose collections are joined come in several rows
  const rows = (entity === null ? result.all() : result.unique().all()) as (readonly unknown[])[];
  const more = rows.length > size;
  if (more) rows.pop();
  if (backward) rows.reverse();

  const items = rows.map((row) => itemOf(row, keys.length, select._shape)) as KeysetItem<T>[];
  const cursors = rows.map((row) => encodeCursor(keys, row.slice(-keys.length), mark));
  return backward ? new KeysetPage(items, cursors, cursor !== null, more) : new KeysetPage(items, cursors, more, cursor !== null);
}

function checked(statement: unknown): Select<unknown> {
  if (!(statement instanceof Select))
    throw new ArgumentError(
      `keysetPage() takes a SELECT; it was given ${describeValue(statement)}. Of a UNION, select from its subquery: aliased(Film, union(…).subquery())`,
    );
  const select = statement as Select<unknown>;
  if (select._hasRowLimitingClause || select._orderByClauses.length > 0)
    throw new ArgumentError(
      "keysetPage(): the statement has an order or a limit of its own; say the order as { by: […] }, the size as { first: 20 }",
    );
  return select;
}

/** The class or alias, where a SELECT selects just one. */
function singleEntity(select: Select<unknown>): InspectedEntity | null {
  const [only] = select._rawColumns;
  if (select._rawColumns.length !== 1 || only?._isFromClause !== true) return null;
  return (only._annotations["parententity"] as InspectedEntity | undefined) ?? null;
}

function keysOf(by: unknown, entity: InspectedEntity | null): OrderKey[] {
  if (!Array.isArray(by) || (by.length === 0 && entity === null))
    throw new ArgumentError("keysetPage() needs an order: { by: [Film.year.desc(), Film.id] }");
  const keys = by.map((each, i) => orderKey(each, i));
  if (entity !== null) {
    const known = new Set<ClauseElement>(keys.map((key) => key.expression._identity));
    const attributes = entity.entity as unknown as Record<string, unknown>;
    for (const name of entity.mapper._identityKeyProps) {
      const key = orderKey(attributes[name], keys.length);
      if (!known.has(key.expression._identity)) keys.push({ ...key, descending: keys.at(-1)?.descending ?? false });
    }
  }
  return keys;
}

function sizeOf(size: unknown): number {
  if (typeof size === "number" && Number.isSafeInteger(size) && size > 0) return size;
  throw new ArgumentError(`keysetPage(): how many rows? { first: 20 }, or { last: 20 }; it was given ${describeValue(size)}`);
}

function itemOf(row: readonly unknown[], keys: number, shape: readonly string[] | null): unknown {
  const values = row.slice(0, row.length - keys);
  if (shape !== null) return Object.fromEntries(shape.map((name, i) => [name, values[i]]));
  return values.length === 1 ? values[0] : values;
}
