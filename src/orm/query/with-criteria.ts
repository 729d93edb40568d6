import { ArgumentError } from "../../errors.ts";
import type { CacheKey } from "../../sql/base/cache-key.ts";
import type { ColumnElement } from "../../sql/elements/column-element.ts";
import { ClauseElement } from "../../sql/elements/clause-element.ts";
import { inspectEntity } from "../loading/entity.ts";
import { LoaderOption } from "../loading/loader-option.ts";
import type { InspectedEntity } from "../mapping/inspected-entity.ts";
import type { OrmCompileState } from "./orm-compile-state.ts";

/** Options of {@link withLoaderCriteria}. */
export interface LoaderCriteriaOptions {
  /** also where the class stands under an alias; on */
  readonly includeAliases?: boolean;
  /** also for what is loaded on demand later; on */
  readonly propagateToLoaders?: boolean;
}

/** A condition that is added wherever a class is read in a statement: made by {@link withLoaderCriteria}. */
export class LoaderCriteriaOption extends LoaderOption {
  readonly entity: InspectedEntity;
  readonly criteria: ColumnElement<boolean>;
  readonly includeAliases: boolean;
  readonly #propagate: boolean;

  constructor(entity: InspectedEntity, criteria: ColumnElement<boolean>, includeAliases: boolean, propagate: boolean) {
    super();
    this.entity = entity;
    this.criteria = criteria;
    this.includeAliases = includeAliases;
    this.#propagate = propagate;
  }

  override get propagateToLoaders(): boolean {
    return this.#propagate;
  }

  override get hasBinds(): boolean {
    return true;
  }

  override processCompileState(state: OrmCompileState): void {
    const mapper = this.entity.mapper;
    for (const each of this.entity.isAliasedClass ? [mapper] : mapper.selfAndDescendants) state.addGlobalCriteria(each, this);
  }

  /** The condition for one entity of a statement. @internal */
  criteriaFor(entity: InspectedEntity): ColumnElement<unknown> {
    return entity.isAliasedClass && entity !== this.entity ? entity._adaptElement(this.criteria) : this.criteria;
  }

  override adaptCriteria(adapt: <E extends object>(element: E) => E): LoaderOption {
    return new LoaderCriteriaOption(this.entity, adapt(this.criteria), this.includeAliases, this.#propagate);
  }

  override _cacheKey(key: CacheKey): void {
    key.add("criteria");
    key.plain(this.entity);
    this.criteria._cacheKey(key);
    key.plain(this.includeAliases);
    key.plain(this.#propagate);
  }
}

/**
 * Adds a condition wherever a class is read by the statement and by the loads of relationships that follow from it.
 * @param criteria - a condition on the class, or a function of the class that gives one
 * @example select(User).options(withLoaderCriteria(Address, Address.deleted.eq(false)))
 * @see https://docs.sqlalchemy.org/en/21/orm/queryguide/api.html#sqlalchemy.orm.with_loader_criteria
 */
export function withLoaderCriteria<C extends object>(
  entity: C,
  criteria: ColumnElement<boolean> | ((entity: C) => ColumnElement<boolean>),
  options: LoaderCriteriaOptions = {},
): LoaderCriteriaOption {
  const inspected = inspectEntity(entity, "withLoaderCriteria()");
  const condition =
    typeof criteria === "function" && !((criteria as unknown) instanceof ClauseElement)
      ? criteria(entity)
      : (criteria as ColumnElement<boolean>);
  if (!((condition as unknown) instanceof ClauseElement)) {
    throw new ArgumentError("withLoaderCriteria() takes a condition, such as Address.id.gt(3), or a function of the class that gives one");
  }
  return new LoaderCriteriaOption(inspected, condition, options.includeAliases ?? true, options.propagateToLoaders ?? true);
}
