import type { Expression, Origin } from "../base/expression.ts";
import { expectColumnOrName } from "../base/coercions.ts";
import type { Field } from "../base/traversal.ts";
import type { SqlCompiler } from "../compiler/sql-compiler.ts";
import type { VisitOptions } from "../compiler/visit-options.ts";
import type { TypeEngine } from "../types/type-engine.ts";
import { ColumnElement } from "./column-element.ts";

/** The value that another column of the same INSERT or UPDATE gets: see {@link fromDmlColumn}. */
export class DmlTargetCopy<V, N extends Origin = Origin> extends ColumnElement<V, N> {
  static override readonly fields: readonly Field[] = [["column", "clause"]];

  readonly column: ColumnElement<unknown>;

  constructor(column: unknown) {
    super();
    this.column = expectColumnOrName(column, "fromDmlColumn()");
  }

  override get type(): TypeEngine<V> {
    return this.column.type as TypeEngine<V>;
  }

  override accept(compiler: SqlCompiler, options: VisitOptions): string {
    return compiler.visitDmlTargetCopy(this as DmlTargetCopy<unknown>, options);
  }
}

/**
 * Among the values of an INSERT or UPDATE, what another column is set to: a value, an expression or a default. A column that an UPDATE does
 * not set stands for itself. Defaults of columns may be made of it.
 * @param column - the other column of the same table
 * @throws CompileError when it stands elsewhere than among values, or names a column that an INSERT has no value for
 * @example insert(users).values({ name: "Wendy", sortKey: func.lower(fromDmlColumn(users.c.name)) })
 * @see https://docs.sqlalchemy.org/en/21/core/sqlelement.html#sqlalchemy.sql.expression.from_dml_column
 */
export function fromDmlColumn<V, N extends Origin>(column: Expression<V, N>): ColumnElement<V, N>;
export function fromDmlColumn(column: unknown): ColumnElement<never> {
  return new DmlTargetCopy(column);
}
