import {
  CommitRolledBackError,
  IntegrityError,
  InvalidRequestError,
  listen,
  PendingRollbackError,
  ResourceClosedError,
  select,
  Session,
  text,
} from "athanor";
import { afterEach, beforeEach, expect, test } from "vitest";
import { describeEachDatabase } from "../../support/databases.ts";
import { type Blog, inspect, openBlog } from "../support/blog.ts";

describeEachDatabase("transactions of a session", (db) => {
  let blog: Blog;
  let s: Session;
  beforeEach(async () => {
    blog = await openBlog(db.url);
    s = blog.Session();
  });
  afterEach(async () => {
    await s.close();
    await blog.engine.dispose();
  });
  const count = async (table: string): Promise<unknown> => (await s.execute(text(`SELECT count(*) FROM ${table}`)).all())[0]![0];

  test("rollback brings new, changed and deleted objects back", async () => {
    const { User } = blog;
    const [a, b] = [new User({ name: "a" }), new User({ name: "b" })];
    s.addAll([a, b]);
    await s.commit();
    const c = new User({ name: "c" });
    s.add(c);
    a.name = "changed";
    await s.delete(b);
    await s.flush();
    const d = new User({ name: "d" });
    s.add(d);
    await s.rollback();
    expect([inspect(a).persistent, inspect(b).persistent, inspect(c).transient, inspect(d).transient]).toEqual([true, true, true, true]);
    expect(await a.awaitableAttrs.name).toBe("a");
    expect(await b.awaitableAttrs.name).toBe("b");
    expect(await s.get(User, b.id)).toBe(b);
    expect([c.name, d.name]).toEqual(["c", "d"]);
    s.addAll([c, d]);
    await s.commit();
    expect(Number(await count("users"))).toBe(4);
  });

  test("rollback without a flush undoes changes in memory", async () => {
    const { User } = blog;
    const a = new User({ name: "a" });
    s.add(a);
    await s.commit();
    blog.statements.takeAll();
    a.name = "changed";
    expect(s.inTransaction()).toBe(true);
    await s.rollback();
    expect(s.inTransaction()).toBe(false);
    expect(blog.statements.takeAll()).toEqual([]);
    expect(await a.awaitableAttrs.name).toBe("a");
  });

  test("an object that was inserted and deleted in one transaction is transient after the rollback", async () => {
    const { User } = blog;
    const a = new User({ name: "a" });
    s.add(a);
    await s.flush();
    await s.delete(a);
    await s.flush();
    await s.rollback();
    expect(inspect(a).transient).toBe(true);
    expect(inspect(a).wasDeleted).toBe(false);
    s.add(a);
    await s.commit();
    expect(Number(await count("users"))).toBe(1);
  });

  test("rollback restores primary keys", async () => {
    const { Slot } = blog;
    const a = new Slot({ id: "a" });
    s.add(a);
    await s.commit();
    a.id = "b";
    await s.flush();
    a.id = "c";
    await s.flush();
    expect(await s.get(Slot, "c")).toBe(a);
    await s.rollback();
    expect(inspect(a).identity).toEqual(["a"]);
    expect(await s.get(Slot, "a")).toBe(a);
    expect(await s.get(Slot, "c")).toBeNull();
  });

  test("savepoints", async () => {
    const { User } = blog;
    const a = new User({ name: "a" });
    s.add(a);
    const sp = await s.beginNested();
    a.name = "inner";
    const b = new User({ name: "b" });
    s.add(b);
    await s.flush();
    expect(s.inNestedTransaction()).toBe(true);
    await sp.rollback();
    expect(s.inNestedTransaction()).toBe(false);
    expect(inspect(b).transient).toBe(true);
    expect(await a.awaitableAttrs.name).toBe("a");
    const sp2 = await s.beginNested();
    s.add(b);
    await sp2.commit();
    await expect(sp2.commit()).rejects.toThrow(ResourceClosedError);
    await s.rollback();
    expect([inspect(a).transient, inspect(b).transient]).toEqual([true, true]);
    expect(Number(await count("users"))).toBe(0);
  });

  test("an object deleted in a savepoint comes back with the outer rollback", async () => {
    const { User } = blog;
    const a = new User({ name: "a" });
    s.add(a);
    await s.commit();
    await s.beginNested(async () => {
      await s.delete(a);
    });
    expect(inspect(a).deleted).toBe(true);
    await s.rollback();
    expect(inspect(a).persistent).toBe(true);
    expect(await s.get(User, inspect(a).identity![0])).toBe(a);
  });

  test("callbacks commit or roll back", async () => {
    const { User } = blog;
    expect(
      await s.begin(async () => {
        s.add(new User({ name: "a" }));
        return 5;
      }),
    ).toBe(5);
    await expect(
      s.begin(async () => {
        s.add(new User({ name: "b" }));
        await s.flush();
        throw new Error("stop");
      }),
    ).rejects.toThrow("stop");
    expect(Number(await count("users"))).toBe(1);
    await s.rollback();
    await blog.Session.begin(async (session) => {
      session.add(new User({ name: "c" }));
    });
    expect(Number(await count("users"))).toBe(2);
    await expect(s.begin()).rejects.toThrow(/already begun/);
  });

  test("a failed flush must be rolled back, and says why", async () => {
    const { Slot } = blog;
    s.add(new Slot({ id: "a", position: 1 }));
    await s.commit();
    s.add(new Slot({ id: "b", position: 1 }));
    const error = await s.flush().catch((e: unknown) => e);
    expect(error).toBeInstanceOf(IntegrityError);
    expect(s.isActive).toBe(false);
    for (const attempt of [() => s.scalars(select(Slot)).all(), () => s.commit(), () => s.flush(), () => s.connection()]) {
      const refused = await attempt().catch((e: unknown) => e);
      expect(refused).toBeInstanceOf(PendingRollbackError);
      expect((refused as Error).cause).toBe(error);
    }
    await s.rollback();
    expect(s.isActive).toBe(true);
    expect((await s.scalars(select(Slot)).all()).length).toBe(1);
  });

  test("a failed flush in a savepoint leaves the outer work", async () => {
    const { Slot } = blog;
    const a = new Slot({ id: "a", position: 1 });
    s.add(a);
    const sp = await s.beginNested();
    s.add(new Slot({ id: "b", position: 1 }));
    a.position = 7;
    const b = new Slot({ id: "c", position: 7 });
    s.add(b);
    await expect(s.flush()).rejects.toThrow(IntegrityError);
    await expect(s.scalars(select(Slot)).all()).rejects.toThrow(PendingRollbackError);
    await sp.rollback();
    expect(await a.awaitableAttrs.position).toBe(1);
    await s.commit();
    expect(await s.execute(text("SELECT id FROM slots")).all()).toEqual([["a"]]);
  });

  test("commit sends nothing when nothing was done, and one COMMIT else", async () => {
    const { User } = blog;
    await s.commit();
    expect(blog.statements.takeAll()).toEqual([]);
    s.add(new User({ name: "a" }));
    await s.commit();
    await s.commit();
    expect(blog.statements.takeAll()).toEqual(["BEGIN", "INSERT users", "COMMIT"]);
  });

  test("expireOnCommit forgets what was loaded", async () => {
    const { User } = blog;
    const strict = blog.Session({ expireOnCommit: true });
    const a = new User({ name: "a" });
    strict.add(a);
    await strict.commit();
    expect(() => a.name).toThrow(/has expired/);
    expect(await a.awaitableAttrs.name).toBe("a");
    await strict.close();
  });

  test("joins the transaction of a connection", async () => {
    const { User } = blog;
    await using conn = await blog.engine.connect();
    const outer = await conn.begin();
    const joined = new Session({ bind: conn });
    joined.add(new User({ name: "a" }));
    await joined.commit();
    await joined.close();
    expect(outer.isActive).toBe(true);
    await outer.rollback();
    const inner = new Session({ bind: conn, joinTransactionMode: "create_savepoint" });
    const root = await conn.begin();
    inner.add(new User({ name: "b" }));
    await inner.commit();
    inner.add(new User({ name: "c" }));
    await inner.flush();
    await inner.rollback();
    expect(await inner.scalars(select(User.name)).all()).toEqual(["b"]);
    await inner.close();
    await root.rollback();
  });

  test("without autobegin, begin() must be called", async () => {
    const { User } = blog;
    const strict = blog.Session({ autobegin: false });
    await expect(strict.scalars(select(User)).all()).rejects.toThrow(InvalidRequestError);
    await strict.begin();
    expect(await strict.scalars(select(User)).all()).toEqual([]);
    await strict.close();
  });

  test("a listener that throws in afterCommit or beforeCommit is heard", async () => {
    const { User } = blog;
    s.add(new User({ name: "a" }));
    listen(s, "beforeCommit", () => {
      throw new Error("not now");
    });
    await expect(s.commit()).rejects.toThrow("not now");
    await s.rollback();
    expect(Number(await count("users"))).toBe(0);
  });

  test("a statement that failed and was not awaited refuses the commit", async () => {
    const { User } = blog;
    s.add(new User({ name: "a" }));
    await s.flush();
    void s.execute(text("SELECT nothing FROM nowhere"));
    await new Promise((resolve) => setTimeout(resolve, 50));
    await expect(s.commit()).rejects.toThrow(/failed and was not awaited/);
    await s.rollback();
    expect(Number(await count("users"))).toBe(0);
  });

  if (db.dialect === "postgresql") {
    test("a COMMIT that the server turns into a rollback is an error, and the objects are restored", async () => {
      const { User } = blog;
      const a = new User({ name: "a" });
      s.add(a);
      await s.flush();
      await expect(s.execute(text("SELECT 1/0"))).rejects.toThrow();
      await expect(s.commit()).rejects.toThrow(CommitRolledBackError);
      await s.rollback();
      expect(inspect(a).transient).toBe(true);
    });
  }
});
