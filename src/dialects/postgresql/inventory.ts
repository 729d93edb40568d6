import type { SchemaInventory, StatementRunner } from "../../sql/base/statement-runner.ts";

/** Looks up what exists in a PostgreSQL database: https://www.postgresql.org/docs/current/catalogs.html */
export class PostgresqlInventory implements SchemaInventory {
  readonly #runner: StatementRunner;

  constructor(runner: StatementRunner) {
    this.#runner = runner;
  }

  async #exists(sql: string, values: readonly string[]): Promise<boolean> {
    const rows = await this.#runner.execDriverSql(sql, values).all();
    return rows.length > 0;
  }

  #relation(kinds: string, name: string, schema: string | null): Promise<boolean> {
    const sql =
      "SELECT 1 FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace " +
      `WHERE c.relkind = ANY (ARRAY[${kinds}]) AND c.relname = $1 AND `;
    return schema === null
      ? this.#exists(`${sql}pg_catalog.pg_table_is_visible(c.oid) AND n.nspname != 'pg_catalog'`, [name])
      : this.#exists(`${sql}n.nspname = $2`, [name, schema]);
  }

  hasTable(name: string, schema: string | null): Promise<boolean> {
    return this.#relation("'r', 'p', 'f', 'v', 'm'", name, schema);
  }

  hasIndex(_table: string, name: string, schema: string | null): Promise<boolean> {
    return this.#relation("'i', 'I'", name, schema);
  }

  hasSequence(name: string, schema: string | null): Promise<boolean> {
    return this.#relation("'S'", name, schema);
  }

  hasType(name: string, schema: string | null): Promise<boolean> {
    const sql =
      "SELECT 1 FROM pg_catalog.pg_type AS t JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace WHERE t.typname = $1 AND t.typtype IN ('e', 'd') AND ";
    return schema === null
      ? this.#exists(`${sql}pg_catalog.pg_type_is_visible(t.oid)`, [name])
      : this.#exists(`${sql}n.nspname = $2`, [name, schema]);
  }

  /** Foreign keys are dropped by ALTER. */
  beforeCircularDrop(): Promise<void> {
    return Promise.resolve();
  }
}
