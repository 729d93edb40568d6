import {
  and,
  between,
  bindparam,
  bitwiseNot,
  case_,
  cast,
  column,
  extract,
  false_,
  literal,
  literalColumn,
  not,
  null_,
  or,
  true_,
  tryCast,
  tuple,
  typeCoerce,
} from "../../sql/elements/constructors.ts";
import { sql } from "../../sql/elements/sql-tag.ts";
import { func } from "../../sql/functions/func.ts";
import { values } from "../../sql/selectable/constructors.ts";
import { select } from "../../sql/selectable/select.ts";
import type { SelectArgument } from "../../sql/selectable/select-types.ts";
import { t } from "../../sql/types/factories.ts";
import { numbers, people, words } from "./fixtures.ts";
import { group, type SuiteGroup } from "./group.ts";

const { small, exact, real, large } = numbers.c;
const one = (...columns: readonly SelectArgument[]) => select(...columns).where(numbers.c.id.eq(1));
const wordIds = select(words.c.id).orderBy(words.c.id);

export const operatorGroup: SuiteGroup = group("operators", ({ test }) => {
  test("comparison", async ({ gives }) => {
    const ids = select(numbers.c.id).orderBy(numbers.c.id);
    await gives(ids.where(small.eq(7)), [[1]]);
    await gives(ids.where(small.ne(7)), [[2], [3]]);
    await gives(ids.where(small.lt(2)), [[2]]);
    await gives(ids.where(small.le(2)), [[2], [3]]);
    await gives(ids.where(small.gt(2)), [[1]]);
    await gives(ids.where(small.ge(2)), [[1], [3]]);
    await gives(ids.where(small.eq(null)), [[4]]);
    await gives(ids.where(small.ne(null)), [[1], [2], [3]]);
    await gives(ids.where(exact.eq("1.50")), [[1]]);
    await gives(ids.where(exact.lt("0.1")), [[2]]);
    await gives(ids.where(real.ge(0.5)), [[1], [3]]);
    await gives(ids.where(large.eq(9007199254740993n)), [[1]]);
    await gives(ids.where(large.gt(9007199254740992n)), [[1]]);
    await gives(ids.where(literal(2).lt(small)), [[1]]);
    await gives(ids.where(small.gt(real)), [[1]]);
    // as values
    await gives(one(small.gt(5), small.lt(5)), [[true, false]]);
  });

  test("FUN-12 IS, and equality for which NULL is a value", async ({ gives, values: check }) => {
    const ids = select(numbers.c.id).orderBy(numbers.c.id);
    await gives(ids.where(small.is(null)), [[4]]);
    await gives(ids.where(small.isNot(null)), [[1], [2], [3]]);
    await gives(ids.where(small.isDistinctFrom(7)), [[2], [3], [4]]);
    await gives(ids.where(small.isNotDistinctFrom(7)), [[1]]);
    await gives(ids.where(small.isDistinctFrom(null)), [[1], [2], [3]]);
    await gives(ids.where(small.isNotDistinctFrom(null)), [[4]]);
    await gives(ids.where(small.isDistinctFrom(small)), []);
    await gives(ids.where(not(small.isDistinctFrom(7))), [[1]]);
    await gives(ids.where(numbers.c.id.gt(1).is(true)), [[2], [3], [4]]);
    await gives(ids.where(numbers.c.id.gt(1).isNot(true)), [[1]]);
    await check([literal(1).isDistinctFrom(null_()), literal(1).isNotDistinctFrom(1)], [true, true]);
  });

  test("truth: AND, OR, NOT, TRUE, FALSE", async ({ gives, values: check }) => {
    const ids = select(numbers.c.id).orderBy(numbers.c.id);
    await gives(ids.where(and(small.gt(0), small.lt(7))), [[3]]);
    await gives(ids.where(or(small.lt(0), small.is(null))), [[2], [4]]);
    await gives(ids.where(and(or(small.lt(0), small.gt(5)), or(exact.gt("1"), exact.lt("0")))), [[1], [2]]);
    await gives(ids.where(not(and(small.gt(0), small.lt(7)))), [[1], [2]]);
    await gives(ids.where(small.gt(0).not()), [[2]]);
    await check([true_(), false_()], [true, false]);
    await check([literal(true).and(literal(false)), literal(true).or(literal(false)), not(literal(true))], [false, true, false]);
  });

  test("BETWEEN", async ({ gives, values: check }) => {
    const ids = select(numbers.c.id).orderBy(numbers.c.id);
    await gives(ids.where(small.between(2, 7)), [[1], [3]]);
    await gives(ids.where(not(small.between(2, 7))), [[2]]);
    await gives(ids.where(between(small, -7, literal(1).add(1))), [[2], [3]]);
    await gives(ids.where(small.between(2, 7).and(numbers.c.id.gt(1))), [[3]]);
    await check([literal(5).between(7, 2)], [false]);
  });

  test("BETWEEN SYMMETRIC", "betweenSymmetric", async ({ values: check }) => {
    await check([literal(5).between(7, 2, { symmetric: true }), not(between(literal(5), 7, 2, { symmetric: true }))], [true, false]);
  });

  test("FUN-11 IN lists of any length", async ({ gives, rows, expect, conn }) => {
    const ids = select(numbers.c.id).orderBy(numbers.c.id);
    await gives(ids.where(small.in([7, 2])), [[1], [3]]);
    await gives(ids.where(small.notIn([7, 2])), [[2]]);
    await gives(ids.where(small.in([])), []);
    await gives(ids.where(small.notIn([])), [[1], [2], [3], [4]]);
    await gives(ids.where(not(small.in([7]))), [[2], [3]]);
    await gives(ids.where(not(small.in([]))), [[1], [2], [3], [4]]);
    await gives(ids.where(small.in([7, literal(1).add(1)])), [[1], [3]]);
    await gives(ids.where(exact.in(["1.50", "0.10"])), [[1], [3]]);
    await gives(select(words.c.id).where(words.c.word.in(["abcdefg"])), [[1]]);
    await gives(ids.where(small.in([7]).or(small.in([]))), [[1]]);
    await gives(ids.where(small.notIn([]).and(small.in([7, 2]))), [[1], [3]]);
    // one compiled statement, lists of different lengths
    const some = ids.where(small.in(bindparam("list", undefined, { expanding: true, type: t.integer() })));
    for (const [list, expected] of [
      [[7], [[1]]],
      [
        [7, 2, -7],
        [[1], [2], [3]],
      ],
      [[], []],
    ] as const)
      expect(await rows(some, { list })).toEqual(expected);
    const none = ids.where(small.notIn(bindparam("list", undefined, { expanding: true, type: t.integer() })));
    expect(await rows(none, { list: [] })).toEqual([[1], [2], [3], [4]]);
    expect(await conn.execute(none, { list: [7, 2] }).all()).toEqual([[2]]);
  });

  test("FUN-10 tuples in comparisons and IN", async ({ gives, rows, expect }) => {
    const ids = select(people.c.id).orderBy(people.c.id);
    const pair = tuple(people.c.teamId, people.c.points);
    await gives(
      ids.where(
        pair.in([
          [1, 20],
          [2, 20],
        ]),
      ),
      [[2], [3]],
    );
    await gives(
      ids
        .where(
          pair.notIn([
            [1, 20],
            [2, 20],
          ]),
        )
        .where(people.c.points.isNot(null), people.c.teamId.isNot(null)),
      [[1]],
    );
    await gives(ids.where(pair.in([])), []);
    await gives(ids.where(pair.notIn([])), [[1], [2], [3], [4], [5]]);
    await gives(
      ids.where(
        tuple(people.c.name, people.c.id).in([
          ["ann", 1],
          ["bob", 1],
        ]),
      ),
      [[1]],
    );
    await gives(ids.where(pair.eq(tuple(1, 10))), [[1]]);
    await gives(ids.where(tuple(people.c.teamId, people.c.id).gt(tuple(1, 1))), [[2], [3], [4]]);
    await gives(ids.where(tuple(people.c.id, people.c.teamId).in(select(people.c.bossId, people.c.teamId))), [[1]]);
    const some = ids.where(pair.in(bindparam("pairs", undefined, { expanding: true })));
    expect(await rows(some, { pairs: [[1, 10]] })).toEqual([[1]]);
    expect(
      await rows(some, {
        pairs: [
          [1, 10],
          [1, 20],
        ],
      }),
    ).toEqual([[1], [2]]);
    expect(await rows(some, { pairs: [] })).toEqual([]);
  });

  test("FUN-13 LIKE and its family, as they are", async ({ gives }) => {
    const { word } = words.c;
    await gives(wordIds.where(word.like("abc%")), [[1], [5], [6], [9]]);
    await gives(wordIds.where(word.notLike("abc%")).where(words.c.id.lt(5)), [[2], [3], [4]]);
    await gives(wordIds.where(not(word.like("abc%"))).where(words.c.id.lt(5)), [[2], [3], [4]]);
    await gives(wordIds.where(word.like("ab_cdefg")).where(words.c.id.ne(8)), [[2], [3], [4], [7]]);
    await gives(wordIds.where(word.startswith("ab%c")).where(words.c.id.ne(8)), [[1], [2], [3], [4], [5], [6], [7], [9]]);
    await gives(wordIds.where(word.endswith("e%fg")), [[1], [2], [3], [4], [5], [6], [7], [8], [9]]);
    await gives(wordIds.where(word.contains("b%cde")).where(words.c.id.ne(8)), [[1], [2], [3], [4], [5], [6], [7], [9]]);
    await gives(wordIds.where(word.startswith(func.lower("ABC"))), [[1], [5], [6], [9]]);
    await gives(wordIds.where(word.endswith(literal("fg").concat(""))).limit(2), [[1], [2]]);
    await gives(wordIds.where(not(word.contains("cdefg"))), [[5], [6], [9]]);
    await gives(wordIds.where(not(word.startswith("abc"))).where(words.c.id.lt(5)), [[2], [3], [4]]);
    await gives(wordIds.where(not(word.endswith("defg"))), [[5], [6], [9]]);
  });

  test("FUN-13 LIKE with characters that stand for themselves", async ({ gives }) => {
    const { word } = words.c;
    await gives(wordIds.where(word.like("ab#%cdefg", { escape: "#" })), [[3]]);
    await gives(wordIds.where(word.notLike("ab#%cdefg", { escape: "#" })).limit(2), [[1], [2]]);
    await gives(wordIds.where(word.startswith("ab##c", { escape: "#" })), [[7]]);
    await gives(wordIds.where(word.startswith("ab%c", { autoescape: true })), [[3]]);
    await gives(wordIds.where(word.startswith("ab#", { autoescape: true, escape: "#" })), [[7]]);
    await gives(wordIds.where(word.startswith("ab/", { autoescape: true })), [[2]]);
    await gives(wordIds.where(word.startswith("ab_", { autoescape: true })), [[4]]);
    await gives(wordIds.where(word.endswith("e%fg", { autoescape: true })), [[6]]);
    await gives(wordIds.where(word.endswith("e##fg", { escape: "#" })), [[9]]);
    await gives(wordIds.where(word.endswith("e#fg", { autoescape: true, escape: "#" })), [[9]]);
    await gives(wordIds.where(word.contains("b%cd", { autoescape: true })), [[3]]);
    await gives(wordIds.where(word.contains("b##cde", { escape: "#" })), [[7]]);
    await gives(wordIds.where(word.contains("b#cd", { autoescape: true, escape: "#" })), [[7]]);
    await gives(wordIds.where(not(word.contains("_", { autoescape: true }))).where(words.c.id.lt(6)), [[1], [2], [3], [5]]);
  });

  test("FUN-13 without regard to case", async ({ gives }) => {
    const { word } = words.c;
    await gives(wordIds.where(word.ilike("ABC%")), [[1], [5], [6], [9]]);
    await gives(wordIds.where(word.ilike("ab9%")), [[8]]);
    await gives(wordIds.where(word.notIlike("AB%")), []);
    await gives(wordIds.where(not(word.ilike("AB_CDEFG"))), [[1], [5], [6], [9]]);
    await gives(wordIds.where(word.ilike("AB#%CDEFG", { escape: "#" })), [[3]]);
    await gives(wordIds.where(word.istartswith("aB9")), [[8]]);
    await gives(wordIds.where(word.istartswith("AB_", { autoescape: true })), [[4]]);
    await gives(wordIds.where(word.iendswith("9CDEFG")), [[8]]);
    await gives(wordIds.where(word.iendswith("E%FG", { autoescape: true })), [[6]]);
    await gives(wordIds.where(word.icontains("B9C")), [[8]]);
    await gives(wordIds.where(word.icontains("B/C", { autoescape: true })), [[2]]);
    await gives(wordIds.where(not(word.icontains("CDEFG"))), [[5], [6], [9]]);
    await gives(wordIds.where(not(word.istartswith("ABC"))).where(words.c.id.lt(5)), [[2], [3], [4]]);
    await gives(wordIds.where(not(word.iendswith("CDEFG"))), [[5], [6], [9]]);
  });

  test("FUN-13 without regard to the case of letters of any language", "unicodeIlike", async ({ values: check }) => {
    await check([literal("ÄRGER").ilike("ärger"), literal("straßE").istartswith("STRAß")], [true, true]);
  });

  test("FUN-13 regular expressions", "regexpMatch", async ({ gives, values: check }) => {
    const { word } = words.c;
    await gives(wordIds.where(word.regexpMatch("^ab[/%]c")), [[2], [3]]);
    await gives(wordIds.where(not(word.regexpMatch("^ab[a-z]"))).where(words.c.id.lt(5)), [[2], [3], [4]]);
    await gives(wordIds.where(word.regexpMatch(literal("^ab").concat("#"))), [[7]]);
    await check([literal("abc").regexpMatch("a.c"), literal("abc").regexpMatch("^c")], [true, false]);
  });

  test("FUN-13 flags of regular expressions", "regexpFlags", async ({ gives, values: check }) => {
    await gives(wordIds.where(words.c.word.regexpMatch("^AB9", { flags: "i" })), [[8]]);
    await gives(wordIds.where(not(words.c.word.regexpMatch("^AB", { flags: "i" }))), []);
    await check([literal("aXb").regexpReplace("x", "-", { flags: "i" })], ["a-b"]);
  });

  test("FUN-13 replacing by regular expressions", "regexpReplace", async ({ gives }) => {
    await gives(select(words.c.word.regexpReplace("[cd]+", "_")).where(words.c.id.eq(1)), [["ab_efg"]]);
    await gives(select(words.c.word.regexpReplace(literal("^a"), func.upper("x"))).where(words.c.id.eq(1)), [["Xbcdefg"]]);
  });

  test("FUN-14 full text search", "matchWithoutIndex", async ({ values: check }) => {
    await check([literal("the quick brown fox").match("foxes quick")], [true]);
    await check([not(literal("the quick brown fox").match("cow"))], [true]);
    await check([literal("the quick brown fox").match("fox", { postgresqlRegconfig: "english" })], [true]);
  });

  test("FUN-16 arithmetic", async ({ gives, values: check }) => {
    await gives(one(small.add(3), small.sub(3), small.mul(3), small.mod(4), small.neg()), [[10, 4, 21, 3, -7]]);
    await gives(one(small.add(small), small.sub(literal(1)).sub(1), literal(20).sub(small.sub(2)), small.mul(small.add(1))), [
      [14, 5, 15, 56],
    ]);
    await gives(one(exact.add("0.25"), exact.mul("2"), exact.neg()), [["1.75", "3.00", "-1.50"]], { literal: true });
    await gives(one(real.add(0.25), real.mul(3)), [[0.75, 1.5]]);
    await gives(one(large.add(1n), large.neg()), [[9007199254740994n, -9007199254740993n]]);
    await check([literal(7).sub(literal(2).sub(1)), literal(2).mul(literal(3).add(4))], [6, 14]);
    await gives(select(small.add(1), exact.mul("2")).where(numbers.c.id.eq(4)), [[null, null]]);
  });

  test("FUN-16 division is that of numbers, and floordiv() that of integers", async ({ gives, values: check, rows, expect }) => {
    // whether the result is exact, and so a text, is the affair of the database
    const numbersOf = async (statement: object): Promise<number[]> => ((await rows(statement)) as unknown[][])[0]!.map(Number);
    expect(await numbersOf(select(literal(15).truediv(10), literal(-15).truediv(10)))).toEqual([1.5, -1.5]);
    expect(await numbersOf(select(literal(5.52, t.float()).truediv(2.4)))).toEqual([2.3]);
    expect(await numbersOf(select(literal("15.0", t.numeric()).truediv(literal("10.0", t.numeric()))))).toEqual([1.5]);
    expect(await numbersOf(one(small.truediv(2), exact.truediv(small.add(1)), real.truediv(2)))).toEqual([3.5, 0.1875, 0.25]);
    await check([literal(15).floordiv(10), literal(14).floordiv(7), literal(6).floordiv(literal(2))], [1, 2, 3]);
    await gives(one(small.floordiv(2)), [[3]]);
    expect(await numbersOf(one(real.floordiv(0.2)))).toEqual([2]);
  });

  test("FUN-16 pow()", "pow", async ({ rows, expect }) => {
    const [row] = (await rows(one(small.pow(2), func.pow(small, 3)))) as unknown[][];
    expect(row!.map(Number)).toEqual([49, 343]);
  });

  test("FUN-16 bits", async ({ values: check, gives }) => {
    await check([literal(6).bitwiseAnd(3), literal(6).bitwiseOr(3), literal(6).bitwiseXor(3)], [2, 7, 5]);
    await check([literal(3).bitwiseLshift(2), literal(12).bitwiseRshift(2)], [12, 3]);
    await gives(one(small.bitwiseAnd(5), small.bitwiseOr(8), small.bitwiseXor(2)), [[5, 15, 5]]);
    await gives(one(small.bitwiseNot().bitwiseAnd(15), bitwiseNot(small).bitwiseAnd(8)), [[8, 8]]);
    await gives(one(small.bitwiseXor(small.bitwiseAnd(3)).add(1), small.bitwiseOr(small.bitwiseXor(15))), [[5, 15]]);
  });

  test("FUN-16 texts put together", async ({ gives, values: check }) => {
    const { name } = people.c;
    const ann = (...columns: readonly SelectArgument[]) => select(...columns).where(people.c.id.eq(1));
    await gives(ann(name.concat("!"), name.add("?"), literal("Ms ").concat(name), name.concat(name).concat("-")), [
      ["ann!", "ann?", "Ms ann", "annann-"],
    ]);
    await gives(ann(func.concat(name, "-", name)), [["ann-ann"]]);
    await check([literal("a").concat(null_())], [null]);
    await check([literal('it\'s 100% \\ "so" :x ?').concat("$1")], ['it\'s 100% \\ "so" :x ?$1']);
  });

  test("FUN-16 EXTRACT", async ({ gives, values: check }) => {
    const when = literal(new Date("2021-03-04T05:06:07Z"), t.dateTime());
    await check(
      ["year", "month", "day", "hour", "minute", "second"].map((field) => extract(field, when)),
      [2021, 3, 4, 5, 6, 7],
      // a date and time in quotes is a text where the database wants to be told
      { literal: false },
    );
    await check([extract("year", literal("2021-03-04", t.date())), func.extract("month", literal("2021-03-04", t.date()))], [2021, 3], {
      literal: false,
    });
    const { id } = people.c;
    await gives(select(id).where(id.eq(extract("month", when))), [[3]], { literal: false });
  });

  test("FUN-16 EXTRACT of the epoch and of days", "extractEpoch", async ({ values: check }) => {
    const when = literal(new Date("2021-03-04T05:06:07Z"), t.dateTime());
    await check([extract("epoch", when), extract("dow", when), extract("doy", when)], [1614834367, 4, 63], { literal: false });
  });

  test("FUN-05 CASE", async ({ gives }) => {
    const { id, name, points } = people.c;
    const ids = select(id).orderBy(id);
    await gives(ids.addColumns(case_([points.ge(20), "high"], [points.ge(10), "middle"], { else: "low" })).where(id.in([1, 2, 4])), [
      [1, "middle"],
      [2, "high"],
      [4, "low"],
    ]);
    await gives(ids.addColumns(case_({ ann: 1, bob: 2 }, { value: name, else: 0 })).where(id.le(3)), [
      [1, 1],
      [2, 2],
      [3, 0],
    ]);
    await gives(ids.addColumns(case_(new Map<unknown, unknown>([[1, "one"]]), { value: id })).where(id.le(2)), [
      [1, "one"],
      [2, null],
    ]);
    await gives(ids.where(case_([points.gt(5), true], { else: false })), [[1], [2], [3]]);
    await gives(select(func.sum(case_([points.gt(5), 1], { else: 0 }))), [[3]]);
    await gives(
      ids
        .orderBy(null)
        .orderBy(case_([name.eq("dan"), 0], { else: 1 }), id)
        .limit(2),
      [[4], [1]],
    );
  });

  test("TYP-12 CAST and type_coerce", async ({ gives, values: check }) => {
    await check([cast("12", t.integer()), cast(literal(12), t.string(10)), literal("3").cast(t.integer()).add(1)], [12, "12", 4]);
    await check([cast("1.25", t.numeric(10, 2)), literal(2).cast(t.float()).truediv(4)], ["1.25", 0.5]);
    await check([cast(null, t.integer())], [null]);
    await gives(select(typeCoerce(people.c.id, t.bigInteger())).where(people.c.id.eq(1)), [[1n]]);
    await gives(one(cast(small, t.float()), func.cast(small, t.bigInteger())), [[7, 7n]]);
  });

  test("TYP-12 TRY_CAST", "tryCast", async ({ values: check }) => {
    await check([tryCast("x", t.integer())], [null]);
  });

  test("FUN-17 custom operators", async ({ gives, values: check }) => {
    await check([literal(7).op("%")(4), literal(2).op<number>("*", { precedence: 8 })(3).add(1)], [3, 7]);
    const ids = select(numbers.c.id).orderBy(numbers.c.id);
    await gives(ids.where(small.boolOp(">")(5)), [[1]]);
    await gives(ids.where(small.op("<>", { isComparison: true, precedence: 5 })(7).and(small.gt(0))), [[3]]);
    await gives(ids.where(not(small.boolOp(">")(5))), [[2], [3]]);
    await gives(one(small.op("+", { type: t.float() } as never)(1)), [[8]]);
  });

  test("operators of expressions that have no table", async ({ values: check }) => {
    await check([literalColumn<number>("1 + 1", t.integer()).mul(3), literalColumn("'x'").concat("y")], [4, "xy"]);
    await check([cast(sql`${literal(2)} + ${3}`, t.integer())], [5]);
    await check([null_().is(null), literal("x").label("named")], [true, "x"]);
  });

  test("VALUES as a list for IN", "valuesInFrom", async ({ gives }) => {
    const pairs = values(column("a", t.integer()), column("b", t.integer())).data([
      [1, 20],
      [2, 20],
    ]);
    await gives(
      select(people.c.id)
        .where(tuple(people.c.teamId, people.c.points).in(pairs.scalarValues() as never))
        .orderBy(people.c.id),
      [[2], [3]],
    );
  });
});
