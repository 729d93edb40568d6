// uniqueParams(): one expression with named parameters several times in a statement, with other values.
import { and, bindparam, Column, column, createEngine, insert, MetaData, or, select, t, Table, text } from "athanor";
import { expect, test } from "vitest";
import { describeEachDatabase } from "../../support/databases.ts";

const x = column("x", t.integer());
const inRange = and(x.ge(bindparam("from")), x.le(bindparam("to")));

test("each copy has parameters of its own", () => {
  const both = or(inRange.uniqueParams({ from: 1, to: 5 }), inRange.uniqueParams({ from: 10, to: 15 }));
  expect(select(x).where(both).compile()).toMatchObject({
    sql: expect.stringContaining("x >= ? AND x <= ? OR x >= ? AND x <= ?") as string,
    params: [1, 5, 10, 15],
  });
  expect([...select(x).where(both).compile().parameterNames].toSorted()).toEqual(["from_1", "from_2", "to_1", "to_2"]);
  // params() gives one value to all of a name, and the original keeps its own
  expect(select(x).where(or(inRange, inRange.not())).params({ from: 1, to: 5 }).compile().params).toEqual([1, 5, 1, 5]);
  expect([...select(x).where(inRange).compile().parameterNames].toSorted()).toEqual(["from", "to"]);
});

test("a parameter that stands in an expression twice is still one", () => {
  const twice = or(x.eq(bindparam("a")), x.gt(bindparam("a"))).uniqueParams({ a: 3 });
  expect(select(x).where(twice).compile().params).toEqual([3, 3]);
  expect(() => inRange.uniqueParams({ from: undefined })).toThrow('"from"');
});

test("text takes them too", () => {
  const like = text("x > :low").bindparams({ low: 0 });
  const both = select(x).where(or(like.uniqueParams({ low: 1 }), like.uniqueParams({ low: 2 })));
  expect(both.compile().params).toEqual([1, 2]);
});

describeEachDatabase("uniqueParams()", (db) => {
  test("gives each place its values, also when the statement is in the cache", async () => {
    const engine = createEngine(db.url);
    const metadata = new MetaData();
    const numbers = new Table("ranged", metadata, { x: new Column(t.integer(), { primaryKey: true, autoincrement: false }) });
    await metadata.createAll(engine);
    await engine.begin(async (conn) => {
      await conn.execute(
        insert(numbers),
        Array.from({ length: 20 }, (_, i) => ({ x: i })),
      );
      const range = and(numbers.c.x.ge(bindparam("from")), numbers.c.x.le(bindparam("to")));
      for (const start of [1, 3]) {
        const both = or(range.uniqueParams({ from: start, to: start + 1 }), range.uniqueParams({ from: start + 10, to: start + 11 }));
        const found = await conn.scalars(select(numbers.c.x).where(both).orderBy(numbers.c.x)).all();
        expect(found).toEqual([start, start + 1, start + 10, start + 11]);
      }
    });
    await metadata.dropAll(engine);
    await engine.dispose();
  });
});
