// SES-16: identity tokens tell objects apart whose rows have the same primary key.
import {
  ArgumentError,
  delete_,
  immediateload,
  insert,
  InvalidRequestError,
  joinedload,
  listen,
  makeTransient,
  makeTransientToDetached,
  NoResultFound,
  select,
  selectinload,
  Session,
  subqueryload,
  text,
  update,
} from "athanor";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { describeEachDatabase } from "../../support/databases.ts";
import { type Blog, inspect, openBlog } from "../support/blog.ts";
import { token, under } from "../support/tokens.ts";

describeEachDatabase("SES-16 identity tokens", (db) => {
  let blog: Blog;
  let s: Session;
  // nothing is committed after this
  beforeAll(async () => {
    blog = await openBlog(db.url);
    const { User, Address, Profile, Order, Item } = blog;
    await blog.Session.begin((session) => {
      const [cup, jug] = [new Item({ id: 1, description: "cup" }), new Item({ id: 2, description: "jug" })];
      session.addAll([
        new User({
          id: 1,
          name: "ann",
          age: 30,
          addresses: [new Address({ id: 1, email: "a1" }), new Address({ id: 2, email: "a2" })],
          profile: new Profile({ id: 1, bio: "b1" }),
          orders: [new Order({ id: 1, description: "o1", items: [cup, jug] })],
        }),
        new User({ id: 2, name: "bob", age: 40, addresses: [new Address({ id: 3, email: "b1" })] }),
      ]);
    });
  });
  beforeEach(() => {
    s = blog.Session();
    blog.statements.take();
  });
  afterEach(() => s.close());
  afterAll(() => blog.engine.dispose());

  /** Objects of both tokens, and without one. */
  async function three() {
    const { User } = blog;
    const statement = select(User).where(User.id.eq(1));
    const none = await s.scalars(statement).one();
    const a = await s.scalars(statement, under("a")).one();
    const b = await s.scalars(statement, under("b")).one();
    return { none, a, b };
  }

  test("a row is one object for each token, and one without", async () => {
    const { User } = blog;
    const { none, a, b } = await three();
    expect(new Set([none, a, b]).size).toBe(3);
    expect([none, a, b].map(token)).toEqual([null, "a", "b"]);
    expect([none, a, b].map(({ name }) => name)).toEqual(["ann", "ann", "ann"]);
    // again, by code that is generated now, and by a statement that says it itself
    expect(await s.scalars(select(User).where(User.id.eq(1)), under("a")).one()).toBe(a);
    const statement = select(User).where(User.id.eq(1)).executionOptions({ identityToken: "b" });
    expect(await s.scalars(statement).one()).toBe(b);
    expect(await s.scalars(select(User).where(User.id.eq(1)), under(null)).one()).toBe(none);
    expect((await s.execute(select(User, User.name).where(User.id.eq(1)), under("a")).one())[0]).toBe(a);
    const streamed: object[] = [];
    for await (const user of s.streamScalars(select(User).orderBy(User.id), under("a"))) streamed.push(user);
    expect(streamed[0]).toBe(a);
    expect(streamed.map(token)).toEqual(["a", "a"]);
    expect([...s].filter((each) => each instanceof User).length).toBe(4);
    expect(s.identityMap.size).toBe(4);
    expect(s.has(a) && s.has(b) && s.has(none)).toBe(true);
  });

  test("the key has the token", async () => {
    const { User } = blog;
    const { none, a, b } = await three();
    expect(inspect(a).identityKey!.identityToken).toBe("a");
    expect(inspect(a).identity).toEqual([1]);
    expect("identityToken" in inspect(none).identityKey!).toBe(false);
    const { mapper } = inspect(a);
    expect(s.identityMap.get(mapper.identityKeyFromPrimaryKey([1], { identityToken: "b" }))).toBe(inspect(b));
    expect(s.identityMap.get(mapper.identityKeyFromPrimaryKey([1]))).toBe(inspect(none));
    expect(s.identityMap.has(mapper.identityKeyFromPrimaryKey([1], { identityToken: "c" }))).toBe(false);
    expect(mapper.identityKeyFromInstance(a)).toEqual(inspect(a).identityKey);
    expect(String(inspect(a))).toBe("<User 1>");
    expect(User.name).toBeDefined();
  });

  test("tokens are compared as values; text and numbers are different ones", async () => {
    const { User } = blog;
    const one = await s.get(User, 1, { identityToken: 1 });
    expect(await s.get(User, 1, { identityToken: 1n })).toBe(one);
    const tokens = ["1", "", 0, 12, "a", "a,", "1,", -1, 2n ** 70n];
    const found = new Set([one]);
    for (const identityToken of tokens) {
      const user = await s.get(User, 1, { identityToken });
      expect(token(user!)).toBe(identityToken);
      found.add(user);
    }
    expect(found.size).toBe(tokens.length + 1);
  });

  test("get() and getOne() find by token, and without one only what has none", async () => {
    const { User } = blog;
    const a = await s.getOne(User, 1, { identityToken: "a" });
    blog.statements.take();
    expect(await s.get(User, 1, { identityToken: "a" })).toBe(a);
    expect(await s.get(User, [1], under("a"))).toBe(a);
    expect(blog.statements.take()).toEqual([]);
    const none = await s.get(User, 1);
    expect(none).not.toBe(a);
    expect(token(none!)).toBe(null);
    expect(blog.statements.take()).toEqual(["SELECT users"]);
    expect(await s.get(User, 1, { identityToken: null })).toBe(none);
    expect(await s.get(User, 1, { identityToken: "a", populateExisting: true })).toBe(a);
    expect(await s.get(User, 99, { identityToken: "a" })).toBe(null);
    const missing = s.getOne(User, 99, { identityToken: "a" });
    await expect(missing).rejects.toThrow(NoResultFound);
    await expect(missing).rejects.toThrow("User with the primary key 99 and the identityToken a");
    expect(await s.get(User, 1, { identityToken: "a", options: [selectinload(User.addresses)], populateExisting: true })).toBe(a);
    expect(a.addresses.map(token)).toEqual(["a", "a"]);
  });

  test("what is no token is refused before anything is sent", async () => {
    const { User } = blog;
    for (const wrong of [true, {}, ["a"], Number.NaN, Symbol("a"), () => 1]) {
      const identityToken = wrong as never;
      await expect(s.scalars(select(User), under(identityToken)).all()).rejects.toThrow(ArgumentError);
      await expect(s.get(User, 1, { identityToken })).rejects.toThrow(ArgumentError);
      await expect(s.execute(delete_(User).where(User.id.eq(1)), under(identityToken))).rejects.toThrow(ArgumentError);
      await expect(s.execute(insert(User), [{ name: "x" }], under(identityToken))).rejects.toThrow(ArgumentError);
      expect(() => (inspect(new User({ name: "x" })).identityToken = identityToken)).toThrow(ArgumentError);
    }
    await expect(s.get(User, 1, { identityToken: {} as never })).rejects.toThrow(
      "identityToken is a string, a number or a bigint, or null for none; it was given an object",
    );
    expect(blog.statements.take()).toEqual([]);
  });

  test("refresh() and columns that have expired keep to the token", async () => {
    const { none, a, b } = await three();
    await s.execute(text("UPDATE users SET name = 'new' WHERE id = 1"));
    await s.refresh(a);
    expect([none, a, b].map(({ name }) => name)).toEqual(["ann", "new", "ann"]);
    await s.refresh(b, ["name"]);
    expect([none, a, b].map(({ name }) => name)).toEqual(["ann", "new", "new"]);
    await s.execute(text("UPDATE users SET name = 'newer' WHERE id = 1"));
    s.expire(a);
    s.expire(none, ["name"]);
    blog.statements.take();
    expect(await Promise.all([a.awaitableAttrs.name, none.awaitableAttrs.name])).toEqual(["newer", "newer"]);
    expect(b.name).toBe("new");
    // each token may be a database: what is asked for together goes out apart
    expect(blog.statements.take()).toEqual(["SELECT users", "SELECT users"]);
    s.expireAll();
    expect(await s.get(blog.User, 1, { identityToken: "b" })).toBe(b);
    expect(b.name).toBe("newer");
    expect([...s].length).toBe(3);
  });

  test("refresh() of relationships", async () => {
    const { a, b } = await three();
    await s.refresh(a, ["addresses", "profile"]);
    await s.refresh(b, ["addresses"]);
    expect([...a.addresses, a.profile!].map(token)).toEqual(["a", "a", "a"]);
    expect(b.addresses.map(token)).toEqual(["b", "b"]);
  });

  test("what is loaded on demand gets the token of the object that asks", async () => {
    const { Address } = blog;
    const { none, a, b } = await three();
    const [ofNone, ofA, ofB] = await Promise.all([none.awaitableAttrs.addresses, a.awaitableAttrs.addresses, b.awaitableAttrs.addresses]);
    expect([ofNone, ofA, ofB].map((each) => each.map(token))).toEqual([
      [null, null],
      ["a", "a"],
      ["b", "b"],
    ]);
    expect(ofA[0]!.user).toBe(a);
    expect(ofB[0]!.user).toBe(b);
    const profile = await a.awaitableAttrs.profile;
    expect(token(profile!)).toBe("a");
    const items = await (await a.awaitableAttrs.orders)[0]!.awaitableAttrs.items;
    expect(items.map(token)).toEqual(["a", "a"]);
    // a many-to-one is taken from the identity map, where it has the same token
    const address = await s.getOne(Address, 2, { identityToken: "b" });
    s.expire(address, ["user"]);
    blog.statements.take();
    expect(await address.awaitableAttrs.user).toBe(b);
    expect(blog.statements.take()).toEqual([]);
    const other = await s.getOne(Address, 2, { identityToken: "c" });
    blog.statements.take();
    expect(token((await other.awaitableAttrs.user)!)).toBe("c");
    expect(blog.statements.take()).toEqual(["SELECT users"]);
  });

  const STRATEGIES = { joinedload, selectinload, subqueryload, immediateload };
  test.for(Object.entries(STRATEGIES))("%s() gives what it loads the token", async ([, load]) => {
    const { User, Address, Order } = blog;
    const collections = select(User)
      .options(load(User.addresses), load(User.profile), load(User.orders).options(load(Order.items)))
      .orderBy(User.id);
    const scalars = select(Address).options(load(Address.user)).orderBy(Address.id);
    // twice: the second time by generated code
    for (const identityToken of ["a", "b", "c"]) {
      const users = await s.scalars(collections, under(identityToken)).unique().all();
      expect(users.map(({ addresses }) => addresses.map(({ email }) => email))).toEqual([["a1", "a2"], ["b1"]]);
      const reached = users.flatMap((user) => [
        user,
        ...user.addresses,
        ...(user.profile === null ? [] : [user.profile]),
        ...user.orders,
        ...user.orders.flatMap(({ items }) => items),
      ]);
      expect(reached.length).toBe(9);
      expect(new Set(reached.map(token))).toEqual(new Set([identityToken]));
      const addresses = await s.scalars(scalars, under(identityToken)).all();
      expect(addresses.map(({ user }) => user)).toEqual([users[0], users[0], users[1]]);
    }
    expect(s.identityMap.size).toBe(27);
  });

  test("objects of one result are peers of those with their token alone", async () => {
    const { User } = blog;
    const ofA = await s.scalars(select(User).orderBy(User.id), under("a")).all();
    const ofB = await s.scalars(select(User).orderBy(User.id), under("b")).all();
    blog.statements.take();
    for (const user of ofA) expect((await user.awaitableAttrs.addresses).map(token)).toEqual(user.id === 1 ? ["a", "a"] : ["a"]);
    expect(blog.statements.take()).toEqual(["SELECT addresses"]);
    expect(ofB.map((user) => inspect(user).unloaded.has("addresses"))).toEqual([true, true]);
    s.expire(ofB[0]!, ["name"]);
    s.expire(ofB[1]!, ["name"]);
    s.expire(ofA[0]!, ["name"]);
    await ofB[0]!.awaitableAttrs.name;
    expect(blog.statements.take()).toEqual(["SELECT users"]);
    expect([inspect(ofB[1]!), inspect(ofA[0]!)].map((state) => state.unloaded.has("name"))).toEqual([false, true]);
  });

  test("merge() finds and makes objects with the token", async () => {
    const { User } = blog;
    const other = blog.Session();
    const detached = await other.getOne(User, 1, { identityToken: "a", options: [selectinload(User.addresses)] });
    const second = await other.getOne(User, 2, { identityToken: "a" });
    await other.close();
    const { none, a, b } = await three();
    detached.name = "changed";
    expect(await s.merge(detached)).toBe(a);
    expect([none.name, a.name, b.name]).toEqual(["ann", "changed", "ann"]);
    expect(a.addresses.map(token)).toEqual(["a", "a"]);
    const merged = await s.merge(second);
    expect(token(merged)).toBe("a");
    expect(await s.get(User, 2, { identityToken: "a" })).toBe(merged);
    // one that is new, and that says under which token it is to be
    const fresh = new User({ id: 1, name: "fresh" });
    inspect(fresh).identityToken = "b";
    expect(await s.merge(fresh)).toBe(b);
    const inserted = new User({ id: 7, name: "seven" });
    inspect(inserted).identityToken = "b";
    const pending = await s.merge(inserted);
    expect([token(pending), inspect(pending).pending]).toEqual(["b", true]);
    await s.flush();
    expect(await s.get(User, 7, { identityToken: "b" })).toBe(pending);
    await s.rollback();
  });

  test("merge() without loading", async () => {
    const { User } = blog;
    const other = blog.Session();
    const detached = await other.getOne(User, 1, { identityToken: "a" });
    await other.close();
    blog.statements.take();
    const merged = await s.merge(detached, { load: false });
    expect(blog.statements.take()).toEqual([]);
    expect([token(merged), merged.name]).toEqual(["a", "ann"]);
    expect(await s.get(User, 1, { identityToken: "a" })).toBe(merged);
  });

  test.for(["auto", "evaluate", "fetch"] as const)(
    "UPDATE and DELETE with synchronizeSession %s meet objects with their token",
    async (how) => {
      const { User } = blog;
      await s.execute(text("DELETE FROM addresses"));
      await s.execute(text("DELETE FROM profiles"));
      await s.execute(text("DELETE FROM order_items"));
      await s.execute(text("DELETE FROM orders"));
      const { none, a, b } = await three();
      const options = (identityToken: string | null) => ({ executionOptions: { identityToken, synchronizeSession: how } });
      await s.execute(update(User).where(User.id.eq(1)).values({ name: "for a" }), options("a"));
      expect([none, a, b].map(({ name }) => name)).toEqual(["ann", "for a", "ann"]);
      await s.execute(update(User).where(User.id.eq(1)).values({ name: "for none" }), options(null));
      expect([none, a, b].map(({ name }) => name)).toEqual(["for none", "for a", "ann"]);
      await s.execute(delete_(User).where(User.id.eq(1)), options("b"));
      expect([none, a, b].map((user) => inspect(user).persistent)).toEqual([true, true, false]);
      await s.rollback();
      expect([none, a, b].map((user) => inspect(user).persistent)).toEqual([true, true, true]);
      expect(await s.get(User, 1, { identityToken: "b" })).toBe(b);
    },
  );

  test("without synchronizeSession nothing is met", async () => {
    const { User } = blog;
    const { a } = await three();
    await s.execute(update(User).where(User.id.eq(1)).values({ name: "x" }), {
      executionOptions: { identityToken: "a", synchronizeSession: false },
    });
    expect(a.name).toBe("ann");
  });

  test("bulk UPDATE by key, and INSERT and UPDATE that give objects back", async (context) => {
    const { User } = blog;
    const { none, a, b } = await three();
    await s.execute(update(User), [{ id: 1, name: "bulk" }], under("a"));
    expect([none, a, b].map(({ name }) => name)).toEqual(["ann", "bulk", "ann"]);
    const dialect = blog.engine.dialect;
    if (!dialect.insertReturning) context.skip();
    const inserted = await s
      .scalars(
        insert(User).returning(User),
        [
          { id: 5, name: "five" },
          { id: 6, name: "six" },
        ],
        under("b"),
      )
      .all();
    expect(inserted.map(token)).toEqual(["b", "b"]);
    expect(await s.get(User, 6, { identityToken: "b" })).toBe(inserted[1]);
    if (!dialect.updateReturning) return;
    const statement = update(User).where(User.id.eq(1)).values({ name: "returned" }).returning(User);
    expect(await s.scalars(statement, { executionOptions: { identityToken: "b", populateExisting: true } }).one()).toBe(b);
    expect(b.name).toBe("returned");
  });

  test("a new object is flushed under the token that was assigned to it", async () => {
    const { User, Address } = blog;
    const user = new User({ id: 11, name: "eve", addresses: [new Address({ id: 11, email: "e1" })] });
    inspect(user).identityToken = "a";
    inspect(user.addresses[0]!).identityToken = "a";
    const plain = new User({ id: 12, name: "fay" });
    s.addAll([user, plain]);
    expect([token(user), token(plain)]).toEqual(["a", null]);
    await s.flush();
    expect([token(user), token(plain)]).toEqual(["a", null]);
    expect(await s.get(User, user.id, { identityToken: "a" })).toBe(user);
    expect(await s.get(User, plain.id)).toBe(plain);
    expect(user.addresses[0]!.userId).toBe(user.id);
    expect(token(user.addresses[0]!)).toBe("a");
    expect(() => (inspect(user).identityToken = "b")).toThrow(InvalidRequestError);
    inspect(user).identityToken = "a";
    // a rollback makes it new again, and it keeps the token as it keeps its values
    await s.rollback();
    expect([inspect(user).transient, token(user), token(plain)]).toEqual([true, "a", null]);
    s.add(user);
    await s.flush();
    expect(await s.get(User, user.id, { identityToken: "a" })).toBe(user);
  });

  test("a listener of the session may say it", async () => {
    const { User } = blog;
    listen(s, "beforeAttach", (_session, object) => {
      const state = inspect(object);
      if (state.key === null) state.identityToken = "hooked";
    });
    const user = new User({ id: 11, name: "eve" });
    s.add(user);
    await s.flush();
    expect(inspect(user).identityKey!.identityToken).toBe("hooked");
    await s.rollback();
  });

  test("savepoints, rollbacks and changed keys", async () => {
    const { Slot } = blog;
    const slots = ["a", "b"].map((identityToken) => {
      const slot = new Slot({ id: `of ${identityToken}`, position: null });
      inspect(slot).identityToken = identityToken;
      return slot;
    });
    s.addAll(slots);
    await s.flush();
    const [first, second] = slots as [InstanceType<typeof Slot>, InstanceType<typeof Slot>];
    const savepoint = await s.beginNested();
    first.id = "renamed";
    await s.delete(second);
    const third = new Slot({ id: "third", position: null });
    inspect(third).identityToken = "b";
    s.add(third);
    await s.flush();
    expect(await s.get(Slot, "renamed", { identityToken: "a" })).toBe(first);
    expect(inspect(first).identityKey!.identityToken).toBe("a");
    expect(await s.get(Slot, "of b", { identityToken: "b" })).toBe(null);
    await savepoint.rollback();
    expect([inspect(first).identity, inspect(second).persistent, inspect(third).transient]).toEqual([["of a"], true, true]);
    expect(await s.get(Slot, "of a", { identityToken: "a" })).toBe(first);
    expect(await s.get(Slot, "of b", { identityToken: "b" })).toBe(second);
    expect(first.id).toBe("of a");
    expect(token(third)).toBe("b");
  });

  test("objects of two tokens are changed and deleted in one flush", async () => {
    const { User } = blog;
    const a = await s.getOne(User, 1, { identityToken: "a" });
    const b = await s.getOne(User, 1, { identityToken: "b" });
    const c = await s.getOne(User, 2, { identityToken: "b", options: [selectinload(User.addresses)] });
    a.name = "of a";
    b.age = 31;
    await s.delete(c.addresses[0]!);
    await s.delete(c);
    await s.flush();
    expect([a, b].map((user) => inspect(user).persistent)).toEqual([true, true]);
    expect(inspect(c).deleted).toBe(true);
    expect((await s.execute(select(User.id, User.name, User.age)).all()).map((row) => [...row])).toEqual([[1, "of a", 31]]);
    await s.refresh(b);
    expect(b.name).toBe("of a");
  });

  test("many-to-many and self-referential relationships of two tokens", async () => {
    const { Order, Item, Node } = blog;
    const a = await s.getOne(Order, 1, { identityToken: "a", options: [selectinload(Order.items)] });
    const made = ["a", "b"].map((identityToken, i) => {
      const order = new Order({ id: 11 + i, description: identityToken });
      const item = new Item({ id: 11 + i, description: identityToken });
      const child = new Node({ name: `child ${identityToken}` });
      const root = new Node({ name: `root ${identityToken}`, children: [child] });
      order.items.push(item);
      for (const each of [order, item, child, root]) inspect(each).identityToken = identityToken;
      s.addAll([order, root]);
      return { order, item, root, child };
    });
    a.items.splice(0, 1);
    await s.flush();
    expect((await s.execute(text("SELECT item_id FROM order_items WHERE order_id = 1")).all()).map((row) => [...row])).toEqual([[2]]);
    for (const { order, item, root, child } of made) {
      s.expire(order);
      s.expire(child);
      expect((await order.awaitableAttrs.items)[0]).toBe(item);
      expect(await child.awaitableAttrs.parent).toBe(root);
    }
    for (const { order, root } of made) await s.deleteAll([order, root]);
    await s.flush();
    expect(await s.scalar(text("SELECT count(*) FROM nodes"))).toEqual(expect.toSatisfy((count: unknown) => Number(count) === 0));
  });

  test("a new object takes over the row of a deleted one with its token, and of no other", async () => {
    const { Slot } = blog;
    const old = new Slot({ id: "s", position: 1 });
    inspect(old).identityToken = "a";
    s.add(old);
    await s.flush();
    await s.delete(old);
    const replacement = new Slot({ id: "s", position: 2 });
    inspect(replacement).identityToken = "a";
    s.add(replacement);
    blog.statements.take();
    await s.flush();
    expect(blog.statements.take()).toEqual(["UPDATE slots"]);
    expect(await s.get(Slot, "s", { identityToken: "a" })).toBe(replacement);
    // the row is another one's, as far as the session can know
    await s.delete(replacement);
    const other = new Slot({ id: "other", position: 3 });
    inspect(other).identityToken = "b";
    s.add(other);
    await s.flush();
    expect(await s.get(Slot, "other", { identityToken: "b" })).toBe(other);
  });

  test("objects leave a session and come back with their token", async () => {
    const { User } = blog;
    const { none, a } = await three();
    s.expunge(a);
    expect([token(a), inspect(a).detached]).toEqual(["a", true]);
    expect(await s.get(User, 1)).toBe(none);
    s.add(a);
    expect(await s.get(User, 1, { identityToken: "a" })).toBe(a);
    s.expunge(a);
    makeTransient(a);
    expect([inspect(a).transient, token(a)]).toEqual([true, "a"]);
    makeTransientToDetached(a);
    expect(inspect(a).identityKey!.identityToken).toBe("a");
    s.add(a);
    expect(await a.awaitableAttrs.age).toBe(30);
    const again = await s.get(User, 1, { identityToken: "a" });
    expect(again).toBe(a);
    s.expunge(a);
    const other = await s.getOne(User, 1, { identityToken: "a" });
    expect(other).not.toBe(a);
    expect(() => s.add(a)).toThrow("another instance with this identity is already present");
  });

  test("enableRelationshipLoading() of an object without a row", async () => {
    const { Address } = blog;
    const { b } = await three();
    const draft = new Address({ email: "draft", userId: 1 });
    inspect(draft).identityToken = "b";
    s.enableRelationshipLoading(draft);
    expect(await draft.awaitableAttrs.user).toBe(b);
    inspect(draft);
    s.expunge(draft);
  });

  test("a token of the session holds for all that it reads and inserts", async () => {
    const { User } = blog;
    await using session = new Session({ bind: blog.engine, executionOptions: { identityToken: "all" } });
    const user = await session.getOne(User, 1);
    expect(token(user)).toBe("all");
    expect(await session.scalars(select(User).where(User.id.eq(1))).one()).toBe(user);
    expect((await user.awaitableAttrs.addresses).map(token)).toEqual(["all", "all"]);
    const made = new User({ id: 11, name: "new" });
    session.add(made);
    await session.flush();
    expect(await session.get(User, made.id)).toBe(made);
    // what a call says comes first
    expect(token((await session.get(User, 1, { identityToken: "own" }))!)).toBe("own");
    expect(token((await session.get(User, 1, { identityToken: null }))!)).toBe(null);
    expect(token(await session.scalars(select(User).where(User.id.eq(1)), under("own")).one())).toBe("own");
    await session.rollback();
  });

  test("listeners to doOrmExecute see the token, and may give one", async () => {
    const { User } = blog;
    const seen: unknown[] = [];
    listen(s, "doOrmExecute", (state) => {
      seen.push(state.executionOptions["identityToken"] ?? null);
      if (state.executionOptions["identityToken"] === undefined) state.updateExecutionOptions({ identityToken: "given" });
    });
    const a = await s.getOne(User, 1, { identityToken: "a" });
    await a.awaitableAttrs.addresses;
    s.expire(a, ["name"]);
    await a.awaitableAttrs.name;
    expect(seen).toEqual(["a", "a", "a"]);
    expect(token(await s.scalars(select(User).where(User.id.eq(1))).one())).toBe("given");
  });
});
