// What is created and dropped by itself or with a MetaData: what is looked up first, in which order, and which events there are.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  ArgumentError,
  CheckConstraint,
  checkConstraint,
  CheckFirst,
  Column,
  Constraint,
  createEngine,
  CreateTableAs,
  CreateView,
  DDL,
  type DdlContext,
  DropView,
  type Engine,
  event,
  foreignKey,
  func,
  Index,
  index,
  insert,
  MetaData,
  SchemaItem,
  select,
  Sequence,
  t,
  Table,
  union,
  UniqueConstraint,
  uniqueConstraint,
} from "athanor";
import * as pg from "athanor/postgresql";
import { describeEachDatabase } from "../../support/databases.ts";

describeEachDatabase("what is created and dropped", (db) => {
  let engine: Engine;
  let statements: string[] = [];
  /** everything that was sent but transactions */
  let all: string[] = [];

  beforeAll(() => {
    engine = createEngine(db.url);
    event.listen(engine, "beforeCursorExecute", ((_conn: unknown, _cursor: unknown, sql: string) => {
      const text = sql.replaceAll(/\s+/g, " ").trim();
      all.push(text);
      if (/^(?:CREATE|DROP|ALTER|COMMENT)/.test(text)) statements.push(text);
    }) as never);
  });
  beforeEach(() => {
    statements = [];
    all = [];
  });
  afterAll(async () => {
    await engine.dispose();
  });

  const id = (): Column<number> => new Column(t.integer(), { primaryKey: true }) as Column<number>;
  const kinds = (): string[] => statements.map((sql) => sql.split(" ").slice(0, 3).join(" "));
  const pick = (sql: string): Promise<readonly unknown[][]> =>
    engine.begin((conn) => conn.execDriverSql(sql).all()) as Promise<readonly unknown[][]>;

  test("CheckFirst says what is looked up", async () => {
    const metadata = new MetaData();
    const table = new Table("cf_t", metadata, { id: id(), n: new Column(t.integer()) });
    const view = new CreateView(select({ id: table.c.id }), "cf_v", { metadata });
    await metadata.createAll(engine, { checkFirst: CheckFirst.NONE });
    expect(all).toEqual(statements);
    await metadata.createAll(engine, { checkFirst: CheckFirst.TABLES | CheckFirst.VIEWS });
    expect(kinds()).toEqual(["CREATE TABLE cf_t", "CREATE VIEW cf_v"]);
    // the view is not looked up, and is there
    await expect(metadata.createAll(engine, { checkFirst: CheckFirst.TABLES })).rejects.toThrow(/exist/);
    await engine.begin((conn) => conn.execute(new DropView(view.table)));
    statements = [];
    await expect(metadata.dropAll(engine, { checkFirst: CheckFirst.TABLES })).rejects.toThrow();
    statements = [];
    await metadata.dropAll(engine, { checkFirst: CheckFirst.VIEWS });
    expect(kinds()).toEqual(["DROP TABLE cf_t"]);
    await expect(metadata.createAll(engine, { checkFirst: 1 })).rejects.toThrow(ArgumentError);
    await expect(metadata.createAll(engine, { checkFirst: "yes" as never })).rejects.toThrow(/flags of CheckFirst/);
  });

  test("tables are looked up together", async () => {
    const metadata = new MetaData();
    for (let i = 0; i < 30; i++) new Table(`many_${i}`, metadata, { id: id() });
    await metadata.createAll(engine);
    all = [];
    await metadata.createAll(engine);
    expect(all.length).toBeLessThanOrEqual(2);
    await metadata.dropAll(engine);
    expect(statements.filter((sql) => sql.startsWith("DROP"))).toHaveLength(30);
    // names that differ in case only, where the database tells them apart
    const cased = new MetaData();
    new Table("Cased", cased, { id: id() });
    await cased.createAll(engine);
    await cased.createAll(engine);
    await cased.dropAll(engine);
    await cased.dropAll(engine);
  });

  test("an index", async () => {
    const metadata = new MetaData();
    const table = new Table("ix_t", metadata, { id: id(), n: new Column(t.integer()) });
    await metadata.createAll(engine);
    const one = index("ix_one", table.c.n);
    await one.create(engine);
    await one.create(engine, { checkFirst: true });
    await expect(one.create(engine)).rejects.toThrow(/ix_one/);
    await one.drop(engine);
    await one.drop(engine, { checkFirst: true });
    await expect(one.drop(engine)).rejects.toThrow(/ix_one/);
    expect(kinds().filter((sql) => sql.includes("INDEX"))).toHaveLength(4);
    const never = index("ix_never", table.c.n).ddlIf("oracle");
    statements = [];
    await never.create(engine);
    await metadata.createAll(engine);
    expect(statements).toEqual([]);
    await expect(new Index("ix_alone", []).create(engine, { checkFirst: true })).rejects.toThrow(/has no table/);
    await metadata.dropAll(engine);
  });

  test("a table by itself leaves foreign keys by ALTER to createAll()", async () => {
    const metadata = new MetaData();
    const a = new Table("ua_a", metadata, {
      id: id(),
      b: new Column(t.integer(), foreignKey("ua_b.id", { useAlter: true, name: "fk_late" })),
    });
    const b = new Table("ua_b", metadata, { id: id(), a: new Column(t.integer(), foreignKey("ua_a.id", { name: "fk_ba" })) });
    if (db.dialect !== "sqlite") {
      await a.create(engine);
      expect(kinds()).toEqual(["CREATE TABLE ua_a"]);
      await a.drop(engine);
    }
    statements = [];
    await metadata.createAll(engine);
    expect(kinds()).toEqual(["CREATE TABLE ua_a", "CREATE TABLE ua_b", ...(db.dialect === "sqlite" ? [] : ["ALTER TABLE ua_a"])]);
    await engine.begin(async (conn) => {
      await conn.execute(insert(a).values({ id: 1 }));
      await conn.execute(insert(b).values({ id: 1, a: 1 }));
    });
    await metadata.dropAll(engine);
    expect(
      await b.create(engine).then(
        () => b.drop(engine),
        () => "no target",
      ),
    ).toBe(db.dialect === "sqlite" ? undefined : "no target");
  });

  test("views and tables of a SELECT come after what they select from, and have typed columns", async () => {
    const metadata = new MetaData();
    // by name the view would come first
    const table = new Table("vw_z", metadata, { id: id(), name: new Column(t.string(20), { nullable: false }), day: new Column(t.date()) });
    const other = new Table("vw_y", metadata, { id: id(), z: new Column(foreignKey("vw_z.id")) });
    const view = new CreateView(
      select({ name: table.c.name, day: table.c.day, n: func.count(other.c.id) })
        .joinFrom(table, other, table.c.id.eq(other.c.z), { isouter: true })
        .groupBy(table.c.id, table.c.name, table.c.day),
      "vw_a",
      { metadata },
    );
    const onView = new CreateView(select(view.table.c.n.label("m"), view.table.c.name), "vw_0", { metadata });
    await metadata.createAll(engine);
    expect(kinds()).toEqual(["CREATE TABLE vw_z", "CREATE TABLE vw_y", "CREATE VIEW vw_a", "CREATE VIEW vw_0"]);
    expect([view.table.isView, table.isView]).toEqual([true, false]);
    await engine.begin(async (conn) => {
      await conn.execute(
        insert(table).values([
          { id: 1, name: "x", day: "2024-01-02" },
          { id: 2, name: "y", day: null },
        ]),
      );
      await conn.execute(insert(other).values([{ z: 1 }, { z: 1 }]));
      const rows = await conn.execute(select(view.table.c.name, view.table.c.day, view.table.c.n).orderBy(view.table.c.name)).all();
      const [[name, day, n]] = rows as [[string, string | null, number]];
      expect([name, day, n, rows[1]]).toEqual(["x", "2024-01-02", 2, ["y", null, 0]]);
      expect(await conn.execute(select(onView.table).where(onView.table.c["name"]!.eq("x" as never))).all()).toEqual([[2, "x"]]);
    });
    statements = [];
    await metadata.createAll(engine);
    expect(statements).toEqual([]);
    await metadata.dropAll(engine);
    expect(kinds()).toEqual(["DROP VIEW vw_0", "DROP VIEW vw_a", "DROP TABLE vw_y", "DROP TABLE vw_z"]);
  });

  test("columns of a view that share a name or have none", async () => {
    const metadata = new MetaData();
    const table = new Table("nm_t", metadata, { id: id(), n: new Column(t.integer()) });
    const view = new CreateView(select(table.c.id, table.c.n, table.c.id, table.c.n.add(1)), "nm_v", { metadata });
    const twice = new CreateView(union(select(table.c.id), select(table.c.n)), "nm_u", { metadata });
    await metadata.createAll(engine);
    await engine.begin(async (conn) => {
      await conn.execute(insert(table).values({ id: 1, n: 5 }));
      expect(await conn.execute(select(view.table)).all()).toEqual([[1, 5, 1, 6]]);
      expect(await conn.execute(select(twice.table).orderBy(twice.table.c["id"]!)).all()).toEqual([[1], [5]]);
    });
    await metadata.dropAll(engine);
  });

  test("SELECT INTO a new table, temporary or not", async () => {
    const metadata = new MetaData();
    const table = new Table("in_t", metadata, { id: id(), name: new Column(t.string(10)), day: new Column(t.date()) });
    await metadata.createAll(engine);
    await using conn = await engine.connect();
    await conn.execute(
      insert(table).values([
        { id: 1, name: "a", day: "2024-01-01" },
        { id: 2, name: "it's", day: null },
      ]),
    );
    const made = select({ key: table.c.id, day: table.c.day }).where(table.c.name.ne("it's")).into("in_new", { metadata });
    await conn.execute(made);
    expect(await conn.execute(select({ day: made.table.c.day, key: made.table.c.key })).all()).toEqual([{ day: "2024-01-01", key: 1 }]);
    const temporary = union(select(table.c.id), select(table.c.id)).into("in_temp", { temporary: true });
    await conn.execute(temporary);
    expect(await conn.execute(select(temporary.table).orderBy(temporary.table.c["id"]!)).all()).toEqual([[1], [2]]);
    await conn.execute(select(table.c.id).into("in_temp", { temporary: true, ifNotExists: true }));
    await conn.commit();
    await conn.execute(temporary.table._dropperDdl === null ? new DDL("DROP TABLE in_temp") : new DDL("nonsense"));
    await conn.commit();
    await metadata.dropAll(conn);
    await conn.commit();
    expect(kinds().slice(-2)).toEqual(["DROP TABLE in_new", "DROP TABLE in_t"]);
    // createAll() of the MetaData makes it, too
    const again = new MetaData();
    const source = table.toMetadata(again);
    const copy = new CreateTableAs(select({ id: source.c.id }), "in_a", { metadata: again });
    await again.createAll(conn);
    expect(await conn.execute(select(copy.table)).all()).toEqual([]);
    await again.dropAll(conn);
    await conn.commit();
  });

  test("temporary tables and views", async () => {
    const metadata = new MetaData();
    const table = new Table("tmp_t", metadata, { id: id() }, { prefixes: ["TEMPORARY"] });
    await using conn = await engine.connect();
    await metadata.createAll(conn);
    await metadata.createAll(conn);
    await conn.execute(insert(table).values({ id: 1 }));
    if (db.dialect !== "mysql") {
      const view = new CreateView(select({ id: table.c.id }), "tmp_v", { metadata, temporary: true });
      await metadata.createAll(conn);
      expect(await conn.execute(select(view.table)).all()).toEqual([[1]]);
    }
    await metadata.dropAll(conn);
    await conn.commit();
    expect(kinds().filter((sql) => sql.startsWith("CREATE"))).toHaveLength(db.dialect === "mysql" ? 1 : 2);
  });

  test("events of everything that is created and dropped, and conditions", async () => {
    const metadata = new MetaData({ namingConvention: { fk: "fk_%(table_name)s" } });
    const seen: string[] = [];
    const a = new Table("evt_a", metadata, { id: id(), b: new Column(t.integer(), foreignKey("evt_b.id"), { index: true }) });
    new Table("evt_b", metadata, { id: id(), a: new Column(t.integer(), foreignKey("evt_a.id")) });
    const note = (what: string) => (target: object) => void seen.push(`${what} ${(target as { name?: string }).name ?? "metadata"}`);
    for (const [what, name] of [
      ["create", "beforeCreate"],
      ["created", "afterCreate"],
      ["drop", "beforeDrop"],
      ["dropped", "afterDrop"],
    ] as const) {
      event.listen(metadata, name, note(what));
      event.listen(a, name, note(what));
      event.listen([...a.indexes][0]!, name, note(what));
      event.listen([...a.foreignKeyConstraints][0]!, name, note(what));
    }
    await metadata.createAll(engine);
    const late = db.dialect === "sqlite" ? [] : ["create fk_evt_a", "created fk_evt_a"];
    expect(seen).toEqual([
      "create metadata",
      "create evt_a",
      "create ix_evt_a_b",
      "created ix_evt_a_b",
      "created evt_a",
      ...late,
      "created metadata",
    ]);
    seen.length = 0;
    await metadata.dropAll(engine);
    expect(seen.filter((text) => !text.includes("fk_"))).toEqual(["drop metadata", "drop evt_a", "dropped evt_a", "dropped metadata"]);
    expect(seen.filter((text) => text.includes("fk_"))).toEqual(db.dialect === "sqlite" ? [] : ["drop fk_evt_a", "dropped fk_evt_a"]);
  });

  test("executeIf() is told what happens", async () => {
    const metadata = new MetaData();
    const a = new Table("eif_a", metadata, { id: id() });
    let context: DdlContext | null = null;
    const ddl = new DDL("nonsense").executeIf({
      dialect: ["sqlite", "postgresql", "mysql", "mariadb"],
      state: "mine",
      callable: (given) => {
        context = given;
        return false;
      },
    });
    event.listen(a, "afterCreate", ddl);
    event.listen(metadata, "beforeCreate", new DDL("nonsense").executeIf({ dialect: "oracle" }));
    await metadata.createAll(engine, { checkFirst: false });
    expect(context!).toMatchObject({ target: a, state: "mine", tables: [a], checkFirst: 0 });
    expect(context!.runner!.dialect).toBe(context!.dialect);
    await metadata.dropAll(engine);
  });

  if (db.dialect === "postgresql" || db.dialect === "mysql") {
    test("a sequence", async () => {
      const sequence = new Sequence("seq_one", { start: 5, increment: 3, maxvalue: 11, cycle: true, minvalue: 5, cache: 1 });
      await sequence.create(engine);
      await sequence.create(engine);
      await expect(sequence.create(engine, { checkFirst: false })).rejects.toThrow(/exist/);
      await engine.begin(async (conn) => {
        const values: unknown[] = [];
        for (let i = 0; i < 4; i++) values.push(await conn.scalar(select(sequence.nextValue())));
        expect(values).toEqual([5, 8, 11, 5]);
      });
      await sequence.drop(engine);
      await sequence.drop(engine);
      await expect(sequence.drop(engine, { checkFirst: false })).rejects.toThrow();
      expect(kinds()).toHaveLength(4);
    });

    test("a sequence as the default of a column, by the program and by the database", async () => {
      const metadata = new MetaData();
      const ids = new Sequence("seq_ids", { start: 100 });
      const numbers = new Sequence("seq_numbers", { start: 7, metadata });
      const table = new Table("seq_t", metadata, {
        id: new Column(t.integer(), ids, { primaryKey: true }),
        n: new Column(t.integer(), { serverDefault: numbers.nextValue() }),
        m: new Column(t.integer(), { default: numbers.nextValue() }),
      });
      expect(metadata.sequences).toEqual([numbers, ids]);
      await metadata.createAll(engine);
      await engine.begin(async (conn) => {
        expect((await conn.execute(insert(table).values({ n: 1 }))).insertedPrimaryKey).toEqual([100]);
        await conn.execute(insert(table), [{ m: 50 }, { m: 51 }]);
        expect(await conn.execute(select(table).orderBy(table.c.id)).all()).toEqual([
          [100, 1, 7],
          [101, 8, 50],
          [102, 9, 51],
        ]);
      });
      await metadata.dropAll(engine);
      statements = [];
      await metadata.dropAll(engine);
      expect(statements).toEqual([]);
      // by itself, the table brings the sequences of its columns
      await numbers.create(engine);
      await table.create(engine);
      await table.drop(engine);
      await numbers.drop(engine);
    });
  }

  if (db.dialect === "postgresql") {
    test("enums: by themselves, bound to a MetaData, shared, in a schema", async () => {
      const types = (): Promise<readonly unknown[][]> =>
        pick(
          "SELECT n.nspname = 'ty_s', typname FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE typtype IN ('e', 'd') AND typname LIKE 'ty\\_%' ORDER BY typname",
        );
      const alone = pg.t.ENUM(["a"], { name: "ty_alone" });
      await alone.create(engine);
      await alone.create(engine);
      await expect(alone.create(engine, { checkFirst: false })).rejects.toThrow(/exist/);
      await alone.drop(engine);
      await alone.drop(engine);
      await expect(alone.drop(engine, { checkFirst: false })).rejects.toThrow(/exist/);
      const generic = t.enum(["x"], { name: "ty_generic" });
      await generic.create(engine);
      await generic.drop(engine);
      const domain = pg.t.DOMAIN("ty_domain", t.integer(), { check: "VALUE > 0" });
      await domain.create(engine);
      await domain.drop(engine);
      expect(await types()).toEqual([]);

      await engine.begin((conn) => conn.execute(new DDL("CREATE SCHEMA ty_s")));
      const metadata = new MetaData({ schema: "ty_s" });
      const bound = t.enum(["a", "b"], { name: "ty_bound", metadata });
      const shared = t.enum(["x", "y"], { name: "ty_shared" });
      const there = pg.t.ENUM(["q"], { name: "ty_there", createType: false });
      const one = new Table("ty_one", metadata, { id: id(), e: new Column(shared), d: new Column(pg.t.ARRAY(shared)) });
      const two = new Table("ty_two", metadata, { id: id(), e: new Column(shared) });
      expect([bound.schema, shared.schema, metadata.getSchemaObjects(pg.ENUM)]).toEqual(["ty_s", "ty_s", []]);
      await metadata.createAll(engine);
      await engine.begin(async (conn) => {
        await conn.execute(insert(one).values({ e: "x", d: ["x", "y"] }));
        expect(await conn.scalar(select(one.c.e).where(one.c.e.eq("x"), one.c.d.eq(["x", "y"])))).toBe("x");
      });
      expect(await types()).toEqual([
        [true, "ty_bound"],
        [true, "ty_shared"],
      ]);
      await one.drop(engine);
      await two.drop(engine);
      expect(await types()).toHaveLength(2);
      await one.create(engine);
      await metadata.dropAll(engine, { tables: [two] });
      expect(await types()).toHaveLength(2);
      await metadata.dropAll(engine, { tables: [one] });
      expect(await types()).toEqual([[true, "ty_bound"]]);
      await metadata.dropAll(engine);
      expect(await types()).toEqual([]);
      void there;
      await engine.begin((conn) => conn.execute(new DDL("DROP SCHEMA ty_s")));
    });

    test("events of types", async () => {
      const metadata = new MetaData();
      const mood = t.enum(["a"], { name: "evt_mood" });
      new Table("evt_t", metadata, { id: id(), mood: new Column(mood) });
      const seen: string[] = [];
      event.listen(mood, "beforeCreate", () => void seen.push("create"));
      event.listen(mood, "afterDrop", () => void seen.push("dropped"));
      await metadata.createAll(engine);
      await metadata.dropAll(engine);
      expect(seen).toEqual(["create", "dropped"]);
    });

    test("a materialized view", async () => {
      const metadata = new MetaData();
      const table = new Table("mv_t", metadata, { id: id() });
      const view = new CreateView(select({ id: table.c.id }), "mv_v", { metadata, materialized: true, postgresqlWith: { fillfactor: 70 } });
      await metadata.createAll(engine);
      await metadata.createAll(engine);
      await engine.begin(async (conn) => {
        await conn.execute(insert(table).values({ id: 1 }));
        expect(await conn.execute(select(view.table)).all()).toEqual([]);
        await conn.execute(new DDL("REFRESH MATERIALIZED VIEW mv_v"));
        expect(await conn.execute(select(view.table)).all()).toEqual([[1]]);
      });
      expect(await pick("SELECT relkind, reloptions::text FROM pg_class WHERE relname = 'mv_v'")).toEqual([["m", "{fillfactor=70}"]]);
      await metadata.dropAll(engine);
      expect(kinds().at(-2)).toBe("DROP MATERIALIZED VIEW");
    });
  }
});

