import { BinaryExpression } from "../../sql/elements/binary.ts";
import { BindParameter } from "../../sql/elements/bind-parameter.ts";
import type { ClauseElement } from "../../sql/elements/clause-element.ts";
import type { ColumnElement } from "../../sql/elements/column-element.ts";
import { Grouping } from "../../sql/elements/grouping.ts";
import { FALSE, NULL, TRUE } from "../../sql/elements/literals.ts";
import { UnaryExpression } from "../../sql/elements/unary.ts";
import * as operators from "../../sql/operators/operator-table.ts";
import type { Operator } from "../../sql/operators/operator.ts";
import type { InspectedEntity } from "../mapping/inspected-entity.ts";
import type { Mapper } from "../mapping/mapper.ts";
import type { InstanceState } from "../state/instance-state.ts";

/** The value of an expression for an object; EXPIRED when the object lacks what the expression needs. */
export type Evaluate = (state: InstanceState) => unknown;

/** Says that a value is not loaded, so that nothing can be said of the object. */
export const EXPIRED: unique symbol = Symbol("expired");

/** An expression that only the database can compute. */
export class UnevaluatableError extends Error {}

type Params = Readonly<Record<string, unknown>> | null;

/** NULL beside anything is NULL; what is unknown stays unknown. */
function strict(compute: (a: never, b: never) => unknown): (a: unknown, b: unknown) => unknown {
  return (a, b) =>
    a === EXPIRED || b === EXPIRED ? EXPIRED : a === null || b === null ? null : compute(comparable(a) as never, comparable(b) as never);
}

function comparable(value: unknown): unknown {
  return value instanceof Date ? value.getTime() : value;
}

const binary: ReadonlyMap<Operator, (a: unknown, b: unknown) => unknown> = new Map([
  [operators.eq, strict((a: unknown, b: unknown) => same(a, b))],
  [operators.ne, strict((a: unknown, b: unknown) => !same(a, b))],
  [operators.lt, strict((a: number, b: number) => ordered(a, b) && a < b)],
  [operators.le, strict((a: number, b: number) => ordered(a, b) && a <= b)],
  [operators.gt, strict((a: number, b: number) => ordered(a, b) && a > b)],
  [operators.ge, strict((a: number, b: number) => ordered(a, b) && a >= b)],
  [operators.add, strict((a: number, b: number) => numbers(a, b) && a + b)],
  [operators.sub, strict((a: number, b: number) => numbers(a, b) && a - b)],
  [operators.mul, strict((a: number, b: number) => numbers(a, b) && a * b)],
  [operators.concatOp, strict((a: unknown, b: unknown) => texts(a, b) && `${a as string}${b as string}`)],
  [operators.is, (a: unknown, b: unknown) => (a === EXPIRED || b === EXPIRED ? EXPIRED : same(a, b))],
  [operators.isNot, (a: unknown, b: unknown) => (a === EXPIRED || b === EXPIRED ? EXPIRED : !same(a, b))],
  [operators.inOp, strict((a: unknown, b: readonly unknown[]) => b.some((each) => same(a, comparable(each))))],
  [operators.notInOp, strict((a: unknown, b: readonly unknown[]) => !b.some((each) => same(a, comparable(each))))],
]);

function same(a: unknown, b: unknown): boolean {
  return a === b || (typeof a !== typeof b && isNumeric(a) && isNumeric(b) && a == b);
}

function isNumeric(value: unknown): boolean {
  return typeof value === "number" || typeof value === "bigint";
}

function numbers(a: unknown, b: unknown): true {
  if (!isNumeric(a) || typeof a !== typeof b) throw new UnevaluatableError("arithmetic of values that are no JavaScript numbers");
  return true;
}

function texts(a: unknown, b: unknown): true {
  if (typeof a !== "string" || typeof b !== "string") throw new UnevaluatableError("concatenation of values that are no strings");
  return true;
}

