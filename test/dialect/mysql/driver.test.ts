import { createConnection, type Connection as Raw } from "mysql2/promise";
import { setTimeout as pause } from "node:timers/promises";
import {
  ArgumentError,
  Column,
  CommitRolledBackError,
  CompileError,
  createEngine,
  DatabaseLockedError,
  DataError,
  type DBAPIError,
  delete_,
  DisconnectError,
  type Engine,
  foreignKey,
  func,
  insert,
  IntegrityError,
  literal,
  MetaData,
  OperationalError,
  QueryTimeoutError,
  select,
  SerializationError,
  t,
  Table,
  text,
  checkConstraint,
  update,
  values,
  column,
} from "athanor";
import * as mysql from "athanor/mysql";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { describeEachDatabase } from "../../support/databases.ts";
import { mysqlUrl } from "../../support/probe.ts";

describeEachDatabase(
  "mysql2",
  (db) => {
    const metadata = new MetaData();
    const users = new Table(
      "users",
      metadata,
      {
        id: new Column(t.integer(), { primaryKey: true }),
        name: new Column(t.string(50), { nullable: false, unique: true }),
        age: new Column(t.integer()),
        bossId: new Column("boss_id", t.integer(), foreignKey("users.id", { name: "fk_boss" })),
      },
      [checkConstraint("age < 200", { name: "ck_age" })],
    );
    let engine: Engine;
    let other: Raw;

    beforeAll(async () => {
      engine = createEngine(db.url);
      await metadata.createAll(engine);
      other = await createConnection({ uri: mysqlUrl(db.url) });
    });
    afterAll(async () => {
      await engine.dispose();
      await other.end();
    });
    beforeEach(async () => {
      await engine.begin((conn) => conn.execute(delete_(users)));
    });
    afterEach(async () => {
      await other.rollback();
    });

    test("sessions are the same whatever the server's defaults are", async () => {
      await using conn = await engine.connect();
      const row = await conn
        .execDriverSql("SELECT @@time_zone, @@autocommit, @@character_set_client, @@character_set_results, @@sql_mode")
        .one();
      expect(row.slice(0, 4)).toEqual(["+00:00", "0", "utf8mb4", "utf8mb4"]);
      expect(row[4]).toMatch(/STRICT_ALL_TABLES/);
      expect(row[4]).not.toMatch(/NO_BACKSLASH_ESCAPES/);
      await expect(conn.execDriverSql("SELECT 1; SELECT 2")).rejects.toThrow(/1064/);
    });

    test("the server's version is known, and what it can do", async () => {
      const { dialect } = engine;
      expect(dialect.name).toBe("mariadb");
      expect(dialect.serverVersionInfo![0]).toBeGreaterThanOrEqual(10);
      expect(dialect.insertReturning).toBe(true);
      const plain = createEngine(db.url.replace("mariadb:", "mysql:"));
      await (await plain.connect()).close();
      expect([plain.dialect.name, plain.dialect.insertReturning, plain.dialect.defaultSchemaName]).toEqual([
        "mysql",
        true,
        new URL(db.url).pathname.slice(1),
      ]);
      await plain.dispose();
    });

    test("a row count is of the rows that were found", async () => {
      await engine.begin(async (conn) => {
        await conn.execute(insert(users), [{ name: "a" }, { name: "b" }]);
        expect((await conn.execute(update(users).values({ age: 5 }))).rowcount).toBe(2);
        expect((await conn.execute(update(users).values({ age: 5 }))).rowcount).toBe(2);
      });
    });

    test("0 is a key like any other", async () => {
      await engine.begin(async (conn) => {
        await conn.execute(insert(users).values({ id: 0, name: "zero" }));
        expect(await conn.scalar(select(users.c.id))).toBe(0);
      });
    });

    test("RETURNING of INSERT and DELETE", async () => {
      await engine.begin(async (conn) => {
        const back = await conn.execute(insert(users).returning(users.c.id, users.c.name), [{ name: "b" }, { name: "a" }]).all();
        expect(back.map(([, name]) => name)).toEqual(["b", "a"]);
        expect(await conn.execute(delete_(users).where(users.c.name.eq("a")).returning(users.c.name)).all()).toEqual([["a"]]);
        expect(await conn.execute(delete_(users).where(users.c.name.in([])).returning(users.c.name)).all()).toEqual([]);
        await expect(conn.execute(update(users).values({ age: 1 }).returning(users.c.id)).all()).rejects.toThrow(CompileError);
      });
    });

    test("VALUES as a table", async () => {
      const v = values(column("n", t.integer()), column("s", t.string()), { name: "v" }).data([
        [1, "a"],
        [2, "b"],
      ]);
      await using conn = await engine.connect();
      expect(await conn.execute(select(v.c["s"]!).where(v.c["n"]!.eq(2))).all()).toEqual([["b"]]);
      const c = v.cte("c");
      expect(await conn.execute(select(c.c["n"]!).orderBy(c.c["n"]!)).all()).toEqual([[1], [2]]);
    });

    test("many rows go out in few statements", async () => {
      const sent: string[] = [];
      const { listen, remove } = await import("athanor");
      const note = (_conn: unknown, _cursor: unknown, sql: string): void => void sent.push(sql.slice(0, 11));
      listen(engine, "beforeCursorExecute", note);
      try {
        await engine.begin(async (conn) => {
          const result = await conn.execute(
            insert(users),
            Array.from({ length: 2500 }, (_, i) => ({ name: `n${i}` })),
          );
          expect(result.rowcount).toBe(2500);
        });
      } finally {
        remove(engine, "beforeCursorExecute", note);
      }
      expect(sent).toEqual(["INSERT INTO", "INSERT INTO", "INSERT INTO"]);
    });

    test("rows that are large together go out in several packets", async () => {
      const big = new Table("big", new MetaData(), {
        id: new Column(t.integer(), { primaryKey: true }),
        body: new Column(mysql.t.LONGTEXT()),
      });
      await big.create(engine);
      await engine.begin(async (conn) => {
        await conn.execute(
          insert(big),
          Array.from({ length: 12 }, () => ({ body: "x".repeat(3_000_000) })),
        );
        expect(await conn.scalar(select(func.sum(func.length(big.c.body))))).toBe(36_000_000);
      });
      await big.drop(engine);
    });

    test("a SELECT of a server without the text of a literal: backslashes and quotes", async () => {
      await using conn = await engine.connect();
      const nasty = "a\\'b\\\\\"`%_\n\t日本🎬";
      const { sql } = select(literal(nasty)).compile({ dialect: engine, compileKwargs: { literalBinds: true } });
      expect(await conn.execDriverSql(sql).scalar()).toBe(nasty);
      expect(await conn.scalar(select(literal(nasty)))).toBe(nasty);
    });

    test("objects and arrays never reach the driver", async () => {
      await using conn = await engine.connect();
      for (const evil of [{ a: 1 }, [[1, 2]], { toSqlString: () => "1" }, new (class extends Date {})(), Symbol("x"), () => 1]) {
        await expect(conn.execDriverSql("SELECT ?", [evil, 1])).rejects.toThrow();
      }
      await expect(conn.execDriverSql("SELECT ?", ["\ud800"])).rejects.toThrow(/Unicode/);
      await expect(conn.execDriverSql("SELECT ?", [Number.NaN])).rejects.toThrow(DataError);
    });

    describe("transactions", () => {
      test("DDL commits, and what follows is in a transaction again", async () => {
        await using conn = await engine.connect();
        await conn.execute(insert(users).values({ name: "before" }));
        await conn.execDriverSql("CREATE TABLE IF NOT EXISTS ddl_t (id INTEGER)");
        await conn.execute(insert(users).values({ name: "after" }));
        await conn.rollback();
        expect(await conn.execute(select(users.c.name)).scalars().all()).toEqual(["before"]);
        await conn.execDriverSql("DROP TABLE ddl_t");
      });

      test("AUTOCOMMIT, and back", async () => {
        await using conn = await engine.connect();
        const auto = conn.executionOptions({ isolationLevel: "AUTOCOMMIT" });
        await auto.execute(insert(users).values({ name: "kept" }));
        await auto.rollback();
        await auto.close();
        await using again = await engine.connect();
        expect(await again.execute(select(users.c.name)).scalars().all()).toEqual(["kept"]);
        await again.execute(insert(users).values({ name: "lost" }));
        await again.rollback();
        expect(await again.execute(select(users.c.name)).scalars().all()).toEqual(["kept"]);
      });

      test("an isolation level is for one transaction", async () => {
        await using conn = await engine.connect();
        const dirty = conn.executionOptions({ isolationLevel: "READ UNCOMMITTED" });
        await other.query("START TRANSACTION");
        await other.query("INSERT INTO users (name) VALUES ('ghost')");
        expect(await dirty.scalar(select(func.count(users.c.id)))).toBe(1);
        await dirty.rollback();
        await dirty.close();
        await using plain = await engine.connect();
        expect(await plain.scalar(select(func.count(users.c.id)))).toBe(0);
      });

      test("after a deadlock nothing runs until the rollback, and a commit says that nothing was saved", async () => {
        await engine.begin((conn) => conn.execute(insert(users), [{ name: "a" }, { name: "b" }]));
        const one = await engine.connect();
        const two = await engine.connect();
        const touch = (name: string) =>
          update(users)
            .values({ age: users.c.age.add(1) })
            .where(users.c.name.eq(name));
        await one.execute(touch("a"));
        await two.execute(touch("b"));
        const outcomes = await Promise.allSettled([one.execute(touch("b")), two.execute(touch("a"))]);
        const failed = outcomes.findIndex(({ status }) => status === "rejected");
        expect((outcomes[failed] as PromiseRejectedResult).reason).toBeInstanceOf(SerializationError);
        const [loser, winner] = failed === 0 ? [one, two] : [two, one];
        await expect(loser.execute(touch("a"))).rejects.toThrow(/deadlock/);
        await expect(loser.commit()).rejects.toBeInstanceOf(CommitRolledBackError);
        await winner.commit();
        expect(await loser.scalar(select(literal(1)))).toBe(1);
        await one.close();
        await two.close();
      });

      test("a lock that is not to be had", async () => {
        await engine.begin((conn) => conn.execute(insert(users).values({ name: "a" })));
        await other.query("START TRANSACTION");
        await other.query("SELECT * FROM users FOR UPDATE");
        await using conn = await engine.connect();
        await expect(conn.execute(select(users).withForUpdate({ nowait: true })).all()).rejects.toBeInstanceOf(DatabaseLockedError);
        expect(await conn.execute(select(users.c.id).withForUpdate({ skipLocked: true })).all()).toEqual([]);
      });
    });

    describe("connections", () => {
      test("one that the server ends while idle is noticed, and replaced", async () => {
        const small = createEngine(db.url, { poolSize: 1 });
        const conn = await small.connect();
        const id = await conn.execDriverSql("SELECT connection_id()").scalar();
        await conn.close();
        await other.query(`KILL ${Number(id)}`);
        await pause(100);
        await using again = await small.connect();
        expect(await again.execDriverSql("SELECT connection_id()").scalar()).not.toBe(id);
        await again.close();
        await small.dispose();
      });

      test("one that the server ends before the commit lets the commit fail", async () => {
        const small = createEngine(db.url, { poolSize: 1, maxOverflow: 0 });
        const doomed = small.begin(async (conn) => {
          await conn.execDriverSql("SELECT 1");
          const id = await conn.execDriverSql("SELECT connection_id()").scalar();
          await other.query(`KILL ${Number(id)}`);
          await pause(100);
        });
        await expect(doomed).rejects.toThrow(DisconnectError);
        await small.begin((conn) => conn.execDriverSql("SELECT 1"));
        await small.dispose();
      });

      test("one that the server ends in use gives an error, and a new one comes", async () => {
        const small = createEngine(db.url, { poolSize: 1, maxOverflow: 0 });
        const conn = await small.connect();
        const id = await conn.execDriverSql("SELECT connection_id()").scalar();
        const waiting = conn
          .execDriverSql("SELECT sleep(5)")
          .all()
          .catch((error: unknown) => error);
        await pause(50);
        await other.query(`KILL ${Number(id)}`);
        const error = await waiting;
        expect(error).toBeInstanceOf(DisconnectError);
        expect((error as DBAPIError).connectionInvalidated).toBe(true);
        await conn.rollback();
        expect(await conn.scalar(select(literal(1)))).toBe(1);
        await conn.close();
        await small.dispose();
      });

      test("a statement can be stopped, and the connection goes on", async () => {
        await using conn = await engine.connect();
        const id = await conn.execDriverSql("SELECT connection_id()").scalar();
        const waiting = conn
          .execDriverSql("SELECT count(*) FROM information_schema.columns a, information_schema.columns b, information_schema.columns c")
          .all();
        const stopped = expect(waiting).rejects.toBeInstanceOf(QueryTimeoutError);
        await pause(100);
        await other.query(`KILL QUERY ${Number(id)}`);
        await stopped;
        expect(await conn.scalar(select(literal(1)))).toBe(1);
      });

      test("prepared statements are few", async () => {
        const small = createEngine(db.url, { poolSize: 1, connectArgs: { preparedStatementCacheSize: 5 } });
        await using conn = await small.connect();
        const count = async (): Promise<number> => {
          const [[row]] = (await other.query("SHOW GLOBAL STATUS LIKE 'Prepared_stmt_count'")) as unknown as [[{ Value: string }]];
          return Number(row.Value);
        };
        const before = await count();
        for (let i = 0; i < 50; i++) await conn.execDriverSql(`SELECT ${i}`).all();
        expect((await count()) - before).toBeLessThan(20);
        await conn.close();
        await small.dispose();
      });

      test("a table that changes under a prepared statement", async () => {
        await using conn = await engine.connect();
        await conn.execDriverSql("CREATE TEMPORARY TABLE chg (a INTEGER)");
        const read = () => conn.execDriverSql("SELECT * FROM chg").all();
        await conn.execDriverSql("INSERT INTO chg VALUES (1)");
        expect(await read()).toEqual([[1]]);
        await conn.execDriverSql("ALTER TABLE chg ADD COLUMN b VARCHAR(5) DEFAULT 'x'");
        expect(await read()).toEqual([[1, "x"]]);
        await conn.execDriverSql("DROP TEMPORARY TABLE chg");
      });

      test("what goes wrong while connecting", async () => {
        const failing = async (url: string): Promise<unknown> => {
          const engine = createEngine(url);
          try {
            return await engine.connect().then(
              () => null,
              (error: unknown) => error,
            );
          } finally {
            await engine.dispose();
          }
        };
        const wrong = await failing(db.url.replace("root@", "nobody:s3cret@"));
        expect(wrong).toBeInstanceOf(OperationalError);
        expect(String(wrong)).toMatch(/could not connect to 127\.0\.0\.1:3306: Access denied/);
        expect(String(wrong)).not.toContain("s3cret");
        expect(await failing("mariadb://root@127.0.0.1:1/x")).toBeInstanceOf(OperationalError);
        expect(() => createEngine("mysql://root@localhost/x?foo=1")).toThrow(ArgumentError);
        await expect(createEngine(db.url, { connectArgs: { multipleStatements: true } }).connect()).rejects.toThrow(
          /cannot set "multipleStatements"/,
        );
      });

      test("scripts for new connections", async () => {
        const { listen } = await import("athanor");
        const own = createEngine(db.url);
        listen(own, "connect", (connection) => connection.exec("SET @a = 'x;y'; -- a; comment\nSET @b = 2;"));
        await using conn = await own.connect();
        expect(await conn.execDriverSql("SELECT @a, @b").one()).toEqual(["x;y", "2"]);
        await conn.close();
        await own.dispose();
      });

      test("procedures", async () => {
        await using conn = await engine.connect();
        await conn.execDriverSql("CREATE OR REPLACE PROCEDURE two_results() BEGIN SELECT 1 AS a; SELECT 2 AS b, 3 AS c; END");
        expect(await conn.execDriverSql("CALL two_results()").all()).toEqual([[1]]);
        expect(await conn.scalar(select(literal(7)))).toBe(7);
        await conn.execDriverSql("DROP PROCEDURE two_results");
      });
    });

    describe("errors", () => {
      const failure = async (statement: unknown, params?: object): Promise<DBAPIError> =>
        engine
          .begin((conn) => conn.execute(statement as never, params as never))
          .then(
            () => expect.fail("no error"),
            (error: unknown) => error as DBAPIError,
          );

      test("name what was violated", async () => {
        await engine.begin((conn) => conn.execute(insert(users).values({ id: 1, name: "a" })));
        const duplicate = await failure(insert(users).values({ name: "a" }));
        expect([duplicate.constructor, duplicate.constraint]).toEqual([IntegrityError, "name"]);
        const tricky = await failure(insert(users), [{ name: "x' for key 'y" }, { name: "x' for key 'y" }]);
        expect(tricky.constraint).toBe("name");
        const missing = await failure(insert(users).values({ name: "b", bossId: 99 }));
        expect([missing.constructor, missing.constraint, missing.table]).toEqual([IntegrityError, "fk_boss", "users"]);
        // @ts-expect-error: the column is NOT NULL
        const none = await failure(insert(users).values({ name: null }));
        expect([none.constructor, none.column]).toEqual([IntegrityError, "name"]);
        const check = await failure(insert(users).values({ name: "b", age: 300 }));
        expect([check.constructor, check.constraint, check.table]).toEqual([IntegrityError, "ck_age", "users"]);
      });

      test("of values that do not fit", async () => {
        expect(await failure(insert(users).values({ name: "x".repeat(51) }))).toBeInstanceOf(DataError);
        expect(await failure(insert(users).values({ name: "b", age: 2 ** 40 }))).toBeInstanceOf(DataError);
        expect(await failure(text("INSERT INTO users (name, age) VALUES ('q', 'abc')"))).toBeInstanceOf(DataError);
      });
    });
  },
  { only: ["mariadb"] },
);
