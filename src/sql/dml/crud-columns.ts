import { didYouMean } from "../../util/text.ts";
import { clauseOf, expectExpression } from "../base/coercions.ts";
import { CompileError } from "../../errors.ts";
import { rowParts } from "../compiler/rows-form.ts";
import { BindParameter, NO_VALUE } from "../elements/bind-parameter.ts";
import type { ClauseElement } from "../elements/clause-element.ts";
import type { ColumnElement } from "../elements/column-element.ts";
import type { FromClause } from "../selectable/from-clause.ts";
import type { SelectBase } from "../selectable/select-base.ts";
import { Select } from "../selectable/select.ts";
import type { TableClause } from "../selectable/table-clause.ts";
import { NULLTYPE } from "../types/null-type.ts";
import { warn } from "../../util/warn.ts";
import type { DmlCompiler } from "../compiler/dml-compiler.ts";
import type { VisitOptions } from "../compiler/visit-options.ts";
import { createBind, nestedDefault, REQUIRED, renamedBind } from "./crud-binds.ts";
import type { CrudColumn, DmlTarget, TargetColumn, ValueGenerator } from "./crud-types.ts";
import type { DmlKey, ValuesBase } from "./dml-base.ts";
import type { DmlCompileState } from "./dml-state.ts";
import type { Insert } from "./insert.ts";
import { resolveTargetCopies } from "./target-copies.ts";
import { returningModifiers, type ReturningModifiers } from "./returning-modifiers.ts";

/** What is rendered for VALUES or SET. */
export interface CrudParams {
  /** the columns of the (first) row */
  readonly single: readonly CrudColumn[];
  /** all rows, where VALUES has several */
  readonly multi: readonly (readonly CrudColumn[])[] | null;
  /** the same as one place in the text, where they are nothing but values */
  readonly rows: string | null;
  /** the SELECT of INSERT … FROM SELECT, with the defaults that were added */
  readonly select: SelectBase<unknown> | null;
}

/** One run over the columns of a statement. */
class Crud {
  readonly compiler: DmlCompiler;
  readonly statement: ValuesBase<unknown>;
  readonly state: DmlCompileState;
  readonly options: VisitOptions;
  readonly target: DmlTarget;
  readonly modifiers: ReturningModifiers;
  readonly isInsert: boolean;
  readonly isMulti: boolean;
  /** false inside of another statement, as a CTE of it */
  readonly toplevel: boolean;
  /** values by the key of the column, those that are used up being taken out */
  readonly parameters: Map<string, unknown> = new Map();
  readonly used: Set<string> = new Set();
  readonly values: CrudColumn[] = [];
  /** null where there is no further table */
  readonly #extra: ReadonlySet<ClauseElement> | null;

  constructor(
    compiler: DmlCompiler,
    statement: ValuesBase<unknown>,
    state: DmlCompileState,
    target: DmlTarget,
    toplevel: boolean,
    options: VisitOptions,
  ) {
    this.compiler = compiler;
    this.statement = statement;
    this.state = state;
    this.options = options;
    this.target = target;
    this.isInsert = state.isInsert;
    this.toplevel = toplevel;
    this.isMulti = state.isMulti;
    this.#extra = state.extraFroms.length === 0 ? null : new Set(state.extraFroms.map((from) => from._identity));
    this.modifiers = returningModifiers(compiler, statement, state, toplevel);
  }

  get table(): TableClause {
    return this.statement.table as unknown as TableClause;
  }

  get includeTable(): boolean {
    return this.state.includeTableWithColumnExprs;
  }

