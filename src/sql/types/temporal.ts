import { ArgumentError, DataError, InvalidRequestError } from "../../errors.ts";
import { Slot } from "../base/late.ts";
import type { SqlDialect } from "../base/sql-dialect.ts";
import type { TypeCompiler, TypeOptions } from "../compiler/type-compiler.ts";
import type { Operator } from "../operators/operator.ts";
import { type Adaptations, adaptByTable } from "./adaptations.ts";
import { IntegerType } from "./numeric.ts";
import { checkDate, dateTimeText, quoteText, wrongValue } from "./processors.ts";
import {
  checkFraction,
  dateParameter,
  fixedTimeText,
  isDateTimeText,
  isSameDateTime,
  parseDateTime,
  temporalText,
  timeParameter,
} from "./temporal-text.ts";
import { type Affinity, type LiteralProcessor, type Processor, type StorageCheck, TypeEngine } from "./type-engine.ts";

/** The class of `Temporal` of the given name, where the type checker knows it. */
export type TemporalClass<Name extends string> = typeof globalThis extends { Temporal: Record<Name, { prototype: infer P }> } ? P : object;

/** A maker of `Temporal` objects from text. */
export function temporalReader(name: "PlainDate" | "PlainTime" | "PlainDateTime" | "Instant" | "Duration"): (text: string) => unknown {
  const temporal = (globalThis as { Temporal?: Record<string, { from(text: string): unknown }> }).Temporal;
  if (temporal === undefined) {
    throw new InvalidRequestError(
      'This runtime has no Temporal, which { mode: "temporal" } needs; use another mode, or a runtime or polyfill that has it.',
    );
  }
  const type = temporal[name]!;
  return (text) => {
    try {
      return type.from(text);
    } catch (cause) {
      throw new DataError(
        `"${text}", which the database gave, cannot be a Temporal.${name}; read the column as text with { mode: "string" }.`,
        { cause },
      );
    }
  };
}

/** Options of date and time types: how values are read. */
export interface TemporalOptions {
  readonly mode?: "string" | "temporal";
}

const INTERVAL_TEXT = /^[-+]?P[-+\dT]/;

/** Text beside a date: an interval in arithmetic, where it looks like one, else one of its own kind. */
function coerceText(type: TypeEngine<unknown>, op: Operator | null, value: string): TypeEngine<unknown> {
  if (op !== null && (op.name === "add" || op.name === "sub") && INTERVAL_TEXT.test(value)) return intervalSlot.call();
  return type;
}

/** Filled by `interval.ts`: dates and intervals name each other in their tables. */
export const intervalSlot: Slot<() => TypeEngine<unknown>> = new Slot("interval");

/**
 * A day of the calendar, as "YYYY-MM-DD": it has no time zone.
 * See https://docs.sqlalchemy.org/en/21/core/type_basics.html#sqlalchemy.types.Date
 */
export class DateType<V = string> extends TypeEngine<V> {
  readonly mode: "string" | "temporal";

  constructor(options: TemporalOptions = {}) {
    super();
    this.mode = checkMode(options.mode ?? "string", ["string", "temporal"]);
  }

  override get affinity(): Affinity {
    return "date";
  }

  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitDate(this, options);
  }

  override bindProcessor(_dialect: SqlDialect): Processor | null {
    return dateParameter;
  }

  override resultProcessor(_dialect: SqlDialect): Processor | null {
    return this.mode === "temporal" ? orNull(temporalReader("PlainDate")) : null;
  }

  override literalProcessor(_dialect: SqlDialect): LiteralProcessor | null {
    return literalOf(dateParameter);
  }

  override adaptOperator(op: Operator, other: TypeEngine<unknown>): readonly [Operator, TypeEngine<unknown>] {
    return adaptByTable(DATE_ADAPTATIONS, this, op, other);
  }

  override coerceComparedValue(op: Operator | null, value: unknown): TypeEngine<unknown> {
    return typeof value === "string" ? coerceText(this, op, value) : super.coerceComparedValue(op, value);
  }

  override compareValues(a: unknown, b: unknown): boolean {
    return a === b || (this.mode === "temporal" && String(a) === String(b));
  }

  override asGeneric(): TypeEngine<unknown> {
    return new DateType({ mode: this.mode });
  }
}

