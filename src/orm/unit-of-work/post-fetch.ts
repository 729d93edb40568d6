import type { InstanceState } from "../state/instance-state.ts";
import type { TablePlan } from "./table-plan.ts";
import type { UowTransaction } from "./unit-of-work.ts";

/** Puts in a value that the database has made. */
export function setFromDatabase(state: InstanceState, attr: string, value: unknown): void {
  state.values[attr] = value;
  state.committed?.delete(attr);
  state.expiredAttributes?.delete(attr);
}

/** Copies keys from one table of a class to the next (joined inheritance). */
export function synchronizeTables(state: InstanceState, plan: TablePlan, uow: UowTransaction): void {
  for (const { mapper, pairs } of plan.equated) pairs.populate(state, mapper, state, mapper, uow, plan.mapper.passiveUpdates);
}
