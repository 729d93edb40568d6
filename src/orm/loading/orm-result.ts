import { Result } from "../../engine/result/result.ts";
import { shapeOf } from "../../sql/selectable/select-shape.ts";
import type { LoadPlan } from "./load-plan.ts";
import type { LoadRun } from "./load-run.ts";

/** The result of rows: objects where one entity is selected, else rows of values. */
export function ormResult(plan: LoadPlan, rows: readonly (readonly unknown[])[], run: LoadRun, rowcount: number): Result {
  const shape = shapeOf(plan.state.selectStatement);
  if (plan.single !== null) {
    return Result.fromRows(plan.keys, plan.objects(rows, run), { source: "scalars", objects: shape !== null, rowcount });
  }
  return Result.fromRows(plan.keys, plan.rows(rows, run), { objects: shape !== null, rowcount, requiresUnique: plan.requiresUnique });
}
