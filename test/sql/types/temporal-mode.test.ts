import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, expect, test } from "vitest";
import { ArgumentError, createEngine, InvalidRequestError, literal, select, t } from "../../../src/index.ts";
import { describeEachDatabase } from "../../support/databases.ts";

const run = promisify(execFile);
const program = fileURLToPath(new URL("support/temporal-program.ts", import.meta.url));
const scope = globalThis as { Temporal?: unknown };
const { Temporal } = scope;

describeEachDatabase(
  "Temporal",
  (db) => {
    test("TYP-03 date and time types in the mode temporal", async () => {
      // where Temporal is there without being asked for, the flag changes nothing
      const { stdout } = await run(process.execPath, ["--harmony-temporal", "--no-warnings", program, db.url], { encoding: "utf8" });
      expect(stdout).toBe("");
    }, 60_000);
  },
  { only: ["sqlite", "pglite", "postgresql", "mariadb"] },
);

afterEach(() => {
  scope.Temporal = Temporal;
});

test("TYP-02 a runtime without Temporal is told what to do", async () => {
  delete scope.Temporal;
  const engine = createEngine("sqlite://");
  await using conn = await engine.connect();
  for (const type of [
    t.date({ mode: "temporal" }),
    t.time({ mode: "temporal" }),
    t.dateTime({ mode: "temporal" }),
    t.interval({ mode: "temporal" }),
  ]) {
    const read = (async () => conn.scalar(select(literal(null, type as never))))();
    await expect(read).rejects.toThrow(InvalidRequestError);
    await expect((async () => conn.scalar(select(literal(null, type as never))))()).rejects.toThrow(/This runtime has no Temporal/);
  }
});

test("modes that there are not", () => {
  expect(() => t.date({ mode: "date" as never })).toThrow(ArgumentError);
  expect(() => t.dateTime({ mode: "instant" as never })).toThrow(/"date", "string", "temporal"/);
  expect(() => t.interval({ mode: "date" as never })).toThrow(ArgumentError);
  // Temporal has no time of day with an offset, and would leave it out
  expect(() => t.time({ mode: "temporal", timezone: true })).toThrow(/no time of day with a time zone/);
});
