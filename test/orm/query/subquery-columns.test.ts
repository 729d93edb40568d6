// A subquery of a class has its attributes by name: columns, and expressions that the class gives a name.
import { aliased, columnProperty, createEngine, declarativeBase, mappedColumn, select, Session, t } from "athanor";
import { expect, test } from "vitest";
import { describeEachDatabase } from "../../support/databases.ts";

const Base = declarativeBase();

class Item extends Base<typeof Item> {
  static table = this.mapTo("subquery_items");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static unitPrice = mappedColumn("price", t.integer());
  static amount = mappedColumn(t.integer());
  static note = mappedColumn(t.text(), { deferred: true, nullable: true });
  static total = columnProperty(() => Item.unitPrice.mul(Item.amount));
}

describeEachDatabase("the columns of a subquery of a class", (db) => {
  test("have the names of attributes", async () => {
    const engine = createEngine(db.url);
    await Base.metadata.createAll(engine);
    await using session = new Session(engine);
    session.addAll([new Item({ id: 1, unitPrice: 3, amount: 4, note: "x" }), new Item({ id: 2, unitPrice: 5, amount: 1 })]);
    await session.flush();
    session.expungeAll();
    for (const items of [select(Item).subquery("items"), select(aliased(Item)).cte("items")]) {
      expect(Object.keys(items.c)).toEqual(["id", "unitPrice", "amount", "note", "total"]);
      const rows = select(items.c.unitPrice, items.c.total, items.c.note).where(items.c.total.gt(5));
      expect(await session.execute(rows).all()).toEqual([[3, 12, "x"]]);
      const Read = aliased(Item, items);
      const [first] = await session.scalars(select(Read).where(Read.total.gt(5))).all();
      expect([first!.unitPrice, first!.total]).toEqual([3, 12]);
      session.expungeAll();
    }
    // an expression that nobody has named keeps the name that is made up
    expect(Object.keys(select(Item.id, Item.amount.add(1)).subquery().c)[1]).not.toBe("total");
    await session.rollback();
    await Base.metadata.dropAll(engine);
    await engine.dispose();
  });
});
