import { ArgumentError, InvalidRequestError } from "../../errors.ts";
import type { ClauseElement } from "../../sql/elements/clause-element.ts";
import type { ColumnElement } from "../../sql/elements/column-element.ts";
import type { Column } from "../../sql/schema/column.ts";
import { warn } from "../../util/warn.ts";
import { ColumnProperty } from "./column-property.ts";
import { configureInheritance } from "./mapper-inheritance.ts";
import type { Mapper } from "./mapper.ts";
import type { MapperProperty } from "./mapper-property.ts";
import { checkAttributeName } from "./reserved-names.ts";

/** What a class declares, for its mapper. */
export interface MapperInit {
  /** columns of the local table by attribute name, with what the attribute says beside the column */
  readonly columns: ReadonlyMap<string, ColumnProperty>;
  /** relationships, expressions, composites, … in the order of their declaration */
  readonly properties: ReadonlyMap<string, MapperProperty>;
  /** which columns that no attribute names are mapped too, by their keys; null for none */
  readonly mapsOtherColumn: ((column: ColumnElement<unknown>) => boolean) | null;
}

/** The first phase: tables, columns, primary key. Relationships follow when every class is known. */
export function configureMapper(mapper: Mapper, init: MapperInit): void {
  const { on } = mapper.registry._dispatch;
  for (const fn of on.instrumentClass ?? []) fn(mapper, mapper.class_);
  configureInheritance(mapper);
  configureProperties(mapper, init);
  configurePrimaryKey(mapper);
  configurePolymorphicOn(mapper);
  configureVersion(mapper);
  for (const fn of on.afterMapperConstructed ?? []) fn(mapper, mapper.class_);
}

function configureProperties(mapper: Mapper, init: MapperInit): void {
  const explicit = new Map<string, ColumnProperty>(init.columns);
  const byColumn = new Map<ClauseElement, string>();
  for (const [key, prop] of explicit) for (const column of prop.columns) byColumn.set(column._identity, key);

  for (const [key, prop] of init.properties) configureProperty(mapper, key, prop, true);

  const { inherits } = mapper;
  if (inherits !== null) {
    for (const [key, prop] of inherits.props) {
      const own = explicit.get(key);
      if (own !== undefined) {
        const combined = reconcile(mapper, key, prop, own);
        explicit.set(key, combined);
        for (const column of combined.columns) byColumn.set(column._identity, key);
        // in the place of the inherited one
        configureProperty(mapper, key, combined, true);
      } else if (!mapper.props.has(key)) {
        // of its own table, as it is declared or named after a column
        if (mapper.concrete) continue;
        configureProperty(mapper, key, prop, false);
      }
    }
  }

  for (const column of mapper.persistSelectable._collection) {
    const key = byColumn.get(column._identity);
    if (key !== undefined) {
      if (mapper.props.get(key) !== explicit.get(key)) configureProperty(mapper, key, explicit.get(key)!, true);
    } else if (!mapper.columnToProperty.has(column._identity) && init.mapsOtherColumn?.(column) === true) {
      mapTableColumn(mapper, column);
    }
  }
  for (const [key, prop] of explicit) if (!mapper.props.has(key)) configureProperty(mapper, key, prop, true);
  if (mapper.concrete && inherits !== null)
    for (const key of inherits.props.keys()) if (!mapper.props.has(key)) defineUnimplemented(mapper, inherits, key);
}

function mapTableColumn(mapper: Mapper, column: ColumnElement<unknown>): void {
  let key = column.key!;
  for (const each of mapper.iterateToRoot()) key = each.columnToProperty.get(column._identity)?.key ?? key;
  const existing = mapper.props.get(key);
  if (existing === undefined) configureProperty(mapper, key, new ColumnProperty([column]), true);
  else if (existing instanceof ColumnProperty)
    configureProperty(mapper, key, reconcile(mapper, key, existing, new ColumnProperty([column])), true);
  else
    throw new ArgumentError(
      `${mapper.name}.${key}: the column ${key} of ${mapper.localTable.description} and another attribute have the same name; map the column under another one`,
    );
}

