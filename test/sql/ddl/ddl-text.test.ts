// The texts are what SQLAlchemy renders for the same DDL; white space aside.
import { describe, expect, test } from "vitest";
import {
  AddConstraint,
  and,
  cast,
  checkConstraint,
  type ClauseElement,
  Column,
  computed,
  conv,
  CreateIndex,
  CreateSchema,
  CreateSequence,
  CreateTable,
  CreateTableAs,
  CreateView,
  DropConstraint,
  DropConstraintComment,
  DropIndex,
  DropSchema,
  DropSequence,
  DropTable,
  DropTableComment,
  DropView,
  false_,
  foreignKey,
  foreignKeyConstraint,
  func,
  identity,
  index,
  MetaData,
  or,
  primaryKeyConstraint,
  quotedName,
  select,
  Sequence,
  SetColumnComment,
  SetConstraintComment,
  SetTableComment,
  t,
  Table,
  text,
  union,
  unionAll,
  uniqueConstraint,
} from "athanor";
import * as pg from "athanor/postgresql";
import { EXPECTED } from "./support/expected-ddl.ts";

// what is made here is not typed: much of it is for one dialect only
type Any = any;
const C = Column as Any;
const I = (): Any => t.integer();
const PK = { primaryKey: true };

function T(columns: object, items: readonly unknown[] = [], options: Record<string, unknown> = {}): Any {
  const { name = "t", m = new MetaData(), ...rest } = options;
  return new Table(name as string, m as MetaData, columns as Any, items as Any, rest);
}

const ab = (items: readonly unknown[] = [], options: object = {}): Any =>
  new CreateTable(T({ a: new C(I()), b: new C(I()) }, items, options as Any));
const col = (...args: unknown[]): Any => new CreateTable(T({ a: new C(...args), z: new C(I()) }));

function fk(options: object = {}): Any {
  const m = new MetaData();
  T({ id: new C(I(), PK) }, [], { name: "p", m });
  return new CreateTable(T({ a: new C(I(), foreignKey("p.id", options as Any)) }, [], { m }));
}

function composite(): Any {
  const m = new MetaData();
  T({ id: new C(I(), PK), b: new C(I(), PK) }, [], { name: "p", m, schema: "s" });
  const table: Any = T({ a: new C(I()), b: new C(I()) }, [foreignKeyConstraint(["a", "b"], ["s.p.id", "s.p.b"], { name: "n" })], { m });
  return [...table.foreignKeyConstraints][0];
}

function isolated(options: object = {}): Any {
  const table = T({ a: new C(I()) });
  const constraint = checkConstraint("a>1", { name: "u" });
  table.appendConstraint(constraint);
  void new AddConstraint(constraint, options);
  return new CreateTable(table);
}

function sequence(options: object = {}): Any[] {
  const one = (): Sequence => new Sequence("sq", options);
  return [
    new CreateSequence(one()),
    new CreateSequence(one(), { ifNotExists: true }),
    new DropSequence(one()),
    new DropSequence(one(), { ifExists: true }),
  ];
}

function ix(make: (table: Any) => Any, options: object = {}): Any[] {
  const made = make(T({ a: new C(I()), b: new C(t.string(50)) }, [], options as Any));
  return [new CreateIndex(made), new CreateIndex(made, { ifNotExists: true }), new DropIndex(made, { ifExists: true })];
}

const src = (): Any => T({ id: new C(I(), PK), name: new C(t.string(50)) }, [], { name: "src" });

const CONVENTION = {
  ix: "ix_%(column_0_label)s",
  uq: "uq_%(table_name)s_%(column_0_N_name)s",
  ck: "ck_%(table_name)s_%(constraint_name)s",
  fk: "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
  pk: "pk_%(table_name)s",
};

function named(convention: object, items: readonly unknown[], options: { cols?: object; name?: string; schema?: string } = {}): Any[] {
  const m = new MetaData({ namingConvention: convention as Any });
  T({ id: new C(I(), PK), x: new C(I()) }, [], { name: "par", m });
  const {
    cols = { id: new C(I(), PK), Akey: new C("aa", I()), "b b": new C(I()), ccc: new C(I()) },
    name = "data",
    schema = null,
  } = options;
  const table = T(cols, items, { m, name, schema });
  return [new CreateTable(table), ...[...table.indexes].sort((a, b) => (a.name < b.name ? -1 : 1)).map((one) => new CreateIndex(one))];
}

