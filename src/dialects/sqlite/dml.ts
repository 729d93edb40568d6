import { Blank } from "../../sql/base/generative.ts";
import type { DmlTarget } from "../../sql/dml/insert.ts";
import { begun, NO_TABLE, type ReturningOptions } from "../../sql/dml/dml-base.ts";
import type { SelectArgument, SelectShape, ShapeRow, TupleRow } from "../../sql/selectable/select-types.ts";
import { OnConflictDoNothing, OnConflictDoUpdate, OnConflictInsert, type OnConflictTarget, type OnConflictUpdate } from "../on-conflict.ts";

/**
 * An INSERT with SQLite's ON CONFLICT.
 * @see https://www.sqlite.org/lang_upsert.html
 */
export class SqliteInsert<R = unknown[]> extends OnConflictInsert<R> {
  static override readonly inheritCache: boolean = true;

  /** Leaves rows that are in conflict with existing ones out. */
  onConflictDoNothing(target: OnConflictTarget = {}): this {
    return this._withPostValues(new OnConflictDoNothing(target));
  }

  /**
   * Changes the existing row where a new one is in conflict with it. The new one is {@link excluded}.
   * @throws ArgumentError without a target, or with nothing to set
   */
  onConflictDoUpdate(options: OnConflictUpdate): this {
    return this._withPostValues(new OnConflictDoUpdate(options, this.table));
  }

  override returning<const A extends readonly SelectArgument[]>(...columns: A): SqliteInsert<TupleRow<A>>;
  override returning<const A extends readonly SelectArgument[]>(...args: [...A, ReturningOptions]): SqliteInsert<TupleRow<A>>;
  override returning<const S extends SelectShape>(shape: S): SqliteInsert<ShapeRow<S>>;
  override returning(...args: readonly unknown[]): SqliteInsert<never> {
    return this._addReturning(args) as unknown as SqliteInsert<never>;
  }
}

const blank = new Blank(() => new SqliteInsert(NO_TABLE as never));

/** Starts an INSERT that knows SQLite's ON CONFLICT. */
export function insert(table: DmlTarget): SqliteInsert {
  return begun(blank, table, "insert()");
}
