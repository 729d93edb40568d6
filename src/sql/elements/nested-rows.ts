import type { Field } from "../base/traversal.ts";
import { shallowCopy } from "../base/generative.ts";
import type { SqlCompiler } from "../compiler/sql-compiler.ts";
import type { VisitOptions } from "../compiler/visit-options.ts";
import type { NestedType } from "../types/nested-type.ts";
import type { ClauseElement } from "./clause-element.ts";
import { ColumnElement } from "./column-element.ts";
import type { Label } from "./label.ts";

/** The name of the row in the subquery that makes it. */
export const NESTED_ROW = "nested_row";

/** Several values as one JSON array. */
export class NestedRow<V = unknown> extends ColumnElement<V> {
  static override readonly fields: readonly Field[] = [
    ["values", "clauses"],
    ["type", "type"],
  ];

  values: readonly ColumnElement<unknown>[];
  override readonly type: NestedType<V>;

  constructor(values: readonly ColumnElement<unknown>[], type: NestedType<V>) {
    super();
    this.values = values;
    this.type = type;
  }

  override accept(compiler: SqlCompiler, options: VisitOptions): string {
    return compiler.visitNestedRow(this as NestedRow, options);
  }
}

/** A SELECT as it stands inside of {@link NestedRows}; its one column is a {@link NestedRow}, labelled {@link NESTED_ROW}. */
export interface NestedSelect extends ClauseElement {
  _rawColumns: readonly ClauseElement[];
  _orderByClauses: readonly ClauseElement[];
  _limitClause: ColumnElement<unknown> | null;
  _offsetClause: ColumnElement<unknown> | null;
}

/** The rows of a SELECT, or its one row, as one JSON value. */
export class NestedRows<V = unknown> extends ColumnElement<V, never> {
  static override readonly fields: readonly Field[] = [
    ["element", "clause"],
    ["type", "type"],
  ];

  element: NestedSelect;
  override readonly type: NestedType<V>;

  constructor(element: NestedSelect, type: NestedType<V>) {
    super();
    this.element = element;
    this.type = type;
    this._propagateAttrs = element._propagateAttrs;
  }

  /** Whoever walks over the statement around it has nothing to do with what is inside, which is a statement of its own. */
  override _children(): readonly ClauseElement[] {
    return [];
  }

  override selfGroup(): NestedRows<V> {
    return this;
  }

  /** The same SELECT, with the rows put together by the aggregate function, which puts them in order and counts them off. @internal */
  _aggregated(withLimit: boolean): NestedSelect {
    const { element } = this;
    const row = (element._rawColumns[0] as Label<unknown>).element as NestedRow;
    const copy = shallowCopy(element) as NestedSelect & { _selected?: unknown };
    const limit = withLimit ? element._limitClause : null;
    copy._rawColumns = [new NestedAggregate(row, element._orderByClauses, limit, withLimit ? element._offsetClause : null)];
    copy._orderByClauses = [];
    copy._limitClause = null;
    copy._offsetClause = null;
    return copy;
  }

  override accept(compiler: SqlCompiler, options: VisitOptions): string {
    return compiler.visitNestedRows(this as NestedRows, options);
  }
}

/** The aggregate function that makes one array of rows; it exists while a statement is compiled only. */
export class NestedAggregate extends ColumnElement<unknown> {
  static override readonly fields: readonly Field[] = [
    ["row", "clause"],
    ["orderBy", "clauses"],
    ["limit", "clause"],
    ["offset", "clause"],
  ];

  row: NestedRow;
  orderBy: readonly ClauseElement[];
  limit: ColumnElement<unknown> | null;
  offset: ColumnElement<unknown> | null;

  constructor(
    row: NestedRow,
    orderBy: readonly ClauseElement[],
    limit: ColumnElement<unknown> | null,
    offset: ColumnElement<unknown> | null,
  ) {
    super();
    this.row = row;
    this.orderBy = orderBy;
    this.limit = limit;
    this.offset = offset;
  }

  override get type(): NestedType {
    return this.row.type;
  }

  override accept(compiler: SqlCompiler, options: VisitOptions): string {
    return compiler.visitNestedAggregate(this, options);
  }
}
