import type { Connection } from "../../engine/connection.ts";
import { FlushError, StaleDataError } from "../../errors.ts";
import { warn } from "../../util/warn.ts";
import type { Mapper } from "../mapping/mapper.ts";
import { byToken } from "../state/identity-token.ts";
import type { InstanceState } from "../state/instance-state.ts";
import { KEYS_PER_STATEMENT } from "../loading/keys-per-statement.ts";
import { runMany } from "./run-statement.ts";
import { callListeners, loadVersions, sortStates } from "./save-obj.ts";
import { committedValue } from "./sync-keys.ts";
import { hierarchyTables, type PlannedColumn, tablePlan, type TablePlan } from "./table-plan.ts";
import type { UowTransaction } from "./unit-of-work.ts";

/** From so many rows on, a list of keys takes less time than a DELETE for each row: one round trip, and one pass over the table. */
const ROWS_FOR_LISTS = 50;

interface DeleteGroup {
  readonly plan: TablePlan;
  readonly rows: Record<string, unknown>[];
  readonly needsVersion: boolean;
}

/** DELETE of objects of one hierarchy of classes: table by table, subclass first. */
export async function deleteObj(baseMapper: Mapper, states: Iterable<InstanceState>, uow: UowTransaction): Promise<void> {
  const sorted = sortStates(states);
  if (sorted.length === 0) return;
  const byTokens = byToken(sorted);
  if (byTokens !== null) {
    for (const group of byTokens) await deleteObj(baseMapper, group, uow);
    return;
  }
  const connection = await uow.session.connectionFor(baseMapper, sorted[0]!.identityToken);
  const loading = loadVersions(sorted, uow);
  if (loading !== undefined) await loading;
  for (const state of sorted) {
    const { mapper } = state;
    if (mapper.dispatch.beforeDelete !== null) await callListeners(mapper.dispatch.beforeDelete, mapper, connection, state, uow);
  }
  for (const table of [...hierarchyTables(baseMapper)].reverse()) {
    const groups: DeleteGroup[] = [];
    for (const state of sorted) {
      const plan = tablePlan(state.mapper, table);
      if (plan === null || state.key === null) continue;
      // the database deletes the rows of subclasses by itself
      if (state.mapper.inherits !== null && !state.mapper.concrete && state.mapper.passiveDeletes && table !== baseMapper.localTable)
        continue;
      const row: Record<string, unknown> = {};
      for (const column of plan.primaryKeys) {
        const value = committedValue(state, column.attr);
        if (value === null || value === undefined) {
          throw new FlushError(
            `Can't delete from table "${table.name}" using NULL for primary key value on column "${column.column.name}" of ${String(state)}`,
          );
        }
        row[plan.statements.bindOf(column.column)] = value;
      }
      const version = plan.version === null ? null : (committedValue(state, plan.version.attr) ?? null);
      if (version !== null) row[plan.statements.bindOf(plan.version!.column)] = version;
      const last = groups.at(-1);
      if (last !== undefined && last.plan.table === table && last.needsVersion === (version !== null)) last.rows.push(row);
      else groups.push({ plan, rows: [row], needsVersion: version !== null });
    }
    for (const { plan, rows, needsVersion } of groups) {
      const count = await runDeletes(connection, plan, rows, needsVersion ? plan.version : null);
      if (count >= 0 && count !== rows.length && plan.mapper.confirmDeletedRows) reportMissing(plan, rows.length, count, needsVersion);
    }
  }
  for (const state of sorted) {
    const { mapper } = state;
    if (mapper.dispatch.afterDelete !== null) await callListeners(mapper.dispatch.afterDelete, mapper, connection, state, uow);
  }
}

/** Sends the DELETEs of one table; gives the number of rows that they met. */
async function runDeletes(
  connection: Connection,
  { statements, primaryKeys }: TablePlan,
  rows: readonly Record<string, unknown>[],
  version: PlannedColumn | null,
): Promise<number> {
  const by = primaryKeys.map((column) => column.column);
  if (rows.length < ROWS_FOR_LISTS || version !== null || !connection.dialect.deletesByLists) {
    if (version !== null) by.push(version.column);
    return runMany(connection, statements.delete(by), rows);
  }
  const names = by.map((column) => statements.bindOf(column));
  const [only] = names;
  const statement = statements.deleteListed(by);
  let count = 0;
  for (let start = 0; start < rows.length; start += KEYS_PER_STATEMENT) {
    const listed = rows.slice(start, start + KEYS_PER_STATEMENT);
    const keys = listed.map((row) => (names.length === 1 ? row[only!] : names.map((name) => row[name])));
    const met = await runMany(connection, statement, [{ keys }]);
    // a driver that cannot tell once cannot tell at all
    if (met < 0) count = -1;
    else if (count >= 0) count += met;
  }
  return count;
}

function reportMissing(plan: TablePlan, expected: number, found: number, needsVersion: boolean): void {
  const message =
    `DELETE statement on table "${plan.table.name}" expected to delete ${expected} row(s); ${found} were matched. ` +
    "Set { confirmDeletedRows: false } in the mapper's options if the database deletes rows by itself";
  if (needsVersion) throw new StaleDataError(message);
  warn(message);
}
