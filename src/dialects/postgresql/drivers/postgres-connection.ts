import type { BeginOptions, DriverConnection, DriverResult, DriverStream, ExecuteOptions, HeldStatements } from "../../../engine/driver.ts";
import { LruCache } from "../../../util/lru-cache.ts";
import { beginText } from "./begin-text.ts";
import { HeldExchanges } from "./held-exchanges.ts";
import { ENCODING, foreignEncoding, PostgresDriverError, SET_ENCODING, sqlstateOf } from "./postgres-errors.ts";
import { encodeParameters, LimitedResponse, WireResponse, type Wire, type WireColumns, type WireValue } from "./wire.ts";

/** A statement that the server keeps under a name. */
interface Prepared {
  readonly name: string;
  /** null until it has been described; no columns when it gives no rows */
  columns: WireColumns | null;
  described: boolean;
}

/** A statement (S) or a portal (P), by its name. */
interface Forgotten {
  readonly type: "P" | "S";
  readonly name: string;
}

/** How many statements the server keeps for a connection, unless the user says so. */
export const DEFAULT_STATEMENTS = 100;

/** Messages that are sent before the server is asked to catch up, in one executemany. */
const ROWS_AT_A_TIME = 500;

/** A transaction that the server says is open, failed or absent. */
export type TransactionStatus = "I" | "T" | "E";

/**
 * A connection to PostgreSQL, whatever carries the messages. BEGIN goes out together with the first statement, and a
 * statement that comes again is prepared by then: both save round trips.
 */
export abstract class PostgresConnection implements DriverConnection {
  abstract readonly raw: unknown;
  abstract readonly isClosed: boolean;
  abstract cancel(): void | Promise<void>;
  onLost: ((error: unknown) => void) | null = null;
  /** as the server told with its last answer */
  protected _status: TransactionStatus = "I";
  /** the client_encoding, as the server tells whenever it changes */
  protected _encoding: string = ENCODING;
  #pendingBegin: string | null = null;
  readonly #statements: LruCache<string, Prepared>;
  readonly #prepares: boolean;
  /** statements and portals that the server is to forget, told with the next messages */
  #toClose: Forgotten[] = [];
  #serial = 0;
  /** statements that wait to go out together */
  #held: HeldExchanges | null = null;

  /** @param statements - how many prepared statements are kept; 0 prepares none */
  constructor(statements: number) {
    this.#prepares = statements > 0;
    this.#statements = new LruCache(statements, (_sql, { name }) => this.#toClose.push({ type: "S", name }));
  }

  /** Sends messages and collects the answer; it is rejected only when the server is ready again, or gone. */
  protected abstract _exchange(write: (wire: Wire) => void, response: WireResponse): Promise<WireResponse>;

  abstract close(): void | Promise<void>;

  get inTransaction(): boolean | "failed" {
    return this._status === "I" ? false : this._status === "T" ? true : "failed";
  }

  // --- statements --------------------------------------------------------------------------------------------------

  async exec(sql: string): Promise<void> {
    await this.#simple(sql);
    if (this._encoding !== ENCODING) await this.#backToUtf8();
  }

