import { describe, expect, test } from "vitest";
import {
  ArgumentError,
  bindparam,
  cast,
  collate,
  column,
  type ClauseElement,
  Column,
  foreignKey,
  func,
  insert,
  InvalidRequestError,
  lateral,
  literal,
  MetaData,
  select,
  t,
  Table,
  table,
  text,
  true_,
  union,
  UnsupportedCompilationError,
  update,
  UserDefinedType,
} from "athanor";
import * as mysql from "athanor/mysql";
import * as pg from "athanor/postgresql";

const metadata = new MetaData();
const users = new Table("users", metadata, {
  id: new Column(t.integer(), { primaryKey: true }),
  name: new Column(t.string(50)),
  age: new Column(t.integer()),
  kind: new Column(t.enum(["red", "green"], { name: "kind" })),
  data: new Column(t.json()),
});
const addresses = new Table("addresses", metadata, {
  id: new Column(t.integer(), { primaryKey: true }),
  userId: new Column("user_id", foreignKey("users.id")),
});
const things = new Table(
  "things",
  metadata,
  { id: new Column(t.integer(), { primaryKey: true }), label: new Column(t.string(20)) },
  { schema: "other" },
);

class Folded extends UserDefinedType<string> {
  getColSpec(): string {
    return "FOLDED";
  }
  override bindExpression(value: never): never {
    return func.lower(value) as never;
  }
  override columnExpression(value: never): never {
    return func.upper(value) as never;
  }
}
const folded = table("folded", column("x", new Folded()), column("y", t.integer()));

function sqlOf(statement: ClauseElement, dialect = "default", literals = false): string {
  return statement.compile({ dialect, ...(literals ? { compileKwargs: { literalBinds: true } } : {}) }).sql.replaceAll(/\s+/g, " ");
}

describe("IN", () => {
  const inner = select(addresses.c.userId);

  test("takes the columns of a subquery", () => {
    expect(sqlOf(select(users.c.id).where(users.c.id.in(inner.subquery())))).toBe(
      "SELECT users.id FROM users WHERE users.id IN (SELECT anon_1.user_id FROM (SELECT addresses.user_id AS user_id FROM addresses) AS anon_1)",
    );
  });

  test("takes a scalar subquery, and a function that gives rows", () => {
    expect(sqlOf(select(users.c.id).where(users.c.id.in(inner.scalarSubquery())))).toBe(
      "SELECT users.id FROM users WHERE users.id IN (SELECT addresses.user_id FROM addresses)",
    );
    expect(sqlOf(select(users.c.id).where(users.c.id.in(func.unnest!(users.c.data))))).toBe(
      "SELECT users.id FROM users WHERE users.id IN (SELECT unnest(users.data) AS unnest_1 FROM users)",
    );
  });

  test("tells the empty list of NOT IN from that of IN", () => {
    const ids = bindparam("ids", [], { expanding: true, type: t.integer() });
    const { id } = users.c;
    expect(sqlOf(select(id).where(id.in(ids), id.notIn(ids)), "postgresql")).toBe(
      "SELECT users.id FROM users WHERE users.id IN (NULL) AND (1 != 1) AND (users.id NOT IN (NULL) OR (1 = 1))",
    );
  });

  test("writes values without the casts of parameters", () => {
    const list = bindparam("ids", [1, 2], { expanding: true, literalExecute: true });
    expect(sqlOf(select(users.c.id).where(users.c.id.in(list)), "postgresql")).toBe("SELECT users.id FROM users WHERE users.id IN (1, 2)");
  });
});

