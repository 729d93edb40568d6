import { ArgumentError, CompileError } from "../errors.ts";
import type { SqlDialect } from "../sql/base/sql-dialect.ts";
import type { DdlCompiler } from "../sql/compiler/ddl-compiler.ts";
import type { SqlCompiler } from "../sql/compiler/sql-compiler.ts";
import type { TypeCompiler, TypeOptions } from "../sql/compiler/type-compiler.ts";
import type { VisitOptions } from "../sql/compiler/visit-options.ts";
import { DdlElement } from "../sql/ddl/ddl-element.ts";
import { ClauseElement, forgetKeyWriters } from "../sql/elements/clause-element.ts";
import { SchemaItem } from "../sql/schema/schema-item.ts";
import { NULLTYPE } from "../sql/types/null-type.ts";
import { TypeEngine } from "../sql/types/type-engine.ts";

/** What has a rendering of its own: elements of statements, DDL statements, types, constraints and other parts of columns and tables. */
export type Renderable = ClauseElement | TypeEngine<unknown> | SchemaItem;

/** A class whose rendering can be said, abstract ones included. */
export type RenderableClass<E extends Renderable> = abstract new (...args: never[]) => E;

/** The compiler that renders an element: that of statements, of DDL or of types. */
export type CompilerOf<E> = E extends DdlElement | SchemaItem ? DdlCompiler : E extends TypeEngine<unknown> ? TypeCompiler : SqlCompiler;

/** What a rendering is told about where the element stands. */
export type RenderOptionsOf<E> = E extends TypeEngine<unknown> ? TypeOptions : VisitOptions;

/** What a rendering gives: SQL text; null for a constraint or a column of CREATE TABLE that is to be left out. */
export type RenderedOf<E> = E extends DdlElement | SchemaItem ? string | null : string;

/**
 * Gives the SQL text of an element.
 *
 * - `compiler.process(part, options)` gives the text of a part. Values must be parts (`literal(value)`, made where the element is
 *   made), never text: what is made inside of this function is the same for all statements that share the compiled form.
 * - `options` is handed on to the parts.
 * - `original()` gives the text as it would be if nothing had been registered for the class; with `original(options)` for other options.
 */
export type CompileFunction<E> = (
  element: E,
  compiler: CompilerOf<E>,
  options: RenderOptionsOf<E>,
  original: (options?: RenderOptionsOf<E>) => RenderedOf<E>,
) => RenderedOf<E>;

type Method = "accept" | "_acceptDdl" | "_accept";
type Rendered = string | null;
type Render = (this: object, compiler: { readonly dialect: SqlDialect }, options?: VisitOptions) => Rendered;
type AnyFunction = (element: object, compiler: object, options: object, original: (options?: object) => Rendered) => unknown;

/** What was registered for one class. */
interface Renderings {
  readonly method: Method;
  /** the class's own method before; undefined where it had none and used that of its parent */
  readonly own: PropertyDescriptor | undefined;
  readonly byDialect: Map<string, AnyFunction>;
  general: AnyFunction | null;
}

const registered = new WeakMap<object, Renderings>();

/**
 * Says how the elements of a class are rendered, on all dialects or on some: for classes of your own, and in place of the library's own
 * way for its classes. Classes that extend the class are rendered by it too, unless something is registered for them. What is
 * registered for a dialect counts there before what is registered for all; registering again replaces.
 *
 * Statements that were compiled before are compiled anew.
 * @param type - the class: of elements, DDL statements, types or constraints
 * @param dialects - the name of a dialect, or several; what is registered for "mysql" counts on MariaDB too
 * @throws ArgumentError for what is no such class
 * @see https://docs.sqlalchemy.org/en/21/core/compiler.html
 * @example
 * class UtcNow extends ColumnElement<Date> {
 *   static override readonly inheritCache = true;
 *   override readonly type = t.dateTime();
 * }
 * compiles(UtcNow, () => "CURRENT_TIMESTAMP");
 * compiles(UtcNow, "postgresql", () => "timezone('utc', CURRENT_TIMESTAMP)");
 *
 * compiles(Insert, "mysql", (insert, _compiler, _options, original) => original().replace(/^INSERT/, "INSERT HIGH_PRIORITY"));
 */
