// What console.log() shows of the things that one looks at while writing a program.
import { inspect } from "node:util";
import { Column, createEngine, CreateTable, declarativeBase, func, insert, mappedColumn, MetaData, select, t, Table, text } from "athanor";
import { expect, test } from "vitest";

const metadata = new MetaData();
const users = new Table("users", metadata, {
  id: new Column(t.integer(), { primaryKey: true }),
  name: new Column(t.string(50)),
});

const Base = declarativeBase();
class Film extends Base<typeof Film> {
  static table = this.mapTo("films");
  static id = mappedColumn(t.integer(), { primaryKey: true });
}

test.each([
  ["a statement", select(users.c.id).where(users.c.id.eq(5)), "Select(SELECT users.id FROM users WHERE users.id = ?)"],
  ["an INSERT", insert(users).values({ id: 1 }), "Insert(INSERT INTO users (id) VALUES (?))"],
  ["a condition", users.c.id.gt(1), "BinaryExpression(users.id > ?)"],
  ["a column", users.c.id, "Column(users.id)"],
  ["a function", func.lower(users.c.name), "Function(lower(users.name))"],
  ["a text", text("SELECT 1"), "TextClause(SELECT 1)"],
  ["a table", users, "Table(users, id, name)"],
  ["metadata", metadata, "MetaData(users)"],
  ["a type", t.string(50), "StringType(VARCHAR(50))"],
  [
    "what a statement compiles to",
    select(users.c.id).limit(5).compile({ dialect: "sqlite" }),
    "{ sql: 'SELECT users.id FROM users LIMIT ? OFFSET ?', params: [ 5, 0 ] }",
  ],
  [
    "what DDL compiles to",
    new CreateTable(new Table("t", new MetaData(), { a: new Column(t.integer()) })).compile(),
    String.raw`{ sql: '\nCREATE TABLE t (\n\ta INTEGER\n)\n\n', params: [] }`,
  ],
  ["what cannot be rendered", new Column(t.integer()), "Column"],
])("%s", (_, object, shown) => {
  expect(inspect(object).replace(/\s+/g, " ")).toBe(shown);
});

test("a mapped attribute", () => {
  expect(inspect(Film.id)).toBe("MappedColumn(an attribute of a class that is not mapped yet)");
  select(Film);
  expect(inspect(Film.id)).toBe("MappedColumn(Film.id)");
});

test("engines, connections and results", async () => {
  const engine = createEngine("sqlite://");
  expect(inspect(engine)).toBe("Engine(sqlite://)");
  expect(inspect(createEngine("postgresql://scott:tiger@localhost/test"))).toBe("Engine(postgresql://scott:***@localhost/test)");
  const conn = await engine.connect();
  expect(inspect(conn)).toBe("Connection(Engine(sqlite://), idle)");
  const result = await conn.execute(text("SELECT 1 UNION SELECT 2"));
  expect(inspect(result)).toBe("CursorResult(2 rows to read)");
  expect(inspect(result.scalars())).toBe("ScalarResult(2 rows to read)");
  result.first();
  expect(inspect(result)).toBe("CursorResult(closed)");
  expect(inspect(conn)).toBe("Connection(Engine(sqlite://), in a transaction)");
  await conn.close();
  expect(inspect(conn)).toBe("Connection(Engine(sqlite://), closed)");
  await engine.dispose();
});
