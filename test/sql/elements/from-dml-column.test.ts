// fromDmlColumn(): the value of another column of the same INSERT or UPDATE.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  bindparam,
  Column,
  CompileError,
  createEngine,
  type Engine,
  fromDmlColumn,
  func,
  insert,
  literal,
  MetaData,
  select,
  t,
  Table,
  update,
  visitors,
} from "../../../src/index.ts";
import { describeEachDatabase } from "../../support/databases.ts";

const metadata = new MetaData();
const pairs = new Table("pairs", metadata, {
  id: new Column(t.integer(), { primaryKey: true }),
  x: new Column(t.integer()),
  y: new Column(t.integer()),
  z: new Column(t.string(10), { default: "zz" }),
});
const name = new Column(t.string(20));
const people = new Table("people", metadata, {
  id: new Column(t.integer(), { primaryKey: true }),
  name,
  sortKey: new Column("sort_key", t.string(20), {
    default: func.lower(fromDmlColumn(name)),
    onupdate: func.upper(fromDmlColumn(name)),
  }),
});

describe("the SQL", () => {
  const x5 = fromDmlColumn(pairs.c.x).add(5);
  const sql = (
    statement: { compile(args: object): { sql: string; params: readonly unknown[] } },
    dialect = "default",
    more = {},
  ): unknown[] => {
    const { sql: text, params } = statement.compile({ dialect, ...more });
    return [text, ...params];
  };

  test("has the expression of the other column once more", () => {
    const statement = insert(pairs).values({ x: func["foobar"]!<number>(3), y: x5, z: "a" });
    const text = "INSERT INTO pairs (x, y, z) VALUES (foobar(?), (foobar(?) + ?), ?)";
    for (const dialect of ["default", "sqlite", "mysql"]) expect(sql(statement, dialect)).toEqual([text, 3, 3, 5, "a"]);
    expect(sql(statement, "postgresql")).toEqual([
      "INSERT INTO pairs (x, y, z) VALUES (foobar($1::INTEGER), (foobar($1::INTEGER) + $2::INTEGER), $3) RETURNING pairs.id",
      3,
      5,
      "a",
    ]);
    for (const copy of [visitors.clonedTraverse(statement, () => {}), visitors.replacementTraverse(statement, () => null)])
      expect(sql(copy)).toEqual([text, 3, 3, 5, "a"]);
  });

  test("has the value of the other column once more", () => {
    expect(sql(insert(pairs).values({ x: 3, y: x5, z: null }))).toEqual([
      "INSERT INTO pairs (x, y, z) VALUES (?, (? + ?), ?)",
      3,
      3,
      5,
      null,
    ]);
    // PostgreSQL wants one type for all places of a parameter
    expect(sql(insert(pairs).values({ x: 3, y: x5, z: null }), "postgresql")[0]).toBe(
      "INSERT INTO pairs (x, y, z) VALUES ($1::INTEGER, ($1::INTEGER + $2::INTEGER), $3) RETURNING pairs.id",
    );
    expect(sql(update(pairs).values({ x: 3, y: fromDmlColumn(pairs.c.x) }), "default", { compileKwargs: { literalBinds: true } })).toEqual([
      "UPDATE pairs SET x=3, y=3",
    ]);
    expect(sql(insert(pairs).values({ x: bindparam("given", 4), y: x5, z: "" })).slice(1)).toEqual([4, 4, 5, ""]);
  });

  test("has the default of the other column", () => {
    const statement = insert(pairs).values({ x: 3, y: func.length(fromDmlColumn(pairs.c.z)) });
    expect(sql(statement)).toEqual(["INSERT INTO pairs (x, y, z) VALUES (?, length(?), ?)", 3, null, null]);
  });

  test("may name a column that comes later, or one that names another", () => {
    expect(sql(update(pairs).values({ x: fromDmlColumn(pairs.c.y).add(5), y: 7 }))).toEqual(["UPDATE pairs SET x=(? + ?), y=?", 7, 5, 7]);
    const chain = update(pairs).values({ id: 1, x: fromDmlColumn(pairs.c.id).add(1), y: fromDmlColumn(pairs.c.x).mul(2) });
    expect(sql(chain)).toEqual(["UPDATE pairs SET id=?, x=(? + ?), y=((? + ?) * ?)", 1, 1, 1, 1, 1, 2]);
  });

  test("of an UPDATE has the column itself where it is not set", () => {
    expect(sql(update(pairs).values({ y: x5 }))).toEqual(["UPDATE pairs SET y=(pairs.x + ?)", 5]);
  });

  test("of many rows has the value of each", () => {
    const rows = [
      { x: 1, y: x5, z: "a" },
      { x: 2, y: 3, z: "b" },
      { x: 4, y: x5, z: "c" },
    ];
    expect(sql(insert(pairs).values(rows))).toEqual([
      "INSERT INTO pairs (x, y, z) VALUES (?, (? + ?), ?), (?, ?, ?), (?, (? + ?), ?)",
      ...[1, 1, 5, "a", 2, 3, "b", 4, 4, 5, "c"],
    ]);
  });

  test("takes defaults of columns", () => {
    expect(sql(insert(people).values({ name: "A" }))).toEqual(["INSERT INTO people (name, sort_key) VALUES (?, lower(?))", "A", "A"]);
    expect(sql(update(people).values({ name: "A" }))).toEqual(["UPDATE people SET name=?, sort_key=upper(?)", "A", "A"]);
    expect(sql(update(people).values({ id: 1 }))).toEqual(["UPDATE people SET id=?, sort_key=upper(people.name)", 1]);
    expect(sql(insert(people).values([{ name: "A" }, { name: "B" }]))).toEqual([
      "INSERT INTO people (name, sort_key) VALUES (?, lower(?)), (?, lower(?))",
      ...["A", "A", "B", "B"],
    ]);
  });

  test("has a key of its own", () => {
    const of = (column: typeof pairs.c.x | typeof pairs.c.y): object =>
      insert(pairs).values({ z: "", id: fromDmlColumn(column), x: 1, y: 2 });
    expect(sql(of(pairs.c.x) as never)).not.toEqual(sql(of(pairs.c.y) as never));
  });

  test("is refused where nothing can be meant", () => {
    expect(() => sql(insert(pairs).values({ y: x5 }))).toThrow(CompileError);
    expect(() => sql(insert(pairs).values({ y: x5 }))).toThrow(
      'fromDmlColumn() names "x", which this INSERT into "pairs" has no value for.',
    );
    for (const outside of [
      select(fromDmlColumn(pairs.c.x)),
      update(pairs)
        .values({ x: 5 })
        .where(pairs.c.y.eq(fromDmlColumn(pairs.c.x))),
    ])
      expect(() => sql(outside)).toThrow("only among the values of an INSERT or UPDATE");
    const cycle = update(pairs).values({ x: fromDmlColumn(pairs.c.y).add(1), y: fromDmlColumn(pairs.c.x) });
    expect(() => sql(cycle)).toThrow('The value of "x" is made of itself by fromDmlColumn(): x → y → x.');
    expect(() => fromDmlColumn(5 as never)).toThrow("fromDmlColumn()");
  });
});

