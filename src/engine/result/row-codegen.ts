import { forColumn } from "../../sql/types/processors.ts";
import type { Processor } from "../../sql/types/type-engine.ts";
import { compileFunction, quoteKey } from "../../util/codegen.ts";
import type { ObjectMaker, RowProcessor } from "./row-interp.ts";

/**
 * A function that converts rows, with one statement for each column that needs it. The twin of `interpretRowProcessor`.
 * @param nameOf - the name of a column, for the error when its value cannot be read
 */
export function generateRowProcessor(processors: readonly (Processor | null)[], nameOf: (index: number) => string): RowProcessor {
  const context: Record<string, unknown> = { forColumn, nameOf };
  const lines: string[] = [];
  for (const [index, process] of processors.entries()) {
    if (process === null) continue;
    context[`p${index}`] = process;
    lines.push(`at = ${index};`, `row[${index}] = p${index}(row[${index}]);`);
  }
  return compileFunction<RowProcessor>(
    `row/${lines.length / 2}of${processors.length}`,
    ["rows"],
    `let at = 0;\ntry {\nfor (let i = 0; i < rows.length; i++) {\nconst row = rows[i];\n${lines.join("\n")}\n}\n} catch (error) {\nthrow forColumn(error, nameOf(at));\n}`,
    context,
  );
}

/** A function that makes objects with one literal, so that all have one shape. The twin of `interpretObjectMaker`. */
export function generateObjectMaker(keys: readonly string[]): ObjectMaker {
  // a computed key, since "__proto__": … in a literal would set the prototype
  const fields = keys.map((key, index) => `${key === "__proto__" ? `[${quoteKey(key)}]` : quoteKey(key)}: r[${index}]`);
  return compileFunction<ObjectMaker>(
    `objects/${keys.length}`,
    ["rows"],
    `const out = new Array(rows.length);\nfor (let i = 0; i < rows.length; i++) {\nconst r = rows[i];\nout[i] = { ${fields.join(", ")} };\n}\nreturn out;`,
    {},
  );
}
