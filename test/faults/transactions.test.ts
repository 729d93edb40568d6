// What becomes of transactions when programs and statements go wrong: on every database, by every driver.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  CommitRolledBackError,
  type Connection,
  createEngine,
  DBAPIError,
  type Engine,
  IllegalStateChangeError,
  IntegrityError,
  InvalidRequestError,
  listen,
  type QueuePool,
  remove,
  ResourceClosedError,
  runInTransaction,
  text,
  TransactionEndedError,
} from "athanor";
import { describeEachDriver } from "../support/databases.ts";
import { FakeError, FaultyDriver, faultyEngine, sleep } from "../support/faulty-driver.ts";
import { leakGuard } from "../support/leak-guard.ts";

const failure = (promise: PromiseLike<unknown>): Promise<unknown> =>
  Promise.resolve(promise).then(
    () => null,
    (error: unknown) => error,
  );

describeEachDriver("transactions that go wrong", (db) => {
  leakGuard();
  let engine: Engine;
  const add = (n: number) => text("INSERT INTO points (n) VALUES (:n)").bindparams({ n });
  const all = text("SELECT n FROM points ORDER BY n");
  /** a database that is gone with its engine, or that no two engines can have open */
  const isAlone = (): boolean => db.name === "pglite" || /^sqlite(\+[\w-]+)?:\/\/$/.test(db.url);
  const points = async (): Promise<unknown[]> => {
    await using conn = await engine.connect();
    return conn.scalars(all).all();
  };

  beforeAll(async () => {
    engine = createEngine(db.url, { logger: () => undefined });
    await engine.begin((conn) => conn.execute(text("CREATE TABLE points (n INTEGER PRIMARY KEY)")));
  });
  afterAll(() => engine.dispose());
  beforeEach(async () => {
    await engine.begin((conn) => conn.execute(text("DELETE FROM points")));
  });

  test("TX-01 a function that throws has its work undone, and the error comes as it is", async () => {
    const boom = new Error("boom");
    expect(
      await failure(
        engine.begin(async (conn) => {
          await conn.execute(add(1));
          throw boom;
        }),
      ),
    ).toBe(boom);
    expect(await failure(engine.begin(() => Promise.reject(null as never)))).toBe(null);
    expect(await points()).toEqual([]);
  });

  test("TX-03 an error that was swallowed: the commit says what was saved", async () => {
    const error = await failure(
      engine.begin(async (conn) => {
        await conn.execute(add(1));
        expect(await failure(conn.execute(add(1)))).toBeInstanceOf(IntegrityError);
      }),
    );
    // PostgreSQL undoes all of the transaction, the others the statement alone
    if (db.dialect === "postgresql") expect(error).toBeInstanceOf(CommitRolledBackError);
    else expect(error).toBe(null);
    expect(await points()).toEqual(db.dialect === "postgresql" ? [] : [1]);
  });

  test("TX-04 nothing is run for a transaction that has ended, on no connection", async () => {
    let late: Connection | null = null;
    let run: Promise<unknown> = Promise.resolve();
    let end!: () => void;
    const ended = new Promise<void>((resolve) => (end = resolve));
    await engine.begin(async (conn) => {
      late = conn;
      await conn.execute(add(1));
      run = ended.then(() => failure(conn.execute(add(2))));
    });
    end();
    expect(await run).toBeInstanceOf(ResourceClosedError);
    expect(await failure(late!.execute(add(3)))).toBeInstanceOf(ResourceClosedError);
    await using conn = await engine.connect();
    const tx = await conn.begin();
    await tx.rollback();
    expect(await failure(tx.commit())).toBeInstanceOf(TransactionEndedError);
    expect(
      await failure(
        conn.begin(async (inner) => {
          await inner.commit();
          await conn.execute(add(4));
        }),
      ),
    ).toBeInstanceOf(TransactionEndedError);
    await conn.close();
    expect(await points()).toEqual([1]);
  });

  test("TX-05 the commit waits for what was not awaited, and refuses to hide its failure", async () => {
    await engine.begin((conn) => {
      void conn.execute(add(1));
      void conn.execute(add(2));
    });
    expect(await points()).toEqual([1, 2]);
    const error = await failure(
      engine.begin((conn) => {
        void conn.execute(add(3));
        void conn.execute(add(1));
      }),
    );
    // what fails at once has failed before the function returns, and was not awaited either
    expect(error).toBeInstanceOf(InvalidRequestError);
    expect(await points()).toEqual([1, 2]);
  });

  test("TX-05 nothing gets into a transaction that is being committed, nor runs outside of all of them", async () => {
    await using conn = await engine.connect();
    await conn.execute(add(1));
    const committing = conn.commit();
    const late = failure(conn.execute(add(2)));
    const byText = failure(conn.execDriverSql("INSERT INTO points (n) VALUES (3)"));
    expect(() => conn.beginNested()).toThrow(IllegalStateChangeError);
    expect(() => conn.stream(all)).toThrow(IllegalStateChangeError);
    await committing;
    expect([await late, await byText].map((error) => (error as Error).name)).toEqual([
      "IllegalStateChangeError",
      "IllegalStateChangeError",
    ]);
    expect(await conn.scalars(all).all()).toEqual([1]);
  });

  test("TX-05 a commit that nobody waits for is not overtaken: by close(), by rollback(), by another one", async () => {
    const conn = await engine.connect();
    await conn.execute(add(1));
    const committed = failure(conn.commit());
    await conn.close();
    expect(await committed).toBe(null);
    expect(await points()).toEqual([1]);
    await using other = await engine.connect();
    await other.execute(add(2));
    const [first, undone, second] = [failure(other.commit()), failure(other.rollback()), failure(other.commit())];
    expect([await first, await undone]).toEqual([null, null]);
    expect(await second).toBeInstanceOf(TransactionEndedError);
    expect(await other.scalars(all).all()).toEqual([1, 2]);
  });

  test("TX-06 savepoints: inner failures, three deep, in any order, and the same name again", async () => {
    await engine.begin(async (conn) => {
      await conn.execute(add(1));
      await expect(
        conn.beginNested(async () => {
          await conn.execute(add(2));
          await conn.execute(add(1));
        }),
      ).rejects.toThrow(IntegrityError);
      const one = await conn.beginNested();
      await conn.execute(add(3));
      const two = await conn.beginNested();
      await conn.execute(add(4));
      const three = await conn.beginNested();
      await conn.execute(add(5));
      await three.commit();
      await two.rollback();
      expect(three.isActive).toBe(false);
      await conn.execute(add(6));
      await one.commit();
      // the outer one takes the inner ones with it
      const outer = await conn.beginNested();
      const inner = await conn.beginNested();
      await conn.execute(add(7));
      await outer.rollback();
      expect(inner.isActive).toBe(false);
      expect(await failure(inner.commit())).toBeInstanceOf(TransactionEndedError);
    });
    expect(await points()).toEqual([1, 3, 6]);
  });

  test("TX-12 an error that another attempt would meet again has no other attempt", async () => {
    await engine.begin((conn) => conn.execute(add(1)));
    let runs = 0;
    await expect(
      runInTransaction(engine, async (conn) => {
        runs += 1;
        await conn.execute(add(1));
      }),
    ).rejects.toThrow(IntegrityError);
    expect(runs).toBe(1);
  });

  test("TX-21 the isolation level of a transaction is not that of the next borrower", async () => {
    const small = createEngine(db.url, { poolSize: 1, maxOverflow: 0 });
    const before = await (async () => {
      await using conn = await small.connect();
      return conn.getIsolationLevel();
    })();
    for (const level of small.dialect.isolationLevels) {
      const one = await small.connect();
      one.executionOptions({ isolationLevel: level });
      expect(await one.getIsolationLevel()).toBe(level);
      await one.execute(text("SELECT 1"));
      await one.close();
      await using next = await small.connect();
      expect(await next.getIsolationLevel()).toBe(before);
    }
    await small.dispose();
  });

  test("TX-25 a loop over a stream that is left early leaves nothing open", async () => {
    await engine.begin(async (conn) => {
      for (let n = 1; n <= 50; n++) await conn.execute(add(n));
    });
    const leave = async (how: "break" | "throw" | "return"): Promise<void> => {
      await using conn = await engine.connect();
      for await (const [n] of conn.stream(all, null, { yieldPer: 5 })) {
        if (Number(n) < 8) continue;
        if (how === "throw") throw new Error("enough");
        if (how === "return") return;
        break;
      }
      // the connection is free for other things at once
      expect(Number(await conn.scalar(text("SELECT count(*) FROM points")))).toBe(50);
    };
    await leave("break");
    await leave("return");
    await expect(leave("throw")).rejects.toThrow("enough");
    async function* numbers(): AsyncGenerator<number> {
      await using conn = await engine.connect();
      for await (const [n] of conn.stream(all, null, { yieldPer: 5 })) yield Number(n);
    }
    for await (const n of numbers()) if (n === 7) break;
    expect(engine.pool.checkedout()).toBe(0);
    expect(await points()).toHaveLength(50);
  });

  describe("POOL-07 given back", () => {
    const states: readonly (readonly [string, (conn: Connection) => Promise<unknown>])[] = [
      ["in the middle of a transaction", (conn) => Promise.resolve(conn.execute(add(7)))],
      [
        "in a transaction that has failed",
        async (conn) => {
          await conn.execute(add(7));
          await failure(conn.execute(add(7)));
        },
      ],
      [
        "within a savepoint",
        async (conn) => {
          await conn.beginNested();
          await conn.execute(add(7));
        },
      ],
      [
        "with rows that nobody has read",
        async (conn) => {
          await conn.execute(add(7));
          const rows = conn.stream(all, null, { yieldPer: 1 })[Symbol.asyncIterator]();
          await rows.next();
        },
      ],
      [
        "past the connection, to the pool itself",
        async (conn) => {
          await conn.execute(add(7));
          await (await conn.getRawConnection()).close();
        },
      ],
    ];
    test.each(states)("%s: the next one finds nothing of it", async (_name, leave) => {
      await engine.begin(async (conn) => {
        for (const n of [1, 2, 3]) await conn.execute(add(n));
      });
      const small = isAlone() ? engine : createEngine(db.url, { poolSize: 1, maxOverflow: 0, logger: () => undefined });
      const conn = await small.connect();
      await leave(conn);
      await failure(conn.close());
      const next = await small.connect();
      expect(await next.scalars(all).all()).toEqual([1, 2, 3]);
      await next.execute(add(8));
      await next.commit();
      await next.close();
      expect(small.pool.checkedout()).toBe(0);
      if (small !== engine) await small.dispose();
      expect(await points()).toEqual([1, 2, 3, 8]);
    });
  });

  test("TX-02 a listener that throws at COMMIT or ROLLBACK leaves no transaction open under the next one", async () => {
    await using conn = await engine.connect();
    for (const event of ["commit", "rollback"] as const) {
      const refuse = (): void => {
        throw new Error("not now");
      };
      listen(conn, event, refuse);
      await conn.execute(add(1));
      await expect(conn[event]()).rejects.toThrow("not now");
      remove(conn, event, refuse);
      await conn.execute(add(2));
      await conn.commit();
      expect(await conn.scalars(all).all()).toEqual([2]);
      await conn.execute(text("DELETE FROM points"));
      await conn.commit();
    }
  });

  test("a statement that fails as it is read keeps its connection", async () => {
    const small = isAlone() ? engine : createEngine(db.url, { poolSize: 1, maxOverflow: 0 });
    await using conn = await small.connect();
    const { dbapiConnection } = await conn.getRawConnection();
    for (let i = 0; i < 3; i++) {
      expect(await failure(conn.execute(text("SELECT nothing FROM nowhere")).all())).toBeInstanceOf(DBAPIError);
      await conn.rollback();
    }
    expect((await conn.getRawConnection()).dbapiConnection).toBe(dbapiConnection);
    await conn.close();
    expect((small.pool as QueuePool).checkedin()).toBeGreaterThan(0);
    if (small !== engine) await small.dispose();
  });
});

