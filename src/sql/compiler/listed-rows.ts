import type { Update } from "../dml/update.ts";
import { isPlainTable } from "../schema/plain-table.ts";
import { forParameter } from "../types/processors.ts";
import type { InsertBatch, ParameterRecord } from "./compiled.ts";
import type { CompiledStatement } from "./compiled-statement.ts";
import { splitMarks, type Segments } from "./segments.ts";
import type { SqlCompiler } from "./sql-compiler.ts";

/** How many rows one statement takes: with more of them it does not get faster. */
const ROWS = 32;

/**
 * An UPDATE of several rows, joined to a list of their values. It is faster than one by one where there is no index to be kept as well.
 * @see https://www.sqlite.org/lang_update.html#update_from
 */
export class ListedRows {
  readonly sql: string;
  /** for each value of a row the slot that it comes from */
  readonly slots: readonly number[];

  private constructor(sql: string, slots: readonly number[]) {
    this.sql = sql;
    this.slots = slots;
  }

  /** Null where the rows had better go one by one. */
  static forUpdate(compiler: SqlCompiler): ListedRows | null {
    const pieces = compiler.rowPieces;
    if (pieces === null || pieces.keyword !== "FROM" || !compiler.dialect.updateFromRows) return null;
    const { statement } = compiler.compileState as { readonly statement: Update<unknown> };
    if (!isPlainTable(statement.table)) return null;
    const before = splitMarks(pieces.before);
    const after = splitMarks(pieces.after);
    const slots = [...new Set([...before.slots, ...after.slots])];
    if (after.slots.length === 0 || slots.length * ROWS > compiler.dialect.maxParameters) return null;
    const write = ({ texts, slots: own }: Segments): string =>
      texts.reduce((text, part, i) => `${text}imp_sen.column${slots.indexOf(own[i - 1]!) + 1}${part}`);
    const row = `(${slots.map(() => "?").join(", ")})`;
    const rows = Array.from({ length: ROWS }, () => row).join(", ");
    return new ListedRows(`${write(before)} ${pieces.keyword} (VALUES ${rows}) AS imp_sen${write(after)}`, slots);
  }

  static fits(rows: readonly unknown[]): boolean {
    return rows.length > ROWS;
  }

  /** The statements for many rows: those that are left over go one by one. */
  *batches(compiled: CompiledStatement, params: readonly ParameterRecord[], binds: readonly object[] | null): Iterable<InsertBatch> {
    const slots = this.slots.map((n) => compiled._slots[n]!);
    let at = 0;
    for (; params.length - at >= ROWS; at += ROWS) {
      const values: unknown[] = [];
      for (let r = at; r < at + ROWS; r += 1) {
        const raw = compiled._values(params[r]!, binds);
        for (let c = 0; c < slots.length; c += 1) {
          const { process, name } = slots[c]!;
          const value = raw[this.slots[c]!];
          try {
            values.push(process === null ? value : process(value));
          } catch (error) {
            throw forParameter(error, name, value);
          }
        }
      }
      const parameterName = (place: number): string | null => slots[place % slots.length]?.name ?? null;
      yield { sql: this.sql, params: values, rowCount: ROWS, sortRows: null, parameterName };
    }
    const { sql, rows } = compiled.bindMany(params.slice(at), binds);
    for (const row of rows)
      yield { sql, params: row, rowCount: 1, sortRows: null, parameterName: (place) => compiled.parameterName(place) };
  }
}
