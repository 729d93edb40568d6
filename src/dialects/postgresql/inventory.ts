import type { SchemaInventory, StatementRunner } from "../../sql/base/statement-runner.ts";

/** How many names one query asks for. */
const MANY = 500;

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

  async hasTables(names: readonly string[], schema: string | null): Promise<ReadonlySet<string>> {
    const found = new Set<string>();
    for (let i = 0; i < names.length; i += MANY) {
      const some = names.slice(i, i + MANY);
      const sql =
        "SELECT c.relname FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace " +
        `WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm') AND c.relname IN (${some.map((_name, j) => `$${j + 1}`).join(", ")}) AND `;
      const rows = await (
        schema === null
          ? this.#runner.execDriverSql(`${sql}pg_catalog.pg_table_is_visible(c.oid) AND n.nspname != 'pg_catalog'`, some)
          : this.#runner.execDriverSql(`${sql}n.nspname = $${some.length + 1}`, [...some, schema])
      ).all();
      for (const [name] of rows) found.add(name as string);
    }
    return found;
  }

  hasTrigger(table: string, name: string, schema: string | null): Promise<boolean> {
    const sql =
      "SELECT 1 FROM pg_catalog.pg_trigger AS t JOIN pg_catalog.pg_class AS c ON c.oid = t.tgrelid " +
      "JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace WHERE NOT t.tgisinternal AND t.tgname = $1 AND c.relname = $2 AND ";
    return schema === null
      ? this.#exists(`${sql}pg_catalog.pg_table_is_visible(c.oid)`, [name, table])
      : this.#exists(`${sql}n.nspname = $3`, [name, table, schema]);
  }

  hasRoutine(kind: "function" | "procedure", name: string, schema: string | null, signature: string): Promise<boolean> {
    const { identifierPreparer: preparer } = this.#runner.dialect;
    const named = `${schema === null ? "" : `${preparer.quoteIdentifier(schema)}.`}${preparer.quoteIdentifier(name)}${signature}`;
    return this.#exists(
      `SELECT 1 FROM pg_catalog.pg_proc AS p WHERE p.oid = pg_catalog.to_regprocedure($1) AND p.prokind ${kind === "function" ? "!=" : "="} 'p'`,
      [named],
    );
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
