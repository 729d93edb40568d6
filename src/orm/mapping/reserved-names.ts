import { ArgumentError } from "../../errors.ts";

/** What the objects of every mapped class have, and why an attribute must not take its place. */
const OF_OBJECTS: ReadonlyMap<string, string> = new Map([
  ["awaitableAttrs", "by which attributes are loaded on demand"],
  ["toJSON", "which JSON.stringify() calls"],
]);

/** What every declared class has. */
const OF_CLASSES: ReadonlySet<string> = new Set(["registry", "metadata", "mapTo", "mapSingle", "mapConcreteBase", "prototype"]);

/** What the base has beside, which its classes inherit. */
const OF_BASES: ReadonlySet<string> = new Set(["with", "withTable"]);

/**
 * Refuses an attribute that would take the place of something that the library itself needs.
 * @param declared - whether the class is a declared one, whose base has members too
 * @throws ArgumentError naming the class, the attribute and another way
 */
export function checkAttributeName(className: string, key: string, column: string | null, declared: boolean): void {
  const use = OF_OBJECTS.get(key);
  const what =
    use !== undefined
      ? `objects have ${key} already, ${use}`
      : declared && (OF_CLASSES.has(key) || OF_BASES.has(key))
        ? `classes have ${key} already, from their base`
        : // objects cannot be made with such a key: `{ __proto__: … }` sets their prototype
          key === "__proto__"
          ? "an attribute cannot have this name"
          : null;
  if (what === null) return;
  const fix =
    column === null
      ? "Give the attribute another name"
      : declared
        ? `Give the column its name and the attribute another: static ${suggestion(key)} = mappedColumn(${JSON.stringify(column)}, …)`
        : `Give the attribute another name by the option properties: { ${suggestion(key)}: table.c.${key} }`;
  throw new ArgumentError(`${className}.${key}: ${what}. ${fix}`);
}

/** Whether an attribute of a declared class must not have this name. */
export function isReservedName(key: string): boolean {
  return OF_OBJECTS.has(key) || OF_CLASSES.has(key) || OF_BASES.has(key) || key === "__proto__";
}

function suggestion(key: string): string {
  return key === "__proto__" ? "proto" : `${key}_`;
}
