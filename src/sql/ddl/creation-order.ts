import { ArgumentError } from "../../errors.ts";
import { Routine } from "../schema/routine.ts";
import type { Table } from "../schema/table.ts";

/**
 * Routines among tables, in the order in which they can be created: a routine that waits for nothing comes first, another one after the last
 * table that it waits for.
 * @param tables - the tables that are to be created, sorted
 * @throws ArgumentError when a routine depends on itself
 */
export function creationOrder(tables: readonly Table[], routines: readonly Routine[]): (Table | Routine)[] {
  if (routines.length === 0) return [...tables];
  const order: (Table | Routine)[] = [];
  const placed = new Set<Routine>();
  const waiting = new Set<Table>(tables);
  const place = (routine: Routine): void => {
    if (placed.has(routine)) return;
    for (const other of routine._dependsOn) if (other instanceof Routine) place(other);
    placed.add(routine);
    order.push(routine);
  };
  const placeThose = (): void => {
    for (const routine of routines) if (!waits(routine, waiting)) place(routine);
  };
  placeThose();
  for (const table of tables) {
    order.push(table);
    waiting.delete(table);
    placeThose();
  }
  return order;
}

function waits(routine: Routine, waiting: ReadonlySet<Table>, path: ReadonlySet<Routine> = new Set()): boolean {
  if (path.has(routine)) throw new ArgumentError(`The routine "${routine.name}" depends on itself, through { dependsOn }.`);
  const further = new Set(path).add(routine);
  return routine._dependsOn.some((other) => (other instanceof Routine ? waits(other, waiting, further) : waiting.has(other)));
}

/** The routines that the triggers of tables call. */
export function routinesCalledBy(tables: Iterable<Table>): Routine[] {
  const found = new Set<Routine>();
  for (const table of tables) for (const { execute } of table.triggers) if (execute instanceof Routine) found.add(execute);
  return [...found];
}
