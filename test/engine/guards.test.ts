// TSX-30: what holds a program back from more than it means to do: requireWhere and maxRows, as options of engines and of executions.
import {
  and,
  ArgumentError,
  Column,
  type ClauseElement,
  createEngine,
  delete_,
  type Engine,
  type EngineOptions,
  type ExecutionOptions,
  explain,
  insert,
  inspect,
  InvalidRequestError,
  MaxRowsExceededError,
  MetaData,
  MissingWhereError,
  or,
  select,
  t,
  Table,
  text,
  true_,
  update,
} from "athanor";
import { limit } from "athanor/mysql";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { LimitedResponse, WireColumns } from "../../src/dialects/postgresql/drivers/wire.ts";
import { describeEachDatabase, describeEachDriver } from "../support/databases.ts";

const metadata = new MetaData();
const users = new Table("users", metadata, {
  id: new Column(t.integer(), { primaryKey: true, autoincrement: false }),
  name: new Column(t.string(50)),
});
const notes = new Table("notes", metadata, { id: new Column(t.integer(), { primaryKey: true, autoincrement: false }) });

const ROWS = Array.from({ length: 8 }, (_, i) => ({ id: i + 1, name: `user ${i + 1}` }));

/** An engine whose tables are there and filled. */
async function filled(url: string, options: EngineOptions): Promise<Engine> {
  const engine = createEngine(url, options);
  await metadata.createAll(engine);
  await engine.begin((conn) => conn.execute(insert(users), ROWS));
  return engine;
}

const count = (engine: Engine): Promise<number> => engine.begin(async (conn) => (await conn.execute(select(users))).all().length);

describeEachDatabase("TSX-30: requireWhere", (db) => {
  let engine: Engine;
  beforeEach(async () => {
    engine = await filled(db.url, { requireWhere: true });
  });
  afterEach(async () => {
    await metadata.dropAll(engine);
    await engine.dispose();
  });
  const run = (statement: ClauseElement, params?: unknown, options?: ExecutionOptions): Promise<unknown> =>
    engine.begin(async (conn) => conn.execute(statement, params as never, options));

  test("statements without WHERE are not sent", async () => {
    const refused: readonly (readonly [ClauseElement, unknown?])[] = [
      [delete_(users)],
      [update(users).values({ name: "x" })],
      [update(users), { name: "x" }],
      // the id would be set, not looked for
      [update(users), ROWS.slice(0, 2)],
      [delete_(users).where()],
      [delete_(users).where(...[])],
      [delete_(users).where(and())],
      [delete_(users).where(and(or(), and()))],
      [update(users).values({ name: "x" }).where(or())],
      ...(db.dialect === "mysql" ? ([[delete_(users).ext(limit(1))], [update(users).values({ name: "x" }).ext(limit(1))]] as const) : []),
      ...(db.dialect === "sqlite" || db.dialect === "postgresql" ? ([[delete_(users).returning(users.c.id)]] as const) : []),
    ];
    for (const [statement, params] of refused) {
      const error: unknown = await run(statement, params).then(
        () => null,
        (thrown: unknown) => thrown,
      );
      expect(error, String(statement)).toBeInstanceOf(MissingWhereError);
      expect(error).toBeInstanceOf(InvalidRequestError);
      expect(error).toMatchObject({ code: "missing-where" });
      expect((error as Error).message).toMatch(/^The (?:UPDATE|DELETE) of "users" has no WHERE .*requireWhere: false/);
    }
    expect(await count(engine)).toBe(8);
  });

  test("a streamed statement is refused as well", async () => {
    const conn = await engine.connect();
    await expect(conn.stream(delete_(users)).all()).rejects.toThrow(MissingWhereError);
    await conn.close();
    expect(await count(engine)).toBe(8);
  });

  test("statements with WHERE are sent, and others have none to give", async () => {
    await run(update(users).values({ name: "x" }).where(users.c.id.eq(1)));
    await run(delete_(users).where(users.c.id.in([])));
    await run(insert(notes).values({ id: 1 }));
    await run(text("UPDATE users SET name = 'text'"));
    await run(select(users));
    await run(explain(delete_(users)));
    expect(await count(engine)).toBe(8);
    await run(delete_(users).where(true_()));
    expect(await count(engine)).toBe(0);
  });

  test.for([
    ["the statement", (run_: typeof run) => run_(delete_(users).executionOptions({ requireWhere: false }))],
    ["the call", (run_: typeof run) => run_(delete_(users), {}, { requireWhere: false })],
    ["the call, with null", (run_: typeof run) => run_(delete_(users), {}, { requireWhere: null })],
  ] as const)("%s lifts it", async ([, send]) => {
    await send(run);
    expect(await count(engine)).toBe(0);
    // the text is in the cache by now, and what is asked for is asked again
    await expect(run(delete_(users))).rejects.toThrow(MissingWhereError);
  });

  test("the connection or another engine lifts it, and sets it", async () => {
    await engine.begin((conn) => conn.executionOptions({ requireWhere: false }).execute(delete_(users)));
    expect(await count(engine)).toBe(0);
    const free = engine.executionOptions({ requireWhere: false });
    await free.begin((conn) => conn.execute(delete_(users)));
    await expect(free.begin((conn) => conn.execute(delete_(users).executionOptions({ requireWhere: true })))).rejects.toThrow(
      MissingWhereError,
    );
  });

  test("undefined lifts nothing, nor does what is no boolean set it", async () => {
    for (const requireWhere of [undefined, 0, "no", {}]) {
      await expect(run(delete_(users).executionOptions({ requireWhere }))).rejects.toThrow(ArgumentError);
      await expect(run(delete_(users), {}, { requireWhere })).rejects.toThrow(ArgumentError);
    }
    expect(await count(engine)).toBe(8);
  });

  test("it is off unless it is asked for", async () => {
    await createEngine(db.url).dispose();
    const plain = engine.executionOptions({ requireWhere: false });
    await plain.begin((conn) => conn.execute(update(users).values({ name: "x" })));
    expect(await count(engine)).toBe(8);
  });
});

