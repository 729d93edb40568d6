import { ArgumentError } from "../../errors.ts";
import { inspect } from "../../inspection.ts";
import type { CacheKey } from "../../sql/base/cache-key.ts";
import type { Expression } from "../../sql/base/expression.ts";
import type { ColumnElement } from "../../sql/elements/column-element.ts";
import type { InspectedEntity } from "../mapping/inspected-entity.ts";
import type { RELATED } from "../../sql/base/expression.ts";
import type { OrmCompileState } from "../query/orm-compile-state.ts";
import {
  attributeName,
  commonParent,
  entityName,
  inspectEntity,
  isMappedAttribute,
  isRelationshipProperty,
  type MappedAttribute,
} from "./entity.ts";
import { type ColumnStrategy, LoadElement, type LoadElementKind, type RelationshipStrategy, type StrategyOptions } from "./load-element.ts";
import { LoaderOption } from "./loader-option.ts";
import type { PathStep } from "./option-paths.ts";

/** A relationship of a class or of an alias (`Film.characters`, `Film.characters.ofType(alias)`, `Film.characters.and(…)`). */
export interface RelationshipArgument {
  readonly [RELATED]: unknown;
}

/** A mapped column of a class or of an alias. */
export type ColumnArgument = Expression<unknown>;

/** Options of joinedload(). */
export interface JoinedLoadOptions {
  /** INNER JOIN in place of LEFT OUTER JOIN: every parent has such an object */
  readonly innerjoin?: boolean | "unnested";
}

/** Options of selectinload() and immediateload(). */
export interface RecursiveLoadOptions {
  /** follow the same relationship in what is loaded, so many times; -1: until nothing more comes */
  readonly recursionDepth?: number;
}

/** Options of raiseload(). */
export interface RaiseLoadOptions {
  /** complain only where SQL would be sent: what the session has already may be read */
  readonly sqlOnly?: boolean;
}

/** Options of defer() and loadOnly(). */
export interface DeferOptions {
  /** loading the column on demand is an error */
  readonly raiseload?: boolean;
}

/** Options of containsEager(). */
export interface ContainsEagerOptions {
  /** the alias that the query reads the objects from */
  readonly alias?: object;
}

interface LoadParts {
  readonly root: InspectedEntity | null;
  readonly steps: readonly PathStep[];
  readonly end: InspectedEntity | null;
  readonly elements: readonly LoadElement[];
}

/**
 * How the attributes of an entity are loaded, and what is loaded with them: options of a query, chained along a path.
 * Made by {@link selectinload} and its sisters, or by `new Load(Film)`. Each call gives a new object.
 *
 * @example
 * select(Film).options(selectinload(Film.characters).joinedload(Cast.actor))
 * @see https://docs.sqlalchemy.org/en/21/orm/queryguide/relationships.html
 */
export class Load extends LoaderOption {
  /** The entity that the path starts at; null for "*" alone. @internal */
  readonly _root: InspectedEntity | null;
  /** @internal */
  readonly _steps: readonly PathStep[];
  /** The entity that the path has come to. @internal */
  readonly _end: InspectedEntity | null;
  /** @internal */
  readonly _elements: readonly LoadElement[];

  /** @param entity - a mapped class or an alias; null for options of every entity */
  constructor(entity: object | null);
  /** @internal */
  constructor(entity: object | null, parts: LoadParts);
  constructor(entity: object | null, parts?: LoadParts) {
    super();
    const root = parts !== undefined ? parts.root : entity === null ? null : inspectEntity(entity, "Load");
    this._root = root;
    this._steps = parts?.steps ?? [];
    this._end = parts !== undefined ? parts.end : root;
    this._elements = parts?.elements ?? [];
  }

  /** Loads with a second SELECT … IN, for all objects at once. The default choice for collections. */
  selectinload(attribute: RelationshipArgument | "*", options: RecursiveLoadOptions = {}): Load {
    return this.#relationship("selectinload", attribute, "selectin", recursion("selectinload", options));
  }

  /** Loads with a LEFT OUTER JOIN in the same SELECT. The default choice for many-to-one. */
  joinedload(attribute: RelationshipArgument | "*", options: JoinedLoadOptions = {}): Load {
    return this.#relationship("joinedload", attribute, "joined", options.innerjoin === undefined ? {} : { innerjoin: options.innerjoin });
  }

  /** Loads with a second SELECT that has the first one inside, for all objects at once. */
  subqueryload(attribute: RelationshipArgument | "*"): Load {
    return this.#relationship("subqueryload", attribute, "subquery");
  }

  /** Loads with a SELECT for each object; what the session has is not read again. {@link selectinload} does the same with one SELECT for all. */
  immediateload(attribute: RelationshipArgument | "*", options: RecursiveLoadOptions = {}): Load {
    return this.#relationship("immediateload", attribute, "immediate", recursion("immediateload", options));
  }

