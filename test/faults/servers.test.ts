// Servers and networks that fail, and what the drivers, the pool and the transactions make of it.
import { createConnection } from "mysql2/promise";
import { Client } from "pg";
import { beforeAll, describe, expect, test, vi } from "vitest";
import {
  CommitOutcomeUnknownError,
  createEngine,
  DataError,
  DisconnectError,
  type Engine,
  type EngineOptions,
  listen,
  makeUrl,
  OperationalError,
  PendingRollbackError,
  ProgrammingError,
  QueryTimeoutError,
  type QueuePool,
  ReadOnlyError,
  text,
} from "athanor";
import { ChaosProxy, type Fate } from "../support/chaos-proxy.ts";
import { describeEachDatabase, type TestDatabase } from "../support/databases.ts";
import { FakeServer, type Stage } from "../support/fake-server.ts";
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

describeEachDatabase(
  "an AbortSignal",
  (db) => {
    const guard = leakGuard(() => db.url);
    const isMysql = db.dialect === "mysql";
    const pause = isMysql ? "SELECT sleep(:s)" : "SELECT pg_sleep(:s)";

    test("POOL-10 ends a long statement on the server, and the connection goes on", async () => {
      const engine = guard.open(db.url, { poolSize: 1, maxOverflow: 0 });
      await using conn = await engine.connect();
      const own = isMysql ? "SELECT connection_id()" : "SELECT pg_backend_pid()";
      const id = await conn.scalar(text(own));
      const controller = new AbortController();
      const running = failure(conn.execute(text(pause), { s: 60 }, { signal: controller.signal }).all());
      await sleep(30);
      const start = performance.now();
      controller.abort(new Error("enough"));
      expect(String(await running)).toBe("Error: enough");
      expect(performance.now() - start).toBeLessThan(2000);
      await conn.rollback();
      expect(await conn.scalar(text(own))).toBe(id);
    });

    const rounds = Number(process.env["ATHANOR_TEST_RACES"] ?? 150);
    test(`POOL-10 never hits what is run next (${rounds} races)`, { timeout: 120_000 }, async () => {
      const engine = guard.open(db.url, { poolSize: 1, maxOverflow: 0 });
      await using conn = await engine.connect();
      let cancelled = 0;
      for (let i = 0; i < rounds; i++) {
        const controller = new AbortController();
        const reason = new Error(`round ${i}`);
        // ends at about the time at which it is aborted
        const running = failure(conn.execute(text(pause), { s: (i % 5) / 1000 }, { signal: controller.signal }).all());
        const wait = (i * 7) % 5;
        if (wait > 0) await sleep(wait);
        controller.abort(reason);
        // at once, without waiting: it stands behind the one that is being cancelled
        const next = i % 2 === 0 ? null : failure(conn.execute(text("SELECT 1")).all());
        const error = await running;
        expect([null, reason]).toContain(error);
        if (error !== null) {
          cancelled += 1;
          await next;
          await conn.rollback();
        } else if (next !== null) expect(await next).toBe(null);
        expect(await conn.execute(text("SELECT 1")).scalar()).toBe(1);
      }
      expect(cancelled).toBeGreaterThan(rounds / 20);
    });

    test("POOL-09 at each stage", async () => {
      const engine = guard.open(db.url, { poolSize: 1, maxOverflow: 0 });
      const reason = new Error("enough");
      const soon = (ms: number): AbortSignal => {
        const controller = new AbortController();
        setTimeout(() => controller.abort(reason), ms);
        return controller.signal;
      };
      // while it is being connected
      expect([reason, null]).toContain(await failure(Promise.resolve(engine.connect({ signal: soon(0) })).then((conn) => conn.close())));
      await using conn = await engine.connect();
      await conn.execute(text("SELECT 1"));
      // before anything
      expect(await failure(conn.execute(text("SELECT 1"), null, { signal: AbortSignal.abort(reason) }))).toBe(reason);
      // in the queue
      expect(await failure(engine.connect({ signal: soon(5) }))).toBe(reason);
      expect((engine.pool as QueuePool).waiting()).toBe(0);
      // while it runs
      expect(await failure(conn.execute(text(pause), { s: 20 }, { signal: soon(20) }).all())).toBe(reason);
      await conn.rollback();
      // while rows are read
      const series = isMysql ? "SELECT seq FROM seq_1_to_1000000" : "SELECT n FROM generate_series(1, 1000000) AS n";
      const controller = new AbortController();
      let seen = 0;
      const reading = failure(
        (async () => {
          for await (const _row of conn.stream(text(series), null, { signal: controller.signal, yieldPer: 100 })) {
            seen += 1;
            if (seen === 250) controller.abort(reason);
          }
        })(),
      );
      expect(await reading).toBe(reason);
      expect(seen).toBeLessThanOrEqual(300);
      await conn.rollback();
      // while the next rows are waited for
      const slow = isMysql ? "SELECT seq, sleep(0.02) FROM seq_1_to_1000" : "SELECT n, pg_sleep(0.02) FROM generate_series(1, 1000) AS n";
      expect(
        await failure(
          (async () => {
            for await (const _row of conn.stream(text(slow), null, { signal: soon(50), yieldPer: 500 }));
          })(),
        ),
      ).toBe(reason);
      await conn.rollback();
      // after the end
      const later = new AbortController();
      expect(await conn.execute(text("SELECT 1"), null, { signal: later.signal }).scalar()).toBe(1);
      later.abort(reason);
      expect(await conn.execute(text("SELECT 1")).scalar()).toBe(1);
    });

    test("POOL-09 of a statement that stands behind others leaves the others alone", async () => {
      const engine = guard.open(db.url, { poolSize: 1, maxOverflow: 0 });
      await using conn = await engine.connect();
      const controller = new AbortController();
      const first = failure(conn.execute(text(pause), { s: 0.15 }).all());
      const second = failure(conn.execute(text(pause), { s: 20 }, { signal: controller.signal }).all());
      await sleep(20);
      controller.abort("enough");
      expect(await first).toBe(null);
      expect(await second).toBe("enough");
      await conn.rollback();
    });
  },
  { only: DRIVERS },
);

