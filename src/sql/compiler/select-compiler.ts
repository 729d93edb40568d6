import { compileStateFactory, type CompileState } from "../base/compile-state.ts";
import { extensionsAt, type PlacedExtension } from "../base/syntax-extension.ts";
import { CompileError } from "../../errors.ts";
import { whereList } from "../elements/boolean-clause-list.ts";
import type { ClauseElement } from "../elements/clause-element.ts";
import { ColumnClause } from "../elements/column-clause.ts";
import type { ColumnElement } from "../elements/column-element.ts";
import { Label } from "../elements/label.ts";
import { NamedColumn } from "../elements/named-column.ts";
import { UnaryExpression } from "../elements/unary.ts";
import { isFalse, isTrue } from "../operators/operator-table.ts";
import type { CompoundSelect } from "../selectable/compound-select.ts";
import type { ForUpdateArg } from "../selectable/for-update.ts";
import type { FromClause } from "../selectable/from-clause.ts";
import type { GenerativeSelect, SelectBase } from "../selectable/select-base.ts";
import type { ColumnPlusNames } from "../selectable/select-naming.ts";
import type { SelectCompileState } from "../selectable/select-state.ts";
import type { Select } from "../selectable/select.ts";
import type { TextualSelect } from "../selectable/text-select.ts";
import type { TypeEngine } from "../types/type-engine.ts";
import type { CompilerStackEntry } from "./base-compiler.ts";
import { CompileLabel } from "./compile-label.ts";
import { CteCompiler } from "./cte-compiler.ts";
import { warnOfCartesianProduct } from "./from-linter.ts";
import { ResultMap } from "./result-map.ts";
import type { SqlCompiler } from "./sql-compiler.ts";
import { asFrom, NO_OPTIONS, type VisitOptions } from "./visit-options.ts";

type StateOptions = Readonly<Record<string, unknown>>;

const NO_FROMS: ReadonlySet<ClauseElement> = new Set();
const NONE: readonly never[] = Object.freeze([]);
/** What the parts of a SELECT are not told of what the SELECT was. */
function withinSelect(options: VisitOptions): VisitOptions {
  return {
    ...options,
    asfrom: false,
    insertInto: false,
    fromhints: null,
    compoundIndex: null,
    lateral: false,
    subquery: false,
    withinColumnsClause: false,
    addToResultMap: null,
    // names without their table, as in RETURNING and ON CONFLICT, would be those of its own columns here
    includeTable: true,
  };
}

const OUTERMOST: StatementEntry = { correlateFroms: NO_FROMS, asfromFroms: NO_FROMS };

/** The statement that is being rendered, for those inside of it. */
export interface StatementEntry extends CompilerStackEntry {
  readonly needResultMapForCompound?: boolean;
  /** the first SELECT of a UNION, against which the others are checked */
  select0?: SelectBase<unknown>;
}

/** What `ext()` can be called on. */
interface HasExtensions {
  readonly _extensions: readonly PlacedExtension[];
}

/** How a column of SELECT or RETURNING is rendered. */
export interface ColumnRendering {
  /** the columns are those of the result */
  readonly populate: boolean;
  /** the values come to the program, through the expressions of their types: of all parts of a UNION, not only of the first */
  readonly columnExpressions?: boolean;
  readonly asfrom: boolean;
  /** made by `columnOptions()` */
  readonly options: VisitOptions;
}

/** Renders SELECT, UNION and its like. */
export abstract class SelectCompiler extends CteCompiler {
  readonly resultMap: ResultMap = new ResultMap();
  /** What the outermost statement was turned into before it was rendered. */
  compileState: CompileState | null = null;
  /** The column that is being rendered, if it is one of the result. */
  #collected: { readonly names: ColumnPlusNames; readonly column: ColumnElement<unknown>; readonly wrapped: boolean } | null = null;

  // ---------------------------------------------------------------- SELECT

