import { IntegrityError } from "../../errors.ts";
import { bindparam, cast, column, literal } from "../../sql/elements/constructors.ts";
import { fromDmlColumn } from "../../sql/elements/dml-target-copy.ts";
import { func } from "../../sql/functions/func.ts";
import { insert } from "../../sql/dml/insert.ts";
import { update } from "../../sql/dml/update.ts";
import { table } from "../../sql/selectable/constructors.ts";
import { select } from "../../sql/selectable/select.ts";
import { union } from "../../sql/selectable/compound-select.ts";
import { t } from "../../sql/types/factories.ts";
import { emptyRows, items, people, teams } from "./fixtures.ts";
import { group, type SuiteGroup } from "./group.ts";

const { code, amount, state, changes } = items.c;
const all = select(code, amount).orderBy(code);

export const insertGroup: SuiteGroup = group("INSERT", ({ test }) => {
  test("DML-01 one row, by names, by columns and by place", async ({ conn, gives }) => {
    await conn.execute(insert(items).values({ code: "a", amount: 1 }));
    await conn.execute(
      insert(items).values(
        new Map<object, unknown>([
          [code, "b"],
          [amount, 2],
        ]),
      ),
    );
    await conn.execute(insert(items).values([100, "c", 3]));
    await conn.execute(items.insert().values({ code: "d" }).values({ amount: 4 }));
    await conn.execute(insert(items), { code: "e", amount: 5 });
    await conn.execute(insert(items).values({ code: "f", amount: 0 }), { amount: 6 });
    await conn.execute(
      insert(table("items", column("code"), column("amount"), column("changes"))).values({ code: "g", amount: 7, changes: 0 }),
    );
    await gives(all, [
      ["a", 1],
      ["b", 2],
      ["c", 3],
      ["d", 4],
      ["e", 5],
      ["f", 6],
      ["g", 7],
    ]);
  });

  test("DML-01 expressions and subqueries as values", async ({ conn, gives }) => {
    await conn.execute(insert(items).values({ code: func.lower("ABC"), amount: literal(2).add(3) }));
    await conn.execute(
      insert(items).values({ code: literal("x").concat("y"), amount: select(func.max(people.c.points)).scalarSubquery() }),
    );
    await conn.execute(
      insert(items).values({ code: bindparam("the_code"), amount: bindparam("n", undefined, { type: t.integer() }).add(1) }),
      { the_code: "z", n: 8 },
    );
    await conn.execute(insert(items).values({ code: "null", amount: null }));
    await gives(all, [
      ["abc", 5],
      ["null", null],
      ["xy", 20],
      ["z", 9],
    ]);
  });

  test("DML-01 several rows in one statement", "multivaluesInsert", async ({ conn, gives }) => {
    await conn.execute(
      insert(items).values([
        { code: "a", amount: 1 },
        { code: "b", amount: literal(1).add(1) },
        { code: func.lower("C"), amount: null },
      ]),
    );
    await conn.execute(
      insert(items).values([
        [200, "d", 4],
        [201, "e", 5],
      ]),
    );
    await gives(all, [
      ["a", 1],
      ["b", 2],
      ["c", null],
      ["d", 4],
      ["e", 5],
    ]);
  });

  test("DML-08 many rows, each with its own values", async ({ conn, gives, expect }) => {
    const rows = Array.from({ length: 250 }, (_, i) => ({ code: `n${String(i).padStart(3, "0")}`, amount: i }));
    const result = await conn.execute(insert(items), rows);
    expect(result.rowcount).toEqual(250);
    await gives(select(func.count(), func.sum(amount), func.min(code), func.max(code)).selectFrom(items), [[250, 31125, "n000", "n249"]]);
    // as few as one, and none
    await conn.execute(insert(items), [{ code: "one", amount: 1 }]);
    await conn.execute(insert(items), []);
    await gives(select(func.count()).selectFrom(items), [[251]]);
    // with expressions around the values of each row
    await conn.execute(
      insert(items).values({ code: func.upper(bindparam("c")), amount: bindparam("n", undefined, { type: t.integer() }).mul(2) }),
      [
        { c: "x", n: 1 },
        { c: "y", n: 2 },
      ],
    );
    await gives(all.where(code.in(["X", "Y"])), [
      ["X", 2],
      ["Y", 4],
    ]);
  });

  test("DML-02 the rows of a SELECT", async ({ conn, gives }) => {
    const source = select(people.c.name, people.c.points).where(people.c.points.isNot(null));
    await conn.execute(insert(items).fromSelect(["code", "amount"], source));
    await gives(all, [
      ["ann", 10],
      ["bob", 20],
      ["cid", 20],
      ["eve", 5],
    ]);
    await conn.execute(insert(items).fromSelect([code, amount], select(literal("lit"), cast(1, t.integer()))));
    await conn.execute(
      insert(items).fromSelect(
        ["code"],
        union(select(teams.c.name).where(teams.c.id.eq(1)), select(teams.c.name).where(teams.c.id.eq(2)))
          .subquery()
          .select(),
      ),
    );
    await gives(
      select(code, amount, changes)
        .where(code.in(["lit", "red"]))
        .orderBy(code),
      [
        ["lit", 1, 0],
        ["red", 1, 0],
      ],
    );
    // from the table itself
    await conn.execute(insert(items).fromSelect(["code", "amount"], select(code.concat("2"), amount.add(1)).where(code.eq("ann"))));
    await gives(all.where(code.like("ann%")), [
      ["ann", 10],
      ["ann2", 11],
    ]);
    // without the defaults of other columns, those that need none
    await conn.execute(insert(items).fromSelect(["code", "changes"], select(literal("plain"), literal(3)), { includeDefaults: false }));
    await gives(select(amount, changes).where(code.eq("plain")), [[null, 3]]);
  });

  test("DML-03 RETURNING", "insertReturning", async ({ conn, gives, expect }) => {
    const added = insert(items).values({ code: "a", amount: 2 });
    await gives(added.returning(code, amount.mul(10), state), [["a", 20, "new"]]);
    await gives(
      insert(items)
        .values({ code: "b" })
        .returning({ code, twice: amount.add(amount).label("x") }),
      [{ code: "b", twice: 2 }],
    );
    const [whole] = await conn.execute(insert(items).values({ code: "c", amount: 3 }).returning(items)).all();
    expect(whole!.slice(1)).toEqual(["c", 3, "new", 0]);
    const result = await conn.execute(insert(items).values({ code: "d" }).returning(items.c.id.label("key")));
    expect([result.keys(), typeof result.scalarOne()]).toEqual([["key"], "number"]);
  });

  test("DML-03 RETURNING of many rows, in their order", "insertReturning", async ({ conn, expect }) => {
    const rows = Array.from({ length: 120 }, (_, i) => ({ code: `n${(i * 7) % 120}`, amount: i }));
    const sorted = await conn.execute(insert(items).returning(code, amount, { sortByParameterOrder: true }), rows).all();
    expect(sorted.map((row) => [...row])).toEqual(rows.map((row) => [row.code, row.amount]));
    const any = await conn
      .execute(insert(items).returning(code), [{ code: "x" }, { code: "y" }])
      .scalars()
      .all();
    expect([...any].sort()).toEqual(["x", "y"]);
  });

  test("DML-03 RETURNING of the rows of VALUES and of a SELECT", ["insertFromSelectReturning", "multivaluesInsert"], async ({ gives }) => {
    await gives(
      insert(items)
        .values([{ code: "a" }, { code: "b" }])
        .returning(code),
      [["a"], ["b"]],
      { anyOrder: true },
    );
    await gives(
      insert(items)
        .fromSelect(["code"], select(people.c.name).where(people.c.id.lt(3)))
        .returning(code, changes),
      [
        ["ann", 0],
        ["bob", 0],
      ],
      { anyOrder: true },
    );
  });

  test("DML-09 keys and defaults that the database or the table makes", async ({ conn, gives, expect }) => {
    const first = await conn.execute(insert(items).values({ code: "a" }));
    const second = await conn.execute(insert(items), { code: "b" });
    const [a] = first.insertedPrimaryKey as number[];
    const [b] = second.insertedPrimaryKey as number[];
    expect([typeof a, b! > a!]).toEqual(["number", true]);
    await gives(select(code).where(items.c.id.eq(b!)), [["b"]]);
    const given = await conn.execute(insert(items).values({ id: 5000, code: "c" }));
    expect([...given.insertedPrimaryKey!]).toEqual([5000]);
    await gives(select(code, amount, state, changes).orderBy(code), [
      ["a", 1, "new", 0],
      ["b", 1, "new", 0],
      ["c", 1, "new", 0],
    ]);
  });

  test("DML-09 defaults that are asked for beside the key", "insertReturning", async ({ conn, expect }) => {
    const result = await conn.execute(insert(items).values({ code: "a" }).returnDefaults(state, amount.add(1).label("more")));
    expect([result.returnsRows, typeof result.insertedPrimaryKey[0], result.returnedDefaults!["state"]]).toEqual([false, "number", "new"]);
    const whole = await conn.execute(insert(items).values({ code: "b" }).returnDefaults());
    expect(whole.returnedDefaults!["state"]).toEqual("new");
    const none = await conn.execute(insert(items).values({ code: "c" }));
    expect([none.returnedDefaults, none.returnedDefaultsRows]).toEqual([null, null]);
  });

  test("DML-09 an INSERT that gives nothing back", async ({ conn, gives }) => {
    await conn.execute(insert(items).values({ code: "a" }).inline());
    await gives(select(code, amount), [["a", 1]]);
  });

  test("DML-01 a row of nothing but defaults", "emptyInsert", async ({ conn, gives, expect }) => {
    await conn.execute(insert(emptyRows).values({}));
    const result = await conn.execute(insert(emptyRows));
    expect(typeof result.insertedPrimaryKey![0]).toEqual("number");
    await gives(select(func.count(), func.count(emptyRows.c.note)), [[2, 2]]);
  });

  test("DML-04 a row that is there already is refused", async ({ conn, fails, gives }) => {
    await conn.execute(insert(items).values({ code: "a" }));
    await fails(IntegrityError, () => conn.execute(insert(items).values({ code: "a" })));
    await fails(IntegrityError, () => conn.execute(insert(items), [{ code: "b" }, { code: "a" }]));
    await gives(select(func.count()).selectFrom(items), [[1]]);
  });

  test("DML-01 the value of another column of the same statement", async ({ conn, gives }) => {
    await conn.execute(insert(items).values({ code: "a", amount: 5, changes: fromDmlColumn(amount).add(2) }));
    await gives(select(code, amount, changes), [["a", 5, 7]]);
    await conn.execute(update(items).values({ amount: 8, changes: fromDmlColumn(amount).mul(3) }));
    await gives(select(code, amount, changes), [["a", 8, 24]]);
  });

  test("prefixes and hints", async ({ conn, gives }) => {
    await conn.execute(
      insert(items).values({ code: "a" }).prefixWith("/* before */").prefixWith("nonsense", { dialect: "no such dialect" }),
    );
    await conn.execute(insert(items).values({ code: "b" }).withHint("nonsense", { dialectName: "no such dialect" }));
    await gives(select(code).orderBy(code), [["a"], ["b"]]);
  });
});
