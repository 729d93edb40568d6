import type { TargetColumn } from "../dml/crud-types.ts";
import type { Insert } from "../dml/insert.ts";
import type { TableClause } from "../selectable/table-clause.ts";
import type { BoundSlot } from "./bound-slot.ts";
import type { SqlCompiler } from "./sql-compiler.ts";

type Process = ((value: unknown) => unknown) | null;

/** Where the value of one column of a new row's primary key comes from. */
export interface KeySource {
  readonly from: "parameter" | "returned" | "lastInsertId" | "unknown";
  /** the slot, or the place in the returned row */
  readonly index: number;
  /** NULL in the parameter stands for a number that the database gives */
  readonly orLastInsertId: boolean;
  readonly process: Process;
}

/** How the primary key of a row that an INSERT makes is known; null where it is not (many rows, FROM SELECT, RETURNING of one's own). */
export function keySources(compiler: SqlCompiler, slots: readonly BoundSlot[]): readonly KeySource[] | null {
  const { compileState, dmlTarget: target, dialect } = compiler;
  const insert = (compileState as { readonly statement: Insert<unknown> }).statement;
  if (target === null || insert._multiValues.length > 0 || insert._select !== null || insert._returning.length > 0) return null;
  const table = insert.table as unknown as TableClause;
  const columns = [...table.primaryKey] as TargetColumn[];
  if (columns.length === 0) return null;
  const auto = table._autoincrementColumn;
  const bindNames = new Map(compiler.insertPieces?.columns.map(({ column, bindName }) => [column, bindName]));
  const byDriver = dialect.postfetchLastrowid && !dialect.implicitReturning;
  return columns.map((column): KeySource => {
    const process = column.type._cachedResultProcessor(dialect);
    const at = target.implicitReturning.indexOf(column);
    if (at !== -1) return { from: "returned", index: at, orLastInsertId: false, process };
    const name = bindNames.get(column) ?? null;
    const slot = name === null ? -1 : slots.findIndex((one) => one.name === name);
    if (slot !== -1) return { from: "parameter", index: slot, orLastInsertId: byDriver && column === auto, process };
    return { from: byDriver && column === auto ? "lastInsertId" : "unknown", index: -1, orLastInsertId: false, process };
  });
}

/** The primary key of a new row; null where a part of it is not known. */
export function primaryKeyOf(
  sources: readonly KeySource[],
  raw: readonly unknown[],
  row: readonly unknown[] | null,
  lastInsertId: number | bigint | null,
): readonly unknown[] | null {
  const processed = ({ process }: KeySource, value: unknown): unknown => (process === null || value === null ? value : process(value));
  return sources.map((source) => {
    switch (source.from) {
      case "parameter": {
        const value = raw[source.index] ?? null;
        return value === null && source.orLastInsertId ? processed(source, lastInsertId) : value;
      }
      case "returned":
        return row === null ? null : processed(source, row[source.index]);
      case "lastInsertId":
        return processed(source, lastInsertId);
      default:
        return null;
    }
  });
}
