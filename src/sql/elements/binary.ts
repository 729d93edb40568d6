import type { Origin } from "../base/expression.ts";
import type { Field } from "../base/traversal.ts";
import type { SqlCompiler } from "../compiler/sql-compiler.ts";
import type { VisitOptions } from "../compiler/visit-options.ts";
import { type Modifiers, NO_MODIFIERS } from "../operators/modifiers.ts";
import { isPrecedent, type Operator } from "../operators/operator.ts";
import * as operators from "../operators/operator-table.ts";
import type { FromClause } from "../selectable/from-clause.ts";
import type { TypeEngine } from "../types/type-engine.ts";
import { type ClauseElement, NO_PROPAGATE_ATTRS } from "./clause-element.ts";
import { ColumnElement } from "./column-element.ts";
import { Grouping } from "./grouping.ts";
import { UnaryExpression } from "./unary.ts";

/** What has an operator between its parts. */
export abstract class OperatorExpression<V, N extends Origin = Origin> extends ColumnElement<V, N> {
  abstract readonly operator: Operator;

  /** @internal */
  abstract get _flattenedOperatorClauses(): readonly ClauseElement[];

  override selfGroup(against?: Operator): ClauseElement {
    if (isPrecedent(this.operator, against) || (against === operators.inv && !this.operator.isBoolean)) return new Grouping(this);
    return this;
  }
}

/** `left operator right` */
export class BinaryExpression<V, N extends Origin = Origin> extends OperatorExpression<V, N> {
  static override readonly fields: readonly Field[] = [
    ["left", "clause"],
    ["right", "clause"],
    ["operator", "operator"],
    ["modifiers", "plainRecord"],
    ["type", "type"],
    ["negate", "carried"],
  ];

  declare left: ClauseElement;
  declare right: ClauseElement;
  declare readonly operator: Operator;
  declare type: TypeEngine<V>;
  /** The operator of the opposite; null where NOT has to be written. */
  declare readonly negate: Operator | null;
  declare readonly modifiers: Modifiers;

  /** @param left, right - with the brackets that they need: see {@link BinaryExpression.grouped} */
  constructor(
    left: ClauseElement,
    right: ClauseElement,
    operator: Operator,
    type: TypeEngine<V>,
    negate: Operator | null,
    modifiers: Modifiers | null,
  ) {
    super();
    this.left = left;
    this.right = right;
    this.operator = operator;
    this.type = type;
    this.negate = negate;
    this.modifiers = modifiers ?? NO_MODIFIERS;
    const attrs = left._propagateAttrs !== NO_PROPAGATE_ATTRS ? left._propagateAttrs : right._propagateAttrs;
    if (attrs !== NO_PROPAGATE_ATTRS) this._propagateAttrs = attrs;
  }

  /** The same, putting each side in brackets where it needs them. */
  static grouped<V>(
    left: ClauseElement,
    right: ClauseElement,
    operator: Operator,
    type: TypeEngine<V>,
    negate: Operator | null = null,
    modifiers: Modifiers | null = null,
  ): BinaryExpression<V> {
    return new BinaryExpression(left.selfGroup(operator), right.selfGroup(operator), operator, type, negate, modifiers);
  }

  override accept(compiler: SqlCompiler, options: VisitOptions): string {
    return compiler.visitBinary(this, options);
  }

  override get _isImplicitlyBoolean(): boolean {
    return this.operator.isBoolean;
  }

  override get _flattenedOperatorClauses(): readonly ClauseElement[] {
    return [this.left, this.right];
  }

  override get _fromObjects(): readonly FromClause[] {
    const left = this.left._fromObjects;
    const right = this.right._fromObjects;
    return right.length === 0 ? left : left.length === 0 ? right : [...left, ...right];
  }

  override _negate(): ClauseElement {
    if (this.negate === null) {
      const grouped = this.selfGroup();
      return grouped === this ? super._negate() : grouped._negate();
    }
    return BinaryExpression.grouped(
      this.left,
      this.right._negateInBinary(this.negate, this.operator),
      this.negate,
      this.type,
      this.operator,
      this.modifiers,
    );
  }
}

/** More than two operands of one associative operator: `a + b + c`, `a || b || c`. AND and OR have a class of their own. */
export class ExpressionClauseList<V, N extends Origin = Origin> extends OperatorExpression<V, N> {
  static override readonly fields: readonly Field[] = [
    ["clauses", "clauses"],
    ["operator", "operator"],
    ["type", "type"],
    ["group", "plain", true],
  ];

  declare clauses: readonly ClauseElement[];
  declare readonly operator: Operator;
  declare type: TypeEngine<V>;
  /** whether the list gets brackets where it stands inside something else */
  declare readonly group: boolean;

  constructor(clauses: readonly ClauseElement[], operator: Operator, type: TypeEngine<V>, group = true) {
    super();
    this.clauses = clauses;
    this.operator = operator;
    this.type = type;
    this.group = group;
    for (const clause of clauses) {
      if (clause._propagateAttrs !== NO_PROPAGATE_ATTRS) {
        this._propagateAttrs = clause._propagateAttrs;
        break;
      }
    }
  }

  override accept(compiler: SqlCompiler, options: VisitOptions): string {
    return compiler.visitExpressionClauselist(this, options);
  }

  override get _isImplicitlyBoolean(): boolean {
    return this.operator.isBoolean;
  }

  override get _flattenedOperatorClauses(): readonly ClauseElement[] {
    return this.clauses;
  }

  override get _fromObjects(): readonly FromClause[] {
    return this.clauses.flatMap((clause) => clause._fromObjects);
  }

  override selfGroup(against?: Operator): ClauseElement {
    return this.group || against === operators.inv ? super.selfGroup(against) : this;
  }

  override _negate(): ClauseElement {
    return new UnaryExpression(this.selfGroup(operators.inv), operators.inv, null, null);
  }
}

/** `left op right`, joined to one list where the operator is associative and a side has it already. */
export function constructForOp(
  left: ClauseElement,
  right: ClauseElement,
  op: Operator,
  type: TypeEngine<unknown>,
  negate: Operator | null,
  modifiers: Modifiers | null,
): ColumnElement<unknown> {
  if (op.isAssociative) {
    const l = flattened(left, op, type);
    const r = flattened(right, op, type);
    if (l !== null || r !== null) {
      const all = [...(l ?? [left]), ...(r ?? [right])];
      return new ExpressionClauseList(
        all.map((clause) => clause.selfGroup(op)),
        op,
        type,
      );
    }
  }
  if (left._isCollectionAggregate || right._isCollectionAggregate) negate = null;
  return BinaryExpression.grouped(left, right, op, type, negate, modifiers);
}

function flattened(element: ClauseElement, op: Operator, type: TypeEngine<unknown>): readonly ClauseElement[] | null {
  return element instanceof OperatorExpression && element.operator === op && element.type.affinity === type.affinity
    ? element._flattenedOperatorClauses
    : null;
}