  /** Does not load with the query: `awaitableAttrs` loads it when it is asked for. */
  lazyload(attribute: RelationshipArgument | "*"): Load {
    return this.#relationship("lazyload", attribute, "select");
  }

  /** Makes loading on demand an error. */
  raiseload(attribute: RelationshipArgument | "*", options: RaiseLoadOptions = {}): Load {
    return this.#relationship("raiseload", attribute, options.sqlOnly === true ? "raiseOnSql" : "raise");
  }

  /** Leaves the attribute empty without loading it. */
  noload(attribute: RelationshipArgument | "*"): Load {
    return this.#relationship("noload", attribute, "noload");
  }

  /** The query itself joins to the relationship: the objects are taken from its rows. */
  containsEager(attribute: RelationshipArgument, options: ContainsEagerOptions = {}): Load {
    const { alias: given = null } = options;
    const inspected = given === null ? null : (inspect(given, false) as Partial<InspectedEntity> | null | undefined);
    // an alias counts by its structure, which the object that stands for it does not tell
    const eagerFromAlias = inspected?.isAliasedClass === true ? (inspected as InspectedEntity) : given;
    return this.#relationship("containsEager", attribute, "joined", { containsEager: true, eagerFromAlias }, false);
  }

  /** Leaves the strategy as it is, and goes on to the attributes of what is loaded. */
  defaultload(attribute: RelationshipArgument): Load {
    return this.#relationship("defaultload", attribute, null);
  }

  /** Does not load a column with the query. */
  defer(attribute: ColumnArgument | "*", options: DeferOptions = {}): Load {
    return this.#columns("defer", [attribute], options.raiseload === true ? "raise" : "deferred");
  }

  /** Loads a column that is deferred by its mapping; "*" for all. */
  undefer(attribute: ColumnArgument | "*"): Load {
    return this.#columns("undefer", [attribute], "column");
  }

  /** Loads all deferred columns of a group. */
  undeferGroup(name: string): Load {
    return this.#wildcard("columnWildcard", null, { undeferGroup: name });
  }

  /** Loads these columns and the primary key, and no others. */
  loadOnly(...attributes: readonly [...ColumnArgument[], ColumnArgument | DeferOptions]): Load {
    const last = attributes.at(-1);
    const options = isMappedAttribute(last) || last === undefined ? {} : (last as DeferOptions);
    const columns = attributes.filter((attribute) => isMappedAttribute(attribute)) as ColumnArgument[];
    if (columns.length === 0) throw new ArgumentError("loadOnly() needs at least one mapped column, such as loadOnly(Film.title)");
    return this.#columns("loadOnly", columns, "column").#wildcard("columnWildcard", options.raiseload === true ? "raise" : "deferred");
  }

  /** Gives a `queryExpression()` attribute its expression for this query. */
  withExpression(attribute: ColumnArgument, expression: ColumnElement<unknown>): Load {
    return this.#columns("withExpression", [attribute], "expression", { expression }, false);
  }

  /** Loads the columns of subclasses, each with a second SELECT … IN. */
  selectinPolymorphic(classes: readonly object[]): Load {
    const entities = classes.map((each) => inspectEntity(each, "selectinPolymorphic()"));
    for (const entity of entities) {
      if (this._end !== null && !entity.mapper.isa(this._end.mapper)) {
        throw new ArgumentError(
          `selectinPolymorphic(): ${entityName(entity)} is no subclass of ${entityName(this._end)}, which the path has come to`,
        );
      }
    }
    return this.#wildcard("entity", null, { entities });
  }

  /** Further options for what the path has come to. */
  options(...options: readonly Load[]): Load {
    let elements = this._elements;
    for (const option of options) {
      if (!(option instanceof Load)) throw new ArgumentError(`Load.options() takes loader options, not ${String(option)}`);
      if (option._root !== null && this._end !== null && !commonParent(option._root, this._end)) {
        throw new ArgumentError(
          `Load.options(): the option starts at ${entityName(option._root)}, but the path leads to ${entityName(this._end)}. Name an attribute of ${entityName(this._end)}`,
        );
      }
      elements = [...elements, ...option._elements.map((element) => element.under(this._steps))];
    }
    return this.#with(this._steps, this._end, elements);
  }

