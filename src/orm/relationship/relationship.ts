import { ArgumentError } from "../../errors.ts";
import { clauseSymbol } from "../../sql/base/coercions.ts";
import { joinTargetSymbol } from "../../sql/selectable/select.ts";
import { type CacheKey, type HasCacheKey, identityNumber } from "../../sql/base/cache-key.ts";
import type { Expression, RELATED } from "../../sql/base/expression.ts";
import type { ClauseElement } from "../../sql/elements/clause-element.ts";
import type { MeanOf } from "../../sql/functions/known-functions.ts";
import type { ColumnElement } from "../../sql/elements/column-element.ts";
import { describeValue } from "../attributes/class-manager.ts";
import { hideAttribute, type HiddenMark } from "../mapping/hidden-attributes.ts";
import type { InspectedEntity } from "../mapping/inspected-entity.ts";
import { locateAttribute } from "../mapping/pending-classes.ts";
import { type BoundAttribute, type ClassScan, type Declaration, nextCreationOrder, SCAN } from "../mapping/scan.ts";
import type { MAPPED, NULLABLE, RelatedInstance } from "../mapping/types.ts";
import type { KEYED, ORDERED } from "../attributes/collection-class.ts";
import * as aggregate from "./aggregates.ts";
import * as comparator from "./comparator.ts";
import { type RelationshipOptions, RelationshipProperty } from "./relationship-property.ts";

/** A condition on the related objects: an expression, or values by attribute name. */
export type RelatedCriterion<C> =
  | Expression<boolean | null>
  | ClauseElement
  | { readonly [K in keyof RelatedInstance<C>]?: RelatedInstance<C>[K] | null };

/**
 * A relationship attribute of a mapped class: `Film.characters`. It can be joined along, named in loader options, and compared.
 * @see https://docs.sqlalchemy.org/en/21/orm/internals.html#sqlalchemy.orm.PropComparator
 */
export class Relationship<C, N = false> implements Declaration, HasCacheKey {
  declare readonly [MAPPED]: "relationship";
  declare readonly [RELATED]: C;
  declare readonly [NULLABLE]: N;
  /** a join along the relationship: the statement asks for its target and its conditions @internal */
  declare readonly [joinTargetSymbol]: true;

  /** @internal */
  readonly _creationOrder: number = nextCreationOrder();
  /** @internal */
  readonly _argument: () => unknown;
  /** @internal */
  readonly _options: RelationshipOptions;
  /** @internal */
  _entity: InspectedEntity | null = null;
  /** @internal */
  _property: RelationshipProperty | null = null;
  /** the alias or subclass that `ofType()` named @internal */
  _ofType: InspectedEntity | null = null;
  /** what `and()` added @internal */
  _extraCriteria: readonly ColumnElement<unknown>[] = [];

  constructor(argument: () => unknown, options: RelationshipOptions) {
    this._argument = argument;
    this._options = options;
  }

  /** Says what the static declares, when its class is mapped. */
  [SCAN](scan: ClassScan, key: string): void {
    scan.addProperty(key, new RelationshipProperty(this._argument, this._options));
    scan.bind(key, this as unknown as BoundAttribute);
    if (this._options.hidden === true) scan.whenMapped((mapper) => hideAttribute(mapper, key));
  }

  /** @internal */
  _copyDeclaration(): Relationship<C, N> {
    return new Relationship<C, N>(this._argument, this._options);
  }

  /** @internal */
  _bindTo(entity: InspectedEntity, property: RelationshipProperty): void {
    this._entity = entity;
    this._property = property;
  }

  /** The name of the attribute. */
  get key(): string {
    return this.rawProperty.key;
  }

  /** @internal */
  get _parententity(): InspectedEntity {
    if (this._entity === null) locateAttribute(this);
    return this._entity!;
  }

  /** The mapper, or the alias, that it was taken from. */
  get parent(): InspectedEntity {
    return this._parententity;
  }

  private get rawProperty(): RelationshipProperty {
    if (this._property === null) locateAttribute(this);
    return this._property!;
  }

  /** What the mapper knows of it; every class is configured. */
  get property(): RelationshipProperty {
    const property = this.rawProperty;
    if (!property._configured) property.parent.registry.configure();
    return property;
  }

  /** The mapper or alias on the other side. */
  get entity(): InspectedEntity {
    return this._ofType ?? this.property.entity;
  }

  private copy(entity: InspectedEntity, ofType: InspectedEntity | null, extra: readonly ColumnElement<unknown>[]): Relationship<C, N> {
    const copy = new Relationship<C, N>(this._argument, this._options);
    copy._entity = entity;
    copy._property = this.rawProperty;
    copy._ofType = ofType;
    copy._extraCriteria = extra;
    return copy;
  }

  /** The same attribute of an alias. @internal */
  adaptToEntity(entity: InspectedEntity): Relationship<C, N> {
    return this.copy(entity, this._ofType, this._extraCriteria);
  }

  /**
   * The same relationship to an alias or a subclass of the target.
   * @throws ArgumentError when it is neither
   * @example select(Node).join(Node.children.ofType(Child))
   */
  ofType<T extends object>(target: T): Relationship<C extends readonly unknown[] ? [T] : T, N> {
    return this.copy(this._parententity, comparator.entityArgument(this as never, target), this._extraCriteria) as never;
  }

  /** Further criteria for the ON clause of a join or the WHERE of a load along this relationship. */
  and(...criteria: readonly (Expression<boolean | null> | ClauseElement)[]): Relationship<C, N> {
    const added = criteria.map((criterion) => comparator.criterionArgument(this as never, criterion));
    return this.copy(this._parententity, this._ofType, [...this._extraCriteria, ...added]);
  }

