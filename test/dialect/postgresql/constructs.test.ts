// What only PostgreSQL has, executed: clauses and operators of which the texts are tested elsewhere.
import { afterAll, beforeAll, expect, test } from "vitest";
import { Column, createEngine, type Engine, func, insert, IntegrityError, literal, MetaData, select, t, Table, text } from "athanor";
import { distinctOn, excludeConstraint, hstore, Range, t as pg } from "athanor/postgresql";
import { describeEachDatabase } from "../../support/databases.ts";

describeEachDatabase(
  "what only PostgreSQL has",
  (db) => {
    const metadata = new MetaData();
    const bookings = new Table(
      "bookings",
      metadata,
      {
        id: new Column(t.integer(), { primaryKey: true, autoincrement: false }),
        room: new Column(t.string(10)),
        during: new Column(pg.INT4RANGE()),
      },
      [excludeConstraint(["during", "&&"], { name: "ex_bookings" })],
    );
    let engine: Engine;
    beforeAll(async () => {
      engine = createEngine(db.url);
      await engine.begin(async (conn) => {
        await metadata.createAll(conn);
        await conn.execute(insert(bookings), [
          { id: 1, room: "a", during: new Range(1, 5) },
          { id: 2, room: "a", during: new Range(5, 9) },
          { id: 3, room: "b", during: new Range(20, 30) },
        ]);
      });
    });
    afterAll(() => engine.dispose());

    const ids = select(bookings.c.id).orderBy(bookings.c.id);
    const { during, room, id } = bookings.c;

    test("EXCLUDE", async () => {
      await using conn = await engine.connect();
      const overlapping = insert(bookings).values({ id: 4, room: "c", during: new Range(8, 10) });
      await expect(conn.execute(overlapping).then()).rejects.toThrow(IntegrityError);
    });

    test("DISTINCT ON", async () => {
      await using conn = await engine.connect();
      const last = select(room, id).ext(distinctOn(room)).orderBy(room, id.desc());
      expect(await conn.execute(last).all()).toEqual([
        ["a", 2],
        ["b", 3],
      ]);
    });

    test("the sides of ranges", async () => {
      await using conn = await engine.connect();
      const found = (condition: ReturnType<typeof during.eq>): Promise<unknown> => conn.execute(ids.where(condition)).scalars().all();
      expect(await found(during.strictlyLeftOf(new Range(9, 12)))).toEqual([1, 2]);
      expect(await found(during.strictlyRightOf(new Range(1, 5)))).toEqual([2, 3]);
      expect(await found(during.notExtendRightOf(new Range(1, 9)))).toEqual([1, 2]);
      expect(await found(during.notExtendLeftOf(new Range(5, 6)))).toEqual([2, 3]);
      expect(await found(during.adjacentTo(new Range(9, 20)))).toEqual([2, 3]);
    });

    test("the parts of HSTORE", async () => {
      await using conn = await engine.connect();
      // not every server has the extension
      const there = await conn.scalar(text("SELECT count(*)::int FROM pg_available_extensions WHERE name = 'hstore'"));
      if (there === 0) {
        expect(select(hstore("a", "1").vals()).compile({ dialect: "postgresql" }).sql).toContain("avals(hstore(");
        return;
      }
      await conn.execute(text("CREATE EXTENSION IF NOT EXISTS hstore"));
      const pairs = hstore(literal(["a", "b"], t.array(t.text())), literal(["1", "2"], t.array(t.text())));
      expect(await conn.execute(select(pairs.vals(), pairs.matrix(), func.akeys!(pairs, { type: t.array(t.text()) }))).all()).toEqual([
        [
          ["1", "2"],
          [
            ["a", "1"],
            ["b", "2"],
          ],
          ["a", "b"],
        ],
      ]);
    });
  },
  { only: ["pglite", "postgresql"] },
);
