// FUN-21, SCH-16: elements of the user's own, and the library's rendered otherwise.
import { afterEach, describe, expect, test, vi } from "vitest";
import { compiles, deregister, operand, type Renderable, type RenderableClass } from "../../src/ext/index.ts";
import {
  ArgumentError,
  BindParameter,
  CheckConstraint,
  type ClauseElement,
  Column,
  ColumnClause,
  ColumnElement,
  column,
  CompileError,
  CreateColumn,
  CreateTable,
  createEngine,
  DdlElement,
  type Engine,
  event,
  ExecutableClause,
  type Field,
  type FromClause,
  func,
  Function as SqlFunction,
  FunctionElement,
  Insert,
  insert,
  literal,
  MetaData,
  Select,
  select,
  t,
  Table,
  text,
  UnsupportedCompilationError,
  UserDefinedType,
  cast,
  checkConstraint,
} from "../../src/index.ts";
import { describeEachDatabase } from "../support/databases.ts";

const used: RenderableClass<Renderable>[] = [];
const using = <C extends RenderableClass<Renderable>>(type: C): C => {
  used.push(type);
  return type;
};
afterEach(() => {
  for (const type of used.splice(0)) deregister(type);
});

const dialects = ["default", "sqlite", "postgresql", "mysql", "mariadb"] as const;
const on = (element: ClauseElement, dialect: string): string => element.compile({ dialect }).sql.trim();
const everywhere = (element: ClauseElement): string[] => dialects.map((dialect) => on(element, dialect));

const metadata = new MetaData();
const users = new Table("users", metadata, {
  id: new Column(t.integer(), { primaryKey: true }),
  name: new Column(t.string(20), { nullable: false }),
  born: new Column(t.dateTime()),
});

class Now extends ColumnElement<Date> {
  static override readonly inheritCache: boolean = true;
  override readonly type = t.dateTime();
}

/** The greater of two, of any type. */
class Larger extends ColumnElement<number> {
  static override readonly fields: readonly Field[] = [
    ["a", "clause"],
    ["b", "clause"],
  ];
  override readonly type = t.integer();
  readonly a: ColumnElement<unknown>;
  readonly b: ColumnElement<unknown>;
  constructor(a: unknown, b: unknown) {
    super();
    this.a = operand(this, a);
    this.b = operand(this, b);
  }
}

