import { ArgumentError, createEngine, literal, select } from "athanor";
import * as pg from "athanor/postgresql";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Engine } from "../../../src/index.ts";
import { describeEachDatabase } from "../../support/databases.ts";

const { Range } = pg;
type Range<V> = pg.Range<V>;

const empty = new Range<number>(null, null, { empty: true });

describe("ranges in memory", () => {
  test("the bounds", () => {
    const range = new Range(1, null);
    expect([range.lowerInc, range.upperInc, range.lowerInf, range.upperInf, range.isEmpty]).toEqual([true, false, false, true, false]);
    expect([empty.lowerInc, empty.lowerInf, empty.isEmpty]).toEqual([false, false, true]);
    expect(new Range(1, 1).isEmpty).toBe(true);
    expect(new Range(1, 1, { bounds: "[]" }).isEmpty).toBe(false);
    expect(() => new Range(1, 2, { bounds: "][" as never })).toThrow(ArgumentError);
  });

  test("whole numbers and days follow each other, others do not", () => {
    expect(new Range(1, 5, { bounds: "[]" }).equals(new Range(1, 6))).toBe(true);
    expect(new Range(0n, 5n, { bounds: "()" }).equals(new Range(1n, 5n))).toBe(true);
    expect(new Range("2024-02-28", "2024-02-29", { bounds: "(]" }).equals(new Range("2024-02-29", "2024-03-01"))).toBe(true);
    expect(new Range("1", "5", { bounds: "[]" }).equals(new Range("1", "6"))).toBe(false);
    expect(new Range("1.50", "2").equals(new Range("1.5", "2.0"))).toBe(true);
    expect(new Range("9", "10").contains("9.5")).toBe(true);
    expect(new Range("-10", "-9").contains("-9.5")).toBe(true);
    const day = new Date("2024-01-01T00:00:00Z");
    expect(new Range(day, null).equals(new Range(new Date(day), null, { bounds: "[]" }))).toBe(true);
  });

  test("what is no range", () => {
    expect(() => new Range(1, 2).union(new Range(3, 4))).toThrow(ArgumentError);
    expect(() => new Range(1, 9).difference(new Range(3, 4))).toThrow(ArgumentError);
    expect(new Range(1, 5).difference(new Range(0, 9)).isEmpty).toBe(true);
    expect(String(new Range("1.5", "2.5").difference(new Range("2", "3")))).toBe("[1.5,2)");
  });
});

/** Ranges of small numbers, so that they meet often. */
const bound = fc.option(fc.integer({ min: 0, max: 5 }), { freq: 8 });
const range = <V>(of: (n: number) => V): fc.Arbitrary<Range<V>> =>
  fc
    .tuple(bound, bound, fc.constantFrom("[)", "(]", "[]", "()"))
    .filter(([a, b]) => a === null || b === null || a <= b)
    .map(([a, b, bounds]) => new Range<V>(a === null ? null : of(a), b === null ? null : of(b), { bounds: bounds as pg.RangeBounds }));

const KINDS = {
  int4range: [pg.t.INT4RANGE(), (n: number) => n],
  int8range: [pg.t.INT8RANGE(), (n: number) => BigInt(n)],
  numrange: [pg.t.NUMRANGE(), (n: number) => (n / 2).toFixed(1)],
  daterange: [pg.t.DATERANGE(), (n: number) => `2024-02-2${n + 4}`],
  tsrange: [pg.t.TSRANGE(), (n: number) => new Date(Date.UTC(2024, 0, 1, n))],
} as const;

const TESTS = {
  contains: "@>",
  containedBy: "<@",
  overlaps: "&&",
  strictlyLeftOf: "<<",
  strictlyRightOf: ">>",
  notExtendLeftOf: "&>",
  notExtendRightOf: "&<",
  adjacentTo: "-|-",
  equals: "=",
} as const;

const COMBINED = { union: "+", intersection: "*", difference: "-" } as const;

function attempt<T>(run: () => T): T | null {
  try {
    return run();
  } catch (error) {
    expect(error).toBeInstanceOf(ArgumentError);
    return null;
  }
}

describeEachDatabase(
  "ranges in memory are what the server's are",
  (db) => {
    let engine: Engine;
    beforeAll(() => {
      engine = createEngine(db.url);
    });
    afterAll(() => engine.dispose());

    for (const [name, [type, of]] of Object.entries(KINDS)) {
      test(`DIA-03 ${name}`, async () => {
        await using conn = await engine.connect();
        const pairs = fc.sample(fc.tuple(range(of as (n: number) => unknown), range(of as (n: number) => unknown)), {
          numRuns: 150,
          seed: 7,
        });
        for (const [a, b] of pairs) {
          const x = literal(a, type as never) as never as { op(symbol: string): (other: unknown) => never };
          const y = literal(b, type as never);
          const asked = Object.values(TESTS).map((symbol) => x.op(symbol)(y));
          const told = await conn.execute(select(...(asked as [never, ...never[]]))).one();
          const here = Object.keys(TESTS).map((method) => a[method as keyof typeof TESTS](b));
          expect(here, `${String(a)} and ${String(b)}`).toEqual([...(told as unknown as boolean[])]);
          for (const [method, symbol] of Object.entries(COMBINED)) {
            await using point = await conn.beginNested();
            const combined = x.op(symbol)(y) as never as { cast(to: unknown): never };
            // where two ranges would be left, both refuse
            const there = await (conn.scalar(select(combined.cast(type))) as Promise<unknown>).catch(() => null);
            const mine = attempt(() => a[method as keyof typeof COMBINED](b));
            expect(mine?.equals(there as Range<unknown>) ?? null, `${String(a)} ${symbol} ${String(b)}`).toBe(there === null ? null : true);
            await point.rollback();
          }
        }
      });
    }

    test("a range on its own is of the type of its bounds", async () => {
      await using conn = await engine.connect();
      for (const value of [
        new Range(1, 5),
        new Range(1, 2 ** 40),
        new Range("1.5", "2"),
        new Range("2024-01-01", null),
        new Range(null, new Date(0), { bounds: "()" }),
      ]) {
        const read = (await conn.scalar(select(literal(value as Range<unknown>)))) as Range<unknown>;
        expect(String(read)).toBe(String(typeof value.upper === "number" && value.upper > 5 ? new Range(1n, BigInt(2 ** 40)) : value));
      }
      await expect(conn.scalar(select(literal(new Range(null, null) as Range<unknown>)))).rejects.toThrow(
        /type of this value is not known/,
      );
    });
  },
  { only: ["postgresql"] },
);
