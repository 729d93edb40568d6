import { inspect } from "node:util";
import { ArgumentError, Column, createEngine, DataError, type Engine, func, insert, literal, MetaData, select, t, Table } from "athanor";
import * as mysql from "athanor/mysql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TypeEngine } from "../../../src/sql/types/type-engine.ts";
import { describeEachDatabase } from "../../support/databases.ts";

const y = mysql.t;

/** A type, values that come back as they are, and values that come back in another form. */
type Case = readonly [name: string, type: TypeEngine<unknown>, same: readonly unknown[], other?: readonly (readonly [unknown, unknown])[]];

const CASES: readonly Case[] = [
  ["TINYINT", y.TINYINT(), [-128, 0, 127, null]],
  ["TINYINT UNSIGNED", y.TINYINT({ unsigned: true }), [0, 255]],
  ["SMALLINT UNSIGNED", y.SMALLINT({ unsigned: true }), [0, 65_535]],
  ["MEDIUMINT", y.MEDIUMINT(), [-8_388_608, 8_388_607]],
  ["MEDIUMINT UNSIGNED", y.MEDIUMINT({ unsigned: true }), [16_777_215]],
  ["INTEGER UNSIGNED", y.INTEGER({ unsigned: true }), [0, 4_294_967_295]],
  ["BIGINT", y.BIGINT(), [-(2n ** 63n), 2n ** 63n - 1n, 9007199254740993n]],
  ["BIGINT UNSIGNED", y.BIGINT({ unsigned: true }), [0n, 2n ** 63n, 2n ** 64n - 1n, null], [[5, 5n]]],
  ["BIGINT as number", y.BIGINT({ mode: "number" }), [9007199254740991, -1]],
  ["ZEROFILL", y.INTEGER({ displayWidth: 8, zerofill: true }), [42]],
  [
    "DECIMAL",
    y.DECIMAL(65, 30),
    ["12345678901234567890123456789012345.123456789012345678901234567890", "-0.000000000000000000000000000001"],
  ],
  ["NUMERIC", y.NUMERIC(10, 2), ["1.50"], [[2n, "2.00"]]],
  ["FLOAT", y.FLOAT(), [0.1, 1.5, -3.4e38, 1e-30, 16_777_216, 123456.79]],
  ["DOUBLE", y.DOUBLE(), [0.1, 1.7976931348623157e308, 5e-324, -0.1, 2 ** 53]],
  ["generic float", t.float(), [0.1, 1 / 3, 2 ** 53 - 1]],
  ["BIT(1)", y.BIT(1), [0, 1]],
  ["BIT(12)", y.BIT(12), [4095]],
  ["BIT(64)", y.BIT(64), [2n ** 64n - 1n, 5]],
  ["YEAR", y.YEAR(), [1901, 2155, 2024]],
  ["ENUM", y.ENUM(["a", "it's", "b\\c"]), ["a", "it's", "b\\c", null]],
  [
    "SET",
    y.SET(["a", "b'c", "d"]),
    [new Set(["a", "d"]), new Set(), null],
    [
      [["b'c"], new Set(["b'c"])],
      ["a,d", new Set(["a", "d"])],
    ],
  ],
  ["SET by bits", y.SET(["", "x"], { retrieveAsBitwise: true }), [new Set([""]), new Set(["", "x"]), new Set()]],
  ["TINYTEXT", y.TINYTEXT(), ["x".repeat(255)]],
  ["MEDIUMTEXT", y.MEDIUMTEXT(), ["é".repeat(100_000)]],
  ["LONGTEXT", y.LONGTEXT(), ["🎬".repeat(50_000), "a\0b"]],
  ["VARCHAR of latin1", y.VARCHAR(20, { charset: "latin1" }), ["naïve"]],
  ["CHAR", y.CHAR(5), ["ab"]],
  ["LONGBLOB", y.LONGBLOB(), [Uint8Array.from({ length: 70_000 }, (_, i) => i % 256), new Uint8Array()]],
  ["VARBINARY", t.VARBINARY(5), [new Uint8Array([0, 255])]],
  ["BINARY", t.BINARY(3), [new Uint8Array([1, 0, 0])]],
  ["DATETIME(6)", y.DATETIME({ fsp: 6 }), [new Date("2024-02-29T12:30:15.123Z"), new Date("1000-01-01T00:00:00Z")]],
  [
    "DATETIME as text",
    y.DATETIME({ fsp: 6, mode: "string" }),
    ["2024-02-29 12:30:15.123456"],
    [["2024-02-29T12:30:15Z", "2024-02-29 12:30:15"]],
  ],
  ["TIMESTAMP(3)", y.TIMESTAMP({ fsp: 3 }), [new Date("2024-07-01T00:00:00.001Z"), new Date("1970-01-01T00:00:01Z")]],
  ["TIME(6)", y.TIME({ fsp: 6 }), ["23:59:59.999999", "00:00:00"]],
  ["JSON", t.json(), [{ a: [1, "é", null] }, "x", [], null]],
  ["UUID", t.uuid(), ["0190a5d2-7c3e-7b3a-8b1e-0123456789ab"]],
  ["INET6", y.INET6(), ["2001:db8::1"]],
];

