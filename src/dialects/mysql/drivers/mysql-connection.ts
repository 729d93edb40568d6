import type { Connection, FieldPacket, ResultSetHeader } from "mysql2";
import type { BeginOptions, DriverConnection, DriverResult, DriverStream, ExecuteOptions } from "../../../engine/driver.ts";
import { DEADLOCK, errnoOf, MysqlDriverError, NOT_PREPARABLE, STALE_STATEMENT } from "./mysql-errors.ts";
import { SocketHold, type HoldableSocket } from "../../../engine/socket-hold.ts";
import { MysqlStream } from "./mysql-stream.ts";
import { encodeParameters, MysqlColumns, readAsBytes, type Typed } from "./mysql-wire.ts";
import { statementsOf } from "./sql-script.ts";

/** A bit of the server's status: a transaction is open. */
const IN_TRANSACTION = 1;

/** A command of the driver: it emits `fields` before it reads rows. */
interface Command {
  on(event: "fields", fn: (fields: readonly FieldPacket[] | undefined) => void): unknown;
}

type Answer = readonly [rows: unknown, fields: unknown];

/**
 * A connection by mysql2. The session has `autocommit` off while transactions are wanted, so that each begins with its first statement
 * and costs no round trip; it is switched when the isolation level is AUTOCOMMIT, and stays so until the next transaction.
 */
export class MysqlConnection implements DriverConnection {
  onLost: ((error: unknown) => void) | null = null;
  readonly #connection: Connection;
  readonly #typed: Typed;
  /** statements are kept prepared */
  readonly #prepares: boolean;
  readonly #kill: () => Promise<void>;
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

