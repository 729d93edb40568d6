import { ArgumentError, DataError, InvalidBindValueError, ValueOutOfRangeError } from "../../errors.ts";
import type { SqlDialect } from "../base/sql-dialect.ts";

/** What a value is, for messages: never the value itself, which may be secret. */
export function kindOf(value: unknown): string {
  if (value === null) return "null";
  switch (typeof value) {
    case "undefined":
      return "undefined";
    case "number":
      return Number.isNaN(value)
        ? "NaN"
        : Number.isInteger(value)
          ? "an integral number"
          : Number.isFinite(value)
            ? "a fractional number"
            : "an infinite number";
    case "object":
      if (isUnreadable(value)) return "an object that cannot be read";
      if (Array.isArray(value)) return "an array";
      if (value instanceof Date) return Number.isNaN(value.getTime()) ? "an invalid Date" : "a Date";
      return className(value);
    default:
      return `a ${typeof value}`;
  }
}

/** A revoked proxy throws at every touch. */
function isUnreadable(value: object): boolean {
  try {
    void (value as { constructor?: unknown }).constructor;
    return false;
  } catch {
    return true;
  }
}

function className(value: object): string {
  const name = (value.constructor as { name?: unknown } | undefined)?.name;
  return typeof name === "string" && name !== "" && name !== "Object" ? `an object of class ${name}` : "an object";
}

/** A length or precision, which is written into SQL as it is. @throws ArgumentError for what is no whole number */
export function checkSize(size: number | null | undefined, what: string): number | null {
  if (size === null || size === undefined) return null;
  if (typeof size !== "number" || !Number.isSafeInteger(size) || size < 0) {
    throw new ArgumentError(`The ${what} of a type must be a whole number, not ${kindOf(size)}.`);
  }
  return size;
}

/** The error for a value that a type does not take. */
export function wrongValue(type: string, expected: string, value: unknown): ArgumentError {
  if (value === undefined) return new ArgumentError(`undefined is not a value for the type ${type}; use null for NULL.`);
  return new ArgumentError(`The type ${type} takes ${expected}, but it was given ${kindOf(value)}.`);
}

/** The error of a processor, with the name of the parameter or column that the value was for. */
export function forParameter(error: unknown, name: string, value: unknown): unknown {
  // whatever is asked of a revoked proxy throws
  if (typeof value === "object" && value !== null && isUnreadable(value))
    return new InvalidBindValueError(`The parameter "${name}" cannot be sent: it is an object that cannot be read.`, name, value, {
      cause: error,
    });
  const kind = error instanceof ArgumentError ? InvalidBindValueError : error instanceof DataError ? ValueOutOfRangeError : null;
  return kind === null
    ? error
    : new kind(`The parameter "${name}" cannot be sent. ${(error as Error).message}`, name, value, { cause: error });
}

/** The error of a processor, with the name of the column whose value it could not read. */
export function forColumn(error: unknown, name: string): unknown {
  return error instanceof DataError || error instanceof ArgumentError
    ? new DataError(`The column "${name}" cannot be read. ${error.message}`, { column: name, cause: error })
    : error;
}

/** Refuses a value that a column cannot hold, where it is written into the statement and goes through no bind processor. */
export function checkStored(name: string, value: unknown, type: Stored, dialect: SqlDialect): void {
  try {
    type._cachedStoreProcessor(dialect)?.(value);
  } catch (error) {
    throw forParameter(error, name, value);
  }
}

interface Stored {
  _cachedStoreProcessor(dialect: SqlDialect): ((value: unknown) => unknown) | null;
}

/** Text as it may be sent: a lone surrogate would silently become U+FFFD on its way. */
export function checkText(value: string, type: string): string {
  if (!(value as unknown as { isWellFormed(): boolean }).isWellFormed()) {
    throw new ArgumentError(`A string for the type ${type} holds a lone surrogate, which cannot be stored as UTF-8.`);
  }
  return value;
}

/** Text for a database that has no NUL in text. */
export function checkTextWithoutNul(value: string, type: string): string {
  if (value.includes("\0"))
    throw new ArgumentError(`A string for the type ${type} holds a NUL character (U+0000), which this database cannot store.`);
  return checkText(value, type);
}

