import { CompileError } from "../../errors.ts";
import { SqlCompiler } from "../../sql/compiler/sql-compiler.ts";
import type { VisitOptions } from "../../sql/compiler/visit-options.ts";
import type { Delete } from "../../sql/dml/delete.ts";
import type { UpdateBase } from "../../sql/dml/dml-base.ts";
import type { Insert } from "../../sql/dml/insert.ts";
import type { Update } from "../../sql/dml/update.ts";
import type { BinaryExpression, ExpressionClauseList } from "../../sql/elements/binary.ts";
import type { Cast, TypeClause } from "../../sql/elements/cast.ts";
import type { ClauseElement } from "../../sql/elements/clause-element.ts";
import type { ColumnClause } from "../../sql/elements/column-clause.ts";
import type { FrameClause } from "../../sql/elements/over.ts";
import { inlineOrderBy } from "../../sql/compiler/function-compiler.ts";
import type { ExplainOptions } from "../../sql/elements/explain.ts";
import type { Function } from "../../sql/functions/function.ts";
import { Tuple } from "../../sql/elements/tuple.ts";
import { concatOp } from "../../sql/operators/operator-table.ts";
import type { Operator } from "../../sql/operators/operator.ts";
import type { ForUpdateArg } from "../../sql/selectable/for-update.ts";
import type { FromClause } from "../../sql/selectable/from-clause.ts";
import { surfaceSelectables } from "../../sql/selectable/from-search.ts";
import type { GenerativeSelect } from "../../sql/selectable/select-base.ts";
import type { Select } from "../../sql/selectable/select.ts";
import type { ScalarValues, Values } from "../../sql/selectable/values.ts";
import { StringType } from "../../sql/types/string.ts";
import type { TypeEngine } from "../../sql/types/type-engine.ts";
import { warnOnce } from "../../util/warn.ts";
import { castType } from "./cast.ts";
import { aliasOfNewRow, InsertedAlias } from "./dml.ts";
import { mysqlFlags, type MysqlFlags } from "./flags.ts";

type Binary = BinaryExpression<unknown>;
type Modifiers = Readonly<Record<string, unknown>>;

const STRING: TypeEngine<unknown> = new StringType() as TypeEngine<unknown>;

/** Fields of EXTRACT with other names. */
const FIELDS: ReadonlyMap<string, string> = new Map([["milliseconds", "millisecond"]]);

/** What stands for "all rows" in LIMIT, as the manual has it. */
const NO_LIMIT = "18446744073709551615";

/** The modes that MATCH … AGAINST takes: boolean, natural language, query expansion. */
const MATCH_MODES: ReadonlySet<string> = new Set(["000", "100", "010", "001", "011"]);

/** Renders statements for MySQL and MariaDB. */
export class MysqlCompiler extends SqlCompiler {
  readonly hasMatchAgainst: boolean = true;
  override readonly extractMap: ReadonlyMap<string, string> = FIELDS;

  /** What of the family this server has. */
  get flags(): MysqlFlags {
    return mysqlFlags(this.dialect);
  }

  override visitMerge(): string {
    return this.noMerge("insert(…).values(…).onDuplicateKeyUpdate(…), with insert of athanor/mysql.");
  }

  override explainClause({ analyze, format, ...others }: ExplainOptions): string {
    const [name] = Object.keys(others);
    if (name !== undefined) this.unsupported(`the option "${name}" of EXPLAIN: there are "analyze" and "format"`);
    const word = analyze !== true ? "EXPLAIN" : this.flags.isMariadb ? "ANALYZE" : "EXPLAIN ANALYZE";
    return format === undefined ? word : `${word} FORMAT=${format.toUpperCase()}`;
  }

  override get renderTableWithColumnInUpdateFrom(): boolean {
    return true;
  }

  /** A column of the row that was to be inserted, within ON DUPLICATE KEY UPDATE. */
  insertedColumn(column: ColumnClause<unknown>): string {
    const alias = aliasOfNewRow(this, this.enclosing?.selectable as Insert<unknown>);
    const name = this.preparer.quote(column.name);
    return alias === null ? `VALUES(${name})` : `${alias}.${name}`;
  }

