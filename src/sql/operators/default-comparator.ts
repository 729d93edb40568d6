import { ArgumentError } from "../../errors.ts";
import { expectBinaryElement, expectCondition, expectConst, expectInElement } from "../base/coercions.ts";
import { Slot } from "../base/late.ts";
import { BinaryExpression, constructForOp, ExpressionClauseList } from "../elements/binary.ts";
import { conjunction } from "../elements/boolean-clause-list.ts";
import type { ClauseElement } from "../elements/clause-element.ts";
import { collateExpression, type CollateOptions } from "../elements/collate.ts";
import { CollectionAggregate } from "../elements/collection-aggregate.ts";
import { ColumnElement } from "../elements/column-element.ts";
import { FALSE, NULL, TRUE } from "../elements/literals.ts";
import { UnaryExpression } from "../elements/unary.ts";
import { BOOLEANTYPE } from "../types/boolean.ts";
import { NULLTYPE } from "../types/null-type.ts";
import { TypeEngine } from "../types/type-engine.ts";
import { operateSlot } from "./column-operators.ts";
import { CustomOperator } from "./custom-operator.ts";
import { checkOperatorClass, OperatorClass } from "./operator-class.ts";
import type { ComparatorFactory } from "./type-comparator.ts";
import type { Modifiers } from "./modifiers.ts";
import type { Operator } from "./operator.ts";
import { getitem } from "./getitem.ts";
import * as ops from "./operator-table.ts";

type Expr = ColumnElement<unknown>;
/** What an operator does: from the expression, the other side or sides, and what was said of this use of it. */
type Impl = (expr: Expr, op: Operator, a: unknown, b: unknown, modifiers: Modifiers | null, reverse: boolean) => Expr;

/** What the comparator of a type does with an operator; filled by operators/type-comparator.ts. */
export const operateByComparator: Slot<
  (
    factory: ComparatorFactory,
    expr: Expr,
    op: Operator,
    a: unknown,
    b: unknown,
    modifiers: Modifiers | null,
    reverse: boolean,
  ) => Expr | null
> = new Slot("operateByComparator");

/** `pow(a, b)`, filled by the functions. */
export const powSlot: Slot<(base: unknown, exponent: unknown) => Expr> = new Slot("pow");

const BOOLEAN = BOOLEANTYPE as TypeEngine<unknown>;

/** The operator of the opposite. */
const negations: ReadonlyMap<Operator, Operator> = new Map([
  ...both(ops.eq, ops.ne),
  ...both(ops.lt, ops.ge),
  ...both(ops.gt, ops.le),
  ...both(ops.is, ops.isNot),
  ...both(ops.isDistinctFrom, ops.isNotDistinctFrom),
  ...both(ops.inOp, ops.notInOp),
  ...both(ops.likeOp, ops.notLikeOp),
  ...both(ops.ilikeOp, ops.notIlikeOp),
  ...both(ops.startswithOp, ops.notStartswithOp),
  ...both(ops.istartswithOp, ops.notIstartswithOp),
  ...both(ops.endswithOp, ops.notEndswithOp),
  ...both(ops.iendswithOp, ops.notIendswithOp),
  ...both(ops.containsOp, ops.notContainsOp),
  ...both(ops.icontainsOp, ops.notIcontainsOp),
  ...both(ops.matchOp, ops.notMatchOp),
  ...both(ops.regexpMatchOp, ops.notRegexpMatchOp),
  ...both(ops.betweenOp, ops.notBetweenOp),
]);

function both(a: Operator, b: Operator): [[Operator, Operator], [Operator, Operator]] {
  return [
    [a, b],
    [b, a],
  ];
}

/** A comparison: the result is a truth value; NULL, TRUE and FALSE become IS where the operator allows it. */
export function booleanCompare(
  expr: Expr,
  op: Operator,
  other: unknown,
  negate: Operator | null,
  modifiers: Modifiers | null,
  reverse: boolean,
  type: TypeEngine<unknown> = BOOLEAN,
): Expr {
  const isConstant = typeof other === "boolean" && !((op === ops.eq || op === ops.ne) && takesBooleans(expr));
  if (other === null || other === NULL || isConstant || other === TRUE || other === FALSE) {
    const isNull = other === null || other === NULL;
    if (!isNull && (op === ops.eq || op === ops.ne)) {
      return constructForOp(expr, expectConst(other, op.name), op, type, negate, modifiers);
    }
    if (op === ops.isDistinctFrom || op === ops.isNotDistinctFrom) {
      return constructForOp(expr, expectConst(other, op.name), op, type, negate, modifiers);
    }
    if (expr._isCollectionAggregate) other = expectConst(other, op.name);
    else if (op === ops.eq || op === ops.is) return constructForOp(expr, expectConst(other, op.name), ops.is, type, ops.isNot, null);
    else if (op === ops.ne || op === ops.isNot) return constructForOp(expr, expectConst(other, op.name), ops.isNot, type, ops.is, null);
    else {
      throw new ArgumentError(
        `The operator "${op.symbol.trim() || op.name}" cannot be used with null, true or false: only eq, ne, is, isNot, isDistinctFrom and isNotDistinctFrom can.`,
      );
    }
  } else {
    other = expectBinaryElement(other, expr, op);
  }
  return reverse
    ? constructForOp(other as ClauseElement, expr, op, type, negate, modifiers)
    : constructForOp(expr, other as ClauseElement, op, type, negate, modifiers);
}

