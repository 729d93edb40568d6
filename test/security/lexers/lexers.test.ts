// The lexers judge the compiler, so they are themselves held to the databases: what they call one string or one name has to be the same
// string or name there, in every mode of a session.
import { createEngine, type Engine } from "athanor";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { describeEachDatabase } from "../../support/databases.ts";
import { hostileText, PAYLOADS } from "../payloads.ts";
import { type RawSession, rawMysql } from "../raw-mysql.ts";
import { lexMysql } from "./mysql.ts";
import { lexPostgresql } from "./postgresql.ts";
import { lexSqlite } from "./sqlite.ts";
import type { Token } from "./token.ts";

const kinds = (tokens: readonly Token[]): string => tokens.map(({ kind, value }) => `${kind} ${value}`).join(" | ");

describe("lexers of SQL", () => {
  test.for([
    ["'it''s' \"a\"\"b\" `c``d` [e]", "string it's | name a\"b | name c`d | name e"],
    ["'\\' -- x", "string \\ | comment -- x"],
    ["a||x'00ff' ?1 :y", "word a | operator || | string 00ff | parameter ?1 | parameter :y"],
    ["1.5e3 0x1F 12ab", "number 1.5e3 | number 0x1F | broken 12ab"],
    ["/* a ; b", "comment /* a ; b"],
    ["'a", "broken 'a"],
    ["a\0b", "word a | broken \0b"],
  ] as const)("SQLite: %s", ([sql, expected]) => {
    expect(kinds(lexSqlite(sql))).toBe(expected);
  });

  test.for([
    ["'it''s\\' \"a\"\"b\" `c`", "string it's\\ | name a\"b | operator ` | word c | operator `"],
    ["E'a\\'b' U&'x' $$it's$$ $t$a$$b$t$", "string a'b | string x | string it's | string a$$b"],
    ["E'\\134\\x41\\u0042\\101'", "string \\ABA"],
    ["$1 $2::text x->>'a'", "parameter $1 | parameter $2 | operator :: | word text | word x | operator ->> | string a"],
    ["/* a /* b */ c */ d -- e\nf", "comment /* a /* b */ c */ | word d | comment -- e | word f"],
    ["1-1 1--1", "number 1 | operator - | number 1 | number 1 | comment --1"],
    ['a"b', 'word a | broken "b'],
  ] as const)("PostgreSQL: %s", ([sql, expected]) => {
    expect(kinds(lexPostgresql(sql))).toBe(expected);
  });

  test("PostgreSQL without standard_conforming_strings", () => {
    expect(kinds(lexPostgresql("'a\\'b'", { standardConformingStrings: false }))).toBe("string a'b");
  });

  test.for([
    [{}, "'a\\'b' \"c\" `d``e`", "string a'b | string c | name d`e"],
    [{ ansiQuotes: true }, "'a\\'b' \"c\\\"", "string a'b | name c\\"],
    [{ noBackslashEscapes: true }, "'a\\' \"b\\\"", "string a\\ | string b\\"],
    [{}, "# a\n1 -- b\n--c", "comment # a | number 1 | comment -- b | operator - | operator - | word c"],
    [{}, "/*! x */ /* y */ /*M!50 z", "comment /*! | word x | operator * | operator / | comment /* y */ | comment /*M!50 | word z"],
    [{}, "_utf8mb4'a' x'00' ? @@b", "string a | string 00 | parameter ? | word @@b"],
  ] as const)("MySQL: %j %s", ([options, sql, expected]) => {
    expect(kinds(lexMysql(sql, options))).toBe(expected);
  });
});

interface Mode {
  readonly name: string;
  readonly set: string | null;
  readonly lex: (sql: string) => Token[];
}

const MODES: Readonly<Record<string, readonly Mode[]>> = {
  sqlite: [{ name: "as it is", set: null, lex: lexSqlite }],
  postgresql: [true, false].map((standardConformingStrings) => ({
    name: `standard_conforming_strings = ${standardConformingStrings ? "on" : "off"}`,
    set: `SET standard_conforming_strings = ${standardConformingStrings ? "on" : "off"}`,
    lex: (sql) => lexPostgresql(sql, { standardConformingStrings }),
  })),
  mysql: [[], ["ANSI_QUOTES"], ["NO_BACKSLASH_ESCAPES"], ["ANSI_QUOTES", "NO_BACKSLASH_ESCAPES"]].map((modes) => ({
    name: `sql_mode = ${modes.join(", ")}`,
    set: `SET SESSION sql_mode = '${modes.join(",")}'`,
    lex: (sql) => lexMysql(sql, { ansiQuotes: modes.includes("ANSI_QUOTES"), noBackslashEscapes: modes.includes("NO_BACKSLASH_ESCAPES") }),
  })),
};

describeEachDatabase(
  "lexers of SQL",
  (db) => {
    let engine: Engine;
    beforeAll(() => {
      engine = createEngine(db.url);
    });
    afterAll(async () => engine.dispose());

    const texts = [...PAYLOADS, ...fc.sample(hostileText, { numRuns: 120, seed: 1 })];

    /** A session in a mode; the library's own refuse to have some of them. */
    const sessionIn = async (set: string | null): Promise<RawSession> => {
      if (set?.includes("NO_BACKSLASH_ESCAPES") === true) return rawMysql(db.url, set);
      const conn = await engine.connect();
      if (set !== null) await conn.execDriverSql(set);
      return {
        rows: async (sql) => (await conn.execDriverSql(sql)).all() as unknown[][],
        keys: async (sql) => [...(await conn.execDriverSql(sql)).keys()],
        close: async () => {
          await conn.rollback();
          if (db.dialect !== "sqlite") await conn.invalidate();
          await conn.close();
        },
      };
    };

    test.for((MODES[db.dialect] ?? []).map((mode) => [mode.name, mode] as const))("%s", async ([, { set, lex }]) => {
      const session = await sessionIn(set);
      try {
        let found = 0;
        for (const text of texts) {
          for (const quote of ["'", '"', "`"]) {
            const [, token, ...more] = lex(`SELECT ${quote}${text}${quote}`);
            if (more.length > 0 || token!.kind === "broken") continue;
            found += 1;
            if (token!.kind === "string") {
              const [row] = await session.rows(`SELECT ${quote}${text}${quote} AS x`);
              expect(row![0]).toBe(token!.value);
            } else if (token!.kind === "name" && isNameOf(token!.value, db.dialect)) {
              expect(await session.keys(`SELECT 1 AS ${quote}${text}${quote}`)).toEqual([token!.value]);
            }
          }
        }
        expect(found).toBeGreaterThan(150);
      } finally {
        await session.close();
      }
    });
  },
  { only: ["sqlite", "postgresql", "mariadb"] },
);

/** Names that the databases take as they are; the driver of MySQL refuses columns called `__proto__`. */
function isNameOf(name: string, dialect: string): boolean {
  if (dialect === "mysql") return name.length <= 60 && !/^[\u0000-\u0020\u007f]|\s$|^$|^__proto__$|[\u{10000}-\u{10ffff}]/u.test(name);
  return Buffer.byteLength(name) <= 63 && name !== "";
}
