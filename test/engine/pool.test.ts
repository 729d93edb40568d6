import { describe, expect, test } from "vitest";
import { listen } from "../../src/event/listen.ts";
import {
  DisconnectError,
  DisconnectionError,
  OperationalError,
  PoolClosedError,
  PoolTimeoutError,
  ResourceClosedError,
} from "../../src/errors.ts";
import { NullPool } from "../../src/engine/pool/null-pool.ts";
import type { QueuePool } from "../../src/engine/pool/queue-pool.ts";
import { FakeError, type FaultyConnection, FaultyDriver, faultyEngine, sleep } from "../support/faulty-driver.ts";

const poolOf = (engine: ReturnType<typeof faultyEngine>): QueuePool => engine.pool as QueuePool;

/** Whatever happened: nothing is lent, nobody waits, and the pool works. */
async function expectSound(engine: ReturnType<typeof faultyEngine>, driver: FaultyDriver): Promise<void> {
  driver.before = () => undefined;
  expect(poolOf(engine).checkedout()).toBe(0);
  expect(poolOf(engine).waiting()).toBe(0);
  expect(driver.open).toBe(poolOf(engine).checkedin());
  await using conn = await engine.connect();
  expect(await conn.execDriverSql("SELECT 1").scalar()).toBe(1);
}

