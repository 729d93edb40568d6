// The matrix of types that every database has: what each does with the values at the edges.
import { t } from "../../../../src/index.ts";
import * as mysql from "../../../../src/dialects/mysql/index.ts";
import { exact, except, type MatrixCase, reads, refused } from "./sample.ts";

const bytes256 = Uint8Array.from({ length: 256 }, (_, i) => i);
/** Every refusal says for which column it is. */
const NAMED = /"value"/;

const nested = (n: number): unknown => (n === 0 ? "end" : [nested(n - 1)]);
const shared = new Uint8Array(new SharedArrayBuffer(3));
shared.set([1, 2, 3]);
class Bytes extends Uint8Array {}

/** Own keys that an assignment would take for something else. */
const strangeKeys = JSON.parse(
  '{"__proto__": {"polluted": true}, "constructor": 1, "toString": null, "": "", "a.b": [], "$": {}}',
) as object;

const NUMBERS: readonly MatrixCase[] = [
  {
    id: "TYP-08",
    name: "integer",
    type: () => t.integer(),
    samples: [
      ...exact(0, 1, -1, 2147483647, -2147483648, null),
      ...except("sqlite", { kind: "exact" }, refused(NAMED, 2147483648, -2147483649, 2 ** 53 - 1)),
      ...refused(NAMED, 2n ** 53n, -(2n ** 53n), 2n ** 62n),
      ...refused(NAMED, 1.5, "5", 2 ** 60, Number.NaN),
    ],
  },
  {
    id: "TYP-08",
    name: "smallInteger",
    type: () => t.smallInteger(),
    samples: [...exact(0, 32767, -32768, null), ...except("sqlite", { kind: "exact" }, refused(NAMED, 32768, -32769))],
  },
  {
    id: "TYP-08",
    name: "bigInteger",
    type: () => t.bigInteger(),
    samples: [
      ...exact(0n, -1n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n), null),
      ...reads(5, 5n),
      ...refused(NAMED, 2n ** 63n, -(2n ** 63n) - 1n, 2n ** 64n - 1n),
    ],
  },
  {
    id: "TYP-08",
    name: 'bigInteger { mode: "number" }',
    type: () => t.bigInteger({ mode: "number" }),
    samples: [...exact(0, 2 ** 53 - 1, -(2 ** 53) + 1, null), ...reads(7n, 7), ...refused(NAMED, 2 ** 53)],
  },
  {
    id: "TYP-09",
    name: "numeric(38, 10)",
    type: () => t.numeric(38, 10),
    samples: [
      ...exact("1.5000000000", "0.0000000001", "-0.0000000001", null),
      ...except(
        "sqlite",
        /"value"[^]*digits/,
        exact("1234567890123456789012345678.0123456789", "-9999999999999999999999999999.9999999999"),
      ),
      ...reads("-0", "0.0000000000"),
      ...reads("1E+3", "1000.0000000000"),
      ...reads(2, "2.0000000000"),
      ...reads(3n, "3.0000000000"),
      ...except("sqlite", { kind: "exact" }, refused(NAMED, "1.00000000001")),
      ...refused(NAMED, "1E+400", "12345678901234567890123456789", "1,5", "", "0x10", true),
      ...refused(NAMED, "Infinity"),
      ...except("postgresql", { kind: "exact" }, refused(NAMED, "NaN")),
    ],
  },
  {
    id: "TYP-09",
    name: "numeric(10, 2)",
    type: () => t.numeric(10, 2),
    samples: [
      ...exact("12345678.90", "-99999999.99", "0.00", null),
      ...reads("1.5", "1.50"),
      ...reads("1.500", "1.50"),
      ...except("sqlite", { kind: "exact" }, refused(NAMED, "1.005", "100000000.01")),
    ],
  },
  {
    id: "TYP-09",
    name: "numeric { asNumber: true }",
    type: () => t.numeric(12, 4, { asNumber: true }),
    samples: exact(1.25, -3, 0, 0.1, 99999999.9999, null),
  },
  {
    id: "TYP-10",
    name: "float",
    type: () => t.float(),
    samples: [
      ...exact(0, 1.5, -2.25, 0.1, 5e-324, 1.7976931348623157e308, Number.MAX_SAFE_INTEGER, 1 / 3, null),
      ...except("mysql", /"value"[^]*finite/, exact(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY)),
      ...except("postgresql", { kind: "exact" }, refused(NAMED, Number.NaN)),
      // no difference is made between the zeros
      ...except(["mysql", "sqlite"], { kind: "reads", as: 0 }, exact(-0)),
    ],
  },
  {
    id: "TYP-10",
    name: "double",
    type: () => t.double(),
    samples: [...exact(0.1, 1e21, -1e-7, 123456789.12345679), ...refused(NAMED, "NaN", {})],
  },
  {
    id: "TYP-21",
    name: "boolean",
    type: () => t.boolean(),
    samples: [...exact(true, false, null), ...reads(1, true), ...reads(0, false), ...refused(NAMED, 2, "t", "true", "")],
  },
];

