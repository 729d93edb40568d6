// Every program in docs/ runs, on the database that it names, and prints what its page says.
import { format } from "node:util";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { describeEachDatabase } from "./support/databases.ts";
import { type DocProgram, docPrograms, endOfFence, programsOf, writeOutputs, writeProgram } from "./support/doc-programs.ts";

async function outputOf(program: DocProgram): Promise<string[]> {
  const printed: string[] = [];
  const log = vi.spyOn(console, "log").mockImplementation((...values: unknown[]) => void printed.push(format(...values)));
  try {
    await import(/* @vite-ignore */ writeProgram(program));
  } finally {
    log.mockRestore();
  }
  return printed;
}

async function check(program: DocProgram): Promise<void> {
  const printed = await outputOf(program);
  const actual = printedAfter(program, printed);
  // With UPDATE_DOCS=1 the pages get what was printed: to be read before it is committed.
  if (process.env["UPDATE_DOCS"]) writeOutputs(program, actual);
  else program.outputs.forEach((output, at) => expect(actual[at], `docs/${program.page}:${output.line}`).toBe(trimLines(output.text)));
}

/** What was printed for each output of the page: by the fences since the output before it. */
function printedAfter(program: DocProgram, printed: readonly string[]): string[] {
  let start = 0;
  return program.outputs.map((output) => {
    const end = printed.indexOf(endOfFence(output.after));
    const lines = printed.slice(start, end).filter((line) => !line.startsWith("\u0000"));
    start = end + 1;
    return trimLines(lines.join("\n"));
  });
}

/** Without the blanks at the ends of lines, which the formatter of the pages takes away. */
function trimLines(text: string): string {
  return text.replaceAll(/[ \t]+$/gm, "").trimEnd();
}

const programs = docPrograms();

describe("programs on SQLite", () => {
  test.for(programs.filter((program) => program.database === "sqlite").map((program) => [program.page, program] as const))(
    "docs/%s",
    async ([, program]) => check(program),
  );
});

for (const database of ["postgresql", "mariadb"] as const) {
  const those = programs.filter((program) => program.database === database);
  if (those.length === 0) continue;
  describeEachDatabase(
    "programs",
    (db) => {
      beforeEach(() => vi.stubEnv("DATABASE_URL", db.url));
      afterEach(() => vi.unstubAllEnvs());
      test.for(those.map((program) => [program.page, program] as const))("docs/%s", async ([, program]) => check(program));
    },
    { only: [database] },
  );
}

describe("how a page is read", () => {
  const page = [
    "# Title",
    "",
    "```ts",
    'import { a } from "x";',
    "a;",
    "```",
    "",
    "```text",
    "1",
    "```",
    "```ts",
    'import { a, type B } from "x";',
    "b;",
    "```",
  ];

  test("fences are one module, with each line where it stands on the page", () => {
    const [program] = programsOf("page.md", page.join("\n"));
    const lines = program!.source.split("\n");
    expect(lines[0]).toBe('import { a, type B } from "x"; export {};');
    expect([lines[3], lines[4], lines[11], lines[12]]).toEqual(["", "a;", "", "b;"]);
    expect(program!.outputs).toEqual([{ after: 0, line: 8, text: "1" }]);
  });

  test("what would not be run is an error", () => {
    expect(() => programsOf("page.md", "# T\n```ts ignore\n```")).toThrow("docs/page.md:2");
    expect(() => programsOf("page.md", "# T\n```ts")).toThrow("not closed");
    expect(() => programsOf("page.md", "# T\n```text\n1\n```")).toThrow("without a program");
  });
});
