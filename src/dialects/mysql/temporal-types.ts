import { ArgumentError, DataError } from "../../errors.ts";
import type { SqlDialect } from "../../sql/base/sql-dialect.ts";
import type { TypeCompiler, TypeOptions } from "../../sql/compiler/type-compiler.ts";
import { IntegerType } from "../../sql/types/numeric.ts";
import {
  DATETIME as GenericDATETIME,
  type DateTimeOptions,
  fractionCheck,
  literalOf,
  TIME as GenericTIME,
  type TimeOptions,
  TIMESTAMP as GenericTIMESTAMP,
} from "../../sql/types/temporal.ts";
import type { LiteralProcessor, Processor, StorageCheck } from "../../sql/types/type-engine.ts";

/** Digits after the seconds. */
export interface FractionOptions {
  /** how many digits of a second are kept, from 0 to 6; the server keeps none unless told */
  readonly fsp?: number | null;
}

/** Options of {@link DATETIME} and {@link TIMESTAMP}. */
export interface MysqlDateTimeOptions extends DateTimeOptions, FractionOptions {}

/** Options of {@link TIME}. */
export interface MysqlTimeOptions extends TimeOptions, FractionOptions {}

function fspOf({ fsp = null }: FractionOptions): number | null {
  if (fsp !== null && (!Number.isInteger(fsp) || fsp < 0 || fsp > 6))
    throw new ArgumentError("fsp is a whole number from 0 to 6: the digits of a second that are kept.");
  return fsp;
}

/**
 * The SQL type DATETIME of MySQL, with `fsp` for fractions of a second.
 * See https://dev.mysql.com/doc/refman/8.4/en/datetime.html
 */
export class DATETIME<V = Date> extends GenericDATETIME<V> {
  readonly fsp: number | null;

  constructor(options: MysqlDateTimeOptions = {}) {
    super(options);
    this.fsp = fspOf(options);
  }

  override storageCheck(_dialect: SqlDialect): StorageCheck | null {
    return fractionCheck(this.mode, this.fsp ?? 0);
  }
}

/** The SQL type TIMESTAMP of MySQL, with `fsp` for fractions of a second. */
export class TIMESTAMP<V = Date> extends GenericTIMESTAMP<V> {
  readonly fsp: number | null;

  constructor(options: MysqlDateTimeOptions = {}) {
    super(options);
    this.fsp = fspOf(options);
  }

  override storageCheck(_dialect: SqlDialect): StorageCheck | null {
    return fractionCheck(this.mode, this.fsp ?? 0);
  }
}

const LONG_TIME = /^-?(\d{1,3}):[0-5]\d:[0-5]\d(?:\.\d{1,6})?$/;

/** Whether a text is a time as MySQL has it: from -838:59:59 to 838:59:59. */
function isLongTime(text: string): boolean {
  const hours = LONG_TIME.exec(text)?.[1];
  return hours !== undefined && Number(hours) <= 838;
}

/**
 * The SQL type TIME of MySQL, with `fsp` for fractions of a second. It is a time of day or a span of time: from "-838:59:59" to "838:59:59".
 * See https://dev.mysql.com/doc/refman/8.4/en/time.html
 */
export class TIME<V = string> extends GenericTIME<V> {
  readonly fsp: number | null;

  constructor(options: MysqlTimeOptions = {}) {
    super(options);
    this.fsp = fspOf(options);
  }

  override bindProcessor(dialect: SqlDialect): Processor | null {
    const check = super.bindProcessor(dialect)!;
    return (value) => (typeof value === "string" && isLongTime(value) ? value : check(value));
  }

  override literalProcessor(dialect: SqlDialect): LiteralProcessor | null {
    return literalOf(this.bindProcessor(dialect) as (value: unknown) => string | null);
  }

  override storageCheck(_dialect: SqlDialect): StorageCheck | null {
    return fractionCheck(this.mode, this.fsp ?? 0);
  }
}

/** The SQL type YEAR: a year from 1901 to 2155, or 0. */
export class YEAR extends IntegerType {
  readonly displayWidth: number | null;

  constructor(displayWidth: number | null = null) {
    super();
    this.displayWidth = displayWidth;
  }

  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitDialectType(this, "YEAR", options);
  }

  /** The server takes 12 for 2012, and 70 for 1970. */
  override storageCheck(_dialect: SqlDialect): StorageCheck | null {
    return (sent) => {
      if (sent === null || Number(sent) === 0 || (Number(sent) >= 1901 && Number(sent) <= 2155)) return;
      throw new DataError("A YEAR is 0, or a year from 1901 to 2155.");
    };
  }
}