const TEXTS: readonly MatrixCase[] = [
  {
    id: "TYP-13",
    name: "string",
    type: () => t.string(200),
    samples: [
      ...exact(
        "",
        " ",
        "a ",
        "  a",
        "O'Reilly",
        'say "x"',
        "back\\slash",
        "\\",
        "a\r\nb\tc",
        "naïve 日本 🎬",
        "e\u0301",
        "\u202eabc\u202c",
        null,
      ),
      ...exact("%s %(x)s $1 ? :name", "\u2028\u2029", "\u00bf'", "--", "/* x */", "\ufeffbom", "\u007f\u0001", "'; DROP TABLE x; --"),
      // TYP-14 and TYP-15
      ...except("postgresql", /"value"[^]*NUL|NUL[^]*"value"/, exact("a\0b", "\0")),
      ...refused(NAMED, "\ud800", "x\udfff", "\udc00\ud800"),
      // TYP-23
      ...refused(NAMED, 5, 5n, true, ["a"], { a: 1 }, new Date(0), Symbol("s"), () => 1, new Map()),
    ],
  },
  {
    id: "TYP-16",
    name: "string(5)",
    type: () => t.string(5),
    samples: [
      ...exact("12345", "日本日本日", "🎬🎬🎬🎬🎬", "    x"),
      ...except("sqlite", { kind: "exact" }, refused(NAMED, "123456", "12345 ", "      ", "🎬🎬🎬🎬🎬🎬")),
    ],
  },
  {
    id: "TYP-16",
    name: "CHAR(5)",
    type: () => t.CHAR(5),
    samples: [
      ...exact("12345", "日本日本日", null),
      ...except("postgresql", { kind: "reads", as: "ab   " }, exact("ab")),
      ...except("postgresql", { kind: "reads", as: "     " }, exact("")),
      ...except("sqlite", { kind: "exact" }, refused(NAMED, "123456", "12345 ")),
    ],
  },
  {
    id: "TYP-13",
    name: "text",
    type: () => t.text().withVariant(mysql.t.LONGTEXT(), "mysql", "mariadb"),
    // too long for DEFAULT
    noServerDefault: ["mysql"],
    samples: exact("", "x".repeat(100_000), "🎬".repeat(10_000), "\\".repeat(1000), "'".repeat(1000)),
  },
  { id: "TYP-13", name: "unicode", type: () => t.unicode(20), samples: exact("ünïcödé", "Ωмега") },
  {
    id: "TYP-17",
    name: "largeBinary",
    type: () => t.largeBinary(),
    samples: [
      ...exact(new Uint8Array(), bytes256, bytes256.subarray(10, 20), new Uint8Array([0]), new Uint8Array([39, 92, 0, 34]), null),
      ...reads(bytes256.buffer, bytes256),
      ...reads(shared, new Uint8Array([1, 2, 3])),
      ...reads(shared.buffer, new Uint8Array([1, 2, 3])),
      ...reads(Buffer.from("xabcx").subarray(1, 4), new Uint8Array([97, 98, 99])),
      ...reads(new Bytes([7, 8]), new Uint8Array([7, 8])),
      ...reads(new DataView(bytes256.buffer, 1, 2), new Uint8Array([1, 2])),
      ...refused(NAMED, "text", [1, 2], { 0: 1, length: 1 }),
    ],
  },
  {
    id: "TYP-20",
    name: "uuid",
    type: () => t.uuid(),
    samples: [
      ...exact(
        "0190a5d2-7c3e-7b3a-8b1e-0123456789ab",
        "00000000-0000-0000-0000-000000000000",
        "ffffffff-ffff-ffff-ffff-ffffffffffff",
        null,
      ),
      ...reads("0190A5D2-7C3E-7B3A-8B1E-0123456789AB", "0190a5d2-7c3e-7b3a-8b1e-0123456789ab"),
      ...reads("0190a5d27c3e7b3a8b1e0123456789ab", "0190a5d2-7c3e-7b3a-8b1e-0123456789ab"),
      ...reads("{0190a5d2-7c3e-7b3a-8b1e-0123456789ab}", "0190a5d2-7c3e-7b3a-8b1e-0123456789ab"),
      ...refused(NAMED, "", "0190a5d2", "not-a-uuid", new Uint8Array(16)),
    ],
  },
  {
    id: "TYP-20",
    name: "uuid { nativeUuid: false }",
    type: () => t.uuid({ nativeUuid: false }),
    samples: [
      ...exact("0190a5d2-7c3e-7b3a-8b1e-0123456789ab", null),
      ...reads("0190A5D27C3E7B3A8B1E0123456789AB", "0190a5d2-7c3e-7b3a-8b1e-0123456789ab"),
    ],
  },
  {
    id: "TYP-19",
    name: "enum",
    type: () => t.enum(["red", "it's", 'q"', "ünï 🎬", "back\\slash", ""], { name: "matrix_color" }),
    samples: [...exact("red", "it's", 'q"', "ünï 🎬", "back\\slash", "", null), ...refused(NAMED, "blue", "RED", "red ", 1, {})],
  },
  {
    id: "TYP-19",
    name: "enum { nativeEnum: false }",
    type: () => t.enum(["a", "bb"], { nativeEnum: false, createConstraint: true }),
    samples: [...exact("a", "bb", null), ...refused(NAMED, "c", "A")],
  },
];

