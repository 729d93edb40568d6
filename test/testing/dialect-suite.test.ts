// The suite for dialects as its users meet it: with a runner of one's own, with mistakes, with a database that is in use.
import { isDeepStrictEqual } from "node:util";
import { describe, expect, test } from "vitest";
import { ArgumentError, createEngine, type Dialect, InvalidRequestError, text } from "athanor";
import { defaultRequirements, dialectSuite, dialectSuiteGroups, type DialectSuiteOptions, type SuiteRunner } from "athanor/testing";

/** What a runner needs at least: it runs one after the other what it was given, and notes how that ended. */
class PlainRunner implements SuiteRunner {
  readonly before: (() => Promise<void>)[] = [];
  readonly after: (() => Promise<void>)[] = [];
  readonly tests: (readonly [name: string, body: (...context: readonly unknown[]) => Promise<void>])[] = [];
  readonly ended: Record<string, string> = {};
  readonly titles: string[] = [];
  #skipped: string | null = null;
  skip?: (reason: string) => void = (reason) => {
    this.#skipped = reason;
  };

  readonly describe = (name: string, body: () => void): void => {
    this.titles.push(name);
    body();
  };
  readonly test = (name: string, body: (...context: readonly unknown[]) => Promise<void>): void => void this.tests.push([name, body]);
  readonly beforeAll = (body: () => Promise<void>): void => void this.before.push(body);
  readonly afterAll = (body: () => Promise<void>): void => void this.after.push(body);
  readonly expect = (actual: unknown): { toEqual(expected: unknown): void } => ({
    toEqual: (expected) => {
      if (!isDeepStrictEqual(actual, expected)) throw new Error("not equal");
    },
  });

  async run(context?: unknown): Promise<Record<string, string>> {
    for (const body of this.before) await body();
    for (const [name, body] of this.tests) {
      this.#skipped = null;
      await body(...(context === undefined ? [] : [context])).then(
        () => (this.ended[name] = this.#skipped ?? "passed"),
        (error: unknown) => (this.ended[name] = String(error)),
      );
    }
    for (const body of this.after) await body();
    return this.ended;
  }
}

function suite(options: Partial<DialectSuiteOptions> = {}, runner = new PlainRunner()): PlainRunner {
  dialectSuite({ url: "sqlite://", groups: ["row counts"], runner, ...options });
  return runner;
}

describe("a runner of one's own", () => {
  test("gets the groups and the tests, and runs them with the least of means", async () => {
    const runner = suite({ groups: ["row counts", "window functions"], name: "mine" });
    expect(runner.titles).toEqual(["mine", "row counts", "window functions"]);
    const ended = await runner.run();
    expect(Object.keys(ended).length).toBeGreaterThan(8);
    expect(ended["DML-09 rows that were found, whether they were changed or not"]).toBe("passed");
    expect(ended["FUN-04 frames of GROUPS"]).toBe("sqlite does not meet: windowGroups");
    expect(Object.values(ended).filter((end) => end !== "passed" && !end.startsWith("sqlite does not meet"))).toEqual([]);
  });

  test("may leave tests out by their context", async () => {
    const runner = suite({ requirements: { rowcount: false } });
    delete runner.skip;
    const reasons: string[] = [];
    await runner.run({ skip: (reason: string) => reasons.push(reason) });
    expect(reasons).toEqual(Array.from({ length: 3 }, () => "sqlite does not meet: rowcount"));
  });

  test("that cannot leave tests out is told of it", async () => {
    const runner = suite({ requirements: { rowcount: false } });
    delete runner.skip;
    const ended = await runner.run();
    expect(Object.values(ended)[0]).toMatch(/gives its tests no context with skip\(reason\).*does not meet: rowcount/);
  });

  test("takes functions in place of options: of the URL, of the engine, of the requirements", async () => {
    const asked: Dialect[] = [];
    const engine = createEngine("sqlite://");
    const byEngine = suite({
      createEngine: () => engine,
      requirements: (dialect) => {
        asked.push(dialect);
        return {};
      },
    });
    expect(new Set(Object.values(await byEngine.run()))).toEqual(new Set(["passed"]));
    expect(asked).toEqual([engine.dialect]);
    expect(new Set(Object.values(await suite({ url: async () => "sqlite://" }).run()))).toEqual(new Set(["passed"]));
  });
});

describe("mistakes", () => {
  test("in options are refused at once", () => {
    expect(() => suite({ groups: ["row count"] })).toThrow(ArgumentError);
    expect(() => suite({ groups: ["row count"] })).toThrow(/no group "row count".*Did you mean "row counts"/);
    expect(() => dialectSuite({ runner: new PlainRunner() })).toThrow(/needs url or createEngine/);
    expect(dialectSuiteGroups).toContain("SELECT");
  });

  test("in requirements are refused before a test is run", async () => {
    await expect(suite({ requirements: { windowFunction: true } as never }).run()).rejects.toThrow(
      /no requirement "windowFunction".*windowFunctions/,
    );
    await expect(suite({ requirements: { windowFunctions: undefined } as never }).run()).rejects.toThrow(/"windowFunctions" is undefined/);
  });

  test("a requirement that is denied though it is met fails, where that is asked for", async () => {
    const ended = await suite({ requirements: { rowcount: false }, verifySkips: true }).run();
    expect(Object.values(ended)[0]).toMatch(/this passes, so sqlite does meet rowcount/);
    const windows = await suite({
      groups: ["window functions"],
      requirements: { windowGroups: true, windowExclude: true },
      verifySkips: true,
    }).run();
    expect(windows["FUN-04 frames of GROUPS"]).toBe("passed");
  });

  test("a database that is in use is left alone", async () => {
    const engine = createEngine("sqlite://");
    await engine.begin(async (conn) => {
      await conn.execute(text("CREATE TABLE people (id INTEGER)"));
      await conn.execute(text("INSERT INTO people VALUES (1)"));
    });
    const runner = suite({ createEngine: () => engine });
    const failed = runner.run();
    await expect(failed).rejects.toThrow(InvalidRequestError);
    await expect(failed).rejects.toThrow(/there is a table "people"/);
    expect(await engine.begin((conn) => conn.scalar(text("SELECT count(*) FROM people")))).toBe(1);
    await runner.after[0]!();
  });

  test("a dialect that gives something else fails the tests of it, and says so to who asked", async () => {
    const engine = createEngine("sqlite://");
    const reported: string[] = [];
    const runner = suite({ createEngine: () => engine, report: ({ outcome }) => reported.push(outcome) });
    runner.before.push(async () => {
      await engine.begin((conn) => conn.execute(text("UPDATE people SET team_id = NULL WHERE id = 2")));
    });
    const ended = await runner.run();
    expect(ended["DML-09 rows that were found, whether they were changed or not"]).toBe("Error: not equal");
    expect(reported).toContain("failed");
  });
});

test("requirements follow the flags of the dialect", () => {
  const flags = (dialect: Partial<Dialect>): ReturnType<typeof defaultRequirements> => defaultRequirements(dialect as Dialect);
  expect(flags({ insertReturning: true, supportsSequences: true })).toMatchObject({ insertReturning: true, sequences: true });
  expect(flags({ insertReturning: false, supportsSequences: false })).toMatchObject({ insertReturning: false, sequences: false });
  expect(flags({ supportsEmptyInsert: false, supportsDefaultValues: true }).emptyInsert).toBe(true);
});
