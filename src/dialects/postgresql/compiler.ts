import { CompileError } from "../../errors.ts";
import { SqlCompiler } from "../../sql/compiler/sql-compiler.ts";
import type { Merge } from "../../sql/dml/merge.ts";
import type { VisitOptions } from "../../sql/compiler/visit-options.ts";
import type { Delete } from "../../sql/dml/delete.ts";
import type { Update } from "../../sql/dml/update.ts";
import type { BinaryExpression } from "../../sql/elements/binary.ts";
import { BindParameter } from "../../sql/elements/bind-parameter.ts";
import { Cast } from "../../sql/elements/cast.ts";
import type { ClauseElement } from "../../sql/elements/clause-element.ts";
import type { ColumnClause } from "../../sql/elements/column-clause.ts";
import type { ColumnElement } from "../../sql/elements/column-element.ts";
import type { IlikeCaseInsensitive } from "../../sql/elements/ilike-operand.ts";
import type { Slice } from "../../sql/elements/slice.ts";
import { FunctionElement } from "../../sql/functions/function-element.ts";
import type { Function } from "../../sql/functions/function.ts";
import type { Operator } from "../../sql/operators/operator.ts";
import type { ForUpdateArg } from "../../sql/selectable/for-update.ts";
import type { FromClause } from "../../sql/selectable/from-clause.ts";
import { surfaceSelectables } from "../../sql/selectable/from-search.ts";
import { OffsetLimitParam } from "../../sql/selectable/limit-param.ts";
import type { GenerativeSelect } from "../../sql/selectable/select-base.ts";
import type { Select } from "../../sql/selectable/select.ts";
import { IntegerType } from "../../sql/types/numeric.ts";
import { StringType } from "../../sql/types/string.ts";
import type { TypeEngine } from "../../sql/types/type-engine.ts";
import type { OnConflictCompiler } from "../on-conflict.ts";
import { bindCast } from "./bind-casts.ts";
import { withEscapes } from "./escapes.ts";
import { JSONB } from "./types.ts";

type Binary = BinaryExpression<unknown>;

const INTEGER: TypeEngine<unknown> = new IntegerType() as TypeEngine<unknown>;
const STRING: TypeEngine<unknown> = new StringType() as TypeEngine<unknown>;

/** Renders statements for PostgreSQL. */
export class PostgresqlCompiler extends SqlCompiler implements OnConflictCompiler {
  readonly onConflictTargetLiterals: boolean = false;
  readonly hasDistinctOn: boolean = true;
  readonly hasArrays: boolean = true;
  readonly hasOrderedArguments: boolean = true;

  /** Whether the server knows `jsonb['key']` (14 and later; an unconnected dialect takes it to be so). */
  get supportsJsonbSubscripting(): boolean {
    return this.#isAtLeast(14);
  }

