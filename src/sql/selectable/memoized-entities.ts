import type { CacheKey, HasCacheKey } from "../base/cache-key.ts";
import type { ClauseElement } from "../elements/clause-element.ts";
import type { ExecutableOption } from "./executable-rows.ts";
import type { Select, SetupJoin } from "./select.ts";

/**
 * The columns, joins and options of a SELECT from before its columns were replaced: the joins were asked for
 * in terms of those columns, and are resolved with them.
 */
export class MemoizedSelectEntities implements HasCacheKey {
  readonly _rawColumns: readonly ClauseElement[];
  readonly _setupJoins: readonly SetupJoin[];
  readonly _withOptions: readonly ExecutableOption[];

  constructor(columns: readonly ClauseElement[], joins: readonly SetupJoin[], options: readonly ExecutableOption[]) {
    this._rawColumns = columns;
    this._setupJoins = joins;
    this._withOptions = options;
  }

  /** @internal */
  _cacheKey(key: CacheKey): void {
    key.keyed(this._rawColumns);
    key.plains(this._setupJoins);
    key.keyed(this._withOptions);
  }

  /** Puts the columns, joins and options of a statement aside; the statement is changed in place. @internal */
  static _generateForStatement(select: Select<unknown>): void {
    if (select._setupJoins.length === 0 && select._withOptions.length === 0) return;
    const memoized = new MemoizedSelectEntities(select._rawColumns, select._setupJoins, select._withOptions);
    select._memoizedSelectEntities = [...select._memoizedSelectEntities, memoized];
    select._rawColumns = [];
    select._setupJoins = [];
    select._withOptions = [];
  }
}
