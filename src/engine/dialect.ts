import type { StatementRunner } from "../sql/base/statement-runner.ts";
import type { DialectReflection } from "./reflection/dialect-reflection.ts";
import type { SqlDialect } from "../sql/base/sql-dialect.ts";
import type { Driver, DriverConnection, MaybePromise } from "./driver.ts";
import type { TwoPhaseSql } from "./two-phase.ts";
import type { Url } from "./url.ts";

/** How connections are kept for a URL, unless `createEngine` is told. */
export type PoolKind = "queue" | "static" | "null";

/** What a server told about itself when the first connection was made. */
export interface ServerInfo {
  readonly version: readonly number[] | null;
  readonly defaultSchemaName: string | null;
  readonly defaultIsolationLevel: string | null;
}

/**
 * A database as the engine sees it: what the SQL layer needs, and how to connect, to begin and to end transactions.
 * @see https://docs.sqlalchemy.org/en/21/core/internals.html
 */
export interface Dialect extends SqlDialect {
  readonly driver: Driver;
  /** the version of the server, once an engine has connected */
  readonly serverVersionInfo: readonly number[] | null;
  /** isolation levels that `isolationLevel` may name, "AUTOCOMMIT" among them */
  readonly isolationLevels: readonly string[];
  /** execution options that hold for all engines of this dialect object, unless they are told otherwise */
  readonly defaultExecutionOptions: Readonly<Record<string, unknown>>;
  readonly supportsSavepoints: boolean;

  /** "Users" and "users" are the same table */
  readonly tableNamesIgnoreCase: boolean;

  /** Reads the catalogue of the database that a connection is to. */
  reflection(runner: StatementRunner): DialectReflection;
  /** How connections are kept for this URL. */
  poolKind(url: Url): PoolKind;
  /** Checks the URL, at `createEngine`. @throws ArgumentError */
  checkUrl(url: Url): void;
  /** Asks the server for its version and more, on the first connection of an engine. */
  initialize(connection: DriverConnection): MaybePromise<void>;
  /** The isolation level that a connection has now. */
  getIsolationLevel(connection: DriverConnection): MaybePromise<string>;
  /** The level that connections have unless told otherwise. */
  readonly defaultIsolationLevel: string | null;

  /** null where transactions cannot be committed in two steps */
  readonly twoPhaseSql: TwoPhaseSql | null;
  savepointSql(name: string): string;
  rollbackToSavepointSql(name: string): string;
  releaseSavepointSql(name: string): string;
}
