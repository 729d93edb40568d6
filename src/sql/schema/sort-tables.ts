import { CircularDependencyError } from "../../errors.ts";
import { topologicalSort, type Unsortable } from "../../util/topological.ts";
import { warn } from "../../util/warn.ts";
import type { ForeignKeyConstraint } from "./foreign-key.ts";
import type { Table } from "./table.ts";

/** Tables in the order in which they can be made, and the foreign keys that must be made after both of their tables. */
export interface SortedTables {
  readonly tables: readonly Table[];
  /** the constraints of each table that cannot be part of its CREATE TABLE */
  readonly late: ReadonlyMap<Table, ReadonlySet<ForeignKeyConstraint>>;
}

/**
 * Sorts tables so that each comes after those that it refers to; foreign keys in circles, and those with `useAlter`, are left for later.
 * @param filter - true: the constraint is made late anyhow; false: never; null: where it must
 */
export function sortTablesAndConstraints(
  tables: readonly Table[],
  filter: (constraint: ForeignKeyConstraint) => boolean | null = () => null,
): SortedTables {
  const included = new Set(tables);
  const late = new Map<Table, Set<ForeignKeyConstraint>>();
  const postpone = (constraint: ForeignKeyConstraint): void => {
    const set = late.get(constraint.table);
    if (set === undefined) late.set(constraint.table, new Set([constraint]));
    else set.add(constraint);
  };
  let edges: (readonly [Table, Table])[] = [];
  const constraintsOf = new Map<Table, ForeignKeyConstraint[]>();
  for (const table of tables) {
    const own: ForeignKeyConstraint[] = [];
    for (const constraint of table._foreignKeyConstraintsInOrder) {
      if (constraint.useAlter || filter(constraint) === true) {
        postpone(constraint);
        continue;
      }
      const referred = constraint.elements[0]!._referredTable();
      if (referred === null || referred === table) continue;
      own.push(constraint);
      if (included.has(referred)) edges.push([referred, table]);
    }
    constraintsOf.set(table, own);
    for (const parent of table._extraDependencies) if (included.has(parent)) edges.push([parent, table]);
  }
  for (;;) {
    try {
      return { tables: topologicalSort(edges, tables, circular), late };
    } catch (error) {
      if (!(error instanceof CircularDependencyError)) throw error;
      const inCycle = new Set<unknown>(error.cycles);
      let postponed = false;
      for (const table of tables) {
        if (!inCycle.has(table)) continue;
        for (const constraint of constraintsOf.get(table) ?? []) {
          const referred = constraint.elements[0]!._referredTable();
          if (referred === null || !inCycle.has(referred) || filter(constraint) === false) continue;
          postpone(constraint);
          postponed = true;
          edges = edges.filter(([parent, child]) => parent !== referred || child !== table || table._extraDependencies.has(parent));
        }
      }
      if (!postponed) throw error;
    }
  }
}

function circular({ cycles, edges }: Unsortable<Table>): CircularDependencyError {
  const names = [...cycles].map((table) => `"${table.description}"`).join(", ");
  return new CircularDependencyError(`The tables ${names} depend on each other in a circle.`, [...cycles], [...edges]);
}

/** Tables, those that others refer to first. Where they refer to each other in a circle, such foreign keys do not count. */
export function sortTables(tables: readonly Table[]): readonly Table[] {
  const { tables: sorted, late } = sortTablesAndConstraints(tables);
  const pending = [...late.values()].flatMap((set) => [...set]).filter((constraint) => !constraint.useAlter);
  if (pending.length > 0) {
    const names = [...new Set(pending.map((constraint) => constraint.table.description))].sort().join('", "');
    warn(
      `The tables "${names}" refer to each other in a circle, so they have no order of dependency among themselves; give one of the foreign keys { useAlter: true } to say which counts less.`,
    );
  }
  return sorted;
}
