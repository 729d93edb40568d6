import { InvalidRequestError } from "../../../errors.ts";
import type { Select } from "../../../sql/selectable/select.ts";
import type { ClauseElement } from "../../../sql/elements/clause-element.ts";
import type { OrmCompileState } from "../../query/orm-compile-state.ts";
import type { Mapper } from "../../mapping/mapper.ts";
import type { RelationshipProperty } from "../../relationship/relationship-property.ts";
import type { InstanceState } from "../../state/instance-state.ts";
import type { EntityPlan, EntitySetup } from "../entity-plan.ts";
import type { LoadElement } from "../load-element.ts";
import { joinPaths, type LoadPath } from "../option-paths.ts";
import type { PostLoader } from "../post-load.ts";
import { targetOf } from "./subclass-target.ts";
import { loadOptionsFor, type QueryContext } from "../query-context.ts";
import { loadRelationship, type RelationshipLoadRequest } from "../relationship-query.ts";

/** Loads a relationship after the rows, by the keys of all parents at once. */
export function setupSelectin(
  state: OrmCompileState,
  setup: EntitySetup,
  plan: EntityPlan,
  property: RelationshipProperty,
  option: LoadElement | undefined,
): void {
  const path = postLoadPath(state, setup, property, option);
  if (path !== null) plan.posts.set(property, new SelectinLoader(property, option, path, false));
}

/**
 * The path that the loads below a relationship belong to; null where it is not to be loaded, because it would go round in circles.
 * A relationship that is followed recursively keeps one path for all levels.
 */
export function postLoadPath(
  state: OrmCompileState,
  setup: EntitySetup,
  property: RelationshipProperty,
  option: LoadElement | undefined,
): LoadPath | null {
  const { path } = setup;
  const current = state.compileOptions.currentPath;
  const full = joinPaths(current, path.over(property));
  if (option?.options.recursionDepth !== undefined) {
    if (!property._isSelfReferential) {
      throw new InvalidRequestError(
        `recursionDepth is meant for relationships that lead to their own class again; ${property} leads to ${property.mapper.name}`,
      );
    }
    const step = path.over(property);
    // from the second level on, the current path is that of the relationship already
    return path.isRoot && (current.key === step.key || current.key.endsWith(`/${step.key}`)) ? current : full;
  }
  // "*" names no relationship: it goes round in circles as little as a default does
  if (option === undefined || option.isWildcard) {
    if (property.joinDepth !== null) {
      if (full.mappers.length > property.joinDepth) return null;
    } else if (full.mappers.includes(property.mapper)) return null;
  }
  return full;
}

export class SelectinLoader implements PostLoader {
  readonly property: RelationshipProperty;
  readonly reads: Mapper | undefined;
  readonly #option: LoadElement | undefined;
  readonly #path: LoadPath;
  readonly #oneByOne: boolean;
  #statements: Map<string, Select<unknown>> = new Map();
  #populatingStatements: Map<string, Select<unknown>> = new Map();

  /** @param oneByOne - each object by itself, and what the session has is not read again (immediateload) */
  constructor(property: RelationshipProperty, option: LoadElement | undefined, path: LoadPath, oneByOne: boolean) {
    this.property = property;
    this.#option = option;
    this.#path = path;
    this.#oneByOne = oneByOne;
    this.reads = oneByOne ? undefined : property.mapper;
  }

  async load(context: QueryContext, states: readonly InstanceState[], overwrite: readonly boolean[]): Promise<void> {
    const { property } = this;
    const option = this.#option;
    const depth = option?.options.recursionDepth;
    let recursion = context.recursion;
    if (depth !== undefined && depth !== -1) {
      const left = recursion?.get(property) ?? depth;
      if (left < 0) return;
      recursion = new Map([...(recursion ?? []), [property, left - 1]]);
    }
    const entity = targetOf(property, option?.ofType);
    const varies = context.options.some((each) => each.hasBinds);
    const request: RelationshipLoadRequest = {
      session: context.session,
      connection: context.connection,
      executionOptions: context.executionOptions,
      loadOptions: loadOptionsFor(context.loadOptions.populateExisting),
      recursion,
      property,
      entity,
      states,
      overwrite,
      options: context.options,
      path: this.#path,
      extraCriteria: (option?.extraCriteria ?? []).map((criterion) => context.adapt(criterion as unknown as ClauseElement) as never),
      identityMapFirst: this.#oneByOne && !context.loadOptions.populateExisting,
      // options with values are part of the statement: it is then made anew each time
      cache: varies ? null : context.loadOptions.populateExisting ? this.#populatingStatements : this.#statements,
    };
    if (!this.#oneByOne) {
      await loadRelationship(request);
      return;
    }
    for (let i = 0; i < states.length; i += 1) await loadRelationship({ ...request, states: [states[i]!], overwrite: [overwrite[i]!] });
  }
}
