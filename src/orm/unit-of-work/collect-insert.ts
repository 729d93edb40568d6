import type { Connection } from "../../engine/connection.ts";
import type { Table } from "../../sql/schema/table.ts";
import { ArgumentError } from "../../errors.ts";
import type { InstanceState } from "../state/instance-state.ts";
import { evaluateDefault } from "./column-defaults.ts";
import { sqlExpression } from "./sql-value.ts";
import { type PlannedColumn, type RowRecord, tablePlan, type TablePlan } from "./table-plan.ts";

/** One row to insert. */
export interface InsertRecord extends RowRecord {
  readonly shape: InsertShape;
}

/** What rows to insert have in common: the columns that have values. Rows of the same shape that follow each other go out together. */
export class InsertShape {
  readonly plan: TablePlan;
  /** primary key columns that the database makes */
  readonly missingKeys: readonly PlannedColumn[];
  /** other columns that the database makes */
  readonly databaseDefaults: readonly PlannedColumn[];

  constructor(plan: TablePlan, omitted: readonly PlannedColumn[]) {
    this.plan = plan;
    this.missingKeys = omitted.filter((column) => column.isPrimaryKey);
    this.databaseDefaults = omitted.filter((column) => !column.isPrimaryKey);
  }
}

const shapes: WeakMap<TablePlan, Map<string, InsertShape>> = new WeakMap();

function shapeOf(plan: TablePlan, omitted: readonly PlannedColumn[]): InsertShape {
  let byName = shapes.get(plan);
  if (byName === undefined) shapes.set(plan, (byName = new Map()));
  let name = "";
  for (const column of omitted) name += `${column.key},`;
  let shape = byName.get(name);
  if (shape === undefined) byName.set(name, (shape = new InsertShape(plan, omitted)));
  return shape;
}

/** The rows of new objects for one table. */
export function collectInserts(table: Table, states: readonly InstanceState[], _connection: Connection): InsertRecord[] {
  const records: InsertRecord[] = [];
  for (const state of states) {
    const plan = tablePlan(state.mapper, table);
    if (plan !== null) records.push(collectInsert(plan, state));
  }
  return records;
}

function collectInsert(plan: TablePlan, state: InstanceState): InsertRecord {
  const { values } = state;
  const params: Record<string, unknown> = {};
  const omitted: PlannedColumn[] = [];
  let expressions: Record<string, unknown> | null = null;
  let calls: PlannedColumn[] | null = null;
  for (const column of plan.columns) {
    if (column.isComputed) {
      omitted.push(column);
      continue;
    }
    const value = values[column.attr];
    if (value === undefined || value === null) {
      // null gives way to a default, as in SQLAlchemy: use null_() for an explicit NULL
      const plan_ = column.insertDefault;
      if (plan_ === null) {
        if (column.isPrimaryKey) omitted.push(column);
        else params[column.key] = null;
      } else if (plan_.kind === "value") params[column.key] = plan_.value;
      else if (plan_.kind === "call") (calls ??= []).push(column);
      else omitted.push(column);
      continue;
    }
    const expression = typeof value === "object" ? sqlExpression(value) : null;
    if (expression === null) params[column.key] = value;
    else (expressions ??= {})[column.key] = expression;
  }
  if (plan.version !== null && plan.mapper.versionIdGenerator !== false) {
    params[plan.version.key] = plan.mapper.versionIdGenerator(null as never);
    const at = omitted.indexOf(plan.version);
    if (at >= 0) omitted.splice(at, 1);
  }
  if (calls !== null) {
    for (const column of calls) {
      const value = evaluateDefault(column.insertDefault!, params);
      if (value === undefined) {
        throw new ArgumentError(
          `the default function of ${plan.mapper.name}.${column.attr} gave undefined, which is not a value; return null for NULL`,
        );
      }
      params[column.key] = value;
    }
  }
  return { state, plan, params, expressions, shape: shapeOf(plan, omitted) };
}
