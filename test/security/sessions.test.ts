// SEC-11 to SEC-15, SEC-20, SEC-24 on real databases: texts and literals in sessions of every mode, placeholders in texts, LIKE, several
// statements at once, and names that the server sends.
import {
  ArgumentError,
  AthanorError,
  bindparam,
  checkConstraint,
  type ClauseElement,
  Column,
  column,
  type Connection,
  createEngine,
  DBAPIError,
  type DriverConnection,
  type Engine,
  index,
  insert,
  inspect,
  listen,
  literal,
  literalColumn,
  MetaData,
  NotSupportedError,
  select,
  t,
  Table,
  table,
  text,
} from "athanor";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type DatabaseName, describeEachDatabase, describeEachDriver, type TestDatabase } from "../support/databases.ts";
import { Canary } from "./canary.ts";
import { FEW_PAYLOADS, HARMLESS, PAYLOADS } from "./payloads.ts";
import { rawMysql } from "./raw-mysql.ts";

/** What a session may be told that changes how SQL is read. */
const MODES: Readonly<Record<TestDatabase["dialect"], readonly string[]>> = {
  sqlite: ["SELECT 1"],
  postgresql: ["SET standard_conforming_strings = on", "SET standard_conforming_strings = off"],
  mysql: ["SET SESSION sql_mode = ''", "SET SESSION sql_mode = 'ANSI_QUOTES'", "SET SESSION sql_mode = 'PIPES_AS_CONCAT,IGNORE_SPACE'"],
};

/** What would have a session read strings otherwise than they are written, or other characters: it is refused. */
const REFUSED: Readonly<Record<TestDatabase["dialect"], readonly string[]>> = {
  sqlite: [],
  postgresql: ["SJIS", "GBK", "BIG5", "UHC", "JOHAB", "GB18030", "LATIN1", "WIN1252", "SQL_ASCII"].map(
    (encoding) => `SET client_encoding = '${encoding}'`,
  ),
  mysql: [
    ...["gbk", "gb2312", "big5", "sjis", "cp932", "euckr", "latin1", "latin2", "binary", "utf8mb3"].map((name) => `SET NAMES ${name}`),
    "SET CHARACTER SET gbk",
    "SET character_set_client = big5",
    "SET SESSION sql_mode = 'NO_BACKSLASH_ESCAPES'",
    "SET SESSION sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES'",
  ],
};

/** Texts that other encodings read otherwise: the last byte of a character and what follows it may be one character. */
const BYTES = [
  "\u4f7f\\'; DELETE FROM victim; -- ",
  "\u7e3a\\\\'",
  "\u00e9\\' OR 1=1 -- ",
  "\u00bf'\u00bf\\'",
  "\u8868'; --",
  "\uff7f\\\\",
  "\u7e17\\' OR 1=1 -- ",
  "\u8868\\' OR 1=1 -- ",
  "\u529f\\' OR 1=1 -- ",
  "\u4f27 OR 1=1 -- ",
  "\u4f5c\u4f27 OR 1=1 -- ",
];

/** Comments of MariaDB hold the first plane alone. */
const FEW = FEW_PAYLOADS.filter((one) => !/[\u{10000}-\u{10ffff}]/u.test(one));

