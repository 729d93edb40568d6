// https://www.postgresql.org/docs/current/sql-syntax-lexical.html
import { cut, type Escape, matching, quoted, type Rule, type Token } from "./token.ts";

/** The settings of a session that change what a text means. */
export interface PostgresqlLexerOptions {
  /** false: the backslash is an escape in all strings */
  readonly standardConformingStrings?: boolean;
}

const ESCAPES: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };
const CODE = /([0-7]{1,3})|x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})/y;

const escapeOf: Escape = (sql, at) => {
  CODE.lastIndex = at;
  const code = CODE.exec(sql);
  if (code === null) return [ESCAPES[sql[at]!] ?? sql[at]!, 1];
  const [all, octal, ...hex] = code;
  return [
    String.fromCodePoint(
      octal === undefined
        ? Number.parseInt(
            hex.find((digits) => digits !== undefined)!,
            16,
          )
        : Number.parseInt(octal, 8),
    ),
    all.length,
  ];
};

const plain = quoted("string", "'");
const escaped = quoted("string", "'", { escapes: escapeOf });
const name = quoted("name", '"');

const strings =
  (standard: boolean): Rule =>
  (sql, at) => {
    const prefix = /^(?:[eE]|[bBxXnN]|[uU]&)?(?=')/.exec(sql.slice(at, at + 3));
    if (prefix === null) return null;
    const [letters] = prefix;
    const isEscaped = letters.toLowerCase() === "e" || (!standard && !/^[bx]/i.test(letters));
    const [kind, length, value] = (isEscaped ? escaped : plain)(sql, at + letters.length);
    return [kind, length + letters.length, value ?? ""];
  };

const names: Rule = (sql, at) => {
  if (sql[at] === '"') return name(sql, at);
  if (!/^[uU]&"/.test(sql.slice(at, at + 3))) return null;
  const [kind, length, value] = name(sql, at + 2);
  return [kind, length + 2, value ?? ""];
};

/** $$…$$ and $tag$…$tag$ */
const dollars: Rule = (sql, at) => {
  const open = /^\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/.exec(sql.slice(at));
  if (open === null) return null;
  const end = sql.indexOf(open[0], at + open[0].length);
  if (end === -1) return ["broken", sql.length - at];
  return ["string", end + open[0].length - at, sql.slice(at + open[0].length, end)];
};

/** Comments of this kind may stand in each other. */
const comment: Rule = (sql, at) => {
  if (!sql.startsWith("/*", at)) return null;
  let depth = 0;
  for (let i = at; i < sql.length; i += 1) {
    if (sql.startsWith("/*", i)) {
      depth += 1;
      i += 1;
    } else if (sql.startsWith("*/", i)) {
      depth -= 1;
      i += 1;
      if (depth === 0) return ["comment", i + 1 - at];
    }
  }
  return ["broken", sql.length - at];
};

/** The longest run of signs, up to where a comment begins; + and - end it unless it has one of the rarer signs. */
const operator: Rule = (sql, at) => {
  let text = /^[-+*/<>=~!@#%^&|`?]+/.exec(sql.slice(at))?.[0];
  if (text === undefined) return null;
  const begins = [text.indexOf("--", 0), text.indexOf("/*", 0)].filter((place) => place !== -1);
  if (begins.length > 0) text = text.slice(0, Math.min(...begins));
  while (text.length > 1 && /[-+]$/.test(text) && !/[~!@#%^&|`?]/.test(text)) text = text.slice(0, -1);
  return ["operator", text.length];
};

const rulesFor = (standard: boolean): readonly Rule[] => [
  (sql, at) => (sql[at] === "\0" ? ["broken", sql.length - at] : null),
  matching("comment", /--[^\n\r]*/y),
  comment,
  strings(standard),
  names,
  dollars,
  matching("parameter", /\$\d+(?![\w$\u0080-\uffff])/y),
  matching("number", /(?:0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+|(?:\d+(?:\.(?!\.)\d*)?|\.\d+)(?:[eE][-+]?\d+)?)(?![\w$\u0080-\uffff])/y),
  matching("broken", /\.?\d[\w$\u0080-\uffff]*/y),
  matching("word", /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/y),
  matching("operator", /::|:=|=>(?![-+*/<>=~!@#%^&|`?])/y),
  operator,
  matching("punctuation", /[(),;.[\]:]/y),
];

const standard = rulesFor(true);
const escaping = rulesFor(false);

/** Cuts SQL as PostgreSQL does. */
export function lexPostgresql(sql: string, { standardConformingStrings = true }: PostgresqlLexerOptions = {}): Token[] {
  return cut(sql, (char) => " \t\n\r\f\v".includes(char), standardConformingStrings ? standard : escaping);
}
