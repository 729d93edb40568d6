import { CompileError } from "../../errors.ts";
import { SqlCompiler } from "../../sql/compiler/sql-compiler.ts";
import type { VisitOptions } from "../../sql/compiler/visit-options.ts";
import type { UpdateBase } from "../../sql/dml/dml-base.ts";
import type { Insert } from "../../sql/dml/insert.ts";
import type { Update } from "../../sql/dml/update.ts";
import type { BinaryExpression } from "../../sql/elements/binary.ts";
import { Cast } from "../../sql/elements/cast.ts";
import type { ClauseElement } from "../../sql/elements/clause-element.ts";
import { literal, true_ } from "../../sql/elements/constructors.ts";
import type { ExplainOptions } from "../../sql/elements/explain.ts";
import type { Extract } from "../../sql/elements/extract.ts";
import type { Function } from "../../sql/functions/function.ts";
import type { Operator } from "../../sql/operators/operator.ts";
import type { FromClause } from "../../sql/selectable/from-clause.ts";
import { CompoundSelect } from "../../sql/selectable/compound-select.ts";
import { GenerativeSelect, type SelectBase } from "../../sql/selectable/select-base.ts";
import type { Select } from "../../sql/selectable/select.ts";
import type { Values } from "../../sql/selectable/values.ts";
import type { TypeEngine } from "../../sql/types/type-engine.ts";
import type { OnConflictCompiler } from "../on-conflict.ts";

const EXTRACT: Readonly<Record<string, string>> = {
  month: "%m",
  day: "%d",
  year: "%Y",
  second: "%S",
  hour: "%H",
  doy: "%j",
  minute: "%M",
  epoch: "%s",
  dow: "%w",
  week: "%W",
};

/** Renders statements for SQLite. */
export class SqliteCompiler extends SqlCompiler implements OnConflictCompiler {
  readonly onConflictTargetLiterals: boolean = true;

  /** An unconnected dialect renders what SQLAlchemy renders, also where SQLite does not take it. */
  private get isConnected(): boolean {
    return this.#version !== null;
  }

