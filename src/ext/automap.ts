import { ArgumentError } from "../errors.ts";
import type { Connection } from "../engine/connection.ts";
import type { Engine } from "../engine/engine.ts";
import { Inspector } from "../engine/reflection/inspector.ts";
import { type EntityClass, ownManager } from "../orm/attributes/class-manager.ts";
import { type DeclarativeBase, declarativeBase, type DeclarativeBaseOptions } from "../orm/mapping/declarative.ts";
import { mappedColumn } from "../orm/mapping/mapped-column.ts";
import type { Mapper } from "../orm/mapping/mapper.ts";
import { ensureScanned } from "../orm/mapping/pending-classes.ts";
import { isReservedName } from "../orm/mapping/reserved-names.ts";
import type { RelationshipProperty } from "../orm/relationship/relationship-property.ts";
import type { ForeignKeyConstraint } from "../sql/schema/foreign-key.ts";
import type { Table } from "../sql/schema/table.ts";
import { classnameForTable as tableName, generateRelationship as generate } from "./automap-naming.ts";
import { connecting, planConnecting, planForeignKeys, type PlannedPair, type PlannedSide, settleNames } from "./automap-plan.ts";
import type { AutomapClass, PrepareOptions } from "./automap-types.ts";
import { collectingBase, keeping } from "./deferred-reflection.ts";
import { readDeclared } from "./read-declared.ts";

/** The classes of tables by name: those that were made, and those of the program. */
export interface AutomapClasses {
  readonly [name: string]: AutomapClass;
}

/** A base whose classes are made of the tables of a database. */
export interface AutomapBase extends DeclarativeBase {
  /** the classes that `prepare()` has mapped, by their names */
  readonly classes: AutomapClasses;
  /**
   * Reads tables, makes classes of those that no class of the program is mapped to, and relationships of their foreign keys. It may be called again, for
   * another schema.
   * @param bind - an engine or a connection; null takes the tables that the MetaData has
   * @param options - which tables, and how classes and relationships are named and made
   * @throws ArgumentError when two classes, or two attributes of a class, would have one name
   * @throws InvalidRequestError when a class of the program declares a column that its table has not
   */
  prepare(bind: Engine | Connection | null, options?: PrepareOptions): Promise<void>;
}

/**
 * Makes a base for classes that follow from the tables of a database, with relationships between them. Classes of the program that extend the base are taken
 * up: they have what they declare, and what the database has beside.
 *
 * @param base - options of the base, or a base that there is already
 * @see https://docs.sqlalchemy.org/en/21/orm/extensions/automap.html
 * @example
 * const Base = automapBase();
 * await Base.prepare(engine);
 * const film = await session.scalars(select(Base.classes["film"]!)).first();
 */
