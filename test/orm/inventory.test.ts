// The page docs/orm/inventory: every public name of SQLAlchemy's ORM and of its extensions stands there once, and what is said to be its counterpart exists.
import * as athanor from "athanor";
import {
  columnProperty,
  createEngine,
  declarativeBase,
  type DeclarativeBase,
  type GetOptions,
  inspect,
  listen,
  type MappedColumnOptions,
  mappedColumn,
  type MapToOptions,
  registry,
  type RelationshipOptions,
  remove,
  Session,
  type SessionOptions,
  t,
} from "athanor";
import * as ext from "athanor/ext";
import type { OrderingListOptions } from "athanor/ext";
import { describe, expect, test } from "vitest";
import type { ImperativeOptions } from "../../src/orm/mapping/imperative.ts";
import type { LazyOption } from "../../src/orm/relationship/relationship-property.ts";
import { code, sectionsOf, typesOf } from "../support/inventory.ts";
import { ORM_INVENTORY } from "../support/orm-inventory-names.ts";

// options are types: that they exist is for the compiler to say
const MAPPED_COLUMN = [
  "nullable",
  "primaryKey",
  "deferred",
  "deferredGroup",
  "deferredRaiseload",
  "autoincrement",
  "doc",
  "index",
  "unique",
  "info",
  "onupdate",
  "insertDefault",
  "default",
  "serverDefault",
  "serverOnupdate",
  "activeHistory",
  "quote",
  "system",
  "comment",
  "sortOrder",
  "init",
] as const satisfies readonly (keyof MappedColumnOptions)[];
const MAPPER = [
  "primaryKey",
  "inheritCondition",
  "versionIdCol",
  "versionIdGenerator",
  "polymorphicOn",
  "polymorphicIdentity",
  "concrete",
  "withPolymorphic",
  "polymorphicAbstract",
  "polymorphicLoad",
  "allowPartialPks",
  "batch",
  "passiveUpdates",
  "passiveDeletes",
  "confirmDeletedRows",
  "eagerDefaults",
  "includeProperties",
  "excludeProperties",
  "properties",
  "inherits",
] as const satisfies readonly (keyof MapToOptions | keyof ImperativeOptions)[];
const RELATIONSHIP = [
  "loadOnPending",
  "secondary",
  "uselist",
  "collectionClass",
  "primaryjoin",
  "secondaryjoin",
  "backPopulates",
  "orderBy",
  "overlaps",
  "postUpdate",
  "cascade",
  "viewonly",
  "lazy",
  "passiveDeletes",
  "passiveUpdates",
  "activeHistory",
  "enableTypechecks",
  "foreignKeys",
  "remoteSide",
  "joinDepth",
  "singleParent",
  "innerjoin",
  "distinctTargetKey",
  "info",
  "omitJoin",
  "syncBackref",
] as const satisfies readonly (keyof RelationshipOptions)[];
const LAZY = [
  "select",
  "joined",
  "selectin",
  "subquery",
  "immediate",
  "raise",
  "raise_on_sql",
  "write_only",
  "dynamic",
  "noload",
] as const satisfies readonly LazyOption[];
const SESSION = [
  "bind",
  "autoflush",
  "expireOnCommit",
  "autobegin",
  "twophase",
  "binds",
  "info",
  "joinTransactionMode",
  "closeResetsOnly",
  "executionOptions",
] as const satisfies readonly (keyof SessionOptions)[];

const OF_EXTENSIONS = ["concreteBase", "countFrom"] as const satisfies readonly (keyof MapToOptions | keyof OrderingListOptions)[];

const OPTIONS: Readonly<Record<string, readonly string[]>> = {
  "inventory.md Arguments of `mapped_column()`": MAPPED_COLUMN,
  "inventory.md Arguments of `Mapper`": MAPPER,
  "inventory.md Arguments of `relationship()`": RELATIONSHIP,
  "inventory.md Values of `lazy`": [...LAZY, "true", "false", "null"],
  "inventory.md Arguments of `Session()`": SESSION,
};

