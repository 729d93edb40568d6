import type { Connection } from "../../engine/connection.ts";
import type { Insert } from "../../sql/dml/insert.ts";
import type { Column } from "../../sql/schema/column.ts";
import { FlushError } from "../../errors.ts";
import type { InsertRecord, InsertShape } from "./collect-insert.ts";
import { runForLastId, runForLastIds, runMany, runReturning } from "./run-statement.ts";
import { attributesToTell, setFromDatabase, synchronizeTables, tellRefreshFlush } from "./post-fetch.ts";
import type { PlannedColumn, TablePlan } from "./table-plan.ts";
import type { UowTransaction } from "./unit-of-work.ts";

/** Sends INSERTs: rows that follow each other and have the same columns go out as one execution. */
export function emitInserts(records: readonly InsertRecord[], connection: Connection, uow: UowTransaction): Promise<void> {
  const end = groupEnd(records, 0);
  return end === records.length ? emitGroup(records, records[0]!.shape, connection, uow) : emitGroups(records, end, connection, uow);
}

async function emitGroups(records: readonly InsertRecord[], firstEnd: number, connection: Connection, uow: UowTransaction): Promise<void> {
  for (let start = 0, end = firstEnd; start < records.length; start = end, end = groupEnd(records, start))
    await emitGroup(records.slice(start, end), records[start]!.shape, connection, uow);
}

/** Where the rows end that one statement can take from a place on. */
function groupEnd(records: readonly InsertRecord[], start: number): number {
  if (start >= records.length) return start;
  const { shape, expressions } = records[start]!;
  let end = start + 1;
  if (expressions === null)
    while (end < records.length && shape.sharesStatement(records[end]!.shape) && records[end]!.expressions === null) end += 1;
  return end;
}

async function emitGroup(records: readonly InsertRecord[], shape: InsertShape, connection: Connection, uow: UowTransaction): Promise<void> {
  const { plan } = shape;
  const { dialect } = connection;
  const expressions = records[0]!.expressions;
  const wanted = wantedColumns(shape, expressions);
  let statement: Insert = plan.statements.insert;
  const left = leftColumns(shape, expressions, wanted);
  if (wanted.length === 0) {
    // expressions make a statement of their own
    if (expressions !== null) statement = statement.values(expressions as never);
    await runMany(
      connection,
      statement,
      records.map((record) => record.params),
    );
    finish(records, left, uow);
    return;
  }
  const onlyGeneratedKey = wanted.length === 1 && shape.missingKeys.length === 1;
  if (records.length === 1 && onlyGeneratedKey && expressions === null && dialect.postfetchLastrowid) {
    const id = await runForLastId(connection, statement, records[0]!.params);
    if (id === null) throw noKey(plan, 1, 0);
    setKey(records[0]!, shape.missingKeys[0]!, keyValue(id, shape.missingKeys[0]!, connection));
    finish(records, NONE, uow);
    return;
  }
  if (onlyGeneratedKey && expressions === null && dialect.postfetchLastrowids) {
    const ids = await runForLastIds(
      connection,
      statement,
      records.map((record) => record.params),
    );
    if (ids === null) throw noKey(plan, records.length, -1);
    const key = shape.missingKeys[0]!;
    for (let i = 0; i < records.length; i++) setKey(records[i]!, key, keyValue(ids[i]!, key, connection));
    finish(records, NONE, uow);
    return;
  }
  if (!dialect.insertReturning || (!plan.table.implicitReturning && dialect.postfetchLastrowid)) {
    await emitWithoutReturning(records, shape, connection, uow);
    return;
  }
  statement = plan.statements.insertReturning(wanted.map((column) => column.column));
  if (expressions !== null) statement = statement.values(expressions as never);
  const rows = await runReturning(
    connection,
    statement,
    records.map((record) => record.params),
  );
  if (rows.length !== records.length) throw noKey(plan, records.length, rows.length);
  for (let r = 0; r < records.length; r++) {
    const record = records[r]!;
    const row = rows[r]!;
    for (let c = 0; c < wanted.length; c++) {
      const column = wanted[c]!;
      if (column.isPrimaryKey && expressions === null) setKey(record, column, row[c]);
      else setFromDatabase(record.state, column.attr, row[c]);
    }
  }
  finish(records, left, uow, wanted);
}

const NONE: readonly PlannedColumn[] = [];

/** What is to be read back: keys, and what the mapper wants at once of that which the database computes. */
function wantedColumns(shape: InsertShape, expressions: Readonly<Record<string, unknown>> | null): readonly PlannedColumn[] {
  if (expressions === null && shape.databaseDefaults.length === 0) return shape.missingKeys;
  const wanted = new Set<PlannedColumn>([...shape.missingKeys, ...eagerDefaults(shape)]);
  const all = shape.plan.mapper.baseMapper.eagerDefaults === true;
  for (const column of expressionColumns(shape, expressions)) if (all || column.isPrimaryKey) wanted.add(column);
  return [...wanted];
}