/** Whether true and false are values of the expression's own, rather than SQL's constants: the JSON values of that name are. */
function takesBooleans(expr: Expr): boolean {
  return expr.type.affinity === "json";
}

const compareImpl: Impl = (expr, op, a, _b, modifiers, reverse) =>
  booleanCompare(expr, op, a, negations.get(op) ?? null, modifiers, reverse);

/** Any other operator with two sides: the type of the left side decides the type of the result. */
const binaryImpl: Impl = (expr, op, a, _b, modifiers, reverse) => {
  const other = expectBinaryElement(a, expr, op);
  const [left, right] = reverse ? [other, expr as ClauseElement] : [expr as ClauseElement, other];
  const [adapted, type] = typeOf(left).adaptOperator(op, typeOf(right));
  return constructForOp(left, right, adapted, type, null, modifiers);
};

const customImpl: Impl = (expr, op, a, b, modifiers, reverse) => {
  const type = op.returnType ?? (op.isComparison ? BOOLEAN : null);
  if (type === null) return binaryImpl(expr, op, a, b, modifiers, reverse);
  const other = expectBinaryElement(a, expr, op);
  return reverse ? constructForOp(other, expr, op, type, null, modifiers) : constructForOp(expr, other, op, type, null, modifiers);
};

function typeOf(element: ClauseElement): TypeEngine<unknown> {
  return (element as Partial<Expr>).type ?? NULLTYPE;
}

const conjunctionImpl: Impl = (expr, op, others) =>
  conjunction(op, [
    expr,
    ...(others as readonly unknown[]).map((other) => expectCondition(other, op === ops.and ? ".and()" : ".or()")),
  ]) as Expr;

const inImpl: Impl = (expr, op, a, _b, modifiers) => {
  const list = expectInElement(a, expr, op);
  const given = list._annotations["in_ops"] as readonly [Operator, Operator] | undefined;
  const [operator, negate] = given ?? [op, negations.get(op)!];
  return constructForOp(expr, withType(list, expr, a), operator, BOOLEAN, negate, modifiers);
};

/** A list or subquery of no known type takes that of the left side. */
function withType(list: ClauseElement, expr: Expr, _given: unknown): ClauseElement {
  const type = (list as Partial<Expr>).type;
  return type !== undefined && type.isNull && !expr.type.isNull ? list._withBinaryElementType(expr.type) : list;
}

const betweenImpl: Impl = (expr, op, lower, upper, modifiers) => {
  const bounds = new ExpressionClauseList(
    [expectBinaryElement(lower, expr, ops.and), expectBinaryElement(upper, expr, ops.and)],
    ops.and,
    NULLTYPE as TypeEngine<unknown>,
    false,
  );
  return BinaryExpression.grouped(expr, bounds, op, BOOLEAN, negations.get(op)!, modifiers);
};

const unsupportedImpl: Impl = (expr, op) => {
  const name = expr.name === null ? "" : ` "${expr.name}"`;
  throw new ArgumentError(`The operator "${op.name}" is not supported by the expression${name} of type ${expr.type.constructor.name}.`);
};

const getitemImpl: Impl = (expr, op, a, b, modifiers, reverse) => getitem(expr, a) ?? unsupportedImpl(expr, op, a, b, modifiers, reverse);

const postfixImpl: Impl = (expr, op) => UnaryExpression.postfix(expr, op);

