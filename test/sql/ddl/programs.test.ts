// Triggers and routines as parts of a schema.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  ArgumentError,
  type ClauseElement,
  CompileError,
  Column,
  CreateRoutine,
  createEngine,
  CreateTrigger,
  declarativeBase,
  delete_,
  DropRoutine,
  DropTrigger,
  type Engine,
  event,
  insert,
  mappedColumn,
  MetaData,
  quotedName,
  Routine,
  select,
  Session,
  t,
  Table,
  Trigger,
  trigger,
  update,
} from "athanor";
import { describeEachDatabase } from "../../support/databases.ts";

const squash = (sql: string): string => sql.replaceAll(/\s+/g, " ").trim();
const on = (statement: ClauseElement, dialect: string): string => squash(statement.compile({ dialect }).sql);

function films(metadata = new MetaData(), schema: string | null = null): Table {
  return new Table(
    "films",
    metadata,
    { id: new Column(t.integer(), { primaryKey: true }), title: new Column(t.string(50)), changes: new Column("n_changes", t.integer()) },
    { schema },
  ) as unknown as Table;
}

describe("CREATE TRIGGER", () => {
  test("on each database", () => {
    const touch = new Trigger("films_touch", films(new MetaData(), "sch"), {
      timing: "before",
      events: "update",
      when: "NEW.title != 'x:y'",
      body: { sqlite: "SELECT 1", mysql: "SET NEW.n_changes = 1", postgresql: "NEW.n_changes := 1;" },
    });
    expect(on(new CreateTrigger(touch), "sqlite")).toBe(
      "CREATE TRIGGER sch.films_touch BEFORE UPDATE ON films FOR EACH ROW WHEN (NEW.title != 'x:y') BEGIN SELECT 1; END",
    );
    expect(on(new CreateTrigger(touch, { ifNotExists: true }), "sqlite")).toContain("CREATE TRIGGER IF NOT EXISTS sch.films_touch");
    expect(on(new CreateTrigger(touch), "mysql")).toBe(
      "CREATE TRIGGER sch.films_touch BEFORE UPDATE ON sch.films FOR EACH ROW BEGIN IF NEW.title != 'x:y' THEN BEGIN SET NEW.n_changes = 1; END; END IF; END",
    );
    expect(on(new CreateTrigger(touch, { orReplace: true }), "mariadb")).toContain("CREATE OR REPLACE TRIGGER sch.films_touch");
    expect(on(new CreateTrigger(touch), "postgresql")).toBe(
      "CREATE TRIGGER films_touch BEFORE UPDATE ON sch.films FOR EACH ROW WHEN (NEW.title != 'x:y') EXECUTE FUNCTION sch.films_touch()",
    );
    expect(on(new DropTrigger(touch), "sqlite")).toBe("DROP TRIGGER sch.films_touch");
    expect(on(new DropTrigger(touch, { ifExists: true }), "mysql")).toBe("DROP TRIGGER IF EXISTS sch.films_touch");
    expect(on(new DropTrigger(touch, { ifExists: true }), "postgresql")).toBe("DROP TRIGGER IF EXISTS films_touch ON sch.films");
  });

  test("all that PostgreSQL has", () => {
    const log = new Routine("log_films", null, { schema: "sch", returns: "trigger", body: "BEGIN RETURN NULL; END" });
    const one = new Trigger(quotedName("Log", true), films(), {
      timing: "after",
      events: ["insert", "update", "delete"],
      of: ["title", "changes"],
      execute: log,
      arguments: ["it's", "b"],
      constraint: true,
      deferrable: true,
      initially: "DEFERRED",
      orReplace: true,
    });
    expect(on(new CreateTrigger(one), "postgresql")).toBe(
      `CREATE CONSTRAINT TRIGGER "Log" AFTER INSERT OR UPDATE OF title, n_changes OR DELETE ON films DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION sch.log_films('it''s', 'b')`,
    );
    const two = new Trigger("many", films(), {
      timing: "after",
      events: "update",
      forEach: "statement",
      referencing: { oldTable: "before", newTable: "after" },
      execute: "sch.log_films",
      orReplace: true,
    });
    expect(on(new CreateTrigger(two), "postgresql")).toBe(
      "CREATE OR REPLACE TRIGGER many AFTER UPDATE ON films REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION sch.log_films()",
    );
    const three = new Trigger("gone", films(), { timing: "before", events: "truncate", execute: log });
    expect(on(new CreateTrigger(three), "postgresql")).toBe(
      "CREATE TRIGGER gone BEFORE TRUNCATE ON films FOR EACH STATEMENT EXECUTE FUNCTION sch.log_films()",
    );
  });

  test("conditions are expressions too; the order among triggers of MySQL", () => {
    const table = films();
    const fresh = table.alias("new");
    const one = new Trigger("t1", table, {
      timing: "after",
      events: "insert",
      when: (fresh.c as never as Record<string, Column<string>>)["title"]!.ne("it's"),
      body: "BEGIN SELECT 1; END",
      follows: "t 0",
    });
    expect(on(new CreateTrigger(one), "sqlite")).toBe(
      "CREATE TRIGGER t1 AFTER INSERT ON films FOR EACH ROW WHEN (new.title != 'it''s') BEGIN SELECT 1; END",
    );
    expect(on(new CreateTrigger(one), "mysql")).toContain("FOR EACH ROW FOLLOWS `t 0` BEGIN IF");
  });

  test("refuses what a database has not", () => {
    const table = films();
    const make = (options: object): Trigger =>
      new Trigger("x", table, { timing: "before", events: "update", body: "x", ...options } as never);
    for (const [options, dialect] of [
      [{ events: ["insert", "update"] }, "sqlite"],
      [{ events: "truncate" }, "mysql"],
      [{ forEach: "statement" }, "sqlite"],
      [{ constraint: true }, "mysql"],
      [{ timing: "instead of" }, "mysql"],
      [{ of: ["title"] }, "mysql"],
      [{ body: { postgresql: "x" } }, "sqlite"],
    ] as const) {
      expect(() => on(new CreateTrigger(make(options)), dialect), JSON.stringify(options)).toThrow(CompileError);
    }
  });

  test("refuses what is none, naming it", () => {
    expect(() => new Trigger("", null, { timing: "before", events: "insert", body: "x" })).toThrow(/name of a trigger/);
    expect(() => new Trigger("x", null, { timing: "later" as never, events: "insert", body: "x" })).toThrow(/timing of the trigger "x"/);
    expect(() => new Trigger("x", null, { timing: "before", events: "select" as never, body: "x" })).toThrow(/events of the trigger "x"/);
    expect(() => new Trigger("x", null, { timing: "before", events: "insert" })).toThrow(/The trigger "x" needs \{ body \}/);
    expect(() => new Trigger("x", null, { timing: "before", events: "insert", body: { a: 5 } as never })).toThrow(
      /body of the trigger "x"/,
    );
    expect(() => new Trigger("x", {}, { timing: "before", events: "insert", body: "x" })).toThrow(/takes a Table/);
    expect(() => new Trigger("x", films(), { timing: "before", events: "update", of: ["nothing"], body: "x" })).toThrow(
      /no column named "nothing"/,
    );
    expect(() => on(new CreateTrigger(trigger("x", { timing: "before", events: "insert", body: "x" })), "sqlite")).toThrow(
      /belongs to no table/,
    );
  });

  test("is copied with its table", () => {
    const table = films();
    new Trigger("touch", table, { timing: "before", events: "update", of: [table.c["changes"]!], body: "SELECT 1" }).ddlIf("sqlite");
    const copy = table.toMetadata(new MetaData(), { name: "movies" });
    expect(on(new CreateTrigger(copy.triggers[0]!), "sqlite")).toBe(
      "CREATE TRIGGER touch BEFORE UPDATE OF n_changes ON movies FOR EACH ROW BEGIN SELECT 1; END",
    );
    expect(copy.triggers[0]!._shouldCreate({ name: "mysql", nameAliases: [] } as never)).toBe(false);
  });
});

