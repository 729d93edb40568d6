import { ArgumentError } from "../../errors.ts";
import type { Dispatcher } from "../../event/dispatcher.ts";
import type { EVENTS } from "../../event/registry.ts";
import { type CacheKey, identityNumber } from "../base/cache-key.ts";
import { describe } from "../base/coercions.ts";
import type { ColumnInput, INPUT, Origin } from "../base/expression.ts";
import { type DialectOptionSet, dialectOptionsOf } from "../base/dialect-options.ts";
import { ColumnClause } from "../elements/column-clause.ts";
import type { ColumnElement, MakeProxyOptions } from "../elements/column-element.ts";
import { QuotedName } from "../elements/quoted-name.ts";
import { addComparatorMethods } from "../operators/type-comparator.ts";
import type { FromClause } from "../selectable/from-clause.ts";
import { NULLTYPE } from "../types/null-type.ts";
import { TypeEngine } from "../types/type-engine.ts";
import { type DefaultGenerator, type FetchedValue, makeDefault, makeServerDefault } from "./column-defaults.ts";
import type { ColumnOptions } from "./column-options.ts";
import type { Computed } from "./computed.ts";
import { allColumns } from "./events.ts";
import type { CheckConstraint } from "./constraints.ts";
import { ForeignKey } from "./foreign-key.ts";
import type { Identity } from "./identity.ts";
import { type AttachEvents, type Info, nextCreationOrder, SchemaItem } from "./schema-item.ts";
import { copiedType } from "./schema-types.ts";
import type { Table } from "./table.ts";

const OWN: ReadonlySet<string> = new Set([
  "primaryKey",
  "nullable",
  "default",
  "insertDefault",
  "onupdate",
  "serverDefault",
  "serverOnupdate",
  "unique",
  "index",
  "key",
  "autoincrement",
  "comment",
  "info",
  "quote",
  "system",
  "doc",
]);

const NO_OPTIONS: ColumnOptions = Object.freeze({});

/**
 * A column of a table.
 * See https://docs.sqlalchemy.org/en/21/core/metadata.html#sqlalchemy.schema.Column
 */
export class Column<V, N extends Origin = Origin, K extends string = string, I extends ColumnInput = ColumnInput> extends ColumnClause<
  V,
  N,
  K
