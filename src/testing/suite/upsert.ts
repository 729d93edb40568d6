import { func } from "../../sql/functions/func.ts";
import { merge } from "../../sql/dml/merge.ts";
import { insert as plainInsert } from "../../sql/dml/insert.ts";
import { unionAll } from "../../sql/selectable/compound-select.ts";
import { select } from "../../sql/selectable/select.ts";
import { insert as insertOnDuplicateKey } from "../../dialects/mysql/dml.ts";
import { insert } from "../../dialects/postgresql/dml.ts";
import { insert as sqliteInsert } from "../../dialects/sqlite/dml.ts";
import { counters, people } from "./fixtures.ts";
import { group, type SuiteGroup } from "./group.ts";

const { key, count, note } = counters.c;
const all = select(key, count, note).orderBy(key);

export const upsertGroup: SuiteGroup = group("upsert", ({ test }) => {
  test("DML-04 ON CONFLICT DO NOTHING", "onConflict", async ({ conn, gives }) => {
    await conn.execute(plainInsert(counters).values({ key: "a", count: 1 }));
    await conn.execute(insert(counters).values({ key: "a", count: 2 }).onConflictDoNothing());
    await conn.execute(
      sqliteInsert(counters)
        .values({ key: "a", count: 3 })
        .onConflictDoNothing({ indexElements: [key] }),
    );
    await conn.execute(
      insert(counters)
        .values([
          { key: "a", count: 4 },
          { key: "b", count: 5 },
        ])
        .onConflictDoNothing({ indexElements: ["key"] }),
    );
    await conn.execute(insert(counters).onConflictDoNothing(), [
      { key: "b", count: 9 },
      { key: "c", count: 6 },
    ]);
    await gives(select(key, count).orderBy(key), [
      ["a", 1],
      ["b", 5],
      ["c", 6],
    ]);
  });

  test("DML-04 ON CONFLICT DO UPDATE", "onConflict", async ({ conn, gives, has }) => {
    await conn.execute(plainInsert(counters).values({ key: "a", count: 1, note: "old" }));
    const one = insert(counters).values({ key: "a", count: 5, note: "new" });
    await conn.execute(one.onConflictDoUpdate({ indexElements: [key], set: { count: one.excluded["count"]! } }));
    await gives(all, [["a", 5, "old"]]);
    await conn.execute(one.onConflictDoUpdate({ indexElements: ["key"], set: { count: count.add(one.excluded["count"]!), note: "sum" } }));
    await gives(all, [["a", 10, "sum"]]);
    // a condition that does not hold leaves the row as it is
    await conn.execute(one.onConflictDoUpdate({ indexElements: [key], set: { count: 0 }, where: count.lt(10) }));
    await gives(all, [["a", 10, "sum"]]);
    await conn.execute(one.onConflictDoUpdate({ indexElements: [key], set: one.excluded, where: one.excluded["note"]!.eq("new") }));
    await gives(all, [["a", 5, "new"]]);
    const many = sqliteInsert(counters);
    await conn.execute(many.onConflictDoUpdate({ indexElements: [key], set: new Map([[count, many.excluded["count"]!.mul(10)]]) }), [
      { key: "a", count: 1 },
      { key: "b", count: 2 },
    ]);
    await gives(select(key, count).orderBy(key), [
      ["a", 10],
      ["b", 2],
    ]);
    if (has("insertReturning")) {
      await gives(
        insert(counters)
          .values({ key: "b" })
          .onConflictDoUpdate({ indexElements: [key], set: { count: func.abs(-7) } })
          .returning(key, count),
        [["b", 7]],
      );
      await gives(insert(counters).values({ key: "b" }).onConflictDoNothing().returning(key), []);
    }
  });

  test("DML-04 ON CONFLICT of a partial index, and of the rows of a SELECT", "onConflict", async ({ conn, gives }) => {
    const row = { key: "a", count: 1, tag: "t" };
    await conn.execute(plainInsert(counters).values(row));
    const again = insert(counters).values({ ...row, key: "b" });
    await conn.execute(
      again.onConflictDoUpdate({ indexElements: [counters.c.tag], indexWhere: counters.c.tag.isNot(null), set: { count: 2 } }),
    );
    await gives(select(key, count), [["a", 2]]);
    const source = select(people.c.name, people.c.points).where(people.c.id.lt(3));
    const merge = insert(counters).fromSelect(["key", "count"], source.where(people.c.id.gt(0)));
    await conn.execute(merge.onConflictDoUpdate({ indexElements: [key], set: { count: 0 } }));
    await conn.execute(merge.onConflictDoUpdate({ indexElements: [key], set: { count: merge.excluded["count"]!.add(1) } }));
    await gives(select(key, count).orderBy(key), [
      ["a", 2],
      ["ann", 11],
      ["bob", 21],
    ]);
    // SELECTs that end with their FROM list
    const everybody = select(people.c.name, people.c.id);
    await conn.execute(insert(counters).fromSelect(["key", "count"], everybody).onConflictDoNothing());
    await conn.execute(
      insert(counters).fromSelect(["key", "count"], unionAll(everybody, everybody), { includeDefaults: false }).onConflictDoNothing(),
    );
    await gives(select(func.count()).selectFrom(counters), [[6]]);
  });

  test("DML-04 ON CONFLICT ON CONSTRAINT", "onConflictConstraint", async ({ conn, gives }) => {
    await conn.execute(plainInsert(counters).values({ key: "a", count: 1 }));
    await conn.execute(
      insert(counters)
        .values({ key: "a" })
        .onConflictDoUpdate({ constraint: "uq_counters_key", set: { count: 2 } }),
    );
    const unique = [...counters.constraints].find((constraint) => constraint.name === "uq_counters_key")!;
    await conn.execute(
      insert(counters)
        .values({ key: "a" })
        .onConflictDoUpdate({ constraint: unique, set: { count: count.add(1) } }),
    );
    await gives(select(count), [[3]]);
    await conn.execute(insert(counters).values({ key: "a" }).onConflictDoNothing({ constraint: "uq_counters_key" }));
  });

  test("TSX-29 MERGE", "merge", async ({ conn, gives }) => {
    await conn.execute(plainInsert(counters), [
      { key: "ann", count: 1 },
      { key: "bob", count: 2 },
    ]);
    const statement = merge(counters)
      .using(people, key.eq(people.c.name))
      .whenMatched(people.c.id.eq(2))
      .thenDelete()
      .whenMatched()
      .thenUpdate({ count: count.add(people.c.points), note: "met" })
      .whenNotMatched(people.c.id.eq(3))
      .thenInsert({ key: people.c.name, count: people.c.id })
      .whenNotMatched()
      .thenDoNothing();
    await conn.execute(statement);
    await gives(all, [
      ["ann", 11, "met"],
      ["cid", 3, null],
    ]);
  });

  test("DML-04 ON DUPLICATE KEY UPDATE", "onDuplicateKey", async ({ conn, gives }) => {
    await conn.execute(plainInsert(counters).values({ key: "a", count: 1, note: "old" }));
    const one = insertOnDuplicateKey(counters).values({ key: "a", count: 5, note: "new" });
    await conn.execute(one.onDuplicateKeyUpdate({ count: one.inserted["count"]! }));
    await gives(all, [["a", 5, "old"]]);
    await conn.execute(one.onDuplicateKeyUpdate({ count: count.add(one.inserted["count"]!), note: "sum" }));
    await gives(all, [["a", 10, "sum"]]);
    // in the order that is given: the second sees what the first has set
    await conn.execute(
      one.onDuplicateKeyUpdate([
        ["count", 2],
        ["note", func.concat("n", count)],
      ]),
    );
    await gives(all, [["a", 2, "n2"]]);
    const many = insertOnDuplicateKey(counters);
    await conn.execute(many.onDuplicateKeyUpdate({ count: many.inserted["count"]!.mul(10) }), [
      { key: "a", count: 1 },
      { key: "b", count: 2 },
    ]);
    await gives(select(key, count).orderBy(key), [
      ["a", 10],
      ["b", 2],
    ]);
    await conn.execute(insertOnDuplicateKey(counters).values({ key: "a", count: 9 }).prefixWith("IGNORE"));
    await gives(select(func.count()).selectFrom(counters), [[2]]);
  });
});
