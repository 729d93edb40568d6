import { ArgumentError } from "../../errors.ts";
import { clauseOf, expectBinaryElement } from "../base/coercions.ts";
import { BinaryExpression } from "../elements/binary.ts";
import { BindParameter } from "../elements/bind-parameter.ts";
import type { ColumnElement } from "../elements/column-element.ts";
import { Slice } from "../elements/slice.ts";
import type { ArrayType } from "../types/array.ts";
import { JsonIndexType, JsonKeyType, JsonPathType, JsonPlaceType } from "../types/json.ts";
import type { TypeEngine } from "../types/type-engine.ts";
import { getitem as getitemOp, jsonGetitemOp, jsonPathGetitemOp } from "./operator-table.ts";

const INDEX: TypeEngine<unknown> = new JsonIndexType();
/* Databases that ask for the type of a parameter want it said: a text is a key, and finds nothing in an array. */
const KEY: TypeEngine<unknown> = new JsonKeyType();
const PLACE: TypeEngine<unknown> = new JsonPlaceType();
const PATH: TypeEngine<unknown> = new JsonPathType();

/** `expression[index]` for JSON and arrays; null for types that have no elements. */
export function getitem(expression: ColumnElement<unknown>, index: unknown): ColumnElement<unknown> | null {
  switch (expression.type.affinity) {
    case "json":
      return jsonGetitem(expression, index);
    case "array":
      return arrayGetitem(expression, index);
    default:
      return null;
  }
}

function jsonGetitem(expression: ColumnElement<unknown>, index: unknown): ColumnElement<unknown> {
  const isPath = Array.isArray(index);
  const op = isPath ? jsonPathGetitemOp : jsonGetitemOp;
  if (index === null) throw new ArgumentError("at() of JSON takes a key, an index, or an array of them; got null.");
  return BinaryExpression.grouped(
    expression,
    expectBinaryElement(index, expression, op, isPath ? PATH : indexType(index)),
    op,
    expression.type,
  );
}

function indexType(index: unknown): TypeEngine<unknown> {
  return typeof index === "string" ? KEY : typeof index === "number" ? PLACE : INDEX;
}

function arrayGetitem(expression: ColumnElement<unknown>, index: unknown): ColumnElement<unknown> {
  const type = arrayTypeOf(expression.type);
  if (index instanceof Slice) {
    const slice = new Slice(oneBased(index.start, type), oneBased(index.stop, type), index.step, expression.key);
    return BinaryExpression.grouped(expression, slice, getitemOp, expression.type);
  }
  const at = type.zeroIndexes && typeof index === "number" ? index + 1 : index;
  return BinaryExpression.grouped(expression, expectBinaryElement(at, expression, getitemOp), getitemOp, itemTypeOf(type));
}

/** A bound of a slice that counts from 1. */
function oneBased(bound: unknown, type: ArrayType): unknown {
  if (!(bound instanceof BindParameter)) return clauseOf(bound) ?? bound;
  return type.zeroIndexes && typeof bound.value === "number" ? bound.value + 1 : bound.value;
}

function arrayTypeOf(type: TypeEngine<unknown>): ArrayType {
  return ((type as { readonly impl?: TypeEngine<unknown> }).impl ?? type) as unknown as ArrayType;
}

function itemTypeOf(type: ArrayType): TypeEngine<unknown> {
  if (type.dimensions === null || type.dimensions === 1) return type.itemType;
  const inner = type.copy();
  (inner as { dimensions: number | null })["dimensions"] = type.dimensions - 1;
  inner._key = null;
  return inner as TypeEngine<unknown>;
}
