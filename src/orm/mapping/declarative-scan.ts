import { ArgumentError, InvalidRequestError } from "../../errors.ts";
import { clauseOf } from "../../sql/base/coercions.ts";
import type { Expression } from "../../sql/base/expression.ts";
import type { ColumnElement } from "../../sql/elements/column-element.ts";
import type { Column } from "../../sql/schema/column.ts";
import { SchemaItem } from "../../sql/schema/schema-item.ts";
import { Table } from "../../sql/schema/table.ts";
import type { FromClause } from "../../sql/selectable/from-clause.ts";
import { ClassManager, describeValue, type EntityClass, ownManager } from "../attributes/class-manager.ts";
import { MANAGER } from "../attributes/symbols.ts";
import { addValidator, type ValidatesDeclaration } from "../attributes/validates.ts";
import { keepConstructorName } from "./class-name.ts";
import { bindInherited } from "./bind-inherited.ts";
import { type ConcreteBaseOptions, type ConcreteMember, type ConcreteUnion, concreteUnion, unionProperties } from "./concrete-base.ts";
import { CHOICE_OPTIONS, type ColumnChoice, chosenColumns } from "./column-choice.ts";
import { ColumnProperty } from "./column-property.ts";
import { configureMapper } from "./mapper-configure.ts";
import { Mapper, type MapperOptions } from "./mapper.ts";
import type { MapperProperty } from "./mapper-property.ts";
import { MappedColumn } from "./mapped-column.ts";
import { checkAttributeName, isReservedName } from "./reserved-names.ts";
import { mixinKeys } from "./mixins.ts";
import { ensureScanned, type PendingClass, pendingFor, removePending } from "./pending-classes.ts";
import type { Registry } from "./registry.ts";
import { type BoundAttribute, type ClassScan, type Declaration, isDeclaration, SCAN } from "./scan.ts";

/** The options of `mapTo()` and `mapSingle()` that concern the mapper; columns are named by functions of the class. */
export interface MapperSettings<C = never> {
  /** the discriminator: which class the object of a row has */
  readonly polymorphicOn?: (cls: C) => unknown;
  readonly polymorphicIdentity?: unknown;
  readonly polymorphicLoad?: "selectin" | "inline";
  readonly polymorphicAbstract?: boolean;
  readonly withPolymorphic?: "*";
  readonly versionIdCol?: (cls: C) => unknown;
  readonly versionIdGenerator?: ((version: never) => unknown) | false;
  readonly primaryKey?: (cls: C) => unknown;
  /** a table of its own with all columns, in no connection with the superclass's */
  readonly concrete?: boolean;
  /** a query of this class reads its table and those of its concrete subclasses, each row as an object of its class */
  readonly concreteBase?: boolean | ConcreteBaseOptions;
  readonly inheritCondition?: (cls: C) => unknown;
  readonly eagerDefaults?: boolean | "auto";
  readonly confirmDeletedRows?: boolean;
  readonly passiveUpdates?: boolean;
  readonly passiveDeletes?: boolean;
  readonly allowPartialPks?: boolean;
  readonly batch?: boolean;
}

/** The options of `mapTo()` with the name of a table: those of the mapper, and those of the table. */
export interface MapToOptions<C = never> extends MapperSettings<C> {
  readonly schema?: string | null;
  readonly comment?: string | null;
  readonly info?: Record<string, unknown>;
  readonly prefixes?: readonly string[];
  /** false: generated keys are not asked for with RETURNING, where the driver tells them */
  readonly implicitReturning?: boolean;
  /** a dialect's own option of the table: `sqliteStrict`, `mysqlEngine`, … */
  readonly [dialectOption: `${"sqlite" | "postgresql" | "mysql" | "mariadb"}${Capitalize<string>}`]: unknown;
}

/** The options of `mapTo()` with a table, join or subquery that exists. */
export interface MapOverOptions<C = never> extends MapperSettings<C> {
  /** the columns that become attributes although the class does not name them, by key or as columns; all of them unless told */
  readonly includeProperties?: readonly (string | Expression<unknown>)[];
  /** the columns that do not become attributes, by key or as columns */
  readonly excludeProperties?: readonly (string | Expression<unknown>)[];
}

