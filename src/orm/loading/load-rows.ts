import type { Connection } from "../../engine/connection.ts";
import type { MaybePromise } from "../../engine/driver.ts";
import { ArgumentError, DataError, InvalidRequestError } from "../../errors.ts";
import type { Compiled, ParameterRecord } from "../../sql/compiler/compiled.ts";
import type { ClauseElement } from "../../sql/elements/clause-element.ts";
import type { OrmCompileState, OrmStatement } from "../query/orm-compile-state.ts";
import type { RelationshipProperty } from "../relationship/relationship-property.ts";
import type { SessionInternals } from "../session/session-internals.ts";
import { LoadPlan } from "./load-plan.ts";
import { LoadRun } from "./load-run.ts";
import { loadPosts, type PostLoad } from "./post-load.ts";
import type { LoaderOption } from "./loader-option.ts";
import { DEFAULT_LOAD_OPTIONS, type LoadOptions, QueryContext } from "./query-context.ts";

const NOTHING: Readonly<Record<string, unknown>> = Object.freeze({});
const NO_OPTIONS: readonly LoaderOption[] = Object.freeze([]);

/** What a statement of the ORM is run with. */
export interface LoadRequest {
  readonly session: SessionInternals;
  readonly connection: Connection;
  readonly statement: OrmStatement;
  readonly params?: ParameterRecord | readonly ParameterRecord[] | null;
  readonly executionOptions?: Readonly<Record<string, unknown>>;
  readonly loadOptions?: LoadOptions;
  readonly recursion?: ReadonlyMap<RelationshipProperty, number> | null;
}

/** Reads rows into what the caller needs; called when the rows are there. */
export type Consume<T> = (plan: LoadPlan, rows: readonly (readonly unknown[])[], run: LoadRun, rowcount: number) => T;

/** The state that a compiled statement keeps for loading its rows. */
export function ormStateOf(compiled: Compiled): OrmCompileState | null {
  const state = compiled.compileState as { orm?: OrmCompileState } | null;
  return state?.orm ?? null;
}

/**
 * Runs a statement, makes objects of its rows, and then loads what its options say comes after.
 * Where the driver does not wait and nothing comes after, nothing is awaited.
 */
export function loadRows<T>(request: LoadRequest, consume: Consume<T>): MaybePromise<T> {
  const { connection, statement } = request;
  const raw = connection._executeCompiled(statement as ClauseElement, request.params ?? null, request.executionOptions ?? NOTHING);
  return raw instanceof Promise ? raw.then((arrived) => readRows(request, arrived, null, consume)) : readRows(request, raw, null, consume);
}

/** What the connection gives for a statement: rows as the driver made them. */
export interface RawRows {
  readonly compiled: Compiled | null;
  readonly rows: unknown[][];
  readonly rowCount: number;
  readonly columns: readonly string[];
}

/**
 * Makes objects of rows that have arrived.
 * @param given - the state for loading them; null: that of the compiled statement
 */
export function readRows<T>(request: LoadRequest, raw: RawRows, given: OrmCompileState | null, consume: Consume<T>): MaybePromise<T> {
  const { session, connection, statement } = request;
  const { compiled, rows } = raw;
  const state = given ?? (compiled === null ? null : ormStateOf(compiled));
  if (compiled === null || state === null)
    throw new InvalidRequestError("the statement was not compiled by the ORM: it selects nothing that is mapped");
  let { plan } = state;
  if (plan === null) state.plan = plan = new LoadPlan(state, compiled, raw.columns);
  const params = Array.isArray(request.params) ? null : ((request.params as ParameterRecord | null | undefined) ?? null);
  const context = new QueryContext(
    session,
    connection,
    state,
    statement,
    params,
    request.executionOptions ?? NOTHING,
    request.loadOptions ?? DEFAULT_LOAD_OPTIONS,
    request.recursion ?? null,
  );
  plan.prepare(rows.length);
  const propagated = context.options.length === 0 ? NO_OPTIONS : context.options.filter((option) => option.propagateToLoaders);
  // what comes alone has no peers
  const peers = rows.length > 1 && (context.executionOptions["peerLoading"] ?? session.peerLoading) !== false;
  const run = new LoadRun(context, propagated.length === 0 ? NO_OPTIONS : propagated, plan.collections, peers);
  const result = consumed(plan, rows, run, raw.rowCount, consume);
  run.finishRows();
  if (run.posts.length === 0) return result;
  return postLoad(plan, run, result);
}

function consumed<T>(plan: LoadPlan, rows: readonly (readonly unknown[])[], run: LoadRun, rowcount: number, consume: Consume<T>): T {
  try {
    return consume(plan, rows, run, rowcount);
  } catch (error) {
    throw error instanceof DataError || error instanceof ArgumentError ? plan.layout.blame(error, rows) : error;
  }
}

async function postLoad<T>(plan: LoadPlan, run: LoadRun, result: T): Promise<T> {
  const posts: PostLoad[] = [];
  for (const [slot, queue] of run.posts.entries()) if (queue !== undefined) posts.push({ loader: plan.posts[slot]!, ...queue });
  await loadPosts(run.context, posts);
  return result;
}
