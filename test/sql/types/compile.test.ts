// The SQL of a type by itself, for each dialect.
import { CompileError, createEngine, NoSuchModuleError, t, UserDefinedType } from "athanor";
import * as mysql from "athanor/mysql";
import * as postgresql from "athanor/postgresql";
import { expect, test } from "vitest";

test("a type is written as each dialect has it", () => {
  const on = (type: { compile(args?: object): string }): string[] =>
    ["default", "sqlite", "postgresql", "mysql"].map((dialect) => type.compile({ dialect }));
  expect(on(t.string(50))).toEqual(["VARCHAR(50)", "VARCHAR(50)", "VARCHAR(50)", "VARCHAR(50)"]);
  expect(on(t.boolean())).toEqual(["BOOLEAN", "BOOLEAN", "BOOLEAN", "BOOL"]);
  expect(on(t.dateTime({ timezone: true }))).toEqual(["DATETIME", "DATETIME", "TIMESTAMP WITH TIME ZONE", "DATETIME"]);
  expect(on(t.json())).toEqual(["JSON", "JSON", "JSON", "JSON"]);
  expect(t.json().withVariant(postgresql.t.JSONB(), "postgresql").compile({ dialect: "postgresql" })).toBe("JSONB");
  expect(mysql.t.INTEGER({ unsigned: true }).compile({ dialect: "mariadb" })).toBe("INTEGER UNSIGNED");
  class Point extends UserDefinedType<string> {
    getColSpec(): string {
      return "POINT";
    }
  }
  expect(new Point().compile({ dialect: "postgresql" })).toBe("POINT");
});

test("an engine says its dialect; without one it is the default", () => {
  const engine = createEngine("postgresql://");
  expect(t.largeBinary().compile({ dialect: engine })).toBe("BYTEA");
  expect(t.largeBinary().compile({ dialect: engine.dialect })).toBe("BYTEA");
  expect(t.largeBinary().compile()).toBe(String(t.largeBinary()));
});

test("what a dialect does not have is said", () => {
  expect(() => t.array(t.integer()).compile({ dialect: "sqlite" })).toThrow(CompileError);
  expect(() => t.integer().compile({ dialect: "oracle" })).toThrow(NoSuchModuleError);
});
