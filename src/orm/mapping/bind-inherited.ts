import { InstrumentedAttribute } from "../attributes/instrumented-attribute.ts";
import { Relationship } from "../relationship/relationship.ts";
import type { RelationshipProperty } from "../relationship/relationship-property.ts";
import { ColumnProperty } from "./column-property.ts";
import type { Mapper } from "./mapper.ts";
import { isDeclaration } from "./scan.ts";

/**
 * Gives a class attributes of its own for what it inherits, so that `Engineer.name` speaks of engineers, and for columns that it has
 * without declaring them.
 * @param declared - the attributes that the class itself declares
 */
export function bindInherited(mapper: Mapper, declared: ReadonlySet<string>): void {
  const class_ = mapper.class_ as object;
  for (const [key, prop] of mapper.props) {
    if (declared.has(key)) continue;
    const there = Object.getOwnPropertyDescriptor(class_, key);
    // a static of the program's own is left alone; the built-in `name` and `length` are not
    if (there !== undefined && key !== "name" && key !== "length" && !isDeclaration(there.value)) continue;
    const value = attributeFor(mapper, prop);
    if (value !== null) Object.defineProperty(class_, key, { value, configurable: true, writable: true, enumerable: true });
  }
}

function attributeFor(mapper: Mapper, prop: unknown): object | null {
  if (prop instanceof ColumnProperty) {
    const attribute = new InstrumentedAttribute<unknown>();
    attribute._bindTo(mapper, prop);
    return attribute;
  }
  const property = prop as RelationshipProperty & { _attributeFor?(mapper: Mapper): object };
  if (property.isRelationship) {
    const attribute = new Relationship<unknown, boolean>(property.argument, property.options);
    attribute._bindTo(mapper, property);
    return attribute;
  }
  return property._attributeFor?.(mapper) ?? null;
}
