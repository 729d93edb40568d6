// SEC-13, SEC-14: values that are written into SQL, of every type that has literals, are read back as they were.
import { Column, createEngine, type Engine, insert, MetaData, select, t, Table, type TypeEngine } from "athanor";
import * as mysql from "athanor/mysql";
import * as pg from "athanor/postgresql";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeEachDatabase, type TestDatabase } from "../support/databases.ts";
import { Canary } from "./canary.ts";
import { FEW_PAYLOADS, hostileText, PAYLOADS } from "./payloads.ts";

const RUNS = Number(process.env["SECURITY_RUNS"] ?? 20);
const ROWS = 20;

/** A type, the values of a column of it, and how a value is to be compared where it may come in another form. */
interface Typed {
  readonly type: () => TypeEngine<unknown>;
  readonly values: fc.Arbitrary<unknown>;
  readonly same?: (value: unknown) => unknown;
}

const text = fc.oneof(hostileText, fc.constantFrom(...PAYLOADS), fc.string({ unit: "grapheme" })).filter((one) => !one.includes("\0"));
const date = fc.date({ min: new Date("1000-01-01"), max: new Date("9999-12-30"), noInvalidDate: true });
const second = fc.date({ min: new Date("1000-01-01"), max: new Date("9999-12-30"), noInvalidDate: true }).map((one) => {
  one.setUTCMilliseconds(0);
  return one;
});
const clock = fc.tuple(fc.nat(23), fc.nat(59), fc.nat(59)).map((parts) => parts.map((part) => String(part).padStart(2, "0")).join(":"));
/** There is no -0 in the numbers of all databases, nor a number too small for its digits. */
const double = fc
  .double({ noNaN: true, noDefaultInfinity: true })
  .map((one) => (Math.abs(one) < 1e-300 || Math.abs(one) > 1e300 ? Math.sign(one) : one) + 0);
const decimalBelow = (max: bigint): fc.Arbitrary<string> =>
  fc
    .tuple(fc.boolean(), fc.bigInt({ min: 0n, max }), fc.nat(999_999))
    .map(([negative, whole, part]) => `${negative ? "-" : ""}${whole}.${String(part).padStart(6, "0")}`);
const withoutZeros = (value: unknown): unknown => (typeof value === "string" ? value.replace(/\.?0+$/, "").replace(/^-0$/, "0") : value);
const json = fc.oneof(
  fc.jsonValue(),
  fc.dictionary(text, fc.oneof(text, fc.integer(), fc.constant(null)), { noNullPrototype: true }),
  fc.array(text),
);
const plain = (value: unknown): unknown => (value === null ? null : (JSON.parse(JSON.stringify(value)) as unknown));
const labels = FEW_PAYLOADS.map((one) => one.trim());

const EVERYWHERE: Readonly<Record<string, Typed>> = {
  string: { type: () => t.string(500), values: text },
  text: { type: () => t.text(), values: text },
  integer: { type: () => t.integer(), values: fc.oneof(fc.integer(), fc.constantFrom(-(2 ** 31), 2 ** 31 - 1, -1, 0)) },
  bigInteger: {
    type: () => t.bigInteger(),
    values: fc.oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.constantFrom(-(2n ** 63n), 2n ** 63n - 1n)),
  },
  numeric: { type: () => t.numeric(30, 6), values: decimalBelow(99_999_999n), same: withoutZeros },
  double: { type: () => t.double(), values: double },
  boolean: { type: () => t.boolean(), values: fc.boolean() },
  date: { type: () => t.date(), values: date.map((one) => one.toISOString().slice(0, 10)) },
  time: { type: () => t.time(), values: clock },
  dateTime: { type: () => t.dateTime(), values: second },
  uuid: { type: () => t.uuid(), values: fc.uuid({ version: [1, 4, 5] }) },
  json: { type: () => t.json(), values: json, same: plain },
  enum: { type: () => t.enum(labels as [string, ...string[]], { name: "hostile_enum" }), values: fc.constantFrom(...labels) },
  largeBinary: { type: () => t.largeBinary(), values: fc.uint8Array({ maxLength: 60 }) },
};

