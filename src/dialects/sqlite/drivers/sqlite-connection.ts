import type { BeginOptions, DriverConnection, DriverResult, DriverStream, ExecuteOptions, MaybePromise } from "../../../engine/driver.ts";
import { LruCache } from "../../../util/lru-cache.ts";
import { ROWS_TOGETHER, textForRows } from "./rows-together.ts";
import { countPlaceholders, kindOfSql, type SqlKind } from "./sql-kind.ts";
import { isBusy, isStaleSnapshot, SqliteDriverError } from "./sqlite-errors.ts";
import { writerGateOf, type WriterGate } from "./writer-gate.ts";

/** A prepared statement of either driver. */
export interface SqliteStatement {
  /** names of the columns; empty when it gives no rows */
  columns(): readonly string[];
  /** Rows as arrays. */
  all(params: readonly unknown[], bigints: boolean): unknown[][];
  /** Rows as arrays, read without bigints, which takes less than half the time; null where an integer may not be what a number says it is. */
  allIfExact(params: readonly unknown[]): unknown[][] | null;
  run(params: readonly unknown[]): { readonly changes: number; readonly lastInsertId: number | bigint };
  iterate(params: readonly unknown[], bigints: boolean): Iterator<unknown[]>;
}

/** What the two drivers have to do themselves. */
export interface SqliteHandle {
  readonly raw: unknown;
  readonly isTransaction: boolean;
  prepare(sql: string): SqliteStatement;
  exec(sql: string): void;
  close(): void;
}

interface Prepared {
  readonly statement: SqliteStatement;
  columns: readonly string[];
  readonly kind: SqlKind;
  readonly placeholders: number;
  /** it gave integers that no number can hold */
  isWide: boolean;
  /** the INSERT of several rows that it is one row of; null where it is none */
  readonly together: string | null;
  /** its keys do not follow each other: a trigger inserts rows as well */
  hasGaps: boolean;
}

/** How far many executions of a statement have come: when a lock is waited for in the middle, they go on where they were. */
interface Progress {
  at: number;
  rowCount: number;
  /** the keys of the rows, where somebody wants them */
  readonly keys: (number | bigint)[] | null;
}

/** The name of our own savepoint. */
const OURS = "athanor_rows";

/** How transactions begin: see the dialect. */
export type SqliteBegin = "auto" | "deferred" | "immediate" | "exclusive";

const STATEMENTS = 200;
const PAUSES = [1, 2, 5, 10, 15, 20, 25] as const;

/** Milliseconds for which reading keeps others from running. */
const LONGEST_TURN = 10;

const nextTurn = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * A connection to SQLite by a driver that does not wait. Plain values are given back; there is a promise only where a lock
 * is waited for, which is done without blocking the process.
 */
export class SqliteConnection implements DriverConnection {
  onLost: ((error: unknown) => void) | null = null;
  readonly #handle: SqliteHandle;
  readonly #gate: WriterGate;
  /** how long to wait for a lock, in milliseconds */
  readonly #timeout: number;
  readonly #statements: LruCache<string, Prepared> = new LruCache(STATEMENTS);
  /** a transaction that is to begin with the next statement */
  #pending: { readonly mode: SqliteBegin; readonly explicit: boolean } | null = null;
  /** a transaction was begun by us and not ended by us */
  #begun = false;
  #holdsGate = false;
  /** nobody wants to wait for a lock any more */
  #isCancelled = false;
  #closed = false;

  /** @param file - the real path of the file, or null for a database in memory */
  constructor(handle: SqliteHandle, file: string | null, timeout: number) {
    this.#handle = handle;
    this.#gate = writerGateOf(file);
    this.#timeout = timeout;
  }