  constructor(connection: Connection, typed: Typed, statements: number, kill: () => Promise<void>) {
    this.#connection = connection;
    this.#typed = typed;
    this.#prepares = statements > 0;
    this.#kill = kill;
    this.#hold = new SocketHold((connection as unknown as { stream: HoldableSocket }).stream);
    // they stay for the life of the connection: an error event without a listener would end the process
    connection.on("error", (error) => this.#gone(error));
    connection.on("end", () => this.#gone(new Error("Connection lost: The server closed the connection.")));
  }

  get raw(): Connection {
    return this.#connection;
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
    }
  }

  async execute(sql: string, params: readonly unknown[], options: ExecuteOptions): Promise<DriverResult> {
    const values = encodeParameters(params, this.#typed);
    return this.#run(sql, values, options.prepare !== false);
  }

  async executeMany(sql: string, rows: readonly (readonly unknown[])[], options: ExecuteOptions): Promise<DriverResult> {
    const sets = rows.map((row) => encodeParameters(row, this.#typed));
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

  async #run(sql: string, values: unknown[], prepare: boolean): Promise<DriverResult> {
    this.#requireTransaction();
    this.#stream?.release();
    const entering = this.#enter();
    try {
      return this.#result(await settled(entering, this.#send(sql, values, prepare)));
    } catch (error) {
      throw this.#failed(error);
    }
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

  async #send(sql: string, values: unknown[], prepare: boolean): Promise<Answer> {
    if (!prepare && values.length === 0) return this.#query(sql);
    try {
      return await this.#prepared(sql, values, prepare && this.#prepares);
    } catch (error) {
      const errno = errnoOf(error);
      if (errno === NOT_PREPARABLE && values.length === 0) return this.#query(sql);
      if (errno === null || !STALE_STATEMENT.has(errno)) throw error;
      this.#connection.unprepare(sql);
      return this.#prepared(sql, values, prepare && this.#prepares);
    }
  }

  #prepared(sql: string, values: unknown[], keep: boolean): Promise<Answer> {
    const answer = new Promise<Answer>((resolve, reject) => {
      const command = this.#connection.execute({ sql, values: values as never }, (error, rows, fields) => {
        if (!keep && !this.#closed) this.#connection.unprepare(sql);
        if (error) reject(error);
        else resolve([rows, fields]);
      });
      (command as unknown as Command).on("fields", readAsBytes);
    });
    return this.#hold.during(answer);
  }

  /** Without parameters and by itself: the driver's way of putting values into text is never used. */
  #query(sql: string): Promise<Answer> {
    const answer = new Promise<Answer>((resolve, reject) => {
      const command = this.#connection.query({ sql }, (error, rows, fields) => {
        if (error) reject(error);
        else resolve([rows, fields]);
      });
      (command as unknown as Command).on("fields", readAsBytes);
    });
    return this.#hold.during(answer);
  }

  #result([rows, fields]: Answer): DriverResult {
    if (!Array.isArray(rows)) return this.#outcome(rows as ResultSetHeader);
    // a procedure gives several results; the first that has rows counts
    const several = fields as readonly (readonly FieldPacket[] | undefined)[];
    if (Array.isArray(several[0]) || (several.length > 0 && several[0] === undefined)) {
      const at = several.findIndex((one) => Array.isArray(one));
      const header = (rows as unknown[]).findLast((one) => !Array.isArray(one)) as ResultSetHeader | undefined;
      if (header !== undefined) this.#note(header);
      if (at !== -1) return rowsOf(rows[at] as unknown[][], several[at]!);
      return this.#outcome(header!);
    }
    return rowsOf(rows as unknown[][], fields as readonly FieldPacket[]);
  }

  #note(header: ResultSetHeader): void {
    this.#serverInTransaction = (header.serverStatus & IN_TRANSACTION) !== 0;
  }

  #outcome(header: ResultSetHeader): DriverResult {
    this.#note(header);
    return { columns: [], rows: [], rowCount: Number(header.affectedRows), lastInsertId: insertedId(header.insertId), command: null };
  }

  // --- rows in batches ---------------------------------------------------------------------------------------------

  stream(sql: string, params: readonly unknown[], { batchSize }: ExecuteOptions & { readonly batchSize: number }): DriverStream {
    const values = encodeParameters(params, this.#typed);
    let isReading = false;
    return new MysqlStream({
      connection: this.#connection,
      batchSize,
      start: () => {
        this.#requireTransaction();
        this.#stream?.release();
        const entering = this.#enter();
        const command = this.#connection.execute({ sql, values: values as never });
        return { entering, command };
      },
      begun: (stream) => {
        this.#stream = stream;
        this.#hold.take();
        isReading = true;
      },
      ended: (stream) => {
        if (isReading) this.#hold.release();
        isReading = false;
        if (!this.#prepares && !this.#closed) this.#connection.unprepare(sql);
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
    const pong = new Promise<void>((resolve, reject) => {
      this.#connection.ping((error: unknown) => (error ? reject(error as Error) : resolve()));
    });
    return this.#hold.during(pong);
  }

  cancel(): Promise<void> {
    return this.#kill();
  }

  async close(): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    if (this.#closed) return;
    this.#closed = true;
    this.#stream?.release();
    this.#hold.take();
    await new Promise<void>((resolve) => {
      // a server that does not answer the farewell must not hold anybody up
      const timer = setTimeout(() => {
        this.#connection.destroy();
        resolve();
      }, 1000);
      timer.unref();
      this.#connection.end(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}

/** The answer to a statement, once what was sent before it has succeeded too. */
async function settled<T>(before: Promise<unknown> | null, answer: Promise<T>): Promise<T> {
  if (before === null) return answer;
  const [first, second] = await Promise.allSettled([before, answer]);
  if (first.status === "rejected") throw first.reason as Error;
  if (second.status === "rejected") throw second.reason as Error;
  return second.value;
}

function rowsOf(rows: unknown[][], fields: readonly FieldPacket[]): DriverResult {
  const columns = new MysqlColumns(fields);
  return { columns: columns.names, rows: columns.convertAll(rows), rowCount: rows.length, lastInsertId: null, command: null };
}

/** Ids that a number cannot hold come as text. */
function insertedId(id: number | string): number | bigint | null {
  if (id === 0 || id === "0") return null;
  return typeof id === "number" ? id : BigInt(id);
}