/** Options of {@link TimeType}. */
export interface TimeOptions extends TemporalOptions {
  readonly timezone?: boolean;
}

/** A time of day, as "HH:MM:SS[.ffffff]". */
export class TimeType<V = string> extends TypeEngine<V> {
  readonly timezone: boolean;
  readonly mode: "string" | "temporal";

  constructor(options: TimeOptions = {}) {
    super();
    this.timezone = options.timezone === true;
    this.mode = checkMode(options.mode ?? "string", ["string", "temporal"]);
    if (this.timezone && this.mode === "temporal")
      throw new ArgumentError("Temporal has no time of day with a time zone; read it as text (leave out the mode).");
  }

  override get affinity(): Affinity {
    return "time";
  }

  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitTime(this, options);
  }

  override bindProcessor(_dialect: SqlDialect): Processor | null {
    return timeParameter;
  }

  override resultProcessor(_dialect: SqlDialect): Processor | null {
    return this.mode === "temporal" ? orNull(temporalReader("PlainTime")) : null;
  }

  override literalProcessor(_dialect: SqlDialect): LiteralProcessor | null {
    return literalOf(timeParameter);
  }

  override adaptOperator(op: Operator, other: TypeEngine<unknown>): readonly [Operator, TypeEngine<unknown>] {
    return adaptByTable(TIME_ADAPTATIONS, this, op, other);
  }

  override coerceComparedValue(op: Operator | null, value: unknown): TypeEngine<unknown> {
    return typeof value === "string" ? coerceText(this, op, value) : super.coerceComparedValue(op, value);
  }

  override compareValues(a: unknown, b: unknown): boolean {
    if (a === b) return true;
    if (typeof a === "string" && typeof b === "string") return fixedTimeText(a) === fixedTimeText(b);
    return this.mode === "temporal" && String(a) === String(b);
  }

  override asGeneric(): TypeEngine<unknown> {
    return new TimeType({ timezone: this.timezone, mode: this.mode });
  }
}

/** Options of {@link DateTimeType}. */
export interface DateTimeOptions {
  /** whether the database keeps a point in time rather than a reading of a clock; both are read and written as UTC */
  readonly timezone?: boolean;
  /** how values are read: as `Date` (milliseconds), as the database's text (microseconds), or as Temporal */
  readonly mode?: "date" | "string" | "temporal";
}

/** A date and time, as `Date`, always read and written as UTC. */
export class DateTimeType<V = Date> extends TypeEngine<V> {
  readonly timezone: boolean;
  readonly mode: "date" | "string" | "temporal";

  constructor(options: DateTimeOptions = {}) {
    super();
    this.timezone = options.timezone === true;
    this.mode = checkMode(options.mode ?? "date", ["date", "string", "temporal"]);
  }

  override get affinity(): Affinity {
    return "datetime";
  }

  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitDateTime(this, options);
  }

  override bindProcessor(_dialect: SqlDialect): Processor | null {
    return (value) => dateTimeParameter(value, this.mode === "string");
  }

  override resultProcessor(_dialect: SqlDialect): Processor | null {
    switch (this.mode) {
      case "string":
        return null;
      case "temporal":
        return temporalDateTimeReader(this.timezone);
      case "date":
        return readDate;
    }
  }

  override literalProcessor(_dialect: SqlDialect): LiteralProcessor | null {
    const texts = this.mode === "string";
    return literalOf((value) => dateTimeParameter(value, texts));
  }

  override adaptOperator(op: Operator, other: TypeEngine<unknown>): readonly [Operator, TypeEngine<unknown>] {
    return adaptByTable(DATETIME_ADAPTATIONS, this, op, other);
  }

  override coerceComparedValue(op: Operator | null, value: unknown): TypeEngine<unknown> {
    if (typeof value === "string" && (this.mode === "string" || INTERVAL_TEXT.test(value))) return coerceText(this, op, value);
    return super.coerceComparedValue(op, value);
  }

  override compareValues(a: unknown, b: unknown): boolean {
    if (a instanceof Date && b instanceof Date) return a.getTime() === b.getTime();
    return a === b || isSameDateTime(a, b) || (this.mode === "temporal" && String(a) === String(b));
  }

  override asGeneric(): TypeEngine<unknown> {
    return new DateTimeType({ timezone: this.timezone, mode: this.mode });
  }
}