describe("QueuePool", () => {
  test("keeps poolSize connections and makes maxOverflow more", async () => {
    const driver = new FaultyDriver();
    const engine = faultyEngine(driver, { poolSize: 2, maxOverflow: 1, poolTimeout: 0.05 });
    const taken = await Promise.all([engine.connect(), engine.connect(), engine.connect()]);
    expect(poolOf(engine).status()).toBe("size 2, idle 0, busy 3, connecting 0, waiting 0");
    await expect(engine.connect()).rejects.toThrow(PoolTimeoutError);
    for (const conn of taken) await conn.close();
    expect(poolOf(engine).checkedin()).toBe(2);
    expect(driver.open).toBe(2);
    await expectSound(engine, driver);
  });

  test("says how things stand when nothing becomes free in time, and forgets the waiter", async () => {
    const engine = faultyEngine(new FaultyDriver(), { poolSize: 1, maxOverflow: 0, poolTimeout: 0.1 });
    await using _held = await engine.connect();
    const start = performance.now();
    await expect(engine.connect()).rejects.toThrow(
      /within 0.1 s \(size 1, idle 0, busy 1, connecting 0, waiting 0, maxOverflow 0; held longest: 0\.\d s\)/,
    );
    expect(performance.now() - start).toBeGreaterThan(90);
    expect(performance.now() - start).toBeLessThan(200);
    expect(poolOf(engine).waiting()).toBe(0);
  });

  test("serves waiters in the order in which they asked", async () => {
    const engine = faultyEngine(new FaultyDriver(), { poolSize: 1, maxOverflow: 0 });
    const order: number[] = [];
    const first = await engine.connect();
    const others = [1, 2, 3].map(async (n) => {
      await using conn = await engine.connect();
      order.push(n);
      await conn.execDriverSql("x");
    });
    await first.close();
    await Promise.all(others);
    expect(order).toEqual([1, 2, 3]);
  });

  test("a waiter that times out in the very moment never costs a place", async () => {
    const driver = new FaultyDriver();
    const engine = faultyEngine(driver, { poolSize: 1, maxOverflow: 0, poolTimeout: 0.005 });
    for (let i = 0; i < 60; i++) {
      const held = await engine.connect();
      const waiting = engine.connect().then(
        (conn) => conn.close(),
        (error: unknown) => expect(error).toBeInstanceOf(PoolTimeoutError),
      );
      await sleep(4 + (i % 3));
      await held.close();
      await waiting;
    }
    await expectSound(engine, driver);
  });

  test("rolls back what comes back in a transaction, and the next one finds nothing of it", async () => {
    const driver = new FaultyDriver();
    const engine = faultyEngine(driver, { poolSize: 1, maxOverflow: 0 });
    const raw = await engine.pool.connect();
    const connection = raw.dbapiConnection as FaultyConnection;
    connection.inTransaction = "failed";
    await raw.close();
    expect(driver.calls).toEqual(["connect", "rollback"]);
    const next = await engine.pool.connect();
    expect(next.dbapiConnection).toBe(connection);
    expect(connection.inTransaction).toBe(false);
    await next.close();
  });

  test("throws away what cannot be reset", async () => {
    const driver = new FaultyDriver();
    const engine = faultyEngine(driver, { poolSize: 1, maxOverflow: 0, logger: () => undefined });
    const raw = await engine.pool.connect();
    (raw.dbapiConnection as FaultyConnection).inTransaction = true;
    driver.before = (call) => {
      if (call === "rollback") throw new FakeError("no");
    };
    await raw.close();
    expect(driver.open).toBe(0);
    await expectSound(engine, driver);
  });

  test("a connection that is given back twice has one owner, and is of no use any more", async () => {
    const engine = faultyEngine(new FaultyDriver(), { poolSize: 1, maxOverflow: 1 });
    const raw = await engine.pool.connect();
    await raw.close();
    const next = await engine.pool.connect();
    await raw.close();
    expect(next.isValid).toBe(true);
    expect(() => raw.dbapiConnection).toThrow(ResourceClosedError);
    expect(poolOf(engine).checkedout()).toBe(1);
    await next.close();
  });

  test("an idle connection that dies is replaced, and `invalidate` is told once", async () => {
    const driver = new FaultyDriver();
    const engine = faultyEngine(driver);
    const told: unknown[] = [];
    listen(engine, "invalidate", (_connection, _record, error) => void told.push(error));
    await (await engine.connect()).close();
    driver.connections[0]!.die();
    await sleep(0);
    expect(told).toHaveLength(1);
    expect(poolOf(engine).checkedin()).toBe(0);
    await expectSound(engine, driver);
    expect(told).toHaveLength(1);
  });

  test("a lent connection that dies makes the next statement fail, and is not kept", async () => {
    const driver = new FaultyDriver();
    const engine = faultyEngine(driver);
    const conn = await engine.connect();
    await conn.execDriverSql("x");
    driver.connections[0]!.die();
    await expect(conn.execDriverSql("y")).rejects.toThrow(DisconnectError);
    expect(conn.invalidated).toBe(true);
    await conn.close();
    await expectSound(engine, driver);
  });

  test("dispose() refuses those who wait, closes the idle ones now and the lent ones later", async () => {
    const driver = new FaultyDriver();
    const engine = faultyEngine(driver, { poolSize: 2, maxOverflow: 0 });
    const one = await engine.connect();
    const two = await engine.connect();
    const waiting = engine.connect().then(
      () => "got one",
      (error: unknown) => error,
    );
    await sleep(0);
    await two.execDriverSql("x");
    await engine.dispose();
    expect(await waiting).toBeInstanceOf(PoolClosedError);
    expect(driver.open).toBe(2);
    await one.close();
    await two.close();
    expect(driver.open).toBe(0);
    await engine.dispose();
    await engine.dispose();
    await expectSound(engine, driver);
  });

  test("drain() waits for the lent ones", async () => {
    const engine = faultyEngine(new FaultyDriver());
    const conn = await engine.connect();
    expect(await engine.drain({ timeout: 0.03 })).toBe(false);
    const drained = engine.drain({ timeout: 1 });
    await conn.close();
    expect(await drained).toBe(true);
  });

  test("a pre-ping that fails has the connection replaced, and the older ones too", async () => {
    const driver = new FaultyDriver();
    const engine = faultyEngine(driver, { poolPrePing: true });
    const both = await Promise.all([engine.connect(), engine.connect()]);
    for (const conn of both) await conn.close();
    driver.before = (call, _n, connection) => {
      if (call === "ping" && driver.connections.indexOf(connection!) < 2) throw new FakeError("restarted", "disconnect");
    };
    await using conn = await engine.connect();
    expect(await conn.execDriverSql("x").scalar()).toBe(1);
    await using other = await engine.connect();
    expect(await other.execDriverSql("x").scalar()).toBe(1);
    expect(driver.calls.filter((call) => call === "ping")).toHaveLength(3);
    expect(driver.open).toBe(2);
  });

  test("poolRecycle replaces old connections", async () => {
    const driver = new FaultyDriver();
    const engine = faultyEngine(driver, { poolRecycle: 0.02 });
    await (await engine.connect()).close();
    await (await engine.connect()).close();
    expect(driver.connections).toHaveLength(1);
    await sleep(30);
    await (await engine.connect()).close();
    expect(driver.connections).toHaveLength(2);
    expect(driver.open).toBe(1);
  });

  test("waits out a server that takes no more connections", async () => {
    const driver = new FaultyDriver();
    const engine = faultyEngine(driver, { poolSize: 5, poolTimeout: 2 });
    const held = await engine.connect();
    let refusals = 0;
    driver.before = (call) => {
      if (call === "connect" && refusals < 2) {
        refusals += 1;
        throw new FakeError("sorry, too many clients already", "operational", true);
      }
    };
    await using conn = await engine.connect();
    expect(await conn.execDriverSql("x").scalar()).toBe(1);
    expect(refusals).toBe(2);
    await held.close();
  });

  test("a failed connect frees its place for those who wait", async () => {
    const driver = new FaultyDriver();
    const engine = faultyEngine(driver, { poolSize: 1, maxOverflow: 0, poolTimeout: 1 });
    driver.before = async (call) => {
      if (call !== "connect") return;
      await sleep(2);
      throw new FakeError("connection refused");
    };
    const results = await Promise.allSettled(Array.from({ length: 50 }, () => engine.connect()));
    expect(results.every((result) => result.status === "rejected" && result.reason instanceof OperationalError)).toBe(true);
    await expectSound(engine, driver);
  });

  test("a listener to `connect` that throws costs no place", async () => {
    const driver = new FaultyDriver();
    const engine = faultyEngine(driver, { poolSize: 1, maxOverflow: 0, poolTimeout: 0.2 });
    let broken = true;
    listen(engine, "connect", () => {
      if (broken) throw new Error("no setting up");
    });
    await expect(engine.connect()).rejects.toThrow("no setting up");
    await expect(engine.connect()).rejects.toThrow("no setting up");
    expect(driver.open).toBe(0);
    broken = false;
    await expectSound(engine, driver);
  });

  test("a listener to `checkout` can refuse a connection", async () => {
    const driver = new FaultyDriver();
    const engine = faultyEngine(driver);
    let refuse = 1;
    listen(engine, "checkout", () => {
      if (refuse-- > 0) throw new DisconnectionError("stale");
    });
    await using _conn = await engine.connect();
    expect(driver.connections).toHaveLength(2);
    expect(driver.open).toBe(1);
  });

  test("after the n-th call fails, for every n, nothing is lost", async () => {
    const script = async (engine: ReturnType<typeof faultyEngine>): Promise<void> => {
      await engine.begin(async (conn) => {
        await conn.execDriverSql("a");
        await conn.beginNested(async () => {
          await conn.execDriverSql("b");
        });
      });
      await using conn = await engine.connect();
      await conn.execDriverSql("c");
      await conn.rollback();
      await conn.execDriverSql("d");
      await conn.commit();
    };
    for (const kind of ["operational", "disconnect"] as const) {
      let n = 1;
      for (; n < 100; n++) {
        const driver = new FaultyDriver();
        const engine = faultyEngine(driver, { poolSize: 1, maxOverflow: 0, poolTimeout: 0.5, poolPrePing: true, logger: () => undefined });
        driver.before = (_call, i) => {
          if (i === n) throw new FakeError(`call ${n} failed`, kind);
        };
        const outcome = await script(engine).then(
          () => null,
          (error: unknown) => error,
        );
        if (driver.calls.length < n) break;
        if (outcome !== null) expect(String(outcome)).toContain(`call ${n} failed`);
        await expectSound(engine, driver);
      }
      expect(n).toBeGreaterThan(10);
      expect(n).toBeLessThan(100);
    }
  });

  test("refuses sizes and times that make no sense", () => {
    const driver = new FaultyDriver();
    expect(() => faultyEngine(driver, { poolSize: -1 })).toThrow("poolSize is a whole number, at least 0, not -1");
    expect(() => faultyEngine(driver, { maxOverflow: 1.5 })).toThrow("maxOverflow");
    expect(() => faultyEngine(driver, { poolTimeout: Number.NaN })).toThrow("poolTimeout");
    expect(() => faultyEngine(driver, { poolRecycle: -2 })).toThrow("poolRecycle");
    expect(() => faultyEngine(driver, { poolResetOnReturn: "nothing" as never })).toThrow("poolResetOnReturn");
  });
});

