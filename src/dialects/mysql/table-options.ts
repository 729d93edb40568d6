import { CompileError } from "../../errors.ts";
import { mysqlLiteral } from "./type-compiler.ts";

/** Options whose values are strings in SQL. */
const TEXTS: ReadonlySet<string> = new Set(["COMMENT", "DATA_DIRECTORY", "INDEX_DIRECTORY", "PASSWORD", "CONNECTION"]);
/** Options of several words. */
const SPACED: ReadonlySet<string> = new Set([
  "DATA_DIRECTORY",
  "INDEX_DIRECTORY",
  "DEFAULT_CHARACTER_SET",
  "CHARACTER_SET",
  "DEFAULT_CHARSET",
  "DEFAULT_COLLATE",
]);
/** Options without a sign between name and value. */
const UNSIGNED: ReadonlySet<string> = new Set(["TABLESPACE", "DEFAULT CHARACTER SET", "CHARACTER SET", "COLLATE"]);

const CHARSETS: readonly string[] = ["DEFAULT_CHARSET", "DEFAULT_CHARACTER_SET", "CHARSET", "CHARACTER_SET"];
/** What must stand before what. */
const AFTER: Readonly<Record<string, readonly string[]>> = { COLLATE: CHARSETS };
const PARTITION_AFTER: Readonly<Record<string, readonly string[]>> = {
  PARTITION_BY: [],
  PARTITIONS: ["PARTITION_BY"],
  SUBPARTITION_BY: ["PARTITION_BY", "PARTITIONS"],
  SUBPARTITIONS: ["PARTITION_BY", "PARTITIONS", "SUBPARTITION_BY"],
};

const NAME = /^[A-Z]+(?:_[A-Z0-9]+)*$/;
/** A word or a list of them: without spaces, behind which a statement could go on. */
const WORD = "(?:[\\w$.]+|`(?:[^`]|``)+`)";
const VALUE = new RegExp(`^(?:${WORD}|\\(${WORD}(?:, ?${WORD})*\\)|'(?:[^'\\\\]|'')*')$`);
const COUNT = /^\d+$/;

/**
 * What follows the columns of CREATE TABLE: ENGINE, character set, comment, partitions.
 * @param given - the options by their names in camel case
 */
export function tableOptionsText(given: ReadonlyMap<string, unknown>, comment: string | null): string {
  const options = new Map<string, string>();
  for (const [key, value] of given) {
    if (value === null || value === undefined) continue;
    const name = key.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
    if (!NAME.test(name)) throw new CompileError(`A table has no option ${JSON.stringify(key)}.`);
    options.set(name, String(value));
  }
  if (comment !== null) options.set("COMMENT", comment);
  const names = [...options.keys()];
  const plain = inOrder(
    names.filter((name) => !Object.hasOwn(PARTITION_AFTER, name)),
    AFTER,
  );
  const partitions = inOrder(
    names.filter((name) => Object.hasOwn(PARTITION_AFTER, name)),
    PARTITION_AFTER,
  );
  return [
    ...plain.map((name) => optionText(name, options.get(name)!)),
    ...partitions.map((name) => partitionText(name, options.get(name)!)),
  ].join(" ");
}

/** Numbers of partitions; how they are told apart is an expression, SQL of the program's own. */
function partitionText(name: string, value: string): string {
  if (name.endsWith("PARTITIONS") && !COUNT.test(value))
    throw new CompileError(`${name} of a table is a number, not ${JSON.stringify(value)}.`);
  return `${name.replaceAll("_", " ")} ${value}`;
}

function optionText(name: string, value: string): string {
  const written = SPACED.has(name) ? name.replaceAll("_", " ") : name;
  if (!TEXTS.has(name) && !VALUE.test(value)) throw new CompileError(`The table option ${written} cannot be ${JSON.stringify(value)}.`);
  return written + (UNSIGNED.has(written) ? " " : "=") + (TEXTS.has(name) ? mysqlLiteral(value) : value);
}

/** In the order in which they were given, as far as none has to wait for another one. */
function inOrder(names: readonly string[], after: Readonly<Record<string, readonly string[]>>): string[] {
  const left = new Set(names);
  const sorted: string[] = [];
  while (left.size > 0) {
    const ready = [...left].filter((name) => !(Object.hasOwn(after, name) ? after[name]! : []).some((other) => left.has(other)));
    for (const name of ready) left.delete(name);
    sorted.push(...ready);
  }
  return sorted;
}