const Base: DeclarativeBase = declarativeBase();
class Note extends Base<typeof Note> {
  static table = this.mapTo("notes");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static text = mappedColumn(t.string());
}
class Half extends Base<typeof Half> {
  static table = this.mapTo("halves");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static double = columnProperty(() => Half.id.mul(2), { deferred: true });
}

const session = new Session({ bind: createEngine("sqlite://") });
const objects: Readonly<Record<string, object>> = {
  Mapper: inspect(Half) as object,
  InstanceState: inspect(new Note({ text: "a" })) as object,
  Session: session,
  Note: new Note({ text: "a" }),
  Base,
  registry: new registry(),
  RelationshipOptions: Object.fromEntries(RELATIONSHIP.map((name) => [name, true])),
  SessionOptions: Object.fromEntries(SESSION.map((name) => [name, true])),
  GetOptions: { populateExisting: true } satisfies GetOptions,
};
const types = typesOf("src/index.ts");
const extTypes = typesOf("src/ext/index.ts");
const everyOption = new Set<string>([...Object.values(OPTIONS).flat(), ...OF_EXTENSIONS]);

function isEvent(name: string): boolean {
  return [Session, Note, Note.text, Base.registry].some((target) => {
    const listener = (): void => undefined;
    try {
      listen(target as never, name as never, listener as never);
    } catch {
      return false;
    }
    remove(target as never, name as never, listener as never);
    return true;
  });
}

/** Whether what a word of a section names exists. */
function exists(word: string, section: string): boolean {
  const [, base, member] = /^(\w+)(?:\.(\w+))?/.exec(word)!;
  if (member !== undefined) return base! in objects && member in objects[base!]!;
  const title = section.replace("inventory.md ", "");
  if (OPTIONS[section] !== undefined) return OPTIONS[section].includes(base!);
  if (title.startsWith("Events")) return isEvent(base!);
  if (title.startsWith("`sqlalchemy.ext.") && (base! in ext || extTypes.has(base!))) return true;
  const owner = /^`(Mapper|InstanceState|Session)`$/.exec(title)?.[1];
  if (owner !== undefined) return base! in objects[owner]!;
  return base! in athanor || types.has(base!);
}

/** The same for running text, which may name anything. */
function existsSomewhere(word: string, section: string): boolean {
  if (exists(word, section)) return true;
  const [base] = /^\w+/.exec(word)!;
  return (
    base in athanor || types.has(base) || everyOption.has(base) || isEvent(base) || Object.values(objects).some((object) => base in object)
  );
}

const sections = sectionsOf("docs/orm", "inventory.md");

test("there is a section for each list of names, and no other", () => {
  expect([...sections.keys()]).toEqual(Object.keys(ORM_INVENTORY));
});

describe.each([...sections])("docs/orm/%s", (key, { same, other, without }) => {
  test("every name stands there once", () => {
    const names = [...same, ...other, ...without].flatMap((row) => row.names);
    expect(names.toSorted()).toEqual(ORM_INVENTORY[key]!.split(" ").toSorted());
  });

  test("what is the same thing exists", () => {
    expect(same.filter(({ said }) => code(said).length !== 1 || !exists(code(said)[0]!, key)).map(({ said }) => said)).toEqual([]);
  });

  test("what stands in the place of others exists", () => {
    for (const { names, said } of other) {
      const words = code(said).filter((word) => /^\w/.test(word));
      expect([names, words.filter((word) => !existsSomewhere(word, key) && !said.includes(`\`${word}\` of Node.js`))]).toEqual([names, []]);
      expect(words.length, said).toBeGreaterThan(0);
    }
  });

  test("what was left out has a reason", () => {
    for (const { names, said } of without) expect(said.length, names.join()).toBeGreaterThan(10);
  });
});
