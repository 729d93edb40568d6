import type { SqlDialect } from "../../sql/base/sql-dialect.ts";
import type { TypeCompiler, TypeOptions } from "../../sql/compiler/type-compiler.ts";
import { BigIntegerType, IntegerType, NumericType } from "../../sql/types/numeric.ts";
import { isDecimal } from "../../sql/types/decimal-text.ts";
import { quoteText, wrongValue } from "../../sql/types/processors.ts";
import { isDateText } from "../../sql/types/temporal-text.ts";
import { DateTimeType, DateType } from "../../sql/types/temporal.ts";
import type { ColumnElement } from "../../sql/elements/column-element.ts";
import type { Operator } from "../../sql/operators/operator.ts";
import { type Affinity, type LiteralProcessor, type Processor, TypeEngine, type TypeMethod } from "../../sql/types/type-engine.ts";
import { RANGE_METHODS, rangeOperator } from "./operators.ts";
import { compareLower } from "./range-algebra.ts";
import { parseMultirange, parseRange, Range, rangeText, rangeTypeSlot } from "./ranges.ts";

/** What a range is of. */
export type RangeKind = "INT4" | "INT8" | "NUM" | "DATE" | "TS" | "TSTZ";

const BOUNDS: Readonly<Record<RangeKind, () => TypeEngine<unknown>>> = {
  INT4: () => new IntegerType(),
  INT8: () => new BigIntegerType(),
  NUM: () => new NumericType(),
  DATE: () => new DateType(),
  TS: () => new DateTimeType(),
  TSTZ: () => new DateTimeType({ timezone: true }),
};

/** The text of a range or a multirange. */
const TEXT_FORM = /^(?:[[({]|empty$)/;

/** What ranges and multiranges share. */
abstract class AbstractRange<V> extends TypeEngine<V> {
  readonly kind: RangeKind;

  constructor(kind: RangeKind) {
    super();
    this.kind = kind;
  }

  /** The type of the bounds. */
  get boundType(): TypeEngine<unknown> {
    return BOUNDS[this.kind]();
  }

  override get affinity(): Affinity {
    return "other";
  }

  override literalProcessor(dialect: SqlDialect): LiteralProcessor | null {
    const bind = this.bindProcessor(dialect)!;
    return (value) => (value === null ? "NULL" : quoteText(String(bind(value))));
  }

  override compareValues(a: unknown, b: unknown): boolean {
    if (a === b || !isRanges(a) || !isRanges(b)) return a === b;
    const [x, y] = [mergedRanges(a), mergedRanges(b)];
    return x.length === y.length && x.every((range, i) => range.equals(y[i]!));
  }

  /** A range, several of them, or (with `@>`) a value that may lie within. */
  override coerceComparedValue(_op: Operator | null, value: unknown): TypeEngine<unknown> {
    if (value instanceof Range) return new RangeType(this.kind) as TypeEngine<unknown>;
    if (Array.isArray(value)) return new MultiRangeType(this.kind) as TypeEngine<unknown>;
    return typeof value === "string" && TEXT_FORM.test(value) ? (this as TypeEngine<unknown>) : this.boundType;
  }

  override operate(expression: ColumnElement<unknown>, op: Operator, a: unknown): ColumnElement<unknown> | null {
    return rangeOperator(expression, op, a);
  }

  override method(name: string): TypeMethod | null {
    return RANGE_METHODS[name] ?? null;
  }

  /** @internal */
  _boundBinder(dialect: SqlDialect): (value: unknown) => unknown {
    return this.boundType._cachedBindProcessor(dialect) ?? ((value) => value);
  }

  /** @internal */
  _boundReader(dialect: SqlDialect): (text: string) => unknown {
    const read = this.boundType._cachedResultProcessor(dialect);
    return read === null ? (text) => text : (text) => read(text);
  }
}

/** A range type: INT4RANGE, DATERANGE, … Values are {@link Range}s. */
export class RangeType<V = unknown> extends AbstractRange<Range<V>> {
  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitDialectType(this, `${this.kind}RANGE`, options);
  }

  override bindProcessor(dialect: SqlDialect): Processor | null {
    const bound = this._boundBinder(dialect);
    return (value) => {
      if (value === null || typeof value === "string") return value;
      if (!(value instanceof Range)) throw wrongValue(`${this.kind}RANGE`, "a Range", value);
      return rangeText(value, bound);
    };
  }

  override resultProcessor(dialect: SqlDialect): Processor | null {
    const read = this._boundReader(dialect);
    return (value) => (typeof value === "string" ? parseRange(value, read) : value);
  }
}

/** A multirange type: INT4MULTIRANGE, … Values are arrays of {@link Range}s. */
export class MultiRangeType<V = unknown> extends AbstractRange<Range<V>[]> {
  override get isListValued(): boolean {
    return true;
  }

  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitDialectType(this, `${this.kind}MULTIRANGE`, options);
  }

  override bindProcessor(dialect: SqlDialect): Processor | null {
    const bound = this._boundBinder(dialect);
    return (value) => {
      if (value === null || typeof value === "string") return value;
      if (!Array.isArray(value) || value.some((range) => !(range instanceof Range)))
        throw wrongValue(`${this.kind}MULTIRANGE`, "an array of Ranges", value);
      return `{${(value as Range[]).map((range) => rangeText(range, bound)).join(",")}}`;
    };
  }

  override resultProcessor(dialect: SqlDialect): Processor | null {
    const read = this._boundReader(dialect);
    return (value) => (typeof value === "string" ? parseMultirange(value, read) : value);
  }
}

function isRanges(value: unknown): value is Range | readonly Range[] {
  return value instanceof Range || (Array.isArray(value) && value.every((one) => one instanceof Range));
}

/** Ranges as the server keeps them in a multirange: in order, those that overlap or touch as one, none that is empty. */
function mergedRanges(value: Range | readonly Range[]): Range[] {
  const ranges = (value instanceof Range ? [value] : [...value])
    .filter((range) => !range.isEmpty)
    .sort((x, y) => compareLower(x._span!.lower, y._span!.lower));
  const merged: Range[] = [];
  for (const range of ranges) {
    const last = merged.at(-1);
    if (last !== undefined && (last.overlaps(range) || last.adjacentTo(range))) merged[merged.length - 1] = last.union(range);
    else merged.push(range);
  }
  return merged;
}

const INT32 = 2_147_483_647;

/** The kind of range that a bound belongs to; text may be a date or a decimal number. */
function kindOfBound(bound: unknown): RangeKind | null {
  switch (typeof bound) {
    case "number":
      return Number.isInteger(bound) ? (Math.abs(bound) <= INT32 ? "INT4" : "INT8") : "NUM";
    case "bigint":
      return "INT8";
    case "string":
      return isDateText(bound) ? "DATE" : isDecimal(bound) ? "NUM" : null;
    default:
      return bound instanceof Date ? "TS" : null;
  }
}

rangeTypeSlot.fill(({ lower, upper }) => {
  const [a, b] = [kindOfBound(lower), kindOfBound(upper)];
  const kind = a === "INT4" && b === "INT8" ? b : (a ?? b);
  return kind === null ? null : (new RangeType(kind) as TypeEngine<unknown>);
});
