import { declarativeBase, extend, foreignKey, mappedColumn, select, selectinPolymorphic, t, withPolymorphic } from "athanor";
import { expect, test } from "vitest";
import { describeEachDatabase } from "../../support/databases.ts";
import { inspect } from "../support/blog.ts";
import { openSession } from "../support/open.ts";

/** Vessels of several kinds; Ferry is declared last, and brings its superclass in before the others are used. */
function models() {
  const Base = declarativeBase();

  class Vessel extends Base<typeof Vessel> {
    static table = this.mapTo("vessels", { polymorphicOn: (cls) => cls.kind, polymorphicIdentity: "vessel" });
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static kind = mappedColumn(t.string(10), { init: false });
    static name = mappedColumn(t.string(20));
  }

  class Yacht extends extend(Vessel)<typeof Yacht> {
    static table = this.mapTo("yachts", { polymorphicIdentity: "yacht" });
    static id = mappedColumn(foreignKey("vessels.id"), { primaryKey: true });
    static sails = mappedColumn(t.integer(), { nullable: true });
  }

  class Motorship extends extend(Vessel)<typeof Motorship> {
    static table = this.mapTo("motorships", { polymorphicIdentity: "motorship" });
    static id = mappedColumn(foreignKey("vessels.id"), { primaryKey: true });
    static power = mappedColumn(t.integer(), { nullable: true });
  }

  class Ferry extends extend(Motorship)<typeof Ferry> {
    static table = this.mapTo("ferries", { polymorphicIdentity: "ferry" });
    static id = mappedColumn(foreignKey("motorships.id"), { primaryKey: true });
    static cars = mappedColumn(t.integer(), { nullable: true });
  }

  return { Base, Vessel, Yacht, Motorship, Ferry };
}

describeEachDatabase("hierarchies of classes", (db) => {
  test.skipIf(db.name === "mariadb")(
    "rows of the superclass's table go out together, and tables come in the order of their classes",
    async () => {
      const { Base, Vessel, Yacht, Motorship, Ferry } = models();
      const { session, take, close } = await openSession(db.url, Base);
      try {
        const ferry = new Ferry({ name: "f", cars: 3, power: 2 });
        const yacht = new Yacht({ name: "y", sails: 2 });
        session.addAll([ferry, yacht, new Vessel({ name: "v" }), new Motorship({ name: "m" })]);
        await session.flush();
        expect(take()).toEqual(["INSERT vessels x4", "INSERT yachts", "INSERT motorships x2", "INSERT ferries"]);
        expect([ferry.id, yacht.id]).toEqual([1, 2]);
        ferry.power = 5;
        yacht.sails = 1;
        await session.flush();
        expect(take()).toEqual(["UPDATE yachts", "UPDATE motorships"]);
      } finally {
        await close();
      }
    },
  );

  test("subclasses stand in the order of their declaration, whichever was used first", async () => {
    const { Base, Vessel, Ferry } = models();
    const { close } = await openSession(db.url, Base);
    try {
      const all = withPolymorphic(Vessel, "*");
      expect(String(select(all.id))).toMatch(/yachts.*motorships.*ferries/s);
      // each joined table's key is read
      expect(String(select(all))).toMatch(
        /^SELECT vessels\.id, .*, yachts\.id AS id_1, yachts\.sails, motorships\.id AS id_2, motorships\.power, ferries\.id AS id_3/s,
      );
      expect(inspect(new Ferry({ name: "f" })).mapper.class).toBe(Ferry);
    } finally {
      await close();
    }
  });

  test("selectinPolymorphic() reads the classes between as well", async () => {
    const { Base, Vessel, Motorship, Ferry } = models();
    const { session, close } = await openSession(db.url, Base);
    try {
      session.addAll([new Motorship({ name: "m", power: 4 }), new Ferry({ name: "f", power: 5, cars: 6 })]);
      await session.commit();
      session.expungeAll();
      const found = await session
        .scalars(
          select(Vessel)
            .options(selectinPolymorphic(Vessel, [Ferry]))
            .orderBy(Vessel.id),
        )
        .all();
      expect(found.map((each) => (each as InstanceType<typeof Motorship>).power)).toEqual([4, 5]);
    } finally {
      await close();
    }
  });
});
