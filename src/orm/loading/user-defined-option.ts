import type { CacheKey } from "../../sql/base/cache-key.ts";
import { LoaderOption } from "./loader-option.ts";

/**
 * An option of the program's own: `select(Film).options(new FromCache("minutes"))`. It changes nothing by itself; listeners to `doOrmExecute`
 * find it in `userDefinedOptions`. Statements that differ in what it carries are compiled once.
 * @see https://docs.sqlalchemy.org/en/21/orm/session_api.html#sqlalchemy.orm.UserDefinedOption
 * @example
 * class FromCache extends UserDefinedOption<string> {}
 * listen(Session, "doOrmExecute", (state) => {
 *   const option = state.userDefinedOptions.find((each) => each instanceof FromCache);
 *   …
 * });
 */
export class UserDefinedOption<P = unknown> extends LoaderOption {
  /** What the option carries. */
  readonly payload: P;

  constructor(...payload: undefined extends P ? [payload?: P] : [payload: P]) {
    super();
    this.payload = payload[0] as P;
  }

  /**
   * Whether loads on demand and refreshes of the statement's objects have the option, too; a subclass says so by a getter of its own.
   * Loads that belong to the statement, as by `selectinload()`, always have it.
   */
  override get propagateToLoaders(): boolean {
    return false;
  }

  /** What it carries is that of each execution. @internal */
  override get hasBinds(): boolean {
    return true;
  }

  /** @internal */
  override get isAboutAlias(): boolean {
    return false;
  }

  /** @internal */
  override processCompileState(): void {}

  /** @internal */
  override _cacheKey(key: CacheKey): void {
    key.plain(this.constructor);
  }
}
