import { ArgumentError, DataError } from "../../errors.ts";
import type { SqlDialect } from "../../sql/base/sql-dialect.ts";
import { dateTimeText } from "../../sql/types/processors.ts";
import { dateParameter, fixedTimeText, isDateText, parseDateTime, timeParameter, withoutZeros } from "../../sql/types/temporal-text.ts";
import {
  DATE as GenericDATE,
  DATETIME as GenericDATETIME,
  dateTimeParameter,
  type DateTimeOptions,
  DateTimeType,
  DateType,
  literalOf,
  temporalDateTimeReader,
  type TemporalOptions,
  temporalReader,
  TIME as GenericTIME,
  type TimeOptions,
  TimeType,
} from "../../sql/types/temporal.ts";
import type { LiteralProcessor, Processor } from "../../sql/types/type-engine.ts";
import { clockText, dayText, otherStorage, partsOf, StorageFormat, type StorageOptions } from "./storage-format.ts";

type ToText = (value: unknown) => string | null;

/** A Date or text as SQLite stores it: "YYYY-MM-DD HH:MM:SS.ffffff", in UTC. */
function storedDateTime(value: unknown, texts: boolean): string | null {
  if (value instanceof Date) return dateTimeText(value, "dateTime", true);
  const text = dateTimeParameter(value, texts);
  return text === null ? null : normalDateTime(text);
}

const TEXT = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?))?(.*)$/;

function normalDateTime(text: string): string {
  const [, day, time, rest = ""] = TEXT.exec(text) ?? [];
  if (day === undefined || !/^(?:\s?(?:Z|[+-]00(?::?00)?))?$/.test(rest)) {
    throw new ArgumentError(
      "A text for the type dateTime must be in UTC on SQLite, which knows no time zones: leave the offset out, or give a Date.",
    );
  }
  return `${day} ${fixedTimeText(time ?? "00:00:00")}`;
}

/** "HH:MM:SS.ffffff" */
function storedTime(value: unknown): string | null {
  const text = timeParameter(value);
  return text === null ? null : fixedTimeText(text);
}

/** SQLite keeps what it is given: anything but text was stored by another program, or as another type. */
function textOnly(read: (text: string) => unknown): Processor {
  return (value) => {
    if (typeof value === "string") return read(value);
    if (value === null) return null;
    throw otherStorage(value);
  };
}

function dateTimeReader(mode: DateTimeType["mode"], timezone: boolean): (text: string) => unknown {
  if (mode === "date") return parseDateTime;
  return mode === "temporal" ? temporalDateTimeReader(timezone) : withoutZeros;
}

const checkedDay = (text: string): string => {
  if (text.length === 10 && isDateText(text)) return text;
  throw otherStorage(text);
};

function dayReader(mode: DateType["mode"]): (text: string) => unknown {
  return mode === "temporal" ? temporalReader("PlainDate") : checkedDay;
}

function timeReader(mode: TimeType["mode"]): (text: string) => unknown {
  return mode === "temporal" ? temporalReader("PlainTime") : withoutZeros;
}

/** SQLite's form of a date and time. */
export class SqliteDateTime extends DateTimeType<unknown> {
  override resultProcessor(_dialect: SqlDialect): Processor | null {
    return textOnly(dateTimeReader(this.mode, this.timezone));
  }

  override bindProcessor(_dialect: SqlDialect): Processor | null {
    const texts = this.mode === "string";
    return (value) => storedDateTime(value, texts);
  }

  override literalProcessor(dialect: SqlDialect): LiteralProcessor | null {
    return literalOf(this.bindProcessor(dialect) as ToText);
  }
}

/** SQLite's form of a date. */
export class SqliteDate extends DateType<unknown> {
  override resultProcessor(_dialect: SqlDialect): Processor | null {
    return textOnly(dayReader(this.mode));
  }
}

