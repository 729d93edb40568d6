import type { CacheKey, HasCacheKey } from "../../sql/base/cache-key.ts";
import { type LoadPath, ROOT_PATH, writePath } from "../loading/option-paths.ts";
import type { RelationshipProperty } from "../relationship/relationship-property.ts";

interface OrmCompileOptionsInit {
  /** the attributes that lead from the query of the user to this statement */
  readonly currentPath?: LoadPath;
  /** only these attributes are loaded */
  readonly onlyLoadProps?: readonly string[] | null;
  /** one object that is there already is loaded again */
  readonly forRefreshState?: boolean;
  readonly enableEagerloads?: boolean;
  /** conditions of single-table inheritance are added */
  readonly enableSingleCriteria?: boolean;
  /** the relationship that the statement loads, whose order the rows have to come in, after joins */
  readonly outermostOrderBy?: RelationshipProperty | null;
  /** the relationship that the statement loads: what refers back to its parent is not loaded eagerly */
  readonly lazyReverse?: RelationshipProperty | null;
}

/** What the ORM tells the compilation of its own statements. Part of the statement's key. */
export class OrmCompileOptions implements HasCacheKey {
  static readonly DEFAULT: OrmCompileOptions = new OrmCompileOptions({});

  readonly currentPath: LoadPath;
  readonly onlyLoadProps: ReadonlySet<string> | null;
  readonly forRefreshState: boolean;
  readonly enableEagerloads: boolean;
  readonly enableSingleCriteria: boolean;
  readonly outermostOrderBy: RelationshipProperty | null;
  readonly lazyReverse: RelationshipProperty | null;

  constructor(init: OrmCompileOptionsInit) {
    this.currentPath = init.currentPath ?? ROOT_PATH;
    this.onlyLoadProps = init.onlyLoadProps == null ? null : new Set(init.onlyLoadProps);
    this.forRefreshState = init.forRefreshState ?? false;
    this.enableEagerloads = init.enableEagerloads ?? true;
    this.enableSingleCriteria = init.enableSingleCriteria ?? true;
    this.outermostOrderBy = init.outermostOrderBy ?? null;
    this.lazyReverse = init.lazyReverse ?? null;
  }

  /** The options of a SELECT inside of another one. */
  forSubquery(): OrmCompileOptions {
    return new OrmCompileOptions({ enableEagerloads: false, enableSingleCriteria: this.enableSingleCriteria });
  }

  _cacheKey(key: CacheKey): void {
    key.add(`orm${this.forRefreshState ? "r" : ""}${this.enableEagerloads ? "e" : ""}${this.enableSingleCriteria ? "s" : ""}`);
    const { currentPath } = this;
    writePath(currentPath, key);
    key.plains(this.onlyLoadProps === null ? null : [...this.onlyLoadProps]);
    key.plain(this.outermostOrderBy);
    key.plain(this.lazyReverse);
  }
}
