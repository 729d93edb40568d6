// Servers that speak just enough of the protocols to get into a session, and then misbehave as they are told.
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { framesOf, type Protocol, SSL_REQUEST, statementOf } from "./frames.ts";

/**
 * How far a client gets: nobody speaks to it at all; the server agrees to encrypt and then falls silent; it asks for a password and then
 * falls silent; or there is a session.
 */
export type Stage = "silent" | "tls" | "auth" | "session";

export interface FakeServerOptions {
  readonly protocol: Protocol;
  readonly stage?: Stage;
  /** What is sent in answer to a statement; null for what is usual. */
  readonly answer?: (sql: string, socket: Socket) => Buffer | null;
}

export class FakeServer {
  readonly #options: FakeServerOptions;
  readonly #server: Server;
  readonly #sockets: Set<Socket> = new Set();
  /** how many have ever connected */
  accepted = 0;

  private constructor(options: FakeServerOptions) {
    this.#options = options;
    this.#server = createServer((socket) => {
      this.accepted += 1;
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
      socket.on("error", () => undefined);
      const { stage = "session", protocol } = options;
      if (stage === "silent") socket.resume();
      else if (protocol === "postgresql") this.#postgresql(socket, stage);
      else this.#mysql(socket, stage);
    });
  }

  static async start(options: FakeServerOptions): Promise<FakeServer> {
    const fake = new FakeServer(options);
    await new Promise<void>((resolve) => fake.#server.listen(0, "127.0.0.1", resolve));
    return fake;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** How many are connected. */
  get connected(): number {
    return this.#sockets.size;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #postgresql(socket: Socket, stage: Stage): void {
    const frames = framesOf("postgresql");
    let hasBegun = false;
    socket.on("data", (chunk) => {
      for (const frame of frames(chunk)) {
        if (!hasBegun) {
          if (frame.readInt32BE(4) === SSL_REQUEST) {
            socket.write(stage === "tls" ? "S" : "N");
            if (stage === "tls") return;
            continue;
          }
          hasBegun = true;
          if (stage === "auth") socket.write(postgresqlFrame("R", int32(3)));
          else if (stage === "session") socket.write(SESSION_BEGINS);
          continue;
        }
        if (stage !== "session") return;
        const sql = statementOf("postgresql", frame);
        const own = sql === null ? null : (this.#options.answer?.(sql, socket) ?? null);
        if (own !== null) socket.write(own);
        else if (frame[0] === 0x51) socket.write(Buffer.concat([postgresqlFrame("C", "SELECT 0\0"), READY]));
      }
    });
  }

  #mysql(socket: Socket, stage: Stage): void {
    const frames = framesOf("mysql");
    let hasBegun = false;
    // with CLIENT_SSL among the capabilities where encryption is agreed to
    socket.write(greeting(stage === "tls"));
    socket.on("data", (chunk) => {
      if (!hasBegun && stage !== "session") return;
      for (const frame of frames(chunk)) {
        if (!hasBegun) {
          hasBegun = true;
          socket.write(mysqlFrame(2, OK));
          continue;
        }
        const sql = statementOf("mysql", frame);
        const own = sql === null ? null : (this.#options.answer?.(sql, socket) ?? null);
        socket.write(own ?? mysqlFrame(1, OK));
      }
    });
  }
}

// --- PostgreSQL ---------------------------------------------------------------------------------------------------------

const int32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};

/** A message with its type and length. */
export function postgresqlFrame(type: string, body: Buffer | string, length: number = Buffer.byteLength(body) + 4): Buffer {
  return Buffer.concat([Buffer.from(type, "latin1"), int32(length), Buffer.from(body as string)]);
}

const READY = postgresqlFrame("Z", "I");
const SESSION_BEGINS = Buffer.concat([
  postgresqlFrame("R", int32(0)),
  postgresqlFrame("S", "server_version\x0016.0\0"),
  postgresqlFrame("K", Buffer.concat([int32(1), int32(1)])),
  READY,
]);

// --- MySQL --------------------------------------------------------------------------------------------------------------

/** A packet with its length and its place in the exchange. */
export function mysqlFrame(sequence: number, body: Buffer, length: number = body.length): Buffer {
  const head = Buffer.alloc(4);
  head.writeUIntLE(length, 0, 3);
  head[3] = sequence;
  return Buffer.concat([head, body]);
}

const OK = Buffer.from([0, 0, 0, 2, 0, 0, 0]);
const CLIENT_SSL = 0x800;
/** long passwords, found rows, long flags, a database, protocol 4.1, transactions, secure connection, multi results */
const CAPABILITIES = 0x1 | 0x2 | 0x4 | 0x8 | 0x200 | 0x2000 | 0x8000 | 0x20000 | 0x40000 | 0x80000;

function greeting(withTls: boolean): Buffer {
  const capabilities = CAPABILITIES | (withTls ? CLIENT_SSL : 0);
  const body = Buffer.concat([
    Buffer.from([10]),
    Buffer.from("8.0.40-fake\0"),
    Buffer.from([4, 0, 0, 0]),
    Buffer.from("abcdefgh\0"),
    Buffer.from([capabilities & 0xff, (capabilities >> 8) & 0xff, 45, 2, 0, (capabilities >> 16) & 0xff, (capabilities >> 24) & 0xff, 21]),
    Buffer.alloc(10),
    Buffer.from("ijklmnopqrst\0"),
    Buffer.from("mysql_native_password\0"),
  ]);
  return mysqlFrame(0, body);
}
