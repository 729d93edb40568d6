// What createEngine() says to the dialect: lengths of names, JSON, rows of an INSERT; engines made of settings.
import {
  ArgumentError,
  Column,
  createEngine,
  CreateTable,
  engineFromConfig,
  func,
  index,
  insert,
  LABEL_STYLE_TABLENAME_PLUS_COL,
  listen,
  makeUrl,
  MetaData,
  select,
  t,
  Table,
  type EngineOptions,
} from "athanor";
import { describe, expect, test } from "vitest";
import { describeEachDatabase } from "../support/databases.ts";

const people = new Table("people_of_the_town", new MetaData(), {
  identifier: new Column(t.integer(), { primaryKey: true }),
  data: new Column(t.json()),
});

describe("names", () => {
  const labels = select(people).setLabelStyle(LABEL_STYLE_TABLENAME_PLUS_COL);
  const sql = (options: EngineOptions, url = "sqlite://"): string => labels.compile({ dialect: createEngine(url, options).dialect }).sql;

  test("that are made are as long as labelLength says", () => {
    const whole =
      "SELECT people_of_the_town.identifier AS people_of_the_town_identifier, people_of_the_town.data AS people_of_the_town_data ";
    expect(sql({}).replaceAll("\n", "")).toBe(`${whole}FROM people_of_the_town`);
    expect(sql({ labelLength: 16 }).replaceAll("\n", "")).toBe(
      "SELECT people_of_the_town.identifier AS people_of__1, people_of_the_town.data AS people_of__2 FROM people_of_the_town",
    );
    // two engines do not disturb each other
    expect(sql({}).replaceAll("\n", "")).toBe(`${whole}FROM people_of_the_town`);
  });

  test("that the database has are as long as maxIdentifierLength says", () => {
    const dialect = (options: EngineOptions): ReturnType<typeof createEngine>["dialect"] => createEngine("postgresql://", options).dialect;
    expect(dialect({}).maxIdentifierLength).toBe(63);
    expect(dialect({ maxIdentifierLength: 20 }).maxIdentifierLength).toBe(20);
    const table = new Table("t", new MetaData(), { id: new Column(t.integer()) });
    index("a_name_that_is_rather_long", table.c.id);
    const create = [...table.indexes][0]!;
    expect(create.name).toBe("a_name_that_is_rather_long");
    expect(sql({ maxIdentifierLength: 16 }, "postgresql://")).toContain("AS people_of__1");
    expect(new CreateTable(table).compile({ dialect: dialect({ maxIdentifierLength: 20 }) }).sql).toContain("CREATE TABLE t");
  });

  test("must fit, and be told sensibly", () => {
    expect(() => createEngine("postgresql://", { labelLength: 64 })).toThrow("labelLength is at most 63");
    expect(() => createEngine("postgresql://", { labelLength: 64, maxIdentifierLength: 128 })).not.toThrow();
    for (const wrong of [0, -1, 1.5, "10", null, NaN]) {
      for (const name of ["labelLength", "maxIdentifierLength", "insertmanyvaluesPageSize"])
        expect(() => createEngine("sqlite://", { [name]: wrong } as EngineOptions)).toThrow(`${name} is a whole number, at least 1, not`);
    }
    for (const name of ["jsonSerializer", "jsonDeserializer"])
      expect(() => createEngine("sqlite://", { [name]: "JSON" } as EngineOptions)).toThrow(`${name} is a function, not 'JSON'`);
  });
});

describe("engineFromConfig()", () => {
  test("takes settings in any spelling, with a prefix", () => {
    const engine = engineFromConfig(
      { DB_URL: "sqlite:///x.db", DB_POOL_SIZE: "7", DB_POOL_PRE_PING: "true", HOME: "/", DB_LOGGING_NAME: "5a" },
      "DB_",
    );
    expect(String(engine.url)).toBe("sqlite:///x.db");
    expect(engine.pool).toMatchObject({});
    expect((engine.pool as unknown as { size(): number }).size()).toBe(7);
    const other = engineFromConfig({ "sqlalchemy.url": makeUrl("sqlite://"), "sqlalchemy.queryCacheSize": 0, "other.url": "mysql://" });
    expect([String(other.url), other.compiledCache.enabled]).toEqual(["sqlite://", false]);
    expect(engineFromConfig({ url: "sqlite://", hide_parameters: "True" }, "").hideParameters).toBe(true);
    expect(engineFromConfig({ url: "sqlite://", hide_parameters: "true" }, "", { hideParameters: false }).hideParameters).toBe(false);
  });

  test("says what is missing or not known", () => {
    expect(() => engineFromConfig({ url: "sqlite://" })).toThrow(ArgumentError);
    expect(() => engineFromConfig({ url: "sqlite://" })).toThrow('The configuration has no "sqlalchemy.url"');
    expect(() => engineFromConfig({ "a.url": "sqlite://", "a.pool_sise": "5" }, "a.")).toThrow('no option "poolSise"');
  });
});

