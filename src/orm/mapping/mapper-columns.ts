import { InvalidRequestError, UnmappedColumnError } from "../../errors.ts";
import { traverse } from "../../sql/base/traversal.ts";
import { BinaryExpression } from "../../sql/elements/binary.ts";
import type { ClauseElement } from "../../sql/elements/clause-element.ts";
import type { ColumnElement } from "../../sql/elements/column-element.ts";
import * as operators from "../../sql/operators/operator-table.ts";
import { Column } from "../../sql/schema/column.ts";
import { sortTablesAndConstraints } from "../../sql/schema/sort-tables.ts";
import type { Table } from "../../sql/schema/table.ts";
import type { InstanceState } from "../state/instance-state.ts";
import type { ColumnProperty } from "./column-property.ts";
import { configureProperty } from "./mapper-configure.ts";
import type { Mapper } from "./mapper.ts";
import type { MapperProperty } from "./mapper-property.ts";

export function propertyByColumn(mapper: Mapper, column: ColumnElement<unknown>): ColumnProperty {
  const found = mapper.columnToProperty.get(column._identity);
  if (found !== undefined) return found;
  // a column of an alias or subquery stands for the one that it was made of
  for (const base of column.proxySet) {
    const prop = mapper.columnToProperty.get(base._identity);
    if (prop !== undefined) return prop;
  }
  throw new UnmappedColumnError(`${mapper.name} has no attribute for the column ${String(column.name)} of ${tableName(column)}`);
}

function tableName(column: ColumnElement<unknown>): string {
  return (column as { table?: { description?: string } }).table?.description ?? "an expression";
}

/** Adds an attribute to a mapper that is made already, and to those that inherit from it. */
export function addProperty(mapper: Mapper, key: string, property: MapperProperty): void {
  if (mapper.props.has(key) && mapper.props.get(key)!.parent === mapper) {
    throw new InvalidRequestError(`${mapper.name} has a mapped attribute ${JSON.stringify(key)} already`);
  }
  if (mapper.configured && !property.isColumn) {
    // how the attribute works on objects depends on what its configuration finds out, which looks it up by its name
    property.setParent(mapper, key);
    mapper.props.set(key, property);
    try {
      property.init();
    } catch (error) {
      mapper.props.delete(key);
      throw error;
    }
  }
  configureProperty(mapper, key, property, true);
  for (const sub of mapper.selfAndDescendants)
    if (sub !== mapper && !sub.concrete && !sub.props.has(key)) configureProperty(sub, key, property, false);
  if (mapper.configured) property.init();
  mapper._expireMemoizations();
}

/** The columns of a table that a mapper maps, in the order of the table. */
function mappedColumns(mapper: Mapper, table: Table): Column<unknown>[] {
  return [...table._collection].filter((column) => mapper.columnToProperty.has(column._identity)) as Column<unknown>[];
}

function byTable<T>(mapper: Mapper, make: (columns: readonly Column<unknown>[], table: Table) => T): ReadonlyMap<Table, T> {
  const cols = mapper._colsByTable;
  return new Map(mapper.tables.map((table) => [table, make(cols.get(table)!, table)]));
}

export function colsByTable(mapper: Mapper): ReadonlyMap<Table, readonly Column<unknown>[]> {
  return new Map(mapper.tables.map((table) => [table, mappedColumns(mapper, table)]));
}

export function pksByTable(mapper: Mapper): ReadonlyMap<Table, readonly Column<unknown>[]> {
  const given = mapper.options.primaryKey;
  return byTable(mapper, (columns, table) => {
    const stated = given?.filter((column): column is Column<unknown> => column instanceof Column && column.table === table) ?? [];
    return stated.length > 0 ? stated : columns.filter((column) => column.primaryKey);
  });
}

export function propkeyToCol(mapper: Mapper): ReadonlyMap<Table, ReadonlyMap<string, Column<unknown>>> {
  return byTable(mapper, (columns) => new Map(columns.map((column) => [mapper.columnToProperty.get(column)!.key, column])));
}

