// Operators and functions of PostgreSQL's own types: their text, and what they give when they are run.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Column, createEngine, type Engine, func, insert, literal, MetaData, select, t, Table } from "athanor";
import * as pg from "athanor/postgresql";
import type { ClauseElement } from "../../../src/sql/elements/clause-element.ts";
import { describeEachDatabase } from "../../support/databases.ts";

const metadata = new MetaData();
const docs = new Table("docs", metadata, {
  id: new Column(t.integer(), { primaryKey: true }),
  body: new Column(t.text()),
  data: new Column(pg.t.JSONB()),
  tags: new Column(pg.t.ARRAY(t.text())),
  numbers: new Column(pg.t.ARRAY(t.integer())),
  span: new Column(pg.t.INT4RANGE()),
  days: new Column(pg.t.DATERANGE()),
  spans: new Column(pg.t.INT4MULTIRANGE()),
  words: new Column(pg.t.TSVECTOR()),
  wanted: new Column(pg.t.TSQUERY()),
});
const c = docs.c;
const { Range } = pg;

type Case = readonly [name: string, make: () => unknown, sql: string, value: unknown];

const CASES: readonly Case[] = [
  // ---- JSONB
  ["contains", () => c.data.contains({ a: { b: [5] } }), "docs.data @> ?", true],
  ["contains a string", () => c.data.at("k").contains("x"), "docs.data[?] @> ?", false],
  ["contained by", () => c.data.containedBy({ a: { b: [5] }, k: [1, 2], z: 2, y: 1 }), "docs.data <@ ?", true],
  ["equals a document", () => c.data.at("a").eq({ b: [5] }), "docs.data[?] = ?", true],
  ["equals a number", () => c.data.at("z").eq(2), "docs.data[?] = ?", true],
  ["is not JSON null", () => c.data.ne(t.json.NULL), "docs.data != ?", true],
  ["concatenated", () => c.data.concat({ z: 3 }).at("z"), "(docs.data || ?)[?]", 3],
  ["without a key", () => c.data.op("-")("a"), "docs.data - ?", { k: [1, 2], z: 2 }],
  ["has a key", () => c.data.hasKey("a"), "docs.data ? ?", true],
  ["has all", () => c.data.hasAll(["a", "q"]), "docs.data ?& ?", false],
  ["has any", () => c.data.hasAny(pg.array(["a", "q"])), "docs.data ?| ARRAY[?, ?]", true],
  ["without a path", () => c.data.deletePath(["a", "b"]).at("a"), "(docs.data #- CAST(ARRAY[?, ?] AS TEXT[]))[?]", {}],
  ["path exists", () => c.data.pathExists("$.k[*] ? (@ > 1)"), "docs.data @? ?", true],
  ["path matches", () => c.data.pathMatch("$.z == 2"), "docs.data @@ ?", true],
  ["path of steps", () => c.data.at(["a", "b", 0]), "docs.data #> ?", 5],
  ["steps as text", () => c.data.at("a").at("b").astext, "(docs.data[?]) ->> ?", "[5]"],
  ["as an integer", () => c.data.at("z").asInteger(), "CAST(docs.data ->> ? AS INTEGER)", 2],
  ["a literal's element", () => literal({ q: 1 }, pg.t.JSONB()).at("q"), "(?::JSONB)[?]", 1],
  ["jsonb_path_query_array", () => func.jsonb_path_query_array(c.data, "$.k[*]"), "jsonb_path_query_array(docs.data, ?)", [1, 2]],
  [
    "jsonb_path_exists with variables",
    () => func.jsonb_path_exists(c.data, "$.z ? (@ > $min)", literal({ min: 1 }, pg.t.JSONB())),
    "jsonb_path_exists(docs.data, ?, ?)",
    true,
  ],
  [
    "jsonb_set",
    () => func.jsonb_set(c.data, ["z"], literal([9], pg.t.JSONB())),
    "jsonb_set(docs.data, ?, ?)",
    { a: { b: [5] }, k: [1, 2], z: [9] },
  ],
  ["jsonb_build_object", () => func.jsonb_build_object("id", c.id), "jsonb_build_object(?, docs.id)", { id: 1 }],
  ["jsonb_agg", () => func.jsonb_agg(c.id), "jsonb_agg(docs.id)", [1]],
  // ---- arrays
  ["array contains", () => c.numbers.contains([1, 2]), "docs.numbers @> ?", true],
  ["array contained by", () => c.numbers.containedBy([1, 2]), "docs.numbers <@ ?", false],
  ["arrays overlap", () => c.tags.overlap(["b", "q"]), "docs.tags && ?", true],
  ["written array contains", () => pg.array([1, 2]).contains([1]), "ARRAY[?, ?] @> ARRAY[?]", true],
  ["any", () => c.tags.any("a"), "? = ANY (docs.tags)", true],
  ["all, by another comparison", () => c.numbers.all(0, "<"), "? < ALL (docs.numbers)", true],
  ["array_agg contains", () => pg.arrayAgg(c.id).contains([1]), "array_agg(docs.id) @> ?", true],
  ["array_append", () => func.array_append(c.tags, "z"), "array_append(docs.tags, ?)", ["a", "b", "z"]],
  ["array_remove, element", () => func.array_remove(c.numbers, 1).at(1), "(array_remove(docs.numbers, ?))[?]", 2],
  ["array_prepend", () => func.array_prepend(0, c.numbers), "array_prepend(?, docs.numbers)", [0, 1, 2, 3]],
  ["string_to_array", () => func.string_to_array("a,b", ","), "string_to_array(?, ?)", ["a", "b"]],
  ["array of a subquery", () => func.array(select(c.id).scalarSubquery()), "array((SELECT docs.id FROM docs))", [1]],
  // ---- ranges
  ["range contains a value", () => c.span.contains(4), "docs.span @> ?", true],
  ["range contains a range", () => c.span.contains(new Range(2, 3)), "docs.span @> ?", true],
  ["range of days contains a day", () => c.days.contains("2024-01-15"), "docs.days @> ?", true],
  ["range given as text", () => c.days.contains("[2024-01-15,2024-03-01)"), "docs.days @> ?", false],
  ["overlaps", () => c.span.overlaps(new Range(4, 9)), "docs.span && ?", true],
  ["overlaps several", () => c.span.overlaps([new Range(5, 6), new Range(8, 9)]), "docs.span && ?", false],
  ["union", () => c.span.union(new Range(5, 9)), "docs.span + ?", new Range(1, 9)],
  ["intersection", () => c.span.intersection(new Range(3, 9)), "docs.span * ?", new Range(3, 5)],
  ["difference", () => c.span.difference(new Range(3, 9)), "docs.span - ?", new Range(1, 3)],
  ["union contains", () => c.span.add(new Range(5, 9)).contains(7), "docs.span + ? @> ?", true],
  ["adjacent", () => c.span.adjacentTo(new Range(5, 6)), "docs.span -|- ?", true],
  ["left of", () => c.span.strictlyLeftOf(new Range(5, 6)), "docs.span << ?", true],
  ["multirange contains a range", () => c.spans.contains(new Range(1, 2)), "docs.spans @> ?", true],
  ["multirange contains a value", () => c.spans.contains(7), "docs.spans @> ?", true],
  ["range within a multirange", () => c.span.containedBy(c.spans), "docs.span <@ docs.spans", false],
  ["int4range()", () => func.int4range(1, 5, "[]"), "int4range(?, ?, ?)", new Range(1, 6)],
  ["daterange() without an end", () => func.daterange("2024-01-01", null), "daterange(?, NULL)", new Range("2024-01-01", null)],
  ["range_agg", () => func.range_agg(c.span), "range_agg(docs.span)", [new Range(1, 5)]],
  ["range_merge", () => func.range_merge(c.span, func.int4range(7, 9)), "range_merge(docs.span, int4range(?, ?))", new Range(1, 9)],
  // ---- full text
  ["match", () => c.body.match("rat"), "docs.body @@ plainto_tsquery(?)", false],
  [
    "match with a configuration",
    () => c.body.match("rats", { postgresqlRegconfig: "english" }),
    "docs.body @@ plainto_tsquery('english', ?)",
    false,
  ],
  ["match of a vector", () => c.words.match("fat"), "docs.words @@ plainto_tsquery(?)", true],
  ["vector and query", () => c.words.boolOp("@@")(c.wanted), "docs.words @@ docs.wanted", true],
  ["to_tsvector", () => func.to_tsvector("english", c.body), "to_tsvector(?, docs.body)", "'cat':3 'fat':2"],
  [
    "to_tsvector of a bound name",
    () => func.to_tsvector(literal("simple"), c.body),
    "to_tsvector(?, docs.body)",
    "'cats':3 'fat':2 'the':1",
  ],
  [
    "to_tsquery",
    () => func.to_tsvector("english", c.body).boolOp("@@")(func.to_tsquery("english", "cats & fat")),
    "to_tsvector(?, docs.body) @@ to_tsquery(?, ?)",
    true,
  ],
  ["plainto_tsquery", () => func.plainto_tsquery("english", "fat cats"), "plainto_tsquery(?, ?)", "'fat' & 'cat'"],
  ["phraseto_tsquery", () => func.phraseto_tsquery("english", "fat cats"), "phraseto_tsquery(?, ?)", "'fat' <-> 'cat'"],
  ["websearch_to_tsquery", () => func.websearch_to_tsquery("english", "fat -cats"), "websearch_to_tsquery(?, ?)", "'fat' & !'cat'"],
  [
    "ts_headline",
    () => func.ts_headline("english", c.body, func.to_tsquery("english", "cats")),
    "ts_headline(?, docs.body, to_tsquery(?, ?))",
    "the fat <b>cats</b>",
  ],
  [
    "ts_headline with options",
    () => func.ts_headline(c.body, func.to_tsquery("cats"), "StartSel=*, StopSel=*"),
    "ts_headline(docs.body, to_tsquery(?), ?)",
    "the fat *cats*",
  ],
  ["ts_headline of a text query", () => func.ts_headline(c.body, "fat"), "ts_headline(docs.body, ?)", "the <b>fat</b> cats"],
  ["setweight", () => func.setweight(func.to_tsvector("simple", "cat"), "A"), "setweight(to_tsvector(?, ?), ?)", "'cat':1A"],
];

