import { Blank } from "../../sql/base/generative.ts";
import { attributeColumnsOf } from "../../sql/dml/attribute-columns.ts";
import type { DmlTarget } from "../../sql/dml/insert.ts";
import { begun, NO_TABLE, type ReturningOptions } from "../../sql/dml/dml-base.ts";
import type { AnyWrite, InsertInto, WithValues, WriteTypes } from "../../sql/dml/value-types.ts";
import type { SelectArgument, SelectShape, SelectedValue, TupleRow } from "../../sql/selectable/select-types.ts";
import { OnConflictDoNothing, OnConflictDoUpdate, OnConflictInsert, type OnConflictTarget, type OnConflictUpdate } from "../on-conflict.ts";

/**
 * An INSERT with SQLite's ON CONFLICT.
 * @see https://www.sqlite.org/lang_upsert.html
 */
export class SqliteInsert<R = unknown[], S extends WriteTypes = AnyWrite, A = unknown> extends OnConflictInsert<R, S, A> {
  static override readonly inheritCache: boolean = true;

  override values(values: S["values"]): SqliteInsert<R, WithValues<S>, A>;
  override values(values: unknown): never {
    return this._withValues(values) as never;
  }

  /** Leaves rows that are in conflict with existing ones out. */
  onConflictDoNothing(target: OnConflictTarget = {}): this {
    return this._withPostValues(new OnConflictDoNothing(target, attributeColumnsOf(this)));
  }

  /**
   * Changes the existing row where a new one is in conflict with it. The new one is {@link excluded}.
   * @throws ArgumentError without a target, or with nothing to set
   */
  onConflictDoUpdate(options: OnConflictUpdate): this {
    return this._withPostValues(new OnConflictDoUpdate(options, this.table, attributeColumnsOf(this)));
  }

  override returning<const C extends readonly SelectArgument[]>(...columns: C): SqliteInsert<TupleRow<C>, S, C>;
  override returning<const C extends readonly SelectArgument[]>(...args: [...C, ReturningOptions]): SqliteInsert<TupleRow<C>, S, C>;
  override returning<const H extends SelectShape>(shape: H): SqliteInsert<{ -readonly [K in keyof H]: SelectedValue<H[K]> }, S, H>;
  override returning(...args: readonly unknown[]): never {
    return this._addReturning(args) as never;
  }
}

const blank = new Blank(() => new SqliteInsert(NO_TABLE as never));

/** Starts an INSERT that knows SQLite's ON CONFLICT. */
export function insert<T extends DmlTarget>(table: T): SqliteInsert<unknown[], InsertInto<T>> {
  return begun(blank, table, "insert()") as never;
}
