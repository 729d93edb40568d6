// Stored procedures: the first result that has rows counts, and what comes out is in the session's variables.
import { expect, test } from "vitest";
import { createEngine, text } from "athanor";
import { describeEachDatabase } from "../../support/databases.ts";

describeEachDatabase(
  "procedures",
  (db) => {
    test.each([
      ["with rows", "BEGIN SET b = a + 1; SELECT a AS one, 'x' AS two; SELECT b AS three; END", [[4, "x"]]],
      ["with rows after others without", "BEGIN SET b = a + 1; DO 1; SELECT a AS one, 'x' AS two; END", [[4, "x"]]],
      ["without rows", "SET b = a + 1", null],
    ])("%s", async (_what, body, rows) => {
      const engine = createEngine(db.url);
      await using conn = await engine.connect();
      await conn.execDriverSql(`CREATE PROCEDURE one_more(IN a INT, OUT b INT) ${body}`);
      try {
        for (const a of [4, 4]) {
          const result = await conn.execute(text("CALL one_more(:a, @b)"), { a });
          expect(result.returnsRows ? result.all() : null).toEqual(rows);
          expect(Number(await conn.scalar(text("SELECT @b")))).toBe(5);
        }
      } finally {
        await conn.execDriverSql("DROP PROCEDURE one_more");
      }
      await conn.close();
      await engine.dispose();
    });
  },
  { only: ["mariadb", "mariadb-connector"] },
);
