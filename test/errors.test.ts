// The tree of errors, its codes, and the page that explains them.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import * as athanor from "athanor";
import * as ext from "athanor/ext";
import * as mysql from "athanor/mysql";
import * as postgresql from "athanor/postgresql";
import * as sqlite from "athanor/sqlite";
import * as errors from "../src/errors.ts";

const sources = readdirSync("src", { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts") && file !== "errors.ts")
  .map((file) => readFileSync(join("src", file), "utf8"));

type ErrorClass = (new (...args: never[]) => athanor.AthanorError) & { readonly code: string };

function classesOf(module: object): ErrorClass[] {
  return Object.values(module).filter(
    (value): value is ErrorClass =>
      typeof value === "function" && (value === athanor.AthanorError || value.prototype instanceof athanor.AthanorError),
  );
}

const classes = [...new Set([athanor, ext, mysql, postgresql, sqlite, errors].flatMap(classesOf))];
const page = readFileSync("docs/errors.md", "utf8");
/** Anchors with the name and the code that stand beside them. */
const sections = [...page.matchAll(/<a id="([^"]+)"><\/a>(\w+) \(`([^`]+)`\)/g)].map(([, anchor, name, code]) => ({ anchor, name, code }));

describe("errors", () => {
  test("are exported, all of them, each under its name", () => {
    for (const one of classesOf(errors)) expect(athanor).toHaveProperty(one.name, one);
    expect(classes.length).toBeGreaterThan(60);
  });

  test("have a code each, which no other class has", () => {
    for (const one of classes) expect(Object.hasOwn(one, "code"), one.name).toBe(true);
    expect(new Set(classes.map(({ code }) => code)).size).toBe(classes.length);
  });

  test("have their section on the page, and each section has an error", () => {
    const expected = classes.map(({ name, code }) => ({ anchor: code, name, code }));
    const byName = (a: { readonly name: string | undefined }, b: { readonly name: string | undefined }): number =>
      a.name! < b.name! ? -1 : 1;
    expect(sections.toSorted(byName)).toEqual(expected.toSorted(byName));
  });

  test("lead to it", () => {
    const error = new athanor.IntegrityError("…");
    expect(error.docs).toBe("athanor/docs/errors.md#gkpj");
    expect(page).toContain(`<a id="${error.docs.split("#")[1]}">`);
    // the page comes with the package
    const { files } = JSON.parse(readFileSync("package.json", "utf8")) as { files: string[] };
    expect(files).toContain("docs");
  });

  test("that are given a code of their own have a section too", () => {
    const own = sources.flatMap((source) => [...source.matchAll(/new \w+Error\([^;]*?\bcode: "([^"]+)"/gs)].map(([, code]) => code));
    const known = new Set(sections.map(({ anchor }) => anchor));
    expect(own.filter((code) => !known.has(code))).toEqual([]);
  });

  test("that the page says nothing throws are thrown nowhere, and the others are", () => {
    const text = sources.join("\n");
    const part = page.slice(page.indexOf("### Classes that nothing throws"));
    const unused = [...part.slice(0, part.indexOf("\n## ")).matchAll(/<\/a>(\w+)/g)].map(([, name]) => name!);
    expect(unused.filter((name) => new RegExp(`\\b${name}\\b`).test(text))).toEqual([]);
    const roots = new Set(["UnmappedError", "NoReferenceError", "StatementError", "DBAPIError"]);
    // for listeners to throw
    const forOthers = new Set(["InvalidatePoolError"]);
    const used = classes.filter(({ name }) => !unused.includes(name) && !roots.has(name) && !forOthers.has(name));
    expect(used.filter(({ name }) => !new RegExp(`\\b${name}\\b`).test(text)).map(({ name }) => name)).toEqual([]);
  });
});
