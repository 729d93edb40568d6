import { describe, expect, test } from "vitest";
import {
  ArgumentError,
  checkConstraint,
  Column,
  ConstraintColumnNotFoundError,
  computed,
  conv,
  CreateTable,
  foreignKey,
  foreignKeyConstraint,
  func,
  identity,
  index,
  insert,
  InvalidRequestError,
  MetaData,
  NoReferencedColumnError,
  NoReferencedTableError,
  primaryKeyConstraint,
  select,
  Sequence,
  sortTables,
  sortTablesAndConstraints,
  t,
  Table,
  text,
  uniqueConstraint,
} from "../../../src/index.ts";
import { cacheKeyOf } from "../../../src/sql/elements/clause-element.ts";

const squash = (sql: string): string => sql.replaceAll(/\s+/g, " ").trim();
const ddl = (table: object, dialect = "default"): string => squash(new CreateTable(table).compile({ dialect }).sql);

describe("columns", () => {
  test("are named by their keys unless they have a name", () => {
    const users = new Table("users", new MetaData(), { id: new Column(t.integer()), teamId: new Column("team_id", t.integer()) });
    expect(users.c.teamId.name).toBe("team_id");
    expect(users.c.teamId.key).toBe("teamId");
    expect([...users.c].map((column) => (column as { key: string }).key)).toEqual(["id", "teamId"]);
    expect(squash(String(select(users)))).toBe("SELECT users.id, users.team_id FROM users");
  });

  test("keys that are members of Object are columns like others", () => {
    const columns = JSON.parse('{"__proto__": 0, "constructor": 0, "toString": 0, "keys": 0, "length": 0, "name": 0}') as Record<
      string,
      never
    >;
    for (const key of Object.keys(columns)) Object.defineProperty(columns, key, { value: new Column(t.integer()), enumerable: true });
    const odd = new Table("odd", new MetaData(), columns as never) as unknown as Table;
    expect(odd._collection.keys()).toEqual(["__proto__", "constructor", "toString", "keys", "length", "name"]);
    expect((odd.c as Record<string, { name: string }>)["constructor"]!.name).toBe("constructor");
    expect((odd.c as Record<string, { name: string }>)["__proto__"]!.name).toBe("__proto__");
    expect((odd.c as Record<string, unknown>)["valueOf"]).toBeUndefined();
  });

  test("nullable follows from the primary key unless it is said", () => {
    const table = new Table("x", new MetaData(), {
      id: new Column(t.integer(), { primaryKey: true }),
      a: new Column(t.integer()),
      b: new Column(t.integer(), { nullable: false }),
    });
    expect([table.c.id.nullable, table.c.a.nullable, table.c.b.nullable]).toEqual([false, true, false]);
  });

  test("one column cannot be in two tables", () => {
    const id = new Column(t.integer());
    new Table("a", new MetaData(), { id });
    expect(() => new Table("b", new MetaData(), { id })).toThrow(ArgumentError);
  });

  test("refuses what is no column, type or option, naming it", () => {
    expect(() => new Column("x", t.integer as never)).toThrow(/calling them: t\.integer\(\)/);
    expect(() => new Column("x", t.integer(), 5 as never)).toThrow(/argument 3 \(column "x"\)/);
    expect(() => new Table("x", new MetaData(), { a: t.integer() as never })).toThrow(/"a" is an object/);
    expect(() => new Column(t.integer(), { default: undefined })).toThrow(/undefined is not a value/);
    expect(() => new Column(t.integer(), { nonsense: 1 } as never)).toThrow(/nonsense/);
  });

  test("autoincrement: the single integer key without a foreign key", () => {
    const m = new MetaData();
    const users = new Table("users", m, { id: new Column(t.integer(), { primaryKey: true }) });
    const child = new Table("child", m, { id: new Column(t.integer(), foreignKey("users.id"), { primaryKey: true }) });
    const text_ = new Table("text_", m, { id: new Column(t.string(), { primaryKey: true }) });
    const pair = new Table("pair", m, {
      a: new Column(t.integer(), { primaryKey: true }),
      b: new Column(t.integer(), { primaryKey: true, autoincrement: true }),
    });
    const off = new Table("off_", m, { id: new Column(t.integer(), { primaryKey: true, autoincrement: false }) });
    const fromDefault = new Table("fd", m, { id: new Column(t.integer(), { primaryKey: true, default: 5 }) });
    const fromSequence = new Table("fs", m, { id: new Column(t.integer(), new Sequence("s"), { primaryKey: true }) });
    expect(users.autoincrementColumn).toBe(users.c.id);
    expect(child.autoincrementColumn).toBeNull();
    expect(text_.autoincrementColumn).toBeNull();
    expect(pair.autoincrementColumn).toBe(pair.c.b);
    expect(off.autoincrementColumn).toBeNull();
    expect(fromDefault.autoincrementColumn).toBeNull();
    expect(fromSequence.autoincrementColumn).toBe(fromSequence.c.id);
    const wrong = new Table("wrong", m, { id: new Column(t.string(), { primaryKey: true, autoincrement: true }) });
    expect(() => wrong.autoincrementColumn).toThrow(/no integer/);
  });

  test("are known by identity in cache keys, those of aliases by structure", () => {
    const users = new Table("users", new MetaData(), { id: new Column(t.integer(), { primaryKey: true }) });
    expect(cacheKeyOf(select(users.c.id)).text).toBe(cacheKeyOf(select(users.c.id)).text);
    const one = (): string => {
      const a = users.alias();
      return cacheKeyOf(select(a.c.id).where(a.c.id.eq(5))).text;
    };
    expect(one()).toBe(one());
  });

  test("doc, info, comment", () => {
    const column = new Column(t.integer(), { doc: "x", info: { a: 1 }, comment: "c" });
    expect(column.doc).toBe("x");
    expect(column.info).toEqual({ a: 1 });
  });
});

