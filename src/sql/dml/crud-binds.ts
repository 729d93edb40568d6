import { BindParameter, NO_VALUE } from "../elements/bind-parameter.ts";
import type { ClauseElement } from "../elements/clause-element.ts";
import type { DmlCompiler } from "../compiler/dml-compiler.ts";
import type { VisitOptions } from "../compiler/visit-options.ts";
import { InvalidRequestError } from "../../errors.ts";
import type { TargetColumn, ValueGenerator } from "./crud-types.ts";

/** Says that an execution gives the value. */
export const REQUIRED: unique symbol = Symbol("required");

/** A parameter for a column. Inside a CTE its name is a made-up one, since only the outermost statement's can be given. */
export function createBind(compiler: DmlCompiler, column: TargetColumn, value: unknown, name: string | null, options: VisitOptions): string;
export function createBind(
  compiler: DmlCompiler,
  column: TargetColumn,
  value: unknown,
  name: string | null,
  options: VisitOptions,
  rendered: false,
): ClauseElement;
export function createBind(
  compiler: DmlCompiler,
  column: TargetColumn,
  value: unknown,
  name: string | null,
  options: VisitOptions,
  rendered = true,
): string | ClauseElement {
  const anonymous = name === null || options.visitingCte != null;
  const required = value === REQUIRED;
  const bind = new BindParameter<unknown>(anonymous ? null : name, required ? NO_VALUE : value, column.type, anonymous, false, required);
  bind.isCrud = true;
  return rendered ? compiler.process(bind, options) : bind;
}

/** A parameter for a default of a column inside of a CTE, computed for each execution. */
export function nestedDefault(
  compiler: DmlCompiler,
  column: TargetColumn,
  generator: ValueGenerator,
  options: VisitOptions,
): ClauseElement {
  if (!generator.isCallable) return createBind(compiler, column, generator.arg, null, options, false);
  const bind = createBind(compiler, column, null, null, options, false) as BindParameter<unknown>;
  const context = {
    get currentParameters(): never {
      return this.getCurrentParameters();
    },
    getCurrentParameters(): never {
      throw new InvalidRequestError(
        `The default of "${column.key}" asks for the other values of the row, which are not known where the statement is a part of another one: give the value.`,
      );
    },
  };
  bind.callable = () => (generator.arg as (context: object) => unknown)(context) ?? null;
  return bind;
}

/** The bind that stands for a value of values(): it takes the column's name and type. Gives the text and the name. */
export function renamedBind(
  compiler: DmlCompiler,
  column: TargetColumn,
  bind: BindParameter<unknown>,
  name: string,
  options: VisitOptions,
): readonly [text: string, name: string | null] {
  const type = bind.type.isNull ? column.type : bind.type;
  if (options.visitingCte != null || !bind.unique || bind.expanding) {
    const typed = type === bind.type ? bind : (bind._withBinaryElementType(type) as BindParameter<unknown>);
    return [compiler.process(typed, options), bind.unique ? null : bind._origKey];
  }
  const named = new BindParameter<unknown>(name, bind.value, type, false, false, bind.required, bind.literalExecute);
  if (bind.callable !== null) named.callable = bind.callable;
  named.isCrud = true;
  // the value of another statement with the same structure is found by the original
  named._origin = bind._origin;
  return [compiler.process(named, options), name];
}