  visitSelect(given: Select<unknown>, options: VisitOptions): string {
    const { asfrom = false, insertInto = false, compoundIndex = null, lateral = false } = options;
    let inner: VisitOptions = options === NO_OPTIONS ? NO_OPTIONS : withinSelect(options);
    const toplevel = this.stack.length === 0;
    const state = compileStateFactory(given, "select")(given, this as unknown as SqlCompiler, inner as StateOptions) as SelectCompileState;
    if (toplevel) this.compileState ??= state;
    const select = state.statement;
    if (state.ambiguousTableNames !== null && state.ambiguousTableNames.size > 0)
      inner = { ...inner, ambiguousTableNames: state.ambiguousTableNames };
    else if (inner.ambiguousTableNames != null) inner = { ...inner, ambiguousTableNames: null };

    const around: StatementEntry = toplevel ? OUTERMOST : (this.stack.at(-1) as StatementEntry);
    const columnExpressions = toplevel || around.needResultMapForCompound === true;
    const populate = columnExpressions && (compoundIndex === null || compoundIndex === 0);

    const froms = this.#enter(select, state, around, asfrom, lateral, compoundIndex);
    const byFrom = select._hints.length > 0 ? this.#fromHints(select) : null;
    let text = `SELECT ${this.extensionsBefore(select, "postSelect", inner)}`;
    const hint = byFrom === null ? null : this.selectHintText(byFrom);
    if (hint !== null) text += `${hint} `;
    if (select._independentCtes.length > 0) this.dispatchIndependentCtes(select, inner);
    const prefixes = select._prefixes.length > 0 ? this.fixes(select._prefixes, inner) : "";
    if (prefixes !== "") text += `${prefixes} `;
    text += this.selectPrecolumns(select, inner);
    text += this.extensionsBefore(select, "preColumns", inner);

    const rendering: ColumnRendering = { populate, columnExpressions, asfrom, options: this.columnOptions(inner, populate) };
    const columns = state.columnsPlusNames;
    for (let i = 0; i < columns.length; i += 1) text += (i === 0 ? "" : ", ") + this.labelSelectColumn(columns[i]!, rendering);
    if (columns.length === 0) text = text.trimEnd();

    text +=
      froms.length === 0 ? this.defaultFrom() : ` FROM ${this.fromList(froms, byFrom === null ? inner : { ...inner, fromhints: byFrom })}`;
    if (this.args.linting === true) warnOfCartesianProduct("SELECT", froms, select._whereCriteria);
    const where = whereList(select._whereCriteria);
    if (where !== null) text += this.#clause(" WHERE ", where, inner);
    text += this.groupByClause(select, inner);
    const having = whereList(select._havingCriteria);
    if (having !== null) text += this.#clause(" HAVING ", having, inner);
    text += this.extensionsBehind(select, "postCriteria", inner);
    text += this.orderByClause(select, inner);
    if (select._hasRowLimitingClause) text += this.rowLimitClause(select, inner);
    if (select._forUpdateArg !== null) text += this.forUpdateClause(select._forUpdateArg, inner);
    text += this.extensionsBehind(select, "postBody", inner) + this.#statementHints(select);

    // the CTEs of the parts of a UNION stand before the whole of it
    if (this.ctes.size > 0 && ((compoundIndex === null && !insertInto) || toplevel))
      text = this.renderCteClause(toplevel ? null : this.stack.length) + text;
    const suffixes = select._suffixes.length > 0 ? this.fixes(select._suffixes, inner) : "";
    if (suffixes !== "") text += ` ${suffixes}`;
    this.stack.pop();
    return text;
  }

  /** What stands at a point of a statement for extensions, with a space behind it. */
  extensionsBefore(statement: HasExtensions, point: string, options: VisitOptions): string {
    const text = this.extensions(statement, point, options);
    return text === "" ? "" : `${text} `;
  }

  /** The same with a space before it. */
  extensionsBehind(statement: HasExtensions, point: string, options: VisitOptions): string {
    const text = this.extensions(statement, point, options);
    return text === "" ? "" : ` ${text}`;
  }

