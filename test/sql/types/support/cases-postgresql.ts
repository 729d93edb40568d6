// The matrix of types that only PostgreSQL has.
import { t } from "../../../../src/index.ts";
import * as pg from "../../../../src/dialects/postgresql/index.ts";
import { exact, type MatrixCase, reads, refused } from "./sample.ts";

const only = ["postgresql"] as const;
const NAMED = /"value"/;
const { Range } = pg;

const bytes256 = Uint8Array.from({ length: 256 }, (_, i) => i);
const hostile = ["", " ", "a,b", '{"x"}', "{", "}", "\\", 'q"q', "NULL", "null", "a\nb", "\t", "é🎬", "'", '\\\\"', null];

const ARRAYS: readonly MatrixCase[] = [
  {
    id: "TYP-18",
    name: "integer[]",
    only,
    type: () => pg.t.ARRAY(t.integer()),
    samples: [
      ...exact([], [1, 2, 3], [null], [null, 5], [-2147483648, 2147483647], null),
      ...exact(
        [
          [1, 2],
          [3, 4],
        ],
        [[[1]], [[2]]],
        [[null], [1]],
      ),
      ...refused(NAMED, [2147483648], ["1"], [1.5], 5, "1,2", [undefined], { length: 1 }, [[1], [2, 3]], [[1], 2]),
      // the hole of a sparse array is undefined
      ...refused(NAMED, Array(2)),
    ],
  },
  {
    id: "TYP-18",
    name: "integer[][] of declared dimensions",
    only,
    type: () => pg.t.ARRAY(t.integer(), { dimensions: 2 }),
    samples: exact(
      [
        [1, 2],
        [3, 4],
      ],
      [],
      [[1], [null]],
      null,
    ),
  },
  {
    id: "TYP-18",
    name: "text[]",
    only,
    type: () => pg.t.ARRAY(t.text()),
    samples: [...exact(hostile, [hostile, hostile], [], [""], ["\ufeffbom"]), ...refused(NAMED, ["a\0b"], ["\ud800"], [5])],
  },
  {
    id: "TYP-18",
    name: "varchar(3)[]",
    only,
    type: () => pg.t.ARRAY(t.string(3)),
    samples: [...exact(["abc", "🎬🎬🎬", null]), ...refused(NAMED, ["abcd"], ["abc "], [["a"], ["abcd"]])],
  },
  {
    id: "TYP-18",
    name: "char(3)[]",
    only,
    type: () => pg.t.ARRAY(t.CHAR(3)),
    samples: [...exact(["abc", null]), ...refused(NAMED, ["abcd"])],
  },
  {
    id: "TYP-18",
    name: "bigint[]",
    only,
    type: () => pg.t.ARRAY(t.bigInteger()),
    samples: [...exact([2n ** 53n + 1n, -(2n ** 63n), null]), ...reads([5], [5n])],
  },
  {
    id: "TYP-18",
    name: "numeric[]",
    only,
    type: () => pg.t.ARRAY(t.numeric(38, 10)),
    samples: [...exact(["1.5000000000", "-9999999999999999999999999999.9999999999"], ["NaN"]), ...refused(NAMED, ["0.00000000001"])],
  },
  {
    id: "TYP-18",
    name: "double precision[]",
    only,
    type: () => pg.t.ARRAY(t.double()),
    samples: exact([1.5, -0, Number.POSITIVE_INFINITY, Number.NaN, 5e-324, null]),
  },
  { id: "TYP-18", name: "boolean[]", only, type: () => pg.t.ARRAY(t.boolean()), samples: exact([true, false, null]) },
  {
    id: "TYP-18",
    name: "bytea[]",
    only,
    type: () => pg.t.ARRAY(t.largeBinary()),
    samples: exact([new Uint8Array([0, 92, 34, 255]), new Uint8Array(), null], [bytes256]),
  },
  {
    id: "TYP-18",
    name: "timestamptz[]",
    only,
    type: () => pg.t.ARRAY(t.dateTime({ timezone: true })),
    isTemporal: true,
    samples: exact([new Date("2024-02-29T12:00:00.123Z"), null, new Date("2021-03-28T01:30:00Z")]),
  },
  {
    id: "TYP-18",
    name: "date[]",
    only,
    type: () => pg.t.ARRAY(t.date()),
    isTemporal: true,
    samples: exact(["2024-02-29", "0001-01-01", "infinity", null]),
  },
  {
    id: "TYP-18",
    name: "time[]",
    only,
    type: () => pg.t.ARRAY(t.time()),
    isTemporal: true,
    samples: exact(["23:59:59.999999", "24:00:00"]),
  },
  {
    id: "TYP-18",
    name: "interval[]",
    only,
    type: () => pg.t.ARRAY(t.interval()),
    isTemporal: true,
    samples: exact(["P1Y2M3DT4H5M6.789S", "PT0S", null]),
  },
  {
    id: "TYP-18",
    name: "jsonb[]",
    only,
    type: () => pg.t.ARRAY(pg.t.JSONB()),
    samples: exact([{ a: [1] }, [1, 2], "x", 5, { quote: '"' }, null], []),
  },
  {
    id: "TYP-18",
    name: "jsonb[] with the JSON value null",
    only,
    type: () => pg.t.ARRAY(pg.t.JSONB()),
    notComparable: only,
    samples: reads([t.json.NULL], [null]),
  },
  {
    id: "TYP-18",
    name: "json[]",
    only,
    type: () => pg.t.ARRAY(t.json()),
    notComparable: only,
    samples: exact([{ a: "\\" }, [], 'q"'], []),
  },
  { id: "TYP-18", name: "uuid[]", only, type: () => pg.t.ARRAY(t.uuid()), samples: exact(["0190a5d2-7c3e-7b3a-8b1e-0123456789ab", null]) },
  {
    id: "TYP-18",
    name: "enum[]",
    only,
    type: () => pg.t.ARRAY(t.enum(["a", 'b"', "c,d", "{}"], { name: "matrix_item" })),
    samples: [...exact(["a", 'b"', "c,d", "{}", null], []), ...refused(NAMED, ["z"])],
  },
  {
    id: "TYP-18",
    name: "int4range[]",
    only,
    type: () => pg.t.ARRAY(pg.t.INT4RANGE()),
    samples: exact([new Range(1, 5), null], [new Range(null, null, { empty: true })]),
  },
];

