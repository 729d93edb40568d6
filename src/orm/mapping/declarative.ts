import { ArgumentError } from "../../errors.ts";
import type { INSPECTED } from "../../inspection.ts";
import { clauseSymbol } from "../../sql/base/coercions.ts";
import type { MetaData } from "../../sql/schema/metadata.ts";
import type { Table } from "../../sql/schema/table.ts";
import type { ColumnRecord } from "../../sql/selectable/column-collection.ts";
import { FromClause } from "../../sql/selectable/from-clause.ts";
import { describeValue, type EntityClass, ownManager } from "../attributes/class-manager.ts";
import type { ConcreteBaseOptions } from "./concrete-base.ts";
import type { ColumnChoice } from "./column-choice.ts";
import { initInstance, unmappedClass } from "./constructors.ts";
import { DeclaredClass, isAbstractConcrete, type MapOverOptions, type MapperSettings, type MapToOptions } from "./declarative-scan.ts";
import { defineEntityMethods } from "./entity-methods.ts";
import type { Mapper } from "./mapper.ts";
import { handOn, handOnDeclared } from "./mixins.ts";
import { addPending, ensureScanned, pendingFor } from "./pending-classes.ts";
import { type ColumnNaming, Registry } from "./registry.ts";
import { isDeclaration } from "./scan.ts";
import { attributesOf, choiceAbove, type ColumnKeys, noteChoice, type TableAttributes, type WithTableOptions } from "./table-attributes.ts";
import type { EntityMethods, Init, InstanceOf, Mapped } from "./types.ts";

/** The statics that every declared class has. */
export interface MappedStatics {
  /** `inspect(Film)` is the class's mapper */
  readonly [INSPECTED]?: Mapper;
  readonly registry: Registry;
  readonly metadata: MetaData;
  /**
   * Maps the class to a table; `static table = this.mapTo("films")` is the first static of the class.
   * @param name - the name of the table
   * @param options - of the table (schema, comment, dialect options) and of the mapper (inheritance, versions)
   * @param args - gives constraints and indexes
   */
  mapTo<C, const N extends string>(
    this: C,
    name: N,
    options?: MapToOptions<C>,
    args?: (cls: C) => readonly unknown[],
  ): Table<ColumnRecord, N>;
  /**
   * Maps the class to what exists already: a table, also one that was read from the database, a join, a subquery.
   * @param from - its columns become attributes by their keys; `static nick = mappedColumn(users.c.user_nick)` gives one another name
   * @param options - of the mapper, and which columns become attributes
   * @throws ArgumentError when there is no primary key: a view or subquery needs the option `primaryKey`
   * @see https://docs.sqlalchemy.org/en/21/orm/declarative_tables.html#declarative-with-imperative-table-a-k-a-hybrid-declarative
   */
  mapTo<C, F extends FromClause>(this: C, from: F, options?: MapOverOptions<C>): F;
  /** Maps a class made with `extend()` to the table of its superclass (single-table inheritance). */
  mapSingle<C>(this: C, options?: MapperSettings<C>): Table;
  /**
   * Maps a class without a table: a query of it reads the tables of its subclasses, which are mapped with `{ concrete: true }` and have what the class
   * declares as columns and relationships of their own. It is written `static { this.mapConcreteBase(); }`, before all other statics.
   * @throws InvalidRequestError at first use, when a subclass has no polymorphicIdentity
   * @see https://docs.sqlalchemy.org/en/21/orm/inheritance.html#abstract-concrete-classes
   */
  mapConcreteBase<C>(this: C, options?: ConcreteBaseOptions): void;
}

/** What a class of the application extends: `class Film extends Base<typeof Film>`. */
export interface DeclarativeBase extends MappedStatics {
  new <C>(init?: Init<C>): Mapped<C> & EntityMethods<C>;
  /**
   * A base whose class has the columns of a table that exists as attributes, with the types that the table's types know:
   * `class User extends Base.withTable(users)<typeof User> { static table = this.mapTo(users) }`.
   * @param options - which columns become attributes
   * @throws ArgumentError for what is no table, join or subquery, and for a key that it has not
   */
  withTable<F extends FromClause, const O extends WithTableOptions<ColumnKeys<F>> = Record<never, never>>(
    from: F,
    options?: O,
  ): TableBase<TableAttributes<F, O>>;
  /** A base whose classes have the columns, relationships and methods of mixins as well, each class its own copy. */
  with<M extends MixinClass>(mixin: M): MixedBase<M>;
  with<M extends MixinClass, N extends MixinClass>(mixin: M, second: N): MixedBase<M & N>;
  with<M extends MixinClass, N extends MixinClass, O extends MixinClass>(mixin: M, second: N, third: O): MixedBase<M & N & O>;
}

/** A plain class with static `mappedColumn()`s. */
export interface MixinClass {
  readonly prototype: object;
}

type StaticsOf<M, X = never> = { [K in Exclude<keyof M, "prototype" | X>]: M[K] };

