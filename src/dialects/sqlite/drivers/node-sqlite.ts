import { existsSync } from "node:fs";
import type * as NodeSqlite from "node:sqlite";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { ConnectParams, Driver, DriverConnection, DriverErrorInfo } from "../../../engine/driver.ts";
import { defineMath } from "./math-functions.ts";
import { SqliteConnection, type SqliteHandle, type SqliteStatement } from "./sqlite-connection.ts";
import { classifySqliteError, severalStatements, SqliteDriverError } from "./sqlite-errors.ts";
import { regexp, targetOf } from "./sqlite-file.ts";

type Sqlite = typeof NodeSqlite;
let sqlite: Sqlite | null = null;

/** Loaded when it is needed, because loading it prints a warning on some versions of Node. */
function load(): Sqlite {
  if (sqlite !== null) return sqlite;
  const found = process.getBuiltinModule("node:sqlite") as Sqlite | undefined;
  if (found === undefined || !("setReturnArrays" in found.StatementSync.prototype)) {
    throw new SqliteDriverError(
      "not-supported",
      `the SQLite of Node ${process.versions.node} is too old; use Node 22.16 or later, or better-sqlite3: npm install better-sqlite3, and a URL that begins with "sqlite+better-sqlite3://"`,
    );
  }
  sqlite = found;
  return found;
}

/** White space, semicolons and comments. */
const NOTHING = /^(?:[\s;]|--[^\n]*|\/\*[^]*?(?:\*\/|$))*$/;

class NodeStatement implements SqliteStatement {
  readonly #statement: StatementSync;
  #bigints = false;

  constructor(statement: StatementSync) {
    this.#statement = statement;
    statement.setReturnArrays(true);
  }

  columns(): readonly string[] {
    return this.#statement.columns().map(({ name }) => name);
  }

  #readAs(bigints: boolean): void {
    if (bigints === this.#bigints) return;
    this.#statement.setReadBigInts(bigints);
    this.#bigints = bigints;
  }

  all(params: readonly unknown[], bigints: boolean): unknown[][] {
    this.#readAs(bigints);
    const rows = this.#statement.all(...(params as never[])) as unknown as unknown[][];
    if (bigints) for (const row of rows) narrow(row);
    return rows;
  }

  allIfExact(params: readonly unknown[]): unknown[][] | null {
    try {
      return this.all(params, false);
    } catch (error) {
      if ((error as { code?: unknown }).code === "ERR_OUT_OF_RANGE") return null;
      throw error;
    }
  }

  run(params: readonly unknown[]): { changes: number; lastInsertId: number | bigint } {
    this.#readAs(false);
    const { changes, lastInsertRowid } = this.#statement.run(...(params as never[]));
    return { changes: Number(changes), lastInsertId: lastInsertRowid };
  }

  iterate(params: readonly unknown[], bigints: boolean): Iterator<unknown[]> {
    this.#readAs(bigints);
    const rows = this.#statement.iterate(...(params as never[])) as unknown as Iterator<unknown[]>;
    return bigints ? narrowed(rows) : rows;
  }
}

/** Only integers that a number cannot hold stay bigint. */
function narrow(row: unknown[]): void {
  for (let i = 0; i < row.length; i++) {
    const value = row[i];
    if (typeof value === "bigint" && value >= -9007199254740991n && value <= 9007199254740991n) row[i] = Number(value);
  }
}

function* narrowed(rows: Iterator<unknown[]>): Generator<unknown[]> {
  try {
    for (let next = rows.next(); next.done !== true; next = rows.next()) {
      narrow(next.value);
      yield next.value;
    }
  } finally {
    // a statement of which rows are left locks its tables
    rows.return?.();
  }
}

class NodeHandle implements SqliteHandle {
  readonly #db: DatabaseSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  get raw(): unknown {
    return this.#db;
  }

  get isTransaction(): boolean {
    return this.#db.isTransaction;
  }

  prepare(sql: string): SqliteStatement {
    const statement = this.#db.prepare(sql);
    // SQLite prepares the first statement of a text, and would let the others go without a word
    const used = statement.sourceSQL.length;
    if (used < sql.length && !NOTHING.test(sql.slice(used))) throw severalStatements();
    return new NodeStatement(statement);
  }

  exec(sql: string): void {
    this.#db.exec(sql);
  }

  close(): void {
    this.#db.close();
  }
}

/** SQLite as it comes with Node: https://nodejs.org/api/sqlite.html */
export const nodeSqliteDriver: Driver = {
  name: "node-sqlite",

  connect(params: ConnectParams): DriverConnection {
    const target = targetOf(params);
    if (target.mustExist && !existsSync(target.path))
      throw new SqliteDriverError("operational", `unable to open database file: ${target.path} does not exist`);
    const { DatabaseSync: Database } = load();
    let db: DatabaseSync;
    try {
      db = new Database(target.path, { readOnly: target.readOnly, timeout: 0 });
    } catch (error) {
      throw new SqliteDriverError("operational", `${(error as Error).message}: ${target.path}`, error);
    }
    db.exec("PRAGMA foreign_keys=ON");
    db.function("regexp", { deterministic: true }, regexp as never);
    defineMath(db);
    return new SqliteConnection(new NodeHandle(db), target.file, target.timeout);
  },

  classifyError(error: unknown): DriverErrorInfo | null {
    return classifySqliteError(error);
  },
};
