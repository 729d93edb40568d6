import { forColumn } from "../../sql/types/processors.ts";
import type { SqlDialect } from "../../sql/base/sql-dialect.ts";
import type { ClauseElement } from "../../sql/elements/clause-element.ts";
import type { ColumnElement } from "../../sql/elements/column-element.ts";
import type { ResultColumn } from "../../sql/compiler/compiled.ts";
import type { ColumnReplacer } from "../query/orm-adapter.ts";

/** Turns a value of the driver into that of a type; null where it is the same. */
export type ValueProcessor = ((value: unknown) => unknown) | null;

/** Where the columns of a statement are in the rows of the driver. */
export class RowLayout {
  readonly dialect: SqlDialect;
  readonly #columns: readonly ResultColumn[] | null;
  readonly #byElement: Map<object, number> = new Map();
  readonly #byName: Map<string, number> = new Map();
  readonly #compound: ColumnReplacer | null;

  /** @param names - the names that the driver gave, for statements that are text */
  constructor(
    dialect: SqlDialect,
    columns: readonly ResultColumn[] | null,
    names: readonly string[],
    compound: ColumnReplacer | null,
    byName: boolean,
  ) {
    this.dialect = dialect;
    this.#columns = columns;
    this.#compound = compound;
    columns?.forEach((column, index) => {
      for (const object of column.objects) {
        const element = (object as Partial<ClauseElement>)._identity ?? object;
        if (typeof element === "object" && !this.#byElement.has(element)) this.#byElement.set(element, index);
      }
    });
    if (columns === null || byName) {
      const all = columns === null ? names : columns.map((column) => column.name);
      all.forEach((name, index) => {
        if (!this.#byName.has(name)) this.#byName.set(name, index);
      });
    }
  }

  /** The place of a column; -1 when the rows do not have it. */
  indexOf(column: ColumnElement<unknown>): number {
    const direct = this.#byElement.get(column._identity);
    if (direct !== undefined) return direct;
    if (this.#compound !== null) {
      const inner = this.#byElement.get(this.#compound.column(column)._identity);
      if (inner !== undefined) return inner;
    }
    for (const proxied of column._proxies) {
      const index = this.#byElement.get(proxied._identity);
      if (index !== undefined) return index;
    }
    if (this.#byName.size > 0 && column.name !== null) {
      const label = column._tqLabel;
      return (label === null ? undefined : this.#byName.get(label)) ?? this.#byName.get(column.name) ?? -1;
    }
    return -1;
  }

  /** The error of a type, with the name of the column: the first one that cannot be read. */
  blame(error: unknown, rows: readonly (readonly unknown[])[]): unknown {
    for (const [index, column] of this.#columns?.entries() ?? []) {
      const process = column.type._cachedResultProcessor(this.dialect);
      if (process === null) continue;
      try {
        for (const row of rows) process(row[index]);
      } catch (again) {
        return forColumn(again, column.key);
      }
    }
    return error;
  }

  /** What makes the JavaScript value of a column. */
  processorFor(index: number, column: ColumnElement<unknown>): ValueProcessor {
    const type = this.#columns?.[index]?.type;
    return (type === undefined || type.isNull ? column.type : type)._cachedResultProcessor(this.dialect);
  }
}
