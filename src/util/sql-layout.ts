/** How parts of an SQL text are shown; each takes a piece and gives it back with what it needs around it. */
export interface SqlPaint {
  keyword(text: string): string;
  string(text: string): string;
  comment(text: string): string;
}

type TokenKind = "space" | "comment" | "string" | "name" | "word" | "other" | "rest";

interface Token {
  readonly kind: TokenKind;
  readonly text: string;
}

// Strings with a backslash, comments within comments and what is not closed mean different things to different databases. They match
// nothing here, and from there on the text is left as it is.
const TOKEN =
  /(?<space>\s+)|(?<comment>--[^\n]*|\/\*[^*/]*(?:(?:\*(?!\/)|\/(?!\*))[^*/]*)*\*\/)|(?<string>'[^'\\]*(?:''[^'\\]*)*')|(?<name>"[^"\\]*(?:""[^"\\]*)*"|`[^`\\]*(?:``[^`\\]*)*`)|(?<word>[\p{L}_][\p{L}\p{N}_$]*)|(?<other>[0-9][\p{L}\p{N}_.]*|#(?=>|-)|[^'"`#$/]|\/(?!\*)|\$(?![\p{L}_$]))/uy;
const DOLLAR_QUOTE = /\$(?:[\p{L}_][\p{L}\p{N}_]*)?\$/uy;

function tokensOf(sql: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < sql.length) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(sql);
    const token = match === null ? dollarQuoted(sql, at) : tokenOf(match);
    tokens.push(token);
    at += token.text.length;
  }
  return tokens;
}

function tokenOf({ 0: text, groups }: RegExpExecArray): Token {
  for (const kind in groups) if (groups[kind] !== undefined) return { kind: kind as TokenKind, text };
  return { kind: "rest", text };
}

function dollarQuoted(sql: string, at: number): Token {
  DOLLAR_QUOTE.lastIndex = at;
  const tag = DOLLAR_QUOTE.exec(sql)?.[0];
  const end = tag === undefined ? -1 : sql.indexOf(tag, at + tag.length);
  return end < 0 ? { kind: "rest", text: sql.slice(at) } : { kind: "string", text: sql.slice(at, end + tag!.length) };
}

const KEYWORDS = new Set(
  (
    "ADD ALL ALTER ANALYZE AND ANY AS ASC BEGIN BETWEEN BY CASCADE CASE CAST CHECK COLLATE COMMIT CONFLICT CONSTRAINT CREATE CROSS CUBE CURRENT " +
    "DATABASE DEFAULT DELETE DESC DISTINCT DO DROP DUPLICATE ELSE END ESCAPE EXCEPT EXISTS EXPLAIN FALSE FETCH FILTER FIRST FOLLOWING FOR FOREIGN FROM FULL " +
    "GROUP GROUPING HAVING IF ILIKE IN INDEX INNER INSERT INTERSECT INTO IS ISNULL JOIN KEY LAST LATERAL LEFT LIKE LIMIT LOCKED MATCHED MATERIALIZED " +
    "MERGE NATURAL NEXT NOT NOTHING NOTNULL NOWAIT NULL NULLS OF OFFSET ON ONLY OR ORDER OUTER OVER PARTITION PRAGMA PRECEDING PREPARED PRIMARY RANGE " +
    "RECURSIVE REFERENCES RELEASE REPLACE RESTRICT RETURNING RIGHT ROLLBACK ROLLUP ROW ROWS SAVEPOINT SCHEMA SELECT SEQUENCE SET SHARE SIMILAR SKIP SOME " +
    "TABLE TABLESAMPLE TEMPORARY THEN TO TRANSACTION TRIGGER TRUE TRUNCATE UNBOUNDED UNION UNIQUE UPDATE USING VALUES VIEW WHEN WHERE WINDOW WITH WITHIN"
  ).split(" "),
);

/** Words that begin a line, and what may not stand before them for that (`+` what has to follow them). */
const CLAUSES: Readonly<Record<string, { readonly notAfter?: string; readonly before?: string }>> = {
  SELECT: { notAfter: "EXPLAIN ANALYZE" },
  FROM: { notAfter: "DELETE DISTINCT" },
  WHERE: {},
  GROUP: { before: "BY" },
  HAVING: {},
  WINDOW: {},
  ORDER: { before: "BY" },
  LIMIT: {},
  OFFSET: {},
  FETCH: { before: "FIRST NEXT" },
  FOR: { before: "UPDATE SHARE NO KEY" },
  VALUES: { notAfter: "DEFAULT" },
  SET: { notAfter: "UPDATE" },
  ON: { before: "CONFLICT DUPLICATE" },
  RETURNING: {},
  UNION: {},
  INTERSECT: {},
  EXCEPT: {},
  JOIN: { notAfter: "LEFT RIGHT FULL INNER OUTER CROSS NATURAL" },
  LEFT: { before: "OUTER JOIN" },
  RIGHT: { before: "OUTER JOIN" },
  FULL: { before: "OUTER JOIN" },
  INNER: { before: "JOIN" },
  CROSS: { before: "JOIN" },
  NATURAL: {},
  WHEN: { before: "MATCHED", notAfter: "CASE" },
};

const QUERY = /^(?:SELECT|INSERT|UPDATE|DELETE|WITH|MERGE|REPLACE|VALUES|EXPLAIN)$/;
/** A subquery of this length stays in its line. */
const SHORT = 50;

/**
 * An SQL text for people to read: what is longer than a line has its clauses and longer subqueries on lines of their own. Nothing but
 * spaces between words is changed, and text that has lines already keeps them.
 * @param width - how long lines may be, roughly; null leaves the lines as they are
 */
export function layOutSql(sql: string, width: number | null, paint: SqlPaint | null): string {
  const tokens = tokensOf(sql);
  const lays = width !== null && sql.length > width && !tokens.some(hasLines) && isQuery(tokens);
  if (!lays) return paint === null ? sql : tokens.map((_token, at) => painted(tokens, at, paint)).join("");
  return new Layout(tokens, width, paint).text();
}

function hasLines({ kind, text }: Token): boolean {
  return kind !== "string" && kind !== "name" && text.includes("\n");
}

function isQuery(tokens: readonly Token[]): boolean {
  return QUERY.test(tokens.find(({ kind }) => kind === "word")?.text.toUpperCase() ?? "");
}

function painted(tokens: readonly Token[], at: number, paint: SqlPaint | null): string {
  const { kind, text } = tokens[at]!;
  if (paint === null) return text;
  if (kind === "string") return paint.string(text);
  if (kind === "comment") return paint.comment(text);
  if (kind === "word" && tokens[at - 1]?.text !== "." && KEYWORDS.has(text.toUpperCase())) return paint.keyword(text);
  return text;
}

/** Text that stays together, and what stands before it. */
interface Piece {
  readonly before: "line" | "wrap" | "space" | "nothing";
  readonly indent: number;
  /** as it is in the text, for what stands before it when that is a space */
  readonly space: string;
  text: string;
  length: number;
}

class Layout {
  readonly #tokens: readonly Token[];
  readonly #width: number;
  readonly #paint: SqlPaint | null;
  /** the end of each parenthesis that is closed */
  readonly #ends: ReadonlyMap<number, number>;
  readonly #pieces: Piece[] = [];
  /** within: "query" may begin lines, "list" may be wrapped, "plain" is left as it is */
  readonly #within: { readonly kind: "query" | "list" | "plain"; readonly indent: number }[] = [{ kind: "query", indent: 0 }];

  constructor(tokens: readonly Token[], width: number, paint: SqlPaint | null) {
    this.#tokens = tokens;
    this.#width = width;
    this.#paint = paint;
    this.#ends = closings(tokens);
    this.#cut();
  }

  #cut(): void {
    let before: Piece["before"] = "nothing";
    let space = "";
    for (let at = 0; at < this.#tokens.length; at++) {
      const { kind, text } = this.#tokens[at]!;
      if (kind === "space") {
        before = before === "line" ? "line" : this.#breakAfter(at);
        space = text;
        continue;
      }
      const closes = text === ")" || text === "]";
      const closed = closes && this.#within.length > 1 ? this.#within.pop()! : null;
      if (closed?.kind === "query" && text === ")") before = "line";
      this.#add(before, space, painted(this.#tokens, at, this.#paint), text.length);
      before = "nothing";
      space = "";
      if (text === "(") before = this.#open(at);
      if (text === "[") this.#within.push({ kind: "plain", indent: this.#here.indent });
    }
    if (space !== "") this.#add("space", space, "", 0);
  }

  get #here(): { readonly kind: "query" | "list" | "plain"; readonly indent: number } {
    return this.#within.at(-1)!;
  }

  #open(at: number): Piece["before"] {
    const { kind, indent } = this.#here;
    const isQuery = kind !== "plain" && /^(?:SELECT|WITH)$/.test(this.#word(at, 1)) && this.#lengthOf(at) > SHORT;
    this.#within.push(isQuery ? { kind: "query", indent: indent + 2 } : { kind: kind === "plain" ? "plain" : "list", indent });
    return isQuery ? "line" : "nothing";
  }

  /** What the spaces at a place become. */
  #breakAfter(at: number): Piece["before"] {
    const { kind } = this.#here;
    if (kind === "plain") return "space";
    const next = this.#tokens[at + 1];
    if (next === undefined) return "space";
    const word = next.kind === "word" ? next.text.toUpperCase() : "";
    if (kind === "query" && this.#beginsLine(word, at)) return "line";
    const wraps = this.#tokens[at - 1]?.text === "," || word === "AND" || word === "OR";
    return wraps ? "wrap" : "space";
  }

  #beginsLine(word: string, at: number): boolean {
    const clause = Object.hasOwn(CLAUSES, word) ? CLAUSES[word]! : null;
    if (clause === null) return false;
    if (clause.notAfter?.split(" ").includes(this.#word(at, -1))) return false;
    return clause.before === undefined || clause.before.split(" ").includes(this.#word(at + 1, 1));
  }

  /** The word before or after a place; "" when there is something else. */
  #word(at: number, step: 1 | -1): string {
    let found = this.#tokens[at + step];
    if (found?.kind === "space") found = this.#tokens[at + 2 * step];
    return found?.kind === "word" ? found.text.toUpperCase() : "";
  }

  #lengthOf(opening: number): number {
    const end = this.#ends.get(opening);
    if (end === undefined) return 0;
    return this.#tokens.slice(opening + 1, end).reduce((sum, { text }) => sum + text.length, 0);
  }

  #add(before: Piece["before"], space: string, text: string, length: number): void {
    const last = this.#pieces.at(-1);
    if (before === "nothing" && last !== undefined) {
      last.text += text;
      last.length += length;
    } else {
      this.#pieces.push({ before, indent: this.#here.indent, space, text, length });
    }
  }

  text(): string {
    let result = "";
    let column = 0;
    this.#pieces.forEach((piece, at) => {
      const { before, indent, space, text, length } = piece;
      const isFull = before === "wrap" && column + space.length + this.#runLength(at) > this.#width;
      if (before === "line" || isFull) {
        const margin = indent + (isFull ? 4 : 0);
        result += `\n${" ".repeat(margin)}${text}`;
        column = margin + length;
      } else {
        result += space + text;
        column += space.length + length;
      }
    });
    return result;
  }

  /** How long the text is up to the next place where a line may end. */
  #runLength(at: number): number {
    let length = this.#pieces[at]!.length;
    for (let next = at + 1; next < this.#pieces.length; next++) {
      const piece = this.#pieces[next]!;
      if (piece.before !== "space") break;
      length += piece.space.length + piece.length;
    }
    return length;
  }
}

function closings(tokens: readonly Token[]): Map<number, number> {
  const ends = new Map<number, number>();
  const open: number[] = [];
  tokens.forEach(({ text }, at) => {
    if (text === "(") open.push(at);
    else if (text === ")" && open.length > 0) ends.set(open.pop()!, at);
  });
  return ends;
}
