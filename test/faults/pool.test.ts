// The pool against a driver that fails, hangs and dies when it is told to.
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import fc from "fast-check";
import {
  type AthanorError,
  DisconnectError,
  listen,
  OperationalError,
  PoolClosedError,
  PoolTimeoutError,
  ResourceClosedError,
} from "athanor";
import { FakeError, FaultyDriver, faultyEngine, sleep } from "../support/faulty-driver.ts";
import { leakGuard } from "../support/leak-guard.ts";
import { expectWhole, numbersOf, poolOf } from "../support/pool-state.ts";

leakGuard();

describe("waiting for a connection", () => {
  test("POOL-06 the time-out says how things stand, names the oldest holders, and leaves no waiter behind", async () => {
    const engine = faultyEngine(new FaultyDriver(), { poolSize: 1, maxOverflow: 2, poolTimeout: 0.1, poolTraceLeases: true });
    const held = [await engine.connect(), await engine.connect()];
    await sleep(20);
    held.push(await engine.connect());
    const start = performance.now();
    const [one, two] = await Promise.allSettled([engine.connect(), engine.connect()]);
    const waited = performance.now() - start;
    expect(waited).toBeGreaterThan(95);
    expect(waited).toBeLessThan(400);
    for (const outcome of [one, two]) {
      const error = (outcome as PromiseRejectedResult).reason as PoolTimeoutError;
      expect(error).toBeInstanceOf(PoolTimeoutError);
      expect(error.message).toContain("within 0.1 s");
      expect(numbersOf(error.message)).toMatchObject({ size: 1, idle: 0, busy: 3, connecting: 0, maxOverflow: 2 });
      // those who hold one, the oldest first, with the place in the program
      const ages = [...error.message.matchAll(/(\d+\.\d) s/g)].map(([, age]) => Number(age));
      expect(ages).toHaveLength(4);
      expect(error.message).toContain("pool.test.ts");
    }
    expect(numbersOf(((one as PromiseRejectedResult).reason as Error).message)["waiting"]).toBe(1);
    expect(poolOf(engine).waiting()).toBe(0);
    for (const conn of held) await conn.close();
    expect(poolOf(engine).status()).toBe("size 1, idle 1, busy 0, connecting 0, waiting 0");
  });

  test("POOL-06 connections that are being made are told apart from those that are lent", async () => {
    const driver = new FaultyDriver();
    const engine = faultyEngine(driver, { poolSize: 2, maxOverflow: 0, poolTimeout: 0.05 });
    let go!: () => void;
    const gate = new Promise<void>((resolve) => (go = resolve));
    const held = await engine.connect();
    const lost = await engine.connect();
    driver.before = (call) => (call === "connect" ? gate : undefined);
    const coming = Promise.resolve(engine.connect());
    await sleep(25);
    const failing = engine.connect().then(
      () => null,
      (thrown: unknown) => thrown as Error,
    );
    await lost.invalidate();
    expect((await failing)!.message).toContain("size 2, idle 0, busy 1, connecting 1, waiting 0");
    go();
    await (await coming).close();
    await held.close();
    await lost.close();
  });

  describe("POOL-08 in the very moment in which one comes back", () => {
    beforeEach(() => {
      vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
    });
    afterEach(() => {
      vi.useRealTimers();
    });

    test.each([
      ["just before the time is over", 999, false],
      ["in the same tick, before the timer", 1000, true],
      ["in the same tick, after the timer", 1000, false],
      ["just after", 1001, false],
    ] as const)("%s", async (_name, at, releaseFirst) => {
      const driver = new FaultyDriver();
      const engine = faultyEngine(driver, { poolSize: 1, maxOverflow: 0, poolTimeout: 1 });
      const held = await engine.connect();
      let outcome = "none";
      // timers of one moment run in the order in which they were set
      const release = (): void => void held.close();
      if (releaseFirst) setTimeout(release, at);
      const waiting = engine.connect().then(
        async (conn) => {
          outcome = "lent";
          await conn.close();
        },
        (error: unknown) => {
          outcome = error instanceof PoolTimeoutError ? "timed out" : String(error);
        },
      );
      if (!releaseFirst) setTimeout(release, at);
      await vi.advanceTimersByTimeAsync(at + 1);
      await waiting;
      expect(outcome).toBe(at < 1000 || releaseFirst ? "lent" : "timed out");
      vi.useRealTimers();
      await expectWhole(engine, driver);
      expect(driver.connections).toHaveLength(1);
    });

    test("whatever the order of events: no place is lost, and none is given twice", async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.tuple(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 12 })), { maxLength: 12 }),
          async (uses) => {
            const driver = new FaultyDriver();
            const engine = faultyEngine(driver, { poolSize: 2, maxOverflow: 0, poolTimeout: 0.005 });
            let lent = 0;
            let most = 0;
            const all = uses.map(async ([startAt, heldFor]) => {
              await new Promise((resolve) => setTimeout(resolve, startAt));
              try {
                const conn = await engine.connect();
                lent += 1;
                most = Math.max(most, lent);
                await new Promise((resolve) => setTimeout(resolve, heldFor));
                lent -= 1;
                await conn.close();
              } catch (error) {
                expect(error).toBeInstanceOf(PoolTimeoutError);
              }
            });
            await vi.advanceTimersByTimeAsync(100);
            await Promise.all(all);
            expect(most).toBeLessThanOrEqual(2);
            const pool = poolOf(engine);
            expect([pool.checkedout(), pool.waiting(), driver.open]).toEqual([0, 0, pool.checkedin()]);
            for (const conn of await Promise.all([engine.connect(), engine.connect()])) await conn.close();
          },
        ),
        { numRuns: 100 },
      );
    });
  });

  test("POOL-09 a signal ends the wait, and the waiter is gone at once", async () => {
    const driver = new FaultyDriver();
    const engine = faultyEngine(driver, { poolSize: 1, maxOverflow: 0 });
    const held = await engine.connect();
    const controller = new AbortController();
    const waiting = engine.connect({ signal: controller.signal }).then(
      () => null,
      (error: unknown) => error,
    );
    expect(poolOf(engine).waiting()).toBe(1);
    const reason = new Error("enough");
    controller.abort(reason);
    expect(poolOf(engine).waiting()).toBe(0);
    expect(await waiting).toBe(reason);
    await held.close();
    await expectWhole(engine, driver);
  });

  test("POOL-09 a signal ends the wait while the connection is being made, which is then kept for others", async () => {
    const driver = new FaultyDriver();
    const engine = faultyEngine(driver, { poolSize: 1, maxOverflow: 0 });
    driver.before = () => sleep(20);
    const controller = new AbortController();
    const waiting = engine.connect({ signal: controller.signal }).then(
      () => null,
      (error: unknown) => error,
    );
    await sleep(5);
    controller.abort("enough");
    expect(await waiting).toBe("enough");
    await vi.waitFor(() => expect(poolOf(engine).checkedin()).toBe(1));
    await expectWhole(engine, driver);
    expect(driver.connections).toHaveLength(1);
  });

  test("POOL-09 a signal that has fired already has nothing begun", async () => {
    const driver = new FaultyDriver();
    const engine = faultyEngine(driver);
    await expect(engine.connect({ signal: AbortSignal.abort("no") })).rejects.toBe("no");
    await using conn = engine.connect();
    await expect(conn.execDriverSql("x", [], { signal: AbortSignal.abort("no") })).rejects.toBe("no");
    expect(driver.calls).toEqual([]);
  });
});

