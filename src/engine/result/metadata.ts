import { AmbiguousColumnError, NoSuchColumnError } from "../../errors.ts";
import type { SqlDialect } from "../../sql/base/sql-dialect.ts";
import type { Compiled, ResultColumn } from "../../sql/compiler/compiled.ts";
import { NULLTYPE } from "../../sql/types/null-type.ts";
import type { TypeEngine } from "../../sql/types/type-engine.ts";
import { canGenerateCode } from "../../util/codegen.ts";
import { didYouMean } from "../../util/text.ts";
import { generateObjectMaker, generateRowProcessor } from "./row-codegen.ts";
import { interpretObjectMaker, interpretRowProcessor, type ObjectMaker, type RowProcessor } from "./row-interp.ts";

/** What stands for a column when a row is asked for it: its key, its place, or the object that was selected. */
export type ColumnSpecifier = string | number | object;

/** Code is generated for what has been seen to come again, or to come in numbers: making a function costs as much as 200 rows. */
const MANY_ROWS = 200;

/** The columns of a result: their keys, and which one is meant by a key, a place or an object. */
export class ResultMetadata {
  readonly keys: readonly string[];
  #indexes: Map<string, number> | null = null;
  #makeObjects: ObjectMaker | null = null;
  #objectRuns = 0;

  constructor(keys: readonly string[]) {
    this.keys = keys;
  }

  /**
   * The place of a column.
   * @throws NoSuchColumnError, AmbiguousColumnError
   */
  indexOf(column: ColumnSpecifier): number {
    if (typeof column === "number") {
      const index = column < 0 ? this.keys.length + column : column;
      if (!Number.isInteger(index) || index < 0 || index >= this.keys.length) {
        throw new NoSuchColumnError(`the row has ${this.keys.length} columns, so there is none at place ${column}`);
      }
      return index;
    }
    if (typeof column !== "string") return this.indexOfObject(column);
    const index = this.#indexByKey().get(column);
    if (index === undefined) {
      throw new NoSuchColumnError(`the row has no column "${column}".${didYouMean(column, this.keys)} It has: ${this.keys.join(", ")}`);
    }
    if (index < 0) throw ambiguous(column);
    return index;
  }

  /** @internal */
  protected indexOfObject(column: object): number {
    const key = (column as { readonly key?: unknown }).key;
    if (typeof key === "string" && this.#indexByKey().has(key)) return this.indexOf(key);
    throw new NoSuchColumnError(`the row has no column for ${String(column)}. It has: ${this.keys.join(", ")}`);
  }

  #indexByKey(): Map<string, number> {
    if (this.#indexes === null) {
      this.#indexes = new Map();
      for (const [index, key] of this.keys.entries()) this.#indexes.set(key, this.#indexes.has(key) ? -1 : index);
    }
    return this.#indexes;
  }