describe("what is registered", () => {
  test("for all dialects, and for one before that", () => {
    compiles(using(Now), () => "now()");
    expect(everywhere(new Now())).toEqual(["now()", "now()", "now()", "now()", "now()"]);
    compiles(Now, "sqlite", () => "datetime('now')");
    compiles(Now, ["mysql", "default"], () => "utc_timestamp()");
    expect(everywhere(new Now())).toEqual(["utc_timestamp()", "datetime('now')", "now()", "utc_timestamp()", "utc_timestamp()"]);
    compiles(Now, "mariadb", () => "sysdate()");
    expect(on(new Now(), "mariadb")).toBe("sysdate()");
    expect(on(new Now(), "mysql")).toBe("utc_timestamp()");
    compiles(Now, () => "now(6)");
    expect(on(new Now(), "postgresql")).toBe("now(6)");
  });

  test("nothing for a dialect: the error names the class, the dialect and the way out", () => {
    const failing = (): string => on(select(new Now()), "postgresql");
    expect(failing).toThrow(UnsupportedCompilationError);
    expect(failing).toThrow(/The dialect "postgresql" has no rendering for Now\. .*compiles\(Now, "postgresql",/);
    compiles(using(Now), "sqlite", () => "datetime('now')");
    expect(failing).toThrow(/"postgresql" has no rendering for Now/);
    expect(on(select(new Now().label("n")), "sqlite")).toBe("SELECT datetime('now') AS n");
  });

  test("subclasses inherit it, and what is registered for them comes first", () => {
    class SoonNow extends Now {
      static override readonly inheritCache = true;
    }
    compiles(using(Now), () => "now()");
    compiles(Now, "sqlite", () => "datetime('now')");
    expect(everywhere(new SoonNow())).toEqual(["now()", "datetime('now')", "now()", "now()", "now()"]);
    compiles(using(SoonNow), "postgresql", (_element, _compiler, _options, original) => `${original()} + interval '1 day'`);
    expect(everywhere(new SoonNow())).toEqual(["now()", "datetime('now')", "now() + interval '1 day'", "now()", "now()"]);
    expect(on(new Now(), "postgresql")).toBe("now()");
    deregister(SoonNow);
    expect(on(new SoonNow(), "postgresql")).toBe("now()");
    deregister(Now);
    expect(() => on(new SoonNow(), "postgresql")).toThrow("has no rendering for SoonNow");
    deregister(Now);
  });

  test("the parts are rendered by the compiler, values are bound", () => {
    compiles(
      using(Larger),
      (element, compiler, options) => `greatest(${compiler.process(element.a, options)}, ${compiler.process(element.b, options)})`,
    );
    const statement = select(users.c.id).where(new Larger(users.c.id, 5).gt(7));
    const compiled = statement.compile({ dialect: "postgresql" });
    expect(compiled.sql).toBe("SELECT users.id FROM users WHERE greatest(users.id, $1::INTEGER) > $2::INTEGER");
    expect(compiled.params).toEqual([5, 7]);
  });

  test("an element that is selected brings the tables of its parts along, and its copies are adapted", () => {
    compiles(
      using(Larger),
      (element, compiler, options) => `max(${compiler.process(element.a, options)}, ${compiler.process(element.b, options)})`,
    );
    expect(String(select(new Larger(users.c.id, 5)))).toBe("SELECT max(users.id, ?) AS anon_1 FROM users");
    const inner = select(new Larger(users.c.id, 5).label("x")).subquery();
    expect(String(select(inner.c["x"]!))).toBe("SELECT anon_1.x FROM (SELECT max(users.id, ?) AS x FROM users) AS anon_1");
  });

  test("arguments that are none", () => {
    expect(() => compiles(Now, undefined as never)).toThrow(ArgumentError);
    expect(() => compiles(Now, "sqlite", 5 as never)).toThrow("compiles() takes a class and a function");
    expect(() => compiles(Now, [], () => "")).toThrow("compiles() takes a class and a function");
    expect(() => compiles(Now, [5] as never, () => "")).toThrow("compiles() takes a class and a function");
    for (const type of [class {}, Date, {}, null, undefined]) {
      expect(() => compiles(type as never, () => "")).toThrow("compiles() takes the class of an element");
    }
    expect(() => operand(new Now(), undefined)).toThrow(ArgumentError);
  });

  test("what is no text is refused", () => {
    compiles(using(Now), (() => undefined) as never);
    expect(() => String(new Now())).toThrow(CompileError);
    expect(() => String(new Now())).toThrow("compiles() was given for Now gave undefined, not SQL text");
    compiles(Now, (() => null) as never);
    expect(() => String(new Now())).toThrow("gave null");
  });
});

describe("functions", () => {
  class Greatest extends FunctionElement<number> {
    static override readonly inheritCache = true;
    override readonly name = "greatest";
    override readonly type = t.integer();
  }

  test("have a rendering without being told one", () => {
    const statement = select(new Greatest([users.c.id, 5]));
    expect(on(statement, "mysql")).toBe("SELECT greatest(users.id, ?) AS greatest_1 FROM users");
    expect(statement.compile({ dialect: "mysql" }).params).toEqual([5]);
    expect(() => new Greatest([users.c.id, undefined])).toThrow("func.Greatest(): argument 2 is undefined");
  });

  test("and others where that does not do", () => {
    compiles(using(Greatest), "sqlite", (element, compiler, options) => `max${compiler.functionArgspec(element, options)}`);
    expect(on(new Greatest([1, 2]), "sqlite")).toBe("max(?, ?)");
    expect(on(new Greatest([1, 2]).over(), "sqlite")).toBe("max(?, ?) OVER ()");
    compiles(Greatest, "sqlite", (element, compiler, options) => `max(${compiler.process(element.clauses, options)})`);
    expect(on(new Greatest([1, 2]), "sqlite")).toBe("max(?, ?)");
    compiles(Greatest, (element, compiler, options) => compiler.visitFunction(element, options).toUpperCase());
    expect(on(new Greatest([1, 2]), "mysql")).toBe("GREATEST(?, ?)");
  });
});

describe("the library's own", () => {
  test("is rendered otherwise on one dialect, with its own rendering at hand", () => {
    compiles(using(Insert), "mysql", (_insert, _compiler, _options, original) => original().replace(/^INSERT/, "INSERT HIGH_PRIORITY"));
    const statement = insert(users).values({ name: "sandy" });
    expect(on(statement, "mysql")).toBe("INSERT HIGH_PRIORITY INTO users (name) VALUES (?)");
    expect(on(statement, "sqlite")).toBe("INSERT INTO users (name) VALUES (?)");
    compiles(Insert, "mysql", (element, compiler, options) => `${compiler.visitInsert(element, options)} /* ours */`);
    expect(on(statement, "mysql")).toBe("INSERT INTO users (name) VALUES (?) /* ours */");
    deregister(Insert);
    expect(on(statement, "mysql")).toBe("INSERT INTO users (name) VALUES (?)");
  });

  test("the options can be changed on the way", () => {
    compiles(using(BindParameter), "sqlite", (_bind, _compiler, options, original) => original({ ...options, literalBinds: true }));
    expect(on(select(users.c.id).where(users.c.name.eq("o'x")), "sqlite")).toBe("SELECT users.id FROM users WHERE users.name = 'o''x'");
  });

  test("types", () => {
    class Point extends UserDefinedType<string> {
      override readonly cacheOk = true;
      override getColSpec(): string {
        return "POINT";
      }
    }
    compiles(using(Point), "sqlite", () => "TEXT");
    compiles(Point, "mysql", (_type, compiler, options) => `VARCHAR(40)${compiler.preparer(options).quote("x y")}`);
    const statement = cast("1,2", new Point());
    expect(dialects.map((dialect) => on(statement, dialect))).toEqual([
      "CAST(? AS POINT)",
      "CAST(? AS TEXT)",
      "CAST($1 AS POINT)",
      "?",
      "?",
    ]);
    const table = new Table("places", new MetaData(), { at: new Column(new Point()) });
    expect(on(new CreateTable(table), "mysql")).toContain("at VARCHAR(40)`x y`");
    expect(on(new CreateTable(table), "sqlite")).toContain("at TEXT");
  });

  test("columns and constraints of CREATE TABLE, which may be left out", () => {
    const table = new Table(
      "books",
      new MetaData(),
      {
        id: new Column(t.integer(), { primaryKey: true }),
        title: new Column(t.text(), { info: { hidden: true } }),
        pages: new Column(t.integer()),
      },
      [checkConstraint("pages > 0", { name: "ck_pages" })],
    );
    compiles(using(CreateColumn), "sqlite", ({ element }, _compiler, _options, original) =>
      element.info["hidden"] === true ? null : `${original()} /* ${element.name} */`,
    );
    compiles(using(CheckConstraint), "sqlite", () => null);
    expect(on(new CreateTable(table), "sqlite").replaceAll(/\s+/g, " ")).toBe(
      "CREATE TABLE books ( id INTEGER NOT NULL /* id */, pages INTEGER /* pages */, PRIMARY KEY (id) )",
    );
    expect(on(new CreateTable(table), "postgresql").replaceAll(/\s+/g, " ")).toBe(
      "CREATE TABLE books ( id SERIAL NOT NULL, title TEXT, pages INTEGER, PRIMARY KEY (id), CONSTRAINT ck_pages CHECK (pages > 0) )",
    );
    expect(() => on(new CreateColumn(table.c.title), "sqlite")).toThrow("CreateColumn was rendered as null");
  });
});

describe("DDL and statements of one's own", () => {
  class Reindex extends DdlElement {
    readonly table: Table;
    constructor(table: Table) {
      super();
      this.table = table;
    }
  }

  test("DDL has the compiler of DDL", () => {
    const statement = new Reindex(users);
    expect(() => on(statement, "sqlite")).toThrow(/The dialect "sqlite" has no rendering for Reindex/);
    compiles(using(Reindex), (ddl, compiler) => `REINDEX TABLE ${compiler.preparer.formatTable(ddl.table)}`);
    compiles(Reindex, "sqlite", (ddl, compiler) => `REINDEX ${compiler.preparer.formatTable(ddl.table)}`);
    expect(on(statement, "sqlite")).toBe("REINDEX users");
    expect(on(statement, "postgresql")).toBe("REINDEX TABLE users");
    expect(on(statement.executeIf({ dialect: "sqlite" }), "sqlite")).toBe("REINDEX users");
  });

  class InsertFromSelect extends ExecutableClause {
    static override readonly fields: readonly Field[] = [
      ["table", "clause"],
      ["select", "clause"],
    ];
    readonly table: FromClause;
    readonly select: Select<unknown[]>;
    constructor(table: FromClause, from: Select<unknown[]>) {
      super();
      this.table = table;
      this.select = from;
    }
  }

  describeEachDatabase("executed", (db) => {
    test("a statement, an element and DDL, on this database", async () => {
      const engine: Engine = createEngine(db.url);
      const own = new MetaData();
      const notes = new Table("notes", own, { id: new Column(t.integer(), { primaryKey: true }), text: new Column(t.string(20)) });
      const log = new Table("log", own, {
        id: new Column(t.integer(), { autoincrement: false, primaryKey: true }),
        text: new Column(t.string(20)),
      });
      class Analyze extends Reindex {}
      compiles(using(Analyze), (ddl, compiler) => `ANALYZE ${compiler.preparer.formatTable(ddl.table)}`);
      compiles(Analyze, "mysql", (ddl, compiler) => `ANALYZE TABLE ${compiler.preparer.formatTable(ddl.table)}`);
      let ran = 0;
      compiles(using(InsertFromSelect), (element, compiler, options) => {
        ran += 1;
        const into = compiler.process(element.table, { ...options, asfrom: true });
        return `INSERT INTO ${into} ${compiler.process(element.select, options)}`;
      });
      compiles(using(Now), () => "CURRENT_TIMESTAMP");
      compiles(Now, "sqlite", () => "strftime('%Y-%m-%d %H:%M:%f', 'now')");
      compiles(using(ColumnClause), db.dialect, (_column, _compiler, _options, original) => `${original()}/**/`);
      event.listen(notes, "afterCreate", new Analyze(notes));
      await using conn = await engine.connect();
      await own.createAll(conn);
      await conn.execute(insert(notes), [{ text: "a" }, { text: "b" }, { text: "c" }]);
      const copy = (from: number) => new InsertFromSelect(log, select(notes.c.id, notes.c.text).where(notes.c.id.ge(from)));
      expect((await conn.execute(copy(3))).rowcount).toBe(1);
      expect((await conn.execute(copy(4))).rowcount).toBe(0);
      expect(ran).toBe(1);
      expect(await conn.execute(select(log.c.text, log.c.id)).all()).toEqual([["c", 3]]);
      const [row] = await conn.execute(select(new Now().label("at"), new Now(), log.c.id)).all();
      expect(row![0]).toBeInstanceOf(Date);
      expect(row![1]).toBeInstanceOf(Date);
      expect(row![2]).toBe(3);
      const rows = await conn.execute(select({ at: new Now(), upper: func.upper(log.c.text) })).all();
      expect(rows).toEqual([{ at: expect.any(Date) as Date, upper: "C" }]);
      await conn.rollback();
      await own.dropAll(conn);
      await conn.commit();
      await engine.dispose();
    });
  });
});

describe("the compiled cache", () => {
  const engine = createEngine("sqlite://", { queryCacheSize: 500 });
  test("statements with elements of a class that says what tells them apart are compiled once", async () => {
    let runs = 0;
    compiles(using(Larger), (element, compiler, options) => {
      runs += 1;
      return `max(${compiler.process(element.a, options)}, ${compiler.process(element.b, options)})`;
    });
    const values: unknown[] = [];
    for (const [a, b] of [
      [1, 2],
      [9, 3],
      [4, 4],
    ]) {
      values.push(await engine.begin((conn) => conn.scalar(select(new Larger(a, b)))));
    }
    expect(values).toEqual([2, 9, 4]);
    expect(runs).toBe(1);
    const { misses } = engine.compiledCache.stats;
    await engine.begin((conn) => conn.execute(select(new Larger(1, literal(5)))));
    expect(engine.compiledCache.stats.misses).toBe(misses);
  });

  test("what is registered later is seen by statements that were compiled before", async () => {
    compiles(using(Larger), () => "1");
    const statement = select(new Larger(1, 2));
    const run = () => engine.begin((conn) => conn.scalar(statement));
    expect(await run()).toBe(1);
    compiles(Larger, "sqlite", () => "2");
    expect(await run()).toBe(2);
    compiles(Larger, () => "3");
    expect(await run()).toBe(2);
    deregister(Larger);
    compiles(Larger, () => "4");
    expect(await run()).toBe(4);
    const plain = select(literal(7).label("x"));
    expect(await engine.begin((conn) => conn.scalar(plain))).toBe(7);
    compiles(using(Select), "sqlite", (_select, _compiler, _options, original) => `${original()} LIMIT 0`);
    expect(await engine.begin((conn) => conn.scalar(plain))).toBe(null);
    deregister(Select);
    expect(await engine.begin((conn) => conn.scalar(plain))).toBe(7);
  });

  test("a class that says nothing is compiled each time, and a warning says so once", async () => {
    class Quiet extends ColumnElement<number> {
      override readonly type = t.integer();
      readonly n: number;
      constructor(n: number) {
        super();
        this.n = n;
      }
    }
    const warnings = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
    try {
      compiles(using(Quiet), ({ n }) => String(n));
      const size = engine.compiledCache.stats.size;
      expect(await engine.begin((conn) => conn.scalar(select(new Quiet(1))))).toBe(1);
      expect(await engine.begin((conn) => conn.scalar(select(new Quiet(2))))).toBe(2);
      expect(engine.compiledCache.stats.size).toBe(size);
      expect(warnings.mock.calls.map(([message]) => message)).toEqual([
        expect.stringMatching(/elements of Quiet are compiled each time: .*`static fields`.*`static inheritCache = true`/),
      ]);
      expect(new Quiet(1).compare(new Quiet(1))).toBe(false);

      class Child extends Now {}
      class Told extends Now {
        static override readonly inheritCache = false;
      }
      compiles(using(Now), () => "NULL");
      await engine.begin((conn) => conn.execute(select(new Child())));
      await engine.begin((conn) => conn.execute(select(new Told())));
      expect(engine.compiledCache.stats.size).toBe(size);
      expect(warnings.mock.calls.map(([message]) => message)).toEqual([
        expect.anything(),
        expect.stringContaining("elements of Child are"),
      ]);
    } finally {
      warnings.mockRestore();
    }
  });

  test("the text of a generic function that is not its name is part of the key", async () => {
    const { GenericFunction } = await import("../../src/index.ts");
    const value = (sql: string) => engine.begin((conn) => conn.scalar(select(new GenericFunction("x", [], t.integer(), sql))));
    expect([await value("1"), await value("2")]).toEqual([1, 2]);
    expect(new SqlFunction("f", []).compare(new SqlFunction("f", []))).toBe(true);
  });
});

test("names of columns in texts are not taken for columns of the result", () => {
  compiles(using(Larger), (element, compiler, options) => `max(${compiler.process(element.a, options)}, 1)`);
  const compiled = select(new Larger(column("x", t.string()), 1).label("y"), text("1")).compile({ dialect: "sqlite" });
  expect(compiled.resultColumns!.map(({ name }) => name)).toEqual(["y", ""]);
  expect(compiled.resultColumns![0]!.type).toBeInstanceOf(t.integer().constructor);
});

describe("a statement inside of one's own", () => {
  class Profile extends ExecutableClause {
    static override readonly fields: readonly Field[] = [["statement", "clause"]];
    readonly statement: ClauseElement;
    constructor(statement: ClauseElement) {
      super();
      this.statement = statement;
    }
  }
  const embedding = (): void =>
    compiles(using(Profile), ({ statement }, compiler, options) => `PROFILE ${compiler.embedded(statement, options)}`);

  test("is rendered whole, but nothing of what it would give is the result", () => {
    embedding();
    const inserted = insert(users).values({ name: "x" });
    expect(on(inserted, "postgresql")).toContain("RETURNING users.id");
    const compiled = new Profile(inserted).compile({ dialect: "postgresql" });
    expect(compiled.sql).toBe("PROFILE INSERT INTO users (name) VALUES ($1)");
    expect([compiled.isInsert, compiled.implicitReturning, compiled.returnsRows, compiled.resultColumns]).toEqual([
      false,
      false,
      null,
      null,
    ]);
    const adults = select(users.c.name).where(users.c.id.gt(5)).cte("c");
    const selected = new Profile(select(adults)).compile({ dialect: "postgresql" });
    expect(selected.sql).toBe("PROFILE WITH c AS (SELECT users.name AS name FROM users WHERE users.id > $1::INTEGER) SELECT c.name FROM c");
    expect([selected.isSelect, selected.returnsRows, selected.resultColumns]).toEqual([false, null, null]);
    const literalText = new Profile(text("SELECT :x").bindparams({ x: 1 })).compile({ dialect: "postgresql" });
    expect([literalText.sql, literalText.isText, literalText.returnsRows]).toEqual(["PROFILE SELECT $1::INTEGER", false, null]);
  });

  test("defaults and parameters have their values", () => {
    embedding();
    const own = new Table("t", new MetaData(), {
      id: new Column(t.integer(), { primaryKey: true }),
      a: new Column(t.integer(), { default: () => 7 }),
      b: new Column(t.integer()),
    });
    const compiled = new Profile(insert(own)).compile({ dialect: "postgresql", columnKeys: ["b"] });
    expect(compiled.sql).toBe("PROFILE INSERT INTO t (a, b) VALUES ($1, $2)");
    expect(compiled.bind({ b: 5 }, null).params).toEqual([7, 5]);
  });
});
