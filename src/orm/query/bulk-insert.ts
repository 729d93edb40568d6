import { Result } from "../../engine/result/result.ts";
import { ArgumentError } from "../../errors.ts";
import type { ParameterRecord } from "../../sql/compiler/compiled.ts";
import { expectDmlColumn } from "../../sql/base/coercions.ts";
import type { ColumnElement } from "../../sql/elements/column-element.ts";
import { Insert } from "../../sql/dml/insert.ts";
import type { ClauseElement } from "../../sql/elements/clause-element.ts";
import type { Column } from "../../sql/schema/column.ts";
import type { Table } from "../../sql/schema/table.ts";
import { mergedOptions, registerOrmExecutor } from "../loading/execute-orm.ts";
import type { OrmExecutionOptions } from "../late.ts";
import type { ColumnProperty } from "../mapping/column-property.ts";
import type { Mapper } from "../mapping/mapper.ts";
import type { SessionInternals } from "../session/session-internals.ts";
import { tokenOf } from "../state/identity-token.ts";
import { byShape, dmlMapper } from "./bulk-update-delete.ts";
import { coreStatement, expandRows, resolveValues, unknown } from "./dml-columns.ts";
import { readInserted } from "./read-inserted.ts";
import { readReturning } from "./returning.ts";

type Row = Record<string, unknown>;

/** INSERT of a mapped class: values and parameters go by attribute names, and what is returned becomes objects. */
async function executeInsert(
  session: SessionInternals,
  given: ClauseElement,
  params: ParameterRecord | readonly ParameterRecord[] | null,
  options: OrmExecutionOptions,
): Promise<Result> {
  const statement = given as Insert<unknown>;
  const mapper = dmlMapper(statement);
  const merged = mergedOptions(session, statement, options);
  const rows = params === null ? null : expandRows(mapper, (Array.isArray(params) ? params : [params]) as readonly Row[]);
  if (mapper._sortedTables.length > 1 && rows !== null && statement._values === null)
    return insertJoined(session, statement, mapper, rows, merged);
  const connection = await session.connectionFor(mapper, tokenOf(merged));
  const core = coreStatement(statement, mapper);
  const known = new Map<string, string | null>();
  if (statement._values !== null) {
    core._values = resolveValues(mapper, statement._values).map(({ column, value }) => [column, value] as const);
    addDiscriminator(mapper, core);
  }
  if (statement._multiValues.length > 0)
    core._multiValues = statement._multiValues.map((row) =>
      Array.isArray(row) ? row : columnKeys(mapper, givenValues(mapper, row as Row), true, known),
    );
  if (statement._selectNames !== null) {
    core._selectNames = statement._selectNames.map((name) =>
      mapper.props.has(name) ? (resolveValues(mapper, [[name, null as never]])[0]!.column as Column<unknown>).key : name,
    );
  }
  const isBulk = rows !== null && statement._values === null;
  const wholeRows = isBulk && merged["renderNulls"] !== true ? rows.map((row) => withoutNulls(mapper, row)) : rows;
  const sent = wholeRows === null ? null : wholeRows.map((row) => columnKeys(mapper, row, isBulk, known));
  const parameters = sent === null ? null : Array.isArray(params) ? sent : sent[0]!;
  if (statement._returning.length > 0) {
    if (sent === null || sent.length <= 1) return readReturning(session, connection, core, statement as never, parameters, merged);
    return returnedByShape(sent, (group) => readReturning(session, connection, core, statement as never, group, merged));
  }
  if (sent === null || sent.length <= 1) return (await connection.execute(core as never, parameters as never, merged)) as unknown as Result;
  // rows that give different columns go out apart
  let rowcount = 0;
  for (const group of byShape(sent, (row) => Object.keys(row))) {
    const result = await connection.execute(core as never, group.rows as never, merged);
    rowcount += result.rowcount;
  }
  return Result.fromRows([], [], { rowcount, returnsRows: false });
}

/** The rows that each group of parameters returns, one group after the other. */
async function returnedByShape(sent: readonly Row[], run: (group: readonly Row[]) => Promise<Result>): Promise<Result> {
  const groups = byShape(sent, (row) => Object.keys(row));
  const first = await run(groups[0]!.rows);
  if (groups.length === 1) return first;
  const keys = [...first.keys()];
  const rows = [...(first.all() as (readonly unknown[])[])];
  for (const group of groups.slice(1)) for (const row of (await run(group.rows)).all() as (readonly unknown[])[]) rows.push(row);
  return Result.fromRows(keys, rows as never);
}

/** A row without the attributes that are null: they are what their columns' defaults make of them, or NULL. Types for which null is a value keep it. */
function withoutNulls(mapper: Mapper, row: Row): Row {
  let made: Row | null = null;
  for (const name of Object.keys(row)) {
    if (row[name] !== null) continue;
    const property = mapper.props.get(name);
    if (property?.isColumn === true && (property as ColumnProperty).columns[0]!.type.shouldEvaluateNone) continue;
    made ??= { ...row };
    delete made[name];
  }
  return made ?? row;
}

