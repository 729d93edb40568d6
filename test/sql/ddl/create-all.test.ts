import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import {
  AddConstraint,
  CircularDependencyError,
  Column,
  computed,
  CreateIndex,
  createEngine,
  CreateTableAs,
  CreateView,
  DDL,
  delete_,
  DropTable,
  type Engine,
  event,
  foreignKey,
  func,
  identity,
  index,
  insert,
  IntegrityError,
  MetaData,
  select,
  Sequence,
  t,
  Table,
  text,
  uniqueConstraint,
} from "../../../src/index.ts";
import * as pg from "../../../src/dialects/postgresql/index.ts";
import { describeEachDatabase } from "../../support/databases.ts";

describeEachDatabase("createAll and dropAll", (db) => {
  let engine: Engine;
  let statements: string[];

  beforeEach(() => {
    statements = [];
  });
  // one engine for all tests: a database of its own takes PGlite seconds
  beforeAll(() => {
    engine = createEngine(db.url);
    event.listen(engine, "beforeCursorExecute", ((_conn: unknown, _cursor: unknown, sql: string) => {
      if (/^\s*(?:CREATE|DROP|ALTER|COMMENT)/.test(sql)) statements.push(sql.replaceAll(/\s+/g, " ").trim());
    }) as never);
  });
  afterAll(async () => {
    await engine.dispose();
  });

  test("in the order of dependencies, and only what is missing", async () => {
    const m = new MetaData();
    const child = new Table("child", m, {
      id: new Column(t.integer(), { primaryKey: true }),
      p: new Column(t.integer(), foreignKey("parent.id"), { index: true }),
    });
    const parent = new Table("parent", m, { id: new Column(t.integer(), { primaryKey: true }) });
    await m.createAll(engine);
    expect(statements.map((sql) => sql.split(" (")[0])).toEqual([
      "CREATE TABLE parent",
      "CREATE TABLE child",
      "CREATE INDEX ix_child_p ON child",
    ]);
    statements.length = 0;
    await m.createAll(engine);
    expect(statements).toEqual([]);
    await expect(m.createAll(engine, { checkFirst: false })).rejects.toThrow(/exist/);
    statements.length = 0;
    await engine.begin(async (conn) => {
      await conn.execute(insert(parent).values({ id: 1 }));
      await conn.execute(insert(child).values({ p: 1 }));
    });
    await m.dropAll(engine);
    expect(statements).toEqual(["DROP TABLE child", "DROP TABLE parent"]);
    statements.length = 0;
    await m.dropAll(engine);
    expect(statements).toEqual([]);
  });

  test("tables that refer to each other", async () => {
    const m = new MetaData({ namingConvention: { fk: "fk_%(table_name)s_%(column_0_name)s" } });
    const a = new Table("circ_a", m, {
      id: new Column(t.integer(), { primaryKey: true }),
      b: new Column(t.integer(), foreignKey("circ_b.id")),
    });
    const b = new Table("circ_b", m, {
      id: new Column(t.integer(), { primaryKey: true }),
      a: new Column(t.integer(), foreignKey("circ_a.id")),
    });
    await m.createAll(engine);
    if (db.dialect === "postgresql") expect(statements.filter((sql) => sql.startsWith("ALTER"))).toHaveLength(2);
    await engine
      .begin(async (conn) => {
        await conn.execute(insert(a).values({ id: 1 }));
        await conn.execute(insert(b).values({ id: 1, a: 1 }));
        await conn.execute(a.update().values({ b: 1 }));
        await expect(conn.beginNested().then(() => conn.execute(delete_(a)))).rejects.toThrow(IntegrityError);
      })
      .catch(() => undefined);
    await m.dropAll(engine);
    statements.length = 0;
    await m.createAll(engine);
    await engine.begin(async (conn) => {
      await conn.execute(insert(a).values({ id: 1 }));
      await conn.execute(insert(b).values({ id: 1, a: 1 }));
      await conn.execute(a.update().values({ b: 1 }));
    });
    await m.dropAll(engine);
    statements.length = 0;
    await m.dropAll(engine);
    expect(statements).toEqual([]);
  });

  test("one table, a part of the tables", async () => {
    const m = new MetaData();
    const a = new Table("part_a", m, { id: new Column(t.integer(), { primaryKey: true }) });
    const b = new Table("part_b", m, { id: new Column(t.integer(), { primaryKey: true }) });
    await a.create(engine);
    await expect(a.create(engine)).rejects.toThrow(/exist/);
    await a.create(engine, { checkFirst: true });
    await m.createAll(engine, { tables: [b] });
    await m.dropAll(engine, { tables: [b] });
    await a.drop(engine);
    await a.drop(engine, { checkFirst: true });
    await expect(a.drop(engine)).rejects.toThrow();
  });

  test("on a connection, as part of its transaction", async () => {
    const m = new MetaData();
    new Table("tx_a", m, { id: new Column(t.integer(), { primaryKey: true }) });
    await using conn = await engine.connect();
    await m.createAll(conn);
    await conn.rollback();
    statements.length = 0;
    await m.createAll(conn);
    // DDL of MySQL commits of its own accord: the rollback had nothing to undo
    expect(statements).toHaveLength(db.dialect === "mysql" ? 0 : 1);
    await m.dropAll(conn);
    await conn.commit();
  });

  test("events and DDL()", async () => {
    const m = new MetaData();
    const a = new Table("ev_a", m, { id: new Column(t.integer(), { primaryKey: true }) });
    const seen: string[] = [];
    event.listen(
      m,
      "beforeCreate",
      (_target, _conn, options) => void seen.push(`metadata before ${options.tables.map((table) => table.name).join()}`),
    );
    event.listen(a, "beforeCreate", async (target) => {
      await Promise.resolve();
      seen.push(`before ${(target as Table).name}`);
    });
    event.listen(a, "afterCreate", async (_target, conn) => {
      seen.push("after");
      await conn.execute(insert(a).values({ id: 7 }));
    });
    event.listen(Table, "beforeDrop", (target) => void seen.push(`drop ${(target as Table).name}`));
    await m.createAll(engine);
    expect(
      await engine.connect().then(async (conn) => {
        await using c = conn;
        return c.scalar(select(a.c.id));
      }),
    ).toBe(7);
    await m.dropAll(engine);
    expect(seen).toEqual(["metadata before ev_a", "before ev_a", "after", "drop ev_a"]);
    await engine.begin(async (conn) => {
      await conn.execute(new DDL("CREATE TABLE ev_b (id INTEGER)"));
      await conn.execute(new DropTable(new Table("ev_b", new MetaData(), {})));
    });
  });

  test("names that need quotes, comments, defaults, computed columns", async () => {
    const m = new MetaData();
    const odd = new Table(
      'Odd "Table"',
      m,
      {
        id: new Column(t.integer(), { primaryKey: true }),
        select: new Column(t.integer(), { serverDefault: text("5"), comment: "it's" }),
        'a "b" c': new Column(t.string(20), { serverDefault: "it's" }),
        twice: new Column(
          t.integer(),
          computed(db.dialect === "mysql" ? "`select` * 2" : '"select" * 2', db.dialect === "postgresql" ? { persisted: true } : {}),
        ),
        now: new Column(t.dateTime(), { serverDefault: func.now() }),
      },
      [uniqueConstraint("select", { name: "U Q" }), index("Ix 1", "select")],
      { comment: "odd; --" },
    );
    await m.createAll(engine);
    await engine.begin(async (conn) => {
      await conn.execute(insert(odd).values({ id: 1 }));
      const row = (await conn.execute(select(odd)).one()) as unknown[];
      expect(row.slice(0, 4)).toEqual([1, 5, "it's", 10]);
      expect(row[4]).toBeInstanceOf(Date);
      expect(Math.abs((row[4] as Date).getTime() - Date.now())).toBeLessThan(60_000);
    });
    await m.dropAll(engine);
  });

  test("DDL() listens", async () => {
    const m = new MetaData();
    const a = new Table("dl_a", m, { id: new Column(t.integer(), { primaryKey: true }), x: new Column(t.integer()) });
    event.listen(a, "afterCreate", new DDL("INSERT INTO %(fullname)s (id) VALUES (%(id)s)", { context: { id: 3 } }));
    const never = new DDL("nonsense").executeIf({ dialect: "mysql" });
    event.listen(a, "afterCreate", never);
    expect(event.contains(a, "afterCreate", never)).toBe(true);
    event.listen(a, "afterCreate", new DDL("nonsense").executeIf({ callable: ({ target }) => target !== a }));
    await m.createAll(engine);
    await engine.begin(async (conn) => {
      expect(await conn.scalar(select(a.c.id))).toBe(3);
    });
    await m.dropAll(engine);
  });

  test("CREATE TABLE AS and views", async () => {
    const m = new MetaData();
    const a = new Table("src_a", m, { id: new Column(t.integer(), { primaryKey: true }), name: new Column(t.string(20)) });
    await m.createAll(engine);
    await engine.begin(async (conn) => {
      await conn.execute(
        insert(a).values([
          { id: 1, name: "x" },
          { id: 2, name: "y" },
        ]),
      );
      const copy = new CreateTableAs(select(a.c.id, a.c.name.label("n")).where(a.c.id.gt(1)), "copy_a");
      await conn.execute(copy);
      expect(await conn.execute(select(copy.table)).all()).toEqual([[2, "y"]]);
      const view = new CreateView(select(a.c.id), "view_a", { metadata: m });
      await conn.execute(view);
      expect(await conn.execute(select(view.table)).all()).toEqual([[1], [2]]);
      await conn.execute(new DropTable(copy.table));
    });
    await m.dropAll(engine);
  });

  test("a view is created and dropped with its MetaData", async () => {
    const m = new MetaData();
    const a = new Table("src_b", m, { id: new Column(t.integer(), { primaryKey: true }) });
    const view = new CreateView(select(a.c.id), "view_b", { metadata: m });
    view.table.addIsDependentOn(a);
    await m.createAll(engine);
    expect(statements.map((sql) => sql.split(" ").slice(0, 3).join(" "))).toEqual(["CREATE TABLE src_b", "CREATE VIEW view_b"]);
    await m.createAll(engine);
    await m.dropAll(engine);
    expect(statements.slice(-2)).toEqual(["DROP VIEW view_b", "DROP TABLE src_b"]);
  });

  test("schemas are translated", async () => {
    const m = new MetaData();
    const a = new Table("tr_a", m, { id: new Column(t.integer(), { primaryKey: true }) }, { schema: "nowhere" });
    const to = { postgresql: "public", sqlite: "main", mysql: new URL(db.url).pathname.slice(1) }[db.dialect];
    await using conn = await engine.connect();
    const translated = conn.executionOptions({ schemaTranslateMap: new Map([["nowhere", to]]) });
    await m.createAll(translated);
    await conn.execute(insert(a).values({ id: 3 }));
    expect(await conn.scalar(select(a.c.id))).toBe(3);
    await m.createAll(translated);
    await m.dropAll(translated);
    await conn.commit();
    expect(statements).toEqual([expect.stringContaining(`CREATE TABLE ${to}.tr_a`), `DROP TABLE ${to}.tr_a`]);
  });

  test("injection by names and options stays text", async () => {
    const m = new MetaData();
    const evil = '"; DROP TABLE safe; --';
    const safe = new Table("safe", m, { id: new Column(t.integer(), { primaryKey: true }) });
    const table = new Table(
      evil,
      m,
      {
        id: new Column(t.integer(), { primaryKey: true }),
        [evil]: new Column(t.string(50), { serverDefault: "'; DROP TABLE safe; --", comment: "'; DROP TABLE safe; --" }),
      } as never,
      [index(`ix ${evil}`, evil)],
    );
    await m.createAll(engine);
    await engine.begin(async (conn) => {
      await conn.execute(insert(table).values({ id: 1 } as never));
      expect(await conn.execute(select(table)).all()).toEqual([[1, "'; DROP TABLE safe; --"]]);
      expect(await conn.execute(select(safe)).all()).toEqual([]);
    });
    await m.dropAll(engine);
    const nul = new Table("a\0b", new MetaData(), { id: new Column(t.integer()) });
    expect(() => String(select(nul))).toThrow(/NUL/);
  });

  if (db.dialect === "postgresql") {
    test("enums and domains come with the tables that have them", async () => {
      const m = new MetaData();
      const mood = t.enum(["happy", "it's"], { name: "mood_t" });
      const positive = pg.t.DOMAIN("positive_t", t.integer(), { check: "VALUE > 0" });
      const a = new Table("en_a", m, {
        id: new Column(t.integer(), { primaryKey: true }),
        mood: new Column(mood),
        n: new Column(positive),
        many: new Column(pg.t.ARRAY(pg.t.ENUM(["q"], { name: "arr_t" }))),
      });
      const b = new Table("en_b", m, { id: new Column(t.integer(), { primaryKey: true }), mood: new Column(mood) });
      await m.createAll(engine);
      expect(statements.filter((sql) => /TYPE|DOMAIN/.test(sql))).toEqual([
        "CREATE TYPE mood_t AS ENUM ('happy', 'it''s')",
        "CREATE DOMAIN positive_t AS INTEGER CHECK (VALUE > 0)",
        "CREATE TYPE arr_t AS ENUM ('q')",
      ]);
      await engine.begin(async (conn) => {
        await conn.execute(insert(a).values({ mood: "it's", n: 5, many: ["q"] }));
        expect(await conn.execute(select(a.c.mood, a.c.n, a.c.many).where(a.c.mood.eq("it's"))).one()).toEqual(["it's", 5, ["q"]]);
      });
      await expect(engine.begin((conn) => conn.execute(insert(a).values({ n: -1 })).all())).rejects.toThrow(IntegrityError);
      statements.length = 0;
      await m.dropAll(engine, { tables: [a] });
      expect(statements).toEqual(["DROP TABLE en_a", "DROP TYPE arr_t", "DROP DOMAIN positive_t"]);
      await m.dropAll(engine);
      expect(statements.at(-1)).toBe("DROP TYPE mood_t");
      void b;
    });

    test("sequences, identities, serials", async () => {
      const m = new MetaData();
      const sequence = new Sequence("num_seq", { start: 100, metadata: m });
      const a = new Table("sq_a", m, { id: new Column(t.integer(), sequence, { primaryKey: true }), x: new Column(t.integer()) });
      const b = new Table("sq_b", m, {
        id: new Column(t.bigInteger(), identity({ start: 7 }), { primaryKey: true }),
        x: new Column(t.integer()),
      });
      await m.createAll(engine);
      await engine.begin(async (conn) => {
        const result = await conn.execute(insert(a).values({ x: 1 }));
        expect(result.insertedPrimaryKey).toEqual([100]);
        expect((await conn.execute(insert(b).values({ x: 1 }))).insertedPrimaryKey).toEqual([7n]);
        expect(await conn.scalar(select(sequence.nextValue()))).toBe(101);
      });
      await m.dropAll(engine);
      expect(statements.at(-1)).toBe("DROP SEQUENCE num_seq");
    });

    test("comments are set", async () => {
      const m = new MetaData();
      new Table("cm_a", m, { id: new Column(t.integer(), { primaryKey: true, comment: "the key's" }) }, [], { comment: "the table's" });
      await m.createAll(engine);
      expect(statements.filter((sql) => sql.startsWith("COMMENT"))).toEqual([
        "COMMENT ON TABLE cm_a IS 'the table''s'",
        "COMMENT ON COLUMN cm_a.id IS 'the key''s'",
      ]);
      await m.dropAll(engine);
    });

    test("a circle of unnamed foreign keys cannot be dropped", async () => {
      const m = new MetaData();
      new Table("cu_a", m, { id: new Column(t.integer(), { primaryKey: true }), b: new Column(t.integer(), foreignKey("cu_b.id")) });
      new Table("cu_b", m, { id: new Column(t.integer(), { primaryKey: true }), a: new Column(t.integer(), foreignKey("cu_a.id")) });
      await m.createAll(engine);
      await expect(m.dropAll(engine)).rejects.toThrow(CircularDependencyError);
      await engine.begin((conn) => conn.execDriverSql("DROP TABLE cu_a, cu_b CASCADE"));
    });

    test("constraints and indexes by themselves", async () => {
      const m = new MetaData();
      const a = new Table("ct_a", m, { id: new Column(t.integer(), { primaryKey: true }), x: new Column(t.integer()) });
      await m.createAll(engine);
      await engine.begin(async (conn) => {
        await conn.execute(new AddConstraint(uniqueConstraint(a.c.x, { name: "uq_ct" })));
        await conn.execute(new CreateIndex(index("ix_ct", a.c.x, { postgresqlWhere: a.c.x.gt(5) }), { ifNotExists: true }));
      });
      await m.dropAll(engine);
    });
  }
});
