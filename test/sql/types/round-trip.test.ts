import { inspect } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Column, createEngine, type Engine, insert, MetaData, select, t, Table, TypeDecorator } from "../../../src/index.ts";
import * as mysql from "../../../src/dialects/mysql/index.ts";
import type { TypeEngine } from "../../../src/sql/types/type-engine.ts";
import { kindOf } from "../../../src/sql/types/processors.ts";
import { describeEachDatabase } from "../../support/databases.ts";

/** A name, a type, values that must come back as they are, and values that come back in another form. */
type Case = readonly [
  name: string,
  type: () => TypeEngine<unknown>,
  same: readonly unknown[],
  other?: readonly (readonly [unknown, unknown])[],
];

class Upper extends TypeDecorator<string> {
  readonly impl = t.string(50);
  override processBindParam(value: string | null): unknown {
    return value === null ? null : value.toLowerCase();
  }
  override processResultValue(value: unknown): string | null {
    return value === null ? null : (value as string).toUpperCase();
  }
}

const { proxy: revoked, revoke } = Proxy.revocable({}, {});
revoke();

const bytes256 = Uint8Array.from({ length: 256 }, (_, i) => i);
const deep = (n: number): unknown => (n === 0 ? "end" : { next: [deep(n - 1)] });

const DEEP = deep(200);
/** MariaDB knows no such numbers, and JSON of at most 32 levels. */
const REFUSED_BY_MYSQL = new Set<unknown>([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, DEEP]);

const CASES: readonly Case[] = [
  ["integer", () => t.integer(), [0, 1, -1, 2147483647, -2147483648, null]],
  ["smallInteger", () => t.smallInteger(), [0, 32767, -32768]],
  [
    "bigInteger",
    () => t.bigInteger(),
    [0n, 1n, 9007199254740991n, 9007199254740992n, 9007199254740993n, 9223372036854775807n, -9223372036854775808n, null],
    [[5, 5n]],
  ],
  ["bigInteger as number", () => t.bigInteger({ mode: "number" }), [0, 9007199254740991, -9007199254740991]],
  ["float", () => t.float(), [0, 1.5, -2.25, 5e-324, 1.7976931348623157e308, 0.1, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]],
  ["double", () => t.double(), [0.1, 1e21, -1e-7]],
  [
    "numeric(20, 4)",
    () => t.numeric(20, 4),
    ["1.5000", "-0.0001", "123456789012345.0000", null],
    [
      ["1.5", "1.5000"],
      [2, "2.0000"],
      [3n, "3.0000"],
    ],
  ],
  ["numeric as number", () => t.numeric(10, 2, { asNumber: true }), [1.25, -3, 0]],
  [
    "string",
    () => t.string(200),
    ["", " ", "a ", "O'Reilly", 'say "x"', "back\\slash", "a\r\nb", "naïve 日本 🎬", "e\u0301", "\u202eabc", "%s %(x)s $1 ?", null],
  ],
  ["text", () => t.text().withVariant(mysql.t.LONGTEXT(), "mysql", "mariadb"), ["x".repeat(100_000)]],
  ["unicode", () => t.unicode(20), ["ünïcödé"]],
  [
    "boolean",
    () => t.boolean(),
    [true, false, null],
    [
      [1, true],
      [0, false],
    ],
  ],
  ["date", () => t.date(), ["1975-05-11", "2024-02-29", "0001-01-01", "9999-12-31", "2021-03-28", "1970-01-01", null]],
  [
    "time",
    () => t.time(),
    ["00:00:00", "23:59:59", "10:20:30.5", "10:20:30.123456"],
    [
      ["12:30", "12:30:00"],
      ["10:00:00.500000", "10:00:00.5"],
    ],
  ],
  [
    "dateTime",
    () => t.dateTime(),
    [
      new Date(0),
      new Date("2024-02-29T12:30:15.123Z"),
      new Date("1969-12-31T23:59:59.999Z"),
      new Date("2021-03-28T01:30:00Z"),
      new Date("0001-01-01T00:00:00Z"),
      new Date("9999-12-31T23:59:59Z"),
      null,
    ],
  ],
  ["dateTime with time zone", () => t.dateTime({ timezone: true }), [new Date("2024-07-01T00:00:00Z"), new Date("1900-01-01T00:00:00Z")]],
  ["interval", () => t.interval(), ["P1D", "PT0S", "P3DT4H5M6.789S", "PT-1H", null], [["PT90M", "PT1H30M"]]],
  ["largeBinary", () => t.largeBinary(), [new Uint8Array(), bytes256, bytes256.subarray(10, 20), null], [[bytes256.buffer, bytes256]]],
  [
    "json",
    () => t.json(),
    [
      {},
      [],
      { a: [1, "x", null, true, 1.5] },
      "text",
      'quo"ted',
      "null",
      5,
      -1.5,
      true,
      false,
      DEEP,
      { constructor: 1, toString: 2 },
      null,
    ],
  ],
  [
    "uuid",
    () => t.uuid(),
    ["0190a5d2-7c3e-7b3a-8b1e-0123456789ab", null],
    [["0190A5D27C3E7B3A8B1E0123456789AB", "0190a5d2-7c3e-7b3a-8b1e-0123456789ab"]],
  ],
  ["uuid as text", () => t.uuid({ nativeUuid: false }), ["0190a5d2-7c3e-7b3a-8b1e-0123456789ab"]],
  ["enum", () => t.enum(["red", "it's", 'q"'], { name: "color_rt" }), ["red", "it's", 'q"', null]],
  ["enum without the database's type", () => t.enum(["a", "b"], { nativeEnum: false }), ["a"]],
  ["VARCHAR", () => t.VARCHAR(20), ["x"]],
  ["TIMESTAMP", () => t.TIMESTAMP(), [new Date("2024-01-01T00:00:00Z")]],
  ["TypeDecorator", () => new Upper(), ["ABC", null], [["abc", "ABC"]]],
  ["dateTime as text", () => t.dateTime({ mode: "string" }), [null], [["2024-02-29T12:30:15.123456", "2024-02-29 12:30:15.123456"]]],
];