/** What `Base.with(Mixin)` gives; of several mixins `M` is all of them at once. */
export type MixedBase<M> = MappedStatics &
  StaticsOf<M> & { new <C>(init?: Init<C>): Mapped<C> & EntityMethods<C> & Omit<InstanceOf<M>, never> };

/** What `Base.withTable(users)` gives: `A` are its attributes. */
export type TableBase<A> = MappedStatics & A & { new <C>(init?: Init<C>): Mapped<C> & EntityMethods<C> };

/** What `extend(Employee)` gives: a class extends it with its own `typeof` as the type argument. */
export type ExtendedBase<P> = InheritedTable<P> &
  MappedStatics &
  StaticsOf<P, "table" | keyof MappedStatics> & { new <C>(init?: Init<C>): Mapped<C> & EntityMethods<C> & InstanceOf<P> };

/** A class that has no table of its own has that of its superclass. */
interface InheritedTable<P> {
  mapSingle<C>(this: C, options?: MapperSettings<C>): P extends { readonly table: infer T } ? T : Table;
}

/** Options of {@link declarativeBase}. */
export interface DeclarativeBaseOptions {
  readonly metadata?: MetaData;
  readonly registry?: Registry;
  /** attribute names become snake_case column names; "verbatim" leaves them as they are */
  readonly columnNaming?: ColumnNaming;
}

/** A base with a function of this name collects its classes, which are mapped when it says so. */
export const COLLECT: unique symbol = Symbol("athanor.collect");

/** Takes a class that is declared, and puts it among the pending ones of its registry when it can be mapped. */
export type CollectClass = (entry: DeclaredClass) => void;

interface DeclaredOptions {
  readonly [name: string]: unknown;
}

/** The name that a class was written with, by the class: a mapped attribute may be called `name`. */
const names = new WeakMap<object, string>();
const declared = new WeakMap<object, DeclaredClass>();

/**
 * Makes the class that the classes of an application extend. They share a registry and its metadata.
 *
 * @see https://docs.sqlalchemy.org/en/21/orm/mapping_styles.html#declarative-mapping
 * @example
 * const Base = declarativeBase();
 *
 * class Film extends Base<typeof Film> {
 *   static table = this.mapTo("films");
 *   static id = mappedColumn(t.integer(), { primaryKey: true });
 *   static title = mappedColumn(t.string(100));
 *   static characters = relationship(() => [Cast], { backPopulates: "film" });
 * }
 */
export function declarativeBase(options: DeclarativeBaseOptions = {}): DeclarativeBase {
  const registry =
    options.registry ??
    new Registry({
      ...(options.metadata === undefined ? null : { metadata: options.metadata }),
      ...(options.columnNaming === undefined ? null : { columnNaming: options.columnNaming }),
    });

  class Base {
    static readonly registry = registry;
    static readonly metadata = registry.metadata;

    constructor(init?: object) {
      initInstance(this, new.target, init);
    }

    static mapTo(
      this: EntityClass,
      name: string | FromClause,
      mapOptions: DeclaredOptions = {},
      args: ((cls: never) => readonly unknown[]) | null = null,
    ): FromClause {
      const parent = mappedParent(this);
      if (name instanceof FromClause) {
        const options = { ...choiceAbove(this, name), ...mapOptions };
        const over = new DeclaredClass(this, takeName(this), registry, parent, options, null, false);
        over.useExisting(name);
        register(over);
        return name;
      }
      if (typeof name !== "string" || name === "")
        throw new ArgumentError(
          `mapTo() takes the name of a new table, or a table, join or subquery that exists; it was given ${describeValue(name)}`,
        );
      const entry = new DeclaredClass(this, takeName(this), registry, parent, mapOptions, args, false);
      register(entry);
      return entry.declareTable(name) as unknown as FromClause;
    }

    static mapConcreteBase(this: EntityClass, mapOptions: DeclaredOptions = {}): void {
      const entry = new DeclaredClass(this, takeName(this), registry, mappedParent(this), mapOptions, null, false);
      entry.isAbstractConcrete = true;
      register(entry);
    }

    static mapSingle(this: EntityClass, mapOptions: DeclaredOptions = {}): FromClause {
      const parent = mappedParent(this);
      if (parent === null)
        throw new ArgumentError(
          `mapSingle() is for classes that extend a mapped class: class ${this.name} extends extend(Parent)<typeof ${this.name}>`,
        );
      const entry = new DeclaredClass(this, takeName(this), registry, parent, mapOptions, null, true);
      register(entry);
      return entry.shareTable(declared.get(parent)!.table);
    }

    static withTable(this: EntityClass & { with(...mixins: MixinClass[]): object }, from: unknown, choice: ColumnChoice = {}): object {
      const { mixin, table } = attributesOf(from, choice);
      const mixed = this.with(mixin);
      noteChoice(mixed, table, choice);
      return mixed;
    }

    static with(this: EntityClass, ...mixins: MixinClass[]): object {
      const base = this as unknown as new (init?: object) => object;
      const Mixed = { [this.name]: class extends base {} }[this.name]!;
      for (const mixin of mixins) handOn(Mixed, mixin);
      return Mixed;
    }

    /** @internal */
    static get [clauseSymbol](): FromClause {
      const class_ = this as unknown as EntityClass;
      ensureScanned(class_);
      const manager = ownManager(class_);
      if (manager === undefined) throw unmappedClass(class_);
      return manager.mapper._clause;
    }
  }
  defineEntityMethods(Base.prototype);
  return Base as unknown as DeclarativeBase;
}

