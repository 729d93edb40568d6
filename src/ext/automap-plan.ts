import { ArgumentError } from "../errors.ts";
import { ForeignKeyConstraint } from "../sql/schema/foreign-key.ts";
import type { Table } from "../sql/schema/table.ts";
import { and } from "../sql/elements/constructors.ts";
import type { ColumnElement } from "../sql/elements/column-element.ts";
import type { Mapper } from "../orm/mapping/mapper.ts";
import type { RelationshipDirection } from "../orm/relationship/direction.ts";
import type { RelationshipOptions, RelationshipProperty } from "../orm/relationship/relationship-property.ts";
import { nameForCollectionRelationship, nameForScalarRelationship } from "./automap-naming.ts";
import type { NameForRelationship, PrepareOptions } from "./automap-types.ts";

/** One side of a relationship that is to be made. */
export interface PlannedSide {
  readonly mapper: Mapper;
  readonly target: Mapper;
  readonly direction: RelationshipDirection;
  name: string;
  /** the name where the first one is taken; null where the program gave it, and must give another */
  readonly fallback: string | null;
  readonly options: RelationshipOptions;
  readonly constraint: ForeignKeyConstraint;
  /** the program has declared it */
  declared: RelationshipProperty | null;
}

/** Both sides. */
export type PlannedPair = readonly [PlannedSide, PlannedSide];

/** A table that only connects two others: nothing but two foreign keys. */
export function connecting(table: Table): readonly [ForeignKeyConstraint, ForeignKeyConstraint] | null {
  const constraints = keysOf(table);
  if (constraints.length !== 2) return null;
  const inKeys = new Set<unknown>(constraints.flatMap((constraint) => constraint.elements.map((element) => element.parent)));
  return table._schemaColumns.every((column) => inKeys.has(column)) ? (constraints as never) : null;
}

function keysOf(table: Table): ForeignKeyConstraint[] {
  return table._sortedConstraints.filter((constraint) => constraint instanceof ForeignKeyConstraint);
}

const columnNames = (constraint: ForeignKeyConstraint): string => constraint.elements.map((element) => element.parent!.name).join("_");

/** The relationships that the foreign keys of a table stand for. */
export function planForeignKeys(
  base: object,
  mapper: Mapper,
  byTable: ReadonlyMap<Table, Mapper>,
  options: PrepareOptions,
  done: WeakSet<ForeignKeyConstraint>,
): PlannedPair[] {
  const pairs: PlannedPair[] = [];
  for (const constraint of keysOf(mapper.localTable as unknown as Table)) {
    const referred = constraint.elements[0]!._referredTable();
    const target = referred === null ? undefined : byTable.get(referred);
    // the key of a subclass's table leads to its superclass's
    if (target === undefined || done.has(constraint) || (target !== mapper && mapper.isa(target))) continue;
    done.add(constraint);
    const columns = constraint.elements.map((element) => element.parent!);
    const remote = constraint.elements.map((element) => element.column as ColumnElement<unknown>);
    const nullable = columns.every((column) => column.nullable);
    const ondelete = constraint.ondelete?.toLowerCase() ?? null;
    pairs.push([
      side(
        base,
        mapper,
        target,
        "MANYTOONE",
        constraint,
        options.nameForScalarRelationship ?? nameForScalarRelationship,
        options,
        `by_${columnNames(constraint)}`,
        {
          foreignKeys: () => columns,
          remoteSide: () => remote,
        },
      ),
      side(
        base,
        target,
        mapper,
        "ONETOMANY",
        constraint,
        options.nameForCollectionRelationship ?? nameForCollectionRelationship,
        options,
        `by_${columnNames(constraint)}`,
        {
          foreignKeys: () => columns,
          ...(nullable ? null : { cascade: "all, delete-orphan" }),
          ...(ondelete === (nullable ? "set null" : "cascade") ? { passiveDeletes: true } : null),
          ...(options.collectionClass === undefined ? null : { collectionClass: options.collectionClass }),
        },
      ),
    ]);
  }
  return pairs;
}

