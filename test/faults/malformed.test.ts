// Servers that do not keep to their protocol: whatever they send, there is an error of ours, and the process lives on.
import type { Socket } from "node:net";
import { describe, expect, test } from "vitest";
import { createEngine, makeUrl } from "athanor";
import type { DriverConnection } from "../../src/engine/driver.ts";
import { FakeServer, mysqlFrame, postgresqlFrame } from "../support/fake-server.ts";
import type { Protocol } from "../support/frames.ts";
import { sleep } from "../support/faulty-driver.ts";
import { leakGuard } from "../support/leak-guard.ts";

/** What a server answers to the statement. */
type Answer = (socket: Socket) => Buffer;

const int16 = (value: number): Buffer => Buffer.from([(value >> 8) & 0xff, value & 0xff]);
const int32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};
const ended = (bytes: Buffer): Answer => {
  return (socket) => {
    setImmediate(() => socket.end());
    return bytes;
  };
};
const one =
  (bytes: Buffer): Answer =>
  () =>
    bytes;

const description = postgresqlFrame(
  "T",
  Buffer.concat([int16(1), Buffer.from("x\0"), int32(0), int16(0), int32(23), int16(4), int32(-1), int16(0)]),
);
const row = (...parts: Buffer[]): Buffer => postgresqlFrame("D", Buffer.concat(parts));

const POSTGRESQL: Readonly<Record<string, Answer>> = {
  "a message of a kind that there is not": one(postgresqlFrame("?", "what")),
  "a length that is negative": ended(postgresqlFrame("D", "", -5)),
  "a length that is too small": ended(postgresqlFrame("D", "xxxx", 1)),
  "a length of two gigabytes, and then the end": ended(postgresqlFrame("D", "xxxx", 0x7f_ff_ff_ff)),
  "half a message, and then the end": ended(description.subarray(0, 12)),
  "a row before its columns": ended(row(int16(1), int32(1), Buffer.from("1"))),
  "a row with more fields than bytes": ended(Buffer.concat([description, row(int16(500), int32(1), Buffer.from("1"))])),
  "a field that is longer than its row": ended(Buffer.concat([description, row(int16(1), int32(100_000), Buffer.from("1"))])),
  "more fields than columns": ended(Buffer.concat([description, row(int16(2), int32(1), Buffer.from("1"), int32(1), Buffer.from("2"))])),
  "a demand for a file": ended(postgresqlFrame("G", Buffer.concat([Buffer.from([0]), int16(0)]))),
  nothing: ended(Buffer.alloc(0)),
  noise: ended(Buffer.from(Array.from({ length: 300 }, (_, i) => (i * 7919) % 256))),
};

const lenencColumn = Buffer.from([3, ...Buffer.from("def"), 0, 0, 0, 1, 0x78, 0, 12, 63, 0, 11, 0, 0, 0, 3, 0, 0, 0, 0, 0]);
const EOF = Buffer.from([0xfe, 0, 0, 2, 0]);

const MYSQL: Readonly<Record<string, Answer>> = {
  "a length of sixteen megabytes, and then the end": ended(mysqlFrame(1, Buffer.from([1]), 0xff_ff_fe)),
  "half a packet, and then the end": ended(mysqlFrame(1, Buffer.from([1, 2, 3]), 50)),
  "an empty packet": ended(mysqlFrame(1, Buffer.alloc(0))),
  "more columns than follow": ended(Buffer.concat([mysqlFrame(1, Buffer.from([200])), mysqlFrame(2, lenencColumn), mysqlFrame(3, EOF)])),
  "a column that is no column": ended(
    Buffer.concat([mysqlFrame(1, Buffer.from([1])), mysqlFrame(2, Buffer.from([0xfc, 0xff, 0xff])), mysqlFrame(3, EOF)]),
  ),
  "a field that is longer than its row": ended(
    Buffer.concat([
      mysqlFrame(1, Buffer.from([1])),
      mysqlFrame(2, lenencColumn),
      mysqlFrame(3, EOF),
      mysqlFrame(4, Buffer.from([0xfd, 0xff, 0xff, 0xff])),
    ]),
  ),
  "a demand for a file": ended(mysqlFrame(1, Buffer.concat([Buffer.from([0xfb]), Buffer.from("/etc/hostname")]))),
  "an error without a text": ended(mysqlFrame(1, Buffer.from([0xff]))),
  nothing: ended(Buffer.alloc(0)),
  noise: ended(Buffer.from(Array.from({ length: 300 }, (_, i) => (i * 7919) % 256))),
};

const DRIVERS: readonly (readonly [string, Protocol, Readonly<Record<string, Answer>>])[] = [
  ["postgresql", "postgresql", POSTGRESQL],
  ["postgresql+postgresjs", "postgresql", POSTGRESQL],
  ["mysql", "mysql", MYSQL],
  ["mariadb+mariadb", "mysql", MYSQL],
];

describe.each(DRIVERS)("SEC-19 a server of %s answers with", (drivername, protocol, answers) => {
  const guard = leakGuard();
  test.each(Object.entries(answers))("%s", async (_name, answer) => {
    let sent = "";
    const fake = await FakeServer.start({
      protocol,
      answer: (sql, socket) => {
        socket.on("data", (chunk) => (sent += chunk.toString("latin1")));
        return sql.includes("malformed") ? answer(socket) : null;
      },
    });
    guard.onEnd(() => fake.close());
    const engine = createEngine(`${drivername}://ann@127.0.0.1:${fake.port}/x`, { connectArgs: { connect_timeout: 2 } });
    const url = makeUrl(`${drivername}://ann@127.0.0.1:${fake.port}/x`);
    const conn: DriverConnection = await engine.driver.connect({ url, connectArgs: { connect_timeout: 2 } });
    const heap = process.memoryUsage().rss;
    const running = Promise.resolve()
      .then(() => conn.execute("SELECT 'malformed'", [], { prepare: false }))
      .then(
        (result) => result,
        (thrown: unknown) => thrown,
      );
    // some packages wait for more: then the end of the connection ends it, as a deadline does
    await Promise.race([running, sleep(300)]);
    await conn.close();
    const error = await running;
    expect(error).toBeInstanceOf(Error);
    expect(engine.driver.classifyError(error), String(error)).not.toBe(null);
    expect(process.memoryUsage().rss - heap).toBeLessThan(100 * 2 ** 20);
    expect(conn.isClosed).toBe(true);
    await engine.dispose();
    expect(sent).not.toContain("localhost");
  });
});
