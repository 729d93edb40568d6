import { ArgumentError } from "../../errors.ts";
import {
  aggregateOrderBy,
  case_,
  distinct,
  funcfilter,
  literal,
  literalColumn,
  not,
  null_,
  typeCoerce,
  withinGroup,
} from "../../sql/elements/constructors.ts";
import { func } from "../../sql/functions/func.ts";
import { FunctionElement } from "../../sql/functions/function-element.ts";
import { GenericFunction, registerFunction } from "../../sql/functions/generic-function.ts";
import { select } from "../../sql/selectable/select.ts";
import { t } from "../../sql/types/factories.ts";
import { numbers, people, teams } from "./fixtures.ts";
import { group, type SuiteGroup } from "./group.ts";

const { id, name, teamId, points } = people.c;

registerFunction("suite_shout", (args) => new GenericFunction("upper", args, t.string()));

export const functionGroup: SuiteGroup = group("functions", ({ test }) => {
  test("FUN-01 any function by its name, and the types of known ones", async ({ gives, values }) => {
    await values(
      [
        func.lower("ABC"),
        func.upper("abc"),
        func.length("abcd"),
        func.char_length("äb"),
        func.coalesce(null_(), literal("x")),
        func.abs(-3, { type: t.integer() }),
      ],
      ["abc", "ABC", 4, 2, "x", 3],
    );
    await values(
      [func["replace"]!("abc", "b", "-", { type: t.string() }), func.nullif(literal(1), 1, { type: t.integer() })],
      ["a-c", null],
    );
    await values([func.concat("a", "b", "c")], ["abc"]);
    await gives(select(func.max(points), func.min(points), func.sum(points), func.count(points), func.count()), [[20, 5, 55, 4, 5]]);
    await gives(select(func.max(name), func.min(numbers.c.exact)).selectFrom(people).join(numbers, numbers.c.id.eq(id)), [
      ["dan", "-1.50"],
    ]);
    await gives(select(func.max(numbers.c.large), func.sum(numbers.c.exact), func.sum(numbers.c.real)), [[9007199254740993n, "0.10", 2]]);
    await gives(select(func.avg(points, { type: t.float() })), [[13.75]]);
    await gives(select(func.max(points)).where(id.gt(100)), [[null]]);
    await gives(select(func.count(distinct(points)), func.sum(distinct(points))), [[3, 35]]);
    await gives(select(func.count(teamId.distinct())), [[2]]);
    // a function that is made known
    await gives(select(func["suite_shout"]!(name)).where(id.eq(1)), [["ANN"]]);
    await gives(select(id).where(func.length(name).gt(2), func.lower(name).eq("ann")), [[1]]);
    await gives(
      select(func.upper(func.coalesce(teams.c.name, name)))
        .selectFrom(people)
        .outerjoin(teams)
        .where(id.ge(4))
        .orderBy(id),
      [["GREEN"], ["EVE"]],
    );
  });

  test("FUN-01 functions of date and time, of the user and of chance", async ({ rows, expect }) => {
    const [row] = (await rows(select(func.now(), func.current_timestamp(), func.current_date(), func.random(), func.localtimestamp()))) as [
      Date,
      Date,
      string,
      number,
      Date,
    ][];
    const [now, timestamp, date, random, local] = row!;
    expect([now instanceof Date, timestamp instanceof Date, local instanceof Date, typeof random]).toEqual([true, true, true, "number"]);
    expect(/^\d{4}-\d\d-\d\d$/.test(date)).toEqual(true);
    expect(Math.abs(timestamp.getTime() - Date.now()) < 86_400_000).toEqual(true);
  });

  test("FUN-01 a function that is run by itself", async ({ conn, gives, expect }) => {
    expect(await conn.scalar(func.upper("abc"))).toEqual("ABC");
    await gives(func.coalesce(literal("x"), "y"), [["x"]]);
    const seen: unknown[] = [];
    for await (const one of conn.streamScalars(func.lower("ABC"))) seen.push(one);
    expect(seen).toEqual(["abc"]);
  });

  test("FUN-01 CURRENT_TIME", async ({ rows, expect }) => {
    const [row] = (await rows(select(func.current_time()))) as string[][];
    expect(/^\d\d:\d\d:\d\d/.test(row![0]!)).toEqual(true);
  });

  test("FUN-01 LOCALTIME", "localtime", async ({ rows, expect }) => {
    const [row] = (await rows(select(func.localtime()))) as unknown[][];
    expect(row![0] !== null).toEqual(true);
  });

  test("FUN-01 a function as the comparison of two of its arguments", async ({ gives }) => {
    const isFirst = func.coalesce(id.eq(1), literal(false)).asComparison(1, 2);
    await gives(select(name).where(isFirst), [["ann"]]);
    await gives(select(name).where(not(isFirst)).orderBy(id).limit(1), [["bob"]]);
  });

  test("FUN-09 one column of a function that gives rows", "compositeFunctions", async ({ gives }) => {
    const pair = func.json_each(literalColumn(`'{"a": 1}'`));
    await gives(select(pair.scalarTableValued("key", t.string())), [["a"]]);
  });

  test("FUN-01 CURRENT_USER and SESSION_USER", "currentUser", async ({ rows, expect }) => {
    const [row] = (await rows(select(func.current_user(), func.session_user(), func.user()))) as string[][];
    expect(row!.every((user) => typeof user === "string" && user.length > 0)).toEqual(true);
  });

  test("FUN-01 an element of one's own that is a function", async ({ gives }) => {
    class Doubled extends FunctionElement<number> {
      static override readonly inheritCache = true;
      override readonly name = "doubled";
      override type = t.integer();
      override accept(
        compiler: Parameters<FunctionElement<number>["accept"]>[0],
        options: Parameters<FunctionElement<number>["accept"]>[1],
      ): string {
        return `(2 * ${compiler.process(this.clauses.clauses[0]!, options)})`;
      }
    }
    await gives(select(new Doubled([points])).where(id.eq(1)), [[20]]);
    await gives(
      select(new Doubled([points]).add(1))
        .orderBy(new Doubled([id]).desc())
        .limit(1),
      [[11]],
    );
  });

  test("FUN-02 FILTER behind an aggregate", "aggregateFilter", async ({ gives }) => {
    await gives(select(func.count().filter(points.gt(5)), func.sum(points).filter(teamId.eq(1), points.gt(10)), func.count()), [
      [3, 20, 5],
    ]);
    await gives(select(funcfilter(func.count(id), name.like("%n%"))), [[2]]);
    await gives(select(func.count(id).filter()), [[5]]);
    await gives(
      select(teamId, func.count().filter(points.is(null)).label("n"))
        .where(teamId.isNot(null))
        .groupBy(teamId)
        .orderBy(teamId),
      [
        [1, 0],
        [2, 1],
      ],
    );
  });

  test("FUN-02 texts of several rows put together", async ({ gives, rows, expect }) => {
    const [row] = (await rows(select(func.aggregate_strings(name, ", ")).where(id.lt(4)))) as string[][];
    expect(row![0]!.split(", ").sort()).toEqual(["ann", "bob", "cid"]);
    await gives(select(teamId, func.aggregate_strings(name, "'|'")).where(id.eq(1)).groupBy(teamId), [[1, "ann"]]);
    await gives(select(func.aggregate_strings(name, "-")).where(id.gt(100)), [[null]]);
  });

  test("FUN-02 texts of several rows in order", "aggregateStringsOrderBy", async ({ gives }) => {
    await gives(select(func.aggregate_strings(name, "-").aggregateOrderBy(id.desc())), [["eve-dan-cid-bob-ann"]]);
    await gives(select(func.aggregate_strings(name, "-").aggregateOrderBy(teamId.desc(), name)).where(teamId.isNot(null)), [
      ["cid-dan-ann-bob"],
    ]);
    await gives(
      select(teamId, aggregateOrderBy(func.aggregate_strings(name, ":"), name.desc()))
        .where(teamId.isNot(null))
        .groupBy(teamId)
        .orderBy(teamId),
      [
        [1, "bob:ann"],
        [2, "dan:cid"],
      ],
    );
  });

  test("FUN-02 ORDER BY and FILTER of one aggregate", ["aggregateFilter", "aggregateStringsOrderBy"], async ({ gives }) => {
    await gives(select(func.aggregate_strings(name, "-").aggregateOrderBy(id.desc()).filter(id.lt(4))), [["cid-bob-ann"]]);
    await gives(select(func.count(distinct(teamId)).filter(id.lt(3))), [[1]]);
  });

  test("FUN-02 ORDER BY inside of any aggregate", "aggregateOrderBy", async ({ gives }) => {
    await gives(select(func.sum(points).aggregateOrderBy(id.desc())), [[55]]);
  });

  test("FUN-02 arrays of several rows", "arrays", async ({ gives }) => {
    await gives(select(func.array_agg(id).aggregateOrderBy(id.desc())), [[[5, 4, 3, 2, 1]]]);
    await gives(select(func.array_agg(name).aggregateOrderBy(name).filter(teamId.eq(2))), [[["cid", "dan"]]]);
    await gives(select(func.array_agg(points).aggregateOrderBy(id)).where(id.ge(3)), [[[20, null, 5]]]);
    await gives(select(func.array_agg(distinct(teamId))).where(teamId.eq(1)), [[[1]]]);
  });

  test("FUN-03 WITHIN GROUP", "withinGroup", async ({ gives }) => {
    const known = points.isNot(null);
    await gives(select(func.percentile_disc(0.5).withinGroup(points)).where(known), [[10]]);
    await gives(select(func.percentile_disc(0.5).withinGroup(points.desc())).where(known), [[20]]);
    await gives(select(withinGroup(func.percentile_cont(0.5), numbers.c.real)), [[0.5]]);
    await gives(select(func.mode().withinGroup(points)).where(known), [[20]]);
    const quarters = func.percentile_disc(literal([0.25, 0.75], t.array(t.float()))).withinGroup(name);
    await gives(select(typeCoerce(quarters, t.array(t.string()))), [[["bob", "dan"]]], { literal: false });
    await gives(select(func.rank(10).withinGroup(points), func.dense_rank(20).withinGroup(points)).where(known), [[2, 3]]);
    await gives(
      select(teamId, func.percentile_disc(1).withinGroup(points)).where(known, teamId.isNot(null)).groupBy(teamId).orderBy(teamId),
      [
        [1, 20],
        [2, 20],
      ],
    );
  });

  test("FUN-03 GROUPING SETS and CUBE", "groupingSets", async ({ gives }) => {
    const two = select(teamId, points, func.count()).where(id.le(3));
    await gives(
      two.groupBy(func.grouping_sets(teamId, points)),
      [
        [1, null, 2],
        [2, null, 1],
        [null, 10, 1],
        [null, 20, 2],
      ],
      { anyOrder: true },
    );
    await gives(
      select(teamId, points, func.count(), func.grouping(teamId, points, { type: t.integer() }))
        .where(id.le(2))
        .groupBy(func.cube(teamId, points)),
      [
        [1, 10, 1, 0],
        [1, 20, 1, 0],
        [1, null, 2, 1],
        [null, 10, 1, 2],
        [null, 20, 1, 2],
        [null, null, 2, 3],
      ],
      { anyOrder: true },
    );
  });

  test("FUN-03 ROLLUP", "rollup", async ({ gives }) => {
    await gives(
      select(teamId, func.sum(points)).where(id.le(3)).groupBy(func.rollup(teamId)),
      [
        [1, 30],
        [2, 20],
        [null, 50],
      ],
      { anyOrder: true },
    );
  });

  test("plain values beside expressions are of their type", async ({ gives }) => {
    const { exact } = numbers.c;
    await gives(select(func.coalesce(exact, "0.25")).where(numbers.c.id.ge(3)).orderBy(numbers.c.id), [["0.10"], ["0.25"]]);
    const day = literal("2021-03-04", t.date());
    await gives(
      select(func.coalesce(day, "2020-01-01"), case_([literal(1).eq(2), day], { else: "2020-01-01" })),
      [["2021-03-04", "2020-01-01"]],
      {
        literal: false,
      },
    );
  });

  test("FUN-02 conditions inside of aggregates", async ({ gives }) => {
    await gives(select(func.sum(case_([points.gt(5), 1], { else: 0 })), func.count(case_([points.gt(5), 1]))), [[3, 3]]);
    await gives(select(func.sum(points.add(1)).label("total"), func.sum(points).add(1)), [[59, 56]]);
  });

  test("options that a function has not are refused", async ({ expect }) => {
    let message = "";
    try {
      func["replace"]!("x", "y", { other: 1 });
    } catch (error) {
      message = error instanceof ArgumentError ? error.message : String(error);
    }
    expect(message.includes('no option "other"')).toEqual(true);
  });
});
