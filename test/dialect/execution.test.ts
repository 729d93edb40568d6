import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  ArgumentError,
  Column,
  createEngine,
  DataError,
  DBAPIError,
  type Engine,
  func,
  insert,
  IntegrityError,
  listen,
  literal,
  MetaData,
  OperationalError,
  ProgrammingError,
  select,
  t,
  Table,
  text,
  update,
  CompiledCache,
} from "athanor";
import { describeEachDriver } from "../support/databases.ts";

describeEachDriver("execution", (db) => {
  const metadata = new MetaData();
  const users = new Table("users", metadata, {
    id: new Column(t.integer(), { primaryKey: true }),
    name: new Column(t.string(50), { nullable: false, unique: true }),
    joined: new Column(t.dateTime()),
    photo: new Column(t.largeBinary()),
    visits: new Column(t.bigInteger()),
    active: new Column(t.boolean()),
  });
  let engine: Engine;

  beforeAll(async () => {
    engine = createEngine(db.url);
    await metadata.createAll(engine);
  });
  afterAll(async () => {
    await engine.dispose();
  });
  beforeEach(async () => {
    await engine.begin((conn) => conn.execute(text("DELETE FROM users")));
  });

  test("values come back as they went", async () => {
    const row = {
      id: 1,
      name: "sandy",
      joined: new Date("2020-01-02T03:04:05.678Z"),
      photo: new Uint8Array([0, 255, 1]),
      visits: 9007199254740993n,
      active: true,
    };
    await engine.begin((conn) => conn.execute(insert(users).values(row)));
    await using conn = await engine.connect();
    const [found] = await conn.execute(select(users)).mappings().all();
    expect(found).toEqual(row);
    expect(Object.getPrototypeOf(found!["photo"])).toBe(Uint8Array.prototype);
    expect(await conn.execute(select(users.c["name"]!, users.c["visits"]!)).all()).toEqual([["sandy", 9007199254740993n]]);
    expect(await conn.execute(select({ who: users.c["name"]! })).all()).toEqual([{ who: "sandy" }]);
  });

  test("many rows with one call", async () => {
    const rows = Array.from({ length: 1200 }, (_, i) => ({ name: `n${i}` }));
    await engine.begin(async (conn) => {
      const result = await conn.execute(insert(users), rows);
      expect(result.rowcount).toBe(1200);
      const changed = await conn.execute(update(users).values({ active: false }));
      expect(changed.rowcount).toBe(1200);
      expect((await conn.execute(insert(users), [])).rowcount).toBe(0);
    });
    await using conn = await engine.connect();
    expect(Number(await conn.scalar(text("SELECT count(*) FROM users")))).toBe(1200);
  });

  test("many rows with RETURNING come in the order of the input", async () => {
    const rows = Array.from({ length: 700 }, (_, i) => ({ name: `m${(i * 7919) % 700}` }));
    const contexts = new Set<unknown>();
    let statements = 0;
    await using conn = await engine.connect();
    listen(conn, "beforeCursorExecute", (_conn, _cursor, _sql, _params, context) => {
      contexts.add(context);
      statements += 1;
    });
    const result = await conn.execute(insert(users).returning(users.c["id"]!, users.c["name"]!, { sortByParameterOrder: true }), rows);
    const got = result.all();
    expect(got.map(([, name]) => name)).toEqual(rows.map(({ name }) => name));
    expect(contexts.size).toBe(1);
    expect(statements).toBeLessThan(10);
  });

  test("the key of a new row is known", async () => {
    await using conn = await engine.connect();
    const one = await conn.execute(insert(users).values({ name: "one" }));
    const two = await conn.execute(insert(users), { name: "two" });
    const three = await conn.execute(insert(users).values({ id: 77, name: "three" }));
    expect(one.insertedPrimaryKey[0]).toBeTypeOf("number");
    expect(two.insertedPrimaryKey[0]).toBe((one.insertedPrimaryKey[0] as number) + 1);
    expect(three.insertedPrimaryKey).toEqual([77]);
    expect(await conn.execute(select(users.c["id"]!).where(users.c["name"]!.eq("two"))).scalar()).toBe(two.insertedPrimaryKey[0]);
    expect(() => one.all()).toThrow(/gives no rows/);
  });

  test("statements of one structure are compiled once", async () => {
    const compiledCache = new CompiledCache(10);
    await using conn = await engine.connect();
    for (let i = 0; i < 5; i++) await conn.execute(select(users.c["name"]!).where(users.c["id"]!.eq(i)), {}, { compiledCache }).all();
    expect(compiledCache.stats).toMatchObject({ hits: 4, misses: 1, size: 1 });
  });

  test("undefined is no value", async () => {
    await using conn = await engine.connect();
    await expect(conn.execute(text("SELECT :x"), { x: undefined })).rejects.toThrow(/parameter "x" is undefined/);
    // @ts-expect-error: undefined is no value
    await expect(conn.execute(insert(users), [{ name: "a" }, { name: undefined }])).rejects.toThrow(/"name" of set 1/);
    await expect(conn.execDriverSql("SELECT 1", [undefined])).rejects.toThrow(ArgumentError);
    await expect(conn.execute(text("SELECT :x"), [1] as never)).rejects.toThrow(ArgumentError);
    await expect(conn.execute("SELECT 1" as never)).rejects.toThrow(/use text/);
  });

  test("rows of the same name are told apart by place", async () => {
    await using conn = await engine.connect();
    expect(await conn.execute(text("SELECT 1 AS id, 2 AS id")).all()).toEqual([[1, 2]]);
  });

  test("rows as they arrive", async () => {
    const rows = Array.from({ length: 25 }, (_, i) => ({ id: i + 1, name: `s${i}` }));
    await using conn = await engine.connect();
    await conn.execute(insert(users), rows);
    const query = select(users.c["id"]!).orderBy(users.c["id"]!);
    const seen: unknown[] = [];
    for await (const id of conn.stream(query, null, { yieldPer: 10 }).scalars()) {
      seen.push(id);
      // other statements may run meanwhile
      if (id === 3) expect(await conn.scalar(select(literal(1)))).toBe(1);
      if (id === 23) break;
    }
    expect(seen).toHaveLength(23);
    const sizes: number[] = [];
    for await (const part of conn.stream(query, null, { yieldPer: 7 }).partitions(10)) sizes.push(part.length);
    expect(sizes).toEqual([10, 10, 5]);
    expect(await conn.stream(query).mappings().first()).toEqual({ id: 1 });
    expect(await conn.streamScalars(query).all()).toHaveLength(25);
    expect(await conn.stream(query).scalar()).toBe(1);
    await expect(conn.stream(query).one()).rejects.toThrow(/several rows/);
    await conn.execute(text("DELETE FROM users"));
  });

  test("names of functions are names like others", async () => {
    const named = new Table("cast", new MetaData(), {
      max: new Column(t.integer(), { primaryKey: true, autoincrement: false }),
      count: new Column(t.integer()),
      now: new Column(t.integer()),
    });
    await named.metadata.createAll(engine);
    await engine.begin(async (conn) => {
      await conn.execute(insert(named), [{ max: 1, count: 2, now: 3 }]);
      expect(await conn.execute(select(named.c.count, func.max(named.c.now)).groupBy(named.c.count)).all()).toEqual([[2, 3]]);
    });
    await named.metadata.dropAll(engine);
  });

  test("a stream that is left early keeps nothing locked", async () => {
    await using conn = await engine.connect();
    await conn.execute(
      insert(users),
      Array.from({ length: 300 }, (_, i) => ({ id: i + 1, name: `n${i}` })),
    );
    await conn.commit();
    await conn.execute(text("CREATE TABLE left_early (n INTEGER)"));
    const statement = select(users.c.id).where(users.c.id.gt(2)).orderBy(users.c.id);
    for await (const [id] of conn.stream(statement, null, { yieldPer: 2 })) {
      expect(id).toBe(3);
      break;
    }
    await conn.execute(text("DROP TABLE left_early"));
    if (db.dialect === "sqlite") {
      await conn.execute(text("CREATE TABLE left_early (n INTEGER)"));
      await conn.execute(text("EXPLAIN QUERY PLAN SELECT * FROM left_early")).all();
      for await (const _row of conn.stream(text("EXPLAIN QUERY PLAN SELECT * FROM left_early")));
      await conn.execute(text("DROP TABLE left_early"));
    }
    if (db.dialect !== "mysql") {
      // what writes has written all of it, however little of it was read
      const written = update(users).values({ visits: 1n }).returning(users.c.id);
      for await (const _row of conn.stream(written, null, { yieldPer: 2 })) break;
      expect(await conn.scalar(select(func.count()).where(users.c.visits.eq(1n)))).toBe(300);
    }
    await conn.commit();
  });

  describe("errors", () => {
    test("have their class, the statement and its values", async () => {
      await using conn = await engine.connect();
      await conn.execute(insert(users).values({ name: "a" }));
      const error = await conn.beginNested(() => conn.execute(insert(users).values({ name: "a" }))).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(IntegrityError);
      const { statement, params, cause, table, sqlstate, connectionInvalidated, message, code, name } = error as IntegrityError;
      expect(statement).toContain("INSERT INTO users");
      expect(params).toContain("a");
      expect(cause).toBeInstanceOf(Error);
      expect({ table, connectionInvalidated, code, name }).toEqual({
        // the server names the key alone
        table: db.dialect === "mysql" ? null : "users",
        connectionInvalidated: false,
        code: "gkpj",
        name: "IntegrityError",
      });
      expect(sqlstate).toBe({ sqlite: "SQLITE_CONSTRAINT_UNIQUE", postgresql: "23505", mysql: "23000" }[db.dialect]);
      expect(message).toContain("[SQL: INSERT INTO users");
      await expect(conn.beginNested(() => conn.execute(text("INSERT INTO users (id) VALUES (5)")))).rejects.toThrow(IntegrityError);
    });

    test("hide the values when told to", async () => {
      const hiding = createEngine(db.url, { hideParameters: true });
      await metadata.createAll(hiding);
      const error = await hiding
        .begin(async (conn) => {
          await conn.execute(insert(users).values({ name: "s3cret" }));
          await conn.execute(insert(users).values({ name: "s3cret" }));
        })
        .catch((thrown: unknown) => thrown as DBAPIError);
      expect(error).toBeInstanceOf(IntegrityError);
      expect((error as DBAPIError).params).toBeUndefined();
      const { inspect } = await import("node:util");
      expect(inspect(error, { depth: 5 })).not.toContain("s3cret");
      await hiding.dispose();
    });

    test("of syntax and of names", async () => {
      await using conn = await engine.connect();
      const expected = db.dialect === "sqlite" ? OperationalError : ProgrammingError;
      await expect(conn.execDriverSql("SELEC 1")).rejects.toThrow(expected);
      await conn.rollback();
      await expect(conn.execDriverSql("SELECT * FROM nothing_like_it")).rejects.toThrow(expected);
    });

    test("of texts with several statements, of which no part is run", async () => {
      if (db.dialect === "mysql") return;
      await using conn = await engine.connect();
      await expect(conn.execDriverSql("SELECT 1; SELECT 2")).rejects.toThrow(DBAPIError);
      await conn.rollback();
      for (const one of ["SELECT 1;", "SELECT 1 ; -- ;", "SELECT 1; /* ; */ ;\n"]) {
        expect(await conn.execDriverSql(one).scalar()).toBe(1);
      }
    });

    test("of values", async () => {
      await using conn = await engine.connect();
      const placeholder = db.dialect === "postgresql" ? "$1" : "?";
      await expect(conn.execDriverSql(`SELECT ${placeholder}`, ["\ud800"])).rejects.toThrow(DataError);
      await expect(conn.execDriverSql(`SELECT ${placeholder}`, [new Date()])).rejects.toThrow(/a Date/);
      await expect(conn.execDriverSql(`SELECT ${placeholder}`, [])).rejects.toThrow(DBAPIError);
      await conn.rollback();
      expect(await conn.execDriverSql("SELECT 1").scalar()).toBe(1);
    });
  });
});
