/** Comments, strings and quoted names, or a semicolon. */
const PARTS = /'(?:[^'\\]|\\[^]|'')*'|"(?:[^"\\]|\\[^]|"")*"|`(?:[^`]|``)*`|\/\*[^]*?\*\/|--(?=\s|$)[^\n]*|#[^\n]*|;/g;

/** The statements of a script, which the server takes one by one. */
export function statementsOf(script: string): string[] {
  const statements: string[] = [];
  let start = 0;
  for (const found of script.matchAll(PARTS)) {
    if (found[0] !== ";") continue;
    statements.push(script.slice(start, found.index));
    start = found.index + 1;
  }
  statements.push(script.slice(start));
  return statements.map((statement) => statement.trim()).filter((statement) => statement !== "");
}
