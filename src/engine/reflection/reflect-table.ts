import type { Table } from "../../sql/schema/table.ts";
import { Table as TableClass, tableKey } from "../../sql/schema/table.ts";
import type { MetaData } from "../../sql/schema/metadata.ts";
import { buildColumns, buildConstraints, type ColumnChoice } from "./build-table.ts";
import type { Inspector } from "./inspector.ts";
import { collectTables, type TableInfo, type TableName } from "./table-info.ts";

/** Options of reading tables. */
export interface ReflectTableOptions extends ColumnChoice {
  /** also reads the tables that foreign keys lead to; true unless told */
  readonly resolveFks?: boolean;
}

/** The schema of the database that a schema of the program stands for, on this connection. */
const isIn = (metadata: MetaData, { schema, name }: TableName): boolean => metadata._tables.has(tableKey(name, schema));

/**
 * Reads tables into a MetaData. Everything is read before anything is made: what cannot be read leaves the MetaData as it was.
 * @param existing - tables that are there already and are to be filled, by their keys
 */
export async function reflectTables(
  inspector: Inspector,
  metadata: MetaData,
  wanted: readonly TableName[],
  existing: ReadonlyMap<string, Table>,
  options: ReflectTableOptions,
): Promise<void> {
  const { resolveFks = true } = options;
  const infos = await collectTables(inspector, wanted, { resolveFks, isKnown: (table) => isIn(metadata, table) });
  const made: {
    readonly table: Table;
    readonly info: TableInfo;
    readonly choice: ColumnChoice;
    readonly taken: ReturnType<typeof buildColumns>;
  }[] = [];
  const created: Table[] = [];
  try {
    for (const info of infos) {
      const key = tableKey(info.name, info.schema);
      const filled = existing.get(key);
      // what the caller wants of one table says nothing of those that it refers to
      const choice = wanted.some((one) => tableKey(one.name, one.schema) === key) ? options : {};
      const table = filled ?? (new TableClass(info.name, metadata, {}, { schema: info.schema }) as unknown as Table);
      if (filled === undefined) created.push(table);
      made.push({ table, info, choice, taken: buildColumns(inspector, table, info, choice) });
    }
    for (const { table, info, choice, taken } of made) buildConstraints(table, info, taken, choice);
  } catch (error) {
    for (const table of created) metadata.remove(table);
    throw error;
  }
}

/** Reads one table into a `Table` that is there already. */
export function reflectTable(inspector: Inspector, table: Table, options: ReflectTableOptions): Promise<void> {
  return reflectTables(inspector, table.metadata, [{ schema: table.schema, name: table.name }], new Map([[table.key, table]]), options);
}