describe("parameters", () => {
  test("null beside an operator is bound, as any other value is", () => {
    const { sql, params } = select(users.c.age.add(null as never), users.c.age.op("<=>")(null)).compile();
    expect(sql).toBe("SELECT users.age + ? AS anon_1, users.age <=> ? AS anon_2 FROM users");
    expect(params).toEqual([null, null]);
  });

  test("of one name have one value: that of the last", () => {
    const both = select(users.c.id).where(users.c.name.eq(bindparam("x", "a")), users.c.name.ne(bindparam("x", "b")));
    expect(both.compile().params).toEqual(["b", "b"]);
  });

  test("literal() and column() take their options behind the value or behind the type", () => {
    expect(sqlOf(select(literal("x", { literalExecute: true }), literal("y", t.string(), { literalExecute: true })))).toBe(
      "SELECT 'x' AS anon_1, 'y' AS anon_2",
    );
    expect(sqlOf(select(column("a + b", { isLiteral: true }), column("c + d", t.integer(), { isLiteral: true })))).toBe(
      "SELECT a + b, c + d",
    );
  });

  test("of CAST are of their own type where that of the cast would not take them", () => {
    const casts = select(cast(5, t.string()), cast("1 day", pg.t.INTERVAL()), cast("x", t.largeBinary()), cast("now", t.date()));
    expect(casts.compile().params).toEqual([5, "1 day", "x", "now"]);
  });
});

describe("params()", () => {
  const { id, name } = users.c;

  test("gives named parameters other values in a copy", () => {
    const statement = select(id).where(name.eq(bindparam("x", "a")), id.gt(5));
    const changed = statement.params({ x: "b", other: 1 });
    expect([statement.compile().params, changed.compile().params]).toEqual([
      ["a", 5],
      ["b", 5],
    ]);
    expect(text("SELECT :x").params({ x: 4 }).compile().params).toEqual([4]);
    expect(() => statement.params({ x: undefined })).toThrow(ArgumentError);
  });

  test("reaches into subqueries, recursive CTEs, lists and the values of an UPDATE", () => {
    const inner = select(id)
      .where(id.gt(bindparam("low", 1)))
      .subquery("s");
    const joined = select(inner.c["id"]!)
      .join(addresses, addresses.c.userId.eq(inner.c["id"]!))
      .where(inner.c["id"]!.lt(bindparam("high", 2)));
    expect(joined.params({ low: 7, high: 8 }).compile()).toMatchObject({ sql: joined.compile().sql, params: [7, 8] });

    const first = select(id)
      .where(id.eq(bindparam("start", 1)))
      .cte("c", { recursive: true });
    const all = first.unionAll(select(first.c["id"]!).where(first.c["id"]!.in(bindparam("list", [2]))));
    expect(
      select(all)
        .params({ start: 7, list: [8, 9] })
        .compile().params,
    ).toEqual([7, 8, 9]);

    const changes = update(users)
      .values({ name: bindparam("n") })
      .where(id.eq(bindparam("which")));
    expect(changes.params({ n: "x", which: 3 }).compile().params).toEqual(["x", 3]);
  });
});

describe("CTE", () => {
  test("an alias of a recursive CTE can be what is extended", () => {
    const tree = select(addresses.c.id).where(addresses.c.id.eq(1)).cte({ recursive: true }).alias("tree");
    const all = tree.union(select(addresses.c.id).where(addresses.c.userId.eq(tree.c["id"]!)));
    expect(sqlOf(select(all.c["id"]!))).toBe(
      "WITH RECURSIVE tree(id) AS (SELECT addresses.id AS id FROM addresses WHERE addresses.id = ? UNION " +
        "SELECT addresses.id AS id FROM addresses, tree WHERE addresses.user_id = tree.id) SELECT tree.id FROM tree",
    );
  });

  test("an INSERT from a SELECT in it labels the columns", () => {
    const added = insert(addresses).fromSelect(["id"], select(users.c.id)).returning(addresses.c.id).cte("added");
    expect(sqlOf(select(added))).toBe(
      "WITH added AS (INSERT INTO addresses (id) SELECT users.id AS id FROM users RETURNING addresses.id) SELECT added.id FROM added",
    );
  });
});

describe("LATERAL", () => {
  test("is made of a subquery as well", () => {
    const inner = select(addresses.c.id).where(addresses.c.userId.eq(users.c.id)).subquery();
    const made = "LATERAL (SELECT addresses.id AS id FROM addresses WHERE addresses.user_id = users.id) AS l";
    for (const from of [inner.lateral("l"), lateral(inner, { name: "l" })])
      expect(sqlOf(select(users.c.name, from.c["id" as never]).join(from, true_()))).toBe(
        `SELECT users.name, l.id FROM users JOIN ${made} ON true`,
      );
    expect(sqlOf(select(users.c.id, inner.lateral().alias("l")))).toBe(`SELECT users.id, l.id AS id_1 FROM users, ${made}`);
  });
});

