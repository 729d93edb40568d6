import type { Column } from "../../sql/schema/column.ts";
import type { ValidatesDeclaration } from "../attributes/validates.ts";
import type { ColumnProperty } from "./column-property.ts";
import type { MapperProperty } from "./mapper-property.ts";
import type { Mapper } from "./mapper.ts";
import type { Registry } from "./registry.ts";

/** The method by which a static of a class says what it declares. */
export const SCAN: unique symbol = Symbol.for("athanor.scan") as never;

/** A static of a class that declares something: columns, relationships, composites, hybrids, … */
export interface Declaration {
  [SCAN](scan: ClassScan, key: string): void;
  /** numbered in the order in which declarations are made @internal */
  readonly _creationOrder?: number;
  /** a declaration that is used by several classes (a mixin's) is copied for each */
  _copyDeclaration?(): Declaration;
}

/** A static that must know the mapper and the name under which it was declared. */
export interface BoundAttribute {
  _bindTo(mapper: Mapper, property: MapperProperty): void;
}

/** What a class declares, as it is read from its statics. */
export interface ClassScan {
  readonly class_: object;
  readonly name: string;
  readonly registry: Registry;
  /** The name of a column whose attribute has this name. */
  columnName(key: string): string;
  addColumn(key: string, column: Column<unknown>, property: ColumnProperty, sortOrder: number): void;
  /** An attribute of one or more columns that exist: of the table, join or subquery that the class is mapped to. */
  addExistingColumn(key: string, property: ColumnProperty): void;
  addProperty(key: string, property: MapperProperty): void;
  /** Tells an attribute its mapper, once that is made. */
  bind(key: string, attribute: BoundAttribute): void;
  addValidator(declaration: ValidatesDeclaration): void;
  /** Runs once the mapper is made. */
  whenMapped(fn: (mapper: Mapper) => void): void;
}

/** Whether a static declares something. */
export function isDeclaration(value: unknown): value is Declaration {
  return ((typeof value === "object" && value !== null) || typeof value === "function") && SCAN in value;
}

let made = 0;

/** The number of a declaration. */
export function nextCreationOrder(): number {
  made += 1;
  return made;
}
