import { StaleDataError } from "../../errors.ts";
import type { Mapper } from "../mapping/mapper.ts";
import { byToken } from "../state/identity-token.ts";
import type { InstanceState } from "../state/instance-state.ts";
import { evaluateDefault } from "./column-defaults.ts";
import { runMany } from "./run-statement.ts";
import { sortStates } from "./save-obj.ts";
import { committedValue, currentValue } from "./sync-keys.ts";
import { hierarchyTables, type RowRecord, tablePlan, type TablePlan } from "./table-plan.ts";
import type { UowTransaction } from "./unit-of-work.ts";

interface PostUpdateRecord extends RowRecord {
  readonly shape: string;
  readonly needsVersion: boolean;
}

/** UPDATEs of the foreign keys of relationships with `postUpdate`. */
export async function postUpdate(
  baseMapper: Mapper,
  states: Iterable<InstanceState>,
  uow: UowTransaction,
  columns: ReadonlySet<object>,
): Promise<void> {
  const sorted = sortStates(states);
  if (sorted.length === 0) return;
  const byTokens = byToken(sorted);
  if (byTokens !== null) {
    for (const group of byTokens) await postUpdate(baseMapper, group, uow, columns);
    return;
  }
  const connection = await uow.session.connectionFor(baseMapper, sorted[0]!.identityToken);
  for (const table of hierarchyTables(baseMapper)) {
    const records: PostUpdateRecord[] = [];
    for (const state of sorted) {
      const plan = tablePlan(state.mapper, table);
      const record = plan === null ? null : collect(plan, state, columns);
      if (record === null) continue;
      records.push(record);
      uow.noteWritten(state, record);
    }
    for (let start = 0; start < records.length;) {
      const first = records[start]!;
      let end = start + 1;
      while (end < records.length && records[end]!.shape === first.shape) end += 1;
      const group = records.slice(start, end);
      const by = first.plan.primaryKeys.map((column) => column.column);
      if (first.needsVersion) by.push(first.plan.version!.column);
      const count = await runMany(
        connection,
        first.plan.statements.update(by),
        group.map((record) => record.params),
      );
      if (count >= 0 && count !== group.length) {
        throw new StaleDataError(
          `UPDATE statement on table "${table.name}" expected to update ${group.length} row(s); ${count} were matched. ` +
            "A row was changed or deleted by another transaction: roll back, read it anew and try again",
        );
      }
      for (const record of group) putBack(record, uow);
      start = end;
    }
  }
}

function collect(plan: TablePlan, state: InstanceState, columns: ReadonlySet<object>): PostUpdateRecord | null {
  const params: Record<string, unknown> = {};
  let hasData = false;
  for (const column of plan.columns) {
    if (column.isPrimaryKey) continue;
    if (!columns.has(column.column) && column.updateDefault === null) continue;
    const added = state.committed?.has(column.attr) === true ? state.getHistory(column.attr).added : [];
    if (added.length === 0) continue;
    params[column.key] = added[0];
    hasData = true;
  }
  if (!hasData) return null;
  for (const column of plan.columns) {
    if (column.updateDefault === null || column.updateDefault.kind === "database" || Object.hasOwn(params, column.key)) continue;
    params[column.key] = evaluateDefault(column.updateDefault, params);
  }
  const version = plan.version === null ? null : (committedValue(state, plan.version.attr) ?? null);
  if (version !== null) {
    const generator = plan.mapper.versionIdGenerator;
    const column = plan.version!;
    if (state.key !== null && !Object.hasOwn(params, column.key) && generator !== false) params[column.key] = generator(version as never);
  }
  let shape = "";
  for (const key in params) shape += `${key},`;
  for (const column of plan.primaryKeys) params[plan.statements.bindOf(column.column)] = currentValue(state, column.attr);
  if (version !== null) {
    params[plan.statements.bindOf(plan.version!.column)] = version;
    shape += "|v";
  }
  return { state, plan, params, expressions: null, shape, needsVersion: version !== null };
}

function putBack({ state, plan, params, needsVersion }: PostUpdateRecord, uow: UowTransaction): void {
  if (uow.isDeleted(state) && !needsVersion) return;
  for (const column of plan.columns) {
    if (column.updateDefault === null && column !== plan.version) continue;
    const value = params[column.key];
    if (value === undefined) continue;
    state.values[column.attr] = value;
    state.committed?.delete(column.attr);
  }
}