const MAPPER_OPTIONS: ReadonlySet<string> = new Set([
  "polymorphicOn",
  "polymorphicIdentity",
  "polymorphicLoad",
  "polymorphicAbstract",
  "withPolymorphic",
  "versionIdCol",
  "versionIdGenerator",
  "primaryKey",
  "concrete",
  "concreteBase",
  "inheritCondition",
  "eagerDefaults",
  "confirmDeletedRows",
  "passiveUpdates",
  "passiveDeletes",
  "allowPartialPks",
  "batch",
]);

type AnyOptions = Readonly<Record<string, unknown>>;
type OfClass = ((cls: unknown) => unknown) | undefined;

const isMapped = (class_: object): boolean => pendingFor(class_) !== undefined || ownManager(class_) !== undefined;

/** A class with `mapTo()` or `mapSingle()`, from its declaration until it is mapped. */
export class DeclaredClass implements PendingClass, ClassScan {
  readonly class_: EntityClass;
  readonly name: string;
  readonly registry: Registry;
  readonly parent: EntityClass | null;
  readonly #options: AnyOptions;
  readonly #args: ((cls: never) => readonly unknown[]) | null;
  readonly single: boolean;
  /** what the class is mapped to: its own table, that of its superclass, or what was given */
  table!: FromClause;
  #existing = false;
  /** it has no table, and reads those of its subclasses @internal */
  isAbstractConcrete = false;
  #union: ConcreteUnion | null = null;
  /** how its columns are read from the database, while they are not yet */
  #awaits: string | null = null;
  /** its declared columns wait for those of the database */
  #held = false;
  /** of the columns that were read, those that are attributes although the class does not declare them */
  #mapsRest: ((column: ColumnElement<unknown>) => boolean) | null = null;
  #state: "declared" | "columns" | "mapping" | "mapped" = "declared";

  readonly #columns: { key: string; column: Column<unknown>; property: ColumnProperty; sortOrder: number }[] = [];
  readonly #existingColumns = new Map<string, ColumnProperty>();
  readonly #properties = new Map<string, MapperProperty>();
  readonly #bound: [string, BoundAttribute][] = [];
  readonly #validators: ValidatesDeclaration[] = [];
  readonly #whenMapped: ((mapper: Mapper) => void)[] = [];
  readonly #seen = new Set<string>();

  constructor(
    class_: EntityClass,
    name: string,
    registry: Registry,
    parent: EntityClass | null,
    options: object,
    args: ((cls: never) => readonly unknown[]) | null,
    single: boolean,
  ) {
    this.class_ = class_;
    this.name = name;
    this.registry = registry;
    this.parent = parent;
    this.#options = options as AnyOptions;
    this.#args = args;
    this.single = single;
    declarations.set(class_, this);
  }

  // ------------------------------------------------------------ what declarations call

  columnName(key: string): string {
    return this.registry._columnName(key);
  }

  addColumn(key: string, column: Column<unknown>, property: ColumnProperty, sortOrder: number): void {
    if (this.#existing) {
      throw new ArgumentError(
        `${this.name}.${key}: ${this.table.description} exists already, and this would be another column. ` +
          `Name the column that is meant, mappedColumn(${this.table.description}.c.${column.key}), or add it to the table`,
      );
    }
    this.#columns.push({ key, column, property, sortOrder });
  }

  addExistingColumn(key: string, property: ColumnProperty): void {
    if (!this.#existing) {
      throw new ArgumentError(
        `${this.name}.${key}: mappedColumn() names a column that exists, and this class makes its own table. Map it to what has the column, ` +
          "`static table = this.mapTo(users)`, or say the type of a new column; an attribute that reads another table is a columnProperty()",
      );
    }
    this.#existingColumns.set(key, property);
  }

  addProperty(key: string, property: MapperProperty): void {
    this.#properties.set(key, property);
  }

  bind(key: string, attribute: BoundAttribute): void {
    this.#bound.push([key, attribute]);
  }

