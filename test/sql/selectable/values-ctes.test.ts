// addCte() of VALUES: what its expressions select from stands in the WITH of the statement.
import { column, createEngine, func, literal, select, t, values, visitors } from "athanor";
import { expect, test } from "vitest";
import { describeEachDatabase } from "../../support/databases.ts";
import { renderAs, u } from "../support/statements.ts";

const names = select(u.c.name).cte("names");
const rows = values(column("a", t.integer()), column("b", t.integer()), { name: "v" }).data([[1, 2]]);
const withCount = values(column("a", t.integer()), { name: "v" }).data([
  [select(func.count()).selectFrom(names).scalarSubquery()],
] as never);
const WITH = "WITH names AS (SELECT users.name AS name FROM users)";

renderAs([
  [() => select(rows.addCte(names)), { default: `${WITH} SELECT v.a, v.b FROM (VALUES (?, ?)) AS v (a, b)` }],
  [() => select(rows.addCte(names).alias("w")), { default: `${WITH} SELECT w.a, w.b FROM (VALUES (?, ?)) AS w (a, b)` }],
  [() => select(rows.addCte(names).cte("c")), { default: `${WITH}, c(a, b) AS (VALUES (?, ?)) SELECT c.a, c.b FROM c` }],
  [
    () => select(rows.addCte(names, { nestHere: true }).cte("c")),
    { default: `${WITH}, c(a, b) AS (VALUES (?, ?)) SELECT c.a, c.b FROM c` },
  ],
  [
    () => select(withCount.addCte(names)),
    { default: `${WITH} SELECT v.a FROM (VALUES ((SELECT count(*) AS count_1 FROM names))) AS v (a)` },
  ],
  [
    () => select(rows.addCte(names, select(u.c.age).cte("ages"))),
    { default: `${WITH}, ages AS (SELECT users.age AS age FROM users) SELECT v.a, v.b FROM (VALUES (?, ?)) AS v (a, b)` },
  ],
]);

test("the original stays as it is, and a walk comes to the CTE", () => {
  expect(rows.addCte(names)).not.toBe(rows);
  expect(select(rows).compile().sql).not.toContain("WITH");
  expect([...visitors.iterate(rows.addCte(names))].includes(names as never)).toBe(true);
});

describeEachDatabase("CTEs of VALUES", (db) => {
  test("are there for the expressions in it", async () => {
    const engine = createEngine(db.url);
    await engine.begin(async (conn) => {
      const five = select(literal(5, t.integer()).label("n")).cte("five");
      const values_ = values(column("a", t.integer()), column("b", t.integer()), { name: "v" });
      const data = values_.data([
        [1, select(five.c.n).scalarSubquery()],
        [2, 7],
      ] as never);
      for (let i = 0; i < 2; i += 1) {
        expect(await conn.execute(select(data.addCte(five)).orderBy("a")).all()).toEqual([
          [1, 5],
          [2, 7],
        ]);
      }
      // one that only its being there can have any effect: it is sent, and does no harm
      expect(await conn.execute(select(values_.data([[3, 4]]).addCte(five))).all()).toEqual([[3, 4]]);
    });
    await engine.dispose();
  });
});
