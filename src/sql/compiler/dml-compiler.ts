import { compileStateFactory } from "../base/compile-state.ts";
import { CompileError } from "../../errors.ts";
import { crudParams, type CrudParams } from "../dml/crud-columns.ts";
import type { CrudColumn, DmlTarget, TargetColumn } from "../dml/crud-types.ts";
import type { Delete } from "../dml/delete.ts";
import type { UpdateBase, ValuesBase } from "../dml/dml-base.ts";
import type { DmlCompileState } from "../dml/dml-state.ts";
import { targetCopyMark } from "../dml/target-copies.ts";
import type { Insert } from "../dml/insert.ts";
import { returningModifiers } from "../dml/returning-modifiers.ts";
import type { Update } from "../dml/update.ts";
import { whereList } from "../elements/boolean-clause-list.ts";
import type { ClauseElement } from "../elements/clause-element.ts";
import type { ColumnElement } from "../elements/column-element.ts";
import type { DmlTargetCopy } from "../elements/dml-target-copy.ts";
import type { FromClause } from "../selectable/from-clause.ts";
import type { SelectBase } from "../selectable/select-base.ts";
import { columnsPlusNames } from "../selectable/select-naming.ts";
import { selectIterables } from "../selectable/select-state.ts";
import type { TypeEngine } from "../types/type-engine.ts";
import { warnOfCartesianProduct } from "./from-linter.ts";
import { type ColumnRendering, SelectCompiler } from "./select-compiler.ts";
import type { SqlCompiler } from "./sql-compiler.ts";
import { asTarget, NO_OPTIONS, type VisitOptions } from "./visit-options.ts";

/** The parts of an INSERT of one row, from which one of many rows is put together. */
export interface InsertPieces {
  /** WITH, INSERT INTO and the list of columns */
  readonly before: string;
  /** the columns with the texts of their values */
  readonly columns: readonly CrudColumn[];
  /** ON CONFLICT and its like, RETURNING */
  readonly after: string;
  /** ON CONFLICT may leave rows out: what comes back cannot be told apart by its place */
  readonly hasPostValues: boolean;
  readonly returning: readonly ClauseElement[];
}

/** The parts of an UPDATE or DELETE of one table, between which a list of rows can be put. */
export interface RowPieces {
  readonly before: string;
  /** what names a further table: FROM or USING */
  readonly keyword: "FROM" | "USING";
  /** WHERE */
  readonly after: string;
}

function withinDml(options: VisitOptions): VisitOptions {
  return {
    ...options,
    asfrom: false,
    subquery: false,
    insertInto: false,
    fromhints: null,
    lateral: false,
    compoundIndex: null,
    addToResultMap: null,
  };
}

const NO_FROMS: ReadonlySet<ClauseElement> = new Set();

/** Renders INSERT, UPDATE and DELETE. */
export abstract class DmlCompiler extends SelectCompiler {
  isInsert = false;
  isUpdate = false;
  isDelete = false;
  /** The first UPDATE or DELETE without WHERE, for messages. */
  unfiltered: string | null = null;
  /** What comes back from the outermost statement, and what is computed before; null where it is none of the three. */
  dmlTarget: DmlTarget | null = null;
  /** The parts of the outermost INSERT; null where it cannot be made one of many rows. */
  insertPieces: InsertPieces | null = null;
  /** The parts of the outermost UPDATE or DELETE; null where its rows must be sent one by one. */
  rowPieces: RowPieces | null = null;
  /** The values of other columns that stand for others, of the INSERT or UPDATE whose values are being rendered; null outside of values. */
  targetCopies: ColumnElement<unknown>[] | null = null;

  /** RETURNING (OUTPUT) stands before VALUES or WHERE. */
  get returningPrecedesValues(): boolean {
    return false;
  }

  /** Columns before `=` have their table's name where UPDATE names several tables. */
  get renderTableWithColumnInUpdateFrom(): boolean {
    return false;
  }