  addValidator(declaration: ValidatesDeclaration): void {
    this.#validators.push(declaration);
  }

  whenMapped(fn: (mapper: Mapper) => void): void {
    this.#whenMapped.push(fn);
  }

  // ------------------------------------------------------------ phases

  /** Reads the statics of the class. */
  private readStatics(): void {
    const { class_ } = this;
    const own = inDeclarationOrder(class_);
    // a mixin's declarations are copied by being asked for
    const keys = [...own, ...mixinKeys(class_, isMapped).filter((key) => !own.includes(key))];
    for (const key of keys) {
      const descriptor = Object.getOwnPropertyDescriptor(class_, key);
      const value: unknown = descriptor === undefined ? (class_ as unknown as Record<string, unknown>)[key] : descriptor.value;
      if (!isDeclaration(value)) continue;
      checkAttributeName(this.name, key, value instanceof MappedColumn ? key : null, true);
      this.#seen.add(key);
      (value as Declaration)[SCAN](this, key);
    }
    this.#columns.sort((a, b) => a.sortOrder - b.sortOrder);
  }

  /** The first phase: puts the columns into the table. Runs when the table is first looked into. */
  fillTable(): void {
    if (this.#state !== "declared") return;
    this.#state = "columns";
    try {
      this.readStatics();
      if (this.single) this.addToSharedTable();
      else if (!this.#existing && !this.isAbstractConcrete) this.addToOwnTable();
    } catch (error) {
      this.forget();
      throw this.explain(error);
    }
  }

  /** What was read of the statics is read again. */
  private forget(): void {
    this.#state = "declared";
    this.#held = false;
    this.#columns.length = this.#bound.length = this.#validators.length = this.#whenMapped.length = 0;
    this.#properties.clear();
    this.#existingColumns.clear();
    this.#seen.clear();
  }

  private addToOwnTable(): void {
    const table = this.table as unknown as Table;
    for (const { column } of this.#columns) table.appendColumn(column);
    this.addItems(table);
  }

  private addItems(table: Table): void {
    const args = this.#args?.(this.ownColumns() as never) ?? [];
    if (!Array.isArray(args))
      throw new ArgumentError(
        `${this.name}: the third argument of mapTo() is a function that gives an array of constraints, indexes and triggers`,
      );
    for (const item of args as unknown[]) {
      if (item instanceof SchemaItem) item._attachTo(table);
      else
        throw new ArgumentError(
          `${this.name}: the third argument of mapTo() gives constraints, indexes and triggers; it gave ${describeValue(item)}`,
        );
    }
  }

  private addToSharedTable(): void {
    const table = this.table as unknown as Table;
    for (const { key, column } of this.#columns) {
      if (!table._isTable) {
        throw new ArgumentError(`${this.name}.${key}: its superclass is mapped to ${table.description}, which cannot get a column`);
      }
      if (table._collection.get(column.key) !== undefined) {
        throw new ArgumentError(
          `${this.name}.${key}: the table ${JSON.stringify(table.name)} of its superclass has a column ${JSON.stringify(column.key)} already; give this one another name`,
        );
      }
      table.appendColumn(column);
    }
  }

  /** Maps the class. */
  scan(): void {
    if (this.#state === "mapping" || this.#state === "mapped") return;
    if (this.#awaits !== null)
      throw new InvalidRequestError(`${this.name} has columns that are read from the database: ${this.#awaits} comes first`);
    if (this.parent !== null) ensureScanned(this.parent);
    this.fill();
    this.#state = "mapping";
    try {
      this.makeUnion();
      this.map();
      this.#state = "mapped";
    } catch (error) {
      this.#state = "columns";
      throw this.explain(error);
    }
  }

  /** Has the columns of the class known. */
  private fill(): void {
    if ((this.table as FromClause | undefined) instanceof Table) (this.table as unknown as Table)._ensureFilled();
    this.fillTable();
  }

  /** What a class reads that stands above classes with tables of their own: all of them must be declared by now. */
  private makeUnion(): void {
    const given = this.isAbstractConcrete ? this.#options : this.#options["concreteBase"];
    if (given === undefined || given === false) return;
    const below: ConcreteMember[] = [];
    if (!this.isAbstractConcrete) below.push({ name: this.name, table: this.table, identity: this.#options["polymorphicIdentity"] });
    for (const entry of this.registry._pending) {
      if (!(entry instanceof DeclaredClass) || entry.#options["concrete"] !== true || !entry.isBelow(this)) continue;
      entry.fill();
      below.push({ name: entry.name, table: entry.table, identity: entry.#options["polymorphicIdentity"] });
    }
    this.#union = concreteUnion(this.name, below, given === true ? {} : (given as ConcreteBaseOptions));
    if (this.isAbstractConcrete) this.table = this.#union.selectable;
  }

  private isBelow(other: DeclaredClass): boolean {
    for (let parent = this.parent; parent !== null; parent = declaredParent(parent)) if (parent === other.class_) return true;
    return false;
  }

  /** A class that is used too early is told so; it can be used once the classes that it refers to are defined. */
  private explain(error: unknown): unknown {
    if (!(error instanceof ReferenceError)) return error;
    return new InvalidRequestError(
      `${this.name} is used before the classes that it refers to are defined (${error.message}); use it after all of them are`,
      { cause: error },
    );
  }

  private map(): void {
    const { class_, name } = this;
    const parent = this.parent === null ? null : requireManager(this.parent).mapper;
    const manager = new ClassManager(class_, name);
    this.checkUnionsAbove();
    const mapper = new Mapper(this.registry, class_, manager, this.table, this.mapperOptions(parent));
    Object.defineProperty(class_, MANAGER, { value: manager, configurable: true });
    try {
      configureMapper(mapper, {
        columns: this.columnProperties(),
        properties: this.#properties,
        mapsOtherColumn: this.#existing ? chosenColumns(name, this.table, this.#options as ColumnChoice) : this.#mapsRest,
      });
    } catch (error) {
      Reflect.deleteProperty(class_, MANAGER);
      throw error;
    }
    removePending(class_);
    this.registry._pending.delete(this);
    for (const [key, attribute] of this.#bound) attribute._bindTo(mapper, mapper.getProperty(key));
    bindInherited(mapper, this.#seen);
    keepConstructorName(class_, name);
    mapper._onConfigured(() => this.configured(mapper));
    this.registry._addMapper(mapper);
    for (const fn of this.#whenMapped) fn(mapper);
  }

  private columnProperties(): ReadonlyMap<string, ColumnProperty> {
    if (this.#existing) return this.#existingColumns;
    if (this.isAbstractConcrete) return unionProperties(this.name, this.#union!, this.#columns);
    const properties = new Map(this.#columns.map(({ key, property }) => [key, property]));
    if (this.#mapsRest !== null) {
      // the names of columns are the database's, and not to be chosen
      const declared = new Set<unknown>(this.#columns.map(({ column }) => column));
      for (const column of this.table._collection) {
        if (isReservedName(column.key!) && !declared.has(column) && this.#mapsRest(column))
          properties.set(`${column.key}_`, new ColumnProperty([column]));
      }
    }
    return properties;
  }

  /** Rows of a table that a superclass does not read would be missing from its results. */
  private checkUnionsAbove(): void {
    if (this.#options["concrete"] !== true) return;
    for (let parent = this.parent; parent !== null; parent = declaredParent(parent)) {
      const above = declarations.get(parent);
      const union = above === undefined ? null : above.#union;
      if (union !== null && !union.members.has(this.table)) {
        throw new InvalidRequestError(
          `${this.name} is declared after ${above!.name}, which reads the tables of its subclasses, was first used; import ${this.name} before`,
        );
      }
    }
  }

  /** When relationships are resolved. */
  private configured(mapper: Mapper): void {
    for (const validator of this.#validators) {
      for (const key of validator.names) {
        for (const each of mapper.selfAndDescendants) {
          const impl = each.classManager.impls.get(key);
          if (impl === undefined)
            throw new ArgumentError(`${this.name}: validates() names ${JSON.stringify(key)}, which is no mapped attribute of ${this.name}`);
          addValidator(impl, validator);
        }
      }
    }
    for (const key of Object.getOwnPropertyNames(this.class_)) {
      const value: unknown = Object.getOwnPropertyDescriptor(this.class_, key)?.value;
      if (isDeclaration(value) && !this.#seen.has(key) && !mapper.props.has(key)) {
        throw new InvalidRequestError(
          `${this.name} was used before its declaration was complete: ${this.name}.${key} comes after the use. ` +
            "Statics that use other statics of the class take a function: columnProperty(() => …), relationship(() => …, { primaryjoin: () => … })",
        );
      }
    }
  }

  private mapperOptions(parent: Mapper | null): MapperOptions {
    const given = this.#options;
    const options: Record<string, unknown> = {};
    for (const key of Object.keys(given)) if (MAPPER_OPTIONS.has(key) && given[key] !== undefined) options[key] = given[key];
    for (const key of ["polymorphicOn", "versionIdCol", "inheritCondition"]) {
      const fn = given[key] as OfClass;
      if (fn !== undefined) options[key] = this.expressionOf(key, fn);
    }
    const primaryKey = given["primaryKey"] as OfClass;
    if (primaryKey !== undefined) {
      const value = primaryKey(this.ownColumns());
      options["primaryKey"] = (Array.isArray(value) ? value : [value]).map((one) => this.columnOf("primaryKey", one));
    }
    delete options["concreteBase"];
    const union = this.#union;
    if (union !== null) {
      options["polymorphicSelectable"] = union.selectable;
      options["polymorphicOn"] = union.polymorphicOn;
    }
    if (this.isAbstractConcrete) options["polymorphicAbstract"] = true;
    return { ...options, inherits: parent, single: this.single };
  }

  /** What an option names by a function of the class, as a column of the table. */
  private expressionOf(option: string, fn: (cls: unknown) => unknown): ColumnElement<unknown> {
    if (typeof fn !== "function") throw new ArgumentError(`${this.name}: ${option} is a function of the class: ${option}: (cls) => cls.…`);
    return this.columnOf(option, fn(this.ownColumns()));
  }

  private columnOf(option: string, value: unknown): ColumnElement<unknown> {
    // named by the class itself, which is not mapped yet: () => Film.version
    const own = this.#columns.find(({ key }) => Object.getOwnPropertyDescriptor(this.class_, key)?.value === value);
    const clause = clauseOf(own === undefined ? value : own.column);
    if (clause === null || !clause._isColumnElement)
      throw new ArgumentError(`${this.name}: ${option} must give a column of the class: ${option}: (cls) => cls.…`);
    return clause._identity as ColumnElement<unknown>;
  }

  /** The class as such functions see it before it is mapped: its own columns, and the attributes of its superclass. */
  private ownColumns(): object {
    const view = Object.create(this.class_) as object;
    if (this.#existing) {
      for (const column of this.table._collection) defineValue(view, column.key!, column);
      for (const [key, { columns }] of this.#existingColumns) defineValue(view, key, columns[0]);
    }
    for (const { key, column } of this.#columns) defineValue(view, key, column);
    return view;
  }

  /** Makes the table, which has its columns when it is first looked into. */
  declareTable(tableName: string): Table {
    const tableOptions: Record<string, unknown> = {};
    for (const key of Object.keys(this.#options)) if (!MAPPER_OPTIONS.has(key)) tableOptions[key] = this.#options[key];
    const table = Table._deferred(tableName, this.registry.metadata, () => this.fillTable(), tableOptions);
    this.table = table as unknown as FromClause;
    return table;
  }

  /** Maps the class to a table, join or subquery that exists. */
  useExisting(from: FromClause): FromClause {
    for (const key of Object.keys(this.#options)) {
      if (!MAPPER_OPTIONS.has(key) && !CHOICE_OPTIONS.has(key))
        throw new ArgumentError(`${this.name}: mapTo() has the option ${key}, which is one of the table, and the table exists already`);
    }
    this.#existing = true;
    this.table = from;
    return from;
  }

  get isOverExisting(): boolean {
    return this.#existing;
  }

  get isAwaiting(): boolean {
    return this.#awaits !== null;
  }

  /** The class cannot be used before its columns are read. `how` says how they are. */
  awaitColumns(how: string): void {
    this.#awaits = how;
  }

  /**
   * Takes what the class declares, and keeps it from being put into the table, where the database's columns belong beside it. To be called
   * for all classes that are read together, before the first of them is.
   */
  holdColumns(): void {
    if (this.#state !== "declared") return;
    this.#state = "columns";
    this.#held = true;
    try {
      this.readStatics();
    } catch (error) {
      this.forget();
      throw this.explain(error);
    }
    const table = this.table as unknown as Table;
    table._fillColumns = null;
    table.metadata._deferred.delete(table);
  }

  /**
   * Reads the columns that the class does not declare.
   * @param sharing - the classes with rows in the same table
   * @param read - reads them into the table, with the columns that are declared; `there` says that these are in the table already
   */
  async readColumns(
    sharing: readonly DeclaredClass[],
    read: (table: Table, declared: readonly Column<unknown>[], there: boolean) => Promise<void>,
  ): Promise<void> {
    const table = this.table as unknown as Table;
    const declared = [this, ...sharing].flatMap((each) => each.#columns.map(({ column }) => column));
    await read(table, declared, !this.#held);
    const ofOthers = new Set<unknown>(sharing.flatMap((each) => each.#columns.map(({ column }) => column)));
    this.#mapsRest = (column) => !ofOthers.has(column._identity);
    if (this.#held) this.addItems(table);
    this.#awaits = null;
    for (const each of sharing) each.#awaits = null;
  }

  /** The table of the superclass, which gets the columns of this class when it is next looked into. */
  shareTable(from: FromClause | undefined): FromClause {
    if (from === undefined || (this.parent !== null && isAbstractConcrete(this.parent)))
      throw new ArgumentError(`${this.name}: mapSingle() is for classes whose superclass has a table; ${this.parent?.name} has none`);
    this.table = from;
    if (!(from instanceof Table)) return from;
    const table: Table = from as unknown as Table;
    const before = table._fillColumns;
    table._fillColumns = (filled) => {
      before?.(filled);
      this.fillTable();
    };
    table.metadata._deferred.add(table);
    return from;
  }
}

/** By class, for good. */
const declarations = new WeakMap<object, DeclaredClass>();

function declaredParent(class_: EntityClass): EntityClass | null {
  return declarations.get(class_)?.parent ?? null;
}

/** Whether a class reads the tables of its subclasses, and its declarations are theirs. */
export function isAbstractConcrete(class_: object): boolean {
  return declarations.get(class_)?.isAbstractConcrete === true;
}

function defineValue(target: object, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true });
}

/** The manager of a superclass. */
function requireManager(class_: EntityClass): ClassManager {
  const manager = ownManager(class_);
  if (manager !== undefined) return manager;
  throw new InvalidRequestError(
    `${class_.name} is not mapped, and a class that extends it is: it needs \`static table = this.mapTo("…")\``,
  );
}

/**
 * The own statics in the order of their declaration. `name` and `length` are properties of every class from the beginning, so a
 * declaration of that name has kept their place; the number of its making tells the right one.
 */
function inDeclarationOrder(class_: EntityClass): string[] {
  const order = (key: string): number | undefined => {
    const value = Object.getOwnPropertyDescriptor(class_, key)?.value as { readonly _creationOrder?: number } | undefined;
    return isDeclaration(value) ? value._creationOrder : undefined;
  };
  const keys = Object.getOwnPropertyNames(class_).filter((key) => key !== "name" && key !== "length");
  for (const key of ["name", "length"]) {
    const made = order(key);
    if (made === undefined) continue;
    const before = keys.findIndex((other) => (order(other) ?? -1) > made);
    if (before < 0) keys.push(key);
    else keys.splice(before, 0, key);
  }
  return keys;
}
