import { compileStateFactory, registerCompileState, type CompileState, type CompileStateFactory } from "../base/compile-state.ts";
import { clauseOf, expectFrom, expectOnClause } from "../base/coercions.ts";
import type { SqlCompiler } from "../compiler/sql-compiler.ts";
import { InvalidRequestError } from "../../errors.ts";
import type { ClauseElement } from "../elements/clause-element.ts";
import { ColumnClause } from "../elements/column-clause.ts";
import type { ColumnElement } from "../elements/column-element.ts";
import { anonymousLabel } from "../elements/quoted-name.ts";
import type { AliasedReturnsRows } from "./alias.ts";
import type { FromClause } from "./from-clause.ts";
import {
  clonedDifference,
  clonedIntersection,
  expandCloned,
  findLeftClauseThatMatchesGiven,
  findLeftClauseToJoinFrom,
  overlaps,
} from "./from-search.ts";
import { Join } from "./join.ts";
import { joinCondition } from "./join-condition.ts";
import { columnsPlusNames, type ColumnPlusNames } from "./select-naming.ts";
import type { Select, SetupJoin } from "./select.ts";

/** Names of ORDER BY and GROUP BY and the columns that they stand for: with the FROM columns, only those, only the selected ones. */
export type LabelResolveDicts = readonly [
  withColumns: ReadonlyMap<string, ColumnElement<unknown>>,
  onlyFroms: ReadonlyMap<string, ColumnElement<unknown>>,
  onlyColumns: ReadonlyMap<string, ColumnElement<unknown>>,
];

/** Names of tables without a schema that tables with a schema have too, and the alias that keeps them apart. */
export type AmbiguousTableNames = Map<string, string>;

/** What the compiler needs of a SELECT whose FROM list and joins are resolved. */
export interface SelectCompileState extends CompileState {
  readonly statement: Select<unknown>;
  readonly froms: readonly FromClause[];
  readonly columnsPlusNames: readonly ColumnPlusNames[];
  readonly ambiguousTableNames: AmbiguousTableNames | null;
  /** @internal */
  _getDisplayFroms(
    explicitCorrelateFroms: readonly FromClause[] | null,
    implicitCorrelateFroms: readonly FromClause[] | null,
  ): FromClause[];
  /** @internal */
  readonly _labelResolveDict: LabelResolveDicts;
}

/** How a layer compiles SELECT: Core's own way, or the ORM's. Registered for the kind "select". */
export interface SelectPlugin {
  state(statement: Select<unknown>, compiler: SqlCompiler | null, options: Readonly<Record<string, unknown>>): SelectCompileState;
  /** the columns that come out, entities being replaced by theirs */
  allSelectedColumns(statement: Select<unknown>): readonly ClauseElement[];
  columnsClauseFroms(statement: Select<unknown>): readonly FromClause[];
  /** where the names of `filterBy` are looked up */
  filterByEntities(statement: Select<unknown>): Iterable<object>;
}

/** A factory of compile states that carries the rest of the plugin along. */
type PluginFactory = CompileStateFactory & { plugin?: Partial<SelectPlugin> };

/** Makes a layer compile SELECT; what it leaves out is done as Core does it. */
export function registerSelectPlugin(name: string, plugin: Partial<SelectPlugin> & Pick<SelectPlugin, "state">): void {
  const whole: SelectPlugin = { ...corePlugin, ...plugin };
  const factory: PluginFactory = (statement, compiler, options) => whole.state(statement as Select<unknown>, compiler, options);
  factory.plugin = whole;
  registerCompileState(name, "select", factory);
}

/** The plugin of a SELECT: that of the layer that its columns belong to. */
export function selectPlugin(statement: ClauseElement): SelectPlugin {
  const factory = compileStateFactory(statement, "select") as PluginFactory;
  return (factory.plugin as SelectPlugin | undefined) ?? corePlugin;
}

/** What a list of columns comes down to, FROM elements being replaced by their columns. */
export function selectIterables(elements: readonly ClauseElement[]): ClauseElement[] {
  const found: ClauseElement[] = [];
  for (const element of elements) {
    // a column stands for itself, which is asked first because it is what most elements are
    const parts =
      element instanceof ColumnClause ? undefined : (element as { readonly _selectIterable?: readonly ClauseElement[] })._selectIterable;
    if (parts === undefined) found.push(element);
    else for (const part of parts) found.push(part);
  }
  return found;
}

/** A SELECT made ready for rendering: joins resolved, FROM list found, columns named. */
export class SelectState implements SelectCompileState {
  readonly statement: Select<unknown>;
  fromClauses: readonly FromClause[];
  readonly froms: readonly FromClause[];
  readonly columnsPlusNames: readonly ColumnPlusNames[];
  readonly ambiguousTableNames: AmbiguousTableNames | null;
  #labels: LabelResolveDicts | null = null;