  /** Whether the server is of this version or later; an unconnected dialect is taken to be. */
  #isAtLeast(wanted: number): boolean {
    const version = (this.dialect as { readonly serverVersionInfo?: readonly number[] | null }).serverVersionInfo;
    return version == null || (version[0] ?? wanted) >= wanted;
  }

  override visitMerge(merge: Merge<unknown>, options: VisitOptions): string {
    if (!this.#isAtLeast(15))
      this.noMerge("insert(…).values(…).onConflictDoUpdate(…), with insert of athanor/postgresql; version 15 has MERGE.");
    if (!this.#isAtLeast(17)) {
      if (merge._returning.length > 0) this.unsupported("RETURNING of MERGE before version 17 of PostgreSQL");
      if (merge._whens.some(({ kind }) => kind === "NOT MATCHED BY SOURCE"))
        this.unsupported("whenNotMatchedBySource() before version 17 of PostgreSQL");
    }
    return super.visitMerge(merge, options);
  }

  // ---------------------------------------------------------------- binds

  /** The server takes the type of a parameter from its place, which does not tell enough in function calls and SELECT lists: it is said. */
  override castBind(bind: BindParameter<unknown>, mark: string): string {
    // in VALUES and SET the column decides, and LIMIT is clear enough
    if (bind.isCrud || bind instanceof OffsetLimitParam) return mark;
    const type = this.bindCastType(bind.type);
    return type === null ? mark : `${mark}::${type}`;
  }

  override sharedParameter(mark: string, type: TypeEngine<unknown>): string {
    const cast = this.bindCastType(type);
    return cast === null ? mark : `${mark}::${cast}`;
  }

  /** The type that is said of a parameter; null for none. */
  override bindCastType(type: TypeEngine<unknown>): string | null {
    return bindCast(type, this.dialect, this.preparer);
  }

  /** Strings with backslashes are written so that they mean the same whatever `standard_conforming_strings` is. */
  override renderLiteralValue(value: unknown, type: TypeEngine<unknown>): string {
    return withEscapes(super.renderLiteralValue(value, type), this.dialect);
  }

  // ---------------------------------------------------------------- expressions

  override visitSlice(slice: Slice, options: VisitOptions): string {
    return `${slice.start === null ? "" : this.process(slice.start, options)}:${slice.stop === null ? "" : this.process(slice.stop, options)}`;
  }

  visitBitwiseXorOpBinary(binary: Binary, _operator: Operator, options: VisitOptions): string {
    return this.genericBinary(binary, " # ", options);
  }

  override visitGetitemBinary(binary: Binary, _operator: Operator, options: VisitOptions): string {
    return `${this.#subscripted(binary.left, options)}[${this.process(binary.right, options)}]`;
  }

  /** What stands before a subscript: anything but names, subscripts and brackets needs brackets. */
  #subscripted(left: ClauseElement, options: VisitOptions, functions = false): string {
    const text = this.process(left, options);
    const bare =
      left instanceof BindParameter ? text.includes("::") : functions && (left instanceof FunctionElement || left instanceof Cast);
    return bare ? `(${text})` : text;
  }

  override visitJsonGetitemOpBinary(binary: Binary, _operator: Operator, options: VisitOptions): string {
    return this.#jsonItem(binary, options, " -> ", " ->> ");
  }

  override visitJsonPathGetitemOpBinary(binary: Binary, _operator: Operator, options: VisitOptions): string {
    return this.#jsonItem(binary, options, " #> ", " #>> ");
  }

  #jsonItem(binary: Binary, options: VisitOptions, asJson: string, asText: string): string {
    const { x_castApplied: castApplied, ...rest } = options;
    if (castApplied !== true && binary.type.affinity !== "json")
      return this.process(new Cast(binary, binary.type), { ...rest, x_castApplied: true });
    const inner: VisitOptions = rest;
    const { left } = binary;
    if (
      castApplied !== true &&
      asJson === " -> " &&
      (left as ColumnElement<unknown>).type instanceof JSONB &&
      this.supportsJsonbSubscripting
    ) {
      return `${this.#subscripted(left, inner, true)}[${this.process(binary.right, inner)}]`;
    }
    return this.genericBinary(binary, castApplied === true ? asText : asJson, rest, true);
  }

  visitHstoreGetitemOpBinary(binary: Binary, _operator: Operator, options: VisitOptions): string {
    if (!this.supportsJsonbSubscripting) return this.genericBinary(binary, " -> ", options, true);
    return `${this.#subscripted(binary.left, options, true)}[${this.process(binary.right, options)}]`;
  }

  visitMatchOpBinary(binary: Binary, _operator: Operator, options: VisitOptions): string {
    const config = (binary.modifiers as Readonly<Record<string, unknown>> | null)?.["postgresqlRegconfig"];
    const argument = config ? `${this.renderLiteralValue(config, STRING)}, ` : "";
    return `${this.process(binary.left, options)} @@ plainto_tsquery(${argument}${this.process(binary.right, options)})`;
  }

  override visitIlikeCaseInsensitiveOperand(operand: IlikeCaseInsensitive, options: VisitOptions): string {
    return this.process(operand.element, options);
  }

  override visitIlikeOpBinary(binary: Binary, _operator: Operator, options: VisitOptions): string {
    return `${this.process(binary.left, options)} ILIKE ${this.process(binary.right, options)}${this.escapeClause(binary)}`;
  }

  override visitNotIlikeOpBinary(binary: Binary, _operator: Operator, options: VisitOptions): string {
    return `${this.process(binary.left, options)} NOT ILIKE ${this.process(binary.right, options)}${this.escapeClause(binary)}`;
  }

  override visitRegexpMatchOpBinary(binary: Binary, _operator: Operator, options: VisitOptions): string {
    return this.#regexp(binary, "~", options);
  }

  override visitNotRegexpMatchOpBinary(binary: Binary, _operator: Operator, options: VisitOptions): string {
    return this.#regexp(binary, "!~", options);
  }

  #regexp(binary: Binary, symbol: string, options: VisitOptions): string {
    const flags = regexpFlags(binary);
    if (flags === null) return this.genericBinary(binary, ` ${symbol} `, options);
    if (flags === "i") return this.genericBinary(binary, ` ${symbol}* `, options);
    const pattern = this.process(binary.right, options);
    return `${this.process(binary.left, options)} ${symbol} CONCAT('(?', ${this.renderLiteralValue(flags, STRING)}, ')', ${pattern})`;
  }

  override visitRegexpReplaceOpBinary(binary: Binary, _operator: Operator, options: VisitOptions): string {
    const flags = regexpFlags(binary);
    const more = flags === null ? "" : `, ${this.renderLiteralValue(flags, STRING)}`;
    return `REGEXP_REPLACE(${this.process(binary.left, options)}, ${this.process(binary.right, options)}${more})`;
  }

  override visitEmptySetExpr(types: readonly TypeEngine<unknown>[]): string {
    const nulls = (types.length === 0 ? [INTEGER] : types).map(
      (type) => `CAST(NULL AS ${this.dialect.typeCompiler.process(type.isNull ? INTEGER : type)})`,
    );
    return `SELECT ${nulls.join(", ")} WHERE 1!=1`;
  }

  // ---------------------------------------------------------------- functions

  override visitAggregateStringsFunc(fn: Function<unknown>, options: VisitOptions): string {
    return this.aggregateStrings(fn, "string_agg", options);
  }

  visitPowFunc(fn: Function<unknown>, options: VisitOptions): string {
    return `power${this.functionArgspec(fn, options)}`;
  }

  override visitSequence(sequence: object): string {
    return `nextval(${withEscapes(this.preparer.nameAsLiteral(this.preparer.formatSequence(sequence as never)), this.dialect)})`;
  }

  visitSubstringFunc(fn: Function<unknown>, options: VisitOptions): string {
    const [text, start, length] = fn.clauses.clauses.map((argument) => this.process(argument, options));
    return length === undefined ? `SUBSTRING(${text!} FROM ${start!})` : `SUBSTRING(${text!} FROM ${start!} FOR ${length})`;
  }

  // ---------------------------------------------------------------- SELECT

  override limitClause(select: GenerativeSelect<unknown>, options: VisitOptions): string {
    let text = "";
    if (select._limitClause !== null) text += ` LIMIT ${this.process(select._limitClause, options)}`;
    if (select._offsetClause !== null) {
      if (select._limitClause === null) text += " LIMIT ALL";
      text += ` OFFSET ${this.process(select._offsetClause, options)}`;
    }
    return text;
  }

  override fetchClause(select: GenerativeSelect<unknown>, options: VisitOptions): string {
    let text = "";
    // the server wants brackets around anything but a plain number
    if (select._offsetClause !== null) text += ` OFFSET (${this.process(select._offsetClause, options)}) ROWS`;
    if (select._fetchClause !== null) {
      const { percent, withTies } = select._fetchClauseOptions ?? { percent: false, withTies: false };
      text += ` FETCH FIRST (${this.process(select._fetchClause, options)})${percent ? " PERCENT" : ""} ROWS ${withTies ? "WITH TIES" : "ONLY"}`;
    }
    return text;
  }

  override formatFromHintText(text: string, _from: FromClause, hint: string): string {
    if (hint.toUpperCase() !== "ONLY") throw new CompileError(`PostgreSQL knows no hint but ONLY, not ${JSON.stringify(hint)}.`);
    return `ONLY ${text}`;
  }

  override selectPrecolumns(select: Select<unknown>, options: VisitOptions): string {
    if (select._distinctOn.length > 0) return `DISTINCT ON (${this.delimited(select._distinctOn, ", ", options)}) `;
    return select._distinct ? "DISTINCT " : "";
  }

  override forUpdateClause(forUpdate: ForUpdateArg, options: VisitOptions): string {
    let text = forUpdate.keyShare ? " FOR NO KEY UPDATE" : " FOR UPDATE";
    if (forUpdate.read) text = forUpdate.keyShare ? " FOR KEY SHARE" : " FOR SHARE";
    if (forUpdate.of !== null) {
      const tables = new Set<ClauseElement>();
      for (const element of forUpdate.of) for (const table of tablesOf(element)) tables.add(table);
      text += ` OF ${[...tables].map((table) => this.process(table, { ...options, ashint: true, useSchema: false })).join(", ")}`;
    }
    if (forUpdate.nowait) text += " NOWAIT";
    if (forUpdate.skipLocked) text += " SKIP LOCKED";
    return text;
  }

  // ---------------------------------------------------------------- UPDATE, DELETE

  override updateFromClause(
    _update: Update<unknown>,
    _table: FromClause,
    extraFroms: readonly FromClause[],
    options: VisitOptions,
  ): string {
    return `FROM ${this.fromList(extraFroms, options)}`;
  }

  override deleteExtraFromClause(
    _delete: Delete<unknown>,
    _table: FromClause,
    extraFroms: readonly FromClause[],
    options: VisitOptions,
  ): string {
    return `USING ${this.fromList(extraFroms, options)}`;
  }
}

function regexpFlags(binary: Binary): string | null {
  return ((binary.modifiers as Readonly<Record<string, unknown>> | null)?.["flags"] as string | undefined) ?? null;
}

/** The tables that FOR UPDATE OF names: those of joins, and of columns. */
function* tablesOf(element: ClauseElement): Iterable<ClauseElement> {
  if (element._isFromClause) {
    // of a join the right side first, as SQLAlchemy has it
    const tables = [...surfaceSelectables(element as FromClause)].filter((from) => !from._isJoin && !from._isFromGrouping);
    yield* tables.toReversed();
    return;
  }
  const table = (element as ColumnClause<unknown>).table as FromClause | null | undefined;
  if (table == null) yield element;
  else yield table;
}