const CASES: Readonly<Record<string, () => Any>> = {
  "fk plain": () => fk(),
  "fk actions": () => fk({ name: "fk1", ondelete: "CASCADE", onupdate: "NO ACTION", deferrable: true, initially: "DEFERRED" }),
  "fk match": () => fk({ match: "FULL" }),
  "fk set null columns": () => fk({ ondelete: "SET NULL (a)" }),
  "fk not valid": () => fk({ postgresqlNotValid: true }),
  "fk use_alter": () => fk({ useAlter: true, name: "x" }),
  "fk composite": () => new CreateTable(composite().table),
  "fk added and dropped": () => [new AddConstraint(composite()), new DropConstraint(composite(), { ifExists: true, cascade: true })],
  unique: () => ab([uniqueConstraint("a", "b", { name: "u v" })]),
  "unique deferrable": () => ab([uniqueConstraint("a", { deferrable: true, initially: "DEFERRED" })]),
  "unique include": () => ab([uniqueConstraint("a", { postgresqlInclude: ["b"], postgresqlNullsNotDistinct: true })]),
  "unique nulls distinct": () => ab([uniqueConstraint("a", { postgresqlNullsNotDistinct: false })]),
  "unique on conflict": () => ab([uniqueConstraint("a", { sqliteOnConflict: "IGNORE" })]),
  "pk include": () => ab([primaryKeyConstraint("a", { name: "k", postgresqlInclude: ["b"] })]),
  "pk using": () => ab([primaryKeyConstraint("a", { mysqlUsing: "btree" })]),
  check: () => ab([checkConstraint("a > 5", { name: "u" })]),
  "check not valid": () => ab([checkConstraint("a > 5", { postgresqlNotValid: true })]),
  "check expression": () => {
    const table = T({ a: new C(I()), b: new C(t.string(5)) }, [], { schema: "s" });
    const { a, b } = table.c;
    checkConstraint(or(a.gt(5), b.eq("it's"), a.in([1, 2]), b.is(null), b.like("a%")));
    return new CreateTable(table);
  },
  "check of a column": () =>
    new CreateTable(T({ a: new C(I(), checkConstraint("a > 1", { name: "c1" }), { nullable: false, serverDefault: "5" }) })),
  "added constraint is left out": () => isolated(),
  "added constraint stays": () => isolated({ isolateFromTable: false }),
  "default text": () => col(t.string(5), { serverDefault: "it's" }),
  "default expression": () => col(I(), { serverDefault: text("1+1") }),
  "default function": () => col(t.dateTime(), { serverDefault: func.now() }),
  "default false": () => col(t.boolean(), { serverDefault: false_() }),
  serial: () => col(I(), PK),
  bigserial: () => col(t.bigInteger(), PK),
  "no autoincrement": () => col(I(), { primaryKey: true, autoincrement: false }),
  "system column": () => col(I(), { system: true }),
  computed: () => col(I(), computed("z+1")),
  "computed stored": () => col(I(), computed("z+1", { persisted: true }), { nullable: false }),
  "computed virtual": () => col(I(), computed("z+1", { persisted: false })),
  identity: () => col(I(), identity({ always: true, start: 3, increment: 2, minvalue: -5, maxvalue: 100, cycle: true, cache: 5 }), PK),
  "identity that may be null": () => col(I(), identity({ nominvalue: true, nomaxvalue: true, cycle: false }), { nullable: true }),
  sequence: () => sequence(),
  "sequence options": () => sequence({ start: 2, increment: -2, minvalue: 2, maxvalue: 8, cache: 2, cycle: true, schema: "s" }),
  "sequence no options": () => sequence({ nominvalue: true, nomaxvalue: true, cycle: false }),
  "sequence type": () => sequence({ dataType: t.bigInteger() }),
  "sequence quoted schema": () => sequence({ schema: "sc", quoteSchema: true, quote: true }),
  "sequence of a metadata": () => new CreateSequence(new Sequence("x", { metadata: new MetaData({ schema: "q" }) })),
  temporary: () => ab([], { prefixes: ["GLOBAL", "TEMPORARY"] }),
  "if not exists": () => [
    new CreateTable(T({ a: new C(I()) }), { ifNotExists: true }),
    new DropTable(T({ a: new C(I()) }), { ifExists: true }),
  ],
  "quoted name": () => new CreateTable(T({ a: new C(I()) }, [], { name: quotedName("abc", true) })),
  "never quoted": () => new CreateTable(T({ x: new C(quotedName("SELECT", false), I()) }, [], { name: quotedName("ABC", false) })),
  "quoted schema": () => new CreateTable(T({ a: new C(I()) }, [], { schema: quotedName("a.b", true) })),
  "schema with a point": () => new CreateTable(T({ a: new C(I()) }, [], { schema: "a.b" })),
  "quote_schema of metadata": () => new CreateTable(T({ a: new C(I()) }, [], { m: new MetaData({ schema: "s", quoteSchema: true }) })),
  "create schema": () => [
    new CreateSchema(quotedName("s", true)),
    new CreateSchema("S p", { ifNotExists: true }),
    new DropSchema("s", { ifExists: true, cascade: true }),
  ],
  comments: () => [
    new SetTableComment(T({ a: new C(I()) }, [], { comment: "t'c" })),
    new DropTableComment(T({ a: new C(I()) })),
    new SetColumnComment(T({ a: new C(I(), { comment: "x" }) }, [], { schema: "s" }).c.a),
  ],
  "comment of a constraint": () => {
    const constraint = checkConstraint("a>1", { name: "q", comment: "co'n" });
    T({ a: new C(I()) }, [constraint]);
    return [new SetConstraintComment(constraint), new DropConstraintComment(constraint)];
  },
  index: () => ix((x) => index("ix", x.c.a, x.c.b.desc(), { unique: true }), { schema: "s" }),
  "index of expressions": () => ix((x) => index("ix", func.lower(x.c.b), x.c.a.add(5), x.c.a.asc().nullsLast(), cast(x.c.b, I()))),
  "index of an expression in MySQL": () => ix((x) => index("ix", func.lower(x.c.b), x.c.a.add(5), x.c.b.desc())),
  "partial index": () => ix((x) => index("ix", x.c.a, { postgresqlWhere: and(x.c.a.gt(5), x.c.b.eq("x")), sqliteWhere: x.c.b.is(null) })),
  "partial index by text": () => ix((x) => index("ix", x.c.a, { postgresqlWhere: "a > 5" })),
  "index of PostgreSQL": () =>
    ix((x) =>
      index("ix", x.c.a, func.lower(x.c.b).label("l"), {
        unique: true,
        postgresqlOps: { a: "int4_ops", l: "text_pattern_ops" },
        postgresqlInclude: ["b"],
        postgresqlNullsNotDistinct: true,
        postgresqlWith: { fillfactor: 50, deduplicate_items: "off" },
        postgresqlTablespace: "T s",
        postgresqlWhere: x.c.a.is(null),
        postgresqlUsing: "BTREE",
        postgresqlConcurrently: true,
      }),
    ),
  "index of MySQL": () =>
    ix((x) => index("ix", x.c.a, x.c.b, { mysqlLength: { b: 3 }, mysqlPrefix: "FULLTEXT", mysqlWithParser: "ngram", mysqlUsing: "hash" })),
  "index of MariaDB": () => ix((x) => index("ix", x.c.a, x.c.b, { mariadbLength: 7, mariadbPrefix: "SPATIAL", mariadbUsing: "btree" })),
  view: () => {
    const s = src();
    return new CreateView(select(s.c.id, s.c.name.label("Q q")).where(s.c.name.eq("it's")), "v", { schema: "sc", orReplace: true });
  },
  "view kinds": () => {
    const one = select(src().c.id);
    return [
      new CreateView(one, "v", { temporary: true }),
      new CreateView(one, "v", { materialized: true }),
      new CreateView(union(one, one), "v"),
    ];
  },
  "view options": () => new CreateView(select(src().c.id), "v", { postgresqlWith: { security_barrier: "true" }, sqliteIfNotExists: true }),
  "view dropped": () => {
    const one = select(src().c.id);
    return [
      new CreateView(one, "v").table._dropperDdl,
      new CreateView(one, "v", { materialized: true, schema: "q" }).table._dropperDdl,
      new DropView(new CreateView(one, "v").table, { ifExists: true }),
    ];
  },
  "view copied": () => {
    const view = new CreateView(select(src().c.id), "v", { schema: "s", orReplace: true });
    const copy = view.table.toMetadata(new MetaData(), { schema: "z" });
    return [copy._creatorDdl, copy._dropperDdl];
  },
  into: () => {
    const { c } = src();
    return [
      select(c.id, c.name.label("x")).into("q", { schema: "s", temporary: true, ifNotExists: true }),
      unionAll(select(c.id), select(c.id)).into("q"),
      text("select 1 as x").columns({ x: I() }).into("q"),
      select(select(c.id).where(c.name.eq("a")).into("zz").table),
    ];
  },
  "create table as": () => {
    const { c } = src();
    return [
      new CreateTableAs(select(c.id).where(c.name.eq("it's")), "v", { schema: "sc" }),
      new CreateTable(new CreateTableAs(select(c.id, c.name), "v").table),
    ];
  },
  convention: () =>
    named(CONVENTION, [
      uniqueConstraint("Akey", "b b"),
      checkConstraint("aa>1", { name: "pos" }),
      foreignKeyConstraint(["Akey"], ["par.id"]),
      index(null, "Akey"),
    ]),
  "convention, names given": () =>
    named(CONVENTION, [
      uniqueConstraint("Akey", { name: "mine" }),
      checkConstraint("aa>1", { name: conv("as_it_is") }),
      foreignKeyConstraint(["Akey"], ["par.id"], { name: "fk" }),
    ]),
  "convention by keys": () =>
    named({ uq: "uq_%(table_name)s_%(column_0N_key)s", fk: "fk_%(referred_column_0_N_name)s_%(column_1_key)s" }, [
      uniqueConstraint("Akey", "ccc"),
      foreignKeyConstraint(["Akey", "b b"], ["par.id", "par.x"]),
    ]),
  "convention too long": () =>
    named(CONVENTION, [uniqueConstraint("b b", "ccc")], {
      name: "t".repeat(58),
      cols: { id: new C(I(), PK), "b b": new C(I()), ccc: new C(I()) },
    }),
  "convention of flags and types": () =>
    named({ ...CONVENTION, ck: "ck_%(table_name)s_%(column_0_name)s" }, [], {
      cols: {
        id: new C(I(), PK),
        a: new C(I(), { index: true }),
        b: new C(I(), { unique: true }),
        f: new C(t.boolean({ createConstraint: true })),
      },
      schema: "sch",
    }),
  "convention with functions": () =>
    named(
      {
        pk: "pk_%(foo)s",
        foo: (constraint: { columns: { name: string }[] }, table: { name: string }) =>
          `${table.name.toUpperCase()}_${constraint.columns.map(({ name }) => name).join("_")}`,
      },
      [],
    ),
  "pg table inherits": () => ab([], { postgresqlInherits: ["i1", "I 2"] }),
  "pg table partition": () => ab([], { postgresqlPartitionBy: "LIST (a)" }),
  "pg table all": () =>
    ab([], {
      postgresqlUsing: "heap",
      postgresqlWith: { fillfactor: 50, autovacuum_enabled: "false" },
      postgresqlOnCommit: "preserve_rows",
      postgresqlTablespace: "S p",
      postgresqlWithOids: false,
    }),
  "pg table unlogged": () => ab([], { prefixes: ["UNLOGGED"], postgresqlIgnoreSearchPath: true }),
  "sqlite table": () => new CreateTable(T({ a: new C(I(), PK) }, [], { sqliteWithRowid: false, sqliteStrict: true })),
  "sqlite autoincrement": () =>
    new CreateTable(T({ a: new C(I(), { primaryKey: true, sqliteOnConflictPrimaryKey: "FAIL" }) }, [], { sqliteAutoincrement: true })),
  "sqlite on conflict": () =>
    new CreateTable(
      T(
        {
          a: new C(I(), { primaryKey: true, sqliteOnConflictPrimaryKey: "IGNORE" }),
          b: new C(I(), { nullable: false, sqliteOnConflictNotNull: "FAIL", unique: true, sqliteOnConflictUnique: "REPLACE" }),
        },
        [checkConstraint("a>1", { sqliteOnConflict: "ABORT" })],
      ),
    ),
  "mysql table": () =>
    ab([], {
      mysqlEngine: "InnoDB",
      mysqlDefaultCharset: "utf8mb4",
      mysqlCollate: "utf8mb4_bin",
      mysqlRowFormat: "DYNAMIC",
      mysqlKeyBlockSize: "8",
      mysqlAutoIncrement: "5",
      mysqlPartitionBy: "RANGE(a)",
      mysqlPartitions: "3",
      mysqlSubpartitionBy: "HASH(a)",
      mysqlSubpartitions: "2",
      comment: "it's",
    }),
  "mariadb table": () => ab([], { mariadbEngine: "Aria", mariadbPageChecksum: "1" }),
  ddl_if: () =>
    ab([
      checkConstraint("a>1").ddlIf("postgresql"),
      uniqueConstraint("a").ddlIf(["mysql", "sqlite"]),
      checkConstraint("a>2").ddlIf({ callable: ({ dialect, state }) => dialect.name === state, state: "sqlite" }),
    ]),
  exclude: () => {
    const table = T({ room: new C(I()), during: new C(pg.t.TSRANGE()) });
    const constraint = pg.excludeConstraint([table.c.room, "="], ["during", "&&"], {
      name: "my name",
      using: "gist",
      where: text("room > 5"),
      ops: { room: "gist_int4_ops" },
      deferrable: true,
    });
    table.appendConstraint(constraint);
    return new AddConstraint(constraint);
  },
  domain: () => [
    new pg.CreateDomainType(
      pg.t.DOMAIN("d", t.string(5), {
        collation: "de_DE",
        collationSchema: "pg_catalog",
        default: "x",
        notNull: true,
        constraintName: "k",
        check: "VALUE <> ''",
      }) as Any,
    ),
    new pg.DropDomainType(pg.t.DOMAIN("d", t.text(), { schema: "S" }) as Any),
  ],
  "enum of the metadata's schema": () => [
    new CreateTable(T({ a: new C(t.enum(["x", "y"], { name: "e" })) }, [], { m: new MetaData({ schema: "s1" }) })),
    new CreateTable(T({ a: new C(t.enum(["x"], { name: "e", schema: "s2" })) }, [], { m: new MetaData({ schema: "s1" }) })),
    new CreateTable(T({ a: new C(t.enum(["x"], { name: "e", schema: null })) }, [], { m: new MetaData({ schema: "s1" }) })),
    new CreateTable(T({ a: new C(t.enum(["x"], { name: "e" })) }, [], { schema: "s3" })),
  ],
};

const flat = (sql: string): string => sql.replaceAll(/\s+/g, "");

function rendered(make: () => Any, dialect: string): string {
  const made = make() as ClauseElement | ClauseElement[];
  return (Array.isArray(made) ? made : [made]).map((statement) => statement.compile({ dialect }).sql).join("; ");
}

describe("DDL", () => {
  test("has a text for every case, and a case for every text", () => {
    expect(Object.keys(CASES).sort()).toEqual(Object.keys(EXPECTED).sort());
  });

  for (const [name, make] of Object.entries(CASES)) {
    for (const [dialect, sql] of Object.entries(EXPECTED[name] ?? {})) {
      test(`${name} [${dialect}]`, () => {
        expect(flat(rendered(make, dialect))).toBe(flat(sql));
      });
    }
  }
});
