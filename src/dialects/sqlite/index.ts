/** What only SQLite has: INSERT … ON CONFLICT, and its own types. */
export { insert, SqliteInsert } from "./dml.ts";
export type { OnConflictTarget, OnConflictUpdate } from "../on-conflict.ts";
export { t } from "./types.ts";
