import { ArgumentError, DataError } from "../../errors.ts";
import { wrongValue } from "./processors.ts";

const DECIMAL_TEXT = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/;

/** Whether a text is a decimal number. */
export function isDecimal(value: string): boolean {
  return DECIMAL_TEXT.test(value);
}

/** Decimal text without an exponent: "1.5E3" → "1500". */
export function plainDecimal(value: string): string {
  const match = /^([-+]?)(\d*)\.?(\d*)[eE]([-+]?\d+)$/.exec(value);
  if (match === null) return value;
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = match;
  const e = Number(exponent);
  const digits = whole + fraction;
  const point = whole.length + e;
  if (Math.abs(point) > 20_000) return value;
  const text =
    point <= 0
      ? `0.${"0".repeat(-point)}${digits}`
      : point >= digits.length
        ? digits + "0".repeat(point - digits.length)
        : `${digits.slice(0, point)}.${digits.slice(point)}`;
  return (sign === "-" ? "-" : "") + text.replace(/^0+(?=\d)/, "");
}

/** Decimal text in the one form that equal numbers share. */
export function normalDecimal(value: string): string {
  let text = plainDecimal(value)
    .replace(/^\+/, "")
    .replace(/^(-?)0+(?=\d)/, "$1");
  if (text.includes(".")) text = text.replace(/\.?0+$/, "");
  return text === "-0" ? "0" : text;
}

/** A decimal number as text, checked; "NaN" and "Infinity" pass, for databases that have them. */
export function decimalText(value: unknown): string | null {
  switch (typeof value) {
    case "string":
      if (DECIMAL_TEXT.test(value) || value === "NaN" || value === "Infinity" || value === "-Infinity") return value;
      throw new ArgumentError(
        'The type numeric takes a decimal number as text (such as "1.50"), but the string that it was given is none.',
      );
    case "number":
      return Object.is(value, -0) ? "0" : plainDecimal(String(value));
    case "bigint":
      return String(value);
    default:
      if (value === null) return null;
      throw wrongValue("numeric", "a decimal number as a string, or a number", value);
  }
}

const PLAIN = /^-?\d+(?:\.\d+)?$/;

/**
 * Refuses a number that has more digits than a column takes, which databases round (behind the point) or refuse without the column's name.
 * @param rounds - the column's values are numbers, whose further digits may go
 */
export function checkDigits(text: string, precision: number, scale: number, rounds: boolean): void {
  if (text === "NaN") return;
  const plain = PLAIN.test(text) ? text : normalDecimal(text);
  const point = plain.indexOf(".");
  const whole = (point === -1 ? plain : plain.slice(0, point)).replace(/^-?0*/, "").length;
  if (whole > Math.max(precision - scale, 0) || !PLAIN.test(plain)) {
    throw new DataError(
      `A number is too large for numeric(${precision}, ${scale}), which has ${precision - scale} digits before the point.`,
    );
  }
  if (rounds || point === -1 || plain.length - point - 1 <= scale) return;
  if (/[1-9]/.test(plain.slice(point + 1 + scale))) {
    throw new DataError(
      `A number has more than the ${scale} digits behind the point that numeric(${precision}, ${scale}) keeps; round it first.`,
    );
  }
}