  /** @throws AmbiguousColumnError when two columns have one key @internal */
  requireDistinctKeys(): void {
    for (const [key, index] of this.#indexByKey()) if (index < 0) throw ambiguous(key);
  }

  /** Plain objects for rows. @throws AmbiguousColumnError when two columns have one key @internal */
  toObjects(rows: readonly (readonly unknown[])[]): Record<string, unknown>[] {
    if (this.#makeObjects === null || this.#objectRuns < 2) {
      if (this.#objectRuns === 0) this.requireDistinctKeys();
      this.#objectRuns += 1;
      const generate = canGenerateCode() && (this.#objectRuns === 2 || rows.length >= MANY_ROWS);
      if (generate) this.#objectRuns = 2;
      this.#makeObjects = generate ? generateObjectMaker(this.keys) : interpretObjectMaker(this.keys);
    }
    return this.#makeObjects(rows);
  }
}

function ambiguous(key: string): AmbiguousColumnError {
  return new AmbiguousColumnError(
    `several columns of the row have the key "${key}"; give them labels (select({ … }), .label("…")), or read the row by place`,
  );
}

/** The columns of a compiled statement's result, and how their values are converted. Made once per compiled statement. */
export class CompiledMetadata extends ResultMetadata {
  readonly columns: readonly ResultColumn[];
  readonly #dialect: SqlDialect;
  #process: RowProcessor | null | undefined;
  #isGenerated = false;
  #runs = 0;
  #objects: Map<object, number> | null = null;

  /** the driver's columns that these were matched with by name; null where the places decide */
  readonly #matched: readonly string[] | null;

  constructor(columns: readonly ResultColumn[], dialect: SqlDialect, matched: readonly string[] | null = null) {
    super(columns.map((column) => column.key));
    this.columns = columns;
    this.#dialect = dialect;
    this.#matched = matched;
  }

  /** The metadata of a statement, whose columns the driver calls by these names. */
  static of(compiled: Compiled, names: readonly string[]): CompiledMetadata | null {
    const { resultColumns, dialect } = compiled;
    if (resultColumns === null) return null;
    if (compiled.resultColumnsByName !== true) return new CompiledMetadata(resultColumns, dialect);
    const byName = new Map(resultColumns.map((column) => [column.name, column]));
    const columns = names.map((name): ResultColumn => byName.get(name) ?? { name, key: name, objects: [], type: NULLTYPE });
    return new CompiledMetadata(columns, dialect, names);
  }

  /** Whether it can be used for a result with these columns of the driver. */
  fits(names: readonly string[]): boolean {
    const matched = this.#matched;
    return matched === null || matched === names || (matched.length === names.length && matched.every((name, i) => name === names[i]));
  }

  /** Converts the driver's values to JavaScript's, in place. */
  process(rows: unknown[][]): void {
    if (this.#process === null || rows.length === 0) return;
    if (this.#process === undefined || !this.#isGenerated) this.#prepare(rows.length);
    this.#process?.(rows);
  }

  #prepare(rowCount: number): void {
    if (this.#process === undefined) {
      const processors = this.#processors();
      this.#process = processors === null ? null : interpretRowProcessor(processors, this.#nameOf);
    }
    this.#runs += 1;
    if (this.#process === null || !canGenerateCode() || (this.#runs < 2 && rowCount < MANY_ROWS)) return;
    this.#process = generateRowProcessor(this.#processors()!, this.#nameOf);
    this.#isGenerated = true;
  }

  readonly #nameOf = (index: number): string => this.columns[index]!.key;

  #processors(): readonly (((value: unknown) => unknown) | null)[] | null {
    const processors = this.columns.map((column) => column.type._cachedResultProcessor(this.#dialect));
    return processors.some((process) => process !== null) ? processors : null;
  }

  protected override indexOfObject(column: object): number {
    if (this.#objects === null) {
      this.#objects = new Map();
      for (const [index, { objects }] of this.columns.entries()) {
        for (const object of objects) if (typeof object === "object" && !this.#objects.has(object)) this.#objects.set(object, index);
      }
    }
    const clause = clauseOf(column);
    const index = this.#objects.get(clause) ?? this.#objects.get((clause as { _identity?: object })._identity ?? clause);
    return index ?? super.indexOfObject(clause);
  }
}

/** Mapped attributes stand for a column. */
function clauseOf(column: object): object {
  const clause = (column as Record<symbol, unknown>)[Symbol.for("athanor.clause")];
  const found = typeof clause === "function" ? (clause as () => unknown).call(column) : clause;
  return typeof found === "object" && found !== null ? found : column;
}

/** Whether a result with these types has to be asked for integers as bigint. */
export function wantsBigints(columns: readonly { readonly type: TypeEngine<unknown> }[] | null, dialect: SqlDialect): boolean {
  // where nothing is known of the types, nothing may be rounded
  return columns === null || columns.some(({ type }) => type.wantsBigint || type.isNull || type.dialectImpl(dialect).wantsBigint);
}