const impls: ReadonlyMap<Operator, Impl> = new Map<Operator, Impl>([
  [ops.and, conjunctionImpl],
  [ops.or, conjunctionImpl],
  [ops.inv, (expr) => expr._negate() as Expr],
  [ops.inOp, inImpl],
  [ops.notInOp, inImpl],
  [ops.betweenOp, betweenImpl],
  [ops.notBetweenOp, betweenImpl],
  [ops.add, binaryImpl],
  [ops.sub, binaryImpl],
  [ops.mul, binaryImpl],
  [ops.truediv, binaryImpl],
  [ops.floordiv, binaryImpl],
  [ops.mod, binaryImpl],
  [ops.concatOp, binaryImpl],
  [ops.nullOp, binaryImpl],
  [ops.bitwiseAndOp, binaryImpl],
  [ops.bitwiseOrOp, binaryImpl],
  [ops.bitwiseXorOp, binaryImpl],
  [ops.bitwiseLshiftOp, binaryImpl],
  [ops.bitwiseRshiftOp, binaryImpl],
  [ops.jsonGetitemOp, binaryImpl],
  [ops.jsonPathGetitemOp, binaryImpl],
  [ops.bitwiseNotOp, (expr, op) => UnaryExpression.prefix(expr, op, expr.type)],
  [ops.neg, (expr, op) => UnaryExpression.prefix(expr, op, expr.type)],
  [ops.distinctOp, (expr, op) => UnaryExpression.prefix(expr, op, expr.type)],
  [ops.pow, (expr, _op, a, _b, _modifiers, reverse) => (reverse ? powSlot.call(a, expr) : powSlot.call(expr, a))],
  [ops.lshift, unsupportedImpl],
  [ops.rshift, unsupportedImpl],
  [ops.matmul, unsupportedImpl],
  [ops.getitem, getitemImpl],
  [ops.anyOp, (expr) => CollectionAggregate.of(expr, ops.anyOp)],
  [ops.allOp, (expr) => CollectionAggregate.of(expr, ops.allOp)],
  [ops.descOp, postfixImpl],
  [ops.ascOp, postfixImpl],
  [ops.nullsFirstOp, postfixImpl],
  [ops.nullsLastOp, postfixImpl],
  [ops.collate, (expr, _op, a, _b, modifiers) => collateExpression(expr, a as string, (modifiers as CollateOptions | null) ?? {})],
  [
    ops.matchOp,
    (expr, op, a, _b, modifiers) => constructForOp(expr, expectBinaryElement(a, expr, op), op, BOOLEAN, ops.notMatchOp, modifiers),
  ],
  [
    ops.regexpMatchOp,
    (expr, op, a, _b, modifiers) =>
      BinaryExpression.grouped(expr, expectBinaryElement(a, expr, ops.commaOp), op, BOOLEAN, ops.notRegexpMatchOp, modifiers),
  ],
  [
    ops.regexpReplaceOp,
    (expr, op, a, b, modifiers) =>
      BinaryExpression.grouped(
        expr,
        new ExpressionClauseList(
          [expectBinaryElement(a, expr, ops.commaOp), expectBinaryElement(b, expr, ops.commaOp)],
          ops.commaOp,
          NULLTYPE as TypeEngine<unknown>,
          false,
        ),
        op,
        expr.type,
        null,
        modifiers,
      ),
  ],
]);

const LIKE_FAMILY: ReadonlySet<Operator> = new Set([
  ops.startswithOp,
  ops.istartswithOp,
  ops.endswithOp,
  ops.iendswithOp,
  ops.containsOp,
  ops.icontainsOp,
]);

/** Comparisons that can be written from either side. */
const REFLECTED: ReadonlySet<Operator> = new Set([ops.eq, ops.ne, ops.lt, ops.le, ops.gt, ops.ge]);

/** `{ autoescape: true }`: what would be a wildcard in the value is escaped before it is bound. */
function autoescaped(value: unknown, modifiers: Modifiers): readonly [unknown, Modifiers | null] {
  if (modifiers["autoescape"] !== true) return [value, { escape: modifiers["escape"] }];
  if (typeof value !== "string") throw new ArgumentError("{ autoescape: true } needs a string, since an expression cannot be escaped.");
  const escape = (modifiers["escape"] as string | undefined) ?? "/";
  // by functions: $ stands for something in a replacement
  if (escape !== "%" && escape !== "_") value = value.replaceAll(escape, () => escape + escape);
  return [(value as string).replaceAll(/[%_]/g, (wildcard) => escape + wildcard), { escape }];
}

/** What an operator does with an expression, unless the expression's type says otherwise. */
export function operate(expr: Expr, op: Operator, a: unknown, b: unknown, modifiers: Modifiers | null, reverse: boolean): Expr {
  if (a instanceof ColumnElement && REFLECTED.has(op) && expr._yieldsTo(a)) return a.operate(ops.mirror(op), expr);
  const { type } = expr;
  if (type.operatorClasses !== OperatorClass.ANY || type._comparator() !== null) {
    const own = ownOperate(expr, op, a, b, modifiers, reverse);
    if (own !== null) return own;
  }
  if (type.operate !== TypeEngine.prototype.operate) {
    const own = type.operate(expr, op, a, b, modifiers, reverse);
    if (own !== null) return own;
  }
  return defaultOperate(expr, op, a, b, modifiers, reverse);
}

/** What the type's comparator does; null where it leaves the operator to others. @throws InvalidRequestError for one that the type has not */
function ownOperate(expr: Expr, op: Operator, a: unknown, b: unknown, modifiers: Modifiers | null, reverse: boolean): Expr | null {
  const { type } = expr;
  const factory = type._comparator();
  const own = factory === null ? null : operateByComparator.call(factory, expr, op, a, b, modifiers, reverse);
  if (own === null) checkOperatorClass(op, type.operatorClasses, type.constructor.name);
  return own;
}

/** What an operator does with any expression. */
export function defaultOperate(expr: Expr, op: Operator, a: unknown, b: unknown, modifiers: Modifiers | null, reverse: boolean): Expr {
  const impl = impls.get(op);
  if (impl !== undefined) return impl(expr, op, a, b, modifiers, reverse);
  if (op instanceof CustomOperator) return customImpl(expr, op, a, b, modifiers, reverse);
  if (!op.isComparison) return customImpl(expr, op, a, b, modifiers, reverse);
  if (modifiers !== null && LIKE_FAMILY.has(op)) [a, modifiers] = autoescaped(a, modifiers);
  return compareImpl(expr, op, a, b, modifiers, reverse);
}

operateSlot.fill(operate);
