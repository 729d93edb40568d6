// What is sent behind a statement that fails is given up: what becomes of it when the server ends it late, or never.
import { describe, expect, test } from "vitest";
import { MysqlConnection } from "../../../src/dialects/mysql/drivers/mysql-connection.ts";
import type { MysqlAnswer, MysqlTransport } from "../../../src/dialects/mysql/drivers/mysql-transport.ts";

const ANSWER: MysqlAnswer = {
  result: { columns: [], rows: [], rowCount: 1, lastInsertId: null, command: null },
  inTransaction: true,
};

/** A server that fails at the second statement, and ends others when it is told to, if at all. */
class Server implements MysqlTransport {
  readonly raw = null;
  readonly socket = { ref: () => undefined, unref: () => undefined };
  readonly foreign = null;
  readonly asked: string[] = [];
  kills = 0;
  readonly #endsWhenTold: boolean;
  #open: ((error: Error) => void)[] = [];

  constructor(endsWhenTold: boolean) {
    this.#endsWhenTold = endsWhenTold;
  }

  onGone(): void {}
  encode(params: readonly unknown[]): unknown[] {
    return [...params];
  }
  async query(sql: string): Promise<MysqlAnswer> {
    this.asked.push(sql);
    return ANSWER;
  }
  async prepared(): Promise<MysqlAnswer> {
    return ANSWER;
  }
  together(_sql: string, sets: readonly unknown[][]): Promise<MysqlAnswer>[] {
    return sets.map((_, i) =>
      i === 0 ? Promise.reject(new Error("the first")) : new Promise((_resolve, reject) => this.#open.push(reject)),
    );
  }
  unprepare(): void {}
  stream(): never {
    throw new Error("no stream");
  }
  async ping(): Promise<void> {}
  async kill(): Promise<void> {
    this.kills += 1;
    if (this.#endsWhenTold) this.#open.shift()?.(new Error("killed"));
  }
  async end(): Promise<void> {}
  destroy(): void {
    this.asked.push("(destroyed)");
    for (const reject of this.#open.splice(0)) reject(new Error("lost"));
  }
}

async function flushOf(server: Server): Promise<unknown> {
  const connection = new MysqlConnection(server, 10, true);
  connection.begin({ isolationLevel: null, explicit: true, options: {} });
  return connection.executeMany("UPDATE t SET a = ?", [[1], [2], [3], [4], [5]], { allOrNone: true }).catch((error: unknown) => error);
}

describe("statements behind one that failed", () => {
  test("are ended one after the other, and nothing of that is left for what comes next", async () => {
    const server = new Server(true);
    expect(await flushOf(server)).toEqual(new Error("the first"));
    expect(server.kills).toBe(3);
    expect(server.asked).toEqual(["DO 0"]);
  });

  test("cost the connection when the server ends none of them", { timeout: 20_000 }, async () => {
    const server = new Server(false);
    expect(await flushOf(server)).toEqual(new Error("the first"));
    expect(server.kills).toBeLessThan(20);
    expect(server.asked).toEqual(["(destroyed)"]);
  });
});
