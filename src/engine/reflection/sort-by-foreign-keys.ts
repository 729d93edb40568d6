import { topologicalSort, type Unsortable } from "../../util/topological.ts";
import { CircularDependencyError } from "../../errors.ts";
import type { ReflectedForeignKeyConstraint } from "./reflected-types.ts";

/** A table and the foreign keys that can be made with it; or null, and those that have to be made when all tables are there. */
export type TableAndForeignKeys = readonly [table: string | null, foreignKeys: readonly (string | null)[]];

/** Sorts tables so that each comes after those that it refers to; foreign keys in circles come last. */
export function sortByForeignKeys(
  schema: string | null,
  foreignKeys: ReadonlyMap<string, readonly ReflectedForeignKeyConstraint[]>,
): TableAndForeignKeys[] {
  const tables = [...foreignKeys.keys()];
  const late = new Map<string, Set<ReflectedForeignKeyConstraint>>();
  for (;;) {
    const edges: (readonly [string, string])[] = [];
    for (const [table, keys] of foreignKeys) {
      for (const key of keys) {
        const inSchema = key.referredSchema === null || key.referredSchema === schema;
        if (inSchema && key.referredTable !== table && foreignKeys.has(key.referredTable) && late.get(table)?.has(key) !== true)
          edges.push([key.referredTable, table]);
      }
    }
    try {
      const sorted = topologicalSort(edges, tables, circular);
      const later = [...late.values()].flatMap((keys) => [...keys].map((key) => key.name));
      return [
        ...sorted.map((table): TableAndForeignKeys => {
          const made = foreignKeys.get(table)!.filter((key) => late.get(table)?.has(key) !== true);
          return [table, made.map((key) => key.name)];
        }),
        [null, later],
      ];
    } catch (error) {
      if (!(error instanceof CircularDependencyError)) throw error;
      const inCycle = new Set<unknown>(error.cycles);
      for (const table of tables) {
        if (!inCycle.has(table)) continue;
        const postponed = foreignKeys.get(table)!.filter((key) => key.referredTable !== table && inCycle.has(key.referredTable));
        if (postponed.length > 0) late.set(table, new Set([...(late.get(table) ?? []), ...postponed]));
      }
    }
  }
}

function circular({ cycles, edges }: Unsortable<string>): CircularDependencyError {
  return new CircularDependencyError("The tables depend on each other in a circle.", [...cycles], [...edges]);
}
