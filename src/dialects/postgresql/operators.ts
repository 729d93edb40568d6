import { clauseOf, expectBinaryElement } from "../../sql/base/coercions.ts";
import { BinaryExpression, constructForOp } from "../../sql/elements/binary.ts";
import { BindParameter } from "../../sql/elements/bind-parameter.ts";
import { Cast } from "../../sql/elements/cast.ts";
import type { ColumnElement } from "../../sql/elements/column-element.ts";
import { Function } from "../../sql/functions/function.ts";
import { CustomOperator } from "../../sql/operators/custom-operator.ts";
import type { Operator } from "../../sql/operators/operator.ts";
import * as ops from "../../sql/operators/operator-table.ts";
import { ArrayType } from "../../sql/types/array.ts";
import { BOOLEANTYPE } from "../../sql/types/boolean.ts";
import { TextType } from "../../sql/types/string.ts";
import type { TypeEngine, TypeMethod } from "../../sql/types/type-engine.ts";

type Expr = ColumnElement<unknown>;
type Type = TypeEngine<unknown>;
type Methods = Readonly<Record<string, TypeMethod>>;

/* https://www.postgresql.org/docs/current/functions.html */
const comparison = { precedence: ops.eq.precedence!, isComparison: true } as const;
const nested = { ...comparison, naturalSelfPrecedent: true, eagerGrouping: true } as const;
const item = { precedence: ops.jsonGetitemOp.precedence!, naturalSelfPrecedent: true, eagerGrouping: true } as const;

const HAS_KEY = new CustomOperator("?", nested);
const HAS_ALL = new CustomOperator("?&", nested);
const HAS_ANY = new CustomOperator("?|", nested);
const DELETE_PATH = new CustomOperator("#-", item);
const PATH_EXISTS = new CustomOperator("@?", nested);
const PATH_MATCH = new CustomOperator("@@", nested);
const CONTAINS = new CustomOperator("@>", nested);
const CONTAINED_BY = new CustomOperator("<@", nested);
const OVERLAP = new CustomOperator("&&", comparison);
const STRICTLY_LEFT_OF = new CustomOperator("<<", comparison);
const STRICTLY_RIGHT_OF = new CustomOperator(">>", comparison);
const NOT_EXTEND_RIGHT_OF = new CustomOperator("&<", comparison);
const NOT_EXTEND_LEFT_OF = new CustomOperator("&>", comparison);
const ADJACENT_TO = new CustomOperator("-|-", comparison);
const HSTORE_GETITEM = new CustomOperator("->", { ...item, visitName: "hstoreGetitemOp" });

const BOOLEAN: Type = BOOLEANTYPE as Type;
const TEXT: Type = new TextType() as Type;
const TEXT_ARRAY: Type = new ArrayType(new TextType()) as Type;

function apply(expression: Expr, op: Operator, other: unknown, result: Type, bindType: Type | null = null): Expr {
  return constructForOp(expression, expectBinaryElement(other, expression, op, bindType), op, result, null, null);
}

/** A method for an operator that gives a truth value. */
function test(op: Operator): TypeMethod {
  return (expression: Expr, other: unknown) => apply(expression, op, other, BOOLEAN);
}

/** Keys: an array of strings goes as an array of text, whatever the type of the expression. */
function keysTest(op: Operator): TypeMethod {
  return (expression: Expr, keys: unknown) => apply(expression, op, keys, BOOLEAN, Array.isArray(keys) ? TEXT_ARRAY : null);
}

const keyTest: TypeMethod = (expression: Expr, key: unknown) =>
  apply(expression, HAS_KEY, key, BOOLEAN, typeof key === "string" ? TEXT : null);

const contained: Methods = {
  containedBy: (expression, other) =>
    apply(expression, CONTAINED_BY, other, BOOLEAN, expression.type.affinity === "json" ? expression.type : null),
};
const keys: Methods = { hasKey: keyTest, hasAll: keysTest(HAS_ALL), hasAny: keysTest(HAS_ANY) };

/**
 * What JSONB has beside JSON.
 * @param jsonpath - makes the type of JSON paths
 * @param array - makes `ARRAY[…]`
 */
