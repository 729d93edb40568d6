import { registerCompileState, type CompileState } from "../base/compile-state.ts";
import type { SqlCompiler } from "../compiler/sql-compiler.ts";
import { CompileError, InvalidRequestError } from "../../errors.ts";
import type { ClauseElement } from "../elements/clause-element.ts";
import { NULL } from "../elements/literals.ts";
import { Cte } from "../selectable/cte.ts";
import type { FromClause } from "../selectable/from-clause.ts";
import { overlaps, surfaceSelectables, tablesFromLeftmost } from "../selectable/from-search.ts";
import type { Delete } from "./delete.ts";
import { byPosition, entriesOf, type DmlKey, type DmlPair, type DmlValues, type UpdateBase } from "./dml-base.ts";
import type { Insert } from "./insert.ts";
import type { Update } from "./update.ts";

/** Values of one row by column or key, as they were given. */
export type RawRow = ReadonlyMap<DmlKey, unknown>;

/** What the compiler needs of an INSERT, UPDATE or DELETE. */
export interface DmlCompileState extends CompileState {
  readonly statement: UpdateBase<unknown>;
  readonly isInsert: boolean;
  readonly isUpdate: boolean;
  readonly isDelete: boolean;
  /** the table that is changed: the leftmost one of a join */
  readonly primaryTable: FromClause;
  readonly extraFroms: readonly FromClause[];
  /** null when the statement has no values of its own */
  readonly dictParameters: readonly DmlPair[] | null;
  /** the statement has many rows of values */
  readonly isMulti: boolean;
  readonly multiParameters: readonly RawRow[] | null;
  readonly maintainValuesOrdering: boolean;
  readonly includeTableWithColumnExprs: boolean;
  readonly supportsImplicitReturning: boolean;
}

const NONE: readonly never[] = Object.freeze([]);

/** INSERT made ready for rendering. */
export class InsertDmlState implements DmlCompileState {
  readonly isInsert: boolean = true;
  readonly isUpdate: boolean = false;
  readonly isDelete: boolean = false;
  readonly extraFroms: readonly FromClause[] = NONE;
  readonly maintainValuesOrdering: boolean = false;
  readonly includeTableWithColumnExprs: boolean = false;
  readonly statement: Insert<unknown>;
  readonly primaryTable: FromClause;
  readonly supportsImplicitReturning: boolean;
  dictParameters: readonly DmlPair[] | null = null;
  readonly isMulti: boolean;
  #multi: readonly RawRow[] | null = null;

  constructor(statement: Insert<unknown>, options: { readonly disableImplicitReturning?: boolean } = {}) {
    this.statement = statement;
    this.primaryTable = statement.table;
    if (this.primaryTable instanceof Cte)
      throw new CompileError(`Rows cannot be inserted into a CTE ("${this.primaryTable.description}"): insert them into its table.`);
    this.supportsImplicitReturning = options.disableImplicitReturning !== true;
    if (statement._selectNames !== null) this.dictParameters = statement._selectNames.map((name): DmlPair => [name, NULL]);
    if (statement._values !== null && this.dictParameters === null) this.dictParameters = statement._values;
    this.isMulti = statement._multiValues.length > 0;
    if (this.isMulti && this.dictParameters !== null) throw mixedFormats();
  }

  /** The rows one by one. */
  get multiParameters(): readonly RawRow[] | null {
    if (this.isMulti) this.#multi ??= this.statement._multiValues.map((row) => rowOf(this.statement.table, row));
    return this.#multi;
  }
}

function mixedFormats(): InvalidRequestError {
  return new InvalidRequestError(
    "values() was given both one row and many rows on the same INSERT: the one replaces values, the other adds rows, so it is not clear what is meant.",
  );
}

function rowOf(table: FromClause, row: unknown): RawRow {
  const entries = Array.isArray(row) ? byPosition(table, row as unknown[]) : entriesOf(row as DmlValues);
  return new Map(entries as Iterable<readonly [DmlKey, unknown]>);
}

