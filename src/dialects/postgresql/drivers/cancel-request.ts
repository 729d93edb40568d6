import { Socket } from "node:net";
import type { PgConfig } from "./pg-config.ts";

/** What tells a request to cancel from the beginning of a session. */
const CANCEL_REQUEST = 80_877_102;

/**
 * Asks the server to give up what a session runs. That goes over a connection of its own, which the server closes when it has passed the
 * request on.
 * @param key - what the server told the session when it began
 * @see https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-CANCELING-REQUESTS
 */
export function cancelRequest(config: PgConfig, key: { readonly pid: number; readonly secret: number }): Promise<void> {
  const { host = "localhost", port = 5432, connectionTimeoutMillis = 0 } = config;
  const message = Buffer.alloc(16);
  message.writeInt32BE(16, 0);
  message.writeInt32BE(CANCEL_REQUEST, 4);
  message.writeInt32BE(key.pid | 0, 8);
  message.writeInt32BE(key.secret | 0, 12);
  return new Promise((resolve) => {
    const socket = new Socket();
    const timer = connectionTimeoutMillis === 0 ? undefined : setTimeout(() => socket.destroy(), connectionTimeoutMillis);
    // without an answer, nothing could be done about it either: whoever asked sees whether it had an effect
    socket.on("error", () => undefined);
    socket.on("close", () => {
      clearTimeout(timer);
      resolve();
    });
    socket.on("connect", () => socket.write(message));
    socket.resume();
    if (host.startsWith("/")) socket.connect(`${host}/.s.PGSQL.${port}`);
    else socket.connect(port, host);
  });
}
