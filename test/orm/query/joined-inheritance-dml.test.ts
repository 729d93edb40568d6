// BLK-06: INSERT, UPDATE and DELETE of many rows of classes that are spread over two tables.
import {
  declarativeBase,
  delete_,
  extend,
  foreignKey,
  insert,
  mappedColumn,
  objectSession,
  select,
  type Session,
  t,
  text,
  update,
} from "athanor";
import { afterEach, beforeEach, expect, test } from "vitest";
import { describeEachDatabase } from "../../support/databases.ts";
import { type Opened, openSession } from "../support/open.ts";

function staff() {
  const Base = declarativeBase();
  class Employee extends Base<typeof Employee> {
    static table = this.mapTo("employees", { polymorphicOn: (cls) => cls.type, polymorphicIdentity: "employee" });
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static type = mappedColumn(t.string(20), { init: false });
    static name = mappedColumn(t.string(50));
  }
  class Manager extends extend(Employee)<typeof Manager> {
    static table = this.mapTo("managers", { polymorphicIdentity: "manager" });
    static id = mappedColumn(
      foreignKey(() => Employee.id, { ondelete: "CASCADE" }),
      { primaryKey: true },
    );
    static level = mappedColumn(t.integer());
  }
  return { Base, Employee, Manager };
}

describeEachDatabase("BLK-06 rows of joined inheritance", (db) => {
  let m: ReturnType<typeof staff>;
  let opened: Opened;
  let s: Session;
  beforeEach(async () => {
    m = staff();
    opened = await openSession(db.url, m.Base);
    s = opened.session;
    await s.execute(insert(m.Manager), [
      { name: "ann", level: 1 },
      { name: "bob", level: 2 },
    ]);
    await s.execute(insert(m.Employee), [{ name: "eve" }]);
    await s.commit();
    opened.take();
  });
  afterEach(() => opened.close());

  const rows = (): Promise<unknown> =>
    s.execute(text("SELECT e.name, e.type, m.level FROM employees e LEFT JOIN managers m ON m.id = e.id ORDER BY e.id")).all();

  test("INSERT writes both tables, with the discriminator, and keys that are given", async () => {
    await s.execute(insert(m.Manager), [{ id: 50, name: "cat", level: 3 }]);
    expect(await rows()).toEqual([
      ["ann", "manager", 1],
      ["bob", "manager", 2],
      ["eve", "employee", null],
      ["cat", "manager", 3],
    ]);
    expect((await s.scalars(select(m.Manager).orderBy(m.Manager.id)).all()).map((each) => each.level)).toEqual([1, 2, 3]);
  });

  test("INSERT gives back objects and columns of both tables, in the order of the rows", async () => {
    const given = Array.from({ length: 7 }, (_, i) => ({ name: `n${i}`, level: 10 - i, ...(i % 3 === 0 ? { id: 100 - i } : {}) }));
    opened.take();
    const made = await s.scalars(insert(m.Manager).returning(m.Manager), given).all();
    expect(made.every((each) => each instanceof m.Manager && objectSession(each) === s)).toBe(true);
    expect(made.map(({ name, level, type }) => [name, level, type])).toEqual(given.map(({ name, level }) => [name, level, "manager"]));
    expect(made.filter((_, i) => i % 3 === 0).map(({ id }) => id)).toEqual([100, 97, 94]);
    made[0]!.name = "changed";
    await s.commit();
    const more = await s
      .execute(insert(m.Manager).returning(m.Manager.level, m.Manager, m.Manager.name), [
        { name: "x", level: 1 },
        { name: "y", level: 0 },
      ])
      .all();
    expect(more.map(([level, manager, name]) => [level, manager.name, name])).toEqual([
      [1, "x", "x"],
      [0, "y", "y"],
    ]);
    expect(await s.execute(insert(m.Manager).returning(m.Manager.name), [{ name: "z", level: 5 }]).all()).toEqual([["z"]]);
  });

  test("UPDATE by key writes each table what it has", async () => {
    const managers = await s.scalars(select(m.Manager).orderBy(m.Manager.id)).all();
    await s.execute(update(m.Manager), [
      { id: managers[0]!.id, name: "Ann", level: 7 },
      { id: managers[1]!.id, level: 8 },
    ]);
    expect(await rows()).toEqual([
      ["Ann", "manager", 7],
      ["bob", "manager", 8],
      ["eve", "employee", null],
    ]);
  });

  test("UPDATE and DELETE by condition are about the class's own table; a subquery names the others", async () => {
    const managers = await s.scalars(select(m.Manager).orderBy(m.Manager.id)).all();
    const named = select(m.Employee.id).where(m.Employee.name.eq("bob"));
    await s.execute(update(m.Manager).where(m.Manager.id.in(named)).values({ level: 9 }));
    // of the objects that the session has, those that were meant
    expect(managers.map((each) => each.level)).toEqual([1, 9]);
    await s.execute(update(m.Employee).where(m.Employee.name.eq("eve")).values({ name: "Eve" }));
    expect(await rows()).toEqual([
      ["ann", "manager", 1],
      ["bob", "manager", 9],
      ["Eve", "employee", null],
    ]);
    // the database deletes the rows of the subclass
    await s.execute(delete_(m.Employee).where(m.Employee.name.eq("ann")));
    expect(await rows()).toEqual([
      ["bob", "manager", 9],
      ["Eve", "employee", null],
    ]);
    expect(await s.scalar(text("SELECT count(*) FROM managers"))).toEqual(expect.anything());
  });
});