const show = (value: unknown): string => {
  const text = inspect(value, { breakLength: Number.POSITIVE_INFINITY, depth: 1 });
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
};

describeEachDatabase("round trips", (db) => {
  let engine: Engine;
  const metadata = new MetaData();
  const tables = new Map<string, Table>();
  CASES.forEach(([name, type], i) => {
    tables.set(
      name,
      new Table(`rt_${i}`, metadata, { id: new Column(t.integer(), { primaryKey: true }), value: new Column(type()) }) as unknown as Table,
    );
  });

  beforeAll(async () => {
    engine = createEngine(db.url);
    await metadata.createAll(engine);
  });
  afterAll(async () => {
    await metadata.dropAll(engine);
    await engine.dispose();
  });

  for (const [name, , same, other = []] of CASES) {
    for (const [given, expected] of [...same.map((value) => [value, value] as const), ...other]) {
      if (db.dialect === "mysql" && REFUSED_BY_MYSQL.has(given)) {
        test(`${name}: ${show(given)} is refused`, async () => {
          await expect(engine.begin((conn) => conn.execute(insert(tables.get(name)!).values({ value: given })))).rejects.toThrow(
            /finite|CONSTRAINT/,
          );
        });
        continue;
      }
      test(`${name}: ${show(given)}`, async () => {
        const table = tables.get(name)!;
        await engine.begin(async (conn) => {
          await conn.execute(insert(table).values({ value: given }));
          const column = table.c["value"]!;
          const [value] = (await conn.execute(select(column).orderBy(table.c["id"]!.desc()).limit(1)).one()) as [unknown];
          if (given instanceof ArrayBuffer) expect(value).toEqual(expected);
          else expect(value).toStrictEqual(expected);
          // and the value finds its row
          if (given !== null && !name.startsWith("json")) {
            const found = await conn.execute(select(table.c["id"]!).where(column.eq(given as never))).all();
            expect(found.length).toBeGreaterThan(0);
          }
        });
      });
    }
  }

  describe("wrong values", () => {
    const wrong: readonly (readonly [string, unknown])[] = [
      ["integer", "5"],
      ["integer", 1.5],
      ["integer", 2 ** 60],
      ["integer", Symbol("x")],
      ["integer", {}],
      ["integer", revoked],
      ["string", revoked],
      ["largeBinary", revoked],
      ["largeBinary", [1, 2]],
      ["bigInteger", 2n ** 63n],
      ["string", 5],
      ["string", "\ud800"],
      ["string", () => 1],
      ["boolean", "true"],
      ["boolean", 2],
      ["date", "2023-02-29"],
      ["date", "2023-13-01"],
      ["date", "yesterday"],
      ["date", new Date()],
      ["time", "25:00:00"],
      ["dateTime", new Date(Number.NaN)],
      ["dateTime", "2024-01-01"],
      ["interval", "1 day"],
      ["largeBinary", "text"],
      ["numeric(20, 4)", "1,5"],
      ["json", Number.NaN],
      ["json", { a: [undefined] }],
      ["json", new Map()],
      ["json", { a: 1n }],
      ["uuid", "not-a-uuid"],
      ["enum", "blue"],
    ];
    for (const [name, value] of wrong) {
      test(`${name} refuses ${kindOf(value)} ${typeof value === "string" ? show(value) : ""}`, async () => {
        const table = tables.get(name)!;
        await expect(engine.begin((conn) => conn.execute(insert(table), { value }).all())).rejects.toThrow(/"value"/);
      });
    }

    if (db.dialect === "sqlite") {
      test("decimals that SQLite would round", async () => {
        await expect(
          engine.begin((conn) => conn.execute(insert(tables.get("numeric(20, 4)")!), { value: "1234567890123456.7891" }).all()),
        ).rejects.toThrow(/digits/);
      });
    }
    if (db.dialect !== "postgresql") {
      test("there is no NaN", async () => {
        await expect(engine.begin((conn) => conn.execute(insert(tables.get("float")!), { value: Number.NaN }).all())).rejects.toThrow(
          /NaN/,
        );
      });
      test("NUL in text is kept", async () => {
        const table = tables.get("string")!;
        await engine.begin(async (conn) => {
          await conn.execute(insert(table).values({ value: "a\0b" }));
          expect(await conn.scalar(select(table.c["value"]!).where(table.c["value"]!.eq("a\0b" as never)))).toBe("a\0b");
        });
      });
    } else {
      test("NaN is a number", async () => {
        const table = tables.get("float")!;
        await engine.begin(async (conn) => {
          await conn.execute(insert(table).values({ value: Number.NaN }));
          expect(await conn.scalar(select(table.c["value"]!).orderBy(table.c["id"]!.desc()).limit(1))).toBeNaN();
        });
      });
      test("NUL in text", async () => {
        await expect(engine.begin((conn) => conn.execute(insert(tables.get("string")!), { value: "a\0b" }).all())).rejects.toThrow(
          /"value"[^]*NUL|NUL[^]*"value"/,
        );
      });
    }
  });
});
