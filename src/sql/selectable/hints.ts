import type { ClauseElement } from "../elements/clause-element.ts";
import { clauseOf, expectStatementOption } from "../base/coercions.ts";

/** Text before or after the columns of a statement, and the dialect that it is meant for ("*" for all). */
export type Fix = readonly [text: ClauseElement, dialect: string];

/** What prefixWith() and suffixWith() take: texts, which are SQL and must not come from outside, expressions, and options last. */
export type FixArgument = string | ClauseElement | { readonly dialect?: string };

/** The prefixes or suffixes that the arguments stand for. */
export function fixesOf(args: readonly FixArgument[]): Fix[] {
  const last = args.at(-1);
  const options = typeof last === "object" && clauseOf(last) === null ? (last as { readonly dialect?: string }) : null;
  const texts = options === null ? args : args.slice(0, -1);
  return texts.map((text): Fix => [expectStatementOption(text, "prefixWith() or suffixWith()"), options?.dialect ?? "*"]);
}
