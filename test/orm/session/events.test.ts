import { contains, inspect, InvalidRequestError, listen, remove, select, type Session, sessionmaker } from "athanor";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Blog, openBlog } from "../support/blog.ts";

describe("events of the ORM", () => {
  let blog: Blog;
  let s: Session;
  beforeEach(async () => {
    blog = await openBlog("sqlite://");
    s = blog.Session();
  });
  afterEach(async () => {
    await s.close();
    await blog.engine.dispose();
  });

  test("mapper events see the object, and may change it", async () => {
    const { User } = blog;
    const log: string[] = [];
    listen(User, "beforeInsert", (mapper: unknown, connection: { execute: unknown }, target: { name: string }) => {
      log.push(`before ${target.name} ${mapper === inspect(User)} ${typeof connection.execute}`);
      target.name = target.name.toUpperCase();
    });
    listen(User, "afterInsert", async (_mapper: unknown, _connection: unknown, target: { id: number; name: string }) => {
      await Promise.resolve();
      log.push(`after ${target.id} ${target.name}`);
    });
    s.addAll([new User({ name: "a" }), new User({ name: "b" })]);
    await s.flush();
    expect(log).toEqual(["before a true function", "before b true function", "after 1 A", "after 2 B"]);
  });

  test("session events come in order, and may use the session", async () => {
    const { User } = blog;
    const log: string[] = [];
    for (const name of [
      "beforeCommit",
      "afterCommit",
      "afterBegin",
      "beforeFlush",
      "afterFlush",
      "afterFlushPostexec",
      "afterRollback",
      "afterSoftRollback",
    ] as const) {
      listen(s, name, () => void log.push(name));
    }
    listen(s, "beforeFlush", async (session) => {
      await session.noAutoflush(async () => void (await session.scalars(select(User)).all()));
      if (log.filter((each) => each === "beforeFlush").length === 1) session.add(new User({ name: "more" }));
    });
    s.add(new User({ name: "a" }));
    await s.commit();
    expect(log).toEqual(["beforeCommit", "beforeFlush", "afterBegin", "afterFlush", "afterFlushPostexec", "afterCommit"]);
    expect((await s.scalars(select(User)).all()).length).toBe(2);
    log.length = 0;
    await s.rollback();
    expect(log).toEqual(["afterRollback", "afterSoftRollback"]);
  });

  test("changes of state are told", async () => {
    const { User } = blog;
    const log: string[] = [];
    const Maker = sessionmaker({ bind: blog.engine });
    const names = new Map<object, string>();
    for (const name of [
      "transientToPending",
      "pendingToPersistent",
      "persistentToDeleted",
      "deletedToDetached",
      "pendingToTransient",
      "persistentToDetached",
      "detachedToPersistent",
      "persistentToTransient",
      "deletedToPersistent",
      "loadedAsPersistent",
    ] as const) {
      listen(Maker as never, name, ((_session: unknown, object: object) => void log.push(`${names.get(object)} ${name}`)) as never);
    }
    const m = Maker();
    const [a, b] = [new User({ name: "a" }), new User({ name: "b" })];
    names.set(a, "a").set(b, "b");
    m.addAll([a, b]);
    m.expunge(b);
    await m.commit();
    m.expunge(a);
    m.add(a);
    await m.delete(a);
    await m.flush();
    await m.rollback();
    await m.delete(a);
    await m.commit();
    expect(log).toEqual([
      "a transientToPending",
      "b transientToPending",
      "b pendingToTransient",
      "a pendingToPersistent",
      "a persistentToDetached",
      "a detachedToPersistent",
      "a persistentToDeleted",
      "a deletedToPersistent",
      "a persistentToDeleted",
      "a deletedToDetached",
    ]);
    await m.close();
  });

  test("attribute events: values can be replaced", async () => {
    const { User, Address } = blog;
    const log: unknown[] = [];
    const upper = (_target: unknown, value: string, old: unknown): string => {
      log.push([value, typeof old]);
      return value.toUpperCase();
    };
    listen(User.name, "set", upper as never, { retval: true });
    listen(
      User.addresses as never,
      "append",
      ((target: object, value: { email: string }) => void log.push(["append", target instanceof User, value.email])) as never,
    );
    listen(
      User.addresses as never,
      "remove",
      ((_target: object, value: { email: string }) => void log.push(["remove", value.email])) as never,
    );
    const u = new User({ name: "a" });
    u.name = "b";
    u.addresses.push(new Address({ email: "x" }));
    u.addresses.pop();
    expect(u.name).toBe("B");
    expect(log).toEqual([
      ["a", "symbol"],
      ["b", "string"],
      ["append", true, "x"],
      ["remove", "x"],
    ]);
    expect(contains(User.name, "set", upper as never)).toBe(true);
    remove(User.name, "set", upper as never);
    u.name = "c";
    expect(u.name).toBe("c");
    expect(() => listen(User.name, "sett" as never, (() => {}) as never)).toThrow(InvalidRequestError);
  });

  test("instance events", async () => {
    const { User } = blog;
    s.add(new User({ id: 1, name: "a" }));
    await s.commit();
    s.expungeAll();
    const log: unknown[] = [];
    listen(User, "load", (target: { name: string }) => void log.push(["load", target.name]));
    listen(User, "refresh", (target: { name: string }) => void log.push(["refresh", target.name]));
    listen(User, "expire", (_target: unknown, attrs: unknown) => void log.push(["expire", attrs]));
    listen(User, "init", (_target: unknown, _args: unknown, kwargs: { name: string }) => void log.push(["init", kwargs.name]));
    const u = (await s.get(User, 1))!;
    s.expire(u, ["name"]);
    await s.refresh(u);
    new User({ name: "b" });
    expect(log).toEqual([
      ["load", "a"],
      ["expire", ["name"]],
      ["expire", null],
      ["refresh", "a"],
      ["init", "b"],
    ]);
  });

  test("doOrmExecute may replace the statement, and answer itself", async () => {
    const { User } = blog;
    s.addAll([new User({ name: "a" }), new User({ name: "b" })]);
    await s.commit();
    listen(s, "doOrmExecute", (state) => {
      if (state.isSelect) state.statement = (state.statement as ReturnType<typeof select>).where(User.name.eq("a"));
    });
    expect((await s.scalars(select(User)).all()).map((u) => u.name)).toEqual(["a"]);
  });
});
