import { bindparam, case_ } from "../../sql/elements/constructors.ts";
import { func } from "../../sql/functions/func.ts";
import { delete_ } from "../../sql/dml/delete.ts";
import { insert } from "../../sql/dml/insert.ts";
import { update } from "../../sql/dml/update.ts";
import { select } from "../../sql/selectable/select.ts";
import { t } from "../../sql/types/factories.ts";
import { limit } from "../../dialects/mysql/dml.ts";
import { items, people, teams } from "./fixtures.ts";
import { group, type SuiteGroup } from "./group.ts";

const { id, name, teamId, bossId, points } = people.c;
const all = select(id, points).orderBy(id);

export const updateDeleteGroup: SuiteGroup = group("UPDATE and DELETE", ({ test }) => {
  test("DML-05 values, expressions and subqueries", async ({ conn, gives }) => {
    await conn.execute(update(people).where(id.eq(1)).values({ points: 11 }));
    await conn.execute(
      update(people)
        .where(id.eq(2))
        .values({ points: points.add(1), name: func.upper(name) }),
    );
    await conn.execute(update(people).where(id.eq(3)).values({ points: null }));
    await conn.execute(
      people
        .update()
        .where(id.eq(4))
        .values(new Map([[points, 44]])),
    );
    await conn.execute(
      update(people)
        .where(id.eq(5))
        .values({ points: case_([points.gt(3), 1], { else: 0 }) }),
    );
    await gives(all.addColumns(name), [
      [1, 11, "ann"],
      [2, 21, "BOB"],
      [3, null, "cid"],
      [4, 44, "dan"],
      [5, 1, "eve"],
    ]);
    const size = select(func.count(teams.c.id)).scalarSubquery();
    await conn.execute(update(people).where(id.eq(1)).values({ points: size }));
    const teamName = select(teams.c.name).where(teams.c.id.eq(teamId)).scalarSubquery();
    await conn.execute(update(people).values({ name: func.coalesce(teamName, name) }));
    await gives(
      select(points, name)
        .where(id.in([1, 5]))
        .orderBy(id),
      [
        [3, "red"],
        [1, "eve"],
      ],
    );
  });

  test("DML-05 conditions", async ({ conn, gives }) => {
    await conn.execute(update(people).where(teamId.eq(1), points.gt(10)).values({ points: 0 }));
    await conn.execute(update(people).filter(id.eq(3)).values({ points: 1 }));
    await conn.execute(update(people).filterBy({ name: "dan", teamId: 2 }).values({ points: 2 }));
    await conn.execute(
      update(people)
        .where(teamId.in(select(teams.c.id).where(teams.c.name.eq("blue"))))
        .values({ points: 9 }),
    );
    await conn.execute(
      update(people)
        .where(select(teams.c.id).where(teams.c.id.eq(teamId)).exists().not())
        .values({ points: 7 }),
    );
    await gives(all, [
      [1, 10],
      [2, 0],
      [3, 1],
      [4, 2],
      [5, 7],
    ]);
  });

  test("DML-05 values in the order in which they are set", async ({ conn, gives }) => {
    await conn.execute(
      update(people)
        .where(id.eq(1))
        .orderedValues([points, points.add(5)], ["name", "x"]),
    );
    await gives(select(name, points).where(id.eq(1)), [["x", 15]]);
  });

  test("DML-05 onupdate", async ({ conn, gives }) => {
    await conn.execute(insert(items).values({ code: "a" }));
    await conn.execute(update(items).values({ code: "b" }));
    await gives(select(items.c.code, items.c.changes), [["b", 1]]);
    await conn.execute(update(items).values({ changes: 5 }));
    await gives(select(items.c.code, items.c.changes), [["b", 5]]);
  });

  test("DML-06 UPDATE with further tables", "updateFrom", async ({ conn, gives }) => {
    await conn.execute(update(people).where(teamId.eq(teams.c.id), teams.c.name.eq("red")).values({ points: 100 }));
    await gives(all, [
      [1, 100],
      [2, 100],
      [3, 20],
      [4, null],
      [5, 5],
    ]);
    await conn.execute(
      update(people)
        .where(teamId.eq(teams.c.id))
        .values({ name: teams.c.name.concat(name) }),
    );
    await gives(
      select(name)
        .where(id.in([1, 5]))
        .orderBy(id),
      [["redann"], ["eve"]],
    );
    const bosses = people.alias("bosses");
    await conn.execute(
      update(people)
        .where(bossId.eq(bosses.c.id), bosses.c.id.eq(2))
        .values({ points: bosses.c.points.add(people.c.id) }),
    );
    await gives(all.where(id.ge(4)), [
      [4, 104],
      [5, 105],
    ]);
    const totals = select(teamId.label("team"), func.count().label("n")).where(teamId.isNot(null)).groupBy(teamId).subquery("totals");
    await conn.execute(
      update(teams)
        .where(teams.c.id.eq(totals.c["team"]!))
        .values({ name: teams.c.name.concat("!") }),
    );
    await gives(select(teams.c.name).orderBy(teams.c.id), [["red!"], ["green!"], ["blue"]]);
  });

  test("DML-07 DELETE with further tables", "deleteUsing", async ({ conn, gives }) => {
    await conn.execute(delete_(people).where(teamId.eq(teams.c.id), teams.c.name.eq("green")));
    await gives(select(id).orderBy(id), [[1], [2], [5]]);
    await conn.execute(update(people).values({ bossId: null }));
    await conn.execute(delete_(people).using(teams).where(teamId.eq(teams.c.id), teams.c.id.eq(1), id.gt(1)));
    await gives(select(id).orderBy(id), [[1], [5]]);
  });

  test("DML-07 DELETE by conditions and subqueries", async ({ conn, gives }) => {
    await conn.execute(delete_(people).where(id.eq(5)));
    await conn.execute(people.delete().filterBy({ name: "dan" }));
    await conn.execute(delete_(people).where(teamId.in(select(teams.c.id).where(teams.c.name.eq("green")))));
    await gives(select(id).orderBy(id), [[1], [2]]);
    await conn.execute(delete_(items));
    await gives(select(func.count()).selectFrom(items), [[0]]);
  });

  test("DML-05 a subquery on the table that is changed", "updateWhereSameTable", async ({ conn, gives }) => {
    const most = select(func.max(people.alias("p").c.points)).scalarSubquery();
    await conn.execute(update(people).where(points.eq(most)).values({ points: 1 }));
    await gives(all.where(points.eq(1)), [
      [2, 1],
      [3, 1],
    ]);
    const bosses = people.alias("bosses");
    await conn.execute(delete_(people).where(id.notIn(select(bosses.c.bossId).where(bosses.c.bossId.isNot(null))), id.gt(3)));
    await gives(select(id).orderBy(id), [[1], [2], [3]]);
  });

  test("DML-03 RETURNING of UPDATE", "updateReturning", async ({ gives }) => {
    const changed = update(people)
      .where(teamId.eq(1))
      .values({ points: points.add(1) });
    await gives(
      changed.returning(id, points),
      [
        [1, 11],
        [2, 21],
      ],
      { anyOrder: true },
    );
    await gives(changed.where(id.eq(1)).returning({ key: id, next: points.add(1) }), [{ key: 1, next: 13 }]);
    await gives(update(people).where(id.gt(100)).values({ points: 1 }).returning(id), []);
  });

  test("DML-09 defaults of an UPDATE", "updateReturning", async ({ conn, expect }) => {
    await conn.execute(insert(items).values({ code: "a", amount: 1 }));
    const result = await conn.execute(
      update(items)
        .values({ amount: items.c.amount.add(4) })
        .returnDefaults(items.c.amount),
    );
    expect([result.rowcount, result.returnedDefaults, result.returnedDefaultsRows!.length]).toEqual([1, { amount: 5 }, 1]);
    const nobody = await conn.execute(
      update(items)
        .where(items.c.code.eq("x"))
        .values({ amount: items.c.amount.add(1) })
        .returnDefaults(items.c.amount),
    );
    expect([nobody.returnedDefaults, nobody.returnedDefaultsRows]).toEqual([null, []]);
  });

  test("DML-03 RETURNING of DELETE", "deleteReturning", async ({ gives }) => {
    const team = select(teams.c.id).where(teams.c.id.eq(id)).exists().label("is_team");
    const own = select(teams.c.name).where(teams.c.id.eq(teamId)).scalarSubquery().label("team");
    await gives(delete_(people).where(id.eq(4)).returning(name, team, own), [["dan", false, "green"]]);
    await gives(delete_(people).where(id.eq(5)).returning(id, name), [[5, "eve"]]);
    await gives(
      delete_(people)
        .where(id.eq(3))
        .returning({ who: name.concat("!") }),
      [{ who: "cid!" }],
    );
    await gives(delete_(people).where(id.gt(100)).returning(people), []);
  });

  test("DML-08 many sets of values", async ({ conn, gives, expect, has }) => {
    const byKey = update(people)
      .where(id.eq(bindparam("key", undefined, { type: t.integer() })))
      .values({ points: bindparam("new_points", undefined, { type: t.integer() }) });
    const result = await conn.execute(byKey, [
      { key: 1, new_points: 7 },
      { key: 2, new_points: 8 },
      { key: 99, new_points: 9 },
    ]);
    if (has("rowcount")) expect(result.rowcount).toEqual(2);
    await gives(all.where(id.lt(3)), [
      [1, 7],
      [2, 8],
    ]);
    await conn.execute(delete_(people).where(id.eq(bindparam("key", undefined, { type: t.integer() }))), [{ key: 4 }, { key: 5 }]);
    await gives(select(func.count()).selectFrom(people), [[3]]);
    await conn.execute(update(people).where(id.eq(bindparam("key", undefined, { type: t.integer() }))), [
      { key: 1, points: 70 },
      { key: 2, points: 80 },
    ]);
    await gives(all.where(id.lt(3)), [
      [1, 70],
      [2, 80],
    ]);
  });

  test("LIMIT of UPDATE and DELETE", "dmlLimit", async ({ conn, gives }) => {
    await conn.execute(update(people).values({ points: 1 }).ext(limit(2)));
    await gives(select(func.count()).where(points.eq(1)), [[2]]);
    await conn.execute(delete_(people).where(id.gt(3)).ext(limit(1)));
    await gives(select(func.count()).selectFrom(people), [[4]]);
    await conn.execute(update(people).values({ points: 2 }).withDialectOptions({ mysqlLimit: 1, mariadbLimit: 1 }));
    await gives(select(func.count()).where(points.eq(2)), [[1]]);
  });

  test("prefixes", async ({ conn, gives }) => {
    await conn.execute(update(people).prefixWith("/* before */").where(id.eq(1)).values({ points: 1 }));
    await conn.execute(delete_(people).prefixWith("/* before */").where(id.eq(5)));
    const hints = { dialectName: "postgresql" };
    await conn.execute(update(people).withHint("ONLY", hints).where(id.eq(1)).values({ points: 1 }));
    await conn.execute(delete_(people).withHint("ONLY", hints).where(id.eq(99)));
    await gives(select(func.count(), func.min(points)), [[4, 1]]);
  });
});