/** SQLite's form of a time of day. */
export class SqliteTime extends TimeType<unknown> {
  override resultProcessor(_dialect: SqlDialect): Processor | null {
    return textOnly(timeReader(this.mode));
  }

  override bindProcessor(_dialect: SqlDialect): Processor | null {
    return storedTime;
  }

  override literalProcessor(_dialect: SqlDialect): LiteralProcessor | null {
    return literalOf(storedTime);
  }
}

/** Options of {@link DATETIME}. */
export interface SqliteDateTimeOptions extends DateTimeOptions, StorageOptions {
  /** fractions of a second are left out of what is stored */
  readonly truncateMicroseconds?: boolean;
}

/** Options of {@link DATE}. */
export interface SqliteDateOptions extends TemporalOptions, StorageOptions {}

/** Options of {@link TIME}. */
export interface SqliteTimeOptions extends TimeOptions, StorageOptions {
  /** fractions of a second are left out of what is stored */
  readonly truncateMicroseconds?: boolean;
}

const DAY = ["year", "month", "day"] as const;
const CLOCK = ["hour", "minute", "second", "microsecond"] as const;
const DAY_FORMAT = "%(year)04d-%(month)02d-%(day)02d";
const CLOCK_FORMAT = "%(hour)02d:%(minute)02d:%(second)02d";

/** The format that options ask for; null for the one that all dates and times have. */
function formatOf(
  { storageFormat, regexp, truncateMicroseconds }: StorageOptions & { readonly truncateMicroseconds?: boolean },
  names: readonly ((typeof DAY)[number] | (typeof CLOCK)[number])[],
  usual: string,
): StorageFormat | null {
  if (truncateMicroseconds === true) {
    if (storageFormat !== undefined || regexp !== undefined)
      throw new ArgumentError("Give either truncateMicroseconds or a storageFormat with its regexp, not both.");
    return new StorageFormat(usual, undefined, names);
  }
  if (storageFormat === undefined && regexp === undefined) return null;
  const full = names.includes("microsecond") ? `${usual}.%(microsecond)06d` : usual;
  return new StorageFormat(storageFormat ?? full, regexp, names);
}

/** Writes the usual text in a format. */
function inFormat(text: ToText, format: StorageFormat | null): ToText {
  return (value) => {
    const usual = text(value);
    return usual === null || format === null ? usual : format.write(partsOf(usual));
  };
}

/** The same for what is stored: text that the format has no places for would be lost. */
function keptByFormat(text: ToText, format: StorageFormat): ToText {
  return (value) => {
    const usual = text(value);
    if (usual === null) return null;
    const parts = partsOf(usual);
    const stored = format.write(parts);
    const read = format.read(stored);
    if (dayText(read) === dayText(parts) && clockText(read) === clockText(parts)) return stored;
    throw new DataError("A date or time has parts that the column's storage format has no places for.");
  };
}

/**
 * SQLite's DATETIME, with a choice of how it is stored.
 * @example sqlite.t.DATETIME({ storageFormat: "%(year)04d/%(month)02d/%(day)02d %(hour)02d:%(minute)02d" })
 * See https://docs.sqlalchemy.org/en/21/dialects/sqlite.html#sqlalchemy.dialects.sqlite.DATETIME
 */
export class DATETIME<V = Date> extends GenericDATETIME<V> {
  readonly truncateMicroseconds: boolean;
  readonly storageFormat: string | null;
  readonly regexp: string | null;
  /** @internal */
  readonly _format: StorageFormat | null;

  constructor(options: SqliteDateTimeOptions = {}) {
    super(options);
    this.truncateMicroseconds = options.truncateMicroseconds === true;
    this.storageFormat = options.storageFormat ?? null;
    this.regexp = options.regexp === undefined ? null : String(options.regexp);
    this._format = formatOf(options, [...DAY, ...CLOCK], `${DAY_FORMAT} ${CLOCK_FORMAT}`);
  }

  /** Whether what is stored is more than digits; else the column is declared as text. */
  get formatIsTextAffinity(): boolean {
    return this._format?.isText ?? true;
  }