> {
  declare readonly [INPUT]: I;
  static override readonly inheritCache: boolean = true;

  declare readonly [EVENTS]?: AttachEvents<Column<unknown>>;
  /** True for those that are made for a schema, as opposed to `column("x")`. @internal */
  readonly _isSchemaColumn = true as const;
  override primaryKey: boolean;
  nullable: boolean;
  /** What `nullable` was set to by the user; null where it follows from the rest. @internal */
  _userNullable: boolean | null;
  /** The value that an INSERT gives when none is given to it. */
  default: DefaultGenerator | null = null;
  /** The value that an UPDATE gives when none is given to it. */
  onupdate: DefaultGenerator | null = null;
  /** What the database gives when an INSERT gives no value. */
  serverDefault: FetchedValue | null = null;
  /** Says that the database changes the value when a row is updated. */
  serverOnupdate: FetchedValue | null = null;
  computed: Computed | null = null;
  identity: Identity | null = null;
  readonly autoincrement: boolean | "auto" | "ignoreFk";
  readonly unique: boolean | null;
  readonly index: boolean | null;
  comment: string | null;
  /** The database makes it by itself: it is left out of CREATE TABLE. */
  readonly system: boolean;
  readonly doc: string | null;
  /** Constraints that stand beside the column. */
  readonly constraints: Set<CheckConstraint>;
  readonly dialectOptions: DialectOptionSet;
  override foreignKeys: Set<ForeignKey>;
  /** @internal */
  _creationOrder: number;
  /** @internal */
  _info: Info | null = null;
  /** @internal */
  _onAttach: ((table: Table) => void)[] | null = null;
  /** The options as they were given, for copies. @internal */
  _given: ColumnOptions;
  /** Whether the key was given rather than taken from the table or the name. @internal */
  _hasOwnKey: boolean;
  /** @internal */
  declare _dispatch: Dispatcher<AttachEvents<never>> | null;
  /** @internal */
  _keyNumber: number | null = null;

  constructor(...args: readonly unknown[]) {
    const { name, type, items, options } = args[0] instanceof ProxyArguments ? args[0] : columnArguments(args);
    super(name ?? "", type as TypeEngine<V> | null);
    this._given = options;
    this.primaryKey = options.primaryKey === true;
    this._userNullable = options.nullable ?? null;
    this.nullable = this._userNullable ?? !this.primaryKey;
    this.autoincrement = options.autoincrement ?? "auto";
    this.unique = options.unique ?? null;
    this.index = options.index ?? null;
    this.comment = options.comment ?? null;
    this.system = options.system === true;
    this.doc = options.doc ?? null;
    if (options.quote !== undefined) this.quote = options.quote;
    this._hasOwnKey = options.key !== undefined;
    this.key = (options.key ?? this.name) as K;
    this.constraints = items === PROXY_ITEMS ? NO_CONSTRAINTS : new Set();
    this.foreignKeys = items === PROXY_ITEMS ? NO_FOREIGN_KEYS : new Set();
    this._creationOrder = nextCreationOrder();
    this.dialectOptions =
      options === NO_OPTIONS ? NO_DIALECT : dialectOptionsOf("Column", options as Readonly<Record<string, unknown>>, OWN);
    if (options !== NO_OPTIONS) this._takeOptions(options);
    for (const item of items) this._attach(item);
    const comparator = type?._comparator() ?? null;
    if (comparator !== null) addComparatorMethods(this as Column<unknown>, comparator);
  }

  /** @internal */
  _takeOptions(options: ColumnOptions): void {
    if (options.info !== undefined) this._info = options.info;
    checkGivenValues(options, this.name);
    const given = options.default ?? options.insertDefault;
    if (options.default !== undefined && options.insertDefault !== undefined)
      throw new ArgumentError(
        `The column "${this.name}" was given both "default" and "insertDefault", which are the same: give one of them.`,
      );
    if (given !== undefined && given !== null) this._attach(makeDefault(given, false, this.name));
    if (options.onupdate !== undefined && options.onupdate !== null) {
      this.onupdate = makeDefault(options.onupdate, true, this.name);
      this.onupdate.column = this as Column<unknown>;
    }
    if (options.serverDefault !== undefined && options.serverDefault !== null)
      this._attach(makeServerDefault(options.serverDefault, false, this.name));
    if (options.serverOnupdate !== undefined && options.serverOnupdate !== null) {
      this._attach(makeServerDefault(options.serverOnupdate, true, this.name));
    }
  }

  /** @internal */
  get _eventParent(): Dispatcher<AttachEvents<never>> {
    return allColumns;
  }

  /** Data of the user's own. */
  get info(): Info {
    return (this._info ??= {});
  }

  /** Whether it refers to that column. */
  references(column: ColumnElement<unknown>): boolean {
    for (const fk of this.foreignKeys) if (fk.column.proxySet.has(column._identity as ColumnElement<unknown>)) return true;
    return false;
  }

  /** Adds a foreign key. */
  appendForeignKey(fk: ForeignKey): void {
    fk._attachTo(this);
  }

  /** @internal */
  _attach(item: SchemaItem): void {
    item._attachTo(this);
  }

  /** A foreign key was added: a column without a type has that of the target. @internal */
  _foreignKeyAdded(): void {
    if (this._untyped) takeTypeOfTarget(this as Column<unknown>);
  }

  /** Whether no type was given, so that it may follow from a foreign key. @internal */
  get _untyped(): boolean {
    const own = Object.getOwnPropertyDescriptor(this, "type");
    return own?.get === undefined && own?.value === NULLTYPE;
  }

  /** The type, unless it is yet to be taken from a foreign key's target. @internal */
  get _ownType(): TypeEngine<V> | null {
    return Object.getOwnPropertyDescriptor(this, "type")?.get === undefined ? this.type : null;
  }

  /** Calls a function with the table as soon as the column is in one; at once if it is. @internal */
  _onTableAttach(fn: (table: Table) => void): void {
    const table = this.table as unknown as Table | null;
    if (table !== null && table._isSchemaTable === true) fn(table);
    else (this._onAttach ??= []).push(fn);
  }

  /** The column as naming conventions know it by "label". @internal */
  get _ddlLabel(): string {
    return this._genTqLabel(this.name) ?? this.name;
  }

  override get description(): string {
    return this.name;
  }

  override _cacheKey(key: CacheKey): void {
    const table = this.table as unknown as Table | null;
    // the columns of an alias are made anew with each alias, and are known by its structure
    if (table === null || table._isSchemaTable !== true) {
      super._cacheKey(key);
      return;
    }
    key.add((this._keyNumber ??= identityNumber(this._identity)));
    this._writeAnnotations(key);
  }

  override _makeProxy(selectable: FromClause, options: MakeProxyOptions): readonly [key: string, column: ColumnElement<unknown>] {
    const given = options.name ?? null;
    const name = given ?? this.name;
    const key = options.key ?? given ?? this.key;
    const column = new Column<V>(new ProxyArguments(name));
    column.key = key;
    column.quote = this.quote;
    column.primaryKey = this.primaryKey;
    column.nullable = this.nullable;
    shareType(this, column);
    column.table = selectable;
    column._truncatable = options.nameIsTruncatable === true;
    column._propagateAttrs = selectable._propagateAttrs;
    column._proxies = options.compoundSelectCols ? [...options.compoundSelectCols] : [this];
    if (selectable._isCloneOf !== null) column._isCloneOf = (selectable._isCloneOf._collection.get(key) ?? null) as never;
    if (column.primaryKey) options.primaryKey.add(column);
    if (this.foreignKeys.size > 0) {
      const copies = new Set<ForeignKey>();
      for (const fk of this.foreignKeys) {
        const copy = new ForeignKey(fk._columnOrNull ?? fk._target, NO_FOREIGN_KEY_OPTIONS, fk.constraint);
        copy._parent = column as Column<unknown>;
        copy._ofProxy = true;
        copies.add(copy);
        options.foreignKeys.add(copy);
      }
      column.foreignKeys = copies;
    }
    return [key, column];
  }

  /** A column of the same kind for another table. @internal */
  _copy(schema?: string | null): Column<V> {
    const items: unknown[] = [];
    for (const constraint of this.constraints) if (!constraint._typeBound) items.push(constraint._copyForColumn());
    for (const fk of this.foreignKeys) if (fk.constraint === null) items.push(fk._copy(schema));
    if (this.computed !== null) items.push(this.computed._copy());
    if (this.identity !== null) items.push(this.identity._copy());
    const options: Record<string, unknown> = { ...this._given };
    for (const name of ["default", "insertDefault", "onupdate", "serverDefault", "serverOnupdate"]) delete options[name];
    if (this.default !== null) options["default"] = this.default._copy();
    if (this.onupdate !== null) options["onupdate"] = this.onupdate._copy();
    if (this.serverDefault !== null && this.computed === null && this.identity === null)
      options["serverDefault"] = this.serverDefault._copy();
    if (this.serverOnupdate !== null && this.computed === null) options["serverOnupdate"] = this.serverOnupdate._copy();
    options["primaryKey"] = this.primaryKey;
    if (this._userNullable !== null) options["nullable"] = this._userNullable;
    else if (this.primaryKey) delete options["nullable"];
    options["key"] = this.key;
    if (this.comment !== null) options["comment"] = this.comment;
    const untyped = Object.getOwnPropertyDescriptor(this, "type")?.get !== undefined;
    const type = untyped ? [] : [copiedType(this.type)];
    const copy = new Column<V>(new QuotedName(this.name, this.quote), ...type, ...items, options);
    if (this._info !== null) copy._info = { ...this._info };
    return copy;
  }
}

