import type { InstanceState } from "../state/instance-state.ts";

/** Sets an attribute as an assignment of the program does. */
export function setAttribute(state: InstanceState, key: string, value: unknown): void {
  state.manager.getImpl(key).set(state, value, null);
}
