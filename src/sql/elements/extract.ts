import type { Origin } from "../base/expression.ts";
import { ArgumentError } from "../../errors.ts";
import { expectExpression } from "../base/coercions.ts";
import type { Field } from "../base/traversal.ts";
import type { SqlCompiler } from "../compiler/sql-compiler.ts";
import type { VisitOptions } from "../compiler/visit-options.ts";
import type { FromClause } from "../selectable/from-clause.ts";
import { IntegerType } from "../types/numeric.ts";
import type { TypeEngine } from "../types/type-engine.ts";
import { ColumnElement } from "./column-element.ts";

const INTEGER = new IntegerType() as TypeEngine<unknown>;

/**
 * `EXTRACT(field FROM expression)`
 * @see https://docs.sqlalchemy.org/en/21/core/sqlelement.html#sqlalchemy.sql.expression.extract
 */
export class Extract<V extends number | null = number | null, N extends Origin = Origin> extends ColumnElement<V, N> {
  static override readonly fields: readonly Field[] = [
    ["expr", "clause"],
    ["field", "plain"],
  ];

  readonly field: string;
  expr: ColumnElement<unknown>;

  constructor(field: string, expression: unknown) {
    super();
    if (typeof field !== "string") throw new ArgumentError('extract() takes the name of a field first, as in extract("year", x).');
    this.field = field;
    this.expr = expectExpression(expression, "extract()");
  }

  override get type(): TypeEngine<V> {
    return INTEGER as TypeEngine<V>;
  }

  override accept(compiler: SqlCompiler, options: VisitOptions): string {
    return compiler.visitExtract(this, options);
  }

  override get _fromObjects(): readonly FromClause[] {
    return this.expr._fromObjects;
  }
}
