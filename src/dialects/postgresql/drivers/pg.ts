import type { Duplex } from "node:stream";
import type * as PgModule from "pg";
import type { Client, Connection as WireConnection } from "pg";
import { NoDBAPILoaded } from "../../../errors.ts";
import type { ConnectParams, Driver, DriverConnection, DriverErrorInfo } from "../../../engine/driver.ts";
import { SocketHold, type HoldableSocket } from "../../../engine/socket-hold.ts";
import { cancelRequest } from "./cancel-request.ts";
import { clientConfig, numberOption, type PgConfig } from "./pg-config.ts";
import { DEFAULT_STATEMENTS, PostgresConnection, type TransactionStatus } from "./postgres-connection.ts";
import { classifyPostgresError, isFatal, isServerError, PostgresDriverError, sqlstateOf, unreadable } from "./postgres-errors.ts";
import type { Wire, WireField, WireResponse } from "./wire.ts";

type Pg = typeof PgModule;
type Emitting = WireConnection & { prependListener(event: string, fn: (message: never) => void): unknown };

let loaded: Promise<Pg> | null = null;

function load(): Promise<Pg> {
  loaded ??= import("pg").then(
    (module) => (module as unknown as { default?: Pg }).default ?? (module as unknown as Pg),
    (error: unknown) => {
      loaded = null;
      throw new NoDBAPILoaded("the driver of postgresql:// is the package pg, which is not installed: npm install pg", { cause: error });
    },
  );
  return loaded;
}

/** One batch of messages, in the shape in which pg takes queries: it calls `submit`, then a handler for each answer. */
class Submission {
  readonly #write: (wire: Wire) => void;
  readonly #response: WireResponse;
  readonly #owner: PgConnection;
  readonly #resolve: (response: WireResponse) => void;
  readonly reject: (error: unknown) => void;
  /** why a row cannot be read */
  #unreadable: { readonly error: unknown } | null = null;

  constructor(
    write: (wire: Wire) => void,
    response: WireResponse,
    owner: PgConnection,
    resolve: (response: WireResponse) => void,
    reject: (error: unknown) => void,
  ) {
    this.#write = write;
    this.#response = response;
    this.#owner = owner;
    this.#resolve = resolve;
    this.reject = reject;
  }

  // pg sets it on what it is given to run
  callback = (): void => undefined;

  submit(connection: WireConnection): Error | null {
    const { stream } = connection;
    // all messages in one packet
    stream.cork();
    try {
      this.#write(connection as unknown as Wire);
      return null;
    } catch (error) {
      return error as Error;
    } finally {
      stream.uncork();
    }
  }

  handleRowDescription(message: { fields: readonly WireField[] }): void {
    this.#response.rowDescription(message.fields);
  }

