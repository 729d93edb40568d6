import type { ColumnElement } from "../elements/column-element.ts";
import type { Label } from "../elements/label.ts";
import type { TypeEngine } from "../types/type-engine.ts";

/** A label that the compiler gives to a column while it renders the SELECT list; it is no part of the statement. */
export class CompileLabel {
  readonly name: string;
  readonly element: ColumnElement<unknown>;
  readonly _element: ColumnElement<unknown>;
  readonly type: TypeEngine<unknown>;
  readonly quote: null = null;
  readonly _truncatable: boolean = true;

  constructor(element: ColumnElement<unknown>, name: string) {
    this.element = element;
    this._element = element;
    this.name = name;
    this.type = element.type;
  }

  get _identity(): object {
    return this;
  }

  /** As the compiler's method for labels takes it. */
  asLabel(): Label<unknown> {
    return this as unknown as Label<unknown>;
  }
}
