import type { SchemaInventory, StatementRunner } from "../../sql/base/statement-runner.ts";

/** Looks up what exists in a SQLite database: https://www.sqlite.org/schematab.html */
export class SqliteInventory implements SchemaInventory {
  readonly #runner: StatementRunner;

  constructor(runner: StatementRunner) {
    this.#runner = runner;
  }

  async #has(type: "table" | "index" | "trigger", name: string, table: string | null, schema: string | null): Promise<boolean> {
    const prefix = schema === null ? "" : `${this.#runner.dialect.identifierPreparer.quoteSchema(schema)}.`;
    const kinds = type === "table" ? "type IN ('table', 'view')" : `type = '${type}'`;
    const masters = schema === null ? ["sqlite_master", "sqlite_temp_master"] : [`${prefix}sqlite_master`];
    for (const master of masters) {
      const rows = await this.#runner
        .execDriverSql(
          `SELECT 1 FROM ${master} WHERE ${kinds} AND lower(name) = lower(?)${table === null ? "" : " AND lower(tbl_name) = lower(?)"}`,
          table === null ? [name] : [name, table],
        )
        .all();
      if (rows.length > 0) return true;
    }
    return false;
  }

  hasTable(name: string, schema: string | null): Promise<boolean> {
    return this.#has("table", name, null, schema);
  }

  hasIndex(table: string, name: string, schema: string | null): Promise<boolean> {
    return this.#has("index", name, table, schema);
  }

  async hasTables(names: readonly string[], schema: string | null): Promise<ReadonlySet<string>> {
    const found = new Set<string>();
    const prefix = schema === null ? "" : `${this.#runner.dialect.identifierPreparer.quoteSchema(schema)}.`;
    const there = new Set<unknown>();
    for (const master of schema === null ? ["sqlite_master", "sqlite_temp_master"] : [`${prefix}sqlite_master`]) {
      const rows = await this.#runner.execDriverSql(`SELECT lower(name) FROM ${master} WHERE type IN ('table', 'view')`, []).all();
      for (const [name] of rows) there.add(name);
    }
    // lower() of SQLite knows the letters of ASCII only, and so does it when it compares names
    for (const name of names) if (there.has(name.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase()))) found.add(name);
    return found;
  }

  async hasTrigger(table: string, name: string, schema: string | null): Promise<boolean> {
    return this.#has("trigger", name, table, schema);
  }

  hasRoutine(): Promise<boolean> {
    return Promise.resolve(false);
  }

  hasSequence(): Promise<boolean> {
    return Promise.resolve(false);
  }

  hasType(): Promise<boolean> {
    return Promise.resolve(false);
  }

  /** Foreign keys are checked when the transaction ends: https://www.sqlite.org/pragma.html#pragma_defer_foreign_keys */
  async beforeCircularDrop(): Promise<void> {
    // the setting ends with the transaction, so there must be one
    await this.#runner.execDriverSql("SELECT 1 FROM sqlite_master LIMIT 1").all();
    await this.#runner.execDriverSql("PRAGMA defer_foreign_keys = ON");
  }
}
