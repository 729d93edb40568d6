import type { InstanceState } from "../state/instance-state.ts";
import type { PlannedColumn, TablePlan } from "./table-plan.ts";
import type { UowTransaction } from "./unit-of-work.ts";

/** Puts in a value that the database has made. */
export function setFromDatabase(state: InstanceState, attr: string, value: unknown): void {
  state.values[attr] = value;
  state.committed?.delete(attr);
  state.expiredAttributes?.delete(attr);
}

/** The attributes that the flush has read back, for listeners of `refreshFlush`; null when there are none. */
export function attributesToTell(state: InstanceState, read: readonly PlannedColumn[]): string[] | null {
  if (state.manager.dispatch.refreshFlush === null) return null;
  return read.filter((column) => !column.isPrimaryKey).map((column) => column.attr);
}

/** Tells listeners which attributes the flush has given values. */
export function tellRefreshFlush(state: InstanceState, attributes: readonly string[] | null, uow: UowTransaction): void {
  if (attributes === null || attributes.length === 0) return;
  for (const fn of state.manager.dispatch.refreshFlush ?? []) fn(state, uow, attributes);
}

/** Copies keys from one table of a class to the next (joined inheritance). */
export function synchronizeTables(state: InstanceState, plan: TablePlan, uow: UowTransaction): void {
  for (const { mapper, pairs } of plan.equated) pairs.populate(state, mapper, state, mapper, uow, plan.mapper.passiveUpdates);
}