  get #version(): readonly number[] | null {
    return (this.dialect as { readonly serverVersionInfo?: readonly number[] | null }).serverVersionInfo ?? null;
  }

  override visitMerge(): string {
    return this.noMerge("insert(…).values(…).onConflictDoUpdate(…), with insert of athanor/sqlite.");
  }

  override explainClause(options: ExplainOptions): string {
    const [name] = Object.keys(options);
    return name === undefined ? "EXPLAIN QUERY PLAN" : this.unsupported(`the option "${name}" of EXPLAIN: there are none`);
  }

  override visitTruedivBinary(binary: BinaryExpression<unknown>, _operator: Operator, options: VisitOptions): string {
    return `${this.process(binary.left, options)} / (${this.process(binary.right, options)} + 0.0)`;
  }

  visitNowFunc(_fn: Function<unknown>, _options: VisitOptions): string {
    return "CURRENT_TIMESTAMP";
  }

  visitLocaltimestampFunc(_fn: Function<unknown>, _options: VisitOptions): string {
    return "DATETIME(CURRENT_TIMESTAMP, 'localtime')";
  }

  visitCharLengthFunc(fn: Function<unknown>, options: VisitOptions): string {
    return `length${this.functionArgspec(fn, options)}`;
  }

  override visitAggregateStringsFunc(fn: Function<unknown>, options: VisitOptions): string {
    return this.aggregateStrings(fn, "group_concat", options);
  }

  override visitExtract(extract: Extract, options: VisitOptions): string {
    const format = Object.hasOwn(EXTRACT, extract.field) ? EXTRACT[extract.field] : undefined;
    if (format === undefined)
      throw new CompileError(`SQLite has no field "${extract.field}" of dates. It has: ${Object.keys(EXTRACT).join(", ")}.`);
    return `CAST(STRFTIME('${format}', ${this.process(extract.expr, options)}) AS INTEGER)`;
  }

  /** A subquery that has VALUES in it takes no names for its columns: those that they have by themselves are given others. */
  override visitValues(values: Values, options: VisitOptions): string {
    const isCte = (options.visitingCte as { readonly element?: unknown } | null | undefined)?.element === values;
    if (!this.isConnected || options.asfrom !== true || values._unnamed || isCte) return super.visitValues(values, options);
    if (values._independentCtes.length > 0) this.dispatchIndependentCtes(values, options);
    const { asfrom: _a, visitingCte: _v, ...rest } = options;
    const columns = values._collection.all().map((column, i) => `column${i + 1} AS ${this.process(column, { includeTable: false })}`);
    const rows = this.renderValues(values, rest);
    return `(SELECT ${columns.join(", ")} FROM (${rows}))${this.renderAsAliasSuffix(this.quotedAliasName(values))}`;
  }

  /** Without a WHERE, the ON of ON CONFLICT would be that of a join: https://www.sqlite.org/lang_upsert.html#parsing_ambiguity */
  override insertedSelect(insert: Insert<unknown>, select: SelectBase<unknown>): SelectBase<unknown> {
    return insert._extensions.length === 0 || !this.isConnected ? select : withWhere(select);
  }

  override returningClause(
    statement: UpdateBase<unknown>,
    returned: readonly ClauseElement[],
    populate: boolean,
    options: VisitOptions,
  ): string {
    // SQLite takes names of columns with their table for those of other tables
    void options;
    return `RETURNING ${this.returningColumns(statement, returned, populate, { includeTable: false }).join(", ")}`;
  }

  override limitClause(select: GenerativeSelect<unknown>, options: VisitOptions): string {
    let text = "";
    if (select._limitClause !== null) text += ` LIMIT ${this.process(select._limitClause, options)}`;
    else if (select._offsetClause !== null) text += ` LIMIT ${this.process(literal(-1), options)}`;
    return `${text} OFFSET ${this.process(select._offsetClause ?? literal(0), options)}`;
  }

  override forUpdateClause(): string {
    return "";
  }

  override updateFromClause(
    _update: Update<unknown>,
    _table: FromClause,
    extraFroms: readonly FromClause[],
    options: VisitOptions,
  ): string {
    return `FROM ${this.fromList(extraFroms, options)}`;
  }

  visitIsDistinctFromBinary(binary: BinaryExpression<unknown>, _operator: Operator, options: VisitOptions): string {
    return `${this.process(binary.left, options)} IS NOT ${this.process(binary.right, options)}`;
  }

  visitIsNotDistinctFromBinary(binary: BinaryExpression<unknown>, _operator: Operator, options: VisitOptions): string {
    return `${this.process(binary.left, options)} IS ${this.process(binary.right, options)}`;
  }

  override visitJsonGetitemOpBinary(binary: BinaryExpression<unknown>, _operator: Operator, options: VisitOptions): string {
    return this.#jsonExtract(binary, options);
  }

  override visitJsonPathGetitemOpBinary(binary: BinaryExpression<unknown>, _operator: Operator, options: VisitOptions): string {
    return this.#jsonExtract(binary, options);
  }

  /** The operator that gives an element as JSON came with version 3.38. */
  get #hasJsonArrow(): boolean {
    const [major = 0, minor = 0] = this.#version ?? [];
    return major > 3 || (major === 3 && minor >= 38);
  }

  #jsonExtract(binary: BinaryExpression<unknown>, options: VisitOptions): string {
    const isJson = binary.type.affinity === "json";
    if (!isJson && options.x_castApplied !== true) return this.process(new Cast(binary, binary.type), { ...options, x_castApplied: true });
    const { x_castApplied: _, ...inner } = options;
    const [left, right] = [this.process(binary.left, inner), this.process(binary.right, inner)];
    // JSON_EXTRACT makes 1 and 0 of true and false, which JSON_QUOTE cannot tell from numbers
    if (isJson && this.#hasJsonArrow) return `(${left} -> ${right})`;
    return isJson ? `JSON_QUOTE(JSON_EXTRACT(${left}, ${right}))` : `JSON_EXTRACT(${left}, ${right})`;
  }

  override visitEmptySetOpExpr(types: readonly TypeEngine<unknown>[], _op: Operator | null): string {
    return this.visitEmptySetExpr(types);
  }

  override visitEmptySetExpr(types: readonly TypeEngine<unknown>[]): string {
    const ones = types.length === 0 ? "1" : types.map(() => "1").join(", ");
    return `SELECT ${ones} FROM (SELECT ${ones}) WHERE 1!=1`;
  }

  override visitRegexpMatchOpBinary(binary: BinaryExpression<unknown>, _operator: Operator, options: VisitOptions): string {
    return this.genericBinary(binary, " REGEXP ", options);
  }

  override visitNotRegexpMatchOpBinary(binary: BinaryExpression<unknown>, _operator: Operator, options: VisitOptions): string {
    return this.genericBinary(binary, " NOT REGEXP ", options);
  }

  visitBitwiseXorOpBinary(binary: BinaryExpression<unknown>, _operator: Operator, options: VisitOptions): string {
    // always in brackets: "-" binds closer than "|" and "&" here
    const inner: VisitOptions = { ...options, inOperatorExpression: true };
    const or = this.genericBinary(binary, " | ", inner, true);
    const and = this.genericBinary(binary, " & ", inner, true);
    return `(${or} - ${and})`;
  }
}

/** A SELECT of which the FROM list is not the end. */
function withWhere(select: SelectBase<unknown>): SelectBase<unknown> {
  if (!(select instanceof GenerativeSelect) || select._orderByClauses.length > 0 || select._hasRowLimitingClause) return select;
  if (select instanceof CompoundSelect) {
    const selects = [...select.selects.slice(0, -1), withWhere(select.selects.at(-1)!)];
    return Object.assign(select._generate(), { selects });
  }
  const { _whereCriteria: where, _groupByClauses: groups } = select as Select<unknown>;
  return where.length > 0 || groups.length > 0 ? select : (select as Select<unknown>).where(true_());
}
