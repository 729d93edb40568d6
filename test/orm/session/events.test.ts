import {
  aliased,
  contains,
  declarativeBase,
  delete_,
  func,
  inspect,
  IntegrityError,
  InvalidRequestError,
  joinedload,
  listen,
  mappedColumn,
  remove,
  select,
  type Session,
  sessionmaker,
  type SessionTransaction,
  t,
  text,
  update,
} from "athanor";
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

  test("mapper events may read by the session, at once", async () => {
    const { User, Item } = blog;
    s.add(new Item({ description: "i" }));
    await s.commit();
    const log: unknown[] = [];
    listen(User, "beforeInsert", async (_mapper: unknown, _connection: unknown, target: { age: number | null }) => {
      target.age = (await s.scalars(select(Item)).all()).length;
    });
    listen(User, "afterDelete", async () => void log.push(await s.scalar(select(func.count()).selectFrom(Item))));
    const user = new User({ name: "a" });
    s.add(user);
    await s.flush();
    expect(user.age).toBe(1);
    await s.delete(user);
    await s.flush();
    expect(log).toEqual([1]);
    // what would begin another flush is refused
    listen(User, "beforeInsert", () => s.flush());
    s.add(new User({ name: "b" }));
    await expect(s.flush()).rejects.toThrow(/already flushing/);
  });

  test("listeners after an INSERT or UPDATE still see what was changed", async () => {
    const { User, Address } = blog;
    const log: string[] = [];
    for (const name of ["beforeInsert", "afterInsert", "beforeUpdate", "afterUpdate"] as const) {
      listen(User, name, (_mapper: unknown, _connection: unknown, target: InstanceType<typeof User>) => {
        const { added, deleted } = inspect(target).attrs.name!.history;
        log.push(
          `${name} ${added.join()}<${deleted.join()} ${s.isModified(target)} ${s.isModified(target, { includeCollections: false })}`,
        );
      });
    }
    const user = new User({ name: "a" });
    s.add(user);
    await s.flush();
    user.name = "b";
    await s.flush();
    user.name = "c";
    user.name = "b";
    await s.flush();
    user.addresses.push(new Address({ email: "x" }));
    await s.flush();
    expect(log).toEqual([
      "beforeInsert a< true true",
      "afterInsert a< true true",
      "beforeUpdate b<a true true",
      "afterUpdate b<a true true",
      "beforeUpdate < false false",
      "afterUpdate < false false",
      "beforeUpdate < true false",
      "afterUpdate < true false",
    ]);
    expect(s.isModified(user)).toBe(false);
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

  test("a flush has a transaction of its own, within that of the session", async () => {
    const { User } = blog;
    const log: string[] = [];
    const tell = (what: string) => (session: Session, transaction: SessionTransaction) => {
      const kind = transaction.nested ? "nested" : transaction.origin;
      const inside = transaction.parent === null ? "" : ` in ${transaction.parent.origin}`;
      log.push(`${what} ${kind}${inside}${transaction.isActive ? " active" : ""}`);
      // what the session says of itself is what it says at any time
      expect(session.getTransaction()?.parent ?? null).toBeNull();
    };
    listen(s, "afterTransactionCreate", tell("create"));
    listen(s, "afterTransactionEnd", tell("end"));
    listen(s, "afterSoftRollback", tell("soft rollback"));
    listen(s, "afterFlush", () => void log.push("flush"));
    listen(s, "afterCommit", () => void log.push("commit"));

    s.add(new User({ id: 1, name: "a" }));
    await s.flush();
    await s.flush();
    expect(log.splice(0)).toEqual([
      "create autobegin",
      "create subtransaction in autobegin active",
      "flush",
      "end subtransaction in autobegin",
    ]);

    const savepoint = await s.beginNested();
    s.add(new User({ id: 2, name: "b" }));
    await savepoint.commit();
    expect(log.splice(0)).toEqual([
      "create nested in autobegin",
      "create subtransaction in beginNested active",
      "flush",
      "end subtransaction in beginNested",
      "commit",
      "end nested in autobegin",
    ]);
    await s.commit();
    expect(log.splice(0)).toEqual(["commit", "end autobegin"]);

    s.add(new User({ id: 1, name: "again" }));
    await expect(s.flush()).rejects.toThrow(IntegrityError);
    expect(log.splice(0)).toEqual([
      "create autobegin",
      "create subtransaction in autobegin active",
      "end subtransaction in autobegin",
      "soft rollback subtransaction in autobegin",
    ]);
    await s.rollback();
    expect(log.splice(0)).toEqual(["end autobegin", "soft rollback autobegin"]);
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

  test("refresh tells of the columns that came, and of relationships that have expired with them", async () => {
    const { User, Address } = blog;
    s.add(new User({ id: 1, name: "a", addresses: [new Address({ email: "x" })] }));
    await s.commit();
    s.expungeAll();
    const user = await s.getOne(User, 1);
    const log: unknown[] = [];
    listen(
      User,
      "refresh",
      (_target: unknown, _context: unknown, attrs: readonly string[] | null) => void log.push(attrs && [...attrs].sort()),
    );
    const told = async (what: () => unknown): Promise<unknown> => {
      await what();
      return log.splice(0);
    };
    const all = ["addresses", "age", "id", "name", "orders", "profile"];
    expect(await told(() => (s.expire(user), user.awaitableAttrs.name))).toEqual([all]);
    expect(await told(() => (s.expire(user), s.scalars(select(User)).all()))).toEqual([all]);
    expect(await told(() => (s.expire(user), s.get(User, 1)))).toEqual([all]);
    expect(
      await told(
        () => (
          s.expire(user),
          s
            .scalars(select(User).options(joinedload(User.addresses)))
            .unique()
            .all()
        ),
      ),
    ).toEqual([all]);
    expect(await told(() => (s.expire(user, ["name"]), user.awaitableAttrs.name))).toEqual([["name"]]);
    expect(await told(() => (s.expire(user, ["name", "addresses"]), user.awaitableAttrs.name))).toEqual([["name"]]);
    expect(await told(() => s.refresh(user))).toEqual([null]);
    expect(await told(() => s.refresh(user, ["name"]))).toEqual([["name"]]);
    expect(await told(() => s.refresh(user, ["addresses"]))).toEqual([["addresses"]]);
  });

  test("refreshFlush tells what the flush has filled in, and not what nobody said", async () => {
    const Base = declarativeBase();
    class Item extends Base<typeof Item> {
      static table = this.mapTo("flush_items");
      static id = mappedColumn(t.integer(), { primaryKey: true });
      static name = mappedColumn(t.string(20), { nullable: true });
      static made = mappedColumn(t.integer(), { default: () => 3 });
      static rank = mappedColumn(t.integer(), { serverDefault: "5" });
      static changed = mappedColumn(t.integer(), { nullable: true, onupdate: () => 7 });
    }
    await Base.metadata.createAll(blog.engine);
    const log: unknown[] = [];
    listen(
      Item,
      "refreshFlush",
      (_target: unknown, _context: unknown, attrs: readonly string[] | null) => void log.push(attrs && [...attrs].sort()),
    );
    const item = new Item({});
    s.add(item);
    await s.flush();
    item.name = "a";
    await s.flush();
    expect(log).toEqual([["made", "rank"], ["changed"]]);
  });

  test("UPDATE and DELETE by condition are told of when objects are right again", async () => {
    const { User } = blog;
    const [a, b] = [new User({ name: "a", age: 1 }), new User({ name: "b", age: 2 })];
    s.addAll([a, b]);
    await s.flush();
    const log: unknown[] = [];
    listen(s, "afterBulkUpdate", async (context) => {
      await Promise.resolve();
      log.push([context.session === s, context.mapper.name, context.result.rowcount, [...context.values], a.name]);
    });
    listen(s, "afterBulkDelete", ({ mapper, result }) => void log.push([mapper.name, result.rowcount, inspect(b).deleted]));
    await s.execute(update(User).where(User.age.lt(2)).values({ name: "x" }));
    await s.execute(
      update(User)
        .where(User.age.lt(2))
        .values({ age: User.age.add(1) }),
    );
    await s.execute(delete_(User).where(User.name.eq("b")));
    expect(log[0]).toEqual([true, "User", 1, [["name", "x"]], "x"]);
    expect(String((log[1] as [never, never, never, [string, unknown][]])[3][0]![1])).toBe("users.age + ?");
    expect(log[2]).toEqual(["User", 1, true]);
    expect(log.length).toBe(3);
  });

  test("doOrmExecute tells of the classes that a statement is about", async () => {
    const { User, Address } = blog;
    const log: unknown[] = [];
    listen(s, "doOrmExecute", (state) => void log.push([state.allMappers.map(({ name }) => name).join(), state.isFromStatement]));
    await s.execute(select(User, Address.email, User.name).join(User.addresses)).all();
    await s.execute(select(aliased(User))).all();
    await s.execute(select(func.count())).all();
    await s.execute(update(User).where(User.id.eq(1)).values({ name: "x" }));
    await s.scalars(select(User).fromStatement(text("SELECT * FROM users"))).all();
    expect(log).toEqual([
      ["User,Address", false],
      ["User", false],
      ["", false],
      ["User", false],
      ["User", true],
    ]);
  });

  test("loadHistory() loads what there was", async () => {
    const { User, Address } = blog;
    const user = new User({ name: "a", addresses: [new Address({ email: "x" })] });
    s.add(user);
    await s.commit();
    s.expire(user);
    const { name, addresses } = inspect(user).attrs;
    expect([...name!.history.unchanged]).toEqual([]);
    expect((await name!.loadHistory()).unchanged).toEqual(["a"]);
    expect(addresses!.history.unchanged).toEqual([]);
    expect((await addresses!.loadHistory()).unchanged.length).toBe(1);
    user.name = "b";
    const { added, deleted } = await name!.loadHistory();
    expect([added, deleted]).toEqual([["b"], ["a"]]);
    expect((await inspect(new User({ name: "n" })).attrs.name!.loadHistory()).added).toEqual(["n"]);
  });

  test("initScalar gives values to what was never set", async () => {
    const { User } = blog;
    const fn = (target: object, value: unknown, values: Record<string, unknown>): unknown => {
      expect([target instanceof User, value]).toEqual([true, null]);
      if ((target as { name: string }).name === "kept") values["age"] = 18;
      return 18;
    };
    listen(User.age, "initScalar", fn);
    const [kept, shown] = [new User({ name: "kept" }), new User({ name: "shown" })];
    expect([kept.age, shown.age]).toEqual([18, 18]);
    s.addAll([kept, shown]);
    await s.commit();
    s.expungeAll();
    expect(await s.execute(select(User.name, User.age).orderBy(User.name)).all()).toEqual([
      ["kept", 18],
      ["shown", null],
    ]);
  });

  test("what is put in and is a member already is told of, and comes back into the session", async () => {
    const { User, Address } = blog;
    const log: string[] = [];
    for (const name of ["append", "appendWoMutation", "remove"] as const) {
      const fn = (_target: object, { email }: InstanceType<typeof Address>): void => void log.push(`${name} ${email}`);
      listen(User.addresses as never, name, fn as never);
    }
    const [a, b, c] = ["a", "b", "c"].map((email) => new Address({ email }));
    const user = new User({ name: "u", addresses: [a!, b!] });
    s.add(user);
    await s.commit();
    log.length = 0;
    s.expunge(a!);
    expect(s.has(a!)).toBe(false);
    user.addresses = [a!, c!];
    expect(log).toEqual(["append c", "appendWoMutation a", "remove b"]);
    expect(s.has(a!)).toBe(true);
    // c stayed where it was, so that taking it out makes it an orphan that nobody has written
    const d = new Address({ email: "d" });
    user.addresses = [a!, c!, d];
    user.addresses.splice(1, 1);
    expect([s.has(c!), s.has(d)]).toEqual([false, true]);
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
