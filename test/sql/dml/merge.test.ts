// TSX-29: MERGE.
import { describe, expect, test } from "vitest";
import {
  ArgumentError,
  bindparam,
  column,
  Column,
  CompileError,
  createEngine,
  declarativeBase,
  exists,
  explain,
  func,
  mappedColumn,
  merge,
  MetaData,
  select,
  sessionmaker,
  t,
  Table,
  values,
} from "../../../src/index.ts";
import { PostgresqlDialect } from "../../../src/dialects/postgresql/dialect.ts";
import { describeEachDatabase } from "../../support/databases.ts";

const metadata = new MetaData();
let serial = 100;
const stock = new Table("stock", metadata, {
  item: new Column(t.string(20), { primaryKey: true }),
  n: new Column(t.integer(), { nullable: false }),
  note: new Column("a_note", t.string(20), { default: "new" }),
  serial: new Column(t.integer(), { default: () => (serial += 1) }),
  changed: new Column(t.integer(), { default: 0, onupdate: () => 7 }),
});
const deliveries = new Table("deliveries", metadata, {
  item: new Column(t.string(20), { primaryKey: true }),
  n: new Column(t.integer(), { nullable: false }),
});

const on = stock.c.item.eq(deliveries.c.item);
const sql = (statement: { compile(args: object): { readonly sql: string } }, dialect = "postgresql"): string =>
  statement.compile({ dialect }).sql;

