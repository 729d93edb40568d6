import { ArgumentError, InvalidRequestError } from "../errors.ts";
import type { Expression, VALUE } from "../sql/base/expression.ts";
import { ClauseElement } from "../sql/elements/clause-element.ts";
import type { ColumnElement } from "../sql/elements/column-element.ts";
import { or } from "../sql/elements/constructors.ts";
import { type AutoescapeOptions, ColumnOperators } from "../sql/operators/column-operators.ts";
import type { Modifiers } from "../sql/operators/modifiers.ts";
import type { Operator } from "../sql/operators/operator.ts";
import * as operators from "../sql/operators/operator-table.ts";
import { describeValue, type EntityClass } from "../orm/attributes/class-manager.ts";
import { InstrumentedAttribute } from "../orm/attributes/instrumented-attribute.ts";
import type { InspectedEntity } from "../orm/mapping/inspected-entity.ts";
import type { Mapper } from "../orm/mapping/mapper.ts";
import { defineDescriptor, ownerEntity } from "../orm/mapping/orm-descriptor.ts";
import { locateAttribute } from "../orm/mapping/pending-classes.ts";
import { type ClassScan, type Declaration, nextCreationOrder, SCAN } from "../orm/mapping/scan.ts";
import type { MAPPED, PROXIED } from "../orm/mapping/types.ts";
import { Relationship } from "../orm/relationship/relationship.ts";
import type { RelationshipProperty } from "../orm/relationship/relationship-property.ts";
import { AssociationAccess } from "./association-access.ts";

/** The options of {@link associationProxy}. */
export interface AssociationProxyOptions {
  /** Makes a member for a value (for Maps, for a key and a value); by default one with only that attribute set. */
  readonly creator?: (...args: never[]) => object;
  /** setting a proxied scalar to null takes the object away as well */
  readonly cascadeScalarDeletes?: boolean;
  /** setting a proxied scalar to null makes an object where there is none */
  readonly createOnNoneAssignment?: boolean;
}

/** What a proxy was declared with. */
export interface ProxyDefinition {
  readonly target: string;
  readonly attribute: string;
  readonly options: AssociationProxyOptions;
}

/** A condition on what a proxy leads to: an expression, or values by attribute name. */
export type ProxyCriterion = Expression<boolean | null> | ClauseElement | Readonly<Record<string, unknown>>;

interface WithAwaitableAttrs {
  readonly awaitableAttrs: Readonly<Record<string, unknown>>;
}

type Condition = ColumnElement<boolean>;

/** What the attribute on the other side is. */
type Remote =
  | { readonly kind: "proxy"; readonly proxy: AssociationProxy }
  | { readonly kind: "object"; readonly relationship: Relationship<unknown, unknown> }
  | { readonly kind: "column"; readonly column: ColumnElement<unknown> };

/**
 * An attribute that {@link associationProxy} declares. On objects it is the attribute of the related object or objects; on the class it
 * makes conditions, each an EXISTS along the relationship.
 * @see https://docs.sqlalchemy.org/en/21/orm/extensions/associationproxy.html
 */
export class AssociationProxy<T = string, A = string> extends ColumnOperators<unknown> implements Declaration {
  static override readonly inheritCache: boolean = true;

  declare readonly [MAPPED]: true;
  declare readonly [PROXIED]: readonly [T, A];
  /** the attribute's name */
  readonly key: string = "";
  /** @internal */
  readonly _creationOrder: number = nextCreationOrder();
  /** @internal */
  readonly _definition: ProxyDefinition;
  /** the class or alias that it was asked of @internal */
  _owner: object | null = null;

  constructor(definition: ProxyDefinition) {
    super();
    this._definition = definition;
  }

  /** Says what the static declares, when its class is mapped. */
  [SCAN](scan: ClassScan, key: string): void {
    (this as { key: string }).key = key;
    this._owner = scan.class_;
    const access = new AssociationAccess(key, this._definition);
    scan.whenMapped((mapper) => {
      defineDescriptor(mapper, key, this, {
        enumerable: true,
        get(this: object): unknown {
          return access.get(this);
        },
        set(this: object, value: unknown): void {
          access.set(this, value);
        },
      });
      mapper._onConfigured(() => void this.localProperty);
    });
  }

  /** @internal */
  _copyDeclaration(): AssociationProxy<T, A> {
    return new AssociationProxy<T, A>(this._definition);
  }

  /** @internal */
  _attributeOf(owner: object): AssociationProxy<T, A> {
    const proxy = this._copyDeclaration();
    (proxy as { key: string }).key = this.key;
    proxy._owner = owner;
    return proxy;
  }