  #with(steps: readonly PathStep[], end: InspectedEntity | null, elements: readonly LoadElement[]): Load {
    return new Load(null, { root: this._root, steps, end, elements });
  }

  #wildcard(kind: LoadElementKind, strategy: RelationshipStrategy | ColumnStrategy | null, options: StrategyOptions = {}): Load {
    const element = new LoadElement({ kind, steps: this._steps, wildcardEntity: this._end, strategy, options });
    return this.#with(this._steps, this._end, [...this._elements, element]);
  }

  #relationship(
    name: string,
    argument: RelationshipArgument | "*",
    strategy: RelationshipStrategy | null,
    options: StrategyOptions = {},
    propagateToLoaders = true,
  ): Load {
    if (argument === "*") return this.#wildcard("relationshipWildcard", strategy, options);
    const attribute = this.#checked(name, argument);
    const property = attribute.property;
    if (!isRelationshipProperty(property)) {
      throw new ArgumentError(
        `${name}() takes relationships; ${attributeName(attribute)} is a column. Columns are meant for defer(), undefer() and loadOnly()`,
      );
    }
    const step: PathStep = { entity: attribute._parententity, property };
    const steps = [...this._steps, step];
    const ofType = attribute._ofType ?? null;
    const element = new LoadElement({
      kind: "relationship",
      steps,
      strategy,
      options,
      ofType,
      extraCriteria: attribute._extraCriteria ?? [],
      propagateToLoaders,
    });
    return this.#with(steps, ofType ?? property.entity, [...this._elements, element]);
  }

  #columns(
    name: string,
    attributes: readonly (ColumnArgument | "*")[],
    strategy: ColumnStrategy,
    options: StrategyOptions = {},
    propagateToLoaders = true,
  ): Load {
    let load: Load = this;
    for (const argument of attributes) {
      if (argument === "*") {
        load = load.#wildcard("columnWildcard", strategy, options);
        continue;
      }
      const attribute = this.#checked(name, argument);
      if (isRelationshipProperty(attribute.property)) {
        throw new ArgumentError(
          `${name}() takes columns; ${attributeName(attribute)} is a relationship. Relationships are meant for lazyload(), raiseload() and their sisters`,
        );
      }
      const steps = [...this._steps, { entity: attribute._parententity, property: attribute.property }];
      const element = new LoadElement({ kind: "column", steps, strategy, options, propagateToLoaders });
      load = load.#with(load._steps, load._end, [...load._elements, element]);
    }
    return load;
  }

  #checked(name: string, argument: unknown): MappedAttribute {
    if (!isMappedAttribute(argument)) {
      throw new ArgumentError(`${name}() takes a mapped attribute such as Film.characters, or "*"; it was given ${describe(argument)}`);
    }
    const end = this._end;
    if (end !== null && !corresponds(end, argument._parententity)) {
      throw new ArgumentError(
        `${name}(): the attribute ${attributeName(argument)} does not belong to ${entityName(end)}, which the path has come to. ` +
          `Name an attribute of ${entityName(end)}${end.mapper.isa(argument._parententity.mapper) ? " itself" : ""}, or use ofType() where the path leads to an alias or a subclass`,
      );
    }
    return argument;
  }

  override get propagateToLoaders(): boolean {
    return this._elements.some((element) => element.propagateToLoaders);
  }

  override get hasBinds(): boolean {
    return this._elements.some((element) => element.extraCriteria.length > 0 || element.options.expression !== undefined);
  }

  override adaptCriteria(adapt: <E extends object>(element: E) => E): Load {
    if (!this.hasBinds) return this;
    const elements = this._elements.map((element) => {
      const changed = element.extraCriteria.length > 0 ? element.withCriteria(element.extraCriteria.map(adapt)) : element;
      return changed.options.expression === undefined ? changed : changed.withOptions({ expression: adapt(changed.options.expression) });
    });
    return this.#with(this._steps, this._end, elements);
  }

  override processCompileState(state: OrmCompileState): void {
    for (const element of this._elements) state.addLoadElement(element);
  }

  override _cacheKey(key: CacheKey): void {
    key.add("load");
    key.keyed(this._elements);
  }
}

function recursion(name: string, options: RecursiveLoadOptions): StrategyOptions {
  const depth = options.recursionDepth;
  if (depth === undefined) return {};
  if (!Number.isInteger(depth) || depth < -1 || depth === 0) {
    throw new ArgumentError(`${name}(): recursionDepth is -1 (without end) or a positive integer, not ${String(depth)}`);
  }
  return { recursionDepth: depth };
}

/** Whether an attribute of `given` may follow where a path has come to `end`. */
function corresponds(end: InspectedEntity, given: InspectedEntity): boolean {
  if (end.isAliasedClass || given.isAliasedClass) {
    return end === given || (end as { _correspondsTo?: (other: InspectedEntity) => boolean })._correspondsTo?.(given) === true;
  }
  return commonParent(end, given);
}

function describe(value: unknown): string {
  if (value === undefined) return "undefined";
  if (value === null) return "null";
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "function") return `the class ${value.name}`;
  return Object.prototype.toString.call(value);
}
