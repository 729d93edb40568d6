import { DBAPIError } from "../../errors.ts";
import type { SchemaInventory, StatementRunner } from "../../sql/base/statement-runner.ts";

/** No such table, no such database, unknown table. */
const ABSENT: ReadonlySet<unknown> = new Set([1146, 1049, 1051]);

/** How many names one query asks for. */
const MANY = 500;

/** Looks up what exists in a database of MySQL or MariaDB. */
export class MysqlInventory implements SchemaInventory {
  readonly #runner: StatementRunner;

  constructor(runner: StatementRunner) {
    this.#runner = runner;
  }

  async #exists(sql: string, values: readonly unknown[]): Promise<boolean> {
    const rows = await this.#runner.execDriverSql(sql, values).all();
    return rows.length > 0;
  }

  async hasTable(name: string, schema: string | null): Promise<boolean> {
    const preparer = this.#runner.dialect.identifierPreparer;
    const table = preparer.quoteIdentifier(name);
    try {
      // the information schema does not know temporary tables
      return await this.#exists(`DESCRIBE ${schema === null ? table : `${preparer.quoteIdentifier(schema)}.${table}`}`, []);
    } catch (error) {
      const cause = error instanceof DBAPIError ? (error.cause as { readonly errno?: unknown } | null | undefined) : null;
      if (cause != null && ABSENT.has(cause.errno)) return false;
      throw error;
    }
  }

  async hasTables(names: readonly string[], schema: string | null): Promise<ReadonlySet<string>> {
    const found = new Set<string>();
    for (let i = 0; i < names.length; i += MANY) {
      const some = names.slice(i, i + MANY);
      const rows = await this.#runner
        .execDriverSql(
          `SELECT table_name FROM information_schema.tables WHERE table_schema = coalesce(?, DATABASE()) AND table_name IN (${some.map(() => "?").join(", ")})`,
          [schema, ...some],
        )
        .all();
      const there = new Set(rows.map(([name]) => String(name)));
      const alike = new Set([...there].map((name) => name.toLowerCase()));
      for (const name of some) {
        // whether case counts is the server's affair, which DESCRIBE knows
        if (there.has(name) || (alike.has(name.toLowerCase()) && (await this.hasTable(name, schema)))) found.add(name);
      }
    }
    return found;
  }

  hasTrigger(_table: string, name: string, schema: string | null): Promise<boolean> {
    return this.#exists(
      "SELECT 1 FROM information_schema.triggers WHERE trigger_schema = coalesce(?, DATABASE()) AND trigger_name = ? LIMIT 1",
      [schema, name],
    );
  }

  hasRoutine(kind: "function" | "procedure", name: string, schema: string | null): Promise<boolean> {
    return this.#exists(
      "SELECT 1 FROM information_schema.routines WHERE routine_schema = coalesce(?, DATABASE()) AND routine_name = ? AND routine_type = ? LIMIT 1",
      [schema, name, kind.toUpperCase()],
    );
  }

  hasIndex(table: string, name: string, schema: string | null): Promise<boolean> {
    return this.#exists(
      "SELECT 1 FROM information_schema.statistics WHERE table_schema = coalesce(?, DATABASE()) AND table_name = ? AND index_name = ? LIMIT 1",
      [schema, table, name],
    );
  }

  hasSequence(name: string, schema: string | null): Promise<boolean> {
    // MariaDB keeps sequences as tables of a kind of their own
    return this.#exists(
      "SELECT 1 FROM information_schema.tables WHERE table_type = 'SEQUENCE' AND table_schema = coalesce(?, DATABASE()) AND table_name = ?",
      [schema, name],
    );
  }

  hasType(): Promise<boolean> {
    return Promise.resolve(false);
  }

  beforeCircularDrop(): Promise<void> {
    return Promise.resolve();
  }
}
