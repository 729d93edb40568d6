import type { Origin } from "../base/expression.ts";
import { ArgumentError } from "../../errors.ts";
import { applyPropagateAttrs, clauseOf, expectColumnOrName, expectExpression } from "../base/coercions.ts";
import {
  type Executable,
  type ExecutionOptions,
  generate,
  NO_EXECUTION_OPTIONS,
  NO_OPTIONS_LIST,
  withExecutionOptions,
  withOptions,
} from "../base/executable.ts";
import type { HasCacheKey } from "../base/cache-key.ts";
import { FROM_CLAUSE_ROLES, StatementRole } from "../base/roles.ts";
import { Slot } from "../base/late.ts";
import { expectAlike } from "../base/plain-values.ts";
import type { Field } from "../base/traversal.ts";
import type { SqlCompiler } from "../compiler/sql-compiler.ts";
import type { VisitOptions } from "../compiler/visit-options.ts";
import type { ClauseElement } from "../elements/clause-element.ts";
import { ClauseList } from "../elements/clause-list.ts";
import { ColumnElement } from "../elements/column-element.ts";
import { checkName, type NameArgument, QuotedName } from "../elements/quoted-name.ts";
import { FunctionFilter } from "../elements/function-filter.ts";
import { Grouping } from "../elements/grouping.ts";
import { NamedColumn } from "../elements/named-column.ts";
import { Over, type OverOptions } from "../elements/over.ts";
import { AggregateOrderBy, WithinGroup } from "../elements/within-group.ts";
import { BinaryExpression } from "../elements/binary.ts";
import type { Operator } from "../operators/operator.ts";
import * as operators from "../operators/operator-table.ts";
import type { NamedColumns } from "../selectable/column-collection.ts";
import type { FromClause } from "../selectable/from-clause.ts";
import type { Select } from "../selectable/select.ts";
import { TableValuedAlias, type TableValuedColumn } from "../selectable/table-valued.ts";
import { BOOLEANTYPE } from "../types/boolean.ts";
import { NULLTYPE } from "../types/null-type.ts";
import { TableValueType } from "../types/tuple-type.ts";
import type { TypeEngine } from "../types/type-engine.ts";

/** Options of {@link FunctionElement.tableValued}. */
export interface FunctionTableValuedOptions {
  readonly name?: NameArgument | null;
  /** the name of the column that counts the rows: WITH ORDINALITY */
  readonly withOrdinality?: string | null;
  readonly joinsImplicitly?: boolean;
}

/** The columns of a function, and the one that counts its rows. */
type WithOrdinal<L extends readonly unknown[], O> = O extends { readonly withOrdinality: infer W extends string } ? [...L, W] : L;

/** Filled by functions/func.ts: `func.x().select()`. */
export const selectFunctionSlot: Slot<(element: FunctionElement<unknown>) => Select<unknown[]>> = new Slot("selectFunction");

/** The fields of all functions. */
export const FUNCTION_FIELDS: readonly Field[] = [
  ["clauseExpr", "clause"],
  ["_withOrdinality", "plain"],
  ["_tableValueType", "type"],
  ["_withOptions", "keyed"],
  ["_executionOptions", "carried"],
];

/**
 * The root of SQL functions. One of your own has a name and a type, and is written as `name(arguments)` unless `compiles()` of
 * `athanor/ext` says otherwise.
 * @example
 * class Greatest extends FunctionElement<number> {
 *   static override readonly inheritCache = true;
 *   override readonly name = "greatest";
 *   override readonly type = t.integer();
 * }
 * select(new Greatest([accounts.c.checking, accounts.c.savings]))
 * @see https://docs.sqlalchemy.org/en/21/core/functions.html
 */
export abstract class FunctionElement<V, N extends Origin = Origin> extends ColumnElement<V, N> implements Executable {
  static override readonly fields: readonly Field[] = FUNCTION_FIELDS;

  abstract override readonly name: string;
  abstract override type: TypeEngine<V>;

  declare _executionOptions: ExecutionOptions;
  declare _withOptions: readonly HasCacheKey[];
  /** The schema or package before the name. @internal */
  declare readonly packageNames: readonly string[];
  /** @internal */
  declare _withOrdinality: boolean;
  /** @internal */
  declare _tableValueType: TypeEngine<unknown> | null;
  /** Has brackets even without arguments. @internal */
  declare readonly _hasArgs: boolean;

  /** The arguments in brackets. */
  clauseExpr: Grouping<unknown>;

  /**
   * @param args - expressions, and values, which are bound
   * @param name - how messages and the names of parameters call the function
   */
  constructor(args: readonly unknown[] = [], name: string | null = null) {
    super();
    const elements = functionArguments(name ?? new.target.name, args, name);
    this.clauseExpr = new Grouping(ClauseList.grouped(elements));
    if (args.length > 0) (this as { _hasArgs: boolean })._hasArgs = true;
    for (const arg of elements) applyPropagateAttrs(this, arg);
  }

