import type { Connection } from "../../engine/connection.ts";
import type { Result } from "../../engine/result/result.ts";
import type { ParameterRecord } from "../../sql/compiler/compiled.ts";
import { cacheKeyOf, type ClauseElement } from "../../sql/elements/clause-element.ts";
import type { OrmExecutionOptions } from "../late.ts";
import { ormResult } from "../loading/orm-result.ts";
import { LoadPlan } from "../loading/load-plan.ts";
import { readRows } from "../loading/load-rows.ts";
import { loadOptionsFor } from "../loading/query-context.ts";
import type { SessionInternals } from "../session/session-internals.ts";
import { GivenRowsState } from "./from-statement.ts";
import type { OrmStatement } from "./orm-compile-state.ts";

/** A statement with RETURNING of the ORM. */
export interface ReturningStatement extends OrmStatement {
  readonly _returning: readonly ClauseElement[];
}

const states = new WeakMap<object, Map<string, GivenRowsState>>();

/** Runs a statement of Core and makes objects of the rows that it returns, as the statement of the ORM says. */
export async function readReturning(
  session: SessionInternals,
  connection: Connection,
  core: ClauseElement,
  statement: ReturningStatement,
  params: ParameterRecord | readonly ParameterRecord[] | null,
  options: OrmExecutionOptions,
): Promise<Result> {
  const raw = await connection._executeCompiled(core, params as never, options);
  const text = cacheKeyOf(statement).text;
  let known = states.get(raw.compiled);
  if (known === undefined) states.set(raw.compiled, (known = new Map()));
  let state = known.get(text);
  if (state === undefined) {
    state = new GivenRowsState(statement, statement._returning, null);
    state.plan = new LoadPlan(state, raw.compiled, raw.columns);
    known.set(text, state);
  }
  const populateExisting = options["populateExisting"] === true;
  return readRows(
    {
      session,
      connection,
      statement,
      executionOptions: options,
      loadOptions: loadOptionsFor(populateExisting),
    },
    raw,
    state,
    ormResult,
  );
}