  /** @internal */
  async _load(obj: object): Promise<void> {
    const { target, attribute } = this._definition;
    const related = (obj as Readonly<Record<string, unknown>>)[target];
    if (typeof related !== "object" || related === null || !(Symbol.iterator in related)) return;
    const members = (related instanceof Map ? related.values() : related) as Iterable<WithAwaitableAttrs>;
    await Promise.all(Array.from(members, (member): unknown => member.awaitableAttrs[attribute]));
  }

  // ------------------------------------------------------------ what it leads along, and to

  private get owner(): object {
    if (this._owner === null) locateAttribute(this);
    return this._owner!;
  }

  private get entity(): InspectedEntity {
    return ownerEntity(this.owner) ?? ownerEntity(Object.getPrototypeOf(this.owner) as object)!;
  }

  private get localProperty(): RelationshipProperty {
    const { target } = this._definition;
    const { mapper } = this.entity;
    const property = mapper.props.get(target) as RelationshipProperty | undefined;
    if (property?.isRelationship === true) return property;
    throw new InvalidRequestError(
      `${mapper.name}.${this.key} is a proxy along ${JSON.stringify(target)}, which is ${property === undefined ? "no attribute" : "no relationship"} of ${mapper.name}`,
    );
  }

  /** The relationship that it goes along. */
  get localAttr(): Relationship<unknown, unknown> {
    void this.localProperty;
    return (this.owner as Readonly<Record<string, unknown>>)[this._definition.target] as Relationship<unknown, unknown>;
  }

  private get targetMapper(): Mapper {
    return this.localAttr.property.mapper;
  }

  /** The class on the other side of the relationship. */
  get targetClass(): EntityClass {
    return this.targetMapper.class_;
  }

  /** The attribute that it leads to. */
  get remoteAttr(): unknown {
    return (this.targetClass as unknown as Readonly<Record<string, unknown>>)[this._definition.attribute];
  }

  /** The relationship and the attribute: to join along both. */
  get attr(): readonly [local: Relationship<unknown, unknown>, remote: unknown] {
    return [this.localAttr, this.remoteAttr];
  }

  /** Whether the relationship is to one object. */
  get scalar(): boolean {
    return !this.localAttr.property.uselist;
  }

  private get remote(): Remote {
    const { remoteAttr } = this;
    if (remoteAttr instanceof AssociationProxy) return { kind: "proxy", proxy: remoteAttr as AssociationProxy };
    if (remoteAttr instanceof Relationship) return { kind: "object", relationship: remoteAttr as Relationship<unknown, unknown> };
    if (remoteAttr instanceof InstrumentedAttribute) return { kind: "column", column: remoteAttr as ColumnElement<unknown> };
    throw new InvalidRequestError(
      `${this.toString()} leads to ${JSON.stringify(this._definition.attribute)}, which is no mapped attribute of ${this.targetMapper.name}, so no condition can be made with it`,
    );
  }

  // ------------------------------------------------------------ conditions

  /** EXISTS: some object that it leads to meets the criterion (any at all, without one). For collections. */
  any(criterion?: ProxyCriterion | null, values?: Readonly<Record<string, unknown>>): Condition {
    const { remote } = this;
    if (remote.kind !== "proxy" && this.scalar && (remote.kind === "column" || !remote.relationship.property.uselist))
      throw new InvalidRequestError(`${this.toString()} leads to one object: use has() instead of any()`);
    return this.exists(criterion, values, false);
  }

  /** EXISTS: the object that it leads to meets the criterion (is there at all, without one). For references to one object. */
  has(criterion?: ProxyCriterion | null, values?: Readonly<Record<string, unknown>>): Condition {
    const { remote } = this;
    if (remote.kind !== "proxy" && (!this.scalar || (remote.kind === "object" && remote.relationship.property.uselist)))
      throw new InvalidRequestError(`${this.toString()} leads to a collection: use any() instead of has()`);
    return this.exists(criterion, values, true);
  }

  private exists(
    criterion: ProxyCriterion | null | undefined,
    values: Readonly<Record<string, unknown>> | undefined,
    isHas: boolean,
  ): Condition {
    const { remote } = this;
    if (remote.kind === "proxy") return this.related(remote.proxy.exists(criterion, values, false));
    if (remote.kind === "object") return this.related(relatedBy(remote.relationship, criterion ?? undefined, values));
    const isRecord = criterion != null && !(criterion instanceof ClauseElement) && isPlainRecord(criterion);
    if (isRecord || values !== undefined)
      throw new ArgumentError(`${this.toString()} leads to a column, which has no attributes to be compared: use eq()`);
    if (isHas && criterion != null) throw new ArgumentError(`${this.toString()} leads to a column: has() takes no criterion; use eq()`);
    return this.related(criterion ?? undefined);
  }

  /** EXISTS along the relationship. */
  private related(criterion: ProxyCriterion | undefined): Condition {
    return relatedBy(this.localAttr, criterion, undefined);
  }

