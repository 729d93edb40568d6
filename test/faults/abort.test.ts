// Signals that fire at each stage, and deadlines where nobody answers.
import { DatabaseSync } from "node:sqlite";
import { describe, expect, test } from "vitest";
import { declarativeBase, makeUrl, mappedColumn, OperationalError, type QueuePool, select, Session, t, text } from "athanor";
import { ChaosProxy } from "../support/chaos-proxy.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { sleep } from "../support/faulty-driver.ts";
import { leakGuard } from "../support/leak-guard.ts";
import { servers } from "../support/probe.ts";

const DRIVERS = ["postgresql", "postgresjs", "mariadb", "mariadb-connector"] as const;

/** What a promise is rejected with; null when it is not. */
const failure = (promise: PromiseLike<unknown>): Promise<unknown> =>
  Promise.resolve(promise).then(
    () => null,
    (error: unknown) => error,
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

    const rounds = Number(process.env["ATHANOR_TEST_RACES"] ?? 80);
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

    test("POOL-09 of a statement of a session", async () => {
      const Base = declarativeBase();
      class Book extends Base<typeof Book> {
        static table = this.mapTo("books");
        static id = mappedColumn(t.integer(), { primaryKey: true });
      }
      const engine = guard.open(db.url, { poolSize: 1, maxOverflow: 0 });
      await Base.metadata.createAll(engine);
      await using session = new Session(engine);
      session.add(new Book({ id: 1 }));
      await session.commit();
      const slow = select(Book).where(text(isMysql ? "sleep(20) = 0" : "pg_sleep(20) IS NOT NULL"));
      const reason = new Error("enough");
      for (const run of [
        (executionOptions: { signal: AbortSignal }) => session.scalars(slow, {}, { executionOptions }).all(),
        (executionOptions: { signal: AbortSignal }) => session.execute(slow, {}, { executionOptions }).all(),
        (executionOptions: { signal: AbortSignal }) => session.stream(slow, { executionOptions }).all(),
      ]) {
        const controller = new AbortController();
        setTimeout(() => controller.abort(reason), 30);
        const start = performance.now();
        expect(await failure(run({ signal: controller.signal }))).toBe(reason);
        expect(performance.now() - start).toBeLessThan(3000);
        await session.rollback();
        expect(await session.scalars(select(Book.id)).all()).toEqual([1]);
        await session.rollback();
      }
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

describeEachDatabase(
  "an AbortSignal on SQLite",
  (db) => {
    const guard = leakGuard();
    test("POOL-11 ends the wait for a lock, of this process and of others; what runs cannot be ended", async () => {
      const engine = guard.open(db.url, { poolSize: 3 });
      await engine.begin((conn) => conn.execute(text("CREATE TABLE locked (n INTEGER)")));
      const reason = new Error("enough");
      const holder = await engine.connect();
      await holder.begin();
      await holder.execute(text("INSERT INTO locked VALUES (1)"));
      const foreign = new DatabaseSync(makeUrl(db.url).database!);
      for (const release of [() => holder.commit(), async () => foreign.exec("COMMIT")]) {
        await using conn = await engine.connect();
        const controller = new AbortController();
        setTimeout(() => controller.abort(reason), 30);
        const start = performance.now();
        expect(await failure(conn.execute(text("INSERT INTO locked VALUES (2)"), null, { signal: controller.signal }))).toBe(reason);
        expect(performance.now() - start).toBeLessThan(2000);
        await conn.rollback();
        await release();
        await conn.execute(text("INSERT INTO locked VALUES (3)"));
        await conn.commit();
        if (!foreign.isTransaction && holder.inTransaction() === false && !holder.closed) {
          await holder.close();
          foreign.exec("BEGIN IMMEDIATE");
        }
      }
      foreign.close();
      await using conn = await engine.connect();
      expect(await conn.scalars(text("SELECT n FROM locked ORDER BY n")).all()).toEqual([1, 3, 3]);
    });
  },
  { only: ["sqlite-file"] },
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
