// Defaults in all their forms, in one row, in many, and in several rows of VALUES.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  ArgumentError,
  bindparam,
  Column,
  computed,
  createEngine,
  DDL,
  type DefaultContext,
  delete_,
  type Engine,
  event,
  FetchedValue,
  func,
  identity,
  insert,
  literal,
  MetaData,
  select,
  t,
  Table,
  text,
  trigger,
  update,
} from "athanor";
import { describeEachDatabase } from "../../support/databases.ts";

describeEachDatabase("defaults", (db) => {
  let engine: Engine;
  let counter = 0;
  const metadata = new MetaData();
  const current = (context: DefaultContext): Record<string, unknown> => ({ ...context.getCurrentParameters() });
  const things = new Table("things", metadata, {
    id: new Column(t.integer(), { primaryKey: true }),
    a: new Column(t.integer()),
    scalar: new Column(t.string(20), { default: "given" }),
    counted: new Column(t.integer(), { default: () => (counter += 1) }),
    // with a name of its own in the database
    fromRow: new Column("from_row", t.integer(), {
      default: (context: DefaultContext) => (current(context)["a"] as number) * 10 + (current(context)["counted"] as number),
      onupdate: (context: DefaultContext) => ((current(context)["a"] as number | undefined) ?? 0) + 1000,
    }),
    sql: new Column(t.integer(), { default: func.length("four"), onupdate: func.length("eight---") }),
    expression: new Column(t.integer(), { default: literal(5).add(6) }),
    subquery: new Column(t.integer(), { default: select(literal(7)).scalarSubquery() }),
    server: new Column(t.string(10), { serverDefault: "server" }),
    serverSql: new Column(t.integer(), { serverDefault: text("4") }),
    changed: new Column(t.string(10), { onupdate: "changed" }),
    json: new Column(t.json<{ n: number }>(), { default: () => ({ n: counter }) }),
    day: new Column(t.date(), { default: "2020-01-01" }),
    flag: new Column(t.boolean(), { default: false }),
    nothing: new Column(t.integer(), { default: () => null }),
  });

  /** The row of a = n, the k-th of a test. */
  const row = (n: number, k: number): unknown[] => [
    n,
    "given",
    k,
    n * 10 + k,
    4,
    11,
    7,
    "server",
    4,
    null,
    { n: k },
    "2020-01-01",
    false,
    null,
  ];
  const stored = async (): Promise<unknown[][]> => {
    await using conn = await engine.connect();
    const rows = (await conn.execute(select(things).orderBy(things.c.id)).all()) as unknown[][];
    return rows.map(([, ...rest]) => rest);
  };

  beforeAll(async () => {
    engine = createEngine(db.url);
    await metadata.createAll(engine);
  });
  beforeEach(async () => {
    counter = 0;
    await engine.begin((conn) => conn.execute(delete_(things)));
  });
  afterAll(async () => {
    await metadata.dropAll(engine);
    await engine.dispose();
  });

  test("in one row, given with the statement or beside it", async () => {
    await engine.begin((conn) => conn.execute(insert(things).values({ a: 3 })));
    await engine.begin((conn) => conn.execute(insert(things), { a: 4 }));
    expect(await stored()).toEqual([row(3, 1), row(4, 2)]);
  });

  for (const count of [2, 250, 2100]) {
    test(`in ${count} rows as parameters, with RETURNING and without`, async () => {
      const rows = Array.from({ length: count }, (_none, i) => ({ a: i }));
      await engine.begin((conn) => conn.execute(insert(things), rows));
      expect(await stored()).toEqual(rows.map(({ a }) => row(a, a + 1)));
      await engine.begin((conn) => conn.execute(delete_(things)));
      counter = 0;
      await engine.begin(async (conn) => {
        const returned = await conn.execute(insert(things).returning(things.c.a, things.c.fromRow), rows).all();
        expect([...returned].sort(([x], [y]) => x! - y!)).toEqual(rows.map(({ a }) => [a, a * 10 + a + 1]));
      });
    });
  }

  test("in several rows of VALUES", async () => {
    const rows = Array.from({ length: 205 }, (_none, i) => ({ a: i }));
    await engine.begin((conn) => conn.execute(insert(things).values(rows)));
    expect(await stored()).toEqual(rows.map(({ a }) => row(a, a + 1)));
  });

  test("in INSERT FROM SELECT", async () => {
    const own = new MetaData();
    const target = new Table("dfl_target", own, {
      a: new Column(t.integer()),
      scalar: new Column(t.string(10), { default: "given" }),
      sql: new Column(t.integer(), { default: func.length("four") }),
      called: new Column(t.integer(), { default: () => 5 }),
    });
    await own.createAll(engine);
    await engine.begin(async (conn) => {
      await conn.execute(insert(target).fromSelect(["a"], select(literal(1))));
      await conn.execute(insert(target).fromSelect(["a"], select(literal(2)), { includeDefaults: false }));
      expect(await conn.execute(select(target).orderBy(target.c.a)).all()).toEqual([
        [1, "given", 4, 5],
        [2, null, null, null],
      ]);
    });
    await own.dropAll(engine);
  });

  test("give way to values, NULL and expressions included", async () => {
    await engine.begin((conn) =>
      conn.execute(
        insert(things).values({ a: 3, scalar: "mine", counted: 77, fromRow: null, sql: 1, server: func.upper("x"), nothing: 5, day: null }),
      ),
    );
    expect(await stored()).toEqual([[3, "mine", 77, null, 1, 11, 7, "X", 4, null, { n: 0 }, null, false, 5]]);
    expect(counter).toBe(0);
  });

  test("of UPDATE", async () => {
    await engine.begin(async (conn) => {
      await conn.execute(insert(things), [
        { id: 1, a: 1 },
        { id: 2, a: 2 },
      ]);
      await conn.execute(update(things).where(things.c.id.eq(1)).values({ a: 5 }));
      await conn.execute(update(things).where(things.c.id.eq(2)), { a: 6 });
    });
    const changes = select(things.c.a, things.c.fromRow, things.c.sql, things.c.changed, things.c.scalar).orderBy(things.c.id);
    await using conn = await engine.connect();
    expect(await conn.execute(changes).all()).toEqual([
      [5, 1005, 8, "changed", "given"],
      [6, 1006, 8, "changed", "given"],
    ]);
    await conn.execute(
      update(things)
        .where(things.c.id.eq(bindparam("k")))
        .values({ scalar: bindparam("v") }),
      [
        { k: 1, v: "x" },
        { k: 2, v: "y" },
      ],
    );
    expect(await conn.execute(select(things.c.scalar, things.c.fromRow).orderBy(things.c.id)).all()).toEqual([
      ["x", 1000],
      ["y", 1000],
    ]);
    await conn.rollback();
  });

  test("a function that waits is refused", async () => {
    const own = new Table("dfl_async", new MetaData(), {
      id: new Column(t.integer(), { primaryKey: true }),
      a: new Column(t.integer(), { default: async () => Promise.resolve(5) }),
    });
    const run = engine.begin((conn) => conn.execute(insert(own).values({ id: 1 })));
    await expect(run).rejects.toThrow(ArgumentError);
    await expect(engine.begin((conn) => conn.execute(insert(own).values({ id: 1 })))).rejects.toThrow(/column "a" gave a Promise/);
  });

  test("of the database, marked by FetchedValue: a trigger sets them", async () => {
    const own = new MetaData();
    const set = { postgresql: "NEW.touched := 7;", mysql: "SET NEW.touched = 7;" };
    const marked = new Table(
      "dfl_marked",
      own,
      {
        id: new Column(t.integer(), { primaryKey: true }),
        a: new Column(t.integer()),
        touched: new Column(t.integer(), { serverDefault: new FetchedValue(), serverOnupdate: new FetchedValue() }),
      },
      db.dialect === "sqlite"
        ? [
            trigger("dfl_i", { timing: "after", events: "insert", body: "UPDATE dfl_marked SET touched = 7 WHERE id = NEW.id" }),
            trigger("dfl_u", { timing: "after", events: "update", of: ["a"], body: "UPDATE dfl_marked SET touched = 8 WHERE id = NEW.id" }),
          ]
        : [
            trigger("dfl_i", { timing: "before", events: "insert", body: set }),
            trigger("dfl_u", {
              timing: "before",
              events: "update",
              body: { postgresql: "NEW.touched := 8;", mysql: "SET NEW.touched = 8;" },
            }),
          ],
    );
    await own.createAll(engine);
    await engine.begin(async (conn) => {
      await conn.execute(insert(marked).values({ id: 1 }));
      expect(await conn.scalar(select(marked.c.touched))).toBe(7);
      await conn.execute(update(marked).values({ a: 1 }));
      expect(await conn.scalar(select(marked.c.touched))).toBe(8);
    });
    await own.dropAll(engine);
  });

  test("computed columns and identities", async () => {
    const own = new MetaData();
    const made = new Table("dfl_made", own, {
      id: new Column(t.integer(), identity({ start: 10 }), { primaryKey: true }),
      a: new Column(t.integer()),
      double: new Column(t.integer(), computed("a * 2", { persisted: true })),
    });
    await own.createAll(engine);
    await engine.begin(async (conn) => {
      await conn.execute(insert(made), [{ a: 1 }, { a: 2 }]);
      await conn.execute(update(made).where(made.c.a.eq(2)).values({ a: 5 }));
      expect(await conn.execute(select(made.c.double).orderBy(made.c.id)).scalars().all()).toEqual([2, 10]);
    });
    // @ts-expect-error: the database computes it
    await expect(engine.begin((conn) => conn.execute(insert(made).values({ double: 5 })))).rejects.toThrow();
    await own.dropAll(engine);
  });

  if (db.dialect === "mysql") {
    test("ON UPDATE CURRENT_TIMESTAMP", async () => {
      const own = new MetaData();
      const stamped = new Table("dfl_stamped", own, {
        id: new Column(t.integer(), { primaryKey: true }),
        a: new Column(t.integer()),
        at: new Column(t.TIMESTAMP(), {
          serverDefault: text("CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP"),
          serverOnupdate: new FetchedValue(),
        }),
      });
      await own.createAll(engine);
      await engine.begin(async (conn) => {
        await conn.execute(new DDL("SET timestamp = 1000000000"));
        await conn.execute(insert(stamped).values({ id: 1 }));
        const first = await conn.scalar(select(stamped.c.at));
        await conn.execute(new DDL("SET timestamp = 1000000100"));
        await conn.execute(update(stamped).values({ a: 1 }));
        const second = await conn.scalar(select(stamped.c.at));
        await conn.execute(new DDL("SET timestamp = DEFAULT"));
        expect([(first as Date).getTime(), (second as Date).getTime()]).toEqual([1_000_000_000_000, 1_000_000_100_000]);
      });
      await own.dropAll(engine);
    });
  }

  test("what a default function is told", async () => {
    const own = new MetaData();
    const seen: unknown[] = [];
    const told = new Table("dfl_told", own, {
      id: new Column(t.integer(), { primaryKey: true, autoincrement: false }),
      key: new Column("name_in_db", t.integer()),
      z: new Column(t.integer(), {
        default: (context: DefaultContext) => {
          seen.push(context.getCurrentParameters(), context.currentParameters);
          return 1;
        },
      }),
    });
    await own.createAll(engine);
    await engine.begin(async (conn) => {
      await conn.execute(insert(told), [
        { id: 1, key: 10 },
        { id: 2, key: 20 },
      ]);
      await conn.execute(
        insert(told).values([
          { id: 3, key: 30 },
          { id: 4, key: 40 },
        ]),
      );
    });
    const by = (id: number): object => ({ id, key: id * 10 });
    expect(seen).toEqual([1, 1, 2, 2, 3, 3, 4, 4].map(by));
    await own.dropAll(engine);
  });
});

describe("defaults", () => {
  test("listen to nothing of their own", () => {
    expect(() => event.listen(new FetchedValue(), "beforeParentAttach", () => undefined)).not.toThrow();
  });
});

test("insertDefault is another name of default", () => {
  const column = new Column("x", t.integer(), { insertDefault: 5 });
  expect(column.default?.isScalar).toBe(true);
  expect(() => new Column("x", t.integer(), { insertDefault: 5, default: 5 })).toThrow(/"default" and "insertDefault"/);
  expect(() => new Column("x", t.integer(), { insertDefault: undefined })).toThrow(/undefined is not a value/);
  const copy = new Table("x", new MetaData(), { x: column }).toMetadata(new MetaData());
  expect((copy.c.x.default as { arg?: unknown } | null)?.arg).toBe(5);
});
