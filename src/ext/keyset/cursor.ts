import { InvalidCursorError } from "../../errors.ts";
import { hashSuffix } from "../../util/hash-suffix.ts";
import type { OrderKey } from "./order.ts";

const LONGEST = 8192;
const BASE64URL = /^[\w-]+$/;

/** What tells the cursors of one order from those of another. */
export function fingerprint(keys: readonly OrderKey[]): string {
  return hashSuffix(keys.map((key) => `${String(key.expression)} ${key.type.affinity} ${key.descending} ${key.nulls}`).join("\n"));
}

/** The text of the place of a row in an order: the values of its keys. It hides nothing, and is checked when it comes back. */
export function encodeCursor(keys: readonly OrderKey[], values: readonly unknown[], mark: string): string {
  return Buffer.from(JSON.stringify([mark, ...keys.map((key, i) => encode(key, values[i]))])).toString("base64url");
}

function encode(key: OrderKey, value: unknown): unknown {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "bigint") return String(value);
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  throw new InvalidCursorError(`A value of ${String(key.expression)} cannot stand in a cursor: ${String(value)}`);
}

/**
 * The values of a cursor.
 * @throws InvalidCursorError when it is not one of this order
 */
export function decodeCursor(keys: readonly OrderKey[], cursor: unknown, mark: string): unknown[] {
  if (typeof cursor !== "string") throw bad("it is no text");
  if (cursor.length > LONGEST) throw bad("it is too long");
  if (!BASE64URL.test(cursor)) throw bad("it has characters that a cursor does not have");
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
  } catch (cause) {
    throw bad("it is damaged", cause);
  }
  if (!Array.isArray(parsed) || typeof parsed[0] !== "string") throw bad("it is damaged");
  if (parsed[0] !== mark || parsed.length !== keys.length + 1) throw bad("it is of another order, or of an earlier version of this one");
  return keys.map((key, i) => decode(key, parsed[i + 1]));
}

function bad(why: string, cause?: unknown): InvalidCursorError {
  return new InvalidCursorError(
    `The cursor is not one that this page gave: ${why}. Cursors are valid for the order that they were made with`,
    cause === undefined ? {} : { cause },
  );
}

const TEXTS: Readonly<Record<string, RegExp>> = {
  numeric: /^[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?$|^-?Infinity$|^NaN$/,
  date: /^-?\d{4,6}-\d\d-\d\d(?: BC)?$/,
  time: /^\d\d:\d\d:\d\d(?:\.\d+)?(?:[-+]\d\d(?::?\d\d)*|Z)?$/,
  datetime: /^-?\d{4,6}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:[-+]\d\d(?::?\d\d)*|Z)?(?: BC)?$/,
  uuid: /^[\da-f]{8}-?(?:[\da-f]{4}-?){3}[\da-f]{12}$/i,
};

/** A value of a key as it is compared with: of its kind, or not at all. */
function decode(key: OrderKey, value: unknown): unknown {
  const wrong = (): InvalidCursorError => bad(`its value for ${String(key.expression)} is none`);
  if (value === null) {
    if (key.nulls === null) throw wrong();
    return null;
  }
  const kind = key.type.affinity;
  switch (kind) {
    case "boolean":
      if (typeof value !== "boolean") throw wrong();
      return value;
    case "integer":
      if (typeof value === "number" && Number.isSafeInteger(value)) return value;
      if (typeof value === "string" && /^-?\d{1,40}$/.test(value)) return BigInt(value);
      throw wrong();
    case "float":
      if (typeof value === "number") return value;
      if (value === "Infinity" || value === "-Infinity" || value === "NaN") return Number(value);
      throw wrong();
    case "binary":
      if (typeof value !== "string") throw wrong();
      return new Uint8Array(Buffer.from(value, "base64"));
    default:
      // of decimals that are numbers, the number
      if (kind === "numeric" && typeof value === "number") return value;
      if (typeof value !== "string" || TEXTS[kind]?.test(value) === false) throw wrong();
      return value;
  }
}
