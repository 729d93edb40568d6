import { afterAll, beforeAll, expect, test } from "vitest";
import {
  bindparam,
  cast,
  Column,
  createEngine,
  type Engine,
  func,
  insert,
  literal,
  MetaData,
  select,
  t,
  Table,
  text,
} from "../../../src/index.ts";
import * as pg from "../../../src/dialects/postgresql/index.ts";
import type { TypeEngine } from "../../../src/sql/types/type-engine.ts";
import { describeEachDatabase } from "../../support/databases.ts";

type Case = readonly [name: string, type: () => TypeEngine<unknown>, values: readonly unknown[]];

const CASES: readonly Case[] = [
  [
    "integer[]",
    () => pg.t.ARRAY(t.integer()),
    [
      [],
      [1, 2, 3],
      [null, 5],
      [
        [1, 2],
        [3, 4],
      ],
      null,
    ],
  ],
  ["text[]", () => pg.t.ARRAY(t.text()), [["", " ", "a,b", '{"x"}', "\\", 'q"q', "NULL", "null", "a\nb", "é🎬", null]]],
  ["bigint[]", () => pg.t.ARRAY(t.bigInteger()), [[9007199254740993n, -1n]]],
  ["numeric[]", () => pg.t.ARRAY(t.numeric()), [["1.50", "-12345678901234567890.123456789"]]],
  ["float[]", () => pg.t.ARRAY(t.double()), [[1.5, Number.POSITIVE_INFINITY, Number.NaN]]],
  ["boolean[]", () => pg.t.ARRAY(t.boolean()), [[true, false, null]]],
  ["bytea[]", () => pg.t.ARRAY(t.largeBinary()), [[new Uint8Array([0, 92, 255]), new Uint8Array()]]],
  ["timestamptz[]", () => pg.t.ARRAY(t.dateTime({ timezone: true })), [[new Date("2024-02-29T12:00:00.123Z"), null]]],
  ["date[]", () => pg.t.ARRAY(t.date()), [["2024-02-29", "0001-01-01"]]],
  ["jsonb[]", () => pg.t.ARRAY(pg.t.JSONB()), [[{ a: [1] }, [1, 2], "x", 5, { quote: '"' }]]],
  ["uuid[]", () => pg.t.ARRAY(t.uuid()), [["0190a5d2-7c3e-7b3a-8b1e-0123456789ab"]]],
  ["jsonb", () => pg.t.JSONB(), [{ b: 1, a: [null] }, [], "x", 5, true, null]],
  ["hstore-like text", () => pg.t.INET(), ["192.168.0.1/24", "::1"]],
  ["cidr", () => pg.t.CIDR(), ["10.0.0.0/8"]],
  ["macaddr", () => pg.t.MACADDR(), ["08:00:2b:01:02:03"]],
  ["bit", () => pg.t.BIT(5), ["10101"]],
  ["bit varying", () => pg.t.BIT(null, { varying: true }), ["101", ""]],
  ["oid", () => pg.t.OID(), [5]],
  [
    "int4range",
    () => pg.t.INT4RANGE(),
    [
      new pg.Range(1, 5),
      new pg.Range(null, 5, { bounds: "()" }),
      new pg.Range(1, null),
      new pg.Range(null, null, { bounds: "()" }),
      new pg.Range(null, null, { empty: true }),
    ],
  ],
  ["int8range", () => pg.t.INT8RANGE(), [new pg.Range(1n, 9007199254740993n)]],
  ["numrange", () => pg.t.NUMRANGE(), [new pg.Range("1.5", "2.50", { bounds: "[]" })]],
  ["daterange", () => pg.t.DATERANGE(), [new pg.Range("2024-01-01", "2024-02-01")]],
  ["tsrange", () => pg.t.TSRANGE(), [new pg.Range(new Date("2024-01-01T10:00:00Z"), new Date("2024-01-01T11:00:00.5Z"))]],
  ["tstzrange", () => pg.t.TSTZRANGE(), [new pg.Range(new Date("2024-01-01T10:00:00Z"), null)]],
  ["int4multirange", () => pg.t.INT4MULTIRANGE(), [[new pg.Range(1, 3), new pg.Range(5, 7)], []]],
  [
    "timestamp(3)",
    () => pg.t.TIMESTAMP({ precision: 3, timezone: true }),
    [new Date("2024-01-01T10:00:00.123Z"), new Date("+010000-01-01T00:00:00Z"), new Date("-000043-03-15T00:00:00Z")],
  ],
  ["time with time zone", () => t.time({ timezone: true }), ["10:00:00+05:45"]],
  ["interval", () => t.interval(), ["P1Y2M3DT4H5M6.789S", "P-1Y", "PT-0.5S"]],
  ["date beyond 9999", () => t.date(), ["10000-01-01", "infinity", "-infinity", "0044-03-15 BC"]],
  ["numeric", () => t.numeric(), ["NaN", "1.50", "0.00", `1${"0".repeat(60)}.5`, "Infinity"]],
  ["enum", () => pg.t.ENUM(["x", "y'z"], { name: "pg_rt_enum" }), ["x", "y'z"]],
  ["domain", () => pg.t.DOMAIN("pg_rt_domain", t.bigInteger()), [5n]],
  ["timestamp as text", () => t.dateTime({ mode: "string" }), ["2024-01-01 10:00:00.123456", "infinity"]],
  ["citext-less varchar with collation", () => t.string(20, { collation: "C" }), ["x"]],
];

