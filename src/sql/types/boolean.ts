import type { SqlDialect } from "../base/sql-dialect.ts";
import type { TypeCompiler, TypeOptions } from "../compiler/type-compiler.ts";
import type { Operator } from "../operators/operator.ts";
import { wrongValue } from "./processors.ts";
import { type Affinity, type LiteralProcessor, type Processor, TypeEngine } from "./type-engine.ts";

/** Options of {@link BooleanType}. */
export interface BooleanOptions {
  /** a CHECK constraint that allows 0 and 1 only, where the database has no type of its own for booleans */
  readonly createConstraint?: boolean;
  /** the name of that constraint */
  readonly name?: string | null;
}

/**
 * True and false.
 * See https://docs.sqlalchemy.org/en/21/core/type_basics.html#sqlalchemy.types.Boolean
 */
export class BooleanType extends TypeEngine<boolean> {
  readonly createConstraint: boolean;
  readonly name: string | null;

  constructor(options: BooleanOptions = {}) {
    super();
    this.createConstraint = options.createConstraint === true;
    this.name = options.name ?? null;
  }

  override get affinity(): Affinity {
    return "boolean";
  }

  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitBoolean(this, options);
  }

  override bindProcessor(dialect: SqlDialect): Processor | null {
    return dialect.supportsNativeBoolean ? bindBoolean : bindBooleanAsNumber;
  }

  override resultProcessor(_dialect: SqlDialect): Processor | null {
    return resultBoolean;
  }

  override literalProcessor(dialect: SqlDialect): LiteralProcessor | null {
    const [yes, no] = dialect.supportsNativeBoolean ? ["true", "false"] : ["1", "0"];
    return (value) => {
      const bound = bindBoolean(value);
      return bound === null ? "NULL" : bound ? yes! : no!;
    };
  }

  /** 0 and 1 beside a boolean are booleans. */
  override coerceComparedValue(op: Operator | null, value: unknown): TypeEngine<unknown> {
    return value === 0 || value === 1 ? this : super.coerceComparedValue(op, value);
  }

  override compareValues(a: unknown, b: unknown): boolean {
    return a === b || (typeof a !== typeof b && a != null && b != null && resultBoolean(a) === resultBoolean(b));
  }

  override asGeneric(): TypeEngine<unknown> {
    return new BooleanType({ createConstraint: this.createConstraint, name: this.name });
  }
}

/** A truth value, checked; 0 and 1 count. */
export function bindBoolean(value: unknown): boolean | null {
  if (typeof value === "boolean" || value === null) return value;
  if (value === 1 || value === 1n) return true;
  if (value === 0 || value === 0n) return false;
  throw wrongValue("boolean", "true or false", value);
}

function bindBooleanAsNumber(value: unknown): unknown {
  const bound = bindBoolean(value);
  return bound === null ? null : bound ? 1 : 0;
}

function resultBoolean(value: unknown): unknown {
  switch (typeof value) {
    case "boolean":
      return value;
    case "number":
      return value !== 0;
    case "bigint":
      return value !== 0n;
    case "string":
      return value === "t" || value === "true" || value === "1";
    default:
      return value;
  }
}

/** The SQL type BOOLEAN. */
export class BOOLEAN extends BooleanType {
  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitBOOLEAN(this, options);
  }
}

/** The type of comparisons and of AND, OR and NOT. */
export const BOOLEANTYPE: BooleanType = new BooleanType();
