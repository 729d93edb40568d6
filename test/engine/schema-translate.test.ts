import {
  Column,
  createEngine,
  delete_,
  foreignKey,
  insert,
  type LogRecord,
  MetaData,
  select,
  Sequence,
  t,
  Table,
  text,
  update,
  type ClauseElement,
} from "athanor";
import { describe, expect, test } from "vitest";
import { insert as pgInsert } from "athanor/postgresql";

const metadata = new MetaData();
const users = new Table("users", metadata, { id: new Column(t.integer(), { primaryKey: true }), name: new Column(t.string(50)) });
const items = new Table(
  "items",
  metadata,
  {
    id: new Column(t.integer(), { primaryKey: true }),
    userId: new Column("user_id", foreignKey("users.id")),
    title: new Column(t.string(50)),
  },
  { schema: "tenant" },
);
const quoted = new Table("quoted", metadata, { id: new Column(t.integer(), { primaryKey: true }) }, { schema: "Odd Schema" });
const forced = new Table("forced", metadata, { id: new Column(t.integer(), { primaryKey: true }) }, { schema: "plain", quoteSchema: true });
const alias = items.alias("i");

const statements: readonly ClauseElement[] = [
  select(items),
  select(users, items.c.title).join(items),
  select(alias.c["title"]!).where(alias.c["id"]!.in([1, 2, 3])),
  select(items.c.title).where(items.c.id.in(select(quoted.c.id).where(quoted.c.id.eq(5)))),
  select(select(items.c.id).cte("c")),
  select(forced.c.id, quoted.c.id.label("other")).where(forced.c.id.eq(quoted.c.id)),
  insert(items).values({ id: 1, title: "x" }),
  pgInsert(items)
    .values({ id: 1, title: "x" })
    .onConflictDoUpdate({ indexElements: ["id"], set: { title: "y" } })
    .returning(items.c.id),
  insert(quoted).fromSelect(["id"], select(items.c.id)),
  update(items).values({ title: "y" }).where(items.c.id.eq(users.c.id)),
  delete_(items).where(items.c.userId.eq(users.c.id)),
  select(new Sequence("numbers", { schema: "tenant" }).nextValue()),
];

const maps: readonly ReadonlyMap<string | null, string | null>[] = [
  new Map([["tenant", "first"]]),
  new Map([["tenant", "select"]]),
  new Map([["tenant", 'o\'dd "one"']]),
  new Map([["tenant", null]]),
  new Map([
    [null, "everything"],
    ["tenant", "Second Tenant"],
  ]),
  new Map([[null, null]]),
  new Map([
    ["Odd Schema", "odd"],
    ["plain", "other"],
  ]),
  new Map([["unknown", "nowhere"]]),
];

describe("ENG-11 a compiled form with marks for schemas", () => {
  test("gives for each translation the text that is compiled for it", () => {
    for (const statement of statements) {
      for (const map of maps) {
        const direct = statement.compile({ dialect: "postgresql", schemaTranslateMap: map });
        const marked = statement.compile({ dialect: "postgresql", schemaMarks: map.has(null) ? "null" : "named" });
        expect(marked.dialect.identifierPreparer.translateSchemas(marked.sql, map)).toBe(direct.sql);
        expect(marked.params).toEqual(direct.params);
      }
    }
  });

  test("takes no text for a mark", () => {
    const statement = select(items.c.id).where(text("title = '\uFDD0=1tenant\uFDD1'"));
    expect(() => statement.compile({ dialect: "postgresql", schemaMarks: "named" })).toThrow("U+FDD0");
    expect(statement.compile({ dialect: "postgresql", schemaTranslateMap: maps[0]! }).sql).toContain("first.items");
  });
});

test("ENG-11 one compiled statement serves all tenants", async () => {
  const records: LogRecord[] = [];
  const engine = createEngine("sqlite://", { queryCacheSize: 500, echo: true, logger: (record) => void records.push(record) });
  await using conn = await engine.connect();
  for (const name of ["one", "two", "three"]) await conn.execDriverSql(`ATTACH DATABASE ':memory:' AS ${name}`);
  const tenants = ["one", "two", "three"].map((name) => new Map([["tenant", name]]));
  for (const schemaTranslateMap of tenants) {
    await items.create(conn.executionOptions({ schemaTranslateMap }));
    conn.executionOptions({ schemaTranslateMap: null });
  }
  engine.clearCompiledCache();
  for (const [n, schemaTranslateMap] of tenants.entries()) {
    await conn.execute(
      insert(items),
      [
        { id: n, title: `${n}` },
        { id: n + 10, title: `${n}` },
        { id: n + 20, title: `${n}` },
      ],
      {
        schemaTranslateMap,
      },
    );
    await conn.execute(update(items).where(items.c.id.eq(n)).values({ title: "first" }), {}, { schemaTranslateMap });
    const ids = await conn
      .scalars(
        select(items.c.id)
          .where(items.c.id.in([n, n + 10, 99]))
          .orderBy(items.c.id),
        {},
        { schemaTranslateMap },
      )
      .all();
    expect(ids).toEqual([n, n + 10]);
  }
  expect(engine.compiledCache.stats).toMatchObject({ misses: 3, hits: 6, size: 3 });
  // without a translation the statement is another one: its text is final
  const sql = records.filter(({ message }) => message.startsWith("SELECT")).map((record) => record.sql);
  expect(sql).toEqual(
    ["one", "two", "three"].map(
      (name) => `SELECT ${name}.items.id FROM ${name}.items WHERE ${name}.items.id IN (?, ?, ?) ORDER BY ${name}.items.id`,
    ),
  );
  await conn.rollback();
});

test("ENG-11 a statement keeps its schemas where the cache is off", async () => {
  const engine = createEngine("sqlite://", { queryCacheSize: 0 });
  await using conn = await engine.connect();
  await conn.execDriverSql("ATTACH DATABASE ':memory:' AS one");
  const schemaTranslateMap = new Map([["tenant", "one"]]);
  await items.create(conn.executionOptions({ schemaTranslateMap }));
  await conn.execute(insert(items).values({ id: 7 }));
  expect(await conn.scalar(select(items.c.id))).toBe(7);
  await expect(conn.scalar(select(items.c.id), {}, { schemaTranslateMap: { tenant: "one" } })).rejects.toThrow(
    "schemaTranslateMap is a Map",
  );
});
