// Many rows of a table without indexes go several to a statement; the keys that objects get are those of their rows all the same.
import {
  CheckConstraint,
  createEngine,
  declarativeBase,
  type Engine,
  insert,
  IntegrityError,
  mappedColumn,
  select,
  Session,
  t,
  text,
} from "athanor";
import * as fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { textForRows } from "../../../src/dialects/sqlite/drivers/rows-together.ts";
import { describeEachDatabase } from "../../support/databases.ts";

const Base = declarativeBase();

class Person extends Base<typeof Person> {
  static table = this.mapTo("persons", {}, () => [new CheckConstraint("age < 200")]);
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static name = mappedColumn(t.string(100));
  static age = mappedColumn(t.integer(), { nullable: true });
  static photo = mappedColumn(t.largeBinary(), { nullable: true });
  static credit = mappedColumn(t.bigInteger(), { nullable: true });
}

describe("the text for several rows", () => {
  const twice = (sql: string, placeholders: number): string | undefined =>
    textForRows(sql, placeholders)?.slice(sql.length, sql.length + 8);
  test("repeats the row", () => {
    expect(twice("INSERT INTO t (a, b) VALUES (?, ?)", 2)).toBe(", (?, ?)");
    expect(twice('INSERT INTO "my t" VALUES (?)', 1)).toBe(", (?), (");
  });
  test.each([
    ["INSERT INTO t (a) VALUES (?) RETURNING a", 1],
    ["INSERT INTO t (a, b) VALUES (?, lower(?))", 2],
    ["INSERT INTO t (a, b) VALUES (1, ?)", 1],
    ["INSERT INTO t (a) SELECT 1 UNION ALL VALUES (?)", 1],
    ["INSERT INTO t (a) SELECT ? UNION VALUES (?)", 2],
    ["INSERT INTO t DEFAULT VALUES", 0],
    ["INSERT OR IGNORE INTO t (a) VALUES (?)", 1],
    ["INSERT INTO t (a) VALUES (?) ON CONFLICT DO NOTHING", 1],
    ["UPDATE t SET a = ?", 1],
  ])("is none: %s", (sql, placeholders) => expect(textForRows(sql, placeholders)).toBeNull());
});

describeEachDatabase(
  "many rows into one table",
  (db) => {
    let engine: Engine;
    beforeAll(async () => {
      engine = createEngine(db.url);
      await Base.metadata.createAll(engine);
    });
    afterAll(() => engine.dispose());
    beforeEach(async () => {
      await engine.begin(async (conn) => {
        await conn.execute(text("DROP TRIGGER IF EXISTS more"));
        await conn.execute(text("DELETE FROM persons"));
      });
    });
    const people = (count: number): Person[] => Array.from({ length: count }, (_, i) => new Person({ name: `p${i}`, age: i % 90 }));
    const stored = async (): Promise<[number, string][]> => {
      await using session = new Session(engine);
      return await session.execute(select(Person.id, Person.name).orderBy(Person.id)).all();
    };

    test("every object has the key of its row, whatever their number", async () => {
      for (const count of [1, 2, 32, 33, 34, 64, 65, 66, 97, 200]) {
        await using session = new Session(engine);
        const made = people(count);
        session.addAll(made);
        await session.commit();
        const rows = await stored();
        const own = new Map(rows);
        expect(made.map(({ id }) => own.get(id))).toEqual(made.map(({ name }) => name));
      }
    });

    test("also where a trigger inserts rows into the same table", async () => {
      const trigger =
        "CREATE TRIGGER more AFTER INSERT ON persons WHEN new.name = 'p50' BEGIN INSERT INTO persons (name) VALUES ('shadow'); END";
      await engine.begin((conn) => conn.execDriverSql(trigger));
      for (let again = 0; again < 2; again++) {
        await using session = new Session(engine);
        const made = people(100);
        session.addAll(made);
        await session.commit();
        const own = new Map(await stored());
        expect(made.map(({ id }) => own.get(id))).toEqual(made.map(({ name }) => name));
      }
      expect((await stored()).filter(([, name]) => name === "shadow")).toHaveLength(2);
      expect(await stored()).toHaveLength(202);
    });

    test("all values arrive as they are", async () => {
      const value = fc
        .record({
          name: fc.string({ unit: "grapheme", maxLength: 20 }).filter((name) => !name.includes("\0")),
          age: fc.option(fc.integer({ min: 0, max: 199 })),
          photo: fc.option(fc.uint8Array({ maxLength: 20 })),
          credit: fc.option(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
        })
        .map((row) => ({ ...row }));
      await fc.assert(
        fc.asyncProperty(fc.array(value, { minLength: 30, maxLength: 80 }), async (rows) => {
          await using session = new Session(engine);
          await session.execute(insert(Person), rows);
          const columns = { name: Person.name, age: Person.age, photo: Person.photo, credit: Person.credit };
          expect(await session.execute(select(columns).orderBy(Person.id)).all()).toStrictEqual(rows);
          await session.rollback();
        }),
        { numRuns: 20 },
      );
    });

    test("a row that is refused: the error is told, and the transaction goes on from its savepoint", async () => {
      await using session = new Session(engine);
      session.add(new Person({ name: "first" }));
      await session.flush();
      const failing = session.beginNested(async () => {
        session.addAll(people(100));
        session.add(new Person({ name: "too old", age: 500 }));
        session.addAll(people(50));
        await session.flush();
      });
      await expect(failing).rejects.toThrow(IntegrityError);
      session.addAll(people(40));
      await session.commit();
      expect((await stored()).map(([, name]) => name)).toEqual(["first", ...people(40).map(({ name }) => name)]);
    });

    test("outside of a transaction", async () => {
      const autocommit = engine.executionOptions({ isolationLevel: "AUTOCOMMIT" });
      const made = people(70);
      const rows = people(70).map(({ name }) => ({ name }));
      {
        await using session = new Session(autocommit);
        session.addAll(made);
        await session.flush();
        expect((await session.execute(insert(Person), rows)).rowcount).toBe(70);
      }
      const all = await stored();
      expect(made.map(({ id }) => new Map(all).get(id))).toEqual(made.map(({ name }) => name));
      expect(all).toHaveLength(140);
    });
  },
  { only: ["sqlite", "better-sqlite3", "libsql"] },
);
