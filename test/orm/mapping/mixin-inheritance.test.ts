// MAP-03: what a mixin declares belongs to the class that has it; classes below inherit it, and do not declare it again.
import { createEngine, declarativeBase, extend, foreignKey, inspect, mappedColumn, select, Session, t } from "athanor";
import { expect, test } from "vitest";
import { describeEachDatabase } from "../../support/databases.ts";

class Stamped {
  static stamp = mappedColumn(t.string(20), { nullable: true });
}

describeEachDatabase("classes below one with a mixin", (db) => {
  test("MAP-03 in its table, and in tables of their own", async () => {
    const Base = declarativeBase();
    class Marked extends Base.with(Stamped)<typeof Marked> {
      static table = this.mapTo("markeds", { polymorphicOn: (cls) => cls.kind, polymorphicIdentity: "marked" });
      static id = mappedColumn(t.integer(), { primaryKey: true });
      static kind = mappedColumn(t.string(10), { init: false });
    }
    class Single extends extend(Marked)<typeof Single> {
      static table = this.mapSingle({ polymorphicIdentity: "single" });
    }
    class Joined extends extend(Marked)<typeof Joined> {
      static table = this.mapTo("joineds", { polymorphicIdentity: "joined" });
      static id = mappedColumn(foreignKey("markeds.id"), { primaryKey: true });
      static more = mappedColumn(t.string(20));
    }
    class Below extends extend(Joined)<typeof Below> {
      static table = this.mapSingle({ polymorphicIdentity: "below" });
    }
    const engine = createEngine(db.url);
    await Base.metadata.createAll(engine);
    try {
      expect([...Joined.table._collection].map(({ key }) => key)).toEqual(["id", "more"]);
      expect(
        inspect(Below)
          .columnAttrs.map(({ key }) => key)
          .toSorted(),
      ).toEqual(["id", "kind", "more", "stamp"]);
      await using session = new Session(engine);
      session.addAll([
        new Marked({ stamp: "1" }),
        new Single({ stamp: "2" }),
        new Joined({ stamp: "3", more: "x" }),
        new Below({ stamp: "4", more: "y" }),
      ]);
      await session.commit();
      session.expungeAll();
      const all = await session.scalars(select(Marked).where(Marked.stamp.ne("0")).orderBy(Marked.stamp)).all();
      expect(all.map((one) => [one.constructor.name, one.stamp])).toEqual([
        ["Marked", "1"],
        ["Single", "2"],
        ["Joined", "3"],
        ["Below", "4"],
      ]);
      expect((await session.scalars(select(Joined).where(Joined.stamp.eq("4"))).one()).more).toBe("y");
    } finally {
      await Base.metadata.dropAll(engine);
      await engine.dispose();
    }
  });
});