describe("the SQL", () => {
  test("has a WHEN for each, with defaults of the columns", () => {
    const statement = merge(stock)
      .using(deliveries, on)
      .whenMatched(deliveries.c.n.eq(0), stock.c.n.gt(0))
      .thenDelete()
      .whenMatched()
      .thenUpdate({ n: stock.c.n.add(deliveries.c.n), note: "x" })
      .whenNotMatched(deliveries.c.n.lt(0))
      .thenDoNothing()
      .whenNotMatched()
      .thenInsert({ item: deliveries.c.item, n: deliveries.c.n, serial: 5 });
    expect(sql(statement)).toBe(
      "MERGE INTO stock USING deliveries ON stock.item = deliveries.item " +
        "WHEN MATCHED AND deliveries.n = $1::INTEGER AND stock.n > $2::INTEGER THEN DELETE " +
        "WHEN MATCHED THEN UPDATE SET n=(stock.n + deliveries.n), a_note=$3, changed=$4 " +
        "WHEN NOT MATCHED AND deliveries.n < $5::INTEGER THEN DO NOTHING " +
        "WHEN NOT MATCHED THEN INSERT (item, n, a_note, serial, changed) VALUES (deliveries.item, deliveries.n, $6, $7, $8)",
    );
    expect(statement.compile({ dialect: "postgresql" }).params).toEqual([0, 0, "x", 7, 0, "new", 5, 0]);
    expect(sql(statement, "default")).toContain("MERGE INTO stock USING deliveries ON stock.item = deliveries.item WHEN MATCHED AND");
  });

  test("takes aliases, subqueries, CTEs and VALUES; subqueries are correlated; names are quoted", () => {
    const s = stock.alias("s");
    const new_ = values(column("item", t.string()), column("n", t.integer()), { name: "v" }).data([["a", 1]]);
    expect(sql(merge(s).using(new_, s.c.item.eq(new_.c["item"]!)).whenMatched().thenUpdate({ n: new_.c["n"]! }))).toBe(
      "MERGE INTO stock AS s USING (VALUES ($1::VARCHAR, $2::INTEGER)) AS v (item, n) ON s.item = v.item " +
        "WHEN MATCHED THEN UPDATE SET n=v.n, changed=$3",
    );
    const some = select(deliveries).where(deliveries.c.n.gt(1)).cte("c");
    expect(sql(merge(stock).using(some, stock.c.item.eq(some.c["item"]!)).whenMatched().thenDelete())).toBe(
      "WITH c AS (SELECT deliveries.item AS item, deliveries.n AS n FROM deliveries WHERE deliveries.n > $1::INTEGER) " +
        "MERGE INTO stock USING c ON stock.item = c.item WHEN MATCHED THEN DELETE",
    );
    const correlated = exists(select(deliveries.c.n).where(deliveries.c.item.eq(stock.c.item)));
    expect(sql(merge(stock).using(deliveries.alias("d"), stock.c.n.eq(1)).whenMatched(correlated).thenDelete())).toContain(
      "AND EXISTS (SELECT deliveries.n FROM deliveries WHERE deliveries.item = stock.item) THEN DELETE",
    );
  });

  test("WHEN NOT MATCHED BY SOURCE and RETURNING", () => {
    const statement = merge(stock)
      .using(deliveries, on)
      .whenNotMatchedBySource(stock.c.n.eq(0))
      .thenDelete()
      .whenNotMatchedBySource()
      .thenUpdate({ note: "left" })
      .whenNotMatchedBySource()
      .thenDoNothing()
      .returning(func.merge_action!({ type: t.string() }), stock.c.item);
    expect(sql(statement)).toBe(
      "MERGE INTO stock USING deliveries ON stock.item = deliveries.item " +
        "WHEN NOT MATCHED BY SOURCE AND stock.n = $1::INTEGER THEN DELETE " +
        "WHEN NOT MATCHED BY SOURCE THEN UPDATE SET a_note=$2, changed=$3 " +
        "WHEN NOT MATCHED BY SOURCE THEN DO NOTHING RETURNING merge_action() AS merge_action_1, stock.item",
    );
  });

  test("statements are not changed, and are told apart", () => {
    const first = merge(stock).using(deliveries, on).whenMatched().thenDelete();
    const second = first.whenNotMatched().thenInsert({ item: "x", n: 1 });
    expect(sql(first)).not.toContain("INSERT");
    expect(first.compare(merge(stock).using(deliveries, on).whenMatched().thenDelete())).toBe(true);
    expect(first.compare(merge(stock).using(deliveries, on).whenMatched().thenDoNothing())).toBe(false);
    expect(second.compare(first.whenNotMatched().thenInsert({ item: "x", n: 2 }))).toBe(false);
    expect(second.compare(first.whenNotMatched().thenInsert({ item: "x", n: 1 }))).toBe(true);
    expect(second.compare(first.whenNotMatched(stock.c.n.eq(1)).thenInsert({ item: "x", n: 1 }))).toBe(false);
  });

  test("databases without MERGE name what they have", () => {
    const statement = merge(stock).using(deliveries, on).whenMatched().thenDelete();
    expect(() => sql(statement, "sqlite")).toThrow(CompileError);
    expect(() => sql(statement, "sqlite")).toThrow(
      'The dialect "sqlite" has no MERGE. What is mostly wanted is an upsert: insert(…).values(…).onConflictDoUpdate(…)',
    );
    for (const dialect of ["mysql", "mariadb"])
      expect(() => sql(statement, dialect)).toThrow("onDuplicateKeyUpdate(…), with insert of athanor/mysql.");
    const of = (version: number): PostgresqlDialect => {
      const dialect = PostgresqlDialect.unconnected();
      dialect.serverVersionInfo = [version, 2];
      return dialect;
    };
    expect(() => statement.compile({ dialect: of(14) })).toThrow("has no MERGE. What is mostly wanted is an upsert");
    expect(() => statement.returning(stock.c.item).compile({ dialect: of(16) })).toThrow("RETURNING of MERGE before version 17");
    expect(() =>
      statement
        .whenNotMatchedBySource()
        .thenDelete()
        .compile({ dialect: of(15) }),
    ).toThrow("whenNotMatchedBySource() before version 17");
    expect(
      statement
        .whenNotMatchedBySource()
        .thenDelete()
        .returning(stock.c.item)
        .compile({ dialect: of(17) }).sql,
    ).toContain("BY SOURCE");
  });

  test("a default that must differ from row to row is refused", () => {
    const ids = new Table("ids", new MetaData(), {
      id: new Column(t.uuid(), { primaryKey: true, default: () => "a" }),
      code: new Column(t.string(5), { unique: true, default: () => "a" }),
      n: new Column(t.integer()),
    });
    const into = merge(ids).using(deliveries, ids.c.n.eq(deliveries.c.n));
    expect(() => sql(into.whenNotMatched().thenInsert({ n: 1 }))).toThrow(
      'The default of "id" is a function, which is called once for all rows that a MERGE inserts, so they would all have the same: give a value.',
    );
    expect(() => sql(into.whenNotMatched().thenInsert({ id: ids.c.id, n: 1 }))).toThrow('The default of "code" is a function');
    expect(sql(into.whenNotMatched().thenInsert({ id: ids.c.id, code: "y" }))).toContain("INSERT (id, code) VALUES (ids.id, $1)");
  });

  test("mistakes are refused", () => {
    const statement = merge(stock).using(deliveries, on);
    expect(() => sql(statement)).toThrow('A MERGE into "stock" does nothing: say whenMatched() or whenNotMatched().');
    expect(() => statement.whenMatched().thenUpdate({ nn: 1 } as never)).toThrow(
      'thenUpdate() names "nn", which "stock" has no column for. Did you mean "n"?',
    );
    expect(() => statement.whenMatched().thenUpdate({})).toThrow("thenUpdate() was given no values.");
    expect(() => statement.whenNotMatched().thenInsert([1] as never)).toThrow(
      "thenInsert() takes an object of columns and values, or a Map.",
    );
    expect(() => statement.whenMatched().thenUpdate({ n: undefined } as never)).toThrow('the value of "n"');
    expect(() => statement.whenMatched().thenUpdate(new Map([[deliveries.c.n, 1]]))).toThrow(ArgumentError);
    expect(() => merge(stock).using("deliveries" as never, on)).toThrow(ArgumentError);
    expect(() => merge(stock).using(deliveries, undefined as never)).toThrow(ArgumentError);
    expect(() => merge("stock" as never).using(deliveries, on)).toThrow(ArgumentError);
  });
});

