import { ArgumentError, DataError } from "../../errors.ts";
import type { Dispatcher } from "../../event/dispatcher.ts";
import type { EVENTS } from "../../event/registry.ts";
import type { SqlDialect } from "../base/sql-dialect.ts";
import type { TypeCompiler, TypeOptions } from "../compiler/type-compiler.ts";
import type { Operator } from "../operators/operator.ts";
import type { DdlBind } from "../base/statement-runner.ts";
import { CheckFirst, type CheckFirstOption, checkFirstFlags, itemDdlSlot } from "../schema/check-first.ts";
import type { MetaData } from "../schema/metadata.ts";
import type { SchemaItemEvents } from "../schema/events.ts";
import { allSchemaTypes, type AttachEvents } from "../schema/schema-item.ts";
import type { SchemaType } from "../schema/schema-types.ts";
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
  /** the type has the schema of its table, rather than that of the table's MetaData */
  readonly inheritSchema?: boolean;
  /** false: the type is there, or is created by other means, and is neither created nor dropped with tables */
  readonly createType?: boolean;
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
  /** The schema: as given, or that of the MetaData of the first table that has the type. */
  schema: string | null;
  /** The MetaData with which it is created and dropped. */
  metadata: MetaData | null;
  readonly inheritSchema: boolean;
  readonly createType: boolean;
  readonly nativeEnum: boolean;
  readonly createConstraint: boolean;
  readonly validateResults: boolean;
  declare readonly [EVENTS]?: SchemaItemEvents<EnumType>;
  /** @internal */
  _dispatch: Dispatcher<AttachEvents<never>> | null = null;
  /** @internal */
  _values: ReadonlySet<unknown>;
  /** @internal */
  readonly _schemaGiven: boolean;

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
    this._schemaGiven = options.schema !== undefined;
    this.inheritSchema = options.inheritSchema === true;
    this.metadata = options.metadata ?? null;
    this.schema = options.schema === undefined && !this.inheritSchema ? (this.metadata?.schema ?? null) : (options.schema ?? null);
    this.createType = options.createType !== false;
    this.nativeEnum = options.nativeEnum !== false;
    this.createConstraint = options.createConstraint === true;
    this.validateResults = options.validateResults !== false;
    this._values = new Set<unknown>(values);
    if (this.metadata !== null) this.metadata._addType(this as unknown as SchemaType);
  }

  /** @internal */
  get _eventParent(): Dispatcher<AttachEvents<never>> {
    return allSchemaTypes;
  }

  /**
   * Creates the type, on databases where it is created by its name (PostgreSQL); elsewhere nothing happens.
   * @param bind - an engine or a connection
   * @param options - checkFirst: looks first whether it is there; true unless told
   */
  create(bind: DdlBind, options: CheckFirstOption = {}): Promise<void> {
    return itemDdlSlot.call("create", this, bind, checkFirstFlags(options.checkFirst, CheckFirst.ALL));
  }

  /** Drops the type, on databases where it was created by its name. */
  drop(bind: DdlBind, options: CheckFirstOption = {}): Promise<void> {
    return itemDdlSlot.call("drop", this, bind, checkFirstFlags(options.checkFirst, CheckFirst.ALL));
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

  /** What is made of a value of the list and something else is none of its values. */
  override adaptOperator(op: Operator, other: TypeEngine<unknown>): readonly [Operator, TypeEngine<unknown>] {
    return new StringType().adaptOperator(op, other);
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
