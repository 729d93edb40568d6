// DDL of SQLite, run, with its effect; and functions of the program's own: https://www.sqlite.org/lang_createtable.html
import type { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import {
  checkConstraint,
  Column,
  CompileError,
  computed,
  createEngine,
  type Engine,
  event,
  foreignKey,
  func,
  index,
  insert,
  IntegrityError,
  MetaData,
  primaryKeyConstraint,
  select,
  t,
  Table,
  text,
  uniqueConstraint,
  update,
} from "athanor";
import { describeEachDatabase } from "../../support/databases.ts";

describeEachDatabase(
  "DDL of SQLite",
  (db) => {
    let engine: Engine;
    let metadata: MetaData;
    beforeAll(() => {
      engine = createEngine(db.url);
    });
    beforeEach(() => {
      metadata = new MetaData();
      return async () => metadata.dropAll(engine);
    });
    afterAll(async () => {
      await engine.dispose();
    });

    const id = (): Column<number> => new Column(t.integer(), { primaryKey: true }) as Column<number>;
    const run = (statement: Parameters<Awaited<ReturnType<Engine["connect"]>>["execute"]>[0]): Promise<unknown> =>
      engine.begin((conn) => conn.execute(statement));
    const rows = async (sql: string): Promise<unknown[]> => {
      await using conn = await engine.connect();
      return (await conn.execDriverSql(sql).all()).map((row) => [...(row as unknown[])]);
    };

    test("STRICT tables keep the types", async () => {
      const strict = new Table("st_t", metadata, { id: id(), n: new Column(t.integer()) }, { sqliteStrict: true });
      const loose = new Table("st_l", metadata, { id: id(), n: new Column(t.integer()) });
      await metadata.createAll(engine);
      expect(await rows("SELECT name, strict FROM pragma_table_list WHERE name LIKE 'st\\_%' ESCAPE '\\' ORDER BY name")).toEqual([
        ["st_l", 0],
        ["st_t", 1],
      ]);
      await run(insert(loose).values({ n: text("'word'") as never }));
      await expect(run(insert(strict).values({ n: text("'word'") as never }))).rejects.toThrow(/cannot store TEXT value in INTEGER column/);
    });

    test("WITHOUT ROWID, both", async () => {
      const table = new Table("wr_t", metadata, { code: new Column(t.text(), { primaryKey: true }), n: new Column(t.integer()) }, [], {
        sqliteWithRowid: false,
        sqliteStrict: true,
      });
      await metadata.createAll(engine);
      expect(await rows("SELECT wr, strict FROM pragma_table_list WHERE name = 'wr_t'")).toEqual([[1, 1]]);
      await run(insert(table).values({ code: "a", n: 1 }));
      await expect(rows("SELECT rowid FROM wr_t")).rejects.toThrow(/no such column/);
    });

    test("AUTOINCREMENT never gives a number twice", async () => {
      const often = new Table("ai_a", metadata, { id: id(), n: new Column(t.integer()) }, { sqliteAutoincrement: true });
      const never = new Table("ai_b", metadata, { id: id(), n: new Column(t.integer()) });
      await metadata.createAll(engine);
      for (const table of [often, never]) {
        await engine.begin(async (conn) => {
          await conn.execute(insert(table), [{ n: 1 }, { n: 2 }]);
          await conn.execute(table.delete());
          await conn.execute(insert(table).values({ n: 3 }));
        });
      }
      expect([await rows("SELECT id FROM ai_a"), await rows("SELECT id FROM ai_b")]).toEqual([[[3]], [[1]]]);
      const pair = new Table(
        "ai_c",
        new MetaData(),
        { a: new Column(t.integer(), { primaryKey: true, autoincrement: true }), b: new Column(t.integer(), { primaryKey: true }) },
        { sqliteAutoincrement: true },
      );
      await expect(pair.create(engine)).rejects.toThrow(CompileError);
    });

    test("ON CONFLICT of constraints and columns", async () => {
      const table = new Table(
        "oc_t",
        metadata,
        {
          id: new Column(t.integer(), { primaryKey: true, sqliteOnConflictPrimaryKey: "REPLACE" }),
          name: new Column(t.text(), { unique: true, sqliteOnConflictUnique: "IGNORE" }),
          n: new Column(t.integer(), { nullable: false, sqliteOnConflictNotNull: "REPLACE", serverDefault: text("7") }),
          a: new Column(t.integer()),
          b: new Column(t.integer()),
        },
        [uniqueConstraint("a", "b", { sqliteOnConflict: "IGNORE" }), checkConstraint("a < 100", { sqliteOnConflict: "IGNORE" })],
      );
      await metadata.createAll(engine);
      await engine.begin(async (conn) => {
        await conn.execute(insert(table).values({ id: 1, name: "x", n: 1, a: 1, b: 1 }));
        await conn.execute(insert(table).values({ id: 1, name: "y", n: 2, a: 2, b: 1 }));
        await conn.execute(insert(table).values({ id: 2, name: "y", n: 3, a: 3, b: 1 }));
        await conn.execute(insert(table).values({ id: 3, name: "z", n: 3, a: 2, b: 1 }));
        await conn.execute(insert(table).values({ id: 4, name: "w", n: null as never, a: 4, b: 1 }));
        expect(await conn.execute(select(table.c.id, table.c.name, table.c.n).orderBy(table.c.id)).all()).toEqual([
          [1, "y", 2],
          [4, "w", 7],
        ]);
      });
      const composite = new Table(
        "oc_p",
        metadata,
        { a: new Column(t.integer()), b: new Column(t.integer()), n: new Column(t.integer()) },
        [primaryKeyConstraint("a", "b", { sqliteOnConflict: "REPLACE" })],
      );
      await composite.create(engine);
      await run(
        insert(composite).values([
          { a: 1, b: 1, n: 1 },
          { a: 1, b: 1, n: 2 },
        ]),
      );
      expect(await rows("SELECT n FROM oc_p")).toEqual([[2]]);
      expect(
        () => new Table("x", new MetaData(), { a: new Column(t.integer(), { sqliteOnConflictUnique: "PANIC", unique: true }) }),
      ).not.toThrow();
      const wrong = new Table("x", new MetaData(), { a: new Column(t.integer(), { sqliteOnConflictUnique: "PANIC", unique: true }) });
      await expect(wrong.create(engine)).rejects.toThrow(/Unexpected SQL phrase "PANIC"/);
    });

    test("indexes: partial, of expressions, descending", async () => {
      const table = new Table("ix_t", metadata, { id: id(), a: new Column(t.integer()), b: new Column(t.text()) });
      index("ix_p", table.c.a, { sqliteWhere: table.c.b.isNot(null), unique: true });
      index("ix_e", func.lower(table.c.b), table.c.a.desc());
      await metadata.createAll(engine);
      expect(await rows("SELECT sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'ix_t' ORDER BY name")).toEqual([
        ["CREATE INDEX ix_e ON ix_t (lower(b), a DESC)"],
        ["CREATE UNIQUE INDEX ix_p ON ix_t (a) WHERE b IS NOT NULL"],
      ]);
      await run(
        insert(table).values([
          { a: 1, b: null },
          { a: 1, b: null },
          { a: 1, b: "x" },
        ]),
      );
      await expect(run(insert(table).values({ a: 1, b: "y" }))).rejects.toThrow(IntegrityError);
      const plan = await rows("EXPLAIN QUERY PLAN SELECT * FROM ix_t WHERE lower(b) = 'x'");
      expect(JSON.stringify(plan)).toContain("ix_e");
    });

    test("computed columns, defaults that are expressions, foreign keys that can wait", async () => {
      const parent = new Table("cc_p", metadata, { id: id() });
      const table = new Table("cc_t", metadata, {
        id: id(),
        a: new Column(t.integer()),
        stored: new Column(t.integer(), computed("a * 2", { persisted: true })),
        virtual: new Column(t.integer(), computed("a * 3", { persisted: false })),
        made: new Column(t.text(), { serverDefault: func.upper("made") }),
        sum: new Column(t.integer(), { serverDefault: text("1 + 1") }),
        p: new Column(t.integer(), foreignKey("cc_p.id", { deferrable: true, initially: "DEFERRED", ondelete: "SET NULL" })),
      });
      await metadata.createAll(engine);
      expect(await rows("SELECT name, hidden FROM pragma_table_xinfo('cc_t') WHERE hidden > 0")).toEqual([
        ["stored", 3],
        ["virtual", 2],
      ]);
      await engine.begin(async (conn) => {
        await conn.execute(insert(table).values({ id: 1, a: 5, p: 9 }));
        await conn.execute(insert(parent).values({ id: 9 }));
      });
      await run(update(table).values({ a: 6 }));
      expect(await rows("SELECT stored, virtual, made, sum FROM cc_t")).toEqual([[12, 18, "MADE", 2]]);
      await expect(run(insert(table).values({ id: 2, p: 10 }))).rejects.toThrow(IntegrityError);
    });

    test("REGEXP, in the syntax of JavaScript", async () => {
      const table = new Table("re_t", metadata, { id: id(), name: new Column(t.text()) });
      await metadata.createAll(engine);
      await run(insert(table).values([{ name: "Alice" }, { name: "Bob" }, { name: "Ünal" }, { name: null }]));
      await using conn = await engine.connect();
      const names = (condition: never): Promise<unknown> =>
        conn.execute(select(table.c.name).where(condition).orderBy(table.c.id)).scalars().all();
      expect(await names(table.c.name.regexpMatch("^[AB]") as never)).toEqual(["Alice", "Bob"]);
      expect(await names(table.c.name.regexpMatch("^\\p{Lu}n") as never)).toEqual(["Ünal"]);
      expect(await names(table.c.name.regexpMatch("b$").not() as never)).toEqual(["Alice", "Ünal"]);
    });

    test("functions of the program's own, on every connection", async () => {
      const own = createEngine(db.url);
      event.listen(own, "connect", (connection) => {
        const raw = connection.raw as Pick<DatabaseSync, "function">;
        const slug = (value: unknown): string => String(value).toLowerCase().replaceAll(/\W+/g, "-");
        if (db.name === "better-sqlite3") (raw.function as unknown as (name: string, fn: unknown) => void)("slug", slug);
        else raw.function("slug", { deterministic: true }, slug as never);
      });
      await using conn = await own.connect();
      expect(await conn.scalar(select(func["slug"]!("Hello, World")))).toBe("hello-world");
      await conn.close();
      await own.dispose();
    });
  },
  { only: ["sqlite", "sqlite-file", "better-sqlite3"] },
);
