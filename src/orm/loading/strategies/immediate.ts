import type { OrmCompileState } from "../../query/orm-compile-state.ts";
import type { RelationshipProperty } from "../../relationship/relationship-property.ts";
import type { EntityPlan, EntitySetup } from "../entity-plan.ts";
import type { LoadElement } from "../load-element.ts";
import { postLoadPath, SelectinLoader } from "./selectin.ts";

/**
 * Loads a relationship after the rows as it would be loaded on demand: object by object, and what the session has is not read again.
 */
export function setupImmediate(
  state: OrmCompileState,
  setup: EntitySetup,
  plan: EntityPlan,
  property: RelationshipProperty,
  option: LoadElement | undefined,
): void {
  const path = postLoadPath(state, setup, property, option);
  if (path !== null) plan.posts.set(property, new SelectinLoader(property, option, path, true));
}