/** Text as a SQL literal. */
export function quoteText(value: string): string {
  if (value.includes("\0"))
    throw new ArgumentError("A string with a NUL character (U+0000) cannot be written as a literal; send it as a bound value.");
  return `'${checkText(value, "text").replaceAll("'", "''")}'`;
}

/** The bytes of a view or buffer, without a copy. */
export function toBytes(value: unknown, type: string): Uint8Array {
  if (typeof value !== "object" || value === null || isUnreadable(value)) throw wrongValue(type, "a Uint8Array", value);
  // what is shared could change while it is on its way
  if (value instanceof Uint8Array) return value.buffer instanceof ArrayBuffer ? value : new Uint8Array(value);
  if (value instanceof ArrayBuffer || (typeof SharedArrayBuffer !== "undefined" && value instanceof SharedArrayBuffer))
    return new Uint8Array(value);
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  throw wrongValue(type, "a Uint8Array", value);
}

/** Bytes as hexadecimal digits. */
export function toHex(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += byte < 16 ? `0${byte.toString(16)}` : byte.toString(16);
  return text;
}

/** A number as SQL text: as JavaScript writes it, which every database reads. */
export function numberText(value: number, type: string): string {
  if (!Number.isFinite(value)) throw wrongValue(type, "a finite number where a literal is written", value);
  return Object.is(value, -0) ? "-0.0" : String(value);
}

/** A value of which no type is known, for the driver. Booleans and dates are left for the dialect. */
export function bindAnything(value: unknown): unknown {
  switch (typeof value) {
    case "string":
      return checkText(value, "unknown");
    case "number":
    case "bigint":
    case "boolean":
      return value;
    case "object":
      if (value === null || value instanceof Uint8Array) return value;
      if (value instanceof Date) {
        checkDate(value, "unknown");
        return value;
      }
      if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return toBytes(value, "unknown");
  }
  if (value === undefined) throw wrongValue("unknown", "a value", value);
  throw new ArgumentError(
    `The type of this value is not known, and ${kindOf(value)} cannot be sent without one; give it a type: literal(value, type), or bindparam(name, value, { type }).`,
  );
}

/** A value of which no type is known, as a literal. */
export function literalAnything(value: unknown): string {
  switch (typeof value) {
    case "string":
      return quoteText(value);
    case "number":
      return numberText(value, "unknown");
    case "bigint":
      return String(value);
    case "boolean":
      return value ? "true" : "false";
    case "object":
      if (value === null) return "NULL";
      if (value instanceof Date) return quoteText(dateTimeText(value, "unknown", false));
  }
  throw new ArgumentError(`A literal cannot be written for ${kindOf(value)} without a type; give it one: literal(value, type).`);
}

/** Refuses a Date that is none, which would otherwise become text that no database reads. */
export function checkDate(value: Date, type: string): void {
  if (Number.isNaN(value.getTime())) throw new ArgumentError(`An invalid Date was given for the type ${type}.`);
}

const pad = (n: number, width: number): string => String(n).padStart(width, "0");

/**
 * A Date in UTC, as "YYYY-MM-DD HH:MM:SS[.ffffff]".
 * @param fixed - six digits of a fraction always, rather than only where there is one
 */
export function dateTimeText(value: Date, type: string, fixed: boolean): string {
  checkDate(value, type);
  const year = value.getUTCFullYear();
  if (year < 1 || year > 9999) throw new ArgumentError(`A Date for the type ${type} is outside the years 1 to 9999.`);
  const ms = value.getUTCMilliseconds();
  const fraction = fixed || ms !== 0 ? `.${pad(ms, 3)}000` : "";
  return `${pad(year, 4)}-${pad(value.getUTCMonth() + 1, 2)}-${pad(value.getUTCDate(), 2)} ${pad(value.getUTCHours(), 2)}:${pad(value.getUTCMinutes(), 2)}:${pad(value.getUTCSeconds(), 2)}${fraction}`;
}
