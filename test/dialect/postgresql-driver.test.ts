import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import {
  CommitOutcomeUnknownError,
  CommitRolledBackError,
  type Connection,
  createEngine,
  DataError,
  DisconnectError,
  type Engine,
  InternalError,
  makeUrl,
  OperationalError,
  PendingRollbackError,
  ProgrammingError,
  QueryTimeoutError,
  ReadOnlyError,
  SerializationError,
  text,
} from "athanor";
import { describeEachDatabase } from "../support/databases.ts";
import { sleep } from "../support/faulty-driver.ts";
import { ChaosProxy } from "../support/chaos-proxy.ts";

describeEachDatabase(
  "PostgreSQL, whatever carries the messages",
  (db) => {
    let engine: Engine;
    beforeAll(() => {
      engine = createEngine(db.url);
    });
    afterAll(() => engine.dispose());

    test("values come in one form", async () => {
      await using conn = await engine.connect();
      const row = await conn
        .execDriverSql(
          `SELECT 5::int2, 6::int4, 9007199254740993::int8, 1.10::numeric, 1.5::float8, 'NaN'::float8, true, '\\x00ff'::bytea, '1975-05-11'::date,
             '1975-05-11 10:20:30.123456+02'::timestamptz, interval '1 day 2 hours', '{"a": 9007199254740993}'::jsonb, '{1,2}'::int[], NULL, 'x'::text`,
        )
        .one();
      expect(row).toEqual([
        5,
        6,
        "9007199254740993",
        "1.10",
        1.5,
        Number.NaN,
        true,
        new Uint8Array([0, 255]),
        "1975-05-11",
        "1975-05-11 08:20:30.123456+00",
        "P1DT2H",
        '{"a": 9007199254740993}',
        "{1,2}",
        null,
        "x",
      ]);
      expect((row[7] as Uint8Array).buffer.byteLength).toBe(2);
    });

    test("values go out as text", async () => {
      await using conn = await engine.connect();
      expect(
        await conn
          .execDriverSql("SELECT $1::int8, $2::float8, $3::bool, $4::bytea, $5::text, $6::int", [
            9007199254740993n,
            -0.5,
            true,
            new Uint8Array([1, 2]),
            "a'\"\\",
            null,
          ])
          .one(),
      ).toEqual(["9007199254740993", -0.5, true, new Uint8Array([1, 2]), "a'\"\\", null]);
      await expect(conn.execDriverSql("SELECT $1::text", ["a\0b"])).rejects.toThrow(/NUL character/);
    });

    test("too many parameters are refused before they are sent", async () => {
      await using conn = await engine.connect();
      const values = Array.from({ length: 65_536 }, (_, i) => i);
      await expect(conn.execDriverSql("SELECT 1", values)).rejects.toThrow(/65536 parameters, and PostgreSQL takes 65535/);
      expect(await conn.execDriverSql("SELECT 1").scalar()).toBe(1);
    });

    test("COMMIT of a failed transaction is no success", async () => {
      await using conn = await engine.connect();
      await conn.execDriverSql("SELECT 1/0").catch((error: unknown) => expect(error).toBeInstanceOf(DataError));
      await expect(conn.execDriverSql("SELECT 1")).rejects.toThrow(InternalError);
      await expect(conn.commit()).rejects.toThrow(CommitRolledBackError);
      expect(await conn.execDriverSql("SELECT 1").scalar()).toBe(1);
    });

    test("few statements are kept prepared, and all are found", async () => {
      await using conn = await engine.connect();
      for (let i = 0; i < 300; i++) await conn.execDriverSql(`SELECT ${i}`).all();
      expect(Number(await conn.execDriverSql("SELECT count(*) FROM pg_prepared_statements").scalar())).toBeLessThanOrEqual(101);
      expect(await conn.execDriverSql("SELECT 299").scalar()).toBe(299);
      expect(await conn.execDriverSql("SELECT 5").scalar()).toBe(5);
    });

    test("a statement prepared before its table was altered is prepared again", async () => {
      await using conn = await engine.connect();
      conn.executionOptions({ isolationLevel: "AUTOCOMMIT" });
      await conn.execDriverSql("CREATE TABLE altered (a int)");
      await conn.execDriverSql("INSERT INTO altered VALUES (1)");
      const all = "SELECT * FROM altered";
      for (let i = 0; i < 3; i++) expect(await conn.execDriverSql(all).all()).toEqual([[1]]);
      await conn.execDriverSql("ALTER TABLE altered ADD b bool DEFAULT true");
      const result = await conn.execDriverSql(all);
      expect(result.keys()).toEqual(["a", "b"]);
      expect(result.all()).toEqual([[1, true]]);
      await conn.execDriverSql("DEALLOCATE ALL");
      expect(await conn.execDriverSql(all).all()).toEqual([[1, true]]);
      await conn.execDriverSql("DROP TABLE altered");
    });

    test("a statement that fails leaves nothing behind under its name", async () => {
      await using conn = await engine.connect();
      conn.executionOptions({ isolationLevel: "AUTOCOMMIT" });
      for (const n of [0, 0, 2]) {
        const result = conn.execDriverSql("SELECT 10 / $1::int", [n]);
        if (n === 0) await expect(result).rejects.toThrow(DataError);
        else expect(await result.scalar()).toBe(5);
      }
      for (let i = 0; i < 2; i++) await expect(conn.execDriverSql("SELECT nothing")).rejects.toThrow(ProgrammingError);
    });

    test("the isolation level is part of BEGIN, and ends with the transaction", async () => {
      await using conn = await engine.connect();
      conn.executionOptions({ isolationLevel: "SERIALIZABLE", postgresqlReadonly: true });
      expect(await conn.getIsolationLevel()).toBe("SERIALIZABLE");
      await expect(conn.execDriverSql("CREATE TABLE forbidden ()")).rejects.toThrow(ReadOnlyError);
      await conn.close();
      await using next = await engine.connect();
      expect(await next.getIsolationLevel()).toBe("READ COMMITTED");
      expect(next.defaultIsolationLevel).toBe("READ COMMITTED");
      expect(await next.execDriverSql("SHOW transaction_read_only").scalar()).toBe("off");
    });
  },
  { only: ["postgresql", "pglite"] },
);

