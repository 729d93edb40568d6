import type { BinaryExpression } from "../elements/binary.ts";
import type { TryCast } from "../elements/cast.ts";
import type { ClauseElement } from "../elements/clause-element.ts";
import type { Operator } from "../operators/operator.ts";
import type { FromClause } from "../selectable/from-clause.ts";
import { selectIterables } from "../selectable/select-state.ts";
import type { Select } from "../selectable/select.ts";
import type { Delete } from "../dml/delete.ts";
import type { UpdateBase } from "../dml/dml-base.ts";
import type { Update } from "../dml/update.ts";
import type { TypeEngine } from "../types/type-engine.ts";
import { SqlCompiler } from "./sql-compiler.ts";
import { NO_OPTIONS, type VisitOptions } from "./visit-options.ts";

type Binary = BinaryExpression<unknown>;

/**
 * Renders statements for reading: what `String(statement)` gives. Where there is no common SQL (an index, RETURNING, regular
 * expressions, …) it writes something that says what is meant; it is not for a database.
 */
export class StringCompiler extends SqlCompiler {
  override selectPrecolumns(select: Select<unknown>, _options: VisitOptions): string {
    return select._distinct ? "DISTINCT " : "";
  }

  override visitGetitemBinary(binary: Binary, _operator: Operator, options: VisitOptions): string {
    return `${this.process(binary.left, options)}[${this.process(binary.right, options)}]`;
  }

  override visitJsonGetitemOpBinary(binary: Binary, operator: Operator, options: VisitOptions): string {
    return this.visitGetitemBinary(binary, operator, options);
  }

  override visitJsonPathGetitemOpBinary(binary: Binary, operator: Operator, options: VisitOptions): string {
    return this.visitGetitemBinary(binary, operator, options);
  }

  override visitSequence(sequence: object, _options: VisitOptions): string {
    return `<next sequence value: ${this.preparer.formatSequence(sequence as never)}>`;
  }

  override visitEmptySetExpr(_types: readonly TypeEngine<unknown>[]): string {
    return "SELECT 1 WHERE 1!=1";
  }

  override visitRegexpMatchOpBinary(binary: Binary, operator: Operator, options: VisitOptions): string {
    return this.genericBinary(binary, operator.symbol, options);
  }

  override visitNotRegexpMatchOpBinary(binary: Binary, operator: Operator, options: VisitOptions): string {
    return this.genericBinary(binary, operator.symbol, options);
  }

  override visitRegexpReplaceOpBinary(binary: Binary, _operator: Operator, options: VisitOptions): string {
    return `<regexp replace>(${this.process(binary.left, options)}, ${this.process(binary.right, options)})`;
  }

  override visitTryCast(cast: TryCast<unknown>, options: VisitOptions): string {
    return `TRY_CAST(${this.process(cast.clause, options)} AS ${this.process(cast.typeClause, options)})`;
  }

  override fromHintText(_from: FromClause, hint: string): string {
    return `[${hint}]`;
  }

  /** The columns as they are: one that is there twice needs no second name for reading. */
  override returningColumns(
    _statement: UpdateBase<unknown>,
    returned: readonly ClauseElement[],
    populate: boolean,
    options: VisitOptions = NO_OPTIONS,
  ): string[] {
    const rendering = { populate, asfrom: false, options: this.columnOptions(options, populate) };
    return selectIterables(returned).map((column) =>
      this.labelSelectColumn({ column, requiredLabelName: null, proxyKey: null, fallbackLabelName: null, repeated: false }, rendering),
    );
  }

  override updateFromClause(
    _update: Update<unknown>,
    _table: FromClause,
    extraFroms: readonly FromClause[],
    options: VisitOptions,
  ): string {
    return `FROM ${this.#froms(extraFroms, options)}`;
  }

  override deleteExtraFromClause(
    _delete: Delete<unknown>,
    _table: FromClause,
    extraFroms: readonly FromClause[],
    options: VisitOptions,
  ): string {
    return `, ${this.#froms(extraFroms, options)}`;
  }

  #froms(froms: readonly ClauseElement[], options: VisitOptions): string {
    return froms.map((from) => this.process(from, { ...options, asfrom: true })).join(", ");
  }
}
