import type { MaybePromise } from "../../engine/driver.ts";
import type { Result } from "../../engine/result/result.ts";
import { InvalidRequestError } from "../../errors.ts";
import type { ParameterRecord } from "../../sql/compiler/compiled.ts";
import type { ClauseElement, PropagateAttrs } from "../../sql/elements/clause-element.ts";
import { Select } from "../../sql/selectable/select.ts";
import { executeOrm as executeOrmSlot, type OrmExecutionOptions } from "../late.ts";
import type { InspectedEntity } from "../mapping/inspected-entity.ts";
import type { Mapper } from "../mapping/mapper.ts";
import { FromStatement } from "../query/from-statement.ts";
import type { OrmStatement } from "../query/orm-compile-state.ts";
import type { SessionInternals } from "../session/session-internals.ts";
import { tokenOf } from "../state/identity-token.ts";
import { loadRows } from "./load-rows.ts";
import { ormResult } from "./orm-result.ts";
import { loadOptionsFor } from "./query-context.ts";

/** How other kinds of statements than SELECT are run; filled by the files for DML. */
export type OrmDmlExecutor = (
  session: SessionInternals,
  statement: ClauseElement,
  params: ParameterRecord | readonly ParameterRecord[] | null,
  options: OrmExecutionOptions,
) => MaybePromise<Result>;

const executors = new Map<string, OrmDmlExecutor>();

export function registerOrmExecutor(kind: "insert" | "update" | "delete", executor: OrmDmlExecutor): void {
  executors.set(kind, executor);
}

/** The mapper that a statement is about, which says on which engine it runs. */
export function mapperOf(statement: ClauseElement): Mapper | null {
  const subject = (statement._propagateAttrs as PropagateAttrs & { pluginSubject?: InspectedEntity | null }).pluginSubject;
  return subject?.mapper ?? null;
}

/** The execution options of a statement together with those of the call and of the session. */
export function mergedOptions(session: SessionInternals, statement: ClauseElement, options: OrmExecutionOptions): OrmExecutionOptions {
  const own = (statement as { _executionOptions?: OrmExecutionOptions })._executionOptions;
  return isEmpty(own) && isEmpty(session.executionOptions) ? options : { ...session.executionOptions, ...own, ...options };
}

function isEmpty(options: object | undefined): boolean {
  if (options === undefined) return true;
  for (const _ in options) return false;
  return true;
}

function executeOrm(
  session: SessionInternals,
  statement: ClauseElement,
  params: ParameterRecord | readonly ParameterRecord[] | null,
  options: OrmExecutionOptions,
): MaybePromise<Result> {
  const kind = statement as { _isInsert?: boolean; _isUpdate?: boolean; _isDelete?: boolean };
  const dml = kind._isInsert === true ? "insert" : kind._isUpdate === true ? "update" : kind._isDelete === true ? "delete" : null;
  if (dml !== null) {
    const executor = executors.get(dml);
    if (executor === undefined)
      throw new InvalidRequestError(`${dml} of mapped classes is not there: import athanor through its entry point`);
    return executor(session, statement, params, options);
  }
  const merged = mergedOptions(session, statement, options);
  const connection = session.connectionFor(mapperOf(statement), tokenOf(merged));
  // UNION and the like give columns: there is nothing to make objects of
  if (!(statement instanceof Select) && !(statement instanceof FromStatement)) {
    const execute = (on: Awaited<typeof connection>): MaybePromise<Result> =>
      on.execute(statement as never, params as never, merged) as never;
    return connection instanceof Promise ? connection.then(execute) : execute(connection);
  }
  const loadOptions = loadOptionsFor(merged["populateExisting"] === true);
  const run = (on: Awaited<typeof connection>): MaybePromise<Result> =>
    loadRows({ session, connection: on, statement: statement as OrmStatement, params, executionOptions: merged, loadOptions }, ormResult);
  return connection instanceof Promise ? connection.then(run) : run(connection);
}

executeOrmSlot.fill(executeOrm as never);