  constructor(statement: Select<unknown>) {
    this.statement = statement;
    this.fromClauses = statement._fromObj;
    for (const memoized of statement._memoizedSelectEntities) this.#setUpJoins(memoized._setupJoins, memoized._rawColumns);
    if (statement._setupJoins.length > 0) this.#setUpJoins(statement._setupJoins, statement._rawColumns);
    const all = fromObjects(statement._whereCriteria, fromObjects(statement._rawColumns, [...this.fromClauses]));
    this.froms = normalizeFroms(all, statement);
    this.ambiguousTableNames = ambiguousNames(this.froms);
    this.columnsPlusNames = columnsPlusNames(statement._allSelectedColumns, statement._labelStyle, true);
  }

  get _labelResolveDict(): LabelResolveDicts {
    this.#labels ??= labelResolveDicts(this.statement, this.froms);
    return this.#labels;
  }

  /** The FROM list to render, without those elements that the statement around this one lists. */
  _getDisplayFroms(
    explicitCorrelateFroms: readonly FromClause[] | null = null,
    implicitCorrelateFroms: readonly FromClause[] | null = null,
  ): FromClause[] {
    return displayFroms(this.statement, this.froms, explicitCorrelateFroms, implicitCorrelateFroms);
  }

  #setUpJoins(joins: readonly SetupJoin[], rawColumns: readonly ClauseElement[]): void {
    for (const [target, onclause, from, flags] of joins) {
      const right = expectFrom(target, "join()");
      let on = onclause === null ? null : expectOnClause(onclause, "join()");
      const explicit = from === null ? null : expectFrom(from, "joinFrom()");
      let left: FromClause | null = explicit;
      let at: number | null;
      if (explicit === null) [left, at] = this.#implicitLeft(rawColumns, right, on);
      else at = this.#explicitLeft(explicit);
      if (at !== null) {
        if (explicit !== null && on === null) on = joinCondition(explicit, right);
        this.fromClauses = this.fromClauses.with(at, new Join(this.fromClauses[at]!, right, on, flags));
      } else {
        this.fromClauses = [...this.fromClauses, new Join(left!, right, on, flags)];
      }
    }
  }

  /** What to join from, where it was not said: the FROM element, or the selected one, that the foreign keys or the ON clause lead to. */
  #implicitLeft(rawColumns: readonly ClauseElement[], right: FromClause, on: ClauseElement | null): [FromClause | null, number | null] {
    const listed = this.fromClauses.length > 0;
    const candidates = listed ? this.fromClauses : unique([...fromObjects(rawColumns), ...fromObjects(this.statement._whereCriteria)]);
    const found = findLeftClauseToJoinFrom(candidates, right, on);
    if (found.length > 1) {
      throw new InvalidRequestError(
        `Cannot decide which FROM element to join "${right.description}" from: more than one could be meant. ` +
          "Name the left side with .selectFrom() or .joinFrom(), and give the ON clause where that is not enough.",
      );
    }
    const at = found[0];
    if (at === undefined) {
      throw new InvalidRequestError(
        `Do not know how to join to "${right.description}". ` +
          "Name the left side with .selectFrom() or .joinFrom(), and give the ON clause where no foreign key leads there.",
      );
    }
    return [candidates[at]!, listed ? at : null];
  }

  #explicitLeft(left: FromClause): number | null {
    let any = false;
    for (const _ of this.statement._iterateFromElements()) {
      any = true;
      break;
    }
    const found = any ? findLeftClauseThatMatchesGiven(this.fromClauses, left) : [];
    if (found.length > 1) {
      throw new InvalidRequestError(
        `"${left.description}" is part of more than one FROM element: it is not clear which of them is to be joined from.`,
      );
    }
    return found[0] ?? null;
  }
}

function fromObjects(elements: readonly ClauseElement[], found: FromClause[] = []): FromClause[] {
  for (const element of elements) for (const from of element._fromObjects) found.push(from);
  return found;
}

function unique(froms: readonly FromClause[]): FromClause[] {
  const seen = new Set<ClauseElement>();
  return froms.filter((from) => !seen.has(from._identity) && seen.add(from._identity));
}

