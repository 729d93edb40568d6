import { CheckConstraint, PrimaryKeyConstraint } from "./constraints.ts";
import { Table } from "./table.ts";

/**
 * Whether rows of a table go into the table alone, one behind the other: nothing is known of an index, a foreign key or a key that is not a
 * number. A database may have more than the program knows of: nothing but speed may depend on it.
 */
export function isPlainTable(table: unknown): boolean {
  if (!(table instanceof Table) || table.indexes.size > 0) return false;
  for (const constraint of table.constraints) {
    if (constraint instanceof CheckConstraint) continue;
    if (!(constraint instanceof PrimaryKeyConstraint)) return false;
  }
  const keys = [...table.primaryKey];
  return keys.length === 0 || (keys.length === 1 && keys[0]!.type.driverAffinity === "integer");
}