describeEachDatabase(
  "a PostgreSQL server that fails",
  (db) => {
    let engine: Engine;
    const unexpected: unknown[] = [];
    const note = (error: unknown): void => void unexpected.push(error);
    beforeAll(() => {
      engine = createEngine(db.url, { poolSize: 2, maxOverflow: 0, poolTimeout: 2 });
      process.on("uncaughtException", note);
      process.on("unhandledRejection", note);
    });
    afterEach(async () => {
      expect(unexpected).toEqual([]);
      expect(engine.pool.checkedout()).toBe(0);
      await using conn = await engine.connect();
      expect(await conn.execDriverSql("SELECT 1").scalar()).toBe(1);
    });
    afterAll(async () => {
      process.off("uncaughtException", note);
      process.off("unhandledRejection", note);
      await engine.dispose();
    });
    const kill = async (pid: unknown): Promise<void> => {
      const other = createEngine(db.url);
      await other.begin((conn) => conn.execDriverSql("SELECT pg_terminate_backend($1)", [pid]));
      await other.dispose();
      await sleep(30);
    };

    test("kills a connection during a statement", async () => {
      await using conn = await engine.connect();
      const pid = await conn.execDriverSql("SELECT pg_backend_pid()").scalar();
      const running = conn.execDriverSql("SELECT pg_sleep(20)").then(
        () => null,
        (error: unknown) => error,
      );
      await sleep(20);
      await kill(pid);
      const error = await running;
      expect(error).toBeInstanceOf(DisconnectError);
      expect((error as DisconnectError).sqlstate).toBe("57P01");
      expect((error as DisconnectError).connectionInvalidated).toBe(true);
      await expect(conn.execDriverSql("SELECT 1")).rejects.toThrow(PendingRollbackError);
      await conn.rollback();
      expect(await conn.execDriverSql("SELECT 1").scalar()).toBe(1);
    });

    test("kills an idle connection of the pool", async () => {
      const conn = await engine.connect();
      const pid = await conn.execDriverSql("SELECT pg_backend_pid()").scalar();
      await conn.close();
      await kill(pid);
    });

    test("kills a lent connection that does nothing", async () => {
      await using conn = await engine.connect();
      const pid = await conn.execDriverSql("SELECT pg_backend_pid()").scalar();
      await kill(pid);
      await expect(conn.execDriverSql("SELECT 1")).rejects.toThrow(DisconnectError);
      await conn.rollback();
      expect(await conn.execDriverSql("SELECT 1").scalar()).toBe(1);
    });

    test("kills a transaction before its commit, which then fails", async () => {
      await engine.begin((conn) => conn.execDriverSql("CREATE TABLE IF NOT EXISTS doomed (n int)"));
      const doom = async (conn: Connection): Promise<void> => {
        await conn.execDriverSql("INSERT INTO doomed VALUES (1)");
        await kill(await conn.execDriverSql("SELECT pg_backend_pid()").scalar());
      };
      await expect(engine.begin(doom)).rejects.toThrow(DisconnectError);
      await using conn = await engine.connect();
      await doom(conn);
      await expect(conn.commit()).rejects.toThrow(DisconnectError);
      await conn.rollback();
      await doom(conn);
      await conn.rollback();
      await using again = await engine.connect();
      expect(await again.execDriverSql("SELECT count(*) FROM doomed").scalar()).toBe("0");
    });

    test("ends a statement that takes too long, and keeps the connection", async () => {
      await using conn = await engine.connect();
      await conn.execDriverSql("SET LOCAL statement_timeout = 20");
      const error = await conn.execDriverSql("SELECT pg_sleep(5)").catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(QueryTimeoutError);
      expect((error as QueryTimeoutError).connectionInvalidated).toBe(false);
      await conn.rollback();
    });

    test("text of the user's is not taken for a lost connection", async () => {
      await using conn = await engine.connect();
      await expect(conn.execDriverSql("SELECT 'Connection terminated unexpectedly'::int")).rejects.toThrow(DataError);
      expect(conn.invalidated).toBe(false);
    });

    test("reports a serialization failure", async () => {
      await engine.begin((conn) => conn.execDriverSql("CREATE TABLE IF NOT EXISTS skew (n int)"));
      await engine.begin((conn) => conn.execDriverSql("INSERT INTO skew VALUES (1)"));
      await using a = await engine.connect();
      await using b = await engine.connect();
      for (const conn of [a, b]) {
        conn.executionOptions({ isolationLevel: "SERIALIZABLE" });
        await conn.execDriverSql("SELECT sum(n) FROM skew").all();
      }
      await a.execDriverSql("INSERT INTO skew VALUES (2)");
      await b.execDriverSql("INSERT INTO skew VALUES (3)");
      await a.commit();
      await expect(b.commit()).rejects.toThrow(SerializationError);
    });

    test("cancel() ends what runs", async () => {
      await using conn = await engine.connect();
      const raw = await conn.getRawConnection();
      const running = conn.execDriverSql("SELECT pg_sleep(20)").catch((thrown: unknown) => thrown);
      await sleep(30);
      await raw.dbapiConnection.cancel!();
      expect(await running).toBeInstanceOf(QueryTimeoutError);
      await conn.rollback();
    });
  },
  { only: ["postgresql"] },
);

