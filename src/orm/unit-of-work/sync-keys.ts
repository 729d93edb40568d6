import type { Column } from "../../sql/schema/column.ts";
import { FlushError, UnmappedColumnError } from "../../errors.ts";
import type { ColumnPairs, Mapper } from "../mapping/mapper.ts";
import type { InstanceState } from "../state/instance-state.ts";
import { isUnchangedAttribute } from "./flush-history.ts";
import type { UowTransaction } from "./unit-of-work.ts";

type AnyColumn = ColumnPairs[number][0];

/** A pair of columns as the attributes of two mappers. */
interface KeyPair {
  readonly left: string;
  readonly right: string;
  readonly leftColumn: Column<unknown>;
  readonly rightColumn: Column<unknown>;
}

/** Columns of one side whose values go to columns of another: primary key to foreign key. */
export class SyncPairs {
  readonly columns: ColumnPairs;
  readonly #resolved: Map<Mapper | null, Map<Mapper, readonly KeyPair[]>> = new Map();
  readonly #sources: Map<Mapper, readonly (readonly [key: string, column: AnyColumn])[]> = new Map();

  constructor(columns: ColumnPairs) {
    this.columns = columns;
  }

  /** `source` is null where only the destination counts. */
  #pairs(source: Mapper | null, dest: Mapper): readonly KeyPair[] {
    let byDest = this.#resolved.get(source);
    if (byDest === undefined) this.#resolved.set(source, (byDest = new Map()));
    let pairs = byDest.get(dest);
    if (pairs === undefined) {
      pairs = this.columns.map(([left, right]) => ({
        left: source === null ? "" : attributeKey(source, left, "source"),
        right: attributeKey(dest, right, "destination"),
        leftColumn: left as Column<unknown>,
        rightColumn: right as Column<unknown>,
      }));
      byDest.set(dest, pairs);
    }
    return pairs;
  }

  sources(source: Mapper): readonly (readonly [key: string, column: AnyColumn])[] {
    let keys = this.#sources.get(source);
    if (keys === undefined) {
      keys = this.columns.map(([column]) => [attributeKey(source, column, "source"), column] as const);
      this.#sources.set(source, keys);
    }
    return keys;
  }

  /** Whether the values that go to the other side are at hand. */
  hasSourceValues(state: InstanceState, mapper: Mapper): boolean {
    for (const [key] of this.sources(mapper)) if (currentValue(state, key) === undefined) return false;
    return true;
  }

  /** Reads the values that go to the other side, where they have expired. */
  async load(uow: UowTransaction, states: readonly InstanceState[], mapper: Mapper): Promise<void> {
    for (const [key] of this.sources(mapper)) if (!mapper._identityKeyProps.includes(key)) await uow.loadExpired(states, key);
  }

  /** Copies the values of the source to the destination. */
  populate(
    source: InstanceState,
    sourceMapper: Mapper,
    dest: InstanceState,
    destMapper: Mapper,
    uow: UowTransaction,
    flagCascaded: boolean,
  ): void {
    for (const { left, right, leftColumn, rightColumn } of this.#pairs(sourceMapper, destMapper)) {
      dest.getImpl(right).set(dest, sourceValue(source, left));
      if (flagCascaded && leftColumn.primaryKey && rightColumn.primaryKey && rightColumn.references(leftColumn)) {
        const columns = uow.cascadedKeys.get(dest);
        if (columns === undefined) uow.cascadedKeys.set(dest, new Set([rightColumn]));
        else columns.add(rightColumn);
      }
    }
  }

  /** Sets the destination's columns to NULL. */
  clear(dest: InstanceState, destMapper: Mapper): void {
    for (const { right, leftColumn: left, rightColumn } of this.#pairs(null, destMapper)) {
      if (rightColumn.primaryKey && (currentValue(dest, right) ?? null) !== null) {
        throw new FlushError(
          `Dependency rule on column "${String(left)}" tried to blank out the primary key column ` +
            `"${String(rightColumn)}" of ${String(dest)}: its parent was removed or deleted. ` +
            'Delete the object as well, for instance with cascade "all, delete-orphan"',
        );
      }
      dest.getImpl(right).set(dest, null);
    }
  }

  /** Whether the destination's columns hold a key, as far as is known. */
  mayReferTo(dest: InstanceState, destMapper: Mapper): boolean {
    return this.#pairs(null, destMapper).every(({ right }) => committedValue(dest, right) !== null);
  }

  /** Puts the values under the names of the destination's columns: for rows of a secondary table. */
  populateRow(source: InstanceState, mapper: Mapper, row: Record<string, unknown>): void {
    const sources = this.sources(mapper);
    for (let i = 0; i < sources.length; i++) row[(this.columns[i]![1] as Column<unknown>).key] = sourceValue(source, sources[i]![0]);
  }

  /** As {@link populateRow}, with the values before and after a change of the key. */
  updateRow(source: InstanceState, mapper: Mapper, row: Record<string, unknown>, oldPrefix: string): void {
    const sources = this.sources(mapper);
    for (let i = 0; i < sources.length; i++) {
      const key = sources[i]![0];
      const column = this.columns[i]![1] as Column<unknown>;
      row[column.key] = sourceValue(source, key);
      row[oldPrefix + column.key] = committedValue(source, key);
    }
  }

  /** Whether values that the other side depends on were replaced by others. */
  sourceModified(source: InstanceState, mapper: Mapper): boolean {
    for (const [key] of this.sources(mapper)) {
      if (isUnchangedAttribute(source, key)) continue;
      if (source.getHistory(key).deleted.length > 0) return true;
      // replaced while it was not loaded: the identity tells what it was
      const before = identityValue(source, key);
      if (before !== undefined && before !== source.values[key]) return true;
    }
    return false;
  }
}

function attributeKey(mapper: Mapper, column: AnyColumn, side: "source" | "destination"): string {
  const property = mapper.columnToProperty.get(column._identity);
  if (property === undefined) {
    throw new UnmappedColumnError(
      `Can't carry a key to or from the ${side} column "${String(column)}": ${mapper.name} does not map it. ` +
        "Map the column, or give the relationship foreignKeys that leave it out (or { viewonly: true })",
    );
  }
  return property.key;
}

/** The part of a state's identity that an attribute holds; undefined for other attributes. */
export function identityValue(state: InstanceState, key: string): unknown {
  if (state.key === null) return undefined;
  const index = state.mapper._identityKeyProps.indexOf(key);
  return index < 0 ? undefined : state.key.identity[index];
}

/** The value of a column attribute; the identity stands in for a primary key that is not loaded. */
export function currentValue(state: InstanceState, key: string): unknown {
  const value = state.values[key];
  return value === undefined ? identityValue(state, key) : value;
}

/** The value that the row has in the database as far as is known. */
export function committedValue(state: InstanceState, key: string): unknown {
  const committed = state.committed;
  if (committed?.has(key) === true) {
    const value = committed.get(key);
    // a symbol where it was not loaded
    return typeof value === "symbol" ? identityValue(state, key) : value;
  }
  return currentValue(state, key);
}

function sourceValue(state: InstanceState, key: string): unknown {
  const value = currentValue(state, key);
  if (value !== undefined) return value;
  if (state.key === null) return null;
  throw new FlushError(
    `${state.mapper.name}.${key} of ${String(state)} is not loaded, and the flush has to carry its value to another row`,
  );
}
