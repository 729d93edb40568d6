// https://dev.mysql.com/doc/refman/8.4/en/language-structure.html and https://mariadb.com/docs/server/reference/sql-structure
import { cut, type Escape, matching, quoted, type Rule, type Token } from "./token.ts";

/** The modes of a session that change what a text means. */
export interface MysqlLexerOptions {
  /** `"` quotes names rather than strings */
  readonly ansiQuotes?: boolean;
  /** the backslash is a character like others */
  readonly noBackslashEscapes?: boolean;
}

/** `\%` and `\_` keep their backslash, which only LIKE takes away. */
const ESCAPES: Readonly<Record<string, string>> = {
  "0": "\0",
  b: "\b",
  n: "\n",
  r: "\r",
  t: "\t",
  Z: "\u001a",
  "%": "\\%",
  _: "\\_",
};

const backtick = quoted("name", "`");

function rulesFor({ ansiQuotes = false, noBackslashEscapes = false }: MysqlLexerOptions): readonly Rule[] {
  const escapes: Escape | null = noBackslashEscapes ? null : (sql, at) => [ESCAPES[sql[at]!] ?? sql[at]!, 1];
  const single = quoted("string", "'", { escapes });
  const double = ansiQuotes ? quoted("name", '"') : quoted("string", '"', { escapes });
  const quotes: Rule = (sql, at) => {
    switch (sql[at]) {
      case "'":
        return single(sql, at);
      case '"':
        return double(sql, at);
      case "`":
        return backtick(sql, at);
      default:
        return null;
    }
  };
  /** N'…', X'…', B'…' and _utf8mb4'…' */
  const prefixed: Rule = (sql, at) => {
    const prefix = /^(?:[nNxXbB]|_[A-Za-z]\w*)(?=')/.exec(sql.slice(at, at + 20));
    if (prefix === null) return null;
    const [kind, length, value] = single(sql, at + prefix[0].length);
    return [kind, length + prefix[0].length, value ?? ""];
  };
  return [
    (sql, at) => (sql[at] === "\0" ? ["broken", sql.length - at] : null),
    matching("comment", /#[^\n]*|--(?=[\u0000-\u0020\u007f]|$)[^\n]*/y),
    // what stands in /*! … */ is run: only its ends are comments
    matching("comment", /\/\*(?:M?!\d*)/y),
    matching("comment", /\/\*(?!M?!)[^]*?\*\//y),
    matching("broken", /\/\*[^]*$/y),
    quotes,
    prefixed,
    matching("number", /(?:0x[0-9a-fA-F]+|0b[01]+|(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?)(?![\w$\u0080-\uffff])/y),
    matching("parameter", /\?/y),
    matching("word", /@@?(?:[\w$.\u0080-\uffff]+)?/y),
    matching("word", /[\w$\u0080-\uffff]+/y),
    matching("operator", /<=>|->>?|:=|<<|>>|<=|>=|<>|!=|\|\||&&|[-+*/%&|^~<>=!]/y),
    matching("punctuation", /[(),;.{}:]/y),
  ];
}

const known = new Map<string, readonly Rule[]>();

/** Cuts SQL as MySQL and MariaDB do. */
export function lexMysql(sql: string, options: MysqlLexerOptions = {}): Token[] {
  const key = `${options.ansiQuotes === true} ${options.noBackslashEscapes === true}`;
  let rules = known.get(key);
  if (rules === undefined) known.set(key, (rules = rulesFor(options)));
  return cut(sql, (char) => " \t\n\r\f\v".includes(char), rules);
}
