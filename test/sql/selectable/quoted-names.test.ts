// Names of aliases, subqueries, CTEs, VALUES and functions that are quoted always or never.
import {
  alias,
  column,
  createEngine,
  cte,
  type FromClause,
  func,
  insert,
  lateral,
  quotedName,
  select,
  tablesample,
  t,
  values,
} from "athanor";
import { expect, test } from "vitest";
import { keptKeyOf } from "../../../src/sql/elements/clause-element.ts";
import { describeEachDatabase } from "../../support/databases.ts";
import { renderAs, u } from "../support/statements.ts";

const q = quotedName("q", true);
const names = select(u.c.name);
const one = values(column("a", t.integer()), { name: q }).data([[1]]);
const f = func["f"]!(u.c.id);

renderAs([
  [() => select(u.alias(q).c.id), { default: 'SELECT "q".id FROM users AS "q"' }],
  [() => select(alias(u, q).c.id), { default: 'SELECT "q".id FROM users AS "q"' }],
  [() => select(u.alias(quotedName("Q", false)).c.id), { default: "SELECT Q.id FROM users AS Q" }],
  [() => select(u.alias(quotedName("Q", null)).c.id), { default: 'SELECT "Q".id FROM users AS "Q"' }],
  [() => select(names.subquery(q)), { default: 'SELECT "q".name FROM (SELECT users.name AS name FROM users) AS "q"' }],
  [() => select(names.alias(q)), { default: 'SELECT "q".name FROM (SELECT users.name AS name FROM users) AS "q"' }],
  [() => select(names.lateral(q)), { default: 'SELECT "q".name FROM LATERAL (SELECT users.name AS name FROM users) AS "q"' }],
  [() => select(lateral(names, { name: q })), { default: 'SELECT "q".name FROM LATERAL (SELECT users.name AS name FROM users) AS "q"' }],
  [() => select(lateral(names, q)), { default: 'SELECT "q".name FROM LATERAL (SELECT users.name AS name FROM users) AS "q"' }],
  [
    () => select(names.subquery("s").lateral(q)),
    {
      default: 'SELECT "q".name FROM LATERAL (SELECT users.name AS name FROM users) AS "q"',
    },
  ],
  [() => select(names.cte(q)), { default: 'WITH "q" AS (SELECT users.name AS name FROM users) SELECT "q".name FROM "q"' }],
  [() => select(cte(names, q)), { default: 'WITH "q" AS (SELECT users.name AS name FROM users) SELECT "q".name FROM "q"' }],
  [
    () => select(names.cte("c").alias(q)),
    {
      default: 'WITH c AS (SELECT users.name AS name FROM users) SELECT "q".name FROM c AS "q"',
    },
  ],
  [
    () => {
      const start = names.cte(q, { recursive: true });
      return select(start.unionAll(select(start.c.name)));
    },
    {
      default:
        'WITH RECURSIVE "q"(name) AS (SELECT users.name AS name FROM users UNION ALL SELECT "q".name AS name FROM "q") SELECT "q".name FROM "q"',
    },
  ],
  [
    () => select(insert(u).values({ name: "a" }).returning(u.c.id).cte(q)),
    {
      default: 'WITH "q" AS (INSERT INTO users (name) VALUES (?) RETURNING users.id) SELECT "q".id FROM "q"',
      sqlite: 'WITH "q" AS (INSERT INTO users (name) VALUES (?) RETURNING id) SELECT "q".id FROM "q"',
    },
  ],
  [() => select(one), { default: 'SELECT "q".a FROM (VALUES (?)) AS "q" (a)' }],
  [() => select(one.alias(quotedName("r", true))), { default: 'SELECT "r".a FROM (VALUES (?)) AS "r" (a)' }],
  [() => select(one.lateral()), { default: 'SELECT "q".a FROM LATERAL (VALUES (?)) AS "q" (a)' }],
  [() => select(one.lateral("r")), { default: "SELECT r.a FROM LATERAL (VALUES (?)) AS r (a)" }],
  [() => select(one.cte(q)), { default: 'WITH "q"(a) AS (VALUES (?)) SELECT "q".a FROM "q"' }],
  [() => select(tablesample(u, 5, { name: q }).c.id), { default: 'SELECT "q".id FROM users AS "q" TABLESAMPLE system(?)' }],
  [() => select(f.tableValued("k", { name: q })), { default: 'SELECT "q".k FROM f(users.id) AS "q"' }],
  [() => select(f.alias(q).column), { default: 'SELECT "q" FROM f(users.id) AS "q"' }],
  [() => select(f.columnValued(q)), { default: 'SELECT "q" FROM f(users.id) AS "q"' }],
  [
    () => select(f.tableValued(quotedName("k", true) as never).renderDerived({ name: q })),
    {
      default: 'SELECT "q"."k" FROM f(users.id) AS "q"("k")',
    },
  ],
  [() => select(names.label(q)), { default: 'SELECT (SELECT users.name FROM users) AS "q"' }],
]);

test("a quoted name is part of the key", () => {
  const keyOf = (from: FromClause): string => keptKeyOf(select(from)).text;
  const all = [u.alias("q"), u.alias(q), u.alias(quotedName("q", false))].map(keyOf);
  expect(new Set(all).size).toBe(3);
  expect(keyOf(u.alias(quotedName("q", true)))).toBe(all[1]);
});

test("what is no name is refused", () => {
  for (const wrong of [5, {}, { value: "q", quote: true }]) {
    expect(() => u.alias(wrong as never)).toThrow("A name is a string or a QuotedName");
    expect(() => values(column("a"), { name: wrong as never })).toThrow("A name is a string or a QuotedName");
  }
});

describeEachDatabase("quoted names", (db) => {
  test("are what the database knows", async () => {
    const engine = createEngine(db.url);
    await engine.begin(async (conn) => {
      const rows = values(column("a", t.integer()), { name: quotedName("Values", true) }).data([[1], [2]]);
      const odd = quotedName("Select", true);
      expect(await conn.scalars(select(select(rows).subquery(odd)).orderBy("a")).all()).toEqual([1, 2]);
      expect(await conn.scalars(select(select(rows.c.a).cte(odd))).all()).toEqual([1, 2]);
      const plain = select(rows.c.a).subquery("s");
      const quoted = select(rows.c.a).subquery(quotedName("s", true));
      // the same statement but for the quotes: no one's compiled form is another's
      for (const from of [plain, quoted, plain]) expect(await conn.scalars(select(from.c.a)).all()).toEqual([1, 2]);
    });
    await engine.dispose();
  });
});