describe("with a driver that fails", () => {
  leakGuard();

  test("TX-14 a commit that is lost is not tried again, by whatever helper", async () => {
    const driver = new FaultyDriver();
    const engine = faultyEngine(driver);
    driver.before = (call) => {
      if (call === "commit") throw new FakeError("gone", "disconnect");
    };
    let runs = 0;
    const error = await failure(
      runInTransaction(engine, async (conn) => {
        runs += 1;
        await conn.execDriverSql("x");
      }),
    );
    expect((error as Error).name).toBe("CommitOutcomeUnknownError");
    expect(runs).toBe(1);
    driver.before = () => undefined;
  });

  test("a connection whose commit was lost can be lost again, and used again", async () => {
    const driver = new FaultyDriver();
    const engine = faultyEngine(driver);
    await using conn = await engine.connect();
    for (let i = 0; i < 3; i++) {
      await conn.execDriverSql("x");
      driver.before = (call) => {
        if (call === "commit" || call === "execute") throw new FakeError("gone", "disconnect");
      };
      expect(await failure(conn.commit())).not.toBe(null);
      expect(await failure(conn.execDriverSql("y"))).not.toBe(null);
      driver.before = () => undefined;
      await conn.rollback();
      expect(conn.invalidated).toBe(false);
    }
    expect(await conn.execDriverSql("x").scalar()).toBe(1);
    expect(driver.open).toBe(1);
  });

  test("TX-23 a signal does nothing to a COMMIT", async () => {
    const driver = new FaultyDriver();
    const engine = faultyEngine(driver);
    const controller = new AbortController();
    driver.before = async (call) => {
      if (call !== "commit") return;
      controller.abort("too late");
      await sleep(10);
    };
    await runInTransaction(engine, (conn) => conn.execDriverSql("x", [], { signal: controller.signal }).all(), {
      signal: controller.signal,
    });
    expect(driver.calls).toEqual(["connect", "begin", "execute", "commit"]);
  });
});
