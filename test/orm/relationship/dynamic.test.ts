import {
  Column,
  declarativeBase,
  DetachedInstanceError,
  DynamicCollection,
  foreignKey,
  getHistory,
  mappedColumn,
  relationship,
  select,
  type Session,
  t,
  Table,
} from "athanor";
import { afterEach, beforeEach, expect, test } from "vitest";
import { describeEachDatabase } from "../../support/databases.ts";
import { openSession, type Opened } from "../support/open.ts";

function model() {
  const Base = declarativeBase();

  const userGroups = new Table("user_groups", Base.metadata, {
    userId: new Column("user_id", foreignKey("users.id"), { primaryKey: true }),
    groupId: new Column("group_id", foreignKey("groups_.id"), { primaryKey: true }),
  });

  class User extends Base<typeof User> {
    static table = this.mapTo("users");
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static name = mappedColumn(t.string(50));
    static addresses = relationship(() => [Address], { lazy: "dynamic", backPopulates: "user", orderBy: () => Address.email });
    static orders = relationship(() => [Order], { lazy: "dynamic", cascade: "all, delete-orphan", orderBy: () => Order.id });
    static groups = relationship(() => [Group], { lazy: "dynamic", secondary: userGroups, backPopulates: "users" });
  }

  class Address extends Base<typeof Address> {
    static table = this.mapTo("addresses");
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static email = mappedColumn(t.string(50));
    static userId = mappedColumn(
      "user_id",
      foreignKey(() => User.id),
      { nullable: true },
    );
    static user = relationship(() => User, { backPopulates: "addresses", nullable: true });
  }

  class Order extends Base<typeof Order> {
    static table = this.mapTo("orders");
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static userId = mappedColumn(
      "user_id",
      foreignKey(() => User.id),
    );
  }

  class Group extends Base<typeof Group> {
    static table = this.mapTo("groups_");
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static users = relationship(() => [User], { secondary: userGroups, backPopulates: "groups" });
  }

  return { Base, User, Address, Order, Group, userGroups };
}

describeEachDatabase("dynamic collections", (db) => {
  let all: ReturnType<typeof model>;
  let opened: Opened;
  let s: Session;
  beforeEach(async () => {
    all = model();
    opened = await openSession(db.url, all.Base);
    s = opened.session;
  });
  afterEach(() => opened.close());

  async function user(...emails: string[]) {
    const made = new all.User({ name: "u", addresses: emails.map((email) => new all.Address({ email })) });
    s.add(made);
    await s.commit();
    opened.take();
    return made;
  }

  test("are read anew each time: whole, the first, their number, one by one", async () => {
    const made = await user("b", "a", "c");
    expect(made.addresses).toBeInstanceOf(DynamicCollection);
    expect((await made.addresses.all()).map((each) => each.email)).toEqual(["a", "b", "c"]);
    expect((await made.addresses.first())!.email).toBe("a");
    expect(await made.addresses.count()).toBe(3);
    expect(await made.orders.first()).toBeNull();
    const seen: string[] = [];
    for await (const each of made.addresses) seen.push(each.email);
    expect(seen).toEqual(["a", "b", "c"]);
    opened.take();
    // what was added is written before it is read
    made.addresses.add(new all.Address({ email: "0" }));
    expect(await made.addresses.count()).toBe(4);
    expect(opened.take()).toHaveLength(2);
    await s.commit();
    s.expungeAll();
    const again = await s.getOne(all.User, made.id);
    expect((await again.addresses.all()).map((each) => each.user === again)).toEqual([true, true, true, true]);
  });

  test("of an object without a row they have what was added; a pending one is flushed", async () => {
    const { User, Address } = all;
    const [a, b] = [new Address({ email: "a" }), new Address({ email: "b" })];
    const made = new User({ name: "u", addresses: [b] });
    made.addresses.add(a);
    expect(await made.addresses.all()).toEqual([b, a]);
    expect([await made.addresses.first(), await made.addresses.count()]).toEqual([b, 2]);
    const seen: object[] = [];
    for await (const each of made.addresses) seen.push(each);
    expect(seen).toEqual([b, a]);
    s.autoflush = false;
    s.add(made);
    expect(await made.addresses.all()).toEqual([b, a]);
    s.autoflush = true;
    expect(await made.addresses.all()).toEqual([a, b]);
    await s.commit();
    s.expunge(made);
    await expect(made.addresses.all()).rejects.toThrow(DetachedInstanceError);
  });

  test("a delete loads what it has to take the key from, or to delete", async () => {
    const { Address, Order } = all;
    const made = await user("a", "b");
    made.orders.addAll([new Order(), new Order()]);
    await s.commit();
    await s.delete(made);
    await s.commit();
    expect(await s.scalars(select(Address.userId)).all()).toEqual([null, null]);
    expect(await s.scalars(select(Order.id)).all()).toEqual([]);
  });

  test("many to many: with either side loaded or not", async () => {
    const { Group, userGroups } = all;
    const made = await user("a");
    const [g1, g2] = [new Group(), new Group()];
    made.groups.addAll([g1, g2]);
    await s.commit();
    expect((await s.execute(select(userGroups)).all()).length).toBe(2);
    expect(await g1.awaitableAttrs.users).toEqual([made]);
    g1.users.pop();
    expect(getHistory(made, "groups").deleted).toEqual([g1]);
    await s.commit();
    expect(await made.groups.all()).toEqual([g2]);
    await s.delete(made);
    await s.commit();
    expect((await s.execute(select(userGroups)).all()).length).toBe(0);
  });

  test("merge puts the members of the given object in the place of those that there are", async () => {
    const { User, Address } = all;
    const made = await user("a", "b");
    const [a, b] = await made.addresses.all();
    const c = new Address({ email: "c" });
    s.add(c);
    await s.commit();
    const given = new User({
      id: made.id,
      name: "x",
      addresses: [new Address({ id: b!.id, email: "b" }), new Address({ id: c.id, email: "c" })],
    });
    const merged = await s.merge(given);
    expect(merged).toBe(made);
    const { added, unchanged, deleted } = getHistory(made, "addresses");
    expect([added, unchanged, deleted]).toEqual([[c], [b], [a]]);
    await s.commit();
    expect(await made.addresses.all()).toEqual([b, c]);
    await s.merge(new User({ id: made.id, name: "y" }));
    await s.commit();
    expect([made.name, await made.addresses.count()]).toEqual(["y", 2]);
  });

  test("cannot be replaced once the object has a row", async () => {
    const made = await user("a");
    expect(() => ((made as { addresses: unknown }).addresses = [])).toThrow("cannot be replaced: it is never loaded");
  });
});
