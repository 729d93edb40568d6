import { DataError } from "../../errors.ts";
import { canGenerateCode, compileFunction, quoteKey } from "../../util/codegen.ts";
import { identityNumber } from "../base/cache-key.ts";
import type { NestedValues } from "../base/nested-values.ts";
import type { SqlDialect } from "../base/sql-dialect.ts";
import type { TypeCompiler, TypeOptions } from "../compiler/type-compiler.ts";
import { forColumn } from "./processors.ts";
import { type Affinity, type Processor, TypeEngine } from "./type-engine.ts";

/** One value of a nested row. */
export interface NestedMember {
  readonly name: string;
  readonly type: TypeEngine<unknown>;
  /** it is a column of a table, whose values are those of its type */
  readonly isColumn: boolean;
}

/** What is made of the values of a nested row in place of an object with their names. */
export interface NestedMaker {
  make(values: readonly unknown[]): unknown;
}

/** How many there are: the rows of a subquery, its one row or none, or the row itself without a subquery. */
export type NestedKind = "many" | "one" | "row";

/** Rows from which it pays to generate code. */
const MANY_ROWS = 100;

/** The type of rows within a row: plain objects that are read from JSON, each value by its own type. */
export class NestedType<V = unknown> extends TypeEngine<V> {
  readonly kind: NestedKind;
  readonly members: readonly NestedMember[];
  readonly maker: NestedMaker | null;

  constructor(kind: NestedKind, members: readonly NestedMember[], maker: NestedMaker | null = null) {
    super();
    this.kind = kind;
    this.members = members;
    this.maker = maker;
  }

  override get affinity(): Affinity {
    return "json";
  }

  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitJSON(this as never, options);
  }

  override resultProcessor(dialect: SqlDialect): Processor {
    const read = this._reader(dialect);
    return (value) => {
      if (typeof value !== "string") return read(value);
      try {
        return read(JSON.parse(value));
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
        throw new DataError("The database has cut off a part of the nested rows of a statement: what came is no whole JSON.", {
          cause: error,
        });
      }
    };
  }

  /** What makes values of parsed JSON. @internal */
  _reader(dialect: SqlDialect): Processor {
    const form = dialect.nestedValues;
    const row = this._rowReader(dialect, form);
    switch (this.kind) {
      case "row":
        return row;
      case "one":
        return (json) => (json === null ? null : row(json));
      case "many":
        return (json) => {
          const rows = form.rows(json);
          const read: unknown[] = Array.from({ length: rows.length });
          for (let i = 0; i < rows.length; i += 1) read[i] = row(rows[i]);
          return read;
        };
    }
  }

  /** @internal */
  _rowReader(dialect: SqlDialect, form: NestedValues): Processor {
    const { members, maker } = this;
    const readers = members.map((member) => memberReader(member, dialect, form));
    const isChunked = members.length > form.maxArguments;
    const interpreted = maker === null ? objectReader(members, readers) : madeReader(maker, readers);
    let make = interpreted;
    let count = 0;
    return (json) => {
      const values = (isChunked ? (json as readonly unknown[][]).flat(1) : json) as readonly unknown[];
      if (count < MANY_ROWS && (count += 1) === MANY_ROWS && maker === null && canGenerateCode()) make = generatedReader(members, readers);
      try {
        return make(values);
      } catch (error) {
        throw blame(error, members, readers, values);
      }
    };
  }

  override _makeKey(): string {
    const members = this.members.map(({ name, type, isColumn }) => `${name.length}:${name}${isColumn ? "c" : "e"}${keyOf(type)}`);
    return `T${identityNumber(NestedType)}(${this.kind}${this.maker === null ? "" : identityNumber(this.maker)};${members.join(",")})`;
  }
}

function keyOf(type: TypeEngine<unknown>): string {
  return type instanceof NestedType ? type._makeKey() : `T${type._keyToken()}`;
}

type RowReader = (values: readonly unknown[]) => unknown;

/** From what JSON held to the value of the type; null where it is the same. */
function memberReader({ type, isColumn }: NestedMember, dialect: SqlDialect, form: NestedValues): Processor | null {
  if (type instanceof NestedType) return type._reader(dialect);
  const impl = type._unwrappedDialectImpl(dialect);
  const read = form.read({ type: impl, isColumn: isColumn && !type.dialectImpl(dialect)._hasColumnExpression });
  const process = type._cachedResultProcessor(dialect);
  if (read === null) return process;
  if (process === null) return (json) => (json === null ? null : read(json));
  return (json) => process(json === null ? null : read(json));
}

function objectReader(members: readonly NestedMember[], readers: readonly (Processor | null)[]): RowReader {
  const names = members.map(({ name }) => name);
  return (values) => {
    const object: Record<string, unknown> = {};
    for (let i = 0; i < names.length; i += 1) {
      const read = readers[i]!;
      const value = read === null ? values[i] : read(values[i]);
      if (names[i] === "__proto__")
        Object.defineProperty(object, "__proto__", { value, enumerable: true, writable: true, configurable: true });
      else object[names[i]!] = value;
    }
    return object;
  };
}

function generatedReader(members: readonly NestedMember[], readers: readonly (Processor | null)[]): RowReader {
  const context: Record<string, unknown> = {};
  const entries = members.map(({ name }, i) => {
    // in brackets "__proto__" is a name like any other
    if (readers[i] === null) return `[${quoteKey(name)}]: values[${i}]`;
    context[`read${i}`] = readers[i];
    return `[${quoteKey(name)}]: read${i}(values[${i}])`;
  });
  return compileFunction<RowReader>("nested", ["values"], `return { ${entries.join(", ")} };`, context);
}

function madeReader(maker: NestedMaker, readers: readonly (Processor | null)[]): RowReader {
  return (values) => maker.make(readers.map((read, i) => (read === null ? values[i] : read(values[i]))));
}

/** The error of a type, with the name of the value that it could not read. */
function blame(
  error: unknown,
  members: readonly NestedMember[],
  readers: readonly (Processor | null)[],
  values: readonly unknown[],
): unknown {
  for (const [i, { name, type }] of members.entries()) {
    if (type instanceof NestedType) continue;
    try {
      readers[i]?.(values[i]);
    } catch (again) {
      return forColumn(again, name);
    }
  }
  return error;
}
