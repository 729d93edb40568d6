// What the packages do by themselves, which the drivers have to make up for. A new version that does otherwise is seen here.
import { Client, Pool } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ChaosProxy } from "../support/chaos-proxy.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { sleep } from "../support/faulty-driver.ts";

describeEachDatabase(
  "the package pg by itself",
  (db) => {
    let pool: Pool;
    beforeAll(async () => {
      pool = new Pool({ connectionString: db.url, max: 1 });
      await pool.query("CREATE TABLE facts (n int)");
    });
    afterAll(() => pool.end());

    test("L1 gives a connection back in the middle of a transaction, whose work the next one loses", async () => {
      const one = await pool.connect();
      await one.query("BEGIN");
      one.release();
      const two = await pool.connect();
      await two.query("INSERT INTO facts VALUES (1)");
      two.release();
      const three = await pool.connect();
      await three.query("ROLLBACK");
      three.release();
      expect((await pool.query("SELECT count(*) FROM facts")).rows).toEqual([{ count: "0" }]);
    });

    test("L2 gives a connection back in a transaction that has failed", async () => {
      const one = await pool.connect();
      await one.query("BEGIN");
      await one.query("SELECT 1/0").catch(() => undefined);
      one.release();
      await expect(pool.query("SELECT 1")).rejects.toMatchObject({ code: "25P02" });
      await pool.query("ROLLBACK");
    });

    test("L3 leaves settings of the session to the next one", async () => {
      await pool.query("SET search_path = nowhere");
      expect((await pool.query("SHOW search_path")).rows).toEqual([{ search_path: "nowhere" }]);
      await pool.query("RESET search_path");
    });

    test("L4 calls the COMMIT of a failed transaction a success; only its tag tells", async () => {
      const one = await pool.connect();
      await one.query("BEGIN");
      await one.query("SELECT 1/0").catch(() => undefined);
      expect((await one.query("COMMIT")).command).toBe("ROLLBACK");
      one.release();
    });

    test("L5 reports the end of a lent connection by an event that nobody listens to, in spite of the pool's listener", async () => {
      const proxy = await ChaosProxy.to(db.url);
      const own = new Pool({ connectionString: proxy.url, max: 1 });
      own.on("error", () => undefined);
      const one = await own.connect();
      expect(one.listenerCount("error")).toBe(0);
      const heard = new Promise<Error>((resolve) => one.once("error", resolve));
      proxy.resetAll();
      expect(await heard).toBeInstanceOf(Error);
      one.on("error", () => undefined);
      one.release(true);
      await own.end();
      await proxy.close();
    });

    test("L6 never answers those who wait for a connection when the pool ends", async () => {
      const own = new Pool({ connectionString: db.url, max: 1 });
      const one = await own.connect();
      let answered = false;
      own.connect().then(
        () => (answered = true),
        () => (answered = true),
      );
      const ended = own.end();
      await sleep(50);
      expect(answered).toBe(false);
      one.release();
      await ended;
      await sleep(50);
      expect(answered).toBe(false);
    });

    test("L7 has no time-out for those who wait", () => {
      expect((pool.options as { connectionTimeoutMillis?: number }).connectionTimeoutMillis ?? 0).toBe(0);
    });

    test("L8 loses columns of the same name, unless rows come as arrays", async () => {
      expect((await pool.query("SELECT 1 AS id, 2 AS id")).rows).toEqual([{ id: 2 }]);
      expect((await pool.query({ text: "SELECT 1 AS id, 2 AS id", rowMode: "array" })).rows).toEqual([[1, 2]]);
    });

    test("L9 makes Dates of times, which lose microseconds, days and infinity", async () => {
      const { rows } = await pool.query({
        text: "SELECT timestamptz '2024-01-02 03:04:05.123456+00', date '1975-05-11', timestamptz 'infinity'",
        rowMode: "array",
      });
      const [at, day, never] = rows[0] as [Date, Date, unknown];
      expect(at.toISOString()).toBe("2024-01-02T03:04:05.123Z");
      expect(day).toEqual(new Date(1975, 4, 11));
      expect(never).toBe(Infinity);
    });

    test("L10 rounds numbers in JSON", async () => {
      const { rows } = await pool.query("SELECT '9007199254740993'::jsonb AS n");
      expect(rows).toEqual([{ n: 9_007_199_254_740_992 }]);
    });

    test("L11 takes an array for an array of PostgreSQL, and undefined for NULL", async () => {
      await expect(pool.query("SELECT $1::jsonb", [[1, "a"]])).rejects.toMatchObject({ code: "22P02" });
      await expect(pool.query("SELECT $1::jsonb", ["text"])).rejects.toMatchObject({ code: "22P02" });
      const { rows } = await pool.query("SELECT $1::jsonb IS NULL AS a, $2::text IS NULL AS b", [null, undefined]);
      expect(rows).toEqual([{ a: true, b: true }]);
    });

    test("L12 stores half of a surrogate pair as another character, without a word", async () => {
      expect((await pool.query("SELECT $1::text AS x", ["a\ud800b"])).rows).toEqual([{ x: "a\ufffdb" }]);
      await expect(pool.query("SELECT $1::text", ["a\0b"])).rejects.toMatchObject({ code: "22021" });
    });

    test("L13 lets objects say what is sent for them", async () => {
      expect((await pool.query("SELECT $1::text AS x", [{ toPostgres: () => "anything" }])).rows).toEqual([{ x: "anything" }]);
    });

    test("L14 counts parameters in sixteen bits", async () => {
      const one = new Client({ connectionString: db.url });
      one.on("error", () => undefined);
      await one.connect();
      const values = Array.from({ length: 65_536 }, () => 1);
      const sql = `SELECT ${values.map((_, i) => `$${i + 1}::int`).join("+")}`;
      const error = await one.query(sql, values).then(
        () => null,
        (thrown: unknown) => thrown as Error,
      );
      expect(error).not.toBe(null);
      await one.end();
    });

    test("L15 never forgets a prepared statement", async () => {
      const one = await pool.connect();
      for (let i = 0; i < 120; i++) await one.query({ name: `fact_${i}`, text: `SELECT ${i}` });
      const { rows } = await one.query("SELECT count(*)::int AS n FROM pg_prepared_statements");
      expect(rows).toEqual([{ n: 120 }]);
      one.release(true);
    });

    test("L16 fails where a table was altered under a prepared statement", async () => {
      const one = await pool.connect();
      const query = { name: "all_facts", text: "SELECT * FROM facts" };
      await one.query(query);
      await one.query("ALTER TABLE facts ADD m int");
      await expect(one.query(query)).rejects.toMatchObject({ code: "0A000" });
      one.release(true);
    });
  },
  { only: ["postgresql"] },
);
