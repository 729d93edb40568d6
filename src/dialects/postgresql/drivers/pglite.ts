import type * as Pglite from "@electric-sql/pglite";
import type { PGlite } from "@electric-sql/pglite";
import { NoDBAPILoaded } from "../../../errors.ts";
import type { ConnectParams, Driver, DriverConnection, DriverErrorInfo } from "../../../engine/driver.ts";
import { DEFAULT_STATEMENTS, PostgresConnection, type TransactionStatus } from "./postgres-connection.ts";
import { classifyPostgresError, PostgresDriverError } from "./postgres-errors.ts";
import type { Wire, WireField, WireResponse } from "./wire.ts";

type Module = typeof Pglite;
type Serialize = Module["protocol"]["serialize"];

let loaded: Promise<Module> | null = null;

function load(): Promise<Module> {
  loaded ??= import("@electric-sql/pglite").catch((error: unknown) => {
    loaded = null;
    throw new NoDBAPILoaded(
      "the driver of postgresql+pglite:// is the package @electric-sql/pglite, which is not installed: npm install @electric-sql/pglite",
      { cause: error },
    );
  });
  return loaded;
}

/** Messages of one batch, as one piece of memory. */
class MessageBuffer implements Wire {
  readonly #serialize: Serialize;
  readonly #parts: Uint8Array[] = [];

  constructor(serialize: Serialize) {
    this.#serialize = serialize;
  }

  query(text: string): void {
    this.#parts.push(this.#serialize.query(text));
  }
  parse(message: Parameters<Wire["parse"]>[0]): void {
    this.#parts.push(this.#serialize.parse(message));
  }
  bind(message: Parameters<Wire["bind"]>[0]): void {
    this.#parts.push(this.#serialize.bind(message as Parameters<Serialize["bind"]>[0]));
  }
  describe(message: Parameters<Wire["describe"]>[0]): void {
    this.#parts.push(this.#serialize.describe(message));
  }
  execute(message: Parameters<Wire["execute"]>[0]): void {
    this.#parts.push(this.#serialize.execute(message));
  }
  close(message: Parameters<Wire["close"]>[0]): void {
    this.#parts.push(this.#serialize.close(message));
  }
  sync(): void {
    this.#parts.push(this.#serialize.sync());
  }

  bytes(): Uint8Array {
    return Buffer.concat(this.#parts);
  }
}

/** The messages that we look at. */
type Message =
  | { readonly name: "rowDescription"; readonly fields: readonly WireField[] }
  | { readonly name: "dataRow"; readonly fields: unknown[] }
  | { readonly name: "commandComplete"; readonly text: string }
  | { readonly name: "readyForQuery"; readonly status: TransactionStatus }
  | { readonly name: "parameterStatus"; readonly parameterName: string; readonly parameterValue: string }
  | { readonly name: "portalSuspended" };

const BYTE_ORDER_MARK = Buffer.from("\ufeff");
const DATA_ROW = 0x44;

/** PGlite takes U+FEFF for a byte order mark where a value begins with it, and leaves it out: such rows are read again. */
function rowsWithMarks(data: Uint8Array): Iterator<(string | null)[], undefined> | null {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return bytes.includes(BYTE_ORDER_MARK) ? dataRows(bytes) : null;
}

/** The rows among the messages: https://www.postgresql.org/docs/current/protocol-message-formats.html */
function* dataRows(bytes: Buffer): Generator<(string | null)[], undefined> {
  for (let at = 0; at < bytes.length; at += 1 + bytes.readUInt32BE(at + 1)) {
    if (bytes[at] !== DATA_ROW) continue;
    const fields: (string | null)[] = [];
    let from = at + 7;
    for (let left = bytes.readUInt16BE(at + 5); left > 0; left -= 1) {
      const length = bytes.readInt32BE(from);
      from += 4;
      fields.push(length === -1 ? null : bytes.toString("utf8", from, from + length));
      if (length > 0) from += length;
    }
    yield fields;
  }
}

/** PostgreSQL inside of the process. */
class PgliteConnection extends PostgresConnection {
  readonly #db: PGlite;
  readonly #serialize: Serialize;
  #last: Promise<unknown> = Promise.resolve();

  constructor(db: PGlite, serialize: Serialize, statements: number) {
    super(statements);
    this.#db = db;
    this.#serialize = serialize;
  }

  override get raw(): PGlite {
    return this.#db;
  }

  override get isClosed(): boolean {
    return this.#db.closed;
  }

  protected override _exchange(write: (wire: Wire) => void, response: WireResponse): Promise<WireResponse> {
    // one after the other: PGlite does not queue messages of this level
    const done = this.#last.then(() => this.#speak(write, response));
    this.#last = done.catch(() => undefined);
    return done;
  }

  async #speak(write: (wire: Wire) => void, response: WireResponse): Promise<WireResponse> {
    const buffer = new MessageBuffer(this.#serialize);
    write(buffer);
    const { messages, data } = await this.#db.execProtocol(buffer.bytes(), { throwOnError: false });
    const marked = rowsWithMarks(data);
    let failure: Error | null = null;
    for (const message of messages as unknown as (Message | Error)[]) {
      if (message instanceof Error) failure ??= message;
      else if (marked !== null && message.name === "dataRow") response.dataRow(marked.next().value!);
      else this.#take(message, response);
    }
    if (failure !== null) throw failure;
    return response;
  }

  #take(message: Message, response: WireResponse): void {
    switch (message.name) {
      case "rowDescription":
        response.rowDescription(message.fields);
        break;
      case "dataRow":
        response.dataRow(message.fields);
        break;
      case "commandComplete":
        response.commandComplete(message.text);
        break;
      case "portalSuspended":
        response.suspended = true;
        break;
      case "readyForQuery":
        this._status = message.status;
        break;
      case "parameterStatus":
        if (message.parameterName === "client_encoding") this._encoding = message.parameterValue;
        break;
      default:
    }
  }

  override cancel(): void {
    // it runs on our own thread: what runs has ended by the time that anybody can ask
  }

  override async close(): Promise<void> {
    if (this.#db.closed) return;
    try {
      await this.#last;
      await this.#db.close();
    } catch {
      // nothing is left that could be closed
    }
  }
}

async function connect({ url, connectArgs }: ConnectParams): Promise<DriverConnection> {
  const { PGlite: Database, protocol } = await load();
  let db: PGlite;
  try {
    db = await Database.create({ ...(url.database === null ? {} : { dataDir: url.database }), ...connectArgs });
  } catch (error) {
    throw new PostgresDriverError(
      "operational",
      `could not open the PGlite database ${url.database ?? "in memory"}: ${String(error)}`,
      error,
    );
  }
  const connection = new PgliteConnection(db, protocol.serialize, DEFAULT_STATEMENTS);
  await connection.exec("SET DateStyle = ISO; SET TimeZone = 'UTC'; SET IntervalStyle = 'iso_8601'");
  return connection;
}

/** PostgreSQL in the process by the package PGlite: https://pglite.dev */
export const pgliteDriver: Driver = {
  name: "pglite",
  connect,
  classifyError(error: unknown): DriverErrorInfo | null {
    return classifyPostgresError(error);
  },
};