describe("INSERT from SELECT", () => {
  const dated = new Table("dated", new MetaData(), {
    id: new Column(t.integer(), { primaryKey: true }),
    day: new Column(t.date(), { default: func.now() as never }),
  });

  test("adds defaults to a UNION that was made a subquery", () => {
    const both = union(select(users.c.id), select(addresses.c.id)).subquery();
    expect(sqlOf(insert(dated).fromSelect(["id"], both))).toBe(
      "INSERT INTO dated (id, day) SELECT anon_1.id, now() AS now_1 FROM (SELECT users.id AS id FROM users UNION SELECT addresses.id AS id FROM addresses) AS anon_1",
    );
  });
});

describe("functions of PostgreSQL", () => {
  test("keep their names as they are written", () => {
    expect(sqlOf(select(func.ARRAY!(select(users.c.id)), func.STRING_TO_ARRAY!(users.c.name, ",")), "postgresql")).toBe(
      'SELECT ARRAY((SELECT users.id FROM users)) AS "ARRAY_1", STRING_TO_ARRAY(users.name, $1::VARCHAR) AS "STRING_TO_ARRAY_1" FROM users',
    );
  });

  test("of HSTORE name their parameters like themselves", () => {
    const attrs = table("docs", column("attrs", pg.t.HSTORE())).c["attrs"]!;
    expect(sqlOf(select(attrs.delete(["a"]), attrs.delete({ a: "b" })), "sqlite")).toBe(
      "SELECT delete(docs.attrs, ?) AS delete_1, delete(docs.attrs, ?) AS delete_3 FROM docs",
    );
  });
});

describe("names", () => {
  const plain = new Table(
    "T1",
    metadata,
    { Id: new Column("Id", t.integer(), { quote: false }) },
    { schema: "Foo", quote: false, quoteSchema: false },
  );

  test("of schemas are quoted as the table says, before columns too", () => {
    expect(sqlOf(select(plain))).toBe("SELECT Foo.T1.Id FROM Foo.T1");
  });

  test("of collations may have a schema", () => {
    expect(
      sqlOf(select(users.c.name.collate("fr_FR", { collationSchema: "mine" }), collate("x", "C", { collationSchema: "s" })), "postgresql"),
    ).toBe('SELECT users.name COLLATE mine."fr_FR" AS anon_1, $1::VARCHAR COLLATE s."C" AS anon_2 FROM users');
  });

  test("behind FOR UPDATE OF of a join begin with the right side", () => {
    const joined = users.join(addresses);
    expect(sqlOf(select(users.c.id).selectFrom(joined).withForUpdate({ of: joined }), "postgresql")).toMatch(
      /FOR UPDATE OF addresses, users$/,
    );
  });
});

describe("an expression of an enum", () => {
  test("takes any text for LIKE and ||, and what comes of them", () => {
    const made = select(users.c.id).where(users.c.kind.like("r%"), users.c.kind.add("x" as never).eq("redx" as never));
    expect(made.compile()).toMatchObject({
      sql: "SELECT users.id FROM users WHERE users.kind LIKE ? AND (users.kind || ?) = ?",
      params: ["r%", "x", "redx"],
    });
  });
});

