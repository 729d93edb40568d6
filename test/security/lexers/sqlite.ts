// https://www.sqlite.org/draft/tokenreq.html and https://www.sqlite.org/lang_keywords.html
import { cut, matching, quoted, type Rule, type Token } from "./token.ts";

const string = quoted("string", "'");
const double = quoted("name", '"');
const backtick = quoted("name", "`");
const bracket = quoted("name", "[", { close: "]", doubled: false });

const quotes: Rule = (sql, at) => {
  switch (sql[at]) {
    case "'":
      return string(sql, at);
    case '"':
      return double(sql, at);
    case "`":
      return backtick(sql, at);
    case "[":
      return bracket(sql, at);
    default:
      return null;
  }
};

/** X'0102' */
const blob: Rule = (sql, at) => {
  if (!/^[xX]'/.test(sql.slice(at, at + 2))) return null;
  const found = /^[xX]'((?:[0-9a-fA-F]{2})*)'/.exec(sql.slice(at));
  return found === null ? ["broken", 2] : ["string", found[0].length, found[1]!];
};

/** The text ends at a NUL, whatever follows. */
const nul: Rule = (sql, at) => (sql[at] === "\0" ? ["broken", sql.length - at] : null);

const rules: readonly Rule[] = [
  nul,
  matching("comment", /--[^\n]*/y),
  // one that does not end goes on to the end of the text
  matching("comment", /\/\*[^]*?(?:\*\/|$)/y),
  quotes,
  blob,
  matching("number", /(?:0[xX][0-9a-fA-F]+|(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?)(?![\w$\u0080-\uffff])/y),
  matching("broken", /\.?\d[\w$.\u0080-\uffff]*/y),
  matching("parameter", /\?\d*|[:@#$][\w$\u0080-\uffff]+(?:::[\w$\u0080-\uffff]+)*/y),
  matching("word", /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/y),
  matching("operator", /\|\||->>?|<<|>>|<=|>=|<>|==|!=|[-+*/%&|~<>=]/y),
  matching("punctuation", /[(),;.]/y),
];

/** Cuts SQL as SQLite does. */
export function lexSqlite(sql: string): Token[] {
  return cut(sql, (char) => " \t\n\f\r".includes(char), rules);
}
