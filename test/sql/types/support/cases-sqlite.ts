// The matrix of types that only SQLite has.
import { t } from "../../../../src/index.ts";
import * as sqlite from "../../../../src/dialects/sqlite/index.ts";
import { exact, type MatrixCase, reads, refused } from "./sample.ts";

const only = ["sqlite"] as const;
const NAMED = /"value"/;
const y = sqlite.t;

export const SQLITE_CASES: readonly MatrixCase[] = [
  {
    id: "DIA-12",
    name: "DATETIME in another format",
    only,
    isTemporal: true,
    type: () => y.DATETIME({ storageFormat: "%(day)02d.%(month)02d.%(year)04d %(hour)02d:%(minute)02d:%(second)02d,%(microsecond)06d" }),
    samples: exact(new Date("2024-02-29T12:30:15.123Z"), new Date("0001-01-01T00:00:00Z"), null),
  },
  {
    id: "DIA-12",
    name: "DATETIME of digits",
    only,
    isTemporal: true,
    type: () =>
      y.DATETIME({
        storageFormat: "%(year)04d%(month)02d%(day)02d%(hour)02d%(minute)02d%(second)02d",
        regexp: /(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})/,
        mode: "string",
      }),
    samples: [...exact("2024-02-29 12:30:15", "0001-01-01 00:00:00", null), ...refused(NAMED, "2024-02-29 12:30:15.5")],
  },
  {
    id: "DIA-12",
    name: "DATETIME without fractions",
    only,
    isTemporal: true,
    type: () => y.DATETIME({ truncateMicroseconds: true }),
    notComparable: only,
    samples: [...exact(new Date("2024-02-29T12:30:15Z")), ...reads(new Date("2024-02-29T12:30:15.999Z"), new Date("2024-02-29T12:30:15Z"))],
  },
  {
    id: "DIA-12",
    name: "DATE in another format",
    only,
    isTemporal: true,
    type: () => y.DATE({ storageFormat: "%(month)02d/%(day)02d/%(year)04d", regexp: "(?<month>\\d+)/(?<day>\\d+)/(?<year>\\d+)" }),
    samples: [...exact("2024-02-29", "9999-12-31", null), ...refused(NAMED, "2023-02-29", new Date(0))],
  },
  {
    id: "DIA-12",
    name: "DATE of digits",
    only,
    isTemporal: true,
    type: () => y.DATE({ storageFormat: "%(year)04d%(month)02d%(day)02d" }),
    samples: exact("2024-02-29", "0001-01-01"),
  },
  {
    id: "DIA-12",
    name: "TIME in another format",
    only,
    isTemporal: true,
    type: () => y.TIME({ storageFormat: "%(hour)dh%(minute)02d" }),
    samples: [...exact("09:05:00", "23:59:00", null), ...refused(NAMED, "12:00:01")],
  },
  {
    id: "TYP-11",
    name: "JSONB",
    only,
    type: () => y.JSONB(),
    // SQL text has no place for the function that reads it
    without: ["columns of text()"],
    samples: [
      ...exact({}, [], { a: [1, "x", null, true, 1.5] }, "text", 'quo"ted', "", 5, 0, true, null, { "a\"b'c\\": "🎬" }),
      ...reads(t.json.NULL, null),
      ...refused(NAMED, Number.NaN, new Map()),
    ],
  },
];
