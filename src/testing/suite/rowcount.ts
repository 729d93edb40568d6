import { bindparam, text } from "../../sql/elements/constructors.ts";
import { delete_ } from "../../sql/dml/delete.ts";
import { insert } from "../../sql/dml/insert.ts";
import { update } from "../../sql/dml/update.ts";
import { t } from "../../sql/types/factories.ts";
import { items, people } from "./fixtures.ts";
import { group, type SuiteGroup } from "./group.ts";

const { id, points } = people.c;

export const rowcountGroup: SuiteGroup = group("row counts", ({ test }) => {
  test("DML-09 rows that were found, whether they were changed or not", "rowcount", async ({ conn, expect }) => {
    const some = update(people).where(people.c.teamId.eq(1));
    expect((await conn.execute(some.values({ points: 1 }))).rowcount).toEqual(2);
    expect((await conn.execute(some.values({ points: 1 }))).rowcount).toEqual(2);
    expect((await conn.execute(some.where(id.gt(100)).values({ points: 1 }))).rowcount).toEqual(0);
    expect((await conn.execute(delete_(people).where(id.gt(3)))).rowcount).toEqual(2);
    expect((await conn.execute(delete_(people).where(id.gt(3)))).rowcount).toEqual(0);
  });

  test("DML-09 of texts and of many sets of values", "rowcount", async ({ conn, expect }) => {
    expect((await conn.execute(text("UPDATE people SET points = :n WHERE id < 3"), { n: 4 })).rowcount).toEqual(2);
    expect((await conn.execDriverSql("DELETE FROM people WHERE id > 3")).rowcount).toEqual(2);
    expect((await conn.execute(insert(items), [{ code: "a" }, { code: "b" }, { code: "c" }])).rowcount).toEqual(3);
    const byKey = update(people)
      .where(id.eq(bindparam("key", undefined, { type: t.integer() })))
      .values({ points: points.add(1) });
    expect((await conn.execute(byKey, [{ key: 1 }, { key: 2 }])).rowcount).toEqual(2);
  });

  test("DML-09 beside RETURNING", ["rowcount", "updateReturning"], async ({ conn, expect }) => {
    const result = await conn.execute(update(people).where(id.lt(4)).values({ points: 1 }).returning(id));
    expect([result.rowcount, result.all().length]).toEqual([3, 3]);
  });
});
