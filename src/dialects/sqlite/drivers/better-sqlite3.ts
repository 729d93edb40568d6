import { createRequire } from "node:module";
import type BetterSqlite3 from "better-sqlite3";
import { NoDBAPILoaded } from "../../../errors.ts";
import type { ConnectParams, Driver, DriverConnection, DriverErrorInfo } from "../../../engine/driver.ts";
import { SqliteConnection, type SqliteHandle, type SqliteStatement } from "./sqlite-connection.ts";
import { classifySqliteError, severalStatements, SqliteDriverError } from "./sqlite-errors.ts";
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

class BetterStatement implements SqliteStatement {
  readonly #statement: BetterSqlite3.Statement<unknown[], unknown>;
  readonly #db: Database;
  #bigints = false;

  constructor(statement: BetterSqlite3.Statement<unknown[], unknown>, db: Database) {
    this.#statement = statement;
    this.#db = db;
    if (statement.reader) statement.raw(true);
  }

  columns(): readonly string[] {
    return this.#statement.reader ? this.#statement.columns().map(({ name }) => name) : [];
  }

  #readAs(bigints: boolean): void {
    if (bigints === this.#bigints) return;
    this.#statement.safeIntegers(bigints);
    this.#bigints = bigints;
  }

  all(params: readonly unknown[], bigints: boolean): unknown[][] {
    this.#readAs(bigints);
    const rows = this.#statement.all(...params) as unknown[][];
    for (const row of rows) fit(row);
    return rows;
  }

  run(params: readonly unknown[]): { changes: number; lastInsertId: number | bigint } {
    this.#readAs(false);
    const { changes, lastInsertRowid } = this.#statement.run(...params);
    return { changes, lastInsertId: lastInsertRowid };
  }

  iterate(params: readonly unknown[], bigints: boolean): Iterator<unknown[]> {
    this.#readAs(bigints);
    return fitted(this.#statement.iterate(...params) as Iterator<unknown[]>, this.#db);
  }
}

/** Bytes come as Buffer, and integers as bigint where they were asked for. */
function fit(row: unknown[]): void {
  for (let i = 0; i < row.length; i++) {
    const value = row[i];
    if (typeof value === "object" && value !== null) row[i] = new Uint8Array(value as Buffer);
    else if (typeof value === "bigint" && value >= -9007199254740991n && value <= 9007199254740991n) row[i] = Number(value);
  }
}

function* fitted(rows: Iterator<unknown[]>, db: Database): Generator<unknown[]> {
  // without it, nothing else could be run on the connection while rows are read
  db.unsafeMode(true);
  try {
    for (let next = rows.next(); next.done !== true; next = rows.next()) {
      fit(next.value);
      yield next.value;
    }
  } finally {
    rows.return?.();
    db.unsafeMode(false);
  }
}

class BetterHandle implements SqliteHandle {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  get raw(): unknown {
    return this.#db;
  }

  get isTransaction(): boolean {
    return this.#db.inTransaction;
  }

  prepare(sql: string): SqliteStatement {
    try {
      return new BetterStatement(this.#db.prepare(sql), this.#db);
    } catch (error) {
      throw error instanceof RangeError && error.message.includes("more than one statement") ? severalStatements(error) : error;
    }
  }

  exec(sql: string): void {
    this.#db.exec(sql);
  }

  close(): void {
    this.#db.close();
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
    return new SqliteConnection(new BetterHandle(db), target.file, target.timeout);
  },

  classifyError(error: unknown): DriverErrorInfo | null {
    return classifySqliteError(error);
  },
};
