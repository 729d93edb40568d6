import type { Column } from "../../sql/schema/column.ts";

/**
 * A default of a column as the flush sees it. Values and functions are evaluated by the flush, so that the objects have them at
 * once; what only the database can compute is left to the statement, and read back.
 */
export type ColumnDefaultPlan =
  | { readonly kind: "value"; readonly value: unknown }
  | { readonly kind: "call"; readonly call: (context: DefaultContext) => unknown }
  | { readonly kind: "database" };

/** What a default function is given. */
export interface DefaultContext {
  /** the other values of the row, by column key */
  readonly currentParameters: Readonly<Record<string, unknown>>;
  getCurrentParameters(): Readonly<Record<string, unknown>>;
}

interface DefaultLike {
  readonly isScalar?: boolean;
  readonly isCallable?: boolean;
  readonly arg?: unknown;
}

const DATABASE: ColumnDefaultPlan = Object.freeze({ kind: "database" });

function planOf(generator: DefaultLike | null | undefined): ColumnDefaultPlan | null {
  if (generator === null || generator === undefined) return null;
  if (generator.isScalar === true) return { kind: "value", value: generator.arg };
  if (generator.isCallable === true) return { kind: "call", call: generator.arg as (context: DefaultContext) => unknown };
  return DATABASE;
}

export function insertDefault(column: Column<unknown>): ColumnDefaultPlan | null {
  return (
    planOf(column.default as DefaultLike | null) ?? (column.serverDefault !== null && column.serverDefault !== undefined ? DATABASE : null)
  );
}

export function updateDefault(column: Column<unknown>): ColumnDefaultPlan | null {
  return (
    planOf(column.onupdate as DefaultLike | null) ??
    ((column.serverOnupdate !== null && column.serverOnupdate !== undefined) || (column.computed ?? null) !== null ? DATABASE : null)
  );
}

/** The value of a default that the flush evaluates. */
export function evaluateDefault(plan: ColumnDefaultPlan, params: Readonly<Record<string, unknown>>): unknown {
  if (plan.kind === "value") return plan.value;
  if (plan.kind === "call") return plan.call({ currentParameters: params, getCurrentParameters: () => params });
  return undefined;
}