/** The relationships that go by way of a table. */
export function planConnecting(
  base: object,
  table: Table,
  keys: readonly [ForeignKeyConstraint, ForeignKeyConstraint],
  byTable: ReadonlyMap<Table, Mapper>,
  options: PrepareOptions,
): PlannedPair | null {
  const [first, second] = keys;
  const mappers = keys.map((key) => byTable.get(key.elements[0]!._referredTable()!));
  const [left, right] = mappers;
  if (left === undefined || right === undefined) return null;
  const name = options.nameForCollectionRelationship ?? nameForCollectionRelationship;
  const join = (key: ForeignKeyConstraint) => (): unknown =>
    and(...key.elements.map((one) => (one.column as ColumnElement<unknown>).eq(one.parent! as never)));
  const shared = { secondary: table, ...(options.collectionClass === undefined ? null : { collectionClass: options.collectionClass }) };
  return [
    side(base, left, right, "MANYTOMANY", first, name, options, `by_${table.name}_${columnNames(first)}`, {
      ...shared,
      primaryjoin: join(first),
      secondaryjoin: join(second),
    }),
    side(base, right, left, "MANYTOMANY", second, name, options, `by_${table.name}_${columnNames(second)}`, {
      ...shared,
      primaryjoin: join(second),
      secondaryjoin: join(first),
    }),
  ];
}

function side(
  base: object,
  mapper: Mapper,
  target: Mapper,
  direction: RelationshipDirection,
  constraint: ForeignKeyConstraint,
  naming: NameForRelationship,
  given: PrepareOptions,
  suffix: string,
  options: RelationshipOptions,
): PlannedSide {
  const name = naming(base, mapper.name, target.name, constraint);
  const isOurs =
    direction === "MANYTOONE" ? given.nameForScalarRelationship === undefined : given.nameForCollectionRelationship === undefined;
  return { mapper, target, direction, name, fallback: isOurs ? `${name}_${suffix}` : null, options, constraint, declared: null };
}

/**
 * Gives each relationship a name of its own. Where several would have one, or a column has it, all of them are named after their columns.
 * @throws ArgumentError where the program's functions give a name twice
 */
export function settleNames(pairs: readonly PlannedPair[]): void {
  const wanted = new Map<string, PlannedSide[]>();
  const id = (each: PlannedSide): string => `${each.mapper.name}.${each.name}`;
  const all = pairs.flat();
  for (const each of all) {
    each.declared = declaredFor(each, all);
    if (each.declared !== null) {
      each.name = each.declared.key;
      continue;
    }
    wanted.set(id(each), [...(wanted.get(id(each)) ?? []), each]);
  }
  for (const sides of wanted.values()) {
    const [first] = sides as [PlannedSide];
    const known = first.mapper.props.get(first.name);
    if (sides.length === 1 && known === undefined) continue;
    for (const each of sides) {
      if (each.fallback === null || each.mapper.props.has(each.fallback)) throw taken(each, known !== undefined);
      each.name = each.fallback;
    }
  }
}

/** The relationship that the program has declared: the one of that name, or the only one to the class where one foreign key alone leads there. */
function declaredFor(each: PlannedSide, all: readonly PlannedSide[]): RelationshipProperty | null {
  const candidates = each.mapper.relationships.filter(
    (prop) => prop.parent === each.mapper && prop.mapper === each.target && prop.uselist === (each.direction !== "MANYTOONE"),
  );
  const named = candidates.find((prop) => prop.key === each.name);
  if (named !== undefined) return named;
  const rivals = all.filter((other) => other.mapper === each.mapper && other.target === each.target && other.direction === each.direction);
  return rivals.length === 1 && candidates.length === 1 ? candidates[0]! : null;
}

function taken(each: PlannedSide, isAttribute: boolean): ArgumentError {
  const option = each.direction === "MANYTOONE" ? "nameForScalarRelationship" : "nameForCollectionRelationship";
  return new ArgumentError(
    `${each.mapper.name}.${each.name}: ${isAttribute ? "the class has an attribute of that name already" : "several relationships would have that name"}, among them the one for the ` +
      `foreign key (${each.constraint.elements.map((element) => element.parent!.name).join(", ")}) of the table ${JSON.stringify(each.constraint.table.name)}. ` +
      `Have ${option} give another name`,
  );
}
