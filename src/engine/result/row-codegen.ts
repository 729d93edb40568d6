import type { Processor } from "../../sql/types/type-engine.ts";
import { compileFunction, quoteKey } from "../../util/codegen.ts";
import type { ObjectMaker, RowProcessor } from "./row-interp.ts";

/** A function that converts rows, with one statement for each column that needs it. The twin of `interpretRowProcessor`. */
export function generateRowProcessor(processors: readonly (Processor | null)[]): RowProcessor {
  const context: Record<string, unknown> = {};
  const lines: string[] = [];
  for (const [index, process] of processors.entries()) {
    if (process === null) continue;
    context[`p${index}`] = process;
    lines.push(`row[${index}] = p${index}(row[${index}]);`);
  }
  return compileFunction<RowProcessor>(
    `row/${lines.length}of${processors.length}`,
    ["rows"],
    `for (let i = 0; i < rows.length; i++) {\nconst row = rows[i];\n${lines.join("\n")}\n}`,
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
