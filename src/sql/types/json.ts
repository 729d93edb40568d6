import { ArgumentError, DataError } from "../../errors.ts";
import type { SqlDialect } from "../base/sql-dialect.ts";
import type { TypeCompiler, TypeOptions } from "../compiler/type-compiler.ts";
import { CustomOperator } from "../operators/custom-operator.ts";
import type { Operator } from "../operators/operator.ts";
import { checkText, kindOf, numberText, quoteText, wrongValue } from "./processors.ts";
import { adaptConcat } from "./string.ts";
import { type Affinity, type LiteralProcessor, type Processor, TypeEngine } from "./type-engine.ts";

/** The JSON value `null`, as opposed to SQL's NULL. */
export class JsonNull {
  toString(): string {
    return "JSON.NULL";
  }
}

/** The JSON value `null`: `t.json.NULL`. */
export const JSON_NULL: JsonNull = Object.freeze(new JsonNull());

/** Options of {@link JsonType}. */
export interface JsonOptions {
  /** turns values into text; JSON.stringify after a check that nothing would be lost */
  readonly serializer?: (value: unknown) => string;
  /** turns text into values; JSON.parse */
  readonly deserializer?: (text: string) => unknown;
}

/**
 * JSON. `null` is SQL's NULL, `t.json.NULL` the JSON value null.
 * See https://docs.sqlalchemy.org/en/21/core/type_basics.html#sqlalchemy.types.JSON
 */
export class JsonType<V = unknown> extends TypeEngine<V> {
  readonly serializer: ((value: unknown) => string) | null;
  readonly deserializer: ((text: string) => unknown) | null;

  constructor(options: JsonOptions = {}) {
    super();
    this.serializer = options.serializer ?? null;
    this.deserializer = options.deserializer ?? null;
  }

  override get affinity(): Affinity {
    return "json";
  }

  override get isListValued(): boolean {
    return true;
  }

  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitJSON(this, options);
  }

  /** A number that stands alone may be kept as one, and be large. */
  override get wantsBigint(): boolean {
    return true;
  }

  override bindProcessor(dialect: SqlDialect): Processor | null {
    const serialize = this.serializer ?? dialect.jsonSerializer ?? jsonText;
    return (value) => {
      if (value === null) return null;
      return value === JSON_NULL ? "null" : serialize(value);
    };
  }

  override resultProcessor(dialect: SqlDialect): Processor | null {
    const parse = this.deserializer ?? dialect.jsonDeserializer ?? parseJson;
    return (value) => {
      if (typeof value === "string") return parse(value);
      // SQLite may keep a number that stands alone as a number
      return typeof value === "bigint" ? Number(value) : value;
    };
  }

  override literalProcessor(dialect: SqlDialect): LiteralProcessor | null {
    const serialize = this.serializer ?? dialect.jsonSerializer ?? jsonText;
    return (value) => (value === null ? "NULL" : quoteText(value === JSON_NULL ? "null" : serialize(value)));
  }

  /** `+` between documents is `||`. */
  override adaptOperator(op: Operator, other: TypeEngine<unknown>): readonly [Operator, TypeEngine<unknown>] {
    return adaptConcat(this, op, other);
  }

  /**
   * Any plain value beside JSON is JSON, so that it is compared as such. Beside an operator that only the database knows (`op("->>")`),
   * a string or number is what it is: a key, a path, an index.
   */
  override coerceComparedValue(op: Operator | null, value: unknown): TypeEngine<unknown> {
    return op instanceof CustomOperator && (typeof value === "string" || typeof value === "number")
      ? super.coerceComparedValue(op, value)
      : this;
  }

  override compareValues(a: unknown, b: unknown): boolean {
    if (a === b) return true;
    if (typeof a !== "object" || typeof b !== "object" || a === null || b === null || a === JSON_NULL || b === JSON_NULL) return false;
    return sameJson(a, b);
  }
}

