import type { AttributeColumns } from "../../sql/dml/attribute-columns.ts";
import type { FromClause } from "../../sql/selectable/from-clause.ts";
import type { ColumnElement } from "../../sql/elements/column-element.ts";
import type { ClauseElement } from "../../sql/elements/clause-element.ts";
import { clauseSymbol } from "../../sql/base/coercions.ts";
import { ColumnAdapter } from "../../sql/base/column-adapter.ts";
import type { Column } from "../../sql/schema/column.ts";
import type { Table } from "../../sql/schema/table.ts";
import { InvalidRequestError } from "../../errors.ts";
import { type ClassManager, type EntityClass, instanceState } from "../attributes/class-manager.ts";
import type { RelationshipProperty } from "../relationship/relationship-property.ts";
import { identityKey, type IdentityKey } from "../state/identity-key.ts";
import { checkedToken, type IdentityToken } from "../state/identity-token.ts";
import type { InstanceState } from "../state/instance-state.ts";
import { addAttribute } from "./add-attribute.ts";
import type { ColumnProperty } from "./column-property.ts";
import type { InspectedEntity } from "./inspected-entity.ts";
import { cascadeIterator } from "./mapper-cascade.ts";
import * as columns from "./mapper-columns.ts";
import type { CascadeStep, CascadeType, HaltOn, MapperProperty } from "./mapper-property.ts";
import type { OrmDescriptor } from "./orm-descriptor.ts";
import * as selects from "./mapper-selects.ts";
import type { Registry } from "./registry.ts";
import type { Declaration } from "./scan.ts";

/** What a mapper is made with, resolved: columns are columns of the table. */
export interface MapperOptions {
  readonly inherits?: Mapper | null;
  readonly inheritCondition?: ColumnElement<boolean> | null;
  readonly concrete?: boolean;
  /** single-table inheritance: rows in the table of the superclass */
  readonly single?: boolean;
  readonly polymorphicOn?: ColumnElement<unknown> | null;
  readonly polymorphicIdentity?: unknown;
  readonly polymorphicLoad?: "selectin" | "inline" | null;
  readonly withPolymorphic?: "*" | readonly Mapper[] | null;
  /** what rows of this class and its subclasses are read from, in place of their tables: a {@link polymorphicUnion} */
  readonly polymorphicSelectable?: FromClause | null;
  readonly primaryKey?: readonly ColumnElement<unknown>[] | null;
  readonly versionIdCol?: Column<unknown> | null;
  /** gives the next version, null stands for none yet; `false` leaves versions to the program or the database */
  readonly versionIdGenerator?: ((version: never) => unknown) | false;
  /** no objects of this very class, so it needs no polymorphicIdentity */
  readonly polymorphicAbstract?: boolean;
  readonly eagerDefaults?: boolean | "auto";
  /** insert the objects in one batch; off when listeners must see one row at a time */
  readonly batch?: boolean;
  readonly confirmDeletedRows?: boolean;
  readonly passiveUpdates?: boolean;
  readonly passiveDeletes?: boolean;
  readonly allowPartialPks?: boolean;
}

/** A listener of a mapper's flush events. */
export type MapperListener = (mapper: Mapper, connection: unknown, state: InstanceState) => void | Promise<void>;

/** The listeners of one mapper; null while there are none. */
export class MapperDispatch {
  beforeInsert: MapperListener[] | null = null;
  afterInsert: MapperListener[] | null = null;
  beforeUpdate: MapperListener[] | null = null;
  afterUpdate: MapperListener[] | null = null;
  beforeDelete: MapperListener[] | null = null;
  afterDelete: MapperListener[] | null = null;
}

/** A condition between two columns that hold the same value, as pairs. */
export type ColumnPairs = readonly (readonly [ColumnElement<unknown>, ColumnElement<unknown>])[];

/**
 * How a class belongs to its table or tables. `inspect(Film)` gives it.
 * @see https://docs.sqlalchemy.org/en/21/orm/mapping_api.html#sqlalchemy.orm.Mapper
 */
