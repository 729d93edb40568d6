// Every link of a page to another page, or to a part of one, leads somewhere, and every page can be found.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { expect, test } from "vitest";

const pages = [
  "README.md",
  "CONTRIBUTING.md",
  ...readdirSync("docs", { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md"))
    .map((file) => join("docs", file)),
];

/** A page without its programs, which have brackets of their own. */
const textOf = (page: string): string => readFileSync(page, "utf8").replaceAll(/^```[^]*?^```/gm, "");

/** The name that a heading has in addresses, as GitHub makes it. */
function slugOf(heading: string): string {
  return heading
    .replaceAll(/<[^>]*>/g, "")
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\-_ ]/gu, "")
    .trim()
    .replaceAll(" ", "-");
}

function anchorsOf(page: string): Set<string> {
  const text = textOf(page);
  const anchors = new Set([...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id!));
  for (const [, heading] of text.matchAll(/^#+ (.*)$/gm)) {
    const slug = slugOf(heading!);
    let name = slug;
    for (let i = 1; anchors.has(name); i++) name = `${slug}-${i}`;
    anchors.add(name);
  }
  return anchors;
}

test.each(pages)("%s", (page) => {
  const links = [...textOf(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link!).filter((link) => !/^[a-z]+:/.test(link));
  const lost = links.filter((link) => {
    const [path, anchor] = link.split("#") as [string, string | undefined];
    const target = path === "" ? page : normalize(join(dirname(page), path));
    return !existsSync(target) || (anchor !== undefined && target.endsWith(".md") && !anchorsOf(target).has(anchor));
  });
  expect(lost).toEqual([]);
});

test("every page of the guide is listed", () => {
  const listed = new Set([...readFileSync("docs/README.md", "utf8").matchAll(/\]\(([^)#\s]+)\)/g)].map(([, link]) => join("docs", link!)));
  // the inventory has parts, which it lists itself
  const mine = pages.filter((page) => page.startsWith("docs") && page !== join("docs", "README.md") && !/inventory[/\\]/.test(page));
  expect(mine.filter((page) => !listed.has(page))).toEqual([]);
});
