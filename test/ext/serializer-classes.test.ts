// The list of classes that dumps() and loads() know is whole: every class of elements and of types is on it, or is left out for a reason.
import { readdirSync, readFileSync } from "node:fs";
import * as athanor from "athanor";
import { dumps, loads } from "athanor/ext";
import * as mysql from "athanor/mysql";
import * as postgresql from "athanor/postgresql";
import * as sqlite from "athanor/sqlite";
import { describe, expect, test } from "vitest";
import { coreClasses } from "../../src/ext/serializer/classes.ts";

/** Why a class of Core is not written down. */
const LEFT_OUT: Readonly<Record<string, readonly string[]>> = {
  "it stands for something of the schema, and is written as its name": ["Column", "Table"],
  "it changes the schema; such statements are written where they are run": [
    ..."AddConstraint CreateColumn CreateIndex CreateSchema CreateSequence CreateTable CreateTableAs CreateView".split(" "),
    ..."DDL DropColumnComment DropConstraint DropConstraintComment DropIndex DropSchema DropSequence DropTable".split(" "),
    ..."DropTableComment DropView SetColumnComment SetConstraintComment SetTableComment".split(" "),
    ..."CreateRoutine CreateTrigger DropRoutine DropTrigger".split(" "),
  ],
  "it refers to a routine of the schema, which the text could not name": ["ProcedureCall", "RoutineCall"],
  "it exists only while a statement is compiled": ["NestedAggregate", "UnnamedSubquery"],
  "it is the methods of a type, not an element": ["TypeComparator"],
};
const reasons = new Map(Object.entries(LEFT_OUT).flatMap(([reason, names]) => names.map((name) => [name, reason] as const)));

/** A class as the sources declare it. */
interface Declared {
  readonly parent: string;
  readonly isAbstract: boolean;
  readonly folder: string;
}

const all: [name: string, declared: Declared][] = [];
for (const folder of ["sql", "dialects"]) {
  const root = new URL(`../../src/${folder}/`, import.meta.url);
  for (const file of readdirSync(root, { recursive: true, encoding: "utf8" })) {
    if (!file.endsWith(".ts")) continue;
    const source = readFileSync(new URL(file.replaceAll("\\", "/"), root), "utf8");
    for (const [, abstract, name, parent] of source.matchAll(/^(?:export )?(abstract )?class (\w+)(?:<[\s\S]*?>)? extends (\w+)/gm))
      all.push([name!, { parent: parent!, isAbstract: abstract !== undefined, folder }]);
  }
}
const declared = new Map(all);

const ROOTS = new Set(["ClauseElement", "TypeEngine"]);

function isElementOrType(name: string): boolean {
  for (let at: string | undefined = name; at !== undefined; at = declared.get(at)?.parent) if (ROOTS.has(at)) return true;
  return false;
}

const concrete = all.filter(([name, { isAbstract }]) => !isAbstract && isElementOrType(name));
const ofCore = concrete.filter(([, { folder }]) => folder === "sql").map(([name]) => name);
const ofDialects = concrete.filter(([, { folder }]) => folder === "dialects").map(([name]) => name);

test("the sources have the classes that are known to be there", () => {
  expect(ofCore).toEqual(expect.arrayContaining(["Select", "BinaryExpression", "IntegerType", "CreateTable"]));
  expect(ofDialects).toEqual(expect.arrayContaining(["JSONB", "PgInsert"]));
});

test("every class of Core can be written down, or has a reason why not", () => {
  expect(ofCore.filter((name) => coreClasses.has(name) === reasons.has(name))).toEqual([]);
});

test("what has a reason exists", () => {
  expect([...reasons.keys()].filter((name) => !ofCore.includes(name))).toEqual([]);
});

type Class = abstract new (...args: never[]) => object;

/** A class and those that it extends, up to where elements and types begin; none for what is neither. */
function line(type: Class): Class[] {
  const found: Class[] = [];
  for (let at: unknown = type; typeof at === "function" && at !== Function.prototype; at = Object.getPrototypeOf(at)) {
    if (at === athanor.ClauseElement || at === athanor.TypeEngine) return found;
    found.push(at as Class);
  }
  return [];
}

describe.each(Object.entries({ athanor, mysql, postgresql, sqlite }))("what %s exports", (_, module) => {
  const classes = new Set(
    Object.values(module)
      .filter(
        (value): value is Class => typeof value === "function" && typeof (value as { readonly prototype?: unknown }).prototype === "object",
      )
      .flatMap(line),
  );

  test("is known by its sources: its classes, and those that they extend", () => {
    // attributes and hybrids of the ORM are written as what they stand for
    const ofOrm = new Set(["InstrumentedAttribute", "MappedColumn", "AsDeclaredColumn", "CompositeAttribute"]);
    expect([...classes].map(({ name }) => name).filter((name) => !declared.has(name) && !ofOrm.has(name))).toEqual([]);
  });

  test("is on the list itself, or is that of a dialect, which the program names", () => {
    const listed = new Set<unknown>(coreClasses.values());
    const unlisted = [...classes].filter((type) => !listed.has(type) && ofCore.includes(type.name) && !reasons.has(type.name));
    expect(unlisted.filter(({ name }) => !ofDialects.includes(name))).toEqual([]);
  });
});

test("a class of a dialect that has the name of one of Core is named otherwise", () => {
  const moment = athanor.cast(new Date(0), postgresql.t.TIMESTAMP({ precision: 3 }));
  expect(() => dumps(moment)).toThrow(/\{ classes: \{ OtherTIMESTAMP: TIMESTAMP \} \}/);
  expect(() => dumps(moment, { classes: { TIMESTAMP: postgresql.TIMESTAMP } })).toThrow(/"TIMESTAMP" is the name of another class/);
  const classes = { PgTimestamp: postgresql.TIMESTAMP };
  const read = loads(dumps(moment, { classes }), { classes });
  expect(read.compile({ dialect: "postgresql" }).sql).toBe(moment.compile({ dialect: "postgresql" }).sql);
});
