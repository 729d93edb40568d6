import type { Field } from "../base/traversal.ts";
import type { SqlCompiler } from "../compiler/sql-compiler.ts";
import type { VisitOptions } from "../compiler/visit-options.ts";
import { NULLTYPE } from "../types/null-type.ts";
import type { TypeEngine } from "../types/type-engine.ts";
import type { ClauseElement } from "./clause-element.ts";
import { ColumnElement } from "./column-element.ts";

/** An operand of ILIKE as the compiler hands it to databases without ILIKE: `lower(x)`. It is never part of a statement. */
export class IlikeCaseInsensitive extends ColumnElement<unknown> {
  static override readonly fields: readonly Field[] = [["element", "clause"]];

  element: ClauseElement;

  constructor(element: ClauseElement) {
    super();
    this.element = element;
  }

  override get type(): TypeEngine<unknown> {
    return (this.element as Partial<ColumnElement<unknown>>).type ?? NULLTYPE;
  }

  override accept(compiler: SqlCompiler, options: VisitOptions): string {
    return compiler.visitIlikeCaseInsensitiveOperand(this, options);
  }

  override _withBinaryElementType(type: TypeEngine<unknown>): ClauseElement {
    return new IlikeCaseInsensitive(this.element._withBinaryElementType(type));
  }
}
