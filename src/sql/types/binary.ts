import type { SqlDialect } from "../base/sql-dialect.ts";
import type { TypeCompiler, TypeOptions } from "../compiler/type-compiler.ts";
import { checkSize, toBytes, toHex } from "./processors.ts";
import { type Affinity, type LiteralProcessor, type Processor, TypeEngine } from "./type-engine.ts";

/**
 * Bytes, as `Uint8Array`; BLOB in DDL.
 * See https://docs.sqlalchemy.org/en/21/core/type_basics.html#sqlalchemy.types.LargeBinary
 */
export class LargeBinaryType extends TypeEngine<Uint8Array> {
  readonly length: number | null;

  constructor(length: number | null = null) {
    super();
    this.length = checkSize(length, "length");
  }

  override get affinity(): Affinity {
    return "binary";
  }

  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitLargeBinary(this, options);
  }

  override bindProcessor(_dialect: SqlDialect): Processor | null {
    return bindBytes;
  }

  override resultProcessor(_dialect: SqlDialect): Processor | null {
    return resultBytes;
  }

  override literalProcessor(_dialect: SqlDialect): LiteralProcessor | null {
    return (value) => (value === null ? "NULL" : `X'${toHex(toBytes(value, "largeBinary"))}'`);
  }

  override compareValues(a: unknown, b: unknown): boolean {
    if (a === b) return true;
    const x = bytesOf(a);
    const y = bytesOf(b);
    return x !== null && y !== null && x.length === y.length && x.every((byte, i) => byte === y[i]);
  }

  override asGeneric(): TypeEngine<unknown> {
    return new LargeBinaryType(this.length);
  }
}

function bytesOf(value: unknown): Uint8Array | null {
  try {
    return toBytes(value, "largeBinary");
  } catch {
    return null;
  }
}

function bindBytes(value: unknown): unknown {
  return value === null ? null : toBytes(value, "largeBinary");
}

const encoder = new TextEncoder();

function resultBytes(value: unknown): unknown {
  // a text in a column of bytes (SQLite keeps what it is given)
  return typeof value === "string" ? encoder.encode(value) : value;
}

/** The SQL type BLOB. */
export class BLOB extends LargeBinaryType {
  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitBLOB(this, options);
  }
}

/** The SQL type BINARY. */
export class BINARY extends LargeBinaryType {
  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitBINARY(this, options);
  }
}

/** The SQL type VARBINARY. */
export class VARBINARY extends LargeBinaryType {
  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitVARBINARY(this, options);
  }
}
