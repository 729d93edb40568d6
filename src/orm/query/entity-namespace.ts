import type { InspectedEntity } from "../mapping/inspected-entity.ts";

/** Where `filterBy` looks up names: the attributes of an entity. */
export interface EntityNamespaceHolder {
  readonly entityNamespace: Readonly<Record<string, unknown>>;
  readonly description: string;
}

const holders = new WeakMap<InspectedEntity, EntityNamespaceHolder>();

/** The attributes of a mapper or alias by name, without whatever else the class has. */
export function entityNamespace(entity: InspectedEntity): EntityNamespaceHolder {
  let holder = holders.get(entity);
  if (holder === undefined) {
    const namespace = Object.create(null) as Record<string, unknown>;
    const class_ = entity.entity as Record<string, unknown>;
    for (const key of [...entity.mapper._descriptorKeys, ...entity.mapper.props.keys()])
      Object.defineProperty(namespace, key, { get: () => class_[key], enumerable: true, configurable: true });
    holder = { entityNamespace: namespace, description: entity.isAliasedClass ? `aliased(${entity.mapper.name})` : entity.mapper.name };
    holders.set(entity, holder);
  }
  return holder;
}
