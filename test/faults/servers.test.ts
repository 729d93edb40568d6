// Servers and networks that fail, and what the drivers, the pool and the transactions make of it.
import { createConnection } from "mysql2/promise";
import { Client } from "pg";
import { beforeAll, describe, expect, test, vi } from "vitest";
import {
  CommitOutcomeUnknownError,
  createEngine,
  DisconnectError,
  type Engine,
  type EngineOptions,
  listen,
  makeUrl,
  OperationalError,
  PendingRollbackError,
  QueryTimeoutError,
  type QueuePool,
  ReadOnlyError,
  text,
} from "athanor";
import { ChaosProxy, type Fate } from "../support/chaos-proxy.ts";
import { describeEachDatabase, type TestDatabase } from "../support/databases.ts";
import { sleep } from "../support/faulty-driver.ts";
import { expectSound, leakGuard } from "../support/leak-guard.ts";
import { mysqlUrl, servers } from "../support/probe.ts";

const DRIVERS = ["postgresql", "postgresjs", "mariadb", "mariadb-connector"] as const;

/** What a promise is rejected with; null when it is not. */
const failure = (promise: PromiseLike<unknown>): Promise<unknown> =>
  Promise.resolve(promise).then(
    () => null,
    (error: unknown) => error,
  );

/** Runs a statement by the plain driver, as a superuser of the server. */
async function asAdmin(db: TestDatabase, sql: string): Promise<void> {
  if (db.dialect === "postgresql") {
    const client = new Client({ connectionString: servers.postgresql });
    await client.connect();
    try {
      await client.query(sql);
    } finally {
      await client.end();
    }
    return;
  }
  const connection = await createConnection({ uri: mysqlUrl(servers.mariadb) });
  try {
    await connection.query(sql);
  } finally {
    await connection.end();
  }
}

