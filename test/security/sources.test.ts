// SEC-25: what the sources themselves must not hold: code that is made of text, and SQL that is put together outside of the compilers.
import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { RAW, SINKS } from "./sinks/index.ts";

interface Rules {
  readonly rules: Readonly<Record<string, unknown>>;
}
const config = JSON.parse(readFileSync(".oxlintrc.json", "utf8")) as Rules & {
  readonly categories: Readonly<Record<string, string>>;
  readonly overrides: readonly (Rules & { readonly files: readonly string[] })[];
};

/** The sources without their comments, by path. */
const SOURCES: readonly (readonly [string, string])[] = globSync("src/**/*.ts")
  .toSorted()
  .map((path) => {
    const text = readFileSync(path, "utf8");
    return [path, text.replace(/\/\*[^]*?\*\//g, (comment) => comment.replace(/[^\n]/g, " ")).replace(/^\s*\/\/.*$/gm, "")] as const;
  });

test("SEC-25: the linter refuses code made of text, in all files but one", () => {
  expect(config.rules["no-new-func"]).toBe("error");
  expect(config.rules["no-eval"]).toBe("error");
  expect(config.rules["typescript/no-implied-eval"]).toBe("error");
  const weaker = config.overrides.filter(({ rules }) =>
    ["no-new-func", "no-eval", "typescript/no-implied-eval"].some((name) => name in rules),
  );
  expect(weaker.map(({ files }) => files)).toEqual([["src/util/codegen.ts"]]);
});

test("SEC-25: nothing else makes code of text", () => {
  const makes =
    /\beval\s*\(|\bnew\s+Function\s*\(\s*(?:\.\.\.|["'`])|\bglobalThis\.(?:eval|Function)\b|["']node:vm["']|\bimport\s*\(\s*(?!["'])/;
  // the library has a class of this name too: a function of SQL
  const isOurs = (text: string): boolean => /import \{[^}]*\bFunction\b[^}]*\} from "[^"]*functions\//.test(text);
  expect(SOURCES.filter(([, text]) => makes.test(text) && !isOurs(text)).map(([path]) => path)).toEqual(["src/util/codegen.ts"]);
  // and nobody is silent about a rule
  expect(SOURCES.filter(([, text]) => /(?:ox|es)lint-disable/.test(text)).map(([path]) => path)).toEqual([]);
});

/** Who puts SQL together outside of the compilers, and of what. */
const REVIEWED: Readonly<Record<string, string>> = {
  "src/dialects/mysql/dialect.ts": "the name of a variable, one of two of ours",
  "src/dialects/mysql/drivers/mariadb.ts": "a number: the id of a connection",
  "src/dialects/mysql/drivers/mysql-connection.ts": "0 or 1, an isolation level of the list",
  "src/dialects/mysql/drivers/mysql-transport.ts": "a constant",
  "src/dialects/mysql/drivers/mysql2.ts": "a number: the id of a connection",
  "src/dialects/mysql/inventory.ts": "placeholders",
  "src/dialects/mysql/reflection.ts": "constants and placeholders",
  "src/dialects/mysql/two-phase.ts": "names of transactions of a checked form",
  "src/dialects/postgresql/drivers/postgres-errors.ts": "a constant",
  "src/dialects/postgresql/drivers/postgres-js-connection.ts": "the name of a cursor of ours, a number, and the statement",
  "src/dialects/postgresql/inventory.ts": "constants and placeholders",
  "src/dialects/postgresql/two-phase.ts": "names of transactions of a checked form",
  "src/dialects/sqlite/drivers/sqlite-connection.ts": "a word of the list",
  "src/dialects/sqlite/inventory.ts": "the name of a database in quotes, constants, placeholders",
  "src/dialects/sqlite/reflection.ts": "the name of a database in quotes, constants, placeholders",
  "src/engine/default-dialect.ts": "the name of a savepoint, which the engine makes",
  "src/engine/two-phase.ts": "an isolation level of the list; a line for the log",
  "src/sql/functions/routine-call.ts": "the name of a routine in quotes, and what the compiler made of its arguments",
};
const COMPILERS = /^src\/(?:sql\/compiler\/|dialects\/[a-z]+\/(?:[a-z-]+-)?compiler\.ts$|testing\/)/;

const VERBS =
  "(?:SELECT|INSERT INTO|UPDATE|DELETE FROM|MERGE INTO|CREATE|DROP|ALTER|TRUNCATE|SET|COMMENT ON|PRAGMA|SHOW|KILL|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|PREPARE|BEGIN|START|XA|EXPLAIN|ATTACH|GRANT|REVOKE|CALL|EXECUTE|DECLARE|FETCH|LOCK|COPY)";
const TEMPLATE = new RegExp(`\`\\s*${VERBS} [^\`]*\\$\\{`);
const SUM = new RegExp(`["']\\s*${VERBS} [^"'\\n]*["']\\s*\\+\\s*[A-Za-z_(]`);

test("SEC-25: SQL is put together by the compilers, and elsewhere of what has been looked at", () => {
  const found = SOURCES.filter(
    ([path, text]) => !COMPILERS.test(path) && (TEMPLATE.test(text.replace(/`UPDATE statement on table [^`]*`/g, "``")) || SUM.test(text)),
  ).map(([path]) => path);
  expect(found).toEqual(Object.keys(REVIEWED).toSorted());
});

test.for(RAW.map((sink) => [sink.name, sink] as const))("SEC-05: it is said of %s that it is SQL", ([name, { documented }]) => {
  const [path, words] = documented;
  const comments = [...readFileSync(`src/${path}`, "utf8").matchAll(/\/\*\*[^]*?\*\//g)].map(([comment]) =>
    comment.replace(/\s*\n\s*\*\s*/g, " "),
  );
  expect(comments.some((comment) => words.test(comment))).toBe(true);
  expect(SINKS.map((sink) => sink.name)).not.toContain(name);
});

test("every entry of the catalogue of attacks that is tested here has a test of its name", () => {
  const tests = globSync("test/security/*.test.ts").map((path) => readFileSync(path, "utf8"));
  const titles = tests.flatMap((text) => [...text.matchAll(/SEC-\d\d/g)].map(([id]) => id));
  const wanted = Array.from({ length: 25 }, (_, i) => `SEC-${String(i + 1).padStart(2, "0")}`).filter((id) => id !== "SEC-19");
  expect(wanted.filter((id) => !titles.includes(id))).toEqual([]);
});