const OF: Readonly<Record<TestDatabase["dialect"], Readonly<Record<string, Typed>>>> = {
  sqlite: {},
  postgresql: {
    digits: { type: () => t.numeric(30, 6), values: decimalBelow(10n ** 24n - 1n), same: withoutZeros },
    interval: {
      type: () => t.interval(),
      values: fc.tuple(fc.nat(400), fc.nat(22), fc.nat(58)).map(([days, hours, minutes]) => `P${days + 1}DT${hours + 1}H${minutes + 1}M`),
    },
    texts: { type: () => t.array(t.text()), values: fc.array(fc.option(text), { maxLength: 5 }) },
    numbers: { type: () => pg.t.ARRAY(t.integer()), values: fc.array(fc.integer(), { maxLength: 5 }) },
    jsonb: { type: () => pg.t.JSONB(), values: json.filter((one) => !JSON.stringify(one).includes("\\u0000")), same: plain },
    hstore: { type: () => pg.t.HSTORE(), values: fc.dictionary(text, fc.option(text), { noNullPrototype: true }) },
    bits: { type: () => pg.t.BIT(64, { varying: true }), values: fc.string({ unit: fc.constantFrom("0", "1"), maxLength: 64 }) },
    instant: { type: () => t.dateTime({ timezone: true }), values: second },
  },
  mysql: {
    digits: { type: () => t.numeric(30, 6), values: decimalBelow(10n ** 24n - 1n), same: withoutZeros },
    set: {
      type: () => mysql.t.SET(labels.filter((one) => !one.includes(",")) as [string, ...string[]]),
      values: fc.subarray(labels.filter((one) => !one.includes(","))).map((some) => new Set(some)),
    },
    year: { type: () => mysql.t.YEAR(), values: fc.integer({ min: 1901, max: 2155 }) },
    unsigned: { type: () => mysql.t.BIGINT({ unsigned: true }), values: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }) },
  },
};

describeEachDatabase(
  "SEC-14: literals",
  (db) => {
    let engine: Engine;
    let canary: Canary;
    beforeAll(async () => {
      engine = createEngine(db.url);
      if (db.dialect === "postgresql") await engine.begin((conn) => conn.execDriverSql("CREATE EXTENSION IF NOT EXISTS hstore"));
      canary = new Canary(engine, db.dialect);
      await canary.setUp();
    });
    afterAll(async () => engine.dispose());

    test.for(Object.entries({ ...EVERYWHERE, ...OF[db.dialect] }))("of %s are read back as they were written", async ([name, typed]) => {
      const { values, same = (value: unknown) => value } = typed;
      const made = new Table(`made_${name}`, new MetaData(), {
        id: new Column(t.integer(), { primaryKey: true, autoincrement: false }),
        x: new Column(typed.type() as TypeEngine<string>),
      });
      await made.metadata.createAll(engine);
      try {
        await fc.assert(
          fc.asyncProperty(fc.array(values, { minLength: 1, maxLength: ROWS }), async (list) => {
            await engine.begin(async (conn) => {
              const rows = list.map((x, i) => ({ id: i, x: x as string }));
              const { sql } = insert(made)
                .values(rows)
                .compile({ dialect: engine, compileKwargs: { literalBinds: true } });
              await conn.execDriverSql(sql);
              const read = await conn.execute(select(made.c.x).orderBy(made.c.id)).scalars().all();
              expect(read.map(same)).toEqual(list.map(same));
              await conn.rollback();
            });
          }),
          { numRuns: RUNS },
        );
      } finally {
        await made.metadata.dropAll(engine);
      }
      expect(await canary.harm()).toBeNull();
    });
  },
  { only: ["sqlite", "postgresql", "mariadb"] },
);
