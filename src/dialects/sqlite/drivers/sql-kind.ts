/**
 * What a statement does as far as locks go: reads, writes, or belongs outside of a transaction (PRAGMA, VACUUM, ATTACH:
 * within one they fail, or do nothing without a word).
 */
export type SqlKind = "read" | "write" | "outside";

const LEAD = /^(?:\s|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/|\()*([a-z]+)/i;
const WRITES = /\b(?:insert|update|delete|replace)\b/i;

/** The kind of a statement. When in doubt it writes: then it waits for its turn instead of failing later. */
export function kindOfSql(sql: string): SqlKind {
  switch (LEAD.exec(sql)?.[1]?.toLowerCase()) {
    case "select":
    case "values":
    case "explain":
      return "read";
    case "with":
      return WRITES.test(sql) ? "write" : "read";
    case "pragma":
    case "vacuum":
    case "attach":
    case "detach":
      return "outside";
    default:
      return "write";
  }
}

const TOKEN = /'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|\[[^\]]*\]|--[^\n]*|\/\*[\s\S]*?\*\/|\?\d*|[:@$][A-Za-z_]\w*/g;

/** The number of `?` in a text; -1 when it has parameters of other kinds. */
export function countPlaceholders(sql: string): number {
  let count = 0;
  for (const [token] of sql.matchAll(TOKEN)) {
    if (token === "?") count += 1;
    else if (/^[?:@$]/.test(token)) return -1;
  }
  return count;
}
