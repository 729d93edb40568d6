import { Column, createEngine, MetaData, select, t, Table, text } from "athanor";
import { assertCompile, CompileAssertionError, StatementRecorder } from "athanor/testing";
import { describe, expect, test } from "vitest";

describe("assertCompile", () => {
  const users = new Table("users", new MetaData(), { id: new Column(t.integer()) });

  test("passes when text and parameters are as they should be, white space aside", () => {
    assertCompile(select(users.c.id).where(users.c.id.eq(5)), "SELECT users.id\nFROM users  WHERE users.id = ?", {
      dialect: "sqlite",
      params: [5],
    });
  });

  test("shows both texts when they differ, and both parameters", () => {
    expect(() => assertCompile(select(users.c.id), "SELECT 1")).toThrow(CompileAssertionError);
    expect(() => assertCompile(select(users.c.id), "SELECT 1")).toThrow(/SELECT users\.id.*SELECT 1/s);
    const statement = select(users.c.id).where(users.c.id.eq(5));
    expect(() => assertCompile(statement, "SELECT users.id FROM users WHERE users.id = ?", { dialect: "sqlite", params: [6] })).toThrow(
      /\[5\].*\[6\]/,
    );
  });
});

describe("StatementRecorder", () => {
  test("counts executions, and stops when it is disposed of", async () => {
    const engine = createEngine("sqlite://");
    await using connection = await engine.connect();
    {
      using sent = new StatementRecorder(engine);
      await connection.execute(text("SELECT 1"));
      expect(sent.sql).toEqual(["SELECT 1"]);
      expect(sent.clear()).toHaveLength(1);
      expect(sent.statements).toHaveLength(0);
      await connection.execute(text("CREATE TABLE x (a INTEGER)"));
      await connection.execute(text("INSERT INTO x VALUES (:a)"), [{ a: 1 }, { a: 2 }]);
      expect(sent.statements.map((statement) => statement.sql)).toEqual(["CREATE TABLE x (a INTEGER)", "INSERT INTO x VALUES (?)"]);
    }
    await connection.execute(text("SELECT 2"));
    await connection.close();
    await engine.dispose();
  });
});
