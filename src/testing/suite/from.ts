import { column, literal, literalColumn } from "../../sql/elements/constructors.ts";
import { func } from "../../sql/functions/func.ts";
import { lateral, tablesample, values } from "../../sql/selectable/constructors.ts";
import type { Values } from "../../sql/selectable/values.ts";
import { select } from "../../sql/selectable/select.ts";
import { t } from "../../sql/types/factories.ts";
import { people, teams } from "./fixtures.ts";
import { group, type SuiteGroup } from "./group.ts";

const { id, name, teamId } = people.c;

export const fromGroup: SuiteGroup = group("what can be selected from", ({ test }) => {
  test("FUN-09 VALUES", "valuesInFrom", async ({ gives }) => {
    const listed = values(column("a", t.integer()), column("b", t.string(10)), { name: "listed" })
      .data([
        [1, "x"],
        [2, "it's"],
      ])
      .data([[3, null]]);
    await gives(select(listed).orderBy(listed.c["a"]!), [
      [1, "x"],
      [2, "it's"],
      [3, null],
    ]);
    await gives(select(name, listed.c["b"]!).join(listed, listed.c["a"]!.eq(id)).where(listed.c["a"]!.lt(3)).orderBy(id), [
      ["ann", "x"],
      ["bob", "it's"],
    ]);
    const twice: Values = listed.alias("twice");
    await gives(select(twice.c["a"]!).where(twice.c["b"]!.eq("x")), [[1]]);
    const literals = values(column("a", t.integer()), { name: "literals", literalBinds: true }).data([[1], [2]]);
    await gives(select(func.sum(literals.c["a"]!)), [[3]]);
    const anonymous = values(column("a", t.integer()))
      .data([[4], [4]])
      .alias() as Values;
    await gives(select(anonymous.c["a"]!), [[4], [4]]);
    await gives(select(listed.c["a"]!.add(1)).where(listed.c["a"]!.eq(literal(1))), [[2]]);
  });

  test("FUN-08 LATERAL", "lateral", async ({ gives }) => {
    const first = select(name.label("first_name")).where(teamId.eq(teams.c.id)).orderBy(id).limit(1).lateral("first_member");
    await gives(select(teams.c.name, first.c["first_name"]!).join(first, literal(true)).orderBy(teams.c.id), [
      ["red", "ann"],
      ["green", "cid"],
    ]);
    await gives(select(teams.c.name, first.c["first_name"]!).outerjoin(first, literal(true)).orderBy(teams.c.id), [
      ["red", "ann"],
      ["green", "cid"],
      ["blue", null],
    ]);
    const counted = lateral(select(func.count().label("n")).selectFrom(people).where(teamId.eq(teams.c.id)), { name: "counted" });
    await gives(select(teams.c.id, counted.c["n"]!).selectFrom(teams, counted).orderBy(teams.c.id), [
      [1, 2],
      [2, 2],
      [3, 0],
    ]);
  });

  test("FUN-08 LATERAL VALUES", ["lateral", "valuesInFrom"], async ({ gives }) => {
    const both = values(column("n", t.integer()), { name: "both_of_them" })
      .data([[teams.c.id], [teams.c.id.mul(10)]])
      .lateral();
    await gives(select(both.c["n"]!).selectFrom(teams, both).where(teams.c.id.lt(3)).orderBy(both.c["n"]!), [[1], [2], [10], [20]], {
      literal: false,
    });
  });

  test("FUN-09 a function of rows with named columns", "jsonEach", async ({ gives }) => {
    const pairs = func.json_each(literalColumn('\'{"a": 1, "b": 2}\'')).tableValued(column("key", t.string()), "value", { name: "pairs" });
    await gives(select(pairs.c["key"]!).orderBy(pairs.c["key"]!), [["a"], ["b"]]);
    await gives(select(name, pairs.c["key"]!).selectFrom(people, pairs).where(id.eq(1)).orderBy(pairs.c["key"]!), [
      ["ann", "a"],
      ["ann", "b"],
    ]);
    const again = pairs.alias("again");
    await gives(
      select((again as typeof pairs).c["key"]!)
        .orderBy((again as typeof pairs).c["key"]!)
        .limit(1),
      [["a"]],
    );
  });

  test("FUN-09 a function of one column", "generateSeries", async ({ gives }) => {
    const series = func.generate_series(1, 3, { type: t.integer() });
    const n = series.columnValued("n");
    await gives(select(n).orderBy(n), [[1], [2], [3]]);
    const x = series.alias("x").column;
    await gives(select(x, x.add(1)).where(x.eq(2)), [[2, 3]]);
    const named = series.tableValued(column("value", t.integer()), { name: "named" }).renderDerived();
    await gives(select(named.c["value"]!).where(named.c["value"]!.gt(1)), [[2], [3]]);
    const typed = func
      .json_to_recordset(literalColumn('\'[{"a": 1, "b": "x"}]\''))
      .tableValued(column("a", t.integer()), column("b", t.string()))
      .renderDerived({ name: "typed", withTypes: true });
    await gives(select(typed.c["a"]!, typed.c["b"]!), [[1, "x"]]);
    const lateralSeries = func
      .generate_series(1, teams.c.id, { type: t.integer() })
      .tableValued(column("n", t.integer()))
      .renderDerived({ name: "upto" })
      .lateral("upto");
    await gives(
      select(teams.c.id, lateralSeries.c["n"]!)
        .selectFrom(teams)
        .join(lateralSeries, literal(true))
        .where(teams.c.id.lt(3))
        .orderBy(teams.c.id, lateralSeries.c["n"]!),
      [
        [1, 1],
        [2, 1],
        [2, 2],
      ],
    );
    // a row as one value
    await gives(select(func.generate_series(5, 6, { type: t.integer() })), [[5], [6]]);
  });

  test("FUN-09 WITH ORDINALITY", "ordinality", async ({ gives }) => {
    const counted = func
      .generate_series(10, 12, { type: t.integer() })
      .tableValued(column("value", t.integer()), { withOrdinality: "place", name: "counted" })
      .renderDerived();
    await gives(select(counted.c["value"]!, counted.c["place"]!.cast(t.integer())).orderBy(counted.c["place"]!), [
      [10, 1],
      [11, 2],
      [12, 3],
    ]);
  });

  test("SEL-12 TABLESAMPLE", "tablesample", async ({ gives }) => {
    const all = tablesample(people, func["bernoulli"]!(100), { name: "sample", seed: literal(3) });
    await gives(select(func.count()).selectFrom(all), [[5]]);
    await gives(select(all.c["name"]!).where(all.c["id"]!.eq(1)), [["ann"]]);
    const none = people.tablesample(0);
    await gives(select(none.c["id"]!), []);
  });
});
