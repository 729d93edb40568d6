import { citext } from "@electric-sql/pglite/contrib/citext";
import { hstore } from "@electric-sql/pglite/contrib/hstore";
import { createEngine, type Engine } from "../../../../src/index.ts";
import type { TestDatabase } from "../../../support/databases.ts";

/** An engine for a test database; on PostgreSQL with the extensions that have types. */
export async function engineFor(db: TestDatabase, options: object = {}): Promise<Engine> {
  const extensions = db.name === "pglite" ? { connectArgs: { extensions: { citext, hstore } } } : {};
  const engine = createEngine(db.url, { ...options, ...extensions });
  if (db.dialect === "postgresql") {
    await engine.begin(async (conn) => {
      for (const name of ["citext", "hstore"]) await conn.execDriverSql(`CREATE EXTENSION IF NOT EXISTS ${name}`);
    });
  }
  return engine;
}
