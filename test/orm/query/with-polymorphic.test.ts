import { createEngine, declarativeBase, extend, foreignKey, mappedColumn, or, select, sessionmaker, t, withPolymorphic } from "athanor";
import { expect, test } from "vitest";

const Base = declarativeBase();

class Item extends Base<typeof Item> {
  static table = this.mapTo("items", { polymorphicOn: (cls) => cls.kind, polymorphicIdentity: "item" });
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static kind = mappedColumn(t.string(20), { init: false });
}

class Disc extends extend(Item)<typeof Disc> {
  static table = this.mapTo("discs", { polymorphicIdentity: "disc" });
  static id = mappedColumn(
    foreignKey(() => Item.id),
    { primaryKey: true },
  );
  static minutes = mappedColumn(t.integer());
}

class Poster extends extend(Item)<typeof Poster> {
  static table = this.mapTo("posters", { polymorphicIdentity: "poster" });
  static id = mappedColumn(
    foreignKey(() => Item.id),
    { primaryKey: true },
  );
  static size = mappedColumn(t.string(10));
}

test("subclasses that are named stand under their names, for the type checker as well", async () => {
  const engine = createEngine("sqlite://");
  await Base.metadata.createAll(engine);
  const Session = sessionmaker({ bind: engine });
  await Session.begin((session) => session.addAll([new Disc({ minutes: 42 }), new Poster({ size: "A1" }), new Poster({ size: "A2" })]));
  const any = withPolymorphic(Item, { Disc, Sheet: Poster });
  const statement = select(any)
    .where(or(any.Disc.minutes.gt(40), any.Sheet.size.eq("A2")))
    .orderBy(any.id);
  await using session = Session();
  const items = await session.scalars(statement).all();
  expect(items.map((item) => (item instanceof Disc ? item.minutes : (item as Poster).size))).toEqual([42, "A2"]);
  await engine.dispose();
});

test("named or listed, the statement is the same", () => {
  const named = withPolymorphic(Item, { Disc, Poster });
  expect(String(select(named))).toBe(String(select(withPolymorphic(Item, [Disc, Poster]))));
  expect(String(select(withPolymorphic(Item, {})))).toBe(String(select(withPolymorphic(Item, []))));
});
