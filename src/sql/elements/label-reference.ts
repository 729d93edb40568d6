import type { Field } from "../base/traversal.ts";
import type { SqlCompiler } from "../compiler/sql-compiler.ts";
import type { VisitOptions } from "../compiler/visit-options.ts";
import { NULLTYPE } from "../types/null-type.ts";
import type { TypeEngine } from "../types/type-engine.ts";
import { type ClauseElement, NO_PROPAGATE_ATTRS } from "./clause-element.ts";
import { ColumnElement } from "./column-element.ts";

/** In ORDER BY: an element that is rendered by its label, if the statement selects it under one. */
export class LabelReference<V> extends ColumnElement<V> {
  static override readonly fields: readonly Field[] = [["element", "clause"]];

  element: ClauseElement;

  constructor(element: ClauseElement) {
    super();
    this.element = element;
    if (element._propagateAttrs !== NO_PROPAGATE_ATTRS) this._propagateAttrs = element._propagateAttrs;
  }

  /** It names what is selected already. */
  override get _fromObjects(): readonly never[] {
    return [];
  }

  override get type(): TypeEngine<V> {
    return ((this.element as Partial<ColumnElement<unknown>>).type ?? NULLTYPE) as TypeEngine<V>;
  }

  override accept(compiler: SqlCompiler, options: VisitOptions): string {
    return compiler.visitLabelReference(this, options);
  }
}

/** In ORDER BY and GROUP BY: a string, which must name a label or a column of the statement. */
export class TextualLabelReference extends ColumnElement<unknown> {
  static override readonly fields: readonly Field[] = [["element", "plain"]];

  readonly element: string;

  constructor(element: string) {
    super();
    this.element = element;
  }

  override get type(): TypeEngine<unknown> {
    return NULLTYPE;
  }

  override accept(compiler: SqlCompiler, options: VisitOptions): string {
    return compiler.visitTextualLabelReference(this, options);
  }
}