describe("what only one database has", () => {
  const { name } = users.c;
  for (const [what, expression] of [
    ["ARRAY[…]", pg.array([1])],
    ["ORDER BY of an argument", func.array_agg!(pg.aggregateOrderBy(name, users.c.id))],
    ["DISTINCT ON", null],
  ] as const) {
    test(`${what} is refused elsewhere`, () => {
      const statement = expression === null ? select(name).ext(pg.distinctOn(name)) : select(expression);
      for (const dialect of ["sqlite", "mysql"]) expect(() => statement.compile({ dialect })).toThrow(UnsupportedCompilationError);
    });
  }

  test("MATCH … AGAINST is refused elsewhere", () => {
    for (const dialect of ["sqlite", "postgresql"])
      expect(() => select(mysql.match(name, { against: "x" })).compile({ dialect })).toThrow(UnsupportedCompilationError);
  });

  test("an empty array has a cast to the type that was given, and none without", () => {
    expect(sqlOf(select(pg.array([], { type: t.integer() }), pg.array([])), "postgresql")).toBe(
      "SELECT ARRAY[]::INTEGER[] AS anon_1, ARRAY[] AS anon_2",
    );
  });

  test("a cast to YEAR is left out on MySQL, which has none", () => {
    expect(sqlOf(select(cast(name, mysql.t.YEAR())), "mysql")).toBe("SELECT users.name AS name FROM users");
  });

  test("a JSON path among literals, and a text for an array", () => {
    expect(sqlOf(select(users.c.data.at(["a", 1, "b c"])), "postgresql", true)).toBe(
      "SELECT users.data #> '{a, 1, \"b c\"}' AS anon_1 FROM users",
    );
    expect(select(func.jsonb_set(users.c.data, "{a}", "1")).compile({ dialect: "postgresql" }).params[0]).toBe("{a}");
  });
});

describe("the expressions of a type", () => {
  test("stand around the columns of every part of a UNION", () => {
    expect(sqlOf(union(select(folded), select(folded).where(folded.c["x"]!.eq("A"))))).toBe(
      "SELECT upper(folded.x) AS x, folded.y FROM folded UNION SELECT upper(folded.x) AS x, folded.y FROM folded WHERE folded.x = lower(?)",
    );
  });
});

describe("RETURNING", () => {
  const twice = update(users).values({ name: "x" }).returning(users.c.id, users.c.id);

  test("numbers columns that are there twice for a database, and not for reading", () => {
    expect(sqlOf(twice)).toBe("UPDATE users SET name=? RETURNING users.id, users.id");
    expect(sqlOf(twice, "sqlite")).toBe("UPDATE users SET name=? RETURNING id, id AS id__1");
  });

  test("returnDefaults() takes columns", () => {
    const statement = insert(users).values({ name: "x" });
    expect(sqlOf(statement.returnDefaults(users.c.id), "sqlite")).toBe("INSERT INTO users (name) VALUES (?) RETURNING id");
    expect(sqlOf(statement.returnDefaults(users.c.id, { supplementalCols: [users.c.name] }), "sqlite")).toBe(
      "INSERT INTO users (name) VALUES (?) RETURNING id, name",
    );
  });
});

describe("values()", () => {
  test("cannot be added to fromSelect() or orderedValues()", () => {
    expect(() => insert(users).fromSelect(["id"], select(addresses.c.id)).values({ name: "x" })).toThrow(InvalidRequestError);
    expect(() => update(users).orderedValues(["name", "x"]).values({ age: 5 })).toThrow(InvalidRequestError);
  });
});

describe("SELECT", () => {
  test("slice() may be open at either end", () => {
    expect(select(users.c.id).slice(5, null).compile({ dialect: "postgresql" })).toMatchObject({
      sql: "SELECT users.id FROM users LIMIT ALL OFFSET $1",
      params: [5],
    });
    expect(select(users.c.id).offset(3).slice(null, 5).compile({ dialect: "postgresql" }).params).toEqual([5, 3]);
  });

  test("FOR UPDATE OF names a table with a schema by its name alone", () => {
    expect(sqlOf(select(things.c.id).withForUpdate({ of: things }), "postgresql")).toBe(
      "SELECT other.things.id FROM other.things FOR UPDATE OF things",
    );
  });

  test("column() adds one column", () => {
    expect(sqlOf(select(users.c.id).column(users.c.name))).toBe("SELECT users.id, users.name FROM users");
  });

  test("tableValued() is the row of a table", () => {
    const u = users.alias("u");
    expect(sqlOf(select(func.row_to_json(users.tableValued())))).toBe("SELECT row_to_json(users) AS row_to_json_1 FROM users");
    expect(sqlOf(select(func.row_to_json(u.tableValued())))).toBe("SELECT row_to_json(u) AS row_to_json_1 FROM users AS u");
  });
});
