import {
  ArgumentError,
  DetachedInstanceError,
  IllegalStateChangeError,
  InvalidRequestError,
  makeTransient,
  makeTransientToDetached,
  NoResultFound,
  objectSession,
  select,
  selectinload,
  Session,
  text,
  UnmappedInstanceError,
  wasDeleted,
} from "athanor";
import { afterEach, beforeEach, expect, test } from "vitest";
import { describeEachDatabase } from "../../support/databases.ts";
import { type Blog, inspect, openBlog } from "../support/blog.ts";

describeEachDatabase("Session", (db) => {
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

  test("brings objects in with what hangs on them, and takes them out", async () => {
    const { User, Address } = blog;
    const u = new User({ name: "u", addresses: [new Address({ email: "a" })] });
    s.add(u);
    expect([...s.new]).toEqual([u, u.addresses[0]]);
    expect(s.has(u)).toBe(true);
    expect(objectSession(u)).toBe(s);
    s.expunge(u);
    expect(s.new.size).toBe(0);
    expect(inspect(u).transient).toBe(true);
    expect(() => s.expunge(u)).toThrow(InvalidRequestError);
    expect(() => s.add({})).toThrow(UnmappedInstanceError);
  });

  test("knows what is new, dirty and deleted", async () => {
    const { User } = blog;
    const u = new User({ name: "u" });
    s.add(u);
    await s.flush();
    expect([s.new.size, s.dirty.size, s.deleted.size]).toEqual([0, 0, 0]);
    u.name = "u";
    expect(s.dirty.has(u)).toBe(true);
    expect(s.isModified(u)).toBe(false);
    u.name = "v";
    expect(s.isModified(u)).toBe(true);
    await s.noAutoflush(async () => {
      await s.delete(u);
    });
    expect([s.dirty.size, s.deleted.size]).toEqual([0, 1]);
    expect([...s]).toEqual([u]);
    await s.flush();
    expect(inspect(u).deleted).toBe(true);
    expect(s.has(u)).toBe(false);
    await s.commit();
    expect(inspect(u).detached).toBe(true);
    expect(wasDeleted(u)).toBe(true);
  });

  test("gives one object for one row", async () => {
    const { User } = blog;
    s.add(new User({ id: 1, name: "u" }));
    await s.commit();
    s.expungeAll();
    blog.statements.take();
    const u = await s.get(User, 1);
    expect(await s.get(User, 1)).toBe(u);
    expect(await s.scalars(select(User)).one()).toBe(u);
    expect(blog.statements.take()).toEqual(["SELECT users", "SELECT users"]);
    expect(await s.get(User, 2)).toBeNull();
    await expect(s.getOne(User, 2)).rejects.toThrow(NoResultFound);
    expect(await s.get(User, { id: 1 })).toBe(u);
  });

  test("says what is wrong with a key", async () => {
    const { User } = blog;
    await expect(s.get(User, [1, 2])).rejects.toThrow(/the primary key of User is \(id\)/);
    await expect(s.get(User, { key: 1 })).rejects.toThrow(/lacks id/);
    await expect(s.get(User, undefined)).rejects.toThrow(/undefined is not a value of User\.id/);
    await expect(s.get(class Other {} as never, 1)).rejects.toThrow(ArgumentError);
  });

  test("expires and refreshes", async () => {
    const { User } = blog;
    const u = new User({ id: 1, name: "u", age: 1 });
    s.add(u);
    await s.commit();
    await s.execute(text("UPDATE users SET name = 'db', age = 2 WHERE id = 1"));
    u.age = 7;
    await s.refresh(u, ["name"]);
    expect([u.name, u.age]).toEqual(["db", 7]);
    await s.rollback();
    await s.execute(text("UPDATE users SET name = 'db', age = 2 WHERE id = 1"));
    s.expire(u);
    expect(() => u.name).toThrow(/has expired/);
    expect(await u.awaitableAttrs.name).toBe("db");
    expect(u.age).toBe(2);
    await s.execute(text("DELETE FROM users"));
    await expect(s.refresh(u)).rejects.toThrow(InvalidRequestError);
    s.expire(u);
    expect(await s.get(User, 1)).toBeNull();
    expect(() => s.expire(new User({ name: "other" }))).toThrow(/not persistent within this Session/);
  });

  test("merges", async () => {
    const { User, Address } = blog;
    s.add(new User({ id: 1, name: "u", addresses: [new Address({ id: 100, email: "a" })] }));
    await s.commit();
    s.expungeAll();
    const given = new User({
      id: 1,
      name: "changed",
      addresses: [new Address({ id: 100, email: "b" }), new Address({ id: 101, email: "c" })],
    });
    const merged = await s.merge(given);
    expect(merged).not.toBe(given);
    expect(inspect(given).transient).toBe(true);
    expect(merged.addresses.map((a) => a.email)).toEqual(["b", "c"]);
    await s.commit();
    expect(await s.execute(text("SELECT email FROM addresses ORDER BY id")).all()).toEqual([["b"], ["c"]]);
    const detached = await s.get(User, 1, { options: [selectinload(User.addresses)], populateExisting: true });
    await s.close();
    const t = blog.Session();
    const copy = await t.merge(detached!, { load: false });
    expect(inspect(copy).persistent).toBe(true);
    expect(t.dirty.size).toBe(0);
    await expect(t.merge(new User({ name: "x" }), { load: false })).rejects.toThrow(/load: false/);
    await t.close();
  });

  test("refuses objects of another session, and a second object for the same row", async () => {
    const { User } = blog;
    const u = new User({ id: 1, name: "u" });
    s.add(u);
    await s.commit();
    const other = blog.Session();
    expect(() => other.add(u)).toThrow(/already attached to session/);
    const twin = new User({ id: 1, name: "twin" });
    makeTransientToDetached(twin);
    expect(() => s.add(twin)).toThrow(/another instance with this identity is already present/);
    makeTransient(u);
    expect(inspect(u).transient).toBe(true);
    s.add(twin);
    expect(inspect(twin).persistent).toBe(true);
  });

  test("refuses a second flow, naming both", async () => {
    const { User } = blog;
    s.add(new User({ name: "u" }));
    const results = await Promise.allSettled([s.scalars(select(User)).all(), s.commit()]);
    expect(results[0]!.status).toBe("fulfilled");
    expect(results[1]).toMatchObject({ status: "rejected", reason: expect.any(IllegalStateChangeError) });
    expect((results[1] as PromiseRejectedResult).reason.message).toMatch(
      /scalars\(SELECT users\.id.*is still running.*commit\(\) was called/,
    );
    await s.commit();
  });

  test("refuses work after its block, until it is opened again by name; closing and rolling back do no harm", async () => {
    const { User } = blog;
    const u = new User({ name: "u" });
    s.add(u);
    await s.flush();
    await s[Symbol.asyncDispose]();
    expect(inspect(u).detached).toBe(true);
    await expect(u.awaitableAttrs.addresses).rejects.toThrow(DetachedInstanceError);
    for (const session of [s, blog.Session({ closeResetsOnly: false })]) {
      await session.close();
      await session.close();
      await session.rollback();
      await expect(session.scalars(select(User)).all()).rejects.toThrow(/Session is closed; scalars.*Make a new one/);
      await expect(session.get(User, 1)).rejects.toThrow(/is closed; get\(/);
      expect(() => session.add(new User({ name: "x" }))).toThrow(/is closed; add\(\)/);
      await expect(session.flush()).rejects.toThrow(/is closed/);
      await expect(session.commit()).rejects.toThrow(/is closed/);
      await expect(session.execute(text("SELECT 1"))).rejects.toThrow(/is closed/);
    }
    await s.begin();
    expect(await s.scalars(select(User)).all()).toEqual([]);
    await s[Symbol.asyncDispose]();
    await s.connection();
    expect(await s.scalars(select(User)).all()).toEqual([]);
    await s.reset();
    expect(await s.scalars(select(User)).all()).toEqual([]);
    const final = blog.Session({ closeResetsOnly: false });
    await final.close();
    await expect(final.begin()).rejects.toThrow(/is closed/);
    await expect(final.reset()).rejects.toThrow(/is closed/);
    const loose = blog.Session({ closeResetsOnly: true });
    await loose[Symbol.asyncDispose]();
    loose.add(new User({ name: "again" }));
    await loose.close();
  });

  test("streams", async () => {
    const { User } = blog;
    s.addAll(Array.from({ length: 5 }, (_, i) => new User({ name: `u${i}` })));
    const names: string[] = [];
    for await (const user of s.stream(select(User).orderBy(User.id)).scalars()) names.push(user.name);
    expect(names).toEqual(["u0", "u1", "u2", "u3", "u4"]);
    const sizes: number[] = [];
    for await (const part of s.stream(select(User.id, User.name)).partitions(2)) sizes.push(part.length);
    expect(sizes).toEqual([2, 2, 1]);
  });

  test("needs an engine", async () => {
    const { User } = blog;
    const lost = new Session();
    await expect(lost.scalars(select(User)).all()).rejects.toThrow(/Could not find an engine for User/);
    await expect(lost.execute(text("SELECT 1"))).rejects.toThrow(/has no engine/);
    const bound = new Session({ binds: new Map([[User, blog.engine]]) });
    expect(await bound.scalars(select(User)).all()).toEqual([]);
    await bound.close();
  });

  test("gives its connection back when it is closed while a call that was not awaited still runs", async () => {
    const { User } = blog;
    const open = blog.Session();
    open.add(new User({ name: "kept" }));
    const committing = open.commit();
    await expect(open.close()).rejects.toThrow(/commit\(\) is still running on this Session; close\(\) was called/);
    await committing;
    const failing = blog.Session();
    const wrong = failing.execute(text("SELEC")).then(undefined, (error: unknown) => error);
    await expect(failing.close()).rejects.toThrow(IllegalStateChangeError);
    expect(await wrong).toBeInstanceOf(Error);
    let late: unknown;
    const forgetful = blog.Session.begin((session) => {
      late = session.execute(text("SELECT 1")).then(undefined, () => undefined);
    });
    await expect(forgetful).rejects.toThrow(/execute\(SELECT 1\) is still running on this Session; commit\(/);
    await late;
    // in memory there is one connection only: it has to be free
    expect((await s.scalars(select(User)).all()).map((user) => user.name)).toEqual(["kept"]);
  });
});
