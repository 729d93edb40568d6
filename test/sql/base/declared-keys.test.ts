// Classes of elements that do not say what tells their elements apart are never cached: the library's own all say it.
import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

interface Found {
  readonly name: string;
  readonly parent: string;
  readonly isAbstract: boolean;
  readonly declares: boolean;
}

const CLASS = /^(?:export )?(abstract )?class (\w+)(?:<[^{]*?>)? extends ([\w.]+)/gm;

function classes(): Map<string, Found> {
  const found = new Map<string, Found>();
  for (const file of globSync("src/**/*.ts")) {
    const source = readFileSync(file, "utf8");
    for (const match of source.matchAll(CLASS)) {
      const body = source.slice(match.index).split(/^\}/m)[0]!;
      const declares = /static (?:override )?readonly (?:fields|inheritCache)\b/.test(body);
      found.set(match[2]!, { name: match[2]!, parent: match[3]!, isAbstract: match[1] !== undefined, declares });
    }
  }
  return found;
}

test("every class of elements has fields of its own, or inherits them by its own word", () => {
  const all = classes();
  const isElement = (name: string): boolean => name === "ClauseElement" || (all.has(name) && isElement(all.get(name)!.parent));
  // DDL is never cached
  const isDdl = (name: string): boolean => name === "DdlElement" || (all.has(name) && isDdl(all.get(name)!.parent));
  const elements = [...all.values()].filter(({ name }) => isElement(name) && !isDdl(name));
  expect(elements.length).toBeGreaterThan(90);
  expect(elements.filter(({ isAbstract, declares }) => !isAbstract && !declares).map(({ name }) => name)).toEqual([]);
});
