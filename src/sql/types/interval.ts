import { ArgumentError, DataError } from "../../errors.ts";
import type { SqlDialect } from "../base/sql-dialect.ts";
import type { TypeCompiler, TypeOptions } from "../compiler/type-compiler.ts";
import type { Operator } from "../operators/operator.ts";
import { type Adaptations, adaptByTable } from "./adaptations.ts";
import { checkSize, dateTimeText, wrongValue } from "./processors.ts";
import { parseDateTime, temporalText } from "./temporal-text.ts";
import { checkMode, DateTimeType, intervalSlot, literalOf, temporalReader } from "./temporal.ts";
import { type Affinity, type LiteralProcessor, type Processor, TypeEngine } from "./type-engine.ts";

/** Options of {@link IntervalType}. */
export interface IntervalOptions {
  /** false: store as a date and time since 1970 even where the database has a type for intervals */
  readonly native?: boolean;
  readonly secondPrecision?: number;
  readonly dayPrecision?: number;
  readonly mode?: "string" | "temporal";
}

/** The parts of a duration. */
export interface Duration {
  readonly months: number;
  readonly days: number;
  readonly microseconds: number;
}

const DURATION =
  /^([-+])?P(?:([-+]?\d+)Y)?(?:([-+]?\d+)M)?(?:([-+]?\d+)W)?(?:([-+]?\d+)D)?(?:T(?:([-+]?\d+)H)?(?:([-+]?\d+)M)?(?:([-+]?)(\d+)(?:[.,](\d{1,9}))?S)?)?$/;

/** The parts of an ISO 8601 duration; null when the text is none. */
export function parseDuration(text: string): Duration | null {
  const match = DURATION.exec(text);
  if (match === null || /(?:P|T)$/.test(text)) return null;
  const sign = match[1] === "-" ? -1 : 1;
  const n = (i: number): number => Number(match[i] ?? 0);
  const seconds = n(9) * 1_000_000 + Number((match[10] ?? "").padEnd(6, "0").slice(0, 6));
  const plus = (x: number): number => x + 0;
  return {
    months: plus(sign * (n(2) * 12 + n(3))),
    days: plus(sign * (n(4) * 7 + n(5))),
    microseconds: plus(sign * (n(6) * 3_600_000_000 + n(7) * 60_000_000 + (match[8] === "-" ? -seconds : seconds))),
  };
}

/** An ISO 8601 duration of days and microseconds: "P1DT2H". */
export function durationText(days: number, microseconds: number): string {
  let text = days === 0 ? "P" : `P${days}D`;
  if (microseconds !== 0) {
    const sign = microseconds < 0 ? "-" : "";
    let rest = Math.abs(microseconds);
    const hours = Math.floor(rest / 3_600_000_000);
    rest -= hours * 3_600_000_000;
    const minutes = Math.floor(rest / 60_000_000);
    rest -= minutes * 60_000_000;
    text += "T";
    if (hours !== 0) text += `${sign}${hours}H`;
    if (minutes !== 0) text += `${sign}${minutes}M`;
    if (rest !== 0) {
      const fraction = String(rest % 1_000_000)
        .padStart(6, "0")
        .replace(/0+$/, "");
      text += `${sign}${Math.floor(rest / 1_000_000)}${fraction === "" ? "" : `.${fraction}`}S`;
    }
  }
  return text === "P" ? "PT0S" : text;
}

/** A duration without a sign in front of all of it, which not every database reads: "-P1DT2H" → "P-1DT-2H". */
export function withInnerSigns(text: string): string {
  if (text.startsWith("+")) return text.slice(1);
  if (!text.startsWith("-")) return text;
  return text.slice(1).replaceAll(/([-+]?)(\d+(?:[.,]\d+)?)/g, (_, sign: string, digits: string) => (sign === "-" ? digits : `-${digits}`));
}

/** Reads durations as Temporal.Duration, which has one sign for all of its parts. */
export function temporalDurationReader(): (text: string) => unknown {
  const read = temporalReader("Duration");
  return (text) => {
    if (!text.includes("-")) return read(text);
    if (/[PTYMWDH]\d/.test(text.replaceAll(/[PTYMWDH]0+(?:\.0+)?(?=[YMWDHS])/g, ""))) {
      throw new DataError(
        `The interval "${text}" has parts of either sign, which Temporal.Duration has not; read the column as text with { mode: "string" }.`,
      );
    }
    return read(`-${text.replaceAll("-", "")}`);
  };
}

