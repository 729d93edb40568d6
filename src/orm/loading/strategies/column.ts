import type { ColumnProperty } from "../../mapping/column-property.ts";
import type { OrmCompileState } from "../../query/orm-compile-state.ts";
import type { EntityPlan, EntitySetup } from "../entity-plan.ts";

/** Adds the column of an attribute to the statement, unless it is deferred. */
export function setupColumn(state: OrmCompileState, setup: EntitySetup, plan: EntityPlan, property: ColumnProperty): void {
  const option = state.loaderFor(setup.path, property);
  let column = property.columns[0]!;
  if (option?.strategy === "expression") {
    column = option.options.expression!;
  } else {
    const deferred = isDeferred(state, setup, property, option?.strategy ?? null);
    // an option leaves the columns that are needed to make objects of rows
    if (deferred && !identifies(plan, property)) return;
    if (property.isQueryExpression) return;
  }
  plan.columns.set(property, { property, column: plan.adapted(column) });
  if (state.columnsAreGiven) return;
  // joined classes have their key in each table; all are read, since any may be what a row is found by
  const all = column === property.columns[0] ? property.columns : [column];
  for (const each of all) state.appendColumn(plan.adapted(each)._deannotate(), setup.columns);
}

function isDeferred(state: OrmCompileState, setup: EntitySetup, property: ColumnProperty, strategy: string | null): boolean {
  if (strategy === "column") return false;
  if (property.group !== null && state.isUndeferredGroup(setup.path, property.group)) return false;
  // a single object is loaded with the columns that were asked for, deferred or not
  if (setup.onlyLoadProps?.has(property.key) === true) return false;
  // a subquery has all columns: what is around it may ask for any
  if (!state.toplevel && strategy === null) return false;
  return strategy === "deferred" || strategy === "raise" || property.deferred;
}

/** Whether it is the primary key, or says which class a row is of. */
function identifies(plan: EntityPlan, property: ColumnProperty): boolean {
  const { mapper, polymorphicOn } = plan;
  return property.columns.some(
    (column) => mapper.primaryKeySet.has(column) || (polymorphicOn !== null && column._identity === polymorphicOn._identity),
  );
}
