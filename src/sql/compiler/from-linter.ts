import { warn } from "../../util/warn.ts";
import { clauseOf } from "../base/coercions.ts";
import type { ClauseElement } from "../elements/clause-element.ts";
import type { Operator } from "../operators/operator.ts";
import type { FromClause } from "../selectable/from-clause.ts";
import { isAnonymous, resolveAnonymous } from "../elements/quoted-name.ts";

interface Comparison extends ClauseElement {
  readonly left: ClauseElement;
  readonly right: ClauseElement;
  readonly operator: Operator;
}

/** FROM elements and which of them are connected, each standing for its group. */
class Groups {
  readonly #parent: Map<ClauseElement, ClauseElement> = new Map();
  readonly froms: FromClause[] = [];

  add(from: FromClause): void {
    const id = idOf(from);
    if (this.#parent.has(id)) return;
    this.#parent.set(id, id);
    this.froms.push(from);
  }

  root(from: ClauseElement): ClauseElement | undefined {
    let at = this.#parent.get(idOf(from));
    while (at !== undefined && this.#parent.get(at) !== at) at = this.#parent.get(at);
    return at;
  }

  connect(a: readonly FromClause[], b: readonly FromClause[]): void {
    for (const x of a) {
      for (const y of b) {
        const [left, right] = [this.root(x), this.root(y)];
        if (left !== undefined && right !== undefined && left !== right) this.#parent.set(left, right);
      }
    }
  }
}

/** Copies of an element count as the element. */
function idOf(from: ClauseElement): ClauseElement {
  return (from._isCloneOf ?? from)._identity;
}

/** Takes in the FROM elements of joins, which connect what they join. */
function collect(from: FromClause, groups: Groups): void {
  if (from._isFromGrouping) {
    collect((from as unknown as { readonly element: FromClause }).element, groups);
    return;
  }
  if (!from._isJoin) {
    // what joins of its own accord (a function of another element's column) needs no condition
    if ((from as { readonly joinsImplicitly?: boolean }).joinsImplicitly !== true) groups.add(from);
    return;
  }
  const { left, right } = from as unknown as { readonly left: FromClause; readonly right: FromClause };
  collect(left, groups);
  collect(right, groups);
  groups.connect(left._fromObjects, right._fromObjects);
}

/** Connects what comparisons compare. */
function compare(element: ClauseElement, groups: Groups): void {
  if (element._isSelectBase) return;
  const { left, right, operator } = element as Partial<Comparison>;
  if (left !== undefined && right !== undefined && operator?.isComparison === true) groups.connect(left._fromObjects, right._fromObjects);
  for (const child of element._children()) compare(child, groups);
}

/** Whether a condition is SQL text, or has some in it: it is not read, and may connect anything. */
function hasText(element: ClauseElement): boolean {
  return element._isTextual || (!element._isSelectBase && element._children().some(hasText));
}

/** Connects LATERAL elements with those that they name. */
function connectLateral(groups: Groups): void {
  for (const from of groups.froms) {
    if (!from._isLateral) continue;
    const named: FromClause[] = [];
    const visit = (element: ClauseElement): void => {
      for (const one of element._fromObjects) if (idOf(one) !== idOf(from)) named.push(one);
      for (const child of element._children()) visit(child);
    };
    for (const child of from._children()) visit(child);
    // the rows of LATERAL VALUES
    for (const row of (from as { readonly _data?: readonly (readonly unknown[])[] })._data ?? []) {
      for (const value of row) {
        const element = clauseOf(value);
        if (element !== null) visit(element);
      }
    }
    groups.connect([from], named);
  }
}

/** The FROM elements that nothing connects with the first one; empty where all are connected. */
export function unconnected(froms: readonly FromClause[], criteria: readonly ClauseElement[]): readonly FromClause[] {
  const groups = new Groups();
  // SQL text is not read: it may be anything, and may be meant to stand beside the others
  for (const from of froms) if (!from._isTextual) collect(from, groups);
  if (groups.froms.length < 2 || criteria.some(hasText)) return [];
  for (const criterion of criteria) compare(criterion, groups);
  connectLateral(groups);
  const first = groups.root(groups.froms[0]!);
  return groups.froms.filter((from) => groups.root(from) !== first);
}

/** Warns of a statement whose FROM elements are not all connected by joins or comparisons: it gives each with each. */
export function warnOfCartesianProduct(
  kind: "SELECT" | "UPDATE" | "DELETE",
  froms: readonly FromClause[],
  criteria: readonly ClauseElement[],
): void {
  if (froms.length < 2) return;
  const loose = unconnected(froms, criteria);
  if (loose.length === 0) return;
  warn(
    `This ${kind} combines every row of ${nameOf(froms.find((from) => !from._isTextual)!)} with every row of ${loose.map(nameOf).join(", ")}: no join and no condition connects them. ` +
      "Add one, or join with true_() as the ON clause if that is meant.",
  );
}

function nameOf(from: FromClause): string {
  const name = from.description;
  return `"${isAnonymous(name) ? resolveAnonymous(name, (_id, body) => body) : name}"`;
}
