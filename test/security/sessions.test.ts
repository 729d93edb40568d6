// SEC-11 to SEC-15, SEC-20, SEC-24 on real databases: texts and literals in sessions of every mode, placeholders in texts, LIKE, several
// statements at once, and names that the server sends.
import {
  ArgumentError,
  AthanorError,
  bindparam,
  type ClauseElement,
  Column,
  type Connection,
  createEngine,
  DBAPIError,
  type Engine,
  literal,
  literalColumn,
  MetaData,
  select,
  t,
  Table,
  text,
} from "athanor";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { describeEachDatabase, describeEachDriver, type TestDatabase } from "../support/databases.ts";
import { Canary } from "./canary.ts";
import { HARMLESS, PAYLOADS } from "./payloads.ts";

/** What a session may be told that changes how SQL is read. */
const MODES: Readonly<Record<TestDatabase["dialect"], readonly string[]>> = {
  sqlite: ["SELECT 1"],
  postgresql: [
    "SET standard_conforming_strings = on",
    "SET standard_conforming_strings = off",
    "SET client_encoding = 'SJIS'",
    "SET client_encoding = 'GBK'",
  ],
  mysql: [
    "SET SESSION sql_mode = ''",
    "SET SESSION sql_mode = 'ANSI_QUOTES'",
    "SET SESSION sql_mode = 'NO_BACKSLASH_ESCAPES'",
    "SET SESSION sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES'",
    "SET SESSION sql_mode = 'PIPES_AS_CONCAT,IGNORE_SPACE'",
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
];

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

    /** Runs what may be refused, but not misread. */
    const tried = async (conn: Connection, run: () => Promise<unknown>): Promise<unknown> => {
      const savepoint = await conn.beginNested();
      try {
        const value = await run();
        await savepoint.commit();
        return value;
      } catch (error) {
        expect(error).toBeInstanceOf(AthanorError);
        await savepoint.rollback();
        return null;
      }
    };

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
        const mayDiffer = mode.includes("NO_BACKSLASH_ESCAPES");
        const isForeign = mode.includes("client_encoding");
        await inMode(mode, async (conn) => {
          for (const given of [...PAYLOADS, ...BYTES]) {
            const statement = select(literal(given, t.string()).label("x"));
            const { sql } = statement.compile({ dialect: engine, compileKwargs: { literalBinds: true } });
            const read = await tried(conn, async () => (await conn.execDriverSql(sql)).all());
            // one column of one row, which holds what was written
            const rows = read as unknown[][] | null;
            if (rows === null) expect(isForeign, sql).toBe(true);
            else {
              expect(rows).toHaveLength(1);
              expect(rows[0]).toHaveLength(1);
              if (isForeign) continue;
              const value = rows[0]![0];
              // the backslashes are doubled for sessions that take them for escapes, and stay so in others
              expect(mayDiffer ? (value as string).replaceAll("\\\\", "\\") : value).toBe(given);
            }
          }
        });
        expect(await canary.harm()).toBeNull();
      });

      test.for(MODES[db.dialect])("of DDL: %s", async (mode) => {
        const isForeign = mode.includes("client_encoding");
        await inMode(mode, async (conn) => {
          for (const given of [...PAYLOADS.slice(0, 24), ...BYTES]) {
            const columns = { x: new Column(t.string(200), { serverDefault: given, comment: given }), y: new Column(t.integer()) };
            const made = new Table("made", new MetaData(), columns, [], { comment: given });
            try {
              await made.create(conn);
              await conn.execDriverSql("INSERT INTO made (y) VALUES (1)");
              const value = (await conn.execute(select(made.c.x))).scalar();
              if (!isForeign && !mode.includes("NO_BACKSLASH_ESCAPES")) expect(value).toBe(given);
              await made.drop(conn);
              await conn.commit();
            } catch (error) {
              if (!(isForeign && error instanceof DBAPIError)) throw error;
              await conn.rollback();
            }
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

function sorted(texts: readonly (string | null)[]): (string | null)[] {
  return texts.toSorted((a, b) => ((a ?? "") < (b ?? "") ? -1 : 1));
}

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
