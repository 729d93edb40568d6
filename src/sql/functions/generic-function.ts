import type { Origin } from "../base/expression.ts";
import type { Field } from "../base/traversal.ts";
import type { ColumnElement } from "../elements/column-element.ts";
import { NULLTYPE } from "../types/null-type.ts";
import type { TypeEngine } from "../types/type-engine.ts";
import { warn } from "../../util/warn.ts";
import { Function } from "./function.ts";
import { alikeArguments } from "./function-element.ts";

/** Makes a known function of the arguments of `func.name(…)`; `written` is the name as it stands there, in capitals or not. */
export type FunctionFactory = (args: readonly unknown[], type: TypeEngine<unknown> | null, written: string) => ColumnElement<unknown>;

const registry = new Map<string, Map<string, FunctionFactory>>();

/**
 * Makes `func.identifier(…)` (or `func.package.identifier(…)`) give an element of its own.
 * @example
 * registerFunction("as_utc", (args) => new GenericFunction("as_utc", args, t.dateTime()));
 */
export function registerFunction(identifier: string, factory: FunctionFactory, packageName = "_default"): void {
  let functions = registry.get(packageName);
  if (functions === undefined) registry.set(packageName, (functions = new Map()));
  const key = identifier.toLowerCase();
  if (functions.has(key)) warn(`The function "${identifier}" is registered already and is replaced.`);
  functions.set(key, factory);
}

/** What was registered under a name. */
export function registeredFunction(packageName: string, name: string): FunctionFactory | undefined {
  return registry.get(packageName)?.get(name.toLowerCase());
}

/** A function that the library knows: it has a type, and maybe a text, of its own. */
export class GenericFunction<V, N extends Origin = Origin> extends Function<V, N> {
  static override readonly fields: readonly Field[] = [...Function.fields, ["sqlName", "plain"]];

  /** What it is written as, where that is not its name (CURRENT_TIMESTAMP); without brackets unless it has arguments. It is SQL, and must not come from outside. */
  readonly sqlName: string | null;

  constructor(name: string, args: readonly unknown[], type: TypeEngine<V> | null, sqlName: string | null = null) {
    super(name, args, type);
    this.sqlName = sqlName;
  }
}

/** A function that renders brackets whether it has arguments or not. */
export class BracketedFunction<V, N extends Origin = Origin> extends GenericFunction<V, N> {
  static override readonly inheritCache: boolean = true;

  constructor(name: string, args: readonly unknown[], type: TypeEngine<V> | null, sqlName: string | null = null) {
    super(name, args, type, sqlName);
    (this as { _hasArgs: boolean })._hasArgs = true;
  }
}

/** The first type among expressions that is known. */
export function typeFromArgs(args: readonly ColumnElement<unknown>[]): TypeEngine<unknown> {
  return args.find((arg) => !arg.type.isNull)?.type ?? NULLTYPE;
}

/** A function whose result has the type of its arguments: max, sum, coalesce. */
export class ReturnTypeFromArgs<V, N extends Origin = Origin> extends BracketedFunction<V, N> {
  static override readonly inheritCache: boolean = true;

  constructor(name: string, args: readonly unknown[], type: TypeEngine<V> | null) {
    const elements = alikeArguments(name, args);
    super(name, elements, type ?? (typeFromArgs(elements) as TypeEngine<V>));
  }
}