function expressionColumns(shape: InsertShape, expressions: Readonly<Record<string, unknown>> | null): readonly PlannedColumn[] {
  return expressions === null ? NONE : shape.plan.columns.filter((column) => Object.hasOwn(expressions, column.key));
}

/** What the database computes and the INSERT does not give back: it is read when it is asked for. */
function leftColumns(
  shape: InsertShape,
  expressions: Readonly<Record<string, unknown>> | null,
  wanted: readonly PlannedColumn[],
): readonly PlannedColumn[] {
  if (expressions === null && shape.databaseDefaults.length === 0) return NONE;
  return [...shape.databaseDefaults, ...expressionColumns(shape, expressions)].filter(
    (column) => !column.isPrimaryKey && !wanted.includes(column),
  );
}

function eagerDefaults(shape: InsertShape): readonly PlannedColumn[] {
  return shape.plan.mapper.baseMapper.eagerDefaults === false ? NONE : shape.databaseDefaults;
}

/** Row by row: the driver tells the generated key of one row only; the rest is read when it is asked for. */
async function emitWithoutReturning(
  records: readonly InsertRecord[],
  shape: InsertShape,
  connection: Connection,
  uow: UowTransaction,
): Promise<void> {
  const { plan } = shape;
  const first = records[0]!;
  const expired = leftColumns(shape, first.expressions, NONE);
  if (shape.missingKeys.length === 0) {
    const statement = first.expressions === null ? plan.statements.insert : plan.statements.insert.values(first.expressions as never);
    await runMany(
      connection,
      statement,
      records.map((record) => record.params),
    );
    finish(records, expired, uow);
    return;
  }
  if (shape.missingKeys.length > 1) throw noKey(plan, 1, 0);
  for (const record of records) {
    const statement = record.expressions === null ? plan.statements.insert : plan.statements.insert.values(record.expressions as never);
    const id = await runForLastId(connection, statement, record.params);
    if (id === null) throw noKey(plan, 1, 0);
    setKey(record, shape.missingKeys[0]!, keyValue(id, shape.missingKeys[0]!, connection));
  }
  finish(records, expired, uow);
}

/** A generated key as its type has it: a driver gives a number or a bigint, whatever the column is. */
function keyValue(id: number | bigint, { column }: PlannedColumn, connection: Connection): unknown {
  const process = column.type._cachedResultProcessor(connection.dialect);
  return process === null ? (typeof id === "bigint" && Number.isSafeInteger(Number(id)) ? Number(id) : id) : process(id);
}

function setKey(record: InsertRecord, column: PlannedColumn, value: unknown): void {
  const { values } = record.state;
  if (value === null || value === undefined) throw noKey(record.plan, 1, 0);
  if (values[column.attr] === undefined || values[column.attr] === null || record.expressions !== null) values[column.attr] = value;
}

/** Defaults that the flush evaluated become values of the object; what only the database knows is forgotten. */
function finish(
  records: readonly InsertRecord[],
  expired: readonly PlannedColumn[],
  uow: UowTransaction,
  read: readonly PlannedColumn[] = NONE,
): void {
  const forgotten = expired.map((column) => column.attr);
  for (const { state, plan, params, expressions } of records) {
    const { values } = state;
    const told = attributesToTell(state, read);
    for (const column of plan.columns) {
      const value = values[column.attr];
      if (value !== undefined && value !== null && column !== plan.version) continue;
      if (expressions !== null && Object.hasOwn(expressions, column.key)) continue;
      const set = params[column.key];
      if (set !== undefined) {
        values[column.attr] = set;
        // it is what the database has now, whatever it was before
        state.committed?.delete(column.attr);
        // null because nothing was said is no news
        if (set !== null) told?.push(column.attr);
      }
    }
    tellRefreshFlush(state, told, uow);
    if (forgotten.length > 0) state._expireAttributes(forgotten);
    if (plan.equated.length > 0) synchronizeTables(state, plan, uow);
  }
}

function noKey(plan: TablePlan, expected: number, found: number): FlushError {
  const { table } = plan;
  const keys = plan.primaryKeys.map((column: { column: Column<unknown> }) => column.column.name).join(", ");
  return new FlushError(
    found === 0
      ? `Instance of ${plan.mapper.name} has a NULL identity key: the INSERT into "${table.name}" gave no value for its primary key (${keys}). ` +
          "Set the key before the flush, give its column a default, or make it an integer key that the database generates"
      : `the INSERT of ${expected} rows into "${table.name}" ${found === -1 ? "did not write all of them" : `gave back ${found} rows`}. Make sure that no trigger or rule suppresses rows`,
  );
}
