import { ArgumentError, InvalidRequestError } from "../errors.ts";
import { clauseOf, expectExpression } from "../sql/base/coercions.ts";
import type { ColumnElement } from "../sql/elements/column-element.ts";
import type { Modifiers } from "../sql/operators/modifiers.ts";
import type { Operator } from "../sql/operators/operator.ts";
import { InstrumentedAttribute } from "../orm/attributes/instrumented-attribute.ts";
import { describeValue } from "../orm/attributes/class-manager.ts";
import type { ColumnProperty } from "../orm/mapping/column-property.ts";
import type { InspectedEntity } from "../orm/mapping/inspected-entity.ts";
import { defineDescriptor, ownerEntity } from "../orm/mapping/orm-descriptor.ts";
import { locateAttribute } from "../orm/mapping/pending-classes.ts";
import { type ClassScan, type Declaration, nextCreationOrder, SCAN } from "../orm/mapping/scan.ts";
import type { MAPPED } from "../orm/mapping/types.ts";
import type { Comparator } from "./comparator.ts";

/** The options of {@link hybridProperty}. */
export interface HybridOptions {
  /** Gives the SQL expression, of the class or of an alias; without it the getter is called with the class. */
  readonly expression?: (cls: never) => unknown;
  /** Gives an object that says what operators do, in place of an expression. */
  readonly comparator?: (cls: never) => Comparator;
  /** Gives the columns, and their values, that stand for a value in UPDATE and INSERT. */
  readonly updateExpression?: (cls: never, value: never) => Iterable<readonly [column: unknown, value: unknown]>;
  /** Puts the values of columns into a row of a bulk INSERT or UPDATE. */
  readonly bulkDml?: (cls: never, row: Record<string, unknown>, value: never) => void;
}

/** The options of a {@link hybridProperty} that can be set. */
export interface SettableHybridOptions<V, S = never> extends HybridOptions {
  readonly setter: (self: S, value: V) => void;
}

interface HybridDefinition extends HybridOptions {
  readonly getter: (self: never) => unknown;
  readonly setter?: ((self: never, value: never) => void) | undefined;
}

/**
 * An attribute that {@link hybridProperty} declares. On objects it is what the getter gives; on the class it is a SQL expression that
 * can stand wherever a column can.
 * @see https://docs.sqlalchemy.org/en/21/orm/extensions/hybrid.html
 */
export class HybridProperty<V, M extends boolean | "readonly" = "readonly"> extends InstrumentedAttribute<V> implements Declaration {
  static override readonly inheritCache: boolean = true;

  declare readonly [MAPPED]: M;
  /** @internal */
  readonly _creationOrder: number = nextCreationOrder();
  /** @internal */
  readonly _definition: HybridDefinition;
  /** the class or alias that it was asked of @internal */
  _owner: object | null = null;
  /** @internal */
  _comparator: Comparator | null = null;

  constructor(definition: HybridDefinition) {
    super();
    this._definition = definition;
  }

  /** Says what the static declares, when its class is mapped. */
  [SCAN](scan: ClassScan, key: string): void {
    const { getter, setter } = this._definition;
    (this as { key: string }).key = key;
    this._owner = scan.class_;
    scan.whenMapped((mapper) => {
      const name = `${mapper.name}.${key}`;
      defineDescriptor(mapper, key, this, {
        enumerable: true,
        get(this: object): unknown {
          return getter(this as never);
        },
        set(this: object, value: unknown): void {
          if (setter === undefined)
            throw new InvalidRequestError(
              `${name} cannot be set: the hybrid has no setter; give hybridProperty() the option { setter: (self, value) => … }`,
            );
          setter(this as never, value as never);
        },
      });
    });
  }

  /** @internal */
  _copyDeclaration(): HybridProperty<V, M> {
    return new HybridProperty<V, M>(this._definition);
  }

  /** @internal */
  _attributeOf(owner: object): HybridProperty<V, M> {
    const attribute = this._copyDeclaration();
    (attribute as { key: string }).key = this.key;
    attribute._owner = owner;
    return attribute;
  }

  private get owner(): object {
    if (this._owner === null) locateAttribute(this);
    return this._owner!;
  }

  override get _parententity(): InspectedEntity {
    const { owner } = this;
    return ownerEntity(owner) ?? ownerEntity(Object.getPrototypeOf(owner) as object)!;
  }

  override get class_(): object {
    return this.owner;
  }

  /** The property of the attribute that the expression is. @throws InvalidRequestError when it is no mapped attribute */
  override get property(): ColumnProperty {
    const made = this.make();
    if (made instanceof InstrumentedAttribute) return made.property;
    throw new InvalidRequestError(`${this.toString()} is a SQL expression, not a mapped attribute`);
  }