describeEachDatabase("what the dialect of an engine is told", (db) => {
  test("JSON goes through the functions of the engine, unless the type has its own", async () => {
    const metadata = new MetaData();
    const own = t.json({ serializer: (value) => JSON.stringify([value]), deserializer: (text) => (JSON.parse(text) as unknown[])[0] });
    const docs = new Table("docs", metadata, {
      id: new Column(t.integer(), { primaryKey: true }),
      a: new Column(t.json()),
      b: new Column(own),
    });
    const calls: string[] = [];
    const engine = createEngine(db.url, {
      jsonSerializer: (value) => {
        calls.push("to");
        return JSON.stringify(value, (_key, item: unknown) => (typeof item === "bigint" ? `${item}n` : item));
      },
      jsonDeserializer: (text) => {
        calls.push("from");
        return JSON.parse(text, (_key, item: unknown) =>
          /^\d+n$/.test(String(item)) ? BigInt(String(item).slice(0, -1)) : item,
        ) as unknown;
      },
    });
    await metadata.createAll(engine);
    await engine.begin(async (conn) => {
      await conn.execute(insert(docs), [
        { id: 1, a: { n: 12345678901234567890n }, b: { x: 1 } },
        { id: 2, a: null, b: null },
      ]);
      expect(await conn.execute(select(docs.c.a, docs.c.b).orderBy(docs.c.id)).all()).toEqual([
        [{ n: 12345678901234567890n }, { x: 1 }],
        [null, null],
      ]);
      expect(calls).toEqual(["to", "from"]);
    });
    await metadata.dropAll(engine);
    await engine.dispose();
  });

  test("many rows go in pages of the size that is wanted, by the engine or the execution", async () => {
    const metadata = new MetaData();
    const rows = new Table("paged", metadata, { id: new Column(t.integer(), { primaryKey: true }), x: new Column(t.integer()) });
    const engine = createEngine(db.url, { insertmanyvaluesPageSize: 30 });
    await metadata.createAll(engine);
    const sent: string[] = [];
    listen(engine, "beforeCursorExecute", (_conn, _cursor, statement) => void (statement.startsWith("INSERT") && sent.push(statement)));
    const list = (from: number, count: number): { id: number; x: number }[] =>
      Array.from({ length: count }, (_, i) => ({ id: from + i, x: i }));
    await engine.begin(async (conn) => {
      const statement = insert(rows).returning(rows.c.id, { sortByParameterOrder: true });
      const ids = async (from: number, count: number, options = {}): Promise<number[]> =>
        (await conn.execute(statement, list(from, count), options).all()).map(([id]) => id as number);
      expect(await ids(1, 100)).toEqual(list(1, 100).map(({ id }) => id));
      const each = sent.length;
      // MariaDB sends rows with RETURNING one by one, where it cannot tell which is which
      expect(each === 4 || each === 1).toBe(true);
      sent.length = 0;
      expect(await ids(1001, 300)).toEqual(list(1001, 300).map(({ id }) => id));
      if (each === 4) expect(sent).toHaveLength(10);
      sent.length = 0;
      expect(await ids(2001, 300, { insertmanyvaluesPageSize: 150 })).toHaveLength(300);
      if (each === 4) expect(sent).toHaveLength(2);
      await expect(conn.execute(statement, list(5000, 2), { insertmanyvaluesPageSize: 0 })).rejects.toThrow(
        "insertmanyvaluesPageSize is a whole number, at least 1, not 0",
      );
    });
    expect(await engine.begin(async (conn) => conn.scalar(select(func.count()).selectFrom(rows)))).toBe(700);
    await metadata.dropAll(engine);
    await engine.dispose();
  });
});
