// Just enough of the wire protocols to know where a message of a client ends, and what statement it carries.

export type Protocol = "postgresql" | "mysql";

/** Takes bytes as they come, and gives the messages that are complete. */
export type Frames = (chunk: Buffer) => Buffer[];

/** A reader of what a client sends. */
export function framesOf(protocol: Protocol): Frames {
  let rest: Buffer = Buffer.alloc(0);
  // the first message of PostgreSQL has no type; after a refusal of TLS there is another such one
  let untyped = protocol === "postgresql";
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const frames: Buffer[] = [];
    for (;;) {
      const length = protocol === "mysql" ? mysqlLength(rest) : postgresqlLength(rest, untyped);
      if (length === null || rest.length < length) return frames;
      const frame = rest.subarray(0, length);
      if (untyped && frame.length >= 8 && frame.readInt32BE(4) !== SSL_REQUEST) untyped = false;
      frames.push(frame);
      rest = rest.subarray(length);
    }
  };
}

export const SSL_REQUEST = 80_877_103;

function postgresqlLength(bytes: Buffer, untyped: boolean): number | null {
  const at = untyped ? 0 : 1;
  return bytes.length < at + 4 ? null : at + bytes.readInt32BE(at);
}

function mysqlLength(bytes: Buffer): number | null {
  return bytes.length < 4 ? null : 4 + bytes.readUIntLE(0, 3);
}

const QUERY = 0x51; // Q
const PARSE = 0x50; // P
const COM_QUERY = 0x03;
const COM_STMT_PREPARE = 0x16;

/** The SQL that a message carries; null when it carries none. */
export function statementOf(protocol: Protocol, frame: Buffer): string | null {
  if (protocol === "mysql") {
    const isCommand = frame.length > 5 && frame[3] === 0 && (frame[4] === COM_QUERY || frame[4] === COM_STMT_PREPARE);
    return isCommand ? frame.toString("utf8", 5) : null;
  }
  if (frame[0] === QUERY) return frame.toString("utf8", 5, frame.length - 1);
  if (frame[0] !== PARSE) return null;
  const name = frame.indexOf(0, 5);
  return frame.toString("utf8", name + 1, frame.indexOf(0, name + 1));
}
