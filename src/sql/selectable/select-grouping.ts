import type { SqlCompiler } from "../compiler/sql-compiler.ts";
import type { VisitOptions } from "../compiler/visit-options.ts";
import type { Field } from "../base/traversal.ts";
import type { ClauseElement } from "../elements/clause-element.ts";
import type { ColumnElement } from "../elements/column-element.ts";
import type { TypeEngine } from "../types/type-engine.ts";
import type { ColumnCollection } from "./column-collection.ts";
import { EXECUTABLE_FIELDS } from "./executable-rows.ts";
import type { FromClause } from "./from-clause.ts";
import type { SelectLabelStyle } from "./label-style.ts";
import type { CompoundColumns } from "./select-naming.ts";
import { SelectBase } from "./select-base.ts";

/** A SELECT in brackets, inside a UNION. */
export class SelectStatementGrouping<R, A = unknown> extends SelectBase<R, A> {
  static override readonly fields: readonly Field[] = [["element", "clause"], ...EXECUTABLE_FIELDS];

  readonly element: SelectBase<R, A>;

  constructor(element: SelectBase<R, A>) {
    super();
    this.element = element;
  }

  /** The SELECT inside the brackets. */
  get selectStatement(): SelectBase<R, A> {
    return this.element;
  }

  override get _isSelectContainer(): boolean {
    return true;
  }

  override _ensureDisambiguatedNames(): SelectBase<R, A> {
    const element = this.element._ensureDisambiguatedNames();
    return element === this.element ? this : new SelectStatementGrouping(element);
  }

  override getLabelStyle(): SelectLabelStyle {
    return this.element.getLabelStyle();
  }

  override setLabelStyle(style: SelectLabelStyle): SelectBase<R, A> {
    return new SelectStatementGrouping(this.element.setLabelStyle(style));
  }

  override get _selectedCollection(): ColumnCollection {
    return this.element._selectedCollection;
  }

  override get _allSelectedColumns(): readonly ClauseElement[] {
    return this.element._allSelectedColumns;
  }

  override _scalarType(): TypeEngine<unknown> {
    return this.element._scalarType();
  }

  override get _fromObjects(): readonly FromClause[] {
    return this.element._fromObjects;
  }

  override _generateFromclauseColumnProxies(
    fromclause: FromClause,
    columns: ColumnCollection,
    primaryKey: Set<ColumnElement<unknown>>,
    foreignKeys: Set<object>,
    compoundColumns?: CompoundColumns,
  ): void {
    (this.element as unknown as SelectStatementGrouping<R>)._generateFromclauseColumnProxies(
      fromclause,
      columns,
      primaryKey,
      foreignKeys,
      compoundColumns,
    );
  }

  override accept(compiler: SqlCompiler, options: VisitOptions): string {
    return compiler.visitSelectStatementGrouping(this as SelectStatementGrouping<unknown>, options);
  }
}
