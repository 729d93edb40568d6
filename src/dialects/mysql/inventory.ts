import { DBAPIError } from "../../errors.ts";
import type { SchemaInventory, StatementRunner } from "../../sql/base/statement-runner.ts";

/** No such table, no such database, unknown table. */
const ABSENT: ReadonlySet<unknown> = new Set([1146, 1049, 1051]);

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
