import { describe, expect, test } from "vitest";
import {
  bindparam,
  cast,
  column,
  type ClauseElement,
  Column,
  foreignKey,
  func,
  insert,
  InvalidRequestError,
  literal,
  MetaData,
  select,
  t,
  Table,
  table,
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