  override visitColumn(column: ColumnClause<unknown>, options: VisitOptions): string {
    return (column.table as unknown) instanceof InsertedAlias ? this.insertedColumn(column) : super.visitColumn(column, options);
  }

  // ---------------------------------------------------------------- constants, literals

  override visitTrue(): string {
    return "true";
  }

  override visitFalse(): string {
    return "false";
  }

  /** The backslash begins an escape; the driver sees to it that no `sql_mode` changes this. */
  override renderLiteralValue(value: unknown, type: TypeEngine<unknown>): string {
    return super.renderLiteralValue(value, type).replaceAll("\\", "\\\\");
  }

  // ---------------------------------------------------------------- expressions

  override visitExpressionClauselist(list: ExpressionClauseList<unknown>, options: VisitOptions): string {
    if (list.operator !== concatOp) return super.visitExpressionClauselist(list, options);
    return `concat(${list.clauses.map((clause) => this.process(clause, options)).join(", ")})`;
  }

  visitConcatOpBinary(binary: Binary, _operator: Operator, options: VisitOptions): string {
    return `concat(${this.process(binary.left, options)}, ${this.process(binary.right, options)})`;
  }

  visitIsDistinctFromBinary(binary: Binary, _operator: Operator, options: VisitOptions): string {
    return `NOT (${this.process(binary.left, options)} <=> ${this.process(binary.right, options)})`;
  }

  visitIsNotDistinctFromBinary(binary: Binary, _operator: Operator, options: VisitOptions): string {
    return `${this.process(binary.left, options)} <=> ${this.process(binary.right, options)}`;
  }

  visitMatchOpBinary(binary: Binary, _operator: Operator, options: VisitOptions): string {
    const modifiers = binary.modifiers as Modifiers;
    // the boolean mode was the only one once, and stays what match() means by itself
    const boolean = (modifiers["mysqlBooleanMode"] ?? true) === true;
    const natural = modifiers["mysqlNaturalLanguage"] === true;
    const expansion = modifiers["mysqlQueryExpansion"] === true;
    if (!MATCH_MODES.has([boolean, natural, expansion].map(Number).join(""))) {
      throw new CompileError("MATCH … AGAINST takes the boolean mode alone, or the natural language mode with or without query expansion.");
    }
    const words = [this.process(binary.left, options), this.process(binary.right, options)];
    if (boolean) words[1] += " IN BOOLEAN MODE";
    if (natural) words[1] += " IN NATURAL LANGUAGE MODE";
    if (expansion) words[1] += " WITH QUERY EXPANSION";
    return `MATCH (${words[0]!}) AGAINST (${words[1]!})`;
  }

  override visitRegexpMatchOpBinary(binary: Binary, _operator: Operator, options: VisitOptions): string {
    return this.#regexp(binary, " REGEXP ", options);
  }

  override visitNotRegexpMatchOpBinary(binary: Binary, _operator: Operator, options: VisitOptions): string {
    return this.#regexp(binary, " NOT REGEXP ", options);
  }

