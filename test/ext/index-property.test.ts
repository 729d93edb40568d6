import { createEngine, declarativeBase, type Engine, mappedColumn, select, type Session, sessionmaker, t, update, null_ } from "athanor";
import { indexProperty, MutableDict } from "athanor/ext";
import { afterEach, beforeEach, expect, test } from "vitest";
import { describeEachDatabase } from "../support/databases.ts";

const Base = declarativeBase();

class Item extends Base<typeof Item> {
  static table = this.mapTo("ip_items");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static data = mappedColumn(t.json<Record<string, unknown>>(), { nullable: true });
  static tracked = mappedColumn(MutableDict.asMutable(t.json<Record<string, unknown>>()), { nullable: true });
  static list = mappedColumn(t.json<unknown[]>(), { nullable: true });
  static name = indexProperty("data", "name", t.string(50));
  static size = indexProperty("data", "size", t.integer(), { default: 0 });
  static good = indexProperty("data", "good", t.boolean());
  static weight = indexProperty("data", "weight", t.float());
  static color = indexProperty("tracked", "color", t.string(50));
  static second = indexProperty("list", 1, t.string(50));
}

describeEachDatabase("indexProperty", (db) => {
  let engine: Engine;
  let session: Session;
  beforeEach(async () => {
    engine = createEngine(db.url);
    await Base.metadata.createAll(engine);
    session = sessionmaker({ bind: engine })();
  });
  afterEach(async () => {
    await session.close();
    await Base.metadata.dropAll(engine);
    await engine.dispose();
  });

  test("reads and writes the key on objects, and flushes what changed", async () => {
    const item = new Item({ name: "box", color: "red" });
    expect([item.data, item.name, item.size, item.good]).toEqual([{ name: "box" }, "box", 0, null]);
    session.add(item);
    await session.commit();
    expect(session.dirty.size).toBe(0);
    item.size = 5;
    item.good = true;
    item.weight = 1.5;
    item.second = "b";
    item.color = "blue";
    expect(session.dirty.size).toBe(1);
    await session.commit();
    session.expungeAll();
    const again = await session.getOne(Item, item.id);
    expect([again.data, again.list, { ...again.tracked }]).toEqual([
      { name: "box", size: 5, good: true, weight: 1.5 },
      [null, "b"],
      { color: "blue" },
    ]);
    expect([again.size, again.second, again.color]).toEqual([5, "b", "blue"]);
    expect(() => (again.name = undefined as never)).toThrow(/undefined/);
  });

  test("is SQL in statements", async () => {
    session.addAll([
      new Item({ name: "a", size: 3, good: true, weight: 0.5, second: "x" }),
      new Item({ name: "b", size: 10 }),
      new Item({}),
    ]);
    await session.commit();
    const names = async (condition: never): Promise<(string | null)[]> =>
      session.scalars(select(Item.name).where(condition).orderBy(Item.id)).all();
    expect(await names(Item.name.eq("a") as never)).toEqual(["a"]);
    expect(await names(Item.size.gt(5) as never)).toEqual(["b"]);
    expect(await names(Item.good.is(true) as never)).toEqual(["a"]);
    expect(await names(Item.weight.lt(1) as never)).toEqual(["a"]);
    expect(await names(Item.second.eq("x") as never)).toEqual(["a"]);
    expect(await session.scalars(select(Item.size).where(Item.data.isNot(null)).orderBy(Item.size.desc())).all()).toEqual([10, 3]);
    await session.execute(update(Item).where(Item.name.eq("a")).values({ data: null_() }));
    expect(await names(Item.name.eq("a") as never)).toEqual([]);
  });

  test("errors", () => {
    expect(() => indexProperty("", "x", t.string())).toThrow("takes the name of an attribute");
    expect(() => indexProperty("data", -1, t.string())).toThrow("a number from 0");
    class Odd extends Base<typeof Odd> {
      static table = this.mapTo(`ip_odd_${Math.random()}`);
      static id = mappedColumn(t.integer(), { primaryKey: true });
      static x = indexProperty("id", "x", t.string());
      static y = indexProperty("nothing", "y", t.string());
    }
    expect(() => String(select(Odd.x))).toThrow("neither JSON nor an array");
    expect(() => String(select(Odd.y))).toThrow("no such attribute");
  });
});