  keyOf(key: DmlKey): string | null {
    if (typeof key === "string") return key;
    if (key.key === null || this.#extra === null) return key.key;
    const table = (key as TargetColumn).table as (FromClause & { readonly name?: string }) | null | undefined;
    return table != null && this.#extra.has(table._identity) ? `${table.name ?? ""}\0${key.key}` : key.key;
  }

  bindNameOf(column: TargetColumn): string {
    if (this.#extra === null) return column.key;
    const table = column.table as (FromClause & { readonly name?: string }) | null;
    return table !== null && this.#extra.has(table._identity) ? `${table.name ?? ""}_${column.key}` : column.key;
  }

  /** The column's name as it stands in the list of columns or before `=`. */
  nameText(column: TargetColumn): string {
    return this.includeTable ? this.compiler.process(column, { includeTable: true }) : this.compiler.preparer.formatColumn(column);
  }

  push(column: TargetColumn, value: string, bindName: string | null = null): void {
    this.values.push({ column, name: this.nameText(column), value, bindName });
  }

  expression(value: ClauseElement): string {
    return this.compiler.process(value.selfGroup(), this.options);
  }

  // ---------------------------------------------------------------- values that were given

  given(column: TargetColumn, key: string): void {
    const value = this.parameters.get(key);
    this.parameters.delete(key);
    this.used.add(key);
    const name = this.isMulti ? `${this.bindNameOf(column)}_m0` : this.bindNameOf(column);
    const element = value === REQUIRED ? null : clauseOf(value);
    if (element === null) {
      this.push(column, createBind(this.compiler, column, value, name, this.options), name);
      return;
    }
    if (element._isBindParameter) {
      const [text, bindName] = renamedBind(this.compiler, column, element as BindParameter<unknown>, name, this.options);
      this.push(column, text, bindName);
      return;
    }
    this.push(column, this.expression(element));
    const { implicitReturning, defaults } = this.modifiers;
    const returned = defaults !== null && defaults.has(column._identity);
    if (this.isInsert && column.primaryKey) {
      if (implicitReturning) this.target.implicitReturning.push(column);
      else if (this.compiler.dialect.postfetchLastrowid) this.target.postfetchLastrowid = true;
    } else if (returned) {
      this.target.implicitReturning.push(column);
    } else {
      this.target.postfetch.push(column);
    }
  }

  // ---------------------------------------------------------------- defaults of INSERT

  /** A key column without a value, of which the new value is wanted and comes by RETURNING. */
  keyByReturning(column: TargetColumn): void {
    const generator = column.default ?? null;
    if (generator === null) {
      if (column === this.table._autoincrementColumn || column.serverDefault != null) this.target.implicitReturning.push(column);
      else if (column.nullable === false) warnOfMissingKey(this.table, column);
      return;
    }
    if (generator.isSequence) {
      if (this.#usesSequence(generator)) this.push(column, this.compiler.visitSequence(generator, this.options));
      this.target.implicitReturning.push(column);
    } else if (generator.isClauseElement) {
      this.push(column, this.expression(generator.arg as ClauseElement));
      this.target.implicitReturning.push(column);
    } else {
      this.prefetch(column);
    }
  }

  /** A key column without a value, of which the new value is wanted and comes from the driver, if at all. */
  keyWithoutReturning(column: TargetColumn): void {
    const generator = column.default ?? null;
    if (generator !== null && (!generator.isSequence || this.#usesSequence(generator))) {
      const isFirst = this.compiler.dialect.preexecuteAutoincrementSequences === true && column === this.table._autoincrementColumn;
      if (generator.isSequence && !isFirst) this.push(column, this.compiler.visitSequence(generator, this.options));
      else if (generator.isClauseElement) this.push(column, this.expression(generator.arg as ClauseElement));
      else this.prefetch(column);
      return;
    }
    if (generator === null && column.serverDefault == null && column.nullable === false && column !== this.table._autoincrementColumn) {
      warnOfMissingKey(this.table, column);
    } else if (this.compiler.dialect.postfetchLastrowid) {
      this.target.postfetchLastrowid = true;
    }
  }

  withDefault(column: TargetColumn): void {
    const generator = column.default!;
    if (!generator.isSequence && !generator.isClauseElement) {
      this.prefetch(column);
      return;
    }
    if (generator.isSequence) {
      if (!this.#usesSequence(generator)) return;
      this.push(column, this.compiler.visitSequence(generator, this.options));
    } else {
      this.push(column, this.expression(generator.arg as ClauseElement));
    }
    if (this.modifiers.defaults?.has(column._identity)) this.target.implicitReturning.push(column);
    else if (!column.primaryKey) this.target.postfetch.push(column);
  }

  #usesSequence(generator: { readonly optional?: boolean }): boolean {
    const { dialect } = this.compiler;
    return dialect.supportsSequences && (generator.optional !== true || !dialect.sequencesOptional);
  }

  /** A default that is computed here, for each row. */
  prefetch(column: TargetColumn, name: string = column.key, row = -1): string {
    const generator = (this.isInsert ? column.default : column.onupdate)!;
    const text = this.compiler.process(this.#computedDefault(column, generator, name, row), this.options);
    if (row === -1) this.push(column, text, name);
    return text;
  }

  /** The parameter for a default: what runs the statement fills it in. Inside of another statement it has its value with it. */
  #computedDefault(column: TargetColumn, generator: ValueGenerator, name: string, row: number): ClauseElement {
    if (!this.toplevel) return nestedDefault(this.compiler, column, generator, this.options);
    this.target.prefetch.push({ name, column, generator, row: row === -1 && this.isMulti ? 0 : row });
    return createBind(this.compiler, column, null, name, this.options, false);
  }

  insertColumn(column: TargetColumn): void {
    const { needPks, implicitReturning, defaults } = this.modifiers;
    if (column.primaryKey && needPks) {
      if (implicitReturning) this.keyByReturning(column);
      else this.keyWithoutReturning(column);
    } else if (column.default != null) {
      if (!column.default.isSentinel) this.withDefault(column);
    } else if (column.serverDefault != null) {
      if (defaults?.has(column._identity)) this.target.implicitReturning.push(column);
      else if (!column.primaryKey) this.target.postfetch.push(column);
    } else if (defaults?.has(column._identity)) {
      this.target.implicitReturning.push(column);
    } else if (column.primaryKey && column !== this.table._autoincrementColumn && column.nullable === false) {
      warnOfMissingKey(this.table, column);
    }
  }

  // ---------------------------------------------------------------- defaults of UPDATE

  updateColumn(column: TargetColumn): void {
    const { defaults } = this.modifiers;
    const returned = defaults?.has(column._identity) === true;
    const onupdate = column.onupdate ?? null;
    if (onupdate !== null && !onupdate.isSequence) {
      if (onupdate.isClauseElement) {
        this.push(column, this.expression(onupdate.arg as ClauseElement));
        (returned ? this.target.implicitReturning : this.target.postfetch).push(column);
      } else {
        this.prefetch(column, this.bindNameOf(column));
      }
    } else if (column.serverOnupdate != null) {
      (returned ? this.target.implicitReturning : this.target.postfetch).push(column);
    } else if (returned && (this.statement._returnDefaultsColumns !== null || !this.statement._returnDefaults)) {
      this.target.implicitReturning.push(column);
    }
  }

  // ---------------------------------------------------------------- the columns

  /** Values whose place is no column but an expression, such as one element of an array. */
  expressions(pairs: readonly (readonly [DmlKey, unknown])[]): void {
    for (const [key, value] of pairs) {
      const name = this.keyOf(key);
      if (name !== null) {
        if (!this.parameters.has(name) || this.parameters.get(name) === REQUIRED) this.parameters.set(name, value);
        continue;
      }
      const place = key as ColumnElement<unknown>;
      let element: ClauseElement = expectExpression(value, "a value", place.type);
      if (element._isBindParameter && (element as BindParameter<unknown>).type.isNull) element = element._withBinaryElementType(place.type);
      const name_ = this.compiler.process(place, { includeTable: this.includeTable });
      this.values.push({ column: place as TargetColumn, name: name_, value: this.expression(element), bindName: null });
    }
  }

  scan(): void {
    for (const column of this.#columnsInOrder()) {
      const key = this.keyOf(column as DmlKey)!;
      if (this.parameters.has(key)) this.given(column, key);
      else if (this.isInsert) this.insertColumn(column);
      else this.updateColumn(column);
    }
    for (const column of (this.statement._supplementalReturning ?? []) as readonly TargetColumn[]) {
      if (!this.target.implicitReturning.includes(column)) this.target.implicitReturning.push(column);
    }
  }

  #columnsInOrder(): TargetColumn[] {
    const columns = this.table._collection.all() as unknown as TargetColumn[];
    if (!this.state.maintainValuesOrdering) return columns;
    const order = (this.state.dictParameters ?? []).map(([key]) => this.keyOf(key));
    const first = order.flatMap((key) =>
      key === null ? [] : ((this.table._collection.get(key) as unknown as TargetColumn | undefined) ?? []),
    );
    return [...first, ...columns.filter((column) => !first.includes(column))];
  }

  /** Columns of further tables of an UPDATE. */
  scanExtraFroms(): void {
    const pairs = new Map<ClauseElement, unknown>();
    for (const [key, value] of this.state.dictParameters ?? []) if (typeof key !== "string") pairs.set(key._identity, value);
    const affected: FromClause[] = [];
    for (const from of this.state.extraFroms) {
      for (const column of from._collection.all() as unknown as TargetColumn[]) {
        if (!pairs.has(column._identity)) continue;
        if (!this.includeTable && !this.statement.table.isDerivedFrom(from)) {
          throw new CompileError(
            `The dialect "${this.compiler.dialect.name}" cannot set columns of a second table: "${from.description}" has no place in SET.`,
          );
        }
        if (!affected.includes(from)) affected.push(from);
        const key = this.keyOf(column as DmlKey)!;
        this.parameters.set(key, pairs.get(column._identity));
        this.given(column, key);
      }
    }
    for (const from of affected) {
      for (const column of from._collection.all() as unknown as TargetColumn[]) {
        if (!pairs.has(column._identity) && column.onupdate != null) this.updateColumn(column);
      }
    }
  }

  /** @throws CompileError for names that are no columns */
  checkConsumed(pairs: readonly (readonly [DmlKey, unknown])[]): void {
    if (this.parameters.size === 0) return;
    const left = pairs.map(([key]) => this.keyOf(key)).filter((key) => key !== null && this.parameters.has(key) && !this.used.has(key));
    if (left.length === 0) return;
    const names = left.map((name) => `"${name!.replace("\0", ".")}"`).join(", ");
    const known = this.table._collection.keys();
    throw new CompileError(
      `values() names what "${this.table.description}" has no column for: ${names}.${didYouMean(left[0]!, known)} It has: ${known.join(", ")}.`,
    );
  }

  // ---------------------------------------------------------------- many rows, SELECT

  multi(): CrudColumn[][] {
    const rows: CrudColumn[][] = [this.values];
    const anonymous = this.options.visitingCte != null;
    (this.state.multiParameters ?? []).slice(1).forEach((given, at) => {
      const row = new Map<string | null, unknown>();
      for (const [key, value] of given) row.set(this.keyOf(key), value);
      rows.push(
        this.values.map(({ column, name }) => {
          const key = this.keyOf(column as DmlKey);
          if (!row.has(key)) return { column, name, value: this.#missing(column, at), bindName: null };
          const value = row.get(key);
          row.delete(key);
          const element = clauseOf(value);
          if (element !== null) return { column, name, value: this.expression(element), bindName: null };
          const bindName = anonymous ? null : `${column.key}_m${at + 1}`;
          return { column, name, value: createBind(this.compiler, column, value, bindName, this.options), bindName };
        }),
      );
      if (row.size > 0) {
        const names = [...row.keys()].map((name) => `"${name ?? ""}"`).join(", ");
        throw new CompileError(
          `Row ${at + 2} of values() has ${names}, which the first row has not: all rows take the columns of the first.`,
        );
      }
    });
    return rows;
  }

  #missing(column: TargetColumn, at: number): string {
    const generator = column.default ?? null;
    if (generator === null) {
      throw new CompileError(
        `Row ${at + 2} of values() has no value for "${column.key}", which the first row has: all rows take the columns of the first. Give a value, or null.`,
      );
    }
    if (generator.isClauseElement) return this.expression(generator.arg as ClauseElement);
    if (generator.isSequence) return this.compiler.visitSequence(generator, this.options);
    return this.prefetch(column, `${column.key}_m${at + 1}`, at + 1);
  }

  fromSelect(): SelectBase<unknown> {
    const insert = this.statement as Insert<unknown>;
    const columns = insert._selectNames!.map((name) => {
      const column = this.table._collection.get(name) as unknown as TargetColumn | undefined;
      if (column === undefined)
        throw new CompileError(`fromSelect() names "${name}", which "${this.table.description}" has no column for.`);
      return column;
    });
    for (const column of columns) {
      this.parameters.delete(column.key);
      this.used.add(column.key);
      this.push(column, "");
    }
    if (!insert._includeSelectDefaults) return insert._select!;
    const added: ClauseElement[] = [];
    for (const column of this.table._collection.all() as unknown as TargetColumn[]) {
      const generator = column.default ?? null;
      if (columns.includes(column) || generator === null || generator.isSentinel) continue;
      if (generator.isSequence && !this.#usesSequence(generator)) continue;
      this.push(column, "");
      added.push(this.#selectedDefault(column));
    }
    if (added.length === 0) return insert._select!;
    const { _select: select } = insert;
    if (!(select instanceof Select)) {
      const names = this.values.slice(columns.length).map(({ name }) => name);
      throw new CompileError(
        `The defaults of ${names.join(", ")} cannot be added to what fromSelect() was given. Make it a subquery first, or say { includeDefaults: false }.`,
      );
    }
    const extended = select._generate() as Select<unknown>;
    extended._rawColumns = [...select._rawColumns, ...added];
    return extended;
  }

  #selectedDefault(column: TargetColumn): ClauseElement {
    const generator = column.default!;
    if (generator.isSequence) return (generator as unknown as { nextValue(): ClauseElement }).nextValue();
    if (generator.isClauseElement) return (generator.arg as ClauseElement).selfGroup();
    return this.#computedDefault(column, generator, column.key, -1);
  }
}

/** Finds the columns of an INSERT or UPDATE and renders their values; notes in `target` what comes back and what is computed before. */
export function crudParams(
  compiler: DmlCompiler,
  statement: ValuesBase<unknown>,
  state: DmlCompileState,
  target: DmlTarget,
  toplevel: boolean,
  options: VisitOptions,
): CrudParams {
  const outer = compiler.targetCopies;
  const copies: ColumnElement<unknown>[] = (compiler.targetCopies = []);
  const params = renderedParams(compiler, statement, state, target, toplevel, options);
  compiler.targetCopies = outer;
  if (copies.length === 0) return params;
  const resolve = (row: readonly CrudColumn[]): CrudColumn[] => resolveTargetCopies(compiler, row, copies, otherwise);
  const otherwise = (column: ColumnElement<unknown>): string => {
    if (state.isUpdate) return compiler.process(column, options);
    throw new CompileError(
      `fromDmlColumn() names "${column.key ?? ""}", which this INSERT into "${statement.table.description}" has no value for.`,
    );
  };
  return { ...params, single: resolve(params.single), multi: params.multi?.map(resolve) ?? null };
}

function renderedParams(
  compiler: DmlCompiler,
  statement: ValuesBase<unknown>,
  state: DmlCompileState,
  target: DmlTarget,
  toplevel: boolean,
  options: VisitOptions,
): CrudParams {
  const rows = state.isMulti ? rowsAsOne(compiler, statement, state, target, toplevel, options) : null;
  if (rows !== null) return rows;
  const crud = new Crud(compiler, statement, state, target, toplevel, options);
  const { columnKeys } = compiler.args;
  const given: readonly (readonly [DmlKey, unknown])[] | null = state.isMulti
    ? [...(state.multiParameters![0] ?? [])]
    : state.dictParameters;
  if (given === null && columnKeys === undefined) {
    // nothing is said of the values: every column gets a parameter
    for (const column of crud.table._collection.all() as unknown as TargetColumn[]) {
      crud.push(column, createBind(compiler, column, REQUIRED, column.key, options), column.key);
    }
    return { single: crud.values, multi: null, rows: null, select: null };
  }
  if (toplevel && columnKeys !== undefined) {
    const own = new Set((given ?? []).map(([key]) => crud.keyOf(key)));
    for (const key of columnKeys) if (!own.has(key)) crud.parameters.set(key, REQUIRED);
  }
  if (given !== null) crud.expressions(given);
  if (state.isUpdate && state.extraFroms.length > 0) crud.scanExtraFroms();
  let select: SelectBase<unknown> | null = null;
  if (state.isInsert && (statement as Insert<unknown>)._selectNames !== null) select = crud.fromSelect();
  else crud.scan();
  if (given !== null) crud.checkConsumed(given);
  return { single: crud.values, multi: crud.isMulti ? crud.multi() : null, rows: null, select };
}

/**
 * Many rows of nothing but values: one of them is rendered, and the others are written like it when the statement is executed. Null where
 * they have to be rendered one by one, as with defaults that are computed for each.
 */
function rowsAsOne(
  compiler: DmlCompiler,
  statement: ValuesBase<unknown>,
  state: DmlCompileState,
  target: DmlTarget,
  toplevel: boolean,
  options: VisitOptions,
): CrudParams | null {
  const plain = statement._plainRows;
  if (plain === null || options.literalBinds === true) return null;
  const count = compiler.slots.length;
  const crud = new Crud(compiler, statement, state, target, toplevel, options);
  const samples = plain.columns.map((key) => new BindParameter<unknown>(crud.keyOf(key), NO_VALUE, NULLTYPE, true));
  const pairs = plain.columns.map((key, i) => [key, samples[i]!] as const);
  crud.expressions(pairs);
  crud.scan();
  crud.checkConsumed(pairs);
  const namesOthers = compiler.targetCopies!.length > 0;
  compiler.targetCopies!.length = 0;
  const row =
    target.prefetch.length > 0 || namesOthers
      ? null
      : rowParts(`(${crud.values.map(({ value }) => value).join(", ")})`, compiler.slots, samples);
  const cells = samples.map(({ _origin: origin }) => {
    const slot = compiler.slots.find(({ bind }) => bind._origin === origin);
    return { name: slot?.bind._origKey.replace(/_m0$/, "") ?? "", type: slot?.type ?? NULLTYPE, isStored: true, nullAsText: false };
  });
  compiler.forgetBindMarks(count);
  if (row === null) {
    for (const list of [target.prefetch, target.postfetch, target.implicitReturning]) list.length = 0;
    compiler.isCacheable = false;
    return null;
  }
  const rows = compiler.rowsMark(plain.bind, { first: row, other: row, separator: ", ", cells });
  return { single: crud.values, multi: null, rows, select: null };
}

function warnOfMissingKey(table: TableClause, column: TargetColumn): void {
  warn(
    `The column "${table.fullname}.${column.name}" is part of the primary key, but has no default and no value in this INSERT. ` +
      "Give a value, a default, or { autoincrement: true }.",
  );
}
