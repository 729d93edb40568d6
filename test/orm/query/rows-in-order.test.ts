import {
  Bundle,
  CompileError,
  declarativeBase,
  foreignKey,
  Column,
  aliased,
  insert,
  mappedColumn,
  not,
  relationship,
  select,
  StaleDataError,
  t,
  Table,
  update,
  withLoaderCriteria,
} from "athanor";
import { expect, test } from "vitest";
import { describeEachDatabase } from "../../support/databases.ts";
import { openSession } from "../support/open.ts";

function models() {
  const Base = declarativeBase();
  const visits = new Table("visits", Base.metadata, {
    guest_id: new Column(foreignKey("guests.id"), { primaryKey: true }),
    room_id: new Column(foreignKey("rooms.id"), { primaryKey: true }),
  });

  class Guest extends Base<typeof Guest> {
    static table = this.mapTo("guests");
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static name = mappedColumn(t.string(20));
    static age = mappedColumn(t.integer(), { nullable: true, default: 7 });
    static seen = mappedColumn(t.string(10), { nullable: true, onupdate: "seen" });
    static rooms = relationship(() => [Room], { secondary: visits });
  }

  class Room extends Base<typeof Room> {
    static table = this.mapTo("rooms");
    static id = mappedColumn(t.integer(), { primaryKey: true });
  }

  return { Base, Guest, Room };
}

describeEachDatabase("statements of classes", (db) => {
  test("rows of different shapes are inserted in the order in which they are given, and null gives way to defaults", async () => {
    const { Base, Guest } = models();
    const { session, close } = await openSession(db.url, Base);
    try {
      await session.execute(insert(Guest), [{ name: "a", age: 1 }, { name: "b" }, { name: "c", age: null }, { name: "d", age: 2 }]);
      const rows = await session.execute(select(Guest.id, Guest.name, Guest.age).orderBy(Guest.id)).all();
      expect(rows.map((row) => [...row])).toEqual([
        [1, "a", 1],
        [2, "b", 7],
        [3, "c", 7],
        [4, "d", 2],
      ]);
      await session.execute(insert(Guest).executionOptions({ renderNulls: true }), [{ name: "e", age: null }]);
      expect((await session.get(Guest, 5))!.age).toBeNull();
    } finally {
      await close();
    }
  });

  test("and what they return is one result", async () => {
    const { Base, Guest } = models();
    const { session, close } = await openSession(db.url, Base);
    try {
      const rows = [{ name: "a", age: 1 }, { name: "b" }, { name: "c", age: 3 }];
      const guests = await session.scalars(insert(Guest).returning(Guest, { sortByParameterOrder: true }), rows).all();
      expect(guests.map(({ name, age }) => [name, age])).toEqual([
        ["a", 1],
        ["b", 7],
        ["c", 3],
      ]);
    } finally {
      await close();
    }
  });

  test("an UPDATE by key of a row that is not there, and a name that is no attribute, are errors", async () => {
    const { Base, Guest } = models();
    const { session, close } = await openSession(db.url, Base);
    try {
      await expect(session.execute(update(Guest), [{ id: 9, name: "x" }])).rejects.toThrow(StaleDataError);
      await expect(session.execute(update(Guest).values({ nobody: 1 } as never))).rejects.toThrow(CompileError);
    } finally {
      await close();
    }
  });

  test("objects have what an UPDATE sets by itself", async () => {
    const { Base, Guest } = models();
    const { session, close } = await openSession(db.url, Base);
    try {
      const guest = new Guest({ name: "a" });
      session.add(guest);
      await session.flush();
      expect(guest.seen).toBeNull();
      await session.execute(update(Guest).where(Guest.id.eq(guest.id)).values({ age: 9 }));
      expect([guest.age, guest.seen]).toEqual([9, "seen"]);
    } finally {
      await close();
    }
  });

  test("not() of contains() is that no row leads there", async () => {
    const { Base, Guest, Room } = models();
    const { session, close } = await openSession(db.url, Base);
    try {
      const [one, two] = [new Room(), new Room()];
      session.addAll([
        one,
        two,
        new Guest({ name: "both", rooms: [one, two] }),
        new Guest({ name: "none" }),
        new Guest({ name: "two", rooms: [two] }),
      ]);
      await session.flush();
      const found = await session
        .scalars(
          select(Guest.name)
            .where(not(Guest.rooms.contains(one)))
            .orderBy(Guest.name),
        )
        .all();
      expect(found).toEqual(["none", "two"]);
    } finally {
      await close();
    }
  });

  test("criteria of a class hold for aliases when they are told to, and a bundle takes options", async () => {
    const { Base, Guest } = models();
    const { session, close } = await openSession(db.url, Base);
    try {
      session.addAll([new Guest({ name: "a" }), new Guest({ name: "b" })]);
      await session.flush();
      const other = aliased(Guest);
      const names = (includeAliases: boolean): Promise<unknown[]> =>
        Promise.resolve(
          session
            .scalars(
              select(other.name)
                .options(withLoaderCriteria(Guest, Guest.name.eq("b"), { includeAliases }))
                .orderBy(other.name),
            )
            .all(),
        );
      expect(await names(true)).toEqual(["b"]);
      expect(await names(false)).toEqual(["a", "b"]);
      const bundle = new Bundle("who", Guest.name, { singleEntity: true });
      expect(await session.scalars(select(bundle).orderBy(Guest.name)).all()).toEqual([{ name: "a" }, { name: "b" }]);
    } finally {
      await close();
    }
  });
});
