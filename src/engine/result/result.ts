import { InvalidRequestError, MultipleResultsFound, NoResultFound, ResourceClosedError } from "../../errors.ts";
import type { VALUE } from "../../sql/base/expression.ts";
import type { ColumnsRow, ScalarOf } from "../../sql/selectable/select-types.ts";
import { ResultMetadata, type ColumnSpecifier } from "./metadata.ts";
import { FilteredResult, RowBuffer } from "./rows.ts";
import { RowFilter, type UniqueStrategy } from "./unique.ts";

/** A row as an object. Rows that are objects already stay what they are. */
export type MappingOf<R> = R extends ColumnsRow<infer M> ? M : R extends readonly unknown[] ? Record<string, unknown> : R;

/** The value of one column of a row: by its place in a tuple, or by its name in an object. */
export type ColumnAt<R, K> = R extends readonly unknown[]
  ? K extends number
    ? `${K}` extends keyof R
      ? R[`${K}`]
      : unknown
    : K extends { readonly [VALUE]: infer V }
      ? V
      : unknown
  : K extends keyof R
    ? R[K]
    : unknown;

/** A row as a tuple. */
export type TupleOf<R> = R extends readonly unknown[] ? R : unknown[];

/** What a result is made of, beside its rows. */
export interface ResultOptions {
  /**
   * What the given rows are: arrays of values ("tuples", the default), or the values themselves of a single column ("scalars"), so that
   * no array need be made for each entity.
   */
  readonly source?: "tuples" | "scalars";
  /** rows come out as plain objects: `select({ … })` */
  readonly objects?: boolean;
  /** rows affected, or returned */
  readonly rowcount?: number;
  /** repeated rows are left out already when the result is read, as by a call of `unique()` */
  readonly unique?: boolean;
  /** one for each column: what two values must have in common for `unique()`; null for the values themselves */
  readonly uniqueStrategies?: readonly (UniqueStrategy | null)[] | null;
  /** why `unique()` must be called before anything is read; null when it need not be */
  readonly requiresUnique?: string | null;
  readonly metadata?: ResultMetadata;
  /** false for what gives no rows, such as INSERT without RETURNING */
  readonly returnsRows?: boolean;
}

/** State that a result shares with those that are made of it. */
interface Shape {
  readonly isScalar: boolean;
  readonly uniqueStrategies: readonly (UniqueStrategy | null)[] | null;
  requiresUnique: string | null;
}

/**
 * The rows of a statement, which have been read from the database. A row is an array, in the order of the columns, or an
 * object where the statement was made by `select({ … })`. What was read once is not given again.
 * @see https://docs.sqlalchemy.org/en/21/core/connections.html#sqlalchemy.engine.Result
 */
export class Result<R = unknown[]> extends FilteredResult<R> {
  readonly #metadata: ResultMetadata;
  readonly #shape: Shape;
  readonly #objects: boolean;
  readonly #rowcount: number;
  readonly #returnsRows: boolean;