describe("pool events", () => {
  test("come in their order", async () => {
    const engine = faultyEngine(new FaultyDriver());
    const seen: string[] = [];
    for (const name of ["firstConnect", "connect", "checkout", "reset", "checkin", "close"] as const)
      listen(engine, name, () => void seen.push(name));
    const conn = await engine.connect();
    await conn.execDriverSql("x");
    await conn.close();
    await (await engine.connect()).close();
    await engine.dispose();
    expect(seen).toEqual(["firstConnect", "connect", "checkout", "reset", "checkin", "checkout", "reset", "checkin", "close"]);
  });

  test("listeners of an engine survive its dispose()", async () => {
    const engine = faultyEngine(new FaultyDriver());
    let count = 0;
    listen(engine, "connect", () => void count++);
    await (await engine.connect()).close();
    await engine.dispose();
    await (await engine.connect()).close();
    expect(count).toBe(2);
  });
});

describe("NullPool", () => {
  test("closes what comes back", async () => {
    const driver = new FaultyDriver();
    const engine = faultyEngine(driver, { poolclass: NullPool });
    await (await engine.connect()).close();
    await (await engine.connect()).close();
    expect(driver.connections).toHaveLength(2);
    expect(driver.open).toBe(0);
    expect(engine.pool.checkedout()).toBe(0);
  });
});
