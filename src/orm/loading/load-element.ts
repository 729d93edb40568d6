import type { CacheKey, HasCacheKey } from "../../sql/base/cache-key.ts";
import type { ColumnElement } from "../../sql/elements/column-element.ts";
import type { InspectedEntity } from "../mapping/inspected-entity.ts";
import { pathKey, type PathStep, wildcardKey } from "./option-paths.ts";

/** How a relationship is loaded. */
export type RelationshipStrategy = "select" | "joined" | "selectin" | "subquery" | "immediate" | "raise" | "raiseOnSql" | "noload";

/** How a column is loaded. */
export type ColumnStrategy = "column" | "deferred" | "raise" | "expression";

/** What options say about a strategy. */
export interface StrategyOptions {
  /** joinedload: INNER JOIN */
  readonly innerjoin?: boolean | "nested" | "unnested";
  /** selectinload, immediateload: follow the same attribute of what is loaded so many times; -1 for ever */
  readonly recursionDepth?: number;
  /** containsEager: rows come from this alias */
  readonly eagerFromAlias?: InspectedEntity | object | null;
  /** containsEager: the query itself has the join */
  readonly containsEager?: boolean;
  /** undeferGroup */
  readonly undeferGroup?: string;
  /** selectinPolymorphic: the subclasses */
  readonly entities?: readonly InspectedEntity[];
  /** withExpression */
  readonly expression?: ColumnElement<unknown>;
}

const FUNCTIONS: Readonly<Record<RelationshipStrategy | ColumnStrategy, string>> = {
  select: "lazyload",
  joined: "joinedload",
  selectin: "selectinload",
  subquery: "subqueryload",
  immediate: "immediateload",
  raise: "raiseload",
  raiseOnSql: "raiseload",
  noload: "noload",
  column: "undefer",
  deferred: "defer",
  expression: "withExpression",
};

export type LoadElementKind = "relationship" | "column" | "relationshipWildcard" | "columnWildcard" | "entity";

/** What a loader option says about one place: an attribute, or every attribute of an entity. */
export class LoadElement implements HasCacheKey {
  readonly kind: LoadElementKind;
  /** the attributes that lead to the place; for attributes, the last one is the attribute itself */
  readonly steps: readonly PathStep[];
  /** the entity whose attributes a wildcard stands for; null: every entity of the query */
  readonly wildcardEntity: InspectedEntity | null;
  /** null: no strategy is said, the rest counts (defaultload, undeferGroup) */
  readonly strategy: RelationshipStrategy | ColumnStrategy | null;
  readonly options: StrategyOptions;
  readonly ofType: InspectedEntity | null;
  readonly extraCriteria: readonly ColumnElement<unknown>[];
  /** also for what is loaded on demand later */
  readonly propagateToLoaders: boolean;
  #pathKey: string | null = null;

  constructor(init: {
    kind: LoadElementKind;
    steps: readonly PathStep[];
    wildcardEntity?: InspectedEntity | null;
    strategy: RelationshipStrategy | ColumnStrategy | null;
    options?: StrategyOptions;
    ofType?: InspectedEntity | null;
    extraCriteria?: readonly ColumnElement<unknown>[];
    propagateToLoaders?: boolean;
  }) {
    this.kind = init.kind;
    this.steps = init.steps;
    this.wildcardEntity = init.wildcardEntity ?? null;
    this.strategy = init.strategy;
    this.options = init.options ?? {};
    this.ofType = init.ofType ?? null;
    this.extraCriteria = init.extraCriteria ?? [];
    this.propagateToLoaders = init.propagateToLoaders ?? true;
  }

  get isWildcard(): boolean {
    return this.kind === "relationshipWildcard" || this.kind === "columnWildcard" || this.kind === "entity";
  }

  /** The key under which the compile state finds the element. */
  get pathKey(): string {
    if (this.#pathKey === null) {
      const path = pathKey(this.steps);
      if (this.isWildcard) {
        const text = this.kind === "entity" ? "entity" : this.kind === "relationshipWildcard" ? "relationship:*" : "column:*";
        const last = this.wildcardEntity === null ? text : wildcardKey(this.wildcardEntity, text);
        this.#pathKey = path === "" ? last : `${path}/${last}`;
      } else this.#pathKey = path;
    }
    return this.#pathKey;
  }

  /** The same element, reached over further attributes first. */
  under(steps: readonly PathStep[]): LoadElement {
    return new LoadElement({ ...this.#init(), steps: [...steps, ...this.steps] });
  }

  /** Whether both say the same about one place, apart from conditions. */
  agreesWith(other: LoadElement): boolean {
    const { innerjoin, recursionDepth, eagerFromAlias, containsEager } = this.options;
    return (
      this.strategy === other.strategy &&
      innerjoin === other.options.innerjoin &&
      recursionDepth === other.options.recursionDepth &&
      eagerFromAlias === other.options.eagerFromAlias &&
      containsEager === other.options.containsEager
    );
  }

  /** As it was written: "joinedload". */
  get functionName(): string {
    if (this.options.containsEager === true) return "containsEager";
    return this.strategy === null ? "defaultload" : FUNCTIONS[this.strategy];
  }

  withCriteria(extraCriteria: readonly ColumnElement<unknown>[]): LoadElement {
    return new LoadElement({ ...this.#init(), extraCriteria });
  }

  withOptions(options: StrategyOptions): LoadElement {
    return new LoadElement({ ...this.#init(), options: { ...this.options, ...options } });
  }

  #init(): ConstructorParameters<typeof LoadElement>[0] {
    return {
      kind: this.kind,
      steps: this.steps,
      wildcardEntity: this.wildcardEntity,
      strategy: this.strategy,
      options: this.options,
      ofType: this.ofType,
      extraCriteria: this.extraCriteria,
      propagateToLoaders: this.propagateToLoaders,
    };
  }

  _cacheKey(key: CacheKey): void {
    key.add(this.kind);
    key.add(this.steps.length);
    for (const step of this.steps) {
      // mappers by their number, aliases by their structure, so that an alias made anew has the same key
      key.plain(step.entity);
      key.add(step.property.key);
    }
    key.plain(this.wildcardEntity);
    key.plain(this.strategy);
    key.record(this.options);
    key.plain(this.ofType);
    key.keyed(this.extraCriteria);
    key.plain(this.propagateToLoaders);
  }
}
