import {
  ArgumentError,
  CircularDependencyError,
  declarativeBase,
  FlushError,
  foreignKey,
  func,
  literal,
  mappedColumn,
  relationship,
  select,
  selectinload,
  type Session,
  StaleDataError,
  t,
  text,
} from "athanor";
import { afterEach, beforeEach, expect, test } from "vitest";
import { describeEachDatabase } from "../../support/databases.ts";
import { type Blog, inspect, openBlog, Statements } from "../support/blog.ts";

describeEachDatabase("flush", (db) => {
  let blog: Blog;
  let s: Session;
  beforeEach(async () => {
    blog = await openBlog(db.url);
    s = blog.Session();
    blog.statements.takeAll();
  });
  afterEach(async () => {
    await s.close();
    await blog.engine.dispose();
  });
  const rows = async (sql: string): Promise<unknown[][]> => {
    const found = (await s.noAutoflush(() => s.execute(text(sql)).all())) as unknown[][];
    blog.statements.takeAll();
    return found;
  };

  test("N parents and M children are two batches, and a second flush sends nothing", async () => {
    const { User, Address } = blog;
    const users = Array.from(
      { length: 30 },
      (_, i) => new User({ name: `u${i}`, addresses: [new Address({ email: `${i}a` }), new Address({ email: `${i}b` })] }),
    );
    s.addAll(users);
    await s.flush();
    expect(blog.statements.take()).toEqual(["INSERT users x30", "INSERT addresses x60"]);
    await s.flush();
    await s.commit();
    expect(blog.statements.take()).toEqual([]);
    expect(users.map((u) => u.id)).toEqual(Array.from({ length: 30 }, (_, i) => i + 1));
    for (const u of users) for (const a of u.addresses) expect(a.userId).toBe(u.id);
    const found = await rows("SELECT u.name, a.email FROM users u JOIN addresses a ON a.user_id = u.id ORDER BY a.id");
    expect(found).toEqual(users.flatMap((u) => u.addresses.map((a) => [u.name, a.email])));
  });

  test("only what has changed is written, rows of one shape together", async () => {
    const { User } = blog;
    const users = Array.from({ length: 4 }, (_, i) => new User({ name: `u${i}` }));
    s.addAll(users);
    await s.commit();
    blog.statements.take();
    users[0]!.name = "u0";
    await s.flush();
    expect(blog.statements.take()).toEqual([]);
    users[3]!.age = 1;
    users[1]!.age = 2;
    users[2]!.name = "x";
    users[2]!.age = 3;
    await s.flush();
    expect(blog.statements.take()).toEqual(["UPDATE users", "UPDATE users", "UPDATE users"]);
    for (const u of users) u.age = 9;
    await s.flush();
    expect(blog.statements.take()).toEqual(["UPDATE users x4"]);
    expect(await rows("SELECT name, age FROM users ORDER BY id")).toEqual([
      ["u0", 9],
      ["u1", 9],
      ["x", 9],
      ["u3", 9],
    ]);
  });

  test("deletes members first, with what is not loaded", async () => {
    const { User, Address, Order } = blog;
    s.add(
      new User({
        id: 1,
        name: "u",
        addresses: [new Address({ email: "a" }), new Address({ email: "b" })],
        orders: [new Order({ description: "o" })],
      }),
    );
    await s.commit();
    s.expungeAll();
    const u = (await s.get(User, 1))!;
    await s.delete(u);
    blog.statements.take();
    await s.flush();
    const sent = blog.statements.take();
    expect(sent.at(-1)).toBe("DELETE users");
    expect(sent).toContain("DELETE addresses x2");
    expect(sent).toContain("UPDATE orders");
    expect(await rows("SELECT description, user_id FROM orders")).toEqual([["o", null]]);
  });

  test("a collection that is replaced without being loaded loses its old members", async () => {
    const { User, Address, Order } = blog;
    s.add(new User({ id: 1, name: "u", addresses: [new Address({ email: "a" })], orders: [new Order({ description: "o" })] }));
    await s.commit();
    s.expungeAll();
    const u = (await s.get(User, 1))!;
    u.addresses = [new Address({ email: "b" })];
    u.orders = [new Order({ description: "p" })];
    await s.commit();
    expect(await rows("SELECT email FROM addresses")).toEqual([["b"]]);
    expect(await rows("SELECT description, user_id FROM orders ORDER BY id")).toEqual([
      ["o", null],
      ["p", 1],
    ]);
  });

  test("a one-to-one that is replaced without being loaded lets go of the old row", async () => {
    const { User, Profile } = blog;
    s.add(new User({ id: 1, name: "u", profile: new Profile({ bio: "old" }) }));
    await s.commit();
    s.expungeAll();
    const u = (await s.get(User, 1))!;
    u.profile = new Profile({ bio: "new" });
    await s.commit();
    expect(await rows("SELECT bio, user_id FROM profiles ORDER BY id")).toEqual([
      ["old", null],
      ["new", 1],
    ]);
  });

  test("members are added to a collection that is not loaded without loading it", async () => {
    const { User, Address } = blog;
    s.add(new User({ id: 1, name: "u", addresses: [new Address({ email: "a" })] }));
    await s.commit();
    s.expungeAll();
    const u = (await s.get(User, 1))!;
    blog.statements.take();
    const a = new Address({ email: "b", user: u });
    s.add(a);
    await s.flush();
    expect(blog.statements.take()).toEqual(["INSERT addresses"]);
    expect((await u.awaitableAttrs.addresses).map((each) => each.email)).toEqual(["a", "b"]);
  });

  test("many to many: rows between are written once, whichever side was touched", async () => {
    const { Order, Item } = blog;
    const [o, p] = [new Order({ description: "o" }), new Order({ description: "p" })];
    const [i, j] = [new Item({ description: "i" }), new Item({ description: "j" })];
    o.items.push(i);
    j.orders.push(o);
    i.orders.push(p);
    s.addAll([o, p]);
    await s.flush();
    const sent = blog.statements.take();
    expect(sent.at(-1)).toBe("INSERT order_items x3");
    o.items = [];
    j.orders = [p];
    await s.flush();
    expect(await rows("SELECT order_id, item_id FROM order_items ORDER BY 1, 2")).toEqual([
      [p.id, i.id],
      [p.id, j.id],
    ]);
    await s.delete(i);
    await s.commit();
    expect(await rows("SELECT order_id, item_id FROM order_items")).toEqual([[p.id, j.id]]);
    s.expungeAll();
    const again = (await s.get(Order, p.id))!;
    again.items = [];
    await s.commit();
    expect(await rows("SELECT order_id, item_id FROM order_items")).toEqual([]);
  });

  test("trees are written from the root, and deleted from the leaves", async () => {
    const { Node } = blog;
    const leaf = new Node({ name: "leaf" });
    const root = new Node({ name: "root", children: [new Node({ name: "a", children: [leaf] }), new Node({ name: "b" })] });
    s.add(leaf);
    s.add(root);
    await s.flush();
    expect(blog.statements.take()).toEqual(["INSERT nodes", "INSERT nodes x2", "INSERT nodes"]);
    expect(leaf.parent!.parent).toBe(root);
    await s.commit();
    s.expungeAll();
    const again = (await s.get(Node, root.id))!;
    await s.delete(again);
    await s.commit();
    expect(await rows("SELECT id FROM nodes")).toEqual([]);
  });

  test("a circle is an error that names the rows", async () => {
    const { Node } = blog;
    const [a, b] = [new Node({ name: "a" }), new Node({ name: "b" })];
    a.parent = b;
    b.parent = a;
    s.add(a);
    await expect(s.flush()).rejects.toThrow(CircularDependencyError);
    await s.rollback();
  });

  test("versions", async () => {
    const { Doc } = blog;
    const d = new Doc({ title: "a" });
    s.add(d);
    await s.commit();
    expect(d.version).toBe(1);
    d.title = "b";
    await s.commit();
    expect(d.version).toBe(2);
    await s.execute(text("UPDATE docs SET version = 7"));
    d.title = "c";
    await expect(s.flush()).rejects.toThrow(StaleDataError);
    await s.rollback();
    await s.refresh(d);
    expect([d.title, d.version]).toEqual(["b", 2]);
    await s.execute(text("DELETE FROM docs"));
    d.title = "d";
    await expect(s.commit()).rejects.toThrow(/expected to update 1 row\(s\); 0 were matched/);
    await s.rollback();
    await s.refresh(d);
    await s.execute(text("UPDATE docs SET version = 9"));
    await s.delete(d);
    await expect(s.flush()).rejects.toThrow(StaleDataError);
  });

  test("rows that are gone are noticed", async () => {
    const { User } = blog;
    const u = new User({ name: "u" });
    s.add(u);
    await s.commit();
    await s.execute(text("DELETE FROM users"));
    u.name = "v";
    await expect(s.flush()).rejects.toThrow(StaleDataError);
  });

  test("expressions are computed by the database, and read back", async () => {
    const { User } = blog;
    const u = new User({ name: func.upper("abc") as never, age: literal(3).add(4) as never });
    s.add(u);
    await s.flush();
    expect([await u.awaitableAttrs.name, await u.awaitableAttrs.age]).toEqual(["ABC", 7]);
    u.age = User.age.add(1) as never;
    await s.flush();
    expect(await u.awaitableAttrs.age).toBe(8);
  });

  test("undefined is refused where it is set", () => {
    const { User } = blog;
    expect(() => new User({ name: undefined as never })).toThrow(ArgumentError);
    const u = new User({ name: "u" });
    expect(() => (u.name = undefined as never)).toThrow(/User\.name/);
  });

  test("a primary key cannot be blanked out by a parent that goes", async () => {
    const Base = declarativeBase();
    class Folder extends Base<typeof Folder> {
      static table = this.mapTo("folders");
      static id = mappedColumn(t.integer(), { primaryKey: true });
      static pages = relationship(() => [Page], {});
    }
    class Page extends Base<typeof Page> {
      static table = this.mapTo("pages");
      static folderId = mappedColumn(foreignKey("folders.id"), { primaryKey: true });
      static number = mappedColumn(t.integer(), { primaryKey: true, autoincrement: false });
    }
    await Base.metadata.createAll(blog.engine);
    try {
      const f = new Folder({ pages: [new Page({ number: 1 })] });
      s.add(f);
      await s.flush();
      f.pages = [];
      await expect(s.flush()).rejects.toThrow(FlushError);
    } finally {
      await s.rollback();
      await Base.metadata.dropAll(blog.engine);
    }
  });

  test("a row is switched from a deleted object to a new one", async () => {
    const { Slot } = blog;
    const old = new Slot({ id: "a", position: 1 });
    s.add(old);
    await s.commit();
    blog.statements.take();
    await s.delete(old);
    const neu = new Slot({ id: "a", position: 2 });
    s.add(neu);
    await s.flush();
    expect(blog.statements.take()).toEqual(["UPDATE slots"]);
    expect([inspect(old).deleted, inspect(neu).persistent]).toEqual([true, true]);
    await s.commit();
    expect(await s.get(blog.Slot, "a")).toBe(neu);
  });

  test("changes that are made while the flush is under way are not lost", async () => {
    const { User, Address } = blog;
    const u = new User({ name: "u", addresses: [] });
    const w = new User({ name: "w" });
    s.addAll([u, w]);
    await s.commit();
    u.name = "v";
    const flushing = s.flush();
    // the statement is on its way: what is set now belongs to the next flush
    await Promise.resolve();
    for (let i = 0; i < 20; i++) await Promise.resolve();
    u.name = "late";
    u.age = 5;
    w.name = "also late";
    u.addresses.push(new Address({ email: "late" }));
    await flushing;
    await s.commit();
    expect(await rows("SELECT name, age FROM users ORDER BY id")).toEqual([
      ["late", 5],
      ["also late", null],
    ]);
    expect(await rows("SELECT email FROM addresses")).toEqual([["late"]]);
    blog.statements.take();
    await s.commit();
    expect(blog.statements.take()).toEqual([]);
  });

  test("expired objects are changed without being read first", async () => {
    const { User } = blog;
    const u = new User({ name: "u" });
    s.add(u);
    await s.commit();
    s.expire(u);
    u.name = "v";
    blog.statements.take();
    await s.commit();
    expect(blog.statements.take()).toEqual(["UPDATE users"]);
    expect(u.name).toBe("v");
  });

  test("an object can be moved from one parent to another, loaded or not", async () => {
    const { User, Address } = blog;
    const [u, v] = [
      new User({ name: "u", addresses: [new Address({ email: "a" }), new Address({ email: "b" })] }),
      new User({ name: "v" }),
    ];
    s.addAll([u, v]);
    await s.commit();
    s.expungeAll();
    const [u2, v2] = await s.scalars(select(User).orderBy(User.id).options(selectinload(User.addresses))).all();
    v2!.addresses.push(u2!.addresses[0]!);
    expect(u2!.addresses.length).toBe(1);
    blog.statements.take();
    await s.flush();
    expect(blog.statements.take()).toEqual(["UPDATE addresses"]);
    s.expungeAll();
    const a = (await s.scalars(select(Address).where(Address.email.eq("b"))).one())!;
    a.user = (await s.get(User, v2!.id))!;
    await s.commit();
    expect(await rows("SELECT email, user_id FROM addresses ORDER BY id")).toEqual([
      ["a", v.id],
      ["b", v.id],
    ]);
  });

  test("defaults of all kinds", async () => {
    const Base = declarativeBase();
    let counter = 10;
    class Thing extends Base<typeof Thing> {
      static table = this.mapTo("things");
      static id = mappedColumn(t.integer(), { primaryKey: true });
      static status = mappedColumn(t.string(20), { default: "new" });
      static code = mappedColumn(t.integer(), { default: () => counter++ });
      static created = mappedColumn(t.string(20), { serverDefault: "today" });
      static touched = mappedColumn(t.string(20), { nullable: true, onupdate: "touched" });
      static stamp = mappedColumn(t.integer(), { nullable: true, onupdate: literal(1).add(1) as never });
    }
    await Base.metadata.dropAll(blog.engine);
    await Base.metadata.createAll(blog.engine);
    const things = [new Thing({}), new Thing({ status: "old", code: 1, created: "then" }), new Thing({})];
    s.addAll(things);
    await s.flush();
    expect(things.map((x) => [x.status, x.code, x.touched])).toEqual([
      ["new", 10, null],
      ["old", 1, null],
      ["new", 11, null],
    ]);
    expect(await Promise.all(things.map((x) => x.awaitableAttrs.created))).toEqual(["today", "then", "today"]);
    things[0]!.status = "changed";
    await s.flush();
    expect([things[0]!.touched, await things[0]!.awaitableAttrs.stamp]).toEqual(["touched", 2]);
    await s.commit();
    await Base.metadata.dropAll(blog.engine);
  });

  test("post update breaks a circle", async () => {
    const Base = declarativeBase();
    class Player extends Base<typeof Player> {
      static table = this.mapTo("players");
      static id = mappedColumn(t.integer(), { primaryKey: true });
      static favoriteId = mappedColumn(foreignKey("balls.id", { name: "fk_favorite" }), { nullable: true });
      static favorite = relationship(() => Ball, { foreignKeys: () => Player.favoriteId, postUpdate: true, nullable: true });
      static balls = relationship(() => [Ball], { backPopulates: "owner", foreignKeys: () => Ball.ownerId, cascade: "all" });
    }
    class Ball extends Base<typeof Ball> {
      static table = this.mapTo("balls");
      static id = mappedColumn(t.integer(), { primaryKey: true });
      static ownerId = mappedColumn(foreignKey("players.id", { name: "fk_owner" }), { nullable: true });
      static owner = relationship(() => Player, { backPopulates: "balls", foreignKeys: () => Ball.ownerId, nullable: true });
    }
    await Base.metadata.createAll(blog.engine);
    try {
      const p = new Player({});
      const b = new Ball({ owner: p });
      p.favorite = b;
      s.add(p);
      await s.commit();
      expect(blog.statements.take().slice(-3)).toEqual(["INSERT players", "INSERT balls", "UPDATE players"]);
      expect([p.favoriteId, b.ownerId]).toEqual([b.id, p.id]);
      await s.flush();
      expect(blog.statements.take()).toEqual([]);
      await s.delete(p);
      await s.commit();
      expect(blog.statements.take()).toEqual(["UPDATE players", "DELETE balls", "DELETE players"]);
    } finally {
      await s.rollback();
      await Base.metadata.dropAll(blog.engine);
    }
  });

  test("primary keys change, and references follow", async () => {
    const Base = declarativeBase();
    class Country extends Base<typeof Country> {
      static table = this.mapTo("countries");
      static code = mappedColumn(t.string(10), { primaryKey: true });
      static cities = relationship(() => [City], { backPopulates: "country" });
    }
    class City extends Base<typeof City> {
      static table = this.mapTo("cities");
      static id = mappedColumn(t.integer(), { primaryKey: true });
      static countryCode = mappedColumn(
        foreignKey(() => Country.code, { onupdate: "CASCADE" }),
        { nullable: true },
      );
      static country = relationship(() => Country, { backPopulates: "cities", nullable: true });
    }
    await Base.metadata.createAll(blog.engine);
    const statements = new Statements(blog.engine);
    try {
      const c = new Country({ code: "uk", cities: [new City({}), new City({})] });
      s.add(c);
      await s.commit();
      statements.take();
      c.code = "gb";
      await s.flush();
      expect(statements.take()).toEqual(["UPDATE countries"]);
      expect(c.cities.map((city) => city.countryCode)).toEqual(["gb", "gb"]);
      expect(inspect(c).identity).toEqual(["gb"]);
      await s.commit();
    } finally {
      await s.rollback();
      await Base.metadata.dropAll(blog.engine);
    }
  });

  test("an object that takes the place of one that is not loaded is written without a warning", async () => {
    const Base = declarativeBase();
    class Owner extends Base<typeof Owner> {
      static table = this.mapTo("owners");
      static id = mappedColumn(t.integer(), { primaryKey: true });
      static badge = relationship(() => Badge, { backPopulates: "owner", uselist: false, nullable: true, cascade: "all, delete-orphan" });
    }
    class Badge extends Base<typeof Badge> {
      static table = this.mapTo("badges");
      static id = mappedColumn(t.integer(), { primaryKey: true });
      static ownerId = mappedColumn(foreignKey("owners.id"));
      static owner = relationship(() => Owner, { backPopulates: "badge" });
    }
    const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
    const warnings: Error[] = [];
    const note = (warning: Error): unknown => warnings.push(warning);
    // those of other tests
    await turn();
    process.on("warning", note);
    try {
      await s.close();
      await Base.metadata.createAll(blog.engine);
      await blog.Session.begin((session) => session.add(new Owner({ badge: new Badge() })));
      await using later = blog.Session();
      const owner = await later.getOne(Owner, 1);
      owner.badge = new Badge();
      await later.commit();
      expect(await later.execute(select(Badge.id, Badge.ownerId)).all()).toEqual([[2, 1]]);
      await later.close();
      await turn();
      expect(warnings.map((warning) => warning.message)).toEqual([]);
    } finally {
      process.off("warning", note);
      await Base.metadata.dropAll(blog.engine);
    }
  });
});
