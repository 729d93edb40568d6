import type { FieldPacket, TypedParameter } from "mysql2";
import { DecimalParameter } from "../decimal.ts";
import { MysqlDriverError } from "./mysql-errors.ts";

/** Numbers of column types in the protocol. */
const FLOAT = 4;
const BIT = 16;
const BLOB = 252;
const GEOMETRY = 255;
const TEXT_LIKE: ReadonlySet<number> = new Set([BIT, 15, 249, 250, 251, BLOB, 253, 254]);
const BINARY_CHARSET = 63;
const MAX_PARAMETERS = 65_535;
const INT32 = 2 ** 31;
const MIN_INT64 = -(2n ** 63n);
const MAX_INT64 = 2n ** 63n - 1n;
const MAX_UINT64 = 2n ** 64n - 1n;

/** The factories of parameters whose type is said rather than guessed from the value. */
export type Typed = TypedParameter;

/** A column as the server describes it, in the words of mysql2. */
export interface WireField {
  name: string;
  columnType: number;
  characterSet: number;
}

type Convert = (value: unknown) => unknown;

/** The columns of a result, and what has to be done to their values. */
export class MysqlColumns {
  readonly names: readonly string[];
  readonly #indexes: readonly number[];
  readonly #converts: readonly Convert[];

  constructor(given: readonly WireField[]) {
    this.names = given.map((field) => realNames.get(field) ?? field.name);
    const indexes: number[] = [];
    const converts: Convert[] = [];
    for (const [index, field] of given.entries()) {
      const convert = field.columnType === FLOAT ? shortFloat : isBytes(field) ? ownBytes : null;
      if (convert === null) continue;
      indexes.push(index);
      converts.push(convert);
    }
    this.#indexes = indexes;
    this.#converts = converts;
  }

  /** Converts a row where it is: the array was made for it. */
  convert(row: unknown[]): unknown[] {
    const indexes = this.#indexes;
    for (let i = 0; i < indexes.length; i++) {
      const index = indexes[i]!;
      const value = row[index];
      if (value !== null) row[index] = this.#converts[i]!(value);
    }
    return row;
  }

  /** Converts rows where they are. */
  convertAll(rows: unknown[][]): unknown[][] {
    if (this.#indexes.length > 0) for (const row of rows) this.convert(row);
    return rows;
  }
}

/** Names that the driver refuses, since it could not make properties of objects of them; then it gives the connection up. */
const REFUSED: ReadonlySet<string> = new Set(["__proto__", "__defineGetter__", "__defineSetter__", "__lookupGetter__", "__lookupSetter__"]);

const realNames = new WeakMap<object, string>();

/**
 * Makes the driver read what it would make objects of as bytes, and columns of any name. To be called with the columns, before it has made
 * its reader of rows.
 */
export function readAsBytes(fields: readonly FieldPacket[] | undefined): void {
  for (const field of (fields ?? []) as unknown as readonly WireField[]) {
    if (REFUSED.has(field.name)) {
      realNames.set(field, field.name);
      field.name = `${field.name} `;
    }
    if (field.columnType !== GEOMETRY) continue;
    field.columnType = BLOB;
    field.characterSet = BINARY_CHARSET;
  }
}

function isBytes({ columnType, characterSet }: WireField): boolean {
  return characterSet === BINARY_CHARSET && TEXT_LIKE.has(columnType);
}

/** Bytes of their own: the driver gives parts of the packet that they came in. */
function ownBytes(value: unknown): unknown {
  return value instanceof Uint8Array ? new Uint8Array(value) : value;
}

/** The shortest decimal number that a value of single precision is read back from: 0.1 rather than 0.10000000149011612. */
export function shortFloat(value: unknown): unknown {
  if (typeof value !== "number" || (Number.isInteger(value) && Math.abs(value) <= 0x1_00_00_00)) return value;
  // the text protocol gives it so already
  if (Math.fround(value) !== value) return value;
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return Number(value.toPrecision(9));
}

/** Strings of ES2024. */
type WellFormedString = string & { isWellFormed(): boolean };

/** Values as the driver takes them: scalars alone, which it cannot take for anything else than what they are. */
export function encodeParameters(params: readonly unknown[], typed: Typed): unknown[] {
  if (params.length > MAX_PARAMETERS) {
    throw new MysqlDriverError(
      "programming",
      `the statement has ${params.length} parameters, and the server takes ${MAX_PARAMETERS} at most; give a list of rows as the second argument of execute(), which is sent in batches`,
    );
  }
  return params.map((value, i) => encodeParameter(value, i, typed));
}

function encodeParameter(value: unknown, index: number, typed: Typed): unknown {
  switch (typeof value) {
    case "string":
      if (!(value as WellFormedString).isWellFormed()) {
        throw new MysqlDriverError("data", `the string at place ${index} is not well-formed Unicode (it has half of a surrogate pair)`);
      }
      return value;
    case "number":
      return encodeNumber(value, index, typed);
    case "bigint":
      // beyond 64 bits there are only decimal numbers
      if (value < MIN_INT64 || value > MAX_UINT64) return typed.NEWDECIMAL(String(value));
      return value > MAX_INT64 ? typed.LONGLONG.unsigned(value) : typed.LONGLONG(value);
    case "boolean":
      return typed.TINY(value ? 1 : 0);
    case "undefined":
      throw new MysqlDriverError("interface", `the value at place ${index} is undefined; use null for NULL`);
    default:
      if (value === null) return null;
      if (value instanceof DecimalParameter) return typed.NEWDECIMAL(value.text);
      if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
      throw new MysqlDriverError(
        "interface",
        `the value at place ${index} is ${value instanceof Date ? "a Date" : "an object"}, which cannot be sent as it is; give the column or the parameter a type`,
      );
  }
}

/** Whole numbers go as such: as floating point they would make a floating point number of every expression that they stand in. */
function encodeNumber(value: number, index: number, typed: Typed): unknown {
  if (Number.isSafeInteger(value) && !Object.is(value, -0))
    return value >= -INT32 && value < INT32 ? typed.LONG(value) : typed.LONGLONG(value);
  if (!Number.isFinite(value))
    throw new MysqlDriverError("data", `the number at place ${index} is ${String(value)}, which the server does not have`);
  return value;
}
