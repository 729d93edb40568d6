import type { DatabaseSync } from "node:sqlite";

/** Of 0 there is none, as SQLite has it. */
const logarithm =
  (log: (value: number) => number) =>
  (value: number): number =>
    value > 0 ? log(value) : Number.NaN;

/** What SQLite has where it was built with its mathematical functions: https://www.sqlite.org/lang_mathfunc.html */
const FUNCTIONS: Readonly<Record<string, (...values: number[]) => number>> = {
  ceil: Math.ceil,
  ceiling: Math.ceil,
  exp: Math.exp,
  floor: Math.floor,
  ln: logarithm(Math.log),
  log10: logarithm(Math.log10),
  log2: logarithm(Math.log2),
  pow: Math.pow,
  power: Math.pow,
  sqrt: Math.sqrt,
  trunc: Math.trunc,
};

/** Of the SQLite that this process has. */
let isBuiltIn: boolean | null = null;

/** Defines the mathematical functions on a connection, where SQLite was built without them, as that of Deno is. */
export function defineMath(db: DatabaseSync): void {
  isBuiltIn ??= db.prepare("SELECT count(*) AS found FROM pragma_function_list WHERE name = 'floor'").get()!["found"] !== 0;
  if (!isBuiltIn) addMath(db);
}

/** Defines them, whether they are there or not. */
export function addMath(db: DatabaseSync): void {
  for (const [name, fn] of Object.entries(FUNCTIONS)) {
    const arity = fn.length;
    const define = (...values: unknown[]): number | null => {
      if (values.some((value) => value === null)) return null;
      const result = fn(...values.slice(0, arity).map(Number));
      // outside of a function's domain SQLite gives NULL
      return Number.isNaN(result) ? null : result;
    };
    // SQLite asks the function for the number of its parameters
    const one = (value: unknown): number | null => define(value);
    const two = (a: unknown, b: unknown): number | null => define(a, b);
    db.function(name, { deterministic: true }, arity === 1 ? one : two);
  }
}
