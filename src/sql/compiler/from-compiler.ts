import { CompileError } from "../../errors.ts";
import { BindParameter, NO_VALUE } from "../elements/bind-parameter.ts";
import type { ClauseElement } from "../elements/clause-element.ts";
import type { ColumnClause } from "../elements/column-clause.ts";
import { isAnonymous } from "../elements/quoted-name.ts";
import { Tuple } from "../elements/tuple.ts";
import type { Alias, AliasedReturnsRows } from "../selectable/alias.ts";
import type { FromClause, NamedFromClause } from "../selectable/from-clause.ts";
import type { FromGrouping } from "../selectable/from-grouping.ts";
import type { Join } from "../selectable/join.ts";
import type { Lateral } from "../selectable/lateral.ts";
import type { ScalarSelect } from "../selectable/scalar-select.ts";
import type { SelectStatementGrouping } from "../selectable/select-grouping.ts";
import type { Subquery } from "../selectable/subquery.ts";
import type { TableClause } from "../selectable/table-clause.ts";
import type { TableSample } from "../selectable/tablesample.ts";
import type { TableValuedAlias, TableValuedColumn } from "../selectable/table-valued.ts";
import type { ScalarValues, Values } from "../selectable/values.ts";
import type { TypeEngine } from "../types/type-engine.ts";
import { FunctionCompiler } from "./function-compiler.ts";
import { rowParts } from "./rows-form.ts";
import { notAsFrom, type VisitOptions } from "./visit-options.ts";

/** What aliases, subqueries and table-valued functions have in common. */
interface Aliased extends NamedFromClause {
  readonly element: ClauseElement;
  readonly _renderDerived?: boolean;
  readonly _renderDerivedWithTypes?: boolean;
}

/** VALUES, as FROM element or as list. */
export interface RowsOfValues {
  readonly _data: readonly (readonly unknown[])[];
  readonly _columnArgs: readonly ColumnClause<unknown>[];
  readonly _columnTypes: readonly TypeEngine<unknown>[];
  readonly literalBinds: boolean;
  readonly _rowsBind: BindParameter<unknown> | null;
}

/** Renders what stands in the FROM list. */
export abstract class FromCompiler extends FunctionCompiler {
  // ---------------------------------------------------------------- tables

  visitTable(table: TableClause, options: VisitOptions): string {
    if (options.asfrom !== true && options.ashint !== true && options.withinTstring !== true) return "";
    const schema = this.preparer.schemaForObject(table as never);
    const quote = (table as { readonly quote?: boolean | null }).quote ?? null;
    let text = this.preparer.quote(table.name, quote);
    if (schema) {
      if (options.useSchema !== false)
        text = `${this.preparer.quoteSchema(schema, (table as { readonly quoteSchema?: boolean | null }).quoteSchema ?? null)}.${text}`;
    } else if (!table.schema) {
      // a table with a schema has the same name: this one gets an alias
      const enclosing = (options.enclosingAlias as Aliased | null | undefined)?.element;
      const other = enclosing === table ? undefined : options.ambiguousTableNames?.get(table.name);
      if (other !== undefined) text += this.renderAsAliasSuffix(this.preparer.quote(this.truncatedIdentifier("alias", other)));
    }
    return this.withFromHint(text, table, options);
  }

  /** The text of a FROM element with the hint that it was given. */
  withFromHint(text: string, from: FromClause, options: VisitOptions): string {
    const hint = options.fromhints?.get(from._identity);
    return hint === undefined ? text : this.formatFromHintText(text, from, hint, options.isCrud === true);
  }

  formatFromHintText(text: string, from: FromClause, hint: string, _isCrud: boolean): string {
    const rendered = this.fromHintText(from, hint);
    return rendered === null ? text : `${text} ${rendered}`;
  }

  /** How a hint is written behind a FROM element; null for not at all. */
  fromHintText(_from: FromClause, _hint: string): string | null {
    return null;
  }

