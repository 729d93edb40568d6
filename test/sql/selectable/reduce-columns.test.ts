// reduceColumns(): a SELECT without columns that must be equal to others of it.
import { Column, createEngine, foreignKey, insert, MetaData, select, t, Table } from "athanor";
import { expect, test } from "vitest";
import { describeEachDatabase } from "../../support/databases.ts";
import { renderAs } from "../support/statements.ts";

const metadata = new MetaData();
const base = new Table("base", metadata, { id: new Column(t.integer(), { primaryKey: true }), x: new Column(t.integer()) });
const sub = new Table("sub", metadata, {
  id: new Column(foreignKey("base.id"), { primaryKey: true }),
  baseId: new Column("base_id", foreignKey("base.id")),
  n: new Column(t.integer()),
});
const both = select(base, sub);
const on = sub.c.id.eq(base.c.id);

renderAs([
  // what refers to another column goes, the other stays
  [
    () => both.join(sub, on).reduceColumns(),
    { default: "SELECT base.id, base.x, sub.base_id, sub.n FROM base JOIN sub ON sub.id = base.id" },
  ],
  [
    () => both.join(sub, on).reduceColumns({ onlySynonyms: false }),
    { default: "SELECT base.id, base.x, sub.n FROM base JOIN sub ON sub.id = base.id" },
  ],
  [
    () => both.where(base.c.x.eq(sub.c.n)).reduceColumns({ onlySynonyms: true }),
    { default: "SELECT base.id, base.x, sub.base_id, sub.n FROM base, sub WHERE base.x = sub.n" },
  ],
  // of two that WHERE says are equal, the first stays
  [
    () => both.where(base.c.x.eq(sub.c.n)).reduceColumns({ onlySynonyms: false }),
    { default: "SELECT base.id, base.x FROM base, sub WHERE base.x = sub.n" },
  ],
  [() => select(sub.c.id, sub.c.n).reduceColumns(), { default: "SELECT sub.id, sub.n FROM sub" }],
]);

describeEachDatabase("reduceColumns()", (db) => {
  test("has each name once", async () => {
    const engine = createEngine(db.url);
    await metadata.createAll(engine);
    await engine.begin(async (conn) => {
      await conn.execute(insert(base).values({ id: 1, x: 10 }));
      await conn.execute(insert(sub).values({ id: 1, baseId: 1, n: 3 }));
      const result = await conn.execute(both.join(sub, on).reduceColumns());
      expect(result.keys()).toEqual(["id", "x", "baseId", "n"]);
      expect(result.all()).toEqual([[1, 10, 1, 3]]);
    });
    await engine.dispose();
  });
});
