// One flow that asks for a second connection while it holds the last one waits for itself. It is told so, and by whom what is held.
import { createEngine, type Engine, PoolTimeoutError, sessionmaker, text } from "athanor";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { describeEachDatabase } from "../support/databases.ts";
import { FaultyDriver, faultyEngine, sleep } from "../support/faulty-driver.ts";

const warnings: Error[] = [];
const note = (warning: Error): void => {
  if ((warning as Error & { code?: string }).code === "ATHANOR_POOL_WAIT") warnings.push(warning);
};
beforeEach(() => {
  warnings.length = 0;
  process.on("warning", note);
});
afterEach(() => {
  process.off("warning", note);
});

/** A service that takes a connection of its own, whatever its caller holds. */
async function inTheWrongPlace(engine: Engine): Promise<void> {
  await using second = await engine.connect();
  await second.execute(text("SELECT 2"));
}

async function holdsTheOnlyOne(engine: Engine): Promise<void> {
  await engine.begin(async (conn) => {
    await conn.execute(text("SELECT 1 AS the_first"));
    await inTheWrongPlace(engine);
  });
}

const failure = async (work: Promise<unknown>): Promise<Error> =>
  work.then(
    () => new Error("nothing was thrown"),
    (error: unknown) => error as Error,
  );

describeEachDatabase(
  "a flow that waits for itself",
  (db) => {
    const only = { poolSize: 1, maxOverflow: 0 };
    // it holds for the first connection, too, which a busy server takes its time for
    const poolTimeout = db.dialect === "sqlite" ? 0.1 : 0.4;

    test("TX-22 the time-out names the statement of the one who holds, and both places when it may", async () => {
      const engine = createEngine(db.url, { ...only, poolTimeout });
      const error = await failure(holdsTheOnlyOne(engine));
      expect(error).toBeInstanceOf(PoolTimeoutError);
      expect(error.message).toMatch(/held longest: \d\.\d s, where the last statement was SELECT 1 AS the_first/);
      // where it was asked for: there is a price for that only now
      expect(error.message).toMatch(/It was asked for at\n +at .*inTheWrongPlace.*pool-standstill/);
      expect(error.stack).toContain("inTheWrongPlace");
      expect(error.message).toContain("poolTraceLeases");
      await engine.dispose();

      const tracing = createEngine(db.url, { ...only, poolTimeout, poolTraceLeases: true });
      const { message } = await failure(holdsTheOnlyOne(tracing));
      expect(message).toMatch(/taken at\n +at .*holdsTheOnlyOne.*pool-standstill[^]*asked for at\n +at .*inTheWrongPlace/);
      expect(message).not.toContain("poolTraceLeases");
      expect(message).not.toContain("src/engine");
      await tracing.dispose();
    });

    test("TX-22 sessions, too", async () => {
      const engine = createEngine(db.url, { ...only, poolTimeout, poolTraceLeases: true });
      const Session = sessionmaker(engine);
      async function nested(): Promise<void> {
        await using inner = Session();
        await inner.execute(text("SELECT 2"));
      }
      async function outer(): Promise<void> {
        await using session = Session();
        await session.execute(text("SELECT 1"));
        await nested();
      }
      const { message } = await failure(outer());
      expect(message).toMatch(/taken at\n +at .*outer[^]*asked for at\n +at .*nested/);
      await engine.dispose();
    });
  },
  { only: ["sqlite", "better-sqlite3", "postgresql", "mariadb"] },
);

describeEachDatabase(
  "a flow that waits for itself for a second",
  (db) => {
    test("TX-22 long before the time-out there is a warning", async () => {
      const engine = createEngine(db.url, { poolSize: 1, maxOverflow: 0, poolTimeout: 1.3, poolTraceLeases: true });
      await failure(holdsTheOnlyOne(engine));
      expect(warnings.map(({ message }) => message)).toEqual([
        expect.stringMatching(
          /^a connection has been waited for, for 1 s, in which none was given back \(size 1, idle 0, busy 1, (?:connecting 0, )?waiting 1; held longest: 1\.\d s, where the last statement was SELECT 1 AS the_first, taken at\n +at [^]*holdsTheOnlyOne[^]*It waits at\n +at .*inTheWrongPlace/,
        ),
      ]);
      await engine.dispose();
    });
  },
  { only: ["sqlite", "postgresql"] },
);

describe("a pool that is busy", () => {
  test("TX-22 gives no warning as long as connections come back, and one per standstill", async () => {
    const engine = faultyEngine(new FaultyDriver(), { poolSize: 2, maxOverflow: 0, poolTimeout: 5 });
    const busy = await engine.connect();
    const held = await engine.connect();
    const waiting = [engine.connect(), engine.connect()].map(async (coming) => (await coming).close());
    await sleep(700);
    // others get on, so nobody waits for himself
    await busy.close();
    await waiting[0];
    const again = await engine.connect();
    const more = [engine.connect(), engine.connect(), engine.connect()].map(async (coming) => (await coming).close());
    await sleep(700);
    expect(warnings).toEqual([]);
    await sleep(1500);
    expect(warnings).toHaveLength(1);
    await Promise.all([held.close(), again.close()]);
    await Promise.all([...waiting, ...more]);
    await engine.dispose();
  });

  test("TX-22 in production there is none", async () => {
    const before = process.env["NODE_ENV"];
    process.env["NODE_ENV"] = "production";
    try {
      const engine = faultyEngine(new FaultyDriver(), { poolSize: 1, maxOverflow: 0, poolTimeout: 1.2 });
      const held = await engine.connect();
      expect(await failure(Promise.resolve(engine.connect()))).toBeInstanceOf(PoolTimeoutError);
      expect(warnings).toEqual([]);
      await held.close();
      await engine.dispose();
    } finally {
      process.env["NODE_ENV"] = before;
    }
  });
});