// few columns are listened to, and queries make many columns
Object.defineProperty(Column.prototype, "_dispatch", { value: null, writable: true });

const NO_DIALECT: DialectOptionSet = new Map();
const PROXY_ITEMS: readonly SchemaItem[] = Object.freeze([]);
// shared by all columns of aliases and subqueries, to which nothing is ever added
const NO_CONSTRAINTS: Set<CheckConstraint> = new Set();
const NO_FOREIGN_KEYS: Set<ForeignKey> = new Set();

/** What a column of an alias or subquery is made of: queries make many of them, so that there is no time for questions. */
class ProxyArguments {
  readonly name: string;
  readonly type = NULLTYPE;
  readonly items = PROXY_ITEMS;
  readonly options = NO_OPTIONS;

  constructor(name: string) {
    this.name = name;
  }
}
const NO_FOREIGN_KEY_OPTIONS = Object.freeze({});

/** A foreign key column without a type has that of its target, which may be defined later. */
function takeTypeOfTarget(column: Column<unknown>): void {
  let found: TypeEngine<unknown> | null = null;
  const find = (): TypeEngine<unknown> => {
    if (found !== null) return found;
    for (const fk of column.foreignKeys) {
      if (typeof fk._target === "string" && column.table === null) continue;
      const target = fk._columnOrNull;
      if (target === null || target === column) continue;
      const type = target.type;
      if (type.isNull) continue;
      found = type;
      Object.defineProperty(column, "type", { value: type, writable: true, enumerable: true, configurable: true });
      return type;
    }
    return NULLTYPE;
  };
  Object.defineProperty(column, "type", {
    get: find,
    set(type: TypeEngine<unknown>) {
      Object.defineProperty(column, "type", { value: type, writable: true, enumerable: true, configurable: true });
    },
    enumerable: true,
    configurable: true,
  });
}

