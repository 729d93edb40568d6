// The pages docs/core/inventory*: every public name of SQLAlchemy Core stands there once, and what is said to be its counterpart exists.
import * as athanor from "athanor";
import {
  column,
  createEngine,
  declarativeBase,
  type Engine,
  insert,
  inspect,
  listen,
  literal,
  makeUrl,
  mappedColumn,
  MetaData,
  remove,
  Result,
  select,
  type Session,
  sessionmaker,
  t,
  Table,
  update,
} from "athanor";
import * as mysql from "athanor/mysql";
import * as postgresql from "athanor/postgresql";
import * as sqlite from "athanor/sqlite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dialectOption, NO_DIALECT_OPTIONS, splitOption } from "../src/sql/base/dialect-options.ts";
import { registeredFunction } from "../src/sql/functions/generic-function.ts";
import { code, sectionsOf, typesOf } from "./support/inventory.ts";
import { INVENTORIES } from "./support/inventory-names.ts";

const pages = [...new Set(Object.keys(INVENTORIES).map((key) => key.split(" ")[0]!))];
const sections = new Map(pages.flatMap((page) => [...sectionsOf("docs/core", page)]));

test("there is a section for each list of names, and no other", () => {
  expect([...sections.keys()]).toEqual(Object.keys(INVENTORIES));
});

const types = typesOf("src/index.ts");
const subpaths: Readonly<Record<string, object & { readonly t: object }>> = { postgresql, mysql, sqlite };

/** The options that createEngine() takes for any database: it names them when it is given another. */
function engineOptions(): readonly string[] {
  try {
    createEngine("postgresql://", { nothing: true } as object);
  } catch (error) {
    return /Known are: (.*)$/.exec((error as Error).message)![1]!.split(", ");
  }
  throw new Error("createEngine() took an option that nobody knows");
}

/** What shows that an execution option has an effect. */
const OPTION_PROBES: Readonly<Record<string, (engine: Engine) => Promise<void>>> = {
  compiledCache: (engine) => refuses(engine, { compiledCache: 1 }),
  insertmanyvaluesPageSize: (engine) =>
    inSession(engine, async (session, Note) => {
      const rows = [{ text: "b" }, { text: "c" }];
      const conn = await session.connection();
      await expect(conn.execute(insert(Note.table).returning(Note.id), rows, { insertmanyvaluesPageSize: 0 })).rejects.toThrow(
        /insertmanyvaluesPageSize/,
      );
    }),
  isolationLevel: async (engine) => {
    expect(() => engine.executionOptions({ isolationLevel: "NO SUCH LEVEL" })).toThrow(/NO SUCH LEVEL/);
  },
  loggingToken: async () => {
    const tokens: unknown[] = [];
    const logged = createEngine("sqlite://", { echo: true, logger: ({ token }) => void tokens.push(token) });
    await logged.begin((conn) => conn.execute(select(literal(1)), {}, { loggingToken: "mine" }));
    await logged.dispose();
    expect(tokens).toContain("mine");
  },
  schemaTranslateMap: (engine) => refuses(engine, { schemaTranslateMap: 1 }),
  yieldPer: (engine) =>
    engine.begin(async (conn) => {
      await expect(conn.stream(select(literal(1)), {}, { yieldPer: -1 }).all()).rejects.toThrow(/yieldPer/);
    }),
  autoflush: (engine) =>
    inSession(engine, async (session, Note) => {
      session.add(new Note({ text: "b" }));
      const texts = select(Note.text).orderBy(Note.id);
      expect(await session.scalars(texts, {}, { executionOptions: { autoflush: false } }).all()).toEqual(["a"]);
      expect(await session.scalars(texts).all()).toEqual(["a", "b"]);
    }),
  identityToken: (engine) =>
    inSession(engine, async (session, Note) => {
      const note = await session.scalars(select(Note)).one();
      expect(await session.scalars(select(Note), {}, { executionOptions: { identityToken: "a" } }).one()).not.toBe(note);
    }),
  populateExisting: (engine) =>
    inSession(engine, async (session, Note) => {
      const note = await session.scalars(select(Note)).one();
      note.text = "changed";
      const again = select(Note).executionOptions({ populateExisting: true, autoflush: false });
      expect((await session.scalars(again).one()).text).toBe("a");
    }),
  synchronizeSession: (engine) =>
    inSession(engine, async (session, Note) => {
      const change = update(Note).values({ text: "changed" });
      await expect(session.execute(change, {}, { executionOptions: { synchronizeSession: 1 } })).rejects.toThrow(/synchronizeSession/);
    }),
};

