import type { Field } from "../base/traversal.ts";
import type { SqlCompiler } from "../compiler/sql-compiler.ts";
import type { VisitOptions } from "../compiler/visit-options.ts";
import { ClauseElement } from "./clause-element.ts";
import type { ClauseList } from "./clause-list.ts";

/** The arguments of an aggregate with an ORDER BY behind them, as the compiler makes it: `x, y ORDER BY z`. */
export class AggregateInlineOrderBy extends ClauseElement {
  static override readonly fields: readonly Field[] = [
    ["element", "clause"],
    ["orderBy", "clause"],
  ];

  element: ClauseList;
  orderBy: ClauseList;

  constructor(element: ClauseList, orderBy: ClauseList) {
    super();
    this.element = element;
    this.orderBy = orderBy;
  }

  override accept(compiler: SqlCompiler, options: VisitOptions): string {
    return compiler.visitAggregateInlineOrderBy(this, options);
  }
}
