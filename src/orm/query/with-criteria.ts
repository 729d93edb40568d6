import { ArgumentError } from "../../errors.ts";
import { inspect } from "../../inspection.ts";
import type { CacheKey } from "../../sql/base/cache-key.ts";
import { expectCondition } from "../../sql/base/coercions.ts";
import type { ColumnElement } from "../../sql/elements/column-element.ts";
import { ClauseElement } from "../../sql/elements/clause-element.ts";
import { describeValue } from "../attributes/class-manager.ts";
import { LoaderOption } from "../loading/loader-option.ts";
import type { InspectedEntity } from "../mapping/inspected-entity.ts";
import type { Mapper } from "../mapping/mapper.ts";
import { mappersBelow } from "../mapping/mappers-below.ts";
import type { OrmCompileState } from "./orm-compile-state.ts";

/** Options of {@link withLoaderCriteria}. */
export interface LoaderCriteriaOptions {
  /** also where the class stands under an alias; off */
  readonly includeAliases?: boolean;
  /** also for what is loaded on demand later; on */
  readonly propagateToLoaders?: boolean;
}

/** A condition that is added wherever a class, or each of some classes, is read in a statement: made by {@link withLoaderCriteria}. */
export abstract class LoaderCriteriaOption extends LoaderOption {
  readonly includeAliases: boolean;
  readonly #propagate: boolean;

  constructor(includeAliases: boolean, propagate: boolean) {
    super();
    this.includeAliases = includeAliases;
    this.#propagate = propagate;
  }

  override get propagateToLoaders(): boolean {
    return this.#propagate;
  }

  override get hasBinds(): boolean {
    return true;
  }

  /** Whether it holds in the subqueries of the statement as well. @internal */
  get isForSubqueries(): boolean {
    return true;
  }

  override get isAboutAlias(): boolean {
    return false;
  }

  /** The condition of a class; null for one that it is not about. @internal */
  abstract conditionOf(mapper: Mapper): ColumnElement<boolean> | null;

  /** Whether it is about an entity of a statement. @internal */
  appliesTo(entity: InspectedEntity): boolean {
    return this.includeAliases || !entity.isAliasedClass;
  }

  /** The condition for one entity of a statement. @internal */
  criteriaFor(entity: InspectedEntity): ColumnElement<unknown> {
    const condition = this.conditionOf(entity.mapper)!;
    return entity.isAliasedClass ? entity._adaptElement(condition) : condition;
  }

  override _cacheKey(key: CacheKey): void {
    key.add("criteria");
    key.plain(this.includeAliases);
    key.plain(this.#propagate);
    key.plain(this.isForSubqueries);
  }
}

/** The condition of one class, or of one alias. */
export class EntityCriteria extends LoaderCriteriaOption {
  readonly entity: InspectedEntity;
  readonly criteria: ColumnElement<boolean>;
  readonly #isForSubqueries: boolean;

  constructor(
    entity: InspectedEntity,
    criteria: ColumnElement<boolean>,
    includeAliases: boolean,
    propagate: boolean,
    isForSubqueries: boolean,
  ) {
    super(includeAliases, propagate);
    this.entity = entity;
    this.criteria = criteria;
    this.#isForSubqueries = isForSubqueries;
  }

  override get isForSubqueries(): boolean {
    return this.#isForSubqueries;
  }

  override get isAboutAlias(): boolean {
    return this.entity.isAliasedClass;
  }

  override processCompileState(state: OrmCompileState): void {
    const mapper = this.entity.mapper;
    for (const each of this.entity.isAliasedClass ? [mapper] : mapper.selfAndDescendants) state.addGlobalCriteria(each, this);
  }

  override conditionOf(mapper: Mapper): ColumnElement<boolean> | null {
    return mapper.isa(this.entity.mapper) ? this.criteria : null;
  }

  override appliesTo(entity: InspectedEntity): boolean {
    return this.entity === entity || (!this.entity.isAliasedClass && super.appliesTo(entity));
  }

  override criteriaFor(entity: InspectedEntity): ColumnElement<unknown> {
    return entity === this.entity ? this.criteria : super.criteriaFor(entity);
  }