  // ---------------------------------------------------------------- aliases

  visitAlias(alias: Alias, options: VisitOptions): string {
    return this.renderAlias(alias as unknown as Aliased, options);
  }

  visitSubquery(subquery: Subquery, options: VisitOptions): string {
    return this.renderAlias(subquery as unknown as Aliased, { ...options, subquery: true });
  }

  visitLateral(lateral: Lateral, options: VisitOptions): string {
    const subquery = (lateral as unknown as AliasedReturnsRows).element._isSelectBase;
    return `LATERAL ${this.renderAlias(lateral as unknown as Aliased, { ...options, lateral: true, subquery })}`;
  }

  visitTableValuedAlias(alias: TableValuedAlias, options: VisitOptions): string {
    if (!alias._isLateral) return this.renderAlias(alias as unknown as Aliased, options);
    return `LATERAL ${this.renderAlias(alias as unknown as Aliased, { ...options, lateral: true })}`;
  }

  visitTableValuedColumn(column: TableValuedColumn<unknown>, options: VisitOptions): string {
    return this.visitColumn(column as never, options);
  }

  visitTablesample(sample: TableSample, options: VisitOptions): string {
    const rest = notAsFrom(options);
    const text = `${this.renderAlias(sample as unknown as Aliased, { ...rest, asfrom: true })} TABLESAMPLE ${this.process(sample.sampling, rest)}`;
    return sample.seed === null ? text : `${text} REPEATABLE (${this.process(sample.seed, rest)})`;
  }

  /** The element and its name: `users AS users_1`, `(SELECT …) AS anon_1`. */
  renderAlias(alias: Aliased, options: VisitOptions): string {
    const { asfrom, ashint, isCrud, fromhints, subquery, lateral, enclosingAlias, withinTstring } = options;
    const enclosingLateral = lateral === true ? (options.enclosingLateral ?? alias) : (options.enclosingLateral ?? null);
    const inner: VisitOptions = {
      ...options,
      asfrom: false,
      ashint: false,
      isCrud: false,
      fromhints: null,
      subquery: false,
      withinTstring: false,
      lateral: lateral === true,
      enclosingLateral,
      enclosingAlias: alias,
    };
    if ((enclosingAlias as Aliased | null | undefined)?.element === alias) {
      // an alias of an alias: the outer name counts
      const text = this.process(alias.element, { ...options, enclosingLateral, subquery: false, enclosingAlias: alias });
      return subquery === true && (asfrom === true || lateral === true) ? `(${text})` : text;
    }
    if (ashint === true && asfrom !== true) return this.quotedAliasName(alias);
    if (asfrom !== true && withinTstring !== true) return this.process(alias.element, inner);
    if (ashint === true) return this.quotedAliasName(alias);
    const name = this.quotedAliasName(alias);
    let text = this.process(alias.element, { ...inner, asfrom: true });
    if (subquery === true) text = `(${text})`;
    text += this.renderAsAliasSuffix(name);
    if (alias._renderDerived === true) text += `(${this.derivedColumns(alias)})`;
    return this.withFromHint(text, alias, { fromhints: fromhints ?? null, isCrud: isCrud ?? false });
  }

  /** The names of a function's columns, behind its alias. */
  derivedColumns(alias: Aliased): string {
    const columns = [];
    for (const column of alias._collection) {
      const name = this.preparer.quote(column.name ?? "", (column as { readonly quote?: boolean | null }).quote ?? null);
      columns.push(alias._renderDerivedWithTypes === true ? `${name} ${this.dialect.typeCompiler.process(column.type)}` : name);
    }
    return columns.join(", ");
  }

  /** The name of an alias, numbered if it was made. */
  aliasName(alias: { readonly name: string }): string {
    return isAnonymous(alias.name) ? this.truncatedIdentifier("alias", alias.name) : alias.name;
  }

