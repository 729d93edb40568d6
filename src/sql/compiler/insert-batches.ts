import { InvalidRequestError } from "../../errors.ts";
import { forParameter } from "../types/processors.ts";
import type { TargetColumn } from "../dml/crud-types.ts";
import type { Insert } from "../dml/insert.ts";
import type { TableClause } from "../selectable/table-clause.ts";
import { selectIterables } from "../selectable/select-state.ts";
import type { InsertBatch, ParameterRecord } from "./compiled.ts";
import type { CompiledStatement } from "./compiled-statement.ts";
import { ArrayStatement } from "./array-statement.ts";
import type { InsertPieces } from "./dml-compiler.ts";
import { Placeholders, splitMarks, type Segments } from "./segments.ts";
import type { SqlCompiler } from "./sql-compiler.ts";

/** The most rows in one statement: more do not make it faster. */
const PAGE_SIZE = 1000;

/** Text and bytes in one statement: some servers refuse packets of more than 16 MB. */
const MAX_CHARACTERS = 4_000_000;

type Sort = (rows: unknown[][], keys: readonly string[] | null) => unknown[][];

/** How the rows of RETURNING are brought into the order of the input. */
export interface Sentinel {
  /** columns whose values are given with the rows: each row is found by them; null where the database numbers the rows in order */
  readonly given: readonly { readonly slot: number; readonly normalize: (value: unknown) => string }[] | null;
  readonly sort: Sort;
  /** columns to add to RETURNING, with the comma before them */
  readonly extra: string;
}

/** How an INSERT is made one of many rows: the parts around the rows, and one row. */
export class InsertManyPlan {
  readonly before: Segments;
  readonly row: Segments;
  /** the row with the types of its columns, for the first row of VALUES in a SELECT */
  readonly typedRow: Segments;
  readonly after: Segments;
  readonly sentinel: Sentinel | null;
  /** how very many rows are sent; null where they go as VALUES, too */
  readonly arrays: ArrayStatement | null;
  readonly columnNames: string;
  readonly rowsPerBatch: number;
  readonly #texts: Map<number, string> = new Map();

  private constructor(compiled: CompiledStatement, compiler: SqlCompiler, pieces: InsertPieces, sentinel: Sentinel | null) {
    const { dialect } = compiled;
    this.sentinel = sentinel;
    this.before = splitMarks(pieces.before);
    this.row = splitMarks(pieces.columns.map(({ value }) => value).join(", "));
    this.typedRow = splitMarks(pieces.columns.map(({ column, value }) => typed(compiler, column, value)).join(", "));
    this.after = splitMarks(pieces.after + (sentinel?.extra ?? ""));
    this.columnNames = pieces.columns.map((_, i) => `p${i}`).join(", ");
    this.arrays = ArrayStatement.forInsert(compiler, pieces, this.before, this.after);
    const room = dialect.maxParameters - this.before.slots.length - this.after.slots.length;
    const each = this.row.slots.length;
    this.rowsPerBatch = Math.max(1, Math.min(PAGE_SIZE, each === 0 ? PAGE_SIZE : Math.floor(room / each)));
  }

  /** The plan for an INSERT; null where rows must be sent one by one. */
  static of(compiled: CompiledStatement, compiler: SqlCompiler): InsertManyPlan | null {
    const pieces = compiler.insertPieces;
    if (pieces === null || !compiled.dialect.useInsertManyValues || !compiled.dialect.supportsMultivaluesInsert) return null;
    if (compiled._slots.some((slot) => slot.isDynamic)) return null;
    if (pieces.columns.some(({ value }) => value === compiled.dialect.defaultMetavalueToken)) return null;
    let sentinel: Sentinel | null = null;
    if (pieces.returning.length > 0) {
      // rows that a conflict left out, or that cannot be told apart, would be given to the wrong input
      if (pieces.hasPostValues) return null;
      sentinel = findSentinel(compiled, compiler, pieces);
      if (sentinel === null) return null;
    }
    return new InsertManyPlan(compiled, compiler, pieces, sentinel);
  }