  handleDataRow(message: { fields: unknown[] }): void {
    if (this.#unreadable !== null) return;
    try {
      this.#response.dataRow(message.fields);
    } catch (error) {
      // it is this statement's, and told when the server is ready for the next
      this.#unreadable = { error };
    }
  }

  handleCommandComplete(message: { text: string }): void {
    this.#response.commandComplete(message.text);
  }

  handlePortalSuspended(): void {
    this.#response.suspended = true;
  }

  handleEmptyQuery(): void {}

  handleCopyInResponse(connection: WireConnection): void {
    (connection as unknown as { sendCopyFail(message: string): void }).sendCopyFail("COPY FROM STDIN is not supported");
    // the Sync that was sent with the statement went into the copying
    if (!this.#response.isSimple) (connection as unknown as Wire).sync();
  }

  handleCopyData(): void {}

  handleReadyForQuery(): void {
    if (this.#unreadable === null) this.#resolve(this.#response);
    else this.reject(this.#unreadable.error);
  }

  handleError(error: unknown): void {
    this.#owner._failed(this, error);
  }
}

/** A connection by the package pg. */
class PgConnection extends PostgresConnection {
  readonly #client: Client;
  readonly #hold: SocketHold;
  readonly #cancelConnection: () => Promise<void>;
  #closed = false;
  #closing = false;
  /** a statement that the server refused: it is reported when the server is ready, with the state of the transaction known */
  #refused: { readonly submission: Submission; readonly error: unknown } | null = null;
  /** what pg runs; it takes one thing at a time, and its own queue will be gone in pg 9 */
  #current: Submission | null = null;
  readonly #queue: Submission[] = [];

  constructor(client: Client, statements: number, cancelConnection: () => Promise<void>) {
    super(statements);
    this.#client = client;
    this.#cancelConnection = cancelConnection;
    const wire = (client as unknown as { connection: Emitting }).connection;
    this.#hold = new SocketHold(wire.stream as unknown as HoldableSocket);
    wire.prependListener("readyForQuery", (message: { status: TransactionStatus }) => {
      this._status = message.status;
      this.#report();
    });
    wire.prependListener("parameterStatus", (message: { parameterName: string; parameterValue: string }) => {
      if (message.parameterName === "client_encoding") this._encoding = message.parameterValue;
    });
    guardReading(wire.stream as unknown as Duplex);
    // they stay for the life of the client: an error event without a listener would end the process
    client.on("error", (error) => this.#lost(error));
    client.on("end", () => this.#lost(new Error("Connection terminated unexpectedly")));
  }

  override get raw(): Client {
    return this.#client;
  }

  override get isClosed(): boolean {
    return this.#closed;
  }

  #report(): void {
    const refused = this.#refused;
    if (refused === null) return;
    this.#refused = null;
    refused.submission.reject(refused.error);
  }

  #lost(error: unknown): void {
    const wasOpen = !this.#closed;
    this.#closed = true;
    // the state of the transaction stays: its commit has to fail
    this.#report();
    for (const waiting of this.#queue.splice(0)) waiting.reject(error);
    if (wasOpen && !this.#closing) this.onLost?.(error);
  }

  /** @internal */
  _failed(submission: Submission, error: unknown): void {
    if (isServerError(error) && !isFatal(error) && !this.#closed) {
      this.#refused = { submission, error };
      return;
    }
    if (classifyPostgresError(error) !== null) {
      submission.reject(error);
      return;
    }
    const problem = unreadable(error);
    submission.reject(problem);
    (this.#client as unknown as { readonly connection: WireConnection }).connection.stream.destroy(problem);
  }

  protected override _exchange(write: (wire: Wire) => void, response: WireResponse): Promise<WireResponse> {
    return new Promise((resolve, reject) => {
      if (this.#closed) {
        reject(new Error("Connection terminated unexpectedly"));
        return;
      }
      this.#hold.take();
      let isOpen = true;
      const end = (): void => {
        // an error may be followed by the end of the connection, which reports to whoever is left
        if (!isOpen) return;
        isOpen = false;
        this.#hold.release();
        this.#ended(submission);
      };
      const done = (arrived: WireResponse): void => {
        end();
        resolve(arrived);
      };
      const failed = (error: unknown): void => {
        end();
        reject(error as Error);
      };
      const submission = new Submission(write, response, this, done, failed);
      if (this.#current === null) this.#submit(submission);
      else this.#queue.push(submission);
    });
  }

  #submit(submission: Submission): void {
    this.#current = submission;
    this.#client.query(submission as never);
  }

  /** The next one goes out when pg has done with this one too, which it has when its handlers have returned. */
  #ended(submission: Submission): void {
    if (this.#current !== submission) return;
    const next = this.#queue.shift();
    if (next === undefined) {
      this.#current = null;
      return;
    }
    this.#current = next;
    queueMicrotask(() => {
      if (!this.#closed) this.#submit(next);
      else next.reject(new Error("Connection terminated unexpectedly"));
    });
  }

  override cancel(): Promise<void> {
    return this.#cancelConnection();
  }

  override async close(): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    if (this.#closed) return;
    this.#closed = true;
    this.#hold.take();
    try {
      await withinOneSecond(this.#client.end(), this.#client);
    } catch {
      // it is gone either way
    }
  }
}

/** What the package throws while it reads would end the process: there is nobody above the listener of a socket. */
function guardReading(stream: Duplex): void {
  for (const read of stream.listeners("data") as ((chunk: Buffer) => void)[]) {
    stream.off("data", read);
    stream.on("data", (chunk: Buffer) => {
      try {
        read.call(stream, chunk);
      } catch (error) {
        stream.destroy(unreadable(error));
      }
    });
  }
}

/** A server that does not answer the farewell must not hold anybody up. */
async function withinOneSecond(ended: Promise<void>, client: Client): Promise<void> {
  const { stream } = (client as unknown as { connection: WireConnection }).connection;
  const timer = setTimeout(() => stream.destroy(), 1000);
  timer.unref();
  try {
    await ended;
  } finally {
    clearTimeout(timer);
  }
}

/** What went wrong while connecting, with the address and never with the password. */
function connectError(error: unknown, config: PgConfig): Error {
  const where = config.host?.startsWith("/") ? `the socket in ${config.host}` : `${config.host ?? "localhost"}:${config.port ?? 5432}`;
  const reasons =
    error instanceof AggregateError ? [...new Set(error.errors.map((one: Error) => one.message))].join("; ") : (error as Error).message;
  const hint = sqlstateOf(error) === null ? ". Is the server running, and does it take connections there?" : "";
  return new PostgresDriverError("operational", `could not connect to ${where}: ${reasons}${hint}`, error);
}

async function connect(params: ConnectParams): Promise<DriverConnection> {
  const { Client: PgClient } = await load();
  const config = clientConfig(params);
  const client = new PgClient(config);
  // until the connection has its own listeners
  const ignore = (): void => undefined;
  client.on("error", ignore);
  try {
    await client.connect();
  } catch (error) {
    void client.end().catch(ignore);
    throw connectError(error, config);
  }
  const { processID: pid, secretKey: secret } = client as unknown as { readonly processID: number; readonly secretKey: number };
  const cancel = (): Promise<void> => cancelRequest(config, { pid, secret });
  const statements = numberOption(params, "preparedStatementCacheSize") ?? DEFAULT_STATEMENTS;
  const connection = new PgConnection(client, statements, cancel);
  client.off("error", ignore);
  return connection;
}

/** PostgreSQL by the package pg: https://node-postgres.com */
export const pgDriver: Driver = {
  name: "pg",
  connect,
  classifyError(error: unknown): DriverErrorInfo | null {
    return classifyPostgresError(error);
  },
};