describe("tables", () => {
  test("a second one of the same name", () => {
    const m = new MetaData();
    const users = new Table("users", m, { id: new Column(t.integer()) });
    expect(() => new Table("users", m, { id: new Column(t.integer()) })).toThrow(InvalidRequestError);
    expect(new Table("users", m)).toBe(users);
    expect(new Table("users", m, {}, { keepExisting: true })).toBe(users);
    const extended = new Table("users", m, { name: new Column(t.string()) }, { extendExisting: true });
    expect(extended).toBe(users);
    expect(users._collection.keys()).toEqual(["id", "name"]);
    expect(() => new Table("nope", m, {}, { mustExist: true })).toThrow(/not defined/);
  });

  test("schemas: of the table, of the MetaData, none", () => {
    const m = new MetaData({ schema: "s" });
    const inherits = new Table("a", m, { id: new Column(t.integer()) });
    const own = new Table("b", m, { id: new Column(t.integer()) }, { schema: "other" });
    const none = new Table("c", m, { id: new Column(t.integer()) }, { schema: null });
    expect([inherits.fullname, own.fullname, none.fullname]).toEqual(["s.a", "other.b", "c"]);
    expect([...m.tables.keys()]).toEqual(["s.a", "other.b", "c"]);
  });

  test("what fails leaves no table behind", () => {
    const m = new MetaData();
    expect(() => new Table("x", m, { a: new Column(t.integer()) }, [uniqueConstraint("nope")])).toThrow(ConstraintColumnNotFoundError);
    expect(m.has("x")).toBe(false);
  });

  test("columns that are given later", () => {
    const m = new MetaData();
    let calls = 0;
    const later = Table._deferred("later", m, (table) => {
      calls += 1;
      table.appendColumn(new Column(t.integer(), { primaryKey: true }) as never, { key: "id" });
    });
    expect(m._tables.get("later")).toBe(later);
    expect(calls).toBe(0);
    expect(Object.keys(later.c)).toEqual(["id"]);
    expect(later.primaryKey.columns.length).toBe(1);
    expect(calls).toBe(1);
    Table._deferred("later2", m, () => {
      calls += 1;
    });
    expect(m.tables.size).toBe(2);
    expect(calls).toBe(2);
  });

  test("columns whose making fails are asked for again", () => {
    const m = new MetaData();
    let fail = true;
    const table = Table._deferred("x", m, (made) => {
      made.appendColumn(new Column(t.integer()) as never, { key: "id" });
      if (fail) throw new Error("not yet");
    });
    expect(() => table.c).toThrow("not yet");
    fail = false;
    expect(Object.keys(table.c)).toEqual(["id"]);
  });
});

