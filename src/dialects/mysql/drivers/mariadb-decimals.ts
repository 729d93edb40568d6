import { DecimalParameter } from "../decimal.ts";

/** Comments, strings and quoted names, or a placeholder. */
const PARTS = /'(?:[^'\\]|\\[^]|'')*'|"(?:[^"\\]|\\[^]|"")*"|`(?:[^`]|``)*`|\/\*[^]*?\*\/|--(?=\s|$)[^\n]*|#[^\n]*|\?/g;

const INSERTS = /^\s*(?:insert|replace)\b/i;
/** A value that stands by itself in a list, and not in an expression. */
const ALONE_BEFORE = /[(,]\s*$/;
const ALONE_AFTER = /^\s*[,)]/;

/**
 * A statement and its values for the package mariadb, which has no parameters of the type DECIMAL: their text is made decimal by a cast, since
 * it would be made floating point wherever it stands in an expression. A value of INSERT that is stored as it is needs none, so that
 * many rows have one text.
 * @param isMariadb - MySQL has fewer digits behind the point
 */
export function castDecimals(
  sql: string,
  values: readonly unknown[],
  isMariadb: boolean,
): { readonly text: string; readonly plain: unknown[] } {
  if (!values.some((value) => value instanceof DecimalParameter)) return { text: sql, plain: values as unknown[] };
  const plain = values.map((value) => (value instanceof DecimalParameter ? value.text : value));
  const stores = INSERTS.test(sql);
  let at = 0;
  const text = sql.replaceAll(PARTS, (part, offset: number) => {
    if (part !== "?") return part;
    const value = values[at++];
    if (!(value instanceof DecimalParameter)) return part;
    if (stores && ALONE_BEFORE.test(sql.slice(Math.max(0, offset - 20), offset)) && ALONE_AFTER.test(sql.slice(offset + 1, offset + 21)))
      return part;
    return `CAST(? AS DECIMAL(65, ${Math.min(scaleOf(value.text), isMariadb ? 38 : 30)}))`;
  });
  return { text, plain };
}

/** How many digits stand behind the point. */
function scaleOf(text: string): number {
  const [, digits = "", exponent = "0"] = /^[^.e]*(?:\.(\d*))?(?:e([+-]?\d+))?$/i.exec(text) ?? [];
  return Math.max(digits.length - Number(exponent), 0);
}
