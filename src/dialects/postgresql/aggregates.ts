import { ArgumentError } from "../../errors.ts";
import { expectExpression } from "../../sql/base/coercions.ts";
import type { Expression } from "../../sql/base/expression.ts";
import type { Field } from "../../sql/base/traversal.ts";
import type { SqlCompiler } from "../../sql/compiler/sql-compiler.ts";
import type { VisitOptions } from "../../sql/compiler/visit-options.ts";
import type { ClauseElement } from "../../sql/elements/clause-element.ts";
import type { ClauseList } from "../../sql/elements/clause-list.ts";
import { ColumnElement } from "../../sql/elements/column-element.ts";
import { byList } from "../../sql/elements/over.ts";
import { arrayAgg as genericArrayAgg } from "../../sql/functions/aggregates.ts";
import type { FunctionElement } from "../../sql/functions/function-element.ts";
import type { FromClause } from "../../sql/selectable/from-clause.ts";
import type { TypeEngine } from "../../sql/types/type-engine.ts";
import { ARRAY } from "./array-type.ts";

/** The argument of an aggregate with the order in which the rows are taken: `x ORDER BY y`. */
export class PgAggregateOrderBy<V> extends ColumnElement<V> {
  static override readonly fields: readonly Field[] = [
    ["target", "clause"],
    ["orderBy", "clause"],
  ];

  target: ColumnElement<V>;
  orderBy: ClauseList;

  constructor(target: ColumnElement<V>, orderBy: readonly unknown[]) {
    super();
    if (orderBy.length === 0) throw new ArgumentError("pg.aggregateOrderBy() needs at least one expression to sort by.");
    this.target = target;
    this.orderBy = byList(orderBy, "pg.aggregateOrderBy()")!;
  }

  override get type(): TypeEngine<V> {
    return this.target.type;
  }

  override accept(compiler: SqlCompiler, options: VisitOptions): string {
    if (!("hasOrderedArguments" in compiler) && compiler.dialect.name !== "default") compiler.unsupported("ORDER BY of an argument");
    return `${compiler.process(this.target, options)} ORDER BY ${compiler.process(this.orderBy, options)}`;
  }

  override selfGroup(): ClauseElement {
    return this;
  }

  override get _fromObjects(): readonly FromClause[] {
    return [...this.target._fromObjects, ...this.orderBy._fromObjects];
  }
}

/**
 * The argument of an aggregate with an order: `func.array_agg(pg.aggregateOrderBy(x, y.desc()))`.
 * `func.array_agg(x).aggregateOrderBy(y.desc())` does the same on every database that has it.
 */
export function aggregateOrderBy<V>(target: Expression<V>, ...orderBy: readonly unknown[]): PgAggregateOrderBy<V> {
  return new PgAggregateOrderBy<V>(expectExpression(target, "pg.aggregateOrderBy()") as ColumnElement<V>, orderBy);
}

/** `array_agg(x)` whose result has the operators of PostgreSQL's arrays. */
export function arrayAgg<V>(expression: Expression<V>): FunctionElement<V[]> {
  return genericArrayAgg(
    [expression],
    null,
    (item) => new ARRAY(item, { dimensions: 1 }) as TypeEngine<unknown>,
  ) as FunctionElement<unknown> as FunctionElement<V[]>;
}
