import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createEngine, listen } from "athanor";
import { layOutSql, type SqlPaint } from "../../src/util/sql-layout.ts";
import { describeEachDatabase } from "../support/databases.ts";

const MARKS: SqlPaint = { keyword: (text) => `<${text}>`, string: (text) => `{${text}}`, comment: (text) => `~${text}~` };

describe("the layout of SQL", () => {
  test("gives clauses, joins and longer subqueries lines of their own", () => {
    const sql =
      "SELECT users.id, users.name, users.email_address FROM users LEFT OUTER JOIN teams AS teams_1 ON teams_1.id = users.team_id " +
      "WHERE users.id IN (SELECT memberships.user_id FROM memberships WHERE memberships.kind = 'FROM x') AND EXISTS (SELECT 1 FROM t) " +
      "GROUP BY users.id ORDER BY users.id LIMIT ? OFFSET ?";
    expect(layOutSql(sql, 80, null)).toBe(
      [
        "SELECT users.id, users.name, users.email_address",
        "FROM users",
        "LEFT OUTER JOIN teams AS teams_1 ON teams_1.id = users.team_id",
        "WHERE users.id IN (",
        "  SELECT memberships.user_id",
        "  FROM memberships",
        "  WHERE memberships.kind = 'FROM x'",
        ") AND EXISTS (SELECT 1 FROM t)",
        "GROUP BY users.id",
        "ORDER BY users.id",
        "LIMIT ?",
        "OFFSET ?",
      ].join("\n"),
    );
  });

  test("wraps long lists and conditions", () => {
    expect(layOutSql("INSERT INTO t (aaaaaaaa, bbbbbbbb, cccccccc, dddddddd) VALUES (?, ?, ?, ?) RETURNING id", 40, null)).toBe(
      ["INSERT INTO t (aaaaaaaa, bbbbbbbb,", "    cccccccc, dddddddd)", "VALUES (?, ?, ?, ?)", "RETURNING id"].join("\n"),
    );
    expect(layOutSql("UPDATE t SET a = ? WHERE aaaaaaaaaaaa = 1 AND bbbbbbbbbbbb = 2 OR c = 3", 40, null)).toBe(
      ["UPDATE t", "SET a = ?", "WHERE aaaaaaaaaaaa = 1", "    AND bbbbbbbbbbbb = 2 OR c = 3"].join("\n"),
    );
  });

  test("leaves words alone that begin no clause", () => {
    const sql = "SELECT extract(year FROM t.d), t.x IS DISTINCT FROM t.y, rank() OVER (PARTITION BY t.a ORDER BY t.b) FROM t FOR UPDATE";
    expect(layOutSql(sql, 60, null).split("\n")).toEqual([
      "SELECT extract(year FROM t.d), t.x IS DISTINCT FROM t.y,",
      "    rank() OVER (PARTITION BY t.a ORDER BY t.b)",
      "FROM t",
      "FOR UPDATE",
    ]);
    expect(layOutSql("DELETE FROM t WHERE t.id = ? AND t.name = ?", 20, null).split("\n")[0]).toBe("DELETE FROM t");
  });

  test("leaves text alone that has lines, that is short, or whose strings databases read differently", () => {
    for (const sql of [
      "SELECT 1 -- FROM here\nFROM t",
      "CREATE TABLE t (a INTEGER REFERENCES b ON DELETE SET NULL, FROM_x INTEGER)",
      "SELECT 'it\\' FROM x WHERE y = ' FROM z",
      "SELECT /* a /* b */ FROM c */ 1",
      "SELECT 'not closed FROM x WHERE y",
      "SELECT 1 # FROM x",
      "SELECT a[b FROM c] x",
      "SELECT $tag$ FROM 'x' WHERE $tag$",
    ])
      expect(layOutSql(sql, 10, null)).toBe(sql);
    expect(layOutSql("SELECT a FROM b", 80, null)).toBe("SELECT a FROM b");
  });

  test("paints keywords, strings and comments, and no names", () => {
    expect(layOutSql(`SELECT t.order, "from", \`in\`, 'AND' FROM t /* WHERE */`, null, MARKS)).toBe(
      `<SELECT> t.order, "from", \`in\`, {'AND'} <FROM> t ~/* WHERE */~`,
    );
  });

  test("changes nothing but spaces between words", () => {
    const words = "SELECT FROM WHERE AND ( ) [ ] , . ? $1 :x --x # #>> $$ $a$ t.a 1e5 || - / LEFT JOIN CASE WHEN".split(" ");
    const quoted = ["'a  FROM  b'", "'it''s'", '"q  WHERE"', "`x  y`", "/*c  SELECT*/"];
    const stray = ["'", "\\", '"', "/*", "E'\\'"];
    const piece = fc.constantFrom(...words, ...quoted, ...stray);
    const text = fc.array(fc.tuple(piece, fc.constantFrom("", " ", "  ", "\n")), { maxLength: 40 }).map((pairs) => pairs.flat().join(""));
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 80 }), (body, width) => {
        const sql = `SELECT ${body}`;
        const laid = layOutSql(sql, width, null);
        const bare = (value: string): string => value.replaceAll(/\s+/g, "");
        expect(bare(laid)).toBe(bare(sql));
        // strings keep their spaces; what is one is plain to see as long as no quote stands alone
        if (body.replaceAll(/'a  FROM  b'|'it''s'|"q  WHERE"/g, "").match(/['"\\]/)) return;
        const strings = (value: string): string[] => value.match(/'a  FROM  b'|"q  WHERE"|`x  y`/g) ?? [];
        expect(strings(laid)).toEqual(strings(sql));
        if (sql.includes("--") || sql.includes("#")) for (const line of laid.split("\n")) expect(sql).toContain(line.trim());
      }),
      { numRuns: 1000 },
    );
  });
});

describeEachDatabase("SQL as it is laid out", (db) => {
  test("gives what the text as it was gives", async () => {
    const engine = createEngine(db.url);
    const number = db.dialect === "mysql" ? "SIGNED" : "INTEGER";
    const queries = [
      `WITH RECURSIVE n(x) AS (SELECT CAST(1 AS ${number}) UNION ALL SELECT n.x + 1 FROM n WHERE n.x < 5) SELECT n.x, 'a  FROM  b' AS y FROM n WHERE n.x IN (SELECT m.x FROM n AS m WHERE m.x BETWEEN 2 AND 4) ORDER BY n.x DESC LIMIT 2`,
      "SELECT a.x, b.x, rank() OVER (PARTITION BY a.x ORDER BY b.x) FROM (SELECT 1 AS x UNION SELECT 2) AS a LEFT OUTER JOIN (SELECT 1 AS x) AS b ON b.x = a.x WHERE a.x = 1 OR a.x = 2 GROUP BY a.x, b.x HAVING count(*) > 0 ORDER BY a.x",
    ];
    await using conn = await engine.connect();
    const plain = [];
    for (const sql of queries) plain.push(await conn.execDriverSql(sql).all());
    const sent: string[] = [];
    listen(
      conn,
      "beforeCursorExecute",
      (_conn, _cursor, statement, parameters) => {
        sent.push(layOutSql(statement, 30, null));
        return [sent.at(-1), parameters];
      },
      { retval: true },
    );
    for (const [at, sql] of queries.entries()) expect(await conn.execDriverSql(sql).all()).toEqual(plain[at]);
    expect(sent.every((sql) => sql.split("\n").length > 5)).toBe(true);
    expect(plain[0]).toHaveLength(2);
    await conn.close();
    await engine.dispose();
  });
});
