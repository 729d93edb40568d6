// What of the public interface makes SQL is used by the suite for dialects, which runs it on every database. A new name fails here until it is
// used there, or is said to make no SQL.
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import * as athanor from "athanor";
import * as mysql from "athanor/mysql";
import * as postgresql from "athanor/postgresql";
import * as sqlite from "athanor/sqlite";

const folder = new URL("../../src/testing/suite/", import.meta.url);
const suite = readdirSync(folder)
  .map((name) => readFileSync(new URL(name, folder), "utf8").replaceAll(/^import [^;]*;/gms, ""))
  .join("\n");

/** Tests of what only one database has, which run on it. */
const specific = [
  "test/sql/types/postgresql.test.ts",
  "test/dialect/postgresql/operators.test.ts",
  "test/dialect/postgresql/constructs.test.ts",
  "test/dialect/mysql/types.test.ts",
  "test/dialect/mysql/driver.test.ts",
  "test/sql/ddl/create-all.test.ts",
]
  .map((file) => readFileSync(new URL(`../../${file}`, import.meta.url), "utf8"))
  .join("\n");

const calls = (name: string, source: string): boolean => new RegExp(`(?<![\\w$])${name}\\(`).test(source);

/** Functions of "athanor" that make no SQL by themselves: engines, events, what the ORM is made of. */
const NO_SQL = new Set([
  // engines, names, events, inspection
  ..."contains conv createEngine createMockEngine engineFromConfig inspect isRetryable listen listensFor makeUrl notNullable nullable quotedName registerDialect registerDialectOptions remove runInTransaction sortTables sortTablesAndConstraints".split(
    " ",
  ),
  // the ORM: its statements are made of what the suite runs
  ..."aliased attributeKeyedDict columnProperty composite configureMappers containsEager declarativeBase defaultload defer extend".split(
    " ",
  ),
  ..."flagModified foreign getHistory immediateload joinedload keyfuncMapping lazyload load loadOnly makeTransient".split(" "),
  ..."makeTransientToDetached mappedColumn noload objectSession queryExpression raiseload relationship selectinPolymorphic".split(" "),
  ..."selectinload sessionmaker setCommittedValue subqueryload synonym undefer undeferGroup validates wasDeleted".split(" "),
  ..."withExpression withLoaderCriteria withParent withPolymorphic registry remote func".split(" "),
  ..."asyncSessionScope delAttribute polymorphicUnion setAttribute".split(" "),
]);

/** Constructors that are covered elsewhere, and where. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  trigger: "test/sql/ddl/programs.test.ts",
};

const functionsOf = (module: object): string[] =>
  Object.entries(module)
    .filter(([name, value]) => typeof value === "function" && /^[a-z]/.test(name))
    .map(([name]) => name);

describe("functions that make SQL", () => {
  test.for(functionsOf(athanor).filter((name) => !NO_SQL.has(name)))("%s is executed", (name) => {
    const file = ELSEWHERE[name];
    const source = file === undefined ? suite : readFileSync(new URL(`../../${file}`, import.meta.url), "utf8");
    expect(
      calls(name, source) || source.includes(`${name}\``),
      `${file ?? "src/testing/suite"} calls ${name}(); if it makes no SQL, NO_SQL above has to say so`,
    ).toBe(true);
  });

  test("what is said to make no SQL exists", () => {
    expect([...NO_SQL, ...Object.keys(ELSEWHERE)].filter((name) => !(name in athanor))).toEqual([]);
  });

  test.for([
    ["athanor/sqlite", sqlite],
    ["athanor/postgresql", postgresql],
    ["athanor/mysql", mysql],
  ] as const)("those of %s", ([, module]) => {
    const names = functionsOf(module);
    expect(names.filter((name) => !calls(name, suite) && !calls(name, specific) && !calls(`\\w+\\.${name}`, specific))).toEqual([]);
  });
});

/** The methods that objects of a class have, those of its parents included, up to a class that is not asked any more. */
function methodsOf(type: { readonly prototype: object }, end: { readonly prototype: object }): string[] {
  const found = new Set<string>();
  for (let proto = type.prototype; proto !== end.prototype && proto !== Object.prototype; proto = Object.getPrototypeOf(proto) as object) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(proto)))
      if (typeof value === "function" && name !== "constructor" && !name.startsWith("_")) found.add(name);
  }
  return [...found].sort();
}