  get raw(): unknown {
    return this.#handle.raw;
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  get inTransaction(): boolean {
    return !this.#closed && this.#handle.isTransaction;
  }

  exec(sql: string): void {
    this.#statements.clear();
    this.#handle.exec(sql);
  }

  ping(): void {
    this.#prepare("SELECT 1").statement.all([], false);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#statements.clear();
    this.#releaseGate();
    try {
      this.#handle.close();
    } catch {
      // a statement may still be open; the handle is not used any more
    }
  }

  // --- statements --------------------------------------------------------------------------------------------------

  execute(sql: string, params: readonly unknown[], options: ExecuteOptions): MaybePromise<DriverResult> {
    const prepared = this.#prepare(sql, options.prepare !== false);
    const values = bindable(params, prepared.placeholders);
    return this.#withLock(prepared.kind, () => this.#run(prepared, values, options.bigints === true, options.maxRows));
  }

  executeMany(sql: string, rows: readonly (readonly unknown[])[], options: ExecuteOptions): MaybePromise<DriverResult> {
    const prepared = this.#prepare(sql, options.prepare !== false);
    // all of them before the first is sent: a value that cannot be sent leaves nothing half done
    const sets = rows.map((row) => bindable(row, prepared.placeholders));
    if (prepared.columns.length === 0) return this.#runMany(prepared, sets, options);
    let at = 0;
    let rowCount = 0;
    // when a lock is waited for in the middle, it goes on where it was
    const all: unknown[][] = [];
    return this.#withLock(prepared.kind, () => {
      for (; at < sets.length; at++) {
        const found = this.#run(prepared, sets[at]!, options.bigints === true).rows;
        for (const row of found) all.push(row);
        rowCount += found.length;
      }
      return { columns: prepared.columns, rows: all, rowCount, lastInsertId: null, command: null };
    });
  }

  #runMany(prepared: Prepared, sets: readonly (readonly unknown[])[], { together, eachKey }: ExecuteOptions): MaybePromise<DriverResult> {
    const wantsKeys = eachKey === true;
    const several = together === true && sets.length > ROWS_TOGETHER ? prepared.together : null;
    const progress: Progress = { at: 0, rowCount: 0, keys: wantsKeys ? [] : null };
    return this.#withLock(prepared.kind, () => {
      if (several !== null && (!wantsKeys || (this.#begun && !prepared.hasGaps))) this.#runTogether(prepared, several, sets, progress);
      for (; progress.at < sets.length; progress.at += 1) this.#runNext(prepared, sets, progress);
      const { rowCount, keys } = progress;
      const result = { columns: prepared.columns, rows: [], rowCount, lastInsertId: keys?.at(-1) ?? null, command: null };
      return keys === null ? result : { ...result, lastInsertIds: keys };
    });
  }

  #runNext({ statement }: Prepared, sets: readonly (readonly unknown[])[], progress: Progress): void {
    const { changes, lastInsertId } = statement.run(sets[progress.at]!);
    progress.rowCount += changes;
    progress.keys?.push(this.#exactId(lastInsertId));
  }

  /**
   * Many rows by statements of several. SQLite numbers rows one by one, so their keys follow from the last one, unless a trigger inserts into
   * the same table: then keys are missing in between, all is taken back, and the rows go one by one.
   * @see https://www.sqlite.org/autoinc.html
   */
  #runTogether(prepared: Prepared, sql: string, sets: readonly (readonly unknown[])[], progress: Progress): void {
    const { keys } = progress;
    const several = this.#prepare(sql).statement;
    if (keys === null) {
      for (; sets.length - progress.at >= ROWS_TOGETHER; progress.at += ROWS_TOGETHER)
        progress.rowCount += several.run(flat(sets, progress.at)).changes;
      return;
    }
    // the first one takes the lock, and tells where the numbers begin
    if (progress.at === 0) {
      this.#runNext(prepared, sets, progress);
      progress.at = 1;
    }
    const before = { ...progress, keys: keys.length };
    this.#prepare(`SAVEPOINT ${OURS}`).statement.run([]);
    try {
      for (; sets.length - progress.at >= ROWS_TOGETHER; progress.at += ROWS_TOGETHER) {
        const last = keys.at(-1)!;
        const { changes, lastInsertId } = several.run(flat(sets, progress.at));
        if (typeof last !== "number" || lastInsertId !== last + ROWS_TOGETHER || changes !== ROWS_TOGETHER) {
          prepared.hasGaps = true;
          break;
        }
        progress.rowCount += changes;
        for (let i = 1; i <= ROWS_TOGETHER; i += 1) keys.push(last + i);
      }
      if (prepared.hasGaps) {
        this.#prepare(`ROLLBACK TO ${OURS}`).statement.run([]);
        progress.at = before.at;
        progress.rowCount = before.rowCount;
        keys.length = before.keys;
      }
    } finally {
      // an error may have ended the whole transaction
      if (this.#handle.isTransaction) this.#prepare(`RELEASE ${OURS}`).statement.run([]);
    }
  }

  stream(sql: string, params: readonly unknown[], options: ExecuteOptions & { readonly batchSize: number }): DriverStream {
    // a statement of its own: one of the cache could be run again while this one is being read
    const prepared = this.#make(sql);
    const values = bindable(params, prepared.placeholders);
    const start = (): MaybePromise<Iterator<unknown[]>> =>
      this.#withLock(prepared.kind, () => prepared.statement.iterate(values, options.bigints === true));
    let rows: Iterator<unknown[]> | null = null;
    return {
      columns: prepared.columns,
      close: () => {
        rows?.return?.();
        rows = null;
      },
      async *[Symbol.asyncIterator]() {
        rows = await start();
        let turnBegan = performance.now();
        for (;;) {
          // nothing here waits for anything outside of the process: without a break, nothing else would run until the last row
          if (performance.now() - turnBegan > LONGEST_TURN) {
            await nextTurn();
            turnBegan = performance.now();
          }
          const batch: unknown[][] = [];
          let done = false;
          while (rows !== null && batch.length < options.batchSize) {
            const next = rows.next();
            if (next.done === true) {
              done = true;
              break;
            }
            batch.push(next.value);
          }
          if (batch.length > 0) yield batch;
          if (done || rows === null) return;
        }
      },
    };
  }

  #prepare(sql: string, keep: boolean = true): Prepared {
    const known = this.#statements.get(sql);
    if (known) return known;
    const prepared = this.#make(sql);
    if (keep) this.#statements.set(sql, prepared);
    return prepared;
  }

  #make(sql: string): Prepared {
    const statement = this.#handle.prepare(sql);
    const placeholders = countPlaceholders(sql);
    return {
      statement,
      columns: statement.columns(),
      kind: kindOfSql(sql),
      placeholders,
      isWide: false,
      together: textForRows(sql, placeholders),
      hasGaps: false,
    };
  }

  #run(prepared: Prepared, params: readonly unknown[], bigints: boolean, maxRows?: number): DriverResult {
    const { statement } = prepared;
    if (prepared.columns.length === 0) {
      const { changes, lastInsertId } = statement.run(params);
      return { columns: prepared.columns, rows: [], rowCount: changes, lastInsertId: this.#exactId(lastInsertId), command: null };
    }
    const rows = maxRows === undefined ? allRows(prepared, params, bigints) : atMost(maxRows + 1, statement.iterate(params, bigints));
    const first = rows[0];
    // SELECT * over a table that has been altered since
    if (first !== undefined && first.length !== prepared.columns.length) prepared.columns = statement.columns();
    return { columns: prepared.columns, rows, rowCount: rows.length, lastInsertId: null, command: null };
  }

  /** A key that a number does not hold is asked for again. */
  #exactId(id: number | bigint): number | bigint {
    if (typeof id === "bigint" || (id <= Number.MAX_SAFE_INTEGER && id >= Number.MIN_SAFE_INTEGER)) return id;
    return this.#prepare("SELECT last_insert_rowid()").statement.all([], true)[0]![0] as number | bigint;
  }

  // --- locks -------------------------------------------------------------------------------------------------------

  /** Runs something once its lock is there: at once and without a promise when nobody else has it. */
  #withLock<T>(kind: SqlKind, run: () => T): MaybePromise<T> {
    if (kind === "outside" && !this.#begun) return this.#retrying(run);
    const begin = this.#pending;
    const writes = kind === "write" || (begin !== null && wantsToWrite(begin));
    if (writes && !this.#holdsGate && !this.#gate.mutex.tryAcquire()) return this.#afterGate(run);
    if (writes) this.#holdsGate = true;
    return this.#beginAndRun(run);
  }

  /** Ends the wait for a lock. What SQLite itself runs holds the process up: nobody could ask for its end. */
  cancel(): void {
    this.#isCancelled = true;
  }

  #requireNotCancelled(): void {
    if (this.#isCancelled) throw new SqliteDriverError("query-timeout", "the wait for a lock was cancelled");
  }

  async #afterGate<T>(run: () => T): Promise<T> {
    const deadline = performance.now() + this.#timeout;
    this.#isCancelled = false;
    for (;;) {
      const left = deadline - performance.now();
      if (await this.#gate.mutex.acquire(Math.max(0, Math.min(left, 50)))) break;
      this.#requireNotCancelled();
      // it waits for us to stop reading, and we for it: one has to give up, and only we can
      if (this.#begun && this.#gate.commitBlocked) throw stale();
      if (left <= 0)
        throw this.#locked(
          "another transaction of this process holds it; end sessions and connections as soon as they are done, and do not open a second one inside of a transaction that the first one waits with",
        );
    }
    this.#holdsGate = true;
    return this.#beginAndRun(run);
  }

  #beginAndRun<T>(run: () => T): MaybePromise<T> {
    let result: MaybePromise<T>;
    try {
      const begun = this.#pending === null ? undefined : this.#retrying(() => this.#beginNow());
      result = begun instanceof Promise ? begun.then(() => this.#retrying(run)) : this.#retrying(run);
    } catch (error) {
      this.#releaseGateUnlessBegun();
      throw error;
    }
    if (!(result instanceof Promise)) {
      this.#releaseGateUnlessBegun();
      return result;
    }
    return result.finally(() => this.#releaseGateUnlessBegun());
  }

  #beginNow(): void {
    const begin = this.#pending!;
    const mode = begin.mode === "exclusive" ? "EXCLUSIVE" : this.#holdsGate && begin.mode !== "deferred" ? "IMMEDIATE" : "DEFERRED";
    try {
      this.#prepare(`BEGIN ${mode}`).statement.run([]);
    } catch (error) {
      // a file that cannot be written to can still be read in a transaction
      if (mode !== "IMMEDIATE" || !/readonly/i.test(String(error))) throw error;
      this.#prepare("BEGIN DEFERRED").statement.run([]);
    }
    this.#pending = null;
    this.#begun = true;
  }

  /** Tries again while somebody else has the lock, with pauses in which others can run. */
  #retrying<T>(run: () => T): MaybePromise<T> {
    try {
      return run();
    } catch (error) {
      if (isStaleSnapshot(error)) throw stale(error);
      if (!isBusy(error) || this.#timeout === 0) throw error;
      return this.#retryLater(run, error);
    }
  }

  async #retryLater<T>(run: () => T, first: unknown): Promise<T> {
    const deadline = performance.now() + this.#timeout;
    this.#isCancelled = false;
    for (let attempt = 0; ; attempt++) {
      const left = deadline - performance.now();
      if (left <= 0) throw this.#locked("somebody else has the lock", first);
      await pause(Math.min(left, PAUSES[Math.min(attempt, PAUSES.length - 1)]!));
      if (this.#closed) throw new SqliteDriverError("interface", "the connection was closed while a lock was waited for");
      this.#requireNotCancelled();
      try {
        return run();
      } catch (error) {
        if (isStaleSnapshot(error)) throw stale(error);
        if (!isBusy(error)) throw error;
      }
    }
  }

  #locked(why: string, cause?: unknown): SqliteDriverError {
    return new SqliteDriverError(
      "locked",
      `database is locked, and has been for ${this.#timeout / 1000} s (the option "timeout"): ${why}`,
      cause,
    );
  }

  #releaseGate(): void {
    if (!this.#holdsGate) return;
    this.#holdsGate = false;
    this.#gate.commitBlocked = false;
    this.#gate.mutex.release();
  }

  #releaseGateUnlessBegun(): void {
    if (!this.#begun) this.#releaseGate();
  }

  // --- transactions ------------------------------------------------------------------------------------------------

  begin({ explicit, options }: BeginOptions): void {
    this.#pending = { mode: (options["sqliteBegin"] as SqliteBegin | undefined) ?? "auto", explicit };
  }

  commit(): MaybePromise<void> {
    this.#pending = null;
    if (!this.#begun) return this.#endForeign("COMMIT");
    if (!this.#handle.isTransaction) {
      this.#ended();
      throw new SqliteDriverError(
        "commit-rolled-back",
        "SQLite had rolled the transaction back by itself after an earlier error (a full disk, an I/O error, ON CONFLICT ROLLBACK); nothing was saved",
      );
    }
    const done = this.#retrying(() => {
      try {
        this.#prepare("COMMIT").statement.run([]);
      } catch (error) {
        if (isBusy(error)) this.#gate.commitBlocked = true;
        throw error;
      }
    });
    if (!(done instanceof Promise)) {
      this.#ended();
      return undefined;
    }
    return done.then(() => this.#ended());
  }

  rollback(): void {
    this.#pending = null;
    if (!this.#closed && this.#handle.isTransaction) this.#prepare("ROLLBACK").statement.run([]);
    this.#ended();
  }

  /** A transaction that the user began by text of his own. */
  #endForeign(sql: string): void {
    if (!this.#closed && this.#handle.isTransaction) this.#prepare(sql).statement.run([]);
  }

  #ended(): void {
    this.#begun = false;
    this.#releaseGate();
  }
}

