import type { Origin } from "../base/expression.ts";
import { ArgumentError } from "../../errors.ts";
import type { Field } from "../base/traversal.ts";
import type { SqlCompiler } from "../compiler/sql-compiler.ts";
import type { VisitOptions } from "../compiler/visit-options.ts";
import type { FromClause } from "../selectable/from-clause.ts";
import type { TypeEngine } from "../types/type-engine.ts";
import type { ClauseList } from "./clause-list.ts";
import { ColumnElement } from "./column-element.ts";
import { FunctionFilter } from "./function-filter.ts";
import { byList, Over, type OverOptions } from "./over.ts";

/** A function that says itself which type it has with WITHIN GROUP. */
export interface HasWithinGroupType {
  withinGroupType(withinGroup: WithinGroup<unknown>): TypeEngine<unknown> | null;
}

/**
 * An aggregate of sorted rows: `string_agg(x, ',' ORDER BY y)`, or WITHIN GROUP where the database wants that.
 * @see https://docs.sqlalchemy.org/en/21/core/sqlelement.html#sqlalchemy.sql.expression.AggregateOrderBy
 */
export class AggregateOrderBy<V, N extends Origin = Origin> extends ColumnElement<V, N> {
  static override readonly fields: readonly Field[] = [
    ["element", "clause"],
    ["orderBy", "clause"],
  ];

  element: ColumnElement<V, N>;
  orderBy: ClauseList;

  constructor(element: ColumnElement<V, N>, orderBy: readonly unknown[]) {
    super();
    if (orderBy.length === 0) throw new ArgumentError("aggregateOrderBy() and withinGroup() need at least one expression to sort by.");
    this.element = element;
    this.orderBy = byList(orderBy, "aggregateOrderBy() or withinGroup()")!;
  }

  override get type(): TypeEngine<V> {
    return this.element.type;
  }

  override accept(compiler: SqlCompiler, options: VisitOptions): string {
    return compiler.visitAggregateOrderBy(this, options);
  }

  override get _wrappedColumn(): ColumnElement<unknown> {
    return this.element;
  }

  override get _fromObjects(): readonly FromClause[] {
    return [...this.element._fromObjects, ...this.orderBy._fromObjects];
  }

  /** `… OVER (…)` */
  over(options: OverOptions = {}): Over<V, N> {
    return new Over<V, N>(this, options);
  }

  /** `… FILTER (WHERE …)` */
  filter(...criteria: readonly unknown[]): FunctionFilter<V, N> | this {
    return criteria.length === 0 ? this : new FunctionFilter<V, N>(this, criteria);
  }
}

/**
 * An ordered-set aggregate: `percentile_cont(0.5) WITHIN GROUP (ORDER BY x)`.
 * @see https://docs.sqlalchemy.org/en/21/core/sqlelement.html#sqlalchemy.sql.expression.within_group
 */
export class WithinGroup<V, N extends Origin = Origin> extends AggregateOrderBy<V, N> {
  static override readonly inheritCache: boolean = true;

  override get type(): TypeEngine<V> {
    const type = (this.element as Partial<HasWithinGroupType>).withinGroupType?.(this as WithinGroup<unknown>) ?? null;
    return (type ?? this.element.type) as TypeEngine<V>;
  }

  override accept(compiler: SqlCompiler, options: VisitOptions): string {
    return compiler.visitWithinGroup(this, options);
  }
}