describeEachDatabase(
  "sessions",
  (db) => {
    let engine: Engine;
    let canary: Canary;
    beforeAll(async () => {
      engine = createEngine(db.url);
      canary = new Canary(engine, db.dialect);
      await canary.setUp();
    });
    afterAll(async () => engine.dispose());

    /** Runs on a connection that is told the mode and is thrown away afterwards. */
    const inMode = async (mode: string, run: (conn: Connection) => Promise<void>): Promise<void> => {
      const conn = await engine.connect();
      try {
        await conn.execDriverSql(mode);
        await conn.commit();
        await run(conn);
        await conn.commit();
      } finally {
        // SQLite has no modes, and keeps the database in its connection
        if (db.dialect !== "sqlite") await conn.invalidate();
        await conn.close();
      }
    };

    describe("SEC-12: literals", () => {
      test.for(MODES[db.dialect])("%s", async (mode) => {
        await inMode(mode, async (conn) => {
          for (const given of [...PAYLOADS, ...BYTES]) {
            const statement = select(literal(given, t.string()).label("x"));
            const { sql } = statement.compile({ dialect: engine, compileKwargs: { literalBinds: true } });
            expect((await conn.execDriverSql(sql)).all().map((row) => [...row])).toEqual([[given]]);
          }
        });
        expect(await canary.harm()).toBeNull();
      });

      test.for(MODES[db.dialect])("of DDL: %s", async (mode) => {
        await inMode(mode, async (conn) => {
          const texts = mode === MODES[db.dialect][0] ? PAYLOADS.slice(0, 24) : FEW;
          for (const given of [...texts, ...BYTES]) {
            const made = new Table(
              "made",
              new MetaData(),
              {
                x: new Column(t.string(200), { serverDefault: given, comment: given }),
                y: new Column(t.integer()),
                z: new Column(t.string(200)),
              },
              [checkConstraint(column("z", t.string()).ne(given))],
              { comment: given },
            );
            index("ix_made", made.c.y, { unique: true, postgresqlWhere: made.c.x.eq(given), sqliteWhere: made.c.x.eq(given) });
            await made.create(conn);
            await conn.execute(insert(made).values({ y: 1 }));
            expect((await conn.execute(select(made.c.x))).scalar()).toBe(given);
            await refused(conn, insert(made).values({ y: 2, z: given }));
            // the index is of the rows with this text alone; MySQL has no such indexes
            await refused(conn, insert(made).values({ y: 1 }));
            if (db.dialect !== "mysql") await conn.execute(insert(made).values({ x: "another", y: 1 }));
            if (db.dialect !== "sqlite") {
              const inspector = inspect(conn);
              expect(await inspector.getTableComment("made")).toEqual({ text: given });
              expect((await inspector.getColumns("made")).map(({ comment }) => comment ?? null)).toEqual([given, null, null]);
            }
            await made.drop(conn);
            await conn.commit();
          }
        });
        expect(await canary.harm()).toBeNull();
      });
    });

    test("SEC-13: negative numbers beside operators", async () => {
      const x = literal(5, t.integer(), { literalExecute: true });
      const minus = (n: number | bigint): typeof x =>
        literal(n as number, typeof n === "bigint" ? (t.bigInteger() as never) : t.integer(), { literalExecute: true });
      const cases: readonly (readonly [ClauseElement, unknown])[] = [
        [x.sub(minus(-1)), 6],
        [x.sub(minus(-1).neg()), 4],
        [minus(-1).neg(), 1],
        [minus(-1).neg().neg(), -1],
        [x.add(minus(-1)), 4],
        [x.mul(minus(-1)), -5],
        [literalColumn("1").sub(minus(-2147483648)), 2147483649],
      ];
      await engine.begin(async (conn) => {
        for (const [expression, expected] of cases) {
          const { sql } = select((expression as typeof x).label("v")).compile({ dialect: engine, compileKwargs: { literalBinds: true } });
          expect(sql).not.toContain("--");
          const value =
            db.dialect === "postgresql" && expected === 2147483649 ? expected : Number((await conn.execDriverSql(sql)).scalar());
          expect(value, sql).toBe(expected);
        }
        const { sql } = select(literal(-(2n ** 63n), t.bigInteger()).label("v")).compile({
          dialect: engine,
          compileKwargs: { literalBinds: true },
        });
        expect(BigInt((await conn.execDriverSql(sql)).scalar() as bigint)).toBe(-(2n ** 63n));
      });
      for (const never of [Number.NaN, Infinity, Number("1e400"), 1.5, "1", "1; DROP TABLE victim"]) {
        expect(
          () => select(literal(never as number, t.integer())).compile({ dialect: engine, compileKwargs: { literalBinds: true } }).sql,
        ).toThrow(AthanorError);
      }
    });

    test("SEC-11: placeholders of a text", async () => {
      const pg = db.dialect === "postgresql";
      const bound = "it has :x, $1, ? and %s";
      await engine.begin(async (conn) => {
        const of = async (sql: string, params: Record<string, unknown>): Promise<unknown> =>
          (await conn.execute(text(sql), params)).scalar();
        expect(await of("SELECT :x", { x: bound })).toBe(bound);
        expect(await of("SELECT '\\:x'", {})).toBe(":x");
        expect(await of("SELECT '12\\:30\\:00'", {})).toBe("12:30:00");
        expect(await of("SELECT /* it\\:s a comment */ :x -- \\:y", { x: "a" })).toBe("a");
        if (pg) {
          expect(await of("SELECT (:x)::text", { x: bound })).toBe(bound);
          expect(await of("SELECT $$\\:x $1$$", {})).toBe(":x $1");
          expect(await of("SELECT CAST(:j AS jsonb) ? :k", { j: '{"a": 1}', k: "a" })).toBe(true);
          expect(await of("SELECT (ARRAY[1,2,3])[2:3] = ARRAY[2,3]", {})).toBe(true);
        }
        expect(() => text("SELECT :x").bindparams({ y: 1 })).toThrow(ArgumentError);
        await expect(conn.execute(text("SELECT :x"), {})).rejects.toThrow(AthanorError);
        await expect(conn.execute(text("SELECT :x"), { y: 1 })).rejects.toThrow(AthanorError);
      });
      expect(await canary.harm()).toBeNull();
    });

    test("SEC-20: what is looked for by LIKE", async () => {
      const texts = ["100%", "100x", "a_b", "axb", "a\\b", "a\\", "%", "_", "\\", "[a]", "a", "", "a/b", "a//b", "'", "a*b", "^a"];
      const things = new Table("things", new MetaData(), { x: new Column(t.string(50)) });
      await things.create(engine);
      await engine.begin(async (conn) => {
        await conn.execute(
          things.insert(),
          texts.map((x) => ({ x })),
        );
        for (const given of [...texts, ...PAYLOADS.slice(0, 30)]) {
          const found = async (where: ClauseElement): Promise<unknown[]> =>
            sorted((await conn.execute(select(things.c.x).where(where as never))).scalars().all());
          const escaped = { autoescape: true };
          expect(await found(things.c.x.contains(given, escaped))).toEqual(sorted(texts.filter((one) => one.includes(given))));
          expect(await found(things.c.x.startswith(given, escaped))).toEqual(sorted(texts.filter((one) => one.startsWith(given))));
          expect(await found(things.c.x.endswith(given, escaped))).toEqual(sorted(texts.filter((one) => one.endsWith(given))));
          expect(await found(things.c.x.contains(given, { autoescape: true, escape: "!" }))).toEqual(
            sorted(texts.filter((one) => one.includes(given))),
          );
        }
        // without it, % and _ are wildcards, as in SQLAlchemy
        expect((await conn.execute(select(things.c.x).where(things.c.x.startswith("100%")))).all()).toHaveLength(2);
      });
      await things.drop(engine);
    });

    test("SEC-15: names that the server sends", async () => {
      await engine.begin(async (conn) => {
        for (const name of [...PAYLOADS, HARMLESS]) {
          if (db.dialect === "mysql" && /^[\u0000-\u0020\u007f]|\s$|[\u{10000}-\u{10ffff}]|^__proto__$/u.test(name)) continue;
          if (Buffer.byteLength(name) > 60) continue;
          const quoted = engine.dialect.identifierPreparer.quote(name, true);
          const result = await conn.execDriverSql(`SELECT 1 AS a, 2 AS ${quoted}`);
          expect([...result.keys()]).toEqual(["a", name]);
          const row = result.one() as unknown as Record<string, unknown> & { readonly length: number };
          expect([...(row as unknown as unknown[])]).toEqual([1, 2]);
          const mapped = (await conn.execDriverSql(`SELECT 1 AS a, 2 AS ${quoted}`)).mappings().one() as Record<string, unknown>;
          expect(Object.keys(mapped).sort()).toEqual(["a", name].sort());
          expect(Object.hasOwn(mapped, name) ? mapped[name] : null).toBe(2);
        }
      });
      expect(Object.getPrototypeOf({})).toBe(Object.prototype);
      expect(({} as Record<string, unknown>)["a"]).toBeUndefined();
    });
  },
  { only: ["sqlite", "postgresql", "mariadb"] },
);

