import { ArgumentError, InvalidRequestError } from "../../errors.ts";
import type { ClauseElement } from "../../sql/elements/clause-element.ts";
import type { ColumnElement } from "../../sql/elements/column-element.ts";
import type { FromClause } from "../../sql/selectable/from-clause.ts";
import { commonParent, entityName } from "../loading/entity.ts";
import type { LoadElement } from "../loading/load-element.ts";
import type { LoaderOption } from "../loading/loader-option.ts";
import type { LoadPlan } from "../loading/load-plan.ts";
import { COLUMN_WILDCARD, type EntityPath, RELATIONSHIP_WILDCARD, stepKey } from "../loading/option-paths.ts";
import type { InspectedEntity } from "../mapping/inspected-entity.ts";
import type { Mapper } from "../mapping/mapper.ts";
import type { MapperProperty } from "../mapping/mapper-property.ts";
import type { AliasedInsp } from "./aliased.ts";
import { OrmCompileOptions } from "./compile-options.ts";
import { columnsWithin } from "./columns-within.ts";
import type { MapperEntity, QueryEntity } from "./entities.ts";
import type { ColumnReplacer } from "./orm-adapter.ts";
import { LoaderCriteriaOption } from "./with-criteria.ts";

/** Any statement of which the ORM loads entities. */
export interface OrmStatement extends ClauseElement {
  readonly _withOptions: readonly unknown[];
  readonly _compileOptions?: object | null;
}

/**
 * What a statement that names mapped things becomes while it is compiled: its entities, the loader options by path, the columns to
 * read, and in the end how rows become objects. Kept with the compiled statement.
 */
export class OrmCompileState {
  /** the statement as it was compiled; others of the same structure share this state */
  readonly selectStatement: OrmStatement;
  readonly toplevel: boolean;
  readonly compileOptions: OrmCompileOptions;
  readonly entities: QueryEntity[] = [];
  primaryEntity: MapperEntity | null = null;
  /** what loader options say, by the key of a path */
  readonly loaders: Map<string, LoadElement> = new Map();
  /** by the key of an entity's place, the groups of deferred columns that are loaded */
  readonly undeferredGroups: Map<string, Set<string>> = new Map();
  readonly polymorphicAdapters: Map<InspectedEntity, ColumnReplacer> = new Map();
  /** withLoaderCriteria() by mapper */
  readonly globalCriteria: Map<Mapper, LoaderCriteriaOption[]> = new Map();

  readonly primaryColumns: ColumnElement<unknown>[] = [];
  secondaryColumns: ColumnElement<unknown>[] = [];
  readonly dedupeColumns: Set<ClauseElement> = new Set();
  readonly fallbackFromClauses: FromClause[] = [];
  fromClauses: FromClause[] = [];
  readonly eagerJoins: Map<QueryEntity | number, FromClause> = new Map();
  readonly createEagerJoins: (() => void)[] = [];
  eagerOrderBy: ClauseElement[] = [];
  eagerAddingJoins = false;
  multiRowEagerLoaders = false;
  readonly extraCriteriaEntities: Map<InspectedEntity, ColumnReplacer | null> = new Map();
  /** of a statement with LIMIT and joined collections, what gives the columns of the subquery */
  compoundEagerAdapter: ColumnReplacer | null = null;
  /** columns are found in the result as far as they are there: text, RETURNING */
  readonly columnsAreGiven: boolean;
  /** how rows become objects; made at the first execution */
  plan: LoadPlan | null = null;

  constructor(statement: OrmStatement, toplevel: boolean, columnsAreGiven: boolean) {
    this.selectStatement = statement;
    this.toplevel = toplevel;
    this.columnsAreGiven = columnsAreGiven;
    const options = statement._compileOptions instanceof OrmCompileOptions ? statement._compileOptions : OrmCompileOptions.DEFAULT;
    // subqueries are not loaded from: eager loading has no place in them
    this.compileOptions = toplevel ? options : options.forSubquery();
  }

  /**
   * Lets the loader options of the statement take effect.
   * @param root - for a subquery, the statement that it is a part of: the criteria of that one hold in it
   */
  processOptions(root: object | null = null): void {
    if (!this.toplevel) {
      for (const option of (root as Partial<OrmStatement> | null)?._withOptions ?? [])
        if (option instanceof LoaderCriteriaOption && option.isForSubqueries) option.processCompileState(this);
      return;
    }
    for (const option of this.selectStatement._withOptions) {
      const loader = option as Partial<LoaderOption>;
      if (typeof loader.processCompileState === "function") loader.processCompileState(this);
    }
  }

  /** Takes in what a loader option says about one place. */
  addLoadElement(element: LoadElement): void {
    const key = this.#relativeKey(element);
    if (key === null) return;
    if (element.options.undeferGroup !== undefined) {
      const groups = this.undeferredGroups.get(key);
      if (groups === undefined) this.undeferredGroups.set(key, new Set([element.options.undeferGroup]));
      else groups.add(element.options.undeferGroup);
      return;
    }
    const known = this.loaders.get(key);
    // an option without a strategy of its own leaves the one that is there
    if (known !== undefined && (element.strategy === null || known.strategy === null)) {
      const criteria = [...known.extraCriteria, ...element.extraCriteria];
      const both = element.strategy === null ? known : element;
      this.loaders.set(key, criteria.length === both.extraCriteria.length ? both : both.withCriteria(criteria));
      return;
    }
    if (known !== undefined && !element.isWildcard && !known.agreesWith(element)) {
      const { entity, property } = element.steps.at(-1)!;
      const how = known.functionName === element.functionName ? "with different arguments" : `and ${element.functionName}()`;
      throw new InvalidRequestError(
        `Two loader options say how ${entityName(entity)}.${property.key} is loaded, and differ: ${known.functionName}() ${how}. Give one of them, ` +
          "or defaultload() where only the way to what lies behind is meant",
      );
    }
    this.loaders.set(key, element);
  }

