import { describe, expect, test } from "vitest";
import { ArgumentError, createEngine, NoSuchModuleError } from "athanor";

describe("createEngine()", () => {
  test("connects to nothing", () => {
    const engine = createEngine("postgresql://nobody@nowhere.invalid/nothing");
    expect(engine.name).toBe("postgresql");
    expect(String(engine)).toBe("Engine(postgresql://nobody@nowhere.invalid/nothing)");
  });

  test.each([
    ["oracle://x", NoSuchModuleError, /there is no dialect "oracle".*Known are: sqlite/],
    ["postgre://x", NoSuchModuleError, /Did you mean "postgres/],
    ["sqlite+sqlcipher://", NoSuchModuleError, /sqlite has no driver "sqlcipher".*node-sqlite, better-sqlite3/],
    ["sqlite://films.db", ArgumentError, /a SQLite URL has no host: sqlite:\/\/\/films.db/],
    ["sqlite:///a.db?tiemout=3", ArgumentError, /"tiemout".*Did you mean "timeout"/],
    ["postgresql://db/x?ssl=1", ArgumentError, /"ssl"/],
    ["postgresql+pglite://host/x", ArgumentError, /a PGlite URL has no host/],
    ["films.db", ArgumentError, /no database URL/],
  ])("refuses %s", (url, type, message) => {
    expect(() => createEngine(url)).toThrow(type);
    expect(() => createEngine(url)).toThrow(message);
  });

  test("names the option that was probably meant", () => {
    expect(() => createEngine("sqlite://", { pool_size: 3 } as never)).toThrow(
      /no option "pool_size" for sqlite. Did you mean "poolSize"\?/,
    );
    expect(() => createEngine("postgresql://db", { sqliteBegin: "immediate" })).toThrow(/no option "sqliteBegin" for postgresql/);
    expect(() => createEngine("sqlite://", { sqliteBegin: "now" as never })).toThrow(/sqliteBegin is/);
    expect(() => createEngine("sqlite://", { queryCacheSize: -1 })).toThrow(/queryCacheSize/);
    expect(() => createEngine("sqlite://", { isolationLevel: "READ COMMITTED" })).toThrow(/is no isolation level of sqlite/);
    expect(() => createEngine("sqlite://", { poolSize: undefined } as never)).not.toThrow();
  });
});
