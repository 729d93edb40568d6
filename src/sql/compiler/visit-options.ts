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
  /** further objects by which the row may be asked for the value that is rendered now */
  readonly resultMapTargets?: readonly object[];
  readonly includeTable?: boolean;
  /** names of tables that must be told apart: the schema's table has an alias */
  readonly ambiguousTableNames?: ReadonlyMap<string, string> | null;
  readonly inOperatorExpression?: boolean;
  readonly withinAggregateFunction?: boolean;
  readonly skipBindExpression?: boolean;
  readonly withinTstring?: boolean;
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
  readonly leftCteRecursive?: boolean;
  /** the element stands in the FROM list as LATERAL */
  readonly lateral?: boolean;
  /** the CTE is rendered with the statement that names it here, rather than at the top */
  readonly nestCteHere?: boolean;
  /** schemas of tables are left out */
  readonly useSchema?: boolean;
  /** the RETURNING clause is rendered with names of columns alone */
  readonly withinReturning?: boolean;
  /** for dialects and user constructs that need more */
  readonly [extra: `x_${string}`]: unknown;
}

export const NO_TARGETS: readonly object[] = Object.freeze([]);

/**
 * Nothing is told. It has all options with what they are by default, and is not frozen: so all options that are made by copying have
 * one layout, for which a copy costs least.
 */
export const NO_OPTIONS: VisitOptions = {
  asfrom: false,
  ashint: false,
  fromhints: null,
  withinColumnsClause: false,
  withinLabelClause: false,
  withinGroupBy: false,
  renderLabelAsLabel: null,
  addToResultMap: null,
  resultMapTargets: NO_TARGETS,
  includeTable: true,
  ambiguousTableNames: null,
  inOperatorExpression: false,
  withinAggregateFunction: false,
  skipBindExpression: false,
  withinTstring: false,
  literalBinds: false,
  literalExecute: false,
  insertInto: false,
  isCrud: false,
  subquery: false,
  compoundIndex: null,
  insideJoin: false,
  ddlCompiling: false,
  enclosingLateral: null,
  enclosingAlias: null,
  visitingCte: null,
  nestingLevel: 0,
  anonLabelFor: null,
  leftCteRecursive: false,
  lateral: false,
  nestCteHere: false,
  useSchema: true,
  withinReturning: false,
};

/** Where nothing else is told than that the element stands in the FROM list. */
const ONLY_AS_FROM: VisitOptions = { ...NO_OPTIONS, asfrom: true };
const ONLY_AS_TARGET: VisitOptions = { ...NO_OPTIONS, asfrom: true, isCrud: true };
const ONLY_IN_OPERATOR: VisitOptions = { ...NO_OPTIONS, inOperatorExpression: true };

/** The options for FROM elements. */
export function asFrom(options: VisitOptions): VisitOptions {
  return options === NO_OPTIONS ? ONLY_AS_FROM : { ...options, asfrom: true };
}

/** The options for the table that an UPDATE or DELETE changes. */
export function asTarget(options: VisitOptions): VisitOptions {
  return options === NO_OPTIONS ? ONLY_AS_TARGET : { ...options, asfrom: true, isCrud: true };
}

/** The options for the operands of an operator. */
export function inOperator(options: VisitOptions): VisitOptions {
  if (options.inOperatorExpression === true) return options;
  return options === NO_OPTIONS ? ONLY_IN_OPERATOR : { ...options, inOperatorExpression: true };
}

/** The options for the parts of an element that stands in the list of columns: they are no columns of their own. */
export function forParts(options: VisitOptions): VisitOptions {
  return options.addToResultMap == null ? options : { ...options, addToResultMap: null };
}

/** The options for what stands inside of a FROM element without being one. */
export function notAsFrom(options: VisitOptions): VisitOptions {
  return options.asfrom === true ? { ...options, asfrom: false } : options;
}
