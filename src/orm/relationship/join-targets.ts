import { replacementTraverse } from "../../sql/base/traversal.ts";
import { ClauseAdapter } from "../../sql/base/column-adapter.ts";
import type { ClauseElement } from "../../sql/elements/clause-element.ts";
import type { ColumnElement } from "../../sql/elements/column-element.ts";
import { deepAnnotate } from "../../sql/base/annotation.ts";
import type { FromClause } from "../../sql/selectable/from-clause.ts";
import type { InspectedEntity } from "../mapping/inspected-entity.ts";
import type { RelationshipProperty } from "./relationship-property.ts";

/** From where to where a join goes; what is not said is the relationship's own table. */
export interface CreateJoinsOptions {
  readonly sourcePolymorphic?: boolean;
  readonly sourceSelectable?: FromClause | null;
  readonly destSelectable?: FromClause | null;
  /** the alias or subclass that `ofType()` names */
  readonly ofTypeEntity?: InspectedEntity | null;
  readonly aliasSecondary?: boolean;
  /** criteria that `.and()` adds */
  readonly extraCriteria?: readonly ColumnElement<unknown>[];
}

/** A join along a relationship, ready to be rendered. */
export interface CreatedJoins {
  readonly primaryjoin: ColumnElement<boolean>;
  readonly secondaryjoin: ColumnElement<boolean> | null;
  readonly source: FromClause;
  readonly dest: FromClause;
  readonly secondary: FromClause | null;
  /** turns expressions on the target's own table into ones on `dest`; null when nothing is aliased */
  readonly targetAdapter: JoinAdapter | null;
}

/** Replaces columns by those of an alias; several adapters in a row, the first that has an answer counts. */
export class JoinAdapter {
  readonly #adapters: readonly ClauseAdapter[];

  constructor(adapters: readonly ClauseAdapter[]) {
    this.#adapters = adapters;
  }

  replace(element: ClauseElement): ClauseElement | null {
    for (const adapter of this.#adapters) {
      const found = adapter.replace(element);
      if (found !== null) return found;
    }
    return null;
  }

  traverse<E extends ClauseElement>(element: E): E {
    const stopOn = this.#adapters.map((adapter) => adapter.selectable as ClauseElement);
    return replacementTraverse(element, (one) => this.replace(one), { stopOn });
  }
}

const hasMark = (element: ClauseElement, name: string): boolean => name in element._annotations;
const excludeLocal = (element: ClauseElement): boolean => hasMark(element, "should_not_adapt") || hasMark(element, "local");
const excludeRemote = (element: ClauseElement): boolean => hasMark(element, "should_not_adapt") || hasMark(element, "remote");

/** Makes the conditions of one join along a relationship. */
export function createJoins(prop: RelationshipProperty, options: CreateJoinsOptions): CreatedJoins {
  const { parent, mapper } = prop;
  let aliased = options.aliasSecondary === true && prop.secondary !== null;
  let source = options.sourceSelectable ?? null;
  if (source === null && options.sourcePolymorphic === true && parent.withPolymorphic !== null) source = parent.selectable;

  const ofType = options.ofTypeEntity ?? null;
  const destMapper = ofType === null ? mapper : ofType.mapper;
  let dest = options.destSelectable ?? null;
  if (dest === null && ofType !== null) {
    dest = ofType.selectable;
    aliased = true;
  }
  if (dest === null) {
    dest = prop.entity.selectable;
    if (mapper.withPolymorphic !== null || prop.entity.isAliasedClass) aliased = true;
    if (prop._isSelfReferential && source === null) {
      dest = dest._anonymousFromclause();
      aliased = true;
    }
  } else if (dest._identity !== mapper.selectable._identity || mapper.withPolymorphic !== null) {
    aliased = true;
  }
  aliased ||= source !== null && (source._identity !== parent.selectable._identity || source._isSubquery);

  const joined = joinTargets(prop, source, dest, aliased, destMapper._singleTableCriterion, options.extraCriteria ?? []);
  return { ...joined, source: source ?? parent.localTable };
}

function joinTargets(
  prop: RelationshipProperty,
  source: FromClause | null,
  destination: FromClause,
  aliased: boolean,
  singleCriterion: ColumnElement<boolean> | null,
  extraCriteria: readonly ColumnElement<unknown>[],
): Omit<CreatedJoins, "source"> {
  // adapters of enclosing statements must not look into it
  const dest = destination._annotate({ no_replacement_traverse: true });
  let { primaryjoin, secondaryjoin, secondary } = prop;
  const add = (criterion: ColumnElement<boolean>): void => {
    if (secondaryjoin !== null) secondaryjoin = secondaryjoin.and(criterion);
    else primaryjoin = primaryjoin.and(criterion);
  };
  if (singleCriterion !== null) add(singleCriterion);
  for (const criterion of extraCriteria) add(markUnrelated(prop, criterion) as ColumnElement<boolean>);
  if (!aliased) return { primaryjoin, secondaryjoin, secondary, targetAdapter: null, dest };

  const childEquivalents = prop.mapper._equivalentColumns;
  const parentEquivalents = prop.parent._equivalentColumns;
  if (secondary !== null && secondaryjoin !== null) {
    secondary = secondary._anonymousFromclause();
    const toSecondary = new ClauseAdapter(secondary, { exclude: excludeLocal });
    const toDest = new ClauseAdapter(dest, { equivalents: childEquivalents });
    const primary = source === null ? [toSecondary] : [toSecondary, new ClauseAdapter(source, { equivalents: parentEquivalents })];
    return {
      primaryjoin: new JoinAdapter(primary).traverse(primaryjoin),
      secondaryjoin: new JoinAdapter([toDest, toSecondary]).traverse(secondaryjoin),
      secondary,
      targetAdapter: new JoinAdapter([toDest, new ClauseAdapter(secondary)]),
      dest,
    };
  }
  const toDest = new ClauseAdapter(dest, { exclude: excludeLocal, equivalents: childEquivalents });
  const adapters =
    source === null ? [toDest] : [toDest, new ClauseAdapter(source, { exclude: excludeRemote, equivalents: parentEquivalents })];
  return {
    primaryjoin: new JoinAdapter(adapters).traverse(primaryjoin),
    secondaryjoin: null,
    secondary: null,
    targetAdapter: new JoinAdapter([new ClauseAdapter(dest, { equivalents: childEquivalents }), ...adapters.slice(1)]),
    dest,
  };
}

/** Columns of other classes in criteria of `.and()` stand for themselves, whatever the join aliases. */
function markUnrelated(prop: RelationshipProperty, criterion: ColumnElement<unknown>): ColumnElement<unknown> {
  const marked = replacementTraverse(criterion, (element) => {
    if (!element._isColumnElement || element._children().length > 0) return null;
    const owner = element._annotations["parentmapper"] as { isa(other: unknown): boolean } | undefined;
    const related = owner === prop.parent || owner?.isa(prop.mapper) === true;
    const ofSecondary = prop.secondary !== null && [...prop.secondary._collection].some((column) => column._identity === element._identity);
    return related || ofSecondary || !("table" in element) ? null : deepAnnotate(element, { should_not_adapt: true });
  });
  return marked;
}
