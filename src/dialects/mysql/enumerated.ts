import { ArgumentError } from "../../errors.ts";
import type { SqlDialect } from "../../sql/base/sql-dialect.ts";
import type { TypeCompiler, TypeOptions } from "../../sql/compiler/type-compiler.ts";
import { literal, typeCoerce } from "../../sql/elements/constructors.ts";
import type { ColumnElement } from "../../sql/elements/column-element.ts";
import type { Operator } from "../../sql/operators/operator.ts";
import { type EnumObject, type EnumOptions, EnumType } from "../../sql/types/enum.ts";
import { IntegerType } from "../../sql/types/numeric.ts";
import { quoteText, wrongValue } from "../../sql/types/processors.ts";
import { StringType } from "../../sql/types/string.ts";
import { type Affinity, type LiteralProcessor, type Processor, TypeEngine } from "../../sql/types/type-engine.ts";
import type { MysqlStringOptions, StringTraits } from "./string-types.ts";

/** Options of {@link ENUM}. */
export interface MysqlEnumOptions extends EnumOptions, Omit<MysqlStringOptions, "national"> {}

/**
 * The ENUM of MySQL, whose values stand in the column's declaration.
 * See https://dev.mysql.com/doc/refman/8.4/en/enum.html
 */
export class ENUM<V = string> extends EnumType<V> implements StringTraits {
  readonly charset: string | null;
  readonly ascii: boolean;
  readonly unicode: boolean;
  readonly binary: boolean;
  readonly national: boolean = false;

  constructor(values: readonly V[] | EnumObject, options: MysqlEnumOptions = {}) {
    super(values, options);
    this.charset = options.charset ?? null;
    this.ascii = options.ascii === true;
    this.unicode = options.unicode === true;
    this.binary = options.binary === true;
  }

  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitDialectType(this as unknown as EnumType, "ENUM", options);
  }

  override resultProcessor(dialect: SqlDialect): Processor | null {
    const check = super.resultProcessor(dialect);
    // what the server gives for values that a lax session stored without being in the list
    return check === null ? null : (value) => (value === "" ? value : check(value));
  }
}

/** Options of {@link SET}. */
export interface MysqlSetOptions extends Omit<MysqlStringOptions, "national"> {
  /** the values are read and written as a number of bits: needed where one of them is the empty string */
  readonly retrieveAsBitwise?: boolean;
}

/**
 * The SET of MySQL: any of a list of texts, as a `Set`.
 * See https://dev.mysql.com/doc/refman/8.4/en/set.html
 */
export class SET<V extends string = string> extends TypeEngine<Set<V>> implements StringTraits {
  readonly values: readonly V[];
  readonly retrieveAsBitwise: boolean;
  readonly length: number;
  readonly collation: string | null;
  readonly charset: string | null;
  readonly ascii: boolean;
  readonly unicode: boolean;
  readonly binary: boolean;
  readonly national: boolean = false;

  constructor(values: readonly V[], options: MysqlSetOptions = {}) {
    super();
    this.retrieveAsBitwise = options.retrieveAsBitwise === true;
    for (const value of values) {
      if (typeof value !== "string") throw wrongValue("SET", "a list of strings", value);
      if (value === "" && !this.retrieveAsBitwise) {
        throw new ArgumentError(
          "The empty string can be in a SET only with { retrieveAsBitwise: true }: as text it is the same as no value at all.",
        );
      }
      if (value.includes(",")) throw new ArgumentError("The values of a SET cannot hold commas, which separate them.");
    }
    this.values = values;
    this.length = values.reduce((n, value) => Math.max(n, value.length), 0);
    this.collation = options.collation ?? null;
    this.charset = options.charset ?? null;
    this.ascii = options.ascii === true;
    this.unicode = options.unicode === true;
    this.binary = options.binary === true;
  }

  override get affinity(): Affinity {
    return "string";
  }

  /** An array or Set beside the column is one value. */
  override get isListValued(): boolean {
    return true;
  }

  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitDialectType(this as unknown as TypeEngine<unknown>, "SET", options);
  }

  override bindProcessor(_dialect: SqlDialect): Processor | null {
    return (value) => bindSet(this as unknown as SET, value);
  }

  override resultProcessor(_dialect: SqlDialect): Processor | null {
    return (value) => {
      if (typeof value === "string" && !(this.retrieveAsBitwise && /^\d+$/.test(value)))
        return new Set(value === "" ? [] : value.split(","));
      return typeof value === "string" || typeof value === "number" || typeof value === "bigint"
        ? new Set(chosenOf(this as unknown as SET, BigInt(value)))
        : value;
    };
  }

  override literalProcessor(_dialect: SqlDialect): LiteralProcessor | null {
    return (value) => {
      const bound = bindSet(this as unknown as SET, value);
      return bound === null ? "NULL" : typeof bound === "string" ? quoteText(bound) : String(bound);
    };
  }

  override get _hasColumnExpression(): boolean {
    return this.retrieveAsBitwise;
  }

  override columnExpression(column: ColumnElement<unknown>): ColumnElement<unknown> | null {
    if (!this.retrieveAsBitwise) return null;
    const number = typeCoerce(column, new IntegerType()).add(literal(0));
    return typeCoerce(number, this as unknown as TypeEngine<unknown>);
  }

  override coerceComparedValue(op: Operator | null, value: unknown): TypeEngine<unknown> {
    if (value instanceof Set || Array.isArray(value)) return this as unknown as TypeEngine<unknown>;
    return typeof value === "string" ? new StringType() : super.coerceComparedValue(op, value);
  }

  override compareValues(a: unknown, b: unknown): boolean {
    if (a === b) return true;
    const x = new Set(membersOf(a));
    const y = new Set(membersOf(b));
    return membersOf(a) !== null && membersOf(b) !== null && x.size === y.size && [...x].every((one) => y.has(one));
  }
}

/** The values of a SET by their bits, in the order of the declaration, in which the server keeps them. */
function chosenOf(type: SET, bits: bigint): string[] {
  return type.values.filter((_, i) => (bits & (1n << BigInt(i))) !== 0n);
}

function bindSet(type: SET, value: unknown): unknown {
  if (value === null || typeof value === "number" || typeof value === "bigint") return value;
  const members = membersOf(value);
  if (members === null) throw wrongValue("SET", "a Set or an array of its strings", value);
  let bits = 0n;
  for (const one of members) {
    const at = type.values.indexOf(one as string);
    if (at !== -1) {
      bits |= 1n << BigInt(at);
      continue;
    }
    if (typeof one !== "string") throw wrongValue("SET", "a Set or an array of its strings", one);
    throw new ArgumentError(
      `A string that was given for a SET is none of its values: ${type.values.map((known) => JSON.stringify(known)).join(", ")}.`,
    );
  }
  return type.retrieveAsBitwise ? bits : chosenOf(type, bits).join(",");
}

/** The members of what may be given for a SET; null for what may not. */
function membersOf(value: unknown): readonly unknown[] | null {
  if (typeof value === "string") return value === "" ? [] : value.split(",");
  if (value instanceof Set) return [...(value as Set<unknown>)];
  return Array.isArray(value) ? (value as unknown[]) : null;
}
