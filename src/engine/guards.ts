import { ArgumentError, MaxRowsExceededError, MissingWhereError } from "../errors.ts";
import { kindOf } from "../sql/types/processors.ts";
import type { ExecuteOptions } from "./driver.ts";
import type { ExecutionOptions } from "./execution-context.ts";

/** What holds a program back from more than it means to do; for an engine, and as execution options for what is to be excepted. */
export interface GuardOptions {
  /** an UPDATE or DELETE without WHERE is refused with a {@link MissingWhereError} */
  readonly requireWhere?: boolean | null;
  /** the most rows that a result may have; more of them are a {@link MaxRowsExceededError}. null for any number */
  readonly maxRows?: number | null;
}

/** Those that are given, for the execution options of an engine. */
export function guardsOf(options: GuardOptions): GuardOptions {
  const guards: { -readonly [K in keyof GuardOptions]: GuardOptions[K] } = {};
  const { requireWhere, maxRows } = options;
  if (Object.hasOwn(options, "requireWhere") && requireWhere !== undefined) guards.requireWhere = isWhereRequired({ requireWhere });
  if (Object.hasOwn(options, "maxRows") && maxRows !== undefined) guards.maxRows = maxRowsOf({ maxRows });
  return guards;
}

/** An option that is there and undefined would lift a guard that nobody meant to lift. */
function isWhereRequired(options: ExecutionOptions): boolean {
  if (!Object.hasOwn(options, "requireWhere")) return false;
  const given = options["requireWhere"];
  if (given === true || given === false) return given;
  if (given === null) return false;
  throw new ArgumentError(`requireWhere is true or false, not ${kindOf(given)}`);
}

function maxRowsOf(options: ExecutionOptions): number | null {
  const given = options["maxRows"];
  if (given === null || (Number.isInteger(given) && (given as number) > 0)) return given as number | null;
  throw new ArgumentError(
    `maxRows is a whole number, at least 1, or null for any number of rows, not ${typeof given === "number" ? given : kindOf(given)}`,
  );
}

/**
 * Refuses a statement that has no WHERE, where one is required.
 * @param unfiltered - what has none: `DELETE of "users"`
 */
export function checkWhere(unfiltered: string, options: ExecutionOptions): void {
  if (!isWhereRequired(options)) return;
  throw new MissingWhereError(
    `The ${unfiltered} has no WHERE and would meet all rows of the table, which requireWhere forbids. Give it where(); where(true_()) says that ` +
      "all rows are meant, and executionOptions({ requireWhere: false }) of the statement that is executed lifts the guard.",
  );
}

/** The driver's options with the budget of rows that an execution has. */
export function withMaxRows(driverOptions: ExecuteOptions, options: ExecutionOptions): ExecuteOptions {
  const maxRows = maxRowsOf(options);
  return maxRows === null ? driverOptions : { ...driverOptions, maxRows };
}

/** The error for a result with more rows than it may have. */
export function tooManyRows(maxRows: number, statement: string): MaxRowsExceededError {
  return new MaxRowsExceededError(
    `The result has more than ${maxRows} ${maxRows === 1 ? "row" : "rows"}, which is what maxRows allows. Ask for less by where(), for a page by limit(), ` +
      "or let it be long: executionOptions({ maxRows: null }) of the statement or the connection, or a higher number.",
    maxRows,
    statement,
  );
}