/** A row of `values([…])` in which values of hybrids have become those of the columns that they stand for. */
function givenValues(mapper: Mapper, row: Row): Row {
  if (!mapper._descriptorKeys.some((name) => Object.hasOwn(row, name))) return row;
  const made: Row = {};
  for (const [name, value] of Object.entries(row)) {
    const descriptor = mapper._descriptor(name);
    if (descriptor?._updatePairs === undefined) made[name] = value;
    else for (const [column, each] of descriptor._updatePairs(mapper.class_, value)) made[attributeName(mapper, column)] = each;
  }
  return made;
}

function attributeName(mapper: Mapper, column: unknown): string {
  const key = expectDmlColumn(column, `values() of ${mapper.name}`);
  return typeof key === "string" ? key : mapper.getPropertyByColumn(key._deannotate()._identity as ColumnElement<unknown>).key;
}

/**
 * A row by the keys of the table's columns, with the discriminator of the class.
 * @param known - the column keys of names that were met before, null for names of binds; shared by all rows
 */
function columnKeys(mapper: Mapper, row: Row, complete: boolean, known: Map<string, string | null>): Row {
  const made: Row = {};
  for (const name of Object.keys(row)) {
    const value = row[name];
    let key = known.get(name);
    if (key === undefined) known.set(name, (key = columnKey(mapper, name)));
    if (key === null) {
      // names of binds within the statement
      if (!complete) {
        made[name] = value;
        continue;
      }
      throw unknown(mapper, name);
    }
    if (value === undefined)
      throw new ArgumentError(`insert(${mapper.name}): undefined was given for ${name}; undefined is not a value: use null for NULL`);
    made[key] = value;
  }
  if (complete) {
    const discriminator = mapper.polymorphicKey;
    if (discriminator !== null && row[discriminator] === undefined && mapper.polymorphicIdentity !== undefined) {
      const { column } = resolveValues(mapper, [[discriminator, null as never]])[0]!;
      if (mapper.localTable._collection.containsColumn(column)) made[(column as Column<unknown>).key] = mapper.polymorphicIdentity;
    }
  }
  return made;
}

/** The key of the table's column that an attribute stands for; null when it is no such attribute. */
function columnKey(mapper: Mapper, name: string): string | null {
  if (mapper.props.get(name)?.isColumn !== true) return null;
  return (resolveValues(mapper, [[name, null as never]])[0]!.column as Column<unknown>).key;
}

function addDiscriminator(mapper: Mapper, core: Insert<unknown>): void {
  const key = mapper.polymorphicKey;
  if (key === null || mapper.polymorphicIdentity === undefined) return;
  const { column } = resolveValues(mapper, [[key, null as never]])[0]!;
  if (!mapper.localTable._collection.containsColumn(column)) return;
  if (core._values!.some(([each]) => typeof each !== "string" && each._identity === column._identity)) return;
  const copy = core.values(new Map([[column, mapper.polymorphicIdentity]]));
  core._values = copy._values;
}

/** Rows of joined classes: one INSERT for each table, the superclass's first, whose keys the others take over. */
async function insertJoined(
  session: SessionInternals,
  statement: Insert<unknown>,
  mapper: Mapper,
  rows: readonly Row[],
  options: OrmExecutionOptions,
): Promise<Result> {
  const connection = await session.connectionFor(mapper, tokenOf(options));
  const known = rows.map((row) => ({ ...row }));
  for (const row of known) for (const name of Object.keys(row)) if (mapper.props.get(name)?.isColumn !== true) throw unknown(mapper, name);
  const discriminator = mapper.polymorphicKey;
  if (discriminator !== null)
    for (const row of known) if (row[discriminator] === undefined) row[discriminator] = mapper.polymorphicIdentity;
  const tables = mapper._sortedTables;
  const givesBack = statement._returning.length > 0;
  for (const [position, table] of tables.entries()) await insertInto(table, givesBack || position < tables.length - 1);
  if (givesBack) {
    const keys = known.map((row) => mapper._identityKeyProps.map((name) => row[name]));
    return readInserted(session, mapper, statement._returning, keys, options);
  }
  return Result.fromRows([], [], { rowcount: rows.length, returnsRows: false });

  async function insertInto(table: Table, keysAreNeeded: boolean): Promise<void> {
    const columns = mapper._propkeyToCol.get(table)!;
    const keyNames = mapper._identityKeyProps;
    for (const group of byShape(known, (row) => [...columns.keys()].filter((name) => row[name] !== undefined))) {
      const sent = group.rows.map((row) => Object.fromEntries(group.names.map((name) => [columns.get(name)!.key, row[name]])));
      const core = new Insert<unknown>(table);
      if (keysAreNeeded && group.rows.some((row) => keyNames.some((name) => row[name] === undefined))) {
        const keys = mapper.primaryKey;
        const result = await connection.execute(
          core.returning(...(keys as never[]), { sortByParameterOrder: true } as never) as never,
          sent as never,
          options,
        );
        (result.all() as unknown[][]).forEach((values, i) => keyNames.forEach((name, n) => (group.rows[i]![name] = values[n])));
      } else await connection.execute(core as never, sent as never, options);
    }
  }
}

registerOrmExecutor("insert", executeInsert);