/** The FROM elements that are left when joins have taken in what they are made of, and copies count once. */
export function normalizeFroms(all: readonly FromClause[], statement: Select<unknown> | null = null): FromClause[] {
  let seen: Set<ClauseElement> | null = null;
  let froms: FromClause[] = [];
  let last: FromClause | null = null;
  for (const from of all) {
    // most columns are of the same table as the one before
    if (from === last) continue;
    last = from;
    if (statement !== null && from._isSubquery && (from as unknown as AliasedReturnsRows).element === statement) {
      throw new InvalidRequestError("A SELECT was made to select from itself.");
    }
    if (seen === null) seen = new Set();
    else if (overlaps(from, seen)) continue;
    froms.push(from);
    if (from._isCloneOf === null) seen.add(from._identity);
    else for (const one of from._clonedSet) seen.add(one);
  }
  if (froms.length > 1) {
    const hidden = expandCloned(froms.flatMap((from) => from._hideFroms));
    if (hidden.size > 0) froms = froms.filter((from) => !hidden.has(from._identity));
  }
  return froms;
}

/** The names of tables in a schema, which a table without one may have too; null where there is none. */
export function ambiguousNames(froms: readonly FromClause[]): AmbiguousTableNames | null {
  let ambiguous: AmbiguousTableNames | null = null;
  for (const from of froms) {
    for (const table of from._fromObjects) {
      const name = (table as { readonly name?: string }).name;
      if (!table._isTable || !table.schema || name === undefined) continue;
      ambiguous ??= new Map();
      if (!ambiguous.has(name)) ambiguous.set(name, anonymousLabel(`t:${name.replaceAll(" ", "_")}`, name));
    }
  }
  return ambiguous;
}

/** The FROM list without what is correlated to the statements around. */
export function displayFroms(
  statement: Select<unknown>,
  all: readonly FromClause[],
  explicitCorrelateFroms: readonly FromClause[] | null,
  implicitCorrelateFroms: readonly FromClause[] | null,
): FromClause[] {
  let froms = [...all];
  if (froms.length === 0 || (statement._correlate.length === 0 && statement._correlateExcept === null && froms.length === 1)) return froms;
  const without = (toRemove: readonly FromClause[]): void => {
    const removed = new Set(toRemove.map((from) => from._identity));
    froms = froms.filter((from) => !removed.has(from._identity));
  };
  if (statement._correlate.length > 0) {
    without(clonedIntersection(clonedIntersection(froms, explicitCorrelateFroms ?? []), statement._correlate));
  }
  if (statement._correlateExcept !== null) {
    without(clonedDifference(clonedIntersection(froms, explicitCorrelateFroms ?? []), statement._correlateExcept));
  }
  if (statement._autoCorrelate && implicitCorrelateFroms !== null && implicitCorrelateFroms.length > 0 && froms.length > 1) {
    without(clonedIntersection(froms, implicitCorrelateFroms));
    if (froms.length === 0) {
      throw new InvalidRequestError(
        "A SELECT inside another is left without FROM elements, since the outer one lists them all. Say with .correlate() which of them it shares.",
      );
    }
  }
  return froms;
}

/** Names for ORDER BY and GROUP BY. */
export function labelResolveDicts(statement: Select<unknown>, froms: readonly FromClause[]): LabelResolveDicts {
  const withColumns = new Map<string, ColumnElement<unknown>>();
  const onlyFroms = new Map<string, ColumnElement<unknown>>();
  for (const element of statement._allSelectedColumns) {
    const column = element as ColumnElement<unknown>;
    if (!column._isColumnElement || !column._allowLabelResolve) continue;
    const name = column._tqLabel ?? column.key;
    if (name !== null) withColumns.set(name, column);
  }
  for (const element of selectIterables(froms)) {
    const column = element as ColumnElement<unknown>;
    if (column._isColumnElement && column._allowLabelResolve && column.key !== null) onlyFroms.set(column.key, column);
  }
  const onlyColumns = new Map(withColumns);
  for (const [name, column] of onlyFroms) if (!withColumns.has(name)) withColumns.set(name, column);
  return [withColumns, onlyFroms, onlyColumns];
}

const corePlugin: SelectPlugin = {
  state: (statement) => new SelectState(statement),
  allSelectedColumns: (statement) => selectIterables(statement._rawColumns),
  columnsClauseFroms: (statement) => normalizeFroms(fromObjects(statement._rawColumns)),
  filterByEntities(statement) {
    const entities = new Map<object, object>();
    const add = (target: object): void => {
      const clause = clauseOf(target);
      entities.set(clause?._identity ?? target, clause ?? target);
    };
    for (const [target] of statement._setupJoins) add(target);
    for (const memoized of statement._memoizedSelectEntities) for (const [target] of memoized._setupJoins) add(target);
    for (const from of statement._fromObj) add(from);
    for (const from of fromObjects(statement._rawColumns)) add(from);
    return entities.values();
  },
};

registerSelectPlugin("default", corePlugin);
