import { describe, expect, test } from "vitest";
import { createEngine, listen, type LogRecord, text } from "athanor";
import { formatRecord, wantsColor } from "../../src/log.ts";

describe("echo", () => {
  test("writes statements with their values, the time, and how the text was come by", async () => {
    const records: LogRecord[] = [];
    const engine = createEngine("sqlite://", {
      echo: true,
      logger: (record) => void records.push(record),
      loggingName: "films",
      queryCacheSize: 10,
    });
    await engine.begin(async (conn) => {
      await conn.execute(text("SELECT :x"), { x: "y".repeat(500) });
      await conn.execute(text("SELECT :x"), { x: 2 });
    });
    expect(records.map(({ message }) => message)).toEqual(["BEGIN", "SELECT ?", "SELECT ?", "COMMIT"]);
    expect(records[1]).toMatchObject({ area: "engine", name: "films", sql: "SELECT ?", duration: expect.any(Number) });
    expect(records[1]!.params!.length).toBeLessThan(400);
    expect(records[1]!.cache).toMatch(/^generated in [\d.]+ ms$/);
    expect(records[2]!.cache).toMatch(/^cached since [\d.]+ s ago$/);
  });

  test("leaves values out where they are hidden", async () => {
    const lines: string[] = [];
    const engine = createEngine("sqlite://", { echo: true, hideParameters: true, logger: { info: (line) => void lines.push(line) } });
    await engine.begin((conn) => conn.execute(text("SELECT :x"), { x: "secret" }).all());
    expect(lines.join("\n")).toContain("[engine] SELECT ?");
    expect(lines.join("\n")).not.toContain("secret");
  });

  test("has colours on a terminal only", () => {
    const record: LogRecord = {
      level: "info",
      area: "engine",
      name: null,
      message: "x",
      sql: "SELECT 'FROM' FROM t",
      params: "[1]",
      duration: 1.234,
      cache: "cached",
    };
    expect(formatRecord(record, false)).toBe("[engine] SELECT 'FROM' FROM t [1] (1.23 ms, cached)");
    expect(formatRecord(record, true)).toContain("\u001b[34mSELECT\u001b[0m 'FROM'");
    expect(wantsColor({ isTTY: true }, {})).toBe(true);
    expect(wantsColor({ isTTY: true }, { NO_COLOR: "1" })).toBe(false);
    expect(wantsColor({}, {})).toBe(false);
  });
});

test("beforeExecute and afterExecute are told of the statement and its values", async () => {
  const engine = createEngine("sqlite://");
  const seen: unknown[] = [];
  listen(
    engine,
    "beforeExecute",
    (_conn, statement, multiparams, params) => {
      seen.push([statement.constructor.name, multiparams, params]);
      return [text("SELECT :x + 1"), multiparams, params];
    },
    { retval: true },
  );
  listen(engine, "afterExecute", (_conn, _statement, _multi, _params, _options, result) => void seen.push(result.returnsRows));
  expect(await engine.begin((conn) => conn.execute(text("SELECT :x"), { x: 1 }).scalar())).toBe(2);
  expect(seen).toEqual([["TextClause", [], { x: 1 }], true]);
});
