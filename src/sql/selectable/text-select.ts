import { expectLabeledColumn } from "../base/coercions.ts";
import type { Field } from "../base/traversal.ts";
import type { SqlCompiler } from "../compiler/sql-compiler.ts";
import type { VisitOptions } from "../compiler/visit-options.ts";
import { ArgumentError } from "../../errors.ts";
import type { BindParameter } from "../elements/bind-parameter.ts";
import type { ClauseElement } from "../elements/clause-element.ts";
import { ColumnClause } from "../elements/column-clause.ts";
import type { ColumnElement } from "../elements/column-element.ts";
import { textColumnsSlot, type TextBase, type TextClause } from "../elements/text-clause.ts";
import { TypeEngine } from "../types/type-engine.ts";
import { ColumnCollection } from "./column-collection.ts";
import { EXECUTABLE_FIELDS } from "./executable-rows.ts";
import type { FromClause } from "./from-clause.ts";
import { LABEL_STYLE_NONE, type SelectLabelStyle } from "./label-style.ts";
import { SelectBase } from "./select-base.ts";
import type { CompoundColumns } from "./select-naming.ts";

/**
 * A text of which the columns are known, so that it can be used as a SELECT: `text("…").columns(…)`.
 * See https://docs.sqlalchemy.org/en/21/core/selectable.html#sqlalchemy.sql.expression.TextualSelect
 */
export class TextualSelect<R = unknown[], A = unknown> extends SelectBase<R, A> {
  static override readonly fields: readonly Field[] = [
    ["element", "clause"],
    ["columnArgs", "clauses"],
    ["positional", "plain"],
    ...EXECUTABLE_FIELDS,
  ];

  readonly element: TextBase;
  readonly columnArgs: readonly ColumnElement<unknown>[];
  /** the columns are those of the text in order, rather than by name */
  readonly positional: boolean;

  constructor(element: TextBase, columns: readonly ColumnElement<unknown>[], positional: boolean) {
    super();
    this.element = element;
    this.columnArgs = columns;
    this.positional = positional;
  }

  override accept(compiler: SqlCompiler, options: VisitOptions): string {
    return compiler.visitTextualSelect(this as TextualSelect<unknown>, options);
  }

  override get _isTextual(): boolean {
    return true;
  }

  override get _allSelectedColumns(): readonly ClauseElement[] {
    return this.columnArgs;
  }

  override get _selectedCollection(): ColumnCollection {
    const columns = new ColumnCollection();
    for (const column of this.columnArgs) columns.add(column);
    return columns;
  }

  override _scalarType(): TypeEngine<unknown> {
    return this.columnArgs[0]!.type;
  }

  override getLabelStyle(): SelectLabelStyle {
    return LABEL_STYLE_NONE;
  }

  override setLabelStyle(): this {
    return this;
  }

  override _ensureDisambiguatedNames(): this {
    return this;
  }

  /** A copy with values for the parameters of the text. */
  bindparams(...binds: readonly (BindParameter<unknown> | Readonly<Record<string, unknown>>)[]): this {
    return Object.assign(this._generate(), { element: (this.element as TextClause).bindparams(...binds) });
  }

  override _generateFromclauseColumnProxies(
    fromclause: FromClause,
    columns: ColumnCollection,
    primaryKey: Set<ColumnElement<unknown>>,
    foreignKeys: Set<object>,
    compound?: CompoundColumns,
  ): void {
    this.columnArgs.forEach((column, i) => {
      const compoundSelectCols = compound?.[i] ?? null;
      const [key, proxy] = column._makeProxy(fromclause, { primaryKey, foreignKeys, compoundSelectCols });
      columns.add(proxy, key);
    });
  }
}

textColumnsSlot.fill((text, given) => {
  const columns: ColumnElement<unknown>[] = [];
  let byPosition = 0;
  for (const item of given) {
    const types = typesByName(item);
    if (types === null) {
      columns.push(expectLabeledColumn(item, "columns()"));
      byPosition += 1;
    } else {
      for (const [name, type] of Object.entries(types)) {
        if (!(type instanceof TypeEngine))
          throw new ArgumentError(`columns() takes a type for each name, such as { id: t.integer() }; "${name}" has none.`);
        columns.push(new ColumnClause<unknown>(name, type));
      }
    }
  }
  return new TextualSelect(text, columns, byPosition === columns.length && byPosition > 0);
});

function typesByName(item: unknown): Record<string, unknown> | null {
  if (typeof item !== "object" || item === null) return null;
  return Object.getPrototypeOf(item) === Object.prototype ? (item as Record<string, unknown>) : null;
}
