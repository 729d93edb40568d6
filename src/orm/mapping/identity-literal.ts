import type { Field } from "../../sql/base/traversal.ts";
import type { SqlCompiler } from "../../sql/compiler/sql-compiler.ts";
import { ColumnElement } from "../../sql/elements/column-element.ts";
import { literal } from "../../sql/elements/constructors.ts";
import type { TypeEngine } from "../../sql/types/type-engine.ts";

/**
 * The polymorphic identity of a class as it stands in the text of a statement: it belongs to the mapping as the names of tables do, and every
 * statement of the class has the same, so that it is no parameter.
 */
export class IdentityLiteral extends ColumnElement<unknown> {
  static override readonly fields: readonly Field[] = [["value", "plain"]];

  readonly value: unknown;
  /** no private name: elements are copied without their constructor @internal */
  readonly _type: TypeEngine<unknown>;

  constructor(value: unknown) {
    super();
    this.value = value;
    this._type = literal(value).type;
  }

  override get type(): TypeEngine<unknown> {
    return this._type;
  }

  override accept(compiler: SqlCompiler): string {
    return compiler.renderLiteralValue(this.value, this.type);
  }
}
