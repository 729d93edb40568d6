// MAP-22, REL-15: the recipes for trees and for generic associations print the same on every database.
import { format } from "node:util";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { describeEachDatabase } from "../../support/databases.ts";
import { docPrograms, fileNameOf, programFolder } from "../../support/doc-programs.ts";

const PAGES = ["orm/trees.md", "orm/generic-associations.md"];
const programs = docPrograms().filter(({ page }) => PAGES.includes(page));

describeEachDatabase("recipes of the guide", (db) => {
  test.for(programs.map((program) => [program.page, program] as const))("MAP-22 REL-15 %s", async ([, program]) => {
    const opening = 'createEngine("sqlite://")';
    expect(program.source).toContain(opening);
    const folder = join(programFolder, "../recipes", db.name);
    mkdirSync(folder, { recursive: true });
    const file = join(folder, fileNameOf(program));
    writeFileSync(file, program.source.replace(opening, `createEngine(${JSON.stringify(db.url)})`));
    const printed: string[] = [];
    const log = vi.spyOn(console, "log").mockImplementation((...values: unknown[]) => void printed.push(format(...values)));
    try {
      await import(/* @vite-ignore */ file);
    } finally {
      log.mockRestore();
    }
    const lines = printed.filter((line) => !line.startsWith("\u0000"));
    expect(lines.join("\n").trim()).toBe(
      program.outputs
        .map((output) => output.text.trimEnd())
        .join("\n")
        .trim(),
    );
  });
});