async function refuses(engine: Engine, options: Record<string, unknown>): Promise<void> {
  await engine.begin(async (conn) => {
    await expect(conn.execute(select(literal(1)), {}, options)).rejects.toThrow(Object.keys(options)[0]!);
  });
}

const Base = declarativeBase();
class Note extends Base<typeof Note> {
  static table = this.mapTo("notes");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static text = mappedColumn(t.string());
}

/** A session on a table with one row, which is rolled back afterwards. */
async function inSession(engine: Engine, use: (session: Session, note: typeof Note) => Promise<void>): Promise<void> {
  await Base.metadata.createAll(engine);
  await using session = sessionmaker({ bind: engine })();
  session.add(new Note({ text: "a" }));
  await session.flush();
  session.expungeAll();
  await use(session, Note);
}

describe("what is there", () => {
  let engine: Engine;
  const objects: Record<string, object> = {};

  beforeAll(async () => {
    engine = createEngine("sqlite://");
    const conn = await engine.connect();
    const cursorResult = await conn.execute(select(literal(1)));
    Object.assign(objects, {
      engine,
      conn,
      cursorResult,
      result: Result.fromRows(["a"], [[1]]),
      inspector: inspect(engine),
      url: makeUrl("sqlite://"),
      column: column("x", t.integer()),
      type: t.integer(),
      table: new Table("t", new MetaData(), {}),
      array: column("x", t.array(t.integer())),
      t,
    });
    await conn.close();
  });
  afterAll(() => engine.dispose());

  const exported = (name: string): boolean => name in athanor || types.has(name);

  /** Whether a word in code is something that exists, for the section that it stands in. */
  function exists(word: string, section: string): boolean {
    const dialect = Object.keys(subpaths).find((name) => section.endsWith(`\`${name}\``));
    const module = dialect === undefined ? null : subpaths[dialect]!;
    const option = /^(\w+)\(\{ (\w+) \}\)$/.exec(word);
    if (option !== null) return hasDialectOption(option[1]!, option[2]!);
    const [, base, member] = /^(\w+)(?:\.(\w+))?/.exec(word)!;
    if (member !== undefined) {
      if (base === "func") return registeredFunction("_default", member) !== undefined;
      if (base === "t" && module !== null) return member in module.t;
      return base! in objects ? member in objects[base!]! : member in (athanor as unknown as Record<string, object>)[base!]!;
    }
    if (section.endsWith("Options of `create_engine()`") && engineOptions().includes(base!)) return true;
    if (section.endsWith("Execution options") && base! in OPTION_PROBES) return true;
    if (section.includes("Events`")) return isEvent(section, base!) || engineOptions().includes(base!) || exported(base!);
    return (module !== null && base! in module) || exported(base!) || engineOptions().includes(base!);
  }

  /** Whether a construct takes an option of a dialect. */
  function hasDialectOption(kind: string, name: string): boolean {
    const [dialect, key] = splitOption(name)!;
    const kinds = kind === "Constraint" ? ["PrimaryKeyConstraint", "UniqueConstraint", "CheckConstraint"] : [kind];
    return kinds.every((each) => [key, "*"].some((known) => dialectOption(NO_DIALECT_OPTIONS, dialect, each, known) !== undefined));
  }

  function isEvent(section: string, name: string): boolean {
    const target = section.includes("PoolEvents") ? engine.pool : section.includes("DDLEvents") ? objects["table"]! : engine;
    const listener = (): void => undefined;
    try {
      listen(target, name as never, listener as never);
    } catch {
      return false;
    }
    remove(target, name as never, listener as never);
    return true;
  }

  describe.each([...sections])("docs/core/%s", (key, { same, other, without }) => {
    test("every name stands there once", () => {
      const names = [...same, ...other, ...without].flatMap((row) => row.names);
      expect(names.toSorted()).toEqual(INVENTORIES[key]!.split(" ").toSorted());
    });

    test("what is the same thing exists", () => {
      expect(same.filter(({ said }) => code(said).length !== 1 || !exists(code(said)[0]!, key)).map(({ said }) => said)).toEqual([]);
    });

    test("what stands in the place of others exists", () => {
      for (const { names, said } of other) {
        const words = code(said).filter((word) => /^\w/.test(word) && word !== "null");
        expect([names, words.filter((word) => !exists(word, key))]).toEqual([names, []]);
        expect(words.length + Number(/rows are arrays|nothing to declare/.test(said)), said).toBeGreaterThan(0);
      }
    });

    test("what was left out has a reason", () => {
      for (const { names, said } of without) expect(said.length, names.join()).toBeGreaterThan(10);
    });
  });

  test.for(Object.entries(OPTION_PROBES))("the execution option %s has an effect", async ([, probe]) => probe(engine));
});