  /** The text for a number of rows. */
  text(compiled: CompiledStatement, rows: number): string {
    let text = this.#texts.get(rows);
    if (text === undefined) {
      if (this.#texts.size >= 8) this.#texts.clear();
      text = this.#render(compiled, rows);
      this.#texts.set(rows, text);
    }
    return text;
  }

  /** The number of the slot that the value at a place comes from; -1 where there is none. */
  slotAt(place: number, rows: number): number {
    const { before, row, after } = this;
    const inRows = place - before.slots.length;
    if (inRows < 0) return before.slots[place]!;
    const behind = inRows - rows * row.slots.length;
    return behind < 0 ? row.slots[inRows % row.slots.length]! : (after.slots[behind] ?? -1);
  }

  #render(compiled: CompiledStatement, rows: number): string {
    const placeholders = new Placeholders(compiled.dialect.paramstyle);
    let text = write(this.before, placeholders);
    if (this.sentinel === null || compiled.dialect.insertValuesInOrder) {
      text += " VALUES ";
      for (let i = 0; i < rows; i += 1) text += `${i === 0 ? "" : ", "}(${write(this.row, placeholders)})`;
    } else {
      // VALUES by itself may be inserted in any order; a SELECT with ORDER BY gives out numbers in that order
      text += ` SELECT ${this.columnNames} FROM (VALUES `;
      for (let i = 0; i < rows; i += 1) text += `${i === 0 ? "" : ", "}(${write(i === 0 ? this.typedRow : this.row, placeholders)}, ${i})`;
      text += `) AS imp_sen(${this.columnNames}, sen_counter) ORDER BY sen_counter`;
    }
    return text + write(this.after, placeholders);
  }
}

function write({ texts, slots }: Segments, placeholders: Placeholders): string {
  let text = texts[0]!;
  for (let i = 0; i < slots.length; i += 1) text += placeholders.next() + texts[i + 1]!;
  return text;
}

function typed(compiler: SqlCompiler, column: TargetColumn, value: string): string {
  const type = compiler.bindCastType(column.type);
  return type === null ? value : `CAST(${value} AS ${type})`;
}

// ---------------------------------------------------------------- the order of what comes back

function findSentinel(compiled: CompiledStatement, compiler: SqlCompiler, pieces: InsertPieces): Sentinel | null {
  const insert = (compiler.compileState as { readonly statement: Insert<unknown> }).statement;
  const table = insert.table as unknown as TableClause;
  const keys = [...table.primaryKey] as TargetColumn[];
  if (keys.length === 0) return null;
  const bindNames = new Map(pieces.columns.map(({ column, bindName }) => [column, bindName]));
  const places = placesOf(keys, selectIterables(pieces.returning) as TargetColumn[], compiler);
  const auto = table._autoincrementColumn as TargetColumn | null;
  if (keys.length === 1 && keys[0] === auto && !bindNames.has(auto!) && (auto!.default ?? null) === null) {
    const at = places.indexes[0]!;
    return {
      given: null,
      extra: places.extra,
      sort: (rows) =>
        strip(
          rows.sort((a, b) => compareNumbers(a[at], b[at])),
          places.added,
        ),
    };
  }
  const given = keys.map((column) => {
    const name = bindNames.get(column) ?? null;
    const slot = name === null ? -1 : compiled._slots.findIndex((one) => one.name === name);
    const normalize = normalizer(column);
    return slot === -1 || normalize === null ? null : { slot, normalize };
  });
  if (given.some((one) => one === null)) return null;
  const known = given as { slot: number; normalize: (value: unknown) => string }[];
  const sort: Sort = (rows, wanted) => {
    const byKey = new Map<string, unknown[]>();
    for (const row of rows) byKey.set(known.map(({ normalize }, i) => normalize(row[places.indexes[i]!])).join("\0"), row);
    const sorted = wanted!.map((key) => byKey.get(key));
    if (byKey.size !== rows.length || sorted.includes(undefined)) {
      throw new InvalidRequestError(
        "The rows that RETURNING gave cannot be told apart by the primary keys that were inserted: a trigger or a type changes them.",
      );
    }
    return strip(sorted as unknown[][], places.added);
  };
  return { given: known, extra: places.extra, sort };
}