/** Methods that are no part of SQL, or of the types of one database. */
const OTHER_METHODS = new Set([
  // of the way in which elements are made and rendered
  ..."accept bindparams compare compile corresponding execution getExecutionOptions getLabelStyle isDerivedFrom operate reverseOperate selfGroup".split(
    " ",
  ),
  ..."sharesLineage options executionOptions getChildren applySyntaxExtensionPoint correspondingColumn withinGroupType".split(" "),
  // for the ORM
  "fromStatement",
]);
const OF_ONE_DATABASE = new Set(
  "adjacentTo array containedBy defined delete deletePath difference hasAll hasAny hasKey intersection keys matrix notExtendLeftOf notExtendRightOf overlap overlaps pathExists pathMatch strictlyLeftOf strictlyRightOf union vals".split(
    " ",
  ),
);

describe("methods that make SQL", () => {
  const { ClauseElement, ColumnElement } = athanor;
  const named = (source: string, name: string): boolean => new RegExp(`\\.${name}\\(`).test(source);

  test.for([
    ["expressions", ColumnElement, ClauseElement],
    ["functions", athanor.FunctionElement, ColumnElement],
    ["SELECT", athanor.Select, ClauseElement],
    ["UNION", athanor.CompoundSelect, ClauseElement],
    ["INSERT", athanor.Insert, ClauseElement],
    ["UPDATE", athanor.Update, ClauseElement],
    ["DELETE", athanor.Delete, ClauseElement],
    ["tables", athanor.FromClause, ClauseElement],
    ["CTEs", athanor.Cte, athanor.FromClause],
    ["VALUES", athanor.Values, athanor.FromClause],
    ["EXISTS", athanor.Exists, ColumnElement],
    ["functions of rows", athanor.TableValuedAlias, athanor.FromClause],
    ["texts", athanor.TextClause, ClauseElement],
  ] as const)("of %s are executed", ([, type, end]) => {
    const missing = methodsOf(type as never, end as never).filter(
      (name) =>
        !OTHER_METHODS.has(name) && !named(suite, name) && !(OF_ONE_DATABASE.has(name) && (named(specific, name) || named(suite, name))),
    );
    expect(missing).toEqual([]);
  });
});

test("every generic type and every exact one stands in a table of the suite", () => {
  const upper = new Set([
    "CLOB",
    "NVARCHAR",
    "NCHAR",
    "DOUBLE",
    "DOUBLE_PRECISION",
    "DATETIME",
    "BLOB",
    "BINARY",
    "VARBINARY",
    "JSON",
    "UUID",
    "ARRAY",
  ]);
  const missing = Object.keys(athanor.t).filter((name) => !suite.includes(`t.${name}(`) && !upper.has(name));
  expect(missing).toEqual([]);
});

test("every known function is executed", () => {
  const sources = ["aggregates.ts", "ansi.ts"]
    .map((file) => readFileSync(new URL(`../../src/sql/functions/${file}`, import.meta.url), "utf8"))
    .join("\n");
  const known = new Set([
    ...[...sources.matchAll(/registerFunction\("(\w+)"/g)].map(([, name]) => name!),
    ...[...sources.matchAll(/^ {2}\["(\w+)", /gm)].map(([, name]) => name!),
    ...[...sources.matchAll(/for \(const name of \[([^\]]+)\]/g)].flatMap(([, list]) =>
      [...list!.matchAll(/"(\w+)"/g)].map(([, name]) => name!),
    ),
  ]);
  expect(known.size).toBeGreaterThan(25);
  // SYSDATE is Oracle's and MySQL's own
  known.delete("sysdate");
  expect([...known].filter((name) => !suite.includes(`func.${name}(`))).toEqual([]);
});
