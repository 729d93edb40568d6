import { ArgumentError } from "../../errors.ts";
import { clauseOf } from "../base/coercions.ts";
import type { ColumnElement } from "../elements/column-element.ts";
import { TypeEngine } from "../types/type-engine.ts";
import "./aggregates.ts";
import "./ansi.ts";
import type { CommonFunctionName } from "./common-names.ts";
import { Function } from "./function.ts";
import type { FunctionElement } from "./function-element.ts";
import { registeredFunction } from "./generic-function.ts";
import type { FunctionOptions, KnownFunctions } from "./known-functions.ts";
import { resultTypeOf } from "./result-types.ts";

/** `func.any_name`: called, it is that function; with a name behind it, that is the function and this its package. */
export interface FunctionGenerator {
  // expressions have a type too, but are no options
  <V>(...args: [...unknown[], { readonly type: TypeEngine<V>; readonly accept?: never }]): FunctionElement<V>;
  <V = unknown>(...args: readonly unknown[]): FunctionElement<V>;
  readonly [name: string]: FunctionGenerator;
}

/** Functions whose names are known and whose types are not. */
export type CommonFunctions = { readonly [K in Exclude<CommonFunctionName, keyof KnownFunctions>]: FunctionGenerator };

/** What {@link func} is. */
export type Functions = KnownFunctions & CommonFunctions & FunctionGenerator;

/** Options stand last and are a plain object with nothing but a type. */
function takeOptions(args: readonly unknown[]): readonly [readonly unknown[], TypeEngine<unknown> | null] {
  const last = args.at(-1);
  if (typeof last !== "object" || last === null || Object.getPrototypeOf(last) !== Object.prototype || clauseOf(last) !== null)
    return [args, null];
  for (const name of Object.keys(last)) {
    if (name !== "type")
      throw new ArgumentError(`A function has no option "${name}". If the object is meant as a value, write literal(value, type).`);
  }
  const { type } = last as FunctionOptions;
  if (type !== undefined && !(type instanceof TypeEngine))
    throw new ArgumentError("{ type } of a function takes a type, such as t.integer().");
  return [args.slice(0, -1), type ?? null];
}

function generator(names: readonly string[]): FunctionGenerator {
  const inner = new Map<string, FunctionGenerator>();
  const name = names.at(-1);
  const packageNames = names.slice(0, -1);
  const call = (...given: readonly unknown[]): unknown => {
    if (name === undefined) throw new ArgumentError("func is not a function: write func.name(…).");
    const [args, type] = takeOptions(given);
    const factory = names.length > 2 ? undefined : registeredFunction(packageNames[0] ?? "_default", name);
    if (factory !== undefined) return factory(args, type, name);
    const made = new Function(name, args, type, packageNames);
    if (type === null && packageNames.length === 0)
      made.type = resultTypeOf(name, made.clauses.clauses as readonly ColumnElement<unknown>[]);
    return made;
  };
  return new Proxy(call, {
    get(target, key) {
      if (typeof key === "symbol") return Reflect.get(target, key) as unknown;
      let next = inner.get(key);
      if (next === undefined) {
        next = generator([...names, key.length > 1 && key.endsWith("_") ? key.slice(0, -1) : key]);
        // names may come from data: they are few in any program, but nothing says so
        if (inner.size < 2000) inner.set(key, next);
      }
      return next;
    },
  }) as unknown as FunctionGenerator;
}

/**
 * Any SQL function by its name, which is used as it is: `func.lower(x)`, `func.pg_catalog.now()`. Known ones are typed; for
 * others the last argument may say the type: `func.soundex(x, { type: t.string() })`.
 * @example select(func.count(users.c.id), func.max(users.c.name))
 * @see https://docs.sqlalchemy.org/en/21/core/functions.html
 */
export const func: Functions = generator([]) as Functions;