describeEachDatabase(
  "TSX-30: requireWhere within CTEs",
  (db) => {
    test("what is changed in a CTE needs a WHERE too", async () => {
      const engine = await filled(db.url, { requireWhere: true });
      const gone = delete_(users).returning(users.c.id).cte("gone");
      const changed = update(users).values({ name: "x" }).returning(users.c.id).cte("changed");
      const few = delete_(users).where(users.c.id.eq(1)).returning(users.c.id).cte("few");
      const statements: readonly (readonly [ClauseElement, RegExp | null])[] = [
        [select(gone), /DELETE of "users"/],
        [select(changed), /UPDATE of "users"/],
        [insert(notes).fromSelect(["id"], select(gone.c["id"]!)), /DELETE of "users"/],
        [
          update(notes)
            .values({ id: 1 })
            .where(notes.c.id.in(select(gone.c["id"]!))),
          /DELETE of "users"/,
        ],
        [select(few), null],
      ];
      for (const [statement, message] of statements) {
        const sent = engine.begin(async (conn) => conn.execute(statement));
        if (message === null) await sent;
        else await expect(sent).rejects.toThrow(message);
        await engine.begin(async (conn) => {
          // the options are those of the statement that is executed
          await conn.execute((statement as ReturnType<typeof text>).executionOptions({ requireWhere: false }));
          await conn.rollback();
        });
      }
      expect(await count(engine)).toBe(7);
      await engine.dispose();
    });
  },
  { only: ["postgresql", "pglite"] },
);

