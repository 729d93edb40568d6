import type { ClauseElement } from "../elements/clause-element.ts";
import type { ExecutionOptions } from "./executable.ts";
import type { SqlDialect } from "./sql-dialect.ts";

/** What DDL needs of a connection: a Connection of the engine is one. */
export interface StatementRunner {
  readonly dialect: SqlDialect;
  /** Runs a statement and waits for it. */
  execute(statement: ClauseElement, params?: null, options?: ExecutionOptions): PromiseLike<unknown>;
  /** Runs SQL text of the dialect's own, for looking up what exists. */
  execDriverSql(
    sql: string,
    values?: readonly unknown[],
    options?: ExecutionOptions,
  ): PromiseLike<unknown> & { all(): PromiseLike<readonly (readonly unknown[])[]> };
  /** The options that were set for everything on this connection: `schemaTranslateMap`, … */
  getExecutionOptions(): ExecutionOptions;
  /** There is no database: nothing can be looked up. */
  readonly isMock?: boolean;
}

const ANY_NUMBER: ExecutionOptions = Object.freeze({ maxRows: null });

/** A runner for reading the catalogue, which is read whole whatever `maxRows` is for the program's own results. */
export function forCatalogue(runner: StatementRunner): StatementRunner {
  if (!Object.hasOwn(runner.getExecutionOptions(), "maxRows")) return runner;
  return {
    dialect: runner.dialect,
    execute: (statement) => runner.execute(statement, null, ANY_NUMBER),
    execDriverSql: (sql, values) => runner.execDriverSql(sql, values, ANY_NUMBER),
    getExecutionOptions: () => runner.getExecutionOptions(),
  };
}

/** Answers what exists in a database. Schemas are given as the database knows them, after translation; null is the default one. */
export interface SchemaInventory {
  hasTable(name: string, schema: string | null): Promise<boolean>;
  hasIndex(table: string, name: string, schema: string | null): Promise<boolean>;
  hasSequence(name: string, schema: string | null): Promise<boolean>;
  /** types that were created by name: enums and domains */
  hasType(name: string, schema: string | null): Promise<boolean>;
  /** those of the tables and views that are there */
  hasTables(names: readonly string[], schema: string | null): Promise<ReadonlySet<string>>;
  hasTrigger(table: string, name: string, schema: string | null): Promise<boolean>;
  /** functions and procedures; `signature` has the types of the parameters, in brackets, where they tell routines of one name apart */
  hasRoutine(kind: "function" | "procedure", name: string, schema: string | null, signature: string): Promise<boolean>;
  /** Makes the database content with dropping tables that refer to each other in any order, where it has no ALTER. */
  beforeCircularDrop(): Promise<void>;
}

/** What gives a runner for the time of a transaction: an Engine is one. */
export interface RunnerSource {
  /** Calls a function with a runner in a transaction, which is committed when it returns. */
  begin<R>(fn: (runner: StatementRunner) => R | PromiseLike<R>): Promise<R>;
}

/** An engine or a connection. */
export type DdlBind = StatementRunner | RunnerSource;

/** Runs a function with a runner: the connection that was given, or one of the engine's, in a transaction. */
export function withRunner<R>(bind: DdlBind, fn: (runner: StatementRunner) => Promise<R>): Promise<R> {
  if (typeof (bind as Partial<StatementRunner>).execute === "function") return fn(bind as StatementRunner);
  return (bind as RunnerSource).begin(fn);
}