export class Mapper implements InspectedEntity {
  readonly isMapper = true;
  readonly isAliasedClass = false;

  readonly class_: EntityClass;
  readonly registry: Registry;
  readonly classManager: ClassManager;
  /** the class's own table; for single-table inheritance that of the superclass */
  readonly localTable: FromClause;
  /** what a SELECT of this class alone reads from: its table, or the join along the inheritance */
  persistSelectable: FromClause;
  /** the tables that rows are written to, superclass first */
  tables: Table[] = [];
  /** the columns of the primary key, of the base table */
  primaryKey: readonly ColumnElement<unknown>[] = [];
  readonly primaryKeySet: Set<ColumnElement<unknown>> = new Set();

  /** the attributes in order */
  readonly props: Map<string, MapperProperty> = new Map();
  /** hybrids, association proxies and the like that the class itself declares @internal */
  readonly _descriptors: Map<string, OrmDescriptor> = new Map();
  /** the attribute of a column, by the column without annotations */
  readonly columnToProperty: Map<ClauseElement, ColumnProperty> = new Map();

  readonly inherits: Mapper | null;
  baseMapper: Mapper;
  /** the class by which an object is known to a session, together with its key: a table of a concrete class has keys of its own */
  readonly identityMapper: Mapper;
  readonly single: boolean;
  readonly concrete: boolean;
  inheritCondition: ColumnElement<boolean> | null = null;
  /** for joined inheritance: columns of the parent's table and of this one's that hold the same key */
  inheritSyncPairs: ColumnPairs = [];
  readonly subMappers: Set<Mapper> = new Set();
  polymorphicOn: ColumnElement<unknown> | null = null;
  polymorphicIdentity: unknown = undefined;
  /** the attribute that holds the discriminator, null when it is an expression @internal */
  polymorphicKey: string | null = null;
  readonly polymorphicAbstract: boolean;
  /** mappers by the value of the discriminator; one map for the whole hierarchy */
  polymorphicMap: Map<unknown, Mapper>;
  readonly polymorphicLoad: "selectin" | "inline" | null;
  withPolymorphic: "*" | readonly Mapper[] | null;
  /** what rows are read from, in place of the tables of the class and its subclasses */
  readonly polymorphicSelectable: FromClause | null;

  versionIdCol: Column<unknown> | null = null;
  versionIdGenerator: ((version: never) => unknown) | false = nextVersion;
  readonly eagerDefaults: boolean | "auto";
  readonly batch: boolean;
  readonly confirmDeletedRows: boolean;
  readonly passiveUpdates: boolean;
  readonly passiveDeletes: boolean;
  readonly allowPartialPks: boolean;

  readonly dispatch: MapperDispatch = new MapperDispatch();
  readonly options: MapperOptions;
  /** relationships are resolved */
  configured = false;
  #memos: Map<string, unknown> | null = null;

  /** Made by the registry, which then configures it. @internal */
  constructor(registry: Registry, class_: EntityClass, manager: ClassManager, localTable: FromClause, options: MapperOptions) {
    this.registry = registry;
    this.class_ = class_;
    this.classManager = manager;
    this.localTable = localTable;
    this.persistSelectable = localTable;
    this.options = options;
    this.inherits = options.inherits ?? null;
    this.single = options.single ?? false;
    this.concrete = options.concrete ?? false;
    this.baseMapper = this.inherits === null ? this : this.inherits.baseMapper;
    this.identityMapper = this.inherits === null || this.concrete ? this : this.inherits.identityMapper;
    this.polymorphicMap = this.inherits === null ? new Map() : this.inherits.polymorphicMap;
    this.polymorphicLoad = options.polymorphicLoad ?? null;
    this.polymorphicAbstract = options.polymorphicAbstract ?? false;
    this.polymorphicSelectable = options.polymorphicSelectable ?? null;
    this.withPolymorphic = options.withPolymorphic ?? (this.polymorphicSelectable === null ? null : "*");
    this.eagerDefaults = options.eagerDefaults ?? this.inherits?.eagerDefaults ?? "auto";
    this.batch = options.batch ?? true;
    this.confirmDeletedRows = options.confirmDeletedRows ?? true;
    this.passiveUpdates = options.passiveUpdates ?? this.inherits?.passiveUpdates ?? true;
    this.passiveDeletes = options.passiveDeletes ?? this.inherits?.passiveDeletes ?? false;
    this.allowPartialPks = options.allowPartialPks ?? true;
    manager.mapper = this;
  }

