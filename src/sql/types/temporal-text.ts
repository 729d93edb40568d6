import { ArgumentError, DataError } from "../../errors.ts";
import { wrongValue } from "./processors.ts";

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const TIME = /^(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?$/;
const DATE_TIME =
  /^(\d{4,6})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)?\s?(Z|[+-]\d{2}(?::?\d{2}(?::?\d{2})?)?)?( BC)?$/;

function daysInMonth(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Whether a text is a day of the calendar, as "YYYY-MM-DD". */
export function isDateText(text: string): boolean {
  const match = DATE.exec(text);
  if (match === null) return false;
  const year = Number(match[1]);
  const month = Number(match[2]);
  const day = Number(match[3]);
  return year > 0 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
}

/** Whether a text is a time of day, as "HH:MM[:SS[.ffffff]]". */
export function isTimeText(text: string): boolean {
  const match = TIME.exec(text);
  if (match === null) return false;
  const hour = Number(match[1]);
  const minute = Number(match[2]);
  const second = Number(match[3] ?? 0);
  return (hour < 24 && minute < 60 && second < 60) || (hour === 24 && minute === 0 && second === 0 && Number(match[4] ?? 0) === 0);
}

/** Whether a text is a point in time that there is, with microseconds at most. */
export function isDateTimeText(text: string): boolean {
  const match = DATE_TIME.exec(text);
  if (match === null) return false;
  const year = match[9] === undefined ? Number(match[1]) : 1 - Number(match[1]);
  const month = Number(match[2]);
  const day = Number(match[3]);
  const hour = Number(match[4] ?? 0);
  if (Number(match[1]) === 0 || month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return false;
  return hour < 24 && Number(match[5] ?? 0) < 60 && Number(match[6] ?? 0) < 60 && (match[7]?.length ?? 0) <= 6;
}

/** Whether two texts are the same point in time, however they are written; without an offset they are in UTC. */
export function isSameDateTime(a: unknown, b: unknown): boolean {
  if (typeof a !== "string" || typeof b !== "string" || !isDateTimeText(a) || !isDateTimeText(b)) return false;
  return parseDateTime(a).getTime() === parseDateTime(b).getTime() && microsecondsOf(a) === microsecondsOf(b);
}

/** The digits behind the milliseconds. */
function microsecondsOf(text: string): string {
  return (/\.(\d+)/.exec(text)?.[1] ?? "").padEnd(6, "0").slice(3);
}

/** Text without the zeros that fill the fraction of a second, as PostgreSQL gives it. */
export function withoutZeros(value: unknown): unknown {
  return typeof value === "string" && value.endsWith("0") && value.includes(".") ? value.replace(/\.?0+$/, "") : value;
}

/** Refuses text with more digits of a second than a column keeps: databases round or cut them. */
export function checkFraction(text: string, digits: number): void {
  const fraction = /\.(\d+)/.exec(text)?.[1];
  if (fraction === undefined || fraction.length <= digits || !/[1-9]/.test(fraction.slice(digits))) return;
  throw new DataError(
    `A date or time has more than the ${digits === 1 ? "one digit" : `${digits} digits`} of a second that its column keeps; round it first, or declare the column with more.`,
  );
}

/** The text of a `Temporal` object of the given class, or null for any other value. */
export function temporalText(value: unknown, ...classes: string[]): string | null {
  if (typeof value !== "object" || value === null) return null;
  const tag = (value as { [Symbol.toStringTag]?: unknown })[Symbol.toStringTag];
  if (typeof tag !== "string" || !tag.startsWith("Temporal.") || !classes.includes(tag.slice("Temporal.".length))) return null;
  const text = String(value);
  // no database has nanoseconds
  checkFraction(text, 6);
  return text;
}

/** A date as the driver gets it, checked. */
export function dateParameter(value: unknown): string | null {
  if (typeof value === "string") {
    if (isDateText(value)) return value;
    throw new ArgumentError('The type date takes a day of the calendar as "YYYY-MM-DD", but the string that it was given is none.');
  }
  if (value === null) return null;
  const text = temporalText(value, "PlainDate");
  if (text !== null) return text;
  if (value instanceof Date) {
    throw new ArgumentError(
      'The type date takes a string such as "2024-02-29" and no Date, since a date has no time zone; use date.toISOString().slice(0, 10) for the date in UTC.',
    );
  }
  throw wrongValue("date", 'a string such as "2024-02-29"', value);
}

/** A time of day as the driver gets it, checked. */
export function timeParameter(value: unknown): string | null {
  if (typeof value === "string") {
    if (isTimeText(value)) return value;
    throw new ArgumentError('The type time takes a time of day as "HH:MM:SS[.ffffff]", but the string that it was given is none.');
  }
  if (value === null) return null;
  const text = temporalText(value, "PlainTime");
  if (text !== null) return text;
  throw wrongValue("time", 'a string such as "12:30:00"', value);
}

/** A time with seconds and six digits of a fraction. */
export function fixedTimeText(text: string): string {
  const [clock = text, fraction = ""] = text.split(".");
  return `${clock.length === 5 ? `${clock}:00` : clock}.${fraction.padEnd(6, "0").slice(0, 6)}`;
}

/**
 * A database's timestamp as a Date; without an offset it is UTC.
 * @throws DataError for what a Date cannot hold (infinity, years beyond 275760)
 */
export function parseDateTime(text: string): Date {
  const quick = parsePlain(text);
  if (quick !== null) return quick;
  const match = DATE_TIME.exec(text);
  if (match === null) throw notADate(text);
  const [, y, mo, d, h, mi, s, fraction, offset, bc] = match;
  // "0000-00-00", and days and months that are zero
  if (Number(mo) === 0 || Number(d) === 0) throw notADate(text);
  const year = bc === undefined ? Number(y) : 1 - Number(y);
  const ms = fraction === undefined ? 0 : Number(fraction.padEnd(3, "0").slice(0, 3));
  const date = new Date(0);
  date.setUTCFullYear(year, Number(mo) - 1, Number(d));
  date.setUTCHours(Number(h ?? 0), Number(mi ?? 0), Number(s ?? 0), ms);
  if (offset !== undefined && offset !== "Z") {
    const digits = offset.slice(1).replaceAll(":", "");
    const seconds = Number(digits.slice(0, 2)) * 3600 + Number(digits.slice(2, 4)) * 60 + Number(digits.slice(4, 6));
    date.setTime(date.getTime() - (offset.startsWith("-") ? -seconds : seconds) * 1000);
  }
  if (Number.isNaN(date.getTime())) throw notADate(text);
  return date;
}

/** Two digits at a place; a large number where there are none. */
function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : 1000;
}

/**
 * "2024-02-29 12:30:00", with a fraction of up to six digits, in UTC: what databases give nearly always. Many times as fast as the
 * regular expression and the setters of Date, which take the rest (null).
 */
function parsePlain(text: string): Date | null {
  let end = text.length;
  if (end > 21 && text.charCodeAt(end - 3) === 43 && text.charCodeAt(end - 2) === 48 && text.charCodeAt(end - 1) === 48) end -= 3;
  if (end !== 19 && (end < 21 || end > 26 || text.charCodeAt(19) !== 46)) return null;
  if (text.charCodeAt(4) !== 45 || text.charCodeAt(7) !== 45 || text.charCodeAt(13) !== 58 || text.charCodeAt(16) !== 58) return null;
  const between = text.charCodeAt(10);
  if (between !== 32 && between !== 84) return null;
  let fraction = 0;
  for (let i = 20, worth = 100; i < end; i += 1, worth = (worth / 10) | 0) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return null;
    fraction += digit * worth;
  }
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2);
  const month = twoDigits(text, 5);
  const day = twoDigits(text, 8);
  const hour = twoDigits(text, 11);
  const minute = twoDigits(text, 14);
  const second = twoDigits(text, 17);
  if (year > 9999 || month > 12 || month === 0 || day > 31 || day === 0 || hour > 23 || minute > 59 || second > 59) return null;
  return new Date(daysSinceEpoch(year, month, day) * 86_400_000 + ((hour * 60 + minute) * 60 + second) * 1000 + fraction);
}

/** The day's number, counted from 1970-01-01; years run from March on, so that the leap day is the last one. */
function daysSinceEpoch(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = (((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) | 0) + day - 1;
  return era * 146_097 + yearOfEra * 365 + ((yearOfEra / 4) | 0) - ((yearOfEra / 100) | 0) + dayOfYear - 719_468;
}

function notADate(text: string): DataError {
  return new DataError(
    `The timestamp "${text.slice(0, 40)}" that the database gave cannot be a Date; read the column as text with { mode: "string" }.`,
  );
}
