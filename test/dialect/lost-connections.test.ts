// Connections that the server or the network ends: each driver has to notice, whatever its package makes of it.
import {
  CommitOutcomeUnknownError,
  type Connection,
  createEngine,
  DisconnectError,
  type Engine,
  listen,
  type QueuePool,
  text,
} from "athanor";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { describeEachDatabase } from "../support/databases.ts";
import { sleep } from "../support/faulty-driver.ts";
import { ChaosProxy } from "../support/chaos-proxy.ts";

describeEachDatabase(
  "connections that are lost",
  (db) => {
    const isMysql = db.dialect === "mysql";
    const ownId = isMysql ? "SELECT connection_id()" : "SELECT pg_backend_pid()";
    let engine: Engine;
    /** takes no part in what is tested */
    let killer: Engine;
    let proxy: ChaosProxy;
    let invalidated = 0;
    const unexpected: unknown[] = [];
    const note = (error: unknown): void => void unexpected.push(error);

    beforeAll(() => {
      killer = createEngine(db.url);
      process.on("uncaughtException", note);
      process.on("unhandledRejection", note);
    });
    beforeEach(async () => {
      proxy = await ChaosProxy.to(db.url);
      engine = createEngine(proxy.url, { poolSize: 2, maxOverflow: 0, poolTimeout: 2 });
      invalidated = 0;
      listen(engine, "invalidate", () => void (invalidated += 1));
    });
    afterEach(async () => {
      expect(engine.pool.checkedout()).toBe(0);
      // both places are there to be used
      const both = await Promise.all([engine.connect(), engine.connect()]);
      for (const conn of both) expect(Number(await conn.execDriverSql("SELECT 1").scalar())).toBe(1);
      for (const conn of both) await conn.close();
      await engine.dispose();
      await proxy.close();
      await sleep(10);
      expect(unexpected).toEqual([]);
    });
    afterAll(async () => {
      process.off("uncaughtException", note);
      process.off("unhandledRejection", note);
      await killer.dispose();
    });

    const idOf = async (conn: Connection): Promise<number> => Number(await conn.execDriverSql(ownId).scalar());
    const kill = async (id: number): Promise<void> => {
      await using conn = await killer.connect();
      await conn.execDriverSql(isMysql ? `KILL ${id}` : `SELECT pg_terminate_backend(${id})`);
    };
    const noticed = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 10_000 });
    const pool = (): QueuePool => engine.pool as QueuePool;

    /** Ends the connection of this id, in one way or the other. */
    const ends: readonly (readonly [how: string, end: (id: number) => Promise<void> | void])[] = [
      ["the server ends it", kill],
      ["the network resets it", () => proxy.resetAll()],
    ];

    describe.each(ends)("%s", (_how, end) => {
      test("POOL-03 while it is idle in the pool: nobody gets it any more, and `invalidate` is told once", async () => {
        const conn = await engine.connect();
        const id = await idOf(conn);
        await conn.close();
        expect(pool().checkedin()).toBe(1);
        await end(id);
        await noticed(() => expect(pool().checkedin()).toBe(0));
        expect(invalidated).toBe(1);
        await using next = await engine.connect();
        expect(await idOf(next)).not.toBe(id);
        expect(invalidated).toBe(1);
      });

      test("POOL-04 while it is lent and does nothing: the next statement fails, and the one after rollback() goes to another", async () => {
        await using conn = await engine.connect();
        const id = await idOf(conn);
        await conn.commit();
        const { dbapiConnection } = await conn.getRawConnection();
        await end(id);
        await noticed(() => expect(dbapiConnection.isClosed).toBe(true));
        const error = await conn.execDriverSql("SELECT 1").then(
          () => null,
          (thrown: unknown) => thrown,
        );
        expect(error).toBeInstanceOf(DisconnectError);
        expect((error as DisconnectError).connectionInvalidated).toBe(true);
        expect(conn.invalidated).toBe(true);
        await conn.rollback();
        expect(await idOf(conn)).not.toBe(id);
        expect(invalidated).toBe(1);
      });

      test("POOL-04 while it is lent and given back afterwards", async () => {
        const conn = await engine.connect();
        const id = await idOf(conn);
        const { dbapiConnection } = await conn.getRawConnection();
        await end(id);
        await noticed(() => expect(dbapiConnection.isClosed).toBe(true));
        await conn.close();
        expect(pool().checkedin()).toBe(0);
        expect(invalidated).toBe(1);
      });

      test("POOL-04 before anybody has noticed", async () => {
        await using conn = await engine.connect();
        const id = await idOf(conn);
        const killed = end(id);
        // as long as it takes until the end of the connection has arrived
        const error = await (async () => {
          for (const until = performance.now() + 10_000; performance.now() < until;) await conn.execDriverSql("SELECT 1");
        })().catch((thrown: unknown) => thrown);
        await killed;
        expect(error).toBeInstanceOf(DisconnectError);
      });

      test("POOL-01 during a statement", async () => {
        await using conn = await engine.connect();
        const id = await idOf(conn);
        const running = conn.execute(text(isMysql ? "SELECT sleep(20)" : "SELECT pg_sleep(20)")).then(
          () => null,
          (thrown: unknown) => thrown,
        );
        await sleep(20);
        await end(id);
        expect(await running).toBeInstanceOf(DisconnectError);
        await conn.rollback();
        expect(await idOf(conn)).not.toBe(id);
      });

      test("POOL-01 while rows are read", async () => {
        await using conn = await engine.connect();
        const id = await idOf(conn);
        const series = isMysql
          ? "SELECT a.seq, repeat('x', 1000) FROM seq_1_to_100000 AS a"
          : "SELECT n, repeat('x', 1000) FROM generate_series(1, 100000) AS n";
        const error = await (async () => {
          let count = 0;
          for await (const _row of conn.stream(text(series), null, { yieldPer: 100 })) {
            count += 1;
            if (count === 150) await end(id);
          }
          return count;
        })().catch((thrown: unknown) => thrown);
        expect(error).toBeInstanceOf(DisconnectError);
        await conn.rollback();
        expect(await idOf(conn)).not.toBe(id);
      });

      test("before a commit, which fails", async () => {
        await using conn = await engine.connect();
        const id = await idOf(conn);
        const { dbapiConnection } = await conn.getRawConnection();
        await end(id);
        await noticed(() => expect(dbapiConnection.isClosed).toBe(true));
        await expect(conn.commit()).rejects.toThrow(DisconnectError);
      });
    });

    test("POOL-01 statements that wait for their turn on one connection fail too, each by itself", async () => {
      await using conn = await engine.connect();
      await idOf(conn);
      const sleeping = text(isMysql ? "SELECT sleep(20)" : "SELECT pg_sleep(20)");
      const all = Promise.allSettled([1, 2, 3, 4].map(async () => conn.execute(sleeping).all()));
      await sleep(20);
      proxy.resetAll();
      for (const outcome of await all) expect(outcome.status).toBe("rejected");
      await conn.rollback();
    });

    test("TX-14 after COMMIT was sent: the outcome is not known", async () => {
      await using conn = await engine.connect();
      await conn.execDriverSql("SELECT 1");
      proxy.onClient = (chunk) => {
        if (!/commit/i.test(chunk.toString("latin1"))) return false;
        proxy.resetAll();
        return true;
      };
      await expect(conn.commit()).rejects.toThrow(CommitOutcomeUnknownError);
      proxy.onClient = () => false;
    });
  },
  { only: ["postgresql", "postgresjs", "mariadb", "mariadb-connector"] },
);