describe("foreign keys", () => {
  test("by string, column and function, with the type of the target", () => {
    const m = new MetaData();
    const child = new Table("child", m, {
      a: new Column(foreignKey<bigint>("parent.id")),
      b: new Column(foreignKey(() => parent.c.code)),
      c: new Column(t.integer(), foreignKey("parent.id")),
    });
    expect(child.c.a.type.isNull).toBe(true);
    const parent = new Table("parent", m, {
      id: new Column(t.bigInteger(), { primaryKey: true }),
      code: new Column(t.string(7), { unique: true }),
    });
    expect(String(child.c.a.type)).toBe("BIGINT");
    expect(String(child.c.b.type)).toBe("VARCHAR(7)");
    expect([...child.c.a.foreignKeys][0]!.column).toBe(parent.c.id);
    const direct = new Table("direct", m, { p: new Column(foreignKey(parent.c.id)) });
    expect(String(direct.c.p.type)).toBe("BIGINT");
    expect(squash(String(select(child.c.a).join(parent, child.c.a.eq(parent.c.id))))).toContain("JOIN parent ON child.a = parent.id");
  });

  test("a target that is not there", () => {
    const m = new MetaData();
    const child = new Table("child", m, { a: new Column(t.integer(), foreignKey("nope.id")) });
    expect(() => [...child.c.a.foreignKeys][0]!.column).toThrow(NoReferencedTableError);
    new Table("nope", m, { other: new Column(t.integer()) });
    expect(() => [...child.c.a.foreignKeys][0]!.column).toThrow(NoReferencedColumnError);
    expect(() => new Table("x", new MetaData(), { a: new Column(foreignKey(() => undefined as never)) }).c.a.type).toThrow(
      /gave undefined/,
    );
    expect(() => foreignKey(undefined as never)).toThrow(ArgumentError);
  });

  test("through aliases", () => {
    const m = new MetaData();
    const parent = new Table("parent", m, { id: new Column(t.integer(), { primaryKey: true }) });
    const child = new Table("child", m, { parent_id: new Column(t.integer(), foreignKey("parent.id")) });
    const alias = child.alias("c");
    expect(squash(String(select(alias).join(parent)))).toBe("SELECT c.parent_id FROM child AS c JOIN parent ON parent.id = c.parent_id");
  });

  test("of a table to itself", () => {
    const m = new MetaData();
    const nodes = new Table("nodes", m, { id: new Column(t.integer(), { primaryKey: true }), parent: new Column(foreignKey("nodes.id")) });
    expect(String(nodes.c.parent.type)).toBe("INTEGER");
    expect(m.sortedTables).toEqual([nodes]);
  });

  test("constraint with the wrong numbers", () => {
    expect(() => foreignKeyConstraint(["a", "b"], ["t.a"])).toThrow(ArgumentError);
    expect(() => foreignKeyConstraint(["a", "a"], ["t.a", "t.b"])).toThrow(/twice/);
  });
});

describe("names", () => {
  const namingConvention = {
    ix: "ix_%(column_0_label)s",
    uq: "uq_%(table_name)s_%(column_0_N_name)s",
    ck: "ck_%(table_name)s_%(constraint_name)s",
    fk: "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    pk: "pk_%(table_name)s",
  };

  test("a convention", () => {
    const m = new MetaData({ namingConvention });
    new Table("p", m, { id: new Column(t.integer(), { primaryKey: true }) });
    const c = new Table(
      "c",
      m,
      {
        id: new Column(t.integer(), { primaryKey: true }),
        pId: new Column("p_id", t.integer(), foreignKey("p.id"), { index: true }),
        a: new Column(t.integer()),
        b: new Column(t.integer()),
      },
      [
        uniqueConstraint("a", "b"),
        uniqueConstraint("a", { name: "given" }),
        uniqueConstraint("b", { name: conv("kept") }),
        checkConstraint("a > b", { name: "order" }),
      ],
    );
    const names = c._sortedConstraints.map((constraint) => constraint.name);
    expect(new Set(names)).toEqual(new Set(["ck_c_order", "fk_c_p_id_p", "given", "kept", "pk_c", "uq_c_a_b"]));
    expect([...c.indexes].map((ix) => ix.name)).toEqual(["ix_c_p_id"]);
    expect(ddl(c)).toContain("CONSTRAINT uq_c_a_b UNIQUE (a, b)");
  });

  test("a check constraint that needs a name", () => {
    const m = new MetaData({ namingConvention });
    const table = new Table("x", m, { a: new Column(t.integer()) }, [checkConstraint("a > 0")]);
    expect(() => ddl(table)).toThrow(/needs a name/);
  });

  test("long names of a convention are shortened, given ones refused", () => {
    const m = new MetaData({ namingConvention: { uq: "uq_%(table_name)s_%(column_0_name)s" } });
    const long = "a".repeat(60);
    const made = new Table("t1", m, { [long]: new Column(t.integer(), { unique: true }) } as never);
    expect(ddl(made, "postgresql")).toMatch(/CONSTRAINT uq_t1_a{49}_[0-9a-f]{4} UNIQUE/);
    const given = new Table("t2", m, { a: new Column(t.integer()) }, [uniqueConstraint("a", { name: "b".repeat(70) })]);
    expect(() => ddl(given, "postgresql")).toThrow(/exceeds maximum length of 63/);
  });

  test("functions as tokens", () => {
    const m = new MetaData({ namingConvention: { uq: "uq_%(short)s", short: (_constraint, table) => table.name.slice(0, 2) } });
    expect(ddl(new Table("users", m, { a: new Column(t.integer(), { unique: true }) }))).toContain("CONSTRAINT uq_us UNIQUE (a)");
  });
});

