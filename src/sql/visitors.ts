/**
 * Walks over the elements of statements, and copies of statements with parts changed or replaced.
 * @see https://docs.sqlalchemy.org/en/21/core/visitors.html
 * @packageDocumentation
 */
import { ArgumentError } from "../errors.ts";
import { clauseOf, describe } from "./base/coercions.ts";
import { BindParameter, checkValue } from "./elements/bind-parameter.ts";
import { ClauseElement, type CloneFn, NO_ANNOTATIONS, paramsSlot } from "./elements/clause-element.ts";
import { ColumnClause } from "./elements/column-clause.ts";
import type { ColumnElement } from "./elements/column-element.ts";
import type { FromClause } from "./selectable/from-clause.ts";
import { Select } from "./selectable/select.ts";

/** What is left as it is when a structure is copied. */
export interface CopyOptions {
  /** elements that are neither entered nor copied */
  readonly stopOn?: Iterable<ClauseElement>;
}

/** Which parts of a structure a walk leaves out. */
export interface TraverseOptions {
  /** says of which elements neither they nor their parts are visited */
  readonly skip?: (element: ClauseElement) => boolean;
}

/**
 * Every element inside of `root`, itself included: those that are further out come first, and one that stands in several places comes
 * several times. What a SELECT selects from comes with it, also where only its columns name it. Tables have no parts.
 * @throws ArgumentError for what is no element
 * @example
 * for (const element of visitors.iterate(statement)) if (element instanceof BindParameter) console.log(element.value);
 */
export function iterate(root: object): IterableIterator<ClauseElement> {
  return walk(expectElement(root, "visitors.iterate()"));
}

/**
 * Calls `visit` for every element inside of `root`, itself included, in the order of {@link iterate}.
 * @throws ArgumentError for what is no element
 */
export function traverse(root: object, visit: (element: ClauseElement) => void, options: TraverseOptions = {}): void {
  for (const element of walk(expectElement(root, "visitors.traverse()"), options.skip)) visit(element);
}

/**
 * A copy of the whole structure. `visit` is called for the copy of each element, parts before what they are a part of, and may change it;
 * the original stays as it is. Tables, columns, constants and the aliases of mapped classes are not copied: they are visited as they
 * are, and must not be changed.
 * @throws ArgumentError for what is no element
 * @example
 * const shifted = visitors.clonedTraverse(statement, (copy) => {
 *   if (copy instanceof BindParameter && typeof copy.value === "number") copy.value += 1;
 * });
 */
export function clonedTraverse<E extends object>(root: E, visit: (copy: ClauseElement) => void, options: CopyOptions = {}): E {
  return copier(null, visit, options)(expectElement(root, "visitors.clonedTraverse()")) as object as E;
}

/**
 * A copy of the structure in which some elements are replaced. What `replace` gives takes the place of the element and is not entered;
 * for null the element stays, with its parts replaced. With a table (or another FROM element) its columns are replaced too, by those that
 * the new one has in their place.
 * @throws ArgumentError for what is no element, and where `replace` gives something else
 * @example
 * const old = alias(archive, "users");
 * const other = visitors.replacementTraverse(statement, (element) => (element === users ? old : null));
 */
export function replacementTraverse<E extends object>(
  root: E,
  replace: (element: ClauseElement) => object | null | undefined,
  options: CopyOptions = {},
): E {
  const replaced = (element: ClauseElement): ClauseElement | null => {
    const found = replace(element) ?? null;
    return found === null ? null : expectElement(found, "the function of visitors.replacementTraverse()");
  };
  return copier(replaced, null, options)(expectElement(root, "visitors.replacementTraverse()")) as object as E;
}

function expectElement(value: object, place: string): ClauseElement {
  const element = clauseOf(value);
  if (element !== null) return element;
  throw new ArgumentError(`${place} works with elements of SQL; got ${describe(value)}.`);
}