  override accept(compiler: SqlCompiler, options: VisitOptions): string {
    return compiler.visitFunction(this as FunctionElement<unknown>, options);
  }

  /** The arguments. */
  get clauses(): ClauseList {
    return this.clauseExpr.element as ClauseList;
  }

  override get _roles(): number {
    return super._roles | FROM_CLAUSE_ROLES | StatementRole.bit;
  }

  override get _nonAnonLabel(): string | null {
    return null;
  }

  override get _proxyKey(): string | null {
    return super._proxyKey ?? this.name;
  }

  override get _fromObjects(): readonly FromClause[] {
    return this.clauses._fromObjects;
  }

  override selfGroup(against?: Operator): ClauseElement {
    return against === operators.getitem && this.type.isArray ? new Grouping<V>(this) : super.selfGroup(against);
  }

  // ---------------------------------------------------------------- windows and aggregates

  /** `function OVER (PARTITION BY … ORDER BY …)` */
  over(options: OverOptions = {}): Over<V, N> {
    return new Over<V, N>(this, options);
  }

  /** `function WITHIN GROUP (ORDER BY …)` */
  withinGroup(...orderBy: readonly unknown[]): WithinGroup<V, N> {
    return new WithinGroup<V, N>(this, orderBy);
  }

  /** `function(… ORDER BY …)`, for aggregates whose result depends on the order of the rows. */
  aggregateOrderBy(...orderBy: readonly unknown[]): AggregateOrderBy<V, N> {
    return new AggregateOrderBy<V, N>(this, orderBy);
  }

  /** `function FILTER (WHERE …)` */
  filter(...criteria: readonly unknown[]): FunctionFilter<V, N> | this {
    return criteria.length === 0 ? this : new FunctionFilter<V, N>(this, criteria);
  }

  /** The type with WITHIN GROUP; null for its own. */
  withinGroupType(_withinGroup: WithinGroup<unknown>): TypeEngine<unknown> | null {
    return null;
  }

  // ---------------------------------------------------------------- as a table

  /**
   * The function as a FROM element whose columns are named here.
   * @example func.json_each('["a"]').tableValued("key", "value")
   */
  tableValued<const L extends readonly (string | ColumnElement<unknown>)[]>(...columns: L): TableValuedAlias<NamedColumns<L>, "(function)">;
  tableValued<const L extends readonly (string | ColumnElement<unknown>)[], const O extends FunctionTableValuedOptions>(
    ...args: readonly [...L, O]
  ): TableValuedAlias<NamedColumns<WithOrdinal<L, O>>, O extends { readonly name: infer S extends string } ? S : "(function)">;
  tableValued(...columns: readonly (string | ColumnElement<unknown> | FunctionTableValuedOptions)[]): TableValuedAlias;
  tableValued(...columns: readonly unknown[]): never {
    const last = columns.at(-1);
    const hasOptions = typeof last === "object" && clauseOf(last) === null && !(last instanceof QuotedName);
    const options = (hasOptions ? last : {}) as FunctionTableValuedOptions;
    const names = (hasOptions ? columns.slice(0, -1) : columns) as readonly (string | ColumnElement<unknown>)[];
    const all = options.withOrdinality ? [...names, options.withOrdinality] : names;
    const copy = generate(this as FunctionElement<unknown>);
    if (options.withOrdinality) copy._withOrdinality = true;
    const type = new TableValueType(all.map((column) => expectColumnOrName(column, "tableValued()")) as never);
    copy._tableValueType = type as TypeEngine<unknown>;
    copy.type = type as TypeEngine<unknown>;
    return new TableValuedAlias(copy, copy._tableValueType, {
      name: options.name ?? null,
      joinsImplicitly: options.joinsImplicitly ?? false,
    }) as never;
  }

  /** The function as a FROM element of one column, given as that column. */
  columnValued(name: NameArgument | null = null, options: { readonly joinsImplicitly?: boolean } = {}): TableValuedColumn<V> {
    return this.alias(name, options).column as TableValuedColumn<V>;
  }

  /** The function as a FROM element. */
  alias(name: NameArgument | null = null, options: { readonly joinsImplicitly?: boolean } = {}): TableValuedAlias {
    return new TableValuedAlias(this as FunctionElement<unknown>, this.type as TypeEngine<unknown>, {
      name,
      joinsImplicitly: options.joinsImplicitly ?? false,
    });
  }