  /** The same as it is written: in quotes where it needs them, or was made with the wish for them. */
  quotedAliasName(alias: { readonly name: string; readonly quote?: boolean | null }): string {
    return this.preparer.quote(this.aliasName(alias), alias.quote ?? null);
  }

  renderAsAliasSuffix(name: string): string {
    return ` AS ${name}`;
  }

  // ---------------------------------------------------------------- joins, brackets

  visitJoin(join: Join, options: VisitOptions): string {
    const rest = notAsFrom(options);
    const sides = { ...rest, asfrom: true };
    const keyword = join.full ? " FULL OUTER JOIN " : join.isouter ? " LEFT OUTER JOIN " : this.innerJoinKeyword;
    return `${this.process(join.left, sides)}${keyword}${this.process(join.right, sides)} ON ${this.process(join.onclause, rest)}`;
  }

  get innerJoinKeyword(): string {
    return " JOIN ";
  }

  visitFromGrouping(grouping: FromGrouping, options: VisitOptions): string {
    const rest = notAsFrom(options);
    return `(${this.process(grouping.element, rest)})`;
  }

  visitScalarSelect(scalar: ScalarSelect<unknown>, options: VisitOptions): string {
    const rest = notAsFrom(options);
    return `(${this.process(scalar.element, rest)})`;
  }

  visitSelectStatementGrouping(grouping: SelectStatementGrouping<unknown>, options: VisitOptions): string {
    return `(${this.process(grouping.element, options)})`;
  }

  // ---------------------------------------------------------------- VALUES

  visitValues(values: Values, options: VisitOptions): string {
    const { asfrom, visitingCte } = options;
    const rest: VisitOptions = { ...options, asfrom: false, visitingCte: null };
    const text = this.renderValues(values, rest);
    if (asfrom !== true) return text;
    const lateral = values._isLateral ? "LATERAL " : "";
    if ((visitingCte as AliasedReturnsRows | null | undefined)?.element === (values as unknown)) {
      if (values._isLateral) throw new CompileError("VALUES inside a CTE cannot be LATERAL.");
      return text;
    }
    if (values._unnamed) return `${lateral}(${text})`;
    const columns = values._collection.all().map((column) => this.process(column, { includeTable: false }));
    return `${lateral}(${text})${this.renderAsAliasSuffix(this.quotedAliasName(values))} (${columns.join(", ")})`;
  }

  visitScalarValues(values: ScalarValues, options: VisitOptions): string {
    return `(${this.renderValues(values, options)})`;
  }

  renderValues(values: RowsOfValues, options: VisitOptions): string {
    const rows = this.plainRows(values, options, (cells) => this.process(new Tuple(cells), options), ", ");
    if (rows !== null) return `VALUES ${rows}`;
    const inner = values.literalBinds ? { ...options, literalBinds: true } : options;
    return `VALUES ${values._data.map((row) => this.process(new Tuple(row, values._columnTypes).selfGroup(), inner)).join(", ")}`;
  }

  /**
   * Rows of nothing but values, as one place in the text: rows of another execution may be more or less. Null where they have to be
   * rendered one by one.
   * @param render - renders a row of binds
   */
  plainRows(
    values: RowsOfValues,
    options: VisitOptions,
    render: (cells: readonly ClauseElement[], isFirst: boolean) => string,
    separator: string,
  ): string | null {
    const bind = values._rowsBind;
    if (bind === null || options.literalBinds === true) return null;
    const samples = values._columnTypes.map((type) => new BindParameter<unknown>(null, NO_VALUE, type, true));
    const count = this.slots.length;
    const [first, other] = [true, false].map((isFirst) => rowParts(render(samples, isFirst), this.slots, samples));
    this.forgetBindMarks(count);
    if (first == null || other == null) {
      this.isCacheable = false;
      return null;
    }
    const cells = values._columnArgs.map(({ name, type }) => ({ name, type, isStored: false, nullAsText: !type.shouldEvaluateNone }));
    return this.rowsMark(bind, { first, other, separator, cells });
  }
}
