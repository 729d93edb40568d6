import type { DialectReflection } from "../../engine/reflection/dialect-reflection.ts";
import { ArgumentError } from "../../errors.ts";
import { checkQuery, DefaultDialect } from "../../engine/default-dialect.ts";
import type { PoolKind } from "../../engine/dialect.ts";
import type { Driver, DriverConnection } from "../../engine/driver.ts";
import type { Url } from "../../engine/url.ts";
import type { NestedValues } from "../../sql/base/nested-values.ts";
import type { SqlDialect } from "../../sql/base/sql-dialect.ts";
import type { SchemaInventory, StatementRunner } from "../../sql/base/statement-runner.ts";
import type { TypeEngine } from "../../sql/types/type-engine.ts";
import { SqliteCompiler } from "./compiler.ts";
import { SqliteDdlCompiler } from "./ddl-compiler.ts";
import { nodeSqliteDriver } from "./drivers/node-sqlite.ts";
import { isMemory, SQLITE_QUERY } from "./drivers/sqlite-file.ts";
import { SqliteInventory } from "./inventory.ts";
import { SQLITE_NESTED_VALUES } from "./nested-values.ts";
import { SqliteReflection } from "./reflection.ts";
import { SqliteIdentifierPreparer, SqliteTypeCompiler } from "./type-compiler.ts";
import { adaptSqliteType } from "./types.ts";

const BEGIN_MODES = ["auto", "deferred", "immediate", "exclusive"];

/**
 * SQLite.
 *
 * **Transactions.** BEGIN is sent by athanor, together with the first statement. SQLite has one writer at a time, and a transaction
 * that has read cannot write any more once another one has written. So, with `sqliteBegin: "auto"` (the default), a transaction that was
 * begun by `begin()`, or that begins with a statement which writes, is IMMEDIATE: it waits for its turn at once, and never fails in the
 * middle. One that begins of its own accord with a SELECT is DEFERRED, and reads beside others; if it writes after somebody else has, it
 * gets a `SerializationError` and has to be run again. `"immediate"`, `"deferred"` and `"exclusive"` settle it for all transactions of an
 * engine, or as an execution option for those of a connection.
 *
 * **Locks.** Connections of one process queue for the right to write to a file. A lock of another process is waited for with pauses, up to
 * `timeout` seconds (5; in `connectArgs` or in the URL). The process is never blocked.
 *
 * Foreign keys are enforced on every connection. A database in memory has one connection for the life of the engine.
 * @see https://www.sqlite.org/lang_transaction.html
 */
export class SqliteDialect extends DefaultDialect {
  override readonly name: string = "sqlite";
  override readonly driver: Driver;
  override readonly statementCompiler: SqlDialect["statementCompiler"] = SqliteCompiler;
  override readonly ddlCompiler: SqlDialect["ddlCompiler"] = SqliteDdlCompiler;
  override readonly typeCompiler: SqliteTypeCompiler = new SqliteTypeCompiler(this);
  override readonly identifierPreparer: SqliteIdentifierPreparer = new SqliteIdentifierPreparer();
  override readonly isolationLevels: readonly string[] = ["SERIALIZABLE", "AUTOCOMMIT"];
  override readonly defaultIsolationLevel: string = "SERIALIZABLE";
  override readonly defaultExecutionOptions: Readonly<Record<string, unknown>>;

  override readonly nestedValues: NestedValues = SQLITE_NESTED_VALUES;
  override readonly supportsAlter: boolean = false;
  override readonly supportsDefaultValues: boolean = true;
  // there is no DEFAULT within VALUES, and NULL is no default
  override readonly supportsDefaultMetavalue: boolean = false;
  override readonly supportsEmptyInsert: boolean = false;
  override readonly supportsMultivaluesInsert: boolean = true;
  // rows of RETURNING come in no certain order: they are sent one by one on a prepared statement
  override readonly useInsertManyValues: boolean = false;
  // cheaper than RETURNING, which gathers its rows in a table of its own
  override readonly postfetchLastrowids: boolean = true;
  override readonly updateFromRows: boolean = true;
  override readonly tupleInValues: boolean = true;
  override readonly insertReturning: boolean = true;
  override readonly updateReturning: boolean = true;
  override readonly deleteReturning: boolean = true;
  override readonly updateReturningMultifrom: boolean = true;
  override readonly maxParameters: number = 32_766;
  override readonly enforcesSizes: boolean = false;

  constructor(driver: Driver = nodeSqliteDriver, options: Readonly<Record<string, unknown>> = {}) {
    super();
    this.driver = driver;
    const mode = options["sqliteBegin"];
    if (mode !== undefined && !BEGIN_MODES.includes(mode as string)) {
      throw new ArgumentError(`sqliteBegin is "auto", "deferred", "immediate" or "exclusive", not ${String(mode)}`);
    }
    this.defaultExecutionOptions = mode === undefined ? {} : { sqliteBegin: mode };
  }

  /** The dialect as it renders statements when nothing is connected. */
  static unconnected(): SqliteDialect {
    return new SqliteDialect();
  }

  override poolKind(url: Url): PoolKind {
    return isMemory(url) ? "static" : "queue";
  }

  override checkUrl(url: Url): void {
    if (url.host !== null || url.username !== null || url.password !== null || url.port !== null) {
      throw new ArgumentError(
        "a SQLite URL has no host: sqlite:///films.db is a path relative to the current folder, sqlite:////srv/films.db an absolute one, sqlite:// a database in memory",
      );
    }
    checkQuery(url, SQLITE_QUERY);
  }

  override initialize(connection: DriverConnection): void {
    const { rows } = connection.execute("SELECT sqlite_version()", [], {}) as { rows: unknown[][] };
    this.serverVersionInfo = String(rows[0]![0]).split(".").map(Number);
    this.defaultSchemaName = "main";
  }

  override getIsolationLevel(): string {
    return "SERIALIZABLE";
  }

  override adaptType<V>(type: TypeEngine<V>): TypeEngine<V> {
    return adaptSqliteType(type);
  }

  override readonly tableNamesIgnoreCase: boolean = true;

  override reflection(runner: StatementRunner): DialectReflection {
    return new SqliteReflection(runner);
  }

  override inventory(runner: StatementRunner): SchemaInventory {
    return new SqliteInventory(runner);
  }
}