export function compiles<E extends Renderable>(type: RenderableClass<E>, fn: CompileFunction<E>): void;
export function compiles<E extends Renderable>(
  type: RenderableClass<E>,
  dialects: string | readonly string[],
  fn: CompileFunction<E>,
): void;
export function compiles(type: RenderableClass<Renderable>, dialects: unknown, fn?: unknown): void {
  const all = fn === undefined && typeof dialects === "function";
  const render = (all ? dialects : fn) as AnyFunction;
  const names = all ? [] : typeof dialects === "string" ? [dialects] : dialects;
  if (
    typeof render !== "function" ||
    !Array.isArray(names) ||
    !names.every((name) => typeof name === "string") ||
    (!all && names.length === 0)
  )
    throw new ArgumentError(
      'compiles() takes a class and a function, with the name of a dialect between them, or several: compiles(Type, "sqlite", fn).',
    );
  const renderings = renderingsOf(type);
  if (all) renderings.general = render;
  for (const name of names as readonly string[]) renderings.byDialect.set(name, render);
  forgetKeyWriters();
}

/**
 * Takes back all that {@link compiles} has registered for a class, but not what was registered for others that it extends.
 * @example deregister(Insert)
 */
export function deregister(type: RenderableClass<Renderable>): void {
  const prototype = type.prototype as object;
  const renderings = registered.get(prototype);
  if (renderings === undefined) return;
  registered.delete(prototype);
  if (renderings.own === undefined) Reflect.deleteProperty(prototype, renderings.method);
  else Object.defineProperty(prototype, renderings.method, renderings.own);
  forgetKeyWriters();
}

function renderingsOf(type: RenderableClass<Renderable>): Renderings {
  const prototype = (type as { readonly prototype?: unknown } | null | undefined)?.prototype;
  const known = typeof prototype === "object" && prototype !== null ? registered.get(prototype) : undefined;
  if (known !== undefined) return known;
  const method = methodOf(prototype);
  const own = Object.getOwnPropertyDescriptor(prototype, method);
  const renderings: Renderings = { method, own, byDialect: new Map(), general: null };
  Object.defineProperty(prototype, method, { configurable: true, writable: true, value: dispatcher(prototype as object, renderings) });
  registered.set(prototype as object, renderings);
  return renderings;
}

/** The method by which the elements of a class are rendered. */
function methodOf(prototype: unknown): Method {
  if (prototype instanceof DdlElement) return "_acceptDdl";
  if (prototype instanceof ClauseElement || prototype instanceof TypeEngine) return "accept";
  if (prototype instanceof SchemaItem && "_accept" in prototype) return "_accept";
  throw new ArgumentError("compiles() takes the class of an element, a DDL statement, a type or a constraint.");
}

/** Takes the place of the class's method. */
function dispatcher(prototype: object, renderings: Renderings): Render {
  const { method, own } = renderings;
  return function render(this: object, compiler, options = NO_OPTIONS): Rendered {
    const original = (given: object = options): Rendered => {
      const before = (own?.value ?? Reflect.get(Object.getPrototypeOf(prototype) as object, method)) as Render;
      return before.call(this, compiler, given as VisitOptions);
    };
    const fn = functionFor(renderings, compiler.dialect);
    if (fn === null) return original();
    const add = options.addToResultMap;
    if (add === undefined || add === null) return checked(fn(this, compiler, options, original), this, method);
    return withResultMap(this as ResultElement, compiler, options, add, fn, original);
  };
}

const NO_OPTIONS: VisitOptions = Object.freeze({});

function functionFor({ byDialect, general }: Renderings, dialect: SqlDialect): AnyFunction | null {
  if (byDialect.size > 0) {
    for (const name of [dialect.name, ...dialect.nameAliases]) {
      const found = byDialect.get(name);
      if (found !== undefined) return found;
    }
  }
  return general;
}

interface ResultElement {
  readonly name?: string | null;
  readonly key?: string | null;
  readonly type?: TypeEngine<unknown>;
}

/**
 * A column of the result is noted by what renders it. The function does not know of that: where the original rendering did not note
 * the column, it is done here; and the parts of an element are no columns of their own.
 */
function withResultMap(
  element: ResultElement,
  compiler: object,
  { addToResultMap: _, ...options }: VisitOptions,
  add: NonNullable<VisitOptions["addToResultMap"]>,
  fn: AnyFunction,
  original: (options?: object) => Rendered,
): Rendered {
  let added = false;
  const collect: typeof add = (...column) => {
    added = true;
    add(...column);
  };
  const text = checked(
    fn(element, compiler, options, (given = options) => original({ ...(given as VisitOptions), addToResultMap: collect })),
    element,
    "accept",
  );
  if (!added) {
    const name = element.name ?? "";
    add(name, element.key ?? name, [element, ...(options.resultMapTargets ?? [])], element.type ?? NULLTYPE);
  }
  return text;
}

function checked(text: unknown, element: object, method: Method): Rendered {
  if (typeof text === "string" || (text === null && method !== "accept")) return text;
  throw new CompileError(
    `The function that compiles() was given for ${element.constructor.name} gave ${text === null ? "null" : typeof text}, not SQL text.`,
  );
}