const Base = declarativeBase();
class Item extends Base<typeof Item> {
  static table = this.mapTo("items");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static shortName = mappedColumn(t.string(20));
  static price = mappedColumn(t.numeric(10, 2), { nullable: true });
}

describeEachDatabase(
  "executed",
  (db) => {
    test("changes, inserts and deletes, with values given by the execution too", async () => {
      const engine = createEngine(db.url, { queryCacheSize: 500 });
      await using conn = await engine.connect();
      await metadata.createAll(conn);
      await conn.execute(stock.insert(), [
        { item: "apple", n: 3 },
        { item: "pear", n: 2 },
        { item: "plum", n: 1 },
      ]);
      await conn.execute(deliveries.insert(), [
        { item: "apple", n: 10 },
        { item: "pear", n: 0 },
        { item: "fig", n: 4 },
        { item: "nut", n: -1 },
      ]);
      serial = 1000;
      const statement = (note: string) =>
        merge(stock)
          .using(deliveries, on)
          .whenMatched(deliveries.c.n.eq(0))
          .thenDelete()
          .whenMatched()
          .thenUpdate({ n: stock.c.n.add(deliveries.c.n), note })
          .whenNotMatched(deliveries.c.n.lt(bindparam("least", 0)))
          .thenDoNothing()
          .whenNotMatched()
          .thenInsert({ item: deliveries.c.item, n: deliveries.c.n });
      const { misses } = engine.compiledCache.stats;
      expect((await conn.execute(statement("first"))).rowcount).toBe(3);
      const rows = () => conn.execute(select(stock).orderBy(stock.c.item)).all();
      expect(await rows()).toEqual([
        ["apple", 13, "first", expect.any(Number), 7],
        ["fig", 4, "new", 1001, 0],
        ["plum", 1, "new", expect.any(Number), 0],
      ]);
      expect((await conn.execute(statement("second"), { least: -5 })).rowcount).toBe(4);
      expect(engine.compiledCache.stats.misses).toBeLessThanOrEqual(misses + 3);
      // functions are called once for each execution, not for each row
      expect((await rows()).map(([item, n, note, made]) => [item, n, note, made === serial])).toEqual([
        ["apple", 23, "second", false],
        ["fig", 8, "second", false],
        ["nut", -1, "new", true],
        ["pear", 0, "new", true],
        ["plum", 1, "new", false],
      ]);
      const plan = await conn.scalars(explain(statement("third"))).all();
      expect(plan.join("\n")).toContain("Merge on stock");
      const source = values(column("item", t.string(20)), column("n", t.integer()), { name: "v" }).data([["kiwi", 9]]);
      const upsert = merge(stock)
        .using(source, stock.c.item.eq(source.c["item"]!))
        .whenNotMatched()
        .thenInsert({ item: source.c["item"]!, n: source.c["n"]! })
        .whenMatched()
        .thenUpdate({ n: 0 });
      expect((await conn.execute(upsert)).rowcount).toBe(1);
      expect(await conn.scalar(select(stock.c.n).where(stock.c.item.eq("kiwi")))).toBe(9);

      const later = merge(stock)
        .using(deliveries, on)
        .whenNotMatchedBySource()
        .thenDelete()
        .returning({ done: func.merge_action!({ type: t.string() }), item: stock.c.item });
      if (db.name === "pglite") {
        const gone = await conn.execute(later).all();
        expect(gone.toSorted((a, b) => a.item.localeCompare(b.item))).toEqual([
          { done: "DELETE", item: "kiwi" },
          { done: "DELETE", item: "plum" },
        ]);
      }
      await conn.rollback();
      await metadata.dropAll(conn);
      await conn.commit();
      await engine.dispose();
    });

    test("of a mapped class takes attributes, and sees what the session has", async () => {
      const engine = createEngine(db.url);
      await Base.metadata.createAll(engine);
      await using session = sessionmaker({ bind: engine })();
      session.add(new Item({ id: 1, shortName: "a" }));
      const source = values(column("id", t.integer()), column("name", t.string(20)), { name: "v" }).data([
        [1, "A"],
        [2, "B"],
      ]);
      await session.execute(
        merge(Item)
          .using(source, Item.id.eq(source.c["id"]!))
          .whenMatched()
          .thenUpdate({ shortName: source.c["name"]!, price: "1.50" })
          .whenNotMatched()
          .thenInsert(
            new Map<object, unknown>([
              [Item.id, source.c["id"]!],
              [Item.shortName, source.c["name"]!],
            ]),
          ),
      );
      const found = await session.scalars(select(Item).orderBy(Item.id).executionOptions({ populateExisting: true })).all();
      expect(found.map(({ id, shortName, price }) => [id, shortName, price])).toEqual([
        [1, "A", "1.50"],
        [2, "B", null],
      ]);
      await session.rollback();
      await Base.metadata.dropAll(engine);
      await engine.dispose();
    });
  },
  { only: ["postgresql", "pglite"] },
);
