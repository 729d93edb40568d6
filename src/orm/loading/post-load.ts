import type { InstanceState } from "../state/instance-state.ts";
import type { QueryContext } from "./query-context.ts";

/** Loads something of many objects with statements of its own, after the rows of the query. */
export interface PostLoader {
  /**
   * @param overwrite - for each object, whether what it has is overwritten
   */
  load(context: QueryContext, states: readonly InstanceState[], overwrite: readonly boolean[]): Promise<void>;
}
