import type { Connection } from "../../engine/connection.ts";
import type { MaybePromise } from "../../engine/driver.ts";
import type { Engine } from "../../engine/engine.ts";
import { PendingResult } from "../../engine/result/pending-result.ts";
import { Result } from "../../engine/result/result.ts";
import { ArgumentError } from "../../errors.ts";
import type { ParameterRecord } from "../../sql/compiler/compiled.ts";
import type { ClauseElement } from "../../sql/elements/clause-element.ts";
import { executeOrm } from "../late.ts";
import type { Mapper } from "../mapping/mapper.ts";
import { tokenOf } from "../state/identity-token.ts";
import { OrmExecuteState } from "./orm-execute-state.ts";
import { mapperOf } from "./mapper-of.ts";
import type { SessionCore } from "./session-core.ts";

/** Options of one execution. */
export interface ExecuteOptions {
  readonly executionOptions?: Readonly<Record<string, unknown>>;
  /** which engine to use, for sessions with several */
  readonly bindArguments?: { readonly mapper?: object; readonly bind?: object };
}

export type ExecuteParams = ParameterRecord | readonly ParameterRecord[] | null;

interface PropagateAttrs {
  readonly compileStatePlugin?: unknown;
  readonly pluginSubject?: Mapper;
}

const NO_OPTIONS: Readonly<Record<string, unknown>> = Object.freeze({});

/** Starts a statement; it runs whether or not the result is awaited. The options may stand in the place of the parameters. */
export function execute(
  core: SessionCore,
  operation: string,
  statement: object,
  given: ExecuteParams | ExecuteOptions | undefined,
  more: ExecuteOptions | undefined,
): PendingResult<never> {
  const [params, options] = splitArguments(given, more);
  return new PendingResult(
    () => run(core, operation, statement as ClauseElement, params, options) as never,
    core.watcher,
  ) as PendingResult<never>;
}

async function run(
  core: SessionCore,
  operation: string,
  statement: ClauseElement,
  params: ExecuteParams,
  options: ExecuteOptions | undefined,
): Promise<Result<unknown>> {
  core.checkActive(operation);
  core.guard.enter(operation, statement);
  try {
    return await perform(core, statement, params, options, EXECUTE);
  } finally {
    core.guard.leave();
  }
}

/** `execute(stmt, options)` and `execute(stmt, params, options)`. */
export function splitArguments(
  params: ExecuteParams | ExecuteOptions | undefined,
  options: ExecuteOptions | undefined,
): [ExecuteParams, ExecuteOptions | undefined] {
  if (params === undefined || params === null) return [null, options];
  if (options === undefined && isOptions(params)) return [null, params];
  return [params as ExecuteParams, options];
}

function isOptions(value: object): value is ExecuteOptions {
  if (Array.isArray(value)) return false;
  const keys = Object.keys(value);
  return (
    keys.length > 0 &&
    keys.every(
      (key) => (key === "executionOptions" || key === "bindArguments") && typeof (value as Record<string, unknown>)[key] === "object",
    )
  );
}

/** How a statement is run, once it is known what it is. */
export interface StatementRunner<R> {
  orm(core: SessionCore, statement: ClauseElement, params: ExecuteParams, options: Readonly<Record<string, unknown>>): MaybePromise<R>;
  core(
    connection: Connection,
    statement: ClauseElement,
    params: ExecuteParams,
    options: Readonly<Record<string, unknown>>,
  ): MaybePromise<R>;
  /** what a listener gave in the database's stead */
  given(result: Result<unknown>): R;
}

const EXECUTE: StatementRunner<Result<unknown>> = {
  orm: (core, statement, params, options) => executeOrm.call(core, statement, params, options),
  core: (connection, statement, params, options) =>
    connection.execute(statement as never, params as never, options) as unknown as Promise<Result<unknown>>,
  given: (result) => result,
};

/** Runs a statement for an operation that holds the session's guard. */
export async function perform<R = Result<unknown>>(
  core: SessionCore,
  statement: ClauseElement,
  params: ExecuteParams,
  options: ExecuteOptions | undefined,
  runner: StatementRunner<R>,
): Promise<R> {
  const listeners = core.dispatch.on.doOrmExecute;
  const executionOptions = optionsOf(options);
  if (listeners === null) return invoke(core, statement, params, executionOptions, options, runner);
  const state = new OrmExecuteState(
    core.face,
    statement,
    params,
    isOrm(statement),
    core.executionOptions,
    executionOptions,
    (each, inner) => core.guard.run("invokeStatement()", () => invoke(core, inner, params, each.localExecutionOptions, options, EXECUTE)),
  );
  for (const listener of listeners) {
    const given = await core.guard.lend(() => listener(state));
    // a listener may answer in the database's stead
    if (given instanceof Result) return runner.given(given as Result<unknown>);
  }
  return invoke(core, state.statement, params, state.localExecutionOptions, options, runner);
}