  get mapper(): Mapper {
    return this;
  }

  get entity(): EntityClass {
    return this.class_;
  }

  /** The name of the class. */
  get name(): string {
    return this.classManager.name;
  }

  /** What a SELECT of this class reads from; with `withPolymorphic`, with the tables of subclasses. */
  get selectable(): FromClause {
    if (this.withPolymorphic !== null) selects.configureUnlessEarly(this);
    return selects.withPolymorphicSelectable(this);
  }

  /** The table as it stands in a statement: it knows its mapper, and makes the statement one of the ORM. @internal */
  get _clause(): FromClause {
    return selects.mapperClause(this);
  }

  /** @internal */
  get [clauseSymbol](): FromClause {
    return this._clause;
  }

  /** Mapped names in `filterBy` and the like. */
  get entityNamespace(): object {
    return this.class_;
  }

  /** What puts the columns of a union in the place of those of the tables that it reads; null for classes that read their tables. @internal */
  get _polymorphicAdapter(): ColumnAdapter | null {
    const { polymorphicSelectable } = this;
    return polymorphicSelectable === null ? null : this._memo("polymorphicAdapter", () => new ColumnAdapter(polymorphicSelectable));
  }

  /** The column as a SELECT of this class alone has it. @internal */
  _adaptColumn(column: ColumnElement<unknown>): ColumnElement<unknown> {
    return this.polymorphicSelectable === null ? column : this._polymorphicAdapter!.traverse(column);
  }

  /** @internal */
  _adaptElement<E extends ColumnElement<unknown>>(expression: E): E {
    return this.polymorphicSelectable === null ? expression : this._polymorphicAdapter!.traverse(expression);
  }

  toString(): string {
    return `Mapper[${this.name}(${(this.localTable as { name?: string }).name ?? "?"})]`;
  }

