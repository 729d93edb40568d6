// A transaction that ends while the rows of a stream are on their way: an error of ours, the same on every database.
import {
  Column,
  type Connection,
  createEngine,
  declarativeBase,
  type Engine,
  inspect,
  insert,
  mappedColumn,
  MetaData,
  select,
  Session,
  t,
  Table,
  text,
  TransactionEndedError,
} from "athanor";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeEachDatabase } from "../support/databases.ts";

const metadata = new MetaData();
const numbers = new Table("numbers", metadata, { id: new Column(t.integer(), { primaryKey: true, autoincrement: false }) });
const Base = declarativeBase();
class Number_ extends Base<typeof Number_> {
  static table = this.mapTo("numbers");
  static id = mappedColumn(t.integer(), { primaryKey: true, autoincrement: false });
}
const COUNT = 40;

describeEachDatabase(
  "streams whose transaction ends",
  (db) => {
    let engine: Engine;
    beforeAll(async () => {
      engine = createEngine(db.url);
      await metadata.createAll(engine);
      await engine.begin((conn) =>
        conn.execute(
          insert(numbers),
          Array.from({ length: COUNT }, (_, id) => ({ id })),
        ),
      );
    });
    afterAll(() => engine.dispose());

    const statement = select(numbers.c.id).orderBy(numbers.c.id);

    /** Reads a stream, ends its transaction after the third row, and goes on. */
    async function endInTheMiddle(conn: Connection, end: () => Promise<unknown>): Promise<{ seen: number[]; error: unknown }> {
      const seen: number[] = [];
      let error: unknown;
      try {
        for await (const id of conn.streamScalars(statement, null, { yieldPer: 4 })) {
          seen.push(id);
          if (seen.length === 3) await end();
        }
      } catch (thrown) {
        error = thrown;
      }
      return { seen, error };
    }

    test.each([
      ["commit", "it was committed"],
      ["rollback", "it was rolled back"],
      ["close", "its connection was closed"],
    ] as const)("%s()", async (method, what) => {
      await using conn = await engine.connect();
      const { seen, error } = await endInTheMiddle(conn, () => conn[method]());
      // what had arrived is there
      expect(seen).toEqual([0, 1, 2, 3]);
      expect(error).toBeInstanceOf(TransactionEndedError);
      expect((error as Error).message).toContain(
        `the rows of a stream end with its transaction, and ${what} before all of them were read. Read to the end first, read them at once`,
      );
      expect((error as Error).message).toContain("FROM numbers");
      if (method !== "close") expect(Number(await conn.scalar(text("SELECT count(*) FROM numbers")))).toBe(COUNT);
      await conn.close();
      expect(engine.pool.checkedout()).toBe(0);
      await engine.begin(async (again) => expect(Number(await again.scalar(text("SELECT count(*) FROM numbers")))).toBe(COUNT));
    });

    test("a stream that was read to its end does not mind, nor does one that comes afterwards", async () => {
      await using conn = await engine.connect();
      for (const _round of [1, 2]) {
        let count = 0;
        for await (const _id of conn.streamScalars(statement, null, { yieldPer: 7 })) count += 1;
        expect(count).toBe(COUNT);
        await conn.commit();
      }
      for await (const _id of conn.streamScalars(statement, null, { yieldPer: 7 })) break;
      await conn.commit();
      // not begun before the commit
      const later = conn.streamScalars(statement);
      await conn.commit();
      expect((await later.all()).length).toBe(COUNT);
      await conn.rollback();
    });

    test("two streams at once, and both end", async () => {
      await using conn = await engine.connect();
      const streams = [1, 2].map(() => conn.streamScalars(statement, null, { yieldPer: 4 })[Symbol.asyncIterator]());
      for (const stream of streams) expect((await stream.next()).value).toBe(0);
      await conn.commit();
      for (const stream of streams) {
        for (let i = 0; i < 3; i++) await stream.next();
        await expect(stream.next()).rejects.toThrow(TransactionEndedError);
      }
    });

    test("a savepoint that is rolled back ends what was begun within it alone", async () => {
      await using conn = await engine.connect();
      const outer = conn.streamScalars(statement, null, { yieldPer: 4 })[Symbol.asyncIterator]();
      expect((await outer.next()).value).toBe(0);
      // better-sqlite3 undoes nothing while rows are read
      const outerIsOpen = db.name !== "better-sqlite3";
      if (!outerIsOpen) await outer.return?.();
      const nested = await conn.beginNested();
      const { error } = await endInTheMiddle(conn, () => nested.rollback());
      expect((error as Error).message).toContain("its savepoint was rolled back before all of them were read");
      const released = await conn.beginNested();
      const whole = await endInTheMiddle(conn, () => released.commit());
      expect(whole.error).toBeUndefined();
      expect(whole.seen).toHaveLength(COUNT);
      const rest: number[] = [];
      for (let next = await outer.next(); next.done !== true; next = await outer.next()) rest.push(next.value);
      expect(rest).toHaveLength(outerIsOpen ? COUNT - 1 : 0);
      await conn.rollback();
    });

    test.each(["commit", "rollback", "close", "reset"] as const)("session.%s()", async (method) => {
      const session = new Session(engine);
      const seen: number[] = [];
      const reading = async (): Promise<void> => {
        for await (const number of session.streamScalars(select(Number_).orderBy(Number_.id), null, {
          executionOptions: { yieldPer: 4 },
        })) {
          // a rollback expires them
          seen.push(inspect(number).identity![0] as number);
          if (seen.length === 3) await session[method]();
        }
      };
      await expect(reading()).rejects.toThrow(/the rows of a stream end with its transaction|This Session is closed/);
      expect(seen).toEqual([0, 1, 2, 3]);
      await session.close();
      expect(engine.pool.checkedout()).toBe(0);
    });

    test("within the block of a transaction that is committed in it", async () => {
      const reading = engine.begin(async (conn) => {
        for await (const id of conn.streamScalars(statement, null, { yieldPer: 4 })) if (id === 2) await conn.commit();
      });
      await expect(reading).rejects.toThrow(TransactionEndedError);
      expect(engine.pool.checkedout()).toBe(0);
    });
  },
  { only: ["sqlite", "sqlite-file", "better-sqlite3", "libsql", "pglite", "postgresql", "postgresjs", "mariadb", "mariadb-connector"] },
);
