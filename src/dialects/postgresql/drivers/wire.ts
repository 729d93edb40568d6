import { PostgresDriverError } from "./postgres-errors.ts";

/**
 * The messages of PostgreSQL's protocol that we send. The connection object of pg has these methods, and so have the
 * serializers of pg and of PGlite.
 * @see https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-EXT-QUERY
 */
export interface Wire {
  query(text: string): unknown;
  parse(message: { readonly name?: string; readonly text: string; readonly types?: number[] }): unknown;
  bind(message: { readonly portal?: string; readonly statement?: string; readonly values?: WireValue[] }): unknown;
  describe(message: { readonly type: "P" | "S"; readonly name?: string }): unknown;
  execute(message: { readonly portal?: string; readonly rows?: number }): unknown;
  close(message: { readonly type: "P" | "S"; readonly name?: string }): unknown;
  sync(): unknown;
}

/** A parameter as it goes out: text, bytes or NULL. */
export type WireValue = string | Buffer | null;

/** A column as the server describes it. */
export interface WireField {
  readonly name: string;
  readonly dataTypeID: number;
}

type Parse = (text: string) => unknown;

const toNumber: Parse = (text) => Number(text);
const toBoolean: Parse = (text) => text === "t";

function toBytes(text: string): Uint8Array {
  const hex = text.startsWith("\\x") ? text.slice(2) : null;
  if (hex === null) throw new PostgresDriverError("data", 'bytea came in the old escape format; set bytea_output to "hex" on the server');
  // Buffer.from() may give a part of a pool that others share
  return new Uint8Array(Buffer.from(hex, "hex"));
}

/** By type: bool, bytea, int2, int4, oid, float4, float8. Everything else stays the server's text. */
const parsers: ReadonlyMap<number, Parse> = new Map([
  [16, toBoolean],
  [17, toBytes],
  [21, toNumber],
  [23, toNumber],
  [26, toNumber],
  [700, toNumber],
  [701, toNumber],
]);

/** The value of a text that the server sends for a type, as the drivers of this dialect give it. */
export function parseWire(oid: number, text: string): unknown {
  const parse = parsers.get(oid);
  return parse === undefined ? text : parse(text);
}

/** The columns of a statement, and what has to be done to their values. */
export class WireColumns {
  readonly names: readonly string[];
  readonly #indexes: readonly number[];
  readonly #parsers: readonly Parse[];

  constructor(fields: readonly WireField[]) {
    this.names = fields.map(({ name }) => name);
    const indexes: number[] = [];
    const found: Parse[] = [];
    for (const [index, { dataTypeID }] of fields.entries()) {
      const parse = parsers.get(dataTypeID);
      if (parse === undefined) continue;
      indexes.push(index);
      found.push(parse);
    }
    this.#indexes = indexes;
    this.#parsers = found;
  }

  /** Converts a row where it is: the array was made for it. */
  parse(row: unknown[]): unknown[] {
    const indexes = this.#indexes;
    for (let i = 0; i < indexes.length; i++) {
      const index = indexes[i]!;
      const text = row[index];
      if (text !== null) row[index] = this.#parsers[i]!(text as string);
    }
    return row;
  }
}

/** Collects what the server answers to one batch of messages. */
export class WireResponse {
  readonly rows: unknown[][] = [];
  columns: WireColumns | null;
  rowCount = 0;
  command: string | null = null;
  /** there are more rows in the portal */
  suspended = false;
  /** to a simple query, which ends without a Sync */
  readonly isSimple: boolean;
  /** commands that are not the caller's: a BEGIN in front */
  #skip: number;

  /** @param columns - when the statement was described before */
  constructor(columns: WireColumns | null, skip: number, isSimple: boolean = false) {
    this.columns = columns;
    this.#skip = skip;
    this.isSimple = isSimple;
  }

  rowDescription(fields: readonly WireField[]): void {
    this.columns = new WireColumns(fields);
  }

  dataRow(fields: unknown[]): void {
    this.rows.push(this.columns!.parse(fields));
  }

  /** "INSERT 0 5", "SELECT 3", "CREATE TABLE" */
  commandComplete(tag: string): void {
    if (this.#skip > 0) {
      this.#skip -= 1;
      return;
    }
    const space = tag.lastIndexOf(" ");
    const count = space < 0 ? Number.NaN : Number(tag.slice(space + 1));
    if (Number.isNaN(count)) {
      this.command = tag;
      if (this.rowCount === 0) this.rowCount = -1;
      return;
    }
    this.rowCount = Math.max(this.rowCount, 0) + count;
    this.command = tag.slice(0, tag.indexOf(" "));
  }
}

/** Keeps so many rows and no more: the others arrive, and are dropped. */
export class LimitedResponse extends WireResponse {
  readonly #limit: number;

  constructor(columns: WireColumns | null, skip: number, limit: number) {
    super(columns, skip);
    this.#limit = limit;
  }

  override dataRow(fields: unknown[]): void {
    if (this.rows.length < this.#limit) super.dataRow(fields);
  }
}

/** The count of parameters is sent as 16 bits; more of them would wrap around without a word. */
const MAX_PARAMETERS = 65_535;

/** Strings of ES2024. */
type WellFormedString = string & { isWellFormed(): boolean };

/** Values as the protocol takes them. */
export function encodeParameters(params: readonly unknown[]): WireValue[] {
  if (params.length > MAX_PARAMETERS) {
    throw new PostgresDriverError(
      "programming",
      `the statement has ${params.length} parameters, and PostgreSQL takes ${MAX_PARAMETERS} at most; give a list of rows as the second argument of execute(), which is sent in batches`,
    );
  }
  const values: WireValue[] = [];
  for (let i = 0; i < params.length; i++) values.push(encodeParameter(params[i], i));
  return values;
}

function encodeParameter(value: unknown, index: number): WireValue {
  switch (typeof value) {
    case "string":
      if (value.includes("\0"))
        throw new PostgresDriverError("data", `the string at place ${index} has a NUL character, which PostgreSQL cannot store`);
      if (!(value as WellFormedString).isWellFormed()) {
        throw new PostgresDriverError("data", `the string at place ${index} is not well-formed Unicode (it has half of a surrogate pair)`);
      }
      return value;
    case "number":
      return Object.is(value, -0) ? "-0" : String(value);
    case "bigint":
      return String(value);
    case "boolean":
      return value ? "t" : "f";
    case "undefined":
      throw new PostgresDriverError("interface", `the value at place ${index} is undefined; use null for NULL`);
    default:
      if (value === null) return null;
      if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
      throw new PostgresDriverError(
        "interface",
        `the value at place ${index} is ${value instanceof Date ? "a Date" : "an object"}, which cannot be sent as it is; give the column or the parameter a type`,
      );
  }
}