  /** The value of `make`, made once; forgotten when a property is added. @internal */
  _memo<T>(name: string, make: () => T): T {
    const known = this.#memos?.get(name);
    if (known !== undefined) return known as T;
    const made = make();
    (this.#memos ??= new Map()).set(name, made);
    return made;
  }

  /** @internal */
  _expireMemoizations(): void {
    for (const mapper of this.selfAndDescendants) mapper.#memos = null;
  }

  /** The mapped class; the same as `class_`. */
  get class(): unknown {
    return this.class_;
  }

  // ------------------------------------------------------------ hierarchy

  /** Whether this mapper is `other` or inherits from it. */
  isa(other: Mapper): boolean {
    for (let mapper: Mapper | null = this; mapper !== null; mapper = mapper.inherits) if (mapper === other) return true;
    return false;
  }

  /** This mapper, its superclass's, and so on. */
  *iterateToRoot(): IterableIterator<Mapper> {
    for (let mapper: Mapper | null = this; mapper !== null; mapper = mapper.inherits) yield mapper;
  }

  /** This mapper and those of all subclasses, breadth first. */
  get selfAndDescendants(): readonly Mapper[] {
    const found: Mapper[] = [this];
    for (let i = 0; i < found.length; i += 1) found.push(...found[i]!.subMappers);
    return found;
  }

  /** The mappers of the whole hierarchy. */
  polymorphicIterator(): readonly Mapper[] {
    return this.baseMapper.selfAndDescendants;
  }

  commonParent(other: Mapper): boolean {
    return this.baseMapper === other.baseMapper;
  }

  /** Whether an object of `state`'s class can stand where this mapper is expected. @internal */
  _canload(state: InstanceState, allowSubtypes: boolean): boolean {
    return allowSubtypes ? state.manager.mapper.isa(this) : state.manager.mapper === this;
  }

  // ------------------------------------------------------------ properties

  hasProperty(key: string): boolean {
    return this.props.has(key);
  }

  /** @throws InvalidRequestError when there is no such attribute */
  getProperty(key: string): MapperProperty {
    const prop = this.props.get(key);
    if (prop === undefined) {
      throw new InvalidRequestError(
        `${this.name} has no mapped attribute ${JSON.stringify(key)}; it has ${[...this.props.keys()].join(", ")}`,
      );
    }
    return prop;
  }

  /** @throws UnmappedColumnError when the column belongs to no attribute */
  getPropertyByColumn(column: ColumnElement<unknown>): ColumnProperty {
    return columns.propertyByColumn(this, column);
  }

  /** A hybrid or the like, of this class or a superclass. @internal */
  _descriptor(key: string): OrmDescriptor | undefined {
    for (const mapper of this.iterateToRoot()) {
      const found = mapper._descriptors.get(key);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** The names of all hybrids and the like. @internal */
  get _descriptorKeys(): readonly string[] {
    return [...this.iterateToRoot()].flatMap((mapper) => [...mapper._descriptors.keys()]);
  }

  /**
   * Adds an attribute to a class that is mapped already; the types of the class do not know of it.
   * @param property - what would stand in the class as a static: `relationship()`, `columnProperty()`, … or a column of its table
   * @throws InvalidRequestError when the class has an attribute of that name
   * @throws ArgumentError for anything else
   * @see https://docs.sqlalchemy.org/en/21/orm/mapping_api.html#sqlalchemy.orm.Mapper.add_property
   * @example inspect(User).addProperty("addresses", relationship(() => [Address]));
   */
  addProperty(key: string, property: MapperProperty | Declaration | ColumnElement<unknown>): void {
    addAttribute(this, key, property);
  }

  /** All attributes by name, the inherited ones first. */
  get attrs(): ReadonlyMap<string, MapperProperty> {
    return this.props;
  }

  get columnAttrs(): readonly ColumnProperty[] {
    return this._memo("columnAttrs", () => [...this.props.values()].filter((prop) => prop.isColumn) as ColumnProperty[]);
  }

  /** The columns of its own table, by the names of attributes. @internal */
  get _attributeColumns(): AttributeColumns {
    return this._memo("attributeColumns", () => {
      const { _collection: own } = this.localTable;
      const pairs = this.columnAttrs.map(({ key, columns }) => [key, columns.find((column) => own.containsColumn(column))] as const);
      return new Map(pairs.filter((pair): pair is readonly [string, ColumnElement<unknown>] => pair[1] !== undefined));
    });
  }

  get relationships(): readonly RelationshipProperty[] {
    return this._memo(
      "relationships",
      () => [...this.props.values()].filter((prop) => prop.isRelationship) as unknown as RelationshipProperty[],
    );
  }

  get composites(): readonly MapperProperty[] {
    return [...this.props.values()].filter((prop) => prop.isComposite);
  }

  get synonyms(): readonly MapperProperty[] {
    return [...this.props.values()].filter((prop) => prop.isSynonym);
  }

  /** The attributes of the class by name: those that the mapper has properties for, and hybrids and the like. */
  get allOrmDescriptors(): ReadonlyMap<string, unknown> {
    const class_ = this.class_ as unknown as Readonly<Record<string, unknown>>;
    return new Map([...this.props.keys(), ...this._descriptorKeys].map((key) => [key, class_[key]]));
  }

  /** The columns by attribute name. */
  get columns(): Readonly<Record<string, ColumnElement<unknown>>> {
    return this._memo("columns", () => Object.fromEntries(this.columnAttrs.map((prop) => [prop.key, prop.expression])));
  }

  get c(): Readonly<Record<string, ColumnElement<unknown>>> {
    return this.columns;
  }

  // ------------------------------------------------------------ what persistence asks for

  /** The tables in the order in which rows are inserted. @internal */
  get _sortedTables(): readonly Table[] {
    return this._memo("sortedTables", () => columns.sortedTables(this));
  }

  /** The primary key's columns by table; of joined tables, each one's own. @internal */
  get _pksByTable(): ReadonlyMap<Table, readonly Column<unknown>[]> {
    return this._memo("pksByTable", () => columns.pksByTable(this));
  }

  /** The mapped columns by table. @internal */
  get _colsByTable(): ReadonlyMap<Table, readonly Column<unknown>[]> {
    return this._memo("colsByTable", () => columns.colsByTable(this));
  }

  /** By table, attribute name → column. @internal */
  get _propkeyToCol(): ReadonlyMap<Table, ReadonlyMap<string, Column<unknown>>> {
    return this._memo("propkeyToCol", () => columns.propkeyToCol(this));
  }

  /** By table, column → attribute name. @internal */
  get _colToPropkey(): ReadonlyMap<Table, ReadonlyMap<Column<unknown>, string>> {
    return this._memo("colToPropkey", () => columns.colToPropkey(this));
  }

  /** By table, the attribute names of the primary key. @internal */
  get _pkAttrKeysByTable(): ReadonlyMap<Table, ReadonlySet<string>> {
    return this._memo("pkAttrKeysByTable", () => columns.pkAttrKeysByTable(this));
  }

  /** By table, the keys of columns that an INSERT without a value gives NULL: no default of any kind. @internal */
  get _insertColsAsNone(): ReadonlyMap<Table, ReadonlySet<string>> {
    return this._memo("insertColsAsNone", () => columns.insertColsAsNone(this));
  }

  /** By table, the columns whose value the server makes on INSERT. @internal */
  get _serverDefaultCols(): ReadonlyMap<Table, readonly Column<unknown>[]> {
    return this._memo("serverDefaultCols", () => columns.serverDefaultCols(this));
  }

  /** By table, the columns whose value the server makes on UPDATE. @internal */
  get _serverOnupdateDefaultCols(): ReadonlyMap<Table, readonly Column<unknown>[]> {
    return this._memo("serverOnupdateDefaultCols", () => columns.serverOnupdateDefaultCols(this));
  }

  /** The attribute names of the primary key, in its order. @internal */
  get _identityKeyProps(): readonly string[] {
    return this._memo("identityKeyProps", () => this.primaryKey.map((column) => this.getPropertyByColumn(column).key));
  }

  /** The attributes that only the database computes: read again after INSERT and UPDATE. @internal */
  get _readonlyProps(): readonly ColumnProperty[] {
    return this._memo("readonlyProps", () => columns.readonlyProps(this));
  }

  /** The columns of the primary key in the class's own table. @internal */
  get _localPkCols(): ReadonlySet<ClauseElement> {
    return this._memo("localPkCols", () => columns.localPkCols(this));
  }

  /** Columns that hold the same value by the conditions of the inheritance. @internal */
  get _equivalentColumns(): Map<ClauseElement, Set<ColumnElement<unknown>>> {
    return this._memo("equivalentColumns", () => columns.equivalentColumns(this));
  }

  // ------------------------------------------------------------ what queries ask for

  /** The mappers whose columns a SELECT of this class loads too. @internal */
  get _withPolymorphicMappers(): readonly Mapper[] {
    return this._memo("withPolymorphicMappers", () => selects.loadedMappers(this));
  }

  /** @internal */
  _withPolymorphicArgs(
    spec: "*" | readonly Mapper[] | null,
    selectable: FromClause | null,
    innerjoin: boolean,
  ): { readonly mappers: readonly Mapper[]; readonly selectable: FromClause } {
    return selects.withPolymorphicArgs(this, spec, selectable, innerjoin);
  }

  /** For single-table inheritance: which rows are of this class. @internal */
  get _singleTableCriterion(): ColumnElement<boolean> | null {
    // the rows of a subclass that nobody has asked for yet are rows of this class, too
    if (this.single) this.registry.configure();
    return this._memo("singleTableCriterion", () => selects.singleTableCriterion(this));
  }

  // ------------------------------------------------------------ objects

  /** A new object gets the discriminator of its class. @internal */
  _setPolymorphicIdentity(state: InstanceState): void {
    if (this.polymorphicKey === null) return;
    if (this.polymorphicAbstract) throw new InvalidRequestError(`${this.name} is polymorphicAbstract: objects are made of its subclasses`);
    state.manager.getImpl(this.polymorphicKey).set(state, this.polymorphicIdentity ?? null, null);
  }

  readonly #whenConfigured: ((mapper: Mapper) => void)[] = [];

  /** Runs when relationships are resolved; at once when they are. @internal */
  _onConfigured(fn: (mapper: Mapper) => void): void {
    if (this.configured) fn(this);
    else this.#whenConfigured.push(fn);
  }

  /** @internal */
  _whenConfigured(): void {
    for (const fn of this.#whenConfigured.splice(0)) fn(this);
  }

  // ------------------------------------------------------------ identity

  /** The key of the object with these values of the primary key, and with the token, if it has one. */
  identityKeyFromPrimaryKey(primaryKey: readonly unknown[], options?: { readonly identityToken?: IdentityToken | null }): IdentityKey {
    return identityKey(this.identityMapper, primaryKey, checkedToken(options?.identityToken));
  }

  /** The key that an object's values make, with its token, if it has one. */
  identityKeyFromInstance(instance: object): IdentityKey {
    return this._identityKeyFromState(instanceState(instance));
  }

  /** @internal */
  _identityKeyFromState(state: InstanceState): IdentityKey {
    return identityKey(this.identityMapper, this._primaryKeyFromState(state), state.identityToken);
  }

  /** The values of an object's primary key; null where there is none. */
  primaryKeyFromInstance(instance: object): unknown[] {
    return this._primaryKeyFromState(instanceState(instance));
  }

  /** @internal */
  _primaryKeyFromState(state: InstanceState): unknown[] {
    const values = state.values;
    return this._identityKeyProps.map((key) => values[key] ?? null);
  }

  /** The value of the attribute of a column; undefined when it is not loaded. @internal */
  _getStateAttrByColumn(state: InstanceState, column: ColumnElement<unknown>): unknown {
    return state.values[this.getPropertyByColumn(column).key];
  }

  /** Sets the attribute of a column with its events. @internal */
  _setStateAttrByColumn(state: InstanceState, column: ColumnElement<unknown>, value: unknown): void {
    state.manager.getImpl(this.getPropertyByColumn(column).key).set(state, value, null);
  }

  /** What the database has for a column, as far as is known: NO_VALUE or PASSIVE_NO_RESULT otherwise. @internal */
  _getCommittedStateAttrByColumn(state: InstanceState, column: ColumnElement<unknown>): unknown {
    return state.manager.getImpl(this.getPropertyByColumn(column).key).getCommittedValue(state);
  }

  // ------------------------------------------------------------ cascades

  /** Whether the object lacks a parent that a delete-orphan relationship demands. @internal */
  _isOrphan(state: InstanceState): boolean {
    return columns.isOrphan(this, state);
  }

  /** Relationships of other classes with delete-orphan whose members are objects of this class. @internal */
  readonly _deleteOrphans: [key: string, parent: Mapper][] = [];

  /**
   * The objects that an operation on an object goes on to, as far as they are loaded; each one once.
   * @param haltOn - objects at which it stops
   */
  cascadeIterator(type: CascadeType, state: InstanceState, haltOn: HaltOn | null = null): IterableIterator<CascadeStep> {
    return cascadeIterator(this, type, state, haltOn);
  }
}

function nextVersion(version: number | null): number {
  return (version ?? 0) + 1;
}
