// Names: in quotes where the database needs it, as they are otherwise; keywords of each database among them.
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  Column,
  createEngine,
  CreateSchema,
  DropSchema,
  type Engine,
  foreignKey,
  index,
  insert,
  MetaData,
  quotedName,
  select,
  t,
  Table,
} from "athanor";
import { describeEachDatabase } from "../../support/databases.ts";

// https://www.sqlite.org/lang_keywords.html
const SQLITE =
  "abort action add after all alter always analyze and as asc attach autoincrement before begin between by cascade case cast check collate column commit " +
  "conflict constraint create cross current current_date current_time current_timestamp database default deferrable deferred delete desc detach distinct " +
  "do drop each else end escape except exclude exclusive exists explain fail filter first following for foreign from full generated glob group groups " +
  "having if ignore immediate in index indexed initially inner insert instead intersect into is isnull join key last left like limit match materialized " +
  "natural no not nothing notnull null nulls of offset on or order others outer over partition plan pragma preceding primary query raise range recursive " +
  "references regexp reindex release rename replace restrict returning right rollback row rows savepoint select set table temp temporary then ties to " +
  "transaction trigger unbounded union unique update using vacuum values view virtual when where window with without true false within";

const KEYWORDS = {
  sqlite: null,
  postgresql: "SELECT word FROM pg_get_keywords()",
  mysql: "SELECT lower(word) FROM information_schema.keywords WHERE word RLIKE '^[A-Z_]+$'",
};