/** UPDATE made ready for rendering. */
export class UpdateDmlState implements DmlCompileState {
  readonly isInsert: boolean = false;
  readonly isUpdate: boolean = true;
  readonly isDelete: boolean = false;
  readonly isMulti: boolean = false;
  readonly multiParameters: null = null;
  readonly supportsImplicitReturning: boolean = true;
  readonly statement: Update<unknown>;
  readonly primaryTable: FromClause;
  readonly extraFroms: readonly FromClause[];
  readonly maintainValuesOrdering: boolean;
  readonly includeTableWithColumnExprs: boolean;
  readonly dictParameters: readonly DmlPair[] | null;

  constructor(statement: Update<unknown>, compiler: SqlCompiler | null) {
    this.statement = statement;
    if (statement._multiValues.length > 0)
      throw new InvalidRequestError("An UPDATE sets the same values in all rows: values() cannot take many rows.");
    this.dictParameters = statement._values;
    this.maintainValuesOrdering = statement._maintainValuesOrdering;
    const values = (statement._values ?? []).map(([, value]) => value);
    [this.primaryTable, this.extraFroms] = extraFroms(statement.table, [...statement._whereCriteria, ...values], []);
    this.includeTableWithColumnExprs = this.extraFroms.length > 0 && compiler !== null && compiler.renderTableWithColumnInUpdateFrom;
  }
}

/** DELETE made ready for rendering. */
export class DeleteDmlState implements DmlCompileState {
  readonly isInsert: boolean = false;
  readonly isUpdate: boolean = false;
  readonly isDelete: boolean = true;
  readonly dictParameters: null = null;
  readonly isMulti: boolean = false;
  readonly multiParameters: null = null;
  readonly maintainValuesOrdering: boolean = false;
  readonly includeTableWithColumnExprs: boolean = false;
  readonly supportsImplicitReturning: boolean = true;
  readonly statement: Delete<unknown>;
  readonly primaryTable: FromClause;
  readonly extraFroms: readonly FromClause[];

  constructor(statement: Delete<unknown>) {
    this.statement = statement;
    [this.primaryTable, this.extraFroms] = extraFroms(statement.table, statement._whereCriteria, statement._usingFroms);
  }
}

/** Whether the elements name no other FROM element. */
function onlyNames(elements: readonly ClauseElement[], table: FromClause): boolean {
  for (const element of elements) for (const from of element._fromObjects) if (from._identity !== table._identity) return false;
  return true;
}

/** The table that is changed, and the other FROM elements that the statement names. */
function extraFroms(
  table: FromClause,
  considered: readonly ClauseElement[],
  explicit: readonly FromClause[],
): readonly [primary: FromClause, others: FromClause[]] {
  if (explicit.length === 0 && !table._isJoin && !table._isFromGrouping && onlyNames(considered, table)) return [table, []];
  const [primary, ...rest] = [...tablesFromLeftmost(table)] as [FromClause, ...FromClause[]];
  const seen = new Set<ClauseElement>([primary._identity]);
  const froms: FromClause[] = [];
  const consider = (from: FromClause): void => {
    if (!overlaps(from, seen)) froms.push(from);
    for (const one of from._clonedSet) seen.add(one);
  };
  for (const from of explicit) {
    consider(from);
    for (const part of surfaceSelectables(from)) for (const one of part._clonedSet) seen.add(one);
  }
  for (const element of considered) for (const from of element._fromObjects) consider(from);
  return [primary, [...froms, ...rest]];
}

registerCompileState("default", "insert", (statement, _compiler, options) => new InsertDmlState(statement as Insert<unknown>, options));
registerCompileState("default", "update", (statement, compiler) => new UpdateDmlState(statement as Update<unknown>, compiler));
registerCompileState("default", "delete", (statement) => new DeleteDmlState(statement as Delete<unknown>));
