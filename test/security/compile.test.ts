// SEC-01 to SEC-06, SEC-12 to SEC-14: no text leaves its place, in any sink of the registry, on any dialect. What the SQL means is told by
// lexers that know nothing of the compiler.
import { AthanorError } from "athanor";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Token } from "./lexers/token.ts";
import { TARGETS, type Target } from "./dialects.ts";
import { hostileText, LONG_PAYLOADS, PAYLOADS } from "./payloads.ts";
import { Shape, sqlOf } from "./shape.ts";
import { SINKS, type Sink } from "./sinks/index.ts";

const RUNS = Number(process.env["SECURITY_RUNS"] ?? 20);
const NUL = "a\0b";

type Named = readonly [string, Sink];
const sinksOf = (target: Target, isChecked: boolean): Named[] =>
  SINKS.filter(
    ({ families, notOn, protection }) =>
      (families === undefined || families.includes(target.family)) &&
      notOn?.includes(target.name) !== true &&
      (protection === "validated") === isChecked,
  ).map((sink) => [sink.name, sink]);

/** The statements; null where the text is refused, which has to be said by an error of the library. */
function taken(sink: Sink, text: string, target: Target): string[] | null {
  try {
    return sqlOf(sink, text, target);
  } catch (error) {
    if (!(error instanceof AthanorError)) throw error;
    return null;
  }
}

/** The tokens that show a text which ends too late, too early, or not at all. */
function badTokens(sql: readonly string[], target: Target): unknown[] {
  // a number with letters behind it is no token of PostgreSQL, and does nobody harm
  const isBad = ({ kind, text }: Token): boolean => (kind === "broken" && !/^[\w.]+$/.test(text)) || kind === "comment";
  return sql.flatMap((one) => target.lexers.flatMap((lex) => lex(one).filter(isBad)));
}

test("SEC-05: the sinks of the registry have names of their own", () => {
  expect(new Set(SINKS.map(({ name }) => name)).size).toBe(SINKS.length);
});

describe.for(TARGETS.map((target) => [target.name, target] as const))("SEC-05: texts that are quoted [%s]", ([, target]) => {
  test.for(sinksOf(target, false))("%s", ([, sink]) => {
    const shape = new Shape(sink, target);
    expect(shape.has("broken")).toBe(false);
    const problems = PAYLOADS.map((text) => [text, shape.problemWith(text)]).filter(([, problem]) => problem !== null);
    expect(problems).toEqual([]);
    // names that are too long are shortened or refused
    for (const text of LONG_PAYLOADS) expect(shape.problemWith(text, true)).toBeNull();
    fc.assert(
      fc.property(hostileText, (text) => {
        const problem = shape.problemWith(text, text.length > 50);
        if (problem !== null) throw new Error(problem);
      }),
      { numRuns: RUNS },
    );
    // a name with NUL is refused; a value may be written in a way that has none in the SQL
    const withNul = taken(sink, NUL, target);
    if (withNul !== null) {
      expect(sink.protection === "literal" || sink.encodes).toBe(true);
      expect(withNul.join("")).not.toContain("\0");
    }
  });
});

describe.for(TARGETS.map((target) => [target.name, target] as const))("SEC-05: texts that are checked [%s]", ([, target]) => {
  test.for(sinksOf(target, true))("%s", ([, sink]) => {
    const passes = sink.passes ?? [];
    const form = sink.form ?? /^[\w$]+$/;
    for (const text of passes) expect(badTokens(sqlOf(sink, text, target), target)).toEqual([]);
    const check = (text: string): void => {
      if (passes.includes(text) || (text === "" && passes.length > 0)) return;
      const sql = taken(sink, text, target);
      if (sql === null) return;
      if (sink.ignores === true) {
        expect(sql).toEqual(sqlOf(sink, "another", target));
        return;
      }
      if (passes.length === 0 || !form.test(text)) expect.fail(`${JSON.stringify(text)} was taken: ${sql.join("; ")}`);
      expect(badTokens(sql, target), sql.join("; ")).toEqual([]);
    };
    for (const text of [...PAYLOADS, ...LONG_PAYLOADS, NUL, ""]) check(text);
    // what passes, with something behind or before it
    for (const text of passes)
      for (const more of PAYLOADS) [text + more, `${text} ${more}`, more + text, `${text}\n${more}`].forEach(check);
    fc.assert(fc.property(hostileText, check), { numRuns: RUNS });
  });
});
