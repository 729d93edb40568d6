import type { Table } from "../../sql/schema/table.ts";
import { ArgumentError, FlushError } from "../../errors.ts";
import type { InstanceState } from "../state/instance-state.ts";
import { evaluateDefault } from "./column-defaults.ts";
import { synchronizeTables } from "./post-fetch.ts";
import { sqlExpression } from "./sql-value.ts";
import { currentValue, identityValue } from "./sync-keys.ts";
import { type PlannedColumn, type RowRecord, tablePlan, type TablePlan } from "./table-plan.ts";
import type { UowTransaction } from "./unit-of-work.ts";

/** An object whose row is to be updated, and the version that the row is expected to have. */
export interface UpdateTask {
  readonly state: InstanceState;
  readonly version: unknown;
}

/** One row to update. */
export interface UpdateRecord extends RowRecord {
  /** the columns that are set, as text: rows with the same text that follow each other go out together */
  readonly shape: string;
  readonly needsVersion: boolean;
  /** what the database computes on the way */
  readonly databaseDefaults: readonly PlannedColumn[];
  /** the primary key is set to an expression: only the database knows the new one */
  readonly keyByExpression: boolean;
}

const NONE: readonly PlannedColumn[] = [];

/** The rows of changed objects for one table: only what has changed, and how each row is found. */
export function collectUpdates(table: Table, tasks: readonly UpdateTask[], uow: UowTransaction): UpdateRecord[] {
  const records: UpdateRecord[] = [];
  for (const task of tasks) {
    const plan = tablePlan(task.state.mapper, table);
    if (plan === null) continue;
    const record = collectUpdate(plan, task, uow);
    uow.noteWritten(task.state, record);
    if (record !== null) records.push(record);
  }
  return records;
}

function collectUpdate(plan: TablePlan, { state, version }: UpdateTask, uow: UowTransaction): UpdateRecord | null {
  const needsVersion = plan.version !== null && version !== null;
  if (state.committed === null && !needsVersion) return null;
  const params: Record<string, unknown> = {};
  let expressions: Record<string, unknown> | null = null;
  if (state.committed !== null) {
    for (const [attr, before] of state.committed) {
      const column = plan.byAttr.get(attr);
      if (column === undefined || column.isComputed) continue;
      const value = state.values[attr];
      // taken away by `delete`, or forgotten since
      if (value === undefined) {
        if (!state.expiredAttributes?.has(attr)) params[column.key] = null;
        continue;
      }
      const expression = typeof value === "object" && value !== null ? sqlExpression(value) : null;
      if (expression !== null) (expressions ??= {})[column.key] = expression;
      else if (typeof before === "symbol" || !state.getImpl(attr).isEqual(value, before)) params[column.key] = value;
    }
  }

  let sets = expressions !== null || hasKeys(params);
  if (needsVersion) {
    const column = plan.version!;
    // a change in another table of the class makes a new version, too
    if (!sets && !hasChanges(state)) return null;
    const generator = plan.mapper.versionIdGenerator;
    if (generator !== false && params[column.key] === undefined) params[column.key] = generator(version as never);
    else if (generator === false && !sets) params[column.key] = version;
    sets = true;
  }
  if (!sets) return null;

  let keyByExpression = false;
  let followsCascade = false;
  const { statements } = plan;
  const where: Record<string, unknown> = {};
  for (const column of plan.primaryKeys) {
    const value = currentValue(state, column.attr);
    const before = keyBefore(state, column);
    let by = value;
    if (before !== undefined && before !== value) {
      if (uow.cascadedKeys.get(state)?.has(column.column) === true) {
        followsCascade = true;
        delete params[column.key];
      } else {
        by = before;
        if (expressions !== null && Object.hasOwn(expressions, column.key)) keyByExpression = true;
      }
    } else {
      // the object takes over a row that has this key already, or the key is as it was
      if (Object.hasOwn(params, column.key)) followsCascade = true;
      delete params[column.key];
    }
    if (by === null || by === undefined) {
      throw new FlushError(
        `Can't update table "${plan.table.name}" using NULL for primary key value on column "${column.column.name}" of ${String(state)}`,
      );
    }
    where[statements.bindOf(column.column)] = by;
  }
  if (!hasKeys(params) && expressions === null) {
    // the database's own cascade has changed the row's key already: carry it on to the tables of subclasses
    if (followsCascade) synchronizeTables(state, plan, uow);
    return null;
  }
  const databaseDefaults = plan.hasUpdateDefaults ? addUpdateDefaults(plan, params, expressions) : NONE;
  let shape = "";
  for (const key in params) shape += `${key},`;
  if (needsVersion) {
    where[statements.bindOf(plan.version!.column)] = version;
    shape += "|v";
  }
  Object.assign(params, where);
  return { state, plan, params, expressions, shape, needsVersion, databaseDefaults, keyByExpression };
}

/** Values that an UPDATE sets by itself; gives the columns whose values only the database computes. */
function addUpdateDefaults(
  plan: TablePlan,
  params: Record<string, unknown>,
  expressions: Record<string, unknown> | null,
): readonly PlannedColumn[] {
  const left: PlannedColumn[] = [];
  for (const column of plan.columns) {
    const default_ = column.updateDefault;
    if (default_ === null || Object.hasOwn(params, column.key) || (expressions !== null && Object.hasOwn(expressions, column.key)))
      continue;
    if (default_.kind === "database") {
      left.push(column);
      continue;
    }
    const value = evaluateDefault(default_, params);
    if (value === undefined) {
      throw new ArgumentError(
        `the onupdate function of ${plan.mapper.name}.${column.attr} gave undefined, which is not a value; return null for NULL`,
      );
    }
    params[column.key] = value;
  }
  return left;
}

/** What a part of the primary key was before it was changed; undefined when it was not, or when that is not known. */
function keyBefore(state: InstanceState, column: PlannedColumn): unknown {
  const { committed } = state;
  if (committed?.has(column.attr) !== true) return undefined;
  const before = committed.get(column.attr);
  if (typeof before !== "symbol") return before ?? undefined;
  return identityValue(state, column.attr);
}

function hasKeys(record: Readonly<Record<string, unknown>>): boolean {
  for (const _ in record) return true;
  return false;
}

/** Whether any column of the object has changed. */
function hasChanges(state: InstanceState): boolean {
  for (const property of state.mapper.columnAttrs) {
    if (state.committed?.has(property.key) === true && state.getHistory(property.key).added.length > 0) return true;
  }
  return false;
}
