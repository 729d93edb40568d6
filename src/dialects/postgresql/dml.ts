import { Blank } from "../../sql/base/generative.ts";
import { attributeColumnsOf } from "../../sql/dml/attribute-columns.ts";
import type { DmlTarget } from "../../sql/dml/insert.ts";
import { begun, NO_TABLE, type ReturningOptions } from "../../sql/dml/dml-base.ts";
import type { AnyWrite, InsertInto, WithValues, WriteTypes } from "../../sql/dml/value-types.ts";
import type { SelectArgument, SelectShape, SelectedValue, TupleRow } from "../../sql/selectable/select-types.ts";
import { OnConflictDoNothing, OnConflictDoUpdate, OnConflictInsert, type OnConflictTarget, type OnConflictUpdate } from "../on-conflict.ts";

/** The target of ON CONFLICT on PostgreSQL: columns, or a constraint by its name or as an object. */
export interface PgOnConflictTarget extends OnConflictTarget {
  readonly constraint?: string | object | null;
}

/**
 * An INSERT with PostgreSQL's ON CONFLICT.
 * @see https://www.postgresql.org/docs/current/sql-insert.html#SQL-ON-CONFLICT
 */
export class PgInsert<R = unknown[], S extends WriteTypes = AnyWrite, A = unknown> extends OnConflictInsert<R, S, A> {
  static override readonly inheritCache: boolean = true;

  override values(values: S["values"]): PgInsert<R, WithValues<S>, A>;
  override values(values: unknown): never {
    return this._withValues(values) as never;
  }

  /** Leaves rows that are in conflict with existing ones out. */
  onConflictDoNothing(target: PgOnConflictTarget = {}): this {
    return this._withPostValues(new OnConflictDoNothing(target, attributeColumnsOf(this)));
  }

  /**
   * Changes the existing row where a new one is in conflict with it. The new one is {@link excluded}.
   * @throws ArgumentError without a target, or with nothing to set
   */
  onConflictDoUpdate(options: OnConflictUpdate & PgOnConflictTarget): this {
    return this._withPostValues(new OnConflictDoUpdate(options, this.table, attributeColumnsOf(this)));
  }

  override returning<const C extends readonly SelectArgument[]>(...columns: C): PgInsert<TupleRow<C>, S, C>;
  override returning<const C extends readonly SelectArgument[]>(...args: [...C, ReturningOptions]): PgInsert<TupleRow<C>, S, C>;
  override returning<const H extends SelectShape>(shape: H): PgInsert<{ -readonly [K in keyof H]: SelectedValue<H[K]> }, S, H>;
  override returning(...args: readonly unknown[]): never {
    return this._addReturning(args) as never;
  }
}

const blank = new Blank(() => new PgInsert(NO_TABLE as never));

/** Starts an INSERT that knows PostgreSQL's ON CONFLICT. */
export function insert<T extends DmlTarget>(table: T): PgInsert<unknown[], InsertInto<T>> {
  return begun(blank, table, "insert()") as never;
}
