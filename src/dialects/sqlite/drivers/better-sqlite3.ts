import { createRequire } from "node:module";
import type BetterSqlite3 from "better-sqlite3";
import { NoDBAPILoaded } from "../../../errors.ts";
import type { ConnectParams, Driver, DriverConnection, DriverErrorInfo } from "../../../engine/driver.ts";
import { type BetterDatabase, BetterHandle } from "./better-handle.ts";
import { SqliteConnection } from "./sqlite-connection.ts";
import { classifySqliteError, SqliteDriverError } from "./sqlite-errors.ts";
import { regexp, targetOf } from "./sqlite-file.ts";

type Database = BetterSqlite3.Database;
let loaded: typeof BetterSqlite3 | null = null;

/** The package is CommonJS, so it can be loaded without waiting. */
function load(): typeof BetterSqlite3 {
  if (loaded !== null) return loaded;
  try {
    loaded = createRequire(import.meta.url)("better-sqlite3") as typeof BetterSqlite3;
    return loaded;
  } catch (error) {
    throw new NoDBAPILoaded(
      "the driver of sqlite+better-sqlite3:// is the package better-sqlite3, which is not installed: npm install better-sqlite3",
      {
        cause: error,
      },
    );
  }
}

/** SQLite by the package better-sqlite3: https://github.com/WiseLibs/better-sqlite3 */
export const betterSqlite3Driver: Driver = {
  name: "better-sqlite3",

  connect(params: ConnectParams): DriverConnection {
    const target = targetOf(params);
    const Database = load();
    let db: Database;
    try {
      db = new Database(target.path, { readonly: target.readOnly, fileMustExist: target.mustExist, timeout: 0 });
    } catch (error) {
      throw new SqliteDriverError("operational", `${(error as Error).message}: ${target.path}`, error);
    }
    db.pragma("foreign_keys = ON");
    db.function("regexp", { deterministic: true }, regexp);
    // without it, nothing else could be run on the connection while rows are read
    const handle = new BetterHandle(db as unknown as BetterDatabase, { whileReading: (reading) => void db.unsafeMode(reading) });
    return new SqliteConnection(handle, target.file, target.timeout);
  },

  classifyError(error: unknown): DriverErrorInfo | null {
    return classifySqliteError(error);
  },
};