function register(entry: DeclaredClass): void {
  declared.set(entry.class_, entry);
  addPending(entry);
  const collect = (entry.class_ as { readonly [COLLECT]?: CollectClass })[COLLECT];
  if (collect === undefined || entry.isOverExisting) entry.registry._pending.add(entry);
  else collect(entry);
}

/** Remembers the class's name, and makes room for a mapped attribute of a superclass with the name `name` or `length`. */
function takeName(class_: EntityClass): string {
  const name = writtenName(class_);
  names.set(class_, name);
  const above = Object.getPrototypeOf(class_) as Record<string, unknown>;
  for (const key of ["name", "length"]) if (isDeclaration(above[key])) Reflect.deleteProperty(class_, key);
  return name;
}

/** A static `name` that stands before the table has taken the place of the class's own name, which is in its source only. */
function writtenName(class_: EntityClass): string {
  const name: unknown = class_.name;
  if (typeof name === "string") return name;
  return /^class\s+(?!extends\b)([\p{ID_Continue}$]+)/u.exec(Function.prototype.toString.call(class_))?.[1] ?? "";
}

/** The next class above that is mapped. */
function mappedParent(class_: EntityClass): EntityClass | null {
  for (
    let parent = Object.getPrototypeOf(class_) as object | null;
    parent !== null;
    parent = Object.getPrototypeOf(parent) as object | null
  ) {
    if (pendingFor(parent) !== undefined || ownManager(parent) !== undefined) return parent as EntityClass;
  }
  return null;
}

/**
 * What a class extends that inherits from a mapped class.
 *
 * @see https://docs.sqlalchemy.org/en/21/orm/inheritance.html
 * @throws ArgumentError when the class is not mapped
 * @example
 * class Engineer extends extend(Employee)<typeof Engineer> {
 *   static table = this.mapTo("engineers", { polymorphicIdentity: "engineer" });
 *   static id = mappedColumn(foreignKey(() => Employee.id), { primaryKey: true });
 * }
 */
export function extend<P extends MixinClass>(parent: P): ExtendedBase<P> {
  const class_ = parent as unknown as EntityClass;
  if (typeof parent !== "function" || (pendingFor(class_) === undefined && ownManager(class_) === undefined)) {
    throw new ArgumentError(`extend() takes a mapped class; ${describeValue(parent)} is none: it needs \`static table = this.mapTo("…")\``);
  }
  const base = parent as unknown as new (init?: object) => object;
  class Extended extends base {}
  Object.defineProperty(Extended, "name", { value: names.get(class_) ?? class_.name, configurable: true });
  if (isAbstractConcrete(class_)) {
    handOnDeclared(Extended, class_);
    return Extended as unknown as ExtendedBase<P>;
  }
  for (
    let from: object | null = class_;
    from !== null && from !== Function.prototype;
    from = Object.getPrototypeOf(from) as object | null
  ) {
    for (const key of Object.getOwnPropertyNames(from)) {
      if (key !== "table" && !Object.hasOwn(Extended, key) && isDeclaration(Object.getOwnPropertyDescriptor(from, key)!.value)) {
        Object.defineProperty(Extended, key, inherited(Extended, class_, key));
      } else if (key === "name" && isDeclaration(Object.getOwnPropertyDescriptor(from, key)!.value)) {
        Object.defineProperty(Extended, key, inherited(Extended, class_, key));
      }
    }
  }
  // from a mixin; every other name is found by way of the prototype, while functions have these themselves
  for (const key of ["name", "length"]) {
    const own = Object.getOwnPropertyDescriptor(Extended, key);
    if (own?.get === undefined && isDeclaration((class_ as unknown as Record<string, unknown>)[key]))
      Object.defineProperty(Extended, key, inherited(Extended, class_, key));
  }
  return Extended as unknown as ExtendedBase<P>;
}

/** An inherited attribute: asked of a class, it is that class's own, which the class gets when it is scanned. */
function inherited(holder: object, parent: object, key: string): PropertyDescriptor {
  return {
    configurable: true,
    get(this: object): unknown {
      if (this === holder) return (parent as Record<string, unknown>)[key];
      if (typeof this === "function") {
        ensureScanned(this);
        const own = Object.getOwnPropertyDescriptor(this, key);
        if (own !== undefined) return own.get === undefined ? own.value : own.get.call(this);
      }
      // a hybrid is told of whom it was asked
      return Reflect.get(parent, key, this);
    },
    set(this: object, value: unknown): void {
      Object.defineProperty(this, key, { value, configurable: true, writable: true, enumerable: true });
    },
  };
}
