import { ArgumentError } from "../../errors.ts";
import { InstrumentedAttribute } from "../attributes/instrumented-attribute.ts";
import type { Relationship } from "../relationship/relationship.ts";
import type { ColumnProperty } from "./column-property.ts";
import type { InspectedEntity } from "./inspected-entity.ts";
import type { Mapper } from "./mapper.ts";
import { MapperProperty } from "./mapper-property.ts";
import { type BoundAttribute, type ClassScan, type Declaration, nextCreationOrder, SCAN } from "./scan.ts";
import type { MAPPED } from "./types.ts";

/** Another name for an attribute, as the mapper knows it. */
export class SynonymProperty extends MapperProperty {
  readonly name: string;

  constructor(name: string) {
    super();
    this.name = name;
  }

  override get isSynonym(): boolean {
    return true;
  }

  /** The attribute that is meant. @throws ArgumentError when there is none */
  get target(): MapperProperty {
    const target = this.parent.props.get(this.name);
    if (target === undefined || target === this) {
      throw new ArgumentError(`${this} is a synonym of ${JSON.stringify(this.name)}, which is no mapped attribute of ${this.parent.name}`);
    }
    return target;
  }

  override instrumentClass(): void {}

  override defineOn(prototype: object): void {
    const { name } = this;
    Object.defineProperty(prototype, this.key, {
      configurable: true,
      enumerable: true,
      get(this: Record<string, unknown>): unknown {
        return this[name];
      },
      set(this: Record<string, unknown>, value: unknown) {
        this[name] = value;
      },
    });
  }

  protected override doInit(): void {
    // a mistake is to be found when the mapper is configured
    void this.target;
  }

  /** @internal */
  _attributeFor(mapper: Mapper): object {
    const target = mapper.getProperty(this.name);
    if (target.isRelationship) return (mapper.class_ as unknown as Record<string, Relationship<unknown>>)[this.name]!;
    const attribute = new SynonymAttribute<unknown>(this.name);
    attribute._bindTo(mapper, this as never);
    return attribute;
  }
}

/** The attribute of a class that {@link synonym} declares. */
export class SynonymAttribute<V> extends InstrumentedAttribute<V> implements Declaration {
  static override readonly inheritCache: boolean = true;

  declare readonly [MAPPED]: "synonym";
  /** @internal */
  readonly _creationOrder: number = nextCreationOrder();
  /** @internal */
  readonly _target: string;

  constructor(target: string) {
    super();
    this._target = target;
  }

  /** Says what the static declares, when its class is mapped. */
  [SCAN](scan: ClassScan, key: string): void {
    scan.addProperty(key, new SynonymProperty(this._target));
    scan.bind(key, this as BoundAttribute);
    scan.whenMapped((mapper) => {
      const class_ = mapper.class_ as unknown as Record<string, unknown>;
      if (mapper.props.get(this._target)?.isRelationship === true)
        Object.defineProperty(class_, key, { value: class_[this._target], configurable: true, writable: true });
    });
  }

  /** @internal */
  _copyDeclaration(): SynonymAttribute<V> {
    return new SynonymAttribute<V>(this._target);
  }

  override _bindTo(entity: InspectedEntity, property: ColumnProperty): void {
    super._bindTo(entity, property);
    const synonym = property as unknown as SynonymProperty;
    if (synonym.isSynonym) this._property = synonym.target as ColumnProperty;
  }
}

/**
 * Declares another name for a mapped attribute.
 * @see https://docs.sqlalchemy.org/en/21/orm/mapped_attributes.html#synonyms
 * @throws ArgumentError when no name is given
 * @example static name = synonym<string>("title");
 */
export function synonym<V = unknown>(name: string): SynonymAttribute<V> {
  if (typeof name !== "string" || name === "") throw new ArgumentError('synonym() takes the name of an attribute: synonym("title")');
  return new SynonymAttribute<V>(name);
}
