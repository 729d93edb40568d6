// A value that stands in several places of a statement is one parameter where placeholders are numbered: PostgreSQL takes `x % $1` and `x % $2`
// for different expressions, so that GROUP BY and DISTINCT would not know them again.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bindparam, case_, column, createEngine, type Engine, func, insert, literal, select, t, table, text, values } from "athanor";
import { describeEachDatabase } from "../../support/databases.ts";

const items = table("items", column("id", t.integer()), column("kind", t.string()));
const id = items.c["id"]!;

describe("PostgreSQL", () => {
  const compiled = (statement: {
    compile(args: { dialect: string }): { sql: string; params: readonly unknown[] };
  }): [string, ...unknown[]] => {
    const { sql, params } = statement.compile({ dialect: "postgresql" });
    return [sql.replaceAll(/\s+/g, " "), ...params];
  };

  test("the same bind has one number", () => {
    const rest = id.mod(2).label("rest");
    expect(compiled(select(rest).where(id.gt(5)).groupBy(rest).orderBy(rest.desc()))).toEqual([
      "SELECT items.id % $1::INTEGER AS rest FROM items WHERE items.id > $2::INTEGER GROUP BY items.id % $1::INTEGER ORDER BY rest DESC",
      2,
      5,
    ]);
  });

  test("so do the values of an IN list", () => {
    const some = case_([id.in([1, 2]), "few"], { else: "many" });
    expect(compiled(select(some.label("n")).groupBy(some).having(func.count().gt(3)))).toEqual([
      "SELECT CASE WHEN (items.id IN ($1::INTEGER, $2::INTEGER)) THEN $3::VARCHAR ELSE $4::VARCHAR END AS n FROM items GROUP BY CASE WHEN (items.id IN ($1::INTEGER, $2::INTEGER)) THEN $3::VARCHAR ELSE $4::VARCHAR END HAVING count(*) > $5::INTEGER",
      1,
      2,
      "few",
      "many",
      3,
    ]);
  });

  test("a parameter whose type only its places tell has a number for each of them", () => {
    expect(compiled(text("SELECT 1 FROM items WHERE id = :x OR kind = :x"))[0]).toContain("id = $1 OR kind = $2");
    expect(
      compiled(select(id).where(id.eq(bindparam("x", 5, { type: t.integer() })), id.lt(bindparam("x", 5, { type: t.float() })))),
    ).toEqual(["SELECT items.id FROM items WHERE items.id = $1::INTEGER AND items.id < $2::FLOAT", 5, 5]);
  });
});

test("question marks have a value each", () => {
  const rest = id.mod(2).label("rest");
  const { sql, params } = select(rest).groupBy(rest).compile({ dialect: "sqlite" });
  expect(sql.replaceAll(/\s+/g, " ")).toBe("SELECT items.id % ? AS rest FROM items GROUP BY items.id % ?");
  expect(params).toEqual([2, 2]);
});

describeEachDatabase("repeated binds", (db) => {
  let engine: Engine;
  beforeAll(() => {
    engine = createEngine(db.url);
  });
  afterAll(() => engine.dispose());

  const rows = values(column("id", t.integer()), { name: "v" })
    .data([[1], [2], [3]])
    .cte();

  test("GROUP BY knows the expression again, and so does a cached statement with other values", async () => {
    await using conn = await engine.connect();
    const again = (n: number) => {
      const rest = rows.c["id"]!.mod(n).label("rest");
      return select(rest, func.count()).groupBy(rest).orderBy(rest);
    };
    expect(await conn.execute(again(2)).all()).toEqual([
      [0, 1],
      [1, 2],
    ]);
    expect(await conn.execute(again(3)).all()).toEqual([
      [0, 1],
      [1, 1],
      [2, 1],
    ]);
  });

  test("and with an IN list of any length", async () => {
    await using conn = await engine.connect();
    const kinds = (list: number[]) => {
      const few = case_([rows.c["id"]!.in(list), literal(1)], { else: literal(0) }).label("few");
      return select(few, func.count()).groupBy(few).orderBy(few);
    };
    expect(await conn.execute(kinds([1])).all()).toEqual([
      [0, 2],
      [1, 1],
    ]);
    expect(await conn.execute(kinds([1, 2])).all()).toEqual([
      [0, 1],
      [1, 2],
    ]);
  });

  test("many rows with an expression that has a value twice", async () => {
    await using conn = await engine.connect();
    await conn.execute(text("CREATE TEMPORARY TABLE repeated (a INTEGER, b INTEGER)"));
    const repeated = table("repeated", column("a", t.integer()), column("b", t.integer()));
    const x = bindparam("x", undefined, { type: t.integer() });
    await conn.execute(insert(repeated).values({ a: x.add(1), b: x.mul(x) }), [{ x: 2 }, { x: 3 }]);
    expect(await conn.execute(select(repeated).orderBy(repeated.c["a"]!)).all()).toEqual([
      [3, 4],
      [4, 9],
    ]);
  });
});