describeEachDatabase(
  "a network that fails",
  (db) => {
    let proxy: ChaosProxy;
    let engine: Engine;
    const start = async (options = {}): Promise<void> => {
      proxy = await ChaosProxy.to(db.url);
      engine = createEngine(proxy.url, options);
    };
    afterEach(async () => {
      await engine.dispose();
      await proxy.close();
    });

    test("cuts the line after COMMIT was sent: the outcome is unknown", async () => {
      await start();
      await using conn = await engine.connect();
      await conn.execDriverSql("CREATE TABLE IF NOT EXISTS cut (n int)");
      proxy.onClient = (chunk, { client }) => {
        if (!chunk.includes("COMMIT")) return false;
        client.destroy();
        return true;
      };
      await expect(conn.commit()).rejects.toThrow(CommitOutcomeUnknownError);
    });

    test("resets in the middle", async () => {
      await start();
      await using conn = await engine.connect();
      const running = conn.execDriverSql("SELECT pg_sleep(5)").catch((thrown: unknown) => thrown);
      await sleep(30);
      proxy.resetAll();
      expect(await running).toBeInstanceOf(DisconnectError);
    });

    test("never answers: connecting ends in time, and its place is free again", async () => {
      await start({ poolSize: 1, maxOverflow: 0, connectArgs: { connect_timeout: 0.1 } });
      proxy.onClient = () => true;
      await expect(engine.connect()).rejects.toThrow(OperationalError);
      proxy.onClient = () => false;
      await using conn = await engine.connect();
      expect(await conn.execDriverSql("SELECT 1").scalar()).toBe(1);
    });

    test("a transaction with one SELECT takes two round trips, and not a third for BEGIN", async () => {
      await start();
      await using conn = await engine.connect();
      await conn.execDriverSql("SELECT 1").all();
      await conn.rollback();
      proxy.roundTrips = 0;
      for (let i = 0; i < 10; i++) {
        await conn.execDriverSql("SELECT 1").all();
        await conn.commit();
      }
      expect(proxy.roundTrips).toBe(20);
      proxy.roundTrips = 0;
      await conn.begin(() => undefined);
      expect(proxy.roundTrips).toBe(0);
      await conn.execDriverSql("CREATE TEMPORARY TABLE many (n int)");
      proxy.roundTrips = 0;
      await conn.execDriverSql(
        "INSERT INTO many VALUES ($1)",
        Array.from({ length: 400 }, (_, i) => [i]),
      );
      expect(proxy.roundTrips).toBeLessThan(4);
    });
  },
  { only: ["postgresql"] },
);