/** A column that is declared again in a subclass: both are one attribute when the inheritance says that they are equal. */
function reconcile(mapper: Mapper, key: string, inherited: MapperProperty, own: ColumnProperty): ColumnProperty {
  if (mapper.concrete || !(inherited instanceof ColumnProperty)) return own;
  const mine = own.columns[0]!;
  if (inherited.columns.includes(mine)) return own;
  const theirs = inherited.columns[0]!;
  const equated = mapper.inheritSyncPairs.some(([from, to]) => from._identity === theirs._identity && to._identity === mine._identity);
  if (!equated && !theirs.sharesLineage(mine) && mapper.options.versionIdCol !== mine) {
    if (inherited.parent === mapper) {
      throw new InvalidRequestError(
        `${mapper.name}.${key} would be the columns ${tableOf(theirs)}.${theirs.name} and ${tableOf(mine)}.${mine.name} at once. ` +
          `Say that they are one: static ${key} = mappedColumn([${tableOf(theirs)}.c.${theirs.key}, ${tableOf(mine)}.c.${mine.key}]); ` +
          "or give one of them another attribute name",
      );
    }
    throw new InvalidRequestError(
      `${mapper.name}.${key} would combine the columns ${tableOf(theirs)}.${theirs.name} and ${tableOf(mine)}.${mine.name}, which the inheritance does not make equal; give one of them another attribute name`,
    );
  }
  const combined = inherited.copy();
  combined.columns.unshift(mine);
  return combined;
}

function tableOf(column: ColumnElement<unknown>): string {
  return (column as { table?: { description?: string } }).table?.description ?? "?";
}

/** Gives a mapper an attribute. `own`: it is declared here, not inherited. */
export function configureProperty(mapper: Mapper, key: string, prop: MapperProperty, own: boolean): void {
  if (own)
    checkAttributeName(mapper.name, key, prop instanceof ColumnProperty ? String(prop.columns[0]!.name) : null, isDeclarative(mapper));
  if (prop instanceof ColumnProperty) {
    for (const column of prop.columns) mapper.columnToProperty.set(column._identity, prop);
  }
  if (own) prop.setParent(mapper, key);
  mapper.props.set(key, prop);
  if (prop.isColumn || mapper.configured) prop.instrumentClass(mapper);
  defineOn(mapper, key, prop, own);
}

/** What a superclass has and a class with a table of its own has not: to use it is a mistake, since there is no column for it. */
function defineUnimplemented(mapper: Mapper, inherits: Mapper, key: string): void {
  const refuse = (): never => {
    throw new InvalidRequestError(
      `${mapper.name}.${key}: ${mapper.name} has a table of its own (concrete), which has nothing for ${inherits.name}.${key}; ` +
        `declare ${key} in ${mapper.name}, too`,
    );
  };
  const prototype = (mapper.class_ as { prototype: object }).prototype;
  if (Object.hasOwn(prototype, key)) return;
  Object.defineProperty(prototype, key, { get: refuse, set: refuse, configurable: true, enumerable: true });
  ours.add(refuse);
  Object.defineProperty(mapper.class_, key, { get: refuse, configurable: true });
}

/** Whether its base class is one of the library's, with members of its own. */
function isDeclarative(mapper: Mapper): boolean {
  return "mapTo" in mapper.class_;
}

function defineOn(mapper: Mapper, key: string, prop: MapperProperty, own: boolean): void {
  const prototype = (mapper.class_ as { prototype: object }).prototype;
  const existing = Object.getOwnPropertyDescriptor(prototype, key);
  if (existing !== undefined && !isAccessorOfOurs(existing)) {
    if (own) {
      throw new InvalidRequestError(
        `${mapper.name}.${key} is a mapped attribute, and the class has a method or accessor of the same name, which would hide it; rename one of them`,
      );
    }
    return;
  }
  prop.defineOn(prototype, mapper.name);
  ours.add(Object.getOwnPropertyDescriptor(prototype, key)!.get!);
}

const ours = new WeakSet<object>();

function isAccessorOfOurs(descriptor: PropertyDescriptor): boolean {
  return descriptor.get !== undefined && ours.has(descriptor.get);
}

