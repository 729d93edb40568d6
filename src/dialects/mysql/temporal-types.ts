import { ArgumentError, DataError } from "../../errors.ts";
import type { SqlDialect } from "../../sql/base/sql-dialect.ts";
import type { TypeCompiler, TypeOptions } from "../../sql/compiler/type-compiler.ts";
import { IntegerType } from "../../sql/types/numeric.ts";
import { withoutZeros } from "../../sql/types/temporal-text.ts";
import { checkSize } from "../../sql/types/processors.ts";
import {
  DATE as GenericDATE,
  DATETIME as GenericDATETIME,
  dateTimeParameter,
  type DateTimeOptions,
  DateTimeType,
  DateType,
  fractionCheck,
  literalOf,
  type TemporalOptions,
  TIME as GenericTIME,
  type TimeOptions,
  TIMESTAMP as GenericTIMESTAMP,
} from "../../sql/types/temporal.ts";
import type { LiteralProcessor, Processor, StorageCheck } from "../../sql/types/type-engine.ts";

type ToText = (value: unknown) => string | null;

const OFFSET = /(?:Z|[+-]\d{2}(?::?\d{2}(?::?\d{2})?)?)$/;

/** A date and time in UTC. The server would take an offset for what it is, or for a mistake, depending on its version. */
function dateTimeInUtc(value: unknown, texts: boolean): string | null {
  const text = dateTimeParameter(value, texts);
  if (text === null || text.length <= 10) return text;
  const offset = OFFSET.exec(text.slice(10))?.[0];
  if (offset === undefined) return text.replace("T", " ");
  if (offset !== "Z" && !/^[+-]00(?::?00)*$/.test(offset)) {
    throw new ArgumentError(
      "A text for the type dateTime must be in UTC on MySQL and MariaDB, which keep no time zones: leave the offset out, or give a Date.",
    );
  }
  return text.slice(0, -offset.length).replace("T", " ").trimEnd();
}

/** Digits after the seconds. */
export interface FractionOptions {
  /** how many digits of a second are kept, from 0 to 6; the server keeps none unless told */
  readonly fsp?: number | null;
}

/** What is read for dates that are none, "0000-00-00" or "2024-00-15", which lax servers store. */
export interface ZeroDateOptions {
  /** "null" reads them as NULL; they are an error otherwise */
  readonly zeroDates?: "error" | "null";
}

/** Options of {@link DATETIME} and {@link TIMESTAMP}. */
export interface MysqlDateTimeOptions extends DateTimeOptions, FractionOptions, ZeroDateOptions {}

/** Options of {@link DATE}. */
export interface MysqlDateOptions extends TemporalOptions, ZeroDateOptions {}

/** Options of {@link TIME}. */
export interface MysqlTimeOptions extends TimeOptions, FractionOptions {}

function fspOf({ fsp = null }: FractionOptions): number | null {
  if (fsp !== null && (!Number.isInteger(fsp) || fsp < 0 || fsp > 6))
    throw new ArgumentError("fsp is a whole number from 0 to 6: the digits of a second that are kept.");
  return fsp;
}

function zeroDatesOf({ zeroDates = "error" }: ZeroDateOptions): "error" | "null" {
  if (zeroDates !== "error" && zeroDates !== "null") throw new ArgumentError('zeroDates is "error" or "null".');
  return zeroDates;
}

/** A date without a month or a day, before it is read as anything. */
function orZero(read: Processor | null, zeroDates: "error" | "null"): Processor {
  return (value) => {
    if (typeof value !== "string" || !(value.startsWith("00", 5) || value.startsWith("00", 8))) return read === null ? value : read(value);
    if (zeroDates === "null") return null;
    throw new DataError(
      `The server gave "${value}", which is no date; read such dates as NULL with { zeroDates: "null" } of the type of athanor/mysql.`,
    );
  };
}

/** The form of a date and time on MySQL and MariaDB. */
export class MysqlDateTime extends DateTimeType<unknown> {
  override resultProcessor(dialect: SqlDialect): Processor | null {
    return orZero(this.mode === "string" ? withoutZeros : super.resultProcessor(dialect), "error");
  }

  override bindProcessor(_dialect: SqlDialect): Processor | null {
    const texts = this.mode === "string";
    return (value) => dateTimeInUtc(value, texts);
  }

  override literalProcessor(dialect: SqlDialect): LiteralProcessor | null {
    return literalOf(this.bindProcessor(dialect) as ToText);
  }
}

/** The form of a date on MySQL and MariaDB. */
export class MysqlDate extends DateType<unknown> {
  override resultProcessor(dialect: SqlDialect): Processor | null {
    return orZero(super.resultProcessor(dialect), "error");
  }
}

/** The SQL type DATE of MySQL. */
export class DATE<V = string> extends GenericDATE<V> {
  readonly zeroDates: "error" | "null";

  constructor(options: MysqlDateOptions = {}) {
    super(options);
    this.zeroDates = zeroDatesOf(options);
  }

  override resultProcessor(dialect: SqlDialect): Processor | null {
    return orZero(super.resultProcessor(dialect), this.zeroDates);
  }
}

/**
 * The SQL type DATETIME of MySQL, with `fsp` for fractions of a second.
 * See https://dev.mysql.com/doc/refman/8.4/en/datetime.html
 */
export class DATETIME<V = Date> extends GenericDATETIME<V> {
  readonly fsp: number | null;
  readonly zeroDates: "error" | "null";

  constructor(options: MysqlDateTimeOptions = {}) {
    super(options);
    this.fsp = fspOf(options);
    this.zeroDates = zeroDatesOf(options);
  }

  override bindProcessor(_dialect: SqlDialect): Processor | null {
    const texts = this.mode === "string";
    return (value) => dateTimeInUtc(value, texts);
  }

  override literalProcessor(dialect: SqlDialect): LiteralProcessor | null {
    return literalOf(this.bindProcessor(dialect) as ToText);
  }

  override resultProcessor(dialect: SqlDialect): Processor | null {
    return orZero(this.mode === "string" ? withoutZeros : super.resultProcessor(dialect), this.zeroDates);
  }

  override storageCheck(_dialect: SqlDialect): StorageCheck | null {
    return fractionCheck(this.mode, this.fsp ?? 0);
  }
}

/** The SQL type TIMESTAMP of MySQL, with `fsp` for fractions of a second. */
export class TIMESTAMP<V = Date> extends GenericTIMESTAMP<V> {
  readonly fsp: number | null;
  readonly zeroDates: "error" | "null";

  constructor(options: MysqlDateTimeOptions = {}) {
    super(options);
    this.fsp = fspOf(options);
    this.zeroDates = zeroDatesOf(options);
  }

  override bindProcessor(_dialect: SqlDialect): Processor | null {
    const texts = this.mode === "string";
    return (value) => dateTimeInUtc(value, texts);
  }

  override literalProcessor(dialect: SqlDialect): LiteralProcessor | null {
    return literalOf(this.bindProcessor(dialect) as ToText);
  }

  override resultProcessor(dialect: SqlDialect): Processor | null {
    return orZero(this.mode === "string" ? withoutZeros : super.resultProcessor(dialect), this.zeroDates);
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
    return literalOf(this.bindProcessor(dialect) as ToText);
  }

  /** Drivers differ in the zeros at the end. */
  override resultProcessor(dialect: SqlDialect): Processor | null {
    return this.mode === "temporal" ? super.resultProcessor(dialect) : withoutZeros;
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
    this.displayWidth = checkSize(displayWidth, "displayWidth");
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
