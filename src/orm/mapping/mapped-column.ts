import { ArgumentError } from "../../errors.ts";
import { addComparatorMethods } from "../../sql/operators/type-comparator.ts";
import type { ComparatorMethods, OwnMethods, TypeWithComparator } from "../../sql/types/comparator-methods.ts";
import { clauseOf } from "../../sql/base/coercions.ts";
import type { Expression, INPUT, Origin } from "../../sql/base/expression.ts";
import { TypeEngine } from "../../sql/types/type-engine.ts";
import type { Computed } from "../../sql/schema/computed.ts";
import type { ForeignKey } from "../../sql/schema/foreign-key.ts";
import type { Identity } from "../../sql/schema/identity.ts";
import type { Sequence } from "../../sql/schema/sequence.ts";
import { ColumnElement } from "../../sql/elements/column-element.ts";
import { Column } from "../../sql/schema/column.ts";
import type { ColumnOptions } from "../../sql/schema/column-options.ts";
import { SchemaItem } from "../../sql/schema/schema-item.ts";
import { InstrumentedAttribute } from "../attributes/instrumented-attribute.ts";
import { describeValue } from "../attributes/class-manager.ts";
import { ColumnProperty } from "./column-property.ts";
import { hideAttribute, type HiddenMark } from "./hidden-attributes.ts";
import { type BoundAttribute, type ClassScan, type Declaration, nextCreationOrder, SCAN } from "./scan.ts";
import type { MAPPED } from "./types.ts";

/** The options of {@link mappedColumn}: those of a Core column, and what only mapped attributes have. */
export interface MappedColumnOptions extends Omit<ColumnOptions, "key"> {
  /** load it on demand only, not with the object */
  readonly deferred?: boolean;
  /** deferred columns of one group are loaded together */
  readonly deferredGroup?: string;
  /** reading it while it is deferred is an error even for `awaitableAttrs` */
  readonly deferredRaiseload?: boolean;
  /** the old value must be known when it is set */
  readonly activeHistory?: boolean;
  /** `false`: the constructor does not demand it */
  readonly init?: boolean;
  /** left out of `toJSON()`, of `serialize()` and of what `console.log()` shows of objects */
  readonly hidden?: boolean;
  /** moves the column to the front (less than 0) or the end of the table */
  readonly sortOrder?: number;
  readonly info?: Record<string, unknown>;
}

/** What an attribute says of a column that exists: only what concerns the attribute. */
export type ExistingColumnOptions = Pick<
  MappedColumnOptions,
  "deferred" | "deferredGroup" | "deferredRaiseload" | "activeHistory" | "init" | "hidden" | "doc"
>;

const OF_ATTRIBUTES: ReadonlySet<string> = new Set([
  "deferred",
  "deferredGroup",
  "deferredRaiseload",
  "activeHistory",
  "init",
  "hidden",
  "doc",
]);

/** What a {@link MappedColumn} was declared with. */
export interface ColumnDeclaration {
  /** columns of a table or another FROM element that exists: the first is read, all are written */
  readonly columns: readonly ColumnElement<unknown>[] | null;
  readonly name: string | null;
  readonly type: TypeEngine<unknown> | null;
  readonly items: readonly object[];
  readonly options: MappedColumnOptions;
}

/**
 * A column of a mapped class, declared by {@link mappedColumn}. `Opt` says whether `new Film({ … })` can do without it.
 * @see https://docs.sqlalchemy.org/en/21/orm/mapping_api.html#sqlalchemy.orm.MappedColumn
 */
export class MappedColumn<V, Opt extends boolean> extends InstrumentedAttribute<V> implements Declaration {
  static override readonly inheritCache: boolean = true;

  declare readonly [MAPPED]: Opt;
  declare readonly [INPUT]: Opt extends true ? "optional" : "required";
  /** @internal */
  readonly _creationOrder: number = nextCreationOrder();
  /** @internal */
  readonly _declaration: ColumnDeclaration;

  constructor(declaration: ColumnDeclaration) {
    super();
    this._declaration = declaration;
    const comparator = (declaration.columns?.[0]?.type ?? declaration.type)?._comparator() ?? null;
    if (comparator !== null) addComparatorMethods(this as MappedColumn<unknown, Opt>, comparator);
  }