  /** The key of an option seen from this statement's own place on the path; null when the option is about another place. */
  #relativeKey(element: LoadElement): string | null {
    const key = element.pathKey;
    const current = this.compileOptions.currentPath.key;
    if (current === "") {
      if (element.steps.length > 0) this.#checkRoot(element);
      return key;
    }
    if (element.isWildcard && element.steps.length === 0) return element.wildcardEntity === null ? key : null;
    if (key.startsWith(`${current}/`)) return key.slice(current.length + 1);
    if (element.options.recursionDepth !== undefined && key === current) {
      const last = element.steps.at(-1)!;
      return stepKey(last.entity, last.property);
    }
    return null;
  }

  #checkRoot(element: LoadElement): void {
    const root = element.steps[0]!.entity;
    const mappers = this.entities.flatMap((entity) => (entity.kind === "mapper" ? [entity.entityZero] : []));
    for (const entity of mappers) {
      if (root.isAliasedClass ? entity === root || sharesAlias(entity, root) : commonParent(entity, root)) return;
    }
    if (this.compileOptions.forRefreshState) return;
    throw new ArgumentError(
      mappers.length === 0
        ? `The loader option for ${entityName(root)}.${element.steps[0]!.property.key} has nothing to apply to: the statement selects no entity, only columns`
        : `The loader option for ${entityName(root)}.${element.steps[0]!.property.key} does not apply to what the statement selects ` +
            `(${mappers.map(entityName).join(", ")}). Begin at one of these, for example with defaultload(), and name the whole path to ${entityName(root)}`,
    );
  }

  /** What loader options say about an attribute at a place; undefined when nothing. */
  loaderFor(path: EntityPath, property: MapperProperty): LoadElement | undefined {
    if (this.loaders.size === 0) return undefined;
    const wildcard = property.isRelationship ? RELATIONSHIP_WILDCARD : COLUMN_WILDCARD;
    return this.loaders.get(path.propertyKey(property)) ?? this.loaders.get(path.wildcard(wildcard)) ?? this.loaders.get(wildcard);
  }

  isUndeferredGroup(path: EntityPath, group: string): boolean {
    if (this.undeferredGroups.size === 0) return false;
    return (
      this.undeferredGroups.get(path.wildcard(COLUMN_WILDCARD))?.has(group) === true ||
      this.undeferredGroups.get(COLUMN_WILDCARD)?.has(group) === true
    );
  }

  /** Adds a column to be read, once. */
  appendColumn(column: ColumnElement<unknown>, collection: ColumnElement<unknown>[]): void {
    const identity = column._identity;
    if (this.dedupeColumns.has(identity)) return;
    this.dedupeColumns.add(identity);
    collection.push(column);
  }

  addGlobalCriteria(mapper: Mapper, option: LoaderCriteriaOption): void {
    const list = this.globalCriteria.get(mapper);
    if (list === undefined) this.globalCriteria.set(mapper, [option]);
    // what a listener adds may have come along from the query before
    else if (!list.includes(option)) list.push(option);
  }

  /** The conditions that withLoaderCriteria() adds wherever an entity stands. */
  extraCriteriaFor(entity: InspectedEntity): ColumnElement<unknown>[] {
    const options = this.globalCriteria.get(entity.mapper);
    if (options === undefined || this.compileOptions.forRefreshState) return [];
    const { isOfLoader, standsForClass } = entity as Partial<AliasedInsp>;
    if (isOfLoader === true) return [];
    const named = standsForClass === true ? entity.mapper : entity;
    return options
      .filter((option) => option.appliesTo(named))
      .map((option) => option.criteriaFor(entity))
      .filter((criterion) => !isOutside(criterion, entity));
  }

  /** The conditions that withLoaderCriteria() adds where a class is loaded by an eager join. */
  criteriaOfLoad(mapper: Mapper): ColumnElement<unknown>[] {
    const options = this.globalCriteria.get(mapper);
    if (options === undefined) return [];
    return options.filter((option) => option.propagateToLoaders).map((option) => option.criteriaFor(mapper));
  }

  get shouldNestSelectable(): boolean {
    return false;
  }
}

/** Whether an alias of a subquery lacks columns of a criterion: there it has held within. */
function isOutside(criterion: ColumnElement<unknown>, entity: InspectedEntity): boolean {
  if (!entity.isAliasedClass) return false;
  const tables = new Set<ClauseElement>(entity.mapper.tables.map((table) => table._identity as ClauseElement));
  for (const element of columnsWithin(criterion)) {
    const owner = (element as { readonly table?: ClauseElement | null }).table;
    if (owner != null && tables.has(owner._identity)) return true;
  }
  return false;
}

function sharesAlias(a: InspectedEntity, b: InspectedEntity): boolean {
  const corresponds = (b as { _correspondsTo?: (other: InspectedEntity) => boolean })._correspondsTo;
  return corresponds !== undefined && corresponds.call(b, a);
}