function isOrm(statement: ClauseElement): boolean {
  // whatever is no statement is refused where statements are prepared
  return (statement as { _propagateAttrs?: PropagateAttrs } | null | undefined)?._propagateAttrs?.compileStatePlugin === "orm";
}

/** Those of the call; the session's and the statement's own give way to them. */
function optionsOf(options: ExecuteOptions | undefined): Readonly<Record<string, unknown>> {
  const own = options?.executionOptions;
  if (own === undefined) return NO_OPTIONS;
  if (typeof own !== "object" || own === null) throw new ArgumentError("executionOptions is an object, such as { populateExisting: true }");
  return own;
}

async function invoke<R>(
  core: SessionCore,
  statement: ClauseElement,
  params: ExecuteParams,
  executionOptions: Readonly<Record<string, unknown>>,
  options: ExecuteOptions | undefined,
  runner: StatementRunner<R>,
): Promise<R> {
  const orm = isOrm(statement);
  // Core's own statements about mapped classes (MERGE, EXPLAIN) see what the session has too
  if (orm || subjectOf(statement) !== undefined) {
    const carried = (statement as { _executionOptions?: Readonly<Record<string, unknown>> })._executionOptions;
    if ((executionOptions["autoflush"] ?? carried?.["autoflush"] ?? core.executionOptions["autoflush"]) !== false) {
      const flushed = core.autoflushNow();
      if (flushed !== null) await flushed;
    }
  }
  if (orm) {
    if (core.options.getBind === undefined && options?.bindArguments === undefined)
      return runner.orm(core, statement, params, executionOptions);
    const before = core.routing;
    core.routing = { clause: statement, bind: namedBind(core, statement, executionOptions, options) };
    try {
      return await runner.orm(core, statement, params, executionOptions);
    } finally {
      core.routing = before;
    }
  }
  const connection = await connectionForStatement(core, statement, executionOptions, options);
  const merged = withSessionOptions(core, statement, executionOptions);
  return runner.core(connection, statement, params, merged);
}

/** The connection puts the statement's own options before those that it is given, and the session's come before both. */
function withSessionOptions(
  core: SessionCore,
  statement: ClauseElement,
  local: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  if (Object.keys(core.executionOptions).length === 0) return local;
  const own = (statement as { _executionOptions?: Readonly<Record<string, unknown>> } | null | undefined)?._executionOptions;
  return { ...core.executionOptions, ...own, ...local };
}

function connectionForStatement(
  core: SessionCore,
  statement: ClauseElement,
  executionOptions: Readonly<Record<string, unknown>>,
  options: ExecuteOptions | undefined,
): Connection | Promise<Connection> {
  const named = namedBind(core, statement, executionOptions, options);
  return core.connectionForBind(named ?? bindFor(core, subjectOf(statement) ?? null, statement, executionOptions));
}

/** The engine that a call names, by itself or by a class. */
function namedBind(
  core: SessionCore,
  statement: ClauseElement,
  executionOptions: Readonly<Record<string, unknown>>,
  options: ExecuteOptions | undefined,
): Engine | Connection | null {
  const { bind, mapper } = options?.bindArguments ?? {};
  if (bind !== undefined) return bind as Engine | Connection;
  return mapper === undefined ? null : bindFor(core, mapperOf(mapper), statement, executionOptions);
}

/** The engine that the session has for a statement. Only a rule of the program's own asks for the token. */
function bindFor(
  core: SessionCore,
  mapper: Mapper | null,
  statement: ClauseElement,
  executionOptions: Readonly<Record<string, unknown>>,
): Engine | Connection {
  if (core.options.getBind === undefined) return core.bindFor(mapper, statement);
  const own = (statement as { _executionOptions?: Readonly<Record<string, unknown>> } | null | undefined)?._executionOptions;
  return core.bindFor(mapper, statement, tokenOf({ ...core.executionOptions, ...own, ...executionOptions }));
}

/** The mapper that a statement is about. */
export function subjectOf(statement: ClauseElement): Mapper | undefined {
  return (statement as { _propagateAttrs?: PropagateAttrs } | null | undefined)?._propagateAttrs?.pluginSubject as Mapper | undefined;
}
