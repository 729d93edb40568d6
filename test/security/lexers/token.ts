/**
 * What the lexers of this folder cut SQL into. They are written from the manuals of the databases and know nothing of the library: what a
 * database would make of a text is the question that they answer.
 */
export type TokenKind =
  /** a keyword, or a name without quotes */
  | "word"
  /** a name in quotes */
  | "name"
  /** a literal in quotes: a string, bits, bytes */
  | "string"
  | "number"
  /** a place for a value: `?`, `$1`, `:x` */
  | "parameter"
  | "operator"
  /** one of `( ) [ ] { } , ; . :` */
  | "punctuation"
  | "comment"
  /** what the database refuses: an end within quotes, a character that means nothing */
  | "broken";

/** A piece of SQL. */
export interface Token {
  readonly kind: TokenKind;
  /** as it stands in the SQL */
  readonly text: string;
  /** what the database understands: without quotes and escapes */
  readonly value: string;
}

/** What a rule found at its place. */
export type Found = readonly [kind: TokenKind, length: number, value?: string];

/** Looks at a place of the text; null where the rule does not apply. */
export type Rule = (sql: string, at: number) => Found | null;

/** Cuts a text by the first rule that applies; what none of them takes is broken. White space is left out. */
export function cut(sql: string, isSpace: (char: string) => boolean, rules: readonly Rule[]): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < sql.length;) {
    if (isSpace(sql[at]!)) {
      at += 1;
      continue;
    }
    let found: Found | null = null;
    for (const rule of rules) {
      found = rule(sql, at);
      if (found !== null) break;
    }
    const [kind, length, value] = found ?? ["broken", 1];
    const text = sql.slice(at, at + length);
    tokens.push({ kind, text, value: value ?? text });
    at += length;
  }
  return tokens;
}

/** What stands behind a backslash at that place: what it means, and how long it is. */
export type Escape = (sql: string, at: number) => readonly [means: string, length: number];

/** Text in quotes that are doubled within, and maybe have a backslash before what they would end. */
export function quoted(
  kind: "name" | "string",
  quote: string,
  options: { readonly close?: string; readonly doubled?: boolean; readonly escapes?: Escape | null } = {},
): (sql: string, from: number) => Found {
  const { close = quote, doubled = true, escapes = null } = options;
  return (sql, from) => {
    let value = "";
    for (let at = from + 1; at < sql.length; at += 1) {
      const char = sql[at]!;
      if (escapes !== null && char === "\\") {
        at += 1;
        if (at >= sql.length) break;
        const [means, length] = escapes(sql, at);
        value += means;
        at += length - 1;
      } else if (char !== close) value += char;
      else if (doubled && sql[at + 1] === close) {
        value += close;
        at += 1;
      } else return [kind, at + 1 - from, value];
    }
    return ["broken", sql.length - from];
  };
}

/** A rule of a regular expression, which must be sticky. */
export function matching(kind: TokenKind, pattern: RegExp): Rule {
  if (!pattern.sticky) throw new Error(`${String(pattern)} must be sticky`);
  return (sql, at) => {
    pattern.lastIndex = at;
    const found = pattern.exec(sql);
    return found === null ? null : [kind, found[0].length];
  };
}