export function jsonbMethods(jsonpath: () => Type, array: (items: readonly unknown[]) => Expr): Methods {
  const path =
    (op: Operator): TypeMethod =>
    (expression: Expr, other: unknown) =>
      apply(expression, op, other, BOOLEAN, jsonpath());
  return {
    ...contained,
    ...keys,
    deletePath: (expression: Expr, at: unknown) =>
      apply(expression, DELETE_PATH, new Cast(Array.isArray(at) ? array(at as unknown[]) : at, TEXT_ARRAY), expression.type),
    pathExists: path(PATH_EXISTS),
    pathMatch: path(PATH_MATCH),
  };
}

/** A method for an operator that gives what the expression is. */
function rangeResult(op: Operator): TypeMethod {
  return (expression: Expr, other: unknown) => apply(expression, op, other, expression.type);
}

/** What arrays of PostgreSQL have beside those of others. */
export const ARRAY_METHODS: Methods = { ...contained, overlap: test(OVERLAP) };

/** What ranges and multiranges have. */
export const RANGE_METHODS: Methods = {
  ...contained,
  overlaps: test(OVERLAP),
  strictlyLeftOf: test(STRICTLY_LEFT_OF),
  strictlyRightOf: test(STRICTLY_RIGHT_OF),
  notExtendRightOf: test(NOT_EXTEND_RIGHT_OF),
  notExtendLeftOf: test(NOT_EXTEND_LEFT_OF),
  adjacentTo: test(ADJACENT_TO),
  union: rangeResult(ops.add),
  intersection: rangeResult(ops.mul),
  difference: rangeResult(ops.sub),
};

/** A function of an HSTORE. */
function hstoreFunction(name: string, type: Type | null): TypeMethod {
  return (expression: Expr, ...args: readonly unknown[]) =>
    new Function(name, [expression, ...args.map((arg) => hstoreArgument(name, arg, expression.type))], type ?? expression.type);
}

function hstoreArgument(name: string, arg: unknown, type: Type): unknown {
  if (Array.isArray(arg)) return new BindParameter<unknown>(name, arg, TEXT_ARRAY, true);
  const isPlain = typeof arg === "object" && arg !== null && clauseOf(arg) === null;
  return isPlain ? new BindParameter<unknown>(name, arg, type, true) : arg;
}

/** What HSTORE has. */
export const HSTORE_METHODS: Methods = {
  ...contained,
  ...keys,
  defined: hstoreFunction("defined", BOOLEAN),
  delete: hstoreFunction("delete", null),
  slice: hstoreFunction("slice", null),
  keys: hstoreFunction("akeys", TEXT_ARRAY),
  vals: hstoreFunction("avals", TEXT_ARRAY),
  array: hstoreFunction("hstore_to_array", TEXT_ARRAY),
  matrix: hstoreFunction("hstore_to_matrix", TEXT_ARRAY),
};

/** `contains()` of JSONB, arrays, ranges and HSTORE is `@>`; null for other operators. */
export function containsOperator(expression: Expr, op: Operator, other: unknown): Expr | null {
  if (op !== ops.containsOp) return null;
  // beside JSON, a plain value is JSON, also where it is a string
  return apply(expression, CONTAINS, other, BOOLEAN, expression.type.affinity === "json" ? expression.type : null);
}

/** {@link containsOperator} and the operators that ranges have beside it. */
export function rangeOperator(expression: Expr, op: Operator, other: unknown): Expr | null {
  if (op === ops.lshift) return apply(expression, STRICTLY_LEFT_OF, other, BOOLEAN);
  if (op === ops.rshift) return apply(expression, STRICTLY_RIGHT_OF, other, BOOLEAN);
  return containsOperator(expression, op, other);
}

/** {@link containsOperator} and the value of a key. */
export function hstoreOperator(expression: Expr, op: Operator, other: unknown): Expr | null {
  if (op !== ops.getitem) return containsOperator(expression, op, other);
  const key = expectBinaryElement(other, expression, HSTORE_GETITEM, typeof other === "string" ? TEXT : null);
  return BinaryExpression.grouped(expression, key, HSTORE_GETITEM, TEXT);
}