  override bindProcessor(_dialect: SqlDialect): Processor | null {
    const texts = this.mode === "string";
    return inFormat((value) => storedDateTime(value, texts), this._format);
  }

  override _storeBinder(dialect: SqlDialect): Processor | null {
    if (this._format === null || this.mode === "date") return this.bindProcessor(dialect);
    const texts = this.mode === "string";
    return keptByFormat((value) => storedDateTime(value, texts), this._format);
  }

  override literalProcessor(dialect: SqlDialect): LiteralProcessor | null {
    return literalOf(this.bindProcessor(dialect) as ToText);
  }

  override resultProcessor(_dialect: SqlDialect): Processor | null {
    const read = dateTimeReader(this.mode, this.timezone);
    const format = this._format;
    if (format === null) return textOnly(read);
    return (value) => {
      if (value === null) return null;
      const parts = format.read(value);
      return read(`${dayText(parts)} ${clockText(parts)}`);
    };
  }
}

/** SQLite's DATE, with a choice of how it is stored. */
export class DATE<V = string> extends GenericDATE<V> {
  readonly storageFormat: string | null;
  readonly regexp: string | null;
  /** @internal */
  readonly _format: StorageFormat | null;

  constructor(options: SqliteDateOptions = {}) {
    super(options);
    this.storageFormat = options.storageFormat ?? null;
    this.regexp = options.regexp === undefined ? null : String(options.regexp);
    this._format = formatOf(options, DAY, DAY_FORMAT);
  }

  /** Whether what is stored is more than digits; else the column is declared as text. */
  get formatIsTextAffinity(): boolean {
    return this._format?.isText ?? true;
  }

  override bindProcessor(_dialect: SqlDialect): Processor | null {
    return inFormat(dateParameter, this._format);
  }

  override _storeBinder(dialect: SqlDialect): Processor | null {
    return this._format === null ? this.bindProcessor(dialect) : keptByFormat(dateParameter, this._format);
  }

  override literalProcessor(dialect: SqlDialect): LiteralProcessor | null {
    return literalOf(this.bindProcessor(dialect) as ToText);
  }

  override resultProcessor(_dialect: SqlDialect): Processor | null {
    const read = dayReader(this.mode);
    const format = this._format;
    return format === null ? textOnly(read) : (value) => (value === null ? null : read(dayText(format.read(value))));
  }
}

/** SQLite's TIME, with a choice of how it is stored. */
export class TIME<V = string> extends GenericTIME<V> {
  readonly truncateMicroseconds: boolean;
  readonly storageFormat: string | null;
  readonly regexp: string | null;
  /** @internal */
  readonly _format: StorageFormat | null;

  constructor(options: SqliteTimeOptions = {}) {
    super(options);
    this.truncateMicroseconds = options.truncateMicroseconds === true;
    this.storageFormat = options.storageFormat ?? null;
    this.regexp = options.regexp === undefined ? null : String(options.regexp);
    this._format = formatOf(options, CLOCK, CLOCK_FORMAT);
  }

  /** Whether what is stored is more than digits; else the column is declared as text. */
  get formatIsTextAffinity(): boolean {
    return this._format?.isText ?? true;
  }

  override bindProcessor(_dialect: SqlDialect): Processor | null {
    return inFormat(storedTime, this._format);
  }

  override _storeBinder(dialect: SqlDialect): Processor | null {
    return this._format === null ? this.bindProcessor(dialect) : keptByFormat(storedTime, this._format);
  }

  override literalProcessor(dialect: SqlDialect): LiteralProcessor | null {
    return literalOf(this.bindProcessor(dialect) as ToText);
  }

  override resultProcessor(_dialect: SqlDialect): Processor | null {
    const read = timeReader(this.mode);
    const format = this._format;
    return format === null ? textOnly(read) : (value) => (value === null ? null : read(clockText(format.read(value))));
  }
}
