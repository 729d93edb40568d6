// Compares what a statement becomes with a hostile text to what it becomes with a harmless one.
import { type ClauseElement, IdentifierError } from "athanor";
import type { Target } from "./dialects.ts";
import type { Token } from "./lexers/token.ts";
import { HARMLESS } from "./payloads.ts";
import type { Sink } from "./sinks/index.ts";

/** The SQL of what a sink builds, one text for each statement. */
export function sqlOf(sink: Sink, text: string, target: Target): string[] {
  const built = sink.build(text, target.family);
  return (Array.isArray(built) ? (built as readonly ClauseElement[]) : [built as ClauseElement]).map(
    (statement) => statement.compile({ dialect: target.dialect }).sql,
  );
}

const HOLDS_TEXT: ReadonlySet<string> = new Set(["name", "string"]);

/**
 * What is wrong with `hostile`, which should be `harmless` with another text in the same quotes; null when all is well.
 * @param texts - the harmless text and the hostile one
 * @param exactly - the hostile text must stand there as it is; false where the value is encoded (JSON, bytes) before it is quoted
 */
export function difference(
  harmless: readonly Token[],
  hostile: readonly Token[],
  texts: readonly [string, string],
  exactly: boolean,
): string | null {
  const [before, after] = texts;
  // a text that needs no quotes stands as a word
  hostile = hostile.map((token, i) => {
    if (token.kind !== "word" || harmless[i]?.kind !== "name") return token;
    const isName = exactly ? token.text === harmless[i].value.replaceAll(before, () => after) : /^[\w$]+$/.test(token.text);
    return isName ? { ...token, kind: "name" } : token;
  });
  const kinds = (tokens: readonly Token[]): string => tokens.map(({ kind }) => kind).join(" ");
  const broken = hostile.find(({ kind }) => kind === "broken" || kind === "comment");
  if (broken !== undefined && !harmless.some(({ kind }) => kind === broken.kind)) return `it holds what is ${broken.kind}: ${broken.text}`;
  if (kinds(harmless) !== kinds(hostile)) return `its tokens are ${kinds(hostile)} rather than ${kinds(harmless)}`;
  for (let i = 0; i < harmless.length; i += 1) {
    const [was, is] = [harmless[i]!, hostile[i]!];
    if (HOLDS_TEXT.has(was.kind)) {
      if (exactly && was.value.replaceAll(before, () => after) !== is.value)
        return `${JSON.stringify(is.value)} stands where ${JSON.stringify(was.value)} did`;
    } else if (was.text !== is.text) return `${JSON.stringify(is.text)} stands where ${JSON.stringify(was.text)} did`;
  }
  return null;
}

/** A sink as it is with the harmless text, which is found once for all hostile ones. */
export class Shape {
  readonly #sink: Sink;
  readonly #target: Target;
  /** by lexer, then by statement */
  readonly #plain: readonly (readonly (readonly Token[])[])[];

  constructor(sink: Sink, target: Target) {
    const plain = sqlOf(sink, HARMLESS, target);
    this.#sink = sink;
    this.#target = target;
    this.#plain = target.lexers.map((lex) => plain.map((sql) => lex(sql)));
  }

  /** Whether the statement with the harmless text holds a token of that kind. */
  has(kind: Token["kind"]): boolean {
    return this.#plain.some((statements) => statements.some((tokens) => tokens.some((token) => token.kind === kind)));
  }

  /**
   * The problem of the sink with a text; null when there is none.
   * @param isShortened - the text is too long to stand there as it is
   */
  problemWith(text: string, isShortened = false): string | null {
    let sql: string[];
    try {
      sql = sqlOf(this.#sink, text, this.#target);
    } catch (error) {
      const isTooLong = error instanceof IdentifierError && text.length > 60;
      return isTooLong || this.#sink.refuses?.(text) === true ? null : `it was refused: ${String(error)}`;
    }
    for (const [mode, lex] of this.#target.lexers.entries()) {
      // under other settings a backslash may mean something else, which changes values and no more
      const isExact = mode === 0 && this.#sink.encodes !== true && !isShortened;
      for (const [i, plain] of this.#plain[mode]!.entries()) {
        const found = difference(plain, lex(sql[i]!), [HARMLESS, text], isExact);
        if (found !== null) return `${found}\n${sql[i]!}`;
      }
    }
    return null;
  }
}
