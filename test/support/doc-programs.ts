// The programs in docs/: what a page shows is what runs. A page's ```ts fences are one module, in order, so that a page can tell a story;
// fences marked with a server (```ts postgresql) are another, which gets its database in DATABASE_URL.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

export type DocDatabase = "sqlite" | "postgresql" | "mariadb";

/** What a page says that its program prints, and after which of its fences. */
export interface ExpectedOutput {
  /** Number of the last fence before it, from 0. */
  readonly after: number;
  /** Line of the page. */
  readonly line: number;
  readonly text: string;
}

export interface DocProgram {
  /** As in "core/select.md". */
  readonly page: string;
  readonly database: DocDatabase;
  /** TypeScript, line for line where it stands on the page. */
  readonly source: string;
  readonly outputs: readonly ExpectedOutput[];
}

const root = fileURLToPath(new URL("../../", import.meta.url));
const docs = join(root, "docs");
/** Where the programs are written to; inside the package, so that "athanor" is the package itself. */
export const programFolder = join(root, ".tmp/docs");

/** Printed after each fence: tells whose output is whose. */
export const endOfFence = (fence: number): string => `\u0000end of fence ${fence}`;

const opening = /^(?:```|<!-- )ts(?: (postgresql|mariadb))?\s*$/;
const importStatement = /^import\s+(type\s+)?(?:\{([^}]*)\}|(\*\s+as\s+\w+|\w+))\s+from\s+"([^"]+)";[^\S\n]*$/gm;

class ProgramBuilder {
  readonly #lines: string[];
  readonly #named = new Map<string, Set<string>>();
  readonly #whole = new Set<string>();
  readonly outputs: ExpectedOutput[] = [];
  fences = 0;

  constructor(length: number) {
    this.#lines = Array.from({ length }, () => "");
  }

  add(first: number, code: readonly string[]): void {
    const body = code
      .join("\n")
      .replace(importStatement, (statement, type: string | undefined, names: string | undefined, whole: string, from: string) => {
        this.#import(type === undefined ? "" : "type ", names, whole, from);
        return statement.replace(/[^\n]/g, "");
      });
    this.#lines.splice(first, code.length + 1, ...body.split("\n"), `console.log(${JSON.stringify(endOfFence(this.fences))});`);
    this.fences += 1;
  }

  /** Two fences may import the same name: each is to be read by itself. */
  #import(type: string, names: string | undefined, whole: string, from: string): void {
    if (names === undefined) {
      this.#whole.add(`import ${type}${whole} from "${from}";`);
      return;
    }
    const known = this.#named.get(from) ?? new Set();
    for (const name of names.split(",").map((one) => one.trim())) if (name !== "") known.add(name.startsWith("type ") ? name : type + name);
    this.#named.set(from, known);
  }

  source(): string {
    const named = [...this.#named].map(([from, names]) => {
      const values = [...names].filter((name) => !name.startsWith("type ") || !names.has(name.slice("type ".length)));
      return `import { ${values.join(", ")} } from "${from}";`;
    });
    // The first line of a page is its title.
    return [[...named, ...this.#whole, "export {};"].join(" "), ...this.#lines.slice(1)].join("\n");
  }
}

/** The programs of one page. */
export function programsOf(page: string, markdown: string): DocProgram[] {
  const lines = markdown.split("\n");
  const programs = new Map<DocDatabase, ProgramBuilder>();
  let last: ProgramBuilder | undefined;
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at]!;
    const hidden = line.startsWith("<!-- ts");
    const fence = opening.exec(line);
    if (fence === null && !line.startsWith("```")) continue;
    const end = lines.indexOf(hidden ? "-->" : "```", at + 1);
    if (end === -1) throw new Error(`docs/${page}:${at + 1}: this fence is not closed`);
    const content = lines.slice(at + 1, end);
    if (fence !== null) {
      const database = (fence[1] ?? "sqlite") as DocDatabase;
      last = programs.get(database) ?? new ProgramBuilder(lines.length);
      programs.set(database, last);
      last.add(at + 1, content);
    } else if (line.startsWith("```ts")) {
      throw new Error(`docs/${page}:${at + 1}: \`\`\`ts, \`\`\`ts postgresql or \`\`\`ts mariadb is what can be run`);
    } else if (line === "```text") {
      if (last === undefined) throw new Error(`docs/${page}:${at + 1}: output (\`\`\`text) without a program before it`);
      last.outputs.push({ after: last.fences - 1, line: at + 1, text: content.join("\n") });
    }
    at = end;
  }
  return [...programs].map(([database, program]) => ({ page, database, source: program.source(), outputs: program.outputs }));
}

/** The programs of all pages. */
export function docPrograms(): DocProgram[] {
  const pages = readdirSync(docs, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && entry.name.endsWith(".md") && !entry.parentPath.includes("node_modules"),
  );
  return pages
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .flatMap((file) => programsOf(relative(docs, file), readFileSync(file, "utf8")));
}

/** The name of a program's file in {@link programFolder}. */
export const fileNameOf = (program: DocProgram): string =>
  `${program.page.replace(/\.md$/, "").replaceAll("/", "-")}${program.database === "sqlite" ? "" : `.${program.database}`}.ts`;

/** Writes a program where it can be run and checked; gives its path. */
export function writeProgram(program: DocProgram): string {
  mkdirSync(programFolder, { recursive: true });
  const file = join(programFolder, fileNameOf(program));
  writeFileSync(file, program.source);
  return file;
}

/** Puts other outputs on a program's page. */
export function writeOutputs(program: DocProgram, outputs: readonly string[]): void {
  const file = join(docs, program.page);
  const lines = readFileSync(file, "utf8").split("\n");
  // From the end: what is replaced may have another number of lines.
  for (const [at, { line }] of [...program.outputs.entries()].reverse()) {
    const end = lines.indexOf("```", line);
    lines.splice(line, end - line, ...outputs[at]!.split("\n"));
  }
  writeFileSync(file, lines.join("\n"));
}