const TIMES: readonly MatrixCase[] = [
  {
    id: "TYP-01",
    name: "date",
    type: () => t.date(),
    isTemporal: true,
    samples: [
      ...exact(
        "1975-05-11",
        "2024-02-29",
        "2021-03-28",
        "2011-12-30",
        "1970-01-01",
        "0001-01-01",
        "9999-12-31",
        "1582-10-10",
        "1900-02-28",
        null,
      ),
      ...refused(NAMED, "2023-02-29", "1900-02-29", "2023-13-01", "2023-00-10", "0000-01-01", "yesterday", "", new Date(0), 20200101),
      // TYP-02
      ...except("postgresql", { kind: "exact" }, refused(NAMED, "infinity", "-infinity", "0044-03-15 BC", "294276-12-31")),
    ],
  },
  {
    id: "TYP-22",
    name: "time",
    type: () => t.time(),
    isTemporal: true,
    samples: [
      ...exact("00:00:00", "23:59:59", "10:20:30.5", "23:59:59.999999", "00:00:00.000001", "24:00:00", null),
      ...reads("12:30", "12:30:00"),
      ...reads("10:00:00.500000", "10:00:00.5"),
      ...refused(NAMED, "25:00:00", "12:60:00", "12:00:60", "24:00:01", "-01:00:00", "12:00:00.1234567", "noon", ""),
    ],
  },
  {
    id: "TYP-03",
    name: "dateTime",
    type: () => t.dateTime(),
    isTemporal: true,
    samples: [
      ...exact(new Date(0), new Date("2024-02-29T12:30:15.123Z"), new Date("1969-12-31T23:59:59.999Z"), null),
      // gaps and overlaps of local time, a day that Apia never had
      ...exact(
        new Date("2021-03-28T01:30:00Z"),
        new Date("2021-10-31T00:30:00Z"),
        new Date("2021-10-31T01:30:00Z"),
        new Date("2011-12-30T12:00:00Z"),
      ),
      ...exact(new Date("0001-01-01T00:00:00Z"), new Date("9999-12-31T23:59:59.999Z"), new Date("1883-11-18T12:00:00.001Z")),
      // TYP-07
      ...refused(NAMED, new Date(Number.NaN), new Date(8.64e15 + 1), "2024-01-01 00:00:00", 0),
      ...except(
        "postgresql",
        { kind: "exact" },
        refused(NAMED, new Date("-000043-03-15T00:00:00Z"), new Date("+010000-01-01T00:00:00Z"), new Date(8.64e15)),
      ),
    ],
  },
  {
    id: "TYP-04",
    name: "dateTime { timezone: true }",
    type: () => t.dateTime({ timezone: true }),
    isTemporal: true,
    samples: exact(
      new Date(0),
      new Date("2024-07-01T00:00:00Z"),
      new Date("2021-03-28T01:30:00.250Z"),
      new Date("2021-10-31T01:30:00Z"),
      new Date("1900-01-01T00:00:00Z"),
      new Date("2011-12-30T12:00:00Z"),
    ),
  },
  {
    id: "TYP-03",
    name: 'dateTime { mode: "string" }',
    type: () => t.dateTime({ mode: "string" }),
    isTemporal: true,
    samples: [
      ...exact(
        "2024-02-29 12:30:15.123456",
        "2024-02-29 12:30:15",
        "2024-02-29 12:30:15.1",
        "1969-12-31 23:59:59.999999",
        "0001-01-01 00:00:00",
        null,
      ),
      ...reads("2024-02-29T12:30:15.5", "2024-02-29 12:30:15.5"),
      ...refused(NAMED, "2024-02-30 00:00:00", "2024-02-29 25:00:00", "now", ""),
      ...except(
        "postgresql",
        { kind: "exact" },
        refused(NAMED, "infinity", "-infinity", "0044-03-15 12:00:00 BC", "294276-12-31 23:59:59.999999"),
      ),
    ],
  },
  {
    id: "TYP-22",
    name: "interval",
    type: () => t.interval(),
    isTemporal: true,
    samples: [
      ...exact("P1D", "PT0S", "P3DT4H5M6.789S", "PT-1H", "PT0.000001S", "P-3DT-1H", "P10000D", null),
      ...reads("PT90M", "PT1H30M"),
      ...reads("P1W", "P7D"),
      ...reads("-PT1H0.5S", "PT-1H-0.5S"),
      ...reads("-P1D", "P-1D"),
      ...reads("-PT-1H", "PT1H"),
      ...except("postgresql", { kind: "exact" }, refused(NAMED, "P1M30D", "P1Y2M", "P-1M")),
      ...refused(NAMED, "1 day", "P", "", 5),
    ],
  },
];

