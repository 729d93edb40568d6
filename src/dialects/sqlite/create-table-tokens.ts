/** A word, name, text or sign of a CREATE statement, and where it stands. */
export interface Token {
  readonly kind: "word" | "quoted" | "string" | "sign";
  /** for names: without their quotes */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

// comments, quoted names ("a", `a`, [a]), strings, words, single signs: https://www.sqlite.org/lang_keywords.html
const pattern =
  /\s+|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|("(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\])|('(?:[^']|'')*')|([\p{L}_$\d][\p{L}\p{N}_$]*(?:\.\d+)?)|([\s\S])/uy;

/** Splits a CREATE statement, without white space and comments. */
export function tokenize(sql: string): Token[] {
  const tokens: Token[] = [];
  pattern.lastIndex = 0;
  for (let match = pattern.exec(sql); match !== null; match = pattern.exec(sql)) {
    const [whole, quoted, string, word, sign] = match;
    const start = match.index;
    const end = start + whole.length;
    if (quoted !== undefined) tokens.push({ kind: "quoted", text: unquote(quoted), start, end });
    else if (string !== undefined) tokens.push({ kind: "string", text: unquote(string), start, end });
    else if (word !== undefined) tokens.push({ kind: "word", text: word, start, end });
    else if (sign !== undefined) tokens.push({ kind: "sign", text: sign, start, end });
  }
  return tokens;
}

function unquote(text: string): string {
  const quote = text[0]!;
  const inner = text.slice(1, -1);
  return quote === "[" ? inner : inner.replaceAll(quote + quote, quote);
}

/** A part of a statement, read from left to right. */
export class TokenReader {
  readonly #sql: string;
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(sql: string, tokens: readonly Token[]) {
    this.#sql = sql;
    this.#tokens = tokens;
  }

  get done(): boolean {
    return this.#at >= this.#tokens.length;
  }

  peek(ahead = 0): Token | undefined {
    return this.#tokens[this.#at + ahead];
  }

  next(): Token | undefined {
    return this.#tokens[this.#at++];
  }

  /** Whether these key words come next. */
  sees(...words: readonly string[]): boolean {
    return words.every((word, i) => {
      const token = this.peek(i);
      return token !== undefined && (token.kind === "word" || token.kind === "sign") && token.text.toUpperCase() === word;
    });
  }

  /** Passes over these key words, if they come next. */
  takes(...words: readonly string[]): boolean {
    if (!this.sees(...words)) return false;
    this.#at += words.length;
    return true;
  }

  /** The tokens between brackets, which come next; passes over them. */
  brackets(): readonly Token[] {
    const inner: Token[] = [];
    if (!this.takes("(")) return inner;
    for (let depth = 1; !this.done;) {
      const token = this.next()!;
      if (token.kind === "sign" && token.text === "(") depth += 1;
      if (token.kind === "sign" && token.text === ")") depth -= 1;
      if (depth === 0) break;
      inner.push(token);
    }
    return inner;
  }

  /** The text between brackets, as it is written. */
  bracketText(): string {
    return this.textOf(this.brackets());
  }

  textOf(tokens: readonly Token[]): string {
    return tokens.length === 0 ? "" : this.#sql.slice(tokens[0]!.start, tokens.at(-1)!.end);
  }

  reader(tokens: readonly Token[]): TokenReader {
    return new TokenReader(this.#sql, tokens);
  }
}

/** Splits at the commas that stand in no brackets. */
export function splitAtCommas(tokens: readonly Token[]): Token[][] {
  const parts: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (token.kind === "sign") {
      if (token.text === "(") depth += 1;
      else if (token.text === ")") depth -= 1;
      else if (token.text === "," && depth === 0) {
        parts.push([]);
        continue;
      }
    }
    parts.at(-1)!.push(token);
  }
  return parts;
}
