import { InvalidRequestError } from "../errors.ts";
import type { Inspector } from "../engine/reflection/inspector.ts";
import type { DeclaredClass } from "../orm/mapping/declarative-scan.ts";
import type { Column } from "../sql/schema/column.ts";
import type { Table } from "../sql/schema/table.ts";

/**
 * Reads the columns of classes that declare some of them, or none.
 * @throws NoSuchTableError when the database lacks a table
 * @throws InvalidRequestError when it lacks a column that is declared
 */
export async function readDeclared(inspector: Inspector, entries: readonly DeclaredClass[]): Promise<void> {
  for (const entry of entries) entry.holdColumns();
  await inspector.operation(async () => {
    for (const entry of entries) {
      if (entry.single || !entry.isAwaiting) continue;
      const sharing = entries.filter((other) => other.single && other.table === entry.table);
      await entry.readColumns(sharing, (table, declared, there) => readTable(inspector, entry.name, table, declared, there));
    }
  });
  for (const entry of entries) entry.registry._pending.add(entry);
}

async function readTable(
  inspector: Inspector,
  className: string,
  table: Table,
  declared: readonly Column<unknown>[],
  there: boolean,
): Promise<void> {
  const names = (await inspector.getColumns(table.name, { schema: table.schema })).map((column) => column.name);
  const missing = declared.find((column) => !names.includes(column.name));
  if (missing !== undefined) {
    throw new InvalidRequestError(
      `${className} declares the column ${JSON.stringify(missing.name)}, which the table ${JSON.stringify(table.key)} of the database has not; it has ${names.join(", ")}`,
    );
  }
  await inspector.reflectTable(
    table,
    there
      ? { excludeColumns: declared.map((column) => column.name) }
      : { columns: Object.fromEntries(declared.map((column) => [column.key, column])) },
  );
}