describe("times", () => {
  test("POOL-14 a connection that is never idle is replaced all the same", async () => {
    const driver = new FaultyDriver();
    const engine = faultyEngine(driver, { poolSize: 1, maxOverflow: 0, poolRecycle: 0.05 });
    const until = performance.now() + 200;
    let most = 0;
    const made = new Map<unknown, number>();
    while (performance.now() < until) {
      // one waits already when the other comes back, so that it goes from hand to hand
      await Promise.all(
        [0, 1].map(async () => {
          await using conn = await engine.connect();
          const { dbapiConnection } = await conn.getRawConnection();
          const now = performance.now();
          if (!made.has(dbapiConnection)) made.set(dbapiConnection, now);
          most = Math.max(most, now - made.get(dbapiConnection)!);
          await sleep(2);
        }),
      );
    }
    expect(driver.connections.length).toBeGreaterThan(2);
    expect(most).toBeLessThan(150);
    expect(driver.open).toBe(1);
  });

  test("POOL-15 none, 0 and Infinity are no limit, and what makes no sense is refused", async () => {
    for (const poolRecycle of [undefined, -1, 0, Infinity]) {
      const driver = new FaultyDriver();
      const engine = faultyEngine(driver, poolRecycle === undefined ? {} : { poolRecycle });
      for (let i = 0; i < 3; i++) {
        await (await engine.connect()).close();
        await sleep(2);
      }
      expect(driver.connections).toHaveLength(1);
    }
    // longer than timers can be
    for (const poolTimeout of [Infinity, 1e9]) {
      const engine = faultyEngine(new FaultyDriver(), { poolSize: 1, maxOverflow: 0, poolTimeout });
      const held = await engine.connect();
      const waiting = engine.connect().then((conn) => conn.close());
      await sleep(10);
      await held.close();
      await waiting;
    }
    const driver = new FaultyDriver();
    for (const wrong of [-2, Number.NaN, "5" as never]) expect(() => faultyEngine(driver, { poolRecycle: wrong })).toThrow(/poolRecycle/);
    for (const wrong of [-1, Number.NaN, "5" as never]) expect(() => faultyEngine(driver, { poolTimeout: wrong })).toThrow(/poolTimeout/);
    for (const wrong of [-1, Number.NaN, 1.5, Infinity]) expect(() => faultyEngine(driver, { poolSize: wrong })).toThrow(/poolSize/);
    for (const wrong of [-2, Number.NaN, 1.5]) expect(() => faultyEngine(driver, { maxOverflow: wrong })).toThrow(/maxOverflow/);
  });

  test("POOL-15 a time-out of 0 waits for nobody", async () => {
    const engine = faultyEngine(new FaultyDriver(), { poolSize: 1, maxOverflow: 0, poolTimeout: 0 });
    await using _held = await engine.connect();
    await expect(engine.connect()).rejects.toThrow(PoolTimeoutError);
  });

  test("POOL-16 connections that were made together do not end together, and each has one time of its own", async () => {
    vi.useFakeTimers({ toFake: ["performance"] });
    try {
      const driver = new FaultyDriver();
      const engine = faultyEngine(driver, { poolSize: 100, maxOverflow: 0, poolRecycle: 1000 });
      const use = async (): Promise<void> => {
        for (const conn of await Promise.all(Array.from({ length: 100 }, () => engine.connect()))) await conn.close();
      };
      await use();
      vi.advanceTimersByTime(899_000);
      // asked again and again: the time is not drawn anew each time
      for (let i = 0; i < 20; i++) await use();
      expect(driver.connections).toHaveLength(100);
      let most = 0;
      for (let second = 0, before = 100; second < 101; second++) {
        vi.advanceTimersByTime(1000);
        await use();
        most = Math.max(most, driver.connections.length - before);
        before = driver.connections.length;
      }
      expect(driver.connections).toHaveLength(200);
      expect(most).toBeLessThan(20);
    } finally {
      vi.useRealTimers();
    }
  });

  test("POOL-33 the clock of the system is of no matter", async () => {
    const driver = new FaultyDriver();
    const engine = faultyEngine(driver, { poolSize: 1, maxOverflow: 0, poolRecycle: 60, poolTimeout: 0.05 });
    await (await engine.connect()).close();
    const now = Date.now();
    for (const jump of [-3_600_000, 3_600_000]) {
      const clock = vi.spyOn(Date, "now").mockReturnValue(now + jump);
      try {
        const held = await engine.connect();
        const start = performance.now();
        await expect(engine.connect()).rejects.toThrow(PoolTimeoutError);
        expect(performance.now() - start).toBeLessThan(1000);
        await held.close();
      } finally {
        clock.mockRestore();
      }
    }
    expect(driver.connections).toHaveLength(1);
  });
});

