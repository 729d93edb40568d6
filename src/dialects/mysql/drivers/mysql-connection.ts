import { setTimeout as pause } from "node:timers/promises";
import type { BeginOptions, DriverConnection, DriverResult, DriverStream, ExecuteOptions } from "../../../engine/driver.ts";
import { DEADLOCK, errnoOf, MysqlDriverError, NOT_PREPARABLE, STALE_STATEMENT } from "./mysql-errors.ts";
import { SocketHold } from "../../../engine/socket-hold.ts";
import { MysqlStream } from "./mysql-stream.ts";
import { type MysqlAnswer, type MysqlTransport, RESTORE } from "./mysql-transport.ts";
import { statementsOf } from "./sql-script.ts";

/** Statements that are sent without waiting for their answers. */
const AT_ONCE = 100;
/** Milliseconds for statements that were sent behind one that failed. */
const PATIENCE = 100;
/** How often the server is asked to end a statement; the waits in between grow to a second. */
const KILLS_IN_VAIN = 13;

const OURS = "connections speak utf8mb4, which holds all text, and the backslash begins an escape:";

/**
 * A connection to MySQL or MariaDB, whatever package carries it. The session has `autocommit` off while transactions are wanted, so that each begins with its first statement
 * and costs no round trip; it is switched when the isolation level is AUTOCOMMIT, and stays so until the next transaction.
 */
export class MysqlConnection implements DriverConnection {
  onLost: ((error: unknown) => void) | null = null;
  readonly #transport: MysqlTransport;
  /** statements are kept prepared */
  readonly #prepares: boolean;
  readonly #pipelines: boolean;
  /** `begin()` was called, and neither `commit()` nor `rollback()` since */
  #begun = false;
  /** something was run since */
  #open = false;
  /** the server has rolled the transaction back of its own accord */
  #lost = false;
  /** what the server said of its own accord */
  #serverInTransaction = false;
  /** as the session is set */
  #autocommit = false;
  #level: string | null = null;
  #levelPending = false;
  #closed = false;
  #closing = false;
  #stream: MysqlStream | null = null;
  readonly #hold: SocketHold;