describeEachDatabase("fromDmlColumn()", (db) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = createEngine(db.url);
    await metadata.createAll(engine);
  });
  afterAll(() => engine.dispose());

  test("gives what the other column gets, by one row, many and none", async () => {
    await engine.begin(async (conn) => {
      const twice = fromDmlColumn(pairs.c.x).mul(2);
      await conn.execute(insert(pairs).values({ id: 1, x: 10, y: twice }));
      await conn.execute(
        insert(pairs).values([
          { id: 2, x: 20, y: twice },
          { id: 3, x: literal(30), y: 1 },
        ]),
      );
      // the same statement for other rows: few by VALUES, many in whatever way is fastest
      const each = insert(pairs).values({ y: twice });
      await conn.execute(each, [
        { id: 4, x: 40 },
        { id: 5, x: 50 },
      ]);
      const many = Array.from({ length: 500 }, (_, i) => ({ id: i + 100, x: i }));
      await conn.execute(each, many);
      await conn.execute(
        insert(pairs).values({ y: fromDmlColumn(pairs.c.x) }),
        many.map(({ x }) => ({ id: x + 1000, x })),
      );
      const rows = await conn.execute(select(pairs.c.id, pairs.c.x, pairs.c.y).where(pairs.c.id.lt(10)).orderBy(pairs.c.id)).all();
      expect(rows).toEqual([
        [1, 10, 20],
        [2, 20, 40],
        [3, 30, 1],
        [4, 40, 80],
        [5, 50, 100],
      ]);
      expect(await conn.scalar(select(func.count()).where(pairs.c.id.between(100, 599), pairs.c.y.eq(pairs.c.x.mul(2))))).toBe(500);
      expect(await conn.scalar(select(func.count()).where(pairs.c.id.ge(1000), pairs.c.y.eq(pairs.c.x)))).toBe(500);
      await conn.execute(
        update(pairs)
          .values({ x: pairs.c.x.add(1), y: fromDmlColumn(pairs.c.x).mul(3) })
          .where(pairs.c.id.eq(1)),
      );
      await conn.execute(
        update(pairs)
          .values({ y: twice })
          .where(pairs.c.id.eq(bindparam("key"))),
        [
          { key: 2, x: 7 },
          { key: 3, x: 8 },
        ],
      );
      const changed = await conn.execute(select(pairs.c.x, pairs.c.y).where(pairs.c.id.le(3)).orderBy(pairs.c.id)).all();
      // MySQL computes SET from left to right, so that x has its new value already
      expect(changed).toEqual([
        [11, db.dialect === "mysql" ? 36 : 33],
        [7, 14],
        [8, 16],
      ]);
      await conn.execute(insert(people), [
        { id: 1, name: "Wendy" },
        { id: 2, name: "Sandy" },
      ]);
      await conn.execute(update(people).values({ name: "Jack" }).where(people.c.id.eq(2)));
      expect(await conn.scalars(select(people.c.sortKey).orderBy(people.c.id)).all()).toEqual(["wendy", "JACK"]);
    });
  });
});
