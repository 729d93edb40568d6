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
import { kindOf, quoteText, wrongValue } from "./processors.ts";
import { StringType } from "./string.ts";
import type { LiteralProcessor, Processor, StorageCheck, TypeEngine } from "./type-engine.ts";

/** A TypeScript `enum`, or a constant object of names and values. */
export type EnumObject = Readonly<Record<string, string | number>>;

/** The values of an {@link EnumObject}: an enum of numbers has its names as values, too, which do not count. */
export type EnumValue<E extends EnumObject> = E[Extract<keyof E, string>];

/** Options of {@link EnumType}. */
export interface EnumOptions {
  /**
   * For enums that are objects: the texts that the database has for the members, in their order. Unless told, they are the values of members
   * that are strings, and the names of members that are numbers.
   */
  readonly valuesCallable?: (members: EnumObject) => readonly string[];
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
 * One of a list of texts, or of the members of an enum.
 * See https://docs.sqlalchemy.org/en/21/core/type_basics.html#sqlalchemy.types.Enum
 */
export class EnumType<V = string> extends StringType<V> {
  readonly isSchemaType = true as const;
  /** What the database has, in its order. */
  readonly enums: readonly string[];
  /** The enum whose members are the values; null where they are texts. */
  readonly enumClass: EnumObject | null;
  readonly valuesCallable: ((members: EnumObject) => readonly string[]) | null;
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
  /** What the database has for each value. @internal */
  readonly _texts: ReadonlyMap<unknown, string>;
  /** The value for each text that the database has. @internal */
  readonly _values: ReadonlyMap<unknown, unknown>;
  /** @internal */
  readonly _schemaGiven: boolean;

  constructor(values: readonly V[] | EnumObject, options: EnumOptions = {}) {
    const texts = textsOf(values, options.valuesCallable);
    const enums = [...texts.values()];
    const longest = enums.reduce((n, text) => Math.max(n, text.length), 0);
    if (options.length != null && options.length < longest) {
      throw new ArgumentError(`The length of the enum must be at least ${longest}, that of its longest value, not ${options.length}.`);
    }
    super(options.length ?? longest, options.collation === undefined ? {} : { collation: options.collation });
    this.enums = enums;
    this.enumClass = isList(values) ? null : values;
    this.valuesCallable = options.valuesCallable ?? null;
    this._texts = texts;
    this._values = new Map([...texts].map(([value, text]) => [text, value]));
    this.name = options.name ?? null;
    this._schemaGiven = options.schema !== undefined;
    this.inheritSchema = options.inheritSchema === true;
    this.metadata = options.metadata ?? null;
    this.schema = options.schema === undefined && !this.inheritSchema ? (this.metadata?.schema ?? null) : (options.schema ?? null);
    this.createType = options.createType !== false;
    this.nativeEnum = options.nativeEnum !== false;
    this.createConstraint = options.createConstraint === true;
    this.validateResults = options.validateResults !== false;
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
    return compiler.visitEnum(this as unknown as EnumType, options);
  }

  override bindProcessor(_dialect: SqlDialect): Processor | null {
    return (value) => (value === null ? null : (this._texts.get(value) ?? notIn(this as unknown as EnumType, value)));
  }

  /** Values of the list are not too long. */
  override storageCheck(_dialect: SqlDialect): StorageCheck | null {
    return null;
  }

  override resultProcessor(_dialect: SqlDialect): Processor | null {
    const values = this._values;
    // what the database has is what it is read as
    const isSame = this.enumClass === null;
    if (!this.validateResults) return isSame ? null : (value) => values.get(value) ?? value;
    return (value) => {
      if (value === null) return null;
      const read = values.get(value);
      if (read !== undefined) return read;
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
    return this._texts.has(value) ? (this as TypeEngine<unknown>) : super.coerceComparedValue(op, value);
  }

  /** What is made of a value of the list and something else is none of its values. */
  override adaptOperator(op: Operator, other: TypeEngine<unknown>): readonly [Operator, TypeEngine<unknown>] {
    return new StringType().adaptOperator(op, other);
  }

  override asGeneric(): TypeEngine<unknown> {
    return this as TypeEngine<unknown>;
  }

  /** What the type was made of, for one of its like. @internal */
  get _members(): readonly V[] | EnumObject {
    return this.enumClass ?? (this.enums as readonly unknown[] as readonly V[]);
  }

  /** @internal */
  get _title(): string {
    return this.name === null ? "enum" : `enum "${this.name}"`;
  }
}

/** @throws ArgumentError for a value that an enum has not */
function notIn(type: EnumType, value: unknown): never {
  const isText = type.enumClass === null;
  if (typeof value !== "string" && (isText || typeof value !== "number")) {
    throw wrongValue(type._title, isText ? "one of its strings" : "one of its members", value);
  }
  const known = [...type._texts.keys()].map((one) => JSON.stringify(one)).join(", ");
  throw new ArgumentError(`The ${typeof value} that was given for the ${type._title} is none of its values: ${known}.`);
}

function isList(values: readonly unknown[] | EnumObject): values is readonly unknown[] {
  return Array.isArray(values);
}

/** What the database has for each value. */
function textsOf(values: readonly unknown[] | EnumObject, callable: EnumOptions["valuesCallable"]): Map<unknown, string> {
  if (isList(values)) {
    if (callable !== undefined) throw new ArgumentError("valuesCallable is for enums that are objects; a list has its texts already.");
    for (const value of values) {
      if (typeof value !== "string") throw wrongValue("enum", "a list of strings, or an enum", value);
    }
    if (new Set(values).size !== values.length) throw new ArgumentError("An enum names one of its values twice.");
    return new Map(values.map((value) => [value, value as string]));
  }
  if (typeof values !== "object" || values === null) throw wrongValue("enum", "a list of strings, or an enum", values);
  // an enum of numbers has its names by number, too
  const members = Object.entries(values).filter(([name]) => !(String(Number(name)) === name && typeof values[name] === "string"));
  for (const [name, value] of members) {
    if (typeof value !== "string" && typeof value !== "number")
      throw new ArgumentError(`The member "${name}" of an enum is ${kindOf(value)}: strings and numbers are values of enums.`);
  }
  const texts = callable === undefined ? members.map(([name, value]) => (typeof value === "string" ? value : name)) : callable(values);
  if (!Array.isArray(texts) || texts.length !== members.length || texts.some((text) => typeof text !== "string"))
    throw new ArgumentError(`valuesCallable has to give one string for each of the ${members.length} members of the enum.`);
  const found = new Map(members.map(([, value], i) => [value, texts[i] as string]));
  if (found.size !== members.length || new Set(texts).size !== members.length)
    throw new ArgumentError("Two members of an enum have the same value, or the same text.");
  return found;
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
