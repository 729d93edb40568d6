import { Blank } from "../../sql/base/generative.ts";
import type { DmlTarget } from "../../sql/dml/insert.ts";
import { begun, NO_TABLE, type ReturningOptions } from "../../sql/dml/dml-base.ts";
import type { SelectArgument, SelectShape, ShapeRow, TupleRow } from "../../sql/selectable/select-types.ts";
import { OnConflictDoNothing, OnConflictDoUpdate, OnConflictInsert, type OnConflictTarget, type OnConflictUpdate } from "../on-conflict.ts";

/** The target of ON CONFLICT on PostgreSQL: columns, or a constraint by its name or as an object. */
export interface PgOnConflictTarget extends OnConflictTarget {
  readonly constraint?: string | object | null;
}

/**
 * An INSERT with PostgreSQL's ON CONFLICT.
 * @see https://www.postgresql.org/docs/current/sql-insert.html#SQL-ON-CONFLICT
 */
export class PgInsert<R = unknown[]> extends OnConflictInsert<R> {
  static override readonly inheritCache: boolean = true;

  /** Leaves rows that are in conflict with existing ones out. */
  onConflictDoNothing(target: PgOnConflictTarget = {}): this {
    return this._withPostValues(new OnConflictDoNothing(target));
  }

  /**
   * Changes the existing row where a new one is in conflict with it. The new one is {@link excluded}.
   * @throws ArgumentError without a target, or with nothing to set
   */
  onConflictDoUpdate(options: OnConflictUpdate & PgOnConflictTarget): this {
    return this._withPostValues(new OnConflictDoUpdate(options, this.table));
  }

  override returning<const A extends readonly SelectArgument[]>(...columns: A): PgInsert<TupleRow<A>>;
  override returning<const A extends readonly SelectArgument[]>(...args: [...A, ReturningOptions]): PgInsert<TupleRow<A>>;
  override returning<const S extends SelectShape>(shape: S): PgInsert<ShapeRow<S>>;
  override returning(...args: readonly unknown[]): PgInsert<never> {
    return this._addReturning(args) as unknown as PgInsert<never>;
  }
}

const blank = new Blank(() => new PgInsert(NO_TABLE as never));

/** Starts an INSERT that knows PostgreSQL's ON CONFLICT. */
export function insert(table: DmlTarget): PgInsert {
  return begun(blank, table, "insert()");
}
