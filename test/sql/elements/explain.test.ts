// TSX-29: EXPLAIN.
import { describe, expect, test } from "vitest";
import {
  ArgumentError,
  bindparam,
  Column,
  CompileError,
  CreateTable,
  createEngine,
  declarativeBase,
  delete_,
  explain,
  type ExplainOptions,
  insert,
  mappedColumn,
  MetaData,
  select,
  sessionmaker,
  t,
  Table,
  text,
  union,
  update,
} from "../../../src/index.ts";
import { describeEachDatabase } from "../../support/databases.ts";

const metadata = new MetaData();
const users = new Table("explained", metadata, {
  id: new Column(t.integer(), { primaryKey: true }),
  name: new Column(t.string(20), { index: true }),
  born: new Column(t.date(), { default: () => "2000-01-01" }),
});

describe("the SQL", () => {
  const statement = select(users.c.id).where(users.c.name.eq("a"));
  const on = (dialect: string, options?: ExplainOptions): string => explain(statement, options).compile({ dialect }).sql;
  const rest = "SELECT explained.id FROM explained WHERE explained.name = ?";

  test("of PostgreSQL has a list of options", () => {
    const pg = rest.replace("?", "$1::VARCHAR");
    expect(on("postgresql")).toBe(`EXPLAIN ${pg}`);
    expect(on("postgresql", { analyze: true, verbose: true, costs: false, format: "json", genericPlan: true })).toBe(
      `EXPLAIN (ANALYZE, VERBOSE, COSTS FALSE, FORMAT JSON, GENERIC_PLAN) ${pg}`,
    );
    expect(on("default", { analyze: true, format: "yaml" })).toBe(`EXPLAIN (ANALYZE, FORMAT YAML) ${rest}`);
  });

  test("of MySQL and MariaDB has a format", () => {
    for (const dialect of ["mysql", "mariadb"]) {
      expect(on(dialect)).toBe(`EXPLAIN ${rest}`);
      expect(on(dialect, { format: "json", analyze: false })).toBe(`EXPLAIN FORMAT=JSON ${rest}`);
      expect(() => on(dialect, { verbose: true })).toThrow(CompileError);
      expect(() => on(dialect, { verbose: true })).toThrow('the option "verbose" of EXPLAIN: there are "analyze" and "format"');
    }
    expect(on("mysql", { analyze: true, format: "tree" })).toBe(`EXPLAIN ANALYZE FORMAT=TREE ${rest}`);
    expect(on("mariadb", { analyze: true })).toBe(`ANALYZE ${rest}`);
  });

  test("of SQLite is EXPLAIN QUERY PLAN, without options", () => {
    expect(on("sqlite")).toBe(`EXPLAIN QUERY PLAN ${rest}`);
    expect(() => on("sqlite", { analyze: true })).toThrow('cannot express the option "analyze" of EXPLAIN: there are none');
  });

  test("stands before any statement, with its WITH", () => {
    const some = select(users.c.id).where(users.c.id.gt(5)).cte("c");
    const of = (one: object): string => explain(one).compile({ dialect: "postgresql" }).sql;
    expect(of(select(some))).toBe(
      "EXPLAIN WITH c AS (SELECT explained.id AS id FROM explained WHERE explained.id > $1::INTEGER) SELECT c.id FROM c",
    );
    expect(of(insert(users).values({ name: "a" }))).toBe("EXPLAIN INSERT INTO explained (name, born) VALUES ($1, $2)");
    expect(of(insert(users).values({ name: "a" }).returning(users.c.id))).toMatch(/^EXPLAIN INSERT .* RETURNING explained\.id$/);
    expect(of(update(users).values({ name: "a" }))).toBe("EXPLAIN UPDATE explained SET name=$1");
    expect(of(delete_(users))).toBe("EXPLAIN DELETE FROM explained");
    expect(of(text("SELECT 1"))).toBe("EXPLAIN SELECT 1");
    expect(of(union(select(users.c.id), select(users.c.id)))).toMatch(/^EXPLAIN SELECT .* UNION SELECT/);
  });

  test("the statement is a part of the key, and so are the options", () => {
    const one = explain(statement);
    expect(one.compare(explain(select(users.c.id).where(users.c.name.eq("a"))))).toBe(true);
    expect(one.compare(explain(select(users.c.id).where(users.c.name.eq("b"))))).toBe(false);
    expect(one.compare(explain(statement, { analyze: true }))).toBe(false);
    expect(one.compare(explain(select(users.c.id)))).toBe(false);
  });

  test("other things are refused", () => {
    for (const value of [users.c.id, users, undefined, null, "SELECT 1", {}, explain(statement)]) {
      expect(() => explain(value as never)).toThrow(ArgumentError);
    }
    expect(() => explain(statement, { format: "json; DROP TABLE users" })).toThrow('The option "format" of explain() is a word');
    expect(() => explain(statement, { "analyze, costs": true })).toThrow(ArgumentError);
    expect(() => explain(statement, { format: undefined } as never)).toThrow(ArgumentError);
    expect(() => explain(new CreateTable(users)).compile()).toThrow("CreateTable is a statement of its own");
    expect(() => select(explain(statement) as never)).toThrow(ArgumentError);
  });
});

