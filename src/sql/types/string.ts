import { DataError } from "../../errors.ts";
import type { SqlDialect } from "../base/sql-dialect.ts";
import type { TypeCompiler, TypeOptions } from "../compiler/type-compiler.ts";
import { concatOp } from "../operators/operator-table.ts";
import type { Operator } from "../operators/operator.ts";
import { checkSize, checkText, quoteText, wrongValue } from "./processors.ts";
import { type Affinity, type LiteralProcessor, type Processor, type StorageCheck, TypeEngine } from "./type-engine.ts";

/** Options of text types. */
export interface StringOptions {
  /** The collation of the column, as it is written after COLLATE. */
  readonly collation?: string;
}

/**
 * Text, VARCHAR in DDL.
 * See https://docs.sqlalchemy.org/en/21/core/type_basics.html#sqlalchemy.types.String
 */
export class StringType<V = string> extends TypeEngine<V> {
  readonly length: number | null;
  readonly collation: string | null;

  constructor(length: number | null = null, options: StringOptions = {}) {
    super();
    this.length = checkSize(length, "length");
    this.collation = options.collation ?? null;
  }

  override get affinity(): Affinity {
    return "string";
  }

  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitString(this as unknown as StringType, options);
  }

  override bindProcessor(_dialect: SqlDialect): Processor | null {
    return bindString;
  }

  override literalProcessor(_dialect: SqlDialect): LiteralProcessor | null {
    return literalString;
  }

  override storageCheck(dialect: SqlDialect): StorageCheck | null {
    const { length } = this;
    if (length === null || length === 0 || !dialect.enforcesSizes) return null;
    return (sent) => {
      if (typeof sent === "string" && sent.length > length) checkLength(sent, length);
    };
  }

  /** `+` between texts is `||`. */
  override adaptOperator(op: Operator, other: TypeEngine<unknown>): readonly [Operator, TypeEngine<unknown>] {
    return adaptConcat(this, op, other);
  }

  override asGeneric(): TypeEngine<unknown> {
    return new StringType(this.length, this.collation === null ? {} : { collation: this.collation });
  }
}

/** Databases count characters, and cut spaces off that are too many, even where they refuse other text. */
function checkLength(text: string, length: number): void {
  let count = 0;
  // a string is iterated by characters, not by halves of them
  for (const _ of text) count += 1;
  if (count > length) throw new DataError(`A string of ${count} characters is too long for its column, which takes ${length}.`);
}

/** Spaces at the end of CHAR mean nothing: some databases add them, others take them away. */
function isSamePadded(a: unknown, b: unknown): boolean {
  return a === b || (typeof a === "string" && typeof b === "string" && a.replace(/ +$/, "") === b.replace(/ +$/, ""));
}

function bindString(value: unknown): unknown {
  if (typeof value === "string") return checkText(value, "string");
  if (value === null) return null;
  throw wrongValue("string", "a string", value);
}

function literalString(value: unknown): string {
  if (typeof value !== "string") throw wrongValue("string", "a string", value);
  return quoteText(value);
}

/** `+` becomes `||` between things that can be concatenated, or where nothing is known of the other side. */
export function adaptConcat(type: TypeEngine<unknown>, op: Operator, other: TypeEngine<unknown>): readonly [Operator, TypeEngine<unknown>] {
  if (op.name === "add" && (other.isNull || isConcatenable(other))) return [concatOp, type];
  return [op, type];
}

function isConcatenable(type: TypeEngine<unknown>): boolean {
  return type.affinity === "string" || type.affinity === "array" || type.affinity === "json";
}

/** Text of any length, TEXT in DDL. */
export class TextType<V = string> extends StringType<V> {
  /** A length is a hint for the size of the column here, if it is anything. */
  override storageCheck(_dialect: SqlDialect): StorageCheck | null {
    return null;
  }

  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitText(this as unknown as StringType, options);
  }

  override asGeneric(): TypeEngine<unknown> {
    return new TextType(this.length, this.collation === null ? {} : { collation: this.collation });
  }
}

/** Text of any language, where a database has a type of its own for it. */
export class UnicodeType extends StringType {
  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitUnicode(this, options);
  }

  override asGeneric(): TypeEngine<unknown> {
    return new UnicodeType(this.length, this.collation === null ? {} : { collation: this.collation });
  }
}

/** Text of any language and length. */
export class UnicodeTextType extends TextType {
  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitUnicodeText(this, options);
  }

  override asGeneric(): TypeEngine<unknown> {
    return new UnicodeTextType(this.length, this.collation === null ? {} : { collation: this.collation });
  }
}

/** The SQL type VARCHAR. */
export class VARCHAR extends StringType {
  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitVARCHAR(this, options);
  }
}

/** The SQL type CHAR. */
export class CHAR extends StringType {
  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitCHAR(this, options);
  }

  override compareValues(a: unknown, b: unknown): boolean {
    return isSamePadded(a, b);
  }
}

/** The SQL type TEXT. */
export class TEXT extends TextType {
  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitTEXT(this, options);
  }
}

/** The SQL type CLOB. */
export class CLOB extends TextType {
  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitCLOB(this, options);
  }
}

/** The SQL type NVARCHAR. */
export class NVARCHAR extends UnicodeType {
  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitNVARCHAR(this, options);
  }
}

/** The SQL type NCHAR. */
export class NCHAR extends UnicodeType {
  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitNCHAR(this, options);
  }

  override compareValues(a: unknown, b: unknown): boolean {
    return isSamePadded(a, b);
  }
}
