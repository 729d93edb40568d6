import { column, literal } from "../../sql/elements/constructors.ts";
import { func } from "../../sql/functions/func.ts";
import { delete_ } from "../../sql/dml/delete.ts";
import { insert } from "../../sql/dml/insert.ts";
import { update } from "../../sql/dml/update.ts";
import { union } from "../../sql/selectable/compound-select.ts";
import { cte, values } from "../../sql/selectable/constructors.ts";
import { select } from "../../sql/selectable/select.ts";
import { t } from "../../sql/types/factories.ts";
import { items, people, teams } from "./fixtures.ts";
import { group, type SuiteGroup } from "./group.ts";

const { id, name, teamId, bossId, points } = people.c;

export const cteGroup: SuiteGroup = group("common table expressions", ({ test }) => {
  test("FUN-06 one, several, one of another, one twice", "ctes", async ({ gives }) => {
    const reds = select(id, name).where(teamId.eq(1)).cte("reds");
    await gives(select(reds.c["name"]!).orderBy(reds.c["id"]!), [["ann"], ["bob"]]);
    await gives(
      select(people.c.name)
        .where(id.in(select(reds.c["id"]!)))
        .orderBy(id),
      [["ann"], ["bob"]],
    );
    const last = select(func.max(reds.c["id"]!).label("last")).cte("last_red");
    await gives(select(reds.c["name"]!).join(last, last.c["last"]!.eq(reds.c["id"]!)), [["bob"]]);
    const other = reds.alias("other");
    await gives(select(reds.c["name"]!, other.c["name"]!).where(reds.c["id"]!.lt(other.c["id"]!)), [["ann", "bob"]]);
    // without a name, and by the function
    const anonymous = cte(select(teams.c.id).where(teams.c.id.gt(1)));
    await gives(select(func.count()).selectFrom(anonymous), [[2]]);
    const greens = select(id).where(teamId.eq(2)).cte("greens");
    await gives(union(select(reds.c["id"]!), select(greens.c["id"]!)).orderBy("id"), [[1], [2], [3], [4]]);
    await gives(select(literal(1)).addCte(greens), [[1]]);
  });

  test("FUN-06 in a scalar subquery and in EXISTS", "ctes", async ({ gives }) => {
    const best = select(func.max(points).label("best")).cte("best");
    await gives(select(id).where(select(best.c["best"]!).scalarSubquery().eq(points)).orderBy(id), [[2], [3]]);
    await gives(
      select(teams.c.id)
        .where(select(best.c["best"]!).where(best.c["best"]!.gt(teams.c.id)).exists())
        .orderBy(teams.c.id),
      [[1], [2], [3]],
    );
  });

  test("FUN-06 nested where it is used", ["ctes", "nestedCtes"], async ({ gives }) => {
    const inner = select(id.label("n")).where(id.lt(3)).cte("numbered", { nesting: true });
    const outer = select(inner.c["n"]!.add(10).label("n")).cte("outer_one");
    await gives(select(outer.c["n"]!).orderBy(outer.c["n"]!), [[11], [12]]);
    const sub = select(inner.c["n"]!).subquery();
    await gives(select(sub).orderBy(sub.c["n"]!), [[1], [2]]);
    // two of the same name, at different levels
    const top = select(literal(5).label("n")).cte("numbered");
    await gives(select(top.c["n"]!, sub.c["n"]!).where(sub.c["n"]!.eq(1)), [[5, 1]]);
  });

  test("FUN-06 MATERIALIZED and NOT MATERIALIZED", "materializedCtes", async ({ gives }) => {
    const reds = select(id).where(teamId.eq(1)).cte("reds");
    await gives(select(reds.prefixWith("MATERIALIZED").c["id"]!).orderBy("id"), [[1], [2]]);
    await gives(select(func.count()).selectFrom(reds.prefixWith("NOT MATERIALIZED")), [[2]]);
    await gives(select(func.count()).selectFrom(reds.suffixWith("/* behind */")), [[2]]);
  });

  test("FUN-07 recursive, by UNION and UNION ALL", "recursiveCtes", async ({ gives }) => {
    const numbers = select(literal(1, t.integer()).label("n")).cte("counted", { recursive: true });
    const counted = numbers.unionAll(select(numbers.c["n"]!.add(1)).where(numbers.c["n"]!.lt(5)));
    await gives(select(counted.c["n"]!).orderBy(counted.c["n"]!), [[1], [2], [3], [4], [5]]);
    await gives(select(func.sum(counted.c["n"]!)), [[15]]);

    const chief = select(id, name, literal(0, t.integer()).label("depth"))
      .where(bossId.is(null))
      .where(id.eq(1))
      .cte("chain", { recursive: true });
    const below = people.alias("below");
    const chain = chief.union(select(below.c.id, below.c.name, chief.c["depth"]!.add(1)).join(chief, below.c.bossId.eq(chief.c["id"]!)));
    await gives(select(chain.c["name"]!, chain.c["depth"]!).orderBy(chain.c["id"]!), [
      ["ann", 0],
      ["bob", 1],
      ["cid", 1],
      ["dan", 2],
      ["eve", 2],
    ]);
    await gives(select(func.max(chain.c["depth"]!)).where(chain.c["name"]!.ne("eve")), [[2]]);
    // another start, the same text
    const others = select(id, name, literal(7, t.integer()).label("depth")).where(id.eq(2)).cte("chain", { recursive: true });
    const rest = others.union(select(below.c.id, below.c.name, others.c["depth"]!.add(1)).join(others, below.c.bossId.eq(others.c["id"]!)));
    await gives(select(rest.c["id"]!, rest.c["depth"]!).orderBy(rest.c["id"]!), [
      [2, 7],
      [4, 8],
      [5, 8],
    ]);
  });

  test("FUN-07 recursive beside others", "recursiveCtes", async ({ gives }) => {
    const limit = select(literal(3, t.integer()).label("most")).cte("limits");
    const start = select(literal(1, t.integer()).label("n")).cte("counted", { recursive: true });
    const counted = start.unionAll(select(start.c["n"]!.add(1)).where(start.c["n"]!.lt(select(limit.c["most"]!).scalarSubquery())));
    await gives(select(counted.c["n"]!).orderBy(counted.c["n"]!), [[1], [2], [3]]);
  });

  test("FUN-06 of VALUES", ["ctes", "valuesInFrom"], async ({ gives }) => {
    const listed = values(column("a", t.integer()), column("b", t.string()), { name: "listed" })
      .data([
        [1, "x"],
        [2, "y"],
      ])
      .cte();
    await gives(select(listed.c["b"]!).where(listed.c["a"]!.eq(2)), [["y"]]);
  });

  test("DML-10 before INSERT … SELECT", ["ctes", "cteInInsert"], async ({ conn, gives }) => {
    const reds = select(name).where(teamId.eq(1)).cte("reds");
    await conn.execute(insert(items).fromSelect(["code"], select(reds.c["name"]!)));
    await gives(select(items.c.code, items.c.amount).orderBy(items.c.code), [
      ["ann", 1],
      ["bob", 1],
    ]);
  });

  test("DML-10 before UPDATE and DELETE", ["ctes", "cteInUpdateDelete"], async ({ conn, gives }) => {
    const reds = select(id.label("red_id")).where(teamId.eq(1)).cte("reds");
    await conn.execute(
      update(people)
        .values({ points: 99 })
        .where(id.in(select(reds.c["red_id"]!))),
    );
    await gives(select(id, points).where(points.eq(99)).orderBy(id), [
      [1, 99],
      [2, 99],
    ]);
    await conn.execute(
      update(people)
        .values({ points: select(func.count()).selectFrom(reds).scalarSubquery() })
        .where(id.eq(5)),
    );
    await gives(select(points).where(id.eq(5)), [[2]]);
    const greens = select(teams.c.id.label("n")).where(teams.c.name.eq("green")).cte("greens");
    await conn.execute(delete_(people).where(teamId.in(select(greens.c["n"]!))));
    await gives(select(id).orderBy(id), [[1], [2], [5]]);
  });

  test("DML-10 INSERT, UPDATE and DELETE inside of WITH", "dmlInCte", async ({ gives }) => {
    const added = insert(items).values({ code: "a", amount: 5 }).returning(items.c.code, items.c.amount).cte("added");
    await gives(select(added.c["code"]!, added.c["amount"]!), [["a", 5]], { literal: false });
    const changed = update(items)
      .values({ amount: items.c.amount.add(1) })
      .returning(items.c.amount)
      .cte("changed");
    await gives(select(changed.c["amount"]!), [[6]], { literal: false });
    const gone = delete_(items).where(items.c.code.eq("a")).returning(items.c.code).cte("gone");
    await gives(
      insert(items)
        .fromSelect(["code"], select(gone.c["code"]!.concat("2")))
        .returning(items.c.code),
      [["a2"]],
    );
    // one that nothing selects from is run nevertheless
    await gives(select(literal(1)).addCte(delete_(items).where(items.c.code.eq("a2")).cte("all_gone")), [[1]], { literal: false });
    await gives(select(func.count()).selectFrom(items), [[0]]);
  });
});