describe("CREATE FUNCTION and CREATE PROCEDURE", () => {
  test("on each database", () => {
    const tax = new Routine("add_tax", null, {
      schema: "sch",
      parameters: { net: t.numeric(10, 2), rate: { type: t.integer(), default: "19" }, rest: { type: "integer[]", mode: "variadic" } },
      returns: t.numeric(10, 2),
      deterministic: true,
      strict: true,
      parallel: "safe",
      security: "definer",
      body: "BEGIN RETURN net; END",
    });
    expect(on(new CreateRoutine(tax, { orReplace: true }), "postgresql")).toBe(
      "CREATE OR REPLACE FUNCTION sch.add_tax(net NUMERIC(10, 2), rate INTEGER DEFAULT 19, VARIADIC rest integer[]) RETURNS NUMERIC(10, 2) LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SECURITY DEFINER AS $body$ BEGIN RETURN net; END $body$",
    );
    expect(on(new DropRoutine(tax, { ifExists: true, cascade: true }), "postgresql")).toBe(
      "DROP FUNCTION IF EXISTS sch.add_tax(NUMERIC(10, 2), INTEGER, VARIADIC integer[]) CASCADE",
    );
    const simple = new Routine("twice", null, {
      parameters: { n: t.integer() },
      returns: t.bigInteger(),
      deterministic: true,
      sqlData: "no sql",
      security: "invoker",
      comment: "it's two",
      language: "sql",
      body: { mysql: "RETURN n * 2", postgresql: "SELECT n * 2 -- $body$" },
    });
    expect(on(new CreateRoutine(simple), "mysql")).toBe(
      "CREATE FUNCTION twice(n INTEGER) RETURNS BIGINT DETERMINISTIC NO SQL SQL SECURITY INVOKER COMMENT 'it''s two' RETURN n * 2",
    );
    expect(on(new CreateRoutine(simple, { orReplace: true }), "mariadb")).toContain("CREATE OR REPLACE FUNCTION twice");
    expect(on(new CreateRoutine(simple), "postgresql")).toBe(
      "CREATE FUNCTION twice(n INTEGER) RETURNS BIGINT LANGUAGE sql IMMUTABLE SECURITY INVOKER AS $body1$ SELECT n * 2 -- $body$ $body1$",
    );
    expect(on(new DropRoutine(simple), "mysql")).toBe("DROP FUNCTION twice");
    const proc = new Routine("archive", null, {
      kind: "procedure",
      parameters: { days: t.integer(), n: { type: t.integer(), mode: "inout" } },
      body: "SELECT 1",
    });
    expect(on(new CreateRoutine(proc), "mysql")).toBe("CREATE PROCEDURE archive(IN days INTEGER, INOUT n INTEGER) SELECT 1");
    expect(on(proc.call(5, null), "mysql")).toBe("CALL archive(?, ?)");
    expect(() => on(new CreateRoutine(proc), "sqlite")).toThrow(/no functions and procedures/);
  });

  test("calls", () => {
    const metadata = new MetaData({ schema: "My Schema" });
    const tax = new Routine("add_tax", metadata, {
      parameters: { net: t.numeric(10, 2), rate: { type: t.integer(), default: "19" } },
      returns: t.numeric(10, 2),
      body: "x",
    });
    expect(on(select(tax.call("1.5")), "postgresql")).toBe('SELECT "My Schema".add_tax($1::NUMERIC) AS add_tax_1');
    expect(on(select(tax.call("1.5").label("x")), "mysql")).toBe("SELECT `My Schema`.add_tax(?) AS x");
    expect(() => tax.call()).toThrow(/takes 2 arguments \(net, rate\), but was given 0/);
    expect(() => tax.call(1, 2, 3)).toThrow(ArgumentError);
    expect(() => tax.call(undefined)).toThrow(/undefined was given for the parameter "net"/);
    expect(metadata.routines).toEqual([tax]);
    expect(metadata.getSchemaObjectByName(Routine, "add_tax")).toBe(tax);
    const copy = tax.toMetadata(new MetaData(), { schema: "other" });
    expect(on(select(copy.call("1.5")), "mysql")).toBe("SELECT other.add_tax(?) AS add_tax_1");
  });

  test("refuses what is none, naming it", () => {
    expect(() => new Routine("", null, { returns: "x", body: "x" })).toThrow(/name of a routine/);
    expect(() => new Routine("f", null, { body: "x" })).toThrow(/"f" needs \{ returns \}/);
    expect(() => new Routine("f", null, { kind: "procedure", returns: "x", body: "x" })).toThrow(/no result/);
    expect(() => new Routine("f", null, { returns: "x" } as never)).toThrow(/"f" needs \{ body \}/);
    expect(() => new Routine("f", {} as never, { returns: "x", body: "x" })).toThrow(/MetaData or null/);
    expect(() => new Routine("f", null, { returns: "x", body: "x", parameters: { a: 5 as never } })).toThrow(/parameter "a"/);
    expect(() => new Routine("f", null, { returns: "x", body: "x", parameters: { a: { type: t.integer(), mode: "x" as never } } })).toThrow(
      /"in", "out"/,
    );
  });
});

