import { delete_, insert, update } from "../../sql/dml/constructors.ts";
import type { Delete } from "../../sql/dml/delete.ts";
import type { Insert } from "../../sql/dml/insert.ts";
import type { Update } from "../../sql/dml/update.ts";
import { bindparam } from "../../sql/elements/constructors.ts";
import type { Column } from "../../sql/schema/column.ts";
import type { Table } from "../../sql/schema/table.ts";
import { keyInList } from "../query/key-in-list.ts";

/**
 * The statements that flushes send for one table. Each is made once, and is the same object ever after: what the engine keeps for
 * it is found without looking into it.
 */
export class TableStatements {
  readonly table: Table;
  readonly insert: Insert;
  readonly #returning: Map<string, Insert> = new Map();
  readonly #updates: Map<string, Update> = new Map();
  readonly #deletes: Map<string, Delete> = new Map();
  #deleteListed: Delete | null = null;
  readonly #binds: Map<object, string> = new Map();

  constructor(table: Table) {
    this.table = table;
    this.insert = insert(table);
  }

  /** INSERT that gives back these columns, row by row in the order of the parameters. */
  insertReturning(columns: readonly Column<unknown>[]): Insert {
    const name = keysOf(columns);
    let statement = this.#returning.get(name);
    if (statement === undefined) {
      statement = this.insert.returning(...columns, { sortByParameterOrder: true }) as unknown as Insert;
      this.#returning.set(name, statement);
    }
    return statement;
  }

  /** UPDATE by these columns; with RETURNING when there are columns to give back. */
  update(by: readonly Column<unknown>[], returning: readonly Column<unknown>[] = []): Update {
    const name = `${keysOf(by)}|${keysOf(returning)}`;
    let statement = this.#updates.get(name);
    if (statement === undefined) {
      statement = update(this.table).where(...by.map((column) => this.#matches(column)));
      if (returning.length > 0) statement = statement.returning(...returning) as unknown as Update;
      this.#updates.set(name, statement);
    }
    return statement;
  }

  delete(by: readonly Column<unknown>[]): Delete {
    const name = keysOf(by);
    let statement = this.#deletes.get(name);
    if (statement === undefined) {
      statement = delete_(this.table).where(...by.map((column) => this.#matches(column)));
      this.#deletes.set(name, statement);
    }
    return statement;
  }

  /** DELETE of the rows whose primary keys are in the list `keys`: of values, or of arrays of values where the key has several columns. */
  deleteListed(by: readonly Column<unknown>[]): Delete {
    return (this.#deleteListed ??= delete_(this.table).where(keyInList(by, "keys") as never));
  }

  /** The name of the value by which rows are found, distinct from the names of values that are set. */
  bindOf(column: Column<unknown>): string {
    let name = this.#binds.get(column);
    if (name === undefined) {
      name = `${this.table.name}_${column.key}`;
      for (let n = 1; [...this.table.c].some((other) => other.key === name); n++) name = `${this.table.name}_${column.key}_${n}`;
      this.#binds.set(column, name);
    }
    return name;
  }

  #matches(column: Column<unknown>): never {
    return column.eq(bindparam(this.bindOf(column), { type: column.type }) as never) as never;
  }
}

function keysOf(columns: readonly Column<unknown>[]): string {
  return columns.map((column) => column.key).join(",");
}

const made: WeakMap<Table, TableStatements> = new WeakMap();

export function tableStatementsOf(table: Table): TableStatements {
  let statements = made.get(table);
  if (statements === undefined) made.set(table, (statements = new TableStatements(table)));
  return statements;
}
