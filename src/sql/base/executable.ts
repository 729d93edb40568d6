import { ArgumentError } from "../../errors.ts";
import { ClauseElement } from "../elements/clause-element.ts";
import type { HasCacheKey } from "./cache-key.ts";
import { shallowCopy } from "./generative.ts";
import type { Field } from "./traversal.ts";

/** Options that travel with a statement to its execution. */
export type ExecutionOptions = Readonly<Record<string, unknown>>;

/** What a statement carries beside its SQL. */
export interface Executable {
  /** @internal */
  _executionOptions: ExecutionOptions;
  /** Loader options and the like. @internal */
  _withOptions: readonly HasCacheKey[];
}

export const NO_EXECUTION_OPTIONS: ExecutionOptions = Object.freeze({});
export const NO_OPTIONS_LIST: readonly HasCacheKey[] = Object.freeze([]);

/** The fields of {@link Executable}, for the lists of its classes. */
export const EXECUTABLE_FIELDS: readonly Field[] = [
  ["_withOptions", "keyed"],
  ["_executionOptions", "carried"],
];

/** A copy with further execution options. */
export function withExecutionOptions<E extends ClauseElement & Executable>(statement: E, options: ExecutionOptions): E {
  if (typeof options !== "object" || options === null) {
    throw new ArgumentError("executionOptions() takes one object, such as { streamResults: true }.");
  }
  const copy = generate(statement);
  copy._executionOptions = Object.freeze({ ...statement._executionOptions, ...options });
  return copy;
}

/** A copy with further options. */
export function withOptions<E extends ClauseElement & Executable>(statement: E, options: readonly object[]): E {
  for (const option of options) {
    if (typeof (option as Partial<HasCacheKey> | null)?._cacheKey !== "function") {
      throw new ArgumentError(`options() takes loader options and the like; got ${String(option)}.`);
    }
  }
  const copy = generate(statement);
  copy._withOptions = [...statement._withOptions, ...(options as readonly HasCacheKey[])];
  return copy;
}

/** A copy to be changed: it is no longer the element that was annotated. */
export function generate<E extends ClauseElement>(element: E): E {
  const copy = shallowCopy(element);
  if (copy._annotatedFrom !== null) copy._annotatedFrom = null;
  copy._forget();
  return copy;
}

/** The root of statements that are no SELECT, INSERT, UPDATE or DELETE: text, DDL, sequences. */
export abstract class ExecutableClause extends ClauseElement implements Executable {
  declare _executionOptions: ExecutionOptions;
  declare _withOptions: readonly HasCacheKey[];

  /** A copy with options for its execution; later ones win. */
  executionOptions(options: ExecutionOptions): this {
    return withExecutionOptions(this, options);
  }

  /** The options that were set by {@link executionOptions}. */
  getExecutionOptions(): ExecutionOptions {
    return this._executionOptions;
  }

  /** A copy with loader options and the like. */
  options(...options: readonly object[]): this {
    return withOptions(this, options);
  }
}

ExecutableClause.prototype._executionOptions = NO_EXECUTION_OPTIONS;
ExecutableClause.prototype._withOptions = NO_OPTIONS_LIST;
