// A flush of many statements, of which one after the other fails: nothing of it stays, and what can be done is done again.
import { DBAPIError, type Engine, listen, PendingRollbackError, remove, select, selectinload, type Session, text } from "athanor";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeEachDatabase } from "../../support/databases.ts";
import { type Blog, inspect, openBlog } from "../support/blog.ts";

const TABLES = ["order_items", "items", "orders", "addresses", "profiles", "users", "docs"];

/** Lets the n-th statement that writes be one that the server refuses, while `work` runs; gives how many there were. */
async function failing(engine: Engine, n: number, work: () => Promise<unknown>): Promise<{ sent: number; error: unknown }> {
  let sent = 0;
  const listener = (_conn: unknown, _cursor: unknown, sql: string, parameters: unknown): [string, unknown] => {
    if (!/^\s*(INSERT|UPDATE|DELETE)/.test(sql)) return [sql, parameters];
    sent += 1;
    return sent === n ? [sql.replace(/^\s*(\w)/, "X$1"), parameters] : [sql, parameters];
  };
  listen(engine, "beforeCursorExecute", listener as never, { retval: true });
  try {
    const error = await work().then(
      () => null,
      (thrown: unknown) => thrown,
    );
    return { sent, error };
  } finally {
    remove(engine, "beforeCursorExecute", listener as never);
  }
}

describeEachDatabase("a flush that fails", (db) => {
  let blog: Blog;
  beforeAll(async () => {
    blog = await openBlog(db.url);
  });
  afterAll(async () => {
    await blog.engine.dispose();
  });

  /** Everything that the tables hold. */
  async function contents(): Promise<Record<string, unknown>> {
    await using conn = await blog.engine.connect();
    const found: Record<string, unknown> = {};
    for (const table of [blog.User.table, blog.Address.table, blog.Order.table, blog.Item.table, blog.Doc.table, blog.orderItems])
      found[table.name] = await conn.execute(select(table).orderBy(...table.c)).all();
    return found;
  }

  /** What was there before: the same rows with the same keys each time. */
  async function start(): Promise<void> {
    const { User, Address, Order, Item, Doc } = blog;
    await blog.engine.begin(async (conn) => {
      for (const table of TABLES) await conn.execute(text(`DELETE FROM ${table}`));
    });
    await blog.Session.begin((session) => {
      const items = [1, 2, 3].map((id) => new Item({ id, description: `i${id}` }));
      session.addAll([
        new User({ id: 1, name: "changed", addresses: [new Address({ id: 1, email: "kept" }), new Address({ id: 2, email: "orphan" })] }),
        new User({ id: 2, name: "deleted", addresses: [new Address({ id: 3, email: "goes along" })] }),
        new Order({ id: 1, description: "o", userId: 1, items: items.slice(0, 2) }),
        items[2]!,
        new Doc({ id: 1, title: "versioned" }),
      ]);
    });
  }

  /** Changes of every kind, which take a dozen statements. */
  async function change(session: Session) {
    const { User, Address, Order, Item, Doc } = blog;
    const options = [selectinload(User.addresses), selectinload(User.orders).selectinload(Order.items)];
    const [changed, deleted] = await session
      .scalars(
        select(User)
          .options(...options)
          .orderBy(User.id),
      )
      .all();
    const [order] = changed!.orders;
    const doc = (await session.get(Doc, 1))!;
    const third = (await session.get(Item, 3))!;
    session.autoflush = false;
    changed!.name = "new name";
    changed!.addresses.pop();
    const address = new Address({ id: 10, email: "new" });
    changed!.addresses.push(address);
    const item = new Item({ id: 10, description: "new" });
    order!.items = [order!.items[0]!, third, item];
    doc.title = "new title";
    const user = new User({ id: 10, name: "new", addresses: [new Address({ id: 11, email: "of the new one" })] });
    session.add(user);
    await session.delete(deleted!);
    return { changed: changed!, deleted: deleted!, order: order!, doc, address, item, user };
  }

  test("UOW-16 at each statement: nothing is written, the session says so, and it can be tried again", { timeout: 120_000 }, async () => {
    await start();
    const before = await contents();
    let after: Record<string, unknown>;
    {
      await using session = blog.Session();
      await change(session);
      const { sent, error } = await failing(blog.engine, -1, () => session.commit());
      expect(error).toBeNull();
      expect(sent).toBeGreaterThanOrEqual(9);
      after = await contents();
      expect(after).not.toEqual(before);
    }
    for (let n = 1; ; n++) {
      await start();
      expect(await contents()).toEqual(before);
      await using session = blog.Session();
      const objects = await change(session);
      const { sent, error } = await failing(blog.engine, n, () => session.flush());
      if (sent < n) {
        expect(n).toBeGreaterThan(9);
        expect(error).toBeNull();
        break;
      }
      // ---- the error is the server's, and until rollback() the session takes nothing
      expect(error).toBeInstanceOf(DBAPIError);
      expect(String(error)).toContain("[SQL: X");
      expect(session.isActive).toBe(false);
      await expect(session.execute(text("SELECT 1"))).rejects.toThrow(PendingRollbackError);
      await expect(session.commit()).rejects.toThrow(PendingRollbackError);
      // ---- the objects are as the tables are: new ones have no row, the others are to be read again
      const { changed, deleted, order, doc, address, item, user } = objects;
      for (const object of [user, address, item]) {
        const state = inspect(object);
        expect([state.transient, state.key, session.has(object)]).toEqual([true, null, false]);
      }
      expect([user.name, address.email, item.description, user.addresses.length]).toEqual(["new", "new", "new", 1]);
      for (const object of [changed, deleted, order, doc]) expect([inspect(object).persistent, session.has(object)]).toEqual([true, true]);
      expect([[...session.new], [...session.dirty], [...session.deleted]]).toEqual([[], [], []]);
      await session.rollback();
      expect(session.isActive).toBe(true);
      expect([await changed.awaitableAttrs.name, await doc.awaitableAttrs.title, await doc.awaitableAttrs.version]).toEqual([
        "changed",
        "versioned",
        1,
      ]);
      expect((await changed.awaitableAttrs.addresses).map(({ email }) => email)).toEqual(["kept", "orphan"]);
      expect((await deleted.awaitableAttrs.addresses).map(({ email }) => email)).toEqual(["goes along"]);
      expect((await order.awaitableAttrs.items).map(({ id }) => id)).toEqual([1, 2]);
      await session.flush();
      await session.rollback();
      expect(await contents()).toEqual(before);
      // ---- the same changes again, in the same session
      session.autoflush = true;
      await change(session);
      await session.commit();
      expect(await contents()).toEqual(after);
    }
  });

  test("UOW-16 in a savepoint: what was before it stays", { timeout: 120_000 }, async () => {
    for (let n = 1; ; n++) {
      await start();
      await using session = blog.Session();
      const first = new blog.User({ id: 20, name: "before the savepoint", addresses: [] });
      session.add(first);
      const savepoint = await session.beginNested();
      await change(session);
      const { sent, error } = await failing(blog.engine, n, () => session.flush());
      if (sent < n) {
        expect([n > 9, error]).toEqual([true, null]);
        break;
      }
      expect(error).not.toBeNull();
      await savepoint.rollback();
      expect([session.isActive, session.has(first), inspect(first).persistent]).toEqual([true, true, true]);
      first.age = 5;
      await session.commit();
      await using conn = await blog.engine.connect();
      expect(await conn.execute(text("SELECT id, name, age FROM users ORDER BY id")).all()).toEqual([
        [1, "changed", null],
        [2, "deleted", null],
        [20, "before the savepoint", 5],
      ]);
    }
  });
});