describeEachDatabase("names", (db) => {
  let engine: Engine;
  beforeAll(() => {
    engine = createEngine(db.url);
  });
  afterAll(async () => {
    await engine.dispose();
  });

  test("every keyword of the database", async () => {
    await using conn = await engine.connect();
    const query = KEYWORDS[db.dialect];
    const words = query === null ? SQLITE.split(" ") : (await conn.execDriverSql(query).all()).map(([word]) => String(word));
    expect(words.length).toBeGreaterThan(140);
    const metadata = new MetaData();
    const columns = Object.fromEntries(words.map((word) => [word, new Column(t.smallInteger(), { default: 1 })]));
    const table = new Table("keywords", metadata, { id: new Column(t.integer(), { primaryKey: true }), ...columns }) as unknown as Table;
    await metadata.createAll(conn);
    await conn.execute(insert(table).values({ id: 1 }));
    const labels = words.map((word) => table.c[word]!.label(`${word}`));
    const rows = await conn.execute(select(...labels).orderBy(...words.slice(0, 20).map((word) => table.c[word]!))).all();
    expect(rows).toEqual([words.map(() => 1)]);
    await metadata.dropAll(conn);
    // some as names of tables and of their aliases
    const tables = new MetaData();
    const some = [
      "select",
      "table",
      "lateral",
      "nothing",
      "returning",
      "collation",
      "tablesample",
      "concurrently",
      "portion",
      "order",
      "user",
      "values",
    ];
    for (const word of some) new Table(word, tables, { id: new Column(t.integer(), { primaryKey: true }) });
    await tables.createAll(conn);
    for (const word of some) {
      const one = tables.tables.get(word)!;
      await conn.execute(insert(one).values({ id: 5 }));
      expect(await conn.scalar(select(one.alias(word).c["id"]!))).toBe(5);
    }
    await tables.dropAll(conn);
    await conn.commit();
  });

  test("capital letters, quotes, points and other scripts", async () => {
    const metadata = new MetaData();
    const names = [
      "MixedCase",
      "UPPER",
      'quo"te',
      "back`tick",
      "it's",
      "a.b",
      "ünï çødé",
      "日本",
      "1st",
      "with space",
      "dollar$",
      "per%cent",
      "co:lon",
      "[bracket]",
    ];
    const columns = Object.fromEntries(names.map((name) => [name, new Column(t.integer())]));
    const table = new Table('Table "x" `y`', metadata, { ...columns, id: new Column(t.integer(), { primaryKey: true }) }, [
      ...names.map((name, i) => index(`Ix ${i} "q"`, name)),
    ]) as unknown as Table;
    await metadata.createAll(engine);
    await engine.begin(async (conn) => {
      const values = Object.fromEntries(names.map((name, i) => [name, i]));
      await conn.execute(insert(table).values({ id: 1, ...values }));
      await conn.execute(insert(table), [
        { id: 2, ...values },
        { id: 3, ...values },
      ]);
      const rows = await conn
        .execute(select(table).where(table.c["per%cent"]!.eq(11 as never), table.c["co:lon"]!.in([12] as never)))
        .mappings()
        .all();
      expect(rows).toHaveLength(3);
      expect(rows[0]).toMatchObject(values);
    });
    await metadata.dropAll(engine);
  });

  test("always in quotes, never in quotes", async () => {
    const metadata = new MetaData();
    const quoted = new Table(quotedName("plain", true), metadata, {
      id: new Column(quotedName("id", true), t.integer(), { primaryKey: true }),
    });
    expect(String(select(quoted))).toContain('"plain"."id"');
    await metadata.createAll(engine);
    await engine.begin(async (conn) => {
      await conn.execute(insert(quoted).values({ id: 1 }));
      // where the name is the same without quotes
      const bare = new Table("plain", new MetaData(), { id: new Column(t.integer(), { primaryKey: true }) });
      expect(await conn.scalar(select(bare.c.id))).toBe(1);
    });
    await metadata.dropAll(engine);
    // without quotes, PostgreSQL folds the name
    const folded = new MetaData();
    const never = new Table(quotedName("Folded", false), folded, {
      id: new Column(quotedName("ID", false), t.integer(), { primaryKey: true }),
    });
    await folded.createAll(engine, { checkFirst: false });
    await engine.begin((conn) => conn.execute(insert(never).values({ id: 1 })));
    if (db.dialect === "postgresql") {
      const rows = await engine.begin((conn) => conn.execDriverSql("SELECT id FROM folded").all());
      expect(rows).toEqual([[1]]);
    }
    await folded.dropAll(engine, { checkFirst: false });
  });

  test("schemas: of a MetaData, of tables, in quotes", async () => {
    await using conn = await engine.connect();
    const names = db.dialect === "sqlite" ? ["main", "Other Schema"] : ["ath_names_one", "Ath Names Two"];
    if (db.dialect === "sqlite") await conn.execDriverSql(`ATTACH DATABASE ':memory:' AS "Other Schema"`);
    else for (const name of names) await conn.execute(new CreateSchema(name, { ifNotExists: true }));
    await conn.commit();
    const metadata = new MetaData({ schema: names[0]!, quoteSchema: true });
    const one = new Table("t", metadata, {
      id: new Column(t.integer(), { primaryKey: true }),
      x: new Column(t.integer(), { index: true }),
    });
    const two = new Table(
      "t",
      metadata,
      { id: new Column(t.integer(), { primaryKey: true }), x: new Column(t.integer()) },
      { schema: names[1]! },
    );
    const linked = new Table("linked", metadata, {
      id: new Column(t.integer(), { primaryKey: true }),
      own: new Column(t.integer(), foreignKey("t.id")),
      ...(db.dialect === "sqlite" ? {} : { far: new Column(t.integer(), foreignKey(`${names[1]!}.t.id`)) }),
    });
    expect([one.key, two.key, linked.schema, [...metadata.tables.keys()].length]).toEqual([
      `${names[0]!}.t`,
      `${names[1]!}.t`,
      names[0]!,
      3,
    ]);
    await metadata.createAll(conn);
    await metadata.createAll(conn);
    await conn.execute(insert(one).values({ id: 1, x: 1 }));
    await conn.execute(insert(two).values({ id: 1, x: 2 }));
    await conn.execute(insert(linked).values({ id: 1, own: 1 }));
    expect(await conn.execute(select(one.c.x, two.c.x.label("y")).where(one.c.id.eq(two.c.id))).one()).toEqual([1, 2]);
    await metadata.dropAll(conn);
    await conn.commit();
    if (db.dialect !== "sqlite") for (const name of names) await conn.execute(new DropSchema(name));
    await conn.commit();
  });
});
