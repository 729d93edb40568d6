import type { CacheKey, HasCacheKey } from "../../sql/base/cache-key.ts";
import type { OrmCompileState } from "../query/orm-compile-state.ts";

/**
 * An option of a statement that says how things are loaded: `select(…).options(…)`.
 * It is part of the statement's structure: two statements with different options are compiled apart.
 */
export abstract class LoaderOption implements HasCacheKey {
  /** Also counts for what is loaded on demand, later, for the objects of the statement. @internal */
  get propagateToLoaders(): boolean {
    return false;
  }

  /** Whether it carries values of its own (criteria), so that the values of each execution count. @internal */
  get hasBinds(): boolean {
    return false;
  }

  /** Whether it names an alias, which is another object in each statement of the same structure. @internal */
  get isAboutAlias(): boolean {
    return true;
  }

  /** Takes effect on a statement that is being compiled. @internal */
  abstract processCompileState(state: OrmCompileState): void;

  /** The same option with the criteria changed by `adapt`: binds of the compiled statement become those of the executed one. @internal */
  adaptCriteria(_adapt: <E extends object>(element: E) => E): LoaderOption {
    return this;
  }

  /** @internal */
  abstract _cacheKey(key: CacheKey): void;
}
