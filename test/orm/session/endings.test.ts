import { InvalidRequestError, select, text } from "athanor";
import { afterEach, beforeEach, expect, test } from "vitest";
import { describeEachDatabase } from "../../support/databases.ts";
import { type Blog, inspect, openBlog } from "../support/blog.ts";

describeEachDatabase("what ends, and what goes on", (db) => {
  let blog: Blog;
  beforeEach(async () => {
    blog = await openBlog(db.url);
  });
  afterEach(() => blog.engine.dispose());

  test("a session can be used again after close(), but not after its block", async () => {
    const { User } = blog;
    const s = blog.Session();
    const lost = new User({ name: "lost" });
    s.add(lost);
    await s.flush();
    await s.close();
    expect(inspect(lost).detached).toBe(true);
    expect(await s.scalars(select(User)).all()).toEqual([]);
    s.add(new User({ name: "kept" }));
    await s.commit();
    expect((await s.scalars(select(User)).one()).name).toBe("kept");
    await s[Symbol.asyncDispose]();
    await expect(s.scalars(select(User)).all()).rejects.toThrow(/Session is closed; scalars.*Make a new one/);
    await s.close();
    await expect(s.flush()).rejects.toThrow(/is closed/);
    await s.reset();
    expect(await s.scalars(select(User.name)).all()).toEqual(["kept"]);
    await s.close();
  });

  test("nothing is done in a function that has ended its transaction", async () => {
    const { User } = blog;
    const s = blog.Session();
    const tooLate = s.begin(async () => {
      s.add(new User({ name: "a" }));
      await s.commit();
      await s.scalars(select(User)).all();
    });
    await expect(tooLate).rejects.toThrow(InvalidRequestError);
    await expect(tooLate).rejects.toThrow(/given to begin\(\) has ended its transaction/);
    await expect(
      s.beginNested(async (savepoint) => {
        await savepoint.rollback();
        await s.scalars(select(User)).all();
      }),
    ).rejects.toThrow(/given to beginNested\(\) has ended/);
    await s.rollback();
    expect(await s.scalars(select(User.name)).all()).toEqual(["a"]);
    await s.close();
  });

  test("refresh() takes options in place of names", async () => {
    const { User } = blog;
    const s = blog.Session();
    const u = new User({ name: "u" });
    s.add(u);
    await s.flush();
    await s.execute(text("UPDATE users SET name = 'new'"));
    await s.refresh(u, { withForUpdate: true });
    expect(u.name).toBe("new");
    await s.close();
  });

  test("a pending object that is taken from the parent that it came with is pending no more", async () => {
    const { User, Address } = blog;
    const s = blog.Session();
    const u = new User({ name: "u", addresses: [] });
    s.add(u);
    await s.flush();
    const a = new Address({ email: "a" });
    u.addresses.push(a);
    expect(s.new.has(a)).toBe(true);
    u.addresses.splice(0, 1);
    expect(inspect(a).transient).toBe(true);
    // on its way to another parent it stays
    const v = new User({ name: "v", addresses: [] });
    s.add(v);
    u.addresses.push(a);
    v.addresses.push(a);
    expect(s.new.has(a)).toBe(true);
    await s.flush();
    expect(a.userId).toBe(v.id);
    await s.close();
  });
});
