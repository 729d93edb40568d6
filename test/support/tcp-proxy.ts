// A proxy between a driver and its server that can be told what to do with the bytes, and to break.
import { createServer, connect as connectTcp, type AddressInfo, type Server, type Socket } from "node:net";
import { makeUrl } from "athanor";

export class TcpProxy {
  readonly server: Server;
  readonly sockets: Socket[] = [];
  /** how many times the client has sent something */
  roundTrips = 0;
  /** called for what the client sends; true drops it */
  onClient: (chunk: Buffer, client: Socket) => boolean = () => false;
  readonly #url: string;

  /** @param url - of the server behind it */
  constructor(url: string) {
    this.#url = url;
    const { host, port } = makeUrl(url);
    this.server = createServer((client) => {
      const upstream = connectTcp(port!, host!);
      client.setNoDelay(true);
      this.sockets.push(client, upstream);
      client.on("data", (chunk) => {
        this.roundTrips += 1;
        if (!this.onClient(chunk, client)) upstream.write(chunk);
      });
      upstream.on("data", (chunk) => client.write(chunk));
      for (const [a, b] of [
        [client, upstream],
        [upstream, client],
      ] as const) {
        a.on("error", () => b.destroy());
        a.on("close", () => b.destroy());
      }
    });
  }

  /** The URL that leads through it. */
  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    return makeUrl(this.#url)
      .set({ host: "127.0.0.1", port: (this.server.address() as AddressInfo).port })
      .renderAsString({ hidePassword: false });
  }

  /** Ends all connections, as a network does that says nothing more. */
  reset(): void {
    for (const socket of this.sockets.splice(0)) socket.resetAndDestroy();
  }

  close(): void {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
  }
}
