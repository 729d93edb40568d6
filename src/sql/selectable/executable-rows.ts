import type { CacheKey, HasCacheKey } from "../base/cache-key.ts";
import { generate, withExecutionOptions, withOptions, type Executable } from "../base/executable.ts";
import type { Field } from "../base/traversal.ts";
import type { ClauseElement } from "../elements/clause-element.ts";
import { applyPropagateAttrs, clauseOf } from "../base/coercions.ts";
import type { Cte } from "./cte.ts";
import { fixesOf, type Fix, type FixArgument } from "./hints.ts";
import { ReturnsRows } from "./returns-rows.ts";

/** Options of a statement that change how it is compiled or how its rows are loaded (loader options of the ORM). */
export type ExecutableOption = HasCacheKey;

/** A hint on a whole statement: the dialect that it is meant for ("*" for all), and its text. */
export type StatementHint = readonly [dialect: string, text: string];

const NONE: readonly never[] = Object.freeze([]);
const NOTHING: Readonly<Record<string, never>> = Object.freeze({});

/** The fields that every statement with rows has. */
export const EXECUTABLE_FIELDS: readonly Field[] = [
  ["_independentCtes", "clauses"],
  ["_independentCtesNested", "plains"],
  ["_prefixes", "clausePairs"],
  ["_suffixes", "clausePairs"],
  ["_statementHints", "plains"],
  ["_withOptions", "keyed"],
  ["_dialectOptions", "plainRecord"],
  ["_pluginKey", "plain", null],
  ["_executionOptions", "carried"],
  ["_propagateAttrs", "carried"],
];

/** The arguments of `addCte()`: CTEs, and options behind them. */
export type AddedCtes = readonly [...Cte<object>[], { readonly nestHere?: boolean }] | readonly Cte<object>[];

/** The CTEs that a statement has without selecting from them, and whether each belongs to the statement itself. */
export interface IndependentCtes {
  readonly _independentCtes: readonly Cte[];
  readonly _independentCtesNested: readonly boolean[];
}

/** Those of a statement with further ones. */
export function moreCtes(statement: IndependentCtes, added: AddedCtes): IndependentCtes {
  const last = added.at(-1);
  const hasOptions = last !== undefined && clauseOf(last) === null;
  const list = (hasOptions ? added.slice(0, -1) : added) as readonly Cte[];
  const nestHere = hasOptions ? ((last as { nestHere?: boolean }).nestHere ?? false) : false;
  return {
    _independentCtes: [...statement._independentCtes, ...list],
    _independentCtesNested: [...statement._independentCtesNested, ...list.map(() => nestHere)],
  };
}

/** What can be executed and may give rows: SELECT and its like, INSERT, UPDATE and DELETE. */
export abstract class ExecutableReturnsRows extends ReturnsRows implements Executable {
  /** Statements are copied with every method that changes them, so their copies are made fast. @internal */
  static readonly fixedFields: boolean = true;

  /** @internal */
  override _keptKey: CacheKey | null = null;
  /** @internal */
  _independentCtes: readonly Cte[] = NONE;
  /** @internal */
  _independentCtesNested: readonly boolean[] = NONE;
  /** @internal */
  _prefixes: readonly Fix[] = NONE;
  /** @internal */
  _suffixes: readonly Fix[] = NONE;
  /** @internal */
  _statementHints: readonly StatementHint[] = NONE;
  /** The options given by `options()`. */
  _withOptions: readonly ExecutableOption[] = NONE;
  /** @internal */
  _executionOptions: Readonly<Record<string, unknown>> = NOTHING;
  /** @internal */
  _dialectOptions: Readonly<Record<string, unknown>> = NOTHING;

  /** The layer that compiles this statement; part of the key, since the same columns compile differently with it. @internal */
  get _pluginKey(): unknown {
    return this._propagateAttrs.compileStatePlugin ?? null;
  }

  /** A copy to change. @internal */
  _generate(): this {
    return generate(this);
  }

  /** Takes over the layer (the ORM) that a part of the statement belongs to, and gives the part back. @internal */
  _taken<E extends ClauseElement>(part: E): E {
    applyPropagateAttrs(this, part);
    return part;
  }

  /**
   * Adds options, such as the ORM's loader options.
   * @throws ArgumentError for what is no option
   */
  options(...options: readonly object[]): this {
    return withOptions(this, options);
  }

  /** Sets options that take effect when the statement is executed; later ones win over earlier ones. */
  executionOptions(options: Readonly<Record<string, unknown>>): this {
    return withExecutionOptions(this, options);
  }

  /** The options that were set by {@link executionOptions}. */
  getExecutionOptions(): Readonly<Record<string, unknown>> {
    return this._executionOptions;
  }

  /** Sets options that only one dialect knows, by names that begin with the dialect's (`mysqlLimit`). */
  withDialectOptions(options: Readonly<Record<string, unknown>>): this {
    const copy = this._generate();
    copy._dialectOptions = Object.freeze({ ...this._dialectOptions, ...options });
    return copy;
  }

  /** Adds CTEs that the statement does not select from, so that they are rendered all the same. */
  addCte(...ctes: AddedCtes): this {
    return Object.assign(this._generate(), moreCtes(this, ctes));
  }

  /** @internal */
  _addFixes(to: "_prefixes" | "_suffixes", args: readonly FixArgument[]): this {
    const copy = this._generate();
    copy[to] = [...this[to], ...fixesOf(args)];
    return copy;
  }
}