function ordered(a: unknown, b: unknown): true {
  if ((!isNumeric(a) || !isNumeric(b)) && (typeof a !== "string" || typeof b !== "string"))
    throw new UnevaluatableError("comparison of values of different kinds");
  return true;
}

/**
 * Makes a function that computes an expression for objects in memory.
 * @throws UnevaluatableError where only the database can
 */
export function makeEvaluator(element: ClauseElement, target: Mapper, params: Params): Evaluate {
  const make = (each: ClauseElement): Evaluate => makeEvaluator(each, target, params);
  if (element === NULL) return () => null;
  if (element === TRUE) return () => true;
  if (element === FALSE) return () => false;
  if (element instanceof Grouping) return make(element.element);
  if (element instanceof BindParameter) {
    const given = params !== null && !element.unique && element.key in params ? params[element.key] : element.effectiveValue;
    return () => given;
  }
  if (isColumn(element)) return column(element, target);
  if (element instanceof BinaryExpression) {
    const compute = binary.get(element.operator);
    if (compute === undefined || Object.keys(element.modifiers).length > 0)
      throw new UnevaluatableError(`the operator ${element.operator.name}`);
    checkTypes(element.operator, element.left as ColumnElement<unknown>);
    const left = make(element.left);
    const right = make(element.right);
    return (state) => compute(left(state), right(state));
  }
  if (element instanceof UnaryExpression && element.operator === operators.inv) {
    const inner = make(element.element);
    return (state) => {
      const value = inner(state);
      return value === EXPIRED || value === null ? value : !value;
    };
  }
  const list = element as { clauses?: readonly ClauseElement[]; operator?: Operator };
  if (list.clauses !== undefined && (list.operator === operators.and || list.operator === operators.or)) {
    const parts = list.clauses.map(make);
    return list.operator === operators.and ? all(parts) : any(parts);
  }
  throw new UnevaluatableError(element.constructor.name);
}

/** Values that JavaScript has as text but the database as a number cannot be ordered or computed with here. */
function checkTypes(operator: Operator, left: ColumnElement<unknown>): void {
  if (operator === operators.is || operator === operators.isNot) return;
  if (left.type?.affinity === "numeric" && operator !== operators.inOp && operator !== operators.notInOp) {
    const asNumber = (left.type as { asNumber?: boolean }).asNumber;
    if (asNumber !== true) throw new UnevaluatableError("numeric values, which JavaScript has as text");
  }
}

function all(parts: readonly Evaluate[]): Evaluate {
  return (state) => {
    let result: unknown = true;
    for (const part of parts) {
      const value = part(state);
      if (value === EXPIRED) return EXPIRED;
      if (value === null) result = null;
      else if (value === false) return false;
    }
    return result;
  };
}

function any(parts: readonly Evaluate[]): Evaluate {
  return (state) => {
    let result: unknown = false;
    for (const part of parts) {
      const value = part(state);
      if (value === EXPIRED) return EXPIRED;
      if (value === null) result = null;
      else if (value === true) return true;
    }
    return result;
  };
}

function isColumn(element: ClauseElement): element is ColumnElement<unknown> {
  return element._isColumnElement && (element as { table?: unknown }).table != null;
}

function column(element: ColumnElement<unknown>, target: Mapper): Evaluate {
  const entity = element._annotations["parententity"] as InspectedEntity | undefined;
  if (entity !== undefined && (entity.isAliasedClass || !(target.isa(entity.mapper) || entity.mapper.isa(target)))) {
    throw new UnevaluatableError(`columns of ${entity.mapper.name}, which is another class`);
  }
  const property = target.columnToProperty.get(element._identity);
  if (property === undefined) throw new UnevaluatableError(`the column ${element.name ?? ""}, which is not mapped by ${target.name}`);
  const { key } = property;
  return (state) => {
    const value = state.values[key];
    return value === undefined ? EXPIRED : value;
  };
}