  override get _clause(): ColumnElement<V> {
    if (this._expression !== null) return this._expression;
    const entity = this._parententity;
    const made = this.make();
    if (clauseOf(made) === null) {
      throw new ArgumentError(
        `${this.toString()} gives ${describeValue(made)} for the class, which is no SQL expression; give hybridProperty() the option { expression: (cls) => … }`,
      );
    }
    const clause = expectExpression(made, `the expression of ${this.toString()}`)._annotate({ proxy_key: this.key, proxy_owner: entity });
    this._expression = clause._setPropagateAttrs({ compileStatePlugin: "orm", pluginSubject: entity }) as ColumnElement<V>;
    return this._expression;
  }

  /** What the program's function gives for the class. */
  private make(): unknown {
    const { getter, expression, comparator } = this._definition;
    const { owner } = this;
    if (comparator !== undefined) return this.comparator!.expression;
    if (expression !== undefined) return expression(owner as never);
    try {
      return getter(owner as never);
    } catch (error) {
      throw new InvalidRequestError(
        `${this.toString()} has no SQL expression: its getter fails for the class (${error instanceof Error ? error.message : String(error)}); ` +
          "give hybridProperty() the option { expression: (cls) => … }",
        { cause: error },
      );
    }
  }

  /** What says what operators do; null for a hybrid with an expression. */
  get comparator(): Comparator | null {
    const { comparator } = this._definition;
    if (comparator === undefined) return null;
    return (this._comparator ??= comparator(this.owner as never));
  }

  override operate(op: Operator, a?: unknown, b?: unknown, modifiers: Modifiers | null = null): ColumnElement<unknown> {
    return this.comparator === null ? super.operate(op, a, b, modifiers) : this.comparator.operate(op, a, b, modifiers);
  }

  override reverseOperate(op: Operator, other: unknown, modifiers: Modifiers | null = null): ColumnElement<unknown> {
    return this.comparator === null ? super.reverseOperate(op, other, modifiers) : this.comparator.reverseOperate(op, other, modifiers);
  }

  override adaptToEntity(entity: InspectedEntity): HybridProperty<V, M> {
    return this._attributeOf(entity.entity);
  }

  /** The name by which INSERT and UPDATE know it: it stands for columns of other names. @internal */
  get _dmlKey(): string {
    return this.key;
  }

  /** @internal */
  _updatePairs(owner: object, value: unknown): Iterable<readonly [column: unknown, value: unknown]> {
    const { updateExpression } = this._definition;
    if (updateExpression !== undefined) return updateExpression(owner as never, value as never);
    const made = this._attributeOf(owner).make();
    if (made instanceof InstrumentedAttribute) return [[made, value]];
    throw new InvalidRequestError(
      `${this.toString()} is a SQL expression, which cannot be given a value; give hybridProperty() the option { updateExpression: (cls, value) => [[cls.column, value]] }`,
    );
  }

  /** @internal */
  _bulkDml(owner: object, row: Record<string, unknown>): void {
    const { bulkDml } = this._definition;
    if (bulkDml === undefined) {
      throw new InvalidRequestError(
        `${this.toString()} stands in rows of a bulk INSERT or UPDATE, which cannot be evaluated; give hybridProperty() the option { bulkDml: (cls, row, value) => … }`,
      );
    }
    bulkDml(owner as never, row, row[this.key] as never);
  }

  /** "Film.title" */
  override toString(): string {
    return this._owner === null ? "a hybrid of a class that is not mapped yet" : `${this._parententity.mapper.name}.${this.key}`;
  }
}

/**
 * Declares an attribute that is computed from others: by the program on objects, by the database in statements.
 *
 * @param getter - gives the value on an object; declare of `self` what it reads, or say what it returns: `(self: User): string => …`
 * @param options - the SQL expression; what setting does; what an UPDATE sets
 * @see https://docs.sqlalchemy.org/en/21/orm/extensions/hybrid.html
 * @throws ArgumentError when the getter is no function
 * @example
 * static fullName = hybridProperty((self: { first: string; last: string }) => `${self.first} ${self.last}`, {
 *   expression: (cls: typeof User) => cls.first.concat(" ").concat(cls.last),
 * });
 * select(User).where(User.fullName.like("A%"));
 */
export function hybridProperty<V, S, T>(getter: (self: S) => V, options: SettableHybridOptions<NoInfer<V>, T>): HybridProperty<V, true>;
export function hybridProperty<V, S>(getter: (self: S) => V, options?: HybridOptions): HybridProperty<V>;
export function hybridProperty<V>(
  getter: (self: never) => V,
  options: Partial<SettableHybridOptions<V>> = {},
): HybridProperty<V, boolean | "readonly"> {
  if (typeof getter !== "function")
    throw new ArgumentError(
      `hybridProperty() takes a function of the object: hybridProperty((self) => …); it was given ${describeValue(getter)}`,
    );
  return new HybridProperty<V, boolean | "readonly">({ ...options, getter });
}
