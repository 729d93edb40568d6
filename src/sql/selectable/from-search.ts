import type { ClauseElement } from "../elements/clause-element.ts";
import type { FromClause } from "./from-clause.ts";
import { canJoin } from "./join-condition.ts";

interface Sides {
  readonly left: FromClause;
  readonly right: FromClause;
}

/** The tables of a join, from the leftmost on; anything else gives itself. */
export function* tablesFromLeftmost(clause: FromClause): Iterable<FromClause> {
  if (clause._isJoin) {
    const { left, right } = clause as unknown as Sides;
    yield* tablesFromLeftmost(left);
    yield* tablesFromLeftmost(right);
  } else if (isGrouping(clause)) {
    yield* tablesFromLeftmost(clause.element);
  } else {
    yield clause;
  }
}

/** A FROM element and, of a join, all that it joins. */
export function* surfaceSelectables(clause: FromClause): Iterable<FromClause> {
  yield clause;
  if (clause._isJoin) {
    const { left, right } = clause as unknown as Sides;
    yield* surfaceSelectables(left);
    yield* surfaceSelectables(right);
  } else if (isGrouping(clause)) {
    yield* surfaceSelectables(clause.element);
  }
}

function isGrouping(clause: FromClause): clause is FromClause & { readonly element: FromClause } {
  return clause._isFromGrouping;
}

/** The FROM elements with those that they are copies of. */
export function expandCloned(froms: readonly FromClause[]): Set<ClauseElement> {
  const all = new Set<ClauseElement>();
  for (const from of froms) for (const one of from._clonedSet) all.add(one);
  return all;
}

/** Those of `a` that are, or are copies of the same element as, one of `b`. */
export function clonedIntersection(a: readonly FromClause[], b: readonly FromClause[]): FromClause[] {
  const wanted = expandCloned(b);
  return a.filter((from) => overlaps(from, wanted));
}

/** Those of `a` that are no copies of the same element as any of `b`. */
export function clonedDifference(a: readonly FromClause[], b: readonly FromClause[]): FromClause[] {
  const unwanted = expandCloned(b);
  return a.filter((from) => !overlaps(from, unwanted));
}

/** Whether an element, or one that it is a copy of, is in a set. */
export function overlaps(from: FromClause, set: ReadonlySet<ClauseElement>): boolean {
  if (from._isCloneOf === null) return set.has(from._identity);
  for (const one of from._clonedSet) if (set.has(one)) return true;
  return false;
}

/** The positions of the FROM elements that a join to `target` can start from. */
export function findLeftClauseToJoinFrom(clauses: readonly FromClause[], target: FromClause, onclause: ClauseElement | null): number[] {
  const targets = target._fromObjects;
  const columns = clauses.length > 1 && onclause !== null ? columnsOf(onclause) : null;
  let found: number[] = [];
  clauses.forEach((from, i) => {
    for (const to of targets) {
      if (to._identity === from._identity) continue;
      if (columns !== null) {
        const known = new Set<ClauseElement>();
        for (const c of from._collection) known.add(c._identity);
        for (const c of to._collection) known.add(c._identity);
        if (![...columns].every((c) => known.has(c))) continue;
      } else if (onclause === null && !canJoin(from, to)) {
        continue;
      }
      found.push(i);
      break;
    }
  });
  if (found.length > 1) {
    const hidden = expandCloned(clauses.flatMap((from) => from._hideFroms));
    found = found.filter((i) => !hidden.has(clauses[i]!._identity));
  }
  return found.length === 0 && onclause !== null ? clauses.map((_, i) => i) : found;
}

/** The positions of the FROM elements that a given one is part of. */
export function findLeftClauseThatMatchesGiven(clauses: readonly FromClause[], given: FromClause): number[] {
  const wanted = given._fromObjects;
  const derived = clauses.flatMap((from, i) => (wanted.some((w) => from.isDerivedFrom(w)) ? [i] : []));
  if (derived.length <= 1) return derived;
  // the element may be inside others that were made from it: the one that shows it on its surface is meant
  const exact = derived.filter((i) => {
    const surface = new Set<ClauseElement>();
    for (const s of surfaceSelectables(clauses[i]!)) surface.add(s._identity);
    return wanted.some((w) => [...surfaceSelectables(w)].some((s) => surface.has(s._identity)));
  });
  return exact.length > 0 ? exact : derived;
}

/** The columns of tables that an expression names. */
export function columnsOf(expression: ClauseElement): Set<ClauseElement> {
  const columns = new Set<ClauseElement>();
  const stack: ClauseElement[] = [expression];
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    if (
      "table" in at &&
      "_proxies" in at &&
      (at as { isLiteral?: boolean }).isLiteral !== undefined &&
      at._isColumnElement &&
      (at as { table: unknown }).table !== null
    ) {
      columns.add(at._identity);
      continue;
    }
    stack.push(...at._children());
  }
  return columns;
}
