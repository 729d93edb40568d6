import { DecimalParameter } from "../decimal.ts";
import { MysqlDriverError } from "./mysql-errors.ts";

const MAX_PARAMETERS = 65_535;
const MIN_INT64 = -(2n ** 63n);
const MAX_INT64 = 2n ** 63n - 1n;

/** Strings of ES2024. */
type WellFormedString = string & { isWellFormed(): boolean };

/** Values as the package mariadb takes them; exact decimals, for which it has no type, stay what they are until the statement is sent. */
export function checkParameters(params: readonly unknown[]): unknown[] {
  if (params.length > MAX_PARAMETERS) {
    throw new MysqlDriverError(
      "programming",
      `the statement has ${params.length} parameters, and the server takes ${MAX_PARAMETERS} at most; give a list of rows as the second argument of execute(), which is sent in batches`,
    );
  }
  return params.map(checkParameter);
}

function checkParameter(value: unknown, index: number): unknown {
  switch (typeof value) {
    case "string":
      if (!(value as WellFormedString).isWellFormed())
        throw new MysqlDriverError("data", `the string at place ${index} is not well-formed Unicode (it has half of a surrogate pair)`);
      return value;
    case "number":
      if (!Number.isFinite(value))
        throw new MysqlDriverError("data", `the number at place ${index} is ${String(value)}, which the server does not have`);
      // whole numbers go as such: as floating point they would make a floating point number of every expression that they stand in
      return Number.isSafeInteger(value) && !Object.is(value, -0) ? BigInt(value) : value;
    case "bigint":
      return value < MIN_INT64 || value > MAX_INT64 ? String(value) : value;
    case "boolean":
      return value ? 1n : 0n;
    case "undefined":
      throw new MysqlDriverError("interface", `the value at place ${index} is undefined; use null for NULL`);
    default:
      if (value === null) return null;
      if (value instanceof DecimalParameter) return value;
      if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
      throw new MysqlDriverError(
        "interface",
        `the value at place ${index} is ${value instanceof Date ? "a Date" : "an object"}, which cannot be sent as it is; give the column or the parameter a type`,
      );
  }
}