describe("POOL-23 a cable that was pulled out", () => {
  const guard = leakGuard();
  const targets = [
    [servers.postgresql, "postgresql"],
    [servers.postgresql, "postgresql+postgresjs"],
    [servers.mariadb, "mariadb"],
    [servers.mariadb, "mariadb+mariadb"],
  ] as const;

  test("a deadline ends the wait for an answer, the connection is given up, and the place is free", { timeout: 20_000 }, async () => {
    await Promise.all(
      targets.map(async ([url, drivername]) => {
        const proxy = await ChaosProxy.to(url.replace(/^[^:]*/, drivername));
        guard.onEnd(() => proxy.close());
        const engine = guard.open(proxy.url, { poolSize: 1, maxOverflow: 0, connectArgs: { connect_timeout: 1 } });
        const conn = await engine.connect();
        await conn.execute(text("SELECT 1"));
        proxy.swallow();
        const error = await failure(conn.execute(text("SELECT 1"), null, { signal: AbortSignal.timeout(50) }));
        expect((error as Error).name, drivername).toBe("TimeoutError");
        await conn.close();
        expect(engine.pool.checkedout()).toBe(0);
        expect(await failure(engine.connect()), drivername).toBeInstanceOf(OperationalError);
        proxy.swallows = false;
      }),
    );
  });
});

