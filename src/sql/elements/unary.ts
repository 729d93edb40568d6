import type { Origin } from "../base/expression.ts";
import type { Field } from "../base/traversal.ts";
import type { SqlCompiler } from "../compiler/sql-compiler.ts";
import type { VisitOptions } from "../compiler/visit-options.ts";
import { isPrecedent, type Operator } from "../operators/operator.ts";
import * as operators from "../operators/operator-table.ts";
import type { FromClause } from "../selectable/from-clause.ts";
import { BOOLEANTYPE } from "../types/boolean.ts";
import { NULLTYPE } from "../types/null-type.ts";
import type { TypeEngine } from "../types/type-engine.ts";
import { type ClauseElement, negateSlot, NO_PROPAGATE_ATTRS } from "./clause-element.ts";
import { asBooleanSlot, ColumnElement } from "./column-element.ts";
import { Grouping } from "./grouping.ts";
import { FALSE, TRUE } from "./literals.ts";

/** An operator with one operand, before it (`NOT x`, `-x`, `DISTINCT x`) or after it as a modifier (`x DESC`). */
export class UnaryExpression<V, N extends Origin = Origin> extends ColumnElement<V, N> {
  static override readonly fields: readonly Field[] = [
    ["element", "clause"],
    ["operator", "operator"],
    ["modifier", "operator"],
    ["type", "type"],
  ];

  element: ClauseElement;
  readonly operator: Operator | null;
  readonly modifier: Operator | null;
  override type: TypeEngine<V>;

  constructor(element: ClauseElement, operator: Operator | null, modifier: Operator | null, type: TypeEngine<V> | null) {
    super();
    this.element = element;
    this.operator = operator;
    this.modifier = modifier;
    this.type = type ?? (NULLTYPE as TypeEngine<unknown> as TypeEngine<V>);
    if (element._propagateAttrs !== NO_PROPAGATE_ATTRS) this._propagateAttrs = element._propagateAttrs;
  }

  /** `operator element`, with brackets where they are needed. */
  static prefix<V>(element: ClauseElement, operator: Operator, type: TypeEngine<V> | null): UnaryExpression<V> {
    return new UnaryExpression(element.selfGroup(operator), operator, null, type);
  }

  /** `element modifier`, with brackets where they are needed. */
  static postfix<V>(element: ClauseElement, modifier: Operator): UnaryExpression<V> {
    return new UnaryExpression<V>(element.selfGroup(modifier), null, modifier, null);
  }

  override accept(compiler: SqlCompiler, options: VisitOptions): string {
    return compiler.visitUnary(this, options);
  }

  override get _orderByLabelElement(): ClauseElement | null {
    return this.modifier?.isOrderByModifier === true ? this.element._orderByLabelElement : null;
  }

  override get _fromObjects(): readonly FromClause[] {
    return this.element._fromObjects;
  }

  override _negate(): ClauseElement {
    if (this.type.affinity === "boolean") {
      return new UnaryExpression(this.selfGroup(operators.inv), operators.inv, null, BOOLEANTYPE);
    }
    return super._negate();
  }

  override selfGroup(against?: Operator): ClauseElement {
    return this.operator !== null && isPrecedent(this.operator, against) ? new Grouping(this) : this;
  }
}

/** A column of truth values where a condition stands: rendered as it is, or as `x = 1` where the database has no booleans. */
export class AsBoolean extends UnaryExpression<boolean> {
  static override readonly inheritCache: boolean = true;

  /** The operator of the opposite. @internal */
  readonly negate: Operator;

  constructor(element: ColumnElement<unknown>, operator: Operator, negate: Operator) {
    super(element, operator, null, BOOLEANTYPE);
    this.negate = negate;
  }

  override get _wrappedColumn(): ColumnElement<unknown> {
    return this.element as ColumnElement<unknown>;
  }

  override get _isImplicitlyBoolean(): boolean {
    return this.element._isImplicitlyBoolean;
  }

  override selfGroup(): ClauseElement {
    return this;
  }

  override _negate(): ClauseElement {
    if (this.element === TRUE || this.element === FALSE) return this.element._negate();
    return new AsBoolean(this.element as ColumnElement<unknown>, this.negate, this.operator!);
  }
}

asBooleanSlot.fill((element, value) =>
  value ? new AsBoolean(element, operators.isTrue, operators.isFalse) : new AsBoolean(element, operators.isFalse, operators.isTrue),
);

negateSlot.fill((element) => new UnaryExpression(element.selfGroup(operators.inv), operators.inv, null, null));
