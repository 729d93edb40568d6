import { ArgumentError } from "../../errors.ts";
import { addComparatorMethods } from "../../sql/operators/type-comparator.ts";
import type { ComparatorMethods, TypeWithComparator } from "../../sql/types/comparator-methods.ts";
import type { INPUT } from "../../sql/base/expression.ts";
import { TypeEngine } from "../../sql/types/type-engine.ts";
import type { Computed } from "../../sql/schema/computed.ts";
import type { ForeignKey } from "../../sql/schema/foreign-key.ts";
import type { Identity } from "../../sql/schema/identity.ts";
import type { Sequence } from "../../sql/schema/sequence.ts";
import { Column } from "../../sql/schema/column.ts";
import type { ColumnOptions } from "../../sql/schema/column-options.ts";
import { SchemaItem } from "../../sql/schema/schema-item.ts";
import { InstrumentedAttribute } from "../attributes/instrumented-attribute.ts";
import { describeValue } from "../attributes/class-manager.ts";
import { ColumnProperty } from "./column-property.ts";
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
  /** moves the column to the front (less than 0) or the end of the table */
  readonly sortOrder?: number;
  readonly info?: Record<string, unknown>;
}

/** What a {@link MappedColumn} was declared with. */
export interface ColumnDeclaration {
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
    const comparator = declaration.type?._comparator() ?? null;
    if (comparator !== null) addComparatorMethods(this as MappedColumn<unknown, Opt>, comparator);
  }

  /** Says what the static declares, when its class is mapped. */
  [SCAN](scan: ClassScan, key: string): void {
    const { name, type, items, options } = this._declaration;
    const { deferred, deferredGroup, deferredRaiseload, activeHistory, init: _init, sortOrder, ...columnOptions } = options;
    const nullable = columnOptions.nullable ?? (columnOptions.primaryKey === true ? null : false);
    const column = new Column<unknown>(
      name ?? scan.columnName(key),
      ...(type === null ? [] : [type]),
      ...items.map(ownItem),
      nullable === null ? columnOptions : { ...columnOptions, nullable },
    );
    const property = new ColumnProperty([column], {
      deferred: deferred ?? deferredGroup !== undefined,
      group: deferredGroup ?? null,
      raiseload: deferredRaiseload ?? false,
      activeHistory: activeHistory ?? false,
      doc: columnOptions.doc ?? null,
    });
    scan.addColumn(key, column, property, sortOrder ?? 0);
    scan.bind(key, this as BoundAttribute);
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

/** What makes the value of a column in the database, or before the INSERT: the constructor can do without it. */
type Generator = Computed | Identity | Sequence;

/**
 * Declares a column of a mapped class. It is NOT NULL unless it is `nullable: true`; the name of the column is the attribute's name
 * in snake_case unless one is given.
 *
 * @param type - a type of `t`, or a foreign key, from whose target the type is taken; `computed()`, `identity()` or a `Sequence` may follow
 * @throws ArgumentError for arguments that are none of these
 * @see https://docs.sqlalchemy.org/en/21/orm/mapping_api.html#sqlalchemy.orm.mapped_column
 * @example
 * static id = mappedColumn(t.integer(), { primaryKey: true });
 * static title = mappedColumn(t.string(100));
 * static directorId = mappedColumn(foreignKey("people.id"), { nullable: true });
 * static meta = mappedColumn("meta_data", t.json<Meta>(), { nullable: true });
 */
export function mappedColumn<V, const O extends MappedColumnOptions>(
  type: TypeEngine<V>,
  generator: Generator,
  options?: O,
): MappedColumn<Null<V, O>, true>;
export function mappedColumn<V, const O extends MappedColumnOptions>(
  name: string,
  type: TypeEngine<V>,
  generator: Generator,
  options?: O,
): MappedColumn<Null<V, O>, true>;
export function mappedColumn<V, C, const O extends MappedColumnOptions>(
  type: TypeWithComparator<V, C>,
  options?: O,
): MappedColumn<Null<V, O>, IsOptional<O>> & ComparatorMethods<C>;
export function mappedColumn<V, C, const O extends MappedColumnOptions>(
  name: string,
  type: TypeWithComparator<V, C>,
  options?: O,
): MappedColumn<Null<V, O>, IsOptional<O>> & ComparatorMethods<C>;
export function mappedColumn<V, const O extends MappedColumnOptions>(
  foreignKey: ForeignKey<V>,
  options?: O,
): MappedColumn<Null<V, O>, true>;
export function mappedColumn<V, const O extends MappedColumnOptions>(
  type: TypeEngine<V>,
  options?: O,
): MappedColumn<Null<V, O>, IsOptional<O>>;
export function mappedColumn<V, const O extends MappedColumnOptions>(
  type: TypeEngine<V>,
  foreignKey: ForeignKey<unknown>,
  options?: O,
): MappedColumn<Null<V, O>, true>;
export function mappedColumn<V, const O extends MappedColumnOptions>(
  name: string,
  foreignKey: ForeignKey<V>,
  options?: O,
): MappedColumn<Null<V, O>, true>;
export function mappedColumn<V, const O extends MappedColumnOptions>(
  name: string,
  type: TypeEngine<V>,
  options?: O,
): MappedColumn<Null<V, O>, IsOptional<O>>;
export function mappedColumn(...args: readonly unknown[]): MappedColumn<unknown, boolean> {
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
  return new MappedColumn({ name, type, items, options });
}

function isSchemaItem(value: unknown): value is object {
  return value instanceof SchemaItem;
}

function isPlainOptions(value: unknown): value is MappedColumnOptions {
  if (typeof value !== "object" || value === null) return false;
  const proto = Object.getPrototypeOf(value) as unknown;
  return proto === Object.prototype || proto === null;
}
