/** What only SQLite has: INSERT … ON CONFLICT, and its own types. */
export { insert, SqliteInsert } from "./dml.ts";
export type { OnConflictTarget, OnConflictUpdate } from "../on-conflict.ts";
export type { StorageOptions } from "./storage-format.ts";
export { DATE, DATETIME, type SqliteDateOptions, type SqliteDateTimeOptions, type SqliteTimeOptions, TIME } from "./temporal-types.ts";
export { JSONB, type SqliteTypes, t } from "./types.ts";

// the dialect itself, for dialects that are nearly the same
export { SqliteCompiler } from "./compiler.ts";
export { SqliteDdlCompiler } from "./ddl-compiler.ts";
export { SqliteDialect } from "./dialect.ts";
export { nodeSqliteDriver } from "./drivers/node-sqlite.ts";
export { SqliteIdentifierPreparer, SqliteTypeCompiler } from "./type-compiler.ts";