const Base = declarativeBase();
class Film extends Base<typeof Film> {
  static table = this.mapTo("films");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static title = mappedColumn(t.string(20));
}

describeEachDatabase("executed", (db) => {
  test("statements are explained, with their values, and compiled once", async () => {
    const engine = createEngine(db.url, { queryCacheSize: 500 });
    await using conn = await engine.connect();
    await metadata.createAll(conn);
    const plan = async (name: string): Promise<string> => {
      const rows = await conn.execute(explain(select(users).where(users.c.name.eq(name)))).all();
      return JSON.stringify(rows);
    };
    expect(await plan("a")).toMatch(/explained/);
    const { misses } = engine.compiledCache.stats;
    expect(await plan("b")).toMatch(/explained/);
    expect(engine.compiledCache.stats.misses).toBe(misses);
    const insertion = explain(insert(users));
    const explained = await conn.execute(insertion, { name: "x" }).all();
    if (db.dialect !== "sqlite") expect(explained.length).toBeGreaterThan(0);
    expect(await conn.execute(explain(delete_(users).where(users.c.id.eq(bindparam("gone")))), { gone: 1 }).all()).not.toEqual([]);
    // nothing was done
    expect(await conn.execute(select(users)).all()).toEqual([]);
    if (db.dialect !== "sqlite") {
      const json = await conn.scalar(explain(select(users), { format: "json" }));
      expect(JSON.stringify(json)).toContain("explained");
      expect(typeof json).toBe("object");
      const measured = await conn.scalar(explain(insert(users), { analyze: true, format: "json" }), { name: "x" });
      expect(typeof measured).toBe("object");
      if (db.dialect === "postgresql") {
        expect(await conn.scalars(select(users.c.born)).all()).toEqual(["2000-01-01"]);
        const lines = await conn.scalars(explain(select(users), { verbose: true, costs: false })).all();
        expect(lines.join("\n")).toMatch(/^Seq Scan on .*explained/);
      }
    }
    await conn.rollback();
    await metadata.dropAll(conn);
    await conn.commit();
    await engine.dispose();
  });

  test("statements of the ORM too", async () => {
    const engine = createEngine(db.url);
    await Base.metadata.createAll(engine);
    await using session = sessionmaker({ bind: engine })();
    const rows = await session.execute(explain(select(Film).where(Film.title.eq("x")).orderBy(Film.id))).all();
    expect(JSON.stringify(rows)).toContain("films");
    await session.execute(explain(update(Film).values({ title: "y" })));
    await session.rollback();
    await Base.metadata.dropAll(engine);
    await engine.dispose();
  });
});
