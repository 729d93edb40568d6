import { ArgumentError, InvalidRequestError } from "../../errors.ts";
import { ColumnElement } from "../../sql/elements/column-element.ts";
import { describeValue } from "../attributes/class-manager.ts";
import { addValidator } from "../attributes/validates.ts";
import { bindInherited } from "./bind-inherited.ts";
import { ColumnProperty } from "./column-property.ts";
import type { Mapper } from "./mapper.ts";
import { addProperty } from "./mapper-columns.ts";
import { MapperProperty } from "./mapper-property.ts";
import { type BoundAttribute, type ClassScan, isDeclaration, SCAN } from "./scan.ts";

/**
 * Gives a class that is mapped already an attribute: what stands in a class as a static, or a column of its table. Subclasses have it
 * too, unless they have one of that name.
 */
export function addAttribute(mapper: Mapper, key: string, given: unknown): void {
  if (given instanceof MapperProperty) {
    addProperty(mapper, key, given);
    bindAll(mapper, key);
    return;
  }
  if (!isDeclaration(given)) {
    if (!(given instanceof ColumnElement))
      throw new ArgumentError(
        `${mapper.name}.${key}: an attribute is a column of the table, or what relationship(), columnProperty(), synonym() and the like give; it is ${describeValue(given)}`,
      );
    addProperty(mapper, key, new ColumnProperty([given._identity as ColumnElement<unknown>]));
    bindAll(mapper, key);
    return;
  }
  given[SCAN](scanOf(mapper), key);
  const there = Object.getOwnPropertyDescriptor(mapper.class_, key);
  // the static that was given is the class's, as if it had been declared
  if (mapper.props.has(key) && there?.value !== given)
    Object.defineProperty(mapper.class_, key, { value: given, configurable: true, writable: true, enumerable: true });
  bindAll(mapper, key);
}

/** What the declaration says goes to a mapper that is made. */
function scanOf(mapper: Mapper): ClassScan {
  const { name } = mapper;
  return {
    class_: mapper.class_,
    name,
    registry: mapper.registry,
    columnName: (key) => mapper.registry._columnName(key),
    addColumn: (key) => {
      throw new InvalidRequestError(
        `${name}.${key}: ${mapper.localTable.description} is there already; append a Column to it, and add that: mappedColumn(table.c.${key})`,
      );
    },
    addExistingColumn: (key, property) => addProperty(mapper, key, property),
    addProperty: (key, property) => addProperty(mapper, key, property),
    bind: (key, attribute: BoundAttribute) => attribute._bindTo(mapper, mapper.getProperty(key)),
    addValidator: (declaration) =>
      mapper._onConfigured(() => {
        for (const key of declaration.names) addValidator(mapper.classManager.getImpl(key), declaration);
      }),
    whenMapped: (fn) => fn(mapper),
  };
}

function bindAll(mapper: Mapper, key: string): void {
  for (const each of mapper.selfAndDescendants) {
    if (!each.props.has(key)) continue;
    const others = new Set([...each.props.keys()].filter((other) => other !== key));
    const own = each === mapper && isDeclaration(Object.getOwnPropertyDescriptor(each.class_, key)?.value);
    if (!own) bindInherited(each, others);
  }
}
