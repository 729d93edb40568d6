import type { Origin } from "../base/expression.ts";
import { expectCondition } from "../base/coercions.ts";
import { Slot } from "../base/late.ts";
import { generate } from "../base/executable.ts";
import type { Field } from "../base/traversal.ts";
import type { SqlCompiler } from "../compiler/sql-compiler.ts";
import type { VisitOptions } from "../compiler/visit-options.ts";
import { isPrecedent, type Operator } from "../operators/operator.ts";
import * as operators from "../operators/operator-table.ts";
import type { FromClause } from "../selectable/from-clause.ts";
import type { TypeEngine } from "../types/type-engine.ts";
import { conjunction } from "./boolean-clause-list.ts";
import type { ClauseElement } from "./clause-element.ts";
import { ColumnElement } from "./column-element.ts";
import { Grouping } from "./grouping.ts";
import { Over, type OverOptions } from "./over.ts";
import type { WithinGroup } from "./within-group.ts";

/** Filled by elements/constructors.ts, since WithinGroup has filter() and this class withinGroup(). */
export const withinGroupSlot: Slot<(element: ColumnElement<unknown>, orderBy: readonly unknown[]) => WithinGroup<unknown>> = new Slot(
  "withinGroup",
);

/**
 * An aggregate of some of the rows: `count(*) FILTER (WHERE …)`.
 * @see https://docs.sqlalchemy.org/en/21/core/sqlelement.html#sqlalchemy.sql.expression.funcfilter
 */
export class FunctionFilter<V, N extends Origin = Origin> extends ColumnElement<V, N> {
  static override readonly fields: readonly Field[] = [
    ["func", "clause"],
    ["criterion", "clause"],
  ];

  func: ColumnElement<V, N>;
  criterion: ClauseElement | null = null;

  constructor(func: ColumnElement<V, N>, criteria: readonly unknown[]) {
    super();
    this.func = func;
    this._add(criteria);
  }

  private _add(criteria: readonly unknown[]): void {
    for (const one of criteria) {
      const condition = expectCondition(one, "filter()");
      this.criterion = this.criterion === null ? condition : conjunction(operators.and, [this.criterion, condition]);
    }
  }

  override get type(): TypeEngine<V> {
    return this.func.type;
  }

  override accept(compiler: SqlCompiler, options: VisitOptions): string {
    return compiler.visitFuncfilter(this, options);
  }

  override get _fromObjects(): readonly FromClause[] {
    return [...this.func._fromObjects, ...(this.criterion?._fromObjects ?? [])];
  }

  /** The same with further conditions. */
  filter(...criteria: readonly unknown[]): FunctionFilter<V, N> {
    const copy = generate(this);
    copy._add(criteria);
    return copy;
  }

  /** `… OVER (…)` */
  over(options: OverOptions = {}): Over<V, N> {
    return new Over<V, N>(this, options);
  }

  /** `… WITHIN GROUP (ORDER BY …)` */
  withinGroup(...orderBy: readonly unknown[]): WithinGroup<V, N> {
    return withinGroupSlot.call(this, orderBy) as WithinGroup<V, N>;
  }

  override selfGroup(against?: Operator): ClauseElement {
    return isPrecedent(operators.filterOp, against) ? new Grouping<V>(this) : this;
  }
}
