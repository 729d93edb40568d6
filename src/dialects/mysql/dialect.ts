import type { DialectReflection } from "../../engine/reflection/dialect-reflection.ts";
import { InvalidRequestError } from "../../errors.ts";
import { checkQuery, DefaultDialect } from "../../engine/default-dialect.ts";
import type { Driver, DriverConnection } from "../../engine/driver.ts";
import type { Url } from "../../engine/url.ts";
import type { TwoPhaseSql } from "../../engine/two-phase.ts";
import type { NestedValues } from "../../sql/base/nested-values.ts";
import type { SqlDialect } from "../../sql/base/sql-dialect.ts";
import type { SchemaInventory, StatementRunner } from "../../sql/base/statement-runner.ts";
import type { TypeEngine } from "../../sql/types/type-engine.ts";
import { MysqlCompiler } from "./compiler.ts";
import { MysqlDdlCompiler } from "./ddl-compiler.ts";
import { MysqlConnection } from "./drivers/mysql-connection.ts";
import { mysql2Driver } from "./drivers/mysql2.ts";
import { MYSQL_QUERY } from "./drivers/mysql2-config.ts";
import type { MysqlFlags } from "./flags.ts";
import { adaptMysqlType } from "./generic-types.ts";
import { MysqlInventory } from "./inventory.ts";
import { MARIADB_NESTED_VALUES, MYSQL_NESTED_VALUES } from "./nested-values.ts";
import { MysqlReflection } from "./reflection.ts";
import { MariadbIdentifierPreparer, MysqlIdentifierPreparer, MysqlTypeCompiler } from "./type-compiler.ts";
import { mysqlTwoPhase } from "./two-phase.ts";

/**
 * MySQL, and MariaDB where a `mysql://` URL leads to one.
 *
 * Connections are set up the same whatever the server's defaults are: time zone UTC, utf8mb4, and a `sql_mode` to which
 * STRICT_ALL_TABLES (nothing is cut or bent to fit), NO_ENGINE_SUBSTITUTION and NO_AUTO_VALUE_ON_ZERO (0 is a value) are added and from which
 * NO_BACKSLASH_ESCAPES is taken. `rowcount` counts the rows that were found, not those that were different before.
 *
 * Transactions begin by themselves (`autocommit` is off unless the isolation level is AUTOCOMMIT), so that statements which commit of their
 * own accord, as DDL does, do not leave what follows without a transaction. A deadlock ends the whole transaction on the server: until
 * `rollback()` nothing more can be run in it, and its `commit()` throws.
 * @see https://dev.mysql.com/doc/refman/8.4/en/
 */
export class MysqlDialect extends DefaultDialect implements MysqlFlags {
  override readonly name: string = "mysql";
  override readonly driver: Driver;
  override readonly statementCompiler: SqlDialect["statementCompiler"] = MysqlCompiler;
  override readonly ddlCompiler: SqlDialect["ddlCompiler"] = MysqlDdlCompiler;
  override readonly typeCompiler: MysqlTypeCompiler = new MysqlTypeCompiler(this);
  override identifierPreparer: MysqlIdentifierPreparer = new MysqlIdentifierPreparer();
  override readonly isolationLevels: readonly string[] = [
    "SERIALIZABLE",
    "READ UNCOMMITTED",
    "READ COMMITTED",
    "REPEATABLE READ",
    "AUTOCOMMIT",
  ];
  override defaultIsolationLevel: string | null = null;

  // what the server tells later; until then it is what nothing can be wrong with
  isMariadb = false;
  useMysqlForShare = false;
  requiresAliasForOnDuplicateKey = false;
  supportDefaultFunction = true;
  supportFloatCast = false;
  override insertReturning: boolean = false;
  override deleteReturning: boolean = false;
  override supportsSequences: boolean = false;
  override supportsForUpdateOf: boolean = false;
  override supportsNativeUuid: boolean = false;
  override supportsOrReplace: boolean = false;
  override nestedValues: NestedValues = MYSQL_NESTED_VALUES;