const show = (value: unknown): string =>
  inspect(value, { breakLength: Number.POSITIVE_INFINITY, depth: 1, maxArrayLength: 3, maxStringLength: 20 });

describeEachDatabase(
  "types of MySQL",
  (db) => {
    let engine: Engine;
    const metadata = new MetaData();
    const tables = CASES.map(
      ([, type], i) =>
        new Table(`my_${i}`, metadata, { id: new Column(t.integer(), { primaryKey: true }), value: new Column(type) }) as unknown as Table,
    );

    beforeAll(async () => {
      engine = createEngine(db.url);
      await metadata.createAll(engine);
    });
    afterAll(async () => {
      await metadata.dropAll(engine);
      await engine.dispose();
    });

    for (const [i, [name, , same, other = []]] of CASES.entries()) {
      for (const [given, expected] of [...same.map((value) => [value, value] as const), ...other]) {
        test(`${name}: ${show(given)}`, async () => {
          const table = tables[i]!;
          const column = table.c["value"]!;
          await engine.begin(async (conn) => {
            await conn.execute(insert(table).values({ value: given }));
            const [value] = (await conn.execute(select(column).orderBy(table.c["id"]!.desc()).limit(1)).one()) as [unknown];
            expect(value).toStrictEqual(expected);
          });
        });
      }
    }

    test("what has no type of its own in JavaScript comes as bytes that are nobody else's", async () => {
      await using conn = await engine.connect();
      const [point, bytes] = (await conn.execDriverSql("SELECT point(1, 2), x'00ff'").one()) as [Uint8Array, Uint8Array];
      for (const value of [point, bytes]) {
        expect(Object.getPrototypeOf(value)).toBe(Uint8Array.prototype);
        expect(value.buffer.byteLength).toBe(value.byteLength);
      }
      expect([...bytes]).toEqual([0, 255]);
    });

    test("numbers are not made floating point on the way", async () => {
      await using conn = await engine.connect();
      const price = literal("0.10", t.numeric(10, 2));
      expect(await conn.scalar(select(price.add("0.20" as never)))).toBe("0.30");
      expect(await conn.scalar(select(literal(2n ** 62n, t.bigInteger()).add(1 as never)))).toBe(2n ** 62n + 1n);
      expect(await conn.scalar(select(func.coalesce(literal(5), 7)))).toBe(5);
    });

    describe("refuse", () => {
      const refused: readonly (readonly [type: TypeEngine<unknown>, value: unknown])[] = [
        [y.BIGINT({ unsigned: true }), 2n ** 64n],
        [y.BIGINT(), 2n ** 63n],
        [y.BIT(4), -1],
        [y.ENUM(["a"]), "b"],
        [y.SET(["a"]), ["b"]],
        [t.float(), Number.NaN],
        [t.numeric(), "NaN"],
        [t.dateTime({ mode: "string" }), "2024-01-01 00:00:00+02:00"],
      ];
      for (const [type, value] of refused) {
        test(`${type.constructor.name}: ${show(value)}`, async () => {
          await using conn = await engine.connect();
          await expect(conn.scalar(select(literal(value, type)))).rejects.toThrow(ArgumentError);
        });
      }

      test("what does not fit into the column", async () => {
        const tiny = tables[0]!;
        await expect(engine.begin((conn) => conn.execute(insert(tiny).values({ value: 128 })))).rejects.toThrow(DataError);
        const text = tables[CASES.findIndex(([name]) => name === "TINYTEXT")]!;
        await expect(engine.begin((conn) => conn.execute(insert(text).values({ value: "x".repeat(256) })))).rejects.toThrow(DataError);
      });

      test("types that make no sense", () => {
        expect(() => y.SET(["a,b"])).toThrow(ArgumentError);
        expect(() => y.SET([""])).toThrow(/retrieveAsBitwise/);
        expect(() => y.DATETIME({ fsp: 7 })).toThrow(ArgumentError);
        expect(() => y.BIT(65)).toThrow(ArgumentError);
        expect(() => y.DOUBLE(10)).toThrow(ArgumentError);
      });
    });
  },
  { only: ["mariadb"] },
);
