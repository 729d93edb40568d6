import type { Field } from "../base/traversal.ts";
import type { SqlCompiler } from "../compiler/sql-compiler.ts";
import type { VisitOptions } from "../compiler/visit-options.ts";
import type { ClauseElement } from "../elements/clause-element.ts";
import type { ColumnElement } from "../elements/column-element.ts";
import type { TypeEngine } from "../types/type-engine.ts";
import { expectCompoundElement } from "../base/coercions.ts";
import type { ColumnCollection } from "./column-collection.ts";
import { EXECUTABLE_FIELDS } from "./executable-rows.ts";
import type { FromClause } from "./from-clause.ts";
import { LABEL_STYLE_DEFAULT, type SelectLabelStyle } from "./label-style.ts";
import { GenerativeSelect, type SelectBase } from "./select-base.ts";
import { SelectStatementGrouping } from "./select-grouping.ts";
import type { CompoundColumns } from "./select-naming.ts";

/** What SELECTs are put together by. */
export type CompoundKeyword = "UNION" | "UNION ALL" | "EXCEPT" | "EXCEPT ALL" | "INTERSECT" | "INTERSECT ALL";

/**
 * SELECTs put together by UNION, EXCEPT or INTERSECT.
 * See https://docs.sqlalchemy.org/en/21/core/selectable.html#sqlalchemy.sql.expression.CompoundSelect
 */
export class CompoundSelect<R = unknown[]> extends GenerativeSelect<R> {
  static override readonly fields: readonly Field[] = [
    ["selects", "clauses"],
    ["_limitClause", "clause"],
    ["_offsetClause", "clause"],
    ["_fetchClause", "clause"],
    ["_fetchClauseOptions", "plainRecord", null],
    ["_orderByClauses", "clauses"],
    ["_groupByClauses", "clauses"],
    ["_forUpdateArg", "clause"],
    ["_labelStyle", "plain", LABEL_STYLE_DEFAULT],
    ["keyword", "plain"],
    ...EXECUTABLE_FIELDS,
  ];

  readonly keyword: CompoundKeyword;
  readonly selects: readonly SelectBase<R>[];

  constructor(keyword: CompoundKeyword, selects: readonly SelectBase<R>[]) {
    super();
    this.keyword = keyword;
    this.selects = selects.map((select) => (this._taken(expectCompoundElement(select, keyword)) as SelectBase<R>)._groupInCompound());
  }

  /** Whether rows are objects, by the names of the first SELECT. @internal */
  get _shape(): readonly string[] | null {
    const first = this.selects[0];
    const inner = first instanceof SelectStatementGrouping ? first.element : first;
    return (inner as { readonly _shape?: readonly string[] | null } | undefined)?._shape ?? null;
  }

  override get _isFromContainer(): boolean {
    return true;
  }

  override accept(compiler: SqlCompiler, options: VisitOptions): string {
    return compiler.visitCompoundSelect(this as CompoundSelect<unknown>, options);
  }

  override _scalarType(): TypeEngine<unknown> {
    return this.selects[0]!._scalarType();
  }

  override selfGroup(): ClauseElement {
    return new SelectStatementGrouping(this);
  }

  override _groupInCompound(): SelectBase<R> {
    return new SelectStatementGrouping(this);
  }

  override isDerivedFrom(fromclause: FromClause | null): boolean {
    return this.selects.some((select) => select.isDerivedFrom(fromclause));
  }

  override setLabelStyle(style: SelectLabelStyle): this {
    if (this._labelStyle === style) return this;
    return this._withFirst((first) => first.setLabelStyle(style));
  }

  override _ensureDisambiguatedNames(): SelectBase<R> {
    const first = this.selects[0]!;
    const named = first._ensureDisambiguatedNames();
    return named === first ? this : this._withFirst(() => named);
  }

  /** @internal */
  _withFirst(change: (first: SelectBase<R>) => SelectBase<R>): this {
    const [first, ...others] = this.selects;
    return Object.assign(this._generate(), { selects: [change(first!), ...others] });
  }