  /** What stands at a point of a statement for extensions. */
  extensions({ _extensions: placed }: HasExtensions, point: string, options: VisitOptions): string {
    return placed.length === 0 ? "" : this.delimited(extensionsAt(placed, point), " ", options);
  }

  /** Notes the SELECT on the stack and finds out what its FROM list is there. */
  #enter(
    select: Select<unknown>,
    state: SelectCompileState,
    around: StatementEntry,
    asfrom: boolean,
    lateral: boolean,
    compoundIndex: number | null,
  ): FromClause[] {
    if (compoundIndex === 0) around.select0 = select;
    else if (compoundIndex !== null && around.select0 !== undefined) {
      const wanted = around.select0._allSelectedColumns.length;
      const found = state.columnsPlusNames.length;
      if (found !== wanted) {
        throw new CompileError(
          `All parts of a UNION (EXCEPT, INTERSECT) need the same number of columns: the first has ${wanted}, number ${compoundIndex + 1} has ${found}.`,
        );
      }
    }
    const correlate = around.correlateFroms as ReadonlySet<FromClause>;
    const listed = around.asfromFroms as ReadonlySet<FromClause>;
    let froms: FromClause[];
    if (correlate.size === 0) froms = state._getDisplayFroms(NONE, NONE);
    else if (!asfrom || lateral) froms = state._getDisplayFroms([...correlate], [...listed]);
    else
      froms = state._getDisplayFroms(
        [...correlate].filter((from) => !listed.has(from)),
        [],
      );
    const mine = new Set<ClauseElement>();
    for (const from of froms) for (const object of from._fromObjects) mine.add(object._identity);
    const around_ = correlate.size === 0 ? mine : new Set<ClauseElement>([...mine, ...correlate]);
    this.stack.push({ asfromFroms: mine, correlateFroms: around_, selectable: select, compileState: state });
    return froms;
  }

  #clause(keyword: string, element: ClauseElement, options: VisitOptions): string {
    const text = this.process(element, options);
    return text === "" ? "" : keyword + text;
  }

  #fromHints(select: Select<unknown>): Map<ClauseElement, string> {
    const hints = new Map<ClauseElement, string>();
    for (const [from, dialect, text] of select._hints) {
      if (!this.isMeant(dialect)) continue;
      const name = this.process(from, { ashint: true });
      // by a function: a name may hold what stands for something in a replacement, such as $'
      hints.set(
        from._identity,
        this.checkText(text).replaceAll("%(name)s", () => name),
      );
    }
    return hints;
  }

  #statementHints(select: Select<unknown>): string {
    if (select._statementHints.length === 0) return "";
    const texts = select._statementHints.filter(([dialect]) => this.isMeant(dialect)).map(([, text]) => this.checkText(text));
    return texts.length === 0 ? "" : ` ${this.statementHintText(texts)}`;
  }

  /** The hints on FROM elements as text behind SELECT, where the database has them there. */
  selectHintText(_byFrom: ReadonlyMap<ClauseElement, string>): string | null {
    return null;
  }

  statementHintText(texts: readonly string[]): string {
    return texts.join(" ");
  }

  /** DISTINCT, and whatever else stands before the columns. */
  selectPrecolumns(select: Select<unknown>, _options: VisitOptions): string {
    return select._distinct ? "DISTINCT " : "";
  }

  /** What stands for FROM where nothing is selected from. */
  defaultFrom(): string {
    return "";
  }

  fromList(froms: readonly FromClause[], options: VisitOptions): string {
    const inner = asFrom(options);
    let text = "";
    for (let i = 0; i < froms.length; i += 1) text += (i === 0 ? "" : ", ") + this.process(froms[i]!, inner);
    return text;
  }

  groupByClause(select: GenerativeSelect<unknown>, options: VisitOptions): string {
    if (select._groupByClauses.length === 0) return "";
    const text = this.delimited(select._groupByClauses, ", ", { ...options, withinGroupBy: true });
    return text === "" ? "" : ` GROUP BY ${text}`;
  }

  orderByClause(select: GenerativeSelect<unknown>, options: VisitOptions): string {
    if (select._orderByClauses.length === 0) return "";
    const text = this.delimited(select._orderByClauses, ", ", options);
    return text === "" ? "" : ` ORDER BY ${text}`;
  }

  rowLimitClause(select: GenerativeSelect<unknown>, options: VisitOptions): string {
    return select._fetchClause === null ? this.limitClause(select, options) : this.fetchClause(select, options);
  }

  limitClause(select: GenerativeSelect<unknown>, options: VisitOptions): string {
    let text = "";
    if (select._limitClause !== null) text += ` LIMIT ${this.process(select._limitClause, options)}`;
    if (select._offsetClause !== null) {
      if (select._limitClause === null) text += " LIMIT -1";
      text += ` OFFSET ${this.process(select._offsetClause, options)}`;
    }
    return text;
  }

  fetchClause(select: GenerativeSelect<unknown>, options: VisitOptions): string {
    let text = "";
    if (select._offsetClause !== null) text += ` OFFSET ${this.process(select._offsetClause, options)} ROWS`;
    if (select._fetchClause !== null) {
      const { percent, withTies } = select._fetchClauseOptions ?? { percent: false, withTies: false };
      text += ` FETCH FIRST ${this.process(select._fetchClause, options)}${percent ? " PERCENT" : ""} ROWS ${withTies ? "WITH TIES" : "ONLY"}`;
    }
    return text;
  }

  forUpdateClause(_forUpdate: ForUpdateArg, _options: VisitOptions): string {
    return " FOR UPDATE";
  }

  // ---------------------------------------------------------------- columns

  /** A column of SELECT or RETURNING, with the label that it needs there. */
  labelSelectColumn(names: ColumnPlusNames, { populate, columnExpressions = populate, asfrom, options }: ColumnRendering): string {
    const column = names.column as ColumnElement<unknown>;
    const impl = column.type.dialectImpl(this.dialect);
    let expression: ColumnElement<unknown> = column;
    if (columnExpressions && impl._hasColumnExpression) expression = impl.columnExpression(column) ?? column;
    const wrapped = expression !== column;

    let result: ColumnElement<unknown> | CompileLabel;
    if (column instanceof Label) result = wrapped ? new CompileLabel(expression, column.name) : expression;
    else if (names.requiredLabelName !== null) result = new CompileLabel(expression, names.requiredLabelName);
    else if (wrapped || this.#needsLabel(column, asfrom))
      result = new CompileLabel(expression, names.fallbackLabelName ?? column._anonNameLabel);
    else result = expression;

    const around = this.#collected;
    if (populate) this.#collected = { names, column, wrapped };
    const text = result instanceof CompileLabel ? this.visitLabel(result.asLabel(), options) : this.process(result, options);
    this.#collected = around;
    return text;
  }

  /** The options that the columns of a SELECT or RETURNING are rendered with. */
  columnOptions(options: VisitOptions, populate: boolean): VisitOptions {
    return {
      ...options,
      withinColumnsClause: true,
      withinLabelClause: false,
      withinTstring: false,
      addToResultMap: populate ? this.#collect : null,
    };
  }

  #needsLabel(column: ColumnElement<unknown>, asfrom: boolean): boolean {
    if (column instanceof ColumnClause) return asfrom && !column.isLiteral && column.table !== null;
    if (column._isTextClause) return false;
    if (column instanceof UnaryExpression) {
      const asComparison = (column.operator === isFalse || column.operator === isTrue) && !this.dialect.supportsNativeBoolean;
      return asComparison || asfrom || wrapsUnnamedColumn(column);
    }
    return !(column instanceof NamedColumn) && column._nonAnonLabel === null;
  }

  readonly #collect = (name: string, key: string, objects: readonly object[], type: TypeEngine<unknown>): void => {
    if (type.isTuple) {
      throw new CompileError("A tuple() cannot be selected: databases do not give row values. Select its parts one by one.");
    }
    const { names, column, wrapped } = this.#collected!;
    const { proxyKey } = names;
    const rowKey = proxyKey === null || proxyKey.startsWith("_no_label") ? name : proxyKey;
    // a repeated column is found at its first place only
    const found = names.repeated ? [] : wrapped || !objects.includes(column) ? [column, ...objects] : objects;
    this.resultMap.add(name, name === "" ? key : rowKey, found, wrapped ? column.type : type);
  };

  // ---------------------------------------------------------------- UNION

  visitCompoundSelect(given: CompoundSelect<unknown>, options: VisitOptions): string {
    const { asfrom = false, compoundIndex = null } = options;
    const rest: VisitOptions = { ...options, asfrom: false, compoundIndex: null, subquery: false, insertInto: false, fromhints: null };
    const toplevel = this.stack.length === 0;
    const state = compileStateFactory(given, "compoundSelect")(given, this as unknown as SqlCompiler, rest as StateOptions);
    if (toplevel) this.compileState ??= state;
    const compound = state.statement as CompoundSelect<unknown>;
    const around: StatementEntry = toplevel ? OUTERMOST : (this.stack.at(-1) as StatementEntry);
    const needResultMap = toplevel || ((compoundIndex === null || compoundIndex === 0) && around.needResultMapForCompound === true);
    if (compoundIndex === 0) around.select0 = given;
    this.stack.push({
      correlateFroms: around.correlateFroms,
      asfromFroms: around.asfromFroms,
      selectable: given,
      compileState: state,
      needResultMapForCompound: needResultMap,
    });
    if (compound._independentCtes.length > 0) this.dispatchIndependentCtes(compound, rest);
    let text = compound.selects
      .map((select, i) => this.process(select, { ...rest, asfrom, compoundIndex: i }))
      .join(` ${this.compoundKeyword(compound.keyword)} `);
    const inner = { ...rest, includeTable: false };
    text += this.groupByClause(compound, inner);
    text += this.orderByClause(compound, inner);
    if (compound._hasRowLimitingClause) text += this.rowLimitClause(compound, inner);
    if (this.ctes.size > 0) text = this.renderCteClause(toplevel ? null : this.stack.length, true) + text;
    this.stack.pop();
    return text;
  }

  /** UNION and its like, as the database spells it. */
  compoundKeyword(keyword: string): string {
    return keyword;
  }

  // ---------------------------------------------------------------- text().columns()

  visitTextualSelect(select: TextualSelect<unknown>, options: VisitOptions): string {
    const { compoundIndex = null } = options;
    const rest: VisitOptions = { ...options, asfrom: false, compoundIndex: null, subquery: false, insertInto: false, fromhints: null };
    const toplevel = this.stack.length === 0;
    const around: StatementEntry = toplevel ? OUTERMOST : (this.stack.at(-1) as StatementEntry);
    if (compoundIndex === 0) around.select0 = select;
    this.stack.push({ correlateFroms: NO_FROMS, asfromFroms: NO_FROMS, selectable: select });
    if (select._independentCtes.length > 0) this.dispatchIndependentCtes(select, rest);
    if (toplevel || (compoundIndex === 0 && around.needResultMapForCompound === true)) {
      this.resultMap.ordered = select.positional;
      for (const column of select.columnArgs) {
        const label = column.name ?? "";
        this.resultMap.columns.push({
          name: label,
          key: column.key ?? label,
          objects: [...new Set<object>([column._identity, column, ...column._proxies])],
          type: column.type,
        });
      }
    }
    let text = this.process(select.element, rest);
    if (this.ctes.size > 0) text = this.renderCteClause(toplevel ? null : this.stack.length) + text;
    this.stack.pop();
    return text;
  }
}

function wrapsUnnamedColumn(unary: UnaryExpression<unknown>): boolean {
  const inner = unary.element._ungroup();
  return !(inner instanceof NamedColumn) || inner._nonAnonLabel === null;
}
