import type { Connection } from "../../engine/connection.ts";
import type { Table } from "../../sql/schema/table.ts";
import { ArgumentError } from "../../errors.ts";
import type { Mapper } from "../mapping/mapper.ts";
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

  readonly #omitted: readonly PlannedColumn[];
  /** the same for shapes of several classes of a hierarchy whose rows one statement can take */
  readonly #signature: string;

  constructor(plan: TablePlan, omitted: readonly PlannedColumn[]) {
    this.plan = plan;
    this.#omitted = omitted;
    const names = (columns: readonly PlannedColumn[]): string => columns.map(({ key, attr }) => `${key}=${attr}`).join();
    this.#signature = `${names(plan.columns)}|${names(omitted)}`;
    this.missingKeys = omitted.filter((column) => column.isPrimaryKey);
    this.databaseDefaults = omitted.filter((column) => !column.isPrimaryKey);
  }

  /** Whether one statement can take rows of both: rows of a superclass's table, of objects of several subclasses. */
  sharesStatement(other: InsertShape): boolean {
    return this === other || (this.plan.table === other.plan.table && this.#signature === other.#signature);
  }

  /** Whether a row that leaves these columns out is of this shape. */
  omits(columns: readonly PlannedColumn[]): boolean {
    const own = this.#omitted;
    if (columns.length !== own.length) return false;
    for (let i = 0; i < own.length; i++) if (columns[i] !== own[i]) return false;
    return true;
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
  let mapper: Mapper | null = null;
  let plan: TablePlan | null = null;
  let shape: InsertShape | null = null;
  for (const state of states) {
    if (state.mapper !== mapper) {
      mapper = state.mapper;
      plan = tablePlan(mapper, table);
      shape = null;
    }
    if (plan === null) continue;
    const record = collectInsert(plan, state, shape);
    ({ shape } = record);
    records.push(record);
  }
  return records;
}

/** @param last - the shape of the row before, which mostly fits this one as well */
function collectInsert(plan: TablePlan, state: InstanceState, last: InsertShape | null): InsertRecord {
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
    if (value === undefined || (value === null && !column.sendsNull)) {
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
    const expression = typeof value === "object" && value !== null ? sqlExpression(value) : null;
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
  return { state, plan, params, expressions, shape: last !== null && last.omits(omitted) ? last : shapeOf(plan, omitted) };
}