describeEachDatabase("triggers and routines", (db) => {
  let engine: Engine;
  let statements: string[] = [];
  beforeAll(() => {
    engine = createEngine(db.url);
    event.listen(engine, "beforeCursorExecute", ((_conn: unknown, _cursor: unknown, sql: string) => {
      if (/^\s*(?:CREATE|DROP|ALTER)/.test(sql)) statements.push(squash(sql).split(/ (?:BEFORE|AFTER|LANGUAGE|RETURNS|\() ?/)[0]!);
    }) as never);
  });
  beforeEach(() => {
    statements = [];
  });
  afterAll(async () => {
    await engine.dispose();
  });

  /** What a SELECT gives, as rows. */
  const rows = (statement: never): Promise<unknown[]> =>
    engine.begin((conn) => conn.execute(statement as ReturnType<typeof select>).all()) as Promise<unknown[]>;

  function library(metadata: MetaData): { films: Table; log: Table } {
    const log = new Table("film_log", metadata, {
      id: new Column(t.integer(), { primaryKey: true }),
      what: new Column(t.string(60)),
    }) as unknown as Table;
    const table = new Table(
      "films",
      metadata,
      { id: new Column(t.integer(), { primaryKey: true }), title: new Column(t.string(50)), slug: new Column(t.string(50)) },
      [
        trigger("films_new", {
          timing: "after",
          events: "insert",
          body: "INSERT INTO film_log (what) VALUES (concat('new ', NEW.title))".replace(
            db.dialect === "sqlite" ? /concat\(('[^']*'), (\S+)\)/ : /$^/,
            "$1 || $2",
          ),
        }),
        trigger("films_gone", {
          timing: "after",
          events: "delete",
          when: "OLD.title <> 'quiet'",
          body: "INSERT INTO film_log (what) VALUES ('gone'); INSERT INTO film_log (what) VALUES (OLD.title);",
        }),
        trigger("films_slug", {
          timing: "before",
          events: "insert",
          body: { postgresql: "NEW.slug := lower(NEW.title)", mysql: "SET NEW.slug = lower(NEW.title)" },
        }),
      ],
    ) as unknown as Table;
    return { films: table, log };
  }

  test("triggers come and go with their table", async () => {
    const metadata = new MetaData();
    const { films: table, log } = library(metadata);
    table.addIsDependentOn(log);
    await metadata.createAll(engine);
    await engine.begin(async (conn) => {
      await conn.execute(insert(table).values([{ title: "One" }, { title: "quiet" }]));
      await conn.execute(delete_(table));
    });
    const what = await rows(select(log.c["what"]!).orderBy(log.c["id"]!) as never);
    expect(what).toEqual([["new One"], ["new quiet"], ["gone"], ["One"]]);
    await engine.begin((conn) => conn.execute(insert(table).values({ title: "Three" })));
    expect(await rows(select(table.c["slug"]!) as never)).toEqual([[db.dialect === "sqlite" ? null : "three"]]);

    // nothing is created twice
    statements = [];
    await metadata.createAll(engine);
    expect(statements).toEqual([]);
    expect(metadata.triggers.map(({ name }) => name)).toEqual(["films_new", "films_gone", "films_slug"]);

    // by themselves
    const gone = table.triggers[1]!;
    await gone.drop(engine);
    statements = [];
    await gone.drop(engine);
    expect(statements).toEqual([]);
    await expect(gone.drop(engine, { checkFirst: false })).rejects.toThrow();
    // one that is missing on a table that is there is made
    await metadata.createAll(engine);
    expect(statements.filter((sql) => sql.includes("TRIGGER"))).toContainEqual(expect.stringMatching(/CREATE TRIGGER films_gone/));
    await metadata.dropAll(engine);
    if (db.dialect === "postgresql") {
      const left = await engine.begin((conn) => conn.execDriverSql("SELECT proname FROM pg_proc WHERE proname LIKE 'films_%'").all());
      expect(left).toEqual([]);
    }
  });

  test("of a mapped class", async () => {
    const Base = declarativeBase();
    class Film extends Base<typeof Film> {
      static table = this.mapTo("mapped_films", {}, () => [
        trigger("mapped_t", { timing: "after", events: "insert", body: "INSERT INTO mapped_log VALUES (NEW.id)" }),
      ]);
      static id = mappedColumn(t.integer(), { primaryKey: true });
      static size = mappedColumn(t.integer(), { insertDefault: 7 });
    }
    const log = new Table("mapped_log", Base.metadata, { n: new Column(t.integer(), { primaryKey: true, autoincrement: false }) });
    await Base.metadata.createAll(engine);
    await using session = new Session({ bind: engine });
    const film = new Film({ id: 5 });
    session.add(film);
    await session.commit();
    expect([film.size, await session.scalar(select(log.c.n))]).toEqual([7, 5]);
    await session.close();
    await Base.metadata.dropAll(engine);
  });

  test("are created again where they say so", async () => {
    const make = (what: string): { metadata: MetaData; table: Table; log: Table } => {
      const metadata = new MetaData();
      const log = new Table("again_log", metadata, { what: new Column(t.string(10), { primaryKey: true }) }) as unknown as Table;
      const table = new Table("again", metadata, { id: new Column(t.integer(), { primaryKey: true }), x: new Column(t.integer()) }, [
        trigger("again_t", { timing: "after", events: "update", orReplace: true, body: `INSERT INTO again_log VALUES ('${what}');` }),
      ]) as unknown as Table;
      return { metadata, table, log };
    };
    await make("first").metadata.createAll(engine);
    const { metadata, table, log } = make("second");
    await metadata.createAll(engine);
    await engine.begin(async (conn) => {
      await conn.execute(insert(table).values({ id: 1 }));
      await conn.execute(update(table).values({ x: 1 }));
    });
    expect(await rows(select(log) as never)).toEqual([["second"]]);
    await metadata.dropAll(engine);
  });

  test("events of triggers", async () => {
    const metadata = new MetaData();
    const { films: table } = library(metadata);
    const seen: string[] = [];
    for (const name of ["beforeCreate", "afterCreate", "beforeDrop", "afterDrop"] as const) {
      event.listen(table.triggers[0]!, name, (target) => void seen.push(`${name} ${(target as Trigger).name}`));
    }
    await metadata.createAll(engine);
    expect(seen).toEqual(["beforeCreate films_new", "afterCreate films_new"]);
    await table.triggers[0]!.drop(engine);
    expect(seen.slice(2)).toEqual(["beforeDrop films_new", "afterDrop films_new"]);
    await metadata.dropAll(engine);
  });

  if (db.dialect === "sqlite") {
    test("INSTEAD OF for views, UPDATE OF columns", async () => {
      const metadata = new MetaData();
      const table = films(metadata);
      new Trigger("only_title", table, {
        timing: "after",
        events: "update",
        of: ["title"],
        body: "UPDATE films SET n_changes = coalesce(n_changes, 0) + 1",
      });
      await metadata.createAll(engine);
      await engine.begin(async (conn) => {
        await conn.execute(insert(table).values({ id: 1, title: "x" }));
        await conn.execute(update(table).values({ title: "y" }));
        await conn.execute(update(table).values({ id: 2 }));
        expect(await conn.execute(select(table)).all()).toEqual([[2, "y", 1]]);
      });
      await metadata.dropAll(engine);
    });

    test("routines are left out", async () => {
      const metadata = new MetaData();
      new Routine("f", metadata, { returns: t.integer(), body: "x" });
      await metadata.createAll(engine);
      await metadata.dropAll(engine);
      expect(statements).toEqual([]);
    });
    return;
  }

  test("functions, for defaults and in queries; procedures", async () => {
    const metadata = new MetaData();
    const tax = new Routine("add_tax", metadata, {
      parameters: { net: t.integer() },
      returns: t.integer(),
      deterministic: true,
      body: { postgresql: "BEGIN RETURN net * 2; END", mysql: "RETURN net * 2" },
    });
    const orders = new Table("orders", metadata, {
      id: new Column(t.integer(), { primaryKey: true }),
      net: new Column(t.integer()),
      ...(db.dialect === "postgresql" ? { gross: new Column(t.integer(), { serverDefault: tax.call(21) }) } : {}),
    }) as unknown as Table;
    const clear = new Routine("clear_orders", metadata, {
      kind: "procedure",
      parameters: { above: t.integer() },
      dependsOn: [orders],
      body: { postgresql: "BEGIN DELETE FROM orders WHERE net > above; END", mysql: "DELETE FROM orders WHERE net > above" },
    });
    const total = new Routine("total", metadata, {
      returns: t.integer(),
      sqlData: "reads sql data",
      language: "sql",
      dependsOn: [orders],
      body: { postgresql: "SELECT sum(net)::integer FROM orders", mysql: "RETURN (SELECT sum(net) FROM orders)" },
    });
    await metadata.createAll(engine);
    expect(statements.map((sql) => sql.replace(/\(.*/, "").trim())).toEqual([
      "CREATE FUNCTION add_tax",
      "CREATE TABLE orders",
      "CREATE PROCEDURE clear_orders",
      "CREATE FUNCTION total",
    ]);
    await engine.begin(async (conn) => {
      await conn.execute(insert(orders).values([{ net: 5 }, { net: 50 }]));
      if (db.dialect === "postgresql") expect(await conn.execute(select(orders.c["gross"]!)).scalars().all()).toEqual([42, 42]);
      const found = await conn
        .execute(select(tax.call(orders.c["net"]!)).orderBy(orders.c["id"]!))
        .scalars()
        .all();
      expect(found).toEqual([10, 100]);
      expect(await conn.scalar(select(total.call()))).toBe(55);
      await conn.execute(clear.call(10));
      expect(await conn.scalar(select(total.call()))).toBe(5);
    });
    statements = [];
    await metadata.createAll(engine);
    expect(statements).toEqual([]);
    await metadata.dropAll(engine);
    expect(statements.map((sql) => sql.replace(/\(.*/, ""))).toEqual([
      "DROP FUNCTION total",
      "DROP PROCEDURE clear_orders",
      "DROP TABLE orders",
      "DROP FUNCTION add_tax",
    ]);
    statements = [];
    await metadata.dropAll(engine);
    expect(statements).toEqual([]);
    // by themselves
    await tax.create(engine);
    await tax.create(engine);
    await expect(tax.create(engine, { checkFirst: false })).rejects.toThrow();
    expect(await rows(select(tax.call(4)) as never)).toEqual([[8]]);
    await tax.drop(engine);
    await tax.drop(engine);
  });

  test("routines that are created again each time", async () => {
    const make = (factor: number): Routine =>
      new Routine("times", new MetaData(), {
        parameters: { n: t.integer() },
        returns: t.integer(),
        deterministic: true,
        orReplace: true,
        body: { postgresql: `BEGIN RETURN n * ${factor}; END`, mysql: `RETURN n * ${factor}` },
      });
    await make(2).metadata!.createAll(engine);
    const three = make(3);
    await three.metadata!.createAll(engine);
    expect(await rows(select(three.call(7)) as never)).toEqual([[21]]);
    await three.metadata!.dropAll(engine);
  });

  if (db.dialect === "postgresql") {
    test("a routine for several triggers, transition tables, overloads", async () => {
      const metadata = new MetaData();
      const counts = new Table("counts", metadata, { n: new Column(t.integer(), { primaryKey: true }) }) as unknown as Table;
      const note = new Routine("note_rows", metadata, {
        returns: "trigger",
        body: "BEGIN INSERT INTO counts SELECT count(*) * TG_ARGV[0]::integer FROM added; RETURN NULL; END",
      });
      const things = new Table("things", metadata, { id: new Column(t.integer(), { primaryKey: true }) }) as unknown as Table;
      new Trigger("note_things", things, {
        timing: "after",
        events: "insert",
        forEach: "statement",
        referencing: { newTable: "added" },
        execute: note,
        arguments: ["10"],
      });
      const f1 = new Routine("ov", metadata, { parameters: { a: t.integer() }, returns: t.integer(), body: "BEGIN RETURN 1; END" });
      const f2 = new Routine("ov", metadata, { parameters: { a: t.text() }, returns: t.integer(), body: "BEGIN RETURN 2; END" });
      await metadata.createAll(engine);
      await engine.begin(async (conn) => {
        await conn.execute(insert(things).values([{ id: 1 }, { id: 2 }, { id: 3 }]));
        expect(await conn.scalar(select(counts.c["n"]!))).toBe(30);
        expect(await conn.execute(select(f1.call(1), f2.call("a"))).one()).toEqual([1, 2]);
      });
      await f2.drop(engine);
      await metadata.createAll(engine);
      await metadata.dropAll(engine);
      statements = [];
      await metadata.dropAll(engine);
      expect(statements).toEqual([]);
      // a table by itself brings the function that its trigger calls
      await counts.create(engine);
      await things.create(engine);
      await engine.begin((conn) => conn.execute(insert(things).values({ id: 1 })));
      expect(await rows(select(counts) as never)).toEqual([[10]]);
      await metadata.dropAll(engine);
    });
  }
});