/**
 * All rows, with bigints for those integers alone that need them. What only reads can be read again: integers of that size are rare, and making
 * bigints of all the others in order to find them takes longer than reading the rows.
 */
function allRows(prepared: Prepared, params: readonly unknown[], bigints: boolean): unknown[][] {
  const { statement } = prepared;
  if (!bigints || prepared.isWide || prepared.kind !== "read") return statement.all(params, bigints);
  const rows = statement.allIfExact(params);
  if (rows !== null) return rows;
  prepared.isWide = true;
  return statement.all(params, true);
}

/** The first rows; the rest is not read. What writes has written all of it before it gives the first. */
function atMost(count: number, rows: Iterator<unknown[]>): unknown[][] {
  const found: unknown[][] = [];
  for (let next = rows.next(); next.done !== true; next = rows.next()) {
    found.push(next.value);
    if (found.length < count) continue;
    rows.return?.();
    break;
  }
  return found;
}

/** The values of several rows in one list. */
function flat(sets: readonly (readonly unknown[])[], from: number): unknown[] {
  const values: unknown[] = [];
  for (let i = from; i < from + ROWS_TOGETHER; i += 1) for (const value of sets[i]!) values.push(value);
  return values;
}

function wantsToWrite({ mode, explicit }: { readonly mode: SqliteBegin; readonly explicit: boolean }): boolean {
  return mode === "immediate" || mode === "exclusive" || (mode === "auto" && explicit);
}

