import { CompileError } from "../../errors.ts";
import type { Extract } from "../elements/extract.ts";
import type { FunctionFilter } from "../elements/function-filter.ts";
import { Grouping } from "../elements/grouping.ts";
import type { FrameBound, FrameClause, Over } from "../elements/over.ts";
import type { ClauseElement } from "../elements/clause-element.ts";
import type { ClauseList } from "../elements/clause-list.ts";
import { AggregateInlineOrderBy } from "../elements/aggregate-inline.ts";
import type { AggregateOrderBy, WithinGroup } from "../elements/within-group.ts";
import { type FunctionElement, type ScalarFunctionColumn } from "../functions/function-element.ts";
import { GenericFunction } from "../functions/generic-function.ts";
import type { NextValue } from "../functions/next-value.ts";
import { ElementCompiler } from "./element-compiler.ts";
import { forParts, type VisitOptions } from "./visit-options.ts";

type Fn = FunctionElement<unknown>;
type FunctionMethod = (this: FunctionCompiler, fn: Fn, options: VisitOptions) => string;

/** How ORDER BY inside of an aggregate is written. */
export type AggregateOrderByStyle = "inline" | "withinGroup" | "none";

const LEGAL = /^[A-Za-z_][\w$]*$/;
const EXCLUDE = /^(?:CURRENT ROW|GROUP|TIES|NO OTHERS)$/i;
const FIELD = /^[A-Za-z_]\w*$/;
const NO_FIELDS: ReadonlyMap<string, string> = new Map();
const methodNames = new Map<string, string>();

/** The compiler's method for a function: `char_length` → `visitCharLengthFunc`. */
function methodName(name: string): string {
  let method = methodNames.get(name);
  if (method === undefined) {
    const words = name.toLowerCase().split("_");
    method = `visit${words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("")}Func`;
    if (methodNames.size > 5000) methodNames.clear();
    methodNames.set(name, method);
  }
  return method;
}

/** Renders functions, windows and aggregates. A function of which a dialect has its own text gets a method `visit<Name>Func`. */
export abstract class FunctionCompiler extends ElementCompiler {
  /** Fields of EXTRACT that the database writes differently. */
  readonly extractMap: ReadonlyMap<string, string> = NO_FIELDS;
  readonly aggregateOrderByStyle: AggregateOrderByStyle = "inline";

  visitFunction(func: Fn, options: VisitOptions): string {
    const { addToResultMap } = options;
    const rest = forParts(options);
    addToResultMap?.(func.name, func.name, [func, ...(options.resultMapTargets ?? [])], func.type);
    const inner: VisitOptions = rest.withinAggregateFunction === true ? rest : { ...rest, withinAggregateFunction: true };
    const method = (this as unknown as Readonly<Record<string, FunctionMethod | undefined>>)[methodName(func.name)];
    const text = method === undefined ? this.genericFunction(func, inner) : method.call(this, func, inner);
    return func._withOrdinality ? `${text} WITH ORDINALITY` : text;
  }

  /** `package.name(arguments)` */
  genericFunction(fn: Fn, options: VisitOptions): string {
    const sqlName = fn instanceof GenericFunction ? fn.sqlName : null;
    const name = sqlName ?? this.#functionName(fn.name);
    const args = sqlName !== null && !fn._hasArgs ? "" : this.functionArgspec(fn, options);
    const prefix = fn.packageNames.map((word) => `${this.#functionName(word)}.`).join("");
    return prefix + name + args;
  }

