// What an editor shows where the pointer rests: names, and not what they are made of.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript-5.9";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const file = fileURLToPath(new URL("support/hover-sample.ts", import.meta.url));
const config = ts.getParsedCommandLineOfConfigFile(
  `${root}tsconfig.json`,
  {},
  { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => {} },
)!;

const service = ts.createLanguageService({
  getScriptFileNames: () => [file],
  getScriptVersion: () => "1",
  getScriptSnapshot: (name) => (ts.sys.fileExists(name) ? ts.ScriptSnapshot.fromString(readFileSync(name, "utf8")) : undefined),
  getCurrentDirectory: () => root,
  getCompilationSettings: () => config.options,
  getDefaultLibFileName: (options) => ts.getDefaultLibFilePath(options),
  fileExists: (name) => ts.sys.fileExists(name),
  readFile: (name) => ts.sys.readFile(name),
});

const text = readFileSync(file, "utf8");

/** What is shown at a mark of the sample. */
function shown(mark: string): string {
  const at = text.indexOf(`/*${mark}*/`);
  expect(at, mark).toBeGreaterThan(0);
  const name = at + text.slice(at).search(/(?<=\*\/\s*)\w/);
  return ts.displayPartsToString(service.getQuickInfoAtPosition(file, name)?.displayParts ?? []);
}

test("the sample is right", () => {
  expect(service.getSemanticDiagnostics(file).map((each) => ts.flattenDiagnosticMessageText(each.messageText, "\n"))).toEqual([]);
});

test.each([
  ["made", "const film: Film"],
  ["got", "const got: Film | null"],
  ["all", "const all: Film[]"],
  ["subclass", "const short: Short"],
  ["column", "(property) title: string"],
  ["nullable", "(property) views: bigint | null"],
  ["collection", "(property) characters: Cast[]"],
  ["write-only", "(property) log: WriteOnlyCollection<Cast>"],
  ["rows", "const rows: [Film, number][]"],
  ["attribute", "(property) Film.title: MappedColumn<string, false>"],
  ["relationship", "(property) Cast.film: Relationship<typeof Film, false>"],
  ["constructor", "constructor Film<typeof Film>(init?: Init<typeof Film> | undefined): Film"],
  ["awaitable", "const later: Awaitable<typeof Film>"],
  ["subquery", 'const films: Subquery<EntityColumns<typeof Film, [Film]>, "(subquery)">'],
  ["subquery-column", '(property) title: ColumnClause<string, "(subquery)", "title">'],
  ["upsert", 'const excluded: Columns<WrittenColumns<typeof Film>, "excluded">'],
  ["excluded", '(property) title: ColumnClause<string, "excluded", "title">'],
  ["bundle", "const bundle: Bundle<{\n    title: string;\n}>"],
])("%s", (mark, expected) => {
  expect(shown(mark)).toBe(expected);
});