function stale(cause?: unknown): SqliteDriverError {
  return new SqliteDriverError(
    "serialization",
    "database is locked: this transaction began by reading, and another one has written since, so it cannot write any more. Run it again; " +
      'to wait for the turn instead, begin it by begin() or engine.begin(), or make the engine with { sqliteBegin: "immediate" }',
    cause,
  );
}

/** Strings of ES2024. */
type WellFormedString = string & { isWellFormed(): boolean };

/** Values as SQLite takes them. Whole numbers become integers: the drivers would bind all numbers as REAL, and 7 / 2 would be 3.5. */
function bindable(params: readonly unknown[], placeholders: number): readonly unknown[] {
  if (placeholders >= 0 && params.length !== placeholders) {
    throw new SqliteDriverError("programming", `the statement has ${placeholders} placeholders, but ${params.length} values were given`);
  }
  const values: unknown[] = [];
  for (let i = 0; i < params.length; i++) values.push(bindableValue(params[i], i));
  return values;
}

function bindableValue(value: unknown, index: number): unknown {
  switch (typeof value) {
    case "number":
      if (Number.isSafeInteger(value)) return BigInt(value);
      if (Number.isNaN(value)) throw new SqliteDriverError("data", `the value at place ${index} is NaN, which SQLite would store as NULL`);
      return value;
    case "string":
      if (!(value as WellFormedString).isWellFormed())
        throw new SqliteDriverError("data", `the string at place ${index} is not well-formed Unicode (it has half of a surrogate pair)`);
      return value;
    case "boolean":
      return value ? 1n : 0n;
    case "bigint":
      if (BigInt.asIntN(64, value) !== value)
        throw new SqliteDriverError("data", `the integer at place ${index} does not fit into 64 bits`);
      return value;
    case "undefined":
      throw new SqliteDriverError("interface", `the value at place ${index} is undefined; use null for NULL`);
    default:
      if (value === null || value instanceof Uint8Array) return value;
      throw new SqliteDriverError(
        "interface",
        `the value at place ${index} is ${value instanceof Date ? "a Date" : "an object"}, which SQLite cannot store as it is; give the column or the parameter a type`,
      );
  }
}