  /** EXISTS: some related object meets the criterion (any at all, without one). For collections. */
  any(criterion?: RelatedCriterion<C>, values?: Readonly<Record<string, unknown>>): ColumnElement<boolean, never> {
    return comparator.any(this as never, criterion, values) as never;
  }

  /** EXISTS: the related object meets the criterion (is there at all, without one). For references to one object. */
  has(criterion?: RelatedCriterion<C>, values?: Readonly<Record<string, unknown>>): ColumnElement<boolean, never> {
    return comparator.has(this as never, criterion, values) as never;
  }

  /**
   * How many related objects there are (that meet the criterion): a subquery for each row. For collections.
   * @example select(Film).orderBy(desc(Film.characters.count()))
   */
  count(criterion?: RelatedCriterion<C>): ColumnElement<number, never> {
    return aggregate.count(this as never, criterion);
  }

  /** The sum of a value of the related objects (that meet the criterion); NULL where there are none. For collections. */
  sum<V>(value: Expression<V>, criterion?: RelatedCriterion<C>): ColumnElement<V | null, never> {
    return aggregate.of(this as never, "sum", value, criterion) as never;
  }

  /** The mean of a value of the related objects (that meet the criterion); NULL where there are none. For collections. */
  avg<V>(value: Expression<V>, criterion?: RelatedCriterion<C>): ColumnElement<MeanOf<NonNullable<V>> | null, never> {
    return aggregate.of(this as never, "avg", value, criterion) as never;
  }

  /** The least value of the related objects (that meet the criterion); NULL where there are none. For collections. */
  min<V>(value: Expression<V>, criterion?: RelatedCriterion<C>): ColumnElement<V | null, never> {
    return aggregate.of(this as never, "min", value, criterion) as never;
  }

  /** The greatest value of the related objects (that meet the criterion); NULL where there are none. For collections. */
  max<V>(value: Expression<V>, criterion?: RelatedCriterion<C>): ColumnElement<V | null, never> {
    return aggregate.of(this as never, "max", value, criterion) as never;
  }

  /** The object is a member of the collection. */
  contains(member: RelatedInstance<C>): ColumnElement<boolean, never> {
    return comparator.contains(this as never, member) as never;
  }

  /** The related object is this one; null for none. */
  eq(other: RelatedInstance<C> | null): ColumnElement<boolean | null> {
    return comparator.equal(this as never, other);
  }

  /** The related object is another one than this; null for: there is one. */
  ne(other: RelatedInstance<C> | null): ColumnElement<boolean | null> {
    return comparator.notEqual(this as never, other);
  }

  /** The related object is none: `is(null)`. */
  is(other: null): ColumnElement<boolean, never> {
    return comparator.equal(this as never, other) as never;
  }

  /** There is a related object: `isNot(null)`. */
  isNot(other: null): ColumnElement<boolean, never> {
    return comparator.notEqual(this as never, other) as never;
  }

  /** The condition of the join, as it stands in a statement. @internal */
  get _clause(): ClauseElement {
    return comparator.joinExpression(this as never);
  }

  /** @internal */
  get [clauseSymbol](): ClauseElement {
    return this._clause;
  }

  /** A join along it is known by where it begins and ends, not by the object, which aliases and `ofType()` make anew. @internal */
  _cacheKey(key: CacheKey): void {
    key.add("relationship");
    key.add(identityNumber(this.property));
    key.plain(this._parententity);
    key.plain(this._ofType);
    key.keyed(this._extraCriteria);
  }

  /** "Film.characters" */
  toString(): string {
    return this._property === null ? "a relationship of a class that is not mapped yet" : this._property.toString();
  }
}

Object.defineProperty(Relationship.prototype, joinTargetSymbol, { value: true });

/** How the options shape the value: `true` is nullable, "set" a Set, "write_only" a WriteOnlyCollection, and so on. */
export type ShapeOf<O> = O extends { readonly collectionClass: infer F }
  ? F extends SetConstructor
    ? "set"
    : F extends { readonly [ORDERED]: true }
      ? "ordered"
      : F extends { readonly [KEYED]?: infer K }
        ? unknown extends K
          ? false
          : { readonly key: K }
        : false
  : O extends { readonly nullable: true }
    ? true
    : O extends { readonly lazy: infer L extends "write_only" | "dynamic" }
      ? L
      : false;

/**
 * Declares a relationship: `() => Actor` to one object, `() => [Cast]` to many. How both tables are joined follows from their
 * foreign keys.
 *
 * @param target - gives the class on the other side; a function, since it may be defined later
 * @throws ArgumentError when the target is no function
 * @see https://docs.sqlalchemy.org/en/21/orm/relationship_api.html#sqlalchemy.orm.relationship
 * @example
 * static characters = relationship(() => [Cast], { backPopulates: "film", orderBy: () => Cast.id });
 * static parent = relationship(() => Node, { backPopulates: "children", remoteSide: () => Node.id, nullable: true });
 */
export function relationship<const C, const O extends RelationshipOptions>(
  target: () => C,
  options?: O,
): Relationship<C, ShapeOf<O>> & HiddenMark<O> {
  if (typeof target !== "function" || /^class\b/.test(Function.prototype.toString.call(target))) {
    throw new ArgumentError(
      `relationship() takes a function that gives the class: relationship(() => Other) or relationship(() => [Other]); it was given ${describeValue(target)}`,
    );
  }
  if (options !== undefined && (typeof options !== "object" || options === null)) {
    throw new ArgumentError(`relationship(): the second argument is an object with options; it is ${describeValue(options)}`);
  }
  return new Relationship<C, ShapeOf<O>>(target, options ?? {}) as Relationship<C, ShapeOf<O>> & HiddenMark<O>;
}
