import { ArgumentError, DataError } from "../../errors.ts";
import type { SqlDialect } from "../base/sql-dialect.ts";
import type { TypeCompiler, TypeOptions } from "../compiler/type-compiler.ts";
import type { Operator } from "../operators/operator.ts";
import type { MetaData } from "../schema/metadata.ts";
import { quoteText, wrongValue } from "./processors.ts";
import { StringType } from "./string.ts";
import type { LiteralProcessor, Processor, StorageCheck, TypeEngine } from "./type-engine.ts";

/** Options of {@link EnumType}. */
export interface EnumOptions {
  /** the name of the database's type (needed on PostgreSQL), and of the CHECK constraint */
  readonly name?: string | null;
  readonly schema?: string | null;
  /** the collection with which the type is created and dropped */
  readonly metadata?: MetaData | null;
  /** the type has the schema of the table's MetaData */
  readonly inheritSchema?: boolean;
  /** false: VARCHAR even where the database has enums */
  readonly nativeEnum?: boolean;
  /** a CHECK constraint where there is no enum type */
  readonly createConstraint?: boolean;
  /** the length of the VARCHAR: that of the longest value, unless told */
  readonly length?: number | null;
  /** false: a value that the database has and the list has not is given as it is, rather than an error */
  readonly validateResults?: boolean;
  readonly collation?: string;
}

/**
 * One of a list of texts.
 * See https://docs.sqlalchemy.org/en/21/core/type_basics.html#sqlalchemy.types.Enum
 */
export class EnumType<V extends string = string> extends StringType<V> {
  readonly isSchemaType = true as const;
  readonly enums: readonly V[];
  readonly name: string | null;
  readonly schema: string | null;
  readonly metadata: MetaData | null;
  readonly inheritSchema: boolean;
  readonly nativeEnum: boolean;
  readonly createConstraint: boolean;
  readonly validateResults: boolean;
  /** @internal */
  _values: ReadonlySet<unknown>;

  constructor(values: readonly V[], options: EnumOptions = {}) {
    const longest = values.reduce((n, value) => Math.max(n, String(value).length), 0);
    if (options.length != null && options.length < longest) {
      throw new ArgumentError(`The length of the enum must be at least ${longest}, that of its longest value, not ${options.length}.`);
    }
    super(options.length ?? longest, options.collation === undefined ? {} : { collation: options.collation });
    for (const value of values) {
      if (typeof value !== "string") throw wrongValue("enum", "a list of strings", value);
    }
    if (new Set(values).size !== values.length) throw new ArgumentError("An enum names one of its values twice.");
    this.enums = values;
    this.name = options.name ?? null;
    this.schema = options.schema ?? options.metadata?.schema ?? null;
    this.metadata = options.metadata ?? null;
    this.inheritSchema = options.inheritSchema === true;
    this.nativeEnum = options.nativeEnum !== false;
    this.createConstraint = options.createConstraint === true;
    this.validateResults = options.validateResults !== false;
    this._values = new Set<unknown>(values);
  }

  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitEnum(this, options);
  }

  override bindProcessor(_dialect: SqlDialect): Processor | null {
    return (value) => {
      if (value === null || this._values.has(value)) return value;
      if (typeof value !== "string") throw wrongValue(this._title, "one of its strings", value);
      throw new ArgumentError(
        `The string that was given for the ${this._title} is none of its values: ${this.enums.map((v) => JSON.stringify(v)).join(", ")}.`,
      );
    };
  }

  /** Values of the list are not too long. */
  override storageCheck(_dialect: SqlDialect): StorageCheck | null {
    return null;
  }

  override resultProcessor(_dialect: SqlDialect): Processor | null {
    if (!this.validateResults) return null;
    return (value) => {
      if (value === null || this._values.has(value)) return value;
      throw new DataError(
        `The database gave ${JSON.stringify(value)} for the ${this._title}, which is none of its values: add it to the list, or read it as it is with { validateResults: false }.`,
      );
    };
  }

  override literalProcessor(dialect: SqlDialect): LiteralProcessor | null {
    const bind = this.bindProcessor(dialect)!;
    return (value) => (value === null ? "NULL" : quoteText(bind(value) as string));
  }

  override coerceComparedValue(op: Operator | null, value: unknown): TypeEngine<unknown> {
    // LIKE and the like compare with patterns, which are no values of the list
    if (typeof value === "string" && op !== null && !PLAIN_COMPARISONS.has(op.name)) return new StringType();
    return super.coerceComparedValue(op, value);
  }

  override asGeneric(): TypeEngine<unknown> {
    return this;
  }

  /** @internal */
  get _title(): string {
    return this.name === null ? "enum" : `enum "${this.name}"`;
  }
}

const PLAIN_COMPARISONS: ReadonlySet<string> = new Set([
  "eq",
  "ne",
  "inOp",
  "notInOp",
  "is",
  "isNot",
  "isDistinctFrom",
  "isNotDistinctFrom",
  "lt",
  "le",
  "gt",
  "ge",
  "betweenOp",
  "notBetweenOp",
]);