  constructor(metadata: ResultMetadata, buffer: RowBuffer, options: ResultOptions = {}) {
    super(buffer);
    this.#metadata = metadata;
    this.#objects = options.objects ?? false;
    this.#rowcount = options.rowcount ?? -1;
    this.#returnsRows = options.returnsRows ?? true;
    this.#shape = {
      isScalar: options.source === "scalars",
      uniqueStrategies: options.uniqueStrategies ?? null,
      requiresUnique: options.requiresUnique ?? null,
    };
    if (options.unique) this.unique();
  }

  /**
   * A result of rows that are there: for the ORM, for caches and for tests.
   * @param keys - the keys of the columns
   * @param rows - arrays of values, or with `source: "scalars"` the values of the only column
   */
  static fromRows<R = unknown[]>(keys: readonly string[], rows: readonly unknown[], options: ResultOptions = {}): Result<R> {
    return new Result<R>(options.metadata ?? new ResultMetadata(keys), new RowBuffer(rows), options);
  }

  /** The keys of the columns. */
  keys(): readonly string[] {
    this.#requireRows();
    return this.#metadata.keys;
  }

  /** @internal */
  get _metadata(): ResultMetadata {
    return this.#metadata;
  }

  /** Rows that an UPDATE or DELETE changed, or an INSERT made; -1 when the database does not tell. */
  get rowcount(): number {
    return this.#rowcount;
  }

  /** Whether the statement gives rows. */
  get returnsRows(): boolean {
    return this.#returnsRows;
  }

  #requireRows(): void {
    if (!this.#returnsRows) {
      throw new ResourceClosedError("this statement gives no rows: it is no SELECT, and has no RETURNING");
    }
  }

  protected override _next(count?: number): readonly R[] {
    this.#requireRows();
    if (this.#shape.requiresUnique !== null && this._unique === null) throw new InvalidRequestError(this.#shape.requiresUnique);
    return super._next(count);
  }

  protected override _items(rows: readonly unknown[]): readonly R[] {
    const tuples = this.#shape.isScalar ? rows.map((value) => [value]) : (rows as readonly unknown[][]);
    return (this.#objects ? this.#metadata.toObjects(tuples) : tuples) as readonly R[];
  }

  override unique(strategy: UniqueStrategy | null = null): this {
    const values = strategy === null ? this.#comparedValues() : null;
    if (values === null) return super.unique(strategy);
    this._unique = new RowFilter(values);
    return this;
  }

  /** What rows are compared by; null for the values as they are. */
  #comparedValues(): ((row: unknown) => readonly unknown[]) | null {
    const strategies = this.#shape.uniqueStrategies;
    const valuesOf = this.#objects ? (row: unknown) => Object.values(row as object) as unknown[] : (row: unknown) => row as unknown[];
    if (strategies === null || strategies.every((strategy) => strategy === null)) return this.#objects ? valuesOf : null;
    return (row) => valuesOf(row).map((value, index) => strategies[index]?.(value) ?? value);
  }

  /** The first value of the first row, or null when there is no row. The rest is dropped. */
  scalar(): ScalarOf<R> | null {
    return (this.#scalars(0) as ScalarResult<ScalarOf<R>>).first();
  }

  /**
   * The first value of the only row.
   * @throws NoResultFound, MultipleResultsFound
   */
  scalarOne(): ScalarOf<R> {
    return (this.#scalars(0) as ScalarResult<ScalarOf<R>>)._oneScalar("scalarOne", true) as ScalarOf<R>;
  }

  /**
   * The first value of the only row, or null when there is no row.
   * @throws MultipleResultsFound
   */
  scalarOneOrNone(): ScalarOf<R> | null {
    return (this.#scalars(0) as ScalarResult<ScalarOf<R>>)._oneScalar("scalarOneOrNone", false);
  }

  /**
   * The values of one column, by default the first, instead of rows.
   * @example const films = (await session.execute(select(Film))).scalars().all();
   */
  scalars(): ScalarResult<ScalarOf<R>>;
  scalars<V = never, const K extends ColumnSpecifier = ColumnSpecifier>(column: K): ScalarResult<[V] extends [never] ? ColumnAt<R, K> : V>;
  scalars(column: ColumnSpecifier = 0): ScalarResult<never> {
    return this.#scalars(column) as ScalarResult<never>;
  }

  #scalars(column: ColumnSpecifier): ScalarResult<unknown> {
    this.#requireRows();
    const index = this.#metadata.indexOf(column);
    const result = new ScalarResult<unknown>(this._buffer, this.#shape.isScalar ? -1 : index, {
      strategy: this.#shape.uniqueStrategies?.[index] ?? null,
      requiresUnique: this._unique === null ? this.#shape.requiresUnique : null,
    });
    result._yieldPer = this._yieldPer;
    if (this._unique !== null) result.unique();
    return result;
  }

  /** Plain objects by the keys of the columns, instead of rows. */
  mappings(): MappingResult<MappingOf<R>> {
    this.#requireRows();
    this.#metadata.requireDistinctKeys();
    const result = new MappingResult<MappingOf<R>>(this.#metadata, this._buffer, this.#shape.isScalar);
    result._yieldPer = this._yieldPer;
    if (this._unique !== null) result.unique();
    return result;
  }

  /** Arrays, also where the statement was made by `select({ … })`. */
  tuples(): Result<TupleOf<R>> {
    return this._derive(this.#metadata, (row) => row);
  }

  /** Rows of these columns only, in this order. */
  columns<const L extends readonly ColumnSpecifier[]>(...columns: L): Result<{ -readonly [I in keyof L]: ColumnAt<R, L[I]> }>;
  columns(...columns: readonly ColumnSpecifier[]): never {
    this.#requireRows();
    const indexes = columns.map((column) => this.#metadata.indexOf(column));
    const metadata = new ResultMetadata(indexes.map((index) => this.#metadata.keys[index]!));
    const strategies = this.#shape.uniqueStrategies;
    return this._derive<unknown[]>(
      metadata,
      (row) => indexes.map((index) => row[index]),
      strategies === null ? null : indexes.map((index) => strategies[index] ?? null),
    ) as never;
  }

  /** @internal */
  protected _derive<D>(
    metadata: ResultMetadata,
    pick: (row: readonly unknown[]) => readonly unknown[],
    uniqueStrategies: readonly (UniqueStrategy | null)[] | null = this.#shape.uniqueStrategies,
  ): Result<D> {
    const isScalar = this.#shape.isScalar;
    const rest = this._buffer.take().map((row) => pick(isScalar ? [row] : (row as readonly unknown[])));
    const result = new Result<D>(metadata, new RowBuffer(rest), {
      rowcount: this.#rowcount,
      uniqueStrategies,
      requiresUnique: this._unique === null ? this.#shape.requiresUnique : null,
    });
    result._yieldPer = this._yieldPer;
    if (this._unique !== null) result.unique();
    return result;
  }

  /**
   * Keeps the rows: the function that comes back makes a new result of them each time.
   * @example const frozen = result.freeze(); frozen().all(); frozen().scalars().all();
   */
  freeze(): () => Result<R> {
    const rows = this._buffer.take();
    const options: ResultOptions = {
      source: this.#shape.isScalar ? "scalars" : "tuples",
      objects: this.#objects,
      rowcount: this.#rowcount,
      unique: this._unique !== null,
      uniqueStrategies: this.#shape.uniqueStrategies,
      requiresUnique: this.#shape.requiresUnique,
    };
    return () => new Result<R>(this.#metadata, new RowBuffer(rows), options);
  }

  /** The rows of this result and of others of the same columns, one after the other. */
  merge(...others: readonly Result<R>[]): Result<R> {
    const all = [this as Result<R>, ...others];
    return new Result<R>(this.#metadata, new RowBuffer(all.flatMap((result) => result._buffer.take())), {
      source: this.#shape.isScalar ? "scalars" : "tuples",
      objects: this.#objects,
      rowcount: all.reduce((sum, result) => sum + Math.max(result.rowcount, 0), 0),
      uniqueStrategies: this.#shape.uniqueStrategies,
      unique: this._unique !== null,
    });
  }
}

/** The values of one column. */
export class ScalarResult<T> extends FilteredResult<T> {
  readonly #index: number;
  readonly #strategy: UniqueStrategy | null;
  readonly #requiresUnique: string | null;

  /** @param index - the place of the column; -1 when the buffer holds the values themselves */
  constructor(
    buffer: RowBuffer,
    index: number,
    options: { readonly strategy?: UniqueStrategy | null; readonly requiresUnique?: string | null } = {},
  ) {
    super(buffer);
    this.#index = index;
    this.#strategy = options.strategy ?? null;
    this.#requiresUnique = options.requiresUnique ?? null;
  }

  /** A result of values that are there. */
  static fromValues<T>(values: readonly T[]): ScalarResult<T> {
    return new ScalarResult<T>(new RowBuffer(values), -1);
  }

  protected override _next(count?: number): readonly T[] {
    if (this.#requiresUnique !== null && this._unique === null) throw new InvalidRequestError(this.#requiresUnique);
    return super._next(count);
  }

  protected override _items(rows: readonly unknown[]): readonly T[] {
    const index = this.#index;
    return index < 0 ? (rows as readonly T[]) : (rows as readonly (readonly T[])[]).map((row) => row[index]!);
  }

  override unique(strategy: UniqueStrategy | null = null): this {
    return super.unique(strategy ?? this.#strategy);
  }

  /** @internal */
  _oneScalar(name: string, required: boolean): T | null {
    const { first, count } = this._atMost(2);
    if (count === 2)
      throw new MultipleResultsFound(`${name}() found several rows where ${required ? "exactly one was" : "one at most was"} required`);
    if (count === 0 && required) throw new NoResultFound(`${name}() found no row where exactly one was required`);
    return count === 0 ? null : (first as T);
  }
}

/** Rows as plain objects. */
export class MappingResult<M = Record<string, unknown>> extends FilteredResult<M> {
  readonly #metadata: ResultMetadata;
  readonly #isScalar: boolean;

  constructor(metadata: ResultMetadata, buffer: RowBuffer, isScalar: boolean = false) {
    super(buffer);
    this.#metadata = metadata;
    this.#isScalar = isScalar;
  }

  /** The keys of the objects. */
  keys(): readonly string[] {
    return this.#metadata.keys;
  }

  protected override _items(rows: readonly unknown[]): readonly M[] {
    const tuples = this.#isScalar ? rows.map((value) => [value]) : (rows as readonly unknown[][]);
    return this.#metadata.toObjects(tuples) as readonly M[];
  }

  override unique(strategy: UniqueStrategy | null = null): this {
    if (strategy !== null) return super.unique(strategy);
    this._unique = new RowFilter((row) => Object.values(row as object));
    return this;
  }

  /** Objects of these columns only. */
  columns(...columns: readonly ColumnSpecifier[]): MappingResult<Record<string, unknown>> {
    const indexes = columns.map((column) => this.#metadata.indexOf(column));
    const isScalar = this.#isScalar;
    const rows = this._buffer.take().map((row) => indexes.map((index) => (isScalar ? [row] : (row as unknown[]))[index]));
    return new MappingResult(new ResultMetadata(indexes.map((index) => this.#metadata.keys[index]!)), new RowBuffer(rows));
  }
}
