// What a user can import: the list of names may change only on purpose. After such a change: npx vitest run test/public-api.test.ts -u
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

interface Target {
  types: string;
  default: string;
}

interface Manifest {
  exports: Record<string, Target | string>;
  dependencies?: Record<string, string>;
  peerDependencies: Record<string, string>;
  peerDependenciesMeta: Record<string, { optional?: boolean }>;
}

const root = new URL("../", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL("package.json", root), "utf8")) as Manifest;
const subpaths = Object.entries(manifest.exports).filter((entry): entry is [string, Target] => typeof entry[1] !== "string");

describe.each(subpaths)("athanor %s", (subpath, target) => {
  const source = target.default.replace("./dist/", "src/").replace(/\.js$/, ".ts");

  test("leads to a built file and its declarations, types first", () => {
    expect(existsSync(new URL(source, root)), source).toBe(true);
    expect(Object.keys(target)).toEqual(["types", "default"]);
    expect(target.types).toBe(target.default.replace(/\.js$/, ".d.ts"));
  });

  test("exports the names that are committed", async () => {
    const names = Object.keys((await import(/* @vite-ignore */ new URL(source, root).href)) as object);
    const file = `public-api/${subpath === "." ? "index" : subpath.slice(2)}.txt`;
    await expect(`${names.toSorted().join("\n")}\n`).toMatchFileSnapshot(file);
  });
});

test("nothing is installed with athanor: drivers are optional peers", () => {
  expect(manifest.dependencies).toBeUndefined();
  for (const name of Object.keys(manifest.peerDependencies)) expect(manifest.peerDependenciesMeta[name]).toEqual({ optional: true });
});
