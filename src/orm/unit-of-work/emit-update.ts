import type { Connection } from "../../engine/connection.ts";
import type { Update } from "../../sql/dml/update.ts";
import { StaleDataError } from "../../errors.ts";
import type { UpdateRecord } from "./collect-update.ts";
import { attributesToTell, setFromDatabase, synchronizeTables, tellRefreshFlush } from "./post-fetch.ts";
import { runMany, runReturning } from "./run-statement.ts";
import type { PlannedColumn } from "./table-plan.ts";
import type { UowTransaction } from "./unit-of-work.ts";

/** Sends UPDATEs: rows that follow each other and set the same columns go out as one execution. */
export async function emitUpdates(records: readonly UpdateRecord[], connection: Connection, uow: UowTransaction): Promise<void> {
  for (let start = 0; start < records.length;) {
    const first = records[start]!;
    let end = start + 1;
    if (first.expressions === null) {
      while (
        end < records.length &&
        records[end]!.shape === first.shape &&
        records[end]!.plan.table === first.plan.table &&
        records[end]!.expressions === null
      )
        end += 1;
    }
    await emitGroup(start === 0 && end === records.length ? records : records.slice(start, end), connection, uow);
    start = end;
  }
}

async function emitGroup(records: readonly UpdateRecord[], connection: Connection, uow: UowTransaction): Promise<void> {
  const { plan, needsVersion, expressions, databaseDefaults, keyByExpression } = records[0]!;
  const by = plan.primaryKeys.map((column) => column.column);
  if (needsVersion) by.push(plan.version!.column);
  const computed = [...databaseDefaults];
  if (expressions !== null)
    for (const column of plan.columns) if (Object.hasOwn(expressions, column.key) && !computed.includes(column)) computed.push(column);

  // keys and the version are needed at once; the rest is read when it is asked for, unless the mapper says otherwise
  const all = plan.mapper.baseMapper.eagerDefaults === true;
  const reads = connection.dialect.updateReturning
    ? computed.filter((column) => all || column.isPrimaryKey || column === plan.version)
    : keyByExpression
      ? plan.primaryKeys
      : [];
  let statement: Update = plan.statements.update(
    by,
    reads.map((column) => column.column),
  );
  if (expressions !== null) statement = statement.values(expressions as never);
  const params = records.map((record) => record.params);
  let count: number;
  if (reads.length > 0) {
    const rows = await runReturning(connection, statement, params);
    count = rows.length;
    if (count === records.length) for (let r = 0; r < rows.length; r++) putBack(records[r]!, reads, rows[r]!);
  } else {
    count = await runMany(connection, statement, params);
  }
  if (count >= 0 && count !== records.length) throw staleRows(plan.table.name, records.length, count, needsVersion);
  const left = computed.filter((column) => !reads.includes(column));
  for (const record of records) finish(record, left, uow, reads);
}

function putBack(record: UpdateRecord, columns: readonly PlannedColumn[], row: readonly unknown[]): void {
  for (let c = 0; c < columns.length; c++) setFromDatabase(record.state, columns[c]!.attr, row[c]);
}

/** What the flush set beyond the object's own changes becomes its value; what only the database knows is forgotten. */
function finish(
  { state, plan, params, needsVersion }: UpdateRecord,
  expired: readonly PlannedColumn[],
  uow: UowTransaction,
  read: readonly PlannedColumn[],
): void {
  const told = attributesToTell(state, read);
  if (plan.hasUpdateDefaults || needsVersion) {
    for (const column of plan.columns) {
      if (column.updateDefault === null && column !== plan.version) continue;
      const value = params[column.key];
      if (value === undefined) continue;
      state.values[column.attr] = value;
      state.committed?.delete(column.attr);
      state.expiredAttributes?.delete(column.attr);
      told?.push(column.attr);
    }
  }
  tellRefreshFlush(state, told, uow);
  if (expired.length > 0) state._expireAttributes(expired.map((column) => column.attr));
  if (plan.equated.length > 0) synchronizeTables(state, plan, uow);
}

/** The error of an UPDATE by key that met fewer rows than it should have. */
export function staleRows(table: string, expected: number, found: number, needsVersion: boolean): StaleDataError {
  return new StaleDataError(
    `UPDATE statement on table "${table}" expected to update ${expected} row(s); ${found} were matched. ` +
      (needsVersion
        ? "A row was changed by another transaction since it was read (its version differs), or is gone: roll back, read it anew and try again"
        : "A row is no longer there: another transaction has deleted it or changed its primary key. Roll back, read anew and try again"),
  );
}