describe("constraints and indexes", () => {
  test("attach themselves to the table of their columns", () => {
    const users = new Table("users", new MetaData(), { id: new Column(t.integer()), name: new Column(t.string()) });
    const ix = index("ix", users.c.name, func.lower(users.c.name));
    expect(ix.table).toBe(users);
    const uq = uniqueConstraint(users.c.id);
    expect(users.constraints.has(uq)).toBe(true);
    const ck = checkConstraint(users.c.id.gt(5));
    expect(users.constraints.has(ck)).toBe(true);
    expect(ddl(users)).toContain("CHECK (id > 5)");
  });

  test("primary key by constraint", () => {
    const table = new Table("x", new MetaData(), { a: new Column(t.integer()), b: new Column(t.integer()) }, [
      primaryKeyConstraint("b", "a"),
    ]);
    expect(table.primaryKey.columns.map((column) => column.key)).toEqual(["b", "a"]);
    expect(table.c.a.primaryKey && !table.c.a.nullable).toBe(true);
    expect(
      () =>
        new Table("y", new MetaData(), { a: new Column(t.integer(), { primaryKey: true }), b: new Column(t.integer()) }, [
          primaryKeyConstraint("b"),
        ]),
    ).toThrow(/marks the columns "a"/);
  });

  test("ddlIf", () => {
    const table = new Table("x", new MetaData(), { a: new Column(t.integer()) }, [checkConstraint("a > 0").ddlIf("postgresql")]);
    expect(ddl(table, "sqlite")).not.toContain("CHECK");
    expect(ddl(table, "postgresql")).toContain("CHECK");
  });

  test("phrases that cannot be bound are checked", () => {
    const m = new MetaData();
    new Table("p", m, { id: new Column(t.integer(), { primaryKey: true }) });
    const evil = new Table("c", m, { p: new Column(t.integer(), foreignKey("p.id", { ondelete: "CASCADE; DROP TABLE p" })) });
    expect(() => ddl(evil)).toThrow(/Unexpected SQL phrase/);
    const storage = new Table("d", m, { p: new Column(t.integer()) }, [index("ix", "p", { postgresqlUsing: "gist; DROP TABLE p" })]);
    expect(storage.indexes.size).toBe(1);
    expect(() => new Sequence("s", { start: "1; DROP" as never })).toThrow(/whole number/);
    const evilNumber = "10); DROP TABLE p; --" as never;
    for (const make of [
      () => t.string(evilNumber),
      () => t.numeric(evilNumber, 2),
      () => t.numeric(10, evilNumber),
      () => t.float(evilNumber),
      () => t.largeBinary(evilNumber),
      () => t.interval({ secondPrecision: evilNumber }),
    ]) {
      expect(make).toThrow(/whole number/);
    }
    const prefixed = new Table("e", m, { p: new Column(t.integer()) }, { prefixes: ["TABLE x (a int); --"] });
    expect(() => ddl(prefixed)).toThrow(/Unexpected SQL phrase/);
  });
});