test("POOL-17 one that comes back while the server refuses another is lent to whoever asked for that", async () => {
  const driver = new FaultyDriver();
  const engine = faultyEngine(driver, { poolSize: 2, maxOverflow: 0, poolTimeout: 2 });
  const only = await engine.connect();
  driver.before = async (call) => {
    if (call !== "connect") return;
    await sleep(20);
    throw new FakeError("too many clients", "operational", true);
  };
  const start = performance.now();
  const waiting = Promise.resolve(engine.connect());
  await sleep(5);
  await only.close();
  await (await waiting).close();
  expect(performance.now() - start).toBeLessThan(1000);
  expect(driver.connections).toHaveLength(1);
  await expectWhole(engine, driver);
});

describe("the end", () => {
  test("POOL-21 dispose() with lent connections and waiters", async () => {
    const driver = new FaultyDriver();
    const engine = faultyEngine(driver, { poolSize: 1, maxOverflow: 1 });
    const held = [await engine.connect(), await engine.connect()];
    await held[0]!.execDriverSql("x");
    const waiting = [1, 2, 3].map(() =>
      engine.connect().then(
        () => "lent",
        (error: unknown) => error,
      ),
    );
    const old = poolOf(engine);
    await engine.dispose();
    for (const outcome of await Promise.all(waiting)) expect(outcome).toBeInstanceOf(PoolClosedError);
    expect([old.waiting(), driver.open]).toEqual([0, 2]);
    // what is under way goes on
    await held[0]!.execDriverSql("y");
    await held[0]!.commit();
    for (const conn of held) await conn.close();
    expect(driver.open).toBe(0);
    await old.dispose();
    await engine.dispose();
    await expectWhole(engine, driver);
  });

  test("POOL-21 dispose() while connections are being made", async () => {
    const driver = new FaultyDriver();
    driver.before = () => sleep(10);
    const engine = faultyEngine(driver);
    const coming = engine.connect().then(
      () => "lent",
      (error: unknown) => error,
    );
    await engine.dispose();
    expect(await coming).toBeInstanceOf(PoolClosedError);
    await vi.waitFor(() => expect(driver.open).toBe(0));
  });

  test("POOL-22 drain() lends no more, waits for what is under way, and says that all came back", async () => {
    const driver = new FaultyDriver();
    const engine = faultyEngine(driver, { poolSize: 2, maxOverflow: 0 });
    const idle = await engine.connect();
    const conn = await engine.connect();
    await idle.close();
    await conn.execDriverSql("x");
    let done = false;
    const drained = engine.drain({ timeout: 5 }).then((all) => {
      done = true;
      return all;
    });
    await expect(engine.connect()).rejects.toThrow(PoolClosedError);
    await sleep(10);
    expect(done).toBe(false);
    expect(driver.open).toBe(1);
    await conn.execDriverSql("y");
    await conn.commit();
    await conn.close();
    expect(await drained).toBe(true);
    expect(driver.open).toBe(0);
    await expect(engine.connect()).rejects.toThrow(/drained/);
    expect(await engine.drain()).toBe(true);
  });

  test("POOL-22 drain() closes by force what has not come back in time", async () => {
    const driver = new FaultyDriver();
    const engine = faultyEngine(driver);
    driver.before = (call, _n, connection) => (call === "execute" ? driver.hang(connection) : undefined);
    const conn = await engine.connect();
    const running = conn.execDriverSql("for ever").then(
      () => null,
      (error: unknown) => error,
    );
    const lazy = await engine.connect();
    const start = performance.now();
    expect(await engine.drain({ timeout: 0.05 })).toBe(false);
    expect(performance.now() - start).toBeLessThan(1000);
    expect(driver.open).toBe(0);
    expect(await running).toBeInstanceOf(DisconnectError);
    await expect(lazy.execDriverSql("x")).rejects.toThrow(DisconnectError);
    await conn.close();
    await lazy.close();
    expect(engine.pool.checkedout()).toBe(0);
    // an engine that is to be used again gets a new pool
    await engine.dispose();
    await expectWhole(engine, driver);
  });
});