/** A value as JSON text; throws where JSON would lose something. */
export function jsonText(value: unknown): string {
  checkJson(value, "");
  return JSON.stringify(value);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new DataError("A value that the database gave for a JSON column is not JSON.", { cause });
  }
}

function checkJson(value: unknown, path: string): void {
  switch (typeof value) {
    case "string":
      checkText(value, "json");
      return;
    case "boolean":
      return;
    case "number":
      if (Number.isFinite(value)) return;
      throw notJson(value, path);
    case "object":
      if (value === null) return;
      if (typeof (value as { toJSON?: unknown }).toJSON === "function") {
        if (value instanceof Date && Number.isNaN(value.getTime())) throw notJson(value, path);
        return;
      }
      if (Array.isArray(value)) {
        for (let i = 0; i < value.length; i++) checkJson(value[i], `${path}[${i}]`);
        return;
      }
      checkJsonObject(value, path);
      return;
    default:
      throw notJson(value, path);
  }
}

function checkJsonObject(value: object, path: string): void {
  if (value === JSON_NULL) throw new ArgumentError(`t.json.NULL can be a whole JSON value only; inside of one (at ${path}) use null.`);
  if (value instanceof Map || value instanceof Set || ArrayBuffer.isView(value)) throw notJson(value, path);
  for (const key of Object.keys(value)) {
    const member = (value as Record<string, unknown>)[key];
    // as JSON.stringify does: a member without a value is left out
    if (member === undefined) continue;
    checkText(key, "json");
    checkJson(member, `${path}.${key}`);
  }
}

function notJson(value: unknown, path: string): ArgumentError {
  if (path === "") return wrongValue("json", "a JSON value", value);
  return new ArgumentError(`The type json takes JSON values, but it was given ${kindOf(value)} at ${path}.`);
}

function sameJson(a: object, b: object): boolean {
  try {
    return canonical(a) === canonical(b);
  } catch {
    return false;
  }
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) => {
    if (typeof member !== "object" || member === null || Array.isArray(member)) return member;
    return Object.fromEntries(Object.entries(member).sort(([x], [y]) => (x < y ? -1 : 1)));
  });
}

/** One step into a JSON value: a key of an object or an index of an array. */
export class JsonIndexType extends TypeEngine<string | number> {
  override get affinity(): Affinity {
    return "other";
  }

  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitNull(this, options);
  }

  override bindProcessor(_dialect: SqlDialect): Processor | null {
    return jsonIndex;
  }

  override literalProcessor(_dialect: SqlDialect): LiteralProcessor | null {
    return (value) => {
      const index = jsonIndex(value);
      return typeof index === "number" ? numberText(index, "json index") : quoteText(index);
    };
  }
}

/** A key of an object. */
export class JsonKeyType extends JsonIndexType {}

/** An index of an array. */
export class JsonPlaceType extends JsonIndexType {}

/** One step of a path, checked. */
export function jsonIndex(value: unknown): string | number {
  if (typeof value === "string") return checkText(value, "json index");
  if (typeof value === "number" && Number.isInteger(value)) return value;
  throw wrongValue("json index", "a string or a whole number", value);
}

/** Several steps into a JSON value. */
export class JsonPathType extends TypeEngine<readonly (string | number)[]> {
  override get affinity(): Affinity {
    return "other";
  }

  override get isListValued(): boolean {
    return true;
  }

  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitNull(this, options);
  }

  override bindProcessor(_dialect: SqlDialect): Processor | null {
    return jsonPathText;
  }

  override literalProcessor(_dialect: SqlDialect): LiteralProcessor | null {
    return (value) => quoteText(jsonPathText(value));
  }
}

/** A path as SQL/JSON text: `$."a"[0]`. Keys are always quoted, so that none can reach another place than it names. */
export function jsonPathText(value: unknown): string {
  const steps = Array.isArray(value) ? (value as unknown[]) : [value];
  return `$${steps.map((step) => pathStep(jsonIndex(step))).join("")}`;
}

function pathStep(step: string | number): string {
  return typeof step === "number" ? `[${step}]` : `."${step.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}