describe("POOL-18 a server that does not answer", () => {
  const guard = leakGuard();
  const drivers = [
    ["postgresql", "postgresql"],
    ["postgresql", "postgresql+postgresjs"],
    ["mysql", "mysql"],
    ["mysql", "mariadb+mariadb"],
  ] as const;

  test.each(["silent", "tls", "auth"] as const satisfies readonly Stage[])(
    "%s: the time for connecting is kept, and the place is free",
    async (stage) => {
      await Promise.all(
        drivers.map(async ([protocol, drivername]) => {
          const fake = await FakeServer.start({ protocol, stage });
          guard.onEnd(() => fake.close());
          const tls = stage !== "tls" ? "" : protocol === "postgresql" ? "?sslmode=require" : "?ssl=true";
          const engine = createEngine(`${drivername}://ann:pw@127.0.0.1:${fake.port}/x${tls}`, {
            poolSize: 1,
            maxOverflow: 0,
            poolTimeout: 5,
            connectArgs: { connect_timeout: 0.2 },
          });
          const start = performance.now();
          // the second one gets the place of the first
          const outcomes = await Promise.all([failure(engine.connect()), failure(engine.connect())]);
          for (const error of outcomes) expect(error, `${drivername} ${stage}`).toBeInstanceOf(OperationalError);
          expect(performance.now() - start, drivername).toBeLessThan(3000);
          expect(engine.pool.checkedout()).toBe(0);
          expect(fake.accepted).toBe(2);
          await vi.waitFor(() => expect(fake.connected, drivername).toBe(0));
          await engine.dispose();
        }),
      );
    },
  );
});

describe("POOL-19 connecting that cannot succeed", () => {
  const guard = leakGuard();
  test.each(["postgresql", "postgresql+postgresjs", "mysql", "mariadb+mariadb"])(
    "%s: it fails at once, and without the password",
    async (drivername) => {
      const isMysql = !drivername.startsWith("postgres");
      const server = new URL(isMysql ? servers.mariadb : servers.postgresql);
      const urls = {
        password: `${drivername}://nobody_like_it:s3cret@${server.host}/test`,
        database: `${drivername}://${server.username}@${server.host}/no_such_database`,
        host: `${drivername}://ann:s3cret@nowhere.invalid/test`,
        refused: `${drivername}://ann:s3cret@127.0.0.1:1/test`,
      };
      const { inspect } = await import("node:util");
      const codes: Record<string, string | null> = {};
      for (const [name, url] of Object.entries(urls)) {
        const engine = createEngine(url, { poolSize: 1, maxOverflow: 0 });
        const start = performance.now();
        const error = (await failure(engine.connect())) as OperationalError;
        expect(error, name).toBeInstanceOf(OperationalError);
        expect(performance.now() - start).toBeLessThan(5000);
        expect(inspect(error, { depth: 8 })).not.toContain("s3cret");
        expect(error.message).toContain("could not connect to");
        codes[name] = error.sqlstate;
        await engine.dispose();
      }
      expect(codes).toMatchObject(
        isMysql
          ? { password: "28000", database: "42000", host: null }
          : { password: "28000", database: "3D000", host: null, refused: null },
      );
      guard.onEnd(() => undefined);
    },
  );
});

