// The matrix of types that only MySQL and MariaDB have.
import { t } from "../../../../src/index.ts";
import * as mysql from "../../../../src/dialects/mysql/index.ts";
import { exact, type MatrixCase, reads, refused } from "./sample.ts";

const only = ["mysql"] as const;
const y = mysql.t;
/** By us, or by the server, which names the column itself. */
const NAMED = /"value"|'value'|`value`/;

export const MYSQL_CASES: readonly MatrixCase[] = [
  { id: "TYP-08", name: "TINYINT", only, type: () => y.TINYINT(), samples: [...exact(-128, 127, null), ...refused(NAMED, 128, -129)] },
  {
    id: "TYP-08",
    name: "TINYINT UNSIGNED",
    only,
    type: () => y.TINYINT({ unsigned: true }),
    samples: [...exact(0, 255), ...refused(NAMED, -1, 256)],
  },
  {
    id: "TYP-08",
    name: "SMALLINT UNSIGNED",
    only,
    type: () => y.SMALLINT({ unsigned: true }),
    samples: [...exact(0, 65_535), ...refused(NAMED, 65_536)],
  },
  {
    id: "TYP-08",
    name: "MEDIUMINT",
    only,
    type: () => y.MEDIUMINT(),
    samples: [...exact(-8_388_608, 8_388_607), ...refused(NAMED, 8_388_608)],
  },
  {
    id: "TYP-08",
    name: "INTEGER UNSIGNED",
    only,
    type: () => y.INTEGER({ unsigned: true }),
    samples: [...exact(0, 4_294_967_295), ...refused(NAMED, 4_294_967_296, -1)],
  },
  {
    id: "TYP-08",
    name: "BIGINT UNSIGNED",
    only,
    type: () => y.BIGINT({ unsigned: true }),
    samples: [...exact(0n, 2n ** 63n, 2n ** 64n - 1n, null), ...reads(5, 5n), ...refused(NAMED, 2n ** 64n, -1n)],
  },
  {
    id: "TYP-08",
    name: "ZEROFILL",
    only,
    type: () => y.INTEGER({ displayWidth: 8, zerofill: true }),
    samples: [...exact(42, 0), ...refused(NAMED, -1)],
  },
  {
    id: "TYP-09",
    name: "DECIMAL(65, 30)",
    only,
    type: () => y.DECIMAL(65, 30),
    samples: [
      ...exact("12345678901234567890123456789012345.123456789012345678901234567890", "-0.000000000000000000000000000001"),
      ...refused(NAMED, "0.0000000000000000000000000000001"),
    ],
  },
  {
    id: "TYP-09",
    name: "NUMERIC without a size",
    only,
    type: () => t.numeric(),
    samples: [...exact("1234567890"), ...refused(NAMED, "1.5", "12345678901")],
  },
  {
    id: "TYP-10",
    name: "FLOAT",
    only,
    type: () => y.FLOAT(),
    notComparable: only,
    samples: [...exact(0.1, 1.5, -3.4e38, 1e-30, 16_777_216, 123456.79), ...reads(1 / 3, 0.33333334), ...refused(NAMED, 1e39)],
  },
  {
    id: "DIA-14",
    name: "BIT(1)",
    only,
    type: () => y.BIT(1),
    samples: [...exact(0, 1, null), ...reads(true, 1), ...refused(NAMED, 2)],
    // the server makes another type of an expression with bits
    without: ["expressions in nested rows"],
  },
  {
    id: "DIA-14",
    name: "BIT(64)",
    only,
    type: () => y.BIT(64),
    samples: [...exact(2n ** 64n - 1n, 5, 2 ** 53 - 1), ...refused(NAMED, -1, 2n ** 64n)],
    without: ["expressions in nested rows"],
  },
  { id: "DIA-14", name: "YEAR", only, type: () => y.YEAR(), samples: [...exact(0, 1901, 2155, null), ...refused(NAMED, 1900, 2156, 12)] },
  {
    id: "TYP-19",
    name: "ENUM of MySQL",
    only,
    type: () => y.ENUM(["a", "it's", "b\\c", ""]),
    samples: [...exact("a", "it's", "b\\c", "", null), ...refused(NAMED, "z", "A")],
  },
  {
    id: "DIA-14",
    name: "SET",
    only,
    type: () => y.SET(["a", "b'c", "d"]),
    samples: [
      ...exact(new Set(["a", "d"]), new Set(), null),
      ...reads(["b'c"], new Set(["b'c"])),
      ...reads(["d", "a"], new Set(["a", "d"])),
      ...reads("a,d", new Set(["a", "d"])),
      ...refused(NAMED, ["z"], new Set(["A"]), { a: true }, "a,z"),
    ],
  },
  {
    id: "DIA-14",
    name: "SET by bits",
    only,
    type: () => y.SET(["", "x"], { retrieveAsBitwise: true }),
    samples: exact(new Set([""]), new Set(["", "x"]), new Set()),
    // SQL text has no place for the expression that reads the bits
    without: ["columns of text()"],
    // DEFAULT takes no numbers for a SET
    noServerDefault: only,
    notComparable: only,
  },
  {
    id: "TYP-16",
    name: "TINYTEXT",
    only,
    type: () => y.TINYTEXT(),
    samples: [...exact("x".repeat(255)), ...refused(NAMED, "x".repeat(256), "é".repeat(128))],
  },
  {
    id: "TYP-13",
    name: "VARCHAR of latin1",
    only,
    type: () => y.VARCHAR(20, { charset: "latin1" }),
    samples: [...exact("naïve", null), ...refused(NAMED, "日本", "🎬")],
  },
  {
    id: "TYP-13",
    name: "VARCHAR of utf8mb3",
    only,
    type: () => y.VARCHAR(20, { charset: "utf8mb3" }),
    samples: [...exact("日本"), ...refused(NAMED, "🎬")],
  },
  {
    id: "TYP-17",
    name: "VARBINARY(5)",
    only,
    type: () => t.VARBINARY(5),
    samples: [...exact(new Uint8Array([0, 255]), new Uint8Array()), ...refused(NAMED, new Uint8Array(6))],
  },
  {
    id: "TYP-17",
    name: "BINARY(3)",
    only,
    type: () => t.BINARY(3),
    notComparable: only,
    // it is filled with zeros
    samples: [
      ...exact(new Uint8Array([1, 0, 0])),
      ...reads(new Uint8Array([1]), new Uint8Array([1, 0, 0])),
      ...refused(NAMED, new Uint8Array(4)),
    ],
  },
  {
    id: "TYP-05",
    name: "DATETIME(6)",
    only,
    type: () => y.DATETIME({ fsp: 6 }),
    isTemporal: true,
    samples: exact(new Date("2024-02-29T12:30:15.123Z"), new Date("2021-03-28T02:30:00Z"), new Date("2021-10-31T01:30:00Z")),
  },
  {
    id: "TYP-05",
    name: "DATETIME as text",
    only,
    type: () => y.DATETIME({ fsp: 3, mode: "string" }),
    isTemporal: true,
    samples: [
      ...exact("2024-02-29 12:30:15.123", "2021-03-28 02:30:00"),
      ...reads("2024-02-29T12:30:15Z", "2024-02-29 12:30:15"),
      ...refused(NAMED, "2024-02-29 12:30:15.1234", "2024-01-01 00:00:00+02:00", "0000-00-00 00:00:00"),
    ],
  },
  {
    id: "TYP-05",
    name: "TIMESTAMP(3)",
    only,
    type: () => y.TIMESTAMP({ fsp: 3 }),
    isTemporal: true,
    samples: [
      ...exact(
        new Date("2024-07-01T00:00:00.001Z"),
        new Date("1970-01-01T00:00:01Z"),
        new Date("2021-03-28T02:30:00Z"),
        new Date("2021-10-31T01:30:00Z"),
      ),
      ...refused(NAMED, new Date("1969-12-31T00:00:00Z"), new Date("2200-01-01T00:00:00Z")),
    ],
  },
  {
    id: "TYP-22",
    name: "TIME(6)",
    only,
    type: () => y.TIME({ fsp: 6 }),
    isTemporal: true,
    samples: [
      ...exact("23:59:59.999999", "00:00:00", "24:00:00", "838:59:59", "-838:59:59", "-00:00:01.5", "100:00:00"),
      ...refused(NAMED, "839:00:00", "-839:00:00", "12:60:00"),
    ],
  },
  {
    id: "TYP-22",
    name: "TIME without a fraction",
    only,
    type: () => y.TIME(),
    isTemporal: true,
    samples: [...exact("12:00:00"), ...refused(NAMED, "12:00:00.5")],
  },
  { id: "DIA-17", name: "UUID of MariaDB", only, type: () => t.UUID(), samples: exact("0190a5d2-7c3e-7b3a-8b1e-0123456789ab") },
  {
    id: "DIA-17",
    name: "INET4",
    only,
    type: () => y.INET4(),
    samples: [...exact("192.168.0.1", null), ...refused(NAMED, "300.0.0.1", "::1")],
  },
  { id: "DIA-17", name: "INET6", only, type: () => y.INET6(), samples: [...exact("2001:db8::1"), ...refused(NAMED, "x")] },
];
