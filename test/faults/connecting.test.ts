// Connections that cannot be made, and what single databases do by themselves.
import { describe, expect, test, vi } from "vitest";
import { createEngine, DataError, DisconnectError, listen, OperationalError, ProgrammingError, text } from "athanor";
import { describeEachDatabase } from "../support/databases.ts";
import { FakeServer, type Stage } from "../support/fake-server.ts";
import { leakGuard } from "../support/leak-guard.ts";
import { servers } from "../support/probe.ts";

/** What a promise is rejected with; null when it is not. */
const failure = (promise: PromiseLike<unknown>): Promise<unknown> =>
  Promise.resolve(promise).then(
    () => null,
    (error: unknown) => error,
  );

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
