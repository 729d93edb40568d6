/** What only MySQL and MariaDB have: INSERT … ON DUPLICATE KEY UPDATE, MATCH … AGAINST, LIMIT of UPDATE and DELETE, their own types. */
export { type DuplicateKeyValues, insert, limit, MysqlInsert } from "./dml.ts";
export { ENUM, type MysqlEnumOptions, type MysqlSetOptions, SET } from "./enumerated.ts";
export { Match, match, type MatchOptions } from "./match.ts";
export { BIT, MEDIUMINT, TINYINT } from "./numeric-types.ts";
export { LONGBLOB, LONGTEXT, MEDIUMBLOB, MEDIUMTEXT, type MysqlStringOptions, TINYBLOB, TINYTEXT } from "./string-types.ts";
export {
  DATE,
  DATETIME,
  type MysqlDateOptions,
  type MysqlDateTimeOptions,
  type MysqlTimeOptions,
  TIME,
  TIMESTAMP,
  YEAR,
  type ZeroDateOptions,
} from "./temporal-types.ts";
export { type MysqlTypes, t } from "./types.ts";

// the dialects themselves, for dialects that are nearly the same
export { MysqlCompiler } from "./compiler.ts";
export { MysqlDdlCompiler } from "./ddl-compiler.ts";
export { MysqlDialect } from "./dialect.ts";
export { mysql2Driver } from "./drivers/mysql2.ts";
export { MariadbDialect } from "./mariadb.ts";
export { MysqlIdentifierPreparer, MysqlTypeCompiler } from "./type-compiler.ts";
