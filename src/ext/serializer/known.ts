import { NO_EXECUTION_OPTIONS, NO_OPTIONS_LIST } from "../../sql/base/executable.ts";
import { REQUIRED } from "../../sql/dml/crud-binds.ts";
import { NO_TABLE } from "../../sql/dml/dml-base.ts";
import { NO_VALUE } from "../../sql/elements/bind-parameter.ts";
import { NO_ANNOTATIONS, NO_PROPAGATE_ATTRS } from "../../sql/elements/clause-element.ts";
import { FALSE, NULL, TRUE } from "../../sql/elements/literals.ts";
import { NO_MODIFIERS } from "../../sql/operators/modifiers.ts";
import { Operator } from "../../sql/operators/operator.ts";
import * as operatorTable from "../../sql/operators/operator-table.ts";
import { JSON_NULL } from "../../sql/types/json.ts";
import { NULLTYPE } from "../../sql/types/null-type.ts";

/** Objects of which there is one: they are compared by identity. */
export const singles: ReadonlyMap<string, object> = new Map<string, object>(
  Object.entries({
    NO_EXECUTION_OPTIONS,
    NO_OPTIONS_LIST,
    NO_ANNOTATIONS,
    NO_PROPAGATE_ATTRS,
    NO_MODIFIERS,
    TRUE,
    FALSE,
    NULL,
    NULLTYPE,
    JSON_NULL,
  }),
);

/** Operators by the names under which they are exported. */
export const operators: ReadonlyMap<string, Operator> = new Map(
  Object.entries(operatorTable).filter((entry): entry is [string, Operator] => entry[1] instanceof Operator),
);

function namesOf<T>(map: ReadonlyMap<string, T>): ReadonlyMap<T, string> {
  return new Map([...map].map(([name, value]) => [value, name]));
}

export const singleNames: ReadonlyMap<object, string> = namesOf(singles);
export const operatorNames: ReadonlyMap<Operator, string> = namesOf(operators);

/** Marks that stand in the place of values. */
export const marks: ReadonlyMap<string, symbol> = new Map<string, symbol>([
  ["NO_VALUE", NO_VALUE],
  ["REQUIRED", REQUIRED],
  ["NO_TABLE", NO_TABLE],
]);

export const markNames: ReadonlyMap<symbol, string> = namesOf(marks);
