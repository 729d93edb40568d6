import type { Field } from "../base/traversal.ts";
import type { SqlCompiler } from "../compiler/sql-compiler.ts";
import type { VisitOptions } from "../compiler/visit-options.ts";
import type { ClauseElement } from "../elements/clause-element.ts";
import type { ColumnElement } from "../elements/column-element.ts";
import type { TypeEngine } from "../types/type-engine.ts";
import { describe, expectCompoundElement } from "../base/coercions.ts";
import { ArgumentError } from "../../errors.ts";
import type { ColumnCollection } from "./column-collection.ts";
import { EXECUTABLE_FIELDS } from "./executable-rows.ts";
import type { FromClause } from "./from-clause.ts";
import { LABEL_STYLE_DEFAULT, type SelectLabelStyle } from "./label-style.ts";
import { GenerativeSelect, type SelectBase } from "./select-base.ts";
import { SelectStatementGrouping } from "./select-grouping.ts";
import type { Fitting, RowOf, UnionRow } from "./select-types.ts";
import type { CompoundColumns } from "./select-naming.ts";

/** What SELECTs are put together by. */
export type CompoundKeyword = "UNION" | "UNION ALL" | "EXCEPT" | "EXCEPT ALL" | "INTERSECT" | "INTERSECT ALL";

const KEYWORDS: readonly CompoundKeyword[] = ["UNION", "UNION ALL", "EXCEPT", "EXCEPT ALL", "INTERSECT", "INTERSECT ALL"];

/**
 * SELECTs put together by UNION, EXCEPT or INTERSECT.
 * See https://docs.sqlalchemy.org/en/21/core/selectable.html#sqlalchemy.sql.expression.CompoundSelect
 */
export class CompoundSelect<R = unknown[], A = unknown> extends GenerativeSelect<R, A> {
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

  /** @throws ArgumentError for another keyword, and for what is no SELECT */
  constructor(keyword: CompoundKeyword, selects: readonly SelectBase<R>[]) {
    super();
    // it is written into the SQL
    if (!KEYWORDS.includes(keyword))
      throw new ArgumentError(`SELECTs are put together by ${KEYWORDS.join(", ")}, not by ${describe(keyword)}.`);
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

  override _groupInCompound(): SelectBase<R, A> {
    return new SelectStatementGrouping(this);
  }

  override isDerivedFrom(fromclause: FromClause | null): boolean {
    return this.selects.some((select) => select.isDerivedFrom(fromclause));
  }

  override setLabelStyle(style: SelectLabelStyle): this {
    if (this._labelStyle === style) return this;
    return this._withFirst((first) => first.setLabelStyle(style));
  }

  override _ensureDisambiguatedNames(): SelectBase<R, A> {
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
  union<T, B, const Q extends readonly SelectBase<unknown>[]>(
    this: SelectBase<T, B>,
    ...others: Q & Fitting<T, Q>
  ): CompoundSelect<UnionRow<T, RowOf<Q[number]>>, B> {
    return compound("UNION", this, others) as never;
  }

  /** UNION ALL with further SELECTs. */
  unionAll<T, B, const Q extends readonly SelectBase<unknown>[]>(
    this: SelectBase<T, B>,
    ...others: Q & Fitting<T, Q>
  ): CompoundSelect<UnionRow<T, RowOf<Q[number]>>, B> {
    return compound("UNION ALL", this, others) as never;
  }

  /** EXCEPT further SELECTs. */
  except<T, B, const Q extends readonly SelectBase<unknown>[]>(this: SelectBase<T, B>, ...others: Q & Fitting<T, Q>): CompoundSelect<T, B> {
    return compound("EXCEPT", this, others) as never;
  }

  /** EXCEPT ALL further SELECTs. */
  exceptAll<T, B, const Q extends readonly SelectBase<unknown>[]>(
    this: SelectBase<T, B>,
    ...others: Q & Fitting<T, Q>
  ): CompoundSelect<T, B> {
    return compound("EXCEPT ALL", this, others) as never;
  }

  /** INTERSECT with further SELECTs. */
  intersect<T, B, const Q extends readonly SelectBase<unknown>[]>(
    this: SelectBase<T, B>,
    ...others: Q & Fitting<T, Q>
  ): CompoundSelect<T, B> {
    return compound("INTERSECT", this, others) as never;
  }

  /** INTERSECT ALL with further SELECTs. */
  intersectAll<T, B, const Q extends readonly SelectBase<unknown>[]>(
    this: SelectBase<T, B>,
    ...others: Q & Fitting<T, Q>
  ): CompoundSelect<T, B> {
    return compound("INTERSECT ALL", this, others) as never;
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

/** Puts statements together. */
export function compound(keyword: CompoundKeyword, first: object, others: readonly object[]): CompoundSelect<unknown> {
  return new CompoundSelect<unknown>(keyword, [first, ...others] as readonly SelectBase<unknown>[]);
}

/** SELECTs put together by UNION. */
export function union<T, B, const Q extends readonly SelectBase<unknown>[]>(
  first: SelectBase<T, B>,
  ...others: Q & Fitting<T, Q>
): CompoundSelect<UnionRow<T, RowOf<Q[number]>>, B> {
  return compound("UNION", first, others) as never;
}

/** SELECTs put together by UNION ALL. */
export function unionAll<T, B, const Q extends readonly SelectBase<unknown>[]>(
  first: SelectBase<T, B>,
  ...others: Q & Fitting<T, Q>
): CompoundSelect<UnionRow<T, RowOf<Q[number]>>, B> {
  return compound("UNION ALL", first, others) as never;
}

/** The rows of the first SELECT that the others do not give: EXCEPT. */
export function except<T, B, const Q extends readonly SelectBase<unknown>[]>(
  first: SelectBase<T, B>,
  ...others: Q & Fitting<T, Q>
): CompoundSelect<T, B> {
  return compound("EXCEPT", first, others) as never;
}

/** The same with repeated rows counted: EXCEPT ALL. */
export function exceptAll<T, B, const Q extends readonly SelectBase<unknown>[]>(
  first: SelectBase<T, B>,
  ...others: Q & Fitting<T, Q>
): CompoundSelect<T, B> {
  return compound("EXCEPT ALL", first, others) as never;
}

/** The rows that all SELECTs give: INTERSECT. */
export function intersect<T, B, const Q extends readonly SelectBase<unknown>[]>(
  first: SelectBase<T, B>,
  ...others: Q & Fitting<T, Q>
): CompoundSelect<T, B> {
  return compound("INTERSECT", first, others) as never;
}

/** The same with repeated rows counted: INTERSECT ALL. */
export function intersectAll<T, B, const Q extends readonly SelectBase<unknown>[]>(
  first: SelectBase<T, B>,
  ...others: Q & Fitting<T, Q>
): CompoundSelect<T, B> {
  return compound("INTERSECT ALL", first, others) as never;
}