  #functionName(name: string): string {
    return LEGAL.test(name) ? name : this.preparer.quote(name, true);
  }

  /** The arguments, in brackets. */
  functionArgspec(fn: Fn, options: VisitOptions): string {
    return this.process(fn.clauseExpr, options);
  }

  visitScalarFunctionColumn(column: ScalarFunctionColumn<unknown>, options: VisitOptions): string {
    const { addToResultMap } = options;
    const rest = forParts(options);
    addToResultMap?.(column.name, column.name, [column, ...(options.resultMapTargets ?? [])], column.type);
    return `(${this.process(column.fn, rest)}).${this.preparer.quote(column.name)}`;
  }

  visitNextValue(next: NextValue<unknown>, options: VisitOptions): string {
    return this.visitSequence(next.sequence, options);
  }

  /** The next value of a sequence. */
  visitSequence(_sequence: object, _options: VisitOptions): string {
    return this.unsupported("the next value of a sequence");
  }

  // ---------------------------------------------------------------- windows

  visitOver(over: Over<unknown>, options: VisitOptions): string {
    const rest = forParts(options);
    const parts: string[] = [];
    if (over.partitionBy !== null && over.partitionBy.length > 0) parts.push(`PARTITION BY ${this.process(over.partitionBy, rest)}`);
    const text = this.process(over.element, rest);
    if (over.orderBy !== null && over.orderBy.length > 0) parts.push(`ORDER BY ${this.process(over.orderBy, rest)}`);
    const frame = over.range ?? over.rows ?? over.groups;
    if (frame !== null) {
      const kind = over.range !== null ? "RANGE" : over.rows !== null ? "ROWS" : "GROUPS";
      parts.push(`${kind} BETWEEN ${this.process(frame, rest)}${this.#exclude(over.exclude)}`);
    }
    return `${text} OVER (${parts.join(" ")})`;
  }

  #exclude(exclude: string | null): string {
    if (exclude === null) return "";
    if (!EXCLUDE.test(exclude))
      throw new CompileError(`"${exclude}" is no EXCLUDE of a window: it is CURRENT ROW, GROUP, TIES or NO OTHERS.`);
    return ` EXCLUDE ${exclude}`;
  }

  visitFrameClause(frame: FrameClause, options: VisitOptions): string {
    const lower = this.#frameBound(frame.lowerType, frame.lowerBind, "PRECEDING", options);
    return `${lower} AND ${this.#frameBound(frame.upperType, frame.upperBind, "FOLLOWING", options)}`;
  }

  #frameBound(type: FrameBound, value: ClauseElement | null, unbounded: string, options: VisitOptions): string {
    if (type === "UNBOUNDED") return `UNBOUNDED ${unbounded}`;
    if (type === "CURRENT") return "CURRENT ROW";
    if (value === null) throw new CompileError(`A frame that is ${type} needs a value.`);
    return `${this.process(value, options)} ${type}`;
  }

  // ---------------------------------------------------------------- aggregates

  visitWithinGroup(element: WithinGroup<unknown>, options: VisitOptions): string {
    return this.#withinGroup(element, options);
  }

  #withinGroup(element: AggregateOrderBy<unknown>, options: VisitOptions): string {
    const rest = forParts(options);
    return `${this.process(element.element, rest)} WITHIN GROUP (ORDER BY ${this.process(element.orderBy, rest)})`;
  }

  visitFuncfilter(filter: FunctionFilter<unknown>, options: VisitOptions): string {
    const rest = forParts(options);
    return `${this.process(filter.func, rest)} FILTER (WHERE ${this.process(filter.criterion!, rest)})`;
  }

  visitAggregateOrderBy(element: AggregateOrderBy<unknown>, options: VisitOptions): string {
    if (this.aggregateOrderByStyle === "none") return this.unsupported("ORDER BY inside of an aggregate");
    if (this.aggregateOrderByStyle === "withinGroup") return this.#withinGroup(element, options);
    const rest = forParts(options);
    const fn = (element.element as FunctionElement<unknown>)._clone();
    fn.clauseExpr = new Grouping(new AggregateInlineOrderBy(fn.clauses, element.orderBy));
    return this.process(fn, rest);
  }

  visitAggregateInlineOrderBy(element: AggregateInlineOrderBy, options: VisitOptions): string {
    return `${this.process(element.element, options)} ORDER BY ${this.process(element.orderBy, options)}`;
  }

  visitAggregateStringsFunc(fn: Fn, options: VisitOptions): string {
    return this.aggregateStrings(fn, "aggregate_strings", options);
  }

  /** `name(expression, 'separator' ORDER BY …)`; the separator is rendered as a literal. */
  aggregateStrings(fn: Fn, name: string, options: VisitOptions): string {
    const { element, orderBy } = inlineOrderBy(fn.clauseExpr.element);
    const [expression, separator] = element.clauses;
    const sort = orderBy === null ? "" : ` ORDER BY ${this.process(orderBy, options)}`;
    return `${name}(${this.process(expression!, options)}, ${this.process(separator!, { ...options, literalExecute: true })}${sort})`;
  }

  visitExtract(extract: Extract, options: VisitOptions): string {
    return `EXTRACT(${this.extractField(extract.field)} FROM ${this.process(extract.expr, options)})`;
  }

  /** The field of EXTRACT as the database writes it. */
  extractField(field: string): string {
    const text = this.extractMap.get(field) ?? field;
    if (!FIELD.test(text)) throw new CompileError(`${JSON.stringify(field)} is no field of EXTRACT.`);
    return text;
  }
}

/** The arguments of an aggregate and the ORDER BY that {@link FunctionCompiler.visitAggregateOrderBy} put behind them. */
export function inlineOrderBy(element: ClauseElement): { element: ClauseList; orderBy: ClauseList | null } {
  return element instanceof AggregateInlineOrderBy
    ? { element: element.element, orderBy: element.orderBy }
    : { element: element as ClauseList, orderBy: null };
}
