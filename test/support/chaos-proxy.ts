// A proxy between a driver and its server that does to the bytes what networks do to them.
import { connect as connectTcp, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { makeUrl } from "../../src/engine/url.ts";
import { framesOf, statementOf, type Frames, type Protocol } from "./frames.ts";

/**
 * What becomes of a statement: it goes through; it is lost, and the line is cut; it arrives, and the line is cut before the answer is heard.
 */
export type Fate = "pass" | "lose" | "deliver";

/** One connection of a client, and ours to the server on its behalf. */
export class Link {
  readonly client: Socket;
  readonly server: Socket;
  /** bytes that the server sent and the client got */
  delivered = 0;
  /** the next thing that the server says is not passed on, and the line is cut */
  deaf = false;
  /** nothing goes through in either direction, and nobody is told: a cable that was pulled out */
  isDead = false;
  /** the client has sent something, and nothing has been answered since */
  isAsking = false;
  readonly frames: Frames;

  constructor(client: Socket, server: Socket, protocol: Protocol) {
    this.client = client;
    this.server = server;
    this.frames = framesOf(protocol);
  }

  /** Ends both sides as a network does that fails: with a reset. */
  reset(): void {
    if (!this.client.destroyed) this.client.resetAndDestroy();
    this.server.destroy();
  }

  get isOpen(): boolean {
    return !this.client.destroyed;
  }
}

export class ChaosProxy {
  readonly #target: { readonly hostname: string; readonly port: number };
  readonly #protocol: Protocol;
  readonly #given: string;
  #listener: Server | null = null;
  #port = 0;
  readonly links: Link[] = [];
  /** how many times clients have sent something */
  roundTrips = 0;
  /** how many times they have done so after an answer: what is sent without waiting counts once */
  turns = 0;
  /** pieces of the client's that were passed on */
  sent = 0;
  /** Called for what a client sends, as it comes; true drops it. */
  onClient: (chunk: Buffer, link: Link) => boolean = () => false;
  /** Called for each statement, before it goes to the server. */
  onStatement: (sql: string, link: Link) => Fate = () => "pass";
  /** the line is reset when this many bytes of answers were delivered on a connection */
  cutAfter = Infinity;
  /** milliseconds that each piece of an answer takes */
  delay = 0;
  /** answers go on in pieces of this many bytes */
  pieces = Infinity;

  private constructor(url: string) {
    const { hostname, port, protocol } = new URL(url);
    this.#given = url;
    this.#protocol = protocol.startsWith("postgres") ? "postgresql" : "mysql";
    this.#target = { hostname, port: Number(port) };
  }

  /** Begins to listen on a port of its own. */
  static async to(url: string): Promise<ChaosProxy> {
    const proxy = new ChaosProxy(url);
    await proxy.open();
    return proxy;
  }

  /** The URL of the database by way of the proxy. */
  get url(): string {
    return makeUrl(this.#given).set({ host: "127.0.0.1", port: this.#port }).renderAsString({ hidePassword: false });
  }

  /** Takes connections again, on the same port. */
  async open(): Promise<void> {
    const listener = createServer((client) => this.#accept(client));
    await new Promise<void>((resolve) => listener.listen(this.#port, "127.0.0.1", resolve));
    this.#port = (listener.address() as AddressInfo).port;
    this.#listener = listener;
  }

  /** The server is down: those that are connected are cut off, others are refused. */
  async shut(): Promise<void> {
    const listener = this.#listener;
    this.#listener = null;
    for (const link of this.links.splice(0)) link.reset();
    if (listener !== null) await new Promise((resolve) => listener.close(resolve));
  }

  /** Resets all lines. */
  resetAll(): void {
    for (const link of this.links) link.reset();
  }

  /** new connections are taken, and nothing of theirs goes through either */
  swallows = false;

  /** Pulls the cable out: everything is dropped from now on, and nothing is closed. */
  swallow(): void {
    this.swallows = true;
    for (const link of this.links) link.isDead = true;
  }

  /** How many connections of clients are open. */
  get openLinks(): number {
    return this.links.filter(({ isOpen }) => isOpen).length;
  }

  #accept(client: Socket): void {
    const server = connectTcp(this.#target.port, this.#target.hostname);
    client.setNoDelay(true);
    server.setNoDelay(true);
    const link = new Link(client, server, this.#protocol);
    link.isDead = this.swallows;
    this.links.push(link);
    client.on("data", (chunk) => {
      this.roundTrips += 1;
      if (!link.isAsking) this.turns += 1;
      link.isAsking = true;
      if (!link.isDead && !this.onClient(chunk, link)) this.#fromClient(link, chunk);
    });
    server.on("data", (chunk) => {
      if (!link.isDead) this.#fromServer(link, chunk);
    });
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      one.on("error", () => other.destroy());
      one.on("close", () => other.destroy());
    }
  }

  #fromClient(link: Link, chunk: Buffer): void {
    const passed: Buffer[] = [];
    for (const frame of link.frames(chunk)) {
      const sql = statementOf(this.#protocol, frame);
      const fate = sql === null ? "pass" : this.onStatement(sql, link);
      if (fate === "lose") {
        link.reset();
        return;
      }
      if (fate === "deliver") link.deaf = true;
      passed.push(frame);
    }
    if (passed.length === 0 || link.server.destroyed) return;
    this.sent += 1;
    link.server.write(Buffer.concat(passed));
  }

  #fromServer(link: Link, chunk: Buffer): void {
    if (link.deaf) {
      link.reset();
      return;
    }
    const left = this.cutAfter - link.delivered;
    const passed = left < chunk.length ? chunk.subarray(0, Math.max(0, left)) : chunk;
    link.delivered += passed.length;
    const end = (): void => {
      if (passed.length < chunk.length) link.reset();
    };
    if (this.delay === 0 && this.pieces === Infinity) {
      link.isAsking = false;
      if (!link.client.destroyed) link.client.write(passed, end);
      return;
    }
    void this.#slowly(link, passed).then(end);
  }

  readonly #queues: WeakMap<Link, Promise<void>> = new WeakMap();

  /** Piece by piece, in the order in which they came. */
  #slowly(link: Link, bytes: Buffer): Promise<void> {
    const after = this.#queues.get(link) ?? Promise.resolve();
    const size = Math.min(this.pieces, Math.max(1, bytes.length));
    const done = after.then(async () => {
      for (let at = 0; at < bytes.length && !link.client.destroyed; at += size) {
        if (this.delay > 0) await new Promise((resolve) => setTimeout(resolve, this.delay));
        // until it is on its way by itself: pieces that wait together go out together
        link.isAsking = false;
        await new Promise<void>((resolve) => link.client.write(bytes.subarray(at, at + size), () => resolve()));
      }
    });
    this.#queues.set(link, done);
    return done;
  }

  close(): Promise<void> {
    return this.shut();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
