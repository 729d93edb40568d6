import { ArgumentError } from "../errors.ts";
import type { DialectSettings } from "../sql/base/sql-dialect.ts";
import { describeValue } from "../util/repr.ts";
import type { Dialect } from "./dialect.ts";

/** The options of `createEngine` that the dialect of the engine is told. */
export const DIALECT_SETTINGS = [
  "labelLength",
  "maxIdentifierLength",
  "jsonSerializer",
  "jsonDeserializer",
  "insertmanyvaluesPageSize",
] as const satisfies readonly (keyof DialectSettings)[];

const FUNCTIONS: readonly string[] = ["jsonSerializer", "jsonDeserializer"];

/**
 * Tells a dialect, which belongs to one engine, what the options of the engine say.
 * @throws ArgumentError for values that make no sense
 */
export function configureDialect(dialect: Dialect, options: DialectSettings): void {
  for (const name of DIALECT_SETTINGS) {
    const value = options[name];
    if (value === undefined) continue;
    if (FUNCTIONS.includes(name)) {
      if (typeof value !== "function") throw new ArgumentError(`${name} is a function, not ${describeValue(value)}`);
    } else checkCount(name, value);
    Object.assign(dialect, { [name]: value });
  }
  const { labelLength, maxIdentifierLength } = dialect;
  if (labelLength !== undefined && labelLength > maxIdentifierLength)
    throw new ArgumentError(`labelLength is at most ${maxIdentifierLength}, the longest name that the database takes, not ${labelLength}`);
}

/** @throws ArgumentError unless it is a whole number, at least 1 */
export function checkCount(name: string, value: unknown): asserts value is number {
  if (!Number.isInteger(value) || (value as number) < 1)
    throw new ArgumentError(`${name} is a whole number, at least 1, not ${describeValue(value)}`);
}
