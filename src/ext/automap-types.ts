import type { ForeignKeyConstraint } from "../sql/schema/foreign-key.ts";
import type { Table } from "../sql/schema/table.ts";
import type { LooseColumn } from "../sql/selectable/column-collection.ts";
import type { INSPECTED } from "../inspection.ts";
import type { Mapper } from "../orm/mapping/mapper.ts";
import type { CollectionClass } from "../orm/attributes/collection-class.ts";
import type { RelationshipDirection } from "../orm/relationship/direction.ts";
import type { Relationship } from "../orm/relationship/relationship.ts";
import type { RelationshipOptions } from "../orm/relationship/relationship-property.ts";

/** An object of a class that was made of a table at run time: what its attributes hold is not known to the types. */
export interface AutomapObject {
  [attribute: string]: unknown;
  /** Each attribute as a promise, loaded when it is not yet. */
  readonly awaitableAttrs: Readonly<Record<string, Promise<unknown>>>;
  /** The loaded attributes as a plain object. */
  toJSON(): Record<string, unknown>;
}

/** An attribute of such a class: a column, or a relationship; which of them is known at run time. */
export type AutomapAttribute = LooseColumn & Relationship<readonly AutomapClass[]>;

/** A class that was made of a table at run time. */
export type AutomapClass = {
  new (init?: Readonly<Record<string, unknown>>): AutomapObject;
  readonly prototype: AutomapObject;
  readonly [INSPECTED]?: Mapper;
  /** the attribute of a column of this name, which every function has as well: a class without such a column has its own name there */
  readonly name: AutomapAttribute;
  readonly length: AutomapAttribute;
} & { readonly [attribute: string]: AutomapAttribute };

/** What a class with relationships looks like to the functions that name them: one that was made, or one of the program's own. */
export interface MappedClass {
  readonly name: unknown;
  readonly prototype: object;
}

/** Gives a class its name; the table's name unless told. */
export type ClassnameForTable = (base: object, tableName: string, table: Table) => string;

/** Names a relationship from the foreign key. */
export type NameForRelationship = (
  base: object,
  localClassName: string,
  referredClassName: string,
  constraint: ForeignKeyConstraint,
) => string;

/** Makes a relationship; null for none. */
export type GenerateRelationship = (
  base: object,
  direction: RelationshipDirection,
  attrname: string,
  localClass: MappedClass,
  referredClass: MappedClass,
  options: RelationshipOptions,
) => Relationship<unknown, boolean> | null;

/** Options of `prepare()` of {@link automapBase}. */
export interface PrepareOptions {
  /** the schema to read; that of the MetaData unless told */
  readonly schema?: string | null;
  /** only these tables, by name or by what a function says; relationships lead to the classes of these alone */
  readonly only?: readonly string[] | ((name: string) => boolean);
  /** views as well; they are mapped where they have a primary key, by a class of the program */
  readonly views?: boolean;
  readonly classnameForTable?: ClassnameForTable;
  readonly nameForScalarRelationship?: NameForRelationship;
  readonly nameForCollectionRelationship?: NameForRelationship;
  readonly generateRelationship?: GenerateRelationship;
  /** of generated collections */
  readonly collectionClass?: CollectionClass;
}
