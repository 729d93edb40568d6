import { ArgumentError, DataError } from "../../errors.ts";
import { Slot } from "../../sql/base/late.ts";
import { TYPE_OF } from "../../sql/types/infer-type.ts";
import type { TypeEngine } from "../../sql/types/type-engine.ts";
import { compareLower, compareUpper, type Edge, meeting, type Span, spanOf } from "./range-algebra.ts";

/** The type of a range by its bounds; filled by `range-types.ts`. */
export const rangeTypeSlot: Slot<(range: Range) => TypeEngine<unknown> | null> = new Slot("rangeType");

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
    return this._span === null;
  }

  /** Whether there is a lower bound that belongs to the range. */
  get lowerInc(): boolean {
    return !this.empty && this.lower !== null && this.bounds.startsWith("[");
  }

  /** Whether there is an upper bound that belongs to the range. */
  get upperInc(): boolean {
    return !this.empty && this.upper !== null && this.bounds.endsWith("]");
  }

  /** Whether there is no lower bound. */
  get lowerInf(): boolean {
    return !this.empty && this.lower === null;
  }

  /** Whether there is no upper bound. */
  get upperInf(): boolean {
    return !this.empty && this.upper === null;
  }

  /** The bounds in the form that equal ranges share; null for a range without values. @internal */
  get _span(): Span | null {
    return this.empty ? null : spanOf({ value: this.lower, closed: this.lowerInc }, { value: this.upper, closed: this.upperInc });
  }

  /** Whether both have the same values. */
  equals(other: Range<V>): boolean {
    const [a, b] = [this._span, other._span];
    if (a === null || b === null) return a === b;
    return compareLower(a.lower, b.lower) === 0 && compareUpper(a.upper, b.upper) === 0;
  }

  /** Whether a value, or all of another range's values, belong to it: `@>`. */
  contains(value: V | Range<V>): boolean {
    const inner = value instanceof Range ? (value as Range<V>)._span : spanOf({ value, closed: true }, { value, closed: true });
    const outer = this._span;
    if (inner === null || outer === null) return inner === null;
    return compareLower(outer.lower, inner.lower) <= 0 && compareUpper(inner.upper, outer.upper) <= 0;
  }

  /** Whether all of its values belong to another range: `<@`. */
  containedBy(other: Range<V>): boolean {
    return other.contains(this);
  }

  /** Whether there is a value that belongs to both: `&&`. */
  overlaps(other: Range<V>): boolean {
    const [a, b] = [this._span, other._span];
    if (a === null || b === null) return false;
    return meeting(a.upper, b.lower) === "overlapping" && meeting(b.upper, a.lower) === "overlapping";
  }

  /** Whether all of its values are less than those of another range: `<<`. */
  strictlyLeftOf(other: Range<V>): boolean {
    const [a, b] = [this._span, other._span];
    return a !== null && b !== null && meeting(a.upper, b.lower) !== "overlapping";
  }

  /** Whether all of its values are greater than those of another range: `>>`. */
  strictlyRightOf(other: Range<V>): boolean {
    return other.strictlyLeftOf(this);
  }

  /** Whether it begins no earlier than another range: `&>`. */
  notExtendLeftOf(other: Range<V>): boolean {
    const [a, b] = [this._span, other._span];
    return a !== null && b !== null && compareLower(a.lower, b.lower) >= 0;
  }

  /** Whether it ends no later than another range: `&<`. */
  notExtendRightOf(other: Range<V>): boolean {
    const [a, b] = [this._span, other._span];
    return a !== null && b !== null && compareUpper(a.upper, b.upper) <= 0;
  }

  /** Whether one ends where the other begins, with nothing between and no value in both: `-|-`. */
  adjacentTo(other: Range<V>): boolean {
    const [a, b] = [this._span, other._span];
    return a !== null && b !== null && (meeting(a.upper, b.lower) === "touching" || meeting(b.upper, a.lower) === "touching");
  }

  /**
   * The range of the values that belong to either: `+`.
   * @throws ArgumentError when there is a gap between the two
   */
  union(other: Range<V>): Range<V> {
    const [a, b] = [this._span, other._span];
    if (a === null) return other;
    if (b === null) return this;
    if (!this.overlaps(other) && !this.adjacentTo(other))
      throw new ArgumentError("The union of two ranges with a gap between them is no range.");
    return between(compareLower(a.lower, b.lower) <= 0 ? a.lower : b.lower, compareUpper(a.upper, b.upper) >= 0 ? a.upper : b.upper);
  }

  /** The range of the values that belong to both: `*`. */
  intersection(other: Range<V>): Range<V> {
    const [a, b] = [this._span, other._span];
    if (a === null || b === null || !this.overlaps(other)) return new Range<V>(null, null, { empty: true });
    return between(compareLower(a.lower, b.lower) >= 0 ? a.lower : b.lower, compareUpper(a.upper, b.upper) <= 0 ? a.upper : b.upper);
  }

  /**
   * The range of its values that do not belong to another one: `-`.
   * @throws ArgumentError when these are two ranges
   */
  difference(other: Range<V>): Range<V> {
    const [a, b] = [this._span, other._span];
    if (a === null || b === null || !this.overlaps(other)) return this;
    const begins = compareLower(a.lower, b.lower) < 0;
    const ends = compareUpper(a.upper, b.upper) > 0;
    if (begins && ends) throw new ArgumentError("What is left of the range lies on both sides of the other one, which is no range.");
    if (begins) return between(a.lower, opposite(b.lower));
    return ends ? between(opposite(b.upper), a.upper) : new Range<V>(null, null, { empty: true });
  }

  /** The type of the range as a value on its own; null where its bounds do not say it. */
  get [TYPE_OF](): TypeEngine<unknown> | null {
    return rangeTypeSlot.call(this as Range);
  }

  toString(): string {
    return rangeText(this, (value) => (value instanceof Date ? value.toISOString() : String(value)));
  }
}

function between<V>(lower: Edge, upper: Edge): Range<V> {
  return new Range<V>(lower.value as V | null, upper.value as V | null, {
    bounds: `${lower.closed ? "[" : "("}${upper.closed ? "]" : ")"}` as RangeBounds,
  });
}

/** The edge at the other side of the same place. */
function opposite({ value, closed }: Edge): Edge {
  return { value, closed: !closed };
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
