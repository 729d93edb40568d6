import type { Operator } from "../operators/operator.ts";
import type { Affinity, TypeEngine } from "./type-engine.ts";

/**
 * What arithmetic between two kinds of types gives: by operator and by the kind on the right.
 * "self" is the left type, "other" the right one, a function makes a new one.
 */
export type Adaptations = Readonly<Record<string, Readonly<Partial<Record<Affinity, "self" | "other" | (() => TypeEngine<unknown>)>>>>>;

/** Looks a result type up; without an entry the left type stays. */
export function adaptByTable(
  table: Adaptations,
  left: TypeEngine<unknown>,
  op: Operator,
  right: TypeEngine<unknown>,
): readonly [Operator, TypeEngine<unknown>] {
  const entry = table[op.name]?.[right.affinity];
  if (entry === undefined || entry === "self") return [op, left];
  return [op, entry === "other" ? right : entry()];
}
