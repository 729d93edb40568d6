import type { Origin } from "../base/expression.ts";
import { ArgumentError } from "../../errors.ts";
import { clauseOf, describe, expectByOf } from "../base/coercions.ts";
import type { Field } from "../base/traversal.ts";
import type { SqlCompiler } from "../compiler/sql-compiler.ts";
import type { VisitOptions } from "../compiler/visit-options.ts";
import type { FromClause } from "../selectable/from-clause.ts";
import { IntegerType } from "../types/numeric.ts";
import { inferTypeSlot, type TypeEngine } from "../types/type-engine.ts";
import { BindParameter } from "./bind-parameter.ts";
import { ClauseElement } from "./clause-element.ts";
import { ClauseList } from "./clause-list.ts";
import { ColumnElement } from "./column-element.ts";

const INTEGER = new IntegerType() as TypeEngine<unknown>;

/** Expressions for PARTITION BY and ORDER BY: one, or several; names are those of labels or columns. */
export type ByArgument = unknown;

/** A frame: the rows before (negative) and after (positive), 0 for the current row, `null` for all of them. */
export type FrameArgument = readonly [start: number | null, end: number | null] | FrameClause;

/** Options of `over()`. Of `rows`, `range` and `groups` only one may be given. */
export interface OverOptions {
  readonly partitionBy?: ByArgument;
  readonly orderBy?: ByArgument;
  readonly rows?: FrameArgument | null;
  readonly range?: FrameArgument | null;
  readonly groups?: FrameArgument | null;
  /** `CURRENT ROW`, `GROUP`, `TIES` or `NO OTHERS` */
  readonly exclude?: string | null;
}

/** What bounds a frame on one side. */
export type FrameBound = "UNBOUNDED" | "CURRENT" | "PRECEDING" | "FOLLOWING";

const BOUNDS: readonly FrameBound[] = ["UNBOUNDED", "CURRENT", "PRECEDING", "FOLLOWING"];

/**
 * The frame of a window: `ROWS BETWEEN start AND end`.
 * @see https://docs.sqlalchemy.org/en/21/core/sqlelement.html#sqlalchemy.sql.expression.FrameClause
 */
export class FrameClause extends ClauseElement {
  static override readonly fields: readonly Field[] = [
    ["lowerBind", "clause"],
    ["upperBind", "clause"],
    ["lowerType", "plain"],
    ["upperType", "plain"],
  ];

  lowerBind: ClauseElement | null;
  upperBind: ClauseElement | null;
  readonly lowerType: FrameBound;
  readonly upperType: FrameBound;

  /** @throws ArgumentError for a value with UNBOUNDED or CURRENT, and for another bound than those four */
  constructor(start: unknown, end: unknown, startType: FrameBound, endType: FrameBound) {
    super();
    for (const type of [startType, endType]) {
      // they are written into the SQL
      if (!BOUNDS.includes(type)) throw new ArgumentError(`A frame is bounded by ${BOUNDS.join(", ")}, not by ${describe(type)}.`);
    }
    this.lowerBind = frameValue(start, startType, "start");
    this.upperBind = frameValue(end, endType, "end");
    this.lowerType = startType;
    this.upperType = endType;
  }

  /** The frame that `[start, end]` stands for. */
  static parse(frame: FrameArgument | null | undefined, place: string): FrameClause | null {
    if (frame === null || frame === undefined) return null;
    if (frame instanceof FrameClause) return frame;
    if (!Array.isArray(frame) || frame.length !== 2)
      throw new ArgumentError(`over(): "${place}" takes an array of two bounds, such as [null, 0].`);
    const [start, startType] = bound(frame[0], place);
    const [end, endType] = bound(frame[1], place);
    return new FrameClause(start, end, startType, endType);
  }

  override accept(compiler: SqlCompiler, options: VisitOptions): string {
    return compiler.visitFrameClause(this, options);
  }
}

function bound(value: unknown, place: string): [number | null, FrameBound] {
  if (value === null) return [null, "UNBOUNDED"];
  if (typeof value !== "number" || !Number.isInteger(value)) {
    throw new ArgumentError(`over(): the bounds of "${place}" are whole numbers or null; for others use new FrameClause(…).`);
  }
  if (value === 0) return [null, "CURRENT"];
  return value < 0 ? [-value, "PRECEDING"] : [value, "FOLLOWING"];
}

function frameValue(value: unknown, type: FrameBound, side: string): ClauseElement | null {
  if (value === undefined) throw new ArgumentError(`The ${side} of a frame is undefined: undefined is not a value; use null.`);
  if (value === null) return null;
  if (type === "UNBOUNDED" || type === "CURRENT") throw new ArgumentError(`The ${side} of a frame that is ${type} has no value.`);
  const element = clauseOf(value);
  if (element !== null) return element;
  return new BindParameter<unknown>(
    null,
    value,
    typeof value === "number" && Number.isInteger(value) ? INTEGER : inferTypeSlot.call(value),
    true,
  );
}

/** A list for PARTITION BY or ORDER BY; null for none. */
export function byList(argument: unknown, place: string): ClauseList | null {
  if (argument === undefined || argument === null) return null;
  const list = Array.isArray(argument) ? (argument as readonly unknown[]) : [argument];
  return ClauseList.grouped(list.map((one) => expectByOf(one, place)));
}

/**
 * A window function: `function OVER (PARTITION BY … ORDER BY … ROWS …)`.
 * @see https://docs.sqlalchemy.org/en/21/core/sqlelement.html#sqlalchemy.sql.expression.over
 */
export class Over<V, N extends Origin = Origin> extends ColumnElement<V, N> {
  static override readonly fields: readonly Field[] = [
    ["element", "clause"],
    ["orderBy", "clause"],
    ["partitionBy", "clause"],
    ["range", "clause"],
    ["rows", "clause"],
    ["groups", "clause"],
    ["exclude", "plain", null],
  ];

  element: ColumnElement<V, N>;
  orderBy: ClauseList | null;
  partitionBy: ClauseList | null;
  range: FrameClause | null;
  rows: FrameClause | null;
  groups: FrameClause | null;
  readonly exclude: string | null;

  constructor(element: ColumnElement<V, N>, options: OverOptions = {}) {
    super();
    this.element = element;
    this.orderBy = byList(options.orderBy, "over(), orderBy");
    this.partitionBy = byList(options.partitionBy, "over(), partitionBy");
    this.range = FrameClause.parse(options.range, "range");
    this.rows = FrameClause.parse(options.rows, "rows");
    this.groups = FrameClause.parse(options.groups, "groups");
    this.exclude = options.exclude ?? null;
    const frames = [this.range, this.rows, this.groups].filter((frame) => frame !== null).length;
    if (frames > 1) throw new ArgumentError('over() takes only one of "rows", "range" and "groups".');
    if (this.exclude !== null && frames === 0) throw new ArgumentError('over(): "exclude" needs one of "rows", "range" and "groups".');
  }

  override get type(): TypeEngine<V> {
    return this.element.type;
  }

  override accept(compiler: SqlCompiler, options: VisitOptions): string {
    return compiler.visitOver(this, options);
  }

  override get _fromObjects(): readonly FromClause[] {
    return [...this.element._fromObjects, ...(this.partitionBy?._fromObjects ?? []), ...(this.orderBy?._fromObjects ?? [])];
  }
}
