import { InvalidRequestError } from "../../errors.ts";
import {
  allOf,
  and,
  anyOf,
  asc,
  bindparam,
  collate,
  column,
  desc,
  distinct,
  false_,
  literal,
  literalColumn,
  not,
  nullsFirst,
  nullsLast,
  or,
  true_,
} from "../../sql/elements/constructors.ts";
import { func } from "../../sql/functions/func.ts";
import type { ColumnRecord, Columns } from "../../sql/selectable/column-collection.ts";
import { alias, join, outerjoin, table } from "../../sql/selectable/constructors.ts";
import { exists } from "../../sql/selectable/exists.ts";
import { LABEL_STYLE_DISAMBIGUATE_ONLY, LABEL_STYLE_NONE, LABEL_STYLE_TABLENAME_PLUS_COL } from "../../sql/selectable/label-style.ts";
import { select } from "../../sql/selectable/select.ts";
import { t } from "../../sql/types/factories.ts";
import { people, peopleRows, teams, words } from "./fixtures.ts";
import { group, type SuiteGroup } from "./group.ts";

const names = select(people.c.name);

export const selectGroup: SuiteGroup = group("SELECT", ({ test }) => {
  test("SEL-01 columns, tables, expressions and objects", async ({ gives, expect, rows }) => {
    await gives(select(people.c.id, people.c.name).where(people.c.id.lt(3)).orderBy(people.c.id), [
      [1, "ann"],
      [2, "bob"],
    ]);
    await gives(select(teams).orderBy(teams.c.id), [
      [1, "red"],
      [2, "green"],
      [3, "blue"],
    ]);
    await gives(select({ who: people.c.name, twice: people.c.points.mul(2) }).where(people.c.id.eq(1)), [{ who: "ann", twice: 20 }]);
    await gives(teams.select().where(teams.c.id.eq(3)), [[3, "blue"]]);
    await gives(select(literal(1).label("one"), literal("x"), literalColumn("2", t.integer())), [[1, "x", 2]]);
    await gives(func.lower("ABC").select(), [["abc"]]);

    // a statement is never changed by what is made of it
    const all = select(teams.c.id).orderBy(teams.c.id);
    const fewer = all.where(teams.c.id.gt(2));
    expect(await rows(fewer)).toEqual([[3]]);
    expect(await rows(all)).toEqual([[1], [2], [3]]);
  });

  test("SEL-02 conditions by AND, OR and NOT, and by names", async ({ gives }) => {
    const by = names.orderBy(people.c.id);
    await gives(by.where(and(people.c.teamId.eq(1), people.c.points.gt(10))), [["bob"]]);
    await gives(by.where(or(people.c.teamId.eq(1), people.c.name.eq("eve"))), [["ann"], ["bob"], ["eve"]]);
    await gives(by.where(not(or(people.c.teamId.eq(1), people.c.name.eq("eve")))), [["cid"], ["dan"]]);
    await gives(by.where(people.c.teamId.eq(1).and(people.c.points.eq(20).or(people.c.points.eq(5)))), [["bob"]]);
    await gives(by.where(people.c.teamId.eq(1).not()), [["cid"], ["dan"]]);
    await gives(by.where(people.c.id.gt(1)).where(people.c.id.lt(4)), [["bob"], ["cid"]]);
    await gives(by.filter(people.c.id.gt(3)), [["dan"], ["eve"]]);
    await gives(by.filterBy({ teamId: 2, points: 20 }), [["cid"]]);
    await gives(by.where(people.c.points.is(null)), [["dan"]]);
    await gives(by.where(people.c.points.isNot(null)), [["ann"], ["bob"], ["cid"], ["eve"]]);
    await gives(by.where(and(true, people.c.id.eq(1))), [["ann"]]);
    await gives(by.where(or(false, people.c.id.eq(1))), [["ann"]]);
    await gives(by.where(and(false, people.c.id.eq(1))), []);
    await gives(by.where(false_()), []);
    await gives(by.where(true_()).limit(1), [["ann"]]);
  });

  test("SEL-03 joins by foreign keys and by conditions", async ({ gives }) => {
    const pairs = select(people.c.name, teams.c.name).orderBy(people.c.id);
    const inner = [
      ["ann", "red"],
      ["bob", "red"],
      ["cid", "green"],
      ["dan", "green"],
    ];
    await gives(pairs.join(teams), inner);
    await gives(pairs.joinFrom(people, teams), inner);
    await gives(pairs.selectFrom(people.join(teams)), inner);
    await gives(pairs.selectFrom(join(people, teams)), inner);
    await gives(pairs.join(teams, teams.c.id.eq(people.c.teamId)), inner);
    await gives(pairs.where(people.c.teamId.eq(teams.c.id)), inner);
    await gives(pairs.outerjoin(teams), [...inner, ["eve", null]]);
    await gives(pairs.outerjoinFrom(people, teams), [...inner, ["eve", null]]);
    await gives(pairs.join(teams, { isouter: true }), [...inner, ["eve", null]]);
    await gives(pairs.selectFrom(people.outerjoin(teams)), [...inner, ["eve", null]]);
    await gives(pairs.selectFrom(outerjoin(people, teams)), [...inner, ["eve", null]]);
    await gives(pairs.join(teams, teams.c.id.eq(people.c.teamId).and(teams.c.name.eq("red"))), inner.slice(0, 2));
    await gives(pairs.join(teams, literal(true)).where(people.c.id.eq(1)).orderBy(teams.c.id), [
      ["ann", "red"],
      ["ann", "green"],
      ["ann", "blue"],
    ]);
    await gives(pairs.outerjoin(teams, literal(false)).where(people.c.id.eq(1)), [["ann", null]]);
    // a join in brackets on the right side
    const bosses = people.alias("bosses");
    const nested = bosses.join(teams, bosses.c.teamId.eq(teams.c.id));
    await gives(
      select(people.c.name, bosses.c.name, teams.c.name)
        .selectFrom(people.outerjoin(nested, people.c.bossId.eq(bosses.c.id)))
        .where(people.c.id.in([1, 4]))
        .orderBy(people.c.id),
      [
        ["ann", null, null],
        ["dan", "bob", "red"],
      ],
    );
  });

  test("SEL-03 a FULL OUTER JOIN", "fullOuterJoin", async ({ gives }) => {
    const unmatched = select(people.c.name, teams.c.name).where(or(people.c.id.is(null), teams.c.id.is(null)));
    await gives(
      unmatched.selectFrom(people.join(teams, { full: true })),
      [
        ["eve", null],
        [null, "blue"],
      ],
      { anyOrder: true },
    );
    await gives(
      unmatched.outerjoinFrom(people, teams, { full: true }),
      [
        ["eve", null],
        [null, "blue"],
      ],
      { anyOrder: true },
    );
  });

  test("SEL-04 aliases, self-joins and derived tables", async ({ gives }) => {
    const bosses = alias(people, "bosses");
    await gives(select(people.c.name, bosses.c["name"]!).join(bosses, people.c.bossId.eq(bosses.c["id"]!)).orderBy(people.c.id), [
      ["bob", "ann"],
      ["cid", "ann"],
      ["dan", "bob"],
      ["eve", "bob"],
    ]);
    // names are made for those that have none
    const one = people.alias();
    const two = people.alias();
    await gives(select(one.c.id, two.c.id).where(one.c.id.eq(two.c.bossId)).where(two.c.id.eq(5)), [[2, 5]]);

    const totals = select({ team: people.c.teamId, total: func.sum(people.c.points) })
      .groupBy(people.c.teamId)
      .subquery("totals");
    await gives(select(teams.c.name, totals.c["total"]!).join(totals, totals.c["team"]!.eq(teams.c.id)).orderBy(teams.c.id), [
      ["red", 30],
      ["green", 20],
    ]);
    const inner = select(people.c.id.label("n")).where(people.c.id.lt(4)).alias("inner_");
    await gives(select(func.max(column("n", t.integer()))).selectFrom(inner), [[3]]);
    // subqueries of subqueries, and expressions without a name in them
    const sums = select(people.c.points.add(1), people.c.points.add(2)).where(people.c.id.eq(1)).subquery();
    await gives(select(select(sums).subquery()), [[11, 12]]);
  });

  test("SEL-04 a table that is only known by its name", async ({ gives }) => {
    const teamsByName = table("teams", column("id", t.integer()), column("name", t.string()));
    await gives(select(teamsByName.c["name"]!).where(teamsByName.c["id"]!.eq(2)), [["green"]]);
    await gives(select(column("name")).selectFrom(table("teams")).where(column("id").eq(1)), [["red"]]);
  });

  test("SEL-05 GROUP BY and HAVING", async ({ gives }) => {
    const counts = select(people.c.teamId, func.count(), func.sum(people.c.points)).groupBy(people.c.teamId);
    await gives(counts.where(people.c.teamId.isNot(null)).orderBy(people.c.teamId), [
      [1, 2, 30],
      [2, 2, 20],
    ]);
    await gives(counts.having(func.sum(people.c.points).gt(20)), [[1, 2, 30]]);
    await gives(counts.having(func.count(people.c.points).eq(2)).having(func.count().eq(2)), [[1, 2, 30]]);
    const half = people.c.id.mod(2).label("half");
    await gives(select(half, func.count()).groupBy(half).orderBy(half), [
      [0, 2],
      [1, 3],
    ]);
    await gives(select(half, func.count()).groupBy("half").orderBy(desc("half")), [
      [1, 3],
      [0, 2],
    ]);
    await gives(select(people.c.teamId).groupBy(people.c.teamId).groupBy(null).orderBy(people.c.id).limit(1), [[1]]);
  });

  test("SEL-05 ORDER BY columns, labels and expressions", async ({ gives }) => {
    const double = people.c.points.mul(-2).label("double_points");
    const known = select(people.c.id, double).where(people.c.points.isNot(null));
    await gives(known.orderBy(double, people.c.id.desc()), [
      [3, -40],
      [2, -40],
      [1, -20],
      [5, -10],
    ]);
    await gives(known.orderBy(double.desc(), people.c.id.asc()).limit(1), [[5, -10]]);
    await gives(known.orderBy("double_points", desc(people.c.id)).limit(1), [[3, -40]]);
    await gives(known.orderBy(desc("double_points"), asc(people.c.id)).limit(1), [[5, -10]]);
    await gives(known.orderBy(double.add(1), people.c.id).limit(1), [[2, -40]]);
    await gives(known.orderBy(people.c.id).orderBy(null).orderBy(people.c.id.desc()).limit(1), [[5, -10]]);
    await gives(select(people.c.name).orderBy(func.lower(people.c.name).desc()).limit(1), [["eve"]]);
  });

  test("SEL-05 NULLS FIRST and NULLS LAST", "nullsOrdering", async ({ gives }) => {
    const { points, id } = people.c;
    await gives(select(id).orderBy(points.nullsFirst(), id), [[4], [5], [1], [2], [3]]);
    await gives(select(id).orderBy(points.desc().nullsLast(), id), [[2], [3], [1], [5], [4]]);
    await gives(select(id).orderBy(nullsFirst(points.desc()), id), [[4], [2], [3], [1], [5]]);
    await gives(select(id).orderBy(nullsLast(points), id), [[5], [1], [2], [3], [4]]);
    await gives(
      select(id, points.label("p"))
        .orderBy(nullsLast(desc("p")), id)
        .limit(1),
      [[2, 20]],
    );
  });

  test("SEL-05 COLLATE in ORDER BY", "binaryCollation", async ({ gives, requirements }) => {
    const collation = requirements.binaryCollation!;
    const two = select(words.c.id).where(words.c.id.in([1, 8]));
    await gives(two.orderBy(words.c.word.collate(collation)), [[8], [1]]);
    await gives(two.orderBy(collate(words.c.word, collation).desc()), [[1], [8]]);
    await gives(two.where(words.c.word.collate(collation).eq("ab9cdefg")), []);
  });

  test("SEL-05 COLLATE without regard to case", "caselessCollation", async ({ gives, requirements }) => {
    const word = words.c.word.collate(requirements.caselessCollation!);
    await gives(select(words.c.id).where(word.eq("ab9CDEFG")), [[8]]);
    await gives(
      select(words.c.id)
        .where(words.c.id.in([1, 8]))
        .orderBy(word),
      [[8], [1]],
    );
  });

  test("SEL-06 LIMIT and OFFSET", async ({ gives }) => {
    const ids = select(people.c.id).orderBy(people.c.id);
    await gives(ids.limit(2), [[1], [2]]);
    await gives(ids.offset(3), [[4], [5]]);
    await gives(ids.limit(2).offset(1), [[2], [3]]);
    await gives(ids.limit(0), []);
    await gives(ids.limit(2).offset(0), [[1], [2]]);
    await gives(ids.limit(100).offset(4), [[5]]);
    await gives(ids.slice(1, 3), [[2], [3]]);
    await gives(ids.slice(1, 4).slice(1, 2), [[3]]);
    await gives(ids.limit(2).limit(null), [[1], [2], [3], [4], [5]]);
    // of the inner and of the outer statement
    const inner = ids.limit(4).offset(1).subquery();
    await gives(select(inner).orderBy(inner.c["id"]!.desc()).limit(2).offset(1), [[4], [3]]);
  });

  test("SEL-06 LIMIT and OFFSET by parameters", async ({ gives, rows, expect }) => {
    const page = select(people.c.id)
      .orderBy(people.c.id)
      .limit(bindparam("size", undefined, { type: t.integer() }))
      .offset(bindparam("from", undefined, { type: t.integer() }));
    await gives(page, [[2], [3]], { params: { size: 2, from: 1 } });
    expect(await rows(page, { size: 1, from: 4 })).toEqual([[5]]);
  });

  test("SEL-06 LIMIT and OFFSET by expressions", "limitExpressions", async ({ gives }) => {
    const ids = select(people.c.id).orderBy(people.c.id);
    await gives(ids.limit(literal(1).add(1)), [[1], [2]]);
    await gives(ids.limit(literalColumn("1 + 1")).offset(literalColumn("1 + 2")), [[4], [5]]);
    await gives(ids.limit(literal(1).add(1)).offset(2), [[3], [4]]);
    await gives(ids.limit(2).offset(literal(1).add(1)).slice(1, 2), [[4]]);
  });

  test("SEL-06 FETCH FIRST", "fetch", async ({ gives, has }) => {
    const ids = select(people.c.id).orderBy(people.c.id);
    await gives(ids.fetch(2), [[1], [2]]);
    await gives(ids.fetch(2).offset(2), [[3], [4]]);
    if (has("limitExpressions")) await gives(ids.fetch(literal(1).add(1)).offset(literal(1)), [[2], [3]]);
    await gives(ids.fetch(2).limit(1), [[1]]);
    await gives(ids.limit(1).fetch(3), [[1], [2], [3]]);
  });

  test("SEL-06 FETCH FIRST WITH TIES", "fetchTies", async ({ gives }) => {
    const best = select(people.c.id).where(people.c.points.isNot(null)).orderBy(people.c.points.desc());
    await gives(best.fetch(1, { withTies: true }), [[2], [3]], { anyOrder: true });
    await gives(best.fetch(1, { withTies: true }).offset(2), [[1]]);
  });

  test("SEL-06 FETCH FIRST PERCENT", "fetchPercent", async ({ gives }) => {
    const ids = select(people.c.id).orderBy(people.c.id);
    await gives(ids.fetch(40, { percent: true }), [[1], [2]]);
    await gives(ids.fetch(20, { percent: true, withTies: true }), [[1]]);
  });

  test("SEL-07 DISTINCT", async ({ gives }) => {
    await gives(select(people.c.teamId).where(people.c.teamId.isNot(null)).distinct().orderBy(people.c.teamId), [[1], [2]]);
    await gives(select(func.count(distinct(people.c.teamId)), func.count(people.c.points.distinct())), [[2, 3]]);
  });

  test("SEL-07 DISTINCT ON", "distinctOn", async ({ gives }) => {
    const best = select(people.c.teamId, people.c.name).where(people.c.teamId.isNot(null));
    await gives(best.distinct(people.c.teamId).orderBy(people.c.teamId, people.c.id.desc()), [
      [1, "bob"],
      [2, "dan"],
    ]);
  });

  test("SEL-08 scalar subqueries anywhere, correlated or not", async ({ gives }) => {
    const most = select(func.max(people.c.points)).scalarSubquery();
    await gives(select(most), [[20]]);
    await gives(names.where(people.c.points.eq(most)).orderBy(people.c.id), [["bob"], ["cid"]]);
    const size = select(func.count()).selectFrom(people).where(people.c.teamId.eq(teams.c.id)).scalarSubquery();
    await gives(select(teams.c.name, size.label("size")).orderBy(teams.c.id), [
      ["red", 2],
      ["green", 2],
      ["blue", 0],
    ]);
    await gives(select(teams.c.name).where(size.eq(0)), [["blue"]]);
    await gives(select(teams.c.name).orderBy(size, teams.c.id).limit(1), [["blue"]]);
    await gives(select(teams.c.name, size.add(1)).where(teams.c.id.eq(1)), [["red", 3]]);
    // told what to correlate, and what not
    const others = people.alias("others");
    const better = select(func.count()).selectFrom(others).where(others.c.points.gt(people.c.points));
    await gives(
      select(people.c.name, better.correlate(people).scalarSubquery())
        .where(people.c.id.in([1, 5]))
        .orderBy(people.c.id),
      [
        ["ann", 2],
        ["eve", 3],
      ],
    );
    await gives(
      select(people.c.name, better.correlateExcept(others).label("better"))
        .where(people.c.id.in([1, 5]))
        .orderBy(people.c.id),
      [
        ["ann", 2],
        ["eve", 3],
      ],
    );
    const everywhere = select(func.count(teams.c.id)).correlate(null).scalarSubquery();
    await gives(select(teams.c.id, everywhere).where(teams.c.id.eq(1)), [[1, 3]]);
  });

  test("SEL-09 EXISTS and IN with subqueries", async ({ gives }) => {
    const members = select(people.c.id).where(people.c.teamId.eq(teams.c.id));
    const inTeam = select(teams.c.name).orderBy(teams.c.id);
    await gives(inTeam.where(members.exists()), [["red"], ["green"]]);
    await gives(inTeam.where(not(members.exists())), [["blue"]]);
    await gives(inTeam.where(exists(people.c.id).where(people.c.teamId.eq(teams.c.id))), [["red"], ["green"]]);
    await gives(inTeam.where(exists().where(people.c.teamId.eq(teams.c.id)).not()), [["blue"]]);
    await gives(inTeam.where(exists(members).selectFrom(people)), [["red"], ["green"]]);
    await gives(select(exists(select(people.c.id).where(people.c.name.eq("ann")))), [[true]]);
    await gives(exists(select(people.c.id).where(people.c.name.eq("nobody"))).select(), [[false]]);
    const ids = select(people.c.teamId).where(people.c.teamId.isNot(null));
    await gives(inTeam.where(teams.c.id.in(ids)), [["red"], ["green"]]);
    await gives(inTeam.where(teams.c.id.notIn(ids)), [["blue"]]);
    await gives(inTeam.where(teams.c.id.in(ids.subquery().select())), [["red"], ["green"]]);
  });

  test("SEL-09 ANY and ALL of subqueries", "anyAllSubqueries", async ({ gives }) => {
    const points = select(people.c.points).where(people.c.points.isNot(null)).scalarSubquery();
    await gives(names.where(people.c.points.ge(allOf(points))).orderBy(people.c.id), [["bob"], ["cid"]]);
    await gives(names.where(people.c.points.eq(anyOf(points))).orderBy(people.c.id), [["ann"], ["bob"], ["cid"], ["eve"]]);
    await gives(names.where(people.c.points.lt(points.anyOf())).orderBy(people.c.id), [["ann"], ["eve"]]);
    await gives(names.where(people.c.points.le(points.allOf())), [["eve"]]);
    await gives(names.where(people.c.points.ge(func.all(points))).orderBy(people.c.id), [["bob"], ["cid"]]);
    await gives(names.where(people.c.points.lt(func.any(points))).orderBy(people.c.id), [["ann"], ["eve"]]);
    await gives(names.where(people.c.points.lt(func.some(points))).orderBy(people.c.id), [["ann"], ["eve"]]);
  });

  test("SEL-11 FOR UPDATE and its variants", async ({ gives }) => {
    const row = select(people.c.name).where(people.c.id.eq(1));
    for (const options of [
      {},
      { read: true },
      { nowait: true },
      { skipLocked: true },
      { read: true, nowait: true },
      { read: true, skipLocked: true },
      { keyShare: true },
      { keyShare: true, read: true },
      { of: people },
      { of: people.c.name },
      { of: [people], skipLocked: true },
    ]) {
      await gives(row.withForUpdate(options), [["ann"]]);
    }
    await gives(
      select(people.c.name, teams.c.name)
        .join(teams)
        .where(people.c.id.eq(1))
        .withForUpdate({ of: [people, teams] }),
      [["ann", "red"]],
    );
  });

  test("SEL-12 prefixes, suffixes and hints", async ({ gives, dialect }) => {
    const row = select(people.c.name).where(people.c.id.eq(1));
    await gives(row.prefixWith("/* before */"), [["ann"]]);
    await gives(row.prefixWith("/* not here */ nonsense", { dialect: "no such dialect" }), [["ann"]]);
    await gives(row.suffixWith("/* behind */"), [["ann"]]);
    await gives(row.prefixWith("ALL"), [["ann"]]);
    await gives(row.withHint(people, "nonsense", "no such dialect"), [["ann"]]);
    // what databases have of them: each is for its own
    const hinted = row.withHint(people, "ONLY", "postgresql").withHint(people, "USE INDEX (PRIMARY)", "mariadb");
    await gives(hinted, [["ann"]]);
    await gives(hinted.join(teams).withHint(teams, "ONLY", "postgresql").withHint(teams, "USE INDEX (PRIMARY)", "mariadb"), [["ann"]]);
    const aliased = people.alias("hinted");
    await gives(select(aliased.c.name).where(aliased.c.id.eq(2)).withHint(aliased, "USE INDEX (PRIMARY)", "mariadb"), [["bob"]]);
    await gives(row.withStatementHint("/* hint */", dialect.name), [["ann"]]);
    await gives(row.withStatementHint("nonsense", "no such dialect"), [["ann"]]);
  });

  test("SEL-13 columns and FROM elements of a statement that is made", async ({ gives, expect }) => {
    const joined = select(people.c.id, people.c.name).join(teams).where(teams.c.name.eq("red")).orderBy(people.c.id);
    await gives(joined.addColumns(teams.c.name), [
      [1, "ann", "red"],
      [2, "bob", "red"],
    ]);
    await gives(joined.column(literal(9)).limit(1), [[1, "ann", 9]]);
    await gives(joined.withOnlyColumns(func.count()).selectFrom(people).orderBy(null), [[2]]);
    await gives(joined.withOnlyColumns(teams.c.name).distinct().orderBy(null), [["red"]]);
    await gives(select(people.c.id).withOnlyColumns(literal(1), { maintainColumnFroms: true }).limit(1), [[1]]);
    await gives(joined.withOnlyColumns({ who: people.c.name }), [{ who: "ann" }, { who: "bob" }]);
    expect(Object.keys(joined.selectedColumns)).toEqual(["id", "name"]);
    expect(joined.getFinalFroms().length).toEqual(1);
    expect(select(people.c.id, teams.c.id).columnsClauseFroms.map((from) => from.description)).toEqual(["people", "teams"]);
  });

  test("SEL-13 names of columns in each style", async ({ conn, expect }) => {
    const both = select(people.c.id, teams.c.id, people.c.name).join(teams).where(people.c.id.eq(3));
    const keys = async (statement: typeof both): Promise<readonly string[]> => (await conn.execute(statement)).keys();
    expect(await keys(both.setLabelStyle(LABEL_STYLE_TABLENAME_PLUS_COL))).toEqual(["people_id", "teams_id", "people_name"]);
    expect(await keys(both.setLabelStyle(LABEL_STYLE_DISAMBIGUATE_ONLY))).toEqual(["id", "id_1", "name"]);
    expect(await conn.execute(both.setLabelStyle(LABEL_STYLE_NONE)).all()).toEqual([[3, 2, "cid"]]);
    const sub = both.setLabelStyle(LABEL_STYLE_TABLENAME_PLUS_COL).subquery();
    // the types know the columns by the names that they have by themselves
    expect(await conn.execute(select((sub.c as unknown as Columns<ColumnRecord>)["teams_id"]!)).all()).toEqual([[2]]);
  });

  test("SEL-20 one statement on every dialect, with its values bound or written out", async ({ gives }) => {
    const statement = select(
      people.c.name.concat("!").label("loud"),
      people.c.points.add(1).label("more"),
      func.coalesce(people.c.points, 0).label("known"),
    )
      .where(people.c.name.in(["ann", "dan"]), people.c.id.between(1, 4))
      .orderBy(people.c.id)
      .limit(5)
      .offset(0);
    await gives(statement, [
      ["ann!", 11, 10],
      ["dan!", null, 0],
    ]);
  });

  test("SEL-13 columns that repeat others are left out", async ({ gives }) => {
    const both = select(teams.c.id, people.c.teamId, people.c.name).join(people).where(people.c.id.lt(3)).orderBy(people.c.id);
    await gives(both.reduceColumns({ onlySynonyms: false }), [
      [1, "ann"],
      [1, "bob"],
    ]);
    await gives(both.reduceColumns(), [
      [1, 1, "ann"],
      [1, 1, "bob"],
    ]);
  });

  test("a join that cannot be told is refused before anything is sent", async ({ fails, conn }) => {
    await fails(InvalidRequestError, () => conn.execute(select(literal(1)).join(teams)));
  });

  test("all rows of the fixtures are there", async ({ gives }) => {
    await gives(
      select(people).orderBy(people.c.id),
      peopleRows.map((row) => Object.values(row)),
    );
  });
});
