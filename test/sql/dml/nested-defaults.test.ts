// Defaults of an INSERT or UPDATE that is a CTE of another statement: nobody runs it by itself, so they come with the statement.
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  Column,
  createEngine,
  type DefaultContext,
  type Engine,
  func,
  insert,
  InvalidRequestError,
  MetaData,
  select,
  t,
  Table,
  update,
} from "athanor";
import { describeEachDatabase } from "../../support/databases.ts";

const metadata = new MetaData();
let calls = 0;
const rows = new Table("nested_defaults", metadata, {
  id: new Column(t.integer(), { primaryKey: true, autoincrement: false }),
  a: new Column(t.integer(), { default: 7, onupdate: 8 }),
  b: new Column(t.integer(), { default: () => (calls += 1), onupdate: () => -1 }),
  c: new Column(t.string(), { default: func.lower("ABC") }),
  d: new Column(t.string(), { default: null }),
});
const told = new Table("told_defaults", metadata, {
  id: new Column(t.integer(), { primaryKey: true, autoincrement: false }),
  double: new Column(t.integer(), { default: (context: DefaultContext) => Number(context.currentParameters["id"]) * 2 }),
});

describeEachDatabase(
  "defaults inside of WITH",
  (db) => {
    let engine: Engine;
    beforeAll(async () => {
      engine = createEngine(db.url);
      await metadata.createAll(engine);
    });
    afterAll(() => engine.dispose());

    test("are those of the table, computed for each execution", async () => {
      await using conn = await engine.connect();
      const added = (id: number) => insert(rows).values({ id }).returning(rows.c.id, rows.c.a, rows.c.b, rows.c.c, rows.c.d).cte("added");
      const of = (id: number) => select(added(id));
      calls = 0;
      expect(await conn.execute(of(1)).all()).toEqual([[1, 7, 1, "abc", null]]);
      expect(await conn.execute(of(2)).all()).toEqual([[2, 7, 2, "abc", null]]);
      const two = insert(rows)
        .values([{ id: 3, a: 1 }, { id: 4 }])
        .returning(rows.c.id, rows.c.a)
        .cte("added");
      expect(await conn.execute(select(two).orderBy("id")).all()).toEqual([
        [3, 1],
        [4, 7],
      ]);
      const changed = update(rows).values({ c: "x" }).where(rows.c.id.eq(1)).returning(rows.c.a, rows.c.b, rows.c.c).cte("changed");
      expect(await conn.execute(select(changed)).all()).toEqual([[8, -1, "x"]]);
    });

    test("beside an INSERT whose columns have the same names", async () => {
      await using conn = await engine.connect();
      const added = insert(rows).values({ id: 1 }).returning(rows.c.id).cte("added");
      const outer = insert(rows)
        .values({ id: 2, a: select(added.c["id"]!).scalarSubquery() })
        .returning(rows.c.a, rows.c.b)
        .addCte(added);
      calls = 10;
      const [row] = await conn.execute(outer).all();
      expect([row![0], [11, 12].includes(row![1] as number)]).toEqual([1, true]);
      expect(await conn.execute(select(rows.c.id, rows.c.a).orderBy(rows.c.id)).all()).toEqual([
        [1, 7],
        [2, 1],
      ]);
    });

    test("that ask for the rest of the row are refused", async () => {
      await using conn = await engine.connect();
      const added = insert(told).values({ id: 1 }).returning(told.c.double).cte("added");
      const failed = conn.execute(select(added)).all();
      await expect(failed).rejects.toThrow(InvalidRequestError);
      await expect(failed).rejects.toThrow(/default of "double" asks for the other values/);
    });
  },
  { only: ["pglite", "postgresql"] },
);
