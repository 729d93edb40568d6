import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { PendingQuery, Row, Sql } from "postgres";
import type { BeginOptions, DriverConnection, DriverResult, DriverStream, ExecuteOptions, HeldStatements } from "../../../engine/driver.ts";
import { SocketHold } from "../../../engine/socket-hold.ts";
import { beginText } from "./begin-text.ts";
import { ENCODING, foreignEncoding, isServerError, PostgresDriverError, SET_ENCODING, unreadable } from "./postgres-errors.ts";
import { encodeParameters, WireColumns, type WireValue } from "./wire.ts";

/** A result of the package, with rows as arrays of text. */
interface Answer extends Iterable<(string | null)[]> {
  readonly length: number;
  readonly count: number | null;
  readonly command: string;
  readonly columns?: readonly { readonly name: string; readonly type: number }[];
}

/** Of rows whose shape is of no matter: they are read as arrays. */
type Query = PendingQuery<(Row & Iterable<Row>)[]>;

/** What a cursor can be declared for. */
const READS = /^\s*(?:select|values)\b/i;

/** Bytes go out as text. */
const textOf = (value: WireValue): string | null => (typeof value === "object" && value !== null ? `\\x${value.toString("hex")}` : value);

/**
 * A connection by the package postgres, of whose pool it is the only one. The package does not tell whether a transaction is open, so that
 * is followed by what the server answers.
 */
export class PostgresJsConnection implements DriverConnection {
  onLost: ((error: unknown) => void) | null = null;
  readonly #sql: Sql;
  readonly #socket: Socket;
  readonly #hold: SocketHold;
  readonly #socketClosed: Promise<void>;
  /** texts that are prepared; the package never lets go of one, so there is a limit to them */
  readonly #prepared = new Set<string>();
  readonly #limit: number;
  readonly #cancelSession: () => Promise<void>;
  #status: "I" | "T" | "E" = "I";
  #pendingBegin: string | null = null;
  /** how many statements there were so far */
  #sent = 0;
  #closed = false;
  #closing = false;
  #cursors = 0;

