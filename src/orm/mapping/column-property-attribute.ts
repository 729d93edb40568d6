import { ArgumentError } from "../../errors.ts";
import type { Expression, INPUT } from "../../sql/base/expression.ts";
import { expectExpression } from "../../sql/base/coercions.ts";
import { ColumnClause } from "../../sql/elements/column-clause.ts";
import type { ColumnElement } from "../../sql/elements/column-element.ts";
import { Label } from "../../sql/elements/label.ts";
import { NULL } from "../../sql/elements/literals.ts";
import { describeValue } from "../attributes/class-manager.ts";
import { InstrumentedAttribute } from "../attributes/instrumented-attribute.ts";
import type { InspectedEntity } from "./inspected-entity.ts";
import { ColumnProperty } from "./column-property.ts";
import type { Mapper } from "./mapper.ts";
import { locateAttribute } from "./pending-classes.ts";
import type { Registry } from "./registry.ts";
import { type ClassScan, type Declaration, nextCreationOrder, SCAN } from "./scan.ts";
import type { HiddenMark } from "./hidden-attributes.ts";
import type { MAPPED } from "./types.ts";

/** The options of {@link columnProperty}. */
export interface ColumnPropertyAttributeOptions {
  readonly deferred?: boolean;
  readonly deferredGroup?: string;
  readonly deferredRaiseload?: boolean;
  readonly doc?: string;
}

/** An attribute that holds the value of an expression, read with the object and never written. */
export class ExpressionAttribute<V> extends InstrumentedAttribute<V> implements Declaration {
  static override readonly inheritCache: boolean = true;

  declare readonly [MAPPED]: "readonly";
  declare readonly [INPUT]: "generated";
  /** @internal */
  readonly _creationOrder: number = nextCreationOrder();
  /** @internal */
  readonly _make: (() => Expression<unknown>) | null;
  /** @internal */
  readonly _options: ColumnPropertyAttributeOptions;
  /** @internal */
  _registry: Registry | null = null;

  constructor(make: (() => Expression<unknown>) | null, options: ColumnPropertyAttributeOptions) {
    super();
    this._make = make;
    this._options = options;
  }

  /** Says what the static declares, when its class is mapped. */
  [SCAN](scan: ClassScan, key: string): void {
    this._registry = scan.registry;
    const { deferred, deferredGroup, deferredRaiseload, doc } = this._options;
    scan.whenMapped((mapper) => {
      // the expression may name classes that are defined later
      mapper._onConfigured(() => {
        const property = new ColumnProperty([this.makeExpression(mapper, key)], {
          deferred: deferred ?? deferredGroup !== undefined,
          group: deferredGroup ?? null,
          raiseload: deferredRaiseload ?? false,
          queryExpression: this._make === null,
          doc: doc ?? null,
        });
        mapper.addProperty(key, property);
        this._bindTo(mapper, property);
      });
    });
  }

  private makeExpression(mapper: Mapper, key: string): ColumnElement<unknown> {
    if (this._make === null) return (NULL as ColumnElement<unknown>).label(null);
    const expression = expectExpression(this._make(), `columnProperty() of ${mapper.name}.${key}`);
    if (expression instanceof Label) return expression;
    return expression._identity instanceof ColumnClause ? (expression._identity as ColumnElement<unknown>) : expression.label(null);
  }

  /** @internal */
  _copyDeclaration(): ExpressionAttribute<V> {
    return new ExpressionAttribute<V>(this._make, this._options);
  }

  override get property(): ColumnProperty {
    this.settle();
    return this._property!;
  }

  override get _parententity(): InspectedEntity {
    this.settle();
    return this._entity!;
  }

  private settle(): void {
    if (this._property !== null) return;
    if (this._registry === null) locateAttribute(this);
    this._registry!.configure();
  }
}

/**
 * Declares an attribute that holds the value of a SQL expression: computed by the database, read with the object.
 *
 * @param expression - a function, since the class is not complete yet
 * @see https://docs.sqlalchemy.org/en/21/orm/mapped_sql_expr.html#using-column-property
 * @throws ArgumentError when the argument is no function
 * @example static fullName = columnProperty(() => Author.first.concat(" ").concat(Author.last));
 */
export function columnProperty<V, const O extends ColumnPropertyAttributeOptions>(
  expression: () => Expression<V>,
  options?: O,
): ExpressionAttribute<V> & HiddenMark<O> {
  if (typeof expression !== "function") {
    throw new ArgumentError(
      `columnProperty() takes a function that gives an expression: columnProperty(() => Author.first.concat(Author.last)); it was given ${describeValue(expression)}`,
    );
  }
  return new ExpressionAttribute<V>(expression, options ?? {}) as ExpressionAttribute<V> & HiddenMark<O>;
}

/**
 * Declares an attribute whose value a query gives by the option `withExpression()`; it is null where the query gives none.
 * @see https://docs.sqlalchemy.org/en/21/orm/queryguide/columns.html#loading-arbitrary-sql-expressions-onto-objects
 * @example static score = queryExpression<number>();
 */
export function queryExpression<V>(): ExpressionAttribute<V | null> {
  return new ExpressionAttribute<V | null>(null, {});
}
