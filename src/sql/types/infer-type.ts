import { BooleanType } from "./boolean.ts";
import { LargeBinaryType } from "./binary.ts";
import { IntervalType } from "./interval.ts";
import { NULLTYPE } from "./null-type.ts";
import { BigIntegerType, FloatType, IntegerType } from "./numeric.ts";
import { StringType } from "./string.ts";
import { DateTimeType, DateType, TimeType } from "./temporal.ts";
import { inferTypeSlot, type TypeEngine } from "./type-engine.ts";

const STRING: TypeEngine<unknown> = new StringType();
const INTEGER: TypeEngine<unknown> = new IntegerType();
const BIG_INTEGER: TypeEngine<unknown> = new BigIntegerType();
/** Beyond 32 bits, for databases to which the type of a parameter is said. */
const LARGE_INTEGER: TypeEngine<unknown> = new BigIntegerType({ mode: "number" });
const FLOAT: TypeEngine<unknown> = new FloatType();
const BOOLEAN: TypeEngine<unknown> = new BooleanType();
const DATETIME: TypeEngine<unknown> = new DateTimeType();
const BINARY: TypeEngine<unknown> = new LargeBinaryType();

/** The name of the member by which objects of classes that are values say of which type they are. */
export const TYPE_OF: unique symbol = Symbol.for("athanor.typeOf");

/**
 * The type of a JavaScript value on its own: an integral number is an integer, another a float. Where nothing can be said
 * (null, arrays, plain objects), it is the type of which nothing is known.
 */
export function inferType(value: unknown): TypeEngine<unknown> {
  switch (typeof value) {
    case "string":
      return STRING;
    case "number":
      if (!Number.isSafeInteger(value)) return FLOAT;
      return value > 2_147_483_647 || value < -2_147_483_648 ? LARGE_INTEGER : INTEGER;
    case "bigint":
      return BIG_INTEGER;
    case "boolean":
      return BOOLEAN;
    case "object":
      if (value instanceof Date) return DATETIME;
      if (value instanceof Uint8Array) return BINARY;
      return inferTemporal(value) ?? (value as { readonly [TYPE_OF]?: TypeEngine<unknown> | null } | null)?.[TYPE_OF] ?? NULLTYPE;
    default:
      return NULLTYPE;
  }
}

function inferTemporal(value: object | null): TypeEngine<unknown> | null {
  switch ((value as { [Symbol.toStringTag]?: unknown } | null)?.[Symbol.toStringTag]) {
    case "Temporal.PlainDate":
      return new DateType({ mode: "temporal" });
    case "Temporal.PlainTime":
      return new TimeType({ mode: "temporal" });
    case "Temporal.PlainDateTime":
      return new DateTimeType({ mode: "temporal" });
    case "Temporal.Instant":
      return new DateTimeType({ mode: "temporal", timezone: true });
    case "Temporal.Duration":
      return new IntervalType({ mode: "temporal" });
    default:
      return null;
  }
}

inferTypeSlot.fill(inferType);