describe("events of being attached", () => {
  test("tell of tables, columns, constraints, indexes and types", () => {
    const seen: string[] = [];
    const name = (item: object): string => (item as { name?: string }).name ?? item.constructor.name;
    const before = (item: object, parent: object): void => void seen.push(`${name(item)} → ${name(parent)}`);
    event.listen(SchemaItem, "beforeParentAttach", before);
    const metadata = new MetaData();
    const kind = t.enum(["a"], { name: "kind" });
    const table = new Table(
      "t",
      metadata,
      { id: new Column(t.integer(), { primaryKey: true }), other: new Column(t.integer(), foreignKey("t.id")), kind: new Column(kind) },
      [uniqueConstraint("other", { name: "uq" }), index("ix", "other"), checkConstraint("id > 0", { name: "ck" })],
    );
    event.remove(SchemaItem, "beforeParentAttach", before);
    expect(seen).toEqual([
      // the column has no name before it is in a table
      "ForeignKey → ",
      "t → MetaData",
      "id → t",
      "other → t",
      "ForeignKeyConstraint → t",
      "kind → t",
      "kind → kind",
      "uq → t",
      "ix → t",
      "ck → t",
    ]);
    void table;
  });

  test("for a class and those that extend it, for one item, before and after", () => {
    const seen: string[] = [];
    const all = (item: Constraint): void => void seen.push(`constraint ${item.constructor.name}`);
    const checks = (_item: Constraint, parent: object): void => void seen.push(`check of ${(parent as Table).name}`);
    event.listen(Constraint, "afterParentAttach", all);
    event.listen(CheckConstraint, "afterParentAttach", checks);
    const unique = uniqueConstraint("a", { name: "one" });
    event.listen(unique, "beforeParentAttach", () => void seen.push("one, before"));
    const table = new Table("t", new MetaData(), { a: new Column(t.integer()) });
    seen.length = 0;
    table.appendConstraint(unique);
    table.appendConstraint(checkConstraint("a > 0"));
    event.remove(Constraint, "afterParentAttach", all);
    event.remove(CheckConstraint, "afterParentAttach", checks);
    table.appendConstraint(uniqueConstraint("a"));
    expect(seen).toEqual(["one, before", "constraint UniqueConstraint", "constraint CheckConstraint", "check of t"]);
    expect(unique).toBeInstanceOf(UniqueConstraint);
  });

  test("can add to what is attached: a recipe for columns", () => {
    const stamp = (column: Column<unknown>): void => {
      if (column.name === "updated_at") column.info["stamped"] = true;
    };
    event.listen(Column, "beforeParentAttach", stamp);
    const table = new Table("t", new MetaData(), { id: new Column(t.integer()), updated_at: new Column(t.dateTime()) });
    event.remove(Column, "beforeParentAttach", stamp);
    expect([table.c.updated_at.info, table.c.id.info]).toEqual([{ stamped: true }, {}]);
  });

  test("columns have no events of being read or created", () => {
    expect(() => event.listen(index("x"), "columnReflect" as never, (() => undefined) as never)).toThrow(/no event "columnReflect"/);
  });
});