  override adaptCriteria(adapt: <E extends object>(element: E) => E): LoaderOption {
    return new EntityCriteria(this.entity, adapt(this.criteria), this.includeAliases, this.propagateToLoaders, this.#isForSubqueries);
  }

  override _cacheKey(key: CacheKey): void {
    super._cacheKey(key);
    key.plain(this.entity);
    this.criteria._cacheKey(key);
  }
}

/** The conditions of all classes that have a mixin, or are below a class that is not mapped itself. */
class FamilyCriteria extends LoaderCriteriaOption {
  readonly #target: object;
  readonly #make: (cls: never) => unknown;
  readonly #conditions: Map<Mapper, ColumnElement<boolean>> = new Map();

  constructor(target: object, make: (cls: never) => unknown, includeAliases: boolean, propagate: boolean) {
    super(includeAliases, propagate);
    this.#target = target;
    this.#make = make;
  }

  override processCompileState(state: OrmCompileState): void {
    for (const mapper of mappersBelow(this.#target)) state.addGlobalCriteria(mapper, this);
  }

  override conditionOf(mapper: Mapper): ColumnElement<boolean> | null {
    if (!mappersBelow(this.#target).includes(mapper)) return null;
    let condition = this.#conditions.get(mapper);
    if (condition === undefined) {
      condition = conditionFrom(this.#make(mapper.class_ as never), mapper.name);
      this.#conditions.set(mapper, condition);
    }
    return condition;
  }

  override _cacheKey(key: CacheKey): void {
    super._cacheKey(key);
    for (const mapper of mappersBelow(this.#target)) {
      key.plain(mapper);
      this.conditionOf(mapper)!._cacheKey(key);
    }
  }
}

function conditionFrom(made: unknown, name: string): ColumnElement<boolean> {
  if (made === undefined || made === null)
    throw new ArgumentError(
      `withLoaderCriteria() takes a condition, such as Address.id.gt(3), or a function of the class that gives one; for ${name} there is ${describeValue(made)}`,
    );
  return expectCondition(made, "withLoaderCriteria()") as ColumnElement<boolean>;
}

/**
 * Adds a condition wherever a class is read by the statement, its subqueries included, and by the loads of relationships that follow
 * from it.
 *
 * On an ORM-enabled UPDATE or DELETE it holds for the rows that are changed, and for what is read within.
 * @param entity - a mapped class or an alias; or a mixin, a declarative base or another class that is not mapped itself, for all
 *   classes that have it or are below it: the criteria are a function then
 * @param criteria - a condition on the class, or a function of the class that gives one
 * @throws ArgumentError for what is no class or no condition
 * @example select(User).options(withLoaderCriteria(Address, Address.deleted.eq(false)))
 * @example select(User).options(withLoaderCriteria(SoftDelete, (cls) => cls.deletedAt.is(null)))
 * @see https://docs.sqlalchemy.org/en/21/orm/queryguide/api.html#sqlalchemy.orm.with_loader_criteria
 */
export function withLoaderCriteria<C extends object>(
  entity: C,
  criteria: ColumnElement<boolean> | ((entity: C) => ColumnElement<boolean>),
  options: LoaderCriteriaOptions = {},
): LoaderCriteriaOption {
  const { includeAliases = false, propagateToLoaders = true } = options;
  const target: unknown = entity;
  const inspected: unknown = inspect(target, false);
  const make =
    typeof criteria === "function" && !((criteria as unknown) instanceof ClauseElement)
      ? (criteria as (entity: C) => ColumnElement<boolean>)
      : null;
  if (typeof inspected === "object" && inspected !== null && "isAliasedClass" in inspected) {
    const found = inspected as InspectedEntity;
    const condition = conditionFrom(make === null ? criteria : make(entity), found.mapper.name);
    return new EntityCriteria(found, condition, includeAliases, propagateToLoaders, true);
  }
  if (typeof target !== "function")
    throw new ArgumentError(
      `withLoaderCriteria() takes a mapped class, an alias of one, or a mixin; it was given ${describeValue(target)}`,
    );
  if (make === null)
    throw new ArgumentError(
      `withLoaderCriteria(${target.name}, …): the class is not mapped itself, so the condition is a function of each class that has it: (cls) => cls.deletedAt.is(null)`,
    );
  return new FamilyCriteria(target, make, includeAliases, propagateToLoaders);
}
