// The texts are what SQLAlchemy renders for the same statements, with ? for values.
import {
  AddConstraint,
  cast,
  checkConstraint,
  Column,
  CompileError,
  computed,
  CreateIndex,
  CreateSequence,
  CreateTable,
  CreateView,
  DropConstraint,
  DropIndex,
  foreignKeyConstraint,
  func,
  identity,
  index,
  insert,
  MetaData,
  primaryKeyConstraint,
  select,
  Sequence,
  SetColumnComment,
  SetTableComment,
  t,
  Table,
  text,
} from "athanor";
import * as mysql from "athanor/mysql";
import { describe, expect, test } from "vitest";
import type { ClauseElement } from "../../../src/sql/elements/clause-element.ts";
import { MariadbDialect } from "../../../src/dialects/mysql/mariadb.ts";
import { MysqlDialect } from "../../../src/dialects/mysql/dialect.ts";

const m = new MetaData();
const users = new Table("users", m, {
  id: new Column(t.integer(), { primaryKey: true }),
  name: new Column(t.string(50), { nullable: false }),
  age: new Column(t.integer()),
  balance: new Column(t.numeric(10, 2)),
  active: new Column(t.boolean()),
  made: new Column(t.dateTime()),
  data: new Column(t.json()),
});
// not typed: some of these statements are none that the types would allow
const c = users.c as any;
const y = mysql.t;
const M = (): MetaData => new MetaData();
const flat = (sql: string): string =>
  sql
    .replaceAll(/\s+/g, " ")
    .replaceAll(/ ?([^\w\s?]) ?/g, "$1")
    .trim();

const t9 = new Table("t9", M(), { a: new Column(t.integer(), { comment: "x", nullable: false }) }, { comment: "q", schema: "s" });

function idx(options: object): ClauseElement {
  const table = new Table("t", M(), { a: new Column(t.string(50)), b: new Column(t.string(50)) });
  return new CreateIndex(index("ix", table.c.a, table.c.b, options as never));
}

function con(make: () => unknown, add = false): ClauseElement {
  const metadata = M();
  new Table("p", metadata, { id: new Column(t.integer(), { primaryKey: true }) });
  const constraint = make() as never;
  new Table("t", metadata, { a: new Column(t.integer()), b: new Column(t.integer()) }, [constraint]);
  return new (add ? AddConstraint : DropConstraint)(constraint);
}

type Case = readonly [name: string, make: () => unknown, sql: string | typeof CompileError, options?: object];

