import { ArgumentError } from "../../errors.ts";
import type { TypeCompiler, TypeOptions } from "../../sql/compiler/type-compiler.ts";
import { IntegerType } from "../../sql/types/numeric.ts";
import {
  DATETIME as GenericDATETIME,
  type DateTimeOptions,
  TIME as GenericTIME,
  type TimeOptions,
  TIMESTAMP as GenericTIMESTAMP,
} from "../../sql/types/temporal.ts";

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
}

/** The SQL type TIMESTAMP of MySQL, with `fsp` for fractions of a second. */
export class TIMESTAMP<V = Date> extends GenericTIMESTAMP<V> {
  readonly fsp: number | null;

  constructor(options: MysqlDateTimeOptions = {}) {
    super(options);
    this.fsp = fspOf(options);
  }
}

/** The SQL type TIME of MySQL, with `fsp` for fractions of a second. */
export class TIME<V = string> extends GenericTIME<V> {
  readonly fsp: number | null;

  constructor(options: MysqlTimeOptions = {}) {
    super(options);
    this.fsp = fspOf(options);
  }
}

/** The SQL type YEAR: a year from 1901 to 2155, or 0. */
export class YEAR extends IntegerType {
  readonly displayWidth: number | null;

  constructor(displayWidth: number | null = null) {
    super();
    this.displayWidth = displayWidth;
  }

  /** 0, and from 1901 to 2155: the server says of which column a year is not among them. */
  override get _range(): null {
    return null;
  }

  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitDialectType(this, "YEAR", options);
  }
}