  #regexp(binary: Binary, operator: string, options: VisitOptions): string {
    const flags = (binary.modifiers as Modifiers)["flags"] ?? null;
    if (flags === null) return this.genericBinary(binary, operator, options);
    const left = this.process(binary.left, options);
    if (this.flags.isMariadb) return left + operator + this.#flagged(flags, binary.right, options);
    const text = `REGEXP_LIKE(${left}, ${this.process(binary.right, options)}, ${this.renderLiteralValue(flags, STRING)})`;
    return operator === " REGEXP " ? text : `NOT ${text}`;
  }

  /** A pattern with flags inside of it, which is how MariaDB takes them. */
  #flagged(flags: unknown, pattern: ClauseElement, options: VisitOptions): string {
    return `CONCAT('(?', ${this.renderLiteralValue(flags, STRING)}, ')', ${this.process(pattern, options)})`;
  }

  override visitRegexpReplaceOpBinary(binary: Binary, _operator: Operator, options: VisitOptions): string {
    const flags = (binary.modifiers as Modifiers)["flags"] ?? null;
    const left = this.process(binary.left, options);
    if (flags !== null && this.flags.isMariadb) {
      const [pattern, replacement] = (binary.right as unknown as { readonly clauses: readonly ClauseElement[] }).clauses;
      return `REGEXP_REPLACE(${left}, ${this.#flagged(flags, pattern!, options)}, ${this.process(replacement!, options)})`;
    }
    const more = flags === null ? "" : `, ${this.renderLiteralValue(flags, STRING)}`;
    return `REGEXP_REPLACE(${left}, ${this.process(binary.right, options)}${more})`;
  }

  override visitJsonGetitemOpBinary(binary: Binary, _operator: Operator, options: VisitOptions): string {
    return this.#jsonExtract(binary, options);
  }

  override visitJsonPathGetitemOpBinary(binary: Binary, _operator: Operator, options: VisitOptions): string {
    return this.#jsonExtract(binary, options);
  }

  /** A part of JSON, as JSON or as a value of another type; there the JSON value null has to be told from values first. */
  #jsonExtract(binary: Binary, options: VisitOptions): string {
    const extract = (): string => `JSON_EXTRACT(${this.process(binary.left, options)}, ${this.process(binary.right, options)})`;
    const { affinity } = binary.type;
    if (affinity === "json") return extract();
    let text = `CASE ${extract()} WHEN 'null' THEN NULL `;
    if (affinity === "integer") {
      text += `ELSE CAST(${extract()} AS SIGNED INTEGER)`;
    } else if (affinity === "numeric" || affinity === "float") {
      const { precision, scale } = binary.type as unknown as { readonly precision?: number | null; readonly scale?: number | null };
      text +=
        precision != null && scale != null
          ? `ELSE CAST(${extract()} AS DECIMAL(${precision}, ${scale}))`
          : `ELSE ${extract()}+0.0000000000000000000000`;
    } else if (affinity === "boolean") {
      // what is not there is neither
      text += this.flags.serverVersionInfo === null ? "WHEN true THEN true ELSE false" : "WHEN true THEN true WHEN false THEN false";
    } else if (affinity === "string") {
      text += `ELSE JSON_UNQUOTE(${extract()})`;
    } else {
      text += `ELSE ${extract()}`;
    }
    return `${text} END`;
  }

  override visitEmptySetExpr(types: readonly TypeEngine<unknown>[]): string {
    const names = (types.length === 0 ? [null] : types).map((_, i) => `_in_${i}`);
    return `SELECT ${names.join(", ")} FROM (SELECT ${names.map((name) => `1 AS ${name}`).join(", ")}) as _empty_set WHERE 1!=1`;
  }

  // ---------------------------------------------------------------- CAST

  override visitTypeclause(clause: TypeClause, options: VisitOptions): string {
    return castType(clause.type, this.dialect, this.flags) ?? super.visitTypeclause(clause, options);
  }

  override visitCast(cast: Cast<unknown>, options: VisitOptions): string {
    const { type } = cast.typeClause;
    const name = castType(type, this.dialect, this.flags);
    if (name !== null) return `CAST(${this.process(cast.clause, options)} AS ${name})`;
    warnOnce(
      `The type ${this.dialect.typeCompiler.process(type)} has no CAST on MySQL and MariaDB: the expression is rendered without one.`,
    );
    return this.process(cast.clause.selfGroup(), options);
  }

  // ---------------------------------------------------------------- functions

  visitRandomFunc(fn: Function<unknown>, options: VisitOptions): string {
    return `rand${this.functionArgspec(fn, options)}`;
  }

  visitRollupFunc(fn: Function<unknown>, options: VisitOptions): string {
    return `${fn.clauses.clauses.map((clause) => this.process(clause, options)).join(", ")} WITH ROLLUP`;
  }

  /** In statements that the server prepares, the bounds of a frame must be written out. */
  override visitFrameClause(frame: FrameClause, options: VisitOptions): string {
    return super.visitFrameClause(frame, this.flags.serverVersionInfo === null ? options : { ...options, literalExecute: true });
  }

  visitUserFunc(_fn: Function<unknown>, _options: VisitOptions): string {
    return "USER()";
  }

  visitSessionUserFunc(_fn: Function<unknown>, _options: VisitOptions): string {
    return "SESSION_USER()";
  }

  visitSysdateFunc(_fn: Function<unknown>, _options: VisitOptions): string {
    return "SYSDATE()";
  }

  override visitAggregateStringsFunc(fn: Function<unknown>, options: VisitOptions): string {
    const { element, orderBy } = inlineOrderBy(fn.clauseExpr.element);
    const [expression, separator] = element.clauses;
    const sort = orderBy === null ? "" : ` ORDER BY ${this.process(orderBy, options)}`;
    return `group_concat(${this.process(expression!, options)}${sort} SEPARATOR ${this.process(separator!, { ...options, literalExecute: true })})`;
  }

  override visitSequence(sequence: object): string {
    if (!this.dialect.supportsSequences && this.flags.serverVersionInfo !== null) return this.unsupported("the next value of a sequence");
    return `nextval(${this.preparer.formatSequence(sequence as never)})`;
  }

  // ---------------------------------------------------------------- SELECT

  override defaultFrom(): string {
    const select = this.enclosing?.selectable as Partial<Select<unknown>> | null | undefined;
    return (select?._whereCriteria?.length ?? 0) > 0 ? " FROM DUAL" : "";
  }

  override get innerJoinKeyword(): string {
    return " INNER JOIN ";
  }

  override fromHintText(_from: FromClause, hint: string): string {
    return hint;
  }

  // ---------------------------------------------------------------- VALUES

  /**
   * MySQL has rows by ROW(…). MariaDB knows no names for the columns of a derived table, and of parameters in VALUES no types; its rows are
   * SELECTs.
   */
  override visitValues(values: Values, options: VisitOptions): string {
    if (options.asfrom !== true || values._unnamed || this.flags.serverVersionInfo === null || !this.flags.isMariadb)
      return super.visitValues(values, options);
    if (values._independentCtes.length > 0) this.dispatchIndependentCtes(values, options);
    const { asfrom: _a, visitingCte, ...rest } = options;
    const text = this.#rowsAsSelects(values, rest);
    if ((visitingCte as { readonly element?: unknown } | null | undefined)?.element === values) return text;
    return `${values._isLateral ? "LATERAL " : ""}(${text})${this.renderAsAliasSuffix(this.quotedAliasName(values))}`;
  }

  /** As a list for IN, in MariaDB: there too VALUES would name its columns by its first row, and a name must not come twice. */
  override visitScalarValues(values: ScalarValues, options: VisitOptions): string {
    if (this.flags.serverVersionInfo === null || !this.flags.isMariadb) return super.visitScalarValues(values, options);
    return `(${this.#rowsAsSelects(values, options)})`;
  }

  #rowsAsSelects(values: Values | ScalarValues, options: VisitOptions): string {
    const inner = values.literalBinds ? { ...options, literalBinds: true } : options;
    const names = values._columnArgs.map((column) => this.process(column, { includeTable: false }));
    const render = (cells: readonly ClauseElement[], isFirst: boolean): string =>
      `SELECT ${cells.map((cell, at) => this.process(cell, inner) + (isFirst ? ` AS ${names[at]!}` : "")).join(", ")}`;
    const rows = this.plainRows(values, options, render, " UNION ALL ");
    return rows ?? values._data.map((row, i) => render(new Tuple(row, values._columnTypes).clauses, i === 0)).join(" UNION ALL ");
  }

  override renderValues(values: Parameters<SqlCompiler["renderValues"]>[0], options: VisitOptions): string {
    if (this.flags.serverVersionInfo === null || this.flags.isMariadb) return super.renderValues(values, options);
    const inner = values.literalBinds ? { ...options, literalBinds: true } : options;
    const render = (cells: readonly ClauseElement[]): string => `ROW(${this.delimited(cells, ", ", inner)})`;
    const rows =
      this.plainRows(values, options, render, ", ") ??
      values._data.map((row) => render(new Tuple(row, values._columnTypes).clauses)).join(", ");
    return `VALUES ${rows}`;
  }

  override limitClause(select: GenerativeSelect<unknown>, options: VisitOptions): string {
    const { _limitClause: limit, _offsetClause: offset } = select;
    if (offset === null) return limit === null ? "" : ` LIMIT ${this.process(limit, options)}`;
    return ` LIMIT ${this.process(offset, options)}, ${limit === null ? NO_LIMIT : this.process(limit, options)}`;
  }

  override forUpdateClause(forUpdate: ForUpdateArg, options: VisitOptions): string {
    let text = " FOR UPDATE";
    if (forUpdate.read) text = this.flags.useMysqlForShare ? " FOR SHARE" : " LOCK IN SHARE MODE";
    if (forUpdate.of !== null && this.dialect.supportsForUpdateOf) {
      const tables = new Set<ClauseElement>();
      for (const element of forUpdate.of) for (const table of tablesOf(element)) tables.add(table);
      text += ` OF ${[...tables].map((table) => this.process(table, { ...options, ashint: true, useSchema: false })).join(", ")}`;
    }
    if (forUpdate.nowait) text += " NOWAIT";
    if (forUpdate.skipLocked) text += " SKIP LOCKED";
    return text;
  }

  // ---------------------------------------------------------------- INSERT, UPDATE, DELETE

  override returningClause(
    statement: UpdateBase<unknown>,
    returned: readonly ClauseElement[],
    populate: boolean,
    options: VisitOptions,
  ): string {
    const [able, what] = statement._isInsert
      ? [this.dialect.insertReturning, "INSERT"]
      : statement._isUpdate
        ? [this.dialect.updateReturning, "UPDATE"]
        : [this.dialect.deleteReturning, "DELETE"];
    // of a server that nothing is known of, nothing is claimed
    if (!able && this.flags.serverVersionInfo !== null) {
      throw new CompileError(
        `This server has no ${what} … RETURNING. MariaDB has it for INSERT since 10.5 and for DELETE; MySQL has none.`,
      );
    }
    return super.returningClause(statement, returned, populate, options);
  }

  override updateTablesClause(
    _update: Update<unknown>,
    table: FromClause,
    extraFroms: readonly FromClause[],
    options: VisitOptions,
  ): string {
    return this.fromList([table, ...extraFroms], options);
  }

  override updateFromClause(): string {
    return "";
  }

  override updatePostCriteriaClause(update: Update<unknown>, options: VisitOptions): string {
    return joined(this.#limitOption(update), super.updatePostCriteriaClause(update, options));
  }

  override deleteTableClause(
    _delete: Delete<unknown>,
    table: FromClause,
    extraFroms: readonly FromClause[],
    options: VisitOptions,
  ): string {
    // the alias alone: its table is named in USING
    return this.process(table, { ...options, asfrom: true, isCrud: true, ashint: extraFroms.length > 0 });
  }

  override deleteExtraFromClause(
    _delete: Delete<unknown>,
    table: FromClause,
    extraFroms: readonly FromClause[],
    options: VisitOptions,
  ): string {
    const isThere = extraFroms.some((from) => [...surfaceSelectables(from)].some((one) => one._identity === table._identity));
    return `USING ${this.fromList(isThere ? extraFroms : [table, ...extraFroms], options)}`;
  }

  override deletePostCriteriaClause(statement: Delete<unknown>, options: VisitOptions): string {
    return joined(this.#limitOption(statement), super.deletePostCriteriaClause(statement, options));
  }

  /** The option `mysqlLimit` of an UPDATE or DELETE. */
  #limitOption(statement: UpdateBase<unknown>): string {
    for (const name of [this.dialect.name, ...this.dialect.nameAliases]) {
      const limit = statement._dialectOptions[`${name}Limit`];
      if (limit === undefined || limit === null) continue;
      if (typeof limit !== "number" || !Number.isSafeInteger(limit) || limit < 0) {
        throw new CompileError(`The option ${name}Limit is a whole number, at least 0.`);
      }
      return `LIMIT ${limit}`;
    }
    return "";
  }
}

function joined(...texts: readonly string[]): string {
  return texts.filter((text) => text !== "").join(" ");
}

/** The tables that FOR UPDATE OF names: those of joins, and of columns. */
function* tablesOf(element: ClauseElement): Iterable<ClauseElement> {
  if (element._isFromClause) {
    for (const from of surfaceSelectables(element as FromClause)) if (!from._isJoin && !from._isFromGrouping) yield from;
    return;
  }
  yield ((element as ColumnClause<unknown>).table as FromClause | null | undefined) ?? element;
}
