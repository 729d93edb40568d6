// What becomes of changes that meet each other between two flushes.
import {
  IntegrityError,
  InvalidRequestError,
  joinedload,
  makeTransient,
  ObjectDeletedError,
  select,
  selectinload,
  type Session,
  text,
} from "athanor";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { describeEachDatabase } from "../../support/databases.ts";
import { type Blog, inspect, openBlog } from "../support/blog.ts";

const TABLES = ["order_items", "items", "orders", "addresses", "profiles", "users", "slots"];

describeEachDatabase("changes between flushes", (db) => {
  let blog: Blog;
  let s: Session;
  beforeAll(async () => {
    blog = await openBlog(db.url);
  });
  afterAll(async () => {
    await blog.engine.dispose();
  });
  beforeEach(async () => {
    s = blog.Session();
    for (const table of TABLES) await s.execute(text(`DELETE FROM ${table}`));
    await s.commit();
    blog.statements.takeAll();
  });
  afterEach(async () => {
    await s.close();
  });
  /** What the tables hold, as another session sees it. */
  const rows = async (sql: string): Promise<unknown[][]> => {
    await using other = await blog.engine.connect();
    const found = (await other.execute(text(sql)).all()) as unknown[][];
    blog.statements.takeAll();
    return found;
  };

  test("UOW-04 looking for another object between add() and flush() loses nothing", async () => {
    const { User, Order } = blog;
    const [one, two] = [new User({ name: "one" }), new Order({ description: "o" })];
    s.addAll([one, two]);
    await s.commit();
    const user = new User({ name: "new" });
    s.autoflush = false;
    s.add(user);
    one.age = 7;
    expect(await s.get(Order, two.id)).toBe(two);
    expect(await s.get(Order, -1)).toBeNull();
    expect(await s.scalars(select(Order)).all()).toEqual([two]);
    expect((await s.scalars(select(User)).all()).map(({ name, age }) => [name, age ?? null])).toEqual([["one", 7]]);
    await s.refresh(two);
    expect([[...s.new], [...s.dirty]]).toEqual([[user], [one]]);
    await s.commit();
    expect(await rows("SELECT name, age FROM users ORDER BY name")).toEqual([
      ["new", null],
      ["one", 7],
    ]);
  });

  test("UOW-04 the same with the query flushing first", async () => {
    const { User, Order } = blog;
    const user = new User({ name: "new" });
    s.add(user);
    expect(await s.scalars(select(Order)).all()).toEqual([]);
    expect(blog.statements.take()).toEqual(["INSERT users", "SELECT orders"]);
    await s.commit();
    expect(await rows("SELECT name FROM users")).toEqual([["new"]]);
  });

  test("UOW-05 changed and then deleted: only deleted", async () => {
    const { Slot } = blog;
    const slot = new Slot({ id: "a", position: 1 });
    s.add(slot);
    await s.commit();
    blog.statements.take();
    s.autoflush = false;
    slot.position = 2;
    await s.delete(slot);
    await s.flush();
    expect(blog.statements.take()).toEqual(["DELETE slots"]);
    slot.position = 3;
    await s.commit();
    expect(blog.statements.take()).toEqual([]);
    expect(await rows("SELECT id FROM slots")).toEqual([]);
  });

  test("UOW-05 new and then taken out: nothing; delete() of what has no row is an error", async () => {
    const { Slot } = blog;
    const slot = new Slot({ id: "a", position: 1 });
    s.autoflush = false;
    s.add(slot);
    await expect(s.delete(slot)).rejects.toThrow(InvalidRequestError);
    expect([...s.new]).toEqual([slot]);
    s.expunge(slot);
    await s.commit();
    expect(blog.statements.take()).toEqual([]);
    expect(inspect(slot).transient).toBe(true);
  });

  test("UOW-05 deleted and then added before the flush: it stays", async () => {
    const { Slot } = blog;
    const slot = new Slot({ id: "a", position: 1 });
    s.add(slot);
    await s.commit();
    blog.statements.take();
    await s.delete(slot);
    s.add(slot);
    slot.position = 2;
    expect([...s.deleted]).toEqual([]);
    await s.commit();
    expect(blog.statements.take()).toEqual(["UPDATE slots"]);
    expect(await rows("SELECT id, position FROM slots")).toEqual([["a", 2]]);
  });

  test("UOW-05 deleted and flushed: add() is refused, until the object is made transient", async () => {
    const { Slot } = blog;
    const slot = new Slot({ id: "a", position: 1 });
    s.add(slot);
    await s.commit();
    await s.delete(slot);
    await s.flush();
    expect(() => s.add(slot)).toThrow(InvalidRequestError);
    makeTransient(slot);
    s.add(slot);
    blog.statements.take();
    await s.commit();
    expect(blog.statements.take()).toEqual(["INSERT slots"]);
    expect(await rows("SELECT id, position FROM slots")).toEqual([["a", 1]]);
    expect(inspect(slot).persistent).toBe(true);
  });

  test("UOW-08 expire() and refresh() drop a change that was not flushed", async () => {
    const { User } = blog;
    const user = new User({ name: "a", age: 1 });
    s.add(user);
    await s.commit();
    user.name = "b";
    user.age = 2;
    s.expire(user, ["name"]);
    await s.commit();
    expect(await rows("SELECT name, age FROM users")).toEqual([["a", 2]]);
    s.autoflush = false;
    user.age = 3;
    await s.refresh(user, ["name"]);
    expect([user.name, user.age]).toEqual(["a", 3]);
    await s.refresh(user);
    expect([user.name, user.age]).toEqual(["a", 2]);
    blog.statements.take();
    await s.commit();
    expect(blog.statements.take()).toEqual([]);
  });

  test("UOW-08 what is gone cannot be read again, and says so", async () => {
    const { User } = blog;
    const [a, b, kept] = [new User({ name: "a" }), new User({ name: "b" }), new User({ name: "kept" })];
    s.addAll([a, b, kept]);
    await s.commit();
    await s.execute(text("DELETE FROM users WHERE name <> 'kept'"));
    await expect(s.refresh(a)).rejects.toThrow(InvalidRequestError);
    s.expire(b);
    await expect(b.awaitableAttrs.name).rejects.toThrow(ObjectDeletedError);
    s.expire(kept);
    expect(await kept.awaitableAttrs.name).toBe("kept");
    // the session works on
    kept.age = 1;
    await s.commit();
    expect(await rows("SELECT name, age FROM users")).toEqual([["kept", 1]]);
  });

  test("UOW-12 two unique values that change places are an error, and nothing of it stays", async () => {
    const { Slot } = blog;
    const [a, b] = [new Slot({ id: "a", position: 1 }), new Slot({ id: "b", position: 2 })];
    s.addAll([a, b, new Slot({ id: "c", position: 3 })]);
    await s.commit();
    a.position = 2;
    b.position = 1;
    await expect(s.flush()).rejects.toThrow(IntegrityError);
    await s.rollback();
    expect(await rows("SELECT id, position FROM slots ORDER BY id")).toEqual([
      ["a", 1],
      ["b", 2],
      ["c", 3],
    ]);
    // with a flush between, by a value that nobody has
    await s.refresh(a);
    await s.refresh(b);
    a.position = null;
    await s.flush();
    b.position = 1;
    await s.flush();
    a.position = 2;
    await s.commit();
    expect(await rows("SELECT id, position FROM slots WHERE id <> 'c' ORDER BY id")).toEqual([
      ["a", 2],
      ["b", 1],
    ]);
  });

  test("UOW-13 rows are inserted before others are deleted", async () => {
    const { Slot } = blog;
    const old = new Slot({ id: "a", position: 1 });
    s.add(old);
    await s.commit();
    await s.delete(old);
    s.add(new Slot({ id: "b", position: 1 }));
    await expect(s.flush()).rejects.toThrow(IntegrityError);
    await s.rollback();
    expect(await rows("SELECT id, position FROM slots")).toEqual([["a", 1]]);
    // what can be done: a flush between
    await s.delete(old);
    await s.flush();
    s.add(new Slot({ id: "b", position: 1 }));
    await s.commit();
    expect(await rows("SELECT id, position FROM slots")).toEqual([["b", 1]]);
  });

  test("UOW-17 many to many: what the collection says is written, and read in the order of the mapping", async () => {
    const { Order, Item } = blog;
    const items = ["i1", "i2", "i3", "i4"].map((description) => new Item({ description }));
    s.addAll(items);
    await s.flush();
    await s.commit();
    // a member that is there twice would be two equal rows
    s.add(new Order({ description: "twice", items: [items[2]!, items[0]!, items[2]!] }));
    await expect(s.commit()).rejects.toThrow(IntegrityError);
    await s.rollback();
    expect(await rows("SELECT description FROM orders")).toEqual([]);
    const order = new Order({ description: "o", items: [items[2]!, items[0]!] });
    s.add(order);
    await s.commit();
    const between = "SELECT i.description FROM order_items x JOIN items i ON i.id = x.item_id ORDER BY i.id";
    expect(await rows(between)).toEqual([["i1"], ["i3"]]);
    s.expunge(order);
    const again = await s.scalars(select(Order).options(selectinload(Order.items))).one();
    const described = (): (string | null)[] => again.items.map(({ description }) => description);
    expect(described()).toEqual(["i1", "i3"]);
    // another order and the same members: nothing to write
    blog.statements.take();
    again.items.reverse();
    await s.commit();
    expect(blog.statements.take()).toEqual([]);
    again.items = [items[3]!, items[0]!, items[1]!];
    await s.commit();
    expect(blog.statements.take().toSorted()).toEqual(["DELETE order_items", "INSERT order_items x2"]);
    expect(await rows(between)).toEqual([["i1"], ["i2"], ["i4"]]);
    s.expire(again);
    await s.refresh(again, ["items"]);
    expect(described()).toEqual(["i1", "i2", "i4"]);
    // taken out and put in again
    const [first] = again.items;
    again.items.splice(0, 1);
    again.items.push(first!);
    blog.statements.take();
    await s.commit();
    expect(blog.statements.take()).toEqual([]);
  });

  test("UOW-18 a member that goes from one parent to another is no orphan", async () => {
    const { User, Address } = blog;
    const ways: readonly ((
      address: InstanceType<typeof Address>,
      from: InstanceType<typeof User>,
      to: InstanceType<typeof User>,
    ) => void)[] = [
      (address, from, to) => {
        from.addresses.splice(from.addresses.indexOf(address), 1);
        to.addresses.push(address);
      },
      (address, from, to) => {
        to.addresses.push(address);
        if (from.addresses.includes(address)) from.addresses.splice(from.addresses.indexOf(address), 1);
      },
      (address, _from, to) => {
        address.user = to;
      },
      (address, from, to) => {
        from.addresses = [];
        to.addresses = [address];
      },
      (address, _from, to) => {
        address.user = null;
        address.user = to;
      },
    ];
    for (const [i, move] of ways.entries()) {
      const address = new Address({ email: `a${i}` });
      const [from, to] = [new User({ name: `from${i}`, addresses: [address] }), new User({ name: `to${i}`, addresses: [] })];
      s.addAll([from, to]);
      await s.commit();
      blog.statements.take();
      move(address, from, to);
      await s.commit();
      expect(blog.statements.take(), String(i)).toEqual(["UPDATE addresses"]);
      expect([address.user, address.userId, from.addresses.length, [...to.addresses]]).toEqual([to, to.id, 0, [address]]);
      // its new parent is a new object
      const next = new User({ name: `next${i}`, addresses: [] });
      s.add(next);
      move(address, to, next);
      await s.commit();
      expect(blog.statements.take(), String(i)).toEqual(["INSERT users", "UPDATE addresses"]);
      expect(await rows(`SELECT u.name FROM addresses a JOIN users u ON u.id = a.user_id WHERE a.email = 'a${i}'`)).toEqual([[`next${i}`]]);
      // its old parent goes in the same flush
      const last = new User({ name: `last${i}`, addresses: [] });
      s.add(last);
      move(address, next, last);
      await s.delete(next);
      await s.commit();
      expect(await rows(`SELECT u.name FROM addresses a JOIN users u ON u.id = a.user_id WHERE a.email = 'a${i}'`)).toEqual([[`last${i}`]]);
    }
  });

  test("UOW-19 a second flush or a query while one is under way is refused, and does not hurt the first", async () => {
    const { User } = blog;
    const users = Array.from({ length: 20 }, (_, i) => new User({ name: `u${i}` }));
    s.addAll(users);
    const flushing = s.flush();
    const others = await Promise.allSettled([
      s.flush(),
      s.execute(select(User.id)).all(),
      s.get(User, -1),
      s.commit(),
      s.refresh(users[0]!),
    ]);
    await flushing;
    expect(others.map(({ status }) => status)).toEqual(Array(5).fill("rejected"));
    for (const other of others) expect((other as PromiseRejectedResult).reason).toBeInstanceOf(InvalidRequestError);
    expect([[...s.new], users.every((user) => inspect(user).persistent)]).toEqual([[], true]);
    await s.flush();
    expect(blog.statements.take()).toEqual(["INSERT users x20"]);
    await s.commit();
    expect((await rows("SELECT name FROM users")).length).toBe(20);
  });

  test("UOW-22 LIMIT with a joined collection, ordered by a column of the members", async () => {
    const { User, Address } = blog;
    // members in an order that has nothing to do with that of their owners
    const emails = Array.from({ length: 40 }, (_, i) => `e${String((i * 17) % 40).padStart(2, "0")}`);
    const users = Array.from(
      { length: 10 },
      (_, i) => new User({ name: `u${i}`, addresses: emails.slice(i * 4, i * 4 + (i % 5)).map((email) => new Address({ email })) }),
    );
    s.addAll(users);
    await s.commit();
    const pairs = users
      .flatMap((user) => user.addresses.map((address) => ({ email: address.email, user: user.name })))
      .toSorted((a, b) => (a.email < b.email ? -1 : 1));
    const expectedOf = new Map(users.map((user) => [user.name, user.addresses.map(({ email }) => email)]));
    s.expungeAll();
    for (const [limit, offset] of [
      [1, 0],
      [3, 0],
      [5, 2],
      [7, 7],
      [100, 3],
    ] as const) {
      for (const descending of [false, true]) {
        const naive = (descending ? pairs.toReversed() : pairs).slice(offset, offset + limit).map(({ user }) => user);
        const statement = select(User)
          .join(User.addresses)
          .options(joinedload(User.addresses))
          .orderBy(descending ? Address.email.desc() : Address.email)
          .limit(limit)
          .offset(offset);
        const found = await s.scalars(statement).unique().all();
        expect(found.map(({ name }) => name)).toEqual([...new Set(naive)]);
        for (const user of found) expect(user.addresses.map(({ email }) => email)).toEqual(expectedOf.get(user.name));
        s.expungeAll();
      }
    }
  });
});
