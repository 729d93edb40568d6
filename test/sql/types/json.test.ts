// Steps into JSON, its elements as other types, and its null beside SQL's.
import { afterAll, beforeAll, expect, test } from "vitest";
import { Column, type ColumnElement, type Engine, func, insert, MetaData, select, t, Table, update } from "../../../src/index.ts";
import * as pg from "../../../src/dialects/postgresql/index.ts";
import * as sqlite from "../../../src/dialects/sqlite/index.ts";
import { describeEachDatabase } from "../../support/databases.ts";
import { engineFor } from "./support/engine.ts";

const DOC = {
  text: 'quo"ted \\ 🎬',
  empty: "",
  whole: 42,
  big: 9007199254740991,
  float: 1.5,
  negative: -0.25,
  decimal: 1234.5678,
  yes: true,
  no: false,
  nothing: null,
  list: [10, "b", { deep: [null, "x"] }],
  "key with . and $[0]": "strange",
  "'": "quote",
};

describeEachDatabase("JSON", (db) => {
  let engine: Engine;
  const metadata = new MetaData();
  const jsonb = t.json<Record<string, unknown>>().withVariant(pg.t.JSONB(), "postgresql").withVariant(sqlite.t.JSONB(), "sqlite");
  const docs = new Table("docs", metadata, {
    id: new Column(t.integer(), { primaryKey: true, autoincrement: false }),
    doc: new Column(t.json<unknown>()),
    binary: new Column(jsonb),
  });

  beforeAll(async () => {
    engine = await engineFor(db);
    await metadata.createAll(engine);
    await engine.begin((conn) =>
      conn.execute(insert(docs), [
        { id: 1, doc: DOC, binary: DOC },
        { id: 2, doc: t.json.NULL, binary: t.json.NULL as never },
        { id: 3, doc: null, binary: null },
        { id: 4, doc: "null", binary: "null" as never },
        { id: 5, doc: {}, binary: {} },
        { id: 6, doc: [], binary: [] as never },
      ]),
    );
  });
  afterAll(() => engine.dispose());

  const one = async (expression: unknown): Promise<unknown> => {
    await using conn = await engine.connect();
    return await conn.scalar(select(expression as never).where(docs.c.id.eq(1)));
  };

  test("TYP-11 the JSON value null, SQL's NULL, and the text null are three things", async () => {
    await using conn = await engine.connect();
    for (const column of [docs.c.doc, docs.c.binary] as readonly ColumnElement<unknown>[]) {
      const ids = (condition: unknown): Promise<number[]> =>
        conn
          .scalars(
            select(docs.c.id)
              .where(condition as never)
              .orderBy(docs.c.id),
          )
          .all();
      expect(await ids(column.is(null as never)), column.name ?? "").toEqual([3]);
      expect(await ids(column.isNot(null as never))).toEqual([1, 2, 4, 5, 6]);
      expect(await ids(column.eq(null as never))).toEqual([3]);
      // PostgreSQL compares JSONB only
      if (db.dialect === "postgresql" && column === (docs.c.doc as unknown)) continue;
      expect(await ids(column.eq(t.json.NULL as never))).toEqual([2]);
      expect(await ids(column.eq("null" as never))).toEqual([4]);
      expect(await ids(column.eq({} as never))).toEqual([5]);
      expect(await ids(column.in([[], {}] as never))).toEqual([5, 6]);
    }
    expect(
      await conn
        .scalars(
          select(docs.c.doc)
            .where(docs.c.id.in([2, 3, 4]))
            .orderBy(docs.c.id),
        )
        .all(),
    ).toEqual([null, null, "null"]);
  });

  test("TYP-11 null is NULL in UPDATE and in many rows, too", async () => {
    await using conn = await engine.connect();
    await conn.execute(
      insert(docs),
      Array.from({ length: 210 }, (_, i) => ({ id: 100 + i, doc: i % 2 === 0 ? null : t.json.NULL })),
    );
    await conn.execute(update(docs).where(docs.c.id.eq(5)).values({ doc: null }));
    await conn.execute(update(docs).where(docs.c.id.eq(6)).values({ doc: t.json.NULL }));
    const [nulls] = await conn
      .execute(
        select(func.count())
          .where(docs.c.doc.is(null as never))
          .selectFrom(docs),
      )
      .one();
    expect(Number(nulls)).toBe(105 + 2);
  });

  test("TYP-06 steps by key, by index and by path", async () => {
    const { doc } = docs.c;
    expect(await one(doc.at("text"))).toBe(DOC.text);
    expect(await one(doc.at("list"))).toEqual(DOC.list);
    expect(await one(doc.at("list").at(0))).toBe(10);
    expect(await one(doc.at(["list", 2, "deep", 1]))).toBe("x");
    expect(await one(doc.at(["list", 2]).at("deep"))).toEqual([null, "x"]);
    expect(await one(doc.at("key with . and $[0]"))).toBe("strange");
    expect(await one(doc.at("'"))).toBe("quote");
    expect(await one(doc.at("missing"))).toBeNull();
    expect(await one(doc.at(["list", 9]))).toBeNull();
    expect(await one(doc.at("nothing"))).toBeNull();
    expect(await one(docs.c.binary.at("list").at(1))).toBe("b");
  });

  test("TYP-06 elements as other types", async () => {
    const { doc } = docs.c;
    expect(await one(doc.at("text").asString())).toBe(DOC.text);
    expect(await one(doc.at("empty").asString())).toBe("");
    expect(await one(doc.at("whole").asInteger())).toBe(42);
    expect(await one(doc.at("float").asFloat())).toBe(1.5);
    expect(await one(doc.at("negative").asFloat())).toBe(-0.25);
    expect(await one(doc.at("decimal").asNumeric(10, 4))).toBe("1234.5678");
    expect(await one(doc.at("yes").asBoolean())).toBe(true);
    expect(await one(doc.at("no").asBoolean())).toBe(false);
    expect(await one(doc.at("list").asJson())).toEqual(DOC.list);
    expect(await one(doc.at(["list", 0]).asInteger())).toBe(10);
    for (const way of ["asString", "asInteger", "asFloat", "asBoolean"] as const) {
      expect(await one(doc.at("missing")[way]()), way).toBeNull();
    }
    expect(await one(docs.c.binary.at("whole").asInteger())).toBe(42);
  });

  test("TYP-06 elements in conditions", async () => {
    await using conn = await engine.connect();
    const { doc } = docs.c;
    const ids = (condition: unknown): Promise<number[]> =>
      conn
        .scalars(
          select(docs.c.id)
            .where(condition as never)
            .orderBy(docs.c.id),
        )
        .all();
    expect(await ids(doc.at("text").asString().eq(DOC.text))).toEqual([1]);
    expect(await ids(doc.at("whole").asInteger().gt(41))).toEqual([1]);
    expect(await ids(doc.at("whole").asInteger().in([41, 42]))).toEqual([1]);
    expect(await ids(doc.at("float").asFloat().between(1, 2))).toEqual([1]);
    expect(await ids(doc.at("yes").asBoolean())).toEqual([1]);
    expect(await ids(doc.at("no").asBoolean().eq(false))).toEqual([1]);
    expect(await ids(doc.at("text").asString().contains("ted"))).toEqual([1]);
    expect(await ids(doc.at("text").asString().eq("other"))).toEqual([]);
  });

  test("TYP-12 what an element is not", async () => {
    // a text is no number: an error, or what the database makes of it, but never somebody else's value
    const read = one(docs.c.doc.at("text").asInteger()).then(
      (value) => value,
      (error: unknown) => error,
    );
    expect([0, null].includes((await read) as never) || (await read) instanceof Error).toBe(true);
  });

  test("TYP-12 numbers beyond 2^53 are exact with a reader of one's own", async () => {
    const exact = t.json<unknown>({
      deserializer: (text) =>
        JSON.parse(text, (_key, value: unknown, context?: { source?: string }) =>
          typeof value === "number" && !Number.isSafeInteger(value) && /^-?\d+$/.test(context?.source ?? "")
            ? BigInt(context!.source!)
            : value,
        ) as unknown,
      serializer: (value) =>
        JSON.stringify(value, (_key, member: unknown) =>
          typeof member === "bigint" ? (JSON as never as { rawJSON(t: string): unknown }).rawJSON(String(member)) : member,
        ),
    });
    const table = new Table("exact_docs", new MetaData(), { id: new Column(t.integer(), { primaryKey: true }), doc: new Column(exact) });
    await table.metadata.createAll(engine);
    const value = { n: 9007199254740993n, list: [-(2n ** 62n), 1.5, 7] };
    await engine.begin((conn) => conn.execute(insert(table).values({ id: 1, doc: value })));
    await using conn = await engine.connect();
    expect(await conn.scalar(select(table.c.doc))).toEqual(value);
  });
});
