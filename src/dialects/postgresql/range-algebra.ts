import { normalDecimal, isDecimal } from "../../sql/types/decimal-text.ts";
import { isDateText } from "../../sql/types/temporal-text.ts";

/** One end of a range. */
export interface Edge {
  /** null at infinity */
  readonly value: unknown;
  readonly closed: boolean;
}

/** A range that has values. */
export interface Span {
  readonly lower: Edge;
  readonly upper: Edge;
}

/** Which of two bounds of one kind is the smaller: numbers, dates, decimal numbers as text, `Temporal` objects. */
export function compareBounds(a: unknown, b: unknown): number {
  if (typeof a === "string" && typeof b === "string") return isDecimal(a) && isDecimal(b) ? compareDecimals(a, b) : order(a, b);
  if (a instanceof Date && b instanceof Date) return a.getTime() - b.getTime();
  const compare = (a as { constructor?: { compare?: unknown } }).constructor?.compare;
  if (typeof compare === "function") return (compare as (x: unknown, y: unknown) => number)(a, b);
  return order(a as number, b as number);
}

function order<T>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Decimal numbers as whole ones, of as many digits behind the point as the longer of them has. */
function compareDecimals(a: string, b: string): number {
  const [x, y] = [normalDecimal(a), normalDecimal(b)];
  const digits = Math.max(fraction(x).length, fraction(y).length);
  const whole = (text: string): bigint => BigInt(text.replace(/\..*/, "") + fraction(text).padEnd(digits, "0"));
  return order(whole(x), whole(y));
}

function fraction(text: string): string {
  return text.split(".")[1] ?? "";
}

/** The next value, of kinds that have one: whole numbers and days. */
function next(value: unknown): unknown {
  if (typeof value === "bigint") return value + 1n;
  if (Number.isInteger(value)) return (value as number) + 1;
  if (typeof value === "string" && isDateText(value)) return new Date(Date.parse(value) + 86_400_000).toISOString().slice(0, 10);
  if ((value as { [Symbol.toStringTag]?: unknown } | null)?.[Symbol.toStringTag] === "Temporal.PlainDate") {
    return (value as { add(duration: { days: number }): unknown }).add({ days: 1 });
  }
  return null;
}

/** The edges in the form that equal ranges share: `[1,5]` is `[1,6)`, where values follow each other. Null for a range without values. */
export function spanOf(lower: Edge, upper: Edge): Span | null {
  let from = lower.value === null ? { value: null, closed: false } : lower;
  let to = upper.value === null ? { value: null, closed: false } : upper;
  const afterFrom = from.value === null || from.closed ? null : next(from.value);
  if (afterFrom !== null) from = { value: afterFrom, closed: true };
  const afterTo = to.value === null || !to.closed ? null : next(to.value);
  if (afterTo !== null) to = { value: afterTo, closed: false };
  if (from.value !== null && to.value !== null) {
    const way = compareBounds(from.value, to.value);
    if (way > 0 || (way === 0 && !(from.closed && to.closed))) return null;
  }
  return { lower: from, upper: to };
}

/** Which of two lower edges comes first. */
export function compareLower(a: Edge, b: Edge): number {
  if (a.value === null || b.value === null) return Number(b.value === null) - Number(a.value === null);
  return compareBounds(a.value, b.value) || Number(b.closed) - Number(a.closed);
}

/** Which of two upper edges comes first. */
export function compareUpper(a: Edge, b: Edge): number {
  if (a.value === null || b.value === null) return Number(a.value === null) - Number(b.value === null);
  return compareBounds(a.value, b.value) || Number(a.closed) - Number(b.closed);
}

/** How an upper edge lies to a lower one: "apart", "touching" without a value between or in both, or "overlapping". */
export function meeting(upper: Edge, lower: Edge): "apart" | "touching" | "overlapping" {
  if (upper.value === null || lower.value === null) return "overlapping";
  const way = compareBounds(upper.value, lower.value);
  if (way !== 0) return way < 0 ? "apart" : "overlapping";
  if (upper.closed && lower.closed) return "overlapping";
  return upper.closed || lower.closed ? "touching" : "apart";
}