  // of aliases; other names may have 64
  override readonly maxIdentifierLength: number = 255;
  override readonly supportsNativeEnum: boolean = true;
  override readonly supportsNativeDecimal: boolean = true;
  override readonly supportsMultivaluesInsert: boolean = true;
  // (id) VALUES (DEFAULT) is 0 with NO_AUTO_VALUE_ON_ZERO: rows of nothing but defaults are () VALUES ()
  override readonly supportsDefaultMetavalue: boolean = false;
  override readonly useInsertManyValues: boolean = true;
  override readonly useInsertManyValuesWoReturning: boolean = true;
  override readonly insertValuesInOrder: boolean = true;
  override readonly supportsRoutines: boolean = true;
  override readonly supportsComments: boolean = true;
  override readonly inlineComments: boolean = true;
  override readonly cteFollowsInsert: boolean = true;
  override readonly divIsFloordiv: boolean = false;
  override readonly maxParameters: number = 65_535;
  override readonly defaultDecimalSize = [10, 0] as const;
  override readonly defaultFractionDigits: number = 0;

  constructor(driver: Driver = mysql2Driver) {
    super();
    this.driver = driver;
  }

  /** The dialect as it renders statements when nothing is connected. */
  static unconnected(): MysqlDialect {
    return new MysqlDialect();
  }

  override checkUrl(url: Url): void {
    checkQuery(url, MYSQL_QUERY);
  }

  override async initialize(connection: DriverConnection): Promise<void> {
    const ask = (sql: string): Promise<unknown[][]> => (connection as MysqlConnection).ask(sql);
    const [version, schema] = (await ask("SELECT version(), database()"))[0] as [string, string | null];
    this._setServer(version);
    this.defaultSchemaName = schema;
    const name = this.isMariadb && !this._atLeast(11, 1) ? "tx_isolation" : "transaction_isolation";
    this.defaultIsolationLevel = levelName((await ask(`SELECT @@SESSION.${name}`))[0]![0]);
  }

  /** Takes over what a version means. "10.11.6-MariaDB-0+deb12u1", "5.5.5-10.3.38-MariaDB", "8.0.36" @internal */
  _setServer(version: string): void {
    const isMariadb = /mariadb/i.test(version);
    const numbers = (isMariadb ? version.replace(/^5\.5\.5-/, "") : version).match(/^\d+(?:\.\d+)*/)?.[0] ?? "0";
    this.serverVersionInfo = numbers.split(".").map(Number);
    if (isMariadb) this._setMariadb();
    else this._setMysql(version);
  }

  /** @internal */
  _setMariadb(): void {
    if (!this.isMariadb) this.identifierPreparer = new MariadbIdentifierPreparer();
    this.isMariadb = true;
    this.nestedValues = MARIADB_NESTED_VALUES;
    this.insertReturning = this._atLeast(10, 5);
    this.deleteReturning = this._atLeast(10, 0, 5);
    this.supportsSequences = this._atLeast(10, 3);
    this.supportsNativeUuid = this._atLeast(10, 7);
    this.supportsOrReplace = this._atLeast(10, 1, 4);
    this.supportDefaultFunction = this._atLeast(10, 2, 1);
    this.supportFloatCast = this._atLeast(10, 4, 5);
  }

  /** @internal */
  _setMysql(version: string): void {
    if (this.isMariadb) throw new InvalidRequestError(`The server (version ${version}) is MySQL, not MariaDB: use a mysql:// URL.`);
    this.supportsForUpdateOf = this._atLeast(8);
    this.useMysqlForShare = this._atLeast(8, 0, 1);
    this.requiresAliasForOnDuplicateKey = this._atLeast(8, 0, 20);
    this.supportDefaultFunction = this._atLeast(8, 0, 13);
    this.supportFloatCast = this._atLeast(8, 0, 17);
  }

  /** @internal */
  _atLeast(...wanted: readonly number[]): boolean {
    const version = this.serverVersionInfo;
    if (version === null) return true;
    for (const [i, number] of wanted.entries()) {
      const found = version[i] ?? 0;
      if (found !== number) return found > number;
    }
    return true;
  }

  override async getIsolationLevel(connection: DriverConnection): Promise<string> {
    const own = connection instanceof MysqlConnection ? connection.isolationLevel : null;
    return own ?? this.defaultIsolationLevel ?? "REPEATABLE READ";
  }

  override adaptType<V>(type: TypeEngine<V>): TypeEngine<V> {
    return adaptMysqlType(type);
  }

  override readonly twoPhaseSql: TwoPhaseSql = mysqlTwoPhase;

  override reflection(runner: StatementRunner): DialectReflection {
    return new MysqlReflection(runner);
  }

  override inventory(runner: StatementRunner): SchemaInventory {
    return new MysqlInventory(runner);
  }
}

function levelName(value: unknown): string {
  return String(value).toUpperCase().replaceAll("-", " ");
}
