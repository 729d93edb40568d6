import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { ArgumentError, NoDBAPILoaded } from "../../../errors.ts";
import type { ConnectParams, Driver, DriverConnection, DriverErrorInfo } from "../../../engine/driver.ts";
import { tokenize } from "../create-table-tokens.ts";
import { type BetterDatabase, BetterHandle, type BetterPrepared } from "./better-handle.ts";
import { kindOfSql } from "./sql-kind.ts";
import { SqliteConnection } from "./sqlite-connection.ts";
import { classifySqliteError, severalStatements, SqliteDriverError } from "./sqlite-errors.ts";
import { targetOf } from "./sqlite-file.ts";

type LibsqlDatabase = new (path: string, options: Readonly<Record<string, unknown>>) => BetterDatabase;
let loaded: LibsqlDatabase | null = null;

/** The package is CommonJS, so it can be loaded without waiting. */
function load(): LibsqlDatabase {
  if (loaded !== null) return loaded;
  try {
    loaded = createRequire(import.meta.url)("libsql") as LibsqlDatabase;
    return loaded;
  } catch (error) {
    throw new NoDBAPILoaded("the driver of sqlite+libsql:// is the package libsql, which is not installed: npm install libsql", {
      cause: error,
    });
  }
}

/** The package runs the first statement of a text and forgets the others. The body of a trigger has several of its own. */
function check(sql: string): void {
  if (!sql.includes(";")) return;
  const tokens = tokenize(sql);
  if (tokens.slice(0, 4).some(({ text }) => text.toUpperCase() === "TRIGGER")) return;
  const end = tokens.findIndex(({ kind, text }) => kind === "sign" && text === ";");
  if (end !== -1 && tokens.slice(end).some(({ kind, text }) => kind !== "sign" || text !== ";")) throw severalStatements();
}

/**
 * The package leaves a statement as it is when its rows are not read to the end, until it is collected: its tables stay locked. Only
 * `get()` lets go of a statement after a row; what writes must not come near it, and is read to its end.
 */
function abandon(statement: BetterPrepared, rows: Iterator<unknown>, sql: string): void {
  if (kindOfSql(sql) === "read") statement.get([]);
  else while (rows.next().done !== true);
}

/**
 * SQLite by the package libsql: files, and files that follow a server, by `connectArgs` (`syncUrl`, `authToken`, `encryptionKey`). It has no
 * functions of one's own, and so no REGEXP.
 * @see https://github.com/tursodatabase/libsql-js
 */
export const libsqlDriver: Driver = {
  name: "libsql",

  connect(params: ConnectParams): DriverConnection {
    const target = targetOf(params);
    if (target.readOnly) throw new ArgumentError('sqlite+libsql:// cannot open a file for reading alone: leave "mode=ro" out of the URL');
    if (target.mustExist && !existsSync(target.path))
      throw new SqliteDriverError("operational", `unable to open database file: ${target.path} does not exist`);
    const Database = load();
    const { timeout: _ours, ...rest } = params.connectArgs;
    let db: BetterDatabase;
    try {
      db = new Database(target.path, { ...rest, timeout: 0 });
    } catch (error) {
      throw new SqliteDriverError("operational", `${(error as Error).message}: ${target.path}`, error);
    }
    db.exec("PRAGMA foreign_keys = ON");
    return new SqliteConnection(
      new BetterHandle(db, { check, abandon, lingers: (sql) => /^\s*explain\b/i.test(sql) }),
      target.file,
      target.timeout,
    );
  },

  classifyError(error: unknown): DriverErrorInfo | null {
    return classifySqliteError(error);
  },
};
