import { desc, literal, over } from "../../sql/elements/constructors.ts";
import { FrameClause } from "../../sql/elements/over.ts";
import { func } from "../../sql/functions/func.ts";
import { select } from "../../sql/selectable/select.ts";
import { t } from "../../sql/types/factories.ts";
import { people } from "./fixtures.ts";
import { group, type SuiteGroup } from "./group.ts";

const { id, name, teamId, points } = people.c;
const byId = select(id).orderBy(id);

export const windowGroup: SuiteGroup = group("window functions", ({ test }) => {
  test("FUN-04 partitions, order and ranks", "windowFunctions", async ({ gives }) => {
    await gives(byId.addColumns(func.row_number().over({ orderBy: id.desc() })), [
      [1, 5],
      [2, 4],
      [3, 3],
      [4, 2],
      [5, 1],
    ]);
    const known = byId.where(points.isNot(null));
    const window = { orderBy: points.desc() };
    await gives(known.addColumns(func.rank().over(window), func.dense_rank().over(window)), [
      [1, 3, 2],
      [2, 1, 1],
      [3, 1, 1],
      [5, 4, 3],
    ]);
    await gives(
      byId
        .where(teamId.isNot(null))
        .addColumns(func.row_number().over({ partitionBy: teamId, orderBy: [name.desc()] }), func.count().over({ partitionBy: [teamId] })),
      [
        [1, 2, 2],
        [2, 1, 2],
        [3, 2, 2],
        [4, 1, 2],
      ],
    );
    await gives(byId.addColumns(func.sum(points).over(), over(func.max(points), { orderBy: "id" })).limit(2), [
      [1, 55, 10],
      [2, 55, 20],
    ]);
    await gives(byId.addColumns(func.sum(points).over({ orderBy: desc("id") })).limit(2), [
      [1, 55],
      [2, 45],
    ]);
    await gives(byId.addColumns(func.count().over({ partitionBy: id.mod(2) })).limit(2), [
      [1, 3],
      [2, 2],
    ]);
  });

  test("FUN-04 values of other rows, and parts of the whole", "windowFunctions", async ({ gives, rows, expect }) => {
    const window = { orderBy: id };
    const integer = { type: t.integer() };
    await gives(
      byId.addColumns(
        func.lag(id, integer).over(window),
        func.lead(id, 2, integer).over(window),
        func.first_value(name, { type: t.string() }).over(window),
        func.ntile(2, integer).over(window),
      ),
      [
        [1, null, 3, "ann", 1],
        [2, 1, 4, "ann", 1],
        [3, 2, 5, "ann", 1],
        [4, 3, null, "ann", 2],
        [5, 4, null, "ann", 2],
      ],
    );
    await gives(
      byId
        .addColumns(func.last_value(id, integer).over({ orderBy: id, rows: [null, null] }), func.nth_value(id, 2, integer).over(window))
        .limit(2),
      [
        [1, 5, null],
        [2, 5, 2],
      ],
    );
    const shares = (await rows(byId.addColumns(func.percent_rank().over(window), func.cume_dist().over(window)))) as unknown[][];
    expect(shares.map(([, rank, share]) => [Number(rank), Number(share)])).toEqual([
      [0, 0.2],
      [0.25, 0.4],
      [0.5, 0.6],
      [0.75, 0.8],
      [1, 1],
    ]);
  });

  test("FUN-04 frames of ROWS", "windowFunctions", async ({ gives }) => {
    const sums = (frame: readonly [number | null, number | null]) => byId.addColumns(func.sum(id).over({ orderBy: id, rows: frame }));
    await gives(sums([null, 0]), [
      [1, 1],
      [2, 3],
      [3, 6],
      [4, 10],
      [5, 15],
    ]);
    await gives(sums([-1, 1]), [
      [1, 3],
      [2, 6],
      [3, 9],
      [4, 12],
      [5, 9],
    ]);
    await gives(sums([0, null]), [
      [1, 15],
      [2, 14],
      [3, 12],
      [4, 9],
      [5, 5],
    ]);
    await gives(sums([1, 2]), [
      [1, 5],
      [2, 7],
      [3, 9],
      [4, 5],
      [5, null],
    ]);
    await gives(sums([-2, -1]), [
      [1, null],
      [2, 1],
      [3, 3],
      [4, 5],
      [5, 7],
    ]);
    await gives(sums([null, null]), [
      [1, 15],
      [2, 15],
      [3, 15],
      [4, 15],
      [5, 15],
    ]);
    await gives(byId.addColumns(func.sum(id).over({ orderBy: id, rows: new FrameClause(2, null, "PRECEDING", "CURRENT") })).limit(3), [
      [1, 1],
      [2, 3],
      [3, 6],
    ]);
    // the same structure with other bounds
    await gives(sums([-1, 0]), [
      [1, 1],
      [2, 3],
      [3, 5],
      [4, 7],
      [5, 9],
    ]);
    await gives(sums([-2, 0]), [
      [1, 1],
      [2, 3],
      [3, 6],
      [4, 9],
      [5, 12],
    ]);
  });

  test("FUN-04 frames of RANGE", "windowFunctions", async ({ gives }) => {
    const known = byId.where(points.isNot(null));
    await gives(known.addColumns(func.sum(points).over({ orderBy: points, range: [null, 0] })), [
      [1, 15],
      [2, 55],
      [3, 55],
      [5, 5],
    ]);
    await gives(known.addColumns(func.sum(points).over({ orderBy: points, range: [0, null] })), [
      [1, 50],
      [2, 40],
      [3, 40],
      [5, 55],
    ]);
    await gives(known.addColumns(func.sum(points).over({ orderBy: points, range: [0, 0] })), [
      [1, 10],
      [2, 40],
      [3, 40],
      [5, 5],
    ]);
  });

  test("FUN-04 frames of RANGE with distances", "windowRangeOffsets", async ({ gives }) => {
    const known = byId.where(points.isNot(null));
    await gives(known.addColumns(func.sum(points).over({ orderBy: points, range: [-5, 0] })), [
      [1, 15],
      [2, 40],
      [3, 40],
      [5, 5],
    ]);
    await gives(known.addColumns(func.sum(points).over({ orderBy: points, range: [-10, 5] })), [
      [1, 15],
      [2, 50],
      [3, 50],
      [5, 15],
    ]);
    const frame = new FrameClause(literal(5), literal(10), "PRECEDING", "FOLLOWING");
    await gives(known.addColumns(func.count().over({ orderBy: points, range: frame })), [
      [1, 4],
      [2, 2],
      [3, 2],
      [5, 2],
    ]);
  });

  test("FUN-04 frames of GROUPS", "windowGroups", async ({ gives }) => {
    const known = byId.where(points.isNot(null));
    await gives(known.addColumns(func.sum(points).over({ orderBy: points, groups: [-1, 0] })), [
      [1, 15],
      [2, 50],
      [3, 50],
      [5, 5],
    ]);
    await gives(known.addColumns(func.count().over({ orderBy: points, groups: [0, 1] })), [
      [1, 3],
      [2, 2],
      [3, 2],
      [5, 2],
    ]);
  });

  test("FUN-04 EXCLUDE", "windowExclude", async ({ gives }) => {
    const known = byId.where(points.isNot(null));
    const excluding = (exclude: string) => known.addColumns(func.sum(points).over({ orderBy: points, rows: [null, null], exclude }));
    await gives(excluding("CURRENT ROW"), [
      [1, 45],
      [2, 35],
      [3, 35],
      [5, 50],
    ]);
    await gives(excluding("GROUP"), [
      [1, 45],
      [2, 15],
      [3, 15],
      [5, 50],
    ]);
    await gives(excluding("TIES"), [
      [1, 55],
      [2, 35],
      [3, 35],
      [5, 55],
    ]);
    await gives(excluding("NO OTHERS"), [
      [1, 55],
      [2, 55],
      [3, 55],
      [5, 55],
    ]);
  });

  test("FUN-04 FILTER of a window function", ["windowFunctions", "aggregateFilter"], async ({ gives }) => {
    await gives(byId.addColumns(func.count().filter(points.ge(10)).over({ orderBy: id })), [
      [1, 1],
      [2, 2],
      [3, 3],
      [4, 3],
      [5, 3],
    ]);
  });

  test("FUN-04 windows in ORDER BY, in subqueries and over aggregates", "windowFunctions", async ({ gives }) => {
    await gives(
      select(name)
        .orderBy(func.row_number().over({ orderBy: id.desc() }))
        .limit(2),
      [["eve"], ["dan"]],
    );
    const ranked = select(name, teamId, func.row_number().over({ partitionBy: teamId, orderBy: id }).label("place"))
      .where(teamId.isNot(null))
      .subquery();
    await gives(select(ranked.c["name"]!).where(ranked.c["place"]!.eq(1)).orderBy(ranked.c["teamId"]!), [["ann"], ["cid"]]);
    await gives(
      select(teamId, func.sum(points), func.rank().over({ orderBy: func.sum(points).desc() }))
        .where(teamId.isNot(null))
        .groupBy(teamId)
        .orderBy(teamId),
      [
        [1, 30, 1],
        [2, 20, 2],
      ],
    );
  });
});
