import type { CacheKey } from "../../sql/base/cache-key.ts";
import type { CompileArgs } from "../../sql/base/sql-dialect.ts";
import type { Compiled } from "../../sql/compiler/compiled.ts";
import type { SqlCompiler } from "../../sql/compiler/sql-compiler.ts";
import type { VisitOptions } from "../../sql/compiler/visit-options.ts";
import type { Annotations, ClauseElement } from "../../sql/elements/clause-element.ts";
import { ColumnElement } from "../../sql/elements/column-element.ts";
import type { Modifiers } from "../../sql/operators/modifiers.ts";
import type { Operator } from "../../sql/operators/operator.ts";
import { addComparatorMethods } from "../../sql/operators/type-comparator.ts";
import type { TypeEngine } from "../../sql/types/type-engine.ts";
import type { ColumnProperty } from "../mapping/column-property.ts";
import type { InspectedEntity } from "../mapping/inspected-entity.ts";
import type { Mapper } from "../mapping/mapper.ts";
import { locateAttribute } from "../mapping/pending-classes.ts";
import type { AttributeImpl } from "./attribute-impl.ts";

/**
 * A column attribute of a mapped class: `Film.title`. It stands in statements as the column that it is mapped to, and knows the
 * mapper (or the alias) that it belongs to.
 * @see https://docs.sqlalchemy.org/en/21/orm/internals.html#sqlalchemy.orm.InstrumentedAttribute
 */
export class InstrumentedAttribute<V> extends ColumnElement<V, "*"> {
  static override readonly inheritCache: boolean = true;

  // lives on the prototype: until the class is scanned an attribute knows nothing of itself
  /** the attribute's name */
  declare readonly key: string;
  declare readonly name: string;
  /** @internal */
  _entity: InspectedEntity | null = null;
  /** @internal */
  _property: ColumnProperty | null = null;
  /** @internal */
  _expression: ColumnElement<V> | null = null;

  /** Gives the attribute its place; the class has been scanned. @internal */
  _bindTo(entity: InspectedEntity, property: ColumnProperty): void {
    this._entity = entity;
    this._property = property;
    this._expression = null;
    setKey(this, property.key);
  }

  /** The mapper, or the alias, that it was taken from. */
  get parent(): InspectedEntity {
    return this._parententity;
  }

  /** @internal */
  get _parententity(): InspectedEntity {
    if (this._entity === null) locateAttribute(this);
    return this._entity!;
  }

  get property(): ColumnProperty {
    if (this._property === null) locateAttribute(this);
    return this._property!;
  }

  get class_(): object {
    return this._parententity.entity;
  }

  /** How it is read and changed on objects. @internal */
  get impl(): AttributeImpl {
    return this._parententity.mapper.classManager.getImpl(this.property.key);
  }

  /** The column as it stands in a statement. */
  get expression(): ColumnElement<V> {
    return this._clause;
  }

  override get _clause(): ColumnElement<V> {
    if (this._expression !== null) return this._expression;
    const entity = this._parententity;
    const property = this.property;
    const { key } = property;
    let expression: ColumnElement<unknown>;
    if (entity.isMapper) {
      expression = (entity as Mapper)
        ._adaptColumn(property.expression)
        ._annotate({ parententity: entity, parentmapper: entity, proxy_key: key })
        ._setPropagateAttrs({ compileStatePlugin: "orm", pluginSubject: entity });
    } else {
      expression = entity._adaptElement(property.expression, key);
    }
    this._expression = expression as ColumnElement<V>;
    return this._expression;
  }

  /** The same attribute of an alias. @internal */
  adaptToEntity(entity: InspectedEntity): InstrumentedAttribute<V> {
    const copy = new InstrumentedAttribute<V>();
    copy._bindTo(entity, this.property);
    const comparator = this.property.columns[0]!.type._comparator();
    if (comparator !== null) addComparatorMethods(copy as InstrumentedAttribute<unknown>, comparator);
    return copy;
  }

  // ------------------------------------------------------------ as a column: everything is the column's affair

  get type(): TypeEngine<V> {
    return this._clause.type;
  }

  override get _identity(): ClauseElement {
    return this._clause._identity;
  }

  override get _roles(): number {
    return this._clause._roles;
  }

  override get _isStar(): boolean {
    return false;
  }

  override get description(): string | null {
    return this._clause.description;
  }

  override operate(op: Operator, a?: unknown, b?: unknown, modifiers: Modifiers | null = null): ColumnElement<unknown> {
    return this._clause.operate(op, a, b, modifiers);
  }

  override reverseOperate(op: Operator, other: unknown, modifiers: Modifiers | null = null): ColumnElement<unknown> {
    return this._clause.reverseOperate(op, other, modifiers);
  }

  override accept(compiler: SqlCompiler, options: VisitOptions): string {
    return this._clause.accept(compiler, options);
  }

  override selfGroup(against?: Operator): ClauseElement {
    return this._clause.selfGroup(against);
  }

  override _bindParam(op: Operator | null, value: unknown, type: TypeEngine<unknown> | null = null, expanding = false): ClauseElement {
    return this._clause._bindParam(op, value, type, expanding);
  }

  override _annotate(values: Annotations): this {
    return this._clause._annotate(values) as unknown as this;
  }

  override _cacheKey(key: CacheKey): void {
    this._clause._cacheKey(key);
  }

  override compare(other: ClauseElement): boolean {
    return this._clause.compare(other);
  }

  override compile(args: CompileArgs = {}): Compiled {
    return this._clause.compile(args);
  }

  /** "Film.title" */
  override toString(): string {
    return this._entity === null && this._property === null
      ? "an attribute of a class that is not mapped yet"
      : `${this._parententity.mapper.name}.${this.key}`;
  }
}

function setKey(attribute: InstrumentedAttribute<unknown>, key: string): void {
  (attribute as { key: string }).key = key;
}

// accessors of the prototype, since the base class has these as properties
const delegated = ["name", "primaryKey", "foreignKeys", "_proxies", "table", "_fromObjects"] as const;
for (const name of delegated) {
  Object.defineProperty(InstrumentedAttribute.prototype, name, {
    configurable: true,
    get(this: InstrumentedAttribute<unknown>): unknown {
      return (this._clause as unknown as Record<string, unknown>)[name];
    },
  });
}

// an attribute asked for its name before its class is scanned has the class scanned
Object.defineProperty(InstrumentedAttribute.prototype, "key", {
  configurable: true,
  get(this: InstrumentedAttribute<unknown>): string {
    return this.property.key;
  },
  set(this: InstrumentedAttribute<unknown>, key: string) {
    Object.defineProperty(this, "key", { value: key, writable: true, configurable: true, enumerable: true });
  },
});