describe("what a MetaData has", () => {
  test("schemas and objects", () => {
    const metadata = new MetaData({ schema: "w" });
    new Table("t", metadata, { id: new Column(t.integer()) }, { schema: "x" });
    new Table("t2", metadata, { id: new Column(t.integer()) }, { schema: "y" });
    expect(metadata.schemas).toEqual(["w", "x", "y"]);
    const one = new MetaData();
    const sequence = new Sequence("s");
    const kind = pg.t.ENUM(["a"], { name: "kind" });
    const other = pg.t.ENUM(["a"], { name: "kind", schema: "t", metadata: one });
    new Table("t", one, { c: new Column(kind), s: new Column(t.integer(), sequence) });
    expect(one.getSchemaObjects(pg.ENUM)).toEqual([kind]);
    expect(one.getSchemaObjects(pg.ENUM, { schema: "t" })).toEqual([other]);
    expect(one.getSchemaObjects(Sequence)).toEqual([sequence]);
    expect(one.getSchemaObjectByName(pg.ENUM, "kind")).toBe(kind);
    expect(one.getSchemaObjectByName(pg.ENUM, "nothing")).toBeNull();
  });

  test("a type goes to the MetaData of the first table, and its copies to theirs", () => {
    const first = new MetaData({ schema: "one" });
    const kind = t.enum(["a"], { name: "kind" });
    const table = new Table("t", first, { c: new Column(kind) });
    expect([kind.schema, kind.metadata]).toEqual(["one", first]);
    const copy = table.toMetadata(new MetaData(), { schema: null });
    expect((copy.c.c.type as typeof kind).schema).toBeNull();
    expect(kind.schema).toBe("one");
    const given = t.enum(["a"], { name: "kind", schema: "mine" });
    new Table("u", first, { c: new Column(given) });
    expect(given.schema).toBe("mine");
  });
});
