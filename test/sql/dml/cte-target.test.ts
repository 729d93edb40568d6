// UPDATE and DELETE of a CTE, which some databases take for the table below; values that come from sequences.
import {
  cast,
  Column,
  CompileError,
  createEngine,
  delete_,
  insert,
  MetaData,
  select,
  Sequence,
  t,
  Table,
  type TypeEngine,
  update,
} from "athanor";
import { describe, expect, test } from "vitest";
import { describeEachDatabase } from "../../support/databases.ts";
import { renderAs, u } from "../support/statements.ts";

const young = select(u.c.id, u.c.name).where(u.c.age.lt(10)).cte("young");
const WITH = "WITH young AS (SELECT users.id AS id, users.name AS name FROM users WHERE users.age < ?)";

describe("a CTE is changed", () => {
  renderAs([
    [() => update(young).values({ name: "a" } as never), { default: `${WITH} UPDATE young SET name=?` }],
    [
      () =>
        update(young)
          .values({ name: "a" } as never)
          .where(young.c.id.eq(3)),
      { default: `${WITH} UPDATE young SET name=? WHERE young.id = ?` },
    ],
    [() => delete_(young), { default: `${WITH} DELETE FROM young` }],
    [() => delete_(young).where(young.c.id.eq(3)), { default: `${WITH} DELETE FROM young WHERE young.id = ?` }],
  ]);

  test("but not inserted into, and no subquery is", () => {
    expect(() =>
      insert(young)
        .values({ name: "a" } as never)
        .compile(),
    ).toThrow(CompileError);
    expect(() =>
      insert(young)
        .values({ name: "a" } as never)
        .compile(),
    ).toThrow('Rows cannot be inserted into a CTE ("young")');
    expect(() => update(select(u.c.id).subquery("s"))).toThrow("Subject table for an INSERT, UPDATE or DELETE expected");
  });
});

describe("the number of a sequence", () => {
  const metadata = new MetaData();
  const one = new Table("one", metadata, {
    id: new Column(t.integer(), new Sequence("id_seq"), { primaryKey: true }),
    n: new Column(t.integer(), new Sequence("n_seq")),
    x: new Column(t.integer()),
  });
  const two = new Table("two", metadata, {
    a: new Column(t.integer(), new Sequence("a_seq"), { primaryKey: true }),
    b: new Column(t.integer(), new Sequence("b_seq"), { primaryKey: true }),
    x: new Column(t.integer()),
  });
  const sql = (statement: { compile(args: object): { sql: string; params: readonly unknown[] } }, dialect = "default"): unknown[] => {
    const compiled = statement.compile({ dialect });
    return [compiled.sql, ...compiled.params];
  };

  test("for the key is fetched first where no database is known", () => {
    const n = "<next sequence value: n_seq>";
    expect(sql(insert(one).values({ x: 3 }))).toEqual([`INSERT INTO one (id, n, x) VALUES (?, ${n}, ?)`, null, 3]);
    expect(sql(insert(one).values({ id: 4, x: 3 }))).toEqual([`INSERT INTO one (id, n, x) VALUES (?, ${n}, ?)`, 4, 3]);
    const id = "<next sequence value: id_seq>";
    expect(sql(insert(one).values({ x: 3 }).inline())).toEqual([`INSERT INTO one (id, n, x) VALUES (${id}, ${n}, ?)`, 3]);
    expect(sql(insert(one).values({ x: 3 }).returning(one.c.x))).toEqual([
      `INSERT INTO one (id, n, x) VALUES (${id}, ${n}, ?) RETURNING one.x`,
      3,
    ]);
    expect(sql(insert(one).values([{ x: 3 }]))).toEqual([`INSERT INTO one (id, n, x) VALUES (${id}, ${n}, ?)`, 3]);
  });

  test("for one of several keys is not", () => {
    expect(sql(insert(two).values({ x: 3 }))).toEqual([
      "INSERT INTO two (a, b, x) VALUES (<next sequence value: a_seq>, <next sequence value: b_seq>, ?) RETURNING two.a, two.b",
      3,
    ]);
  });

  test("comes with RETURNING from PostgreSQL", () => {
    expect(sql(insert(one).values({ x: 3 }), "postgresql")).toEqual([
      "INSERT INTO one (id, n, x) VALUES (nextval('id_seq'), nextval('n_seq'), $1) RETURNING one.id",
      3,
    ]);
  });
});

describe("text that is cast to a number", () => {
  const literal = (value: string, type: TypeEngine<unknown>, dialect = "default"): string =>
    select(cast(value, type)).compile({ dialect, compileKwargs: { literalBinds: true } }).sql;

  test("is a number where values are written into the statement", () => {
    for (const dialect of ["default", "postgresql", "sqlite"]) {
      expect(literal("5", t.integer(), dialect)).toBe("SELECT CAST(5 AS INTEGER) AS anon_1");
      expect(literal("-05", t.integer(), dialect)).toBe("SELECT CAST(-5 AS INTEGER) AS anon_1");
      expect(literal("1.50", t.float(), dialect)).toBe("SELECT CAST(1.50 AS FLOAT) AS anon_1");
    }
    expect(literal("5", t.integer(), "mysql")).toBe("SELECT CAST(5 AS SIGNED INTEGER) AS anon_1");
    expect(literal("5", t.bigInteger())).toBe("SELECT CAST(5 AS BIGINT) AS anon_1");
  });

  test("is text where it does not read as one, and where it is sent", () => {
    for (const odd of ["5; DROP", "0x10", "1e5", " 5", "1.5", "'", "5".repeat(30), "५"])
      expect(literal(odd, t.integer())).toBe(`SELECT CAST('${odd.replaceAll("'", "''")}' AS INTEGER) AS anon_1`);
    expect(select(cast("5", t.integer())).compile({ dialect: "postgresql" })).toMatchObject({
      sql: "SELECT CAST($1::VARCHAR AS INTEGER) AS anon_1",
      params: ["5"],
    });
  });
});

describeEachDatabase("text that is cast to a number", (db) => {
  test("is that number, sent or written", async () => {
    const engine = createEngine(db.url);
    await engine.begin(async (conn) => {
      for (const [text, number] of [
        ["5", 5],
        ["-07", -7],
        ["123456789", 123456789],
      ] as const) {
        const statement = select(cast(text, t.integer()));
        expect(await conn.scalar(statement)).toBe(number);
        const { dialect } = engine;
        const { sql } = statement.compile({ dialect, compileKwargs: { literalBinds: true } });
        expect(Number((await conn.execDriverSql(sql)).scalar())).toBe(number);
      }
    });
    await engine.dispose();
  });
});