describe("connecting to PostgreSQL", () => {
  test("names the address when nobody is there", async () => {
    const engine = createEngine("postgresql://ann:s3cret@127.0.0.1:1/films");
    const error = await engine.begin((conn) => conn.execute(text("SELECT 1"))).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(OperationalError);
    expect(String(error)).toContain("could not connect to 127.0.0.1:1");
    const { inspect } = await import("node:util");
    expect(inspect(error, { depth: 6 })).not.toContain("s3cret");
  });

  test("a host that does not exist", async () => {
    await expect(createEngine("postgresql://nowhere.invalid/films").connect()).rejects.toThrow(/could not connect to nowhere.invalid:5432/);
  });
});

describeEachDatabase(
  "refused by PostgreSQL",
  (db) => {
    test("a database that does not exist", async () => {
      const url = makeUrl(db.url).set({ database: "no_such_database" });
      const error = await createEngine(url)
        .connect()
        .then(
          () => null,
          (thrown: unknown) => thrown as OperationalError,
        );
      expect(error).toBeInstanceOf(OperationalError);
      expect(error!.sqlstate).toBe("3D000");
      expect(error!.message).toContain('database "no_such_database" does not exist');
    });

    test("a user that does not exist, or a wrong password", async () => {
      const url = makeUrl(db.url).set({ username: "nobody_like_it", password: "s3cret" });
      const error = await createEngine(url)
        .connect()
        .then(
          () => null,
          (thrown: unknown) => thrown as OperationalError,
        );
      expect(error).toBeInstanceOf(OperationalError);
      expect(error!.message).not.toContain("s3cret");
      expect(["28000", "28P01"]).toContain(error!.sqlstate);
    });
  },
  { only: ["postgresql"] },
);

describeEachDatabase(
  "an AbortSignal on PostgreSQL",
  (db) => {
    let engine: Engine;
    beforeAll(() => {
      engine = createEngine(db.url, { poolSize: 1, maxOverflow: 0 });
    });
    afterAll(() => engine.dispose());

    test("cancels what runs, and nothing that comes after it", async () => {
      await using conn = await engine.connect();
      for (let i = 0; i < 20; i++) {
        const controller = new AbortController();
        const running = conn.execute(text("SELECT pg_sleep(:s)"), { s: i % 2 === 0 ? 20 : 0.005 }, { signal: controller.signal }).then(
          () => "done",
          (error: unknown) => error,
        );
        await sleep(i % 2 === 0 ? 10 : i % 5);
        controller.abort("enough");
        expect(["enough", "done"]).toContain(await running);
        await conn.rollback();
        expect(await conn.execDriverSql("SELECT 1").scalar()).toBe(1);
      }
    });

    test("ends the wait for a connection, and is without effect before and after", async () => {
      const held = await engine.connect();
      await held.execDriverSql("SELECT 1");
      const controller = new AbortController();
      const waiting = engine.connect({ signal: controller.signal }).then(
        () => null,
        (error: unknown) => error,
      );
      await sleep(5);
      controller.abort(new Error("enough"));
      expect(String(await waiting)).toBe("Error: enough");
      await expect(held.execute(text("SELECT 1"), null, { signal: controller.signal })).rejects.toThrow("enough");
      await held.close();
      await using conn = await engine.connect();
      const later = new AbortController();
      expect(await conn.execute(text("SELECT 1"), null, { signal: later.signal }).scalar()).toBe(1);
      later.abort();
      expect(await conn.execDriverSql("SELECT 1").scalar()).toBe(1);
    });
  },
  { only: ["postgresql"] },
);
