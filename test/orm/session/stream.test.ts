import { createEngine, InvalidRequestError, insert, joinedload, listen, select, selectinload, type Session, text, union } from "athanor";
import { StatementRecorder } from "athanor/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { describeEachDatabase } from "../../support/databases.ts";
import { type Blog, openBlog } from "../support/blog.ts";

const USERS = 25;

describeEachDatabase("streams of a session", (db) => {
  let blog: Blog;
  let s: Session;
  beforeEach(async () => {
    blog = await openBlog(db.url);
    const { User, Address } = blog;
    await using filling = blog.Session();
    for (let i = 1; i <= USERS; i += 1) {
      filling.add(
        new User({
          name: `user ${String(i).padStart(2, "0")}`,
          addresses: [new Address({ email: `${i}@a` }), new Address({ email: `${i}@b` })],
        }),
      );
    }
    await filling.commit();
    s = blog.Session();
  });
  afterEach(async () => {
    await s.close();
    await blog.engine.dispose();
  });

  test("objects come in batches, each with what is loaded with it", async () => {
    const { User } = blog;
    const recorder = new StatementRecorder(blog.engine);
    const stmt = select(User).options(selectinload(User.addresses)).orderBy(User.name);
    const names: string[] = [];
    for await (const user of s.stream(stmt, { executionOptions: { yieldPer: 10 } }).scalars()) {
      names.push(user.name);
      expect(user.addresses.map(({ email }) => email)).toEqual([`${names.length}@a`, `${names.length}@b`]);
    }
    expect(names).toHaveLength(USERS);
    expect(names).toEqual(names.toSorted());
    // one statement for the users, and one for the addresses of each batch
    expect(recorder.statements.filter(({ sql }) => /FROM \S*addresses/.test(sql))).toHaveLength(3);
    expect(recorder.statements.filter(({ sql }) => /FROM \S*users/.test(sql))).toHaveLength(1);
    recorder.stop();
  });

  test("what the session knows is given, and what is new is known from then on", async () => {
    const { User } = blog;
    const first = await s.scalars(select(User).orderBy(User.id).limit(1)).one();
    first.name = "changed";
    await s.flush();
    const streamed: object[] = [];
    for await (const [user] of s.stream(select(User).orderBy(User.id), { executionOptions: { yieldPer: 7 } })) streamed.push(user);
    expect(streamed[0]).toBe(first);
    expect(first.name).toBe("changed");
    expect(await s.get(User, first.id)).toBe(first);
    expect(streamed).toHaveLength(USERS);
  });

  test("changes are written before", async () => {
    const { User } = blog;
    s.add(new User({ name: "a new one" }));
    expect(
      await s
        .stream(select(User).where(User.name.eq("a new one")))
        .scalars()
        .all(),
    ).toHaveLength(1);
  });

  test("between batches the session can be used, also for changes", async () => {
    const { User, Address } = blog;
    let count = 0;
    for await (const user of s.stream(select(User).orderBy(User.id), { executionOptions: { yieldPer: 4 } }).scalars()) {
      const addresses = await s.scalars(select(Address).where(Address.userId.eq(user.id))).all();
      expect(addresses).toHaveLength(2);
      user.name += "!";
      count += 1;
      if (count % 10 === 0) await s.flush();
    }
    await s.commit();
    expect(count).toBe(USERS);
    await using other = blog.Session();
    const names = await other.scalars(select(User.name)).all();
    expect(names.every((name) => name.endsWith("!"))).toBe(true);
  });

  test("leaving early frees the connection for what comes", async () => {
    const { User } = blog;
    for await (const user of s.stream(select(User).orderBy(User.id), { executionOptions: { yieldPer: 2 } }).scalars()) {
      expect(user.name).toBe("user 01");
      break;
    }
    expect(await s.scalars(select(User.id)).all()).toHaveLength(USERS);
    await s.commit();
    await s.close();
    expect(blog.engine.pool.checkedout()).toBe(0);
  });

  test("columns, several things, mappings, no rows", async () => {
    const { User } = blog;
    const sizes: number[] = [];
    for await (const part of s.stream(select(User.id, User.name)).partitions(10)) sizes.push(part.length);
    expect(sizes).toEqual([10, 10, 5]);
    const [row] = await s.stream(select(User, User.name).orderBy(User.name)).fetchmany(1);
    expect(row![0].name).toBe(row![1]);
    const mappings = await s
      .stream(select({ n: User.name }).orderBy(User.name))
      .mappings()
      .fetchmany(2);
    expect(mappings).toEqual([{ n: "user 01" }, { n: "user 02" }]);
    const none = s.stream(select(User.name, User.id).where(User.id.lt(0)));
    expect(await none.keys()).toEqual(["name", "id"]);
    expect(await none.all()).toEqual([]);
    const both = union(select(User.name).where(User.id.lt(0)), select(User.name)).orderBy("name");
    expect(await s.stream(both).scalars().first()).toBe("user 01");
  });

  test("collections by join are read as a whole, and not in batches", async () => {
    const { User } = blog;
    const stmt = select(User).options(joinedload(User.addresses)).orderBy(User.id);
    const users = await s.stream(stmt).scalars().all();
    expect(users).toHaveLength(USERS);
    expect(users.every(({ addresses }) => addresses.length === 2)).toBe(true);
    await expect(s.stream(stmt, { executionOptions: { yieldPer: 3 } }).all()).rejects.toThrow(InvalidRequestError);
    await expect(s.stream(stmt, { executionOptions: { yieldPer: 3 } }).all()).rejects.toThrow("selectinload()");
    expect(await s.scalars(select(User.id)).all()).toHaveLength(USERS);
  });

  test("listeners to doOrmExecute see it, and may answer in its stead", async () => {
    const { User } = blog;
    const seen: boolean[] = [];
    listen(s, "doOrmExecute", (state) => {
      seen.push(state.isSelect);
    });
    expect(await s.stream(select(User)).scalars().all()).toHaveLength(USERS);
    expect(seen).toEqual([true]);
    listen(s, "doOrmExecute", (state) => state.invokeStatement(select(User).limit(3)));
    expect(await s.stream(select(User)).scalars().all()).toHaveLength(3);
  });

  test("a second flow is refused while rows are on their way", async () => {
    const { User } = blog;
    const stream = s.stream(select(User).orderBy(User.id));
    const reading = stream.fetchone();
    await expect(s.get(User, -1)).rejects.toThrow("stream(");
    expect(await reading).not.toBeNull();
    await stream.close();
  });

  test.runIf(db.name !== "mariadb")("INSERT with RETURNING is run as a whole", async () => {
    const { User } = blog;
    const added = s.stream(insert(User).returning(User), [{ name: "x" }, { name: "y" }]);
    expect((await added.scalars().all()).map(({ name }) => name)).toEqual(["x", "y"]);
  });
});

test("a long stream of SQLite lets others run", async () => {
  const engine = createEngine("sqlite://");
  const sql = "WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 300000) SELECT n FROM s";
  let turns = 0;
  const timer = setInterval(() => (turns += 1), 1);
  let rows = 0;
  await using conn = await engine.connect();
  for await (const _ of conn.stream(text(sql))) rows += 1;
  clearInterval(timer);
  expect(rows).toBe(300_000);
  expect(turns).toBeGreaterThan(2);
  await engine.dispose();
});