describeEachDatabase(
  "PostgreSQL's own time-outs",
  (db) => {
    const guard = leakGuard(() => db.url);
    test.each([["idle_in_transaction_session_timeout", "25P03"]])(
      "POOL-13 %s: the next statement fails, and nobody else is hit",
      async (name) => {
        const engine = guard.open(db.url, { poolSize: 1, maxOverflow: 0 });
        await using conn = await engine.connect();
        await conn.execute(text(`SET LOCAL ${name} = 20`));
        const { dbapiConnection } = await conn.getRawConnection();
        await vi.waitFor(() => expect(dbapiConnection.isClosed).toBe(true));
        expect(await failure(conn.execute(text("SELECT 1")))).toBeInstanceOf(DisconnectError);
        await conn.rollback();
        expect(await conn.scalar(text("SELECT 1"))).toBe(1);
      },
    );

    test("a value that cannot be read is an error of its statement, and of nothing else", async () => {
      const engine = guard.open(db.url, { poolSize: 1, maxOverflow: 0 });
      await using conn = await engine.connect();
      expect(await failure(conn.execDriverSql("SELECT 'x'::int"))).toBeInstanceOf(DataError);
      await conn.rollback();
      const { dbapiConnection } = await conn.getRawConnection();
      await conn.execDriverSql("SET bytea_output = escape");
      expect(await failure(conn.execDriverSql("SELECT '\\x00ff'::bytea, n FROM generate_series(1, 3) AS n"))).toBeInstanceOf(DataError);
      await conn.execDriverSql("RESET bytea_output");
      expect(await conn.execDriverSql("SELECT '\\x00ff'::bytea").scalar()).toEqual(new Uint8Array([0, 255]));
      expect((await conn.getRawConnection()).dbapiConnection).toBe(dbapiConnection);
    });

    test("POOL-32 what is left on a connection can be taken from it by a listener to `checkin`", async () => {
      const engine = guard.open(db.url, { poolSize: 1, maxOverflow: 0 });
      listen(engine, "checkin", (dbapiConnection) =>
        dbapiConnection.exec("CLOSE ALL; RESET ALL; UNLISTEN *; SELECT pg_advisory_unlock_all(); DISCARD TEMP; DISCARD SEQUENCES"),
      );
      const conn = await engine.connect();
      await conn.execDriverSql("SET search_path = nowhere");
      await conn.execDriverSql("SELECT pg_advisory_lock(7)");
      await conn.execDriverSql("LISTEN something");
      await conn.execDriverSql("CREATE TEMPORARY TABLE pg_temp.left_over (n int)");
      await conn.commit();
      await conn.close();
      await using next = await engine.connect();
      expect(await next.scalar(text("SHOW search_path"))).toContain("public");
      expect(await next.scalar(text("SHOW DateStyle"))).toBe("ISO, MDY");
      expect(await next.scalar(text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"))).toBe("0");
      expect(await next.scalars(text("SELECT pg_listening_channels()")).all()).toEqual([]);
      expect(await next.scalar(text("SELECT to_regclass('pg_temp.left_over')"))).toBe(null);
    });

    test("COPY FROM STDIN is refused, and nothing waits for its data", async () => {
      const engine = guard.open(db.url, { poolSize: 1, maxOverflow: 0 });
      await engine.begin((conn) => conn.execDriverSql("CREATE TABLE copied (n int)"));
      await using conn = await engine.connect();
      const sql = "COPY copied FROM STDIN";
      const copies = [() => Promise.resolve(conn.execDriverSql(sql))];
      // by the simple protocol, past the engine
      if (db.name === "postgresql") copies.push(async () => (await conn.getRawConnection()).dbapiConnection.exec(sql) as never);
      for (const copy of copies) {
        expect(await failure(copy())).toBeInstanceOf(Error);
        await conn.rollback();
        expect(await conn.scalar(text("SELECT count(*) FROM copied"))).toBe("0");
        expect(await conn.scalar(text("SELECT 7"))).toBe(7);
        await conn.rollback();
      }
    });
  },
  { only: ["postgresql", "postgresjs"] },
);

describeEachDatabase(
  "MySQL's own commits",
  (db) => {
    const guard = leakGuard(() => db.url);
    test("TX-08 DDL inside of a savepoint ends the savepoint, and it is said so", async () => {
      const engine = guard.open(db.url);
      const error = (await failure(
        engine.begin(async (conn) => {
          await conn.beginNested(async () => {
            await conn.execute(text("CREATE TABLE in_between (n INTEGER)"));
          });
        }),
      )) as Error;
      expect(error).toBeInstanceOf(ProgrammingError);
      expect(error.message).toMatch(/savepoint/i);
      expect(error.message).toContain("a statement that commits by itself");
      expect(engine.pool.checkedout()).toBe(0);
    });

    test("SEC-19 too many parameters are refused before they are sent", async () => {
      const engine = guard.open(db.url);
      await using conn = await engine.connect();
      expect(
        String(
          await failure(
            conn.execDriverSql(
              "SELECT 1",
              Array.from({ length: 65_536 }, (_, i) => i),
            ),
          ),
        ),
      ).toMatch(/65536 parameters/);
      expect(await conn.scalar(text("SELECT 1"))).toBe(1);
    });
  },
  { only: ["mariadb", "mariadb-connector"] },
);
