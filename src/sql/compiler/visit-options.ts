import type { ClauseElement } from "../elements/clause-element.ts";
import type { TypeEngine } from "../types/type-engine.ts";

/** What a visit method of the compiler is told about where the element stands. Passed on by copying: `{ ...options, asfrom: true }`. */
export interface VisitOptions {
  readonly asfrom?: boolean;
  readonly ashint?: boolean;
  readonly fromhints?: ReadonlyMap<ClauseElement, string> | null;
  readonly withinColumnsClause?: boolean;
  readonly withinLabelClause?: boolean;
  readonly withinGroupBy?: boolean;
  readonly renderLabelAsLabel?: ClauseElement | null;
  readonly addToResultMap?: ((name: string, key: string, objects: readonly object[], type: TypeEngine<unknown>) => void) | null;
  readonly includeTable?: boolean;
  readonly literalBinds?: boolean;
  readonly literalExecute?: boolean;
  readonly insertInto?: boolean;
  readonly isCrud?: boolean;
  readonly subquery?: boolean;
  readonly compoundIndex?: number | null;
  readonly insideJoin?: boolean;
  readonly ddlCompiling?: boolean;
  readonly enclosingLateral?: ClauseElement | null;
  readonly enclosingAlias?: ClauseElement | null;
  readonly visitingCte?: ClauseElement | null;
  readonly nestingLevel?: number;
  readonly anonLabelFor?: ClauseElement | null;
  readonly eagerGrouping?: boolean;
  readonly leftCteRecursive?: boolean;
  /** for dialects and user constructs that need more */
  readonly [extra: `x_${string}`]: unknown;
}

export const NO_OPTIONS: VisitOptions = Object.freeze({});