/** A date and time as text for a database without time zones, checked. */
export function dateTimeParameter(value: unknown, texts: boolean): string | null {
  if (value instanceof Date) return dateTimeText(value, "dateTime", false);
  if (value === null) return null;
  if (typeof value === "string" && texts) {
    if (isDateTimeText(value) && /^\d{4}-/.test(value) && !value.endsWith("BC")) return value;
    throw new ArgumentError('The type dateTime takes text such as "2024-02-29 12:30:00.123456", but the string that it was given is none.');
  }
  const text = temporalText(value, "PlainDateTime", "Instant");
  if (text !== null) return text.replace("T", " ").replace(/Z$/, "");
  throw wrongValue("dateTime", "a Date", value);
}

function readDate(value: unknown): unknown {
  if (typeof value === "string") return parseDateTime(value);
  if (value instanceof Date) checkDate(value, "dateTime");
  return value;
}

/** Reads timestamps as Temporal.Instant or Temporal.PlainDateTime. */
export function temporalDateTimeReader(timezone: boolean): Processor {
  const read = temporalReader(timezone ? "Instant" : "PlainDateTime");
  return (value) => {
    if (typeof value !== "string") return value;
    let text = value.replace(" ", "T");
    if (timezone && !/(?:Z|[+-]\d{2}(?::?\d{2})*)$/.test(text.slice(10))) text += "Z";
    return read(text);
  };
}

function orNull(read: (text: string) => unknown): Processor {
  return (value) => (typeof value === "string" ? read(value) : value);
}

/** A literal processor from the one that gives the driver's text. */
export function literalOf(parameter: (value: unknown) => string | null): LiteralProcessor {
  return (value) => {
    const text = parameter(value);
    return text === null ? "NULL" : quoteText(text);
  };
}

/** Refuses digits of a second that a column of so many does not keep; what is lost of a `Date` is what the column's declaration says. */
export function fractionCheck(mode: "date" | "string" | "temporal", digits: number): StorageCheck | null {
  if (mode === "date" || digits >= 6) return null;
  return (sent) => {
    if (typeof sent === "string") checkFraction(sent, digits);
  };
}

/** A mode, checked. @throws ArgumentError */
export function checkMode<M extends string>(mode: M, allowed: readonly M[]): M {
  if (!allowed.includes(mode))
    throw new ArgumentError(`The mode of a date or time type is one of "${allowed.join('", "')}", not "${String(mode)}".`);
  return mode;
}

/** The SQL type DATE. */
export class DATE<V = string> extends DateType<V> {
  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitDATE(this, options);
  }
}

/** The SQL type TIME. */
export class TIME<V = string> extends TimeType<V> {
  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitTIME(this, options);
  }

  override storageCheck(dialect: SqlDialect): StorageCheck | null {
    return fractionCheck(this.mode, dialect.defaultFractionDigits);
  }
}

/** The SQL type DATETIME. */
export class DATETIME<V = Date> extends DateTimeType<V> {
  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitDATETIME(this, options);
  }

  override storageCheck(dialect: SqlDialect): StorageCheck | null {
    return fractionCheck(this.mode, dialect.defaultFractionDigits);
  }
}

/** The SQL type TIMESTAMP. */
export class TIMESTAMP<V = Date> extends DateTimeType<V> {
  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitTIMESTAMP(this, options);
  }

  override storageCheck(dialect: SqlDialect): StorageCheck | null {
    return fractionCheck(this.mode, dialect.defaultFractionDigits);
  }
}

const dateTime = (): TypeEngine<unknown> => new DateTimeType();
const interval = (): TypeEngine<unknown> => intervalSlot.call();

const DATE_ADAPTATIONS: Adaptations = {
  add: { integer: "self", interval: dateTime, time: dateTime },
  sub: { integer: "self", date: () => new IntegerType(), interval: dateTime, datetime: interval },
};

const TIME_ADAPTATIONS: Adaptations = {
  add: { date: dateTime, interval: "self" },
  sub: { time: interval, interval: "self" },
};

const DATETIME_ADAPTATIONS: Adaptations = {
  add: { interval: "self" },
  sub: { interval: "self", datetime: interval },
};