  /**
   * @param statements - how many statements are kept prepared; 0 for none
   * @param pipelining - whether statements may be sent before the answers to those before them have come
   */
  constructor(transport: MysqlTransport, statements: number, pipelining: boolean) {
    this.#transport = transport;
    this.#prepares = statements > 0;
    this.#pipelines = pipelining && statements > 0;
    this.#hold = new SocketHold(transport.socket);
    transport.onGone((error) => this.#gone(error));
  }

  get raw(): unknown {
    return this.#transport.raw;
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  get inTransaction(): boolean | "failed" {
    if (this.#closed) return false;
    if (this.#lost) return "failed";
    return this.#open || this.#serverInTransaction;
  }

  /** The level of the transaction that runs; null for the session's. */
  get isolationLevel(): string | null {
    return this.#begun ? this.#level : null;
  }

  #gone(error: unknown): void {
    const wasOpen = !this.#closed;
    this.#closed = true;
    this.#stream?.lost(error);
    if (wasOpen && !this.#closing) this.onLost?.(error);
  }

  // --- statements --------------------------------------------------------------------------------------------------

  /** Runs text outside of all transactions, for what the driver and the dialect have to know. */
  async ask(sql: string): Promise<unknown[][]> {
    const { rows } = this.#result(await this.#query(sql));
    return rows;
  }

  async exec(sql: string): Promise<void> {
    this.#stream?.release();
    for (const statement of statementsOf(sql)) {
      const entering = this.#enter();
      await settled(
        entering,
        this.#query(statement).then((answer) => this.#result(answer)),
      );
      if (this.#transport.foreign !== null) await this.#restore();
    }
  }

  async execute(sql: string, params: readonly unknown[], options: ExecuteOptions): Promise<DriverResult> {
    const values = this.#transport.encode(params);
    return this.#run(sql, values, options.prepare !== false);
  }

  async executeMany(sql: string, rows: readonly (readonly unknown[])[], options: ExecuteOptions): Promise<DriverResult> {
    const sets = rows.map((row) => this.#transport.encode(row));
    if (options.allOrNone === true && this.#begun && this.#pipelines && options.prepare !== false) return this.#allOrNone(sql, sets);
    const all: unknown[][] = [];
    let rowCount = 0;
    let last: DriverResult | null = null;
    for (const values of sets) {
      last = await this.#run(sql, values, options.prepare !== false);
      for (const row of last.rows) all.push(row);
      rowCount += last.rowCount;
    }
    return { columns: last?.columns ?? [], rows: all, rowCount, lastInsertId: last?.lastInsertId ?? null, command: null };
  }

  /** Sets of values of which all are rolled back when one fails: what is sent behind that one does no harm. */
  async #allOrNone(sql: string, sets: readonly unknown[][]): Promise<DriverResult> {
    // the first one finds out whether the statement has to be prepared again
    const { rowCount, columns, rows } = await this.#run(sql, sets[0]!, true);
    let count = rowCount;
    for (let start = 1; start < sets.length; start += AT_ONCE) {
      this.#requireTransaction();
      const answers = this.#transport.together(sql, sets.slice(start, start + AT_ONCE));
      try {
        for (const answer of await this.#hold.during(allOf(answers, this.#transport))) {
          const result = this.#result(answer);
          count += result.rowCount;
          for (const row of result.rows) rows.push(row);
        }
      } catch (error) {
        throw this.#failed(error);
      }
      if (this.#transport.foreign !== null) await this.#restore();
    }
    return { columns, rows, rowCount: count, lastInsertId: null, command: null };
  }

  async #run(sql: string, values: unknown[], prepare: boolean): Promise<DriverResult> {
    this.#requireTransaction();
    this.#stream?.release();
    const entering = this.#enter();
    try {
      const result = this.#result(await settled(entering, this.#send(sql, values, prepare)));
      if (this.#transport.foreign !== null) await this.#restore();
      return result;
    } catch (error) {
      throw this.#failed(error);
    }
  }

  /** Takes back what would have the session read SQL otherwise than it is written. */
  async #restore(): Promise<never> {
    const told = this.#transport.foreign!;
    this.#transport.foreign = null;
    try {
      await this.#query(RESTORE);
    } catch (error) {
      // the package cannot write what the session reads now
      this.#transport.destroy();
      throw new MysqlDriverError("disconnect", `${OURS} the connection of a session that was told to use ${told} has been closed`, error);
    }
    throw new MysqlDriverError("not-supported", `${OURS} that the session was told to use ${told} has been taken back`);
  }

  /** After a deadlock the server would begin another transaction with the next statement, as if nothing had been lost. */
  #requireTransaction(): void {
    if (!this.#lost) return;
    throw new MysqlDriverError(
      "internal",
      "the server has rolled back this transaction because of a deadlock; nothing can be run until rollback() is called",
    );
  }

  #failed(error: unknown): unknown {
    if (this.#begun && errnoOf(error) === DEADLOCK) this.#lost = true;
    return error;
  }

  async #send(sql: string, values: unknown[], prepare: boolean): Promise<MysqlAnswer> {
    if (!prepare && values.length === 0) return this.#query(sql);
    try {
      return await this.#prepared(sql, values, prepare && this.#prepares);
    } catch (error) {
      const errno = errnoOf(error);
      if (errno === NOT_PREPARABLE && values.length === 0) return this.#query(sql);
      if (errno === null || !STALE_STATEMENT.has(errno)) throw error;
      this.#transport.unprepare(sql);
      return this.#prepared(sql, values, prepare && this.#prepares);
    }
  }

  #prepared(sql: string, values: unknown[], keep: boolean): Promise<MysqlAnswer> {
    return this.#hold.during(this.#transport.prepared(sql, values, keep));
  }

  /** Without parameters and by itself: a driver's way of putting values into text is never used. */
  #query(sql: string): Promise<MysqlAnswer> {
    return this.#hold.during(this.#transport.query(sql));
  }

  #result({ result, inTransaction }: MysqlAnswer): DriverResult {
    if (inTransaction !== null) this.#serverInTransaction = inTransaction;
    return result;
  }

  // --- rows in batches ---------------------------------------------------------------------------------------------

  stream(sql: string, params: readonly unknown[], { batchSize }: ExecuteOptions & { readonly batchSize: number }): DriverStream {
    const values = this.#transport.encode(params);
    let isReading = false;
    return new MysqlStream({
      batchSize,
      start: () => {
        this.#requireTransaction();
        this.#stream?.release();
        return { entering: this.#enter(), source: this.#transport.stream(sql, values) };
      },
      begun: (stream) => {
        this.#stream = stream;
        this.#hold.take();
        isReading = true;
      },
      ended: (stream) => {
        if (isReading) this.#hold.release();
        isReading = false;
        if (!this.#prepares && !this.#closed) this.#transport.unprepare(sql);
        if (this.#stream === stream) this.#stream = null;
      },
      failed: (error) => this.#failed(error),
    });
  }

  // --- transactions ------------------------------------------------------------------------------------------------

  begin({ isolationLevel }: BeginOptions): void {
    this.#begun = true;
    this.#level = isolationLevel;
    this.#levelPending = isolationLevel !== null;
  }

  /** Sets the session to what the next statement needs. It is sent before that one, and not waited for; null when there is nothing to send. */
  #enter(): Promise<unknown> | null {
    const sent: Promise<unknown>[] = [];
    if (this.#autocommit === this.#begun) {
      this.#autocommit = !this.#begun;
      sent.push(this.#query(`SET autocommit = ${this.#begun ? 0 : 1}`));
    }
    if (this.#begun) {
      if (this.#levelPending) sent.push(this.#query(`SET TRANSACTION ISOLATION LEVEL ${this.#level!}`));
      this.#levelPending = false;
      this.#open = true;
    }
    return sent.length === 0 ? null : Promise.all(sent);
  }

  async commit(): Promise<void> {
    const wasLost = this.#lost;
    // a lost connection cannot commit what was open in it, and says so
    const wasCutOff = this.#closed && (this.#open || this.#serverInTransaction);
    if (!this.#end() && !wasCutOff) return;
    this.#stream?.release();
    if (wasLost && !wasCutOff) {
      await this.#query("ROLLBACK");
      throw new MysqlDriverError(
        "commit-rolled-back",
        "the server had rolled the transaction back because of a deadlock; nothing was saved",
      );
    }
    this.#result(await this.#query("COMMIT"));
  }

  async rollback(): Promise<void> {
    if (!this.#end()) return;
    this.#stream?.release();
    this.#result(await this.#query("ROLLBACK"));
  }

  /** Notes the end of a transaction; whether there is anything to tell the server. */
  #end(): boolean {
    const isOpen = this.inTransaction !== false;
    this.#begun = false;
    this.#open = false;
    this.#lost = false;
    this.#serverInTransaction = false;
    this.#levelPending = false;
    return isOpen;
  }

  // --- the connection ----------------------------------------------------------------------------------------------

  ping(): Promise<void> {
    this.#stream?.release();
    return this.#hold.during(this.#transport.ping());
  }

  cancel(): Promise<void> {
    return this.#transport.kill();
  }

  async close(): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    if (this.#closed) return;
    this.#closed = true;
    // a farewell would have to wait for the end of what runs
    if (this.#hold.isHeld) {
      this.#transport.destroy();
      return;
    }
    this.#hold.take();
    await withinOneSecond(this.#transport);
  }
}

/**
 * All answers; or the first error, once nothing is under way any more. What was sent behind the one that failed is given up: each of them might
 * wait for a lock as long as that one did.
 */
async function allOf(answers: readonly Promise<MysqlAnswer>[], transport: MysqlTransport): Promise<readonly MysqlAnswer[]> {
  try {
    return await Promise.all(answers);
  } catch (error) {
    await giveUp(answers, transport);
    throw error;
  }
}

/** Has the server give up one statement after the other; where none of them ends for that, the connection is given up. */
async function giveUp(answers: readonly Promise<MysqlAnswer>[], transport: MysqlTransport): Promise<void> {
  let ended = 0;
  const note = (): void => {
    ended += 1;
  };
  const all = Promise.all(answers.map((answer) => answer.then(note, note)));
  let wait = PATIENCE;
  let vain = 0;
  for (let before = -1; ended < answers.length; before = ended) {
    const isOver = await Promise.race([all.then(() => true), pause(wait, false, { ref: false })]);
    if (isOver) break;
    vain = before === ended ? vain + 1 : 0;
    if (vain > KILLS_IN_VAIN) {
      transport.destroy();
      await all;
      return;
    }
    wait = Math.min(2 ** vain, 1000);
    await transport.kill();
  }
  // a statement may have ended before, and the word have been left for what comes next
  if (wait !== PATIENCE) await transport.query("DO 0").catch(() => undefined);
}

/** A server that does not answer the farewell must not hold anybody up. */
async function withinOneSecond(transport: MysqlTransport): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(() => {
      transport.destroy();
      resolve();
    }, 1000);
    timer.unref();
    const done = (): void => {
      clearTimeout(timer);
      resolve();
    };
    transport.end().then(done, done);
  });
}

/** The answer to a statement, once what was sent before it has succeeded too. */
async function settled<T>(before: Promise<unknown> | null, answer: Promise<T>): Promise<T> {
  if (before === null) return answer;
  const [first, second] = await Promise.allSettled([before, answer]);
  if (first.status === "rejected") throw first.reason as Error;
  if (second.status === "rejected") throw second.reason as Error;
  return second.value;
}
