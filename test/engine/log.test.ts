import { describe, expect, test, vi } from "vitest";
import { ArgumentError, type Connection, createEngine, type EngineOptions, listen, type LogRecord, OperationalError, text } from "athanor";
import { formatRecord, wantsColor } from "../../src/log.ts";
import { describeParameters } from "../../src/util/repr.ts";

/** What an engine writes to the console while a function runs. */
async function written(options: EngineOptions, fn: (conn: Connection) => Promise<unknown>): Promise<string[]> {
  const lines: string[] = [];
  const write = vi.spyOn(process.stderr, "write").mockImplementation((chunk) => {
    lines.push(String(chunk));
    return true;
  });
  try {
    await createEngine("sqlite://", options).begin(fn);
  } finally {
    write.mockRestore();
  }
  expect(lines.every((line) => line.endsWith("\n") && line.indexOf("\n") === line.length - 1)).toBe(true);
  return lines.map((line) => line.trimEnd());
}

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
      rows: 1,
      cache: "cached",
    };
    expect(formatRecord(record, { color: false })).toBe("[engine] SELECT 'FROM' FROM t [1] (1.23 ms, 1 row, cached)");
    expect(formatRecord(record, { color: true })).toContain("\u001b[34mSELECT\u001b[0m \u001b[32m'FROM'\u001b[0m \u001b[34mFROM");
    expect(formatRecord({ ...record, level: "error", error: new Error("gone\n[SQL: x]") }, { color: true })).toMatch(
      // oxlint-disable-next-line no-control-regex -- the escapes of colours
      /\u001b\[31mfailed: Error: gone\u001b\[0m$/,
    );
    expect(wantsColor({ isTTY: true }, {})).toBe(true);
    expect(wantsColor({}, {})).toBe(false);
    expect(wantsColor({ isTTY: true }, { NO_COLOR: "1" })).toBe(false);
    expect(wantsColor({ isTTY: true }, { NO_COLOR: "" })).toBe(true);
    expect(wantsColor({ isTTY: true }, { TERM: "dumb" })).toBe(false);
    expect(wantsColor({}, { FORCE_COLOR: "1", NO_COLOR: "1" })).toBe(true);
    expect(wantsColor({ isTTY: true }, { FORCE_COLOR: "0" })).toBe(false);
  });

  test("lays long statements out where a width is given", () => {
    const record: LogRecord = {
      level: "info",
      area: "engine",
      name: "films",
      message: "x",
      sql: "SELECT films.id, films.title FROM films WHERE films.id = ?",
      params: "[1]",
      duration: 12.3,
      rows: 2,
      cache: "raw sql",
    };
    expect(formatRecord(record, { color: false, width: 40 })).toBe(
      "[engine films] (12 ms, 2 rows, raw sql)\nSELECT films.id, films.title\nFROM films\nWHERE films.id = ?\n[1]",
    );
    expect(formatRecord(record, { color: false, width: 100 })).toBe(
      "[engine films] SELECT films.id, films.title FROM films WHERE films.id = ? [1] (12 ms, 2 rows, raw sql)",
    );
  });

  test("shortens values, and shows control characters for what they are", () => {
    expect(describeParameters(["x".repeat(1000)]).length).toBeLessThan(400);
    expect(describeParameters(Array.from({ length: 5000 }, (_, i) => i))).toMatch(/^\[0, 1, .*, … 5000 values in all\]$/);
    expect(describeParameters(Array.from({ length: 5000 }, (_, i) => [i]))).toBe(
      "[[0], [1], [2], [3], [4], [5], [6], [7], … 5000 rows in all …, [4998], [4999]]",
    );
    expect(describeParameters([new Uint8Array(1000)])).toBe(`[x'${"00".repeat(16)}'… (1000 bytes)]`);
    expect(describeParameters(["a\n[engine] DROP TABLE t\u001b[2J\u202e"])).toBe("['a\\n[engine] DROP TABLE t\\u001b[2J\\u202e']");
    const sql = "SELECT '\u001b[2J'";
    expect(formatRecord({ level: "info", area: "engine", name: null, message: sql, sql }, { color: true })).not.toContain("\u001b[2J");
  });

  test("is JSON, a line for each record, where that is wanted", async () => {
    const lines = await written({ echo: true, echoFormat: "json", loggingName: "films" }, async (conn) => {
      await conn.execute(text("SELECT :x AS x"), { x: "a\nb" });
      await conn.execute(text("SELECT * FROM nowhere")).catch(() => undefined);
    });
    const records = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(records.map(({ level, message, sql }) => [level, message ?? sql])).toEqual([
      ["info", "BEGIN"],
      ["info", "SELECT ? AS x"],
      ["error", "SELECT * FROM nowhere"],
      ["info", "COMMIT"],
    ]);
    expect(records[1]).toEqual({
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      level: "info",
      area: "engine",
      name: "films",
      sql: "SELECT ? AS x",
      params: "['a\\nb']",
      duration: expect.any(Number),
      rows: 1,
      cache: "miss",
    });
    expect(records[2]).toMatchObject({ error: expect.stringContaining("no such table: nowhere"), code: expect.any(String) });
    expect(records[2]).not.toHaveProperty("rows");
  });

  test("is one line for each statement where nobody looks on", async () => {
    const lines = await written({ echo: true }, async (conn) => {
      await conn.execute(text(`SELECT ${Array.from({ length: 80 }, (_, i) => `:x AS x${i}`).join(", ")} WHERE 1 = 1`), { x: 1 });
    });
    expect(lines).toHaveLength(3);
    expect(lines[1]).toMatch(/^\[engine\] SELECT \? AS x0, .* WHERE 1 = 1 \[1, .*\] \([\d.]+ ms, 1 row, generated in [\d.]+ ms\)$/);
  });

  test("writes nothing, and asks nothing of the console, when it is off", async () => {
    const asked = vi.fn(() => true);
    const before = Object.getOwnPropertyDescriptor(process.stderr, "isTTY");
    Object.defineProperty(process.stderr, "isTTY", { get: asked, configurable: true });
    try {
      expect(await written({}, (conn) => conn.execute(text("SELECT 1")).all())).toEqual([]);
      expect(asked).not.toHaveBeenCalled();
      const lines = await written({ echo: true }, (conn) => conn.execute(text("SELECT 1")).all());
      expect(lines).toHaveLength(3);
      expect(asked).toHaveBeenCalled();
    } finally {
      if (before === undefined) Reflect.deleteProperty(process.stderr, "isTTY");
      else Object.defineProperty(process.stderr, "isTTY", before);
    }
  });

  test("shows the first rows when it debugs, unless values are hidden", async () => {
    const many = text("WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 30) SELECT x, 'y' AS y FROM n");
    const run = async (hideParameters: boolean): Promise<string[]> => {
      const lines = await written({ echo: "debug", hideParameters }, (conn) => conn.execute(many).all());
      return lines.filter((line) => /^\[engine\] (columns|row|…)/.test(line));
    };
    const shown = await run(false);
    expect(shown).toHaveLength(22);
    expect([shown[0], shown[1], shown[21]]).toEqual(["[engine] columns: x, y", "[engine] row: [1, 'y']", "[engine] … 30 rows in all"]);
    expect(await run(true)).toEqual([]);
  });

  test("tells statements apart by the token of their connection", async () => {
    const lines = await written({ echo: true, loggingName: "films" }, async (conn) => {
      conn.executionOptions({ loggingToken: "request 7" });
      await conn.execute(text("SELECT 1"));
    });
    expect(lines[1]).toMatch(/^\[engine films request 7\] SELECT 1/);
    expect(lines.at(-1)).toBe("[engine films request 7] COMMIT");
  });

  test("gives loggers the level and all that is known", async () => {
    const records: LogRecord[] = [];
    const called: string[] = [];
    const engine = createEngine("sqlite://", { echo: true, logger: (record) => void records.push(record) });
    await engine.begin(async (conn) => {
      await conn.execute(text("SELECT :x"), { x: 5n });
      await conn.execDriverSql("SELECT ?", [[1], [2]]);
      await conn.execute(text("SELECT nothing")).catch(() => undefined);
    });
    expect(records[1]).toMatchObject({ level: "info", sql: "SELECT ?", params: "[5n]", parameters: [5n], rows: 1, cacheUse: "miss" });
    expect(records[2]).toMatchObject({ parameters: [[1], [2]], cacheUse: "raw" });
    expect(records[3]).toMatchObject({ level: "error", error: expect.any(OperationalError) });
    const methods = { info: () => void called.push("info"), error: () => void called.push("error") };
    const other = createEngine("sqlite://", { echo: true, logger: methods });
    await other.begin((conn) => conn.execute(text("SELECT nothing")).catch(() => undefined));
    expect(called).toEqual(["info", "error", "info"]);
  });

  test("keeps the values of a failed statement to itself where they are hidden", async () => {
    const lines = await written({ echo: true, hideParameters: true }, async (conn) => {
      await conn.execute(text("CREATE TABLE t (x INTEGER CHECK (x <> 'secret'))"));
      await conn.execute(text("INSERT INTO t VALUES (:x)"), { x: "secret" }).catch(() => undefined);
      await conn.execute(text("SELECT json(:x)"), { x: "secret {" }).catch(() => undefined);
    });
    expect(lines.filter((line) => line.includes("failed: "))).toHaveLength(2);
    expect(lines.slice(2).join("\n")).not.toContain("secret");
  });

  test("that fails does not fail what it tells of", async () => {
    const warned = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
    const unhandled = vi.fn();
    process.on("unhandledRejection", unhandled);
    try {
      const loggers: (() => unknown)[] = [
        () => {
          throw new Error("disk full");
        },
        async () => Promise.reject(new Error("disk full")),
      ];
      for (const logger of loggers) {
        const engine = createEngine("sqlite://", { echo: true, logger: () => logger() as undefined });
        expect(await engine.begin((conn) => conn.execute(text("SELECT 1")).scalar())).toBe(1);
        await new Promise((resolve) => setImmediate(resolve));
      }
      expect(warned.mock.calls.map(([message]) => String(message))).toEqual(
        Array(2).fill("the logger of the engine failed, and may have lost what it was given: Error: disk full"),
      );
      expect(unhandled).not.toHaveBeenCalled();
    } finally {
      process.off("unhandledRejection", unhandled);
      warned.mockRestore();
    }
  });

  test("has the time of streams from when they are sent to their first rows", async () => {
    const records: LogRecord[] = [];
    const engine = createEngine("sqlite://", { echo: true, logger: (record) => void records.push(record) });
    const after: string[] = [];
    listen(engine, "afterCursorExecute", (_conn, _cursor, statement) => void after.push(statement));
    await using conn = await engine.connect();
    for await (const row of conn.stream(text("SELECT 1 UNION SELECT 2"), null, { yieldPer: 1 })) expect(row).toHaveLength(1);
    await expect(conn.stream(text("SELECT nothing")).all()).rejects.toThrow(OperationalError);
    const streamed = records.filter(({ sql }) => sql !== undefined);
    expect(streamed.map(({ sql, level }) => [sql, level])).toEqual([
      ["SELECT 1 UNION SELECT 2", "info"],
      ["SELECT nothing", "error"],
    ]);
    expect(streamed[0]!.duration).toBeGreaterThan(0);
    expect(after).toEqual(["SELECT 1 UNION SELECT 2"]);
  });

  test("is on, off or talkative, and nothing else", () => {
    expect(() => createEngine("sqlite://", { echo: "yes" as never })).toThrow("echo is one of true, false, \"debug\", not 'yes'");
    expect(() => createEngine("sqlite://", { echoFormat: "xml" as never })).toThrow(ArgumentError);
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