  /** Says what the static declares, when its class is mapped. */
  [SCAN](scan: ClassScan, key: string): void {
    const { columns, name, type, items, options } = this._declaration;
    const { deferred, deferredGroup, deferredRaiseload, activeHistory, init: _init, hidden, sortOrder, ...columnOptions } = options;
    if (hidden === true) scan.whenMapped((mapper) => hideAttribute(mapper, key));
    const propertyOptions = {
      deferred: deferred ?? deferredGroup !== undefined,
      group: deferredGroup ?? null,
      raiseload: deferredRaiseload ?? false,
      activeHistory: activeHistory ?? false,
      doc: columnOptions.doc ?? null,
    };
    scan.bind(key, this as BoundAttribute);
    if (columns !== null) {
      scan.addExistingColumn(key, new ColumnProperty(columns, propertyOptions));
      return;
    }
    const nullable = columnOptions.nullable ?? (columnOptions.primaryKey === true ? null : false);
    const column = new Column<unknown>(
      name ?? scan.columnName(key),
      ...(type === null ? [] : [type]),
      ...items.map(ownItem),
      nullable === null ? columnOptions : { ...columnOptions, nullable },
    );
    scan.addColumn(key, column, new ColumnProperty([column], propertyOptions), sortOrder ?? 0);
  }

  /** The same declaration for another class: mixins are copied. @internal */
  _copyDeclaration(): MappedColumn<V, Opt> {
    return new MappedColumn<V, Opt>(this._declaration);
  }
}

/** Foreign keys and the like belong to one column: each class that has the declaration gets its own. */
function ownItem(item: object): object {
  const copied = item as { _copy?: () => object };
  return typeof copied._copy === "function" ? copied._copy() : item;
}

type Null<V, O> = O extends { readonly nullable: true } ? V | null : V;

/** Whether the constructor can do without a column with these options. */
type IsOptional<O> = O extends
  | { readonly primaryKey: true }
  | { readonly nullable: true }
  | { readonly default: unknown }
  | { readonly serverDefault: unknown }
  | { readonly insertDefault: unknown }
  | { readonly init: false }
  ? true
  : false;

/** The attribute of a column that exists: what the table's types say of it. */
export type ExistingColumn<X, O = unknown> =
  X extends Column<infer V, Origin, string, infer I>
    ? MappedColumn<V, I extends "required" ? (O extends { readonly init: false } ? true : false) : true> & OwnMethods<X>
    : X extends Expression<infer V>
      ? MappedColumn<V, true> & OwnMethods<X>
      : never;

/** What makes the value of a column in the database, or before the INSERT: the constructor can do without it. */
type Generator = Computed | Identity | Sequence;

/**
 * Declares a column of a mapped class. It is NOT NULL unless it is `nullable: true`; the name of the column is the attribute's name
 * in snake_case unless one is given. In a class over a table that exists (`this.mapTo(users)`), it names a column of that table.
 *
 * @param column - a column of the table, join or subquery that the class is mapped to; several that hold the same value as a list, of which
 * the first is read and all are written
 * @param type - a type of `t`, or a foreign key, from whose target the type is taken; `computed()`, `identity()` or a `Sequence` may follow
 * @throws ArgumentError for arguments that are none of these
 * @see https://docs.sqlalchemy.org/en/21/orm/mapping_api.html#sqlalchemy.orm.mapped_column
 * @example
 * static id = mappedColumn(t.integer(), { primaryKey: true });
 * static title = mappedColumn(t.string(100));
 * static directorId = mappedColumn(foreignKey("people.id"), { nullable: true });
 * static meta = mappedColumn("meta_data", t.json<Meta>(), { nullable: true });
 * static nick = mappedColumn(users.c.user_nick);
 * static id = mappedColumn([users.c.id, addresses.c.userId]);
 */