function* walk(root: ClauseElement, skip?: (element: ClauseElement) => boolean): IterableIterator<ClauseElement> {
  const queue: ClauseElement[] = skip?.(root) === true ? [] : [root];
  for (let i = 0; i < queue.length; i += 1) {
    const element = queue[i]!;
    yield element;
    const children = element._children();
    for (const child of [...children, ...implicitFroms(element, children)]) if (skip?.(child) !== true) queue.push(child);
  }
}

/** What a SELECT selects from without having it as a part: its columns and conditions name it. */
function implicitFroms(element: ClauseElement, children: readonly ClauseElement[]): FromClause[] {
  if (!(element instanceof Select)) return [];
  const known = new Set(children.map((child) => child._identity));
  return [...element._iterateFromElements()].filter((from) => !known.has(from._identity));
}

/** All that a SELECT selects from and joins to. */
function fromsOf(element: ClauseElement): ClauseElement[] {
  if (!(element instanceof Select)) return [];
  const joined = element._setupJoins.flatMap(([target, , from]) => [from, target]);
  return [...element._fromObj, ...joined, ...element._iterateFromElements()].filter((from) => isFrom(from));
}

function isFrom(value: object | null): value is ClauseElement {
  return value instanceof ClauseElement && value._isFromClause;
}

/** Makes copies; columns follow the FROM elements that they belong to. */
function copier(
  replace: ((element: ClauseElement) => ClauseElement | null) | null,
  visit: ((copy: ClauseElement) => void) | null,
  options: CopyOptions,
): CloneFn {
  const stop = new Set<ClauseElement>(options.stopOn);
  const copies = new Map<ClauseElement, ClauseElement>();
  /** FROM elements and what has taken their place */
  const moved = new Map<ClauseElement, FromClause>();
  const visited = new Set<ClauseElement>();

  const made = (element: ClauseElement, copy: ClauseElement): void => {
    copies.set(element, copy);
    if (copy !== element && element._isFromClause && copy._isFromClause) moved.set(element._identity, copy as FromClause);
  };
  const follow = (column: ColumnClause<unknown>): ClauseElement => {
    const from = column.table === null ? undefined : moved.get(column.table._identity);
    return from === undefined ? column : columnIn(from, column);
  };
  const clone = <C extends ClauseElement>(element: C): C => {
    if (stop.has(element)) return element;
    const known = copies.get(element);
    if (known !== undefined) return known as C;
    const replaced = replace === null ? null : replace(element);
    if (replaced !== null) {
      stop.add(replaced);
      made(element, replaced);
      return replaced as C;
    }
    if (element instanceof ColumnClause) {
      const column = follow(element);
      if (visit !== null && column === element && !visited.has(element)) {
        visited.add(element);
        visit(element);
      }
      return column as ClauseElement as C;
    }
    // what is annotated belongs to the ORM, which knows it by its identity
    const copy = element._isFromClause && element._annotations !== NO_ANNOTATIONS ? element : element._clone();
    if (copy === element) {
      made(element, element);
      visit?.(element);
      return element;
    }
    // before the columns that belong to them
    for (const from of fromsOf(element)) clone(from);
    made(element, copy);
    copy._copyInternals(clone);
    if (copy._isFromClause) (copy as ClauseElement as FromClause)._resetColumnCollection();
    visit?.(copy);
    return copy;
  };
  return clone;
}

/** The column of a FROM element that stands for one of the element in whose place it is. */
function columnIn(from: FromClause, column: ColumnClause<unknown>): ColumnElement<unknown> {
  const copied = from._isCloneOf?._identity === column.table!._identity || from._clonedSet.has(column.table!._identity);
  const at = copied ? column.table!._collection.all().indexOf(column) : -1;
  return from._collection.all()[at] ?? from.correspondingColumn(column) ?? from._collection.get(column.key) ?? column;
}

paramsSlot.fill((element, values, unique) => {
  for (const [key, value] of Object.entries(values)) checkValue(value, `"${key}"`);
  return clonedTraverse(element, (copy) => {
    if (!(copy instanceof BindParameter)) return;
    if (!copy.unique && Object.hasOwn(values, copy.key)) copy._replaceValue(values[copy.key]);
    if (unique) copy._makeUnique();
  });
});
