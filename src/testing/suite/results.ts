import { MultipleResultsFound, NoResultFound, ResourceClosedError } from "../../errors.ts";
import { insert } from "../../sql/dml/insert.ts";
import { update } from "../../sql/dml/update.ts";
import { explain } from "../../sql/elements/explain.ts";
import { literalColumn, text } from "../../sql/elements/constructors.ts";
import { func } from "../../sql/functions/func.ts";
import { select } from "../../sql/selectable/select.ts";
import { t } from "../../sql/types/factories.ts";
import { items, people, teams } from "./fixtures.ts";
import { group, type SuiteGroup } from "./group.ts";

const { id, name } = people.c;
const all = select(id, name).orderBy(id);

export const resultGroup: SuiteGroup = group("results", ({ test }) => {
  test("ENG-13 rows as arrays, objects and single values", async ({ conn, expect }) => {
    expect((await conn.execute(all).all()).map((row) => [...row]).slice(0, 2)).toEqual([
      [1, "ann"],
      [2, "bob"],
    ]);
    expect({ ...(await conn.execute(all).mappings().first()) }).toEqual({ id: 1, name: "ann" });
    expect([...(await conn.execute(select(name).orderBy(id)).scalars().all())]).toEqual(["ann", "bob", "cid", "dan", "eve"]);
    expect(await conn.scalar(select(func.count()).selectFrom(people))).toEqual(5);
    expect(
      await conn
        .execute(all)
        .first()
        .then((row) => [...row!]),
    ).toEqual([1, "ann"]);
    expect(await conn.execute(all.where(id.gt(100))).first()).toEqual(null);
    expect(await conn.execute(select(name).where(id.eq(2))).scalarOne()).toEqual("bob");
    expect(await conn.execute(all.where(id.gt(100))).all()).toEqual([]);
    expect((await conn.execute(all)).keys()).toEqual(["id", "name"]);
    const result = await conn.execute(all);
    expect([...result.fetchmany(2), ...result.fetchmany(2)].map(([key]) => key)).toEqual([1, 2, 3, 4]);
    expect([...result.all()].map(([key]) => key)).toEqual([5]);
  });

  test("ENG-13 one row, or none, or too many", async ({ conn, fails, expect }) => {
    expect([...(await conn.execute(all.where(id.eq(1))).one())]).toEqual([1, "ann"]);
    expect(await conn.execute(all.where(id.eq(100))).oneOrNone()).toEqual(null);
    await fails(NoResultFound, () => conn.execute(all.where(id.eq(100))).one());
    await fails(MultipleResultsFound, () => conn.execute(all).oneOrNone());
    await fails(ResourceClosedError, () => conn.execute(insert(items).values({ code: "a" })).all());
  });

  test("ENG-13 repeated rows, parts and columns", async ({ conn, expect }) => {
    const repeated = select(people.c.teamId).where(people.c.teamId.isNot(null)).orderBy(id);
    expect([...(await conn.execute(repeated).unique().scalars().all())]).toEqual([1, 2]);
    const sizes: number[] = [];
    for (const part of (await conn.execute(all)).partitions(2)) sizes.push(part.length);
    expect(sizes).toEqual([2, 2, 1]);
    expect((await conn.execute(all).columns(1).all()).map((row) => [...row])[4]).toEqual(["eve"]);
  });

  test("columns of the same name", "duplicateColumnNames", async ({ conn, expect }) => {
    const both = select(people.c.id, teams.c.id, people.c.id).join(teams).where(people.c.id.eq(3));
    expect((await conn.execute(both).all()).map((row) => [...row])).toEqual([[3, 2, 3]]);
    expect((await conn.execute(text("SELECT 1 AS x, 2 AS x")).all()).map((row) => [...row].map(Number))).toEqual([[1, 2]]);
  });

  test("ENG-14 rows as they arrive", async ({ conn, expect }) => {
    const seen: unknown[] = [];
    for await (const [key] of conn.stream(all, null, { yieldPer: 2 })) seen.push(key);
    expect(seen).toEqual([1, 2, 3, 4, 5]);
    const names: unknown[] = [];
    for await (const one of conn.streamScalars(select(name).orderBy(id))) {
      names.push(one);
      if (names.length === 2) break;
    }
    expect(names).toEqual(["ann", "bob"]);
    const sizes: number[] = [];
    for await (const part of conn.stream(all).partitions(3)) sizes.push(part.length);
    expect(sizes).toEqual([3, 2]);
  });

  test("TSX-29 how the database would run a statement", "explain", async ({ rows, expect }) => {
    for (const statement of [all.where(id.in([1, 2])), update(people).values({ points: 0 }), people.delete().where(id.eq(1))])
      expect((await rows(explain(statement))).length > 0).toEqual(true);
    // nothing was done
    expect(await rows(select(func.count(), func.sum(people.c.points)))).toEqual([[5, 55]]);
  });

  test("FUN-18 texts with parameters and with columns", async ({ conn, gives, expect }) => {
    const named = text("SELECT id, name FROM people WHERE name = :who OR id = :key ORDER BY id");
    await gives(
      named,
      [
        [1, "ann"],
        [2, "bob"],
      ],
      { params: { who: "ann", key: 2 } },
    );
    await gives(
      named.bindparams({ who: "eve" }),
      [
        [3, "cid"],
        [5, "eve"],
      ],
      { params: { key: 3 } },
    );
    const typed = text("SELECT id, active FROM (SELECT 1 AS id, 1 AS active) AS x").columns({ id: t.integer(), active: t.boolean() });
    await gives(typed, [[1, true]], { literal: false });
    const sub = text("SELECT id, name FROM people").columns(id, name).subquery("texts");
    await gives(select(sub.c["name"]!).where(sub.c["id"]!.eq(4)), [["dan"]]);
    const cte = text("SELECT id FROM people WHERE id > :least").columns({ id: t.integer() }).bindparams({ least: 3 }).cte("some_people");
    await gives(select(cte.c["id"]!).orderBy(cte.c["id"]!), [[4], [5]]);
    await gives(select(name).where(text("people.id = :n").bindparams({ n: 2 })), [["bob"]], { literal: false });
    await gives(
      select(text("id"), literalColumn<number>("id * 2", t.integer())).selectFrom(people).where(id.eq(3)).orderBy(text("id DESC")),
      [[3, 6]],
    );
    expect(await conn.scalar(text("SELECT ':x \\:y'"))).toEqual(":x :y");
  });
});
