import type { ColumnElement } from "../../sql/elements/column-element.ts";
import { Column } from "../../sql/schema/column.ts";
import type { AttributeImpl } from "../attributes/attribute-impl.ts";
import { ScalarAttributeImpl } from "../attributes/scalar-impl.ts";
import type { Mapper } from "./mapper.ts";
import { MapperProperty } from "./mapper-property.ts";

/** The method by which a type takes part in the attributes of its columns, as types of mutable values do. */
export const INSTRUMENT: unique symbol = Symbol.for("athanor.instrument") as never;

/** A type that takes part in the attributes of its columns. */
export interface InstrumentingType {
  /** Called with the attribute of each class that has a column of the type. */
  [INSTRUMENT](impl: AttributeImpl): void;
}

/** What a mapped column may say beside its column. */
export interface ColumnPropertyOptions {
  readonly deferred?: boolean;
  /** deferred columns of one group are loaded together */
  readonly group?: string | null;
  readonly raiseload?: boolean;
  /** the old value must be known when the attribute is set (primary keys always) */
  readonly activeHistory?: boolean;
  /** filled by `withExpression()` only */
  readonly queryExpression?: boolean;
  readonly doc?: string | null;
}

/**
 * An attribute that holds the value of a column or of an expression. Joined inheritance gives it several columns that are equal,
 * the one of the class's own table first.
 * @see https://docs.sqlalchemy.org/en/21/orm/mapping_columns.html
 */
export class ColumnProperty extends MapperProperty {
  /** Columns of tables or expressions; unannotated. */
  columns: ColumnElement<unknown>[];
  deferred: boolean;
  group: string | null;
  raiseload: boolean;
  activeHistory: boolean;
  readonly isQueryExpression: boolean;

  constructor(columns: readonly ColumnElement<unknown>[], options: ColumnPropertyOptions = {}) {
    super();
    this.columns = [...columns];
    this.deferred = options.deferred ?? options.queryExpression ?? false;
    this.group = options.group ?? null;
    this.raiseload = options.raiseload ?? false;
    this.activeHistory = options.activeHistory ?? false;
    this.isQueryExpression = options.queryExpression ?? false;
    this.doc = options.doc ?? null;
  }

  override get isColumn(): boolean {
    return true;
  }

  override get strategyKey(): string {
    return this.isQueryExpression ? "queryExpression" : this.deferred ? "deferred" : "column";
  }

  /** The column that SELECT reads. */
  get expression(): ColumnElement<unknown> {
    return this.columns[0]!;
  }

  /** Whether its value is written: it is a column of a table, not an expression. */
  get isWritable(): boolean {
    return this.columns[0] instanceof Column;
  }

  /** Whether its value is computed by an expression: it is no column of what the class is mapped to. */
  get isComputed(): boolean {
    return this.isQueryExpression || (this.columns[0] as { readonly table?: unknown }).table == null;
  }

  /** A copy for a class that inherits, so that columns of its own table can be put before the others. */
  copy(): ColumnProperty {
    const copy = new ColumnProperty(this.columns, {
      deferred: this.deferred,
      group: this.group,
      raiseload: this.raiseload,
      activeHistory: this.activeHistory,
      queryExpression: this.isQueryExpression,
      doc: this.doc,
    });
    return copy;
  }

  override instrumentClass(mapper: Mapper): void {
    const column = this.columns[0]!;
    const impl = new ScalarAttributeImpl(mapper.classManager, this.key, {
      deferred: this.deferred,
      sendModifiedEvents: this.isWritable,
      isEqual: (a, b) => column.type.compareValues(a as never, b as never),
      activeHistory: this.activeHistory || mapper.primaryKeySet.has(column) || mapper.versionIdCol === column,
      acceptsScalarLoader: !this.isQueryExpression,
      knownAsNull: this.isQueryExpression,
      parentToken: mapper.inherits?.classManager.impls.get(this.key)?.parentToken ?? null,
    });
    mapper.classManager.addImpl(impl);
    // a type that is yet to come from a foreign key is no such type
    const type = column instanceof Column ? (column as Column<unknown>)._ownType : null;
    (type as Partial<InstrumentingType> | null)?.[INSTRUMENT]?.(impl);
  }
}
