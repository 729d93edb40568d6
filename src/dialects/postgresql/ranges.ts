import { ArgumentError, DataError } from "../../errors.ts";

/** Whether a bound belongs to the range: "[" and "]" do, "(" and ")" do not. */
export type RangeBounds = "[)" | "(]" | "[]" | "()";

/** Options of {@link Range}. */
export interface RangeOptions {
  readonly bounds?: RangeBounds;
  readonly empty?: boolean;
}

/**
 * A range of values, as PostgreSQL has it: `new Range(1, 5)` holds 1, 2, 3 and 4. `null` is no bound.
 * See https://docs.sqlalchemy.org/en/21/dialects/postgresql.html#range-and-multirange-types
 */
export class Range<V = unknown> {
  readonly lower: V | null;
  readonly upper: V | null;
  readonly bounds: RangeBounds;
  readonly empty: boolean;

  constructor(lower: V | null = null, upper: V | null = null, options: RangeOptions = {}) {
    this.lower = lower;
    this.upper = upper;
    this.bounds = options.bounds ?? "[)";
    this.empty = options.empty === true;
    if (!["[)", "(]", "[]", "()"].includes(this.bounds))
      throw new ArgumentError(`The bounds of a range are one of "[)", "(]", "[]" and "()", not "${String(this.bounds)}".`);
    Object.freeze(this);
  }

  /** Whether it has no values at all. */
  get isEmpty(): boolean {
    return this.empty;
  }

  get lowerInc(): boolean {
    return !this.empty && this.lower !== null && this.bounds.startsWith("[");
  }

  get upperInc(): boolean {
    return !this.empty && this.upper !== null && this.bounds.endsWith("]");
  }

  get lowerInf(): boolean {
    return !this.empty && this.lower === null;
  }

  get upperInf(): boolean {
    return !this.empty && this.upper === null;
  }

  toString(): string {
    return rangeText(this, (value) => (value instanceof Date ? value.toISOString() : String(value)));
  }
}

/** A range as PostgreSQL writes it. */
export function rangeText(range: Range, convert: (value: unknown) => unknown): string {
  if (range.empty) return "empty";
  const bound = (value: unknown): string => {
    if (value === null) return "";
    const text = String(convert(value));
    return /^[\w.+:-]+$/.test(text) ? text : `"${text.replaceAll("\\", "\\\\").replaceAll('"', '""')}"`;
  };
  return `${range.bounds[0]}${bound(range.lower)},${bound(range.upper)}${range.bounds[1]}`;
}

const RANGE = /^([[(])\s*(?:"((?:[^"\\]|""|\\.)*)"|([^,"]*))\s*,\s*(?:"((?:[^"\\]|""|\\.)*)"|([^\])"]*))\s*([\])])/s;

const unquote = (text: string): string => text.replaceAll('""', '"').replaceAll(/\\(.)/gs, "$1");

/** Reads PostgreSQL's text of a range; gives the range and what follows it. */
function readRange(text: string, convert: (bound: string) => unknown): [Range, string] {
  if (text.startsWith("empty")) return [new Range(null, null, { empty: true }), text.slice(5)];
  const match = RANGE.exec(text);
  if (match === null) throw new DataError("A range that the database gave cannot be read.");
  const [all, open, quotedLower, lower, quotedUpper, upper, close] = match;
  const bound = (quoted: string | undefined, plain: string | undefined): unknown => {
    if (quoted !== undefined) return convert(unquote(quoted));
    return plain === undefined || plain === "" ? null : convert(plain);
  };
  return [
    new Range(bound(quotedLower, lower), bound(quotedUpper, upper), { bounds: `${open}${close}` as RangeBounds }),
    text.slice(all.length),
  ];
}

/** Reads PostgreSQL's text of a range. */
export function parseRange(text: string, convert: (bound: string) => unknown): Range {
  return readRange(text, convert)[0];
}

/** Reads PostgreSQL's text of a multirange: `{[1,3),[5,7)}`. */
export function parseMultirange(text: string, convert: (bound: string) => unknown): Range[] {
  const ranges: Range[] = [];
  let rest = text.slice(1, -1);
  while (rest !== "") {
    const [range, after] = readRange(rest, convert);
    ranges.push(range);
    rest = after.startsWith(",") ? after.slice(1) : after;
  }
  return ranges;
}
