// The sinks of the registry on real databases, beside a canary: nothing but the name or value is changed by a hostile text, and it is read
// back as it was sent.
import { createEngine, DBAPIError, type ClauseElement, type Connection, type Engine } from "athanor";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeEachDatabase, type TestDatabase } from "../support/databases.ts";
import { Canary } from "./canary.ts";
import { FEW_PAYLOADS, PAYLOADS } from "./payloads.ts";
import { SINKS, type Sink } from "./sinks/index.ts";

/** What says that the database could not read the SQL, rather than that it has no such thing. */
function isMistakeInSql(error: unknown): boolean {
  if (!(error instanceof DBAPIError)) return true;
  const cause = error.cause as { readonly code?: unknown; readonly errno?: unknown } | undefined;
  if (cause?.errno === 1064 || cause?.errno === 1149 || cause?.code === "42601") return true;
  return /syntax error|unrecognized token|incomplete input|unterminated/i.test(error.message);
}

const asList = (built: ClauseElement | readonly ClauseElement[]): readonly ClauseElement[] =>
  Array.isArray(built) ? (built as readonly ClauseElement[]) : [built as ClauseElement];

/**
 * MariaDB takes fewer names than the others: it cuts off what is white at their beginning and refuses it at their end, as it does what
 * is beyond the first plane. Its driver refuses columns called `__proto__`.
 */
function takesName(text: string, db: TestDatabase): boolean {
  if (db.dialect === "mysql") return !/^[\u0000-\u0020\u007f]|\s$|[\u{10000}-\u{10ffff}]|^__proto__$/u.test(text);
  return Buffer.byteLength(text) <= 60;
}

class Undone extends Error {}

async function runOn(conn: Connection, sink: Sink, text: string, db: TestDatabase): Promise<void> {
  let rows: unknown[] = [];
  let keys: readonly string[] = [];
  for (const statement of asList(sink.build(text, db.dialect))) {
    const result = await conn.execute(statement);
    if (!result.returnsRows) continue;
    keys = [...result.keys()];
    rows = result.all().map((row) => (Symbol.iterator in (row as object) ? [...(row as unknown[])] : Object.values(row as object)));
  }
  if (sink.reads !== undefined) expect(rows, `what ${JSON.stringify(text)} gives`).toEqual(sink.reads(text));
  if (sink.keys !== undefined) expect(keys, `the columns with ${JSON.stringify(text)}`).toEqual(sink.keys(text));
}

/** Runs the statements and takes back what they did. */
async function attempt(engine: Engine, sink: Sink, text: string, db: TestDatabase): Promise<string | null> {
  try {
    await engine.begin(async (conn) => {
      await runOn(conn, sink, text, db);
      throw new Undone();
    });
  } catch (error) {
    if (error instanceof Undone) return null;
    const isUnknown = error instanceof DBAPIError && sink.unknownTo?.includes(db.dialect) === true && !isMistakeInSql(error);
    return isUnknown ? null : `${JSON.stringify(text)}: ${error instanceof Error ? error.message : String(error)}`;
  } finally {
    if (db.dialect === "mysql" && sink.undo !== undefined) {
      // DDL of MySQL ends the transaction that it stands in
      for (const statement of sink.undo(text, db.dialect)) await engine.begin((conn) => conn.execute(statement)).catch(() => undefined);
    }
  }
  return null;
}

describeEachDatabase(
  "hostile texts",
  (db) => {
    let engine: Engine;
    let canary: Canary;
    beforeAll(async () => {
      // a statement that is prepared knows the types that were there, which are made anew for each text
      engine = createEngine(db.url, db.dialect === "postgresql" ? { connectArgs: { preparedStatementCacheSize: 0 } } : {});
      canary = new Canary(engine, db.dialect);
      await canary.setUp("CREATE TABLE things (x INTEGER PRIMARY KEY, y VARCHAR(50))", "INSERT INTO things VALUES (1, 'a'), (2, 'b')");
    });
    afterAll(async () => {
      await engine.dispose();
    });

    const here = SINKS.filter((sink) => sink.runs === true && (sink.families === undefined || sink.families.includes(db.dialect)));
    test.for(here.map((sink) => [sink.name, sink] as const))("%s", async ([, sink]) => {
      const texts = sink.protection === "validated" ? (sink.passes ?? []) : sink.slow === true ? FEW_PAYLOADS : PAYLOADS;
      const problems: string[] = [];
      for (const text of texts) {
        if (sink.notRun?.(text, db.dialect) === true || (sink.protection === "quoted" && !takesName(text, db))) continue;
        const problem = await attempt(engine, sink, text, db);
        if (problem !== null) problems.push(problem);
      }
      expect(problems).toEqual([]);
      expect(await canary.harm()).toBeNull();
    });
  },
  { only: ["sqlite", "postgresql", "mariadb"] },
);