export function colToPropkey(mapper: Mapper): ReadonlyMap<Table, ReadonlyMap<Column<unknown>, string>> {
  return byTable(mapper, (columns) => new Map(columns.map((column) => [column, mapper.columnToProperty.get(column)!.key])));
}

export function pkAttrKeysByTable(mapper: Mapper): ReadonlyMap<Table, ReadonlySet<string>> {
  const pks = mapper._pksByTable;
  return byTable(mapper, (_columns, table) => new Set(pks.get(table)!.map((column) => mapper.columnToProperty.get(column)!.key)));
}

export function insertColsAsNone(mapper: Mapper): ReadonlyMap<Table, ReadonlySet<string>> {
  return byTable(
    mapper,
    (columns) =>
      new Set(
        columns
          .filter((c) => !c.primaryKey && c.serverDefault === null && c.default === null && !c.type.shouldEvaluateNone)
          .map((column) => column.key),
      ),
  );
}

export function serverDefaultCols(mapper: Mapper): ReadonlyMap<Table, readonly Column<unknown>[]> {
  return byTable(mapper, (columns) => columns.filter((c) => c.serverDefault !== null || c.default?.isClauseElement === true));
}

export function serverOnupdateDefaultCols(mapper: Mapper): ReadonlyMap<Table, readonly Column<unknown>[]> {
  return byTable(mapper, (columns) => columns.filter((c) => c.serverOnupdate !== null || c.onupdate?.isClauseElement === true));
}

/** Superclass tables first, and in a join that is mapped the tables that others refer to: each row refers to those before it. */
export function sortedTables(mapper: Mapper): readonly Table[] {
  return mapper.inherits === null && mapper.tables.length > 1 ? sortTablesAndConstraints(mapper.tables).tables : mapper.tables;
}

/** The properties that only the database computes: expressions, and columns of tables that are not written. */
export function readonlyProps(mapper: Mapper): readonly ColumnProperty[] {
  const tables = new Set<unknown>(mapper.tables);
  return mapper.columnAttrs.filter((prop) => !prop.columns.some((column) => column instanceof Column && tables.has(column.table)));
}

export function isOrphan(mapper: Mapper, state: InstanceState): boolean {
  for (let each: Mapper | null = mapper; each !== null; each = each.inherits) {
    for (const [key, parent] of each._deleteOrphans) {
      if (!parent.classManager.getImpl(key).hasparent(state, state.key !== null)) return true;
    }
  }
  return false;
}

/** Columns that hold the same value by the conditions of the inheritance. */
export function equivalentColumns(mapper: Mapper): Map<ClauseElement, Set<ColumnElement<unknown>>> {
  const result = new Map<ClauseElement, Set<ColumnElement<unknown>>>();
  const note = (from: ColumnElement<unknown>, to: ColumnElement<unknown>): void => {
    const set = result.get(from._identity);
    if (set === undefined) result.set(from._identity, new Set([to]));
    else set.add(to);
  };
  for (const each of mapper.baseMapper.selfAndDescendants) {
    if (each.inheritCondition === null) continue;
    traverse(each.inheritCondition, (element) => {
      if (!(element instanceof BinaryExpression) || element.operator !== operators.eq) return;
      const left = element.left._identity as ColumnElement<unknown>;
      const right = element.right._identity as ColumnElement<unknown>;
      note(left, right);
      note(right, left);
    });
  }
  return result;
}

/** The columns of the primary key as they are in the mapper's own table. */
export function localPkCols(mapper: Mapper): ReadonlySet<ClauseElement> {
  const found = new Set<ClauseElement>();
  const equivalents = mapper._equivalentColumns;
  for (const column of mapper.primaryKey) {
    for (const each of [column, ...(equivalents.get(column._identity) ?? [])]) {
      if ((each as { table?: unknown }).table === mapper.localTable) found.add(each._identity);
    }
  }
  return found;
}