/** Where the key columns stand in RETURNING; those that do not are added at its end. */
function placesOf(
  keys: readonly TargetColumn[],
  returned: readonly TargetColumn[],
  compiler: SqlCompiler,
): { indexes: number[]; extra: string; added: number } {
  let extra = "";
  let added = 0;
  const indexes = keys.map((column) => {
    const at = returned.indexOf(column);
    if (at !== -1) return at;
    extra += `, ${compiler.process(column)}`;
    added += 1;
    return returned.length + added - 1;
  });
  return { indexes, extra, added };
}

function strip(rows: unknown[][], added: number): unknown[][] {
  if (added > 0) for (const row of rows) row.length -= added;
  return rows;
}

function compareNumbers(a: unknown, b: unknown): number {
  // 64-bit integers come as text
  if (typeof a === "number" && typeof b === "number") return a - b;
  const x = BigInt(a as string);
  const y = BigInt(b as string);
  return x < y ? -1 : x > y ? 1 : 0;
}

/** Makes what was sent and what comes back comparable; null for types whose values may come back in another form. */
function normalizer({ type }: TargetColumn): ((value: unknown) => string) | null {
  switch (type.affinity) {
    case "integer":
    case "string":
      return String;
    case "uuid":
      return (value) => String(value).replaceAll("-", "").toLowerCase();
    default:
      return null;
  }
}

/** The statements for many rows. */
export function* insertBatches(
  compiled: CompiledStatement,
  plan: InsertManyPlan,
  params: readonly ParameterRecord[],
  binds: readonly object[] | null,
  pageSize: number,
): Iterable<InsertBatch> {
  const slots = compiled._slots;
  const rowsPerBatch = Math.min(plan.rowsPerBatch, pageSize);
  const put = (into: unknown[], numbers: readonly number[], raw: readonly unknown[]): void => {
    for (const n of numbers) {
      const { process, name } = slots[n]!;
      try {
        into.push(process === null ? raw[n] : process(raw[n]));
      } catch (error) {
        throw forParameter(error, name, raw[n]);
      }
    }
  };
  for (let start = 0, end = 0; start < params.length; start = end) {
    end = Math.min(start + rowsPerBatch, params.length);
    let characters = 0;
    const values: unknown[] = [];
    const keys: string[] = [];
    let last: unknown[] = [];
    for (let i = start; i < end; i += 1) {
      const raw = compiled._values(params[i]!, binds);
      for (const value of raw) characters += lengthOf(value);
      if (i > start && characters > MAX_CHARACTERS) {
        end = i;
        break;
      }
      if (i === start) put(values, plan.before.slots, raw);
      put(values, plan.row.slots, raw);
      if (plan.sentinel?.given) keys.push(plan.sentinel.given.map(({ slot, normalize }) => normalize(raw[slot])).join("\0"));
      last = raw;
    }
    put(values, plan.after.slots, last);
    const { sentinel } = plan;
    yield {
      sql: plan.text(compiled, end - start),
      params: values,
      rowCount: end - start,
      sortRows: sentinel === null ? null : (rows) => sentinel.sort(rows, sentinel.given === null ? null : keys),
      parameterName: (place) => slots[plan.slotAt(place, end - start)]?.name ?? null,
    };
  }
}

function lengthOf(value: unknown): number {
  if (typeof value === "string") return value.length;
  return value instanceof Uint8Array ? value.byteLength : 8;
}
