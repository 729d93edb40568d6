import { ArgumentError } from "../../errors.ts";
import type { SqlDialect } from "../base/sql-dialect.ts";
import type { TypeCompiler, TypeOptions } from "../compiler/type-compiler.ts";
import type { Operator } from "../operators/operator.ts";
import { quoteText, wrongValue } from "./processors.ts";
import { type Affinity, type LiteralProcessor, type Processor, TypeEngine } from "./type-engine.ts";

/** Options of {@link UuidType}. */
export interface UuidOptions {
  /** false: CHAR(32) even where the database has a type for UUIDs */
  readonly nativeUuid?: boolean;
}

const UUID_TEXT = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;

/** A UUID in its usual form: lower case, with dashes. */
export function canonicalUuid(value: unknown): string | null {
  if (value === null) return null;
  if (typeof value !== "string") throw wrongValue("uuid", "a string", value);
  const bare = value.startsWith("{") && value.endsWith("}") ? value.slice(1, -1) : value;
  if (!UUID_TEXT.test(bare))
    throw new ArgumentError("The type uuid takes 32 hexadecimal digits, with or without dashes, but the string that it was given is none.");
  const hex = bare.replaceAll("-", "").toLowerCase();
  return withDashes(hex);
}

function withDashes(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/**
 * UUIDs, as text.
 * See https://docs.sqlalchemy.org/en/21/core/type_basics.html#sqlalchemy.types.Uuid
 */
export class UuidType extends TypeEngine<string> {
  readonly nativeUuid: boolean;

  constructor(options: UuidOptions = {}) {
    super();
    this.nativeUuid = options.nativeUuid !== false;
  }

  override get affinity(): Affinity {
    return "uuid";
  }

  /** Whether the database's own type is used. @internal */
  _isNative(dialect: SqlDialect): boolean {
    return this.nativeUuid && dialect.supportsNativeUuid;
  }

  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitUuid(this, options);
  }

  override bindProcessor(dialect: SqlDialect): Processor | null {
    return this._isNative(dialect) ? canonicalUuid : (value) => canonicalUuid(value)?.replaceAll("-", "") ?? null;
  }

  override resultProcessor(dialect: SqlDialect): Processor | null {
    return this._isNative(dialect) ? null : readUuid;
  }

  override literalProcessor(dialect: SqlDialect): LiteralProcessor | null {
    const bind = this.bindProcessor(dialect)!;
    return (value) => {
      const text = bind(value);
      return text === null ? "NULL" : quoteText(text as string);
    };
  }

  override coerceComparedValue(op: Operator | null, value: unknown): TypeEngine<unknown> {
    return typeof value === "string" ? this : super.coerceComparedValue(op, value);
  }

  override compareValues(a: unknown, b: unknown): boolean {
    return a === b || (typeof a === "string" && typeof b === "string" && digitsOf(a) === digitsOf(b));
  }

  override asGeneric(): TypeEngine<unknown> {
    return new UuidType({ nativeUuid: this.nativeUuid });
  }
}

function digitsOf(text: string): string {
  return text.replaceAll(/[-{}]/g, "").toLowerCase();
}

function readUuid(value: unknown): unknown {
  return typeof value === "string" && value.length === 32 ? withDashes(value.toLowerCase()) : value;
}

/** The SQL type UUID. */
export class UUID extends UuidType {
  override _isNative(_dialect: SqlDialect): boolean {
    return true;
  }

  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitUUID(this, options);
  }
}