  override _generateFromclauseColumnProxies(
    fromclause: FromClause,
    columns: ColumnCollection,
    primaryKey: Set<ColumnElement<unknown>>,
    foreignKeys: Set<object>,
  ): void {
    let first = this.selects[0]!;
    if (this._labelStyle !== LABEL_STYLE_DEFAULT) first = first.setLabelStyle(this._labelStyle);
    // a column of the whole stands for one column of each part; nearer parts win where more than one could be meant
    const parts = this.selects.map((select, i) =>
      select._allSelectedColumns.filter(isColumn).map((column) => column._annotate({ weight: i + 1 })),
    );
    const compound: CompoundColumns = (parts[0] ?? []).map((_, i) => parts.flatMap((part) => part[i] ?? []));
    (first as unknown as CompoundProxies)._generateFromclauseColumnProxies(fromclause, columns, primaryKey, foreignKeys, compound);
  }

  override get _allSelectedColumns(): readonly ClauseElement[] {
    return this.selects[0]!._allSelectedColumns;
  }

  override get _selectedCollection(): ColumnCollection {
    return this.selects[0]!._selectedCollection;
  }

  /** UNION with further SELECTs. */
  union(...others: readonly SelectBase<unknown>[]): CompoundSelect<R> {
    return extended("UNION", this, others);
  }

  /** UNION ALL with further SELECTs. */
  unionAll(...others: readonly SelectBase<unknown>[]): CompoundSelect<R> {
    return extended("UNION ALL", this, others);
  }

  /** EXCEPT further SELECTs. */
  except(...others: readonly SelectBase<unknown>[]): CompoundSelect<R> {
    return extended("EXCEPT", this, others);
  }

  /** EXCEPT ALL further SELECTs. */
  exceptAll(...others: readonly SelectBase<unknown>[]): CompoundSelect<R> {
    return extended("EXCEPT ALL", this, others);
  }

  /** INTERSECT with further SELECTs. */
  intersect(...others: readonly SelectBase<unknown>[]): CompoundSelect<R> {
    return extended("INTERSECT", this, others);
  }

  /** INTERSECT ALL with further SELECTs. */
  intersectAll(...others: readonly SelectBase<unknown>[]): CompoundSelect<R> {
    return extended("INTERSECT ALL", this, others);
  }
}

interface CompoundProxies {
  _generateFromclauseColumnProxies(
    fromclause: FromClause,
    columns: ColumnCollection,
    primaryKey: Set<ColumnElement<unknown>>,
    foreignKeys: Set<object>,
    compound: CompoundColumns,
  ): void;
}

function isColumn(element: ClauseElement): element is ColumnElement<unknown> {
  return "_proxyKey" in element;
}

function extended<R>(keyword: CompoundKeyword, first: CompoundSelect<R>, others: readonly SelectBase<unknown>[]): CompoundSelect<R> {
  return new CompoundSelect<R>(keyword, [first, ...others] as readonly SelectBase<R>[]);
}

/** SELECTs put together by UNION. */
export function union<R>(first: SelectBase<R>, ...others: readonly SelectBase<unknown>[]): CompoundSelect<R> {
  return new CompoundSelect<R>("UNION", [first, ...others] as readonly SelectBase<R>[]);
}

/** SELECTs put together by UNION ALL. */
export function unionAll<R>(first: SelectBase<R>, ...others: readonly SelectBase<unknown>[]): CompoundSelect<R> {
  return new CompoundSelect<R>("UNION ALL", [first, ...others] as readonly SelectBase<R>[]);
}

/** The rows of the first SELECT that the others do not give: EXCEPT. */
export function except<R>(first: SelectBase<R>, ...others: readonly SelectBase<unknown>[]): CompoundSelect<R> {
  return new CompoundSelect<R>("EXCEPT", [first, ...others] as readonly SelectBase<R>[]);
}

/** The same with repeated rows counted: EXCEPT ALL. */
export function exceptAll<R>(first: SelectBase<R>, ...others: readonly SelectBase<unknown>[]): CompoundSelect<R> {
  return new CompoundSelect<R>("EXCEPT ALL", [first, ...others] as readonly SelectBase<R>[]);
}

/** The rows that all SELECTs give: INTERSECT. */
export function intersect<R>(first: SelectBase<R>, ...others: readonly SelectBase<unknown>[]): CompoundSelect<R> {
  return new CompoundSelect<R>("INTERSECT", [first, ...others] as readonly SelectBase<R>[]);
}

/** The same with repeated rows counted: INTERSECT ALL. */
export function intersectAll<R>(first: SelectBase<R>, ...others: readonly SelectBase<unknown>[]): CompoundSelect<R> {
  return new CompoundSelect<R>("INTERSECT ALL", [first, ...others] as readonly SelectBase<R>[]);
}
