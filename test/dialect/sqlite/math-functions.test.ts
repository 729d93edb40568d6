// Some builds of SQLite have no mathematical functions. Ours give what SQLite's own give.
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { addMath } from "../../../src/dialects/sqlite/drivers/math-functions.ts";

const one = ["ceil", "ceiling", "exp", "floor", "ln", "log10", "log2", "sqrt", "trunc"];
const two = ["pow", "power"];

test("mathematical functions give what SQLite's own give", () => {
  const own = new DatabaseSync(":memory:");
  const ours = new DatabaseSync(":memory:");
  addMath(ours);
  let last: unknown[] = [];
  // it is ours that is called
  ours.function("floor", { deterministic: true }, (value) => {
    last = [value];
    return value;
  });
  ours.prepare("SELECT floor(1.5)").get();
  expect(last).toEqual([1.5]);
  addMath(ours);

  const values = ["NULL", "0", "1", "-1", "2.5", "-2.5", "1e300", "-0.5", "9007199254740991", "'7.25'"];
  const different: string[] = [];
  const compare = (sql: string): void => {
    const [a, b] = [own, ours].map((db) => db.prepare(`SELECT ${sql} AS value`).get()!["value"]);
    const isClose = typeof a === "number" && typeof b === "number" && (a === b || Math.abs(a - b) <= Math.abs(a) * 1e-12);
    if (!isClose && a !== b) different.push(`${sql}: ${String(a)} and ${String(b)}`);
  };
  for (const name of one) for (const value of values) compare(`${name}(${value})`);
  for (const name of two) for (const a of values) for (const b of values) compare(`${name}(${a}, ${b})`);
  expect(different).toEqual([]);
  own.close();
  ours.close();
});