const CASES: readonly Case[] = [
  [
    "d1",
    () =>
      new CreateTable(
        new Table("t", M(), {
          a: new Column(y.MEDIUMINT({ unsigned: true, zerofill: true })),
          b: new Column(y.BIT(3)),
          c: new Column(y.YEAR()),
          d: new Column(y.SET(["a", "b's"])),
          e: new Column(y.TINYTEXT({ charset: "latin1", collation: "latin1_bin" })),
          f: new Column(y.DOUBLE(10, { scale: 2 })),
          g: new Column(y.FLOAT(10)),
          h: new Column(y.NUMERIC(10, 2, { unsigned: true })),
          i: new Column(y.TIME({ fsp: 3 })),
          j: new Column(y.TIMESTAMP({ fsp: 2 })),
          k: new Column(y.TIMESTAMP(), { nullable: false }),
          l: new Column(t.TIMESTAMP(), { serverDefault: text("CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP") }),
          m: new Column(y.VARCHAR(5, { ascii: true })),
          n: new Column(y.CHAR(5, { binary: true })),
          o: new Column(t.NVARCHAR(5)),
          p: new Column(y.NCHAR(3)),
          q: new Column(y.LONGBLOB()),
          r: new Column(y.BIGINT(20, { unsigned: true })),
          s: new Column(t.largeBinary(5)),
          u: new Column(t.VARBINARY(5)),
          v: new Column(t.BINARY(3)),
        }),
      ),
    "CREATE TABLE t ( a MEDIUMINT UNSIGNED ZEROFILL, b BIT(3), c YEAR, d SET('a','b''s'), e TINYTEXT CHARACTER SET latin1 COLLATE latin1_bin, f DOUBLE(10, 2), g FLOAT(10), h NUMERIC(10, 2) UNSIGNED, i TIME(3), j TIMESTAMP(2) NULL, k TIMESTAMP NOT NULL, l TIMESTAMP NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP, m VARCHAR(5) ASCII, n CHAR(5) BINARY, o NATIONAL VARCHAR(5), p NATIONAL CHAR(3), q LONGBLOB, r BIGINT(20) UNSIGNED, s BLOB(5), u VARBINARY(5), v BINARY(3) )",
  ],
  [
    "d2",
    () =>
      new CreateTable(
        new Table(
          "t",
          M(),
          { a: new Column(t.integer(), { primaryKey: true }) },
          {
            mysqlEngine: "InnoDB",
            mysqlCharset: "utf8mb4",
            mysqlCollate: "utf8mb4_bin",
            mysqlAutoIncrement: "5",
            mysqlRowFormat: "DYNAMIC",
            mysqlKeyBlockSize: "1024",
            comment: "c'd",
          },
        ),
      ),
    "CREATE TABLE t ( a INTEGER NOT NULL AUTO_INCREMENT, PRIMARY KEY (a) )ENGINE=InnoDB CHARSET=utf8mb4 AUTO_INCREMENT=5 ROW_FORMAT=DYNAMIC KEY_BLOCK_SIZE=1024 COMMENT='c''d' COLLATE utf8mb4_bin",
  ],
  [
    "d3",
    () =>
      new CreateTable(
        new Table(
          "t",
          M(),
          { a: new Column(t.integer(), { primaryKey: true }) },
          { mysqlPartitionBy: "HASH(a)", mysqlPartitions: "4", mysqlEngine: "InnoDB", mysqlDefaultCharset: "utf8" },
        ),
      ),
    "CREATE TABLE t ( a INTEGER NOT NULL AUTO_INCREMENT, PRIMARY KEY (a) )ENGINE=InnoDB DEFAULT CHARSET=utf8 PARTITION BY HASH(a) PARTITIONS 4",
  ],
  [
    "d4",
    () =>
      new CreateTable(
        new Table("t", M(), {
          a: new Column(t.integer(), { primaryKey: true, autoincrement: false }),
          b: new Column(t.bigInteger(), { primaryKey: true, autoincrement: true }),
        }),
      ),
    "CREATE TABLE t ( a INTEGER NOT NULL, b BIGINT NOT NULL AUTO_INCREMENT, PRIMARY KEY (b, a) )",
  ],
  [
    "d5",
    () =>
      new CreateTable(
        new Table("t", M(), {
          a: new Column(t.enum(["x", "y"], { name: "e" })),
          b: new Column(t.enum(["x"], { nativeEnum: false, createConstraint: true, name: "c1" })),
          c: new Column(t.boolean({ createConstraint: true, name: "c2" })),
          d: new Column(t.uuid()),
          e: new Column(t.UUID()),
          f: new Column(t.interval()),
          g: new Column(t.double()),
          h: new Column(t.float(5)),
          i: new Column(t.unicode(5)),
          j: new Column(t.unicodeText()),
          k: new Column(t.json()),
          l: new Column(t.text(100)),
          m: new Column(t.string(5, { collation: "utf8mb4_bin" })),
        }),
      ),
    "CREATE TABLE t ( a ENUM('x','y'), b VARCHAR(1), c BOOL, d CHAR(32), e UUID, f DATETIME, g DOUBLE, h FLOAT(5), i VARCHAR(5), j TEXT, k JSON, l TEXT(100), m VARCHAR(5) COLLATE utf8mb4_bin, CONSTRAINT c1 CHECK (b IN ('x')), CONSTRAINT c2 CHECK (c IN (0, 1)) )",
  ],
  ["d6", () => new CreateTable(new Table("t", M(), { a: new Column(t.string()) })), CompileError],
  [
    "d7",
    () =>
      new CreateTable(
        new Table("t", M(), {
          a: new Column(t.integer(), computed("b+1", { persisted: true }), { nullable: false }),
          b: new Column(t.integer(), identity(), { primaryKey: true }),
          c: new Column(t.integer(), { serverDefault: text("(1+1)") }),
          d: new Column(t.integer(), { serverDefault: text("1+1") }),
          e: new Column(t.dateTime(), { serverDefault: func.now() }),
          f: new Column(t.dateTime(), { serverDefault: func.current_timestamp() }),
        }),
      ),
    "CREATE TABLE t ( a INTEGER GENERATED ALWAYS AS (b+1) STORED NOT NULL, b INTEGER NOT NULL AUTO_INCREMENT, c INTEGER DEFAULT (1+1), d INTEGER DEFAULT (1+1), e DATETIME DEFAULT (now()), f DATETIME DEFAULT CURRENT_TIMESTAMP, PRIMARY KEY (b) )",
  ],
  ["i1", () => idx({ mysqlLength: 5 }), "CREATE INDEX ix ON t (a(5), b(5))"],
  ["i3", () => idx({ mysqlPrefix: "FULLTEXT", mysqlWithParser: "ngram" }), "CREATE FULLTEXT INDEX ix ON t (a, b) WITH PARSER ngram"],
  [
    "i5",
    () => {
      const tb = new Table("t", M(), { a: new Column(t.string(50)), b: new Column(t.string(50)) });
      return new CreateIndex(index("ix", func.lower(tb.c.a), tb.c.b.add("x"), tb.c.a.desc()));
    },
    "CREATE INDEX ix ON t ((lower(a)), (concat(b, 'x')), a DESC)",
  ],
  ["c1", () => con(() => checkConstraint("a>1", { name: "ck" })), "ALTER TABLE t DROP CHECK ck"],
  ["c3", () => con(() => foreignKeyConstraint(["a"], ["p.id"], { name: "fk" })), "ALTER TABLE t DROP FOREIGN KEY fk"],
  [
    "c5",
    () => con(() => primaryKeyConstraint("a", { name: "pk", mysqlUsing: "hash" }), true),
    "ALTER TABLE t ADD CONSTRAINT pk PRIMARY KEY (a) USING hash",
  ],
  ["c6", () => con(() => foreignKeyConstraint(["a"], ["p.id"], { name: "fk", match: "FULL" }), true), CompileError],
  [
    "c7",
    () => con(() => foreignKeyConstraint(["a"], ["p.id"], { deferrable: true, initially: "DEFERRED" }), true),
    "ALTER TABLE t ADD FOREIGN KEY(a) REFERENCES p (id) DEFERRABLE INITIALLY DEFERRED",
  ],
  ["m1", () => new SetColumnComment(t9.c.a), "ALTER TABLE s.t9 CHANGE a a INTEGER NOT NULL COMMENT 'x'"],
  ["m3", () => new SetTableComment(t9), "ALTER TABLE s.t9 COMMENT 'q'"],
  ["x1", () => new CreateSequence(new Sequence("s", { start: 1 })), "CREATE SEQUENCE s START WITH 1"],
  ["x3", () => new DropIndex(index("ix", t9.c.a), { ifExists: true }), "DROP INDEX IF EXISTS ix ON s.t9"],
  ["v1", () => new CreateView(select(c.id), "v", { orReplace: true }), "CREATE OR REPLACE VIEW v AS SELECT users.id FROM users"],
];