export function mappedColumn<V, const O extends MappedColumnOptions>(
  type: TypeEngine<V>,
  generator: Generator,
  options?: O,
): MappedColumn<Null<V, O>, true> & HiddenMark<O>;
export function mappedColumn<V, const O extends MappedColumnOptions>(
  name: string,
  type: TypeEngine<V>,
  generator: Generator,
  options?: O,
): MappedColumn<Null<V, O>, true> & HiddenMark<O>;
export function mappedColumn<V, C, const O extends MappedColumnOptions>(
  type: TypeWithComparator<V, C>,
  options?: O,
): MappedColumn<Null<V, O>, IsOptional<O>> & ComparatorMethods<C> & HiddenMark<O>;
export function mappedColumn<V, C, const O extends MappedColumnOptions>(
  name: string,
  type: TypeWithComparator<V, C>,
  options?: O,
): MappedColumn<Null<V, O>, IsOptional<O>> & ComparatorMethods<C> & HiddenMark<O>;
export function mappedColumn<V, const O extends MappedColumnOptions>(
  foreignKey: ForeignKey<V>,
  options?: O,
): MappedColumn<Null<V, O>, true> & HiddenMark<O>;
export function mappedColumn<V, const O extends MappedColumnOptions>(
  type: TypeEngine<V>,
  options?: O,
): MappedColumn<Null<V, O>, IsOptional<O>> & HiddenMark<O>;
export function mappedColumn<V, const O extends MappedColumnOptions>(
  type: TypeEngine<V>,
  foreignKey: ForeignKey<unknown>,
  options?: O,
): MappedColumn<Null<V, O>, true> & HiddenMark<O>;
export function mappedColumn<V, const O extends MappedColumnOptions>(
  name: string,
  foreignKey: ForeignKey<V>,
  options?: O,
): MappedColumn<Null<V, O>, true> & HiddenMark<O>;
export function mappedColumn<V, const O extends MappedColumnOptions>(
  name: string,
  type: TypeEngine<V>,
  options?: O,
): MappedColumn<Null<V, O>, IsOptional<O>> & HiddenMark<O>;
export function mappedColumn<X extends Expression<unknown>, const O extends ExistingColumnOptions>(
  column: X | readonly [X, ...Expression<unknown>[]],
  options?: O,
): ExistingColumn<X, O> & HiddenMark<O>;
export function mappedColumn(...args: readonly unknown[]): MappedColumn<unknown, boolean> {
  const existing = existingColumns(args);
  if (existing !== null) return existing;
  let name: string | null = null;
  let type: TypeEngine<unknown> | null = null;
  let options: MappedColumnOptions = {};
  const items: object[] = [];
  for (const [i, arg] of args.entries()) {
    if (typeof arg === "string" && i === 0) name = arg;
    else if (arg instanceof TypeEngine) type = arg as TypeEngine<unknown>;
    else if (isSchemaItem(arg)) items.push(arg);
    else if (isPlainOptions(arg) && i === args.length - 1) options = arg;
    else if (arg === undefined && i === args.length - 1) continue;
    else {
      throw new ArgumentError(
        `mappedColumn() takes a name, a type (t.integer(), …) or a foreignKey(), and options; argument ${i + 1} is ${describeValue(arg)}`,
      );
    }
  }
  return new MappedColumn({ columns: null, name, type, items, options });
}

/** The columns of what exists already, when the first argument is one or a list of them. */
function existingColumns(args: readonly unknown[]): MappedColumn<unknown, boolean> | null {
  const [first, options = {}] = args;
  const given: readonly unknown[] = Array.isArray(first) ? (first as unknown[]) : [first];
  if (!Array.isArray(first) && !isExpression(first)) return null;
  const wrong = given.find((each) => !isExpression(each));
  if (given.length === 0 || wrong !== undefined)
    throw new ArgumentError(`mappedColumn([…]) takes columns of a table that exists; ${describeValue(wrong ?? first)} is none`);
  const other = isPlainOptions(options) ? Object.keys(options).find((key) => !OF_ATTRIBUTES.has(key)) : "";
  if (args.length > 2 || other !== undefined)
    throw new ArgumentError(
      `mappedColumn() of a column that exists takes options of the attribute (${[...OF_ATTRIBUTES].join(", ")}), and not ` +
        `${other === "" || other === undefined ? describeValue(args[args.length - 1]) : other}: what concerns the column is said of its table`,
    );
  const columns = given.map((each) => clauseOf(each)!._identity as ColumnElement<unknown>);
  return new MappedColumn({ columns, name: null, type: null, items: [], options: options as ExistingColumnOptions });
}

function isExpression(value: unknown): boolean {
  return value instanceof ColumnElement || (typeof value === "object" && value !== null && clauseOf(value)?._isColumnElement === true);
}

function isSchemaItem(value: unknown): value is object {
  return value instanceof SchemaItem;
}

function isPlainOptions(value: unknown): value is MappedColumnOptions {
  if (typeof value !== "object" || value === null) return false;
  const proto = Object.getPrototypeOf(value) as unknown;
  return proto === Object.prototype || proto === null;
}
