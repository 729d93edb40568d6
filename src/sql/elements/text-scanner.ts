/** A text taken apart at its parameters. */
export interface ScannedText {
  /** one more than `order` */
  readonly pieces: readonly string[];
  /** after each piece, the place in `names` of the parameter that follows */
  readonly order: readonly number[];
  /** each name once, by first occurrence */
  readonly names: readonly string[];
}

/* Quoted strings and identifiers, comments, dollar-quoted strings, escaped colons, casts, parameters. What is none of these is text. */
const TOKEN =
  /'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|--[^\n]*|\/\*[\s\S]*?\*\/|\$(\w*)\$[\s\S]*?\$\1\$|\\:|::|(?<![:\w\\]):([A-Za-z_]\w*|\d\w*)(?!:)/gu;
const MAYBE = /:/;

/** Finds `:name` where it is a parameter: not in quotes or comments, not in `a::type`, not after a backslash. */
export function scanText(text: string): ScannedText {
  if (!MAYBE.test(text)) return { pieces: [text], order: [], names: [] };
  const pieces: string[] = [];
  const order: number[] = [];
  const names: string[] = [];
  let piece = "";
  let from = 0;
  for (const match of text.matchAll(TOKEN)) {
    const [token, , name] = match;
    piece += text.slice(from, match.index);
    from = match.index + token.length;
    if (name !== undefined) {
      let place = names.indexOf(name);
      if (place === -1) place = names.push(name) - 1;
      pieces.push(piece);
      order.push(place);
      piece = "";
    } else {
      piece += token === "\\:" ? ":" : unescapeColons(token);
    }
  }
  pieces.push(piece + text.slice(from));
  return { pieces, order, names };
}

/** Backslashes before colons are taken away in strings too, as text written for SQLAlchemy expects. */
function unescapeColons(token: string): string {
  return token.includes("\\:") ? token.replaceAll("\\:", ":") : token;
}
