import { ArgumentError } from "../../errors.ts";
import type { TypeEngine } from "../types/type-engine.ts";
import { forParameter, kindOf } from "../types/processors.ts";
import type { InsertBatch, ParameterRecord } from "./compiled.ts";
import type { CompiledStatement } from "./compiled-statement.ts";
import type { InsertPieces } from "./dml-compiler.ts";
import type { Sentinel } from "./insert-batches.ts";
import { splitMarks, type Segments } from "./segments.ts";
import type { SqlCompiler } from "./sql-compiler.ts";

/** From so many rows on, arrays are faster than a list of rows. */
export const ROWS_FOR_ARRAYS = 200;

/** The most rows in one statement. */
const PAGE_SIZE = 10_000;

/** Text and bytes in one statement. */
const MAX_CHARACTERS = 4_000_000;

/**
 * A statement for many rows that takes one array for each value: its text is the same for any number of rows, so the server
 * parses it once, and it has few parameters.
 * See https://www.postgresql.org/docs/current/functions-array.html
 */
export class ArrayStatement {
  readonly sql: string;
  /** for each array the slot that its values come from */
  readonly slots: readonly number[];

  private constructor(sql: string, slots: readonly number[]) {
    this.sql = sql;
    this.slots = slots;
  }

  /**
   * An INSERT; the numbers that the server gives out follow the order of the arrays.
   * Null where a value is more than a parameter, or has no type that an array could be made of.
   */
  static forInsert(
    compiler: SqlCompiler,
    { columns, hasPostValues }: InsertPieces,
    before: Segments,
    after: Segments,
  ): ArrayStatement | null {
    if (!compiler.dialect.insertFromArrays || hasPostValues) return null;
    if (columns.length === 0 || before.slots.length > 0 || after.slots.length > 0) return null;
    const slots: number[] = [];
    const types: TypeEngine<unknown>[] = [];
    for (const { column, value } of columns) {
      const { texts, slots: own } = splitMarks(value);
      if (own.length !== 1 || texts[0] !== "" || texts[1] !== "") return null;
      slots.push(own[0]!);
      types.push(column.type);
    }
    const arrays = arraysOf(compiler, types);
    if (arrays === null) return null;
    const names = slots.map((_, i) => `p${i}`).join(", ");
    return new ArrayStatement(
      `${before.texts[0]!} SELECT ${names} FROM unnest(${arrays}) WITH ORDINALITY AS imp_sen(${names}, sen_counter) ` +
        `ORDER BY sen_counter${after.texts[0]!}`,
      slots,
    );
  }

  /** An UPDATE or DELETE whose rows are all different ones: joined to the arrays, it meets each of them once. */
  static forRows(compiler: SqlCompiler): ArrayStatement | null {
    const pieces = compiler.rowPieces;
    if (pieces === null || !compiler.dialect.insertFromArrays) return null;
    const before = splitMarks(pieces.before);
    const after = splitMarks(pieces.after);
    const slots = [...new Set([...before.slots, ...after.slots])];
    if (after.slots.length === 0) return null;
    const arrays = arraysOf(
      compiler,
      slots.map((n) => compiler.slots[n]!.type),
    );
    if (arrays === null) return null;
    const write = ({ texts, slots: own }: Segments): string =>
      texts.reduce((text, part, i) => `${text}imp_sen.p${slots.indexOf(own[i - 1]!)}${part}`);
    const names = slots.map((_, i) => `p${i}`).join(", ");
    return new ArrayStatement(`${write(before)} ${pieces.keyword} unnest(${arrays}) AS imp_sen(${names})${write(after)}`, slots);
  }
}

/** One array parameter for each type; null where one of them has no arrays. */
function arraysOf(compiler: SqlCompiler, types: readonly TypeEngine<unknown>[]): string | null {
  const arrays: string[] = [];
  for (const type of types) {
    const item = type.isArray ? null : compiler.bindCastType(type);
    if (item === null || item.endsWith("]")) return null;
    arrays.push(`$${arrays.length + 1}::${item}[]`);
  }
  return arrays.join(", ");
}

/** The statements for very many rows. */
export function* arrayBatches(
  compiled: CompiledStatement,
  { sql, slots: numbers }: ArrayStatement,
  sentinel: Sentinel | null,
  params: readonly ParameterRecord[],
  binds: readonly object[] | null,
  pageSize: number = PAGE_SIZE,
): Iterable<InsertBatch> {
  const given = sentinel?.given ?? null;
  const slots = numbers.map((n) => compiled._slots[n]!);
  for (let start = 0, end = 0; start < params.length; start = end) {
    const texts: string[] = slots.map(() => "{");
    const keys: string[] = [];
    let characters = 0;
    const limit = Math.min(start + Math.min(pageSize, PAGE_SIZE), params.length);
    for (end = start; end < limit && characters < MAX_CHARACTERS; end += 1) {
      const raw = compiled._values(params[end]!, binds);
      for (let c = 0; c < slots.length; c += 1) {
        const { process, name } = slots[c]!;
        const value = raw[numbers[c]!];
        let item: string;
        try {
          item = itemText(process === null ? value : process(value));
        } catch (error) {
          throw forParameter(error, name, value);
        }
        characters += item.length;
        texts[c] += end === start ? item : `,${item}`;
      }
      if (given !== null) keys.push(given.map(({ slot, normalize }) => normalize(raw[slot])).join("\0"));
    }
    yield {
      sql,
      params: texts.map((text) => `${text}}`),
      rowCount: end - start,
      parameterName: (place) => slots[place]?.name ?? null,
      sortRows: sentinel === null ? null : (rows) => sentinel.sort(rows, given === null ? null : keys),
    };
  }
}

const SPECIAL = /["\\]/;

/** A value as an item in the text of an array. */
function itemText(value: unknown): string {
  switch (typeof value) {
    case "string":
      return SPECIAL.test(value) ? `"${value.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"` : `"${value}"`;
    case "number":
      return Object.is(value, -0) ? "-0" : String(value);
    case "boolean":
      return value ? "t" : "f";
    case "bigint":
      return String(value);
    default:
      if (value === null) return "NULL";
      if (value instanceof Uint8Array) return `"\\\\x${hex(value)}"`;
      throw new ArgumentError(
        `A value is ${kindOf(value)}, which cannot be sent as it is; give the column a type that takes it, or null for NULL.`,
      );
  }
}

const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

function hex(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += 1) text += HEX[bytes[i]!]!;
  return text;
}
