import type { DialectReflection } from "../../engine/reflection/dialect-reflection.ts";
import { ArgumentError } from "../../errors.ts";
import { checkQuery, DefaultDialect } from "../../engine/default-dialect.ts";
import type { PoolKind } from "../../engine/dialect.ts";
import type { Driver, DriverConnection } from "../../engine/driver.ts";
import type { Url } from "../../engine/url.ts";
import type { TwoPhaseSql } from "../../engine/two-phase.ts";
import type { NestedValues } from "../../sql/base/nested-values.ts";
import type { SqlDialect } from "../../sql/base/sql-dialect.ts";
import type { SchemaInventory, StatementRunner } from "../../sql/base/statement-runner.ts";
import type { TypeEngine } from "../../sql/types/type-engine.ts";
import { PostgresqlCompiler } from "./compiler.ts";
import { PostgresqlInventory } from "./inventory.ts";
import { PostgresqlReflection } from "./reflection.ts";
import { PostgresqlDdlCompiler } from "./ddl-compiler.ts";
import "./functions.ts";
import { pgDriver } from "./drivers/pg.ts";
import { POSTGRESQL_QUERY } from "./drivers/pg-config.ts";
import { pgliteDriver } from "./drivers/pglite.ts";
import { POSTGRESQL_NESTED_VALUES } from "./nested-values.ts";
import { PostgresqlIdentifierPreparer, PostgresqlTypeCompiler } from "./type-compiler.ts";
import { adaptPostgresqlType } from "./types.ts";
import { postgresqlTwoPhase } from "./two-phase.ts";

/**
 * PostgreSQL.
 *
 * BEGIN is sent in one packet with the first statement of a transaction, and the isolation level with it, so that no level outlives
 * its transaction. The execution options `postgresqlReadonly` and `postgresqlDeferrable` are part of BEGIN too. Statements are prepared
 * under names, of which each connection keeps 100 (`preparedStatementCacheSize`; 0 prepares none, for poolers that cannot).
 * All connections have `TimeZone` UTC.
 * @see https://www.postgresql.org/docs/current/sql-begin.html
 */
export class PostgresqlDialect extends DefaultDialect {
  override readonly name: string = "postgresql";
  override readonly nameAliases: readonly string[] = ["postgres"];
  override readonly driver: Driver;
  override readonly paramstyle: "qmark" | "dollar" = "dollar";
  override readonly statementCompiler: SqlDialect["statementCompiler"] = PostgresqlCompiler;
  override readonly ddlCompiler: SqlDialect["ddlCompiler"] = PostgresqlDdlCompiler;
  override readonly typeCompiler: PostgresqlTypeCompiler = new PostgresqlTypeCompiler(this);
  override readonly identifierPreparer: PostgresqlIdentifierPreparer = new PostgresqlIdentifierPreparer();
  override readonly isolationLevels: readonly string[] = [
    "SERIALIZABLE",
    "REPEATABLE READ",
    "READ COMMITTED",
    "READ UNCOMMITTED",
    "AUTOCOMMIT",
  ];
  override defaultIsolationLevel: string | null = null;

  override readonly nestedValues: NestedValues = POSTGRESQL_NESTED_VALUES;
  override readonly maxIdentifierLength: number = 63;
  override readonly supportsNativeBoolean: boolean = true;
  override readonly supportsNativeEnum: boolean = true;
  override readonly supportsNamedTypes: boolean = true;
  override readonly supportsNativeUuid: boolean = true;
  override readonly supportsNativeDecimal: boolean = true;
  override readonly supportsMultivaluesInsert: boolean = true;
  override readonly supportsDefaultValues: boolean = true;
  override readonly supportsDefaultMetavalue: boolean = true;
  override readonly supportsEmptyInsert: boolean = false;
  override readonly insertReturning: boolean = true;
  override readonly updateReturning: boolean = true;
  override readonly deleteReturning: boolean = true;
  override readonly updateReturningMultifrom: boolean = true;
  override readonly deleteReturningMultifrom: boolean = true;
  override readonly implicitReturning: boolean = true;
  override readonly postfetchLastrowid: boolean = false;
  override readonly useInsertManyValues: boolean = true;
  override readonly insertFromArrays: boolean = true;
  // many rows go out as arrays, few of them without waiting in between
  override readonly deletesByLists: boolean = false;
  override readonly maxParameters: number = 65_535;
  override readonly supportsSequences: boolean = true;
  override readonly sequencesOptional: boolean = true;
  override readonly supportsIdentityColumns: boolean = true;
  override readonly supportsComments: boolean = true;
  override readonly supportsConstraintComments: boolean = true;
  override readonly supportsForUpdateOf: boolean = true;
  override readonly supportsRoutines: boolean = true;
  override readonly supportsOrReplace: boolean = true;
  override readonly triggersCallFunctions: boolean = true;

  /** Strings with backslashes are written as E'…', which means the same to all sessions. */
  readonly writesEscapes: boolean;

  constructor(driver: Driver = pgDriver, options: { readonly writesEscapes?: boolean } = {}) {
    super();
    this.driver = driver;
    this.writesEscapes = options.writesEscapes !== false;
  }

  /** The dialect as it renders statements when nothing is connected. */
  static unconnected(): PostgresqlDialect {
    return new PostgresqlDialect(pgDriver, { writesEscapes: false });
  }

  override poolKind(_url: Url): PoolKind {
    return this.driver === pgliteDriver ? "static" : "queue";
  }

  override checkUrl(url: Url): void {
    if (this.driver !== pgliteDriver) {
      checkQuery(url, POSTGRESQL_QUERY);
      return;
    }
    checkQuery(url, []);
    if (url.host !== null || url.username !== null) {
      throw new ArgumentError(
        "a PGlite URL has no host: postgresql+pglite:///folder keeps the data in a folder, postgresql+pglite:// in memory",
      );
    }
  }

  override async initialize(connection: DriverConnection): Promise<void> {
    const { rows } = await connection.execute(
      "SELECT current_setting('server_version'), current_schema(), current_setting('default_transaction_isolation')",
      [],
      { prepare: false },
    );
    const [version, schema, level] = rows[0] as [string, string | null, string];
    this.serverVersionInfo = (/^[\d.]+/.exec(version)?.[0] ?? "0").split(".").map(Number);
    this.defaultSchemaName = schema;
    this.defaultIsolationLevel = level.toUpperCase();
  }

  override async getIsolationLevel(connection: DriverConnection): Promise<string> {
    const { rows } = await connection.execute("SHOW transaction_isolation", [], { prepare: false });
    return String(rows[0]![0]).toUpperCase();
  }

  override adaptType<V>(type: TypeEngine<V>): TypeEngine<V> {
    return adaptPostgresqlType(type);
  }

  override readonly twoPhaseSql: TwoPhaseSql = postgresqlTwoPhase;

  override reflection(runner: StatementRunner): DialectReflection {
    return new PostgresqlReflection(runner);
  }

  override inventory(runner: StatementRunner): SchemaInventory {
    return new PostgresqlInventory(runner);
  }
}
