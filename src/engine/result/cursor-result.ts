import { InvalidRequestError } from "../../errors.ts";
import type { ExecutionContext } from "../execution-context.ts";
import type { ResultMetadata } from "./metadata.ts";
import { Result, type ResultOptions } from "./result.ts";
import type { RowBuffer } from "./rows.ts";

/**
 * The result of a statement that a connection ran.
 * @see https://docs.sqlalchemy.org/en/21/core/connections.html#sqlalchemy.engine.CursorResult
 */
export class CursorResult<R = unknown[]> extends Result<R> {
  /** The execution that the rows are of. */
  readonly context: ExecutionContext;
  readonly #insertedKeys: (() => readonly unknown[][]) | null;
  readonly #returnedDefaults: (() => readonly Readonly<Record<string, unknown>>[]) | null;

  constructor(
    metadata: ResultMetadata,
    buffer: RowBuffer,
    options: ResultOptions,
    context: ExecutionContext,
    insertedKeys: (() => readonly unknown[][]) | null,
    returnedDefaults: (() => readonly Readonly<Record<string, unknown>>[]) | null = null,
  ) {
    super(metadata, buffer, options);
    this.context = context;
    this.#insertedKeys = insertedKeys;
    this.#returnedDefaults = returnedDefaults;
  }

  /** What the driver gave as the key of the row inserted last, where it does. */
  get lastrowid(): number | bigint | null {
    return this.context.lastInsertId;
  }

  /**
   * The primary key of the row that an INSERT made, in the order of the key's columns.
   * @throws InvalidRequestError when the statement is no INSERT of a single row
   */
  get insertedPrimaryKey(): readonly unknown[] {
    const keys = this.insertedPrimaryKeyRows;
    if (keys.length !== 1) {
      throw new InvalidRequestError(
        "the primary key of a single row was asked for, but the INSERT was run with several; use returning() and read the keys from the rows",
      );
    }
    return keys[0]!;
  }

  /** The primary keys of the rows that an INSERT made, where they are known. */
  get insertedPrimaryKeyRows(): readonly (readonly unknown[])[] {
    if (!this.context.isinsert) throw new InvalidRequestError("only an INSERT has inserted primary keys");
    if (this.context.compiled?.returnsRows && this.#insertedKeys === null) {
      throw new InvalidRequestError("with returning(), the primary key is among the rows where it was asked for");
    }
    return this.#insertedKeys?.() ?? [];
  }

  /**
   * What the database has made of its own accord for the row of a statement with `returnDefaults()`, by column key; null where the
   * statement has none, the database cannot tell, or no row was met.
   */
  get returnedDefaults(): Readonly<Record<string, unknown>> | null {
    return this.returnedDefaultsRows?.[0] ?? null;
  }

  /** The same for each row; null where the statement has no `returnDefaults()`, or the database cannot tell. */
  get returnedDefaultsRows(): readonly Readonly<Record<string, unknown>>[] | null {
    return this.#returnedDefaults?.() ?? null;
  }

  /** Whether the statement was an INSERT. */
  get isInsert(): boolean {
    return this.context.isinsert;
  }

  /** Rows of `rowcount` that the database tells for certain. */
  supportsSaneRowcount(): boolean {
    return true;
  }
}