function configurePrimaryKey(mapper: Mapper): void {
  const given = mapper.options.primaryKey;
  if (given != null && given.length > 0) mapper.primaryKey = given;
  else if (mapper.inherits !== null && !mapper.concrete) mapper.primaryKey = mapper.inherits.primaryKey;
  else {
    const mapped = mapper.columnToProperty;
    const from = mapper.persistSelectable;
    // in a join, a key that another one refers to counts once
    const keys = from._isTable ? ([...from._collection] as Column<unknown>[]).filter((c) => c.primaryKey) : [...from.primaryKey];
    mapper.primaryKey = keys.filter((column) => mapped.has(column._identity));
  }
  if (mapper.primaryKey.length === 0) throw noPrimaryKey(mapper);
  for (const column of mapper.primaryKey) {
    if (!mapper.columnToProperty.has(column._identity))
      throw new ArgumentError(
        `${mapper.name}: the column ${String(column.name)} of its primary key is no attribute, so that its rows could not be told apart`,
      );
  }
  for (const column of mapper.primaryKey) mapper.primaryKeySet.add(column);
  for (const table of mapper.tables) {
    for (const column of table._collection) if (column.primaryKey) mapper.primaryKeySet.add(column);
  }
  // the history of a primary key must know its old value
  for (const prop of new Set([...mapper.primaryKeySet].map((column) => mapper.columnToProperty.get(column)))) {
    const impl = prop === undefined ? undefined : mapper.classManager.impls.get(prop.key);
    if (impl !== undefined) impl.dispatch.activeHistory = true;
  }
}

function noPrimaryKey(mapper: Mapper): ArgumentError {
  const what = JSON.stringify(mapper.localTable.description);
  return new ArgumentError(
    mapper.localTable._isTable
      ? `${mapper.name} has no primary key: at least one column of ${what} needs { primaryKey: true }, so that the session can tell its rows apart. ` +
          "For a table or view that has none in the database, the mapping says which columns are unique together: { primaryKey: (cls) => [cls.…] }"
      : `${mapper.name} has no primary key: what it is mapped to, ${what}, has no column that is one. ` +
          "Say which columns tell its rows apart: { primaryKey: (cls) => [cls.…] }",
  );
}

function configurePolymorphicOn(mapper: Mapper): void {
  const given = mapper.options.polymorphicOn ?? null;
  if (given !== null) {
    const column = given._identity as ColumnElement<unknown>;
    const prop = mapper.columnToProperty.get(column);
    if (prop !== undefined) {
      mapper.polymorphicOn = prop.columns[0]!;
      mapper.polymorphicKey = prop.key;
    } else {
      mapper.polymorphicOn = column.name === null ? column.label("_athanor_polymorphic_on") : column;
    }
  } else if (mapper.inherits?.polymorphicOn != null && !mapper.concrete) {
    mapper.polymorphicOn = mapper.inherits.polymorphicOn;
    mapper.polymorphicKey = mapper.inherits.polymorphicKey;
  }
  const identity = mapper.options.polymorphicIdentity;
  mapper.polymorphicIdentity = identity;
  if (identity !== undefined) {
    const before = mapper.polymorphicMap.get(identity);
    if (before !== undefined && before !== mapper) {
      warn(`${mapper.name} takes the polymorphic identity ${String(identity)}, which ${before.name} has already`);
    }
    mapper.polymorphicMap.set(identity, mapper);
  } else if (mapper.inherits !== null && !mapper.concrete && mapper.baseMapper.polymorphicOn !== null && !mapper.polymorphicAbstract) {
    warn(
      `${mapper.name} has no polymorphicIdentity, although ${mapper.baseMapper.name} tells its subclasses apart by ${String(mapper.baseMapper.polymorphicOn.name)}; ` +
        "say { polymorphicIdentity: … }, or { polymorphicAbstract: true } for a class without objects of its own",
    );
  }
  if (mapper.polymorphicAbstract && mapper.polymorphicOn === null) {
    throw new InvalidRequestError(`${mapper.name}: polymorphicAbstract needs a hierarchy with polymorphicOn`);
  }
}

function configureVersion(mapper: Mapper): void {
  const { options, inherits } = mapper;
  mapper.versionIdCol = options.versionIdCol ?? (mapper.concrete ? null : inherits?.versionIdCol) ?? null;
  if (options.versionIdGenerator !== undefined) mapper.versionIdGenerator = options.versionIdGenerator;
  else if (options.versionIdCol == null && inherits !== null) mapper.versionIdGenerator = inherits.versionIdGenerator;
}