/** Marks of parameters as ?, their casts away. */
const marks = (sql: string): string =>
  sql
    .replaceAll(/\s+/g, " ")
    .replaceAll(/\(\$\d+::JSONB\)(?=\[)/g, "(?::JSONB)")
    .replaceAll(/\$\d+(?:::[A-Z\d]+(?:\(\d+\))?(?:\[\])*)?/g, "?");

describe("PostgreSQL renders", () => {
  test.each(CASES)("%s", (_name, make, sql) => {
    const text = (select(make() as never) as unknown as ClauseElement).compile({ dialect: "postgresql" }).sql;
    expect(marks(text).replace(/^SELECT (.*?)(?: AS \w+)?(?: FROM docs)?$/, "$1")).toBe(sql);
  });
});

describeEachDatabase(
  "PostgreSQL runs",
  (db) => {
    let engine: Engine;
    beforeAll(async () => {
      engine = createEngine(db.url);
      await metadata.createAll(engine);
      await engine.begin(async (conn) => {
        await conn.execute(
          insert(docs).values({
            id: 1,
            body: "the fat cats",
            data: { a: { b: [5] }, k: [1, 2], z: 2 },
            tags: ["a", "b"],
            numbers: [1, 2, 3],
            span: new Range(1, 5),
            days: new Range("2024-01-01", "2024-02-01"),
            spans: [new Range(1, 3), new Range(6, 9)],
            words: "'cat':3 'fat':2",
            wanted: "'cat'",
          }),
        );
      });
    });
    afterAll(async () => {
      await engine.dispose();
    });

    test.each(CASES)("%s", async (_name, make, _sql, value) => {
      await using conn = await engine.connect();
      const found = await conn.scalar(select(make() as never).selectFrom(docs));
      expect(found).toEqual(value);
    });

    if (db.name === "postgresql") {
      test("HSTORE", async () => {
        const m = new MetaData();
        const h = new Table("h", m, { id: new Column(t.integer(), { primaryKey: true }), d: new Column(pg.t.HSTORE()) });
        await using conn = await engine.connect();
        await conn.execDriverSql("CREATE EXTENSION IF NOT EXISTS hstore");
        await m.createAll(conn);
        await conn.execute(insert(h).values({ id: 1, d: { a: "1", b: null } }));
        const row = await conn
          .execute(
            select(
              h.c.d.at("a"),
              h.c.d.add({ b: "2" }),
              h.c.d.concat(pg.hstore("q", "w")),
              h.c.d.delete({ a: "1" }),
              h.c.d.delete("a"),
              h.c.d.slice(["a"]),
              h.c.d.hasKey("b"),
              h.c.d.defined("b"),
              h.c.d.contains({ a: "1" }),
              pg.hstore(["a", "b"], ["c", "d"]).at("b"),
              pg.hstore(pg.array(["a", "c"])),
              func.hstore("x", "y"),
            ),
          )
          .one();
        expect(row).toEqual([
          "1",
          { a: "1", b: "2" },
          { a: "1", b: null, q: "w" },
          { b: null },
          { b: null },
          { a: "1" },
          true,
          false,
          true,
          "d",
          { a: "c" },
          { x: "y" },
        ]);
        await conn.rollback();
      });
    }
  },
  { only: ["postgresql", "pglite"] },
);

test("contains() of arrays is PostgreSQL's", () => {
  const plain = new Table("plain", new MetaData(), { numbers: new Column(t.array(t.integer())) });
  expect(() => plain.c.numbers.contains([1])).toThrow(/ARRAY of athanor\/postgresql/);
});
