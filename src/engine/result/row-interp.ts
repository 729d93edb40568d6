import { forColumn } from "../../sql/types/processors.ts";
import type { Processor } from "../../sql/types/type-engine.ts";

/** Converts rows where they are: the arrays come from the driver and belong to nobody else. */
export type RowProcessor = (rows: unknown[][]) => void;

/** Makes a plain object of each row. */
export type ObjectMaker = (rows: readonly (readonly unknown[])[]) => Record<string, unknown>[];

/** The interpreted twin of `generateRowProcessor`. */
export function interpretRowProcessor(processors: readonly (Processor | null)[], nameOf: (index: number) => string): RowProcessor {
  const steps: { index: number; process: Processor }[] = [];
  for (const [index, process] of processors.entries()) if (process !== null) steps.push({ index, process });
  return (rows) => {
    let at = 0;
    try {
      for (const row of rows) for (const { index, process } of steps) row[(at = index)] = process(row[index]);
    } catch (error) {
      throw forColumn(error, nameOf(at));
    }
  };
}

/** The interpreted twin of `generateObjectMaker`. */
export function interpretObjectMaker(keys: readonly string[]): ObjectMaker {
  const isPlain = !keys.includes("__proto__");
  return (rows) =>
    rows.map((row) => {
      const object: Record<string, unknown> = {};
      for (let i = 0; i < keys.length; i++) {
        if (isPlain) object[keys[i]!] = row[i];
        else Object.defineProperty(object, keys[i]!, { value: row[i], configurable: true, enumerable: true, writable: true });
      }
      return object;
    });
}