/** Gives a proxy the type of its column, which may not be known yet. */
function shareType<V>(source: Column<V>, proxy: Column<V>): void {
  if (Object.getOwnPropertyDescriptor(source, "type")?.get === undefined) {
    proxy.type = source.type;
    const comparator = source.type._comparator();
    if (comparator !== null) addComparatorMethods(proxy as Column<unknown>, comparator);
    return;
  }
  Object.defineProperty(proxy, "type", { get: () => source.type, enumerable: true, configurable: true });
}

interface ColumnArguments {
  readonly name: string | QuotedName | null;
  readonly type: TypeEngine<unknown> | null;
  readonly items: readonly SchemaItem[];
  readonly options: ColumnOptions;
}

function columnArguments(args: readonly unknown[]): ColumnArguments {
  let i = 0;
  let name: string | QuotedName | null = null;
  let type: TypeEngine<unknown> | null = null;
  let options: ColumnOptions = NO_OPTIONS;
  const items: SchemaItem[] = [];
  if (typeof args[0] === "string" || args[0] instanceof QuotedName) {
    name = args[0];
    i = 1;
  }
  if (args[i] instanceof TypeEngine) {
    type = args[i] as TypeEngine<unknown>;
    i += 1;
  }
  for (; i < args.length; i++) {
    const arg = args[i];
    if (arg instanceof SchemaItem) items.push(arg);
    else if (isOptions(arg) && i === args.length - 1) options = arg;
    else if (arg === undefined && i === args.length - 1) continue;
    else {
      throw new ArgumentError(
        `new Column(name?, type?, ...items, options?) was given ${describe(arg)} as argument ${i + 1}${name === null ? "" : ` (column "${String(name)}")`}. ` +
          (typeof arg === "function"
            ? "Types are made by calling them: t.integer()."
            : "Items are foreign keys, sequences, constraints, computed() and identity()."),
      );
    }
  }
  return { name, type, items, options };
}

function isOptions(value: unknown): value is ColumnOptions {
  if (typeof value !== "object" || value === null) return false;
  const proto = Object.getPrototypeOf(value) as unknown;
  return proto === Object.prototype || proto === null;
}

function checkGivenValues(options: ColumnOptions, name: string): void {
  for (const place of ["default", "insertDefault", "onupdate", "serverDefault", "serverOnupdate"] as const) {
    if (place in options && options[place] === undefined) {
      throw new ArgumentError(
        `undefined was given as "${place}" of the column "${name}": undefined is not a value; leave it out, or use null.`,
      );
    }
  }
}

/** Names a column that is to go into a table by its key there, where it has no name or key of its own. */
export function nameColumn(column: Column<unknown>, key: string): void {
  if (column.table !== null) return;
  if (column.name === "") column.name = key;
  if (!column._hasOwnKey) column.key = key;
}

/** Puts a column into a table; called by the table. */
export function attachColumn(column: Column<unknown>, table: Table): void {
  if (column.table !== null) {
    if ((column.table as unknown) === table) return;
    throw new ArgumentError(`Column object "${column.name}" already assigned to Table "${column.table.description}".`);
  }
  column.table = table as unknown as FromClause;
}

/** Tells everything that waits for it that the column is in a table now. */
export function columnAttached(column: Column<unknown>, table: Table): void {
  const waiting = column._onAttach;
  column._onAttach = null;
  if (waiting !== null) for (const fn of waiting) fn(table);
}