describeEachDriver("TSX-30: maxRows", (db) => {
  let engine: Engine;
  beforeEach(async () => {
    engine = await filled(db.url, { maxRows: 5 });
  });
  afterEach(async () => {
    await metadata.dropAll(engine);
    await engine.dispose();
  });
  const get = (statement: ClauseElement | string, options?: ExecutionOptions): Promise<number> =>
    engine.begin(async (conn) =>
      typeof statement === "string"
        ? (await conn.execDriverSql(statement, [], options)).all().length
        : (await conn.execute(statement, {}, options)).all().length,
    );

  test("a result may have as many rows, and no more", async () => {
    expect(await get(select(users).where(users.c.id.le(5)))).toBe(5);
    expect(await get(select(users).limit(3))).toBe(3);
    for (const statement of [select(users), text("SELECT * FROM users"), "SELECT * FROM users", select(users.c.id).union(select(notes))]) {
      const error: unknown = await get(statement).then(
        () => null,
        (thrown: unknown) => thrown,
      );
      expect(error, String(statement)).toBeInstanceOf(MaxRowsExceededError);
      expect(error).toBeInstanceOf(InvalidRequestError);
      expect(error).toMatchObject({ code: "max-rows", maxRows: 5, statement: expect.stringContaining("SELECT") as string });
      expect((error as Error).message).toMatch(/^The result has more than 5 rows.*maxRows: null.*\n\[SQL: SELECT/s);
    }
  });

  test("the connection is as good as before", async () => {
    const conn = await engine.connect();
    await conn.execute(insert(notes).values({ id: 1 }));
    for (let i = 0; i < 3; i += 1) {
      await expect(conn.execute(select(users).where(users.c.id.ge(i)))).rejects.toThrow(MaxRowsExceededError);
      expect(
        await conn
          .execute(select(users.c.id).where(users.c.id.eq(2)))
          .scalars()
          .all(),
      ).toEqual([2]);
    }
    await conn.commit();
    await conn.close();
    expect(await get(select(notes))).toBe(1);
  });

  test("the statement, the call, the connection and another engine say otherwise", async () => {
    expect(await get(select(users).executionOptions({ maxRows: null }))).toBe(8);
    expect(await get(select(users).executionOptions({ maxRows: 8 }))).toBe(8);
    expect(await get(select(users), { maxRows: null })).toBe(8);
    expect(await get("SELECT * FROM users", { maxRows: 8 })).toBe(8);
    await expect(get(select(users).executionOptions({ maxRows: 7 }))).rejects.toThrow("more than 7 rows");
    await expect(get(select(users).limit(2), { maxRows: 1 })).rejects.toThrow("more than 1 row,");
    await engine.begin(async (conn) => {
      conn.executionOptions({ maxRows: 10 });
      expect((await conn.execute(select(users))).all()).toHaveLength(8);
    });
    const free = engine.executionOptions({ maxRows: null });
    expect(await count(free)).toBe(8);
  });

  test("undefined lifts nothing, and what is no number is refused before anything is sent", async () => {
    for (const maxRows of [undefined, 0, -1, 1.5, "5", Number.NaN, Infinity, true, {}]) {
      await expect(get(select(users).executionOptions({ maxRows }))).rejects.toThrow(ArgumentError);
      await expect(get("DELETE FROM users", { maxRows })).rejects.toThrow(ArgumentError);
      if (maxRows !== undefined) expect(() => createEngine(db.url, { maxRows: maxRows as number })).toThrow(ArgumentError);
    }
    expect(await count(engine.executionOptions({ maxRows: null }))).toBe(8);
  });

  test("a stream gives the rows that are allowed, and then says that there are more", async () => {
    for (const yieldPer of [1, 2, 3, 5, 6, 7, 1000]) {
      const conn = await engine.connect();
      const stream = conn.stream(select(users.c.id).orderBy(users.c.id), {}, { yieldPer }).scalars();
      const read: unknown[] = [];
      const reading = (async () => {
        for await (const id of stream) read.push(id);
      })();
      await expect(reading, String(yieldPer)).rejects.toThrow(MaxRowsExceededError);
      expect(read).toEqual([1, 2, 3, 4, 5]);
      expect(await conn.stream(select(users.c.id).limit(5), {}, { yieldPer }).all()).toHaveLength(5);
      expect(await conn.stream(select(users.c.id), {}, { yieldPer, maxRows: null }).all()).toHaveLength(8);
      // who stops before has no more than he wanted
      for await (const _row of conn.stream(select(users), {}, { yieldPer })) break;
      await conn.close();
    }
  });

  test("rows that come back for a list of parameters are not counted", async () => {
    await engine.begin(async (conn) => {
      const more = ROWS.map(({ id, name }) => ({ id: id + 100, name }));
      await conn.execute(insert(users), more);
      if (db.dialect === "mysql") return;
      const returned = await conn.execute(
        insert(users).returning(users.c.id),
        more.map(({ id, name }) => ({ id: id + 100, name })),
      );
      expect(returned.all()).toHaveLength(8);
      await expect(conn.execute(update(users).values({ name: "x" }).returning(users.c.id))).rejects.toThrow(MaxRowsExceededError);
    });
  });

  test("the catalogue is read whole", async () => {
    const many = new MetaData();
    for (let i = 0; i < 8; i += 1) {
      new Table(`many_${i}`, many, Object.fromEntries(Array.from({ length: 8 }, (_, n) => [`c${n}`, new Column(t.integer())])));
    }
    await many.createAll(engine);
    const inspector = inspect(engine);
    expect(await inspector.getTableNames()).toHaveLength(10);
    expect(await inspector.getColumns("many_1")).toHaveLength(8);
    const conn = await engine.connect();
    expect(await inspect(conn).getTableNames()).toHaveLength(10);
    await conn.close();
    const read = new MetaData();
    await read.reflect(engine);
    expect(read.tables.size).toBe(10);
    await many.createAll(engine);
    await many.dropAll(engine);
  });
});

describeEachDatabase(
  "TSX-30: maxRows and results without end",
  (db) => {
    const endless = text("WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c");

    test("no more is read than what tells that it is too much", async () => {
      const engine = createEngine(db.url, { maxRows: 100 });
      await engine.begin(async (conn) => {
        const read: unknown[] = [];
        const reading = (async () => {
          for await (const x of conn.stream(endless).scalars()) read.push(x);
        })();
        await expect(reading).rejects.toThrow(MaxRowsExceededError);
        expect(read).toHaveLength(100);
        if (db.dialect === "sqlite") await expect(conn.execute(endless)).rejects.toThrow(MaxRowsExceededError);
      });
      await engine.dispose();
    });
  },
  { only: ["sqlite", "sqlite-file", "better-sqlite3", "postgresql", "pglite"] },
);

describe("TSX-30: what is kept of a result", () => {
  test("the driver of PostgreSQL keeps one row more than are allowed", () => {
    const response = new LimitedResponse(new WireColumns([{ name: "x", dataTypeID: 23 }]), 0, 4);
    for (let i = 0; i < 100; i += 1) response.dataRow([String(i)]);
    expect(response.rows).toEqual([[0], [1], [2], [3]]);
  });
});

describe("TSX-30: the options of an engine", () => {
  test("are execution options of all that it runs", () => {
    expect(createEngine("sqlite://", { requireWhere: true, maxRows: 10 }).getExecutionOptions()).toMatchObject({
      requireWhere: true,
      maxRows: 10,
    });
    expect("maxRows" in createEngine("sqlite://").getExecutionOptions()).toBe(false);
    expect("maxRows" in createEngine("sqlite://", { maxRows: undefined } as never).getExecutionOptions()).toBe(false);
    expect(() => createEngine("sqlite://", { requireWhere: "yes" as never })).toThrow(ArgumentError);
  });
});

describe("TSX-30, TYP-03: undefined is no filter", () => {
  const nothing = undefined as never;
  const PLACES: Readonly<Record<string, () => unknown>> = {
    "select().where()": () => select(users).where(nothing),
    "select().where(), one of two": () => select(users).where(users.c.id.eq(1), nothing),
    "select().filterBy()": () => select(users).filterBy({ name: nothing }),
    "filterBy(undefined)": () => select(users).filterBy(nothing),
    "eq()": () => users.c.id.eq(nothing),
    "ne()": () => users.c.id.ne(nothing),
    "is()": () => users.c.id.is(nothing),
    "in()": () => users.c.id.in(nothing),
    "in(), an item": () => users.c.id.in([1, nothing]),
    "like()": () => users.c.name.like(nothing),
    "between()": () => users.c.id.between(1, nothing),
    "and()": () => and(users.c.id.eq(1), nothing),
    "or()": () => or(users.c.id.eq(1), nothing),
    "update().where()": () => update(users).where(nothing),
    "update().filterBy()": () => update(users).filterBy({ id: nothing }),
    "update().values()": () => update(users).values({ name: nothing }),
    "update().values(undefined)": () => update(users).values(nothing),
    "insert().values()": () => insert(users).values({ id: 1, name: nothing }),
    "insert().values(), a row of many": () => insert(users).values([{ id: 1, name: "a" }, nothing]),
    "delete_().where()": () => delete_(users).where(nothing),
    "delete_().filterBy()": () => delete_(users).filterBy({ id: nothing }),
    "limit()": () => select(users).limit(nothing),
  };

  test.for(Object.entries(PLACES))("%s", ([, place]) => {
    expect(place).toThrow(ArgumentError);
  });

  test("parameters of an execution", async () => {
    const engine = await filled("sqlite://", {});
    const byId = select(users).where(users.c.id.eq(text(":id") as never));
    await engine.begin(async (conn) => {
      await expect(conn.execute(byId, { id: undefined })).rejects.toThrow(ArgumentError);
      await expect(conn.execute(insert(users), { id: 9, name: undefined } as never)).rejects.toThrow(ArgumentError);
      await expect(conn.execute(text("DELETE FROM users WHERE id = :id"), { id: undefined })).rejects.toThrow(ArgumentError);
    });
    expect(await count(engine)).toBe(8);
    await engine.dispose();
  });
});
