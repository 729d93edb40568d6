// The suite that `athanor/testing` has for all dialects, on each of ours.
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import * as athanor from "athanor";
import { ClauseElement, createEngine, type Dialect, type Engine, listen, visitors } from "athanor";
import { dialectSuite, type Requirements } from "athanor/testing";
import { describeEachDriver, type TestDatabase } from "../support/databases.ts";

/** Where a database differs from what its dialect's flags tell, and from what is usual. */
const requirements: Record<TestDatabase["dialect"], (dialect: Dialect) => Partial<Requirements>> = {
  sqlite: () => ({
    fullOuterJoin: true,
    bracketsInUnion: false,
    limitExpressions: true,
    anyAllSubqueries: false,
    binaryCollation: "BINARY",
    caselessCollation: "NOCASE",
    windowRangeOffsets: true,
    windowGroups: true,
    windowExclude: true,
    aggregateFilter: true,
    aggregateOrderBy: true,
    jsonEach: true,
    unicodeIlike: false,
    regexpReplace: false,
    extractEpoch: true,
    currentUser: false,
    materializedCtes: true,
    onConflict: true,
    expressionIndexes: true,
    computedVirtual: true,
    schemas: false,
    temporaryViews: true,
  }),
  postgresql: ({ serverVersionInfo }) => ({
    fullOuterJoin: true,
    setOperationsAll: true,
    limitExpressions: true,
    fetch: true,
    fetchTies: true,
    distinctOn: true,
    lateral: true,
    tablesample: true,
    binaryCollation: "C",
    windowRangeOffsets: true,
    windowGroups: true,
    windowExclude: true,
    aggregateFilter: true,
    aggregateOrderBy: true,
    withinGroup: true,
    groupingSets: true,
    rollup: true,
    arrays: true,
    jsonEach: true,
    generateSeries: true,
    compositeFunctions: true,
    ordinality: true,
    betweenSymmetric: true,
    regexpFlags: true,
    matchWithoutIndex: true,
    extractEpoch: true,
    materializedCtes: true,
    dmlInCte: true,
    deleteUsing: true,
    onConflict: true,
    onConflictConstraint: true,
    merge: serverVersionInfo![0]! >= 15,
    expressionIndexes: true,
    computedVirtual: serverVersionInfo![0]! >= 18,
    replaceViews: true,
    temporaryViews: true,
    materializedViews: true,
  }),
  mysql: () => ({
    setOperationsAll: true,
    fetch: true,
    fetchTies: true,
    nullsOrdering: false,
    binaryCollation: "utf8mb4_bin",
    caselessCollation: "utf8mb4_general_ci",
    windowRangeOffsets: true,
    rollup: true,
    regexpFlags: true,
    cteInUpdateDelete: false,
    deleteUsing: true,
    onDuplicateKey: true,
    dmlLimit: true,
    localtime: true,
    computedVirtual: true,
    replaceViews: true,
  }),
};

/** Where the package that a driver uses has an older database in it, or one without its extensions. */
const ofDriver: Readonly<Record<string, Partial<Requirements>>> = {
  libsql: { pow: false, jsonQuotedKeys: false },
};

/** Tests by group and name: all, and those that passed on some database. */
const known = new Set<string>();
const passed = new Set<string>();
/** The classes of all elements of all statements that were executed, with those that they extend. */
const executed = new Set<unknown>();

function note(element: ClauseElement): void {
  for (const part of visitors.iterate(element)) {
    for (let type: unknown = part.constructor; typeof type === "function"; type = Object.getPrototypeOf(type)) executed.add(type);
  }
}

function watchedEngine(db: TestDatabase): Engine {
  const engine = createEngine(db.url);
  // listeners make statements take another way: not on all databases
  if (db.name === "sqlite-file" || db.name === "pglite")
    listen(engine, "beforeExecute", (_conn, element) => note(element as ClauseElement));
  return engine;
}

describeEachDriver("every construct is executed", (db) => {
  dialectSuite({
    name: "suite",
    createEngine: () => watchedEngine(db),
    requirements: (dialect) => ({ ...requirements[db.dialect](dialect), ...ofDriver[dialect.driver.name] }),
    runner: { describe, test, beforeAll, afterAll, expect },
    verifySkips: true,
    report: ({ group, test: name, outcome }) => {
      known.add(`${group}: ${name}`);
      if (outcome === "passed") passed.add(`${group}: ${name}`);
    },
  });
});

const serverMissing = Object.values(inject("servers")).some((reason) => reason !== null);

test.skipIf(serverMissing)("every test of the suite applies to some database", () => {
  expect([...known].filter((name) => !passed.has(name))).toEqual(["SELECT: SEL-06 FETCH FIRST PERCENT", "operators: TYP-12 TRY_CAST"]);
});

test("every public class of elements was part of an executed statement", () => {
  const classes = Object.entries(athanor).filter(
    ([, value]) => typeof value === "function" && (value as { prototype?: unknown }).prototype instanceof ClauseElement,
  );
  expect(classes.length).toBeGreaterThan(50);
  const elsewhere = new Set([
    // no database of ours has it
    "TryCast",
    // executed, with what it takes, by test/sql/ddl/programs.test.ts
    ..."CreateRoutine CreateTrigger DropRoutine DropTrigger".split(" "),
    // a part of CREATE TABLE, rendered as such
    "CreateColumn",
    // what stands for columns of mapped classes, and operators of types
    ..."InstrumentedAttribute MappedColumn TypeComparator".split(" "),
  ]);
  expect(classes.filter(([name, type]) => !executed.has(type) && !elsewhere.has(name)).map(([name]) => name)).toEqual([]);
});
