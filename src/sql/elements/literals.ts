import { COLUMN_ELEMENT_ROLES, ConstExprRole } from "../base/roles.ts";
import type { Field } from "../base/traversal.ts";
import type { SqlCompiler } from "../compiler/sql-compiler.ts";
import type { VisitOptions } from "../compiler/visit-options.ts";
import { BOOLEANTYPE } from "../types/boolean.ts";
import { NULLTYPE } from "../types/null-type.ts";
import type { TypeEngine } from "../types/type-engine.ts";
import type { ClauseElement, CloneFn } from "./clause-element.ts";
import { ColumnElement } from "./column-element.ts";

const ROLES = COLUMN_ELEMENT_ROLES | ConstExprRole.bit;

/** An element of which there is one. */
abstract class Singleton<V> extends ColumnElement<V, never> {
  static override readonly fields: readonly Field[] = [];

  override get _roles(): number {
    return ROLES;
  }

  override _clone(): this {
    return this;
  }

  override _copyInternals(_clone: CloneFn): void {}
}

/** NULL */
export class Null extends Singleton<null> {
  static override readonly inheritCache: boolean = true;

  override get type(): TypeEngine<null> {
    return NULLTYPE as TypeEngine<unknown> as TypeEngine<null>;
  }

  override accept(compiler: SqlCompiler, options: VisitOptions): string {
    return compiler.visitNull(this, options);
  }
}

/** TRUE, or `1 = 1` where the database has no such constant. */
export class True extends Singleton<boolean> {
  static override readonly inheritCache: boolean = true;

  override get type(): TypeEngine<boolean> {
    return BOOLEANTYPE;
  }

  override accept(compiler: SqlCompiler, options: VisitOptions): string {
    return compiler.visitTrue(this, options);
  }

  override _negate(): ClauseElement {
    return FALSE;
  }
}

/** FALSE, or `0 = 1` where the database has no such constant. */
export class False extends Singleton<boolean> {
  static override readonly inheritCache: boolean = true;

  override get type(): TypeEngine<boolean> {
    return BOOLEANTYPE;
  }

  override accept(compiler: SqlCompiler, options: VisitOptions): string {
    return compiler.visitFalse(this, options);
  }

  override _negate(): ClauseElement {
    return TRUE;
  }
}

export const NULL: Null = new Null();
export const TRUE: True = new True();
export const FALSE: False = new False();