/** A row that a constraint refuses, or an index. */
async function refused(conn: Connection, statement: ClauseElement): Promise<void> {
  const savepoint = await conn.beginNested();
  await expect(conn.execute(statement)).rejects.toThrow(DBAPIError);
  await savepoint.rollback();
}

function sorted(texts: readonly (string | null)[]): (string | null)[] {
  return texts.toSorted((a, b) => ((a ?? "") < (b ?? "") ? -1 : 1));
}

/** PGlite has no other encodings: it ends when it is told to use one. */
const SESSIONS: readonly DatabaseName[] = ["postgresql", "postgresjs", "mariadb", "mariadb-connector"];

describeEachDatabase(
  "SEC-12: sessions that would read SQL otherwise",
  (db) => {
    let engine: Engine;
    let canary: Canary;
    beforeAll(async () => {
      engine = createEngine(db.url);
      canary = new Canary(engine, db.dialect);
      await canary.setUp();
    });
    afterAll(async () => engine.dispose());

    /** Everything is read as it was written. */
    const isWell = async (conn: Connection): Promise<void> => {
      for (const given of [...BYTES, "\\", "a\\'b", "\u{1f600}"]) {
        const statement = select(literal(given, t.string()).label("x"));
        const { sql } = statement.compile({ dialect: engine, compileKwargs: { literalBinds: true } });
        expect((await conn.execDriverSql(sql)).all().map((row) => [...row])).toEqual([[given]]);
        expect((await conn.execute(statement)).scalar()).toBe(given);
      }
    };

    test.for(REFUSED[db.dialect])("%s is taken back", async (told) => {
      for (const how of ["by execDriverSql()", "by text()", "after a statement", "before a commit", "in a savepoint"]) {
        const conn = await engine.connect();
        if (how === "after a statement") await conn.execDriverSql("SELECT 1");
        if (how === "in a savepoint") await conn.beginNested();
        const telling = how === "by text()" ? conn.execute(text(told)) : conn.execDriverSql(told);
        await expect(telling, how).rejects.toThrow(/has been taken back/);
        await expect(telling).rejects.toThrow(NotSupportedError);
        if (how === "before a commit") await conn.commit();
        await isWell(conn);
        await conn.rollback();
        await isWell(conn);
        await conn.close();
      }
      // in the pool it is as good as any other
      await engine.begin(isWell);
      expect(await canary.harm()).toBeNull();
    });

    test("what the package cannot write ends the connection", async () => {
      if (db.dialect !== "mysql") return;
      for (const name of ["swe7", "ujis", "eucjpms", "tis620"]) {
        const conn = await engine.connect();
        await expect(conn.execDriverSql(`SET NAMES ${name}`)).rejects.toThrow(AthanorError);
        await conn.rollback();
        await conn.close();
        await engine.begin(isWell);
      }
      expect(await canary.harm()).toBeNull();
    });

    test("a listener to connect cannot set it", async () => {
      const other = createEngine(db.url);
      listen(other, "connect", (connection: DriverConnection) => connection.exec(REFUSED[db.dialect][0]!));
      await expect(other.connect()).rejects.toThrow(/has been taken back/);
      await other.dispose();
    });
  },
  { only: SESSIONS },
);