const RANGES: readonly MatrixCase[] = [
  {
    id: "DIA-03",
    name: "int4range",
    only,
    type: () => pg.t.INT4RANGE(),
    samples: [
      ...exact(new Range(1, 5), new Range(null, 5, { bounds: "()" }), new Range(1, null), new Range(null, null, { bounds: "()" }), null),
      ...exact(new Range(null, null, { empty: true })),
      // whole numbers have one form: the lower bound belongs to the range, the upper one does not
      ...reads(new Range(1, 5, { bounds: "[]" }), new Range(1, 6)),
      ...reads(new Range(1, 1), new Range(null, null, { empty: true })),
      ...refused(NAMED, new Range(5, 1), [1, 5], { lower: 1, upper: 5 }, new Range("1" as never, 5 as never), new Range(1.5, 2)),
    ],
  },
  {
    id: "DIA-03",
    name: "int8range",
    only,
    type: () => pg.t.INT8RANGE(),
    samples: exact(new Range(1n, 2n ** 53n + 1n), new Range(-(2n ** 63n), 0n)),
  },
  {
    id: "DIA-03",
    name: "numrange",
    only,
    type: () => pg.t.NUMRANGE(),
    samples: exact(
      new Range("1.5", "2.50", { bounds: "[]" }),
      new Range("-0.1", null, { bounds: "()" }),
      new Range("1", "2", { bounds: "(]" }),
    ),
  },
  {
    id: "DIA-03",
    name: "daterange",
    only,
    type: () => pg.t.DATERANGE(),
    isTemporal: true,
    samples: [
      ...exact(new Range("2024-01-01", "2024-02-01"), new Range("0001-01-01", null)),
      ...refused(NAMED, new Range("2024-02-30", null)),
    ],
  },
  {
    id: "DIA-03",
    name: "tsrange",
    only,
    type: () => pg.t.TSRANGE(),
    isTemporal: true,
    samples: exact(new Range(new Date("2024-01-01T10:00:00Z"), new Date("2024-01-01T11:00:00.5Z"), { bounds: "(]" })),
  },
  {
    id: "DIA-03",
    name: "tstzrange",
    only,
    type: () => pg.t.TSTZRANGE(),
    isTemporal: true,
    samples: exact(new Range(new Date("2024-03-31T01:00:00Z"), null), new Range(null, new Date("2021-10-31T01:30:00Z"), { bounds: "()" })),
  },
  {
    id: "DIA-03",
    name: "int4multirange",
    only,
    type: () => pg.t.INT4MULTIRANGE(),
    samples: [
      ...exact([new Range(1, 3), new Range(5, 7)], [], [new Range(null, 0, { bounds: "()" })], null),
      ...reads([new Range(1, 3), new Range(2, 7)], [new Range(1, 7)]),
      ...refused(NAMED, new Range(1, 3), [[1, 3]]),
    ],
  },
  {
    id: "DIA-03",
    name: "tstzmultirange",
    only,
    type: () => pg.t.TSTZMULTIRANGE(),
    isTemporal: true,
    samples: exact([
      new Range(new Date("2024-01-01T00:00:00Z"), new Date("2024-01-02T00:00:00Z")),
      new Range(new Date("2024-02-01T00:00:00Z"), null),
    ]),
  },
  {
    id: "DIA-03",
    name: "nummultirange",
    only,
    type: () => pg.t.NUMMULTIRANGE(),
    samples: exact([new Range("0.1", "0.2"), new Range("1.0", "1.50", { bounds: "[]" })]),
  },
];