describeEachDatabase(
  "a network that fails",
  (db) => {
    const guard = leakGuard(() => db.url);
    const isMysql = db.dialect === "mysql";
    const pause = (seconds: number): string => (isMysql ? `SELECT sleep(${seconds})` : `SELECT pg_sleep(${seconds})`);
    const series = isMysql
      ? "SELECT a.seq AS n, repeat('x', 200) AS x FROM seq_1_to_3000 AS a"
      : "SELECT n, repeat('x', 200) AS x FROM generate_series(1, 3000) AS n";

    async function through(options: EngineOptions = {}): Promise<{ proxy: ChaosProxy; engine: Engine }> {
      const proxy = await ChaosProxy.to(db.url);
      guard.onEnd(() => proxy.close());
      return { proxy, engine: guard.open(proxy.url, { poolSize: 2, maxOverflow: 0, poolTimeout: 5, ...options }) };
    }

    beforeAll(async () => {
      const engine = createEngine(db.url);
      await engine.begin((conn) => conn.execute(text("CREATE TABLE points (n INTEGER PRIMARY KEY)")));
      await engine.dispose();
    });

    test("POOL-02 the line is reset in the middle of a result: no part of it passes for the whole", async () => {
      const { proxy, engine } = await through();
      await using conn = await engine.connect();
      expect(await conn.execute(text(series)).all()).toHaveLength(3000);
      for (const at of [1, 5, 1000, 65_536, 300_000]) {
        await conn.rollback();
        await conn.execute(text("SELECT 1"));
        proxy.cutAfter = proxy.links.at(-1)!.delivered + at;
        expect(await failure(conn.execute(text(series)).all()), `after ${at} bytes`).toBeInstanceOf(DisconnectError);
        proxy.cutAfter = Infinity;
      }
    });

    test("POOL-02 the line is reset in the middle of a stream: what had come was right, and then there is the error", async () => {
      const { proxy, engine } = await through();
      await using conn = await engine.connect();
      await conn.execute(text("SELECT 1"));
      proxy.cutAfter = proxy.links.at(-1)!.delivered + 200_000;
      const seen: number[] = [];
      const error = await failure(
        (async () => {
          for await (const [n] of conn.stream(text(series), null, { yieldPer: 100 })) seen.push(Number(n));
        })(),
      );
      proxy.cutAfter = Infinity;
      expect(error).toBeInstanceOf(DisconnectError);
      expect(seen.length).toBeLessThan(3000);
      expect(seen).toEqual(seen.map((_, i) => i + 1));
    });

    test("POOL-05 the server is down while fifty wait, and then it is there again", async () => {
      const { proxy, engine } = await through({ poolSize: 1, poolTimeout: 3 });
      const work = (): Promise<unknown> => failure(engine.begin((conn) => conn.execute(text("SELECT 1")).all()));
      await work();
      await proxy.shut();
      const outcomes = Promise.all(Array.from({ length: 50 }, work));
      for (const error of await outcomes) expect(error).toBeInstanceOf(OperationalError);
      expect(engine.pool.checkedout()).toBe(0);
      await proxy.open();
      // and with the connection lost while they wait
      const sent = new Promise<void>((resolve) => {
        proxy.onStatement = (sql): Fate => {
          if (/sleep/.test(sql)) resolve();
          return "pass";
        };
      });
      const holding = failure(engine.begin((conn) => conn.execute(text(pause(0.3))).all()));
      await sent;
      const others = Promise.all(Array.from({ length: 50 }, work));
      proxy.resetAll();
      expect(await holding).toBeInstanceOf(DisconnectError);
      expect(new Set(await others)).toEqual(new Set([null]));
      expect((engine.pool as QueuePool).checkedin()).toBe(1);
    });

    test("POOL-25 bytes that come one by one, and pieces that are larger than packets", async () => {
      const { proxy, engine } = await through();
      proxy.pieces = 1;
      await using conn = await engine.connect();
      expect(await conn.execute(text("SELECT 'a', 'ü€😀', 1")).one()).toEqual(["a", "ü€😀", 1]);
      expect(await conn.execute(text(series.replaceAll("3000", "5"))).all()).toHaveLength(5);
      await expect(conn.execute(text("SELECT nothing"))).rejects.toThrow();
      await conn.rollback();
      proxy.pieces = Infinity;
      // the limit of MariaDB for a packet is 16 MB, unless its settings say more
      const size = isMysql ? 16_000_000 : 20_000_000;
      const [large] = await conn
        .execute(text(`SELECT repeat('x', ${size})`))
        .scalars()
        .all();
      expect((large as string).length).toBe(size);
    });

    describe("TX-14 the line is cut at COMMIT", () => {
      test.each([
        ["after it has arrived, before the answer", "deliver", 1],
        ["before it has arrived", "lose", 0],
      ] as const)("%s: nobody knows, it is said so, and nothing is tried again", async (_name, fate, rows) => {
        const { proxy, engine } = await through();
        const n = fate === "deliver" ? 1 : 2;
        let commits = 0;
        proxy.onStatement = (sql): Fate => {
          if (!/COMMIT/.test(sql)) return "pass";
          commits += 1;
          return fate;
        };
        const error = await failure(engine.begin((conn) => conn.execute(text(`INSERT INTO points VALUES (${n})`))));
        expect(error).toBeInstanceOf(CommitOutcomeUnknownError);
        expect((error as CommitOutcomeUnknownError).connectionInvalidated).toBe(true);
        expect(commits).toBe(1);
        proxy.onStatement = () => "pass";
        await using conn = await engine.connect();
        // the server may still be at it
        await vi.waitFor(async () => {
          expect(Number(await conn.scalar(text(`SELECT count(*) FROM points WHERE n = ${n}`)))).toBe(rows);
          await conn.rollback();
        });
      });
    });

    test("TX-07 the line is cut inside of savepoints: one error, and the outer transaction is of no use until its rollback", async () => {
      const { proxy, engine } = await through();
      await using conn = await engine.connect();
      await conn.begin();
      await conn.execute(text("INSERT INTO points VALUES (7)"));
      const outer = await conn.beginNested();
      const inner = await conn.beginNested();
      proxy.onStatement = (sql): Fate => (/RELEASE/.test(sql) ? "lose" : "pass");
      expect(await failure(inner.commit())).toBeInstanceOf(DisconnectError);
      expect(await failure(conn.execute(text("SELECT 1")))).toBeInstanceOf(PendingRollbackError);
      await expect(outer.commit()).rejects.toThrow(/connection was lost/);
      await inner.rollback();
      await outer.rollback();
      expect(await failure(conn.execute(text("SELECT 1")))).toBeInstanceOf(PendingRollbackError);
      await conn.rollback();
      expect(Number(await conn.scalar(text("SELECT count(*) FROM points WHERE n = 7")))).toBe(0);
    });

    test("TX-02 the line is cut at ROLLBACK: the first error is the one that is thrown, with the other one on it", async () => {
      const { proxy, engine } = await through({ logger: () => undefined });
      proxy.onStatement = (sql): Fate => (/ROLLBACK/.test(sql) ? "lose" : "pass");
      const boom = new Error("boom");
      const error = await failure(
        engine.begin(async (conn) => {
          await conn.execute(text("INSERT INTO points VALUES (8)"));
          throw boom;
        }),
      );
      expect(error).toBe(boom);
      expect((error as { rollbackError?: unknown }).rollbackError).toBeInstanceOf(DisconnectError);
      proxy.onStatement = () => "pass";
      await using conn = await engine.connect();
      expect(Number(await conn.scalar(text("SELECT count(*) FROM points WHERE n = 8")))).toBe(0);
    });

    test("TX-23 a signal that fires while COMMIT is under way is without effect", async () => {
      const { proxy, engine } = await through();
      const controller = new AbortController();
      await engine.begin(async (conn) => {
        await conn.execute(text("INSERT INTO points VALUES (23)"), null, { signal: controller.signal });
        proxy.delay = 50;
        setTimeout(() => controller.abort("too late"), 10);
      });
      expect(controller.signal.aborted).toBe(true);
      proxy.delay = 0;
      await using conn = await engine.connect();
      expect(Number(await conn.scalar(text("SELECT count(*) FROM points WHERE n = 23")))).toBe(1);
    });

    test("POOL-30 with a pre-ping, a server that was restarted is not noticed; a transaction that it cut off is", async () => {
      const { proxy, engine } = await through({ poolPrePing: true });
      for (let i = 0; i < 5; i++) {
        for (const conn of await Promise.all([engine.connect(), engine.connect()])) await conn.close();
        // at once: before anybody can have noticed
        proxy.resetAll();
        await using conn = await engine.connect();
        expect(await conn.execute(text("SELECT 1")).scalar()).toBe(1);
      }
      let runs = 0;
      const error = await failure(
        engine.begin(async (conn) => {
          runs += 1;
          await conn.execute(text("INSERT INTO points VALUES (30)"));
          proxy.resetAll();
          await conn.execute(text("INSERT INTO points VALUES (31)"));
        }),
      );
      expect(error).toBeInstanceOf(DisconnectError);
      expect(runs).toBe(1);
      await using conn = await engine.connect();
      expect(Number(await conn.scalar(text("SELECT count(*) FROM points WHERE n IN (30, 31)")))).toBe(0);
    });

    test("POOL-12 a statement that the server finds too long ends by itself, and the connection is kept", async () => {
      const engine = guard.open(db.url, { poolSize: 1, maxOverflow: 0 });
      await using conn = await engine.connect();
      const own = isMysql ? "SELECT connection_id()" : "SELECT pg_backend_pid()";
      const id = await conn.scalar(text(own));
      await conn.execute(text(isMysql ? "SET SESSION max_statement_time = 0.05" : "SET statement_timeout = 50"));
      const slow = isMysql ? "SELECT count(*) FROM seq_1_to_1000000 a, seq_1_to_1000000 b" : pause(20);
      const error = await failure(conn.execute(text(slow)).all());
      expect(error).toBeInstanceOf(QueryTimeoutError);
      expect((error as QueryTimeoutError).connectionInvalidated).toBe(false);
      await conn.rollback();
      await conn.execute(text(isMysql ? "SET SESSION max_statement_time = 0" : "SET statement_timeout = 0"));
      expect(await conn.scalar(text(own))).toBe(id);
    });

    test("POOL-17 a server that takes no more connections: those that are there serve all, and only the deadline is an error", async () => {
      const user = `athanor_few_${Math.random().toString(36).slice(2, 10)}`;
      const { database } = makeUrl(db.url);
      if (isMysql) {
        await asAdmin(db, `CREATE USER ${user}@'%' IDENTIFIED BY 'pw' WITH MAX_USER_CONNECTIONS 1`);
        await asAdmin(db, `GRANT ALL ON ${database!}.* TO ${user}@'%'`);
      } else {
        await asAdmin(db, `CREATE ROLE ${user} LOGIN CONNECTION LIMIT 1`);
      }
      guard.onEnd(() => asAdmin(db, isMysql ? `DROP USER ${user}@'%'` : `DROP ROLE ${user}`));
      const url = makeUrl(db.url).set(isMysql ? { username: user, password: "pw" } : { username: user });
      const engine = guard.open(url.renderAsString({ hidePassword: false }), { poolSize: 3, maxOverflow: 0, poolTimeout: 5 });
      const outcomes = await Promise.all(
        Array.from({ length: 8 }, () =>
          failure(
            engine.begin(async (conn) => {
              await conn.execute(text("SELECT 1"));
              await sleep(5);
            }),
          ),
        ),
      );
      expect(outcomes.filter((error) => error !== null)).toEqual([]);
      const held = await engine.connect();
      const start = performance.now();
      const hasty = createEngine(url, { poolSize: 3, poolTimeout: 0.3 });
      const error = await failure(hasty.connect());
      expect(error).toBeInstanceOf(OperationalError);
      expect(performance.now() - start).toBeGreaterThan(250);
      expect(performance.now() - start).toBeLessThan(2500);
      await held.close();
      // the one place is the first engine's
      await engine.dispose();
      await vi.waitFor(() => expectSound(hasty));
      await hasty.dispose();
    });

    test("POOL-20 a server that has become read-only: the error has its class, and a listener can have the whole pool replaced", async () => {
      const engine = guard.open(db.url, { poolSize: 2, maxOverflow: 0 });
      const own = isMysql ? "SELECT connection_id()" : "SELECT pg_backend_pid()";
      const readOnly = isMysql ? "SET SESSION TRANSACTION READ ONLY" : "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY";
      listen(engine, "handleError", (context) => {
        if (context.sqlalchemyException instanceof ReadOnlyError) context.isDisconnect = true;
      });
      const both = await Promise.all([engine.connect(), engine.connect()]);
      const ids = new Set<unknown>();
      for (const conn of both) ids.add(await conn.scalar(text(own)));
      for (const conn of both) {
        await conn.execute(text(readOnly));
        await conn.commit();
        await conn.close();
      }
      const error = await failure(engine.begin((conn) => conn.execute(text("INSERT INTO points VALUES (20)"))));
      expect((error as Error).message).toMatch(/read.?only/i);
      for (const conn of await Promise.all([engine.connect(), engine.connect()])) {
        expect(ids.has(await conn.scalar(text(own)))).toBe(false);
        await conn.close();
      }
    });

    test("POOL-24 text of the user's is not taken for a lost connection", async () => {
      const engine = guard.open(db.url, { poolSize: 1, maxOverflow: 0 });
      await using conn = await engine.connect();
      for (const saying of [
        "server closed the connection unexpectedly",
        "Connection lost: The server closed the connection.",
        "read ECONNRESET",
      ]) {
        const sql = isMysql ? `SELECT extractvalue('<a/>', '${saying}/')` : `SELECT '${saying}'::int`;
        const error = await failure(conn.execute(text(sql.replaceAll(":int", "\\:int").replaceAll("::", "\\:\\:"))).all());
        expect(error).not.toBe(null);
        expect(error).not.toBeInstanceOf(DisconnectError);
        expect(conn.invalidated).toBe(false);
        await conn.rollback();
      }
    });
  },
  { only: DRIVERS },
);
