import type { Origin } from "../base/expression.ts";
import type { Field } from "../base/traversal.ts";
import type { SqlCompiler } from "../compiler/sql-compiler.ts";
import type { VisitOptions } from "../compiler/visit-options.ts";
import type { FromClause } from "../selectable/from-clause.ts";
import { NULLTYPE } from "../types/null-type.ts";
import type { TypeEngine } from "../types/type-engine.ts";
import { type ClauseElement, NO_PROPAGATE_ATTRS } from "./clause-element.ts";
import { ColumnElement, groupingSlot } from "./column-element.ts";

/** Brackets around an expression or a list. */
export class Grouping<V, N extends Origin = Origin> extends ColumnElement<V, N> {
  static override readonly fields: readonly Field[] = [["element", "clause"]];

  element: ClauseElement;
  override type: TypeEngine<V>;

  constructor(element: ClauseElement) {
    super();
    this.element = element;
    this.type = ((element as { type?: TypeEngine<unknown> }).type ?? NULLTYPE) as TypeEngine<V>;
    if (element._propagateAttrs !== NO_PROPAGATE_ATTRS) this._propagateAttrs = element._propagateAttrs;
    if (element._isColumnElement) this._proxies = [element as ColumnElement<unknown>];
  }

  override accept(compiler: SqlCompiler, options: VisitOptions): string {
    return compiler.visitGrouping(this, options);
  }

  override selfGroup(): ClauseElement {
    return this;
  }

  override _ungroup(): ClauseElement {
    return this.element._ungroup();
  }

  override _withBinaryElementType(type: TypeEngine<unknown>): ClauseElement {
    return new Grouping(this.element._withBinaryElementType(type));
  }

  override get _isImplicitlyBoolean(): boolean {
    return this.element._isImplicitlyBoolean;
  }

  override get _tqLabel(): string | null {
    return (this.element as Partial<ColumnElement<unknown>>)._tqLabel ?? this._anonNameLabel;
  }

  override get _fromObjects(): readonly FromClause[] {
    return this.element._fromObjects;
  }
}

groupingSlot.fill((element) => new Grouping(element));
