import type { RelationshipProperty } from "../relationship/relationship-property.ts";
import type { InstanceState } from "../state/instance-state.ts";
import type { QueryContext } from "./query-context.ts";

/** Loads a relationship of many objects with statements of its own, after the rows of the query. @internal */
export interface PostLoader {
  readonly property: RelationshipProperty;
  /**
   * @param overwrite - for each object, whether what it has is overwritten
   */
  load(context: QueryContext, states: readonly InstanceState[], overwrite: readonly boolean[]): Promise<void>;
}