const JSONS: readonly MatrixCase[] = [
  {
    id: "TYP-11",
    name: "json",
    type: () => t.json(),
    notComparable: ["postgresql"],
    samples: [
      ...exact(2 ** 53, -(2 ** 53), 1e21),
      ...exact({}, [], [[]], { a: [1, "x", null, true, 1.5] }, "text", 'quo"ted', "", 5, -1.5, 0, true, false, null),
      ...reads(t.json.NULL, null),
      ...exact("null", "{}", "back\\slash", "🎬", "\u2028", { "a\"b'c\\": "d" }),
      ...exact(strangeKeys, { big: 9007199254740991, small: 5e-324, large: 1.7976931348623157e308, exp: 1e21 }),
      ...except("mysql", /item_\d+.value/, exact(nested(1000))),
      ...exact(nested(20)),
      ...except("postgresql", /"value"[^]*NUL/, exact({ a: "x\0y" }, "\0")),
      ...exact({ a: "\\u0000" }),
      ...refused(
        NAMED,
        Number.NaN,
        Number.POSITIVE_INFINITY,
        { a: [undefined] },
        new Map(),
        { a: 1n },
        "\ud800",
        { "\ud800": 1 },
        { a: () => 1 },
      ),
    ],
  },
];

export const CASES: readonly MatrixCase[] = [...NUMBERS, ...TEXTS, ...TIMES, ...JSONS];
