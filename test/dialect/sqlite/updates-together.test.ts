// The UPDATEs of a flush of many objects go several to a statement where the table has no indexes.
import { createEngine, declarativeBase, type Engine, event, mappedColumn, select, Session, StaleDataError, t, text } from "athanor";
import * as fc from "fast-check";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { describeEachDatabase } from "../../support/databases.ts";

const Base = declarativeBase();

class Doc extends Base<typeof Doc> {
  static table = this.mapTo("docs", { versionIdCol: (cls: { version: unknown }) => cls.version });
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static title = mappedColumn(t.string(100), { nullable: true });
  static price = mappedColumn(t.numeric(12, 4), { nullable: true });
  static body = mappedColumn(t.largeBinary(), { nullable: true });
  static count = mappedColumn(t.bigInteger(), { nullable: true });
  static data = mappedColumn(t.json(), { nullable: true });
  static version = mappedColumn(t.integer(), { init: false });
}

/** Its columns have indexes. */
class Tag extends Base<typeof Tag> {
  static table = this.mapTo("tags");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static name = mappedColumn(t.string(100), { index: true });
}

const ROWS = 100;

describeEachDatabase(
  "the UPDATEs of a flush",
  (db) => {
    let engine: Engine;
    const sent: string[] = [];
    beforeAll(async () => {
      engine = createEngine(db.url);
      await Base.metadata.createAll(engine);
      event.listen(engine, "beforeCursorExecute", (_conn, _cursor, statement) => {
        if (statement.startsWith("UPDATE")) sent.push(statement);
      });
    });
    afterAll(() => engine.dispose());
    beforeEach(async () => {
      await engine.begin(async (conn) => {
        await conn.execute(text("DELETE FROM docs"));
        await conn.execute(text("DELETE FROM tags"));
      });
      await using session = new Session(engine);
      session.addAll(Array.from({ length: ROWS }, (_, i) => new Doc({ id: i * 3 + 1, title: `t${i}` })));
      session.addAll(Array.from({ length: ROWS }, (_, i) => new Tag({ id: i + 1, name: `t${i}` })));
      await session.commit();
      sent.length = 0;
    });

    test("take 32 rows to a statement, and the others go one by one", async () => {
      await using session = new Session(engine);
      const docs = await session.scalars(select(Doc).orderBy(Doc.id)).all();
      for (const doc of docs) doc.title = `new ${doc.id}`;
      await session.commit();
      expect(sent.filter((sql) => sql.includes("FROM (VALUES"))).toHaveLength(3);
      expect(sent).toHaveLength(3 + 4);
      session.expungeAll();
      const again = await session.scalars(select(Doc).orderBy(Doc.id)).all();
      expect(again.map(({ title, version }) => [title, version])).toEqual(docs.map(({ id }) => [`new ${id}`, 2]));
    });

    test("go one by one where there is an index", async () => {
      await using session = new Session(engine);
      for (const tag of await session.scalars(select(Tag)).all()) tag.name = `new ${tag.id}`;
      await session.commit();
      expect(new Set(sent)).toEqual(new Set(["UPDATE tags SET name=? WHERE tags.id = ?"]));
      expect(await session.scalars(select(Tag.name).orderBy(Tag.id)).all()).toEqual(Array.from({ length: ROWS }, (_, i) => `new ${i + 1}`));
    });

    test("write every value as it is", async () => {
      const value = fc
        .record({
          title: fc.option(fc.string({ unit: "grapheme", maxLength: 20 }).filter((title) => !title.includes("\0"))),
          price: fc.option(fc.integer({ min: -(10 ** 9), max: 10 ** 9 }).map((n) => (n / 10_000).toFixed(4))),
          body: fc.option(fc.uint8Array({ maxLength: 20 })),
          count: fc.option(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
          data: fc.option(fc.array(fc.record({ n: fc.integer(), s: fc.string({ unit: "grapheme-ascii" }) }).map((row) => ({ ...row })))),
        })
        .map((row) => ({ ...row }));
      await fc.assert(
        fc.asyncProperty(fc.array(value, { minLength: ROWS, maxLength: ROWS }), async (rows) => {
          await using session = new Session(engine);
          const docs = await session.scalars(select(Doc).orderBy(Doc.id)).all();
          docs.forEach((doc, i) => Object.assign(doc, rows[i]));
          await session.flush();
          session.expungeAll();
          const columns = { title: Doc.title, price: Doc.price, body: Doc.body, count: Doc.count, data: Doc.data };
          expect(await session.execute(select(columns).orderBy(Doc.id)).all()).toStrictEqual(rows);
          await session.rollback();
        }),
        { numRuns: 10 },
      );
    });

    test("find a row that has another version by now, and nothing is written", async () => {
      await using session = new Session(engine);
      const docs = await session.scalars(select(Doc).orderBy(Doc.id)).all();
      await session.execute(text("UPDATE docs SET version = 9 WHERE id = 31"));
      for (const doc of docs) doc.title = "changed";
      await expect(session.flush()).rejects.toThrow(StaleDataError);
      await session.rollback();
      const titles = await session.scalars(select(Doc.title).orderBy(Doc.id)).all();
      expect(titles).toEqual(Array.from({ length: ROWS }, (_, i) => `t${i}`));
    });
  },
  { only: ["sqlite", "better-sqlite3", "libsql"] },
);