  /** A mark in the place of the other column's text, which is put there when all values are rendered: {@link resolveTargetCopies}. */
  visitDmlTargetCopy({ column }: DmlTargetCopy<unknown>, _options: VisitOptions): string {
    if (this.targetCopies === null)
      throw new CompileError(
        "fromDmlColumn() stands for the value of another column, and so only among the values of an INSERT or UPDATE.",
      );
    return targetCopyMark(this.targetCopies.push(column) - 1);
  }

  /** Notes the statement and gives what is known of it. */
  #begin<S extends DmlCompileState>(
    kind: "insert" | "update" | "delete",
    given: UpdateBase<unknown>,
    options: VisitOptions,
  ): { state: S; toplevel: boolean; target: DmlTarget } {
    const state = compileStateFactory(given, kind)(
      given,
      this as unknown as SqlCompiler,
      options as Readonly<Record<string, unknown>>,
    ) as unknown as S;
    const toplevel = this.stack.length === 0 && options.visitingCte == null;
    const target: DmlTarget = {
      prefetch: [],
      postfetch: [],
      implicitReturning: [],
      postfetchLastrowid: false,
    };
    if (toplevel) {
      this.isInsert = kind === "insert";
      this.isUpdate = kind === "update";
      this.isDelete = kind === "delete";
      this.compileState ??= state;
      this.dmlTarget = target;
    }
    return { state, toplevel, target };
  }

  /** The options for the parts of a statement: what it was told itself does not concern them. */
  #inner(options: VisitOptions): VisitOptions {
    return options === NO_OPTIONS ? options : withinDml(options);
  }

  // ---------------------------------------------------------------- INSERT

  visitInsert(given: Insert<unknown>, options: VisitOptions): string {
    const inner = this.#inner(options);
    const { state, toplevel, target } = this.#begin("insert", given, inner);
    const insert = state.statement as Insert<unknown>;
    const { dialect } = this;
    this.stack.push({ correlateFroms: NO_FROMS, asfromFroms: NO_FROMS, selectable: insert });
    const crud = crudParams(this, insert, state, target, toplevel, inner);
    let { single } = crud;
    if (single.length === 0 && !dialect.supportsDefaultValues && !dialect.supportsDefaultMetavalue && !dialect.supportsEmptyInsert) {
      throw new CompileError(`The dialect "${dialect.name}" cannot insert a row without any values.`);
    }
    if ((crud.multi !== null || crud.rows !== null) && !dialect.supportsMultivaluesInsert) {
      throw new CompileError(
        `The dialect "${dialect.name}" cannot insert several rows by one VALUES: execute the INSERT with a list of parameters.`,
      );
    }
    if (single.length === 0 && crud.select === null && this.args.forExecutemany === true && dialect.supportsDefaultMetavalue) {
      const column = insert.table._collection.all()[0] as unknown as TargetColumn;
      single = [{ column, name: this.preparer.formatColumn(column), value: dialect.defaultMetavalueToken, bindName: null }];
    }

    let text = "INSERT ";
    const prefixes = insert._prefixes.length > 0 ? this.fixes(insert._prefixes, inner) : "";
    if (prefixes !== "") text += `${prefixes} `;
    if (insert._independentCtes.length > 0) this.dispatchIndependentCtes(insert, inner);
    text += `INTO ${this.hintedTable(insert, this.preparer.formatTable(insert.table as never))}`;
    if (single.length > 0 || !dialect.supportsDefaultValues) text += ` (${single.map(({ name }) => name).join(", ")})`;
    const returned = target.implicitReturning.length > 0 ? target.implicitReturning : insert._returning;
    const returning = returned.length > 0 ? this.returningClause(insert, returned, toplevel, inner) : "";
    if (returning !== "" && this.returningPrecedesValues) text += ` ${returning}`;

    const head = text;
    text += this.#insertSource(insert, crud, single, toplevel, inner);
    let tail = this.extensionsBehind(insert, "postValues", inner);
    if (returning !== "" && !this.returningPrecedesValues) tail += ` ${returning}`;
    text += tail;
    let withClause = "";
    if (this.ctes.size > 0 && !dialect.cteFollowsInsert) withClause = this.renderCteClause(toplevel ? null : this.stack.length, true);
    if (toplevel && crud.select === null && crud.multi === null && crud.rows === null && single.length > 0) {
      this.insertPieces = {
        before: withClause + head,
        columns: single,
        after: tail,
        hasPostValues: insert._extensions.length > 0,
        returning: returned,
      };
    }
    this.stack.pop();
    return withClause + text;
  }

  /** The SELECT of an INSERT as it is rendered. */
  insertedSelect(_insert: Insert<unknown>, select: SelectBase<unknown>): SelectBase<unknown> {
    return select;
  }

  #insertSource(
    statement: Insert<unknown>,
    crud: CrudParams,
    single: readonly CrudColumn[],
    toplevel: boolean,
    options: VisitOptions,
  ): string {
    if (crud.select !== null) {
      const text = this.process(this.insertedSelect(statement, crud.select), {
        ...options,
        insertInto: true,
        asfrom: options.visitingCte != null,
      });
      const follows = this.ctes.size > 0 && this.dialect.cteFollowsInsert;
      return ` ${follows ? this.renderCteClause(toplevel ? null : this.stack.length, true) : ""}${text}`;
    }
    if (single.length === 0 && this.dialect.supportsDefaultValues) return " DEFAULT VALUES";
    if (crud.rows !== null) return ` VALUES ${crud.rows}`;
    return ` VALUES ${(crud.multi ?? [single]).map((row) => `(${row.map(({ value }) => value).join(", ")})`).join(", ")}`;
  }

  /** The name of the table with the hint that it was given. */
  hintedTable(statement: UpdateBase<unknown>, text: string): string {
    for (const [from, dialect, hint] of statement._hints) {
      if (from._identity !== statement.table._identity || !this.isMeant(dialect)) continue;
      return this.formatFromHintText(text, statement.table, this.checkText(hint), true);
    }
    return text;
  }

  // ---------------------------------------------------------------- UPDATE

  visitUpdate(given: Update<unknown>, options: VisitOptions): string {
    const inner = this.#inner(options);
    const { state, toplevel, target } = this.#begin("update", given, inner);
    const update = state.statement as Update<unknown>;
    const { extraFroms } = state;
    const main = new Set<ClauseElement>((extraFroms.length > 0 ? update.table._fromObjects : [update.table]).map((from) => from._identity));
    const rendered = extraFroms.filter((from) => !main.has(from._identity));
    const froms = extraFroms.length === 0 ? main : new Set<ClauseElement>([...main, ...extraFroms.map((from) => from._identity)]);
    this.stack.push({ correlateFroms: froms, asfromFroms: froms, selectable: update });

    let text = "UPDATE ";
    const prefixes = update._prefixes.length > 0 ? this.fixes(update._prefixes, inner) : "";
    if (prefixes !== "") text += `${prefixes} `;
    const table = this.updateTablesClause(update, update.table, rendered, inner);
    const crud = crudParams(this, update as unknown as ValuesBase<unknown>, state, target, toplevel, inner);
    if (crud.single.length === 0)
      throw new CompileError(`An UPDATE of "${update.table.description}" has nothing to set: give it values().`);
    if (update._independentCtes.length > 0) this.dispatchIndependentCtes(update, inner);
    text += `${this.hintedTable(update, table)} SET ${crud.single.map(({ name, value }) => `${name}=${value}`).join(", ")}`;
    const returned = target.implicitReturning.length > 0 ? target.implicitReturning : update._returning;
    if (returned.length > 0 && this.returningPrecedesValues) text += ` ${this.returningClause(update, returned, toplevel, inner)}`;
    if (extraFroms.length > 0) {
      const more = this.updateFromClause(update, update.table, rendered, inner);
      if (more !== "") text += ` ${more}`;
    }
    if (this.args.linting === true) warnOfCartesianProduct("UPDATE", [update.table, ...rendered], update._whereCriteria);
    const where = this.#where(update._whereCriteria, inner);
    if (where === "") this.unfiltered ??= `UPDATE of "${update.table.description}"`;
    const post = this.updatePostCriteriaClause(update, inner);
    if (
      (this.dialect.insertFromArrays || this.dialect.updateFromRows) &&
      toplevel &&
      extraFroms.length === 0 &&
      returned.length === 0 &&
      post === "" &&
      this.ctes.size === 0 &&
      !setsUnique(update, crud.single)
    )
      this.rowPieces = { before: text, keyword: "FROM", after: where };
    text += where;
    if (post !== "") text += ` ${post}`;
    if (returned.length > 0 && !this.returningPrecedesValues) text += ` ${this.returningClause(update, returned, toplevel, inner)}`;
    if (this.ctes.size > 0) text = this.renderCteClause(toplevel ? null : this.stack.length) + text;
    this.stack.pop();
    return text;
  }

  updateTablesClause(_update: Update<unknown>, table: FromClause, _extraFroms: readonly FromClause[], options: VisitOptions): string {
    return this.process(table, asTarget(options));
  }

  /** The further tables of an UPDATE; not all databases have them. */
  updateFromClause(_update: Update<unknown>, _table: FromClause, _extraFroms: readonly FromClause[], _options: VisitOptions): string {
    return this.unsupported("an UPDATE that names more than one table");
  }

  updatePostCriteriaClause(update: Update<unknown>, options: VisitOptions): string {
    return this.extensions(update, "postCriteria", options);
  }

  // ---------------------------------------------------------------- DELETE

  visitDelete(given: Delete<unknown>, options: VisitOptions): string {
    const inner = this.#inner(options);
    const { state, toplevel, target } = this.#begin("delete", given, inner);
    const statement = state.statement as Delete<unknown>;
    const { extraFroms } = state;
    const froms = new Set<ClauseElement>([statement.table, ...extraFroms].map((from) => from._identity));
    this.stack.push({ correlateFroms: froms, asfromFroms: froms, selectable: statement });

    let text = "DELETE ";
    const prefixes = statement._prefixes.length > 0 ? this.fixes(statement._prefixes, inner) : "";
    if (prefixes !== "") text += `${prefixes} `;
    const table = this.deleteTableClause(statement, statement.table, extraFroms, inner);
    this.#deleteDefaults(statement, state, target, toplevel);
    if (statement._independentCtes.length > 0) this.dispatchIndependentCtes(statement, inner);
    text += `FROM ${this.hintedTable(statement, table)}`;
    const returned = target.implicitReturning.length > 0 ? target.implicitReturning : statement._returning;
    if (returned.length > 0 && this.returningPrecedesValues) text += ` ${this.returningClause(statement, returned, toplevel, inner)}`;
    if (extraFroms.length > 0) {
      const more = this.deleteExtraFromClause(statement, statement.table, extraFroms, inner);
      if (more !== "") text += ` ${more}`;
    }
    if (this.args.linting === true) warnOfCartesianProduct("DELETE", [statement.table, ...extraFroms], statement._whereCriteria);
    const where = this.#where(statement._whereCriteria, inner);
    if (where === "") this.unfiltered ??= `DELETE of "${statement.table.description}"`;
    const post = this.deletePostCriteriaClause(statement, inner);
    if (toplevel && extraFroms.length === 0 && returned.length === 0 && post === "" && this.ctes.size === 0)
      this.rowPieces = { before: text, keyword: "USING", after: where };
    text += where;
    if (post !== "") text += ` ${post}`;
    if (returned.length > 0 && !this.returningPrecedesValues) text += ` ${this.returningClause(statement, returned, toplevel, inner)}`;
    if (this.ctes.size > 0) text = this.renderCteClause(toplevel ? null : this.stack.length) + text;
    this.stack.pop();
    return text;
  }

  #deleteDefaults(statement: Delete<unknown>, state: DmlCompileState, target: DmlTarget, toplevel: boolean): void {
    const { defaults } = returningModifiers(this, statement, state, toplevel);
    if (defaults === null) return;
    if (statement._returnDefaultsColumns !== null)
      target.implicitReturning.push(...(statement._returnDefaultsColumns as unknown as TargetColumn[]));
    for (const column of (statement._supplementalReturning ?? []) as unknown as TargetColumn[]) {
      if (!target.implicitReturning.includes(column)) target.implicitReturning.push(column);
    }
  }

  deleteTableClause(_delete: Delete<unknown>, table: FromClause, _extraFroms: readonly FromClause[], options: VisitOptions): string {
    return this.process(table, asTarget(options));
  }

  /** The further tables of a DELETE; not all databases have them. */
  deleteExtraFromClause(_delete: Delete<unknown>, _table: FromClause, _extraFroms: readonly FromClause[], _options: VisitOptions): string {
    return this.unsupported("a DELETE that names more than one table");
  }

  deletePostCriteriaClause(statement: Delete<unknown>, options: VisitOptions): string {
    return this.extensions(statement, "postCriteria", options);
  }

  /** The type that parameters of a column are cast to where the database cannot tell it from their place; null for none. */
  bindCastType(_type: TypeEngine<unknown>): string | null {
    return null;
  }

  /** A parameter that stands in several places: some servers want it to be of one type in all of them. */
  sharedParameter(mark: string, _type: TypeEngine<unknown>): string {
    return mark;
  }

  // ---------------------------------------------------------------- RETURNING

  returningClause(statement: UpdateBase<unknown>, returned: readonly ClauseElement[], populate: boolean, _options: VisitOptions): string {
    return `RETURNING ${this.returningColumns(statement, returned, populate).join(", ")}`;
  }

  /** The columns of RETURNING, each with the label that it needs. */
  returningColumns(
    statement: UpdateBase<unknown>,
    returned: readonly ClauseElement[],
    populate: boolean,
    options: VisitOptions = NO_OPTIONS,
  ): string[] {
    const rendering: ColumnRendering = { populate, asfrom: false, options: this.columnOptions(options, populate) };
    return columnsPlusNames(selectIterables(returned), statement._labelStyle, true).map((column) =>
      this.labelSelectColumn(column, rendering),
    );
  }

  #where(criteria: readonly ClauseElement[], options: VisitOptions): string {
    const where = whereList(criteria);
    if (where === null) return "";
    const text = this.process(where, options);
    return text === "" ? "" : ` WHERE ${text}`;
  }
}

/** Whether an UPDATE sets columns that are unique: the order of the rows then counts, since they may take over values from each other. */
function setsUnique({ table }: Update<unknown>, set: readonly CrudColumn[]): boolean {
  const { constraints, indexes, primaryKey } = table as unknown as {
    readonly constraints?: Iterable<{ readonly _isUnique?: boolean; readonly columns?: Iterable<unknown> }>;
    readonly indexes?: Iterable<{ readonly unique: boolean }>;
    readonly primaryKey: Iterable<unknown>;
  };
  if (constraints === undefined || indexes === undefined) return true;
  const columns = new Set<unknown>(set.map(({ column }) => column));
  for (const column of primaryKey) if (columns.has(column)) return true;
  for (const index of indexes) if (index.unique) return true;
  for (const constraint of constraints) {
    if (constraint._isUnique !== true) continue;
    if (constraint.columns === undefined) return true;
    for (const column of constraint.columns) if (columns.has(column)) return true;
  }
  return false;
}
