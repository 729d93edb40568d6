// Methods of the session that take several objects at once.
import { InvalidRequestError, select, type Session, text } from "athanor";
import { afterEach, beforeEach, expect, test } from "vitest";
import { describeEachDatabase } from "../../support/databases.ts";
import { type Blog, inspect, openBlog } from "../support/blog.ts";

describeEachDatabase("several objects", (db) => {
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

  test("SES-01 deleteAll() loads what its cascades need for all objects together", async () => {
    const { User, Address } = blog;
    s.addAll([1, 2, 3].map((id) => new User({ id, name: `u${id}`, addresses: [new Address({ email: `a${id}` })] })));
    s.add(new User({ id: 4, name: "kept", addresses: [new Address({ email: "kept" })] }));
    await s.commit();
    s.expungeAll();
    const users = await s.scalars(select(User).where(User.id.lt(4)).orderBy(User.id)).all();
    blog.statements.take();
    await s.deleteAll(users);
    expect([...s.deleted].length).toBe(6);
    expect(blog.statements.take()).toEqual(["SELECT addresses", "SELECT profiles"]);
    await s.commit();
    expect(await s.execute(text("SELECT email FROM addresses")).all()).toEqual([["kept"]]);
    expect(users.map((user) => inspect(user).detached)).toEqual([true, true, true]);
  });

  test("SES-01 deleteAll() marks none when one has no row, and takes objects that the cascade of another one reaches", async () => {
    const { Node } = blog;
    const child = new Node({ name: "child", children: [] });
    const root = new Node({ name: "root", children: [child] });
    s.add(root);
    await s.commit();
    const pending = new Node({ name: "pending" });
    s.add(pending);
    await expect(s.deleteAll([root, pending])).rejects.toThrow(InvalidRequestError);
    expect([...s.deleted]).toEqual([]);
    await s.deleteAll([root, child]);
    await s.deleteAll([]);
    await s.commit();
    expect(await s.execute(text("SELECT name FROM nodes")).all()).toEqual([["pending"]]);
  });

  test("SES-08 mergeAll() gives the objects of the session, in order", async () => {
    const { User } = blog;
    const known = new User({ id: 1, name: "a" });
    s.addAll([known, new User({ id: 2, name: "b" })]);
    await s.commit();
    const merged = await s.mergeAll([
      new User({ id: 2, name: "B" }),
      new User({ id: 3, name: "C" }),
      new User({ id: 1, name: "A" }),
      new User({ id: 3, name: "D" }),
    ]);
    expect(merged[2]).toBe(known);
    expect(merged[3]).toBe(merged[1]);
    expect(merged.map(({ id, name }) => [id, name])).toEqual([
      [2, "B"],
      [3, "D"],
      [1, "A"],
      [3, "D"],
    ]);
    expect([...s.new]).toEqual([merged[1]]);
    await s.commit();
    expect(await s.execute(text("SELECT id, name FROM users ORDER BY id")).all()).toEqual([
      [1, "A"],
      [2, "B"],
      [3, "D"],
    ]);
  });
});
