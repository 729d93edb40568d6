import { column, desc, literal } from "../../sql/elements/constructors.ts";
import { func } from "../../sql/functions/func.ts";
import { except, exceptAll, intersect, intersectAll, union, unionAll } from "../../sql/selectable/compound-select.ts";
import { select } from "../../sql/selectable/select.ts";
import { t } from "../../sql/types/factories.ts";
import { people, teams } from "./fixtures.ts";
import { group, type SuiteGroup } from "./group.ts";

const { id, teamId } = people.c;
const low = select(id).where(id.le(3));
const high = select(id).where(id.ge(3));

export const compoundGroup: SuiteGroup = group("UNION, INTERSECT and EXCEPT", ({ test }) => {
  test("SEL-10 UNION and UNION ALL", async ({ gives }) => {
    await gives(union(low, high).orderBy("id"), [[1], [2], [3], [4], [5]]);
    await gives(unionAll(low, high).orderBy(column("id")), [[1], [2], [3], [3], [4], [5]]);
    await gives(low.union(high).orderBy(desc("id")).limit(2), [[5], [4]]);
    await gives(low.unionAll(high, high).orderBy("id").limit(2).offset(2), [[3], [3]]);
    await gives(union(low, high).orderBy(low.selectedColumns["id"]!.desc()).limit(1), [[5]]);
    await gives(
      select({ n: id })
        .where(id.eq(1))
        .unionAll(select({ n: teams.c.id }).where(teams.c.id.eq(3)))
        .orderBy("n"),
      [{ n: 1 }, { n: 3 }],
    );
    await gives(
      union(select(id, literal("p")).where(id.eq(1)), select(teams.c.id, literal("t")).where(teams.c.id.eq(1))),
      [
        [1, "p"],
        [1, "t"],
      ],
      { anyOrder: true },
    );
  });

  test("SEL-10 selecting from a UNION", async ({ gives }) => {
    const both = union(low, high).subquery("both_of_them");
    await gives(select(func.count(), func.sum(both.c["id"]!)).selectFrom(both), [[5, 15]]);
    await gives(select(both.c["id"]!).where(both.c["id"]!.gt(3)).orderBy(both.c["id"]!), [[4], [5]]);
    await gives(
      select(teams.c.id)
        .where(teams.c.id.in(union(select(teamId).where(id.eq(1)), select(teamId).where(id.eq(3)))))
        .orderBy(teams.c.id),
      [[1], [2]],
    );
    await gives(select(union(low, high).exists()), [[true]]);
    await gives(select(literal(1)).where(literal(2).in(unionAll(low, high))), [[1]]);
    await gives(select(select(func.max(both.c["id"]!)).scalarSubquery()), [[5]]);
  });

  test("SEL-10 INTERSECT and EXCEPT", "setOperations", async ({ gives }) => {
    await gives(intersect(low, high), [[3]]);
    await gives(except(low, high).orderBy("id"), [[1], [2]]);
    await gives(low.intersect(high), [[3]]);
    await gives(low.except(high, select(literal(1))), [[2]]);
  });

  test("SEL-10 INTERSECT ALL and EXCEPT ALL", "setOperationsAll", async ({ gives }) => {
    const twos = unionAll(select(literal(2, t.integer()).label("n")), select(literal(2, t.integer()))).subquery();
    const two = select(twos.c["n"]!);
    await gives(intersectAll(two, two), [[2], [2]]);
    await gives(exceptAll(two, select(literal(2, t.integer()))), [[2]]);
    await gives(two.intersectAll(two), [[2], [2]]);
    await gives(two.exceptAll(select(literal(2, t.integer()))), [[2]]);
  });

  test("SEL-10 parts with an order and a limit of their own", "bracketsInUnion", async ({ gives }) => {
    await gives(union(low.orderBy(id.desc()).limit(1), high.orderBy(id.desc()).limit(1)).orderBy("id"), [[3], [5]]);
    await gives(unionAll(low.limit(1).orderBy(id), high.orderBy(id).offset(1).limit(1)).orderBy(desc("id")).limit(1), [[4]]);
  });

  test("SEL-10 compounds of compounds", ["bracketsInUnion", "setOperations"], async ({ gives }) => {
    await gives(except(union(low, high), low).orderBy("id"), [[4], [5]]);
    await gives(union(except(low, high), except(high, low)).orderBy("id"), [[1], [2], [4], [5]]);
    await gives(unionAll(low, except(high, select(literal(3)))).orderBy("id"), [[1], [2], [3], [4], [5]]);
    await gives(
      union(low, high)
        .union(select(literal(9)))
        .orderBy("id")
        .offset(4),
      [[5], [9]],
    );
    await gives(union(select(literal(0).label("n")), union(low, high).orderBy("id").limit(2)).orderBy("n"), [[0], [1], [2]]);
  });

  test("SEL-10 parts with a limit as subqueries, which every database takes", async ({ gives }) => {
    const first = select(low.orderBy(id.desc()).limit(1).subquery());
    const second = select(high.orderBy(id.desc()).limit(1).subquery());
    await gives(union(first, second).orderBy("id"), [[3], [5]]);
  });

  test("SEL-10 a GROUP BY in the parts", async ({ gives }) => {
    const groups = select(teamId.label("team"), func.count().label("n")).where(teamId.isNot(null)).groupBy(teamId);
    await gives(unionAll(groups, select(literal(0), func.count()).selectFrom(people)).orderBy("team"), [
      [0, 5],
      [1, 2],
      [2, 2],
    ]);
  });
});