  /** The value is among those that it leads to; of a proxied column of text, LIKE. */
  override contains(other: unknown, options?: AutoescapeOptions): Condition {
    const { remote } = this;
    if (remote.kind === "column") return super.contains(other, options);
    if (remote.kind === "proxy") return this.related(remote.proxy.scalar ? remote.proxy.eq(other) : remote.proxy.contains(other));
    if (!this.scalar) return relatedBy(this.localAttr, { [this._definition.attribute]: other }, undefined);
    if (!remote.relationship.property.uselist)
      throw new InvalidRequestError(`${this.toString()} leads to one object, which contains nothing: use eq()`);
    return this.related(remote.relationship.contains(other as never));
  }

  /** The value that it leads to is this one; for null, there may also be no object that has one. */
  override eq(other: unknown): Condition {
    const { remote, localAttr } = this;
    const found =
      remote.kind === "column"
        ? this.related(remote.column.eq(other as never))
        : localAttr.has({ [this._definition.attribute]: other } as never);
    return other === null ? or(found, localAttr.eq(null)) : found;
  }

  /** The value that it leads to is another one. */
  override ne(other: unknown): Condition {
    const { remote } = this;
    if (remote.kind === "column") return this.related(remote.column.ne(other as never));
    return this.localAttr.has((remote.kind === "proxy" ? remote.proxy : remote.relationship).ne(other as never) as never);
  }

  /** Operators of a proxied column: EXISTS of an object for which they are true. */
  override operate(op: Operator, a?: unknown, b?: unknown, modifiers: Modifiers | null = null): ColumnElement<unknown> {
    const { remote } = this;
    if (remote.kind === "column") return this.related(remote.column.operate(op, a, b, modifiers) as Condition);
    if (op === operators.is) return this.eq(a);
    if (op === operators.isNot) return this.ne(a);
    throw new InvalidRequestError(
      `${this.toString()} leads to objects, which are compared by eq(), ne(), contains(), any() and has() only`,
    );
  }

  override reverseOperate(): ColumnElement<unknown> {
    throw new InvalidRequestError(`${this.toString()} cannot stand on the right of an operator`);
  }

  /** @throws InvalidRequestError since it is no column: it makes conditions only */
  override accept(): string {
    throw new InvalidRequestError(
      `${this.toString()} is an association proxy, which is no column: it can only be compared (contains, any, has, eq)`,
    );
  }

  /** "Film.title" */
  override toString(): string {
    return this._owner === null ? "an association proxy of a class that is not mapped yet" : `${this.entity.mapper.name}.${this.key}`;
  }
}

function relatedBy(
  relationship: Relationship<unknown, unknown>,
  criterion: ProxyCriterion | undefined,
  values: Readonly<Record<string, unknown>> | undefined,
): Condition {
  return relationship.property.uselist ? relationship.any(criterion as never, values) : relationship.has(criterion as never, values);
}

function isPlainRecord(value: object): boolean {
  const proto = Object.getPrototypeOf(value) as unknown;
  return proto === Object.prototype || proto === null;
}

/**
 * Declares an attribute that leads past a relationship: to an attribute of the related object, or of each object of a collection.
 *
 * @param target - the relationship
 * @param attribute - an attribute of the class on its other side: a column, a relationship, or another proxy
 * @see https://docs.sqlalchemy.org/en/21/orm/extensions/associationproxy.html
 * @throws ArgumentError without names
 * @example
 * static memberSkills = relationship(() => [MemberSkill], { backPopulates: "member" });
 * static skills = associationProxy("memberSkills", "skill", { creator: (skill: Skill) => new MemberSkill({ skill }) });
 * member.skills.push(new Skill({ name: "SQL" }));
 * select(Member).where(Member.skills.any({ name: "SQL" }));
 */
export function associationProxy<const T extends string, const A extends string>(
  target: T,
  attribute: A,
  options?: AssociationProxyOptions,
): AssociationProxy<T, A>;
/** With the type of the attribute on objects, where the names alone do not tell it. */
export function associationProxy<V>(
  target: string,
  attribute: string,
  options?: AssociationProxyOptions,
): AssociationProxy & { readonly [VALUE]: V };
export function associationProxy(target: string, attribute: string, options: AssociationProxyOptions = {}): AssociationProxy {
  if (typeof target !== "string" || target === "" || typeof attribute !== "string" || attribute === "") {
    throw new ArgumentError(
      `associationProxy() takes the names of a relationship and of an attribute on its other side: associationProxy("memberSkills", "skill"); it was given ${describeValue(target)} and ${describeValue(attribute)}`,
    );
  }
  if (options.cascadeScalarDeletes === true && options.createOnNoneAssignment === true)
    throw new ArgumentError("associationProxy(): cascadeScalarDeletes and createOnNoneAssignment exclude each other");
  return new AssociationProxy({ target, attribute, options });
}
