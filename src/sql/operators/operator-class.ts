import { InvalidRequestError } from "../../errors.ts";
import { CustomOperator } from "./custom-operator.ts";
import type { Operator } from "./operator.ts";
import * as ops from "./operator-table.ts";

const BASE = 1;
const BOOLEAN_ALGEBRA = 2;
const COMPARISON = 4;
const INDEXABLE = 8;
const CONTAINS = 16;
const CONCATENABLE = 32;
const STRING_MATCH = 64;
const MATH = 128;
const BITWISE = 256;
const DATE_ARITHMETIC = 512;
const JSON_GETITEM = 1024;

/**
 * Kinds of operators, for `operatorClasses` of a type: what may be done with its expressions. They are joined by `|`.
 * @example
 * class Point extends UserDefinedType<string> {
 *   override readonly operatorClasses = OperatorClass.BASE | OperatorClass.COMPARISON;
 * }
 * @see https://docs.sqlalchemy.org/en/21/core/operators.html#sqlalchemy.sql.expression.OperatorClass
 */
export const OperatorClass = {
  /** operators of one's own, unless they say another */
  BASE,
  /** AND, OR, NOT */
  BOOLEAN_ALGEBRA,
  /** =, <, IN, BETWEEN, IS, ORDER BY modifiers, DISTINCT */
  COMPARISON,
  /** `at()`, `slice()` */
  INDEXABLE,
  /** `contains()` */
  CONTAINS,
  /** `||` */
  CONCATENABLE,
  /** LIKE and its family, regular expressions, COLLATE */
  STRING_MATCH,
  /** arithmetic */
  MATH,
  /** operators on bits */
  BITWISE,
  /** + and - of dates */
  DATE_ARITHMETIC,
  /** elements of JSON */
  JSON_GETITEM,

  STRING: BASE | COMPARISON | STRING_MATCH | CONTAINS | CONCATENABLE | INDEXABLE,
  INTEGER: BASE | COMPARISON | MATH | BITWISE,
  NUMERIC: BASE | COMPARISON | MATH | BITWISE,
  BOOLEAN: BASE | COMPARISON | BOOLEAN_ALGEBRA,
  BINARY: BASE | COMPARISON | CONTAINS | CONCATENABLE | INDEXABLE,
  DATETIME: BASE | COMPARISON | DATE_ARITHMETIC,
  JSON: BASE | COMPARISON | INDEXABLE | JSON_GETITEM,
  ARRAY: BASE | COMPARISON | CONTAINS | CONCATENABLE | INDEXABLE,
  TUPLE: BASE | COMPARISON | CONTAINS | CONCATENABLE | INDEXABLE,
  /** what a type has that says nothing */
  ANY: 2047,
} as const;

const byClass: readonly (readonly [number, readonly Operator[]])[] = [
  [BASE, [ops.nullOp]],
  [
    COMPARISON,
    [
      ...[ops.eq, ops.ne, ops.lt, ops.le, ops.gt, ops.ge, ops.is, ops.isNot, ops.isDistinctFrom, ops.isNotDistinctFrom],
      ...[ops.inOp, ops.notInOp, ops.betweenOp, ops.notBetweenOp, ops.descOp, ops.ascOp, ops.nullsFirstOp, ops.nullsLastOp],
      ...[ops.distinctOp, ops.anyOp, ops.allOp],
    ],
  ],
  [BOOLEAN_ALGEBRA, [ops.and, ops.or]],
  [BOOLEAN_ALGEBRA | BITWISE, [ops.inv]],
  [CONCATENABLE | MATH | DATE_ARITHMETIC | BITWISE, [ops.add]],
  [CONCATENABLE | BITWISE, [ops.concatOp]],
  [INDEXABLE, [ops.getitem]],
  [CONTAINS, [ops.containsOp, ops.icontainsOp, ops.notContainsOp, ops.notIcontainsOp]],
  [
    STRING_MATCH,
    [
      ...[ops.likeOp, ops.notLikeOp, ops.ilikeOp, ops.notIlikeOp, ops.startswithOp, ops.notStartswithOp, ops.istartswithOp],
      ...[ops.notIstartswithOp, ops.endswithOp, ops.notEndswithOp, ops.iendswithOp, ops.notIendswithOp, ops.collate],
      ...[ops.matchOp, ops.notMatchOp, ops.regexpMatchOp, ops.notRegexpMatchOp, ops.regexpReplaceOp],
    ],
  ],
  [
    BITWISE,
    [
      ...[ops.lshift, ops.rshift, ops.bitwiseXorOp, ops.bitwiseOrOp, ops.bitwiseAndOp, ops.bitwiseNotOp],
      ...[ops.bitwiseLshiftOp, ops.bitwiseRshiftOp],
    ],
  ],
  [MATH, [ops.matmul, ops.pow, ops.neg, ops.mul, ops.truediv, ops.floordiv, ops.mod]],
  [MATH | DATE_ARITHMETIC, [ops.sub]],
  [JSON_GETITEM, [ops.jsonPathGetitemOp, ops.jsonGetitemOp]],
];

const classes: ReadonlyMap<Operator, number> = new Map(byClass.flatMap(([bits, operators]) => operators.map((op) => [op, bits] as const)));

/**
 * Sees to it that a type has an operator.
 * @param allowed - the operator classes of the type
 * @throws InvalidRequestError when it has not
 */
export function checkOperatorClass(op: Operator, allowed: number, typeName: string): void {
  const bits = op instanceof CustomOperator ? op.operatorClass : (classes.get(op) ?? 0);
  if ((bits & allowed) !== 0 || allowed === OperatorClass.ANY) return;
  const what = op.symbol.trim() || op.name;
  throw new InvalidRequestError(
    `The type ${typeName} does not have the operator "${what}": its operatorClasses leave it out. ` +
      "Add the class of the operator there, or a method of the operator's name to the type's comparator.",
  );
}
