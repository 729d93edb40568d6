import type { Column } from "../../sql/schema/column.ts";
import type { Table } from "../../sql/schema/table.ts";
import type { Mapper } from "../mapping/mapper.ts";
import type { InstanceState } from "../state/instance-state.ts";
import { type ColumnDefaultPlan, insertDefault, updateDefault } from "./column-defaults.ts";
import { SyncPairs } from "./sync-keys.ts";
import { type TableStatements, tableStatementsOf } from "./table-statements.ts";

/** A column of a table as an attribute of a mapper. */
export interface PlannedColumn {
  readonly column: Column<unknown>;
  /** the attribute */
  readonly attr: string;
  /** the column's key, by which statements name its value */
  readonly key: string;
  readonly isPrimaryKey: boolean;
  /** what stands in for a value that an INSERT does not have */
  readonly insertDefault: ColumnDefaultPlan | null;
  /** what an UPDATE sets by itself */
  readonly updateDefault: ColumnDefaultPlan | null;
  /** null that was set is sent, whatever the default is */
  readonly sendsNull: boolean;
  /** the database computes it: it is never written */
  readonly isComputed: boolean;
}

/** Columns of a superclass's table whose values the rows of a subclass's table need. */
export interface EquatedColumns {
  readonly mapper: Mapper;
  readonly pairs: SyncPairs;
}

/** How the objects of one mapper are written to one of its tables; worked out once. */
export class TablePlan {
  readonly mapper: Mapper;
  readonly table: Table;
  readonly columns: readonly PlannedColumn[];
  readonly byAttr: ReadonlyMap<string, PlannedColumn>;
  readonly byColumn: ReadonlyMap<object, PlannedColumn>;
  readonly primaryKeys: readonly PlannedColumn[];
  /** the version counter, when it is in this table */
  readonly version: PlannedColumn | null;
  readonly equated: readonly EquatedColumns[];
  readonly hasUpdateDefaults: boolean;
  readonly statements: TableStatements;

  constructor(mapper: Mapper, table: Table) {
    this.mapper = mapper;
    this.table = table;
    const pks = new Set<object>(mapper._pksByTable.get(table));
    this.columns = [...(mapper._propkeyToCol.get(table) ?? [])].map(([attr, column]) => ({
      column,
      attr,
      key: column.key,
      isPrimaryKey: pks.has(column),
      insertDefault: insertDefault(column),
      updateDefault: updateDefault(column),
      sendsNull: column.type.shouldEvaluateNone,
      isComputed: (column.computed ?? null) !== null,
    }));
    this.byAttr = new Map(this.columns.map((each) => [each.attr, each]));
    this.byColumn = new Map(this.columns.map((each) => [each.column, each]));
    this.primaryKeys = [...(mapper._pksByTable.get(table) ?? [])].map((column) => this.byColumn.get(column)!);
    this.version = mapper.versionIdCol === null ? null : (this.byColumn.get(mapper.versionIdCol) ?? null);
    this.equated = equatedOf(mapper, table);
    this.hasUpdateDefaults = this.columns.some((each) => each.updateDefault !== null);
    this.statements = tableStatementsOf(table);
  }
}

/** The pairs that go from this table to another one of the same class, where their attributes are not the same one. */
function equatedOf(mapper: Mapper, table: Table): EquatedColumns[] {
  const found: EquatedColumns[] = [];
  for (const each of mapper.iterateToRoot()) {
    const pairs = each.inheritSyncPairs.filter(
      ([left, right]) =>
        (left as Column<unknown>).table === table && mapper.columnToProperty.get(left) !== mapper.columnToProperty.get(right),
    );
    if (pairs.length > 0) found.push({ mapper, pairs: new SyncPairs(pairs) });
  }
  return found;
}

const plans: WeakMap<Mapper, Map<Table, TablePlan | null>> = new WeakMap();

/** The plan of a mapper for a table; null when its objects have no row there. */
export function tablePlan(mapper: Mapper, table: Table): TablePlan | null {
  let byTable = plans.get(mapper);
  if (byTable === undefined) plans.set(mapper, (byTable = new Map()));
  let plan = byTable.get(table);
  if (plan === undefined) {
    plan = mapper._pksByTable.has(table) ? new TablePlan(mapper, table) : null;
    byTable.set(table, plan);
  }
  return plan;
}

/** The tables of a hierarchy of classes, superclass first: each row refers to the one before it. */
export function hierarchyTables(baseMapper: Mapper): readonly Table[] {
  const mappers = baseMapper.selfAndDescendants;
  if (mappers.length === 1) return baseMapper._sortedTables;
  const tables = new Set<Table>();
  for (const mapper of mappers) if (mapper.baseMapper === baseMapper) for (const table of mapper._sortedTables) tables.add(table);
  return [...tables];
}

/** A record of the flush that belongs to one row. */
export interface RowRecord {
  readonly state: InstanceState;
  readonly plan: TablePlan;
  readonly params: Record<string, unknown>;
  /** values that are SQL expressions, by column key */
  readonly expressions: Record<string, unknown> | null;
}
