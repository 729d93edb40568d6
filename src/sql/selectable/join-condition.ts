import { AmbiguousForeignKeysError, NoForeignKeysError, NoReferenceError } from "../../errors.ts";
import type { ClauseElement } from "../elements/clause-element.ts";
import type { ColumnElement } from "../elements/column-element.ts";
import { conjunctionForWhere } from "../elements/boolean-clause-list.ts";
import type { ForeignKey } from "../schema/foreign-key.ts";
import type { FromClause } from "./from-clause.ts";
import { FromGrouping } from "./from-grouping.ts";

/** Which foreign keys may decide how two FROM elements are joined. */
export interface JoinConditionOptions {
  /** the part of the left side that is looked at first: the right side of a join */
  readonly subset?: FromClause | null;
  /** only these columns count as foreign keys */
  readonly considerAsForeignKeys?: ReadonlySet<ColumnElement<unknown>> | null;
}

type Pairs = [referenced: ColumnElement<unknown>, referring: ColumnElement<unknown>][];

/**
 * The ON clause between two FROM elements, from the foreign keys that lead from one to the other.
 * @throws NoForeignKeysError where there is none
 * @throws AmbiguousForeignKeysError where several constraints could be meant
 */
export function joinCondition(a: FromClause, b: FromClause, options: JoinConditionOptions = {}): ClauseElement {
  let constraints = [...scan(a, b, options).values()];
  if (constraints.length > 1) constraints = trim(a, b, options, scan(a, b, options));
  const pairs = constraints[0];
  if (pairs === undefined) {
    const hint = b instanceof FromGrouping ? " Perhaps the right side should be a subquery: call .alias() or .subquery() on it." : "";
    throw new NoForeignKeysError(
      `Cannot find any foreign key between "${a.description}" and "${b.description}", so the ON clause has to be given.${hint}`,
    );
  }
  return conjunctionForWhere(pairs.map(([x, y]) => x.eq(y)))!;
}

/** Whether foreign keys lead from one FROM element to the other. */
export function canJoin(left: FromClause, right: FromClause, options: JoinConditionOptions = {}): boolean {
  const subset = left._isJoin ? (left as unknown as { readonly right: FromClause }).right : null;
  return scan(left, right, { ...options, subset }).size > 0;
}

function scan(a: FromClause, b: FromClause, options: JoinConditionOptions): Map<unknown, Pairs> {
  const constraints = new Map<unknown, Pairs>();
  const collect = (fks: Iterable<ForeignKey>, other: FromClause): void => {
    for (const fk of sorted(fks)) {
      if (options.considerAsForeignKeys && !options.considerAsForeignKeys.has(fk.parent)) continue;
      const referenced = referent(fk, other);
      if (referenced === null) continue;
      const pairs = constraints.get(fk.constraint);
      if (pairs === undefined) constraints.set(fk.constraint, [[referenced, fk.parent]]);
      else pairs.push([referenced, fk.parent]);
    }
  };
  for (const left of options.subset ? [options.subset, a] : [a]) {
    collect(b.foreignKeys, left);
    if (left !== b) collect(left.foreignKeys, b);
    if (constraints.size > 0) break;
  }
  return constraints;
}

function sorted(fks: Iterable<ForeignKey>): ForeignKey[] {
  const order = (fk: ForeignKey): number => (fk.parent as { _creationOrder?: number })._creationOrder ?? 0;
  return [...fks].sort((x, y) => order(x) - order(y));
}

/** The column that a foreign key refers to in a FROM element; a foreign key to a table elsewhere that does not exist says nothing here. */
function referent(fk: ForeignKey, from: FromClause): ColumnElement<unknown> | null {
  try {
    return fk.getReferent(from) ?? null;
  } catch (error) {
    if (!(error instanceof NoReferenceError)) throw error;
    const wanted = (error as { tableName?: string }).tableName;
    for (const table of from._fromObjects) if (table._isTable && (table as { name?: string }).name === wanted) throw error;
    return null;
  }
}

function trim(a: FromClause, b: FromClause, options: JoinConditionOptions, constraints: Map<unknown, Pairs>): Pairs[] {
  const wanted = options.considerAsForeignKeys;
  if (wanted && wanted.size > 0) {
    for (const [constraint] of constraints) {
      const elements = [...((constraint as { elements: Iterable<ForeignKey> } | null)?.elements ?? [])].map((fk) => fk.parent);
      const same = elements.length === wanted.size && elements.every((parent) => wanted.has(parent));
      if (!same) constraints.delete(constraint);
    }
  }
  const left = [...constraints.values()];
  if (left.length > 1) {
    const first = left[0]!;
    const equal = left.every(
      (pairs) => pairs.length === first.length && pairs.every(([x, y], i) => x === first[i]![0] && y === first[i]![1]),
    );
    if (equal) return [first];
  }
  if (left.length !== 1) {
    throw new AmbiguousForeignKeysError(
      `Cannot decide how to join "${a.description}" and "${b.description}": more than one foreign key constraint leads from one to the other. ` +
        "Give the ON clause of this join.",
    );
  }
  return left;
}