export function automapBase(base: DeclarativeBaseOptions | DeclarativeBase = {}): AutomapBase {
  const above = typeof base === "function" ? base : declarativeBase(base);
  const waiting = collectingBase(above, "automapBase()", "await Base.prepare(engine)");
  const classes = Object.create(null) as Record<string, AutomapClass>;
  const mappers = new Map<Table, Mapper>();
  const done = new WeakSet<ForeignKeyConstraint>();
  const joined = new WeakSet<Table>();
  const Base = waiting.base as AutomapBase;

  const note = (class_: EntityClass): void => {
    ensureScanned(class_);
    const { mapper } = ownManager(class_)!;
    const known = classes[mapper.name];
    if (known !== undefined && known !== (class_ as unknown)) {
      throw new ArgumentError(
        `Two classes would be called ${mapper.name}: one of the table ${JSON.stringify(mapper.localTable.description)} is the second. Have classnameForTable give another name`,
      );
    }
    classes[mapper.name] = class_ as unknown as AutomapClass;
    if (mapper.localTable._isTable && !mapper.single) mappers.set(mapper.localTable as unknown as Table, mapper);
  };

  const prepare = async (bind: Engine | Connection | null, options: PrepareOptions = {}): Promise<void> => {
    const entries = waiting.take();
    const { metadata } = Base;
    await keeping(waiting, entries, async () => {
      if (bind === null) {
        for (const entry of entries) await entry.readColumns([], async () => {});
        for (const entry of entries) entry.registry._pending.add(entry);
        return;
      }
      const inspector = new Inspector(bind);
      await readDeclared(inspector, entries);
      const { schema, only, views } = options;
      await metadata.reflect(bind, {
        ...(schema === undefined ? null : { schema }),
        ...(only === undefined ? null : { only: typeof only === "function" ? (name: string) => only(name) : only }),
        ...(views === undefined ? null : { views }),
      });
    });
    for (const entry of entries) note(entry.class_);
    const between: [Table, readonly [ForeignKeyConstraint, ForeignKeyConstraint]][] = [];
    for (const table of metadata.tables.values()) {
      if (mappers.has(table) || !isChosen(table, options)) continue;
      const keys = connecting(table);
      if (keys !== null) between.push([table, keys]);
      else if ([...table.primaryKey].length > 0)
        note(classOf(Base, (options.classnameForTable ?? tableName)(Base, table.name, table), table));
    }
    const pairs: PlannedPair[] = [];
    for (const mapper of mappers.values()) pairs.push(...planForeignKeys(Base, mapper, mappers, options, done));
    for (const [table, keys] of between) {
      const pair = joined.has(table) ? null : planConnecting(Base, table, keys, mappers, options);
      if (pair === null) continue;
      joined.add(table);
      pairs.push(pair);
    }
    settleNames(pairs);
    for (const pair of pairs) connect(Base, pair, options);
  };

  Object.defineProperty(Base, "classes", { value: classes, configurable: true });
  Object.defineProperty(Base, "prepare", { value: prepare, configurable: true });
  return Base;
}

function isChosen(table: Table, { schema, only }: PrepareOptions): boolean {
  if (schema !== undefined && table.schema !== schema) return false;
  return only === undefined || (typeof only === "function" ? only(table.name) : only.includes(table.name));
}

/** A class for a table. Columns with names that classes have already get a `_` behind. */
function classOf(base: AutomapBase, name: string, table: Table): EntityClass {
  const above = base as unknown as new (init?: object) => object;
  const made = { [name]: class extends above {} }[name]! as unknown as EntityClass & { mapTo(table: Table): Table };
  const from = made.mapTo(table);
  for (const column of table._schemaColumns) {
    if (!isReservedName(column.key)) continue;
    Object.defineProperty(made, `${column.key}_`, { value: mappedColumn(column), configurable: true, writable: true, enumerable: true });
  }
  Object.defineProperty(made, "table", { value: from, configurable: true, writable: true });
  return made;
}

/** Makes both sides of a relationship, as far as the program has not declared them and wants them. */
function connect(base: object, [one, other]: PlannedPair, options: PrepareOptions): void {
  const make = (each: PlannedSide, opposite: string | null) =>
    each.declared !== null
      ? null
      : (options.generateRelationship ?? generate)(base, each.direction, each.name, classFor(each.mapper), classFor(each.target), {
          ...each.options,
          ...(opposite === null ? null : { backPopulates: opposite }),
        });
  let first = make(one, other.name);
  let second = make(other, one.name);
  // what is not wanted cannot be kept in step
  if (first === null && one.declared === null) second = make(other, null);
  if (second === null && other.declared === null) first = make(one, null);
  if (first !== null) one.mapper.addProperty(one.name, first);
  if (second !== null) other.mapper.addProperty(other.name, second);
  for (const [each, opposite] of [
    [one, other],
    [other, one],
  ] as const) {
    if (each.declared !== null && opposite.declared === null) pairWith(each.declared, opposite);
  }
}

/** A relationship of the program's own learns of the other side, which was made for it. */
function pairWith(declared: RelationshipProperty, opposite: PlannedSide): void {
  if (declared.backPopulates === null && opposite.mapper.props.has(opposite.name)) declared.backPopulates = opposite.name;
}

function classFor(mapper: Mapper): { readonly name: unknown; readonly prototype: object } {
  return mapper.class_ as unknown as { readonly name: unknown; readonly prototype: object };
}
