// Plain values beside expressions in CASE and coalesce(): they are of the same type, since JavaScript writes dates, decimals and the like as text.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { case_, Column, createEngine, type Engine, func, insert, MetaData, select, t, Table } from "athanor";
import { describeEachDatabase } from "../../support/databases.ts";

const metadata = new MetaData();
const uuid = "12345678-1234-5678-9abc-def012345678";
const things = new Table("plain_values", metadata, {
  id: new Column(t.integer(), { primaryKey: true, autoincrement: false }),
  day: new Column(t.date()),
  price: new Column(t.numeric(10, 2)),
  key: new Column(t.uuid()),
  kind: new Column(t.enum(["small", "large"], { name: "plain_kind" })),
  moment: new Column(t.dateTime()),
  name: new Column(t.string(20)),
  on: new Column(t.boolean()),
});
const { id, day, price, key, kind, moment, name, on } = things.c;

describe("the types of plain values", () => {
  const types = (element: { compile(args: { dialect: string }): { sql: string } }): string[] =>
    [...element.compile({ dialect: "postgresql" }).sql.matchAll(/\$\d+::(\w+)/g)].map(([, type]) => type!);

  test("are those of what they stand beside", () => {
    expect(types(func.coalesce(day, "2020-01-01"))).toEqual(["DATE"]);
    expect(types(func.coalesce("1.50" as never, price))).toEqual(["NUMERIC"]);
    expect(types(case_([id.eq(1), day], [id.eq(2), "2020-01-01"], { else: "2020-01-02" }))).toEqual(["INTEGER", "INTEGER", "DATE", "DATE"]);
    expect(types(case_(new Map([["2020-01-01", "a"]]), { value: day }))).toEqual(["DATE", "VARCHAR"]);
  });

  test("are their own where they are none of its values, or where nothing is known", () => {
    expect(types(func.coalesce(day, "none"))).toEqual(["VARCHAR"]);
    expect(types(func.coalesce(kind, "none" as never))).toEqual(["VARCHAR"]);
    expect(types(func.coalesce(id, 1.5))).toEqual(["FLOAT"]);
    expect(types(func.coalesce(null as never, "x"))).toEqual(["VARCHAR"]);
    expect(types(case_([id.eq(1), 1], { else: "x" }))).toEqual(["INTEGER", "INTEGER", "VARCHAR"]);
  });
});

describeEachDatabase("plain values beside expressions", (db) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = createEngine(db.url);
    await metadata.createAll(engine);
    await engine.begin((conn) =>
      conn.execute(insert(things), [
        {
          id: 1,
          day: "2021-03-04",
          price: "1.50",
          key: uuid,
          kind: "small",
          moment: new Date("2021-03-04T05:06:07Z"),
          name: "a",
          on: true,
        },
        { id: 2, day: null, price: null, key: null, kind: null, moment: null, name: null, on: null },
      ]),
    );
  });
  afterAll(() => engine.dispose());

  test("in coalesce()", async () => {
    await using conn = await engine.connect();
    const row = select(
      func.coalesce(day, "2020-01-01"),
      func.coalesce(price, "0.25"),
      func.coalesce(key, uuid),
      func.coalesce(kind, "large"),
      func.coalesce(moment, new Date(0)),
      func.coalesce(name, "none"),
      func.coalesce(on, false),
    ).orderBy(id);
    expect(await conn.execute(row).all()).toEqual([
      ["2021-03-04", "1.50", uuid, "small", new Date("2021-03-04T05:06:07Z"), "a", true],
      ["2020-01-01", "0.25", uuid, "large", new Date(0), "none", false],
    ]);
  });

  test("in CASE", async () => {
    await using conn = await engine.connect();
    const row = select(
      case_([id.eq(1), day], { else: "2020-01-01" }),
      case_([id.eq(2), "0.25"], { else: price }),
      case_([id.eq(1), key], [id.eq(2), uuid]),
      case_({ small: 1 }, { value: kind, else: 0 }),
      case_(new Map([["2021-03-04", "then"]]), { value: day, else: "else" }),
    ).orderBy(id);
    expect(await conn.execute(row).all()).toEqual([
      ["2021-03-04", "1.50", uuid, 1, "then"],
      ["2020-01-01", "0.25", uuid, 0, "else"],
    ]);
  });
});