describe("MySQL renders", () => {
  for (const [name, make, sql, options = {}] of CASES) {
    test(name, () => {
      const compile = (): string => (make() as ClauseElement).compile({ dialect: "mysql", ...options }).sql;
      if (typeof sql === "string") expect(flat(compile())).toBe(flat(sql));
      else expect(compile).toThrow(sql);
    });
  }
});

const on = (dialect: MysqlDialect, statement: unknown): string => flat((statement as ClauseElement).compile({ dialect }).sql);

describe("a server that is known", () => {
  const mysql8 = new MysqlDialect();
  mysql8._setServer("8.0.36-0ubuntu0.22.04.1");
  const mysql57 = new MysqlDialect();
  mysql57._setServer("5.7.44-log");
  const mariadb = new MariadbDialect();
  mariadb._setServer("5.5.5-10.11.6-MariaDB-1:10.11.6+maria~ubu2204");

  test("has a version", () => {
    expect(mysql8.serverVersionInfo).toEqual([8, 0, 36]);
    expect(mysql57.serverVersionInfo).toEqual([5, 7, 44]);
    expect(mariadb.serverVersionInfo).toEqual([10, 11, 6]);
    const behindMysqlUrl = new MysqlDialect();
    behindMysqlUrl._setServer("11.4.2-MariaDB");
    expect([behindMysqlUrl.isMariadb, behindMysqlUrl.insertReturning]).toEqual([true, true]);
    expect(() => new MariadbDialect()._setServer("8.4.0")).toThrow(/use a mysql:\/\/ URL/);
  });

  test("gets what it can do", () => {
    const s = mysql.insert(users).values({ id: 1, name: "a" });
    const upsert = s.onDuplicateKeyUpdate({ name: s.inserted["name"]! });
    expect(on(mysql8, upsert)).toBe(flat("INSERT INTO users (id, name) VALUES (?, ?) AS new ON DUPLICATE KEY UPDATE name = new.name"));
    expect(on(mysql57, upsert)).toBe(flat("INSERT INTO users (id, name) VALUES (?, ?) ON DUPLICATE KEY UPDATE name = VALUES(name)"));
    const lock = select(users.c.id).withForUpdate({ read: true, of: users });
    expect(on(mysql8, lock)).toBe(flat("SELECT users.id FROM users FOR SHARE OF users"));
    expect(on(mariadb, lock)).toBe(flat("SELECT users.id FROM users LOCK IN SHARE MODE"));
    expect(on(mysql8, select(cast(users.c.age, t.FLOAT())))).toBe(flat("SELECT CAST(users.age AS FLOAT) AS age FROM users"));
    expect(on(mariadb, select(users.c.id).where(users.c.name.regexpMatch("x", { flags: "i" })))).toBe(
      flat("SELECT users.id FROM users WHERE users.name REGEXP CONCAT('(?', 'i', ')', ?)"),
    );
    expect(
      on(
        mariadb,
        con(() => checkConstraint("a>1", { name: "ck" })),
      ),
    ).toBe(flat("ALTER TABLE t DROP CONSTRAINT ck"));
    expect(on(mariadb, insert(users).values({ name: "x" }).returning(users.c.id))).toContain("RETURNING users.id");
    expect(() => on(mysql8, insert(users).values({ name: "x" }).returning(users.c.id))).toThrow(/no INSERT … RETURNING/);
  });

  test("gets columns that lose nothing", () => {
    const table = new Table("t", M(), {
      a: new Column(t.dateTime(), { serverDefault: func.now() }),
      b: new Column(t.time()),
      c: new Column(t.float()),
      d: new Column(t.interval()),
      e: new Column(t.DATETIME()),
      f: new Column(t.FLOAT()),
      g: new Column(t.uuid()),
    });
    expect(on(mysql8, new CreateTable(table))).toBe(
      flat(
        "CREATE TABLE t (a DATETIME(6) DEFAULT CURRENT_TIMESTAMP(6), b TIME(6), c FLOAT(53), d DATETIME(6), e DATETIME, f FLOAT, g CHAR(32))",
      ),
    );
    expect(on(mariadb, new CreateTable(table))).toContain("g UUID");
  });

  test("of MariaDB takes what is meant for MySQL, unless there is something for itself", () => {
    const table = new Table(
      "t",
      M(),
      {
        a: new Column(t.text().withVariant(mysql.t.LONGTEXT(), "mysql")),
        b: new Column(t.text().withVariant(mysql.t.LONGTEXT(), "mysql").withVariant(mysql.t.TINYTEXT(), "mariadb")),
      },
      { mysqlEngine: "InnoDB", mariadbRowFormat: "DYNAMIC" },
    );
    expect(on(mariadb, new CreateTable(table))).toBe(flat("CREATE TABLE t (a LONGTEXT, b TINYTEXT)ENGINE=InnoDB ROW_FORMAT=DYNAMIC"));
  });

  test("refuses options that could be more than that", () => {
    const table = new Table("t", M(), { a: new Column(t.integer()) }, { mysqlEngine: "InnoDB; DROP TABLE x" });
    expect(() => on(mysql8, new CreateTable(table))).toThrow(CompileError);
  });
});