  /** One column of a function that gives a row: `(function()).name`. */
  scalarTableValued<T = unknown>(name: string, type: TypeEngine<T> | null = null): ScalarFunctionColumn<T> {
    return new ScalarFunctionColumn(this as FunctionElement<unknown>, name, type);
  }

  /** The function as a comparison of two of its arguments (counted from 1), so that it can be the condition of a relationship. */
  asComparison(leftIndex: number, rightIndex: number): FunctionAsBinary {
    return new FunctionAsBinary(this as FunctionElement<unknown>, leftIndex, rightIndex);
  }

  /** `SELECT function` */
  select(): Select<[V]> {
    return selectFunctionSlot.call(this as FunctionElement<unknown>) as unknown as Select<[V]>;
  }

  // ---------------------------------------------------------------- as a statement

  executionOptions(options: ExecutionOptions): this {
    return withExecutionOptions(this, options);
  }

  getExecutionOptions(): ExecutionOptions {
    return this._executionOptions;
  }

  options(...options: readonly object[]): this {
    return withOptions(this, options);
  }
}

const prototype = FunctionElement.prototype as { -readonly [K in keyof FunctionElement<unknown>]?: unknown };
prototype._executionOptions = NO_EXECUTION_OPTIONS;
prototype._withOptions = NO_OPTIONS_LIST;
prototype.packageNames = Object.freeze([]);
prototype._withOrdinality = false;
prototype._tableValueType = null;
prototype._hasArgs = false;

/**
 * The arguments of a function as elements: values are bound.
 * @param key - what their parameters are called; made up where it is null
 */
export function functionArguments(name: string, args: readonly unknown[], key: string | null = name): ColumnElement<unknown>[] {
  return args.map((arg, i) => expectExpression(arg, argumentPlace(name, arg, i), null, key));
}

/** The same for a function that gives one of its arguments: plain ones have the type of the others. */
export function alikeArguments(name: string, args: readonly unknown[]): ColumnElement<unknown>[] {
  return expectAlike(args, (i) => argumentPlace(name, args[i], i), name);
}

function argumentPlace(name: string, arg: unknown, index: number): string {
  if (arg === undefined)
    throw new ArgumentError(`func.${name}(): argument ${index + 1} is undefined: undefined is not a value; use null for NULL.`);
  // the place is said of what may not stand there, and that is an object or a function
  return typeof arg === "object" || typeof arg === "function" ? `func.${name}(), argument ${index + 1}` : "func";
}

/** A column of a function that gives a row: `(f()).x`. */
export class ScalarFunctionColumn<V> extends NamedColumn<V> {
  static override readonly fields: readonly Field[] = [
    ["name", "name"],
    ["type", "type"],
    ["fn", "clause"],
  ];

  fn: FunctionElement<unknown>;
  override readonly name: string;
  override readonly key: string;
  override readonly type: TypeEngine<V>;

  constructor(fn: FunctionElement<unknown>, name: string, type: TypeEngine<V> | null) {
    super();
    this.fn = fn;
    this.name = checkName(name);
    this.key = name;
    this.type = type ?? (NULLTYPE as TypeEngine<unknown> as TypeEngine<V>);
  }

  override accept(compiler: SqlCompiler, options: VisitOptions): string {
    return compiler.visitScalarFunctionColumn(this, options);
  }

  override get _fromObjects(): readonly FromClause[] {
    return this.fn._fromObjects;
  }
}

/** A function that compares two of its arguments. */
export class FunctionAsBinary extends BinaryExpression<boolean> {
  static override readonly fields: readonly Field[] = [
    ["sqlFunction", "clause"],
    ["leftIndex", "plain"],
    ["rightIndex", "plain"],
  ];

  sqlFunction: FunctionElement<unknown>;
  readonly leftIndex: number;
  readonly rightIndex: number;

  constructor(fn: FunctionElement<unknown>, leftIndex: number, rightIndex: number) {
    const { clauses } = fn.clauses;
    const left = clauses[leftIndex - 1];
    const right = clauses[rightIndex - 1];
    if (left === undefined || right === undefined) {
      throw new ArgumentError(`asComparison(${leftIndex}, ${rightIndex}): "${fn.name}" has ${clauses.length} arguments, counted from 1.`);
    }
    super(left, right, operators.functionAsComparisonOp, BOOLEANTYPE, null, null);
    this.sqlFunction = fn;
    this.leftIndex = leftIndex;
    this.rightIndex = rightIndex;
  }

  /** @internal */
  override _copyInternals(clone: Parameters<ClauseElement["_copyInternals"]>[0]): void {
    super._copyInternals(clone);
    const { clauses } = this.sqlFunction.clauses;
    this.left = clauses[this.leftIndex - 1]!;
    this.right = clauses[this.rightIndex - 1]!;
  }
}
