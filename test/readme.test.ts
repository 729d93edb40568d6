import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");

test.each(["models.ts", "films.ts", "main.ts"])("the README shows examples/films/%s as it is", (name) => {
  const block = new RegExp(`<!-- file: ${name} -->\\s*\`\`\`ts\\n(.*?)\`\`\``, "s").exec(read("README.md"))?.[1];
  expect(block).toBe(read(`examples/films/${name}`));
});