describeEachDatabase(
  "PostgreSQL's types",
  (db) => {
    let engine: Engine;
    const metadata = new MetaData();
    const tables = CASES.map(
      ([, type], i) =>
        new Table(`pgrt_${i}`, metadata, {
          id: new Column(t.integer(), { primaryKey: true }),
          value: new Column(type()),
        }) as unknown as Table,
    );

    beforeAll(async () => {
      engine = createEngine(db.url);
      await metadata.createAll(engine);
    });
    afterAll(async () => {
      await metadata.dropAll(engine);
      await engine.dispose();
    });

    CASES.forEach(([name, , values], i) => {
      test(name, async () => {
        const table = tables[i]!;
        await engine.begin(async (conn) => {
          await conn.execute(
            insert(table),
            values.map((value, id) => ({ id, value })),
          );
          expect(await conn.scalars(select(table.c["value"]!).orderBy(table.c["id"]!)).all()).toStrictEqual(values);
        });
      });
    });

    test("parameters whose place says nothing of their type", async () => {
      await using conn = await engine.connect();
      expect(
        await conn.execute(select(literal(5), literal("x"), literal(true), literal(1.5), literal(2 ** 40), literal(5n))).one(),
      ).toEqual([5, "x", true, 1.5, 2 ** 40, 5n]);
      expect(await conn.scalar(select(literal(1).add(literal(2))))).toBe(3);
      expect(await conn.scalar(select(literal("a").concat("b")))).toBe("ab");
      expect(await conn.scalar(select(func.json_build_object("a", 1, { type: t.json() })))).toEqual({ a: 1 });
      expect(await conn.scalar(select(func.coalesce(literal("x"), "y")))).toBe("x");
      expect(await conn.scalar(select(cast("2024-01-01", t.date())))).toBe("2024-01-01");
      expect(await conn.scalar(select(literal(new Date(0))))).toEqual(new Date(0));
      expect(await conn.scalar(select(literal([1, 2], pg.t.ARRAY(t.integer()))))).toEqual([1, 2]);
      expect(await conn.scalar(text("SELECT :x").bindparams(bindparam("x", "y", { type: t.string() })))).toBe("y");
    });

    test("an instant is the same whatever the time zone of the session", async () => {
      await engine.begin(async (conn) => {
        const table = tables[CASES.findIndex(([name]) => name === "timestamp(3)")]!;
        const when = new Date("2024-07-01T12:00:00Z");
        await conn.execDriverSql("SET LOCAL TIME ZONE 'Asia/Kathmandu'");
        await conn.execute(insert(table).values({ id: 100, value: when }));
        expect(await conn.scalar(select(table.c["value"]!).where(table.c["id"]!.eq(100 as never)))).toEqual(when);
        expect(
          await conn.scalar(
            text("SELECT value AT TIME ZONE 'UTC' = '2024-07-01 12:00:00' FROM pgrt_" + tables.indexOf(table) + " WHERE id = 100"),
          ),
        ).toBe(true);
      });
    });

    test("infinity is no Date", async () => {
      await using conn = await engine.connect();
      await expect(conn.scalar(select(cast(literal("infinity"), t.dateTime())))).rejects.toThrow(/cannot be a Date/);
    });

    test("NUL in JSON", async () => {
      const table = tables[CASES.findIndex(([name]) => name === "jsonb")]!;
      await expect(engine.begin((conn) => conn.execute(insert(table).values({ value: { a: "x\0" } })).all())).rejects.toThrow(/NUL/);
      await engine.begin(async (conn) => {
        await conn.execute(insert(table).values({ id: 50, value: { a: String.raw`\u0000` } }));
        expect(await conn.scalar(select(table.c["value"]!).where(table.c["id"]!.eq(50 as never)))).toEqual({ a: String.raw`\u0000` });
      });
    });

    test("JSON null and SQL NULL", async () => {
      const table = tables[CASES.findIndex(([name]) => name === "jsonb")]!;
      await engine.begin(async (conn) => {
        await conn.execute(
          insert(table).values([
            { id: 60, value: t.json.NULL },
            { id: 61, value: null },
          ]),
        );
        const rows = await conn
          .execute(
            select(table.c["id"]!, table.c["value"]!.is(null as never))
              .where(table.c["id"]!.in([60, 61] as never))
              .orderBy(table.c["id"]!),
          )
          .all();
        expect(rows).toEqual([
          [60, false],
          [61, true],
        ]);
      });
    });
  },
  { only: ["pglite", "postgresql"] },
);
