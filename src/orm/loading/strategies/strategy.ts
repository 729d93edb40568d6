import { neverLoaded } from "../../attributes/missing.ts";
import type { OrmCompileState } from "../../query/orm-compile-state.ts";
import type { RelationshipProperty } from "../../relationship/relationship-property.ts";
import type { EntityPlan, EntitySetup, SetupEntity } from "../entity-plan.ts";
import type { LoadElement, RelationshipStrategy } from "../load-element.ts";
import { setupImmediate } from "./immediate.ts";
import { setupContainsEager, setupJoined } from "./joined.ts";
import { setupSelectin } from "./selectin.ts";
import { setupSubquery } from "./subquery.ts";

/** How a relationship is loaded when no option says otherwise. */
export function defaultStrategy(property: RelationshipProperty): RelationshipStrategy {
  switch (property.strategyKey) {
    case "joined":
    case "selectin":
    case "subquery":
    case "immediate":
    case "noload":
    case "raise":
      return property.strategyKey;
    case "raise_on_sql":
      return "raiseOnSql";
    default:
      return "select";
  }
}

/** The strategy that counts for a relationship, with what an option says about it. */
export function strategyOf(property: RelationshipProperty, option: LoadElement | undefined): RelationshipStrategy {
  return (option?.strategy as RelationshipStrategy | null | undefined) ?? defaultStrategy(property);
}

/**
 * Gives a relationship its part in the statement, or its own statement after it.
 * @param setupEntity - null where nothing can be joined
 */
export function setupRelationship(
  state: OrmCompileState,
  setup: EntitySetup,
  plan: EntityPlan,
  property: RelationshipProperty,
  setupEntity: SetupEntity | null,
): void {
  const option = state.loaderFor(setup.path, property);
  if (property._isWriteOnly) {
    if (option !== undefined && option.strategy !== null && !option.isWildcard)
      throw neverLoaded(property, "no loader option applies to it");
    return;
  }
  let strategy = strategyOf(property, option);
  if (
    state.compileOptions.lazyReverse !== null &&
    option === undefined &&
    setup.path.isRoot &&
    isReverse(state.compileOptions.lazyReverse, property)
  ) {
    strategy = "select";
  }
  if (setup.onlyLoadProps !== null && strategy !== "joined") {
    // asked for by name: it is loaded, whatever its strategy
    strategy = strategy === "subquery" ? "selectin" : strategy === "select" ? "selectin" : strategy;
  }
  if (!state.compileOptions.enableEagerloads) return;
  switch (strategy) {
    case "joined":
      if (setupEntity === null) return;
      if (option?.options.containsEager === true) setupContainsEager(state, setup, plan, property, option, setupEntity);
      else setupJoined(state, setup, plan, property, option, setupEntity);
      return;
    case "selectin":
      setupSelectin(state, setup, plan, property, option);
      return;
    case "subquery":
      setupSubquery(state, setup, plan, property, option);
      return;
    case "immediate":
      setupImmediate(state, setup, plan, property, option);
      return;
    case "noload":
      plan.empty.add(property);
      return;
    default:
  }
}

/** Whether a relationship is the many-to-one that leads back along the relationship that is being loaded. */
function isReverse(loaded: RelationshipProperty, property: RelationshipProperty): boolean {
  return loaded._reverseProperty.has(property) && property.direction === "MANYTOONE" && property.useGet;
}