describeEachDatabase(
  "SEC-02, SEC-12: literals in sessions that are not ours",
  (db) => {
    test.for(["NO_BACKSLASH_ESCAPES", "ANSI_QUOTES,NO_BACKSLASH_ESCAPES", "ANSI_QUOTES", ""])(
      "end where they should with sql_mode %s",
      async (mode) => {
        const engine = createEngine(db.url);
        const canary = new Canary(engine, db.dialect);
        await canary.setUp();
        await engine.begin((conn) => conn.execDriverSql("CREATE TABLE docs (j JSON)"));
        const session = await rawMysql(db.url, `SET SESSION sql_mode = '${mode}'`);
        const docs = table("docs", column("j", t.json()));
        for (const given of [...PAYLOADS, ...BYTES]) {
          const sqlOf = (statement: ClauseElement): string =>
            statement.compile({ dialect: engine, compileKwargs: { literalBinds: true } }).sql;
          const [row, ...others] = await session.rows(sqlOf(select(literal(given, t.string()).label("x"), literal(1).label("y"))));
          expect(others).toEqual([]);
          expect(row).toHaveLength(2);
          // the backslashes are doubled for sessions that take them for escapes, and stay so in others
          const read = row![0] as string;
          expect(mode.includes("NO_BACKSLASH") ? read.replaceAll("\\\\", "\\") : read).toBe(given);
          expect(await session.rows(sqlOf(select(docs.c.j.at(given).label("x"))))).toEqual([]);
        }
        await session.close();
        await engine.begin((conn) => conn.execDriverSql("DROP TABLE docs"));
        expect(await canary.harm()).toBeNull();
        for (const name of ["victim", "victim_log"]) await engine.begin((conn) => conn.execDriverSql(`DROP TABLE ${name}`));
        await engine.dispose();
      },
    );
  },
  { only: ["mariadb"] },
);

describeEachDriver("SEC-24: several statements at once", (db) => {
  test("are refused", async () => {
    const engine = createEngine(db.url);
    const canary = new Canary(engine, db.dialect);
    await canary.setUp();
    const many = "SELECT 1; DELETE FROM victim";
    const runs: readonly ((conn: Connection) => PromiseLike<unknown>)[] = [
      (conn) => conn.execute(text(many)),
      (conn) => conn.execute(text("SELECT :x; DELETE FROM victim"), { x: 1 }),
      (conn) => conn.execDriverSql(many),
      (conn) => conn.execDriverSql(many, []),
      (conn) => conn.execute(select(literalColumn("1; DELETE FROM victim"))),
      (conn) => conn.execute(select(literalColumn("1; DELETE FROM victim")).where(literal(1).eq(bindparam("x"))), { x: 1 }),
      (conn) => conn.execute(text("DELETE FROM victim WHERE id = 99; DELETE FROM victim")),
      (conn) => conn.execDriverSql("DELETE FROM victim WHERE id = 99; DELETE FROM victim"),
    ];
    for (const run of runs) await expect(engine.begin(async (conn) => run(conn))).rejects.toThrow(AthanorError);
    expect(await canary.harm()).toBeNull();
    await engine.dispose();
  });
});
