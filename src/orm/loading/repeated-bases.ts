import type { Mapper } from "../mapping/mapper.ts";
import type { QueryEntity } from "../query/entities.ts";
import type { EntityPlan } from "./entity-plan.ts";

/**
 * The hierarchies whose objects come at several places of the rows, where one place brings what another does not: further columns, or
 * loads that follow. An object that comes at both is to have what either brings.
 */
export function repeatedBases(entities: readonly QueryEntity[]): ReadonlySet<Mapper> {
  const places = new Map<Mapper, EntityPlan[]>();
  const visit = (plan: EntityPlan): void => {
    const base = plan.mapper.baseMapper;
    const list = places.get(base);
    if (list === undefined) places.set(base, [plan]);
    else list.push(plan);
    for (const joined of plan.joined.values()) visit(joined.plan);
  };
  const visitEntity = (entity: QueryEntity): void => {
    if (entity.kind === "mapper") visit(entity.plan);
    else if (entity.kind !== "column") entity.entities.forEach(visitEntity);
  };
  entities.forEach(visitEntity);
  const repeated = new Set<Mapper>();
  for (const [base, plans] of places) {
    if (
      plans.length > 1 &&
      plans.some((plan) => plan.posts.size > 0 || plan.subclassLoads.length > 0 || plan.columns.size !== plans[0]!.columns.size)
    )
      repeated.add(base);
  }
  return repeated;
}
