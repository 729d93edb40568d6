import { compileFunction } from "../../util/codegen.ts";
import type { LoadRun } from "./load-run.ts";
import type { ValueProcessor } from "./row-layout.ts";

type Row = readonly unknown[];

/** Gives the value of one selected thing for a row. */
export type ReadEntity = (row: Row, run: LoadRun) => unknown;

/** One of several things that are selected: a value at a place of the driver's rows, or what more of a row is made to. */
export type RowReader = { readonly index: number; readonly process: ValueProcessor } | { readonly read: ReadEntity };

/** Makes the rows of a result of the driver's rows. */
export type MakeRows = (rows: readonly Row[], run: LoadRun) => unknown[][];

/** One of the readers by itself. */
export function readEntity(reader: RowReader): ReadEntity {
  if ("read" in reader) return reader.read;
  const { index, process } = reader;
  return process === null ? (row) => row[index] : (row) => process(row[index]);
}

/** Makes rows with one literal. The twin of {@link interpretRows}. */
export function generateRows(readers: readonly RowReader[]): MakeRows {
  const context: Record<string, unknown> = {};
  const values = readers.map((reader, i) => {
    if ("read" in reader) {
      context[`r${i}`] = reader.read;
      return `r${i}(row, run)`;
    }
    const at = `row[${reader.index}]`;
    if (reader.process === null) return at;
    context[`p${i}`] = reader.process;
    return `p${i}(${at})`;
  });
  return compileFunction<MakeRows>(
    `rows/${readers.length}`,
    ["rows", "run"],
    `const out = new Array(rows.length);\nfor (let i = 0; i < rows.length; i++) {\nconst row = rows[i];\nout[i] = [${values.join(", ")}];\n}\nreturn out;`,
    context,
  );
}

/** Makes rows value by value, for a few of them, and where code cannot be generated. */
export function interpretRows(readers: readonly RowReader[]): MakeRows {
  const reads = readers.map(readEntity);
  return (rows, run) => rows.map((row) => reads.map((read) => read(row, run)));
}