  async #backToUtf8(): Promise<never> {
    const told = this._encoding;
    await this.#simple(SET_ENCODING);
    throw foreignEncoding(told);
  }

  async ping(): Promise<void> {
    await this.#simple("SELECT 1");
  }

  #simple(sql: string): Promise<WireResponse> {
    this.#release();
    return this._exchange((wire) => wire.query(sql), new WireResponse(null, 0, true));
  }

  execute(sql: string, params: readonly unknown[], options: ExecuteOptions): Promise<DriverResult> {
    return this.#run(sql, [encodeParameters(params)], options.prepare !== false, options.maxRows);
  }

  async executeMany(sql: string, rows: readonly (readonly unknown[])[], options: ExecuteOptions): Promise<DriverResult> {
    if (rows.length <= ROWS_AT_A_TIME) return this.#run(sql, rows.map(encodeParameters), options.prepare !== false);
    const all: unknown[][] = [];
    let rowCount = 0;
    let last: DriverResult | null = null;
    for (let i = 0; i < rows.length; i += ROWS_AT_A_TIME) {
      last = await this.#run(sql, rows.slice(i, i + ROWS_AT_A_TIME).map(encodeParameters), options.prepare !== false);
      for (const row of last.rows) all.push(row);
      rowCount += Math.max(last.rowCount, 0);
    }
    return { columns: last!.columns, rows: all, rowCount, lastInsertId: null, command: last!.command };
  }

  async #run(sql: string, sets: readonly WireValue[][], prepare: boolean, maxRows?: number): Promise<DriverResult> {
    const wasIdle = this._status === "I" && this.#pendingBegin === null;
    try {
      return await this.#send(sql, sets, prepare, maxRows);
    } catch (error) {
      // "cached plan must not change result type", or somebody said DEALLOCATE: nothing was run yet
      const code = sqlstateOf(error);
      if (!prepare || !wasIdle || !(code === "26000" || (code === "0A000" && /cached plan/.test((error as Error).message)))) throw error;
      return this.#send(sql, sets, true, maxRows);
    }
  }

  async #send(sql: string, sets: readonly WireValue[][], prepare: boolean, maxRows: number | undefined): Promise<DriverResult> {
    const begin = this.#pendingBegin;
    this.#pendingBegin = null;
    const known = prepare && this.#prepares ? this.#statements.get(sql) : undefined;
    const statement = known ?? (prepare && this.#prepares ? this.#name(sql) : null);
    const isDescribed = statement !== null && statement.described;
    const columns = isDescribed ? statement.columns : null;
    const skip = begin === null ? 0 : 1;
    const response = maxRows === undefined ? new WireResponse(columns, skip) : new LimitedResponse(columns, skip, maxRows + 1);
    const toClose = this.#takeToClose();
    try {
      const write = (wire: Wire): void => {
        for (const forgotten of toClose) wire.close(forgotten);
        if (begin !== null) {
          wire.parse({ text: begin });
          wire.bind({});
          wire.execute({});
        }
        const name = statement === null ? "" : statement.name;
        if (known === undefined) wire.parse({ name, text: sql });
        for (let i = 0; i < sets.length; i++) {
          wire.bind({ statement: name, values: sets[i]! });
          if (i === 0 && !isDescribed) wire.describe({ type: "P" });
          wire.execute({});
        }
      };
      await (this.#held === null
        ? this._exchange((wire) => {
            write(wire);
            wire.sync();
          }, response)
        : this.#held.add(write, response, skip + sets.length));
    } catch (error) {
      if (statement !== null) this.#forget(sql, statement, error, known === undefined);
      throw error;
    }
    if (this._encoding !== ENCODING) await this.#backToUtf8();
    if (statement !== null && !isDescribed) {
      statement.columns = response.columns;
      statement.described = true;
    }
    return {
      columns: response.columns?.names ?? [],
      rows: response.rows,
      rowCount: response.rowCount,
      lastInsertId: null,
      command: response.command,
    };
  }

  hold(): HeldStatements | null {
    // without a transaction, a failure would undo the statements that were sent with the one that fails
    if (this.#held !== null || (this._status !== "T" && this.#pendingBegin === null)) return null;
    const held = (this.#held = new HeldExchanges());
    return {
      get count() {
        return held.count;
      },
      release: () => {
        if (this.#held === held) this.#release();
      },
    };
  }

  /** Sends what waits. */
  #release(): void {
    const held = this.#held;
    if (held === null) return;
    this.#held = null;
    held.send((write, response) => this._exchange(write, response));
  }

  #name(sql: string): Prepared {
    this.#serial += 1;
    const prepared: Prepared = { name: `athanor_${this.#serial}`, columns: null, described: false };
    this.#statements.set(sql, prepared);
    return prepared;
  }

  #takeToClose(): readonly Forgotten[] {
    if (this.#toClose.length === 0) return [];
    const names = this.#toClose;
    this.#toClose = [];
    return names;
  }

  /** After an error it is not known whether the server has the statement; its name is not used again. */
  #forget(sql: string, { name }: Prepared, error: unknown, isNew: boolean): void {
    const code = sqlstateOf(error);
    if (!isNew && code !== "26000" && code !== "0A000") return;
    this.#statements.delete(sql);
    this.#toClose.push({ type: "S", name });
  }

  // --- rows in batches ---------------------------------------------------------------------------------------------

  stream(sql: string, params: readonly unknown[], options: ExecuteOptions & { readonly batchSize: number }): DriverStream {
    const values = encodeParameters(params);
    this.#serial += 1;
    const portal = `athanor_p${this.#serial}`;
    const { batchSize } = options;
    let response: WireResponse | null = null;
    let isOpen = true;
    const start = (): Promise<WireResponse> => {
      this.#release();
      const begin = this.#pendingBegin;
      this.#pendingBegin = null;
      // a portal lives as long as the transaction; without one, all rows have to be taken at once
      const canPause = begin !== null || this._status === "T";
      const toClose = this.#takeToClose();
      return this._exchange(
        (wire) => {
          for (const forgotten of toClose) wire.close(forgotten);
          if (begin !== null) {
            wire.parse({ text: begin });
            wire.bind({});
            wire.execute({});
          }
          wire.parse({ text: sql });
          wire.bind({ portal, values });
          wire.describe({ type: "P", name: portal });
          wire.execute({ portal, rows: canPause ? batchSize : 0 });
          wire.sync();
        },
        new WireResponse(null, begin === null ? 0 : 1),
      );
    };
    const next = (): Promise<WireResponse> => {
      this.#release();
      return this._exchange(
        (wire) => {
          wire.execute({ portal, rows: batchSize });
          wire.sync();
        },
        new WireResponse(response!.columns, 0),
      );
    };
    const close = (): void => {
      if (!isOpen) return;
      isOpen = false;
      this.#toClose.push({ type: "P", name: portal });
    };
    return {
      get columns() {
        return response?.columns?.names ?? [];
      },
      close,
      async *[Symbol.asyncIterator]() {
        try {
          response = await start();
          if (response.rows.length > 0) yield response.rows;
          while (response.suspended && isOpen) {
            response = await next();
            if (response.rows.length > 0) yield response.rows;
          }
        } finally {
          close();
        }
      },
    };
  }

  // --- transactions ------------------------------------------------------------------------------------------------

  begin(options: BeginOptions): void {
    this.#pendingBegin = beginText(options);
  }

  async commit(): Promise<void> {
    if (this.#dropPending() || this._status === "I") return;
    const { command } = await this.#simple("COMMIT");
    if (command !== "COMMIT") {
      throw new PostgresDriverError(
        "commit-rolled-back",
        "the server answered COMMIT with ROLLBACK, because a statement of the transaction had failed; nothing was saved",
      );
    }
  }

  async rollback(): Promise<void> {
    // the server undoes by itself what a lost connection has not committed
    if (this.#dropPending() || this._status === "I" || this.isClosed) return;
    await this.#simple("ROLLBACK");
  }

  #dropPending(): boolean {
    const was = this.#pendingBegin !== null;
    this.#pendingBegin = null;
    return was;
  }
}
