// SEC-01 to SEC-03: the key of an object in JSON is one key, whatever is in it: it neither leaves its literal nor walks to other values.
import { AthanorError, Column, createEngine, type Engine, insert, MetaData, select, t, Table, update } from "athanor";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeEachDatabase } from "../support/databases.ts";
import { Canary } from "./canary.ts";
import { OBJECTS } from "./objects.ts";
import { PAYLOADS } from "./payloads.ts";

const metadata = new MetaData();
const docs = new Table("docs", metadata, {
  id: new Column(t.integer(), { primaryKey: true, autoincrement: false }),
  j: new Column(t.json()),
});

/** What a key that walks would come upon. */
const DECOY = { a: { b: "secret", "": "secret" }, tags: ["secret"], x: "secret", "": "secret", 0: "secret", nested: { 0: ["secret"] } };
const ALL_KEYS = [
  ...PAYLOADS.filter((text) => !(text in DECOY)),
  "a.b",
  "tags[0]",
  "$.a.b",
  "a->b",
  "{a,b}",
  '"a"."b"',
  'a"."b',
  "$**.b",
  "#-1",
  "[0]",
  "last",
  "tags[last]",
  "x ",
  "\ttags",
  "'x'",
  "\\u0041",
  "\\x",
  'x"',
  "A",
];

describeEachDatabase(
  "SEC-01, SEC-02, SEC-03: keys of JSON",
  (db) => {
    // JSON_EXTRACT of MariaDB does not find keys that begin with a minus or hold control characters, in whatever quotes and escapes
    const KEYS = db.dialect === "mysql" ? ALL_KEYS.filter((key) => !/^-|\p{Cc}/u.test(key)) : ALL_KEYS;
    let engine: Engine;
    let canary: Canary;
    beforeAll(async () => {
      engine = createEngine(db.url);
      await metadata.createAll(engine);
      canary = new Canary(engine, db.dialect);
      await canary.setUp();
      await engine.begin(async (conn) => {
        await conn.execute(insert(docs), [
          { id: 1, j: { ...DECOY, ...Object.fromEntries(KEYS.map((key) => [key, `it is ${key}`])) } },
          { id: 2, j: DECOY },
          { id: 3, j: { k: Object.fromEntries(KEYS.map((key) => [key, [`it is ${key}`]])) } },
        ]);
      });
    });
    afterAll(async () => engine.dispose());

    const modes =
      db.dialect === "mysql"
        ? ["", "ANSI_QUOTES"].map((mode) => `SET SESSION sql_mode = '${mode}'`)
        : db.dialect === "postgresql"
          ? ["on", "off"].map((value) => `SET standard_conforming_strings = ${value}`)
          : ["SELECT 1"];

    test.for(modes)("are keys and no paths (%s)", async (mode) => {
      await engine.begin(async (conn) => {
        await conn.execDriverSql(mode);
        for (const key of KEYS) {
          const rows = (
            await conn.execute(
              select(docs.c.id, docs.c.j.at(key).label("v"))
                .where(docs.c.id.in([1, 2]))
                .orderBy(docs.c.id),
            )
          ).all();
          expect(rows.map((row) => row[1])).toEqual([`it is ${key}`, null]);
          const deep = await conn.execute(select(docs.c.j.at(["k", key, 0]).label("v")).where(docs.c.id.eq(3)));
          expect(deep.scalar()).toBe(`it is ${key}`);
          const found = await conn.execute(select(docs.c.id).where(docs.c.j.at(key).asString().eq(`it is ${key}`)));
          expect(found.scalars().all()).toEqual([1]);
        }
      });
      expect(await canary.harm()).toBeNull();
    });

    test.for(modes)("are data when they are written as literals (%s)", async (mode) => {
      await engine.begin(async (conn) => {
        await conn.execDriverSql(mode);
        for (const key of KEYS) {
          const statement = select(docs.c.j.at(key).label("v"))
            .where(docs.c.id.in([1, 2]))
            .orderBy(docs.c.id);
          const { sql } = statement.compile({ dialect: engine, compileKwargs: { literalBinds: true } });
          const rows = (await conn.execDriverSql(sql)).all().map((row) => row[0] as unknown);
          const [read, other] = rows.map((value) => (typeof value === "string" ? (JSON.parse(value) as unknown) : value));
          expect(read).toBe(`it is ${key}`);
          expect(other).toBeNull();
        }
      });
      expect(await canary.harm()).toBeNull();
    });

    test("are texts or whole numbers", () => {
      for (const [name, key] of Object.entries({ ...OBJECTS, "a fraction": 1.5, NaN: Number.NaN, undefined })) {
        if (name === "a long array that is none") continue;
        expect(() => select(docs.c.j.at(key as never)).compile({ dialect: engine }).sql, name).toThrow(AthanorError);
      }
      for (const key of [Object.create(null), { toString: () => "a" }, ["a", { toString: () => "b" }], [["a"]], true]) {
        expect(() => select(docs.c.j.at(key as never)).compile({ dialect: engine }).sql).toThrow(AthanorError);
      }
    });

    test("are the same where JSON is changed", async () => {
      await engine.begin(async (conn) => {
        await conn.execute(
          update(docs)
            .where(docs.c.id.eq(2))
            .values({ j: { "a.b": "mine", a: { b: "secret" } } }),
        );
        const result = await conn.execute(select(docs.c.j.at("a.b").label("v")).where(docs.c.id.eq(2)));
        expect(result.scalar()).toBe("mine");
      });
    });
  },
  { only: ["sqlite", "postgresql", "mariadb"] },
);
