import type { SqlDialect } from "../base/sql-dialect.ts";
import type { TypeCompiler, TypeOptions } from "../compiler/type-compiler.ts";
import type { Operator } from "../operators/operator.ts";
import { add, mul } from "../operators/operator-table.ts";
import { bindAnything, literalAnything } from "./processors.ts";
import { type Affinity, type LiteralProcessor, type Processor, TypeEngine } from "./type-engine.ts";

/** The type of expressions of which nothing is known: values pass as they are. */
export class NullType extends TypeEngine<unknown> {
  override get affinity(): Affinity {
    return "null";
  }

  override get isNull(): boolean {
    return true;
  }

  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitNull(this, options);
  }

  override bindProcessor(_dialect: SqlDialect): Processor | null {
    return bindAnything;
  }

  override resultProcessor(_dialect: SqlDialect): Processor | null {
    return null;
  }

  override literalProcessor(_dialect: SqlDialect): LiteralProcessor {
    return literalAnything;
  }

  /** What can be read from both sides is decided by the side of which the type is known. */
  override adaptOperator(op: Operator, other: TypeEngine<unknown>): readonly [Operator, TypeEngine<unknown>] {
    return !other.isNull && (op === add || op === mul) ? other.adaptOperator(op, this) : [op, this];
  }

  override get wantsBigint(): boolean {
    return true;
  }
}

/** The one instance of {@link NullType}. */
export const NULLTYPE: NullType = new NullType();