/** A duration as the driver gets it, checked. */
export function intervalParameter(value: unknown): string | null {
  if (typeof value === "string") {
    if (parseDuration(value) !== null) return value;
    throw new ArgumentError('The type interval takes an ISO 8601 duration such as "P1DT2H30M", but the string that it was given is none.');
  }
  if (value === null) return null;
  const text = temporalText(value, "Duration");
  if (text !== null) return text;
  throw wrongValue("interval", 'an ISO 8601 duration such as "P1DT2H30M"', value);
}

const DAY = 86_400_000_000;

/**
 * A duration, as ISO 8601 text ("P1DT2H30M").
 * Databases without such a type store the point in time that lies as far from 1970-01-01 as the duration says.
 * See https://docs.sqlalchemy.org/en/21/core/type_basics.html#sqlalchemy.types.Interval
 */
export class IntervalType<V = string> extends TypeEngine<V> {
  readonly native: boolean;
  readonly secondPrecision: number | null;
  readonly dayPrecision: number | null;
  readonly mode: "string" | "temporal";

  constructor(options: IntervalOptions = {}) {
    super();
    this.native = options.native !== false;
    this.secondPrecision = checkSize(options.secondPrecision, "secondPrecision");
    this.dayPrecision = checkSize(options.dayPrecision, "dayPrecision");
    this.mode = checkMode(options.mode ?? "string", ["string", "temporal"]);
  }

  override get affinity(): Affinity {
    return "interval";
  }

  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitInterval(this, options);
  }

  /** What holds the values where the database has no intervals. */
  get epochType(): DateTimeType<string> {
    return new DateTimeType({ mode: "string" });
  }

  override bindProcessor(dialect: SqlDialect): Processor | null {
    const store = this.epochType.dialectImpl(dialect).bindProcessor(dialect);
    return (value) => {
      const text = epochText(value);
      return store === null ? text : store(text);
    };
  }

  override resultProcessor(_dialect: SqlDialect): Processor | null {
    const read = this.mode === "temporal" ? temporalDurationReader() : null;
    return (value) => {
      if (typeof value !== "string") return value;
      const text = fromEpoch(value);
      return read === null ? text : read(text);
    };
  }

  override literalProcessor(_dialect: SqlDialect): LiteralProcessor | null {
    return literalOf(epochText);
  }

  override adaptOperator(op: Operator, other: TypeEngine<unknown>): readonly [Operator, TypeEngine<unknown>] {
    return adaptByTable(INTERVAL_ADAPTATIONS, this, op, other);
  }

  override coerceComparedValue(op: Operator | null, value: unknown): TypeEngine<unknown> {
    return typeof value === "string" ? this : super.coerceComparedValue(op, value);
  }

  override compareValues(a: unknown, b: unknown): boolean {
    if (a === b) return true;
    if (a === null || b === null || a === undefined || b === undefined) return false;
    const x = parseDuration(String(a));
    const y = parseDuration(String(b));
    return x !== null && y !== null && x.months === y.months && x.days === y.days && x.microseconds === y.microseconds;
  }
}

intervalSlot.fill(() => new IntervalType());

function epochText(value: unknown): string | null {
  const text = intervalParameter(value);
  if (text === null) return null;
  const duration = parseDuration(text)!;
  if (duration.months !== 0) {
    throw new ArgumentError(
      "This database stores intervals by their exact length, so years and months, which have none, cannot be given; use days.",
    );
  }
  const total = duration.days * DAY + duration.microseconds;
  if (!Number.isSafeInteger(total)) throw new ArgumentError("A duration for the type interval is too long to be stored exactly.");
  const micros = ((total % 1000) + 1000) % 1000;
  const base = dateTimeText(new Date((total - micros) / 1000), "interval", true);
  return `${base.slice(0, -3)}${String(micros).padStart(3, "0")}`;
}

function fromEpoch(text: string): string {
  const ms = parseDateTime(text).getTime();
  const fraction = /\.(\d+)/.exec(text)?.[1] ?? "";
  const total = ms * 1000 + Number(fraction.padEnd(6, "0").slice(3, 6));
  const days = Math.trunc(total / DAY);
  return durationText(days, total - days * DAY);
}

const INTERVAL_ADAPTATIONS: Adaptations = {
  add: { date: () => new DateTimeType(), interval: "self", datetime: "other", time: "other" },
  sub: { interval: "self" },
  mul: { numeric: "self", float: "self" },
  truediv: { numeric: "self", float: "self" },
};
