import type { BoundStatement, Compiled, ParameterRecord } from "../sql/compiler/compiled.ts";
import type { CacheUse } from "../log.ts";
import type { Connection } from "./connection.ts";
import type { Dialect } from "./dialect.ts";
import type { DriverConnection } from "./driver.ts";
import type { Engine } from "./engine.ts";

/** Options of an execution, by name. */
export type ExecutionOptions = Readonly<Record<string, unknown>>;

/**
 * One execution of a statement, as event listeners see it. All batches of an execution share one context.
 * @see https://docs.sqlalchemy.org/en/21/core/internals.html#sqlalchemy.engine.ExecutionContext
 */
export class ExecutionContext {
  readonly connection: Connection;
  /** null for text that is sent as it is (`execDriverSql`, savepoints) */
  readonly compiled: Compiled | null;
  readonly executionOptions: ExecutionOptions;
  /** the text that is sent */
  statement: string;
  /** the values in the order of the placeholders; a list of such lists when `executemany` is true */
  parameters: readonly unknown[];
  /** the values by name that were given to `execute()` */
  readonly namedParameters: ParameterRecord | readonly ParameterRecord[] | null;
  /** the parameters of the statement that is executed, in the order of its cache key */
  readonly binds: readonly object[] | null;
  executemany: boolean;
  /** how the compiled form was come by */
  readonly cacheUse: CacheUse;
  /** when it was compiled, by `performance.now()` */
  readonly compiledAt: number;
  /** how long compiling took for this execution, in milliseconds */
  readonly compileTime: number;
  /** The driver's connection, once the statement is under way. */
  cursor: DriverConnection | null = null;
  rowcount = -1;
  lastInsertId: number | bigint | null = null;
  /** the name of the parameter at a place of the statement that is under way, where it is one for many rows @internal */
  _parameterName: ((place: number) => string | null) | null = null;
  /** what was bound for an INSERT of one row, from which its primary key is known @internal */
  _bound: BoundStatement | null = null;

  constructor(
    connection: Connection,
    compiled: Compiled | null,
    statement: string,
    parameters: readonly unknown[],
    namedParameters: ParameterRecord | readonly ParameterRecord[] | null,
    binds: readonly object[] | null,
    executemany: boolean,
    executionOptions: ExecutionOptions,
    cacheUse: CacheUse,
    compiledAt: number,
    compileTime: number,
  ) {
    this.connection = connection;
    this.compiled = compiled;
    this.statement = statement;
    this.parameters = parameters;
    this.namedParameters = namedParameters;
    this.binds = binds;
    this.executemany = executemany;
    this.executionOptions = executionOptions;
    this.cacheUse = cacheUse;
    this.compiledAt = compiledAt;
    this.compileTime = compileTime;
  }

  /** Whether the compiled form was in the cache; null where nothing was compiled. */
  get cacheHit(): boolean | null {
    return this.cacheUse === "raw" ? null : this.cacheUse === "hit";
  }

  get engine(): Engine {
    return this.connection.engine;
  }

  get dialect(): Dialect {
    return this.connection.dialect;
  }

  get isinsert(): boolean {
    return this.compiled?.isInsert ?? false;
  }

  get isupdate(): boolean {
    return this.compiled?.isUpdate ?? false;
  }

  get isdelete(): boolean {
    return this.compiled?.isDelete ?? false;
  }

  get isddl(): boolean {
    return this.compiled?.isDdl ?? false;
  }
}