describe("loans", () => {
  test("POOL-27 given back twice, after dispose(), and used after that", async () => {
    const driver = new FaultyDriver();
    const engine = faultyEngine(driver, { poolSize: 1, maxOverflow: 1 });
    const raw = await engine.pool.connect();
    await raw.close();
    const next = await engine.pool.connect();
    await raw.close();
    await raw.invalidate();
    await raw.detach();
    expect(next.isValid).toBe(true);
    expect(poolOf(engine).checkedout()).toBe(1);
    expect(() => raw.dbapiConnection).toThrow(ResourceClosedError);
    await engine.dispose();
    await next.close();
    await next.close();
    expect(driver.open).toBe(0);
    const conn = await engine.connect();
    await Promise.all([conn.close(), conn.close(), conn.close()]);
    await expect(conn.execDriverSql("x")).rejects.toThrow(ResourceClosedError);
    expect(() => conn.begin()).toThrow(ResourceClosedError);
    await expectWhole(engine, driver);
  });

  test("POOL-28 one that is kept for too long is told of, with the place where it was taken", async () => {
    const warnings: Error[] = [];
    const hear = (warning: Error): void => void warnings.push(warning);
    process.on("warning", hear);
    try {
      const engine = faultyEngine(new FaultyDriver(), { poolLeakWarning: 0.03 });
      await (await engine.connect()).close();
      const conn = await engine.connect();
      await sleep(80);
      await conn.close();
      await sleep(50);
      const own = warnings.filter((warning) => (warning as { code?: unknown }).code === "ATHANOR_LEAK");
      expect(own).toHaveLength(1);
      expect(own[0]!.message).toContain("pool.test.ts");
    } finally {
      process.off("warning", hear);
    }
  });

  test("a listener to engineConnect that throws costs no place", async () => {
    const driver = new FaultyDriver();
    const engine = faultyEngine(driver, { poolSize: 1, maxOverflow: 0, poolTimeout: 0.1 });
    let broken = true;
    listen(engine, "engineConnect", () => {
      if (broken) throw new Error("not now");
    });
    for (let i = 0; i < 3; i++) await expect(engine.connect()).rejects.toThrow("not now");
    broken = false;
    await expectWhole(engine, driver);
  });

  test.each([
    [
      "throws",
      (): void => {
        throw new Error("no setting up");
      },
      "no setting up",
    ],
    ["rejects with what is no Error", (): Promise<void> => Promise.reject("nothing"), "threw what is no Error: nothing"],
    ["hangs", (): Promise<void> => new Promise<void>(() => undefined), /within 0\.05 s/],
  ] as const)("POOL-29 a listener to `connect` that %s: the connection is closed, and its place free", async (_name, listener, message) => {
    const driver = new FaultyDriver();
    const engine = faultyEngine(driver, { poolSize: 1, maxOverflow: 0, poolTimeout: 0.05 });
    let broken = true;
    listen(engine, "connect", () => (broken ? listener() : undefined));
    for (let i = 0; i < 2; i++) {
      const error = await engine.connect().then(
        () => null,
        (thrown: unknown) => thrown,
      );
      expect(error).toBeInstanceOf(Error);
      expect((error as Error).message).toMatch(message);
      if (_name === "rejects with what is no Error") expect((error as AthanorError).cause).toBe("nothing");
    }
    await vi.waitFor(() => expect(driver.open).toBe(0));
    broken = false;
    await expectWhole(engine, driver);
  });

  test("POOL-18 connecting that hangs ends in time, and what comes late is closed", async () => {
    const driver = new FaultyDriver();
    const engine = faultyEngine(driver, { poolSize: 1, maxOverflow: 0, poolTimeout: 0.05 });
    let go!: () => void;
    const gate = new Promise<void>((resolve) => (go = resolve));
    driver.before = (call) => (call === "connect" ? gate : undefined);
    for (let i = 0; i < 2; i++) await expect(engine.connect()).rejects.toThrow(PoolTimeoutError);
    expect(engine.pool.checkedout()).toBe(0);
    go();
    await vi.waitFor(() => expect(driver.connections).toHaveLength(2));
    await vi.waitFor(() => expect(driver.open).toBe(0));
    await expectWhole(engine, driver);
  });
});

test("POOL-24 text that looks like a lost connection is none", async () => {
  const driver = new FaultyDriver();
  const engine = faultyEngine(driver);
  await using conn = await engine.connect();
  driver.before = (call) => {
    if (call === "execute") throw new FakeError('invalid value: "server closed the connection unexpectedly"');
  };
  const error = await conn.execDriverSql("x").catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(OperationalError);
  expect(error).not.toBeInstanceOf(DisconnectError);
  expect(conn.invalidated).toBe(false);
  driver.before = () => undefined;
});
