import type { SqlDialect } from "../../sql/base/sql-dialect.ts";

/** What compilers and types of MySQL and MariaDB ask their dialect beside what all dialects tell. */
export interface MysqlFlags {
  /** the server is MariaDB, or is taken to be */
  readonly isMariadb: boolean;
  /** FOR SHARE rather than LOCK IN SHARE MODE */
  readonly useMysqlForShare: boolean;
  /** the new row of ON DUPLICATE KEY UPDATE is an alias rather than VALUES(column) */
  readonly requiresAliasForOnDuplicateKey: boolean;
  /** DEFAULT takes any expression, in brackets */
  readonly supportDefaultFunction: boolean;
  /** CAST knows FLOAT and DOUBLE */
  readonly supportFloatCast: boolean;
  readonly serverVersionInfo: readonly number[] | null;
}

/** The flags of a dialect of this family. */
export function mysqlFlags(dialect: SqlDialect): MysqlFlags {
  return dialect as unknown as MysqlFlags;
}