const OTHERS: readonly MatrixCase[] = [
  {
    id: "DIA-03",
    name: "hstore",
    only,
    type: () => pg.t.HSTORE(),
    samples: [
      ...exact({ a: "1", b: null }, {}, { "": "", 'q"': "\\", "=>": ",", "é🎬": "'", " ": "\n" }, null),
      ...exact(JSON.parse('{"__proto__": "x", "constructor": "y"}')),
      ...refused(NAMED, { a: 1 }, ["a"], { a: "\0" }, { "\ud800": "a" }, { a: undefined }),
    ],
  },
  {
    id: "DIA-05",
    name: "citext",
    only,
    type: () => pg.t.CITEXT(),
    samples: [...exact("AbC", "", "ÉÉ", null), ...refused(NAMED, "a\0", 5)],
  },
  {
    id: "DIA-05",
    name: "inet",
    only,
    type: () => pg.t.INET(),
    samples: [...exact("192.168.0.1/24", "::1", "10.0.0.1", "2001:db8::/32", null), ...refused(NAMED, "300.0.0.1", "", 5)],
  },
  { id: "DIA-05", name: "cidr", only, type: () => pg.t.CIDR(), samples: [...exact("10.0.0.0/8", "::/0"), ...refused(NAMED, "10.0.0.1/8")] },
  { id: "DIA-05", name: "macaddr", only, type: () => pg.t.MACADDR(), samples: [...exact("08:00:2b:01:02:03"), ...refused(NAMED, "x")] },
  { id: "DIA-05", name: "macaddr8", only, type: () => pg.t.MACADDR8(), samples: exact("08:00:2b:01:02:03:04:05") },
  {
    id: "DIA-05",
    name: "money",
    only,
    type: () => pg.t.MONEY(),
    // it comes as the server writes it, which depends on its locale
    without: ["no change without a difference"],
    samples: [...exact("$1.50", "-$92,233,720,368,547,758.08", null), ...reads("12.5", "$12.50"), ...refused(NAMED, "abc")],
  },
  { id: "DIA-05", name: "oid", only, type: () => pg.t.OID(), samples: [...exact(0, 4294967295, null), ...refused(NAMED, 4294967296, -1)] },
  {
    id: "DIA-05",
    name: "regclass",
    only,
    type: () => pg.t.REGCLASS(),
    samples: [...exact("pg_class"), ...refused(NAMED, "no_such_table")],
  },
  { id: "DIA-05", name: "regconfig", only, type: () => pg.t.REGCONFIG(), samples: exact("english", "simple") },
  {
    id: "DIA-05",
    name: "bit(5)",
    only,
    type: () => pg.t.BIT(5),
    samples: [...exact("10101", "00000", null), ...refused(NAMED, "1010", "101010", "10201", 5)],
  },
  {
    id: "DIA-05",
    name: "bit varying(8)",
    only,
    type: () => pg.t.BIT(8, { varying: true }),
    samples: [...exact("", "101", "11111111"), ...refused(NAMED, "111111111")],
  },
  { id: "DIA-06", name: "tsvector", only, type: () => pg.t.TSVECTOR(), samples: exact("'cat':2 'fat':1", "'a''b':1", "", null) },
  { id: "DIA-06", name: "tsquery", only, type: () => pg.t.TSQUERY(), samples: exact("'fat' & ( 'rat' | 'cat' )", "!'x'") },
  {
    id: "DIA-01",
    name: "jsonpath",
    only,
    type: () => pg.t.JSONPATH(),
    notComparable: only,
    samples: [...exact('$."a"[*]'), ...refused(NAMED, "$.[")],
  },
  {
    id: "TYP-11",
    name: "jsonb",
    only,
    type: () => pg.t.JSONB(),
    samples: [
      ...exact({ b: 1, a: [null] }, [], {}, "x", "", 5, -1.5, true, false, null, { big: 9007199254740991 }),
      ...reads(t.json.NULL, null),
      ...refused(NAMED, { a: "\0" }, new Map(), [undefined]),
    ],
  },
  {
    id: "DIA-04",
    name: "enum of PostgreSQL",
    only,
    type: () => pg.t.ENUM(["x", "y'z"], { name: "matrix_enum" }),
    samples: [...exact("x", "y'z", null), ...refused(NAMED, "z")],
  },
  {
    id: "DIA-04",
    name: "domain",
    only,
    type: () => pg.t.DOMAIN("matrix_domain", t.string(5), { check: "VALUE <> ''" }),
    samples: [...exact("abc", null), ...refused(NAMED, "abcdef", "abcde ", ""), ...refused(NAMED, 5)],
  },
  {
    id: "TYP-04",
    name: "timestamp(3) with time zone",
    only,
    type: () => pg.t.TIMESTAMP({ precision: 3, timezone: true }),
    isTemporal: true,
    samples: exact(new Date("2024-01-01T10:00:00.123Z"), new Date("+010000-01-01T00:00:00Z"), new Date("-000043-03-15T00:00:00Z")),
  },
  {
    id: "TYP-03",
    name: "timestamp(3) as text",
    only,
    type: () => pg.t.TIMESTAMP({ precision: 3, mode: "string" }),
    isTemporal: true,
    samples: [...exact("2024-01-01 10:00:00.123", "2024-01-01 10:00:00"), ...refused(NAMED, "2024-01-01 10:00:00.1234")],
  },
  {
    id: "TYP-04",
    name: "timestamptz as text",
    only,
    type: () => t.dateTime({ timezone: true, mode: "string" }),
    isTemporal: true,
    samples: [
      ...exact("2024-01-01 10:00:00.123456+00", "infinity", "0044-03-15 12:00:00+00 BC"),
      ...reads("2024-01-01T10:00:00+05:45", "2024-01-01 04:15:00+00"),
      ...reads("2024-01-01 10:00:00", "2024-01-01 10:00:00+00"),
    ],
  },
  {
    id: "TYP-22",
    name: "time with time zone",
    only,
    type: () => t.time({ timezone: true }),
    isTemporal: true,
    samples: exact("10:00:00+05:45", "24:00:00+00", "23:59:59.999999-12:30", null),
  },
  {
    id: "TYP-22",
    name: "interval with fields",
    only,
    type: () => pg.t.INTERVAL({ fields: "DAY TO SECOND", precision: 3 }),
    isTemporal: true,
    samples: [...exact("P1DT2H3M4.567S"), ...refused(NAMED, "PT0.1234S")],
  },
  {
    id: "TYP-09",
    name: "numeric without limits",
    only,
    type: () => t.numeric(),
    samples: exact("NaN", "Infinity", "-Infinity", "1.50", `1${"0".repeat(400)}.5`, "0.00", null),
  },
  {
    id: "TYP-10",
    name: "real",
    only,
    type: () => t.REAL(),
    notComparable: only,
    samples: [...exact(1.5, -0, Number.NaN, Number.NEGATIVE_INFINITY, 0.1), ...reads(1 / 3, 0.33333334), ...refused(NAMED, 1e39)],
  },
];

export const POSTGRESQL_CASES: readonly MatrixCase[] = [...ARRAYS, ...RANGES, ...OTHERS];
