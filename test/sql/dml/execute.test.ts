import {
  bindparam,
  Column,
  createEngine,
  delete_,
  type Engine,
  foreignKey,
  func,
  insert,
  literal,
  MetaData,
  select,
  t,
  Table,
  update,
  values,
  column,
  CompiledCache,
} from "athanor";
import * as mysql from "athanor/mysql";
import * as pg from "athanor/postgresql";
import * as sqlite from "athanor/sqlite";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { describeEachDatabase } from "../../support/databases.ts";

describeEachDatabase("INSERT, UPDATE, DELETE", (db) => {
  let engine: Engine;
  let counter = 0;
  const metadata = new MetaData();
  const users = new Table("users", metadata, {
    id: new Column(t.integer(), { primaryKey: true }),
    name: new Column(t.string(50), { nullable: false, unique: true }),
    age: new Column(t.integer(), { default: 18 }),
    token: new Column(t.string(20), { default: () => `t${(counter += 1)}` }),
    loud: new Column(t.string(50), { default: func.upper("x") }),
    changes: new Column(t.integer(), { default: 0, onupdate: 7 }),
  });
  const posts = new Table("posts", metadata, {
    id: new Column(t.integer(), { primaryKey: true }),
    userId: new Column("user_id", foreignKey("users.id")),
    body: new Column(t.text()),
    meta: new Column(t.json()),
  });
  const codes = new Table("codes", metadata, {
    code: new Column(t.string(10), { primaryKey: true }),
    value: new Column(t.bigInteger()),
  });

  beforeAll(async () => {
    engine = createEngine(db.url);
    await metadata.createAll(engine);
  });
  beforeEach(async () => {
    await engine.begin(async (conn) => {
      await conn.execute(delete_(posts));
      await conn.execute(delete_(users));
      await conn.execute(delete_(codes));
    });
  });
  afterAll(async () => {
    await metadata.dropAll(engine);
    await engine.dispose();
  });

  test("an INSERT of one row knows its new key, and computes the defaults", async () => {
    await engine.begin(async (conn) => {
      const result = await conn.execute(insert(users).values({ name: "sandy" }));
      const [id] = result.insertedPrimaryKey;
      expect(typeof id).toBe("number");
      const row = await conn
        .execute(select(users.c.name, users.c.age, users.c.token, users.c.loud).where(users.c.id.eq(id as number)))
        .one();
      expect(row).toEqual(["sandy", 18, `t${counter}`, "X"]);
      const given = await conn.execute(insert(codes).values({ code: "a", value: 2n ** 60n }));
      expect(given.insertedPrimaryKey).toEqual(["a"]);
      expect(await conn.execute(select(codes.c.value)).scalar()).toBe(2n ** 60n);
    });
  });

  test("parameters of the execution stand beside values of the statement", async () => {
    await engine.begin(async (conn) => {
      await conn.execute(insert(users), { name: "a", age: 3 });
      await conn.execute(insert(users).values(new Map([[users.c.age, 4]])), { name: "b" });
      await conn.execute(
        insert(users).values(new Map([[users.c.age, 5]])),
        [{ name: "c" }, { name: "d", age: 6 }].map((row) => ({ age: 5, ...row })),
      );
      const rows = await conn.execute(select(users.c.name, users.c.age).orderBy(users.c.name)).all();
      expect(rows).toEqual([
        ["a", 3],
        ["b", 4],
        ["c", 5],
        ["d", 6],
      ]);
    });
  });

  test("many rows with RETURNING come back in the order of the input", async () => {
    const rows = Array.from({ length: 2500 }, (_, i) => ({ name: `n${(i * 7919) % 2500}`, age: i }));
    await engine.begin(async (conn) => {
      const back = await conn.execute(insert(users).returning(users.c.name, users.c.age), rows).all();
      expect(back).toEqual(rows.map(({ name, age }) => [name, age]));
      const withIds = await conn.execute(select(users.c.id, users.c.age).orderBy(users.c.id)).all();
      expect(withIds.map(([, age]) => age)).toEqual(rows.map(({ age }) => age));
      const given = Array.from({ length: 50 }, (_, i) => ({ code: `c${(i * 13) % 50}`, value: BigInt(i) }));
      const codesBack = await conn.execute(insert(codes).returning(codes.c.value), given).all();
      expect(codesBack).toEqual(given.map(({ value }) => [value]));
    });
  });

  test("many rows without RETURNING, and defaults for each", async () => {
    const before = counter;
    await engine.begin(async (conn) => {
      await conn.execute(
        insert(users),
        Array.from({ length: 20 }, (_, i) => ({ name: `m${i}` })),
      );
      const tokens = await conn.execute(select(users.c.token).orderBy(users.c.id)).scalars().all();
      expect(tokens).toEqual(Array.from({ length: 20 }, (_, i) => `t${before + i + 1}`));
    });
  });

  test("rows in the statement, JSON, expressions and NULL", async () => {
    await engine.begin(async (conn) => {
      await conn.execute(
        insert(users).values([
          { name: "x", age: 1 },
          { name: func.lower("Y"), age: null },
        ]),
      );
      const rows = await conn.execute(select(users.c.id, users.c.name, users.c.age).orderBy(users.c.name)).all();
      expect(rows.map(([, name, age]) => [name, age])).toEqual([
        ["x", 1],
        ["y", null],
      ]);
      await conn.execute(insert(posts).values({ userId: rows[0]![0], meta: { a: [1, "é"] }, body: "b" }));
      expect(await conn.execute(select(posts.c.meta)).scalar()).toEqual({ a: [1, "é"] });
      await conn.execute(insert(posts).fromSelect(["userId", "body"], select(users.c.id, users.c.name)));
      expect(await conn.execute(select(func.count()).selectFrom(posts)).scalar()).toBe(3);
    });
  });

  test("UPDATE with conditions, expressions, onupdate, FROM and RETURNING", async () => {
    await engine.begin(async (conn) => {
      await conn.execute(insert(users), [
        { name: "a", age: 1 },
        { name: "b", age: 2 },
      ]);
      const older = update(users)
        .where(users.c.name.eq("b"))
        .values({ age: users.c.age.add(10) });
      const returning = older.returning(users.c.age, users.c.changes);
      if (db.dialect === "mysql") {
        await expect(conn.execute(returning).one()).rejects.toThrow(/no UPDATE … RETURNING/);
        expect((await conn.execute(older)).rowcount).toBe(1);
        expect(await conn.execute(select(users.c.age, users.c.changes).where(users.c.name.eq("b"))).one()).toEqual([12, 7]);
      } else {
        expect(await conn.execute(returning).one()).toEqual([12, 7]);
      }
      const many = update(users)
        .where(users.c.name.eq(bindparam("who")))
        .values({ age: bindparam("howOld", undefined, { type: t.integer() }) });
      await conn.execute(many, [
        { who: "a", howOld: 30 },
        { who: "b", howOld: 40 },
      ]);
      const v = values(column("n", t.string()), column("x", t.integer()), { name: "v" }).data([["a", 100]]);
      if (db.dialect === "postgresql") await conn.execute(update(users).values({ age: v.c["x"]! }).where(users.c.name.eq(v.c["n"]!)));
      expect(await conn.execute(select(users.c.age).orderBy(users.c.name)).scalars().all()).toEqual([
        db.dialect === "postgresql" ? 100 : 30,
        40,
      ]);
      const gone = await conn.execute(delete_(users).where(users.c.name.in(["a", "zz"])));
      expect(gone.rowcount).toBe(1);
    });
  });

  test("ON DUPLICATE KEY UPDATE, or ON CONFLICT", async () => {
    if (db.dialect === "mysql") {
      await engine.begin(async (conn) => {
        const statement = mysql.insert(codes).values({ code: "k", value: 1n });
        await conn.execute(statement);
        expect((await conn.execute(statement.prefixWith("IGNORE"))).rowcount).toBe(0);
        await conn.execute(statement.onDuplicateKeyUpdate({ value: codes.c.value.add(statement.inserted["value"]!) }));
        expect(await conn.execute(select(codes.c.value)).scalar()).toBe(2n);
        const rows = [
          { code: "k", value: 5n },
          { code: "l", value: 6n },
        ];
        const many = mysql.insert(codes);
        await conn.execute(many.onDuplicateKeyUpdate([["value", many.inserted["value"]!]]), rows);
        expect(await conn.execute(select(codes.c.value).orderBy(codes.c.code)).scalars().all()).toEqual([5n, 6n]);
      });
      return;
    }
    const insertInto = db.dialect === "postgresql" ? pg.insert : sqlite.insert;
    await engine.begin(async (conn) => {
      const statement = insertInto(codes).values({ code: "k", value: 1n });
      await conn.execute(statement);
      await conn.execute(statement.onConflictDoNothing());
      const upsert = statement.onConflictDoUpdate({
        indexElements: ["code"],
        set: { value: codes.c.value.add(statement.excluded["value"]!) },
      });
      await conn.execute(upsert);
      expect(await conn.execute(select(codes.c.value)).scalar()).toBe(2n);
    });
  });

  test("IN lists of any length are one compiled statement", async () => {
    const compiledCache = new CompiledCache(10);
    await engine.begin(async (conn) => {
      await conn.execute(insert(users), [{ name: "a" }, { name: "b" }, { name: "c" }]);
      const names = async (list: string[]): Promise<string[]> =>
        conn
          .execute(select(users.c.name).where(users.c.name.in(list)).orderBy(users.c.name), {}, { compiledCache })
          .scalars()
          .all();
      expect(await names(["a", "c", "q"])).toEqual(["a", "c"]);
      expect(await names([])).toEqual([]);
      expect(await names(["b"])).toEqual(["b"]);
      expect(compiledCache.stats).toMatchObject({ hits: 2, misses: 1, size: 1 });
    });
  });

  test("what a SELECT gives, with CTEs, UNION, subqueries, literals", async () => {
    await engine.begin(async (conn) => {
      await conn.execute(insert(users), [
        { name: "a", age: 5 },
        { name: "b", age: 6 },
      ]);
      const n = select(literal(1).label("n")).cte("nums", { recursive: true });
      const nums = n.unionAll(select(n.c["n"]!.add(1)).where(n.c["n"]!.lt(4)));
      expect(await conn.execute(select(nums.c["n"]!).orderBy(nums.c["n"]!)).scalars().all()).toEqual([1, 2, 3, 4]);
      const objects = await conn.execute(select({ who: users.c.name, doubled: users.c.age.mul(2) }).orderBy(users.c.name)).all();
      expect(objects).toEqual([
        { who: "a", doubled: 10 },
        { who: "b", doubled: 12 },
      ]);
      const page = await conn.execute(select(users.c.name).orderBy(users.c.name).limit(1).offset(1)).scalars().all();
      expect(page).toEqual(["b"]);
      const both = select(users.c.age)
        .union(select(literal(9)))
        .orderBy("age");
      expect(await conn.execute(both).scalars().all()).toEqual([5, 6, 9]);
      expect(await conn.execute(select(literal("x"), literal(1.5), literal(true), literal(3))).one()).toEqual(["x", 1.5, true, 3]);
    });
  });
});
