import type { SqliteHandle, SqliteStatement } from "./sqlite-connection.ts";
import { severalStatements } from "./sqlite-errors.ts";

/**
 * A statement of better-sqlite3, or of a package with its interface. Values are given as one list: libsql takes a single one that is NULL or
 * bytes for values by name.
 */
export interface BetterPrepared {
  readonly reader: boolean;
  raw(raw: boolean): unknown;
  safeIntegers(safe: boolean): unknown;
  columns(): readonly { readonly name: string }[];
  all(params: readonly unknown[]): unknown[];
  get(params: readonly unknown[]): unknown;
  run(params: readonly unknown[]): { readonly changes: number; readonly lastInsertRowid: number | bigint };
  iterate(params: readonly unknown[]): Iterator<unknown>;
}

/** A connection of better-sqlite3, or of a package with its interface. */
export interface BetterDatabase {
  readonly inTransaction: boolean;
  prepare(sql: string): BetterPrepared;
  exec(sql: string): unknown;
  close(): unknown;
}

/** What packages with this interface do not have in common. */
export interface BetterTraits {
  /** Lets other statements run while rows are read, and stops to. */
  readonly whileReading?: (reading: boolean) => void;
  /** Ends a statement of which not all rows were read; the package does it by itself when its iterator ends. */
  readonly abandon?: (statement: BetterPrepared, rows: Iterator<unknown>, sql: string) => void;
  /** Whether a statement stays open even when all of its rows were read, so that it has to be ended. */
  readonly lingers?: (sql: string) => boolean;
  /** Refuses a text that has more than one statement. */
  readonly check?: (sql: string) => void;
}

class BetterStatement implements SqliteStatement {
  readonly #statement: BetterPrepared;
  readonly #sql: string;
  readonly #traits: BetterTraits;
  readonly #lingers: boolean;
  #bigints = false;

  constructor(statement: BetterPrepared, sql: string, traits: BetterTraits) {
    this.#lingers = traits.lingers?.(sql) ?? false;
    this.#statement = statement;
    this.#sql = sql;
    this.#traits = traits;
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
    const rows = this.#statement.all(params) as unknown[][];
    for (const row of rows) fit(row);
    if (this.#lingers) this.#statement.get([]);
    return rows;
  }

  allIfExact(params: readonly unknown[]): unknown[][] | null {
    this.#readAs(false);
    const rows = this.#statement.all(params) as unknown[][];
    if (this.#lingers) this.#statement.get([]);
    for (const row of rows) if (!fitExact(row)) return null;
    return rows;
  }

  run(params: readonly unknown[]): { changes: number; lastInsertId: number | bigint } {
    this.#readAs(false);
    const { changes, lastInsertRowid } = this.#statement.run(params);
    return { changes, lastInsertId: lastInsertRowid };
  }

  iterate(params: readonly unknown[], bigints: boolean): Iterator<unknown[]> {
    this.#readAs(bigints);
    return this.#fitted(this.#statement.iterate(params) as Iterator<unknown[]>);
  }

  *#fitted(rows: Iterator<unknown[]>): Generator<unknown[]> {
    const { whileReading, abandon } = this.#traits;
    whileReading?.(true);
    let isDone = false;
    try {
      for (let next = rows.next(); next.done !== true; next = rows.next()) {
        fit(next.value);
        yield next.value;
      }
      isDone = !this.#lingers;
    } finally {
      rows.return?.();
      if (!isDone) abandon?.(this.#statement, rows, this.#sql);
      whileReading?.(false);
    }
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

/** Bytes come as Buffer; false where a number may stand for an integer that it cannot hold. */
function fitExact(row: unknown[]): boolean {
  for (let i = 0; i < row.length; i++) {
    const value = row[i];
    if (typeof value === "number") {
      if ((value > Number.MAX_SAFE_INTEGER || value < Number.MIN_SAFE_INTEGER) && Number.isInteger(value)) return false;
    } else if (typeof value === "object" && value !== null) row[i] = new Uint8Array(value as Buffer);
  }
  return true;
}

/** A connection with the interface of better-sqlite3. */
export class BetterHandle implements SqliteHandle {
  readonly #db: BetterDatabase;
  readonly #traits: BetterTraits;

  constructor(db: BetterDatabase, traits: BetterTraits) {
    this.#db = db;
    this.#traits = traits;
  }

  get raw(): unknown {
    return this.#db;
  }

  get isTransaction(): boolean {
    return this.#db.inTransaction;
  }

  prepare(sql: string): SqliteStatement {
    this.#traits.check?.(sql);
    try {
      return new BetterStatement(this.#db.prepare(sql), sql, this.#traits);
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
