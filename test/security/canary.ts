// A table that nobody names, in a database where hostile texts are run: its rows, and everything that there is beside it, stay as they are.
import { createHash } from "node:crypto";
import type { Connection, Engine } from "athanor";
import type { TestDatabase } from "../support/databases.ts";

const SET_UP: Readonly<Record<TestDatabase["dialect"], readonly string[]>> = {
  sqlite: [
    "CREATE TABLE victim (id INTEGER PRIMARY KEY, secret TEXT)",
    "CREATE TABLE victim_log (what TEXT)",
    "CREATE TRIGGER victim_i AFTER INSERT ON victim BEGIN INSERT INTO victim_log VALUES ('insert'); END",
    "CREATE TRIGGER victim_u AFTER UPDATE ON victim BEGIN INSERT INTO victim_log VALUES ('update'); END",
    "CREATE TRIGGER victim_d AFTER DELETE ON victim BEGIN INSERT INTO victim_log VALUES ('delete'); END",
  ],
  postgresql: [
    "CREATE TABLE victim (id INTEGER PRIMARY KEY, secret TEXT)",
    "CREATE TABLE victim_log (what TEXT)",
    "CREATE FUNCTION victim_tell() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO victim_log VALUES (TG_OP); RETURN NULL; END $$",
    "CREATE TRIGGER victim_all AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON victim EXECUTE FUNCTION victim_tell()",
  ],
  mysql: [
    "CREATE TABLE victim (id INTEGER PRIMARY KEY, secret TEXT)",
    "CREATE TABLE victim_log (what TEXT)",
    "CREATE TRIGGER victim_i AFTER INSERT ON victim FOR EACH ROW INSERT INTO victim_log VALUES ('insert')",
    "CREATE TRIGGER victim_u AFTER UPDATE ON victim FOR EACH ROW INSERT INTO victim_log VALUES ('update')",
    "CREATE TRIGGER victim_d AFTER DELETE ON victim FOR EACH ROW INSERT INTO victim_log VALUES ('delete')",
  ],
};

/** Everything that has a name in the database. */
const CATALOGUE: Readonly<Record<TestDatabase["dialect"], string>> = {
  sqlite: "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY 1, 2",
  postgresql:
    "SELECT 'r', n.nspname || '.' || c.relname || ' ' || c.relkind::text, coalesce(obj_description(c.oid), ''), " +
    "(SELECT string_agg(attname || ' ' || atttypid::text, ',' ORDER BY attnum) FROM pg_attribute WHERE attrelid = c.oid) " +
    "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') " +
    "AND n.nspname NOT LIKE 'pg_temp%' AND n.nspname NOT LIKE 'pg_toast%' " +
    "UNION ALL SELECT 't', t.typname, '', '' FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') " +
    "AND n.nspname NOT LIKE 'pg_temp%' UNION ALL SELECT 'n', nspname, '', '' FROM pg_namespace WHERE nspname NOT LIKE 'pg_temp%' AND nspname NOT LIKE 'pg_toast%' ORDER BY 1, 2",
  mysql:
    "SELECT 'c', concat(table_name, '.', column_name), column_type, concat(coalesce(column_default, ''), column_comment) FROM information_schema.columns WHERE table_schema = DATABASE() " +
    "UNION ALL SELECT 't', table_name, table_type, table_comment FROM information_schema.tables WHERE table_schema = DATABASE() " +
    "UNION ALL SELECT 'g', trigger_name, action_statement, event_object_table FROM information_schema.triggers WHERE trigger_schema = DATABASE() ORDER BY 1, 2",
};

/** The canary in a database of the test's own. */
export class Canary {
  readonly #engine: Engine;
  readonly #dialect: TestDatabase["dialect"];
  #before = "";

  constructor(engine: Engine, dialect: TestDatabase["dialect"]) {
    this.#engine = engine;
    this.#dialect = dialect;
  }

  /** Makes it, and what else the database is to have. */
  async setUp(...more: readonly string[]): Promise<void> {
    await this.#engine.begin(async (conn) => {
      const rows = ["INSERT INTO victim VALUES (1, 'one'), (2, 'two'), (3, 'three')", "DELETE FROM victim_log"];
      for (const sql of [...SET_UP[this.#dialect], ...rows, ...more]) await conn.execDriverSql(sql);
    });
    this.#before = await this.#state();
  }

  async #state(): Promise<string> {
    return this.#engine.begin(async (conn) => {
      const all: unknown[] = [];
      for (const sql of ["SELECT id, secret FROM victim ORDER BY id", "SELECT what FROM victim_log", CATALOGUE[this.#dialect]]) {
        all.push(await rowsOf(conn, sql));
      }
      return JSON.stringify(all, (_key, value: unknown) => (typeof value === "bigint" ? String(value) : value));
    });
  }

  /** What has changed; null when nothing has. */
  async harm(): Promise<string | null> {
    const now = await this.#state();
    if (now === this.#before) return null;
    return `${this.#before}\n${now}\n${createHash("sha1").update(now).digest("hex")}`;
  }
}

async function rowsOf(conn: Connection, sql: string): Promise<unknown[]> {
  return (await conn.execDriverSql(sql)).all().map((row) => [...row]);
}