  constructor(sql: Sql, socket: Socket, statements: number, cancelSession: () => Promise<void>) {
    this.#sql = sql;
    this.#socket = socket;
    this.#limit = statements;
    this.#cancelSession = cancelSession;
    this.#hold = new SocketHold(socket);
    socket.on("error", () => undefined);
    this.#socketClosed = new Promise((resolve) => {
      socket.on("close", () => {
        this.#lost();
        resolve();
      });
    });
  }

  get raw(): Sql {
    return this.#sql;
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  get inTransaction(): boolean | "failed" {
    return this.#status === "I" ? false : this.#status === "T" ? true : "failed";
  }

  #lost(): void {
    const wasOpen = !this.#closed;
    this.#closed = true;
    if (wasOpen && !this.#closing) this.onLost?.(new Error("Connection terminated unexpectedly"));
  }

  // --- statements --------------------------------------------------------------------------------------------------

  async exec(sql: string): Promise<void> {
    await this.#run(() => this.#sql.unsafe(sql).simple());
  }

  async ping(): Promise<void> {
    await this.#run(() => this.#sql.unsafe("SELECT 1").simple());
  }

  /** Sends a query, and follows what it does to the transaction. */
  async #run(make: () => Query): Promise<Answer> {
    this.#requireOpen();
    const query = make();
    try {
      const answer = (await this.#hold.during(Promise.resolve(query))) as unknown as Answer | Answer[];
      const answers =
        Array.isArray(answer) && answer.length > 0 && Array.isArray(answer[0]) && "command" in answer[0]
          ? (answer as Answer[])
          : [answer as Answer];
      if (!Array.isArray(answer)) throw this.#refuseCopy(answer as unknown as Duplex);
      for (const one of answers) this.#note(one.command);
      if (this.#encoding !== ENCODING) await this.#backToUtf8();
      return answers.at(-1)!;
    } catch (error) {
      throw this.#failed(error);
    }
  }

  /** The client_encoding, as the server tells whenever it changes. */
  get #encoding(): string {
    return String(this.#sql.parameters["client_encoding"] ?? ENCODING);
  }

  async #backToUtf8(): Promise<never> {
    const told = this.#encoding;
    await this.#hold.during(Promise.resolve(this.#sql.unsafe(SET_ENCODING).simple()));
    throw foreignEncoding(told);
  }

  #requireOpen(): void {
    if (this.#closed) throw new Error("Connection terminated unexpectedly");
  }

  #note(command: string | undefined): void {
    switch (command) {
      case "BEGIN":
      case "START TRANSACTION":
        this.#status = "T";
        break;
      case "COMMIT":
      case "ROLLBACK":
      case "PREPARE TRANSACTION":
        this.#status = "I";
        break;
      default:
    }
  }

  /** An error ends what a transaction can do; the names of its parts are made those of the other drivers. */
  #failed(error: unknown): unknown {
    if (isServerError(error)) {
      if (this.#status === "T") this.#status = "E";
      return withoutValues(error as unknown as Readonly<Record<string, unknown>>);
    }
    const { code, errno } = (error ?? {}) as { readonly code?: unknown; readonly errno?: unknown };
    if (code === "CONNECTION_CLOSED" || code === "CONNECTION_DESTROYED" || code === "CONNECTION_ENDED" || errno === "CONNECTION_CLOSED") {
      this.#lost();
      return new PostgresDriverError("disconnect", "the connection to the server was lost: Connection terminated unexpectedly", error);
    }
    // the error of a socket comes before its end
    if (this.#socket.destroyed) this.#lost();
    // the package itself has failed at what the server sent
    if (!(error instanceof TypeError || error instanceof RangeError)) return error;
    this.#socket.destroy();
    return unreadable(error);
  }

  /** For COPY the package gives a stream, and the connection is of use again only when that has been read or written. */
  #refuseCopy(stream: Duplex): PostgresDriverError {
    stream.on("error", () => undefined);
    this.#socket.destroy();
    this.#lost();
    return new PostgresDriverError(
      "disconnect",
      "COPY FROM STDIN and COPY TO STDOUT are not supported; the connection was closed because of it",
    );
  }

  #query(sql: string, values: readonly WireValue[], prepare: boolean): Query {
    let keep = prepare && this.#limit > 0;
    if (keep && !this.#prepared.has(sql)) {
      if (this.#prepared.size >= this.#limit) keep = false;
      else this.#prepared.add(sql);
    }
    return this.#sql.unsafe(sql, values.map(textOf) as never, { prepare: keep, simple: false } as never).values() as unknown as Query;
  }

  /** BEGIN goes out together with the first statement. */
  #enter(): Promise<unknown> | null {
    const begin = this.#pendingBegin;
    if (begin === null) return null;
    this.#pendingBegin = null;
    const entering = this.#run(() => this.#sql.unsafe(begin).simple());
    entering.catch(() => undefined);
    return entering;
  }

  /** The package sends a statement behind another one without waiting: nothing has to be held back. */
  hold(): HeldStatements | null {
    if (this.#status !== "T" && this.#pendingBegin === null) return null;
    const sent = (): number => this.#sent;
    return {
      get count() {
        return sent();
      },
      release: () => undefined,
    };
  }

  async #one(sql: string, values: readonly WireValue[], prepare: boolean): Promise<DriverResult> {
    this.#sent += 1;
    const entering = this.#enter();
    const answering = this.#run(() => this.#query(sql, values, prepare));
    if (entering !== null) {
      answering.catch(() => undefined);
      await entering;
    }
    const answer = await answering;
    // the tag is that of the end of a transaction
    if (answer.command === "ROLLBACK" && /^\s*rollback\s+(?:work\s+|transaction\s+)?to\b/i.test(sql)) this.#status = "T";
    return resultOf(answer);
  }

  execute(sql: string, params: readonly unknown[], options: ExecuteOptions): Promise<DriverResult> {
    return this.#one(sql, encodeParameters(params), options.prepare !== false);
  }

  async executeMany(sql: string, rows: readonly (readonly unknown[])[], options: ExecuteOptions): Promise<DriverResult> {
    const sets = rows.map(encodeParameters);
    // all or none, also where there is no transaction around it
    const ownTransaction = this.#status === "I" && this.#pendingBegin === null;
    if (ownTransaction) this.#pendingBegin = "BEGIN";
    const all: unknown[][] = [];
    let rowCount = 0;
    let last: DriverResult | null = null;
    try {
      const first = await this.#one(sql, sets[0]!, options.prepare !== false);
      const others = sets.slice(1).map((values) => this.#one(sql, values, options.prepare !== false));
      for (const other of others) other.catch(() => undefined);
      for (const result of [first, ...others]) {
        last = await result;
        for (const row of last.rows) all.push(row);
        rowCount += Math.max(last.rowCount, 0);
      }
      if (ownTransaction) await this.commit();
    } catch (error) {
      if (ownTransaction) await this.rollback();
      throw error;
    }
    return { columns: last?.columns ?? [], rows: all, rowCount, lastInsertId: null, command: last?.command ?? null };
  }

  // --- rows in batches ---------------------------------------------------------------------------------------------

  /**
   * By a cursor of SQL: those of the package keep the connection to themselves until the last row. A cursor needs a transaction, and a
   * statement that only reads; otherwise all rows have to be taken at once.
   */
  stream(sql: string, params: readonly unknown[], options: ExecuteOptions & { readonly batchSize: number }): DriverStream {
    const values = encodeParameters(params);
    const { batchSize } = options;
    const canPause = (this.#pendingBegin !== null || this.#status === "T") && READS.test(sql);
    const run = (text: string, given: readonly WireValue[]): Promise<DriverResult> => this.#one(text, given, false);
    const name = `athanor_c${(this.#cursors += 1)}`;
    let columns: readonly string[] = [];
    let isOpen = canPause;
    const close = async (): Promise<void> => {
      if (!isOpen) return;
      isOpen = false;
      // in a failed transaction it is closed already
      if (this.#status === "T" && !this.#closed) await run(`CLOSE ${name}`, []);
    };
    return {
      get columns() {
        return columns;
      },
      close,
      async *[Symbol.asyncIterator]() {
        if (!canPause) {
          const result = await run(sql, values);
          columns = result.columns;
          if (result.rows.length > 0) yield result.rows;
          return;
        }
        try {
          await run(`DECLARE ${name} NO SCROLL CURSOR FOR ${sql}`, values);
          for (;;) {
            const result = await run(`FETCH FORWARD ${batchSize} FROM ${name}`, []);
            columns = result.columns;
            if (result.rows.length > 0) yield result.rows;
            if (result.rows.length < batchSize || !isOpen) return;
          }
        } finally {
          await close();
        }
      },
    };
  }

  // --- transactions ------------------------------------------------------------------------------------------------

  begin(options: BeginOptions): void {
    this.#pendingBegin = beginText(options);
  }

  async commit(): Promise<void> {
    if (this.#dropPending() || this.#status === "I") return;
    const { command } = await this.#run(() => this.#sql.unsafe("COMMIT").simple());
    if (command !== "COMMIT") {
      throw new PostgresDriverError(
        "commit-rolled-back",
        "the server answered COMMIT with ROLLBACK, because a statement of the transaction had failed; nothing was saved",
      );
    }
  }

  async rollback(): Promise<void> {
    // the server undoes by itself what a lost connection has not committed
    if (this.#dropPending() || this.#status === "I" || this.#closed) return;
    await this.#run(() => this.#sql.unsafe("ROLLBACK").simple());
  }

  #dropPending(): boolean {
    const was = this.#pendingBegin !== null;
    this.#pendingBegin = null;
    return was;
  }

  cancel(): Promise<void> {
    return this.#cancelSession();
  }

  async close(): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    if (this.#closed) return;
    this.#closed = true;
    this.#hold.take();
    // of a connection that breaks in this moment, the package waits for an end that it has missed
    await Promise.race([this.#sql.end({ timeout: 1 }).catch(() => undefined), this.#socketClosed]);
    this.#socket.destroy();
  }
}

/** The error with the names of the other drivers, and without the statement and its values, which the package hangs on it for good. */
function withoutValues(given: Readonly<Record<string, unknown>>): Error {
  const error = new Error(String(given["message"]));
  error.name = "PostgresError";
  const { severity, code, detail, hint, position, where } = given;
  return Object.assign(error, {
    severity,
    code,
    detail,
    hint,
    position,
    where,
    schema: given["schema_name"],
    table: given["table_name"],
    column: given["column_name"],
    constraint: given["constraint_name"],
  });
}

function columnsOf({ columns }: Answer): WireColumns | null {
  return columns == null ? null : new WireColumns(columns.map(({ name, type }) => ({ name, dataTypeID: type })));
}

function resultOf(answer: Answer): DriverResult {
  const columns = columnsOf(answer);
  const rows: unknown[][] = [];
  if (columns !== null) for (const row of answer) rows.push(columns.parse(row));
  return { columns: columns?.names ?? [], rows, rowCount: answer.count ?? -1, lastInsertId: null, command: answer.command ?? null };
}
