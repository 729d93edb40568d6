// What a third party does with a dialect of his own: registers it, and runs the suite of athanor/testing against it. Nothing but public imports.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ArgumentError, Column, createEngine, insert, MetaData, NoSuchModuleError, registerDialect, select, t, Table } from "athanor";
import { dialectSuite, dialectSuiteGroups, type SuiteOutcome } from "athanor/testing";
import { inToy, ToyDialect } from "./toy-dialect.ts";

const folder = mkdtempSync(join(tmpdir(), "athanor_toy_"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const outcomes: SuiteOutcome[] = [];

dialectSuite({
  name: "the toy dialect",
  url: `toy:///${join(folder, "toy.db")}`,
  runner: { describe, test, beforeAll, afterAll, expect },
  requirements: {
    // what the database below can, and the dialect does not write
    bracketsInUnion: false,
    anyAllSubqueries: false,
    valuesInFrom: false,
    nullsOrdering: true,
    windowFunctions: false,
    regexpMatch: false,
    regexpReplace: false,
    unicodeIlike: false,
    recursiveCtes: false,
    currentUser: false,
    json: false,
    nestedRows: false,
    deleteUsing: false,
    binaryCollation: "BINARY",
    caselessCollation: "NOCASE",
  },
  report: (outcome) => outcomes.push(outcome),
});

describe("the run of the suite", () => {
  test("told of each test what became of it, and why it was left out", () => {
    expect(new Set(outcomes.map(({ group }) => group))).toEqual(new Set(dialectSuiteGroups));
    expect(outcomes.filter(({ outcome }) => outcome === "failed")).toEqual([]);
    expect(outcomes.filter(({ outcome }) => outcome === "passed").length).toBeGreaterThan(100);
    expect(outcomes.find(({ test: name }) => name.startsWith("FUN-04 partitions"))).toEqual({
      group: "window functions",
      test: "FUN-04 partitions, order and ranks",
      outcome: "skipped",
      missing: ["windowFunctions"],
    });
    for (const { outcome, missing } of outcomes) expect(missing.length > 0).toBe(outcome === "skipped");
  });

  test("left nothing in the database", async () => {
    const engine = createEngine(`toy:///${join(folder, "toy.db")}`);
    await using conn = await engine.connect();
    expect(await conn.execDriverSql("SELECT name FROM sqlite_master").all()).toEqual([]);
    await conn.close();
    await engine.dispose();
  });
});

describe("a dialect that is registered", () => {
  const things = new Table("Things", new MetaData(), {
    id: new Column(t.integer(), { primaryKey: true }),
    "a name": new Column(t.string(5)),
  });

  test("is found by its name, with its own way of writing", () => {
    expect(inToy(select(things.c["a name"]).where(things.c.id.eq(1)).limit(2))).toBe(
      "SELECT [Things].[a name] FROM [Things] WHERE [Things].id = ? LIMIT ?",
    );
    expect(inToy(insert(things).values({ id: 1 }))).toBe("INSERT INTO [Things] (id) VALUES (?)");
  });

  test("is found by URLs, with its drivers and options", async () => {
    const engine = createEngine("toy://", { toySize: 3 } as never);
    expect(engine.dialect).toBeInstanceOf(ToyDialect);
    expect(createEngine("toy+box://").dialect.driver).toBe(engine.dialect.driver);
    expect(() => createEngine("toy+crate://")).toThrow(NoSuchModuleError);
    expect(() => createEngine("toy://", { otherSize: 3 } as never)).toThrow(ArgumentError);
    await engine.dispose();
  });

  test("cannot take the name of another one", () => {
    const entry = { drivers: {}, options: [], make: () => new ToyDialect(null as never), unconnected: () => new ToyDialect(null as never) };
    expect(() => registerDialect({ names: ["toy"], ...entry })).toThrow(ArgumentError);
  });
});