describe("defaults", () => {
  test("client-side, in SQL, of the database", () => {
    const table = new Table("x", new MetaData(), {
      id: new Column(t.integer(), { primaryKey: true }),
      a: new Column(t.integer(), { default: 5 }),
      b: new Column(t.integer(), { default: () => 7, onupdate: 8 }),
      c: new Column(t.dateTime(), { default: func.now() }),
      d: new Column(t.integer(), { serverDefault: text("1") }),
    });
    expect(table.c.a.default!.isScalar).toBe(true);
    expect(table.c.b.default!.isCallable).toBe(true);
    expect(table.c.c.default!.isClauseElement).toBe(true);
    expect(table.c.d.serverDefault!.isServerDefault).toBe(true);
    expect(squash(insert(table).values({ id: 1 }).compile({ dialect: "sqlite" }).sql)).toBe(
      "INSERT INTO x (id, a, b, c) VALUES (?, ?, ?, CURRENT_TIMESTAMP)",
    );
  });

  test("computed and identity exclude a server default", () => {
    expect(() => new Column(t.integer(), computed("1"), { serverDefault: "1" })).toThrow(ArgumentError);
    expect(() => new Column(t.integer(), identity(), { serverDefault: "1" })).toThrow(ArgumentError);
    expect(() => new Column(t.integer(), identity(), { autoincrement: false })).toThrow(ArgumentError);
  });
});

describe("toMetadata", () => {
  test("copies columns, constraints, indexes and expressions", () => {
    const m = new MetaData();
    const p = new Table("p", m, { id: new Column(t.integer(), { primaryKey: true }) });
    const c = new Table(
      "c",
      m,
      {
        id: new Column(t.integer(), { primaryKey: true }),
        p: new Column("p_id", foreignKey("p.id", { ondelete: "CASCADE" })),
        self: new Column(t.integer(), foreignKey("c.id")),
        n: new Column(t.integer(), { unique: true, default: 5, comment: "n" }),
        e: new Column(t.integer(), checkConstraint("e > 0")),
      },
      [uniqueConstraint("p", "n", { name: "uq" })],
    );
    checkConstraint(c.c.n.gt(c.c.id), { name: "ck" });
    index("ix", c.c.n.desc());
    const other = new MetaData();
    const p2 = p.toMetadata(other);
    const c2 = c.toMetadata(other, { name: "c2" });
    expect([...c2.c.p.foreignKeys][0]!.column).toBe(p2.c.id);
    expect([...c2.c.self.foreignKeys][0]!.column).toBe(c2.c.id);
    const parts = (table: object): string[] =>
      ddl(table)
        .replace(/^.*?\( /, "")
        .split(", ")
        .map((part) => part.replace(/ \)$/, ""))
        .toSorted();
    expect(parts(c2)).toEqual(
      parts(c)
        .map((part) => part.replace("REFERENCES c ", "REFERENCES c2 "))
        .toSorted(),
    );
    expect([...c2.indexes].map((ix) => ix.name)).toEqual(["ix"]);
    expect(c2.c.n.default).not.toBe(c.c.n.default);
  });

  test("to another schema", () => {
    const m = new MetaData();
    new Table("p", m, { id: new Column(t.integer(), { primaryKey: true }) });
    const c = new Table("c", m, { p: new Column(t.integer(), foreignKey("p.id")) });
    const other = new MetaData();
    m.tables.get("p")!.toMetadata(other, { schema: "s" });
    const c2 = c.toMetadata(other, { schema: "s" });
    expect(ddl(c2)).toBe("CREATE TABLE s.c ( p INTEGER, FOREIGN KEY(p) REFERENCES s.p (id) )");
  });
});

describe("order", () => {
  test("by sortTables(), in the order that was given where nothing else decides", () => {
    const m = new MetaData();
    const c = new Table("c", m, { id: new Column(t.integer(), { primaryKey: true }), a: new Column(foreignKey("a.id")) });
    const a = new Table("a", m, { id: new Column(t.integer(), { primaryKey: true }) });
    const b = new Table("b", m, { id: new Column(t.integer(), { primaryKey: true }) });
    expect(sortTables([c, b, a])).toEqual([b, a, c]);
    const { tables, late } = sortTablesAndConstraints([c, b, a], (constraint) => constraint.table === c);
    expect([tables, [...late.keys()]]).toEqual([[c, b, a], [c]]);
  });

  test("by dependency, with circles", () => {
    const m = new MetaData();
    const b = new Table("b", m, {
      id: new Column(t.integer(), { primaryKey: true }),
      a: new Column(t.integer(), foreignKey("a.id", { useAlter: true, name: "fk_b_a" })),
    });
    const a = new Table("a", m, { id: new Column(t.integer(), { primaryKey: true }), b: new Column(t.integer(), foreignKey("b.id")) });
    expect(m.sortedTables).toEqual([b, a]);
  });
});
