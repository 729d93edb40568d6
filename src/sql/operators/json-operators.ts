import { ArgumentError } from "../../errors.ts";
import { BinaryExpression } from "../elements/binary.ts";
import type { ColumnElement } from "../elements/column-element.ts";
import { BooleanType } from "../types/boolean.ts";
import { FloatType, IntegerType, NumericType } from "../types/numeric.ts";
import { TextType, UnicodeType } from "../types/string.ts";
import type { TypeEngine, TypeMethod } from "../types/type-engine.ts";
import { CustomOperator } from "./custom-operator.ts";
import { jsonGetitemOp, jsonPathGetitemOp } from "./operator-table.ts";
import { jsonMethodSlot } from "./type-operators.ts";

/** The same element of JSON, read as another type; how that is written is the dialect's affair. */
function elementAs(expression: ColumnElement<unknown>, type: TypeEngine<unknown>, name: string): ColumnElement<unknown> {
  if (!(expression instanceof BinaryExpression) || (expression.operator !== jsonGetitemOp && expression.operator !== jsonPathGetitemOp)) {
    throw new ArgumentError(`${name}() stands behind at(): data.at("key").${name}().`);
  }
  return new BinaryExpression(expression.left, expression.right, expression.operator, type, null, expression.modifiers);
}

const ASTEXT = new CustomOperator("->>", { precedence: jsonGetitemOp.precedence!, naturalSelfPrecedent: true, eagerGrouping: true });
const PATH_ASTEXT = new CustomOperator("#>>", { precedence: jsonGetitemOp.precedence!, naturalSelfPrecedent: true, eagerGrouping: true });

/** The element as text: `->>` in the place of `->`. */
function elementAsText(expression: ColumnElement<unknown>): ColumnElement<unknown> {
  const found = elementAs(expression, new TextType() as TypeEngine<unknown>, "astext") as BinaryExpression<unknown>;
  const op = found.operator === jsonPathGetitemOp ? PATH_ASTEXT : ASTEXT;
  return BinaryExpression.grouped(found.left, found.right, op, found.type);
}

const methods: Readonly<Record<string, TypeMethod>> = {
  asString: (expression) => elementAs(expression, new UnicodeType() as TypeEngine<unknown>, "asString"),
  asInteger: (expression) => elementAs(expression, new IntegerType() as TypeEngine<unknown>, "asInteger"),
  asFloat: (expression) => elementAs(expression, new FloatType() as TypeEngine<unknown>, "asFloat"),
  asBoolean: (expression) => elementAs(expression, new BooleanType() as TypeEngine<unknown>, "asBoolean"),
  asNumeric: (expression, precision, scale) => elementAs(expression, new NumericType(precision, scale) as TypeEngine<unknown>, "asNumeric"),
  astext: elementAsText,
  asJson: (expression) => expression,
};

jsonMethodSlot.fill((name) => (Object.hasOwn(methods, name) ? methods[name]! : null));
